//! The command line: arguments, output, files and exit codes.

// Arguments.
mod bad_input;
mod commands;
mod diff;
mod explain;
mod explain_claims;
mod first_minutes;
mod options;

// Output.
mod brief;
mod machines;
mod outputs;
mod pages;
mod predict;
mod readme;
mod schemas;
mod terminals;

// Files.
mod long;
pub(crate) mod sched_files;
