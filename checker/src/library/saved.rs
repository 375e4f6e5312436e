//! What a failing check leaves behind where `UNKNOT_REPORTS` names a folder: a schedule
//! file of each error, as `FOLDER/<name>/<kind>-<n>.sched`, and beside them a page for a
//! browser, `check.html`. The parts of a test's name are folders, so tests do not write over
//! each other's files.
//!
//! A test that fails says what is wrong; a file that cannot be written is one more line of
//! that, and no failure of its own.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use unknot_sim::Program;

use super::page::add_check;
use crate::model::kind::{Kind, Level};
use crate::model::terms::Budget;
use crate::report::Report;
use crate::report::html::{self, Page};
use crate::search::monitor::Monitor;

/// A folder for what a check leaves behind, and what was checked: the page shows executions
/// that are run again.
pub(super) struct ReportsFolder {
    pub(super) path: PathBuf,
    /// A program is run in any state of the thread, so a panic elsewhere spoils nothing.
    pub(super) program: AssertUnwindSafe<Program>,
    pub(super) budget: Budget,
}

impl fmt::Debug for ReportsFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReportsFolder").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Writes the files, and notes in the report where those of its findings are. Says where the
/// page is, if there is an error to show.
///
/// # Errors
/// A sentence about the first file that cannot be written.
pub(super) fn save(
    ReportsFolder { path, program, budget }: &ReportsFolder,
    report: &mut Report,
) -> Result<Option<String>, String> {
    let folder = folder_of(path, &report.scenario);
    let cannot = |path: &Path, error| format!("cannot write {}: {error}", path.display());
    let mut counts: BTreeMap<Kind, u32> = BTreeMap::new();
    for nth in 0..report.findings.len() {
        let finding = &report.findings[nth];
        if finding.level != Level::Error {
            continue;
        }
        let n = counts.entry(finding.kind).or_default();
        *n += 1;
        let path = folder.join(format!("{}-{n}.sched", finding.kind));
        let text = report.sched_file(finding).to_string();
        write(&folder, &path, text.as_bytes()).map_err(|error| cannot(&path, error))?;
        report.findings[nth].saved = Some(path.display().to_string());
    }
    if counts.is_empty() {
        return Ok(None);
    }
    let (mut page, mut bytes) = (Page::default(), vec![]);
    add_check(&mut page, (program, *budget), report, &Monitor::default());
    let path = folder.join("check.html");
    html::write(&page, &mut bytes)
        .and_then(|()| write(&folder, &path, &bytes))
        .map_err(|error| cannot(&path, error))?;
    Ok(Some(path.display().to_string()))
}

/// Writes a file so that it is either whole or absent.
fn write(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut beside = NamedTempFile::new_in(folder)?;
    beside.write_all(bytes)?;
    Ok(beside.into_temp_path().persist(path)?)
}

/// The folder of a test: a folder for each part of its name.
fn folder_of(folder: &Path, name: &str) -> PathBuf {
    let name = name.replace("::", "/");
    name.split('/').fold(folder.to_owned(), |folder, part| folder.join(file_name(part)))
}

/// A text as the name of a file: other letters than those of words are written as their
/// numbers, so two texts are two names.
fn file_name(text: &str) -> String {
    let mut name = String::new();
    for (nth, c) in text.chars().enumerate() {
        match c {
            _ if c.is_alphanumeric() || c == '_' || c == '-' => name.push(c),
            '.' if nth > 0 => name.push(c),
            _ => name.push_str(&format!("%{:02X}", u32::from(c))),
        }
    }
    if name.is_empty() { "%".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_the_folder() {
        for (name, path) in [
            ("tests::transfer", "reports/tests/transfer"),
            ("two writers", "reports/two%20writers"),
            ("../../etc", "reports/%2E./%2E./etc"),
            ("/root", "reports/%/root"),
            ("src/a.rs:7", "reports/src/a.rs%3A7"),
            ("鍵\n", "reports/鍵%0A"),
        ] {
            assert_eq!(folder_of(Path::new("reports"), name), Path::new(path));
        }
    }
}
