//! What has to come before each step of an execution whatever the order of locks is.
//!
//! A step is *kept* behind the steps of which it has seen something: the one before it in its
//! task, the start of its task, the last write of each variable that it reads, and every
//! earlier step that it depends on at another object (an item of a queue, a permit, the end
//! of a task). If a set of steps has with each step all that it is kept behind, and tasks
//! take no lock in it that another one still has, then the steps can be made in the order of
//! the execution, with the same results. Two sections of one lock are not ordered here; that
//! is for [`super::closure`]. Nor is a write kept behind earlier accesses of its variable,
//! since it sees nothing of them.
//!
//! Less is *firm*: what no schedule changes, that is starts, joins, and the order of each
//! task.
//!
//! Both are vector clocks: for each step, how many steps of each task come before it.

use std::collections::BTreeMap;

use unknot_sim::{Access, Execution, Mode, ObjectId, Purpose, Relation, TaskId, Trace};

use super::locks::Locks;

/// Marks that there is no such step.
const NONE: u32 = u32::MAX;

/// How much of the order of an execution is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strength {
    /// What steps have seen.
    Kept,
    /// Starts, joins and the order of each task.
    Firm,
}

/// Vector clocks of all steps.
#[derive(Debug)]
pub(super) struct WeakOrder {
    width: usize,
    clocks: Vec<u32>,
    /// The number of each step in its task, from 1.
    nth: Vec<u32>,
    task: Vec<TaskId>,
    /// The step before each in its task, or the one that started the task.
    before: Vec<u32>,
    /// The steps of each task.
    of_task: Vec<Vec<u32>>,
}

impl WeakOrder {
    /// The order of an execution. Accesses to `without` and to parts of it order nothing.
    pub(super) fn of(
        execution: &Execution<'_>,
        locks: &Locks,
        strength: Strength,
        without: Option<ObjectId>,
    ) -> WeakOrder {
        let (trace, width) = (execution.trace, execution.tasks.len());
        let mut order = WeakOrder {
            width,
            clocks: vec![0; trace.len() * width],
            nth: vec![],
            task: vec![],
            before: vec![],
            of_task: vec![vec![]; width],
        };
        let mut seen = SeenObjects {
            execution,
            locks,
            strength,
            without,
            chains: BTreeMap::new(),
            written: BTreeMap::new(),
        };
        let mut started_by = vec![NONE; width];
        let mut fence = NONE;
        for (step, made) in trace.steps().iter().enumerate() {
            let task = made.task.index();
            let before = order.of_task[task].last().copied().unwrap_or(started_by[task]);
            order.join(step, before);
            order.join(step, fence);
            if made.is_fence {
                for other in 0..width {
                    order.join(step, order.of_task[other].last().copied().unwrap_or(NONE));
                }
                fence = step as u32;
            }
            for access in trace.accesses(step) {
                seen.join(&mut order, step, access);
            }
            order.of_task[task].push(step as u32);
            let nth = order.of_task[task].len() as u32;
            order.clocks[step * width + task] = nth;
            order.nth.push(nth);
            order.task.push(made.task);
            order.before.push(before);
            seen.note(trace, step);
            if let Some(child) = made.child {
                started_by[child.index()] = step as u32;
            }
        }
        order
    }

    fn join(&mut self, step: usize, other: u32) {
        if other == NONE {
            return;
        }
        let (known, next) = self.clocks.split_at_mut(step * self.width);
        let other = &known[other as usize * self.width..][..self.width];
        for (mine, theirs) in next.iter_mut().zip(other) {
            *mine = (*mine).max(*theirs);
        }
    }

    /// How many tasks there are in a clock.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// What comes before a step, and the step itself: how many steps of each task.
    pub(super) fn clock(&self, step: u32) -> &[u32] {
        &self.clocks[step as usize * self.width..][..self.width]
    }

    /// The step before it in its task, or the one that started the task.
    pub(super) fn before(&self, step: u32) -> Option<u32> {
        let before = self.before[step as usize];
        (before != NONE).then_some(before)
    }

    /// Whether a step is among those that a clock counts.
    pub(super) fn is_in(&self, step: u32, clock: &[u32]) -> bool {
        clock[self.task[step as usize].index()] >= self.nth[step as usize]
    }

    /// Whether a step comes before the point at which the task of another one reaches that.
    pub(super) fn is_before(&self, step: u32, other: u32) -> bool {
        self.before(other).is_some_and(|before| self.is_in(step, self.clock(before)))
    }

    /// The number of a step in its task, from 0.
    pub(super) fn nth(&self, step: u32) -> u32 {
        self.nth[step as usize] - 1
    }

    /// The steps that a clock counts, in the order of the execution.
    pub(super) fn steps(&self, clock: &[u32]) -> Vec<u32> {
        let of_task = self.of_task.iter().zip(clock);
        let mut steps: Vec<u32> =
            of_task.flat_map(|(steps, &n)| steps[..n as usize].iter().copied()).collect();
        steps.sort_unstable();
        steps
    }
}

/// The accesses so far, by what they leave to be seen.
struct SeenObjects<'a, 'e> {
    execution: &'a Execution<'e>,
    locks: &'a Locks,
    strength: Strength,
    without: Option<ObjectId>,
    /// The accesses to each object, in their order.
    chains: BTreeMap<ObjectId, Vec<(u32, Access)>>,
    /// The last write of each part of a variable.
    written: BTreeMap<(ObjectId, u32), u32>,
}

impl SeenObjects<'_, '_> {
    /// Joins what a step sees at one object.
    fn join(&self, order: &mut WeakOrder, step: usize, access: &Access) {
        let object = self.execution.object(access.object);
        if self.without.is_some_and(|without| self.execution.whole(access.object) == without) {
            return;
        }
        let is_end = matches!(object.purpose, Purpose::End | Purpose::Threads);
        match () {
            () if self.strength == Strength::Firm && !is_end => {}
            () if self.locks.is_lock(access.object) => self.join_lock(order, step, access),
            () if object.is_variable && (access.reads() || access.writes()) => {
                let written = self.written.get(&(access.object, access.slot)).copied();
                order.join(step, written.filter(|_| access.reads()).unwrap_or(NONE));
            }
            () => {
                let is_seen = |earlier: &Access| Relation::TRUE.dependent(earlier, access);
                self.join_all(order, (step, access), !object.is_variable, is_seen);
            }
        }
    }

    /// To take a lock that is free sees nothing, and nor does what a task asks of a lock that
    /// it has itself. To find a lock free or taken depends on all that came before.
    fn join_lock(&self, order: &mut WeakOrder, step: usize, access: &Access) {
        let task = self.execution.trace.steps()[step].task;
        let is_section = match access.mode {
            Mode::Take | Mode::Give => true,
            Mode::Try | Mode::GiveBounded => access.granted,
            _ => false,
        };
        if !is_section && !self.locks.has(task, access.object, step as u32) {
            self.join_all(order, (step, access), false, Access::changes);
        }
    }

    /// Joins all earlier accesses of which something is seen. Where each of these has all
    /// of which it has seen something before it, not all of them have to be looked at.
    fn join_all(
        &self,
        order: &mut WeakOrder,
        (step, access): (usize, &Access),
        is_chained: bool,
        is_seen: impl Fn(&Access) -> bool,
    ) {
        let chain = self.chains.get(&access.object).map_or(&[][..], Vec::as_slice);
        for (earlier, other) in chain.iter().rev() {
            let is_known =
                order.is_in(*earlier, &order.clocks[step * order.width..][..order.width]);
            match is_known {
                true if is_chained && Relation::TRUE.covers(other, access) => break,
                true => {}
                false if is_seen(other) => order.join(step, *earlier),
                false => {}
            }
        }
    }
}

impl SeenObjects<'_, '_> {
    /// Takes note of what a step leaves.
    fn note(&mut self, trace: &Trace, step: usize) {
        for access in trace.accesses(step) {
            self.chains.entry(access.object).or_default().push((step as u32, *access));
            if access.writes() {
                self.written.insert((access.object, access.slot), step as u32);
            }
        }
    }
}
