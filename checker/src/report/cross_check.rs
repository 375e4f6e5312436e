//! The result of a comparison with the plain search, as data and as text.

use std::io;

use serde::Serialize;

use super::look::Look;
use super::style::Mark;
use crate::check::cross_check::{Agreement, CrossCheck, PLAIN};
use crate::strategy::Unit;

/// The comparison of one check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CrossCheckReport {
    /// The plain search by name.
    pub strategy: &'static str,
    /// Its executions that completed or got stuck.
    pub schedules: u64,
    /// The trace classes of the check, if it counts these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classes: Option<u64>,
    /// Whether both observed the same; null if that is not known.
    pub agrees: Option<bool>,
    /// What each search missed, or why nothing is known.
    pub problems: Vec<String>,
}

impl CrossCheckReport {
    /// The report of a comparison.
    #[must_use]
    pub fn new(done: CrossCheck) -> CrossCheckReport {
        let CrossCheck { schedules, classes, agreement } = done;
        let (agrees, problems) = match agreement {
            Agreement::Same => (Some(true), vec![]),
            Agreement::Different(problems) => (Some(false), problems),
            Agreement::Open(why) => (None, vec![why]),
        };
        CrossCheckReport { strategy: PLAIN, schedules, classes, agrees, problems }
    }

    /// Writes it for people, below the line of the check.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn write_text(&self, look: Look, out: &mut dyn io::Write) -> io::Result<()> {
        let schedules = Unit::Schedules.count(self.schedules);
        match self.agrees {
            Some(true) => {
                let counts = match self.classes {
                    Some(n) => {
                        let verb = if self.schedules == 1 { "is" } else { "are" };
                        format!("{schedules} {verb} {}", Unit::Classes.count(n))
                    }
                    None => schedules,
                };
                writeln!(out, "    cross-check: {counts}, with the same outcomes and findings")
            }
            None => {
                let word = look.paint(Mark::Open, "INCONCLUSIVE");
                writeln!(out, "    cross-check: {word} ({})", self.problems.join("; "))
            }
            Some(false) => {
                let word = look.paint(Mark::Bad, "DIFFERENT");
                writeln!(out, "    cross-check: {word}; {} goes through {schedules}", PLAIN)?;
                for problem in &self.problems {
                    writeln!(out, "      {problem}")?;
                }
                writeln!(
                    out,
                    "      a program that does the same again cannot do this: it is a fault of \
                     unknot; please report it with the program and this command"
                )
            }
        }
    }
}
