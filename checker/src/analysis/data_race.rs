//! Data races: two accesses to a plain variable by different tasks, one of them
//! a write, that no synchronisation orders. A note.
//!
//! The order is that of synchronisation alone: from the start of a task to its
//! steps, from giving a gauge to taking or awaiting it, and through the cells
//! inside primitives and atomics. Gauges that only count (those of a queue)
//! order nothing: which task comes first at one is chance. This order is coarser than
//! the search's, in which the accesses to the variable are ordered themselves. Per
//! variable the last write and the last read of each task are kept, as epochs:
//! C. Flanagan and S. Freund, "FastTrack", PLDI 2009. Reads are always kept for each
//! task here, since programs are small.
//!
//! Of several earlier accesses that race with one, each task's last is named.
//! Misses races that this execution orders by chance, say by a lock that was
//! taken the other way round: another execution shows those.

use smallvec::{SmallVec, smallvec};
use unknot_sim::{Access, Act, Execution, Mode, Object, TaskId, Trace};

use super::fences::Fences;
use super::incremental::{Hit, Hits, Incremental, NONE, RewindTable, own_accesses};
use crate::model::finding::{Evidence, Signature, Site};
use crate::model::kind::Kind;

/// An access by its task's clock and its step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Epoch {
    clock: u32,
    step: u32,
}

const NEVER: Epoch = Epoch { clock: 0, step: NONE };

/// Clocks of tasks and objects, `n` numbers each, and the last accesses.
#[derive(Debug, Default)]
pub(super) struct DataRaces {
    hits: Hits,
    pub(super) n: usize,
    n_objects: usize,
    /// How many steps there is room for.
    n_steps: usize,
    /// For each task, what it knows of every task; of itself it knows its clock, from 1.
    pub(super) tasks: RewindTable<u32>,
    /// The same for each object. Behind the objects come the slots, by the step that
    /// touched each first, and then what crowds gave back, by the object.
    pub(super) objects: RewindTable<u32>,
    /// What fences make something of ([`super::stated`]).
    pub(super) fences: Fences,
    reads: RewindTable<Epoch>,
    writes: RewindTable<Epoch>,
}

impl DataRaces {
    fn rewind(&mut self, execution: &Execution<'_>, same: usize) -> usize {
        let (n, n_objects) = (execution.tasks.len(), execution.objects.len());
        let is_room = execution.trace.len() <= self.n_steps;
        if (self.n, self.n_objects) == (n, n_objects) && is_room {
            self.hits.rewind(same);
            self.tasks.rewind(same);
            self.objects.rewind(same);
            self.fences.rewind(same);
            self.reads.rewind(same);
            self.writes.rewind(same);
            return same;
        }
        (self.n, self.n_objects) = (n, n_objects);
        self.n_steps = execution.trace.len().next_power_of_two().max(self.n_steps);
        self.hits.rewind(0);
        self.tasks.reset(n * n, 0);
        for task in 0..n {
            self.tasks.preset(task * n + task, 1);
        }
        self.fences.reset();
        self.objects.reset((2 * n_objects + self.n_steps) * n, 0);
        self.reads.reset(n_objects * n, NEVER);
        self.writes.reset(n_objects * n, NEVER);
        0
    }

    /// The clock of a task. Other tasks know it once the task has given them something.
    fn clock(&self, task: usize) -> u32 {
        self.tasks.get(task * self.n + task)
    }

    pub(super) fn advance(&mut self, step: u32, task: usize) {
        self.tasks.set(step, task * self.n + task, self.clock(task) + 1);
    }

    /// What the object's givers did happens before what the task does next.
    #[inline(always)]
    fn acquire(&mut self, step: u32, task: usize, object: usize) {
        let DataRaces { tasks, objects, n, .. } = self;
        tasks.raise(step, task * *n, objects.row(object * *n, *n));
    }

    /// What the task did happens before what later takers of the object do.
    #[inline(always)]
    fn release(&mut self, step: u32, task: usize, object: usize) {
        let DataRaces { tasks, objects, n, .. } = self;
        objects.raise(step, object * *n, tasks.row(task * *n, *n));
        self.advance(step, task);
    }

    fn start(&mut self, step: u32, parent: usize, child: usize) {
        for other in 0..self.n {
            let theirs = self.tasks.get(parent * self.n + other);
            if theirs > self.tasks.get(child * self.n + other) {
                self.tasks.set(step, child * self.n + other, theirs);
            }
        }
        self.advance(step, parent);
    }
}

impl Incremental for DataRaces {
    fn resume(&mut self, execution: &Execution<'_>, same: usize) {
        let trace = execution.trace;
        let matters = |object: &Object| !object.is_atomic;
        let Some(known) = self.hits.resume(execution, same, matters) else { return };
        for at in self.rewind(execution, known)..trace.len() {
            let made = &trace.steps()[at];
            let (step, task) = (at as u32, made.task.index());
            if let Act::Fence(order) = made.act {
                self.fence(step, task, order);
            }
            for access in own_accesses(trace, at) {
                let object = execution.object(access.object);
                if object.is_atomic && access.order.is_stated() {
                    self.order_as_stated(step, task, access);
                } else if object.is_atomic {
                    let row = match access.mode {
                        Mode::Slot => self.n_objects + first_with(trace, access),
                        _ => access.object.index(),
                    };
                    synchronise(self, (step, task), row, access);
                    if object.has_crowd {
                        self.order_in_crowd((step, task), access);
                    }
                } else if access.mode != Mode::Look {
                    use_variable(self, (step, made.task), access);
                }
            }
            if let Some(child) = made.child {
                self.start(step, task, child.index());
            }
        }
    }

    fn hits(&self) -> &Hits {
        &self.hits
    }

    fn explain(&self, execution: &Execution<'_>, found: &Hit) -> Evidence {
        let steps = execution.trace.steps();
        let made = found.steps().map(|step| &steps[step as usize]);
        let mut ends: SmallVec<[_; 2]> =
            made.map(|step| (step.task, Site(step.location))).collect();
        // Which of the two came first is chance.
        ends.sort_unstable();
        let signature = Signature {
            kind: Kind::DataRace,
            tasks: ends.iter().map(|(task, _)| *task).collect(),
            objects: smallvec![found.object],
            sites: ends.iter().map(|(_, site)| *site).collect(),
        };
        Evidence { signature, steps: found.steps().collect() }
    }
}

/// The first step that touched a slot.
fn first_with(trace: &Trace, slot: &Access) -> usize {
    let is_it = |access: &Access| (access.object, access.slot) == (slot.object, slot.slot);
    let found = (0..trace.len()).find(|&step| trace.accesses(step).iter().any(is_it));
    found.expect("a step touches it")
}

impl DataRaces {
    /// Several tasks may have units of such a gauge at once, in steps that commute: readers
    /// of a lock, owners of a value. What one of them gives back orders nothing for the
    /// others, and all of it is ordered before a task that asks for more than they do. So
    /// what they give back is kept apart.
    #[cold]
    fn order_in_crowd(&mut self, (step, task): (u32, usize), access: &Access) {
        let row = self.n_objects + self.n_steps + access.object.index();
        match access.mode {
            Mode::Tally => self.release(step, task, row),
            Mode::Draw => self.acquire(step, task, access.object.index()),
            mode if mode.acquires().holds(access.granted) => self.acquire(step, task, row),
            _ => {}
        }
    }
}

fn synchronise(state: &mut DataRaces, (step, task): (u32, usize), object: usize, access: &Access) {
    if access.mode.acquires().holds(access.granted) {
        state.acquire(step, task, object);
    }
    if access.mode.releases().holds(access.granted) {
        state.release(step, task, object);
    }
}

fn use_variable(state: &mut DataRaces, (step, task): (u32, TaskId), access: &Access) {
    let n = state.n;
    let row = access.object.index() * n;
    let DataRaces { hits, tasks, reads, writes, .. } = state;
    let known = tasks.row(task.index() * n, n);
    // A task knows what it did itself, so it does not race with itself.
    for ((&known, write), read) in known.iter().zip(writes.row(row, n)).zip(reads.row(row, n)) {
        let first = match () {
            () if write.clock > known => write.step,
            () if access.writes() && read.clock > known => read.step,
            () => continue,
        };
        hits.push(step, access.object, [first, step, NONE, NONE]);
    }
    let epoch = Epoch { clock: state.clock(task.index()), step };
    if access.reads() {
        state.reads.set(step, row + task.index(), epoch);
    }
    if access.writes() {
        state.writes.set(step, row + task.index(), epoch);
    }
}
