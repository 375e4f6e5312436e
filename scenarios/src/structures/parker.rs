//! A thread is parked by a lock and a condition variable, and let go on by a flag.
//!
//! What parks looks at the flag with the lock held, and waits. What lets it go on sets the flag,
//! takes the lock and gives it back, and notifies. That it takes the lock is all that keeps it
//! from notifying between the look and the wait.
//!
//! ```text
//!   parks                     lets go on
//!   lock
//!   flag? no
//!                             flag = yes
//!                             notify          no task waits yet
//!   wait                                      for ever
//! ```
//!
//! `takes-the-lock` passes, in 3 classes; `notifies-without-the-lock`: a hang.

use std::sync::atomic::Ordering::SeqCst;

use unknot_checker::sim::{Exception, Value};
use unknot_checker::{Expectation, Kind, Params, Scenario, Variant};
use unknot_std::sync::atomic::AtomicBool;
use unknot_std::sync::{Arc, Condvar, Mutex};
use unknot_std::thread;

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "parker",
    family: "structures",
    about: "a thread is parked by a lock and a condition variable",
    covers: &[],
    params: &[],
    variants: &[
        Variant::new("takes-the-lock", "takes the lock before it notifies", takes_it, |_| {
            Expectation::pass().outcomes([true])
        }),
        Variant::new(
            "notifies-without-the-lock",
            "sets the flag and notifies at once",
            does_not_take_it,
            |_| Expectation::pass().sometimes(Kind::Hang).outcomes([true]),
        ),
    ],
    source: source!("parker.rs"),
};

#[derive(Default)]
struct Parker {
    flag: AtomicBool,
    lock: Mutex<()>,
    changed: Condvar,
}

impl Parker {
    fn park(&self) {
        let mut guard = self.lock.lock().expect("no task panics");
        while !self.flag.swap(false, SeqCst) {
            guard = self.changed.wait(guard).expect("no task panics");
        }
    }

    fn unpark(&self, takes_the_lock: bool) {
        self.flag.store(true, SeqCst);
        if takes_the_lock {
            drop(self.lock.lock());
        }
        self.changed.notify_one();
    }
}

fn run(takes_the_lock: bool) -> Result<Value, Exception> {
    unknot_std::as_main(move || {
        let parker = Arc::new(Parker::default());
        let theirs = parker.clone();
        let other = thread::spawn(move || theirs.unpark(takes_the_lock));
        parker.park();
        other.join().is_ok()
    })
}

fn takes_it(_: &Params) -> Result<Value, Exception> {
    run(true)
}

fn does_not_take_it(_: &Params) -> Result<Value, Exception> {
    run(false)
}
