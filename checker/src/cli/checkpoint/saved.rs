//! A file that was read, with the command that goes on with it.

use std::path::Path;

use super::data::Checkpoint;
use crate::cli::status::Trouble;
use crate::report::shell;

/// A file that was read.
pub(crate) struct Saved {
    /// Its path, for messages.
    pub(crate) path: String,
    pub(crate) file: Checkpoint,
}

impl Saved {
    /// Reads a file.
    pub(crate) fn read(path: &Path) -> Result<Saved, Trouble> {
        let shown = path.display().to_string();
        let bytes = std::fs::read(path)
            .map_err(|error| Trouble::Usage(format!("cannot read {shown}: {error}")))?;
        match Checkpoint::parse(&bytes) {
            Ok(file) => Ok(Saved { path: shown, file }),
            Err(problem) => Err(Trouble::Usage(format!("{shown} {problem}"))),
        }
    }

    /// The command that goes on with it.
    pub(crate) fn command(&self, program: &str) -> String {
        command((&self.path, &self.file), program, self.file.spent())
    }
}

/// The command that goes on with a file that holds so many executions.
pub(crate) fn command((path, file): (&str, &Checkpoint), program: &str, spent: u64) -> String {
    let mut words = vec![format!("{program} check")];
    words.extend(file.words(spent).iter().map(|word| shell::word(word)));
    words.extend(["--resume".to_owned(), shell::word(path)]);
    words.join(" ")
}
