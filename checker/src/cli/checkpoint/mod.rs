//! Files that hold how far a long search is.
//!
//! A file is a document of JSON with a checksum. It holds the settings of the search, for
//! each piece of it the place where it goes on and what was observed, and of an execution
//! nothing but its schedule, with a digest of what the steps did ([`data`]). Findings and
//! outcomes get back what they are when these schedules are run again ([`read`]): so a file
//! of another program, or of another version of it, is noticed when it is read.
//!
//! What it can miss: a change of the program that shows in none of these executions, not on
//! the way to the place, and not in the source files that the scenario names.

mod data;
mod read;
mod saved;
mod settings;
mod write;

use std::path::Path;

use crate::cli::output::{cannot_write, write_synced};
use crate::cli::status::Trouble;
use crate::search::long::LongState;

pub(super) use data::Checkpoint;
pub(super) use read::standings;
pub(super) use saved::{Saved, command};
pub(super) use settings::{differences, settings, words};

/// Writes how far the pieces of a unit are, each with its number. The file is replaced when
/// the new one is on the disk as a whole.
pub(super) fn save(
    path: &Path,
    head: &Checkpoint,
    pieces: &[(u64, &LongState)],
) -> Result<(), Trouble> {
    write_synced(path, head.with(pieces).text().as_bytes())
}

/// Refuses to replace a file in which there is a search already.
pub(super) fn check_new(path: &Path) -> Result<(), Trouble> {
    match path.try_exists() {
        Ok(false) => Ok(()),
        Ok(true) => {
            let shown = path.display();
            Err(Trouble::Usage(format!(
                "{shown} is there already; --resume {shown} goes on with it, and another name \
                 begins anew"
            )))
        }
        Err(error) => Err(cannot_write(path, &error)),
    }
}
