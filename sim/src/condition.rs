//! What a program says must hold: `verify!` at one place, `always` everywhere; and what it
//! assumes.
//!
//! A condition that does not hold is a finding of the program, as data: the
//! task goes on. An assumption that does not hold is none: the execution does not count.

use std::panic::Location;
use std::rc::Rc;

use crate::name::Name;
use crate::rt;

/// Says that something must hold here. What [`verify!`](crate::verify) calls.
#[track_caller]
pub fn verify_that(holds: bool, message: impl FnOnce() -> String) {
    if !holds {
        rt::violate(message(), Location::caller());
    }
}

/// Assumes that something holds. If it does not, the execution is excluded: nothing that it
/// shows counts, neither its outcome nor what was found in it, before or after. The task
/// stays where it is, and the others go on without it.
///
/// Excluded executions are counted apart. Where all are excluded nothing was checked, and
/// the verdict is not a pass.
///
/// No step where it holds.
///
/// ```
/// use unknot_sim::{Shared, assume, run_once, spawn};
///
/// run_once(|| {
///     let x = Shared::named("x", 0);
///     let theirs = x.clone();
///     let task = spawn(move || theirs.write(1));
///     task.join()?;
///     // Only executions in which the other task was first are of interest.
///     assume(x.read() == 1);
///     unknot_sim::done(())
/// });
/// ```
#[track_caller]
pub fn assume(holds: bool) {
    if !holds {
        rt::exclude(Location::caller());
    }
}

/// Says that something must hold from now on after every step. The condition
/// may read any object, and that is no step. It has to read the same objects
/// whenever it is asked, so it should not use `&&` between two reads. To say this is
/// one step, or none if no task has been started yet.
///
/// ```
/// use unknot_sim::{Shared, always, run_once};
///
/// run_once(|| {
///     let balance = Shared::named("balance", 10);
///     let watched = balance.clone();
///     always("the balance is not negative", move || watched.read() >= 0);
///     balance.write(balance.read() - 10);
/// });
/// ```
#[track_caller]
pub fn always(name: impl Into<Name>, holds: impl Fn() -> bool + 'static) {
    rt::always(name.into(), Rc::new(holds), Location::caller());
}

/// Says that a condition must hold here: `verify!(x > 0)`, or with a message,
/// `verify!(x > 0, "x is {x}")`.
///
/// ```
/// use unknot_sim::{run_once, verify};
///
/// run_once(|| {
///     let left = 3;
///     verify!(left >= 0, "{left} are left");
/// });
/// ```
#[macro_export]
macro_rules! verify {
    ($holds:expr $(,)?) => {
        $crate::verify_that($holds, || stringify!($holds).to_owned())
    };
    ($holds:expr, $($message:tt)+) => {
        $crate::verify_that($holds, || format!($($message)+))
    };
}
