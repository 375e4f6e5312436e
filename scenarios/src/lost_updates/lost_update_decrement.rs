//! Many threads count a number down, one each (E12 E76 E77 E111 E112 E113;
//! K01 to K04; M01).
//!
//! A hundred threads each read a global number, pause, and write it back less
//! one. The number starts at the number of threads, so it should end at 0.
//!
//! ```text
//!   T1                T2
//!   read 2
//!                     read 2
//!                     write 1
//!   write 1                        the update of T2 is lost
//! ```
//!
//! `no-lock`: nothing lies between a read and its write, so any subset of the
//! other updates may fall in between. The last write decides: it is v - 1
//! where v was read after at most n - 1 other updates, so the end is one of
//! 0 to n - 1, and each is reached: let k threads run one after another and
//! the others read before the last of these writes. 0 needs the threads to run
//! serially: n! of (2n)!/2^n schedules.
//!
//! `locked`: read and write under one lock. The sections exclude one another,
//! so each sees the update of the one before, and the end is 0 in all of the
//! n! orders.
//!
//! The length of the pause decides how likely the loss is, not whether it is
//! possible: pauses are scheduling points here, of any length.

use unknot_checker::sim::{Exception, Lock, Shared, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "lost-update-decrement",
    family: "lost-updates",
    about: "threads count a number down, one each",
    covers: &["E12", "E76", "E77", "E111", "E112", "E113", "K01", "K02", "K03", "K04", "M01"],
    params: &[Param {
        name: "threads",
        about: "threads, and where the number starts",
        default: 4,
        min: 2,
        max: 100,
    }],
    variants: &[
        Variant::new(
            "no-lock",
            "read, then write less one, with nothing around it",
            no_lock,
            |params| {
                let n = params.int("threads");
                Expectation::pass().sometimes(Kind::LostUpdate).outcomes(0..n).exhausts_if(n <= 6)
            },
        ),
        Variant::new("locked", "the same inside a lock", locked, |params| {
            Expectation::pass().outcomes([0]).exhausts_if(params.int("threads") <= 8)
        }),
    ],
    source: source!("lost_update_decrement.rs"),
};

fn no_lock(params: &Params) -> Result<Value, Exception> {
    let threads = params.int("threads");
    let number = Shared::named("number", threads);
    let mut started = vec![];
    for i in 1..=threads {
        let number = number.clone();
        started.push(spawn_named(("worker", i), move || {
            let seen = number.read();
            number.write(seen - 1);
        }));
    }
    for thread in started {
        thread.join()?;
    }
    Ok(number.read().into())
}

fn locked(params: &Params) -> Result<Value, Exception> {
    let threads = params.int("threads");
    let number = Shared::named("number", threads);
    let lock = Lock::named("lock");
    let mut started = vec![];
    for i in 1..=threads {
        let (number, lock) = (number.clone(), lock.clone());
        started.push(spawn_named(("worker", i), move || -> Result<(), Exception> {
            let _guard = lock.lock()?;
            let seen = number.read();
            number.write(seen - 1);
            Ok(())
        }));
    }
    for thread in started {
        thread.join()??;
    }
    Ok(number.read().into())
}
