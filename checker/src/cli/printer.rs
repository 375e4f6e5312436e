//! What `check` prints, report by report, and how it ends.

use std::io::Write;

use super::args::CheckArgs;
use super::onlooker::Onlooker;
use super::output::Destination;
use super::page;
use super::planned::PlannedCheck;
use crate::check::verdict::{Open, Verdict};
use crate::cli::status::{Status, Trouble};
use crate::library::page::add_check;
use crate::report::answer::CheckAnswer;
use crate::report::formats::Checks;
use crate::report::html::Page;
use crate::report::look::Look;
use crate::report::table::Table;
use crate::report::{Report, text};
use unknot_sim::ProgramName;

/// A report of a check.
pub(super) enum Reported {
    Ended(Report),
    /// It did not come to its end: nothing is known of it but what it has saved.
    Unfinished(Report),
}

/// Prints reports in their order.
pub(super) struct Printer<'a> {
    pub(super) planned: &'a [PlannedCheck<'a>],
    pub(super) args: &'a CheckArgs,
    /// What the tool was called by.
    pub(super) program: &'a str,
    pub(super) look: Look,
    pub(super) onlooker: &'a Onlooker,
    pub(super) out: Destination<'a>,
    pub(super) err: &'a mut dyn Write,
    pub(super) table: Table,
    /// The reports that were printed.
    pub(super) reports: Vec<Report>,
    /// Whether a file could not be written.
    pub(super) is_unwritten: bool,
}

impl Printer<'_> {
    /// Prints the report of a check, and saves what it found.
    pub(super) fn print(&mut self, nth: usize, report: Reported) -> Result<(), Trouble> {
        let plan = &self.planned[nth];
        let (mut report, saver) = match report {
            Reported::Ended(report) => (report, plan.saver.as_ref()),
            Reported::Unfinished(report) => (report, None),
        };
        if let Verdict::Inconclusive(Open::NotTaken(why)) = &report.verdict {
            return Err(Trouble::Usage(format!("{}: {why}", report.scenario)));
        }
        self.program.clone_into(&mut report.program);
        let _quiet = self.onlooker.quiet();
        if let Some(saver) = saver {
            match saver.findings(&plan.one.variant.program(&plan.params), &mut report) {
                // A full disk ends no check.
                Err(Trouble::Unwritten(message)) => {
                    let _ = writeln!(self.err, "error: {message}");
                    self.is_unwritten = true;
                }
                done => done?,
            }
        }
        if let Some(Checks::AsTheyEnd) = self.args.format.check {
            let (look, out) = (self.look, &mut self.out);
            if self.planned.len() == 1 {
                text::write_report(&report, look, out)?;
                text::write_line(&report, look, out)?;
            } else {
                self.table.write_row(plan.one.scenario.family, &report, look, out)?;
            }
        }
        self.reports.push(report);
        Ok(())
    }

    /// Writes a note to standard error.
    pub(super) fn say(&mut self, text: &str) {
        let _quiet = self.onlooker.quiet();
        // If standard error is closed, nothing can be done.
        let _ = writeln!(self.err, "note: {text}");
    }

    /// Prints what comes after the last report.
    pub(super) fn finish(&mut self) -> Result<Status, Trouble> {
        let reports = &self.reports;
        match self.args.format.check {
            None => {
                let mut page = Page::default();
                if self.args.quiz {
                    page.ask_first();
                }
                for (nth, (plan, report)) in self.planned.iter().zip(reports).enumerate() {
                    let name = ProgramName::from(plan.one.name());
                    let monitor = self.onlooker.begin(nth, self.planned.len(), &name);
                    let program = plan.one.variant.program(&plan.params);
                    add_check(&mut page, (&program, plan.budget), report, &monitor);
                    self.onlooker.end(nth);
                }
                page::write(&page, self.args.format, None, &mut self.out)?;
            }
            Some(Checks::Together(write)) => write(reports, &mut self.out)?,
            Some(Checks::AsTheyEnd) => {
                let as_declared = reports.iter().filter(|r| r.as_expected == Some(true)).count();
                writeln!(self.out, "\n{} checked, {as_declared} as declared", reports.len())?;
                let is_told = |report: &&Report| {
                    report.verdict.is_failure() && report.as_expected == Some(true)
                };
                if let Some(one) = reports.iter().find(is_told).filter(|_| reports.len() > 1) {
                    writeln!(self.out, "the story of a row: {}", text::story_command(one))?;
                }
            }
        }
        self.out.finish()?;
        let unwritten = self.is_unwritten.then_some(Status::Unwritten);
        let all = reports.iter().map(Report::status).chain(unwritten);
        Ok(all.max().unwrap_or(Status::Ok))
    }
}

impl Report {
    /// How a check with this report ended.
    fn status(&self) -> Status {
        match self.answer() {
            CheckAnswer::AsDeclared => Status::Ok,
            CheckAnswer::Open => Status::Inconclusive,
            CheckAnswer::Otherwise => Status::Failed,
        }
    }
}
