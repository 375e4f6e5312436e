//! `unknot list`: what there is and what it declares, for 80 columns where the
//! names allow.

use std::io::Write;

use serde::Serialize;

use super::args::{Format, ListArgs};
use super::select::{Selected, select};
use crate::cli::status::{Status, Trouble};
use crate::model::scenario::Scenario;
use crate::report::json::{self, Document};
use crate::report::style::padded;
use crate::report::style::width;

#[derive(Serialize)]
struct Entry {
    scenario: String,
    family: &'static str,
    story: &'static str,
    about: &'static str,
    covers: &'static [&'static str],
    params: Vec<ParamEntry>,
    declares: String,
}

#[derive(Serialize)]
struct ParamEntry {
    name: &'static str,
    about: &'static str,
    default: i64,
    min: i64,
    max: i64,
}

pub(super) fn run(
    args: &ListArgs,
    catalogue: &[Scenario],
    out: &mut dyn Write,
) -> Result<Status, Trouble> {
    let selected = select(&args.patterns, catalogue)?;
    if args.format == Format::Json {
        let entries: Result<Vec<Entry>, Trouble> = selected
            .iter()
            .map(|one| {
                let params = one.scenario.params.iter();
                Ok(Entry {
                    scenario: one.name(),
                    family: one.scenario.family,
                    story: one.scenario.about,
                    about: one.variant.about,
                    covers: one.scenario.covers,
                    params: params
                        .map(|p| ParamEntry {
                            name: p.name,
                            about: p.about,
                            default: p.default,
                            min: p.min,
                            max: p.max,
                        })
                        .collect(),
                    declares: (one.variant.expect)(&one.params(&[])?).to_string(),
                })
            })
            .collect();
        json::write_all(Document::List, &entries?, out)?;
        return Ok(Status::Ok);
    }
    write_text(&selected, out)?;
    Ok(Status::Ok)
}

/// A line of story for each scenario, its sizes, and a line for each variant
/// with what it declares.
fn write_text(selected: &[Selected<'_>], out: &mut dyn Write) -> Result<(), Trouble> {
    let (mut family, mut scenario) = ("", "");
    let declares: Result<Vec<String>, Trouble> = selected
        .iter()
        .map(|one| Ok((one.variant.expect)(&one.params(&[])?).to_string()))
        .collect();
    let declares = declares?;
    let most = |widths: &mut dyn Iterator<Item = usize>| widths.max().unwrap_or(0).min(MOST_SIDE);
    let name_width = most(&mut selected.iter().map(|one| width(one.variant.name)));
    let end_width = most(&mut declares.iter().map(|text| width(text)));
    for (one, declares) in selected.iter().zip(&declares) {
        if one.scenario.family != family {
            family = one.scenario.family;
            writeln!(out, "{family}")?;
        }
        if one.scenario.name != scenario {
            scenario = one.scenario.name;
            write_wrapped(&format!("  {scenario}  "), one.scenario.about, 0, "", out)?;
            for p in one.scenario.params {
                let what = format!("{} ({} to {})", p.about, p.min, p.max);
                write_wrapped(&format!("      -p {}={}  ", p.name, p.default), &what, 0, "", out)?;
            }
        }
        let name = format!("    /{}  ", padded(one.variant.name, name_width));
        if width(declares) <= end_width {
            write_wrapped(&name, one.variant.about, end_width + 3, declares, out)?;
        } else {
            // Several kinds have a line of their own, at the same edge.
            write_wrapped(&name, one.variant.about, 0, "", out)?;
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
/// that `behind` columns are left after it.
fn write_wrapped(
    start: &str,
    text: &str,
    behind: usize,
    end: &str,
    out: &mut dyn Write,
) -> std::io::Result<()> {
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
