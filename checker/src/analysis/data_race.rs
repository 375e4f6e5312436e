//! Data races: two accesses to a plain variable by different tasks, one of them
//! a write, that no synchronisation orders. A note.
//!
//! The order is that of synchronisation alone: from the start of a task to its
//! steps, from giving a gauge to taking or awaiting it, and through the cells
//! inside primitives and atomics. It is a coarser order than the search's, in
//! which the accesses to the variable are ordered themselves. Per variable the
//! last write and the last read of each task are kept, as epochs: C. Flanagan
//! and S. Freund, "FastTrack", PLDI 2009; reads are kept for each task always,
//! since programs here are small.
//!
//! Of several earlier accesses that race with one, each task's last is named.
//! Misses races that this execution orders by chance, say by a lock that was
//! taken the other way round: another execution shows those.

use smallvec::smallvec;
use unknot_sim::{Access, Execution, Mode, TaskId};

use super::Scratch;
use crate::finding::{Evidence, Kind, Signature, Site};

const NONE: u32 = u32::MAX;

/// An access by its task's clock and its step.
#[derive(Clone, Copy, Debug)]
struct Epoch {
    clock: u32,
    step: u32,
}

const NEVER: Epoch = Epoch { clock: 0, step: NONE };

/// Clocks of tasks and objects, `n` numbers each, and the last accesses.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    n: usize,
    tasks: Vec<u32>,
    objects: Vec<u32>,
    reads: Vec<Epoch>,
    writes: Vec<Epoch>,
}

impl Buffers {
    fn reset(&mut self, execution: &Execution<'_>) {
        let (n, n_objects) = (execution.tasks.len(), execution.objects.len());
        self.n = n;
        self.tasks.clear();
        self.tasks.resize(n * n, 0);
        self.objects.clear();
        self.objects.resize(n_objects * n, 0);
        for epochs in [&mut self.reads, &mut self.writes] {
            epochs.clear();
            epochs.resize(n_objects * n, NEVER);
        }
        for task in 0..n {
            self.tasks[task * n + task] = 1;
        }
    }

    /// What the object's givers did is over for the task.
    fn acquire(&mut self, task: usize, object: usize) {
        for i in 0..self.n {
            let clock = &mut self.tasks[task * self.n + i];
            *clock = (*clock).max(self.objects[object * self.n + i]);
        }
    }

    /// What the task did is over for those who take from the object.
    fn release(&mut self, task: usize, object: usize) {
        for i in 0..self.n {
            let clock = &mut self.objects[object * self.n + i];
            *clock = (*clock).max(self.tasks[task * self.n + i]);
        }
        self.tasks[task * self.n + task] += 1;
    }

    fn start(&mut self, parent: usize, child: usize) {
        for i in 0..self.n {
            let clock = self.tasks[parent * self.n + i];
            let mine = &mut self.tasks[child * self.n + i];
            *mine = (*mine).max(clock);
        }
        self.tasks[parent * self.n + parent] += 1;
    }
}

pub(super) fn find(execution: &Execution<'_>, scratch: &mut Scratch, found: &mut Vec<Evidence>) {
    let buffers = &mut scratch.data_race;
    buffers.reset(execution);
    for (step, made) in execution.trace.steps().iter().enumerate() {
        let task = made.task.index();
        for access in execution.trace.accesses(step) {
            let object = access.object.index();
            if execution.object(access.object).is_atomic {
                synchronise(buffers, task, object, access);
            } else {
                use_variable(execution, buffers, (step as u32, made.task), access, found);
            }
        }
        if let Some(child) = made.child {
            buffers.start(task, child.index());
        }
    }
}

fn synchronise(buffers: &mut Buffers, task: usize, object: usize, access: &Access) {
    let acquires = match access.mode {
        Mode::Read | Mode::Update | Mode::Take | Mode::Await | Mode::Draw => true,
        Mode::Try | Mode::Look => access.granted,
        _ => false,
    };
    if acquires {
        buffers.acquire(task, object);
    }
    let releases = match access.mode {
        Mode::Write | Mode::Update | Mode::Give | Mode::Set => true,
        Mode::GiveBounded => access.granted,
        Mode::Tally => access.amount > 0,
        _ => false,
    };
    if releases {
        buffers.release(task, object);
    }
}

fn use_variable(
    execution: &Execution<'_>,
    buffers: &mut Buffers,
    (step, task): (u32, TaskId),
    access: &Access,
    found: &mut Vec<Evidence>,
) {
    let n = buffers.n;
    let row = access.object.index() * n;
    let mine = task.index() * n;
    for other in (0..n).filter(|&other| other != task.index()) {
        let ordered = |epoch: Epoch| epoch.clock <= buffers.tasks[mine + other];
        let (write, read) = (buffers.writes[row + other], buffers.reads[row + other]);
        if !ordered(write) {
            found.push(evidence(execution, write.step, step, access));
        } else if access.writes() && !ordered(read) {
            found.push(evidence(execution, read.step, step, access));
        }
    }
    let epoch = Epoch { clock: buffers.tasks[mine + task.index()], step };
    if access.reads() {
        buffers.reads[row + task.index()] = epoch;
    }
    if access.writes() {
        buffers.writes[row + task.index()] = epoch;
    }
}

fn evidence(execution: &Execution<'_>, first: u32, second: u32, access: &Access) -> Evidence {
    let steps = execution.trace.steps();
    let (e, f) = (&steps[first as usize], &steps[second as usize]);
    let mut ends = [(e.task, Site(e.location)), (f.task, Site(f.location))];
    // Which of the two came first is chance.
    ends.sort_unstable();
    let signature = Signature {
        kind: Kind::DataRace,
        tasks: ends.iter().map(|(task, _)| *task).collect(),
        objects: smallvec![access.object],
        sites: ends.iter().map(|(_, site)| *site).collect(),
    };
    Evidence { signature, steps: smallvec![first, second] }
}
