//! The runtime: the machine, what moves it, and the door through which primitives come.
//!
//! From the ground up: `stage`, `leaving`, `post` and `limits` stand alone. [`machine`]
//! is the state of an execution. [`world`] adds the explorer, and which task has which seat;
//! [`local`] is the world of this thread; [`pool`] switches between tasks. [`door`] is
//! what primitives call, and [`timed`], [`cores`], [`watch`], [`until`] and [`always`] are made of
//! that. [`search`] is the way in. Only this folder names shuttle.

mod always;
mod batons;
mod body;
mod cores;
mod coroutine;
mod crowds;
mod door;
mod ends;
mod explorer;
mod invariants;
mod leaving;
mod limits;
mod local;
mod machine;
mod numbers;
mod overflow;
mod panic;
mod pool;
mod post;
mod processes;
mod random;
mod search;
#[cfg_attr(not(unix), path = "no_signal.rs")]
mod signal;
mod stage;
mod timed;
mod trial;
mod tried;
mod until;
mod unwinding;
mod watch;
mod workers;
mod world;

pub(crate) use always::always;
pub(crate) use batons::*;
pub(crate) use body::{Joinable, Returned, TaskBody};
pub(crate) use cores::*;
pub(crate) use crowds::{join_crowd, tell_apart};
pub(crate) use door::*;
pub use door::{
    also, also_slot, ask, at_exit, choose, create, create_placed, current, execution_number,
    is_inside, is_try, keep_to_the_end, n_made, note, nothing_changed, shows, step, touch,
    withhold,
};
pub(crate) use ends::*;
pub use explorer::{Decision, Explorer, Point, Refusal};
pub use limits::{Limits, Program, TimeMode};
pub use machine::NewObject;
pub(crate) use machine::{BatonId, EndId, Fed, NewFeeder, NewProcess, ProcessKind, Signal};
pub use numbers::thread_of;
pub use panic::{fail, handled, is_panicking, must_go_on};
pub(crate) use panic::{is_unwinding, raise_misuse};
pub use post::{Control, Posted, ProgramName, program_name, with_program_name};
pub(crate) use processes::*;
pub use random::Randomness;
pub use search::{explore, explore_on};
pub use stage::is_quiet;
pub use timed::{now, sleep, step_timed};
pub(crate) use timed::{only_by_the_clock, sleep_as};
pub(crate) use tried::as_of;
pub(crate) use until::wait_until;
pub use watch::give_way;
pub(crate) use watch::yield_until_changed;
pub(crate) use workers::{Lifetime, create_derived, doom, doom_of, start_worker};
