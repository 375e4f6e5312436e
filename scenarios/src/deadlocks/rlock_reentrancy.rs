//! A reentrant lock counts (E13; K16; M07).
//!
//! Every thread goes twice through a section that takes one lock several times,
//! nested, and gives it back as often. Here the section counts a number up: it
//! reads inside and writes when only the outermost level is left, so that a
//! lock that were free too early would lose updates.
//!
//! ```text
//!   T1                              T2
//!   lock      (depth 1)
//!   lock      (depth 2)
//!   unlock    (depth 1)
//!                                   lock  BLOCKED   one release is missing
//!   end                                             and never comes
//! ```
//!
//! `plain-lock`: the first thread to come in stops at its second acquire, which
//! waits for itself: a cycle of one task, in every schedule. The others wait
//! behind it.
//!
//! `one-release-missing`: after each section one level is left. The first
//! thread to come in can nest again in its second section, so it goes through,
//! and ends as the owner. Every other thread then waits for ever, which is
//! called an abandoned lock here, since the owner has ended: it is the hang that
//! the documents speak of. n threads: n classes, n - 1 waiters in each.
//!
//! `balanced`: the lock is free for other threads only after as many releases as
//! acquires. Sections exclude one another, so each sees the number of
//! the one before: 2n at the end, in all of the (2n)!/2^n orders of sections.

use unknot_checker::sim::{Exception, Lock, RLock, Shared, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// How often every thread goes through its section.
const ROUNDS: usize = 2;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "rlock-reentrancy",
    family: "deadlocks",
    about: "threads take one lock several times, nested",
    covers: &["E13", "K16", "M07"],
    params: &[
        Param { name: "threads", about: "threads", default: 3, min: 2, max: 10 },
        Param { name: "depth", about: "levels of nesting", default: 2, min: 2, max: 5 },
    ],
    variants: &[
        Variant::new("plain-lock", "the lock is not reentrant", plain_lock, |_| {
            Expectation::pass().always(Kind::Deadlock).outcomes::<Value>([])
        }),
        Variant::new(
            "one-release-missing",
            "each section gives back one level too few",
            |params| reentrant(params, false),
            |_| Expectation::pass().always(Kind::AbandonedLock).outcomes::<Value>([]),
        ),
        Variant::new(
            "balanced",
            "each section gives back all that it took",
            |params| reentrant(params, true),
            |params| {
                let n = params.int("threads");
                Expectation::pass().outcomes([n * ROUNDS as i64]).exhausts_if(n <= 5)
            },
        ),
    ],
    source: source!("rlock_reentrancy.rs"),
};

fn plain_lock(params: &Params) -> Result<Value, Exception> {
    let lock = Lock::named("lock");
    let depth = params.size("depth");
    run(params, move |number| {
        for _ in 0..depth {
            lock.acquire();
        }
        number.update_in_one_step(|n| n + 1);
        for _ in 0..depth {
            lock.release()?;
        }
        Ok(())
    })
}

fn reentrant(params: &Params, gives_all_back: bool) -> Result<Value, Exception> {
    let lock = RLock::named("lock");
    let depth = params.size("depth");
    run(params, move |number| {
        for _ in 0..depth {
            lock.acquire();
        }
        let seen = number.read();
        for _ in 1..depth {
            lock.release()?;
        }
        number.write(seen + 1);
        if gives_all_back {
            lock.release()?;
        }
        Ok(())
    })
}

/// Starts threads that go through a section again and again.
fn run(
    params: &Params,
    section: impl Fn(&Shared<i64>) -> Result<(), Exception> + Clone + 'static,
) -> Result<Value, Exception> {
    let number = Shared::named("number", 0);
    let mut threads = vec![];
    for i in 1..=params.size("threads") {
        let (number, section) = (number.clone(), section.clone());
        threads.push(spawn_named(("thread", i), move || -> Result<(), Exception> {
            for _ in 0..ROUNDS {
                section(&number)?;
            }
            Ok(())
        }));
    }
    for thread in threads {
        thread.join()??;
    }
    Ok(number.read().into())
}
