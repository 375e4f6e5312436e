//! Independent steps commute: the relation itself, against the machine.
//!
//! For every theme of operations and every triple (s, a, b) of its operations,
//! one task does s and then a, another does b. The plain search runs every
//! schedule. Wherever two neighbouring steps of different tasks are declared
//! independent, the schedule with the two swapped must have been run as well,
//! and must have turned out the same. So neither disables the other, nor both
//! something later, and no result depends on their order; s brings the objects
//! into every state that one operation reaches. It looks at every second of these triples, of what
//! processes share at every third; `UNKNOT_PROGRAMS` above 10,000 has it look at all. Those with
//! starts are left to the themes of starts, and operations on workers to
//! [`super::pool_operations`].

use std::collections::BTreeMap;

use unknot_checker::sim::{Ended, Execution, Limits, TimeMode, Value, dependent, explore};
use unknot_checker::strategy::{Dfs, Observing, Strategy, Visibility};

use crate::kit::generated::number;
use crate::kit::programs::all::{StartProcess, StartUnnamed, Update};
use crate::kit::programs::{FIRST_OF_PROCESSES, N_THEMES, Op, Spec, ops, spec, theme};

/// A schedule: who made each step, and what was chosen inside.
type Schedule = Vec<(u32, Vec<u32>)>;

type Turnout = (bool, Option<Value>);

#[derive(Default)]
struct Swaps {
    turnouts: BTreeMap<Schedule, Turnout>,
    /// Schedules with two independent neighbours, the first at this place.
    independent: Vec<(Schedule, usize)>,
}

impl Swaps {
    fn add(&mut self, execution: &Execution<'_>) {
        let trace = execution.trace;
        assert!(matches!(execution.ended, Ended::Complete | Ended::Stuck), "small programs end");
        let steps = trace.steps();
        let schedule: Schedule =
            (0..steps.len()).map(|i| (steps[i].task.0, trace.choices(i).to_vec())).collect();
        for at in 1..steps.len() {
            let (e, f) = (&steps[at - 1], &steps[at]);
            let ordered = e.task == f.task
                || e.child == Some(f.task)
                || e.is_fence
                || f.is_fence
                || dependent(trace.accesses(at - 1), trace.accesses(at));
            if !ordered {
                self.independent.push((schedule.clone(), at - 1));
            }
        }
        let turnout = (execution.ended == Ended::Stuck, execution.outcome.cloned());
        self.turnouts.insert(schedule, turnout);
    }
}

/// How many swaps were looked at: none of a program with more schedules than that.
pub(crate) fn check(spec: &Spec, most: u64) -> usize {
    let swaps = Observing::new(Dfs::new(Visibility::All), Swaps::default(), Swaps::add);
    let limits = Limits { time: TimeMode::Any, ..Limits::default() };
    let searched = explore(&spec.program(), limits, swaps.made_anew().at_most(most));
    if !searched.is_exhausted() {
        return 0;
    }
    let swaps = searched.seen;
    for (schedule, at) in &swaps.independent {
        let mut swapped = schedule.clone();
        swapped.swap(*at, at + 1);
        let turnout = swaps.turnouts.get(&swapped);
        assert_eq!(turnout, swaps.turnouts.get(schedule), "{spec:#?}\n{schedule:?} at {at}");
    }
    swaps.independent.len()
}

fn small(s: Op, a: Op, b: Op) -> Spec {
    Spec { extra: ops![Update(0)], ..spec!([[s, a], [b]], []) }
}

/// The first of the themes with steps of futures, sockets, cores and coroutines: of most
/// operations there these are several, and with what they start too many schedules.
const FIRST_OF_SEVERAL_STEPS: usize = 63;

#[test]
fn independent_steps_commute() {
    let mut n_swaps = 0;
    let is_whole = number("UNKNOT_PROGRAMS", 0) > 10_000;
    for theme_number in 0..N_THEMES {
        let mut ops: Vec<Op> = vec![];
        for op in theme(theme_number) {
            if !ops.contains(&op) {
                ops.push(op);
            }
        }
        // With workers there are too many schedules for this: `search::pool_operations` looks at
        // what one task does with a pool.
        if ops.iter().any(|op| op.has_workers()) {
            continue;
        }
        // With names or without, starts are the same steps. Three of them have many
        // schedules, which another theme goes through. A process that is started may die
        // anywhere besides, so two have many.
        // Of what processes share, starts are left to the themes of starts: each would have
        // a million schedules.
        let most_starts = match () {
            () if theme_number >= FIRST_OF_PROCESSES => 0,
            () if ops.contains(&StartProcess.into()) => 1,
            () if ops.contains(&StartUnnamed.into()) => 2,
            () => 3,
        };
        // Each pair is looked at from half of the states, of what processes share from a
        // third. The whole is for by hand.
        let (n_parts, most) = match theme_number {
            FIRST_OF_SEVERAL_STEPS.. => (if is_whole { 1 } else { 7 }, 1_000),
            FIRST_OF_PROCESSES.. => (if is_whole { 1 } else { 3 }, u64::MAX),
            _ => (if is_whole { 1 } else { 2 }, u64::MAX),
        };
        for (i, &s) in ops.iter().enumerate() {
            for (j, &a) in ops.iter().enumerate() {
                for (k, &b) in ops.iter().enumerate() {
                    let n_starts = [s, a, b].iter().filter(|op| op.is_start()).count();
                    if n_starts <= most_starts && (i + j + k) % n_parts == 0 {
                        n_swaps += check(&small(s, a, b), most);
                    }
                }
            }
        }
    }
    assert!(n_swaps > 100_000, "only {n_swaps} swaps were looked at");
}
