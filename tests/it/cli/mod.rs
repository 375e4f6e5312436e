//! The command line: arguments, output, files and exit codes.

// Arguments.
mod bad_input;
mod commands;
mod explain;
mod first_minutes;
mod options;

// Output.
mod brief;
mod outputs;
mod readme;
mod schemas;
mod terminals;

// Files.
mod sched_files;
