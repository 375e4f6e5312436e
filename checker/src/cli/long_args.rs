//! Arguments of long searches.

use std::path::PathBuf;

use super::values::{UnitOf, at_least_one, format, unit};
use crate::report::formats::{FORMATS, FormatRow};

/// A search that is written down while it is made.
#[derive(Debug, clap::Args)]
pub(super) struct LongArgs {
    /// Write how far the search is to FILE, now and then and at its end, on one thread
    #[arg(long, value_name = "FILE")]
    pub(super) checkpoint: Option<PathBuf>,
    /// Go on with the search in FILE, and write to it, or to what --checkpoint names
    #[arg(long, value_name = "FILE")]
    pub(super) resume: Option<PathBuf>,
    /// Executions between two writings [default: 100000]
    #[arg(long, value_name = "N", value_parser = at_least_one::<u64>)]
    #[arg(allow_negative_numbers = true)]
    pub(super) checkpoint_every: Option<u64>,
    /// Make the k-th of n parts of the search only; unknot merge makes one report of all
    #[arg(long, value_name = "k/n", value_parser = unit)]
    pub(super) unit: Option<UnitOf>,
}

/// The default of `--checkpoint-every`: some seconds, for most programs.
pub(super) const EVERY: u64 = 100_000;

#[derive(Debug, clap::Args)]
pub(super) struct MergeArgs {
    /// The files of all units
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Tell everything: all stories, steps and outcomes, in lines as long as they are
    #[arg(long)]
    pub(super) verbose: bool,
    /// Output format
    #[arg(long, value_parser = format(|row| row.check.is_some() || row.page.is_some()))]
    #[arg(default_value = FORMATS[0].name)]
    pub(super) format: &'static FormatRow,
    /// Where to write instead of standard output
    #[arg(short, value_name = "FILE")]
    pub(super) o: Option<PathBuf>,
}
