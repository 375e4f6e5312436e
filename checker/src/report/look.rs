//! How text looks: that depends on where it goes, and on how much was asked for.
//!
//! The text that is read first has to fit on a screen. So long tables, lists and schedules
//! are folded; the text says how much is left out and how to see it. JSON is never folded.

use std::io;

use super::style::{Mark, Style};
use crate::model::count::grouped;

/// How much is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Amount {
    /// What fits on a screen or two.
    #[default]
    Brief,
    /// Everything.
    Whole,
}

/// What text is written for.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Whether words are coloured.
    pub style: Style,
    /// How wide lines may be, in columns of a terminal.
    pub columns: usize,
    /// How much is told.
    pub amount: Amount,
    /// What shows everything: an option, or a function.
    pub more: &'static str,
}

/// How many columns lines have that go to no terminal.
pub const COLUMNS: usize = 80;

/// The fewest columns that lines are made for, however narrow a terminal is.
const LEAST: usize = 40;

impl Default for Look {
    fn default() -> Look {
        let (style, amount) = (Style::Plain, Amount::Brief);
        Look { style, columns: COLUMNS, amount, more: "--verbose" }
    }
}

impl Look {
    /// The same with this many columns, if the number is known.
    #[must_use]
    pub fn wide(self, columns: Option<usize>) -> Look {
        Look { columns: columns.unwrap_or(COLUMNS).max(LEAST), ..self }
    }

    /// The same; if `is_verbose`, everything is told, in lines of any length.
    #[must_use]
    pub fn verbose(self, is_verbose: bool) -> Look {
        match is_verbose {
            false => self,
            true => Look { amount: Amount::Whole, columns: usize::MAX, ..self },
        }
    }

    /// A word, marked.
    #[must_use]
    pub fn paint(self, mark: Mark, word: &str) -> String {
        self.style.paint(mark, word)
    }

    /// How many entries are told: a brief text has at most `brief`.
    pub(super) fn most(self, brief: usize) -> usize {
        match self.amount {
            Amount::Brief => brief,
            Amount::Whole => usize::MAX,
        }
    }

    /// Says how many entries are left out, and how to see them.
    pub(super) fn write_more(
        self,
        left_out: usize,
        what: (&str, &str),
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let (one, many) = what;
        let more = self.more;
        match left_out {
            0 => Ok(()),
            1 => writeln!(out, "  … one more {one}: {more} shows it"),
            n => writeln!(out, "  … {} more {many}: {more} shows them", grouped(n as u64)),
        }
    }
}
