//! What a program says must hold: `verify!` at one place, `always` everywhere.
//!
//! A condition that does not hold is a finding of the program, as data: the
//! task goes on.

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
