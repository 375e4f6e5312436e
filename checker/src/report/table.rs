//! The table of a check of several variants: a heading for each family, a heading for
//! each scenario, and a row for each variant, for 80 columns.
//!
//! A row says what was found. It says whether that was declared only
//! where it was not, since nearly always it was.

use std::io;

use super::look::Look;
use super::style::Mark;
use super::text::{executions, story, verdict, write_aside};
use crate::report::data::Report;
use crate::report::style::padded;

/// The last headings of the table, to know when a new one is due.
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
