//! The graph of all states of a small program, in which a reader picks each next step.
//!
//! `unfold` finds the states and the steps between them, `visits` goes to each once
//! more and keeps what is seen there: the tasks, the wait-for graph, how executions end and
//! which findings of the check they show. Every schedule of the program is a path of the
//! graph, so the paths can be counted: all of them, and those that fail.
//!
//! What it leaves out: programs with more states than [`MOST`]. Their executions are as
//! many as before, but nothing of them is drawn here.

mod graph;
mod unfold;
mod visits;

use unknot_sim::{Program, explore};

pub use self::graph::{PlayEnd, PlayStep, Schedules, StateGraph};
pub use self::unfold::{MostStates, NoStateGraph};
use self::unfold::{StateNode, Unfolding};
use self::visits::{StateEnd, Visits};
use crate::model::finding::{Fault, Origin};
use crate::model::kind::Levels;
use crate::model::terms::Semantics;
use crate::replay::states::Frames;
use crate::search::standstill::Known;

/// The states that a page holds at most.
pub const MOST: MostStates = MostStates { states: 5_000, steps: 1_000_000 };

/// The graph of all states of a program, with the findings that its ends show: those of a
/// check, in the order given.
pub fn state_graph(
    program: &Program,
    findings: &[Fault<Origin>],
    levels: Levels,
    semantics: Semantics,
    most: MostStates,
) -> Result<StateGraph, NoStateGraph> {
    let unfolding = explore(program, semantics.limits(false), Unfolding::new(most));
    if let Some(failure) = unfolding.failure {
        return Err(failure);
    }
    let known = Known { handed: unfolding.handed, levels, findings: vec![] };
    let visits = Visits::new(unfolding.states, known);
    let visits = explore(program, semantics.limits(true), visits);
    let moves = visits.moves();
    let shown = |StateEnd { state, end, faults }: &StateEnd| {
        // Analyses do not settle what they find.
        let is_shown = |(_, one): &(usize, &Fault<Origin>)| one.unsettled().is_shown_by(faults);
        let findings = findings.iter().enumerate().filter(is_shown).map(|(nth, _)| nth);
        (*state, PlayEnd { findings: findings.collect(), ..end.clone() })
    };
    let ends: Vec<(u32, PlayEnd)> = visits.endings.iter().map(shown).collect();
    let fails = |end: &PlayEnd| end.findings.iter().any(|nth| levels.is_error(findings[*nth].kind));
    let count = |is_counted: &dyn Fn(&PlayEnd) -> bool| {
        let mut counts = vec![false; moves.len()];
        ends.iter().for_each(|(at, end)| counts[*at as usize] = is_counted(end));
        n_paths(visits.states(), &moves, &counts)
    };
    let schedules = Schedules { all: count(&|_| true), failing: count(&fails) };
    let Visits { objects, steps, frames, .. } = visits;
    let Frames { tables, frames, .. } = frames;
    Ok(StateGraph { objects, steps, tables, frames, moves, ends, schedules })
}

/// How many paths lead from the first state to states that count.
fn n_paths(states: &[StateNode], moves: &[Vec<(u32, u32)>], counts: &[bool]) -> Option<u128> {
    let mut order: Vec<u32> = (0..states.len() as u32).collect();
    // A step leads to a state that is one step further from the start.
    order.sort_by_key(|&state| std::cmp::Reverse(states[state as usize].depth));
    let mut paths: Vec<u128> = vec![0; states.len()];
    for state in order {
        let own = u128::from(counts[state as usize]);
        let mut further = moves[state as usize].iter().map(|(_, to)| paths[*to as usize]);
        let sum = further.try_fold(own, u128::checked_add)?;
        paths[state as usize] = sum;
    }
    paths.first().copied()
}
