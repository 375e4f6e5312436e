//! A Rust test that replays one schedule, as text.
//!
//! It stands on the library alone: the terms of the schedule file become settings of a
//! `Checker`, and the schedule is a line in it that a person can read and shorten. It fails
//! as long as the schedule shows what the file was saved for, and passes once the program
//! does not do that any more; or the other way round, where a test is to keep a fault.

use std::collections::BTreeSet;
use std::fmt::{self, Write};

use unknot_sim::TimeMode;

use super::visible::visible;
use crate::model::kind::{Kind, Level};
use crate::model::terms::Semantics;
use crate::replay::file::SchedFile;

/// Columns of a line of the schedule.
const COLUMNS: usize = 76;

/// The test.
pub(crate) struct PromotedTest<'a> {
    /// The name of the schedule file.
    pub(crate) from: &'a str,
    /// What it says.
    pub(crate) file: &'a SchedFile,
    /// What is run.
    pub(crate) program: PromotedProgram<'a>,
    /// Whether the test passes while the schedule shows the fault.
    pub(crate) finds: bool,
}

/// What a test runs, as Rust names it.
pub(crate) enum PromotedProgram<'a> {
    /// A function or closure.
    Function(&'a str),
    /// The scenario of the file.
    Scenario {
        /// The catalogue that has it.
        catalogue: &'a str,
        /// The sizes that are not the defaults.
        sizes: &'a [(String, i64)],
    },
}

impl fmt::Display for PromotedTest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PromotedTest { from, file, finds, .. } = self;
        let kinds: Vec<&str> = file.shows.iter().map(|kind| kind.name()).collect();
        let kinds = kinds.join(", ");
        let (from, scenario) = (visible(from), visible(&file.scenario));
        writeln!(f, "//! A schedule that shows {kinds} in {scenario}.")?;
        writeln!(f, "//!")?;
        writeln!(
            f,
            "//! Written by `unknot promote` from {from}. {}",
            match finds {
                true => "It passes as long as the schedule shows that.",
                false => "It fails as long as the schedule shows that.",
            }
        )?;
        writeln!(f, "//! It says nothing about other schedules: a check searches those.\n")?;
        self.write_imports(f)?;
        writeln!(f, "#[test]\nfn {}() {{", self.name())?;
        self.write_program(f)?;
        writeln!(f, "    Checker::new()")?;
        writeln!(f, "        .name({:?})", file.scenario)?;
        self.write_settings(f)?;
        writeln!(f, "        .replay(")?;
        writeln!(f, "            \"{}\",", broken(&file.schedule.to_string()))?;
        writeln!(f, "            program,")?;
        writeln!(f, "        )")?;
        match (finds, &file.shows[..]) {
            (false, _) => writeln!(f, "        .assert_pass();")?,
            (true, kinds) => {
                for (nth, kind) in kinds.iter().enumerate() {
                    let end = if nth + 1 == kinds.len() { ";" } else { "" };
                    writeln!(f, "        .assert_finds(Kind::{kind:?}){end}")?;
                }
            }
        }
        writeln!(f, "}}")
    }
}

impl PromotedTest<'_> {
    fn write_imports(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_virtual = self.file.semantics.time == TimeMode::Virtual;
        if is_virtual {
            writeln!(f, "use unknot_checker::sim::TimeMode;")?;
        }
        let needs_kind = self.finds || self.told().next().is_some();
        match needs_kind {
            true => writeln!(f, "use unknot_checker::{{Checker, Kind}};\n"),
            false => writeln!(f, "use unknot_checker::Checker;\n"),
        }
    }

    /// The kinds that the schedule was saved for and that are otherwise only told.
    fn told(&self) -> impl Iterator<Item = Kind> {
        let told = |kind: &Kind| kind.level() == Level::Note;
        self.file.shows.iter().copied().filter(move |kind| told(kind) && !self.finds)
    }

    fn write_program(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.program {
            PromotedProgram::Function(path) => writeln!(f, "    let program = {path};"),
            PromotedProgram::Scenario { catalogue, sizes } => {
                let sizes = sizes.iter().map(|(name, value)| format!("({name:?}, {value})"));
                let sizes: Vec<String> = sizes.collect();
                writeln!(f, "    let program = unknot_checker::program(")?;
                writeln!(f, "        {catalogue},")?;
                writeln!(f, "        {:?},", self.file.scenario)?;
                writeln!(f, "        &[{}],", sizes.join(", "))?;
                writeln!(f, "    );")
            }
        }
    }

    /// The terms that are not the defaults of a check.
    fn write_settings(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Semantics { time, max_timeouts, max_steps, stack } = self.file.semantics;
        let usual = Semantics::DEFAULT;
        if time != usual.time {
            writeln!(f, "        .time(TimeMode::{time:?})")?;
        }
        if max_timeouts != usual.max_timeouts {
            writeln!(f, "        .timeouts({max_timeouts})")?;
        }
        if max_steps != usual.max_steps {
            writeln!(f, "        .max_steps({max_steps})")?;
        }
        if stack != usual.stack {
            writeln!(f, "        .stack({})", stack.bytes())?;
        }
        self.told().try_for_each(|kind| writeln!(f, "        .fail_on(Kind::{kind:?})"))
    }

    /// The name of the test: words of ASCII.
    fn name(&self) -> String {
        let kinds: BTreeSet<&str> = self.file.shows.iter().map(|kind| kind.name()).collect();
        let parts: Vec<&str> = [self.file.scenario.as_str()].into_iter().chain(kinds).collect();
        let is_word = |c: char| c.is_ascii_alphanumeric();
        let text = parts.join("_").to_lowercase();
        let words: Vec<&str> = text.split(|c| !is_word(c)).filter(|w| !w.is_empty()).collect();
        let name = words.join("_");
        match name.starts_with(|c: char| c.is_ascii_digit()) {
            true => format!("test_{name}"),
            false => name,
        }
    }
}

/// A schedule over several lines of a literal: a backslash takes the end of its line, and
/// the spaces that follow.
fn broken(schedule: &str) -> String {
    let (mut text, mut column) = (String::new(), 0);
    for word in schedule.split(' ') {
        if column > 0 && column + word.len() > COLUMNS {
            text.push_str(" \\\n             ");
            column = 0;
        } else if column > 0 {
            text.push(' ');
        }
        // A schedule is made of letters, digits and signs that need no escape.
        let _ = write!(text, "{word}");
        column += word.len() + 1;
    }
    text
}
