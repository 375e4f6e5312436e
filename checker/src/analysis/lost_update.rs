//! Lost updates, as far as a trace tells.
//!
//! Task A reads version v of a cell and later writes the cell without reading
//! it again, and between the two another task B wrote it: A's write replaces a
//! version that A never saw, and B's update is lost. A write with no read of
//! the cell since the task's last write of it is blind and is not flagged.
//! When several tasks wrote in between, the task that wrote the replaced version is
//! named. Each slot of a cell, such as the key of a dict, has versions of its own. Only
//! variables count: the state inside an event or a queue is written by intent without a
//! look.
//!
//! The written value may have nothing to do with the read one. To find that out takes
//! values and other executions: `settle` does so for the candidates found here.
//!
//! What it can miss: updates that are lost through several cells, and updates
//! based on a value which a task kept from before its own last write.

use smallvec::{SmallVec, smallvec};
use unknot_sim::{Access, Act, Execution, Object, ObjectId, Step};

use super::incremental::{Hit, Hits, Incremental, NONE, RewindTable, own_accesses};
use crate::model::finding::{Evidence, Signature, Site};
use crate::model::kind::Kind;

/// What is known after each step.
#[derive(Debug, Default)]
pub(super) struct LostUpdates {
    hits: Hits,
    n_tasks: usize,
    n_objects: usize,
    /// The slots that were touched, but for the first of each cell. They have rows behind
    /// those of the cells.
    slots: Vec<(ObjectId, u32)>,
    /// The last write of each slot.
    last_write: RewindTable<u32>,
    /// The last read of each slot by each task since its own last write.
    last_read: RewindTable<u32>,
    /// The read that the last write of each slot was based on.
    read_of_last_write: RewindTable<u32>,
}

impl LostUpdates {
    fn rewind(&mut self, execution: &Execution<'_>, same: usize) -> usize {
        let (n_objects, n_tasks) = (execution.objects.len(), execution.tasks.len());
        let fits = (self.n_objects, self.n_tasks) == (n_objects, n_tasks);
        let same = if fits { same } else { 0 };
        self.hits.rewind(same);
        if fits {
            for table in [&mut self.last_write, &mut self.last_read, &mut self.read_of_last_write] {
                table.rewind(same);
            }
        } else {
            (self.n_objects, self.n_tasks) = (n_objects, n_tasks);
            self.slots.clear();
            self.last_write.reset(n_objects, NONE);
            self.read_of_last_write.reset(n_objects, NONE);
            self.last_read.reset(n_objects * n_tasks, NONE);
        }
        same
    }

    /// The row of the slot that is touched.
    #[inline]
    fn row(&mut self, access: &Access) -> usize {
        match access.slot {
            0 => access.object.index(),
            slot => self.row_of_slot((access.object, slot)),
        }
    }

    fn row_of_slot(&mut self, slot: (ObjectId, u32)) -> usize {
        let known = self.slots.iter().position(|&known| known == slot);
        let nth = known.unwrap_or_else(|| {
            self.slots.push(slot);
            let n = self.n_objects + self.slots.len();
            self.last_write.grow(n, NONE);
            self.read_of_last_write.grow(n, NONE);
            self.last_read.grow(n * self.n_tasks, NONE);
            self.slots.len() - 1
        });
        self.n_objects + nth
    }

    fn write(&mut self, row: usize, step: u32, based_on: u32) -> (u32, u32) {
        let replaced = self.last_write.set(step, row, step);
        (replaced, self.read_of_last_write.set(step, row, based_on))
    }
}

impl Incremental for LostUpdates {
    fn resume(&mut self, execution: &Execution<'_>, same: usize) {
        let trace = execution.trace;
        let matters = |object: &Object| object.is_variable;
        let Some(known) = self.hits.resume(execution, same, matters) else { return };
        for at in self.rewind(execution, known)..trace.len() {
            let step = at as u32;
            let Step { task, act, .. } = trace.steps()[at];
            if act == Act::Spawn {
                // What a process is given a copy of, the task that starts it has not seen.
                continue;
            }
            let task = task.index();
            for access in own_accesses(trace, at) {
                if !execution.object(access.object).is_variable {
                    continue;
                }
                let row = self.row(access);
                let mine = row * self.n_tasks + task;
                match (access.reads(), access.writes()) {
                    (true, false) => {
                        self.last_read.set(step, mine, step);
                    }
                    (false, true) => {
                        let read = self.last_read.set(step, mine, NONE);
                        let (replaced, based_on) = self.write(row, step, read);
                        if read != NONE && replaced != NONE && replaced > read {
                            let steps = [read, step, replaced, based_on];
                            self.hits.push(step, access.object, steps);
                        }
                    }
                    (true, true) => {
                        self.last_read.set(step, mine, NONE);
                        self.write(row, step, step);
                    }
                    (false, false) => {}
                }
            }
        }
    }

    fn hits(&self) -> &Hits {
        &self.hits
    }

    /// Steps: A's read, A's write, B's write, and B's read if it made one.
    fn explain(&self, execution: &Execution<'_>, found: &Hit) -> Evidence {
        let steps: SmallVec<_> = found.steps().collect();
        let made = |i: usize| &execution.trace.steps()[steps[i] as usize];
        Evidence {
            signature: Signature {
                kind: Kind::LostUpdate,
                tasks: smallvec![made(0).task, made(2).task],
                objects: smallvec![found.object],
                sites: smallvec![
                    Site(made(0).location),
                    Site(made(1).location),
                    Site(made(2).location)
                ],
            },
            steps,
        }
    }
}
