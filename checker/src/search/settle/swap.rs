//! An execution again, with a read moved right before a write of another task, or
//! right after it.
//!
//! Both executions make the same steps up to the two, and only those steps of other
//! tasks that the write needs. Then come the two in one order or the other, and then the
//! rest of the execution in its order, as far as tasks can make the steps. So everything
//! that the reading task can know when it writes is the same in both, except for the
//! value that it read and what followed from it.
//!
//! A read that waits until a condition holds may not be possible right after the
//! write. The task has then found what the write left, and waits: other tasks go on, and
//! its read is made as soon as it can be.

use std::collections::{BTreeMap, VecDeque};
use std::mem;

use unknot_sim::{
    Access, Decision, Ended, Execution, Explorer, Names, Point, Program, TaskId, Text, Trace,
    explore_on,
};

use super::values::{self, Cell};
use crate::model::terms::Semantics;

/// Steps between the two. With more of them the write is taken to need all of them:
/// finding out which ones it needs takes the square of their number.
const MOST_BETWEEN: usize = 2_000;

/// Which of the two steps comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum First {
    Read,
    Write,
}

/// A read and a write of another task that are to be made one after the other.
#[derive(Clone, Debug)]
pub(super) struct Swap {
    cell: Cell,
    /// The tasks of all steps before the two.
    lead: Vec<TaskId>,
    reader: TaskId,
    writer: TaskId,
    /// The tasks of all steps after the two.
    rest: Vec<TaskId>,
    /// What each task chose, in order.
    choices: BTreeMap<TaskId, VecDeque<u32>>,
}

/// What the reading task did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Done {
    /// What it read.
    pub(super) saw: Option<Text>,
    /// What it wrote next, if it wrote the variable at all.
    pub(super) wrote: Option<Text>,
}

impl Swap {
    /// Moves a read and a later write of another task together.
    pub(super) fn of(trace: &Trace, cell: Cell, read: usize, write: usize) -> Swap {
        let steps = trace.steps();
        let task = |step: usize| steps[step].task;
        let reader = task(read);
        let needed = needed(trace, reader, read, write);
        let early = needed.iter().copied().filter(|&step| step != write).map(task);
        let rest = (read + 1..steps.len()).filter(|step| needed.binary_search(step).is_err());
        let mut choices: BTreeMap<TaskId, VecDeque<u32>> = BTreeMap::new();
        for step in 0..steps.len() {
            choices.entry(task(step)).or_default().extend(trace.choices(step));
        }
        Swap {
            cell,
            lead: (0..read).map(task).chain(early).collect(),
            reader,
            writer: task(write),
            rest: rest.map(task).collect(),
            choices,
        }
    }

    /// Runs the program in this order. `None` if that is impossible.
    pub(super) fn run(
        &self,
        program: &Program,
        names: &Names,
        semantics: Semantics,
        first: First,
    ) -> Option<Done> {
        let two = match first {
            First::Read => [self.reader, self.writer],
            First::Write => [self.writer, self.reader],
        };
        let run = Run {
            cell: self.cell,
            reader: self.reader,
            read: Read::At(self.lead.len() + usize::from(first == First::Write)),
            write: self.lead.len() + usize::from(first == First::Read),
            order: self.lead.iter().copied().chain(two).collect(),
            rest: self.rest.iter().copied().map(Some).collect(),
            choices: self.choices.clone(),
            is_started: false,
            done: None,
        };
        explore_on(program, semantics.limits(true), names.clone(), run).done
    }
}

/// The steps of other tasks that a write needs, from a step on, and the write itself,
/// sorted.
fn needed(trace: &Trace, reader: TaskId, read: usize, write: usize) -> Vec<usize> {
    let steps = trace.steps();
    let mut needed = vec![write];
    for step in (read + 1..write).rev().filter(|&step| steps[step].task != reader) {
        let is_before = |&later: &usize| {
            let (one, other) = (&steps[step], &steps[later]);
            one.task == other.task
                || one.child == Some(other.task)
                || one.is_fence
                || other.is_fence
                || unknot_sim::dependent(trace.accesses(step), trace.accesses(later))
        };
        if write - read > MOST_BETWEEN || needed.iter().any(is_before) {
            needed.push(step);
        }
    }
    needed.reverse();
    needed
}

/// Which step the read is, in the present execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Read {
    /// This step, beside the write.
    At(usize),
    /// None so far: it waits for another value than the one that was written.
    Waits,
    /// This step, after the write that ended such a wait.
    Late(usize),
}

/// One of the two executions.
struct Run {
    cell: Cell,
    reader: TaskId,
    /// The steps that are the read and the write.
    read: Read,
    write: usize,
    /// The tasks of all steps up to the two.
    order: Vec<TaskId>,
    /// The tasks of the steps after that which have not been made.
    rest: VecDeque<Option<TaskId>>,
    choices: BTreeMap<TaskId, VecDeque<u32>>,
    is_started: bool,
    done: Option<Done>,
}

impl Run {
    /// Whether the task that is next waits for another value of the variable than
    /// the one that was just written.
    fn keeps_from_read(&self, point: &Point<'_>) -> bool {
        let waits = |access: &Access| self.cell.is_at(access) && access.mode.waits_for_value();
        let is_its_turn = Read::At(point.step()) == self.read;
        let pending = point.pending(self.reader).filter(|_| is_its_turn);
        pending.is_some_and(|op| op.accesses.iter().any(waits))
    }

    /// The next of the steps that are left, among those that can be made.
    fn next(&mut self, point: &Point<'_>) -> Option<TaskId> {
        while let Some(None) = self.rest.front() {
            self.rest.pop_front();
        }
        let left = |task: &Option<TaskId>| task.is_some_and(|task| point.is_enabled(task));
        let at = self.rest.iter().position(left)?;
        mem::take(&mut self.rest[at])
    }

    /// The step at which the reading task wrote the variable.
    fn wrote(&self, trace: &Trace) -> Option<usize> {
        let last = trace.len().checked_sub(1).filter(|&last| last >= self.order.len())?;
        let writes = trace.accesses(last).iter().any(|a| self.cell.is_at(a) && a.writes());
        (trace.steps()[last].task == self.reader && writes).then_some(last)
    }
}

impl Explorer for Run {
    fn begin(&mut self) -> bool {
        !mem::replace(&mut self.is_started, true)
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        let stop = Decision::Stop(Ended::Abandoned);
        if let Some(&task) = self.order.get(point.step()) {
            if point.is_enabled(task) {
                return Decision::Run(task);
            }
            if !self.keeps_from_read(point) {
                return stop;
            }
            self.read = Read::Waits;
        }
        if self.read == Read::Waits && point.is_enabled(self.reader) {
            self.read = Read::Late(point.step());
            return Decision::Run(self.reader);
        }
        if self.wrote(point.trace()).is_some() {
            return stop;
        }
        match self.next(point) {
            Some(task) => Decision::Run(task),
            // The program behaved differently: each of its tasks gets its turn.
            None => Decision::Run(in_turn(point)),
        }
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        let task = point.trace().steps()[point.step() - 1].task;
        let before = self.choices.get_mut(&task).and_then(VecDeque::pop_front);
        before.filter(|&value| value < n).unwrap_or(0)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        let trace = execution.trace;
        if self.write >= trace.len() || !values::writes(execution, self.write, self.cell) {
            return;
        }
        let reads = |access: &Access| self.cell.is_at(access) && access.reads();
        let is_made = |read| read < trace.len() && trace.accesses(read).iter().any(reads);
        let saw = match self.read {
            Read::At(read) if is_made(read) => values::saw(execution, read, self.cell),
            Read::Late(read) if is_made(read) => values::left(execution, self.write, self.cell),
            Read::Waits if execution.ended == Ended::Stuck => {
                values::left(execution, self.write, self.cell)
            }
            _ => return,
        };
        let wrote = self.wrote(trace);
        self.done = Some(Done {
            saw,
            wrote: wrote.and_then(|step| values::left(execution, step, self.cell)),
        });
    }
}

/// The first task that can go on after the task of the last step, in a circle.
///
/// # Panics
/// If none is enabled: an explorer is asked only where one is.
pub(super) fn in_turn(point: &Point<'_>) -> TaskId {
    let mut enabled = point.enabled().peekable();
    let first = enabled.peek().copied().expect("an explorer is asked where a task is enabled");
    let last = point.last();
    enabled.find(|&task| Some(task) > last).unwrap_or(first)
}
