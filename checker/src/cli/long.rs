//! `check --checkpoint`, `--resume` and `--unit`: a search that is written down while it is
//! made.
//!
//! What is asked for is checked before the first execution: whether the search can be
//! written down, whether the file to go on with is of the same search, and whether the
//! program still has the place at which it goes on.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::args::CheckArgs;
use super::checkpoint::{
    Checkpoint, Saved, check_new, command, differences, save, settings, standings, words,
};
use super::long_args::EVERY;
use super::output::check_destination;
use super::planned::PlannedCheck;
use super::values::UnitOf;
use crate::check::Preemptions;
use crate::check::long::{Course, LongCourse, MadeCourse};
use crate::cli::status::Trouble;
use crate::model::count::grouped;
use crate::model::terms::Budget;
use crate::search::long::units::{LongPiece, digest, divide};
use crate::search::long::{Long, LongState};
use crate::search::monitor::Monitor;
use crate::strategy::{Config, STRATEGIES, Strategy, StrategyRow, Way};
use unknot_sim::Program;

/// Scenarios that a message lists.
const MOST_NAMES: usize = 8;

/// How the one search of a command is made.
pub(super) enum Prepared {
    /// In one go, as all searches of a command that selects several.
    AtOnce,
    Long(Box<LongCheck>),
    Made(Box<MadeCourse>),
}

/// A search that is written down.
pub(super) struct LongCheck {
    /// The file that is written.
    pub(super) path: PathBuf,
    /// What the file says besides how far the search is.
    pub(super) head: Checkpoint,
    pub(super) unit: UnitOf,
    /// The pieces of the unit, each with its number.
    pub(super) pieces: Vec<(u64, LongPiece)>,
    /// How far each of them is.
    pub(super) standings: Vec<LongState>,
    pub(super) every: u64,
    written: Mutex<WrittenState>,
}

/// What became of the file.
#[derive(Default)]
struct WrittenState {
    /// Why it could not be written.
    trouble: Option<Trouble>,
    /// Whether anything is left of the search in it, and its executions, once it is there.
    state: Option<(bool, u64)>,
}

/// The strategy of a planned check, before its first execution.
pub(super) fn create(planned: &PlannedCheck<'_>, args: &CheckArgs) -> Box<dyn Strategy> {
    let preemptions = match args.preemptions {
        Some(Preemptions::AtMost(most)) => Some(most),
        Some(Preemptions::Auto) | None => None,
    };
    let seed = planned.seed.unwrap_or_default();
    (planned.strategy.create)(Config { seed, preemptions, ..Config::default() })
}

/// Has a long search made of a planned check.
pub(super) fn with_long<T>(
    (planned, args): (&PlannedCheck<'_>, &CheckArgs),
    (max_executions, every): (u64, u64),
    monitor: &Monitor,
    run: impl FnOnce(&Long<'_>) -> T,
) -> T {
    let program = &planned.one.variant.program(&planned.params);
    let create = || create(planned, args);
    let budget = Budget { max_executions, ..planned.budget };
    run(&Long { program, create: &create, budget, monitor, every })
}

/// The pieces of the search of a planned check, in so many units.
pub(super) fn pieces(
    planned: &PlannedCheck<'_>,
    args: &CheckArgs,
    of: u64,
) -> Result<Vec<LongPiece>, Trouble> {
    let budget = (planned.budget.max_executions, 1);
    let divided = with_long((planned, args), budget, &Monitor::default(), |long| divide(long, of));
    divided.map_err(|problem| {
        Trouble::Nothing(format!("{} cannot be divided: {problem}", planned.one.name()))
    })
}

/// The head of the file of a unit.
pub(super) fn head(
    (planned, args): (&PlannedCheck<'_>, &CheckArgs),
    unit: UnitOf,
    pieces: &[LongPiece],
) -> Checkpoint {
    let name = planned.one.name();
    let mut all = settings(planned, args);
    if unit.of > 1 && planned.strategy.way.is_drawn() {
        // The executions are divided, so all units have to know how many there are.
        all.insert("--max-executions".to_owned(), planned.budget.max_executions.to_string());
    }
    let options = words(&name, args);
    let (source, of) = (planned.one.scenario.source, (unit.nth, unit.of));
    Checkpoint::new(name, options, all, source, of, (pieces.len(), digest(pieces)))
}

/// Finds out what is asked for, and whether it can be done.
pub(super) fn prepare(
    args: &CheckArgs,
    planned: &[PlannedCheck<'_>],
    program: &str,
) -> Result<Prepared, Trouble> {
    let long = &args.long;
    let Some(path) = long.checkpoint.as_ref().or(long.resume.as_ref()) else {
        let given = [
            ("--unit", long.unit.is_some()),
            ("--checkpoint-every", long.checkpoint_every.is_some()),
        ];
        return match given.iter().find(|(_, is_given)| *is_given) {
            None => Ok(Prepared::AtOnce),
            Some((option, _)) => Err(Trouble::Usage(format!(
                "{option} needs --checkpoint FILE, to which the search is written"
            ))),
        };
    };
    let [planned] = planned else {
        let names: Vec<String> = planned.iter().map(|planned| planned.one.name()).collect();
        let (n, others) = (names.len(), names.len().saturating_sub(MOST_NAMES));
        let names = names[..n - others].join(", ");
        let rest = if others > 0 { format!(" and {others} others") } else { String::new() };
        return Err(Trouble::Usage(format!(
            "a checkpoint holds one search, and {n} are selected; name one of: {names}{rest}"
        )));
    };
    refuse(planned, args)?;
    if long.resume.as_ref() != Some(path) {
        check_new(path)?;
    }
    check_destination(path)?;
    let unit = long.unit.unwrap_or(UnitOf { nth: 1, of: 1 });
    let all = pieces(planned, args, unit.of)?;
    let head = head((planned, args), unit, &all);
    let mine = (0..).zip(all).filter(|(_, piece)| piece.unit == unit.nth);
    let mine: Vec<(u64, LongPiece)> = mine.collect();
    let standings = match &long.resume {
        None => mine.iter().map(|(_, piece)| LongState::before(piece.place.clone())).collect(),
        Some(path) => {
            let saved = Saved::read(path)?;
            is_same(&saved, &head, program)?;
            let standings = found(&saved, planned, &mine)?;
            is_there(&saved, (planned, args), &mine, &standings)?;
            standings
        }
    };
    let long = LongCheck {
        path: path.clone(),
        head,
        unit,
        pieces: mine,
        standings,
        every: long.checkpoint_every.unwrap_or(EVERY),
        written: Mutex::default(),
    };
    if args.long.resume.as_ref() == Some(path) {
        // Until something is written, the file holds what was read.
        long.written().state = Some(long.state(&Vec::from_iter(&long.standings)));
    }
    Ok(Prepared::Long(Box::new(long)))
}

/// Refuses what cannot be written down, with the reason.
fn refuse(planned: &PlannedCheck<'_>, args: &CheckArgs) -> Result<(), Trouble> {
    let refused = |message: String| Err(Trouble::Usage(message));
    let strategy = planned.strategy.name;
    if args.preemptions == Some(Preemptions::Auto) {
        return refused(
            "--preemptions auto is one search after another, and a checkpoint holds one; give a \
             number, with --strategy dfs"
                .to_owned(),
        );
    }
    let is_search = planned.strategy.way == Way::Search;
    if is_search && create(planned, args).as_resumable().is_none() {
        let has_place = |row: &&StrategyRow| {
            row.way.is_drawn() || (row.create)(Config::default()).as_resumable().is_some()
        };
        let names: Vec<&str> = STRATEGIES.iter().filter(has_place).map(|row| row.name).collect();
        let bound = if args.preemptions.is_some() { " under a bound on preemptions" } else { "" };
        return refused(format!(
            "{strategy}{bound} adds to what it plans at earlier steps after every execution, so \
             its place is not written down; --checkpoint goes with dfs under a bound, and without one with: {}",
            names.join(", ")
        ));
    }
    if args.cross_check {
        return refused(
            "--cross-check makes a second search, and a checkpoint holds one; check with \
             --strategy dfs and a checkpoint of its own"
                .to_owned(),
        );
    }
    if args.long.unit.is_none() {
        return Ok(());
    }
    if planned.strategy.way == Way::Guided {
        return refused(format!(
            "{strategy} draws each execution by what all before it came to, so they cannot be \
             divided; a sampler that can be: portfolio"
        ));
    }
    if args.fail_fast {
        return refused(
            "--fail-fast ends at the first error of the whole search, and a unit sees one part \
             of it"
                .to_owned(),
        );
    }
    let has_report = args.o.is_some() || args.save.is_some();
    if has_report || !matches!(args.format.check, Some(crate::report::formats::Checks::AsTheyEnd)) {
        return refused(
            "a unit has no report of its own: -o, --format and --save go with the report of all \
             units, or with a check of the whole"
                .to_owned(),
        );
    }
    Ok(())
}

/// Whether a file is of the search of this command.
fn is_same(saved: &Saved, head: &Checkpoint, program: &str) -> Result<(), Trouble> {
    let path = &saved.path;
    let lines = differences((&saved.file, "there"), (head, "here"));
    if !lines.is_empty() {
        return Err(Trouble::Usage(format!(
            "{path} is of another search:\n{}\nwhat fits: {}",
            lines.join("\n"),
            saved.command(program)
        )));
    }
    is_unchanged(saved, head)
}

/// Whether the program has the source text that it had when a file was begun, and is divided
/// as it was. Of a search that has come to its end nothing else is made again than what it
/// observed, so a change that shows elsewhere is seen in the text alone.
pub(super) fn is_unchanged(saved: &Saved, head: &Checkpoint) -> Result<(), Trouble> {
    if saved.file.source() != head.source() {
        return Err(changed(saved, "its source text is another one"));
    }
    let (there, here) = (saved.file.unit(), head.unit());
    if (there.pieces, &there.division) == (here.pieces, &here.division) {
        return Ok(());
    }
    Err(changed(saved, "it is divided into other pieces"))
}

fn changed(saved: &Saved, problem: &str) -> Trouble {
    let (path, name) = (&saved.path, saved.file.scenario());
    Trouble::Changed(format!("{path} does not fit {name} as it is now: {problem}"))
}

/// How far each piece is by a file, which has to have these pieces.
pub(super) fn found(
    saved: &Saved,
    planned: &PlannedCheck<'_>,
    mine: &[(u64, LongPiece)],
) -> Result<Vec<LongState>, Trouble> {
    let program: Program = planned.one.variant.program(&planned.params);
    let found = standings(&saved.file, &program, planned.budget.semantics);
    let found = found.map_err(|problem| changed(saved, &problem))?;
    let numbers = found.iter().map(|(number, _)| *number);
    if !numbers.eq(mine.iter().map(|(number, _)| *number)) {
        return Err(changed(saved, "it has other pieces"));
    }
    Ok(found.into_iter().map(|(_, standing)| standing).collect())
}

/// Whether the program has the places at which pieces go on, and the budget is enough.
fn is_there(
    saved: &Saved,
    (planned, args): (&PlannedCheck<'_>, &CheckArgs),
    mine: &[(u64, LongPiece)],
    standings: &[LongState],
) -> Result<(), Trouble> {
    let spent: u64 = standings.iter().map(LongState::spent).sum();
    let most = planned.budget.max_executions;
    if spent > most {
        let (path, spent, most) = (&saved.path, grouped(spent), grouped(most));
        return Err(Trouble::Usage(format!(
            "{path} has {spent} executions already, and --max-executions is {most}"
        )));
    }
    for ((_, piece), standing) in mine.iter().zip(standings) {
        // Where a piece begins was found out when the search was divided.
        if piece.is_done(standing) || standing.next.as_ref() == Some(&piece.place) {
            continue;
        }
        let (budget, monitor) = ((most, 1), Monitor::default());
        let there = with_long((planned, args), budget, &monitor, |long| long.is_there(standing));
        there.map_err(|problem| changed(saved, &problem.to_string()))?;
    }
    Ok(())
}

impl LongCheck {
    /// Writes how far all pieces are. What goes wrong is told at the end.
    pub(super) fn save(&self, standings: &[&LongState]) {
        let numbers = self.pieces.iter().map(|(number, _)| *number);
        let all: Vec<(u64, &LongState)> = numbers.zip(standings.iter().copied()).collect();
        let done = save(&self.path, &self.head, &all);
        // What is written later makes good for what was not.
        let state = Some(self.state(standings));
        *self.written() = WrittenState { trouble: done.err(), state };
    }

    /// Whether anything is left of the search, and its executions.
    fn state(&self, standings: &[&LongState]) -> (bool, u64) {
        let mut pieces = self.pieces.iter().zip(standings);
        let is_open = pieces.any(|((_, piece), standing)| !piece.is_done(standing));
        (is_open, standings.iter().map(|standing| standing.spent()).sum())
    }

    fn written(&self) -> MutexGuard<'_, WrittenState> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why the last state is not in the file, if it is not.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        self.written().trouble.take()
    }

    /// What to say of the file at the end of a check.
    pub(super) fn note(&self, program: &str) -> Option<String> {
        let path = self.path.display();
        match self.written().state {
            Some((false, _)) => None,
            Some((true, spent)) => {
                let command = self.command(program, spent);
                Some(format!("the search is not finished; go on: {command}"))
            }
            None => Some(format!("the check ended before its search, so {path} is not written")),
        }
    }

    /// The command that goes on after so many executions.
    pub(super) fn command(&self, program: &str, spent: u64) -> String {
        command((&self.path.display().to_string(), &self.head), program, spent)
    }

    /// The numbers of the pieces that are not finished.
    pub(super) fn unfinished(&self, standings: &[LongState]) -> BTreeSet<u64> {
        let pieces = self.pieces.iter().zip(standings);
        let open = pieces.filter(|((_, piece), standing)| !piece.is_done(standing));
        open.map(|((number, _), _)| *number).collect()
    }
}

/// Hands a check the way in which its search is made.
pub(super) fn with_course<T>(prepared: &Prepared, run: impl FnOnce(Course<'_>) -> T) -> T {
    match prepared {
        Prepared::AtOnce => run(Course::AtOnce),
        Prepared::Made(made) => run(Course::Made(made)),
        Prepared::Long(long) => {
            let save = |standing: &LongState| long.save(&[standing]);
            let begin = &long.standings[0];
            run(Course::Long(LongCourse { begin, every: long.every, save: &save }))
        }
    }
}

/// A path as it is told.
pub(super) fn shown(path: &Path) -> String {
    crate::report::shell::word(&path.display().to_string())
}
