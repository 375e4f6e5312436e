//! A channel for one value, at which the receiver parks.
//!
//! One word says how far it is: empty, a receiver waits, full. The sender writes the value and
//! exchanges the word for full; if a receiver waited, it is unparked. The receiver leaves its
//! handle in the channel, and says that it waits by an exchange that fails if the channel has
//! become full meanwhile.
//!
//! ```text
//!   receiver                  sender
//!                             load empty
//!   empty -> waits
//!                             store full     the sender does not know of the receiver
//!   park                                     for ever
//! ```
//!
//! `exchanges`: 4 classes. The receiver looks first after the value is there (1), or before and
//! its exchange comes after (1); or the exchange comes before, and then it looks once more
//! before the value is there and parks, or after and does not (2). Loom 0.7.2 runs 22
//! executions of it.
//!
//! `loads-and-stores`: between the two, a receiver that says it waits is missed: a hang.
//!
//! `publishes-first`: the word says full before the value is written. Nothing orders the write
//! before the receiver, which finds no value (an exception) or races with it.

#![expect(unsafe_code, reason = "a structure of this kind guards its cells itself")]

use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};

use unknot_checker::sim::{Exception, Value};
use unknot_checker::{Expectation, Kind, Params, Scenario, Variant};
use unknot_std::cell::UnsafeCell;
use unknot_std::sync::Arc;
use unknot_std::sync::atomic::AtomicUsize;
use unknot_std::thread::{self, Thread};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "oneshot-channel",
    family: "structures",
    about: "a channel for one value, at which the receiver parks",
    covers: &[],
    params: &[],
    variants: &[
        Variant::new("exchanges", "one exchange fills it and tells who waits", exchanges, |_| {
            Expectation::pass().outcomes([7])
        }),
        Variant::new(
            "loads-and-stores",
            "looks, and fills it after that",
            loads_and_stores,
            |_| Expectation::pass().sometimes(Kind::Hang).outcomes([7]),
        ),
        Variant::new("publishes-first", "is full before it has the value", publishes_first, |_| {
            let pass = Expectation::pass().outcomes([7]);
            pass.sometimes(Kind::DataRace).sometimes(Kind::Exception)
        }),
    ],
    source: source!("oneshot_channel.rs"),
};

const EMPTY: usize = 0;
const WAITS: usize = 1;
const FULL: usize = 2;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Exchanges,
    LoadsAndStores,
    PublishesFirst,
}

struct Channel {
    form: Form,
    word: AtomicUsize,
    value: UnsafeCell<Option<i64>>,
    receiver: UnsafeCell<Option<Thread>>,
}

impl Channel {
    fn send(&self, value: i64) {
        // SAFETY: the receiver does not look before the word says full.
        let write = || self.value.with_mut(|at| unsafe { *at = Some(value) });
        if self.form != Form::PublishesFirst {
            write();
        }
        let before = match self.form {
            Form::LoadsAndStores => {
                let before = self.word.load(Acquire);
                self.word.store(FULL, Release);
                before
            }
            _ => self.word.swap(FULL, AcqRel),
        };
        if self.form == Form::PublishesFirst {
            write();
        }
        if before == WAITS {
            // SAFETY: the receiver left it before it said that it waits.
            let receiver = self.receiver.with_mut(|at| unsafe { (*at).take() });
            receiver.expect("a receiver that waits has left its handle").unpark();
        }
    }

    fn receive(&self) -> i64 {
        if self.word.load(Acquire) != FULL {
            // SAFETY: the sender does not look before the word says that a receiver waits.
            self.receiver.with_mut(|at| unsafe { *at = Some(thread::current()) });
            if self.word.compare_exchange(EMPTY, WAITS, AcqRel, Acquire).is_ok() {
                while self.word.load(Acquire) != FULL {
                    thread::park();
                }
            }
        }
        // SAFETY: the word said full.
        let value = self.value.with_mut(|at| unsafe { (*at).take() });
        value.expect("a full channel has a value")
    }
}

fn run(form: Form) -> Result<Value, Exception> {
    unknot_std::as_main(move || {
        let channel = Arc::new(Channel {
            form,
            word: AtomicUsize::new(EMPTY),
            value: UnsafeCell::new(None),
            receiver: UnsafeCell::new(None),
        });
        let theirs = channel.clone();
        let sender = thread::spawn(move || theirs.send(7));
        let value = channel.receive();
        sender.join().expect("the sender sends");
        value
    })
}

fn exchanges(_: &Params) -> Result<Value, Exception> {
    run(Form::Exchanges)
}

fn loads_and_stores(_: &Params) -> Result<Value, Exception> {
    run(Form::LoadsAndStores)
}

fn publishes_first(_: &Params) -> Result<Value, Exception> {
    run(Form::PublishesFirst)
}
