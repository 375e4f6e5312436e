//! Gauges that tasks give to without having taken from them: signals, and locks that
//! are handed on.
//!
//! A permit that is given by a task which holds none is a signal: its taker owns
//! nothing, and a task that waits for it waits for another task to give. A gauge may be
//! used so in some executions and not in others. So the search keeps what it saw in all
//! of them, and judges what is stuck when it is over.
//!
//! What a task holds depends on its own steps alone, so this is the same in all
//! executions of a trace class. Looks only at gauges with owners.

use std::collections::{BTreeMap, BTreeSet};

use unknot_sim::{Access, Execution, Names, Object, ObjectId, Ownership, Owning, TaskId, TaskPath};

use super::incremental::RewindTable;
use super::inherited::inherited;
use crate::model::finding::Origin;

/// For each gauge, the tasks that were seen to give units to it that they did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed<Task = TaskPath, Object = Origin>(BTreeMap<Object, BTreeSet<Task>>);

impl<Task, Object> Default for Handed<Task, Object> {
    fn default() -> Handed<Task, Object> {
        Handed(BTreeMap::new())
    }
}

impl<Task: Ord, Object: Ord> Handed<Task, Object> {
    /// The tasks that gave a gauge units that they did not hold; `None` if each task gave
    /// back what it had taken.
    #[must_use]
    pub fn givers(&self, gauge: &Object) -> Option<&BTreeSet<Task>> {
        self.0.get(gauge)
    }

    /// How many pairs of a gauge and a task there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.values().map(BTreeSet::len).sum()
    }

    /// Whether no gauge is handed on.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds what other executions showed.
    pub fn absorb(&mut self, others: Handed<Task, Object>) {
        for (gauge, tasks) in others.0 {
            self.0.entry(gauge).or_default().extend(tasks);
        }
    }
}

impl Handed {
    /// Each gauge with the tasks that gave it units that they did not hold.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&Origin, &BTreeSet<TaskPath>)> {
        self.0.iter()
    }

    /// Adds tasks that gave a gauge units that they did not hold.
    pub(crate) fn add(&mut self, gauge: Origin, tasks: impl IntoIterator<Item = TaskPath>) {
        self.0.entry(gauge).or_default().extend(tasks);
    }
}

impl Handed<TaskId, ObjectId> {
    /// What one execution shows.
    #[must_use]
    pub fn of(execution: &Execution<'_>) -> Handed<TaskId, ObjectId> {
        let mut state = HandedState::default();
        state.resume(execution, 0);
        state.handed
    }

    /// The same in terms that mean the same in every search.
    #[must_use]
    pub fn named(&self, names: &Names) -> Handed {
        let named = |(&gauge, tasks): (&ObjectId, &BTreeSet<TaskId>)| {
            let tasks = tasks.iter().map(|&task| names.task_path(task)).collect();
            (names.object_origin(gauge), tasks)
        };
        Handed(self.0.iter().map(named).collect())
    }
}

impl Handed {
    /// The same in the terms of one search, as far as it has seen these tasks and
    /// gauges.
    #[must_use]
    pub fn interned(&self, names: &Names) -> Handed<TaskId, ObjectId> {
        let interned = |(gauge, tasks): (&Origin, &BTreeSet<TaskPath>)| {
            let gauge = names.object_at(&gauge.0, gauge.1)?;
            Some((gauge, tasks.iter().filter_map(|task| names.task_at(task)).collect()))
        };
        Handed(self.0.iter().filter_map(interned).collect())
    }
}

/// Marks that no task holds a gauge of one unit.
const NO_TASK: u32 = u32::MAX;

/// What is known after each step, to continue from where two executions part.
#[derive(Debug, Default)]
pub struct HandedState {
    /// Steps that were looked at.
    n_known: usize,
    /// The task that holds a gauge of one unit.
    holder: RewindTable<u32>,
    /// How many units each task holds of the other gauges.
    units: BTreeMap<(ObjectId, TaskId), i64>,
    /// For each change of these, the step and the value before it.
    changes: Vec<(u32, (ObjectId, TaskId), i64)>,
    /// What all executions so far showed.
    handed: Handed<TaskId, ObjectId>,
}

impl HandedState {
    /// What all executions showed so far.
    #[must_use]
    pub fn handed(&self) -> &Handed<TaskId, ObjectId> {
        &self.handed
    }

    /// Looks at an execution that has its first `same` steps in common with the one before.
    pub fn resume(&mut self, execution: &Execution<'_>, same: usize) {
        let is_due = execution.objects.iter().any(|object| object.ownership != Ownership::Nobody);
        if !is_due {
            self.n_known = 0;
            return;
        }
        let from = same.min(self.n_known);
        self.rewind(from);
        self.holder.grow(execution.objects.len(), NO_TASK);
        let trace = execution.trace;
        for step in from..trace.len() {
            for access in trace.accesses(step) {
                let takes = match access.mode.owning() {
                    Owning::Takes => true,
                    Owning::GivesBack => false,
                    Owning::Nothing => {
                        self.inherit(execution, step, access);
                        continue;
                    }
                };
                let object = execution.object(access.object);
                if access.granted && object.ownership != Ownership::Nobody {
                    self.see(object, (step as u32, trace.steps()[step].task), access, takes);
                }
            }
        }
        self.n_known = execution.trace.len();
    }

    fn rewind(&mut self, step: usize) {
        self.holder.rewind(step);
        while let Some(&(changed_at, key, old)) = self.changes.last()
            && changed_at as usize >= step
        {
            self.units.insert(key, old);
            self.changes.pop();
        }
    }

    /// What is held of the original of a copy is held of the copy.
    fn inherit(&mut self, execution: &Execution<'_>, step: usize, access: &Access) {
        let Some(of) = inherited(execution, step, access) else { return };
        let at = step as u32;
        let holder = self.holder.get(of.original.index());
        if execution.object(of.copy).limit == 1 && holder != NO_TASK {
            self.holder.set(at, of.copy.index(), of.holder(TaskId(holder)).0);
        }
        let tasks = (of.original, TaskId(0))..=(of.original, TaskId(u32::MAX));
        let held: Vec<(TaskId, i64)> =
            self.units.range(tasks).map(|(&(_, task), &units)| (task, units)).collect();
        for (task, units) in held {
            let key = (of.copy, of.holder(task));
            self.changes.push((at, key, self.units.get(&key).copied().unwrap_or_default()));
            self.units.insert(key, units);
        }
    }

    fn see(&mut self, object: &Object, (step, task): (u32, TaskId), access: &Access, takes: bool) {
        let had = if object.limit == 1 {
            let now = if takes { task.0 } else { NO_TASK };
            let before = self.holder.set(step, access.object.index(), now);
            takes || before == task.0
        } else {
            let key = (access.object, task);
            let units = self.units.get(&key).copied().unwrap_or_default();
            let left = units + if takes { access.amount } else { -access.amount };
            self.changes.push((step, key, units));
            self.units.insert(key, left.max(0));
            left >= 0
        };
        if !had {
            self.handed.0.entry(access.object).or_default().insert(task);
        }
    }
}
