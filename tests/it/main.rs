//! The one test binary of the workspace, in reading order.

mod support;
mod support_classes;

mod analyses;
mod bad_input;
mod bounded;
mod catalogue;
mod class_counts;
mod classes;
mod cli;
mod commutation;
mod counts;
mod declared;
mod determinism;
mod exceptions;
mod golden;
mod graphs;
mod jobs;
mod library;
mod models;
mod nondeterminism;
mod options;
mod oracle;
mod panics;
mod programs;
mod proof;
mod repeats;
mod replay;
mod rows;
mod samplers;
mod sched_files;
mod schemas;
mod simplest;
mod terminals;
mod tidy;
mod time;
