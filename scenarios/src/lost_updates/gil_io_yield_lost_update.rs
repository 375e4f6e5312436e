//! A pause gives up the interpreter lock (K08).
//!
//! Threads each load a number, pause, and store it less one. A pause, be it of no time, or a
//! call that waits gives the interpreter lock to the next thread.
//!
//! ```text
//!   T1             T2             T3
//!   load 3
//!   pause
//!                  load 3
//!                  pause
//!                                 load 3
//!                                 pause
//!   store 2
//!                  store 2                       the update of T1 is lost
//!                                 store 2        the update of T2 is lost
//! ```
//!
//! `pause-by-the-clock`: all threads stand in line for the lock before the first one has it. So
//! all load n before any pause is over, and store n - 1: n - 1 updates are lost, in the one
//! class that there is, with 100 threads as well.
//!
//! `pause`: pauses of any length. A thread that is back stands in line behind those that have
//! not had their first turn, so all load n here too. But the orders in which they are back are
//! open: 6 classes of two threads and 69 of three, all with n - 1 left.
//!
//! `locked-by-the-clock`, `locked`: the pause inside a lock of the threads. A thread that wants
//! that lock waits for it without the interpreter lock, in the order in which they came, and
//! nothing is lost.

use std::time::Duration;

use unknot_checker::sim::{Exception, Gil, JoinHandle, Shared, Value};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "gil-io-yield-lost-update",
    family: "lost-updates",
    about: "threads of an interpreter pause between load and store",
    covers: &["K08"],
    params: &[
        Param { name: "threads", about: "threads", default: 3, min: 2, max: 100 },
        Param { name: "pause", about: "milliseconds", default: 100, min: 0, max: 1_000 },
    ],
    variants: &[
        Variant::new("pause", "a pause between load and store", lossy, |params| {
            loses(params).exhausts_if(params.int("threads") <= 3)
        }),
        Variant::new("pause-by-the-clock", "the same on the clock", lossy, loses).in_virtual_time(),
        Variant::new("locked", "the pause inside a lock", locked, |params| {
            Expectation::pass().outcomes([0]).exhausts_if(params.int("threads") <= 3)
        }),
        Variant::new("locked-by-the-clock", "the same on the clock", locked, |_| {
            Expectation::pass().outcomes([0])
        })
        .in_virtual_time(),
    ],
    source: source!("gil_io_yield_lost_update.rs"),
};

fn loses(params: &Params) -> Expectation {
    Expectation::pass().always(Kind::LostUpdate).outcomes([params.int("threads") - 1])
}

fn lossy(params: &Params) -> Result<Value, Exception> {
    count_down(params, false)
}

fn locked(params: &Params) -> Result<Value, Exception> {
    count_down(params, true)
}

fn count_down(params: &Params, is_locked: bool) -> Result<Value, Exception> {
    let (gil, number) = (Gil::new(100), Shared::named("number", params.int("threads")));
    let lock = gil.lock("lock");
    let pause = Duration::from_millis(params.int("pause").unsigned_abs());
    let start = |nth| {
        let (own, number, lock) = (gil.clone(), number.clone(), lock.clone());
        gil.spawn(("thread", nth), move || -> Result<(), Exception> {
            if is_locked {
                lock.acquire();
            }
            let loaded = number.read();
            own.sleep(pause);
            number.write(loaded - 1);
            if is_locked { lock.release() } else { Ok(()) }
        })
    };
    let threads: Vec<_> = (1..=params.size("threads")).map(start).collect();
    let ended = gil.blocking(|| threads.into_iter().map(JoinHandle::join).collect::<Vec<_>>());
    for result in ended {
        result??;
    }
    Ok(number.read().into())
}
