//! A process dies with the lock (E125; M19).
//!
//! Ten processes are to print one after another, under a lock. The tutorial
//! writes `with lock.acquire():`, which takes the lock and then hands the truth
//! value of `acquire` to `with`. That is no context manager, so the process
//! dies of an exception, with the lock in its hands.
//!
//! ```text
//!   T1                         T2
//!   lock
//!   TypeError, end
//!                              lock  BLOCKED   the owner has ended
//! ```
//!
//! `with-acquire`: in every schedule the first process to come in dies before
//! it prints, and n - 1 others wait for ever: n classes, by which one is first. The
//! documents call it a hang that happens always; the kind for a wait for an
//! owner that has ended is `abandoned-lock`. The exception of the first is a finding
//! as well. A process alone dies and blocks no other: the exception is all
//! there is, with a note of the lock that was never given back.
//!
//! `raise-before-release`: acquire, print, fail, and no release on that way.
//! The same, but that the first has printed.
//!
//! `with-lock`: what was meant. All n! orders of prints, each complete.
//!
//! `try-finally`: the work fails after the print, and the release is made all
//! the same. The process handles the exception, so it is no finding. n! orders.
//!
//! Whether a dead process gives its lock back is a choice of semantics: as in
//! Python it does not, for threads and processes alike, so that threads stand for the
//! processes of the document here: what they share, a lock across processes, has no other
//! owner than the one that took it. The main process does not join; the program ends when
//! all have ended.

use unknot_checker::sim::{Exception, Lock, Shared, Value, outcome_at_exit, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::orders::permutations;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "abandoned-lock-on-exception",
    family: "deadlocks",
    about: "processes print under a lock, and one dies with it",
    covers: &["E125", "M19"],
    params: &[Param { name: "processes", about: "processes", default: 3, min: 1, max: 10 }],
    variants: &[
        Variant::new(
            "with-acquire",
            "with on the result of acquire, not on the lock",
            with_acquire,
            |params| dies(params, &[]),
        ),
        Variant::new(
            "raise-before-release",
            "acquire, print, fail; the release is never reached",
            raise_before_release,
            |params| dies(params, &[1]),
        ),
        Variant::new("with-lock", "with on the lock", with_lock, any_order),
        Variant::new(
            "try-finally",
            "acquire, print, fail; finally release",
            try_finally,
            any_order,
        ),
    ],
    source: source!("abandoned_lock_on_exception.rs"),
};

/// The first to come in dies; if it is the only one the run is complete.
fn dies(params: &Params, printed_alone: &[usize]) -> Expectation {
    let expected = Expectation::pass().always(Kind::Exception);
    if params.size("processes") == 1 {
        expected.outcomes([printed_alone.to_vec()])
    } else {
        expected.always(Kind::AbandonedLock).outcomes::<Value>([])
    }
}

fn any_order(params: &Params) -> Expectation {
    let n = params.size("processes");
    if n > 7 {
        // Too many orders for a list of them.
        return Expectation::pass().exhausts_if(false);
    }
    let processes: Vec<usize> = (1..=n).collect();
    Expectation::pass().outcomes(permutations(&processes))
}

fn with_acquire(params: &Params) -> Result<Value, Exception> {
    printers(params, |lock, _| {
        lock.acquire();
        Err(Exception::new("TypeError", "'bool' object is no context manager"))
    })
}

fn raise_before_release(params: &Params) -> Result<Value, Exception> {
    printers(params, |lock, print| {
        lock.acquire();
        fails(print)?;
        lock.release()
    })
}

fn with_lock(params: &Params) -> Result<Value, Exception> {
    printers(params, |lock, print| {
        let _held = lock.lock()?;
        print();
        Ok(())
    })
}

fn try_finally(params: &Params) -> Result<Value, Exception> {
    printers(params, |lock, print| {
        lock.acquire();
        let _handled = fails(print);
        lock.release()
    })
}

/// The work: it prints, and then it raises.
fn fails(print: &dyn Fn()) -> Result<(), Exception> {
    print();
    Err(Exception::new("ValueError", "the work failed"))
}

/// What a process does with the lock and its print.
type Job = fn(&Lock, &dyn Fn()) -> Result<(), Exception>;

/// Starts the processes; the outcome is which of them printed, in order.
fn printers(params: &Params, job: Job) -> Result<Value, Exception> {
    let lock = Lock::named("lock");
    let printed = Shared::named("printed", vec![]);
    let all = printed.clone();
    outcome_at_exit(move || all.read());
    for i in 1..=params.size("processes") {
        let (lock, printed) = (lock.clone(), printed.clone());
        spawn_named(("process", i), move || {
            let print = || {
                printed.update_in_one_step(|before| [&before[..], &[i]].concat());
            };
            job(&lock, &print)
        });
    }
    Ok(Value::Unit)
}
