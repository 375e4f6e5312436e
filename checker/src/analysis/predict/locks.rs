//! Which gauges serve as locks in an execution, and when tasks had them.
//!
//! A lock is a gauge with owners of which each task gives back what it took itself: a plain
//! or reentrant lock, a read-write lock, a semaphore of one permit. What a reentrant lock
//! does below its first level touches nothing, so a lock that is taken again is no request.
//! Readers of a read-write lock take one of many units and do not exclude each other.
//!
//! A gauge that is handed on from task to task, that a line serves in order, or that a task
//! touches in another way is no lock: every order of its steps is kept.

use std::collections::BTreeMap;

use smallvec::SmallVec;
use unknot_sim::{Access, Execution, Mode, Object, ObjectId, Ownership, Purpose, TaskId};

/// A stretch of steps in which a task had units of a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LockSection {
    pub(super) lock: ObjectId,
    pub(super) task: TaskId,
    pub(super) units: i64,
    /// The step that took them.
    pub(super) begin: u32,
    /// The step that gave them back, if one did.
    pub(super) end: Option<u32>,
}

/// A step that waited for a lock, or would have, while its task had other ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LockRequest {
    pub(super) task: TaskId,
    pub(super) step: u32,
    pub(super) lock: ObjectId,
    pub(super) units: i64,
    /// What the task had then, as numbers of sections.
    pub(super) held: SmallVec<[usize; 2]>,
}

/// The locks of an execution.
#[derive(Debug, Default)]
pub(super) struct Locks {
    is_lock: Vec<bool>,
    /// The units that a lock has.
    units: Vec<i64>,
    /// In the order in which they began.
    pub(super) sections: Vec<LockSection>,
    /// In the order of their steps.
    pub(super) requests: Vec<LockRequest>,
    /// The sections of each task at each lock.
    uses: BTreeMap<(ObjectId, TaskId), Vec<usize>>,
    /// The sections of each task.
    of_task: BTreeMap<TaskId, Vec<usize>>,
}

impl Locks {
    pub(super) fn of(execution: &Execution<'_>) -> Locks {
        let mut locks = Locks {
            is_lock: execution.objects.iter().map(may_be_lock).collect(),
            units: execution.objects.iter().map(|object| object.initial).collect(),
            ..Locks::default()
        };
        // What turns out to be no lock while the steps are gone through was none from the
        // beginning.
        while !locks.go_through(execution) {}
        locks
    }

    /// Whether an object serves as a lock.
    pub(super) fn is_lock(&self, object: ObjectId) -> bool {
        self.is_lock[object.index()]
    }

    /// Whether two tasks cannot have so many units of a lock at once.
    pub(super) fn exclude(&self, lock: ObjectId, one: i64, other: i64) -> bool {
        one + other > self.units[lock.index()]
    }

    /// Whether a section excludes every other one.
    pub(super) fn is_exclusive(&self, section: &LockSection) -> bool {
        self.exclude(section.lock, section.units, 1)
    }

    /// The sections of each task at each lock, in the order in which they began.
    pub(super) fn uses(&self) -> impl Iterator<Item = (&(ObjectId, TaskId), &Vec<usize>)> {
        self.uses.iter()
    }

    /// Whether a task has units of a lock when it makes a step.
    pub(super) fn has(&self, task: TaskId, lock: ObjectId, step: u32) -> bool {
        let Some(uses) = self.uses.get(&(lock, task)) else { return false };
        let begun = uses.partition_point(|&nth| self.sections[nth].begin < step);
        // Sections of one task at one lock overlap only where it reads more than once.
        uses[..begun].iter().rev().any(|&nth| self.sections[nth].end.is_none_or(|end| end >= step))
    }

    /// The sections in the middle of which a task makes a step.
    pub(super) fn around(&self, task: TaskId, step: u32) -> impl Iterator<Item = &LockSection> {
        let all = self.of_task.get(&task).map_or(&[][..], Vec::as_slice);
        let begun = all.partition_point(|&nth| self.sections[nth].begin < step);
        let sections = all[..begun].iter().map(|&nth| &self.sections[nth]);
        sections.filter(move |section| section.end.is_none_or(|end| end > step))
    }

    /// Whether a lock keeps two tasks from being in these sections at once.
    pub(super) fn exclude_each_other(&self, one: &LockSection, other: &LockSection) -> bool {
        one.lock == other.lock && self.exclude(one.lock, one.units, other.units)
    }

    /// Finds sections and requests. False if some gauge is no lock after all.
    fn go_through(&mut self, execution: &Execution<'_>) -> bool {
        self.sections.clear();
        self.requests.clear();
        self.uses.clear();
        self.of_task.clear();
        let mut held: BTreeMap<TaskId, SmallVec<[usize; 2]>> = BTreeMap::new();
        let mut is_sound = true;
        for (step, made) in execution.trace.steps().iter().enumerate() {
            let held = held.entry(made.task).or_default();
            for access in execution.trace.accesses(step) {
                if self.is_lock(access.object) && !self.see((made.task, step as u32), access, held)
                {
                    self.is_lock[access.object.index()] = false;
                    is_sound = false;
                }
            }
        }
        is_sound
    }

    /// Takes note of an access to a lock; false if it is no lock then.
    fn see(
        &mut self,
        (task, step): (TaskId, u32),
        access: &Access,
        held: &mut SmallVec<[usize; 2]>,
    ) -> bool {
        let (lock, units) = (access.object, access.amount);
        match access.mode {
            Mode::Take if !held.is_empty() => {
                self.requests.push(LockRequest { task, step, lock, units, held: held.clone() });
            }
            Mode::Take => {}
            Mode::Try if access.granted => {}
            Mode::Give | Mode::GiveBounded if access.granted => {
                let is_it = |&nth: &usize| {
                    self.sections[nth].lock == lock && self.sections[nth].units == units
                };
                let Some(at) = held.iter().rposition(is_it) else { return false };
                self.sections[held.remove(at)].end = Some(step);
                return true;
            }
            Mode::Try | Mode::GiveBounded | Mode::Look | Mode::Below => return true,
            Mode::Withheld | Mode::Subscribe | Mode::On => return true,
            _ => return false,
        }
        let nth = self.sections.len();
        held.push(nth);
        self.uses.entry((lock, task)).or_default().push(nth);
        self.of_task.entry(task).or_default().push(nth);
        self.sections.push(LockSection { lock, task, units, begin: step, end: None });
        true
    }
}

/// Whether a gauge is a lock as far as it tells by itself. What a process has a private
/// copy of may be held by a task that never comes there.
fn may_be_lock(object: &Object) -> bool {
    let has_owners = match object.ownership {
        Ownership::Owners => object.initial > 0,
        Ownership::Takers => object.initial == 1,
        Ownership::Nobody => false,
    };
    has_owners && object.purpose == Purpose::Primitive && object.copy_of.is_none()
}
