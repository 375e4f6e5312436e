//! A driver is stopped while a request comes in.
//!
//! Each request counts itself in while it runs, and the count is 1 more as long as the driver is
//! not being stopped. What stops it says so, takes that 1 away, and waits for the last to leave.
//!
//! ```text
//!   request                   stop
//!   is it being stopped? no
//!                             stopping = true
//!                             count 1 -> 0: none is inside
//!                             stopped
//!   count 0 -> 1
//!   works                                  on a driver that was stopped
//! ```
//!
//! `looks-first` is wrong. `counts-first`: a request that finds the driver being stopped after
//! it has counted itself in leaves again; one that does not is waited for. Main returns whether
//! the request was served.

use unknot_checker::sim::{Atomic, Event, Exception, Value, spawn_named, verify};
use unknot_checker::{Expectation, Kind, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "sct-bluetooth",
    family: "sct",
    about: "a driver is stopped while a request comes in",
    covers: &[],
    params: &[],
    variants: &[
        Variant::new("looks-first", "looks, and counts itself in", looks_first, |_| {
            Expectation::pass().sometimes(Kind::InvariantViolation).outcomes([false, true])
        }),
        Variant::new("counts-first", "counts itself in, and looks", counts_first, |_| {
            Expectation::pass().outcomes([false, true])
        }),
    ],
    source: source!("sct_bluetooth.rs"),
};

#[derive(Clone)]
struct Driver {
    stopping: Atomic,
    stopped: Atomic,
    inside: Atomic,
    empty: Event,
}

impl Driver {
    fn leave(&self) {
        if self.inside.fetch_sub(1) == 1 {
            self.empty.set();
        }
    }

    /// Whether it was served.
    fn request(&self, counts_first: bool) -> bool {
        if counts_first {
            self.inside.fetch_add(1);
        }
        if self.stopping.load() == 1 {
            if counts_first {
                self.leave();
            }
            return false;
        }
        if !counts_first {
            self.inside.fetch_add(1);
        }
        verify!(self.stopped.load() == 0, "a driver that was stopped works");
        self.leave();
        true
    }

    fn stop(&self) {
        self.stopping.store(1);
        self.leave();
        self.empty.wait();
        self.stopped.store(1);
    }
}

fn looks_first(_: &Params) -> Result<Value, Exception> {
    run(false)
}

fn counts_first(_: &Params) -> Result<Value, Exception> {
    run(true)
}

fn run(counts_first: bool) -> Result<Value, Exception> {
    let driver = Driver {
        stopping: Atomic::named("stopping", 0),
        stopped: Atomic::named("stopped", 0),
        inside: Atomic::named("inside", 1),
        empty: Event::named("empty"),
    };
    let theirs = driver.clone();
    let stop = spawn_named("stop", move || theirs.stop());
    let is_served = driver.request(counts_first);
    stop.join()?;
    Ok(is_served.into())
}
