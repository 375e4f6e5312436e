//! A lock around one half of what belongs together (E133; M04).
//!
//! As `inc-dec-drift`, but written with a `with` block of which, by the
//! indentation, only the way up is part. Read by eye it looks locked.
//!
//! ```text
//!   T1                T2
//!   lock, read 0
//!   write 1, unlock
//!                     lock, read 1
//!   read 1
//!   write 0
//!                     write 2, unlock     the way down of T1 is lost
//! ```
//!
//! `decrement-outside`, n threads of one round: the ways up exclude one
//! another, but a way down excludes nothing. The bounds of `inc-dec-drift`
//! hold, -(n - 1) and n - 1, and both are still reached, since there each
//! overlap is one of a way up with a way down: up to n - 1 ways down are lost
//! each inside the way up of the next thread, or up to n - 1 ways up each
//! inside the way down of the one before. With fewer overlaps the end is what
//! lies between. The end that is not 0 is the `invariant-violation`, and
//! `lost-update`s are why.
//!
//! `both-inside`: as meant. Every section leaves what it found, 0.
//!
//! `pause-inside`, `pause-outside`: durations count, and each thread pauses for
//! a second, holding the lock as the document has it, or having given it back.
//! Both are right. In the one the pauses come one after another and n threads
//! need n seconds; in the other all sections are over before the clock moves,
//! and all pauses end at the first second.

use std::time::Duration;

use unknot_checker::sim::{Exception, Lock, Shared, Value, now, sleep, spawn_named, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "half-locked-section",
    family: "lost-updates",
    about: "the lock covers the way up, but not the way down",
    covers: &["E133", "M04"],
    params: &[Param { name: "threads", about: "threads that count", default: 3, min: 2, max: 6 }],
    variants: &[
        Variant::new(
            "decrement-outside",
            "up inside the lock, down behind it",
            decrement_outside,
            |params| {
                let n = params.int("threads");
                Expectation::pass()
                    .sometimes(Kind::InvariantViolation)
                    .sometimes(Kind::LostUpdate)
                    .outcomes(1 - n..n)
                    .exhausts_if(n <= 3)
            },
        ),
        Variant::new("both-inside", "up and down inside the lock", both_inside, |_| {
            Expectation::pass().outcomes([0])
        }),
        Variant::new(
            "pause-inside",
            "a second's pause with the lock held",
            pause_inside,
            |params| Expectation::pass().outcomes([timed(params.int("threads"))]),
        )
        .in_virtual_time(),
        Variant::new("pause-outside", "a second's pause without the lock", pause_outside, |_| {
            Expectation::pass().outcomes([timed(1)])
        })
        .in_virtual_time(),
    ],
    source: source!("half_locked_section.rs"),
};

const PAUSE: Duration = Duration::from_secs(1);

fn decrement_outside(params: &Params) -> Result<Value, Exception> {
    let left = run(params, |number, lock| {
        let guard = lock.lock()?;
        change(number, 1);
        drop(guard);
        change(number, -1);
        Ok(())
    })?;
    Ok(left.into())
}

fn both_inside(params: &Params) -> Result<Value, Exception> {
    let left = run(params, |number, lock| {
        let _guard = lock.lock()?;
        change(number, 1);
        change(number, -1);
        Ok(())
    })?;
    Ok(left.into())
}

fn pause_inside(params: &Params) -> Result<Value, Exception> {
    run(params, |number, lock| {
        let _guard = lock.lock()?;
        change(number, 1);
        change(number, -1);
        sleep(PAUSE);
        Ok(())
    })?;
    Ok(timed(now()?.as_secs()))
}

fn pause_outside(params: &Params) -> Result<Value, Exception> {
    run(params, |number, lock| {
        let guard = lock.lock()?;
        change(number, 1);
        change(number, -1);
        drop(guard);
        sleep(PAUSE);
        Ok(())
    })?;
    Ok(timed(now()?.as_secs()))
}

fn timed(seconds: impl Into<Value>) -> Value {
    Value::Record(vec![("seconds", seconds.into())])
}

fn change(number: &Shared<i64>, by: i64) {
    let seen = number.read();
    number.write(seen + by);
}

/// Runs the threads, all of which do the same, and says what is left.
fn run(
    params: &Params,
    body: impl Fn(&Shared<i64>, &Lock) -> Result<(), Exception> + Clone + 'static,
) -> Result<i64, Exception> {
    let (number, lock) = (Shared::named("number", 0), Lock::named("lock"));
    let mut started = vec![];
    for i in 1..=params.size("threads") {
        let (number, lock, body) = (number.clone(), lock.clone(), body.clone());
        started.push(spawn_named(("counter", i), move || body(&number, &lock)));
    }
    for thread in started {
        thread.join()??;
    }
    let left = number.read();
    verify!(left == 0, "{left} is left");
    Ok(left)
}
