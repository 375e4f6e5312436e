//! Two kinds of tasks share a room: the first of a kind locks it, the last one unlocks it.
//!
//! ```text
//!   A                         B
//!   lock count: A = 1
//!   lock room
//!   unlock count
//!                             lock count: B = 1
//!                             lock room  BLOCKED, with the count
//!   lock count  BLOCKED
//! ```
//!
//! `one-lock-for-counts`: the task that waits for the room has the lock that the one inside
//! needs to leave: a deadlock. `a-lock-for-each-count`: it has the lock of its own kind.

use unknot_checker::sim::{Exception, Lock, Shared, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "sct-carter",
    family: "sct",
    about: "the first of a kind locks a room, and the last one unlocks it",
    covers: &[],
    params: &[],
    variants: &[
        Variant::new("one-lock-for-counts", "both counts have one lock", one_lock, |_| {
            Expectation::pass().sometimes(Kind::Deadlock).outcomes([()])
        }),
        Variant::new("a-lock-for-each-count", "each count has a lock", two_locks, |_| {
            Expectation::pass().outcomes([()])
        }),
    ],
    source: source!("sct_carter.rs"),
};

fn one_lock(_: &Params) -> Result<Value, Exception> {
    let lock = Lock::named("counts");
    run([lock.clone(), lock])
}

fn two_locks(_: &Params) -> Result<Value, Exception> {
    run([Lock::named("count of A"), Lock::named("count of B")])
}

fn run([a, b]: [Lock; 2]) -> Result<Value, Exception> {
    let room = Lock::named("room");
    let visit = |name: &'static str, lock: Lock| {
        let (room, count) = (room.clone(), Shared::named(name, 0));
        spawn_named(name, move || -> Result<(), Exception> {
            let guard = lock.lock()?;
            count.write(count.read() + 1);
            let mut inside = None;
            if count.read() == 1 {
                inside = Some(room.lock()?);
            }
            drop(guard);
            let _guard = lock.lock()?;
            count.write(count.read() - 1);
            if count.read() == 0 {
                drop(inside.take());
            }
            Ok(())
        })
    };
    let tasks = [visit("A", a), visit("B", b)];
    tasks.into_iter().try_for_each(|task| task.join()?)?;
    Ok(().into())
}
