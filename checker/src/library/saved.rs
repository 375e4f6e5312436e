//! What a failing check leaves behind where `UNKNOT_REPORTS` names a folder: a schedule
//! file of each error, as `FOLDER/<name>/<kind>-<n>.sched`. The parts of a test's name are
//! folders, so tests do not write over each other's files.
//!
//! A test that fails says what is wrong; a file that cannot be written is one more line of
//! that, and no failure of its own.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::model::kind::{Kind, Level};
use crate::report::Report;

/// Writes the files, and notes in the report where they are.
///
/// # Errors
/// A sentence about the first file that cannot be written.
pub(super) fn save(folder: &Path, report: &mut Report) -> Result<(), String> {
    let folder = folder_of(folder, &report.scenario);
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
        write(&folder, &path, &text).map_err(|error| cannot(&path, error))?;
        report.findings[nth].saved = Some(path.display().to_string());
    }
    // This is the place for further files of the whole report.
    Ok(())
}

/// Writes a file so that it is either whole or absent.
fn write(folder: &Path, path: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut beside = NamedTempFile::new_in(folder)?;
    beside.write_all(text.as_bytes())?;
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
