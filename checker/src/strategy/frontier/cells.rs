//! The points that executions came to, by how they look, each with one way to it.
//!
//! Points that look alike are one. Of the executions that came to it, each is as likely to be
//! the one whose way is kept: two ways to what looks alike may lead to different states.

use std::collections::BTreeMap;
use std::sync::Arc;

use unknot_sim::{Execution, Randomness, TaskId};

/// The decisions of one execution.
#[derive(Debug, Default)]
pub(super) struct KeptWay {
    pub(super) tasks: Vec<TaskId>,
    /// Values that were chosen, each with its step, in order.
    pub(super) choices: Vec<(u32, u32)>,
}

impl KeptWay {
    pub(super) fn of(execution: &Execution<'_>) -> KeptWay {
        let trace = execution.trace;
        let tasks = trace.steps().iter().map(|step| step.task).collect();
        let n_choosing = if trace.has_choices() { trace.len() } else { 0 };
        let of_step = |step: usize| trace.choices(step).iter().map(move |&v| (step as u32, v));
        KeptWay { tasks, choices: (0..n_choosing).flat_map(of_step).collect() }
    }
}

/// The beginning of an execution that was made before.
#[derive(Clone, Debug, Default)]
pub(super) struct WayBack {
    pub(super) way: Arc<KeptWay>,
    /// How many of its steps lead to the point.
    pub(super) len: usize,
}

/// Points that look alike.
#[derive(Debug, Default)]
struct MetPoint {
    back: WayBack,
    /// How often executions came there by themselves.
    seen: u32,
    /// How often executions began there.
    begun: u32,
}

impl MetPoint {
    /// What is rare is where little was tried, and after that where little was seen.
    fn rank(&self) -> u64 {
        4 * u64::from(self.begun) + u64::from(self.seen)
    }
}

/// Points of one view.
#[derive(Debug, Default)]
pub(super) struct MetPoints {
    all: Vec<MetPoint>,
    /// Their numbers by how they look.
    numbers: BTreeMap<u64, u32>,
}

/// Points of a view that are kept at most: some 20 MB.
const MOST_POINTS: usize = 1 << 18;

/// How many points are drawn, of which the rarest is taken.
const DRAWN: u32 = 32;

impl MetPoints {
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// An execution came to a point. Its number, if the way of this execution is to be kept.
    pub(super) fn meet(&mut self, look: u64, randomness: &mut Randomness) -> Option<u32> {
        if let Some(&number) = self.numbers.get(&look) {
            let met = &mut self.all[number as usize];
            met.seen = met.seen.saturating_add(1);
            return (randomness.below(met.seen) == 0).then_some(number);
        }
        if self.all.len() == MOST_POINTS {
            return None;
        }
        let number = self.all.len() as u32;
        self.numbers.insert(look, number);
        self.all.push(MetPoint { seen: 1, ..MetPoint::default() });
        Some(number)
    }

    /// Keeps a way to a point.
    pub(super) fn keep(&mut self, number: u32, back: WayBack) {
        self.all[number as usize].back = back;
    }

    /// The way to a point where few executions have been; to the beginning if there is none.
    pub(super) fn rare(&mut self, randomness: &mut Randomness) -> WayBack {
        let n = self.all.len() as u32;
        if n == 0 {
            return WayBack::default();
        }
        let drawn = (0..DRAWN).map(|_| randomness.below(n) as usize);
        let rarest = drawn.min_by_key(|&number| self.all[number].rank()).expect("some are drawn");
        let met = &mut self.all[rarest];
        met.begun = met.begun.saturating_add(1);
        met.back.clone()
    }
}
