//! Reads-from classes counted without any reduction.
//!
//! Two executions are of one class if every read takes from the same write in both, and every
//! acquisition from the same release. The canonical form is just that: for each task, by its
//! path, what it did and which step each read took from; and where the outcome is made at the
//! exit, which step wrote each variable last. Nothing of the search is used.

use std::collections::{BTreeMap, BTreeSet};

use unknot_checker::Kind;
use unknot_checker::check::observe;
use unknot_checker::model::finding::{Fault, Origin};
use unknot_checker::model::terms::Budget;
use unknot_checker::sim::{
    Ended, Execution, Explorer, Failure, Limits, Mode, ObjectId, Program, Value, explore,
};
use unknot_checker::strategy::{Dfs, Observing, ReadsFrom, Strategy, Visibility};

/// A step by its task's path and number, or nothing.
type StepName = Option<(String, usize)>;

/// What each step did and read, by its name; at the end what was written last.
type Form = BTreeMap<(String, usize), (&'static str, StepName)>;

/// How an execution turned out: its outcome, and where each task that did not end is.
pub(crate) type Turnout = (Option<Value>, Vec<(String, String)>, Vec<String>);

#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// For each class how often it was run, and how it turned out.
    pub(crate) classes: BTreeMap<Form, (u64, BTreeSet<Turnout>)>,
    pub(crate) executions: u64,
    pub(crate) given_up: u64,
    pub(crate) cut: u64,
    most: u64,
}

impl Seen {
    pub(crate) fn turnouts(&self) -> BTreeSet<&Turnout> {
        self.classes.values().flat_map(|(_, turnouts)| turnouts).collect()
    }
}

fn form(execution: &Execution<'_>) -> Form {
    let trace = execution.trace;
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    let mut last: BTreeMap<ObjectId, StepName> = BTreeMap::new();
    let mut form = Form::new();
    for (at, step) in trace.steps().iter().enumerate() {
        let task = execution.names.task_path(step.task).to_string();
        let number = count.entry(task.clone()).or_default();
        let name = (task, *number);
        *number += 1;
        let mut read = None;
        for access in trace.accesses(at) {
            let before = last.get(&access.object).cloned().flatten();
            let (reads, writes) = match access.mode {
                Mode::Read | Mode::Compare | Mode::Await | Mode::Look => (true, false),
                Mode::Write | Mode::Give => (false, true),
                Mode::Update | Mode::Take | Mode::GiveBounded => (true, true),
                Mode::Try => (true, access.granted),
                Mode::Tally => (false, false),
                other => panic!("{other:?} is not taken"),
            };
            if reads {
                read = before;
            }
            if writes {
                last.insert(access.object, Some(name.clone()));
            }
        }
        form.insert(name, (step.verb, read));
    }
    if execution.has_exit_outcome && execution.ended == Ended::Complete {
        for (object, write) in last {
            let (creator, nth) = execution.names.object_origin(object);
            if execution.object(object).is_variable {
                form.insert((format!("exit {creator}"), nth as usize), ("exit", write));
            }
        }
    }
    form
}

fn turnout(execution: &Execution<'_>) -> Turnout {
    let names = execution.names;
    let left = execution.left().map(|task| {
        let op = &task.pending;
        let place = format!("{} {}", op.verb, op.location.line());
        (names.task_path(task.id).to_string(), place)
    });
    let mut left: Vec<(String, String)> = left.collect();
    left.sort();
    let failed = execution.live.iter().filter_map(|&task| {
        let failure = match execution.task(task).failure.as_ref()? {
            Failure::Exception(exception) => format!("{exception:?}"),
            Failure::Panic { message, .. } => message.clone(),
        };
        Some(format!("{} {failure}", names.task_path(task)))
    });
    let mut failed: Vec<String> = failed.collect();
    failed.sort();
    (execution.outcome.cloned(), left, failed)
}

/// Goes through a program. `None` if the search makes more executions than that.
pub(crate) fn go_through<S: Strategy>(
    program: &Program,
    strategy: S,
    most: u64,
) -> Option<(Seen, S)> {
    let seen = Seen { most, ..Seen::default() };
    let look = |seen: &mut Seen, execution: &Execution<'_>| match execution.ended {
        Ended::Abandoned => seen.given_up += 1,
        Ended::Cut => seen.cut += 1,
        Ended::Complete | Ended::Stuck => {
            seen.executions += 1;
            let (n, turnouts) = seen.classes.entry(form(execution)).or_default();
            *n += 1;
            turnouts.insert(turnout(execution));
        }
    };
    let observing =
        Observing::new(strategy, seen, look).going_on(|seen| seen.executions < seen.most);
    let limits = Limits { max_steps: 300, ..Limits::default() };
    let Observing { explorer, seen, .. } = explore(program, limits, observing);
    (seen.executions < most).then_some((seen, explorer))
}

/// The faults that a search finds, but for those of which a class says too little.
pub(crate) fn faults(program: &Program, strategy: impl Strategy) -> BTreeSet<Fault<Origin>> {
    let observed = observe(program, strategy, Budget::default());
    assert!(observed.exhausted(), "the budget of a test is enough");
    let is_answered = |fault: &&Fault<Origin>| {
        !matches!(fault.kind, Kind::LostUpdate | Kind::StaleWrite | Kind::DataRace)
    };
    observed.findings.keys().filter(is_answered).cloned().collect()
}

/// What is wrong with the search on a program; `None` if it is too large to tell.
pub(crate) fn compare(program: &Program, most: u64) -> Option<Result<(), String>> {
    let reduced = go_through(program, ReadsFrom::new(), most + 1)?;
    let (reduced, search) = reduced;
    if search.refusal().is_some() {
        return None;
    }
    let (plain, _) = go_through(program, Dfs::new(Visibility::All), most)?;
    Some(judge(&plain, &reduced, &search))
}

fn judge(plain: &Seen, reduced: &Seen, search: &ReadsFrom) -> Result<(), String> {
    if let Some(divergence) = search.divergence() {
        return Err(format!("differs: {divergence:?}"));
    }
    if plain.cut + reduced.cut > 0 {
        return Ok(());
    }
    if !search.is_exhausted() || reduced.given_up > 0 {
        return Err(format!("{} given up, or not through", reduced.given_up));
    }
    if let Some((form, (_, turnouts))) = plain.classes.iter().find(|(_, (_, of))| of.len() > 1) {
        return Err(format!("one class turns out in two ways: {form:?} {turnouts:?}"));
    }
    let missed: Vec<&Form> =
        plain.classes.keys().filter(|class| !reduced.classes.contains_key(*class)).collect();
    if let Some(first) = missed.first() {
        return Err(format!(
            "{} of {} classes missed: {first:?}",
            missed.len(),
            plain.classes.len()
        ));
    }
    if reduced.classes.len() > plain.classes.len() {
        return Err("classes that the plain search does not have".to_owned());
    }
    if plain.turnouts() != reduced.turnouts() {
        return Err("other turnouts".to_owned());
    }
    let twice = reduced.classes.values().filter(|(n, _)| *n > 1).count();
    if twice > 0 {
        return Err(format!("{twice} of {} classes run more than once", reduced.classes.len()));
    }
    Ok(())
}

/// Whether a strategy is an explorer: the search is one like the others.
const _: fn() = || {
    fn is<E: Explorer>() {}
    is::<ReadsFrom>();
};
