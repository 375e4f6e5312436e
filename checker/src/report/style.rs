//! How the words that matter most are marked on a terminal.
//!
//! Code that writes text is given a [`Style`] and never asks where the text goes.
//! Colours take no columns, so [`width`] leaves them out, and tables are
//! aligned in either style. Only the colours of this file are known here: a name of the
//! program that holds another control sequence is as wide as its letters.

use unicode_width::UnicodeWidthStr;

/// Whether words are coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// No.
    #[default]
    Plain,
    /// Yes, with the control sequences of terminals.
    Colour,
}

/// What a word says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// All is well: green.
    Good,
    /// Something is wrong: red.
    Bad,
    /// Nothing can be said: yellow.
    Open,
    /// As expected: dim.
    Aside,
}

const END: &str = "\u{1b}[0m";

impl Mark {
    const ALL: [Mark; 4] = [Mark::Good, Mark::Bad, Mark::Open, Mark::Aside];

    fn start(self) -> &'static str {
        match self {
            Mark::Good => "\u{1b}[1;32m",
            Mark::Bad => "\u{1b}[1;31m",
            Mark::Open => "\u{1b}[1;33m",
            Mark::Aside => "\u{1b}[2m",
        }
    }
}

impl Style {
    /// A word, marked.
    #[must_use]
    pub fn paint(self, mark: Mark, word: &str) -> String {
        match self {
            Style::Plain => word.to_owned(),
            Style::Colour => format!("{}{word}{END}", mark.start()),
        }
    }
}

/// The columns that a text takes on a terminal.
#[must_use]
pub fn width(text: &str) -> usize {
    let colours = Mark::ALL.map(Mark::start).into_iter().chain([END]);
    text.width() - colours.map(|c| text.matches(c).count() * c.width()).sum::<usize>()
}

/// A text with blanks after it, at least `columns` columns wide.
pub(crate) fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_take_no_columns() {
        for (text, columns) in [("", 0), ("BLOCKED", 7), ("鍵", 2), ("é", 1)] {
            assert_eq!(width(text), columns, "{text}");
            for mark in Mark::ALL {
                let painted = Style::Colour.paint(mark, text);
                assert!(painted.len() > text.len() && painted.contains(text));
                assert_eq!(width(&format!("{painted}{text}")), 2 * columns, "{text}");
                assert_eq!(Style::Plain.paint(mark, text), text);
            }
        }
    }
}
