//! What was found, for a report: the simplest schedule of each finding is run
//! again with everything recorded, and told.

use std::collections::BTreeMap;

use unknot_sim::{Program, TaskPath};

use super::{FindingReport, message};
use crate::check::confirm::told_apart;
use crate::check::simplest::Simplest;
use crate::model::end::End;
use crate::model::finding::{Fault, Kind, Origin};
use crate::model::terms::{Budget, Semantics};
use crate::replay::other_executions;
use crate::replay::{Replayed, replay_knowing as run_again};
use crate::search::observed::{Observed, Seen};
use crate::search::standstill::Known;
use crate::strategy::{Divergence, StrategyRow};

/// What was seen of a program that is not deterministic is not all there is.
pub(super) fn doubt(observed: &Observed) -> Observed {
    let mut doubted = Observed { end: End::Nondeterminism, ..observed.clone() };
    doubted.kinds.entry(Kind::Nondeterminism).or_insert(1);
    doubted
}

/// All findings, each with its simplest schedule run again. Those of a sampler
/// say by which execution they were shown first.
pub(super) fn findings(
    program: &Program,
    observed: &Observed,
    simplest: &BTreeMap<Fault<Origin>, Simplest>,
    budget: Budget,
    sampler: Option<&StrategyRow>,
) -> Vec<FindingReport> {
    let known = Known { findings: vec![], ..observed.known(budget.levels) };
    let told = observed.findings.iter().map(|(fault, seen)| {
        let simplest = simplest.get(fault);
        let schedule = simplest.map_or(&seen.witness, |s| &s.witness).schedule.clone();
        let known = Known { findings: vec![fault.clone()], ..known.clone() };
        let mut replayed = run_again(program, &schedule, known, budget.semantics);
        if fault.kind == Kind::Hang {
            tell_elsewhere(program, observed, fault, &mut replayed, budget.semantics);
        }
        let mut told = finding(fault, (seen, simplest), replayed, budget);
        told.execution = sampler.map(|_| seen.first);
        let member = sampler.and_then(|row| (row.member)(seen.first));
        told.member = member.map(|member| member.to_string());
        // Only the search knows what a program did otherwise than before.
        let divergence = observed.divergence.as_ref();
        if let Some(found) = divergence.filter(|_| fault.kind == Kind::Nondeterminism) {
            told.message = format!("at step {}, {}", found.step, found.message);
        }
        told
    });
    told.collect()
}

/// Adds to the graph of a hang who ends such waits in other executions.
fn tell_elsewhere(
    program: &Program,
    observed: &Observed,
    fault: &Fault<Origin>,
    replayed: &mut Replayed,
    semantics: Semantics,
) {
    let part = tasks_of(fault, replayed);
    let is_part = |task: &String| part.contains(task);
    let wanted = std::mem::take(&mut replayed.wanted);
    let (tasks, wanted): (Vec<_>, Vec<_>) =
        wanted.into_iter().filter(|(task, _)| is_part(task)).unzip();
    let raisers = other_executions::raisers(program, observed, wanted, semantics);
    for (task, raisers) in tasks.iter().zip(&raisers) {
        replayed.graph.add_elsewhere(task, raisers, &replayed.record.tasks);
    }
}

/// The tasks of a fault in one execution of it, sorted.
fn tasks_of(fault: &Fault<Origin>, replayed: &Replayed) -> Vec<String> {
    let cases = replayed.proofs.iter().filter(|proof| proof.identity.fault() == *fault);
    let mut tasks: Vec<&TaskPath> = cases.flat_map(|case| &case.identity.tasks).collect();
    tasks.sort_unstable();
    tasks.dedup();
    tasks.into_iter().map(ToString::to_string).collect()
}

fn finding(
    fault: &Fault<Origin>,
    (seen, simplest): (&Seen, Option<&Simplest>),
    replayed: Replayed,
    budget: Budget,
) -> FindingReport {
    let (witness, fewest) =
        simplest.map_or((&seen.witness, false), |simplest| (&simplest.witness, simplest.fewest));
    let case = replayed.proofs.iter().find(|proof| proof.identity.fault() == *fault);
    // It was shown when it was confirmed, so only a program that is not
    // deterministic does not show it now.
    let shown = case.filter(|_| replayed.divergence.is_none());
    let is_shown = shown.is_some();
    let kind = shown.map_or(Kind::Nondeterminism, |case| case.identity.kind);
    let involved = if is_shown { tasks_of(fault, &replayed) } else { vec![] };
    let (proof, detail) =
        case.map(|case| (case.steps.clone(), case.detail.clone())).unwrap_or_default();
    let is_stuck = matches!(kind, Kind::Deadlock | Kind::Hang | Kind::AbandonedLock);
    let graph = is_stuck.then_some(replayed.graph);
    let message = if let Some(case) = shown {
        message::message(&case.identity, &replayed.record, &proof, graph.as_ref(), &detail)
    } else {
        let (steps, diverged) = (&replayed.record.steps, replayed.divergence.as_ref());
        let Divergence { step, message } = told_apart(fault, witness, steps, diverged);
        format!("at step {step}, {message}")
    };
    FindingReport {
        kind,
        level: budget.levels.of(kind),
        message,
        schedule: witness.schedule.clone(),
        preemptions: witness.preemptions,
        // Nothing was proved about a schedule that shows something else.
        fewest: fewest && is_shown,
        steps: replayed.record.steps,
        proof,
        tasks: replayed.record.tasks,
        executions: seen.executions,
        execution: None,
        member: None,
        graph,
        subject: shown.and_then(|case| case.identity.tasks.first()).map(ToString::to_string),
        involved,
        saved: None,
        detail,
    }
}
