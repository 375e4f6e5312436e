//! A notification that is kept as a permit if no thread waits for it.
//!
//! What waits takes the permit, or enters the queue and parks; what notifies unparks the first
//! of the queue, or leaves the permit. Each of the two is one thing only if the lock of the
//! queue is held for all of it.
//!
//! ```text
//!   waits                     notifies
//!   permit? no
//!                             queue empty: permit
//!   enters the queue
//!   parks                                            for ever
//! ```
//!
//! `inside-the-lock` passes, in 2 classes: either task has the lock first (loom 0.7.2: 6
//! executions); `outside-of-the-lock`: a hang, with the permit there.

use std::collections::VecDeque;
use std::sync::atomic::Ordering::SeqCst;

use unknot_checker::sim::{Exception, Value};
use unknot_checker::{Expectation, Kind, Params, Scenario, Variant};
use unknot_std::sync::atomic::AtomicBool;
use unknot_std::sync::{Arc, Mutex};
use unknot_std::thread::{self, Thread};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "notify-permit",
    family: "structures",
    about: "a notification is kept as a permit if no thread waits",
    covers: &[],
    params: &[],
    variants: &[
        Variant::new("inside-the-lock", "takes the permit with the lock held", inside, |_| {
            Expectation::pass().outcomes([true])
        }),
        Variant::new("outside-of-the-lock", "takes the permit before the lock", outside, |_| {
            Expectation::pass().sometimes(Kind::Hang).outcomes([true])
        }),
    ],
    source: source!("notify_permit.rs"),
};

#[derive(Default)]
struct Notify {
    permit: AtomicBool,
    waiters: Mutex<VecDeque<Thread>>,
}

impl Notify {
    fn wait(&self, inside: bool) {
        if !inside && self.permit.swap(false, SeqCst) {
            return;
        }
        let mut waiters = self.waiters.lock().expect("no task panics");
        if inside && self.permit.swap(false, SeqCst) {
            return;
        }
        waiters.push_back(thread::current());
        drop(waiters);
        thread::park();
    }

    fn notify(&self) {
        let mut waiters = self.waiters.lock().expect("no task panics");
        match waiters.pop_front() {
            Some(waiter) => waiter.unpark(),
            None => self.permit.store(true, SeqCst),
        }
    }
}

fn run(inside: bool) -> Result<Value, Exception> {
    unknot_std::as_main(move || {
        let notify = Arc::new(Notify::default());
        let theirs = notify.clone();
        let other = thread::spawn(move || theirs.notify());
        notify.wait(inside);
        other.join().is_ok()
    })
}

fn inside(_: &Params) -> Result<Value, Exception> {
    run(true)
}

fn outside(_: &Params) -> Result<Value, Exception> {
    run(false)
}
