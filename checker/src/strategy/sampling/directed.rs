//! Random priorities of places: which line goes before which, whichever task comes there.
//!
//! What a fault takes is mostly that some lines come before others: a read before a write, a
//! second request for a lock after another first one. A hundred tasks that run the same lines
//! have a hundred times the schedules, but the lines are the same. So an execution draws a
//! priority for each *place*, a line together with the line that created the object, and the
//! enabled task at the highest one makes its step. What decides among tasks at one place is
//! drawn for the execution: a priority of each task, or each pick anew. So a fault that takes
//! k places in a certain order is found in about k! executions, however many tasks there are.
//!
//! For faults that take a line before another one once and after it later, every second
//! execution has changes: at a few steps the place of the last step falls below all others.
//! How early these are is drawn evenly over the powers of two, since nothing is known of the
//! length. For the same reason a place falls at which one task has made many steps in a row
//! while others could have gone on: a task that polls would otherwise keep from its step the
//! task that it waits for. How many are many is drawn in the same way.
//!
//! After the idea of D. Wolff, Z. Shi, G. J. Duck, U. Mathur, A. Roychoudhury, "Greybox
//! Fuzzing for Concurrency Testing" (ASPLOS 2024): schedules are abstract, pairs of lines
//! rather than steps. That work mutates sets of pairs by what earlier executions showed. Here
//! nothing is learned, so each execution can be run again alone; `frontier` learns.
//!
//! What it can miss: faults for which tasks at the same lines must go in orders that no
//! priority of tasks gives, and those that take many places in one order.

use smallvec::SmallVec;
use unknot_sim::{Act, Op, Point, Randomness, TaskId};

use crate::strategy::sampling::places::CodePlaces;
use crate::strategy::sampling::policy::SamplingPolicy;

/// Changes of priorities in an execution that has some.
const MAX_CHANGES: u32 = 2;

/// What decides among tasks at one place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Ties {
    /// Each pick anew.
    #[default]
    Anew,
    /// The task with the greater priority of its own.
    ByTask,
}

/// The walk.
#[derive(Debug, Default)]
pub struct Directed {
    /// Steps of this execution so far for which more than one task was enabled.
    contested: u32,
    /// The places that were met in this execution.
    places: CodePlaces,
    /// Their priorities.
    priorities: Vec<u32>,
    /// For each task of this execution, in the order of creation.
    tasks: Vec<u32>,
    ties: Ties,
    /// The contested steps before which the place of the last step falls.
    changes: SmallVec<[u32; MAX_CHANGES as usize]>,
    /// The priority of the next place that falls, below all that are drawn and those that
    /// fell before.
    floor: u32,
    /// How many steps in a row one task may make while others could.
    patience: u32,
    in_a_row: u32,
    /// Whether starts of tasks come before everything else.
    starts_first: bool,
    /// The task and the place of the last step.
    last: Option<(TaskId, usize)>,
}

/// The least priority that is drawn; those of fallen places are below.
const LEAST: u32 = 1 << 24;

/// A number of `1..=2^bits`, of which each power of two is about equally likely.
fn in_powers(bits: u32, randomness: &mut Randomness) -> u32 {
    let most = 1 << randomness.below(bits + 1);
    1 + randomness.below(most)
}

fn is_contested(point: &Point<'_>) -> bool {
    point.enabled().nth(1).is_some()
}

impl Directed {
    /// The number of a place, which gets a priority when it is first met.
    fn place(&mut self, point: &Point<'_>, op: &Op, randomness: &mut Randomness) -> usize {
        let place = self.places.number(point, op);
        if place == self.priorities.len() {
            let drawn = LEAST + randomness.below(u32::MAX - LEAST);
            let is_first = self.starts_first && op.act == Act::Spawn;
            self.priorities.push(if is_first { u32::MAX } else { drawn });
        }
        place
    }

    /// Has the place of the last step fall, if that is due.
    fn fall(&mut self) {
        let Some((_, place)) = self.last else { return };
        if self.changes.contains(&self.contested) || self.in_a_row >= self.patience {
            self.floor = self.floor.saturating_sub(1);
            self.priorities[place] = self.floor;
            self.in_a_row = 0;
        }
    }
}

impl SamplingPolicy for Directed {
    const PROFILES: u64 = 0;

    fn begin(&mut self, _number: u64, randomness: &mut Randomness) {
        let n_changes = match randomness.below(2) {
            0 => 0,
            _ => 1 + randomness.below(MAX_CHANGES),
        };
        *self = Directed {
            ties: if randomness.below(2) == 0 { Ties::Anew } else { Ties::ByTask },
            starts_first: randomness.below(2) == 0,
            changes: (0..n_changes).map(|_| in_powers(10, randomness)).collect(),
            patience: 32 * in_powers(7, randomness),
            floor: LEAST,
            ..Directed::default()
        };
    }

    fn pick(&mut self, point: &Point<'_>, randomness: &mut Randomness) -> TaskId {
        while self.tasks.len() < point.live().len() {
            self.tasks.push(randomness.below(u32::MAX));
        }
        let is_contested = is_contested(point);
        if is_contested {
            self.fall();
            self.contested += 1;
        }
        let mut best: Option<((u32, u32), TaskId, usize)> = None;
        for (nth, &task) in point.live().iter().enumerate() {
            let Some(op) = point.pending(task).filter(|_| point.is_enabled(task)) else { continue };
            let place = self.place(point, op, randomness);
            let tie = match self.ties {
                Ties::Anew => randomness.below(u32::MAX),
                Ties::ByTask => self.tasks[nth],
            };
            let rank = (self.priorities[place], tie);
            if best.is_none_or(|(known, ..)| rank > known) {
                best = Some((rank, task, place));
            }
        }
        let (_, task, place) = best.expect("one is enabled");
        let is_same = self.last.is_some_and(|(last, _)| last == task);
        self.in_a_row = if is_same { self.in_a_row + u32::from(is_contested) } else { 0 };
        // A task that starts others neither polls nor is in the way of what they do.
        let starts = point.pending(task).is_some_and(|op| op.act == Act::Spawn);
        self.last = (!starts).then_some((task, place));
        task
    }
}
