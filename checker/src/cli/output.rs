//! Files that a command writes: either whole or absent.
//!
//! The bytes go to a new file in the folder of the destination, which then
//! takes the name of the destination. If the destination is no ordinary file, such as a
//! pipe, the bytes are written to it directly.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::cli::status::Trouble;

/// How long the random end of the name of an unfinished file is.
const RANDOM_LETTERS: usize = 5;

/// Where the output of a command goes.
pub(super) enum Destination<'a> {
    /// To standard output, at once.
    Output(&'a mut dyn Write),
    /// To a file, when all is there.
    File(&'a Path, Vec<u8>),
}

impl Destination<'_> {
    /// Writes what is not written yet.
    pub(super) fn finish(&mut self) -> Result<(), Trouble> {
        match self {
            Destination::Output(out) => Ok(out.flush()?),
            Destination::File(path, bytes) => write_aside(path, bytes),
        }
    }
}

impl Write for Destination<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Destination::Output(out) => out.write(bytes),
            Destination::File(_, written) => written.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Destination::Output(out) => out.flush(),
            Destination::File(..) => Ok(()),
        }
    }
}

/// Whether a file can be written there, found out by beginning to write one. It is
/// removed again.
pub(super) fn check_destination(path: &Path) -> Result<(), Trouble> {
    let done = destination(path)
        .and_then(|(path, is_special)| if is_special { Ok(()) } else { beside(&path).map(drop) });
    done.map_err(|error| cannot_write(path, &error))
}

/// Writes to a file, or to the output where none is named.
pub(super) fn write_to(
    path: Option<&Path>,
    bytes: &[u8],
    out: &mut dyn Write,
) -> Result<(), Trouble> {
    match path {
        Some(path) => write_aside(path, bytes),
        None => Ok(out.write_all(bytes)?),
    }
}

/// Writes a file so that it is either whole or absent.
pub(super) fn write_aside(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    let write = || -> io::Result<()> {
        let (path, is_special) = destination(path)?;
        if is_special {
            return OpenOptions::new().write(true).open(path)?.write_all(bytes);
        }
        let mut beside = beside(&path)?;
        beside.as_file_mut().write_all(bytes)?;
        Ok(beside.into_temp_path().persist(path)?)
    };
    // The folder was checked before.
    write().map_err(|error| Trouble::Unwritten(format!("cannot write {}: {error}", path.display())))
}

/// Writes a file so that it is whole, or what it was before, even if the computer fails.
pub(super) fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    let write = || -> io::Result<()> {
        let (path, is_special) = destination(path)?;
        if is_special {
            return Err(io::Error::other("it is no ordinary file"));
        }
        let mut beside = beside(&path)?;
        beside.as_file_mut().write_all(bytes)?;
        beside.as_file().sync_all()?;
        Ok(beside.into_temp_path().persist(path)?)
    };
    write().map_err(|error| Trouble::Unwritten(format!("cannot write {}: {error}", path.display())))
}

pub(super) fn cannot_write(path: &Path, error: &io::Error) -> Trouble {
    Trouble::Usage(format!("cannot write {}: {error}", path.display()))
}

/// Where a file is to be, and whether there is something that cannot be replaced.
/// A link is followed: its target is replaced.
fn destination(path: &Path) -> io::Result<(PathBuf, bool)> {
    let refused = |kind, text| Err(io::Error::new(kind, text));
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => refused(ErrorKind::IsADirectory, "it is a folder"),
        Ok(found) if found.permissions().readonly() => {
            refused(ErrorKind::PermissionDenied, "it is read-only")
        }
        Ok(found) => Ok((fs::canonicalize(path)?, !found.is_file())),
        Err(_) if path.file_name().is_none() || ends_with_separator(path) => {
            refused(ErrorKind::InvalidInput, "it names no file")
        }
        // Other problems show when the file beside it is created.
        Err(_) => Ok((path.to_owned(), false)),
    }
}

/// A path such as `out/` has a file name too, so it needs this test.
fn ends_with_separator(path: &Path) -> bool {
    path.as_os_str().to_string_lossy().ends_with(std::path::is_separator)
}

/// A new file in the folder of another; it is removed unless it takes that one's place.
/// It has the permissions of any new file: those of the other are not looked at.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let mut prefix = OsString::from(".");
    prefix.push(path.file_name().unwrap_or_default());
    prefix.push(".");
    let folder = path.parent().unwrap_or(path);
    Builder::new()
        .prefix(&prefix)
        .rand_bytes(RANDOM_LETTERS)
        .make_in(folder, |path| File::create_new(path))
}
