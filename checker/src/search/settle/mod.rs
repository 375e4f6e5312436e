//! The findings of a search, settled: which of them are what they look like.
//!
//! An analysis sees one execution without values. Whether an overwritten value
//! matters, and whether steps that repeat go on for ever, takes more: other
//! executions, and what variables held. This is asked here, once for each
//! distinct fault when the search has ended. Only the findings that are left are
//! counted.
//!
//! - an overwritten value is a lost update or a stale write ([`loss`], [`hunt`]);
//! - a block of steps repeated up to the limit is a livelock, or waiting beside
//!   other tasks that could go on, or merely long, and a task starves beside it only
//!   if it goes on for ever ([`cycle`]).

mod constant;
mod cycle;
mod hunt;
mod loss;
pub(crate) mod stuck;
mod swap;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use unknot_sim::Program;

use crate::model::finding::{Fault, Origin};
use crate::model::kind::Kind;
use crate::model::schedule::Schedule;
use crate::model::terms::Semantics;
use crate::search::observed::{Observed, Seen, Witness};
use cycle::Cycle;
use loss::Answer;

/// What one fault turned out to be.
enum Settled {
    /// The kind that the analysis says.
    AsFound,
    /// The same kind, shown by another execution.
    ShownBy(Box<Witness>),
    /// Another kind.
    Other(Kind),
    /// Another fault, which this execution shows.
    Fault(Fault<Origin>, Box<Witness>),
    /// No finding.
    Nothing,
}

/// Settles all observations of a search that have to be settled.
pub(crate) fn settle(program: &Program, observed: &mut Observed, semantics: Semantics) {
    // Nothing can be settled for a program that is not deterministic.
    if observed.divergence.is_some() {
        return;
    }
    let open = observed.findings.iter().filter(|(fault, _)| fault.kind.is_to_settle());
    let open: Vec<_> = open.map(|(fault, seen)| (fault.clone(), seen.witness.clone())).collect();
    if open.is_empty() {
        return;
    }
    let settled = settle_all(program, &open, semantics);
    for ((fault, _), settled) in open.iter().zip(settled) {
        let mut seen = observed.findings.remove(fault).expect("it was just there");
        let fault = match settled {
            Settled::AsFound => fault.clone(),
            Settled::ShownBy(witness) => {
                seen.witness = *witness;
                fault.clone()
            }
            Settled::Other(kind) => fault.of_kind(kind),
            Settled::Fault(other, witness) => {
                // The execution that shows it was made in addition.
                (seen.executions, seen.witness) = (1, *witness);
                other
            }
            Settled::Nothing => continue,
        };
        observed.findings.entry(fault).or_insert(seen);
    }
    count(observed);
}

/// What each of these faults, with an execution that shows it, turns out to be.
fn settle_all(
    program: &Program,
    open: &[(Fault<Origin>, Witness)],
    semantics: Semantics,
) -> Vec<Settled> {
    let answer = |(fault, witness): &(Fault<Origin>, Witness)| match fault.kind {
        Kind::LostUpdate => loss::ask(program, &witness.schedule, fault, semantics),
        _ => Answer::Loss,
    };
    let answers: Vec<Answer> = open.iter().map(answer).collect();
    let doubtful = open.iter().zip(&answers).filter(|(_, answer)| **answer < Answer::Loss);
    let doubtful: Vec<&Fault<Origin>> = doubtful.map(|((fault, _), _)| fault).collect();
    let mut others = elsewhere(program, &doubtful, semantics);
    let settled = open.iter().zip(answers).map(|((fault, witness), answer)| match fault.kind {
        Kind::LostUpdate if answer == Answer::Loss => Settled::AsFound,
        Kind::LostUpdate => {
            let (elsewhere, witness) = others.remove(fault).expect("all were asked");
            match (answer.max(elsewhere), witness) {
                (Answer::Same | Answer::Equal, _) => Settled::Other(Kind::StaleWrite),
                (Answer::Loss | Answer::Unknown, Some(witness)) if elsewhere > answer => {
                    Settled::ShownBy(witness)
                }
                (Answer::Loss | Answer::Unknown, _) => Settled::AsFound,
            }
        }
        Kind::Starvation => match cycle::goes_on(program, &witness.schedule, semantics) {
            true => Settled::AsFound,
            false => Settled::Nothing,
        },
        _ => match cycle::settle(program, &witness.schedule, semantics) {
            Some(Cycle::Fair) if fault.kind == Kind::Livelock => Settled::AsFound,
            Some(Cycle::Unfair) if fault.kind == Kind::BusyWait => Settled::AsFound,
            Some(Cycle::FairLater(other, witness)) => Settled::Fault(other, witness),
            _ => Settled::Nothing,
        },
    });
    settled.collect()
}

/// What other executions say about an overwritten value, with one that says so.
fn elsewhere(
    program: &Program,
    faults: &[&Fault<Origin>],
    semantics: Semantics,
) -> BTreeMap<Fault<Origin>, (Answer, Option<Box<Witness>>)> {
    if faults.is_empty() {
        return BTreeMap::new();
    }
    let kept = hunt::hunt(program, faults.iter().map(|&fault| fault.clone()), semantics);
    let of_fault = |(fault, hunted): (Fault<Origin>, hunt::Hunted)| {
        let is_constant = hunted.is_constant();
        let mut most = (Answer::Equal, None);
        for case in hunted.cases {
            let answer = loss::ask(program, &case.witness.schedule, &fault, semantics);
            if answer > most.0 {
                most = (answer, Some(Box::new(case.witness)));
            }
            if answer == Answer::Loss {
                break;
            }
        }
        if most.0 == Answer::Unknown && is_constant {
            most = (Answer::Same, None);
        }
        (fault, most)
    };
    kept.into_iter().map(of_fault).collect()
}

/// The kinds of faults that are settled during a search.
pub(crate) fn kinds(
    program: &Program,
    open: &[(Fault<Origin>, Witness)],
    semantics: Semantics,
) -> Vec<Option<Kind>> {
    let settled = settle_all(program, open, semantics).into_iter();
    let kind = |((fault, _), settled): (&(Fault<Origin>, Witness), Settled)| match settled {
        Settled::AsFound | Settled::ShownBy(_) => Some(fault.kind),
        Settled::Other(kind) => Some(kind),
        Settled::Fault(other, _) => Some(other.kind),
        Settled::Nothing => None,
    };
    open.iter().zip(settled).map(kind).collect()
}

/// Counts again everything that depends on what was settled.
fn count(observed: &mut Observed) {
    let of = |kind| {
        let faults = observed.findings.keys().filter(move |fault| fault.kind == kind);
        faults.map(Fault::unsettled).collect::<BTreeSet<_>>()
    };
    let (lost, stale) = (of(Kind::LostUpdate), of(Kind::StaleWrite));
    let sum = |kind| {
        let seen = observed.findings.iter().filter(|(fault, _)| fault.kind == kind);
        seen.map(|(_, seen): (_, &Seen)| seen.executions).sum()
    };
    // An execution repeats one block at most, and what starves beside it is one finding.
    let counts = [
        (Kind::LostUpdate, observed.overwrites.with_any(&lost)),
        (Kind::StaleWrite, observed.overwrites.with_any(&stale)),
        (Kind::Livelock, sum(Kind::Livelock)),
        (Kind::BusyWait, sum(Kind::BusyWait)),
        (Kind::Starvation, sum(Kind::Starvation)),
    ];
    for (kind, executions) in counts {
        match executions {
            0 => _ = observed.kinds.remove(&kind),
            _ => _ = observed.kinds.insert(kind, executions),
        }
    }
    for seen in observed.outcomes.values_mut() {
        seen.intact = seen.executions - seen.overwrites.with_any(&lost);
    }
}

/// Whether an execution with this answer about an overwritten value shows a lost update.
fn is_lost(program: &Program, fault: &Fault<Origin>, answer: Answer, semantics: Semantics) -> bool {
    match answer {
        Answer::Loss => true,
        Answer::Same | Answer::Equal => false,
        Answer::Unknown => {
            let others = elsewhere(program, &[fault], semantics);
            others.values().all(|(answer, _)| *answer != Answer::Same)
        }
    }
}

/// Whether the execution of a schedule shows a fault that has to be settled, with the
/// kind that it was settled to be.
pub(crate) fn is_shown(
    program: &Program,
    fault: &Fault<Origin>,
    schedule: &Schedule,
    semantics: Semantics,
) -> bool {
    let is_lost = || {
        let fault = fault.unsettled();
        let answer = loss::ask(program, schedule, &fault, semantics);
        is_lost(program, &fault, answer, semantics)
    };
    match fault.kind {
        Kind::LostUpdate => is_lost(),
        Kind::StaleWrite => !is_lost(),
        Kind::Livelock => {
            matches!(cycle::settle(program, schedule, semantics), Some(Cycle::Fair))
        }
        Kind::Starvation => cycle::goes_on(program, schedule, semantics),
        _ => true,
    }
}

/// What the findings of analyses in one execution are settled to be, by kind and steps.
/// A finding that is to be settled and is not listed is none.
pub(crate) fn sort(
    program: &Program,
    schedule: &Schedule,
    found: &[(Kind, Vec<u32>)],
    semantics: Semantics,
) -> BTreeMap<(Kind, Vec<u32>), Kind> {
    let mut sorted = BTreeMap::new();
    if found.iter().any(|(kind, _)| *kind == Kind::LostUpdate) {
        for (fault, answer, cases) in loss::ask_all(program, schedule, semantics) {
            let kind = match is_lost(program, &fault, answer, semantics) {
                true => Kind::LostUpdate,
                false => Kind::StaleWrite,
            };
            sorted.extend(cases.into_iter().map(|steps| ((Kind::LostUpdate, steps), kind)));
        }
    }
    let is_block = |kind| matches!(kind, Kind::Livelock | Kind::BusyWait | Kind::Starvation);
    let blocks = found.iter().filter(|(kind, _)| is_block(*kind));
    let blocks: Vec<_> = blocks.map(|one| (one.clone(), one.0)).collect();
    if !blocks.is_empty() && cycle::goes_on(program, schedule, semantics) {
        sorted.extend(blocks);
    }
    sorted
}
