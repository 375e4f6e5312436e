//! The door for those who write primitives of their own: what the primitives of this crate
//! are made of themselves.
//!
//! A primitive is made of cells and gauges ([`create`]). Each of its operations declares a
//! whole step ([`Op`], with an [`Access`] for all that it touches) and makes it with [`step`].
//! Control comes back once the explorer has picked the task and the accesses were carried out.
//! No other task runs until the next step, so what the primitive then does to values of its
//! own belongs to the same step.
//!
//! The rules, on which it rests that a search goes through every behaviour:
//!
//! 1. *Everything that two tasks can tell each other is touched.* A flag beside the gauges
//!    that one task sets and another one looks at is part of the state; so it needs an
//!    access, in modes that say which two steps commute ([`Mode`]).
//! 2. *What a step may touch is declared before it*, also where that is decided only inside
//!    it: it is [`deferred`](Op::deferred) then, and the accesses are made by [`also`] and
//!    [`touch`]. Of a task that never makes a step, a search knows only what was declared.
//! 3. *A step that is refused touches the same objects* as one that is not, or says what it
//!    would have touched ([`withhold`]). A step that waited records what it waited for, even
//!    where it then finds that it is refused.
//! 4. *A step waits on one gauge at most*, or for any of several.
//! 5. *Where primitives are quiet ([`is_quiet`]) nothing changes*: a task that is unfinished
//!    at the end of an execution is unwound, and what it calls must come back at once. A step
//!    returns false there, or does not return.
//! 6. *A new task runs up to its first step inside of the step that starts it.* So what it
//!    does until then is never put off.
//! 7. *An object is made by a task, or is known by its place* ([`create_placed`]), where
//!    another task might have been the first to use it.
//! 8. *A panic that is caught is asked about first* ([`must_go_on`]): tasks leave by
//!    unwinding, and one that swallowed that would never end.

use std::panic::Location;

pub use crate::rt::{
    NewObject, also, also_slot, ask, at_exit, choose, create, create_placed, current,
    execution_number, fail, give_way, handled, is_inside, is_panicking, is_quiet, is_try,
    keep_to_the_end, must_go_on, n_made, note, nothing_changed, now, shows, sleep, step,
    step_timed, thread_of, touch, withhold,
};
pub use crate::{
    Access, Act, Mode, Noted, ObjectId, Op, Order, Ownership, Purpose, TaskId, Text, Want,
};

use crate::name::Name;
use crate::rt::{self, TaskBody};

/// Starts a task by a step of its own. Returns it with the gauge that shows 1 once it has
/// ended; none where primitives are quiet.
pub fn spawn(
    name: Name,
    body: Box<dyn FnOnce()>,
    location: &'static Location<'static>,
) -> Option<(TaskId, ObjectId)> {
    let body = TaskBody::detached(move || {
        body();
        None
    });
    rt::spawn(name, body, false, location)
}
