//! Which tasks and which steps of an execution a lane diagram shows.
//!
//! All of them if they are few. Of many tasks those are shown that a finding is about, and
//! long runs of one task in which nothing is taken, given back, waited for or proved are
//! one row. Of very long executions the beginning, the end and what proves a finding are
//! shown. How much is left out is said in the picture.

use std::collections::BTreeSet;

use crate::replay::graph::Part;
use crate::report::replay::ReplayReport;

/// With more lanes than this, tasks that take no part are left out.
const LANES: usize = 8;

/// Lanes are never more than this, and rows neither, unless everything is asked for.
const MOST_LANES: usize = 16;
const MOST_ROWS: usize = 160;

/// So many rows of a long execution are shown at its beginning.
const FIRST: usize = 40;

/// A run of so many steps in which nothing happens is one row.
const RUN: usize = 4;

/// A row of the diagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LaneRow {
    /// One step.
    Step(usize),
    /// Steps from one number up to another, which are left out; of one lane, if it is one.
    Left { from: usize, to: usize, lane: Option<usize> },
}

/// The tasks that have lanes, as numbers among those of the report.
pub(super) fn lanes(report: &ReplayReport<'_>, is_whole: bool) -> Vec<usize> {
    let makes_steps = |task: &str| report.steps.iter().any(|step| step.task == task);
    let waits = |task: &str| report.tasks.iter().any(|t| t.task == task && t.pending.is_some());
    let all: Vec<usize> = (0..report.tasks.len())
        .filter(|&nth| makes_steps(&report.tasks[nth].task) || waits(&report.tasks[nth].task))
        .collect();
    if is_whole || all.len() <= LANES {
        return all;
    }
    let mut involved: BTreeSet<&str> = BTreeSet::new();
    for finding in &report.findings {
        let steps = finding.proof.iter().filter_map(|&step| report.steps.get(step as usize));
        involved.extend(steps.map(|step| step.task.as_str()));
    }
    if let Some(graph) = report.graph {
        let takes_part = |part| matches!(part, Part::Knot | Part::Stuck);
        let tasks = graph.tasks.iter().filter(|task| takes_part(task.part));
        involved.extend(tasks.map(|task| task.task.as_str()));
        let owners = graph.wait_for.iter().filter(|edge| edge.certain);
        involved.extend(owners.map(|edge| edge.to.as_str()));
    }
    let is_involved = |nth: &usize| involved.contains(report.tasks[*nth].task.as_str());
    let mut some: Vec<usize> = all.iter().copied().filter(is_involved).collect();
    if some.len() < 2 {
        some = all;
    }
    some.truncate(MOST_LANES);
    some
}

/// The rows of a diagram with these lanes.
pub(super) fn rows(report: &ReplayReport<'_>, lanes: &[usize], is_whole: bool) -> Vec<LaneRow> {
    let lane_of = |step: usize| {
        let task = &report.steps[step].task;
        lanes.iter().position(|&nth| report.tasks[nth].task == *task)
    };
    let matters = matters(report);
    let mut rows: Vec<LaneRow> = vec![];
    let mut step = 0;
    while step < report.steps.len() {
        let lane = lane_of(step);
        let is_alike = |at: &usize| {
            lane_of(*at) == lane && (lane.is_none() || (!is_whole && !matters.contains(at)))
        };
        let run = (step..report.steps.len()).take_while(is_alike).count();
        if run >= RUN || (lane.is_none() && run > 0) {
            rows.push(LaneRow::Left { from: step, to: step + run, lane });
            step += run;
        } else {
            let run = run.max(1);
            rows.extend((step..step + run).map(LaneRow::Step));
            step += run;
        }
    }
    if is_whole || rows.len() <= MOST_ROWS { rows } else { shortened(report, &rows) }
}

/// The steps that change what is held or which task can go on, and those that prove.
fn matters(report: &ReplayReport<'_>) -> BTreeSet<usize> {
    let mut matters: BTreeSet<usize> = BTreeSet::new();
    for span in &report.lanes.held {
        matters.insert(span.from as usize);
        matters.extend(span.to.map(|to| to as usize));
    }
    for span in &report.lanes.blocked {
        matters.insert(span.from as usize);
        matters.extend(span.to.map(|to| to as usize));
        matters.extend(span.wanted.map(|wanted| wanted as usize));
    }
    for finding in &report.findings {
        matters.extend(finding.proof.iter().map(|&step| step as usize));
    }
    matters
}

/// The beginning, the end, and what proves a finding with what is around it.
fn shortened(report: &ReplayReport<'_>, rows: &[LaneRow]) -> Vec<LaneRow> {
    let last = rows.len() - (MOST_ROWS - FIRST) / 2;
    let proof: BTreeSet<usize> =
        report.findings.iter().flat_map(|f| &f.proof).map(|&step| step as usize).collect();
    let mut kept: Vec<LaneRow> = vec![];
    let mut proofs = 0;
    for (nth, &row) in rows.iter().enumerate() {
        let (from, to) = match row {
            LaneRow::Step(step) => (step, step + 1),
            LaneRow::Left { from, to, .. } => (from, to),
        };
        let is_near = proof.range(from.saturating_sub(2)..to + 2).next().is_some();
        let is_kept = nth < FIRST || nth >= last || (is_near && proofs < FIRST);
        proofs += usize::from(is_near && is_kept);
        match kept.last_mut() {
            _ if is_kept => kept.push(row),
            Some(LaneRow::Left { to: end, lane, .. }) if *end == from => (*end, *lane) = (to, None),
            _ => kept.push(LaneRow::Left { from, to, lane: None }),
        }
    }
    kept
}
