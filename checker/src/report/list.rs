//! What there is and what it declares, for 80 columns where the names allow.

use std::io::{self, Write};

use serde::Serialize;

use super::style::{padded, width};
use crate::model::scenario::{Param, Scenario, Variant};

/// One variant, as `list` tells it.
#[derive(Debug, Serialize)]
pub(crate) struct ListEntry<'a> {
    scenario: String,
    #[serde(skip)]
    name: &'a str,
    #[serde(skip)]
    variant: &'a str,
    family: &'static str,
    story: &'static str,
    about: &'static str,
    covers: &'static [&'static str],
    params: Vec<ParamEntry>,
    declares: String,
}

#[derive(Debug, Serialize)]
struct ParamEntry {
    name: &'static str,
    about: &'static str,
    default: i64,
    min: i64,
    max: i64,
}

impl<'a> ListEntry<'a> {
    /// What there is to tell of a variant that declares this for the default sizes.
    pub(crate) fn new(scenario: &'a Scenario, variant: &'a Variant, declares: String) -> Self {
        let param = |p: &Param| {
            let Param { name, about, default, min, max } = *p;
            ParamEntry { name, about, default, min, max }
        };
        ListEntry {
            scenario: format!("{}/{}", scenario.name, variant.name),
            name: scenario.name,
            variant: variant.name,
            family: scenario.family,
            story: scenario.about,
            about: variant.about,
            covers: scenario.covers,
            params: scenario.params.iter().map(param).collect(),
            declares,
        }
    }
}

/// A line of story for each scenario, its sizes, and a line for each variant
/// with what it declares.
pub(crate) fn write_text(entries: &[ListEntry<'_>], out: &mut dyn Write) -> io::Result<()> {
    let (mut family, mut scenario) = ("", "");
    let most = |widths: &mut dyn Iterator<Item = usize>| widths.max().unwrap_or(0).min(MOST_SIDE);
    let name_width = most(&mut entries.iter().map(|one| width(one.variant)));
    let end_width = most(&mut entries.iter().map(|one| width(&one.declares)));
    for one in entries {
        let declares = &one.declares;
        if one.family != family {
            family = one.family;
            writeln!(out, "{family}")?;
        }
        if one.name != scenario {
            scenario = one.name;
            write_wrapped(&format!("  {scenario}  "), one.story, 0, "", out)?;
            for p in &one.params {
                let what = format!("{} ({} to {})", p.about, p.min, p.max);
                write_wrapped(&format!("      -p {}={}  ", p.name, p.default), &what, 0, "", out)?;
            }
        }
        let name = format!("    /{}  ", padded(one.variant, name_width));
        if width(declares) <= end_width {
            write_wrapped(&name, one.about, end_width + 3, declares, out)?;
        } else {
            // Several kinds have a line of their own, at the same edge.
            write_wrapped(&name, one.about, 0, "", out)?;
            writeln!(out, "{declares:>COLUMNS$}")?;
        }
    }
    Ok(())
}

/// Columns of a whole line.
const COLUMNS: usize = 80;

/// Columns for the names of variants, and for what they declare. A longer name
/// moves the rest to the right.
const MOST_SIDE: usize = 24;

/// Columns that a text gets at least, however long the words around it are.
const LEAST_TEXT: usize = 24;

/// A text between the start of its first line and the end of its last one, wrapped so
/// that so many columns are left after it.
pub(super) fn write_wrapped(
    start: &str,
    text: &str,
    behind: usize,
    end: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let room = COLUMNS.saturating_sub(width(start) + behind).max(LEAST_TEXT);
    let mut lines = wrapped(text, room).into_iter();
    let first = format!("{start}{}   {end}", padded(&lines.next().unwrap_or_default(), room));
    writeln!(out, "{}", first.trim_end())?;
    lines.try_for_each(|line| writeln!(out, "{}{line}", " ".repeat(width(start))))
}

/// The lines of a text, none wider than the room unless a word is.
fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for word in text.split_whitespace() {
        match lines.last_mut().filter(|line| width(line) + 1 + width(word) <= room) {
            Some(line) => line.extend([" ", word]),
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(start: &str, text: &str, behind: usize, end: &str) -> Vec<String> {
        let mut bytes = vec![];
        write_wrapped(start, text, behind, end, &mut bytes).expect("memory can be written");
        String::from_utf8(bytes).expect("text").lines().map(str::to_owned).collect()
    }

    #[test]
    fn wrapping() {
        assert_eq!(lines("a  ", "", 0, ""), ["a"]);
        assert_eq!(lines("a  ", "b c", 0, ""), ["a  b c"]);
        // 11 columns are left for the gap and the end, so it ends in the last.
        let line = &lines("a  ", "b", 11, "deadlock")[0];
        assert!(width(line) == COLUMNS && line.ends_with("   deadlock"), "{line}");
        // A letter is 2 columns. In a room of 78, 26 of them and 25 blanks are
        // 77; the other 24 with 23 blanks come below.
        let long = lines("  ", &"鍵 ".repeat(50), 0, "");
        assert_eq!(long.iter().map(|l| width(l)).collect::<Vec<_>>(), [2 + 77, 2 + 71]);
        // However little is left, a text gets 24 columns: 8 letters.
        let narrow = lines(&"x".repeat(70), &"鍵 ".repeat(9), 20, "deadlock");
        assert_eq!(narrow.len(), 2, "{narrow:?}");
    }
}
