//! The door between primitives and the machine: the only ways in which a task
//! reaches a scheduling point.
//!
//! A primitive declares its whole operation with [`step`]. Control comes back
//! once the explorer picked the task and the accesses were carried out; until
//! the next `step` no other task runs, so whatever the primitive does to its own
//! values in between belongs to the same step.

use std::any::Any;
use std::panic::Location;

use super::body::TaskBody;
use super::leaving::{self, Leaving};
use super::local::{self, with};
use super::machine::NewObject;
use super::pool::{self, Over};
use super::stage::{self, Stage, is_quiet};
use super::world::World;
use super::{panic, tried};
use crate::act::Act;
use crate::exception::Exception;
use crate::execution::{Ended, Want};
use crate::id::{ObjectId, TaskId};
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{Noted, Text};
use crate::op::{Access, Op};
use crate::value::Value;

/// Makes one step. Returns whether its trying and bounded accesses were
/// granted. Where primitives are quiet only looks are granted.
pub fn step(mut op: Op) -> bool {
    if !stage::makes_steps() {
        return step_quietly(&op);
    }
    unwind_if_over(pool::try_step(|machine| machine.declare(&mut op)))
}

/// Makes one step that asks something, and notes the answer for people.
pub fn ask(op: Op) -> bool {
    let granted = step(op);
    note(|| Noted::Answer(Text::of(granted)));
    granted
}

/// Makes one step of an operation that may raise. A task that cannot go on at
/// the end of an execution is told to leave by an exception, which costs a small
/// part of what unwinding costs. A complete execution is the exception: what a
/// daemon does about an exception might be seen in the outcome.
///
/// # Errors
/// The exception with which to leave.
pub(crate) fn step_or_leave(mut op: Op) -> Result<bool, Exception> {
    if !stage::makes_steps() {
        return Ok(step_quietly(&op));
    }
    let stepped = pool::try_step(|machine| machine.declare(&mut op));
    // A destructor may panic because of an exception.
    let may_raise = |world: &mut World| world.machine.ended != Some(Ended::Complete);
    if stepped.is_err() && !panic::is_unwinding() && with(may_raise) {
        leaving::set(Leaving::ASKED);
        return Err(Exception::killed());
    }
    Ok(unwind_if_over(stepped))
}

/// Makes no step: an operation that only looks sees what there is, and a task that was
/// told to leave has to come to an end.
pub(super) fn step_quietly(op: &Op) -> bool {
    match stage::stage() {
        Stage::Looked => return tried::look_made(op),
        Stage::Trying => tried::try_on(op),
        _ => {}
    }
    let next = match leaving::leaving() {
        Leaving::Nobody => Leaving::Nobody,
        // A destructor asked for something, got no answer, and unwinds by itself.
        Leaving::Asked(0) if panic::is_unwinding() => Leaving::UNWINDING,
        Leaving::Asked(0) => unwind(),
        Leaving::Asked(left) => Leaving::Asked(left - 1),
        // A destructor without an end, or a task that cannot be unwound.
        Leaving::Unwinding(0) => pool::give_up(),
        Leaving::Unwinding(left) => Leaving::Unwinding(left - 1),
    };
    leaving::set(next);
    with(|world| world.look(op))
}

/// Has a task leave if the execution is over.
#[inline]
pub(super) fn unwind_if_over(stepped: Result<bool, Over>) -> bool {
    match stepped {
        Ok(granted) => granted,
        Err(Over) => leave_now(),
    }
}

/// Has a task leave: by unwinding, unless it unwinds already. Then its destructors
/// come to their end, and nothing happens any more.
#[cold]
pub(super) fn leave_now() -> bool {
    if !panic::is_unwinding() {
        unwind();
    }
    leaving::set(Leaving::UNWINDING);
    if let Some(failure) = panic::failure() {
        with(|world| world.machine.fail(world.machine.current, failure));
    }
    false
}

/// Has a task leave that was told to by an exception which it cannot pass on.
pub(crate) fn leave_at_the_end() -> ! {
    unwind()
}

pub(super) fn unwind() -> ! {
    leaving::set(Leaving::UNWINDING);
    panic::unwind()
}

/// Adds an access to the step that the current task has just made.
pub fn also(object: ObjectId, mode: Mode, amount: i64) -> bool {
    with(|world| world.also(Access::new(object, mode, amount)))
}

/// The same for any access.
pub fn touch(access: Access) -> bool {
    with(|world| world.also(access))
}

/// Notes that the step just made wrote to a variable what that held already.
pub fn nothing_changed(variable: ObjectId) {
    if !is_quiet() {
        with(|world| world.machine.nothing_changed(variable));
    }
}

/// Adds an update of one slot of an object to the step that the current task
/// has just made.
pub fn also_slot(object: ObjectId, slot: u32) {
    let access = Access::new(object, Mode::Slot, 0);
    with(|world| world.also(Access { slot, ..access }));
}

/// Notes what the step just made would have touched if it had not been refused.
pub fn withhold(object: ObjectId, mode: Mode, amount: i64) {
    with(|world| world.also(Access::withheld(object, mode, amount)));
}

/// Whether the step just made was the try that a timed wait ends with.
pub fn is_try() -> bool {
    with(|world| world.machine.task(world.machine.current).pending.is_try)
}

/// The name of an object, for others that belong to it.
pub(crate) fn name_of(object: ObjectId) -> Name {
    with(|world| world.machine.object(object).name.clone())
}

/// Says what a task that waits for a gauge wants from now on, for reports.
pub(crate) fn want(gauge: ObjectId, want: Want) {
    with(|world| world.machine.set_want(gauge, want));
}

/// Where an object was created.
pub(crate) fn creation_place(object: ObjectId) -> &'static Location<'static> {
    with(|world| world.machine.object(object).location)
}

/// What a gauge shows. Part of a step that accessed the gauge.
pub fn shows(gauge: ObjectId) -> i64 {
    with(|world| match is_quiet() {
        true => world.machine.object(gauge).shows,
        false => world.machine.tell(gauge),
    })
}

/// Notes the value of the step that the current task has just made; formats it only
/// when recording. A quiet primitive makes no step, so it has nothing to note.
pub fn note(value: impl FnOnce() -> Noted) {
    note_if(|| Some(value()));
}

/// The same for a value that may not show itself.
pub(crate) fn note_if(value: impl FnOnce() -> Option<Noted>) {
    if !is_quiet() {
        with(|world| world.machine.note(value));
    }
}

/// Creates a cell or gauge of the current task.
pub fn create(new: NewObject) -> ObjectId {
    with(|world| world.machine.create_object(new))
}

/// Creates a cell or gauge that is known by its place, since another task might have come
/// to use it first: what a `const fn` or a `static` made.
pub fn create_placed(new: NewObject) -> ObjectId {
    with(|world| world.machine.create_placed(new))
}

/// How many steps were made in this execution.
pub fn n_made() -> usize {
    with(|world| world.machine.n_made())
}

/// Whether this thread runs a task, or a program at its end.
pub fn is_inside() -> bool {
    local::peek(|_| ()).is_some()
}

/// Creates a cell of the current task.
pub(crate) fn create_cell(
    kind: &'static str,
    name: Name,
    location: &'static Location<'static>,
) -> ObjectId {
    create(NewObject::new(kind, name, location))
}

/// Starts a task as part of a step of its own, and returns it with the gauge
/// that shows 1 once it finished.
pub(crate) fn spawn(
    name: Name,
    body: TaskBody,
    daemon: bool,
    location: &'static Location<'static>,
) -> Option<(TaskId, ObjectId)> {
    spawn_by(Op::local("spawn", location).acting(Act::Spawn), name, body, daemon)
}

/// The same by a step that touches more than a start does: it declares that, and does it
/// afterwards.
pub(crate) fn spawn_by(
    mut op: Op,
    name: Name,
    body: TaskBody,
    daemon: bool,
) -> Option<(TaskId, ObjectId)> {
    let location = op.location;
    if stage::makes_steps() {
        unwind_if_over(pool::try_step(|machine| machine.declare_start(&mut op, daemon)));
    } else {
        step_quietly(&op);
    }
    // Nothing is started where primitives are quiet: it could never run.
    if is_quiet() {
        return None;
    }
    Some(with(|world| world.create_task(name, body, daemon, location)))
}

/// Picks one of `n` values inside the last step of the current task.
pub fn choose(n: u32, location: &'static Location<'static>) -> u32 {
    if stage::stage() == Stage::Trying {
        tried::try_on(&Op::local("choose", location));
    }
    if n < 2 || is_quiet() {
        return 0;
    }
    if !with(|world| world.last_step_is_mine()) {
        step(Op::local("choose", location));
    }
    if is_quiet() {
        return 0;
    }
    with(|world| world.choose(n))
}

/// Notes that a condition did not hold after the last step.
pub(crate) fn violate(message: String, location: &'static Location<'static>) {
    if !is_quiet() {
        with(|world| world.machine.violate(message, location));
    }
}

/// Excludes the execution from what counts. The task waits for ever, while the others go on
/// as they would if it were slow: the steps that it races with are made, so a search that
/// goes by races sees the orders in which the assumption holds.
pub(crate) fn exclude(location: &'static Location<'static>) {
    let op = Op::local("assume", location);
    if !stage::makes_steps() {
        step_quietly(&op);
        return;
    }
    let never = with(|world| {
        world.machine.is_excluded = true;
        world.machine.create_object(NewObject::new("assumption", Name::default(), location))
    });
    step(op.with(never, Mode::Take, 1));
}

/// Has the outcome made from the final state instead of by main. A quiet task, which
/// only looks or leaves at the end, cannot change that.
pub fn at_exit(outcome: impl FnOnce() -> Value + 'static) {
    if is_quiet() {
        return;
    }
    let before = with(|world| {
        world.machine.has_exit_outcome = true;
        world.at_exit.replace(Box::new(outcome))
    });
    // Dropping what it owned may run code of the program.
    drop(before);
}

/// Keeps something until every task has ended, and drops it where primitives are quiet.
pub fn keep_to_the_end(what: impl Any) {
    if !is_quiet() {
        with(|world| world.kept.push(Box::new(what)));
    }
}

/// Looks at all tasks in one step, and returns those that have not ended.
pub(crate) fn enumerate(location: &'static Location<'static>) -> Vec<TaskId> {
    let (registry, tasks) = with(|world| world.machine.begin_to_enumerate());
    let op = Op::local("enumerate", location).acting(Act::LookAtEnds);
    // If a task is ended before it makes the step, the search knows only what the task
    // declared. So it declares all ends.
    let looks = tasks.into_iter().map(|(_, done)| Access::new(done, Mode::Look, 1));
    let mut op = op.with(registry, Mode::Look, 0).deferred();
    op.accesses.extend(looks);
    step(op);
    also(registry, Mode::Look, 0);
    let tasks = with(|world| world.machine.threads_of_current());
    let alive = tasks.into_iter().filter(|&(_, done)| !also(done, Mode::Look, 1));
    alive.map(|(task, _)| task).collect()
}

/// The name of a task for people.
pub(crate) fn task_name(task: TaskId) -> String {
    with(|world| {
        let name = &world.machine.task(task).name;
        if name.is_empty() {
            world.machine.names.task_path(task).to_string()
        } else {
            name.to_string()
        }
    })
}

/// Where the current task asked for its last step; `None` outside a simulation.
pub(crate) fn place_of_last_step() -> Option<&'static Location<'static>> {
    let place = |world: &World| world.machine.last_place(world.machine.current);
    local::peek(place)
}

/// Where a task panicked that ended in a panic: at its last step until then.
pub(crate) fn place_of_failure(task: TaskId) -> &'static Location<'static> {
    with(|world| world.machine.place_of_failure(task))
}

/// The task that is running.
#[must_use]
pub fn current() -> TaskId {
    with(|world| world.machine.current)
}

/// Tells one execution from the others of the process; `None` outside a simulation.
#[inline]
pub fn execution_number() -> Option<u64> {
    local::peek(|world| world.number)
}

/// What the step just made raises: its place is the line that asked for the step.
pub(crate) fn raised(kind: &'static str, message: impl Into<String>) -> Exception {
    Exception::at(place_of_last_step(), kind, message)
}
