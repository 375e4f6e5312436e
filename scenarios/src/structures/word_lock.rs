//! A lock of one word, with a queue of the threads that wait for it.
//!
//! The word says free, taken, or taken while threads may wait. What finds it taken takes the
//! queue, exchanges the word for the last of these, and looks what that was: if the lock was
//! free, it has the lock now. Otherwise it enters the queue and parks. What gives the lock back
//! unparks the first of the queue, if the word says that threads may wait.
//!
//! ```text
//!   T1                        T2
//!                             has the lock
//!   taken
//!                             free         the word said that no thread waits
//!   enters the queue
//!   parks                                  for ever
//! ```
//!
//! `looks-again` passes, in 6 classes for two threads and 318 for three (loom 0.7.2: 13 and
//! 105,372 executions): the exchange and the entry are one, for what takes the queue to unpark.
//! `does-not-look-again`: the exchange is made only if the lock is still taken, and its
//! result is not looked at: a hang.

#![expect(unsafe_code, reason = "a structure of this kind guards its cells itself")]

use std::collections::VecDeque;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};

use unknot_checker::sim::{Exception, Value};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};
use unknot_std::cell::UnsafeCell;
use unknot_std::sync::atomic::AtomicUsize;
use unknot_std::sync::{Arc, Mutex};
use unknot_std::thread::{self, Thread};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "word-lock",
    family: "structures",
    about: "a lock of one word, with a queue of the threads that wait",
    covers: &[],
    params: &[Param { name: "n", about: "threads beside main", default: 1, min: 1, max: 3 }],
    variants: &[
        Variant::new("looks-again", "looks again before it parks", looks_again, |params| {
            let n = params.int("n");
            Expectation::pass().outcomes([n + 1]).exhausts_if(n <= 2)
        }),
        Variant::new("does-not-look-again", "parks at once", does_not_look_again, |params| {
            let n = params.int("n");
            Expectation::pass().sometimes(Kind::Hang).outcomes([n + 1]).exhausts_if(n <= 2)
        }),
    ],
    source: source!("word_lock.rs"),
};

const FREE: usize = 0;
const TAKEN: usize = 1;
const WAITED_FOR: usize = 2;

struct WordLock {
    looks_again: bool,
    word: AtomicUsize,
    queue: Mutex<VecDeque<Thread>>,
    count: UnsafeCell<i64>,
}

impl WordLock {
    fn lock(&self) {
        if self.word.compare_exchange(FREE, TAKEN, Acquire, Relaxed).is_ok() {
            return;
        }
        loop {
            let mut queue = self.queue.lock().expect("no task panics");
            if self.looks_again {
                if self.word.swap(WAITED_FOR, AcqRel) == FREE {
                    return;
                }
            } else {
                _ = self.word.compare_exchange(TAKEN, WAITED_FOR, AcqRel, Relaxed);
            }
            queue.push_back(thread::current());
            drop(queue);
            thread::park();
            if !self.looks_again
                && self.word.compare_exchange(FREE, WAITED_FOR, AcqRel, Relaxed).is_ok()
            {
                return;
            }
        }
    }

    fn unlock(&self) {
        if self.word.swap(FREE, AcqRel) == WAITED_FOR {
            let next = self.queue.lock().expect("no task panics").pop_front();
            if let Some(next) = next {
                next.unpark();
            }
        }
    }

    fn add_one(&self) {
        self.lock();
        // SAFETY: this task has the lock.
        self.count.with_mut(|at| unsafe { *at += 1 });
        self.unlock();
    }
}

fn run(n: i64, looks_again: bool) -> Result<Value, Exception> {
    unknot_std::as_main(move || {
        let lock = Arc::new(WordLock {
            looks_again,
            word: AtomicUsize::new(FREE),
            queue: Mutex::default(),
            count: UnsafeCell::new(0),
        });
        let started: Vec<_> = (0..n)
            .map(|_| {
                let lock = lock.clone();
                thread::spawn(move || lock.add_one())
            })
            .collect();
        lock.add_one();
        for task in started {
            task.join().expect("it counts");
        }
        // SAFETY: all others have ended.
        lock.count.with(|at| unsafe { *at })
    })
}

fn looks_again(params: &Params) -> Result<Value, Exception> {
    run(params.int("n"), true)
}

fn does_not_look_again(params: &Params) -> Result<Value, Exception> {
    run(params.int("n"), false)
}
