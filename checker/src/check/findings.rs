//! The findings of a check, for people: the simplest schedule of each finding is run
//! again with everything recorded.

use std::collections::BTreeMap;

use unknot_sim::{Program, TaskPath};

use super::confirm::first_difference;
use super::simplest::Simplest;
use crate::analysis::stuck::is_stuck;
use crate::model::finding::{Fault, Identity, Origin};
use crate::model::kind::Kind;
use crate::model::terms::{Budget, Semantics};
use crate::replay::detail::Detail;
use crate::replay::graph::{Graph, WaitEdgeId};
use crate::replay::record::Record;
use crate::replay::{Replayed, other_executions, replay_knowing as run_again};
use crate::search::observed::{Observed, Seen, Witness};
use crate::search::standstill::Known;
use crate::strategy::Divergence;

/// One finding of a check, with the execution that shows it.
#[derive(Clone, Debug)]
pub struct Told {
    /// What it is; where it is not shown again, how the program behaved differently.
    pub shown: Result<Identity, Divergence>,
    /// The simplest schedule known.
    pub witness: Witness,
    /// Whether no schedule that shows it has fewer preemptions.
    pub fewest: bool,
    /// In how many executions it was seen.
    pub executions: u64,
    /// The number of the first of them.
    pub first: u64,
    /// That schedule, run again.
    pub record: Record,
    /// The steps that prove it.
    pub proof: Vec<u32>,
    /// More facts about it.
    pub detail: Detail,
    /// Which task waits for which, for a finding about being stuck.
    pub graph: Option<Graph>,
    /// The tasks that are part of it.
    pub involved: Vec<String>,
}

impl Told {
    /// The kind; `nondeterminism` where it is not shown again.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.shown.as_ref().map_or(Kind::Nondeterminism, |identity| identity.kind)
    }
}

/// All findings, each with its simplest schedule run again.
pub(super) fn tell(
    program: &Program,
    observed: &Observed,
    simplest: &BTreeMap<Fault<Origin>, Simplest>,
    budget: Budget,
) -> Vec<Told> {
    let known = Known { findings: vec![], ..observed.known(budget.levels) };
    let told = observed.findings.iter().map(|(fault, seen)| {
        let simplest = simplest.get(fault);
        let schedule = simplest.map_or(&seen.witness, |s| &s.witness).schedule.clone();
        let known = Known { findings: vec![fault.clone()], ..known.clone() };
        let mut replayed = run_again(program, &schedule, known, budget.semantics);
        if fault.kind == Kind::Hang {
            tell_elsewhere(program, observed, fault, &mut replayed, budget.semantics);
        }
        let mut told = finding(fault, (seen, simplest), replayed);
        let divergence = observed.divergence.as_ref();
        if let Some(found) = divergence.filter(|_| fault.kind == Kind::Nondeterminism) {
            // Only the search knows what the program did differently than before.
            told.shown = Err(found.clone());
        }
        told
    });
    told.collect()
}

/// Adds to the graph of a hang the tasks that end such waits in other executions.
fn tell_elsewhere(
    program: &Program,
    observed: &Observed,
    fault: &Fault<Origin>,
    replayed: &mut Replayed,
    semantics: Semantics,
) {
    let part = tasks_of(fault, replayed);
    let is_part = |edge: &WaitEdgeId| part.contains(&edge.task);
    let wanted = std::mem::take(&mut replayed.wanted);
    let (edges, wanted): (Vec<_>, Vec<_>) =
        wanted.into_iter().filter(|(edge, _)| is_part(edge)).unzip();
    let wakers = other_executions::wakers(program, observed, wanted, semantics);
    for (edge, wakers) in edges.iter().zip(&wakers) {
        replayed.graph.add_elsewhere(edge, wakers, &replayed.record.tasks);
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
) -> Told {
    let (witness, fewest) =
        simplest.map_or((&seen.witness, false), |simplest| (&simplest.witness, simplest.fewest));
    let case = replayed.proofs.iter().find(|proof| proof.identity.fault() == *fault);
    // The finding was shown when it was confirmed, so only a program that is not
    // deterministic does not show it now.
    let shown = case.filter(|_| replayed.divergence.is_none());
    let shown = shown.map(|case| case.identity.clone()).ok_or_else(|| {
        let (steps, diverged) = (&replayed.record.steps, replayed.divergence.as_ref());
        first_difference(fault, witness, steps, diverged)
    });
    let involved = shown.as_ref().map_or(vec![], |_| tasks_of(fault, &replayed));
    let (proof, detail) =
        case.map(|case| (case.steps.clone(), case.detail.clone())).unwrap_or_default();
    let is_stuck = shown.as_ref().is_ok_and(|identity| is_stuck(identity.kind));
    Told {
        // Nothing is proved about a schedule that shows something else.
        fewest: fewest && shown.is_ok(),
        shown,
        witness: witness.clone(),
        executions: seen.executions,
        first: seen.first,
        proof,
        detail,
        graph: is_stuck.then_some(replayed.graph),
        record: replayed.record,
        involved,
    }
}
