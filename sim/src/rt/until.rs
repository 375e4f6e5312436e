//! Waiting until a condition holds.
//!
//! To poll is to look, and to look again once something has changed. Where the first
//! thing that a condition looks at is a variable, no look need be a step that comes
//! to nothing: it is put off until it comes to something. So the first look is one
//! step that waits. It is possible while the condition does not come out false from
//! this variable alone, and what the condition does after it is done as anywhere.
//!
//! Whether the step is possible depends on nothing but the version of the variable:
//! the step is a read of it ([`Mode::Until`]), ordered with all that writes it, and
//! touches nothing else. That is known for every version that the step could find
//! ([`Until`]): those there were since the task last touched the variable are asked
//! about when the task arrives, each later one when it is made. To ask is to call the
//! condition, with primitives that only look and the variable as it was then, up to
//! its second operation. The task itself asks: control goes to it for that, between
//! the step that wrote and whatever comes next. A private gauge shows the answer, so
//! who may run stays an integer comparison.
//!
//! So a condition has to be pure: it may be called more often than it is decided, and
//! always has to look at the same thing first. One that panics is not false: its task
//! goes on, and panics itself. A condition that first looks at something else is polled
//! ([`super::watch`]).

use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};

use smallvec::SmallVec;

use super::machine::Machine;
use super::stage::{self, Stage};
use super::{NewObject, is_quiet, panic, pool, unwind_if_over, with, yield_until_changed};
use crate::execution::{Phase, Purpose};
use crate::id::{ObjectId, TaskId};
use crate::mode::Mode;
use crate::op::Op;
use crate::trace::Until;

/// The operations that write variables.
const WRITES: &[&str] = &[
    "store",
    "swap",
    "fetch_add",
    "fetch_sub",
    "fetch_and",
    "fetch_or",
    "fetch_xor",
    "fetch_max",
    "fetch_min",
    "compare_exchange",
    "write",
    "update",
];

/// A task that waits until a condition holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Awaiting {
    task: TaskId,
    cell: ObjectId,
    /// Shows 1 while its step is possible.
    gauge: ObjectId,
    /// Which one of the waits of the trace this is.
    nth: usize,
    /// Whether there is a version that it was not asked about.
    is_due: bool,
}

/// The gauges that tasks wait on, each with its task and variable.
#[derive(Debug, Default)]
pub(super) struct Awaits {
    now: Vec<Awaiting>,
    gauges: Vec<(TaskId, ObjectId, ObjectId)>,
    /// The task that was given control to ask, and not to make its step.
    asking: Option<TaskId>,
}

impl Awaits {
    pub(super) fn clear(&mut self) {
        self.now.clear();
        self.gauges.clear();
        self.asking = None;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.now.is_empty()
    }

    /// Notes that there is a new version of a variable.
    pub(super) fn written(&mut self, cell: ObjectId) {
        self.now.iter_mut().filter(|one| one.cell == cell).for_each(|one| one.is_due = true);
    }
}

/// A version of a variable.
#[derive(Clone, Copy, Debug)]
struct Version {
    /// The step that wrote it; `None` for the first one.
    step: Option<u32>,
    /// What an atomic integer held.
    amount: i64,
}

/// A variable as it was some versions ago.
#[derive(Clone, Copy, Debug)]
pub(super) struct AsOf {
    cell: ObjectId,
    back: usize,
    amount: i64,
}

/// What a condition that is tried did so far.
#[derive(Debug, Default)]
pub(super) struct Tried {
    as_of: Option<AsOf>,
    n_ops: u32,
    /// The variable that it looked at first.
    first: Option<ObjectId>,
}

/// How a condition came out.
struct Answer {
    /// The variable that it looked at first.
    first: Option<ObjectId>,
    /// Whether it did not come out false from that alone.
    holds: bool,
}

/// The payload with which a condition is left that goes on to other things.
struct GoesOn;

impl Machine {
    /// The versions of a variable since the current task last touched it, oldest
    /// first: those that a look at it could find.
    fn versions(&self, cell: ObjectId) -> SmallVec<[Version; 4]> {
        let steps = self.trace.steps();
        let mut versions: SmallVec<[Version; 4]> = SmallVec::new();
        let mut is_known = false;
        for step in (0..steps.len()).rev() {
            let accesses = self.trace.accesses(step).iter().rev();
            let mut touches = accesses.filter(|access| access.object == cell).peekable();
            is_known |= touches.peek().is_some() && steps[step].task == self.current;
            if let Some(write) = touches.find(|access| access.writes()) {
                versions.push(Version { step: Some(step as u32), amount: write.amount });
                if is_known {
                    versions.reverse();
                    return versions;
                }
            }
        }
        versions.push(Version { step: None, amount: self.object(cell).initial });
        versions.reverse();
        versions
    }

    /// The gauge on which the current task waits for conditions on a variable.
    fn gauge_for(&mut self, cell: ObjectId) -> ObjectId {
        let task = self.current;
        let known = self.awaits.gauges.iter().rev().find(|(t, c, _)| (*t, *c) == (task, cell));
        if let Some(&(_, _, gauge)) = known {
            return gauge;
        }
        let variable = self.object(cell);
        let new = NewObject::new(variable.kind, variable.name.clone(), variable.location);
        let new = new.part_of(cell).serving(Purpose::Awaited).raised_by(WRITES);
        let gauge = self.create_object(new);
        self.awaits.gauges.push((task, cell, gauge));
        gauge
    }

    /// Declares the first look of a condition.
    fn declare_until(&mut self, until: Until, location: &'static Location<'static>) {
        let (task, cell) = (self.current, until.cell);
        self.repeat.is_barred = true;
        let gauge = self.gauge_for(cell);
        self.objects[gauge.index()].shows = i64::from(until.holds_now());
        let nth = self.trace.wait_until(until);
        self.awaits.now.push(Awaiting { task, cell, gauge, nth, is_due: false });
        let op = Op::local("await", location).with(cell, Mode::Until, 0);
        self.declare(&mut op.guarded(gauge, 1));
    }

    /// Ends the wait of the current task.
    fn end_until(&mut self) {
        let task = self.current;
        self.awaits.now.retain(|one| one.task != task);
    }

    /// The next task that has to say whether it could go on after the last step. It
    /// is asked nothing where the step wrote what was there already.
    pub(super) fn next_to_ask(&mut self) -> Option<TaskId> {
        for i in 0..self.awaits.now.len() {
            let Awaiting { task, cell, gauge, .. } = self.awaits.now[i];
            if !self.awaits.now[i].is_due || self.task(task).phase != Phase::Waiting {
                continue;
            }
            let last = self.trace.accesses(self.trace.len() - 1);
            if last.iter().any(|access| access.object == cell && access.changes()) {
                self.awaits.asking = Some(task);
                return Some(task);
            }
            let held = self.object(gauge).shows > 0;
            self.answer(i, held);
        }
        None
    }

    /// Notes whether a condition holds of the version that was written last.
    fn answer(&mut self, i: usize, holds: bool) {
        let Awaiting { gauge, nth, .. } = self.awaits.now[i];
        self.awaits.now[i].is_due = false;
        self.objects[gauge.index()].shows = i64::from(holds);
        self.trace.found(nth, holds);
    }

    /// The same for the task that was asked.
    pub(super) fn answer_asked(&mut self, holds: bool) {
        let task = self.current;
        let i = self.awaits.now.iter().position(|one| one.task == task);
        self.answer(i.expect("a task is asked while it waits"), holds);
    }

    /// Whether the current task was given control to ask.
    pub(super) fn is_asking(&mut self) -> bool {
        self.awaits.asking.take().is_some()
    }
}

/// Notes an operation of a condition that is tried. The second one ends that, as the
/// first one does unless it looks at a variable: to go on could have consequences.
pub(super) fn try_on(op: &Op) {
    let goes_on = with(|world| {
        let machine = &world.machine;
        let tried = &mut world.tried;
        tried.n_ops += 1;
        match &op.accesses[..] {
            [look] if look.mode == Mode::Read && machine.object(look.object).keeps_versions => {
                if tried.n_ops == 1 {
                    tried.first = Some(look.object);
                }
                tried.n_ops == 2
            }
            _ => tried.n_ops <= 2,
        }
    });
    // While it is being left its destructors come to their end.
    if goes_on {
        resume_unwind(Box::new(GoesOn));
    }
}

/// A variable as a condition that is tried is to see it: so many versions ago, with
/// what an atomic integer held.
pub(crate) fn as_of(cell: ObjectId) -> Option<(usize, i64)> {
    if stage::stage() != Stage::Trying {
        return None;
    }
    let as_of = with(|world| world.tried.as_of).filter(|as_of| as_of.cell == cell);
    as_of.map(|AsOf { back, amount, .. }| (back, amount))
}

/// Calls a condition to see how it comes out from what it looks at first.
fn try_out(condition: &mut dyn FnMut() -> bool, as_of: Option<AsOf>) -> Answer {
    with(|world| world.tried = Tried { as_of, ..Tried::default() });
    let before = stage::enter(Stage::Trying);
    let held = catch_unwind(AssertUnwindSafe(condition));
    stage::enter(before);
    let Tried { n_ops, first, .. } = with(|world| std::mem::take(&mut world.tried));
    let is_true = held.unwrap_or_else(|payload| {
        if !payload.is::<GoesOn>() {
            panic::forget(&*payload);
        }
        true
    });
    Answer { first, holds: is_true || n_ops != 1 || first.is_none() }
}

/// Has a condition see its first look as made.
struct Looked;

impl Looked {
    fn at(cell: ObjectId) -> Looked {
        with(|world| world.tried = Tried { first: Some(cell), ..Tried::default() });
        stage::enter(Stage::Looked);
        Looked
    }
}

impl Drop for Looked {
    fn drop(&mut self) {
        if stage::stage() == Stage::Looked {
            stage::enter(Stage::Running);
        }
    }
}

/// The first operation of a condition whose first look is made already.
///
/// # Panics
/// If it looks at something else than before.
pub(super) fn look_made(op: &Op) -> bool {
    stage::enter(Stage::Running);
    let first = with(|world| world.tried.first);
    let is_it = matches!(&op.accesses[..], [look] if Some(look.object) == first);
    assert!(is_it, "a condition has to look at the same thing first whenever it is asked");
    true
}

/// Makes the first look of a condition, as a step that waits until that comes to
/// something. Not where it looks at no variable first.
fn await_first_look(
    condition: &mut dyn FnMut() -> bool,
    location: &'static Location<'static>,
) -> Option<Looked> {
    if is_quiet() {
        return None;
    }
    let Answer { first, holds } = try_out(condition, None);
    let cell = first?;
    let versions = with(|world| world.machine.versions(cell));
    let n_older = versions.len() - 1;
    let mut holds_of = |nth: usize| {
        let as_of = AsOf { cell, back: n_older - nth, amount: versions[nth].amount };
        if nth == n_older { holds } else { try_out(condition, Some(as_of)).holds }
    };
    let first = holds_of(0);
    let then = (1..=n_older).map(|nth| (versions[nth].step.unwrap_or(0), holds_of(nth))).collect();
    let declare = |machine: &mut Machine| {
        let arrived = machine.trace.len() as u32;
        let until = Until { task: machine.current, cell, arrived, first, then };
        machine.declare_until(until, location);
    };
    let made = pool::try_step_until(declare, || try_out(condition, None).holds);
    unwind_if_over(made);
    if is_quiet() {
        return None;
    }
    with(|world| world.machine.end_until());
    Some(Looked::at(cell))
}

pub(crate) fn wait_until(
    condition: &mut dyn FnMut() -> bool,
    location: &'static Location<'static>,
) {
    loop {
        let looked = await_first_look(condition, location);
        let holds = condition();
        drop(looked);
        if holds || is_quiet() {
            return;
        }
        yield_until_changed(location);
    }
}
