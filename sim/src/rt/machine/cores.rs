//! The cores of a processor, and the bursts that want them.
//!
//! Which burst has which core is decided by the policy at each step of the clock, from
//! what is there then. Bursts are sorted by the paths of their tasks first: in which order
//! tasks declared them must make no difference.

use std::cmp::Ordering;

use crate::id::{ObjectId, TaskId};
use crate::names::Names;
use crate::policy::Policy;
use crate::slice::CoreSlice;

/// A processor of the program.
#[derive(Debug)]
pub(crate) struct Cores {
    pub(super) cpu: ObjectId,
    policy: Policy,
    /// The quanta of its policy, in microseconds.
    quanta: Vec<u64>,
    /// For each core the task that it last worked for.
    last: Vec<Option<TaskId>>,
    /// Bursts that have not ended, in the order of the paths of their tasks from the first
    /// step of the clock on that saw them.
    pub(super) bursts: Vec<Burst>,
    /// What is known of the jobs that a step of the clock has seen, in the order of their
    /// bursts.
    pub(crate) stays: Vec<Stay>,
}

/// A burst: from when a task asks for a core until it has computed for so long.
#[derive(Debug)]
pub(super) struct Burst {
    task: TaskId,
    /// What is left of it, in microseconds.
    left: u64,
    /// What it costs to switch a core to it.
    cost: u64,
    /// When it came to the line, and whether it had to leave a core for that.
    since: u64,
    was_preempted: bool,
    /// The level of the feedback, from the highest one, 0.
    level: usize,
    /// What it has used of its quantum.
    used: u64,
    core: Option<usize>,
    /// What is left of the switch to it.
    switching: u64,
    /// Its number among the stays, once the clock has seen it.
    stay: Option<usize>,
}

/// How long a burst was with its processor. Times are microseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stay {
    pub(crate) task: TaskId,
    pub(crate) arrived: u64,
    /// `None` while it has not left.
    pub(crate) left: Option<u64>,
}

impl Cores {
    /// Idle cores, none of which has worked yet.
    pub(crate) fn new(cpu: ObjectId, n: usize, policy: Policy, quanta: Vec<u64>) -> Cores {
        Cores { cpu, policy, quanta, last: vec![None; n], bursts: vec![], stays: vec![] }
    }

    /// Forgets the bursts of tasks that were killed.
    pub(super) fn forget(&mut self, now: u64, is_over: impl Fn(TaskId) -> bool) {
        let stays = &mut self.stays;
        self.bursts.retain(|burst| {
            let is_over = is_over(burst.task);
            if let (true, Some(stay)) = (is_over, burst.stay) {
                stays[stay].left = Some(now);
            }
            !is_over
        });
    }

    /// Lets the bursts into the line that were declared since the last step of the clock.
    pub(super) fn arrive(&mut self, names: &Names) {
        self.bursts.sort_by(|one, other| names.order(one.task, other.task));
        for burst in self.bursts.iter_mut().filter(|burst| burst.stay.is_none()) {
            burst.stay = Some(self.stays.len());
            self.stays.push(Stay { task: burst.task, arrived: burst.since, left: None });
        }
    }

    /// Gives the cores to the bursts that come first.
    pub(super) fn dispatch(&mut self, now: u64) {
        let mut order: Vec<usize> = (0..self.bursts.len()).collect();
        order.sort_by(|&one, &other| self.compare(&self.bursts[one], &self.bursts[other]));
        let (first, others) = order.split_at(order.len().min(self.last.len()));
        for &i in others {
            self.bursts[i].leave(now);
        }
        let mut is_free = vec![true; self.last.len()];
        for core in first.iter().filter_map(|&i| self.bursts[i].core) {
            is_free[core] = false;
        }
        // A task goes back to the core that last worked for it: that is no switch.
        for at_home in [true, false] {
            for &i in first {
                let burst = &mut self.bursts[i];
                if burst.core.is_some() {
                    continue;
                }
                let is_for = |&core: &usize| {
                    is_free[core] && (!at_home || self.last[core] == Some(burst.task))
                };
                let Some(core) = (0..is_free.len()).find(is_for) else { continue };
                is_free[core] = false;
                let last = self.last[core].replace(burst.task);
                let is_switch = last.is_some_and(|last| last != burst.task);
                burst.core = Some(core);
                burst.switching = if is_switch { burst.cost } else { 0 };
            }
        }
    }

    /// Which of two bursts comes before the other, but for the paths of their tasks.
    fn compare(&self, one: &Burst, other: &Burst) -> Ordering {
        let rank = |burst: &Burst| {
            let class = match self.policy {
                Policy::Fcfs | Policy::RoundRobin(_) => 0,
                Policy::Sjf if burst.core.is_some() => 0,
                Policy::Sjf | Policy::Srtf => burst.left,
                Policy::Feedback(_) => burst.level as u64,
            };
            (class, burst.core.is_none(), burst.since, burst.was_preempted)
        };
        rank(one).cmp(&rank(other))
    }

    /// How long a burst may run until it has to leave its core, or ends.
    fn rest(&self, burst: &Burst) -> u64 {
        let quantum = match &self.policy {
            Policy::RoundRobin(_) => self.quanta.first(),
            Policy::Feedback(_) => self.quanta.get(burst.level),
            Policy::Fcfs | Policy::Sjf | Policy::Srtf => None,
        };
        quantum.map_or(burst.left, |quantum| burst.left.min(quantum - burst.used))
    }

    /// When the first of the bursts that have a core ends, or has to leave it.
    pub(super) fn next_event(&self, now: u64) -> Option<u64> {
        let with_core = self.bursts.iter().filter(|burst| burst.core.is_some());
        let after = with_core.map(|burst| burst.switching.saturating_add(self.rest(burst)));
        after.min().map(|after| now.saturating_add(after))
    }

    /// Has the bursts run that have a core. Calls `ended` for the task of each that has
    /// ended.
    pub(super) fn run(
        &mut self,
        now: u64,
        next: u64,
        slices: &mut Vec<CoreSlice>,
        mut ended: impl FnMut(TaskId),
    ) {
        let (cpu, is_last) = (self.cpu, next == u64::MAX);
        let mut at: Vec<usize> = (0..self.bursts.len()).collect();
        at.sort_by_key(|&i| self.bursts[i].core);
        for i in at {
            let Some(core) = self.bursts[i].core else { continue };
            let rest = self.rest(&self.bursts[i]);
            let burst = &mut self.bursts[i];
            let switched = burst.switching.min(next - now);
            let ran = next - now - switched;
            burst.switching -= switched;
            burst.left -= ran;
            burst.used += ran;
            let middle = now + switched;
            for (from, to, is_switch) in [(now, middle, true), (middle, next, false)] {
                let core = core as u32;
                add(slices, CoreSlice { cpu, core, task: burst.task, from, to, is_switch });
            }
            if ran == rest {
                burst.level += 1;
                burst.used = 0;
                burst.leave(next);
            }
        }
        // Time goes no further than that, so nothing may be left.
        let stays = &mut self.stays;
        self.bursts.retain(|burst| {
            let is_over = burst.left == 0 || is_last;
            if is_over {
                stays[burst.stay.expect("the clock has seen it")].left = Some(next);
                ended(burst.task);
            }
            !is_over
        });
    }
}

impl Burst {
    /// One that comes to the line now, for so many microseconds.
    pub(super) fn new(task: TaskId, left: u64, cost: u64, now: u64) -> Burst {
        Burst {
            task,
            left,
            cost,
            since: now,
            was_preempted: false,
            level: 0,
            used: 0,
            core: None,
            switching: 0,
            stay: None,
        }
    }

    /// Sends it to the line, if it has a core.
    fn leave(&mut self, now: u64) {
        if self.core.take().is_some() {
            self.since = now;
            self.was_preempted = true;
            self.switching = 0;
        }
    }
}

/// Adds a slice, or lengthens the one that it goes on from.
fn add(slices: &mut Vec<CoreSlice>, slice: CoreSlice) {
    if slice.from == slice.to {
        return;
    }
    let of_core = |other: &&mut CoreSlice| (other.cpu, other.core) == (slice.cpu, slice.core);
    let is_before = |last: &&mut CoreSlice| {
        last.to == slice.from && (last.task, last.is_switch) == (slice.task, slice.is_switch)
    };
    match slices.iter_mut().rev().find(of_core).filter(is_before) {
        Some(last) => last.to = slice.to,
        None => slices.push(slice),
    }
}
