//! What was observed, from a file: each schedule in it is run again, and shows what the
//! findings and outcomes are.

use std::collections::BTreeSet;
use std::sync::Arc;

use unknot_sim::{Program, TaskPath};

use super::data::{Checkpoint, NextData, PieceData, RowData, SeenData};
use super::write::{digest, name, named};
use crate::analysis::handed::Handed;
use crate::model::end::End;
use crate::model::finding::{Fault, Origin};
use crate::model::kind::{Kind, Levels};
use crate::model::schedule::Schedule;
use crate::model::terms::{Budget, Semantics};
use crate::search::long::{LongState, SearchPlace};
use crate::search::monitor::{CheckPhase, Monitor};
use crate::search::observed::{Observed, Overwrites, Seen, Stats, Witness};
use crate::search::run;
use crate::strategy::{PreemptionBound, Replay, WayTurn, WayValues};

/// The greatest number that counts something: any program that writes JSON keeps it.
const MOST: u64 = 1 << 53;

/// How far each piece of a file is.
///
/// # Errors
/// What does not fit this program.
pub(crate) fn standings(
    file: &Checkpoint,
    program: &Program,
    semantics: Semantics,
) -> Result<Vec<(u64, LongState)>, String> {
    let mut shown = vec![];
    for data in &file.witnesses {
        let schedule = Schedule::parse(&data.schedule).map_err(|error| error.to_string())?;
        let one = execution(program, schedule, semantics);
        let made = witness(&one).map(|witness| digest(&witness.made));
        if made.as_ref() != Some(&data.steps) {
            return Err(format!("the schedule '{}' makes other steps", data.schedule));
        }
        shown.push(one);
    }
    let shown = ShownAgain(shown);
    file.pieces.iter().map(|piece| Ok((piece.piece, shown.standing(piece)?))).collect()
}

/// What one schedule shows.
fn execution(program: &Program, schedule: Schedule, semantics: Semantics) -> Observed {
    let levels = Levels::default();
    let budget = Budget { max_executions: 1, levels, semantics, ..Budget::default() };
    run(program, Replay::new(schedule), budget, (CheckPhase::Simplest, &Monitor::default()))
}

/// Its record, if it shows anything.
fn witness(one: &Observed) -> Option<&Witness> {
    let all = one.outcomes.values().chain(one.stuck.values()).chain(one.findings.values());
    all.map(|seen| &seen.witness).next()
}

/// What each schedule of a file shows.
struct ShownAgain(Vec<Observed>);

impl ShownAgain {
    fn standing(&self, data: &PieceData) -> Result<LongState, String> {
        let (next, end) = match &data.next {
            NextData::Covered => (None, End::Exhausted),
            NextData::FirstError => (None, End::FirstError),
            NextData::Start => (Some(SearchPlace::Start), End::Executions),
            NextData::Number(number) => {
                (Some(SearchPlace::Number(counted(*number)?)), End::Executions)
            }
            NextData::Turns(turns) => {
                let turns: Result<Vec<WayTurn>, String> = turns.iter().map(turn).collect();
                (Some(SearchPlace::Turns(turns?)), End::Executions)
            }
        };
        let Some(data) = &data.seen else {
            return Ok(LongState { next, ..LongState::before(SearchPlace::Start) });
        };
        let (seen, faults) = self.seen(data, end)?;
        let passed = data.passed.iter().map(|&nth| one_of(&faults, nth));
        let passed: Result<BTreeSet<_>, String> = passed.collect();
        Ok(LongState { seen: Some(seen), passed: passed?, next })
    }

    fn seen(&self, data: &SeenData, end: End) -> Result<(Observed, Vec<Fault<Origin>>), String> {
        let mut faults = vec![];
        for row in &data.findings {
            let mut found = self.of(row)?.findings.keys();
            let fault = found.find(|fault| name(fault) == row.what);
            faults.push(fault.ok_or_else(|| no_longer(&row.what))?.clone());
        }
        let mut observed = Observed { stats: stats(data.counts)?, ..Observed::nothing(end) };
        observed.bound =
            data.bound.map(|(preemptions, left_out)| PreemptionBound { preemptions, left_out });
        for row in &data.outcomes {
            let mut all = self.of(row)?.outcomes.iter();
            let one = all.find(|(turnout, _)| named(turnout) == row.what);
            let (turnout, seen) = one.ok_or_else(|| no_longer(&row.what))?;
            observed.outcomes.insert(turnout.clone(), counts(row, seen, &faults)?);
        }
        for row in &data.standstills {
            let one = self.of(row)?.stuck.iter().next();
            let (waits, seen) = one.ok_or_else(|| no_longer("a standstill"))?;
            observed.stuck.insert(waits.clone(), counts(row, seen, &faults)?);
        }
        for (row, fault) in data.findings.iter().zip(&faults) {
            let seen = &self.of(row)?.findings[fault];
            observed.findings.insert(fault.clone(), counts(row, seen, &faults)?);
        }
        for (kind, executions) in &data.kinds {
            observed.kinds.insert(Kind::named(kind)?, counted(*executions)?);
        }
        observed.handed = handed(data)?;
        observed.overwrites = overwrites(&data.overwrites, &faults)?;
        Ok((observed, faults))
    }

    fn of(&self, row: &RowData) -> Result<&Observed, String> {
        self.0.get(row.witness).ok_or_else(|| format!("it has no schedule {}", row.witness))
    }
}

fn no_longer(what: &str) -> String {
    format!("its schedule shows '{what}' no longer")
}

fn counted(n: u64) -> Result<u64, String> {
    if n < MOST { Ok(n) } else { Err(format!("{n} is no count")) }
}

fn turn(numbers: &[u64; 4]) -> Result<WayTurn, String> {
    let [taken, values, ahead, given] = *numbers;
    let all = [WayValues::Behind, WayValues::Mine, WayValues::Given];
    let values = all.into_iter().find(|one| *one as u64 == values);
    let values = values.ok_or_else(|| "a turn has values of no kind".to_owned())?;
    Ok(WayTurn { taken: counted(taken)?, values, ahead: counted(ahead)?, given: counted(given)? })
}

fn one_of(faults: &[Fault<Origin>], nth: usize) -> Result<Fault<Origin>, String> {
    faults.get(nth).cloned().ok_or_else(|| format!("it has no finding {nth}"))
}

/// What was counted, with what an execution of it shows.
fn counts(row: &RowData, seen: &Seen, faults: &[Fault<Origin>]) -> Result<Seen, String> {
    Ok(Seen {
        executions: counted(row.executions)?,
        first: counted(row.first)?,
        witness: seen.witness.clone(),
        intact: counted(row.intact)?,
        overwrites: overwrites(&row.overwrites, faults)?,
    })
}

fn overwrites(data: &[(Vec<usize>, u64)], faults: &[Fault<Origin>]) -> Result<Overwrites, String> {
    let mut all = Overwrites::default();
    for (set, executions) in data {
        let set: Result<BTreeSet<_>, String> = set.iter().map(|&n| one_of(faults, n)).collect();
        all.count(Arc::new(set?), counted(*executions)?);
    }
    Ok(all)
}

fn handed(data: &SeenData) -> Result<Handed, String> {
    let path = |text: &String| {
        TaskPath::parse(text).ok_or_else(|| format!("'{text}' is no task such as T0 or T2.1"))
    };
    let mut all = Handed::default();
    for gauge in &data.handed {
        let tasks: Result<Vec<TaskPath>, String> = gauge.tasks.iter().map(path).collect();
        all.add((path(&gauge.creator)?, gauge.nth), tasks?);
    }
    Ok(all)
}

fn stats(counts: Stats) -> Result<Stats, String> {
    let Stats { executions, blocked, cut, excluded, steps, effort, .. } = counts;
    [executions, blocked, cut, excluded, steps, effort].into_iter().try_for_each(|n| {
        counted(n)?;
        Ok::<_, String>(())
    })?;
    Ok(counts)
}
