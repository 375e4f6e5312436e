//! Many threads count a number down, one each (E12 E76 E77 E111 E112 E113;
//! K01 to K04; M01 M02).
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
//! possible (K02): in these two, pauses are scheduling points, of any length.
//!
//! `no-lock-timed`: durations count. The clock moves only when no task can go
//! on, so with any pause all threads read n before one of them writes. Each
//! writes n - 1 when its pause is over, all at the same time: n - 1 is left in
//! every execution. Without a pause everything happens at 0 s, in any order, as
//! in `no-lock`. So each pause gives a part of the one set.
//!
//! `locked-timed`: the pause is inside the lock, so the next thread begins when
//! the one before has finished. Nothing is lost, and it takes n pauses (K04): 100
//! threads and 0.1 s each are 10 s, where the others need 0.1 s.

use std::time::Duration;

use unknot_checker::sim::{Exception, Lock, Shared, Value, sleep, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::clock::milliseconds;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "lost-update-decrement",
    family: "lost-updates",
    about: "threads count a number down, one each",
    covers: &[
        "E12", "E76", "E77", "E111", "E112", "E113", "K01", "K02", "K03", "K04", "M01", "M02",
    ],
    params: &[
        Param {
            name: "threads",
            about: "threads, and where the number starts",
            default: 4,
            min: 2,
            max: 100,
        },
        Param {
            name: "pause",
            about: "milliseconds between read and write, where durations count",
            default: 100,
            min: 0,
            max: 1_000,
        },
    ],
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
        Variant::new(
            "no-lock-timed",
            "the same on the clock, with a pause",
            no_lock_timed,
            |params| {
                let (n, pause) = (params.int("threads"), params.int("pause"));
                let expected = Expectation::pass().exhausts_if(n <= 6);
                if pause == 0 {
                    let left = (0..n).map(|left| timed(left, 0));
                    expected.sometimes(Kind::LostUpdate).outcomes(left)
                } else {
                    expected.always(Kind::LostUpdate).outcomes([timed(n - 1, pause)])
                }
            },
        )
        .in_virtual_time(),
        Variant::new("locked", "read and write inside a lock", locked, |params| {
            Expectation::pass().outcomes([0]).exhausts_if(params.int("threads") <= 8)
        }),
        Variant::new(
            "locked-timed",
            "the same on the clock, with the pause inside",
            locked_timed,
            |params| {
                let (n, pause) = (params.int("threads"), params.int("pause"));
                Expectation::pass().outcomes([timed(0, n * pause)]).exhausts_if(n <= 8)
            },
        )
        .in_virtual_time(),
    ],
    source: source!("lost_update_decrement.rs"),
};

/// What is left, and when all threads had ended.
fn timed(left: i64, ms: i64) -> Value {
    Value::Record(vec![("left", left.into()), ("ms", ms.into())])
}

fn no_lock(params: &Params) -> Result<Value, Exception> {
    Ok(unprotected(params, 0)?.into())
}

fn no_lock_timed(params: &Params) -> Result<Value, Exception> {
    Ok(timed(unprotected(params, params.int("pause"))?, milliseconds()?))
}

fn locked(params: &Params) -> Result<Value, Exception> {
    Ok(protected(params, 0)?.into())
}

fn locked_timed(params: &Params) -> Result<Value, Exception> {
    Ok(timed(protected(params, params.int("pause"))?, milliseconds()?))
}

/// Reads, pauses and writes.
fn count_down(number: &Shared<i64>, pause: i64) {
    let seen = number.read();
    if pause > 0 {
        sleep(Duration::from_millis(pause.unsigned_abs()));
    }
    number.write(seen - 1);
}

fn unprotected(params: &Params, pause: i64) -> Result<i64, Exception> {
    let threads = params.int("threads");
    let number = Shared::named("number", threads);
    let mut started = vec![];
    for i in 1..=threads {
        let number = number.clone();
        started.push(spawn_named(("worker", i), move || count_down(&number, pause)));
    }
    for thread in started {
        thread.join()?;
    }
    Ok(number.read())
}

fn protected(params: &Params, pause: i64) -> Result<i64, Exception> {
    let threads = params.int("threads");
    let number = Shared::named("number", threads);
    let lock = Lock::named("lock");
    let mut started = vec![];
    for i in 1..=threads {
        let (number, lock) = (number.clone(), lock.clone());
        started.push(spawn_named(("worker", i), move || -> Result<(), Exception> {
            let _guard = lock.lock()?;
            count_down(&number, pause);
            Ok(())
        }));
    }
    for thread in started {
        thread.join()??;
    }
    Ok(number.read())
}
