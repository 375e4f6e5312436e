//! The wait inside the join of a queue (E84; M27).
//!
//! The documents quote the body of a queue's `join`: under a lock, *while* there
//! are unfinished items, wait to be notified. The task that reports the last item
//! notifies. This is what happens without the loop.
//!
//! ```text
//!   T1 (consumer)          T0 (main, joining)
//!   lock
//!   unfinished 1 -> 0
//!   notify                                    no task waits
//!   unlock
//!                          lock
//!                          wait  BLOCKED: the notification has been
//! ```
//!
//! `no-predicate`: a notification is not kept. If the consumer is first with
//! the lock the waiter is never woken; if the waiter is first it parks and is
//! woken. So 1 of the 2 orders hangs, as in M27.
//!
//! `predicate`: the waiter looks before it parks, and no task can report between
//! the look and the parking, since both are under the lock. If the consumer was
//! first nothing is unfinished and it does not wait at all. The join returns
//! with 0 unfinished items, in both orders.

use unknot_checker::sim::{Condition, Exception, Lock, Shared, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "condition-missed-notify",
    family: "signals",
    about: "a queue is joined, and its last item is reported",
    covers: &["E84", "M27"],
    params: &[],
    variants: &[
        Variant::new("no-predicate", "waits without looking", no_predicate, |_| {
            Expectation::pass().sometimes(Kind::Hang).outcomes([0])
        }),
        Variant::new("predicate", "waits while an item is unfinished", predicate, |_| {
            Expectation::pass().outcomes([0])
        }),
    ],
    source: source!("condition_missed_notify.rs"),
};

fn no_predicate(_: &Params) -> Result<Value, Exception> {
    join(|all_done, _| all_done.wait())
}

fn predicate(_: &Params) -> Result<Value, Exception> {
    join(|all_done, unfinished| all_done.wait_for(|| unfinished.read() == 0))
}

/// A consumer that reports one item, and the join. Returns the items that are
/// unfinished when the join returns.
fn join(wait: fn(&Condition, &Shared<i64>) -> Result<(), Exception>) -> Result<Value, Exception> {
    let (lock, unfinished) = (Lock::named("lock"), Shared::named("unfinished", 1));
    let all_done = Condition::named("all tasks done", &lock);
    let (their_lock, theirs, bell) = (lock.clone(), unfinished.clone(), all_done.clone());
    let consumer = spawn_named("consumer", move || -> Result<(), Exception> {
        let _held = their_lock.lock()?;
        theirs.write(theirs.read() - 1);
        bell.notify_all()
    });
    let left = {
        let _held = lock.lock()?;
        wait(&all_done, &unfinished)?;
        unfinished.read()
    };
    consumer.join()??;
    Ok(left.into())
}
