//! Arguments of the commands that only write something: tests, completions, manual pages.

use std::path::PathBuf;

use clap_complete::Shell;

use super::values::rust_path;

#[derive(Debug, clap::Args)]
pub(super) struct PromoteArgs {
    /// The schedule file
    #[arg(value_name = "F.sched")]
    pub(super) file: PathBuf,
    /// The closure or function that the test runs, as Rust names it; without it, the
    /// scenario of the file
    #[arg(long, value_name = "PATH", value_parser = rust_path)]
    pub(super) program: Option<String>,
    /// How Rust names the catalogue that has the scenario [default: this one]
    #[arg(long, value_name = "PATH", value_parser = rust_path, conflicts_with = "program")]
    pub(super) catalogue: Option<String>,
    /// Have the test pass as long as the schedule shows what it was saved for
    #[arg(long)]
    pub(super) finds: bool,
    /// Where to write instead of standard output
    #[arg(short, value_name = "FILE.rs")]
    pub(super) o: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub(super) shell: Shell,
}

#[derive(Debug, clap::Args)]
pub(super) struct ManArgs {
    /// The command whose page it is, such as check; without it, the page of all
    pub(super) command: Option<String>,
}
