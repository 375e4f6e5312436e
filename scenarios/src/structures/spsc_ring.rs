//! A ring of two slots between one producer and one consumer.
//!
//! The producer alone moves the tail, the consumer alone the head; both only grow. A slot is
//! handed over by the store that moves one of them, so these are releases, and the loads of
//! the other side acquire.
//!
//! ```text
//!   producer                    consumer
//!   load head 0, tail 2
//!                               store head 1
//!                               read slot 0        the producer may write there already
//!   load head 1
//!   write slot 0                                   a data race
//! ```
//!
//! The producer offers 1, 2 and 3 once each, the consumer asks three times, and main takes what
//! is left. There is room for 1 and 2 in any case, and for 3 if the consumer has taken one
//! before it is offered: 2 or 3 come through, in their order.
//!
//! `right`: no race, in 44 classes (loom 0.7.2 runs one execution). `off-by-one`: 3 always finds room, and overwrites 1 while it may be read,
//! or before it is (what comes through is not what was sent). `gives-back-first`: the head is
//! moved before the slot is read: a race, and the value of another round. `relaxed-tail`,
//! `relaxed-head`: values are in their order, but nothing orders the slots: races alone.

#![expect(unsafe_code, reason = "a structure of this kind guards its cells itself")]

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use unknot_checker::sim::{Exception, Value};
use unknot_checker::{Expectation, Kind, Params, Scenario, Variant};
use unknot_std::cell::UnsafeCell;
use unknot_std::sync::Arc;
use unknot_std::sync::atomic::AtomicUsize;
use unknot_std::thread;

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "spsc-ring",
    family: "structures",
    about: "a ring of two slots between one producer and one consumer",
    covers: &[],
    params: &[],
    variants: &[
        Variant::new("right", "slots are handed over by releases", right, |_| {
            Expectation::pass().outcomes([2, 3])
        }),
        Variant::new("off-by-one", "finds room for one more than there is", off_by_one, |_| {
            let pass = Expectation::pass().outcomes([3]);
            pass.sometimes(Kind::DataRace).sometimes(Kind::Exception)
        }),
        Variant::new(
            "gives-back-first",
            "gives a slot back and reads it",
            gives_back_first,
            |_| {
                let pass = Expectation::pass().outcomes([2, 3]);
                pass.sometimes(Kind::DataRace).sometimes(Kind::Exception)
            },
        ),
        Variant::new("relaxed-tail", "the producer's store orders nothing", relaxed_tail, |_| {
            Expectation::pass().sometimes(Kind::DataRace).outcomes([2, 3])
        }),
        Variant::new("relaxed-head", "the consumer's store orders nothing", relaxed_head, |_| {
            Expectation::pass().sometimes(Kind::DataRace).outcomes([2, 3])
        }),
    ],
    source: source!("spsc_ring.rs"),
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Right,
    OffByOne,
    GivesBackFirst,
    RelaxedTail,
    RelaxedHead,
}

const SLOTS: usize = 2;

struct Ring {
    form: Form,
    slots: [UnsafeCell<i64>; SLOTS],
    head: AtomicUsize,
    tail: AtomicUsize,
}

impl Ring {
    fn new(form: Form) -> Ring {
        let slots = [UnsafeCell::new(0), UnsafeCell::new(0)];
        Ring { form, slots, head: AtomicUsize::new(0), tail: AtomicUsize::new(0) }
    }

    /// Whether there was room.
    fn push(&self, value: i64) -> bool {
        let tail = self.tail.load(Relaxed);
        let room = if self.form == Form::OffByOne { SLOTS + 1 } else { SLOTS };
        if tail - self.head.load(Acquire) == room {
            return false;
        }
        // SAFETY: the consumer does not read the slot before the tail has moved on.
        self.slots[tail % SLOTS].with_mut(|at| unsafe { *at = value });
        self.tail.store(tail + 1, if self.form == Form::RelaxedTail { Relaxed } else { Release });
        true
    }

    fn pop(&self) -> Option<i64> {
        let head = self.head.load(Relaxed);
        if self.tail.load(Acquire) == head {
            return None;
        }
        // SAFETY: the producer does not write to the slot before the head has moved on.
        let read = || self.slots[head % SLOTS].with(|at| unsafe { *at });
        let order = if self.form == Form::RelaxedHead { Relaxed } else { Release };
        if self.form == Form::GivesBackFirst {
            self.head.store(head + 1, order);
            return Some(read());
        }
        let value = read();
        self.head.store(head + 1, order);
        Some(value)
    }
}

fn run(form: Form) -> Result<Value, Exception> {
    unknot_std::as_main(move || {
        let ring = Arc::new(Ring::new(form));
        let theirs = ring.clone();
        let producer = thread::spawn(move || {
            let _sent = (1..=3).all(|value| theirs.push(value));
        });
        let mut taken: Vec<i64> = (0..3).filter_map(|_| ring.pop()).collect();
        producer.join().expect("the producer produces");
        taken.extend(std::iter::from_fn(|| ring.pop()));
        let n_taken = taken.len() as i64;
        assert!(taken.into_iter().eq(1..=n_taken), "what was sent comes through, in order");
        n_taken
    })
}

fn right(_: &Params) -> Result<Value, Exception> {
    run(Form::Right)
}

fn off_by_one(_: &Params) -> Result<Value, Exception> {
    run(Form::OffByOne)
}

fn gives_back_first(_: &Params) -> Result<Value, Exception> {
    run(Form::GivesBackFirst)
}

fn relaxed_tail(_: &Params) -> Result<Value, Exception> {
    run(Form::RelaxedTail)
}

fn relaxed_head(_: &Params) -> Result<Value, Exception> {
    run(Form::RelaxedHead)
}
