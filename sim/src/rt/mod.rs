//! The door between primitives and the machine: the only ways in which a task
//! reaches a scheduling point.
//!
//! A primitive declares its whole operation with [`step`]. Control comes back
//! once the explorer picked the task and the accesses were carried out; until
//! the next `step` nobody else runs, so whatever the primitive does to its own
//! values in between belongs to the same step.
//!
//! The one thread-local of the workspace is here ([`Rt`]): primitives are
//! called from user code that has no handle to pass along.

mod machine;
mod panic;
mod pool;
mod random;
mod search;
mod world;

use std::cell::{Cell, RefCell};
use std::panic::Location;

pub(crate) use machine::NewObject;
pub use random::Randomness;
pub use search::{Limits, Program, explore};

use crate::id::{Name, ObjectId, TaskId};
use crate::op::Op;
use world::{Body, World};

/// Everything that the tasks of one operating-system thread share.
struct Rt {
    world: RefCell<Option<World>>,
    /// The coroutine that shuttle is to run, by shuttle's number.
    turn: Cell<usize>,
    /// Whether the coroutines are being sent home at the end of a batch.
    closing: Cell<bool>,
    /// Where the last panic of a task happened.
    panicked_at: RefCell<Option<String>>,
}

thread_local! {
    static RT: Rt = const {
        Rt {
            world: RefCell::new(None),
            turn: Cell::new(0),
            closing: Cell::new(false),
            panicked_at: RefCell::new(None),
        }
    };
}

/// Gives access to the world of this thread.
///
/// # Panics
/// Outside a simulation: a primitive was used in ordinary code.
fn with<T>(f: impl FnOnce(&mut World) -> T) -> T {
    RT.with(|rt| match rt.world.borrow_mut().as_mut() {
        Some(world) => f(world),
        None => panic!("a primitive of unknot was used outside a scenario"),
    })
}

/// The unwinding payload of a task that is unwound at the end.
struct Killed;

/// Makes one step. Returns whether its trying and bounded accesses were
/// granted; false also while the task is being unwound.
pub(crate) fn step(op: Op) -> bool {
    if std::thread::panicking() {
        return with(|world| world.touch_while_unwinding(&op));
    }
    match pool::try_step(op) {
        Ok(granted) => granted,
        Err(Killed) => std::panic::resume_unwind(Box::new(Killed)),
    }
}

/// Notes the value of the last step; formats it only when recording.
pub(crate) fn note(value: impl FnOnce() -> String) {
    with(|world| world.machine.note(value));
}

/// Whether the machine is unwinding tasks, so that nothing may block.
pub(crate) fn is_unwinding() -> bool {
    std::thread::panicking()
}

/// Creates a cell or gauge of the current task.
pub(crate) fn create(new: NewObject) -> ObjectId {
    with(|world| world.machine.create_object(new))
}

/// Creates a cell of the current task.
pub(crate) fn create_cell(
    kind: &'static str,
    name: Name,
    location: &'static Location<'static>,
) -> ObjectId {
    create(NewObject { kind, name, location, initial: 0, limit: i64::MAX, owned: false })
}

/// Starts a task as part of a step of its own, and returns it with the gauge
/// that shows 1 once it finished.
pub(crate) fn spawn(
    name: Name,
    body: Body,
    location: &'static Location<'static>,
) -> Option<(TaskId, ObjectId)> {
    step(Op::local("spawn", location));
    // Nothing is started while a task is being unwound: it could never run.
    if is_unwinding() {
        return None;
    }
    Some(with(|world| world.create_task(name, body, location)))
}

/// Picks one of `n` values inside the last step of the current task.
pub(crate) fn choose(n: u32, location: &'static Location<'static>) -> u32 {
    if n < 2 || is_unwinding() {
        return 0;
    }
    if !with(|world| world.last_step_is_mine()) {
        step(Op::local("choose", location));
    }
    with(|world| world.choose(n))
}

/// The task that is running.
pub(crate) fn current() -> TaskId {
    with(|world| world.machine.current)
}
