//! Wake-ups without a reason, and exchanges that fail without one: off unless a check asks.
//!
//! They are chosen *before* the wait. A try in place of a wait would hide that a task waits for
//! ever where it is not woken so.

use std::panic::Location;

use unknot_sim::raw;

use crate::run;

/// Whether the running task is woken at a wait without a reason.
pub(crate) fn wakes(place: &'static Location<'static>) -> bool {
    happens(place, |run| run.options.spurious)
}

/// Whether a weak exchange is about to fail without a reason, and is a load then.
pub(crate) fn fails(place: &'static Location<'static>) -> bool {
    happens(place, |run| run.options.weak)
}

fn happens(place: &'static Location<'static>, most: impl Fn(&run::Run) -> u32) -> bool {
    if run::with(|run| most(run)) == 0 || raw::is_quiet() {
        return false;
    }
    let may = run::with(|run| {
        let most = most(run);
        run.may_again(place, most)
    });
    let happened = may && raw::choose(2, place) == 1;
    run::with(|run| run.count(place, happened));
    happened
}
