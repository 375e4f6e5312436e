//! The result of a check in a Rust test, and the assertions about it.
//!
//! An assertion that fails panics with the text of the command line. Findings that were
//! allowed are left out of that text and are in the report.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use super::saved::{self, ReportsFolder};
use crate::check::verdict::Verdict;
use crate::environment;
use crate::model::kind::{Kind, Level, Levels};
use crate::report::look::Look;
use crate::report::{Report, text};

/// A finished check.
#[derive(Clone, Debug)]
#[must_use = "a check that nothing is asserted about cannot fail"]
pub struct Checked {
    report: Report,
    /// The kinds that were found, allowed or not.
    found: BTreeSet<Kind>,
    levels: Levels,
    source: AnswerSource,
    look: Look,
    /// Where a check that fails writes what shows it again.
    reports: Option<Arc<ReportsFolder>>,
}

/// Where the answer of a check comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum AnswerSource {
    /// A search, or samples.
    Search,
    /// One schedule that was replayed instead.
    Replay {
        /// What the schedule is called.
        whence: String,
        /// What is said past the capture of a test that passes.
        note: Option<String>,
        /// Why it reached no end of the program, if it did not.
        missing: Option<String>,
    },
}

impl Checked {
    pub(super) fn new(
        report: Report,
        found: BTreeSet<Kind>,
        levels: Levels,
        source: AnswerSource,
    ) -> Checked {
        Checked { report, found, levels, source, look: Look::default(), reports: None }
    }

    /// The same with another look of its text.
    pub(super) fn look(self, look: Look) -> Checked {
        Checked { look, ..self }
    }

    /// The same, with a folder for what a failing assertion writes.
    pub(super) fn saving(self, reports: Option<Arc<ReportsFolder>>) -> Checked {
        Checked { reports, ..self }
    }

    /// Adds the command that runs the test again.
    pub(super) fn of_test(mut self, test: Option<&str>) -> Checked {
        // `--exact`: the schedule fits no other test with a name that contains this one.
        self.report.test = Some(match test {
            Some(name) => format!("cargo test {name} -- --exact"),
            None => "cargo test".to_owned(),
        });
        self
    }

    /// Everything that the check observed, as data.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The verdict, which does not count what is allowed.
    #[must_use]
    pub fn verdict(&self) -> &Verdict {
        &self.report.verdict
    }

    /// Asserts that everything was explored, and that nothing was found but what is
    /// allowed. For a replayed schedule it asserts only the latter, and that it reached
    /// an end of the program.
    ///
    /// ```should_panic
    /// use unknot_checker::sim::{Shared, spawn};
    ///
    /// unknot_checker::check(|| {
    ///     let x = Shared::new(0);
    ///     let theirs = x.clone();
    ///     let task = spawn(move || theirs.write(theirs.read() + 1));
    ///     x.write(x.read() + 1);
    ///     task.join().map(|()| x.read())
    /// })
    /// .assert_pass();
    /// ```
    ///
    /// # Panics
    /// With the findings, each with the line to replay it; or if too little was
    /// explored to tell, which includes everything that a bound left out.
    #[track_caller]
    pub fn assert_pass(&self) {
        self.assert_no_errors();
        match (&self.source, &self.report.verdict) {
            (AnswerSource::Replay { whence, note, missing }, _) => {
                self.assert_end(whence, note.as_deref(), missing.as_deref());
            }
            (AnswerSource::Search, Verdict::Exhaustive) => {}
            (AnswerSource::Search, Verdict::Bounded(_)) => panic!(
                "{}\nbounds left something out: `assert_pass_bounded` accepts that",
                self.complaint("does not pass: not everything was looked at")
            ),
            (AnswerSource::Search, _) => {
                panic!("{}", self.complaint("does not pass: not everything was looked at"))
            }
        }
    }

    /// Asserts the same, but accepts what was left out by bounds that this check has set
    /// (`preemptions`, `max_steps`, `timeouts`), if some execution ended within them.
    ///
    /// ```
    /// use unknot_checker::Checker;
    /// use unknot_checker::sim::{Lock, spawn};
    ///
    /// Checker::new()
    ///     .preemptions(0)
    ///     .check(|| {
    ///         let lock = Lock::new();
    ///         let theirs = lock.clone();
    ///         let task = spawn(move || drop(theirs.lock()));
    ///         drop(lock.lock());
    ///         task.join()
    ///     })
    ///     .assert_pass_bounded();
    /// ```
    ///
    /// # Panics
    /// With the findings; or if too little was explored to tell.
    #[track_caller]
    pub fn assert_pass_bounded(&self) {
        if matches!(
            (&self.source, &self.report.verdict),
            (AnswerSource::Search, Verdict::Bounded(_))
        ) {
            return;
        }
        self.assert_pass();
    }

    #[track_caller]
    fn assert_no_errors(&self) {
        if self.errors().next().is_some() {
            panic!("{}", self.complaint("does not pass"));
        }
    }

    /// A replayed schedule that does not reach an end shows nothing about it, and one
    /// that does shows nothing about other schedules.
    #[track_caller]
    fn assert_end(&self, whence: &str, note: Option<&str>, missing: Option<&str>) {
        let name = &self.report.scenario;
        if let Some(missing) = missing {
            panic!("{name} does not pass: {whence} {missing}");
        }
        note.into_iter().for_each(environment::say);
    }

    /// Asserts that a kind of finding was found, whatever else was found, and
    /// whether it is allowed or not.
    ///
    /// ```
    /// use unknot_checker::Kind;
    /// use unknot_checker::sim::{Lock, done};
    ///
    /// unknot_checker::check(|| {
    ///     let lock = Lock::new();
    ///     let _outer = lock.lock()?;
    ///     let _inner = lock.lock()?;
    ///     done(())
    /// })
    /// .assert_finds(Kind::Deadlock);
    /// ```
    ///
    /// # Panics
    /// If it was not found, with the kinds that were.
    #[track_caller]
    pub fn assert_finds(&self, kind: Kind) -> &Checked {
        if !self.found.contains(&kind) {
            panic!("{}", self.complaint(&format!("does not find {kind}")));
        }
        self
    }

    /// The kinds found that are more than a note, and not allowed.
    fn errors(&self) -> impl Iterator<Item = Kind> {
        self.found.iter().copied().filter(|kind| self.levels.is_error(*kind))
    }

    /// The text of an assertion that fails.
    fn complaint(&self, what: &str) -> String {
        let name = &self.report.scenario;
        if let AnswerSource::Replay { whence, .. } = &self.source {
            let found: Vec<String> = self.errors().map(|kind| kind.to_string()).collect();
            let found = if found.is_empty() { "nothing".to_owned() } else { found.join(", ") };
            return format!("{name} {what}: {whence} shows {found}");
        }
        let mut report = self.report.clone();
        let saved = self.reports.as_ref().map(|folder| saved::save(folder, &mut report));
        let mut bytes = vec![];
        let written = self.write_findings(&report, &mut bytes);
        // Writing to memory does not fail: this is for completeness.
        let problem = written.err().map(|error| error.to_string()).unwrap_or_default();
        let saved = match saved {
            None | Some(Ok(None)) => String::new(),
            Some(Ok(Some(page))) => format!("page: {page}\n\n"),
            Some(Err(error)) => format!("{error}\n"),
        };
        let count = report.unit.count(report.executions);
        format!(
            "{name} {what}\n\n{}{problem}{saved}{name}  {count}  {}",
            String::from_utf8_lossy(&bytes),
            report.verdict
        )
    }

    fn write_findings(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        let errors = report.findings.iter().filter(|finding| finding.level == Level::Error);
        text::write_findings(report, errors, self.look, out)
    }
}
