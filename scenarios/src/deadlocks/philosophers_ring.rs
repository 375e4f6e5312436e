//! Philosophers in a ring (E59; M27).
//!
//! The general form of the guests that each lack what the other one has: every
//! philosopher needs the forks on both sides, and each fork has two neighbours.
//!
//! ```text
//!   T1                  T2                  T3
//!   lock fork 1
//!                       lock fork 2
//!                                           lock fork 3
//!   lock fork 2  BLOCKED
//!                       lock fork 3  BLOCKED
//!                                           lock fork 1  BLOCKED
//! ```
//!
//! `all-left-first`: a philosopher that holds nothing blocks no other, and one with a
//! left fork waits only for the neighbour on the right. So a cycle goes round
//! the whole table: each one has the left fork, in any of n! orders, and no
//! other step was made. 2 of 6 schedules (2 seats), 6 of 168 (3), 24 of 98,184
//! (4) and 120 of 66,468,720 (5). A class says which one is first at each fork, 2^n
//! ways. That each one is first at the right fork is impossible: each would
//! have to come before the next one, all round. So there are 2^n - 1 classes,
//! and the one in which each is first at the left fork is the deadlock.
//!
//! `one-right-first`: the last philosopher takes the right fork, which is fork
//! 1, before the left one, fork n. Now all take the fork with the lower number
//! first, so the holder of the highest fork that is waited for waits for none.
//! The class of the deadlock is gone, 2^n - 2 are left.
//!
//! `one-seat-less`: at most n - 1 are at the table, by a semaphore. A cycle
//! would need all n, so there is none. A philosopher that waits for a chair holds no
//! fork, and a chair gets free since those at the table go on.

use unknot_checker::sim::{Exception, Lock, Semaphore, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "philosophers-ring",
    family: "deadlocks",
    about: "philosophers in a ring share the forks between them",
    covers: &["E59", "M27"],
    params: &[Param { name: "seats", about: "philosophers and forks", default: 4, min: 2, max: 6 }],
    variants: &[
        Variant::new(
            "all-left-first",
            "all philosophers take the left fork first",
            all_left_first,
            |_| Expectation::pass().sometimes(Kind::Deadlock).outcomes([()]),
        ),
        Variant::new(
            "one-right-first",
            "the last philosopher takes the right fork first",
            one_right_first,
            |_| Expectation::pass().outcomes([()]),
        ),
        Variant::new(
            "one-seat-less",
            "all but one may sit down at a time",
            one_seat_less,
            |params| Expectation::pass().outcomes([()]).exhausts_if(params.int("seats") <= 5),
        ),
    ],
    source: source!("philosophers_ring.rs"),
};

fn all_left_first(params: &Params) -> Result<Value, Exception> {
    dinner(params, |_, left, right| eat(left, right))
}

fn one_right_first(params: &Params) -> Result<Value, Exception> {
    let last = params.size("seats");
    dinner(
        params,
        move |seat, left, right| {
            if seat == last { eat(right, left) } else { eat(left, right) }
        },
    )
}

fn one_seat_less(params: &Params) -> Result<Value, Exception> {
    let chairs = u32::try_from(params.size("seats") - 1).expect("a table is small");
    let chairs = Semaphore::named("chairs", chairs);
    dinner(params, move |_, left, right| {
        let _chair = chairs.permit();
        eat(left, right)
    })
}

fn eat(first: &Lock, second: &Lock) -> Result<(), Exception> {
    let _first = first.lock()?;
    let _second = second.lock()?;
    Ok(())
}

/// Starts the philosophers. Fork i is on the left of seat i, and fork i + 1 on
/// its right; on the right of the last seat is fork 1.
fn dinner(
    params: &Params,
    philosopher: impl Fn(usize, &Lock, &Lock) -> Result<(), Exception> + Clone + 'static,
) -> Result<Value, Exception> {
    let seats = params.size("seats");
    let forks: Vec<Lock> = (1..=seats).map(|i| Lock::named(("fork", i))).collect();
    let mut philosophers = vec![];
    for seat in 1..=seats {
        let (left, right) = (forks[seat - 1].clone(), forks[seat % seats].clone());
        let philosopher = philosopher.clone();
        let body = move || philosopher(seat, &left, &right);
        philosophers.push(spawn_named(("philosopher", seat), body));
    }
    for philosopher in philosophers {
        philosopher.join()??;
    }
    Ok(Value::Unit)
}
