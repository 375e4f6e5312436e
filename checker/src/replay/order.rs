//! What of one execution had to come before what, for formats that tell it.
//!
//! The clock of a step says how many steps of each task happen before it, itself counted:
//! those that a search cannot put behind it, because both touch something in ways that do
//! not commute. Executions with the same clocks are one trace class.

use unknot_sim::{Execution, Program, explore};

use crate::model::schedule::Schedule;
use crate::model::terms::Semantics;
use crate::strategy::order::events::Events;
use crate::strategy::{Observing, Replay};

/// The most numbers of clocks that are kept: steps times tasks.
const MOST_NUMBERS: usize = 50_000_000;

/// For each step how many steps of each task happen before it, in the order of the tasks
/// and without those of which none does. Tasks are counted as in a record.
pub type Clocks = Vec<Vec<(usize, u32)>>;

/// Runs a schedule again, and tells the clocks of its steps; `None` if that were too many
/// numbers.
///
/// # Panics
/// If nothing runs: a bug of unknot.
#[must_use]
pub fn clocks_of(program: &Program, schedule: &Schedule, semantics: Semantics) -> Option<Clocks> {
    let replay = Replay::new(schedule.clone());
    let observing = Observing::new(replay, None, |seen, execution| *seen = Some(clocks(execution)));
    let done = explore(program, semantics.limits(false), observing);
    done.seen.expect("a replay runs once")
}

fn clocks(execution: &Execution<'_>) -> Option<Clocks> {
    let n_steps = execution.trace.len();
    if n_steps.saturating_mul(execution.tasks.len()) > MOST_NUMBERS {
        return None;
    }
    let mut events = Events::default();
    // No race is looked for before the last step, and none after it is of use.
    events.extend(execution, n_steps, &mut vec![]);
    let numbers = |step| {
        let clock: &[u32] = events.clock_of(step);
        let tasks = execution.live.iter().enumerate();
        tasks.map(|(nth, task)| (nth, clock[task.index()])).filter(|(_, n)| *n > 0).collect()
    };
    Some((0..n_steps).map(numbers).collect())
}
