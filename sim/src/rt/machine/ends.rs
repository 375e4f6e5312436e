//! Ends of pipes, and which processes have a copy of them.
//!
//! A process that starts another one passes on every end that it has, as a fork does,
//! whether the program gives it to the new process or not. A wait for the last message
//! ends when no copy of the other end is open any more. No step has to know which close is the
//! last one: each copy lowers the gauges of the tasks that wait for its end by 1, and each
//! close raises them by 1 ([`crate::process::stream`]).
//!
//! A thread may close an end while another one uses it or starts a process, so in a process
//! with several threads such steps look whether the copy is open. A process that has one
//! thread knows that. Whether it ever had others is decided by that one thread.
//!
//! Not modelled: the ends that the first process has stay open up to the end of the
//! execution. In a real program they are closed when it has joined its children, which
//! only the children of a killed child can live to see.

use smallvec::SmallVec;

use super::new_object::NewObject;
use super::pipe_ends::{EndId, PipeEnd, PipeEnds};
use super::state::Machine;
use crate::act::Act;
use crate::execution::{EndCopy, Phase, ProcessState, Purpose, Task};
use crate::id::{ObjectId, Role, TaskId};
use crate::mode::Mode;
use crate::op::Access;

/// The part of the gauge that counts threads which orders the making of ends and the
/// starts of processes.
const MAKING: u32 = 1;

impl Machine {
    /// Creates an end of which the process of the current task has the first copy.
    pub(crate) fn create_end(
        &mut self,
        new: NewObject,
        closed: ObjectId,
        waited_on: SmallVec<[ObjectId; 2]>,
    ) -> EndId {
        let end = EndId(u32::try_from(self.pipe_ends.ends.len()).expect("fewer than 2^32 ends"));
        let open = self.create_object(new.serving(Purpose::Copy).showing(1));
        let process = self.task(self.current).process;
        self.pipe_ends.ends.push(PipeEnd { closed, n_open: 0 });
        let copy = EndCopy {
            process,
            end: end.0,
            open,
            waited_on,
            is_open: true,
            is_closed_by_daemon: false,
        };
        self.pipe_ends.add(copy);
        self.declare_closings(process);
        self.declare_to_starting(process, open);
        end
    }

    /// Adds an end that has just been made to what the threads of its process look at that
    /// are about to start processes.
    fn declare_to_starting(&mut self, process: u32, open: ObjectId) {
        let making = Access { slot: MAKING, ..look(self.processes[process as usize].registry) };
        for &id in &self.live {
            let task = &mut self.tasks[id.index()];
            if matches!(task.phase, Phase::Waiting | Phase::Killed)
                && task.pending.accesses.contains(&making)
            {
                task.pending.accesses.push(look(open));
            }
        }
    }

    /// Whether the process of the current task has ever had more than one thread.
    pub(crate) fn has_threads(&self) -> bool {
        let process = self.task(self.current).process;
        let mut tasks = self.live.iter().map(|&id| self.task(id));
        let is_thread = |role: Role, of: u32| role == Role::Program && of == process;
        tasks.by_ref().any(|task| is_thread(task.role, task.process))
            && tasks.any(|task| is_thread(task.role, task.process))
    }

    /// The gauge that shows whether the copy of an end is open which the current process
    /// has, and whether it is.
    pub(crate) fn copy_of_end(&self, end: EndId) -> Option<(ObjectId, bool)> {
        let process = self.task(self.current).process;
        let place = self.pipe_ends.place_of(process, end)?;
        let EndCopy { open, is_open, .. } = self.pipe_ends.copies[place];
        Some((open, is_open))
    }

    /// Whether no copy of an end is open.
    pub(crate) fn is_closed(&self, end: EndId) -> bool {
        self.pipe_ends.ends[end.index()].n_open == 0
    }

    /// What closing the copy of an end touches besides that which the current process has.
    pub(crate) fn touched_by_close(&self, end: EndId) -> SmallVec<[Access; 4]> {
        let process = self.task(self.current).process;
        let place = self.pipe_ends.place_of(process, end).expect("a process closes what it has");
        self.raised_by_close(&self.pipe_ends.copies[place])
    }

    fn raised_by_close(&self, copy: &EndCopy) -> SmallVec<[Access; 4]> {
        let closed = self.pipe_ends.ends[copy.end as usize].closed;
        let raised = copy.waited_on.iter().map(|&gauge| Access::new(gauge, Mode::Tally, 1));
        [Access::new(closed, Mode::Give, 1)].into_iter().chain(raised).collect()
    }

    /// Notes that the current process has closed its copy of an end.
    pub(crate) fn close_copy(&mut self, end: EndId) {
        let Task { process, daemon, .. } = *self.task(self.current);
        let place = self.pipe_ends.place_of(process, end).expect("a process closes what it has");
        let copy = &mut self.pipe_ends.copies[place];
        assert!(copy.is_open, "the step has found the copy open");
        (copy.is_open, copy.is_closed_by_daemon) = (false, daemon);
        self.pipe_ends.ends[end.index()].n_open -= 1;
        self.declare_closings(process);
    }

    /// What the making of an end touches in a process with several threads.
    pub(crate) fn making_of_end(&self) -> Access {
        let registry = self.process_of(self.current).registry;
        Access { slot: MAKING, ..Access::new(registry, Mode::Tally, 0) }
    }

    /// What a step that starts a process looks at, for the ends that it passes on.
    pub(crate) fn ends_looked_at(&self) -> Vec<Access> {
        if !self.has_threads() {
            return vec![];
        }
        let process = self.task(self.current).process;
        let making = Access { slot: MAKING, ..look(self.process_of(self.current).registry) };
        let copies = self.pipe_ends.copies.iter().filter(|copy| copy.process == process);
        [making].into_iter().chain(copies.map(|copy| look(copy.open))).collect()
    }

    /// Gives a new process a copy of each open end of the process that starts it.
    pub(super) fn pass_on_ends(&mut self, parent: u32, child: TaskId) {
        if self.pipe_ends.copies.is_empty() {
            return;
        }
        let process = self.task(child).process;
        let of_parent = self.pipe_ends.copies.iter();
        let mut passed: Vec<EndCopy> =
            of_parent.filter(|copy| copy.process == parent && copy.is_open).cloned().collect();
        // Copies are named by their place among those of the process.
        let origin = |copy: &EndCopy| {
            let closed = self.pipe_ends.ends[copy.end as usize].closed;
            self.names.object_origin(closed)
        };
        passed.sort_by_cached_key(origin);
        for of_parent in passed {
            let open = self.copy_object(of_parent.open, child, |new| new.showing(1));
            for &gauge in &of_parent.waited_on {
                self.touch(Access::new(gauge, Mode::Tally, -1));
            }
            self.pipe_ends.add(EndCopy { process, open, ..of_parent });
        }
        self.declare_closings(process);
    }

    /// What the end or the death of a process does to the ends that it ever had. One that was
    /// closed before counts as well if that might also come later.
    fn closings(&self, process: u32, is_death: bool) -> Vec<Access> {
        let copies = self.pipe_ends.copies.iter().filter(|copy| copy.process == process);
        let closing = |copy: &EndCopy| {
            let mut touched = self.raised_by_close(copy);
            if copy.is_open {
                touched.push(Access::new(copy.open, Mode::Drop, 1));
            } else if is_death || copy.is_closed_by_daemon {
                touched.iter_mut().for_each(|given| given.amount = 0);
            } else {
                touched.clear();
            }
            touched
        };
        copies.flat_map(closing).collect()
    }

    /// Adds to the end and to the death of a process that it closes its ends, as they are
    /// now.
    pub(crate) fn declare_closings(&mut self, process: u32) {
        let ProcessState { main, life: Some(life), .. } = self.processes[process as usize] else {
            return;
        };
        if self.task(main).pending.act == Act::End && self.task(main).phase == Phase::Waiting {
            let closings = self.closings(process, false);
            let task = self.task_mut(main);
            // Before these come the end, and the cell that it writes and may have to read.
            task.pending.accesses.truncate(2 + usize::from(task.alive.is_some()));
            task.pending.accesses.extend_from_slice(&closings);
        }
        if let Some(death) = life.death {
            let closings = self.closings(process, true);
            let death = self.task_mut(death.task);
            if death.phase == Phase::Waiting {
                death.pending.accesses.truncate(3);
                death.pending.accesses.extend_from_slice(&closings);
            }
        }
    }

    /// Notes that a process which has ended has closed its ends.
    pub(super) fn close_all(&mut self, process: u32) {
        let PipeEnds { ends, copies, .. } = &mut self.pipe_ends;
        let open = copies.iter_mut().filter(|copy| copy.process == process && copy.is_open);
        for copy in open {
            copy.is_open = false;
            ends[copy.end as usize].n_open -= 1;
        }
    }
}

/// A look of a step that starts a process. Nothing is looked for, so that it orders nothing for
/// the program itself.
fn look(gauge: ObjectId) -> Access {
    Access::new(gauge, Mode::Look, i64::MAX)
}
