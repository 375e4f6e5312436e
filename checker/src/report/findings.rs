//! What was found, for a report: the simplest schedule of each finding is run
//! again with everything recorded, and told.

use std::collections::BTreeMap;

use unknot_sim::Program;

use super::{FindingReport, message};
use crate::check::{Budget, Observed, Seen, Semantics};
use crate::confirm::told_apart;
use crate::elsewhere;
use crate::finding::{Identity, Kind};
use crate::replay::{Replayed, replay as run_again};
use crate::simplest::Simplest;
use crate::strategy::Divergence;

/// What was seen of a program that is not deterministic is not all there is.
pub(super) fn doubt(observed: &Observed) -> Observed {
    let mut doubted = Observed { exhausted: false, ..observed.clone() };
    doubted.kinds.entry(Kind::Nondeterminism).or_insert(1);
    doubted
}

/// All findings, each with its simplest schedule run again.
pub(super) fn findings(
    program: &Program,
    observed: &Observed,
    simplest: &BTreeMap<Identity, Simplest>,
    budget: Budget,
    has_seed: bool,
) -> Vec<FindingReport> {
    let told = observed.findings.iter().map(|(identity, seen)| {
        let simplest = simplest.get(identity);
        let schedule = simplest.map_or(&seen.witness, |s| &s.witness).schedule.clone();
        let mut replayed = run_again(program, &schedule, budget.semantics);
        if identity.kind == Kind::Hang {
            tell_elsewhere(program, observed, identity, &mut replayed, budget.semantics);
        }
        let mut told = finding(identity, (seen, simplest), replayed);
        told.execution = has_seed.then_some(seen.first);
        // Only the search knows what a program did otherwise than before.
        let divergence = observed.divergence.as_ref();
        if let Some(found) = divergence.filter(|_| identity.kind == Kind::Nondeterminism) {
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
    identity: &Identity,
    replayed: &mut Replayed,
    semantics: Semantics,
) {
    let is_part = |task: &str| identity.tasks.iter().any(|path| path.to_string() == task);
    let wanted = std::mem::take(&mut replayed.wanted);
    let (tasks, wanted): (Vec<_>, Vec<_>) =
        wanted.into_iter().filter(|(task, _)| is_part(task)).unzip();
    let raisers = elsewhere::raisers(program, observed, wanted, semantics);
    for (task, raisers) in tasks.iter().zip(&raisers) {
        replayed.graph.add_elsewhere(task, raisers, &replayed.record.tasks);
    }
}

fn finding(
    named: &Identity,
    (seen, simplest): (&Seen, Option<&Simplest>),
    replayed: Replayed,
) -> FindingReport {
    let (witness, fewest) =
        simplest.map_or((&seen.witness, false), |simplest| (&simplest.witness, simplest.fewest));
    let proof = replayed.proofs.iter().find(|proof| proof.identity == *named);
    // It was shown when it was confirmed, so only a program that is not
    // deterministic does not show it now.
    let doubted = Identity::nondeterminism();
    let is_shown = replayed.divergence.is_none() && proof.is_some();
    let identity = if is_shown { named } else { &doubted };
    let (proof, detail) =
        proof.map(|proof| (proof.steps.clone(), proof.detail.clone())).unwrap_or_default();
    let is_stuck = matches!(identity.kind, Kind::Deadlock | Kind::Hang | Kind::AbandonedLock);
    let involved: Vec<String> = identity.tasks.iter().map(ToString::to_string).collect();
    let graph = is_stuck.then_some(replayed.graph);
    let message = if is_shown {
        message::message(identity, &replayed.record, &proof, graph.as_ref(), &detail)
    } else {
        let (steps, diverged) = (&replayed.record.steps, replayed.divergence.as_ref());
        let Divergence { step, message } = told_apart(named, witness, steps, diverged);
        format!("at step {step}, {message}")
    };
    FindingReport {
        kind: identity.kind.to_string(),
        level: identity.kind.level().name().to_owned(),
        message,
        schedule: witness.schedule.to_string(),
        preemptions: witness.preemptions,
        // Nothing was proved about a schedule that shows something else.
        fewest: fewest && is_shown,
        steps: replayed.record.steps,
        proof,
        tasks: replayed.record.tasks,
        executions: seen.executions,
        execution: None,
        graph,
        involved,
        detail,
    }
}
