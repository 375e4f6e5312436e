//! A process is told to die while it may hold a lock (E28, E95).
//!
//! The tutorials stop processes with `terminate`. A signal ends a process wherever it
//! is, and no `finally` runs: a lock that it holds stays held. The documents warn of
//! that for pools; here it is one lock and one other process that wants it.
//!
//! ```text
//!   main        victim          other
//!   terminate
//!               lock
//!               print
//!               killed
//!                               lock  BLOCKED   the owner has ended
//! ```
//!
//! `killed-anywhere`: main tells the victim to die at once. The death is a step of its
//! own, at any time after that. Before the lock, or behind the unlock, it does no harm;
//! inside, the other process waits for ever: `abandoned-lock`. If the other process was
//! first, or the victim never came, everything ends. What is printed then: by the other
//! alone, or by both in either order. The victim prints inside, so the executions in which
//! it printed and died there with the other one waiting have no outcome; if the other came
//! first, the victim may die with the lock too, which no process misses.
//!
//! `killed-outside`: main takes the lock before it tells the victim to die, and gives it
//! back once that is dead. So the victim is never inside when it dies. The same outcomes,
//! and no process is stuck.
//!
//! A robust lock, which tells the next owner that the last one has died, is not in the
//! documents and not built here. The lock is one across processes; a private one would be
//! copied, and no process would wait.

use unknot_checker::sim::process::{self, Lock, Value as Memory};
use unknot_checker::sim::{Exception, Value, outcome_at_exit};
use unknot_checker::{Expectation, Kind, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "abandoned-lock-on-terminate",
    family: "deadlocks",
    about: "a process is killed and may hold a lock that another one needs",
    covers: &["E28", "E95"],
    params: &[],
    variants: &[
        Variant::new(
            "killed-anywhere",
            "terminate while the victim may hold the lock",
            killed_anywhere,
            |_| either_order().sometimes(Kind::AbandonedLock),
        ),
        Variant::new(
            "killed-outside",
            "terminate with the lock in the hands of main",
            killed_outside,
            |_| either_order(),
        ),
    ],
    source: source!("abandoned_lock_on_terminate.rs"),
};

/// The victim is process 1, and may not come to print.
fn either_order() -> Expectation {
    Expectation::pass().outcomes([vec![2], vec![1, 2], vec![2, 1]])
}

fn killed_anywhere(_: &Params) -> Result<Value, Exception> {
    victim_and_other(|_, victim| {
        victim.terminate();
        Ok(())
    })
}

fn killed_outside(_: &Params) -> Result<Value, Exception> {
    victim_and_other(|lock, victim| {
        lock.acquire();
        victim.terminate();
        victim.join()?;
        lock.release()
    })
}

/// Starts a victim and another process that print under a lock; the outcome is what was
/// printed.
fn victim_and_other(
    end: fn(&Lock, &process::KillableProcess) -> Result<(), Exception>,
) -> Result<Value, Exception> {
    let (lock, printed) = (Lock::named("lock"), Memory::named("printed", vec![]));
    let all = printed.clone();
    outcome_at_exit(move || all.read());
    let job = |(lock, printed, i): (Lock, Memory<Vec<i64>>, i64)| {
        lock.acquire();
        printed.update_in_one_step(|before| [&before[..], &[i]].concat());
        lock.release()
    };
    let victim = process::new((lock.clone(), printed.clone(), 1), job).named("victim");
    let victim = victim.killable().start()?;
    process::new((lock.clone(), printed, 2), job).named("other").start()?;
    end(&lock, &victim)?;
    Ok(Value::Unit)
}
