//! `unknot completions SHELL`: what a shell completes of the commands and their options.
//! The names of scenarios are not among that: they may change with each build.

use std::io::Write;

use clap::CommandFactory;
use clap_complete::generate;

use super::args::Args;
use super::status::{Status, Trouble};
use super::writing_args::CompletionsArgs;

pub(super) fn run(
    args: &CompletionsArgs,
    called: &str,
    out: &mut dyn Write,
) -> Result<Status, Trouble> {
    // It ends the process if its writer fails, and memory does not.
    let mut script = vec![];
    generate(args.shell, &mut Args::command(), called, &mut script);
    out.write_all(&script)?;
    Ok(Status::Ok)
}
