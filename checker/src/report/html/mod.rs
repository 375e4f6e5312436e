//! One file for a browser: what was found, and the executions step by step.
//!
//! The page is static. All data is one island of JSON in it: the documents of `--format
//! json`, the states of the executions, and the lines of the sources. The scripts beside
//! this file read the island and put what it says into the page as text, never as markup.
//! Nothing is loaded, so the file works from a disk.
//!
//! What it leaves out: executions that would make the file larger than [`contents::MOST_BYTES`].
//! For these the page shows the command that replays them.

mod claims;
mod contents;
mod play;

use std::io;

pub(crate) use contents::{Page, PageCheck, PageExecution, PagePlace};
pub(crate) use play::PlayData;

const FRAME: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");

/// The scripts, in the order in which each needs those before it.
const SCRIPTS: &[&str] = &[
    include_str!("data.js"),
    include_str!("make.js"),
    include_str!("story.js"),
    include_str!("past.js"),
    include_str!("lanes.js"),
    include_str!("graph.js"),
    include_str!("tables.js"),
    include_str!("player.js"),
    include_str!("flip.js"),
    include_str!("states.js"),
    include_str!("quiz.js"),
    include_str!("play.js"),
    include_str!("page.js"),
];

/// Writes the page.
///
/// # Errors
/// If the output cannot be written.
pub(crate) fn write(page: &Page, out: &mut dyn io::Write) -> io::Result<()> {
    let (head, rest) = FRAME.split_once("/*style*/").expect("the page has a place for it");
    let (body, rest) = rest.split_once("/*data*/").expect("the page has a place for it");
    let (middle, tail) = rest.split_once("/*script*/").expect("the page has a place for it");
    let island = island(&page.to_json());
    for part in [head, STYLE, body, &island, middle, "\"use strict\";\n"] {
        out.write_all(part.as_bytes())?;
    }
    for script in SCRIPTS {
        out.write_all(script.as_bytes())?;
    }
    out.write_all(tail.as_bytes())
}

/// JSON that ends no element and opens none, whatever names are in it.
fn island(json: &str) -> String {
    json.replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_ends_the_island() {
        let hostile = serde_json::json!({ "name": "</script><!--<script>\u{2028}\u{0}'\"&" });
        let written = island(&hostile.to_string());
        assert!(!written.contains('<'));
        let read: serde_json::Value = serde_json::from_str(&written).expect("it stays JSON");
        assert_eq!(read, hostile);
    }

    #[test]
    fn no_script_ends_its_element() {
        for script in SCRIPTS {
            assert!(!script.contains("</script"), "{script:.40}");
        }
    }
}
