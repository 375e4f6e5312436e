//! Runs what a check is about to report once more.
//!
//! A program that looks at something that no schedule decides, such as a clock
//! or the order of a hash, may show a fault once and not again under the same
//! schedule. So the witness of each distinct finding and of each outcome is run
//! again. If it does not show the same again, `nondeterminism` is reported, with the
//! first step that was different.
//!
//! What it can miss: a program that happens to do the same both times.

use std::collections::BTreeMap;

use unknot_sim::{Decision, Execution, Explorer, Point, Program, explore};

use crate::analysis;
use crate::analysis::handed::Handed;
use crate::model::end::End;
use crate::model::finding::{Fault, Origin};
use crate::model::kind::Kind;
use crate::model::labels::package_path;
use crate::model::schedule::Schedule;
use crate::model::terms::{Budget, Semantics};
use crate::replay::record::StepRecord;
use crate::search::jobs::Jobs;
use crate::search::observed::{Observed, Seen, StepSignature, Turnout, Witness};
use crate::search::settle;
use crate::strategy::{Divergence, Replay};

/// Witnesses that are copied and run again at a time.
const BATCH: usize = 256;

/// What a witness shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shows {
    Fault(Fault<Origin>),
    Turnout(Turnout),
}

impl Shows {
    /// Whether an execution with these faults shows it.
    fn is_in(&self, execution: &Execution<'_>, faults: &[Fault<Origin>]) -> bool {
        match self {
            Shows::Turnout(turnout) => Turnout::of(execution).as_ref() == Some(turnout),
            Shows::Fault(fault) => fault.is_shown_by(faults),
        }
    }

    fn text(&self) -> String {
        match self {
            Shows::Fault(fault) => fault.kind.to_string(),
            Shows::Turnout(Turnout::Complete(value)) => format!("the outcome {value}"),
            Shows::Turnout(Turnout::Failed) => "a failure of the main task".to_owned(),
            Shows::Turnout(Turnout::Stuck) => "a stuck execution".to_owned(),
        }
    }
}

/// A witness that is run again. One execution may show many things, and is run for all
/// of them at once.
struct Confirmation {
    witness: Witness,
    shows: Vec<Shows>,
    /// Which of these it did not show when it was run again, and how.
    differs: Vec<(Shows, Divergence)>,
}

/// Groups the witnesses of one execution, in the order of the first of each.
fn grouped<'a>(
    all: impl Iterator<Item = (Shows, &'a Witness)>,
) -> impl Iterator<Item = (Vec<Shows>, &'a Witness)> {
    let mut groups: Vec<(Vec<Shows>, &Witness)> = vec![];
    let mut known: BTreeMap<*const StepSignature, usize> = BTreeMap::new();
    for (shows, witness) in all {
        // Everything that one execution shows shares the record of its steps.
        let group = *known.entry(witness.made.as_ptr()).or_insert(groups.len());
        match groups.get_mut(group) {
            Some((all, _)) => all.push(shows),
            None => groups.push((vec![shows], witness)),
        }
    }
    groups.into_iter()
}

/// Runs one witness after the other.
struct Reruns {
    handed: Handed,
    all: Vec<Confirmation>,
    /// How many have begun.
    begun: usize,
    replay: Replay,
}

impl Explorer for Reruns {
    fn begin(&mut self) -> bool {
        let Some(next) = self.all.get(self.begun) else { return false };
        self.replay = Replay::new(next.witness.schedule.clone());
        self.begun += 1;
        self.replay.begin()
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        self.replay.pick(point)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        self.replay.choose(point, n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        self.replay.end(execution);
        let Confirmation { witness, shows, differs } = &mut self.all[self.begun - 1];
        // A different operation at a step comes before everything that follows from it.
        let diverged = other_step(witness, execution).or_else(|| self.replay.divergence().cloned());
        let faults = analysis::faults(execution, &self.handed);
        differs.extend(shows.drain(..).filter_map(|shows| {
            let divergence = match &diverged {
                Some(divergence) => divergence.clone(),
                None if shows.is_in(execution, &faults) => return None,
                None => same_steps(&shows.text(), witness),
            };
            Some((shows, divergence))
        }));
    }
}

/// The first step that differs from the one of the witness.
fn other_step(witness: &Witness, execution: &Execution<'_>) -> Option<Divergence> {
    let made = execution.trace.steps();
    let now = |step: usize| StepSignature::of(&made[step], execution.names);
    let step = (0..made.len().min(witness.made.len())).find(|&s| witness.made[s] != now(s))?;
    let (before, now) = (witness.made[step], now(step));
    let task = execution.names.task_path(made[step].task);
    let is_only_object = (before.verb, before.site) == (now.verb, now.site);
    let object = if is_only_object { " to another object" } else { "" };
    let message = format!("{task} did {}, and now does {}{object}", told(before), told(now));
    Some(Divergence { step, message })
}

fn told(made: StepSignature) -> String {
    let StepSignature { verb, site, .. } = made;
    format!("'{verb}' ({}:{})", package_path(site.0.file()), site.0.line())
}

/// How a witness differs when it is run again, if it does.
pub(crate) fn rerun_and_compare(
    program: &Program,
    fault: &Fault<Origin>,
    witness: &Witness,
    handed: &Handed,
    semantics: Semantics,
) -> Option<Divergence> {
    let shows = vec![Shows::Fault(fault.unsettled())];
    let done = run_again(program, vec![(shows, witness.clone())], handed, semantics);
    done.into_iter().map(|(_, divergence)| divergence).next()
}

fn run_again(
    program: &Program,
    witnesses: Vec<(Vec<Shows>, Witness)>,
    handed: &Handed,
    semantics: Semantics,
) -> Vec<(Shows, Divergence)> {
    let all = witnesses.into_iter();
    let all = all.map(|(shows, witness)| Confirmation { shows, witness, differs: vec![] });
    let replay = Replay::new(Schedule::default());
    let reruns = Reruns { handed: handed.clone(), all: all.collect(), begun: 0, replay };
    let done = explore(program, semantics.limits(false), reruns).all;
    done.into_iter().flat_map(|rerun| rerun.differs).collect()
}

/// All steps were the same; something between two steps was not, such as a value.
fn same_steps(shown: &str, witness: &Witness) -> Divergence {
    let step = witness.made.len().saturating_sub(1);
    let last = witness.made.last().map_or("nothing".to_owned(), |made| told(*made));
    let task = witness.schedule.steps.last().map_or("T0".to_owned(), |step| step.task.to_string());
    let message = format!(
        "{task} did {last}, and now does {last}: the same steps, which showed {shown} and now do not"
    );
    Divergence { step, message }
}

/// How a recorded execution differs from the one of its witness.
pub(crate) fn first_difference(
    fault: &Fault<Origin>,
    witness: &Witness,
    steps: &[StepRecord],
    diverged: Option<&Divergence>,
) -> Divergence {
    let of =
        |made: &StepSignature| (made.verb, package_path(made.site.0.file()), made.site.0.line());
    let is_other = |(made, step): (&StepSignature, &StepRecord)| {
        of(made) != (step.operation.op.as_str(), step.operation.file.as_str(), step.operation.line)
    };
    let Some(at) = witness.made.iter().zip(steps).position(is_other) else {
        return diverged.cloned().unwrap_or_else(|| same_steps(fault.kind.name(), witness));
    };
    let now = &steps[at];
    let before = told(witness.made[at]);
    let message = format!(
        "{} did {before}, and now does '{}' ({}:{})",
        now.task, now.operation.op, now.operation.file, now.operation.line
    );
    Divergence { step: at, message }
}

/// Judges the standstills, runs each finding and each outcome again, makes those that
/// are not shown again `nondeterminism`, and settles what the findings are.
pub(crate) fn confirm(program: &Program, observed: &mut Observed, budget: Budget) {
    let semantics = budget.semantics;
    settle::stuck::settle(observed, budget.levels);
    for (shows, divergence) in doubtful(program, observed, semantics) {
        let seen = match &shows {
            Shows::Turnout(turnout) => {
                // The outcome was observed, but no schedule gives it.
                observed.outcomes.get(turnout).expect("it was just there").clone()
            }
            Shows::Fault(fault) => {
                let seen = observed.findings.remove(fault).expect("it was just there");
                if observed.findings.keys().all(|known| known.kind != fault.kind) {
                    observed.kinds.remove(&fault.kind);
                }
                seen
            }
        };
        doubt(observed, seen, divergence);
    }
    settle::settle(program, observed, semantics);
}

/// The same for a search by several threads, which ends at what may be an error. If
/// that turns out to be none, it is not known where one thread would have ended. So
/// one thread searches `again`.
pub(crate) fn confirm_or_again(
    program: &Program,
    observed: &mut Observed,
    (budget, jobs): (Budget, Jobs),
    again: impl FnOnce() -> Observed,
) {
    let has_error = |observed: &Observed| observed.kinds.keys().any(|&k| budget.levels.is_error(k));
    let is_ended = observed.end == End::FirstError && jobs > Jobs::MIN;
    confirm(program, observed, budget);
    if is_ended && !has_error(observed) {
        *observed = again();
        confirm(program, observed, budget);
    }
}

/// The findings and outcomes that their witnesses do not show again, in order.
fn doubtful(
    program: &Program,
    observed: &Observed,
    semantics: Semantics,
) -> Vec<(Shows, Divergence)> {
    let findings = observed.findings.iter().filter(|(id, _)| id.kind != Kind::Nondeterminism);
    let findings = findings.map(|(id, seen)| (Shows::Fault(id.clone()), &seen.witness));
    let outcomes = observed.outcomes.iter();
    let outcomes = outcomes.map(|(out, seen)| (Shows::Turnout(out.clone()), &seen.witness));
    let mut all = grouped(findings.chain(outcomes)).peekable();
    let mut doubtful = vec![];
    while all.peek().is_some() {
        let batch = all.by_ref().take(BATCH).map(|(shows, witness)| (shows, witness.clone()));
        doubtful.extend(run_again(program, batch.collect(), &observed.handed, semantics));
    }
    doubtful.sort_by(|(a, _), (b, _)| a.cmp(b));
    doubtful
}

/// Books a program that is not deterministic, once. The observations of it are not
/// everything that it can show.
fn doubt(observed: &mut Observed, seen: Seen, divergence: Divergence) {
    observed.end = End::Nondeterminism;
    if observed.divergence.is_some() {
        return;
    }
    observed.divergence = Some(divergence);
    observed.kinds.insert(Kind::Nondeterminism, 1);
    observed.findings.insert(Fault::nondeterminism(), Seen { executions: 1, ..seen });
}
