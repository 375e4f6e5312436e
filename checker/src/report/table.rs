//! The table of a check of several variants: a heading a family, one a
//! scenario, and a row a variant, for 80 columns.
//!
//! A row says what was found; whether that is what was declared is said only
//! where it is not, since it nearly always is.

use std::io;

use super::look::Look;
use super::style::Mark;
use super::text::{executions, story, verdict, write_aside};
use crate::report::data::Report;
use crate::report::style::padded;

/// What the table was told last, to know when a heading is due.
#[derive(Debug, Default)]
pub struct Table {
    family: String,
    scenario: String,
}

/// Columns of the name of a variant.
const NAME: usize = 25;
/// Columns of the count of executions.
const COUNT: usize = 16;

impl Table {
    /// Writes the row of a variant, after the headings that are due.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn write_row(
        &mut self,
        family: &str,
        report: &Report,
        look: Look,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let (scenario, variant) = report.scenario.split_once('/').unwrap_or((&report.scenario, ""));
        if self.family != family {
            let blank = if self.family.is_empty() { "" } else { "\n" };
            writeln!(out, "{blank}{family}")?;
            family.clone_into(&mut self.family);
        }
        if self.scenario != scenario {
            writeln!(out, "  {scenario}")?;
            scenario.clone_into(&mut self.scenario);
        }
        let count = executions(report);
        writeln!(out, "    {} {count:>COUNT$}  {}", padded(variant, NAME), verdict(report, look))?;
        let mark = match report.as_expected {
            Some(false) => look.paint(Mark::Bad, "OTHERWISE"),
            _ => look.paint(Mark::Open, "open"),
        };
        for difference in &report.differences {
            writeln!(out, "      {mark}: {difference}")?;
        }
        if report.verdict.is_failure() && report.as_expected != Some(true) {
            writeln!(out, "      story: {}", story(report))?;
        }
        write_aside(report, look, out)
    }
}
