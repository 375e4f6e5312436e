//! The one test binary of the workspace, in reading order.

mod support;
mod support_classes;

mod analyses;
mod bad_input;
mod catalogue;
mod class_counts;
mod classes;
mod cli;
mod commutation;
mod counts;
mod determinism;
mod graphs;
mod library;
mod models;
mod oracle;
mod programs;
mod proof;
mod replay;
mod samplers;
mod sched_files;
mod simplest;
mod tidy;
mod time;
