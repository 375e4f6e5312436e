//! A value that is replaced while others read it: two slots, each with a count of its readers.
//!
//! An index says which slot is read. A reader counts itself in at that slot, looks whether the
//! index is still the same, reads, and counts itself out. The writer writes to the other slot
//! once no reader is counted there, and turns the index over.
//!
//! ```text
//!   reader                    writer
//!   index 0
//!                             write slot 1, index = 1
//!                             readers of 0? none
//!   counts itself in at 0
//!   reads slot 0              writes slot 0        a data race
//! ```
//!
//! `says-before-it-looks`: if the index is still the same, the writer has yet to turn it over
//! before it asks for the readers of this slot, and finds this one. The reader gets 0, 1 or 2,
//! what was there before, and after each of two replacements.
//! `looks-before-it-says`: a race.
//!
//! It rests on one order of all these accesses: with less than `SeqCst` the right form is
//! wrong as well, which is beyond what a search of sequentially consistent values finds. (Loom, by
//! which `SeqCst` accesses only acquire and release, reports a race in the right form.)

#![expect(unsafe_code, reason = "a structure of this kind guards its cells itself")]

use std::sync::atomic::Ordering::SeqCst;

use unknot_checker::sim::{Exception, Value};
use unknot_checker::{Expectation, Kind, Params, Scenario, Variant};
use unknot_std::cell::UnsafeCell;
use unknot_std::sync::Arc;
use unknot_std::sync::atomic::AtomicUsize;
use unknot_std::{hint, thread};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "replaceable-value",
    family: "structures",
    about: "a value of two slots is replaced while it is read",
    covers: &[],
    params: &[],
    variants: &[
        Variant::new("says-before-it-looks", "counts itself in and looks again", says, |_| {
            Expectation::pass().outcomes([0, 1, 2])
        }),
        Variant::new("looks-before-it-says", "counts itself in and reads", looks, |_| {
            Expectation::pass().sometimes(Kind::DataRace).outcomes([0, 1, 2])
        }),
    ],
    source: source!("replaceable_value.rs"),
};

struct Replaceable {
    index: AtomicUsize,
    readers: [AtomicUsize; 2],
    slots: [UnsafeCell<i64>; 2],
}

impl Replaceable {
    fn new() -> Replaceable {
        Replaceable {
            index: AtomicUsize::new(0),
            readers: [AtomicUsize::new(0), AtomicUsize::new(0)],
            slots: [UnsafeCell::new(0), UnsafeCell::new(0)],
        }
    }

    fn read(&self, looks_again: bool) -> i64 {
        loop {
            let index = self.index.load(SeqCst);
            self.readers[index].fetch_add(1, SeqCst);
            if !looks_again || self.index.load(SeqCst) == index {
                // SAFETY: the writer does not write to a slot that has a reader.
                let value = self.slots[index].with(|at| unsafe { *at });
                self.readers[index].fetch_sub(1, SeqCst);
                return value;
            }
            self.readers[index].fetch_sub(1, SeqCst);
        }
    }

    fn replace(&self, value: i64) {
        let other = 1 - self.index.load(SeqCst);
        while self.readers[other].load(SeqCst) > 0 {
            hint::spin_loop();
        }
        // SAFETY: there is one writer, and no reader is there.
        self.slots[other].with_mut(|at| unsafe { *at = value });
        self.index.store(other, SeqCst);
    }
}

fn run(looks_again: bool) -> Result<Value, Exception> {
    unknot_std::as_main(move || {
        let value = Arc::new(Replaceable::new());
        let theirs = value.clone();
        let reader = thread::spawn(move || theirs.read(looks_again));
        value.replace(1);
        value.replace(2);
        reader.join().expect("it reads")
    })
}

fn says(_: &Params) -> Result<Value, Exception> {
    run(true)
}

fn looks(_: &Params) -> Result<Value, Exception> {
    run(false)
}
