//! What was observed, as numbers and schedules.

use std::collections::BTreeMap;
use std::hash::Hasher;

use unknot_sim::Digest;

use super::data::{
    Checkpoint, HandedData, NextData, PieceData, RowData, SeenData, WitnessData, hex,
};
use crate::model::end::End;
use crate::model::finding::{Fault, Origin, Site};
use crate::model::labels::package_path;
use crate::search::long::{LongState, SearchPlace};
use crate::search::observed::{Observed, Overwrites, Seen, StepSignature, Turnout, Witness};
use crate::strategy::WayTurn;

impl Checkpoint {
    /// The file with how far the pieces of its unit are.
    pub(super) fn with(&self, pieces: &[(u64, &LongState)]) -> Checkpoint {
        let mut table = Witnesses::default();
        let pieces = pieces.iter().map(|(piece, standing)| PieceData {
            piece: *piece,
            next: next(standing),
            seen: begun(standing).map(|seen| table.seen(seen, standing)),
        });
        let pieces = pieces.collect();
        Checkpoint { pieces, witnesses: table.all, ..self.clone() }
    }
}

/// What was observed, once there is an execution.
fn begun(standing: &LongState) -> Option<&Observed> {
    standing.seen.as_ref().filter(|seen| seen.stats.spent() > 0)
}

fn next(standing: &LongState) -> NextData {
    let turn = |turn: &WayTurn| [turn.taken, turn.values as u64, turn.ahead, turn.given];
    match &standing.next {
        Some(SearchPlace::Start) => NextData::Start,
        Some(SearchPlace::Turns(turns)) => NextData::Turns(turns.iter().map(turn).collect()),
        Some(SearchPlace::Number(number)) => NextData::Number(*number),
        None if standing.seen.as_ref().is_some_and(|seen| seen.end == End::FirstError) => {
            NextData::FirstError
        }
        None => NextData::Covered,
    }
}

/// The schedules so far, each once.
#[derive(Default)]
struct Witnesses {
    all: Vec<WitnessData>,
    known: BTreeMap<WitnessData, usize>,
}

impl Witnesses {
    fn number(&mut self, witness: &Witness) -> usize {
        let schedule = witness.schedule.to_string();
        let data = WitnessData { schedule, steps: digest(&witness.made) };
        let next = self.all.len();
        let number = *self.known.entry(data.clone()).or_insert(next);
        if number == next {
            self.all.push(data);
        }
        number
    }

    fn seen(&mut self, seen: &Observed, standing: &LongState) -> SeenData {
        let places: BTreeMap<&Fault<Origin>, usize> = seen.findings.keys().zip(0..).collect();
        let mut row = |what: String, seen: &Seen| RowData {
            what,
            witness: self.number(&seen.witness),
            executions: seen.executions,
            first: seen.first,
            intact: seen.intact,
            overwrites: overwrites(&seen.overwrites, &places),
        };
        let outcomes = seen.outcomes.iter().map(|(turnout, seen)| row(named(turnout), seen));
        let outcomes = outcomes.collect();
        let standstills = seen.stuck.values().map(|seen| row(String::new(), seen)).collect();
        let findings = seen.findings.iter().map(|(fault, seen)| row(name(fault), seen)).collect();
        let kinds = seen.kinds.iter().map(|(kind, executions)| (kind.to_string(), *executions));
        SeenData {
            counts: seen.stats,
            bound: seen.bound.map(|bound| (bound.preemptions, bound.left_out)),
            outcomes,
            standstills,
            findings,
            passed: standing.passed.iter().filter_map(|f| places.get(f).copied()).collect(),
            kinds: kinds.collect(),
            handed: seen.handed.all().map(handed).collect(),
            overwrites: overwrites(&seen.overwrites, &places),
        }
    }
}

fn handed<'a>(
    (gauge, tasks): (&Origin, impl IntoIterator<Item = &'a unknot_sim::TaskPath>),
) -> HandedData {
    let tasks = tasks.into_iter().map(ToString::to_string).collect();
    HandedData { creator: gauge.0.to_string(), nth: gauge.1, tasks }
}

fn overwrites(
    all: &Overwrites,
    places: &BTreeMap<&Fault<Origin>, usize>,
) -> Vec<(Vec<usize>, u64)> {
    let one = |fault| *places.get(fault).expect("what overwrites is a finding");
    all.sets().map(|(faults, executions)| (faults.iter().map(one).collect(), executions)).collect()
}

/// An outcome as text.
pub(super) fn named(turnout: &Turnout) -> String {
    match turnout {
        Turnout::Complete(value) => format!("returned {value}"),
        Turnout::Failed => "failed".to_owned(),
        Turnout::Stuck => "stuck".to_owned(),
    }
}

/// A finding as text: no two findings of an execution have the same.
pub(super) fn name(fault: &Fault<Origin>) -> String {
    let Fault { kind, objects, sites } = fault;
    let objects = objects.iter().map(|(creator, nth)| format!(" {creator}#{nth}"));
    let sites = sites
        .iter()
        .map(|Site(at)| format!(" {}:{}:{}", package_path(at.file()), at.line(), at.column()));
    let parts: String = objects.chain(sites).collect();
    format!("{kind}{parts}")
}

/// What the steps of an execution did, as one number.
pub(super) fn digest(made: &[StepSignature]) -> String {
    let mut digest = Digest::default();
    for StepSignature { verb, site: Site(at), object } in made {
        digest.write(verb.as_bytes());
        digest.write(package_path(at.file()).as_bytes());
        digest = digest.with(at.line()).with(at.column());
        digest = digest.with(object.map_or(0, |object| object | 1));
    }
    hex(digest.finish())
}
