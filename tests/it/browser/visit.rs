//! What is asked of every page, whatever it shows.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::chromium::Browser;
use crate::kit::support::{Ran, unknot};

/// Reads the page as a person sees it.
const READER: &str = include_str!("reader.js");

/// The sizes and colours in which pages are opened.
pub(super) const LOOKS: [((u32, u32), bool); 4] =
    [((320, 700), false), ((320, 700), true), ((1400, 900), false), ((1400, 900), true)];

/// A page in a file of its own.
pub(super) struct PageFile {
    _folder: TempDir,
    pub(super) path: PathBuf,
}

impl PageFile {
    /// Makes the page of a command line.
    pub(super) fn of(line: &str) -> PageFile {
        PageFile::made_by(line, unknot)
    }

    /// The same with another way to run it.
    pub(super) fn made_by(line: &str, run: impl FnOnce(&str) -> Ran) -> PageFile {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("page.html");
        let ran = run(&format!("{line} --format html -o {}", path.display()));
        assert!(ran.code != 2 && ran.code != 4, "{line}: {}", ran.err);
        assert_eq!(ran.out, "", "{line}");
        PageFile { _folder: folder, path }
    }

    pub(super) fn text(&self) -> String {
        std::fs::read_to_string(&self.path).expect("the page was written")
    }
}

/// Opens a page, and fails if it complains.
pub(super) fn open(browser: &mut Browser, page: &Path, look: ((u32, u32), bool)) {
    browser.open(page, look.0, look.1);
    browser.eval(READER);
    assert_eq!(browser.errors(), Vec::<String>::new(), "{}", page.display());
}

/// Fails if something does not fit, or two texts lie over one another.
pub(super) fn assert_readable(browser: &mut Browser, about: &str) {
    let wide = browser.eval("reader.overflow()");
    assert_eq!(wide, json!([]), "{about}: wider than the screen");
    let overlaps = browser.eval("reader.overlaps()");
    assert_eq!(overlaps, json!([]), "{about}: texts over one another");
}

/// The number of positions of the execution that is shown, but for the first.
pub(super) fn last(browser: &mut Browser) -> u64 {
    browser.eval("player.execution.last").as_u64().expect("an execution is shown")
}

/// Goes to a position with the slider, as a person would drag it.
pub(super) fn slide(browser: &mut Browser, position: u64) {
    browser.eval(&format!(
        "byId('slider').value = {position}; byId('slider').dispatchEvent(new Event('input'))"
    ));
    assert_eq!(browser.eval("player.position"), json!(position));
}

/// The wait-for graph of the command line after so many steps; an empty one where it says
/// that no task waits.
pub(super) fn graph_at(replay: &str, position: u64) -> Value {
    let ran = unknot(&format!("{replay} --at {position} --format json"));
    if ran.code == 1 && ran.err.contains("no task waits") {
        return Value::Null;
    }
    assert_eq!(ran.code, 0, "{replay} --at {position}: {}", ran.err);
    let mut graph: Value = serde_json::from_str(&ran.out).expect("one document");
    for stamp in ["$schema", "format", "tool", "timeline"] {
        graph.as_object_mut().expect("an object").remove(stamp);
    }
    graph
}
