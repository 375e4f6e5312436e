//! A counter that tasks add to without looking: statistics, as Java's `LongAdder` keeps them.
//!
//! To add returns nothing, so in which order additions are made cannot be seen: they commute,
//! and a search does not try their orders. To look is ordered with all of them. An
//! [`Atomic`](crate::Atomic) tells each task what was there before, which shows the order.

use std::panic::Location;

use super::constructors::constructors;
use crate::fork::{Fork, Forking, Reads};
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{Noted, Text};
use crate::op::Op;
use crate::rt::{self, NewObject};

/// A counter. Clones are handles to the same one.
///
/// ```
/// use unknot_sim::{Counter, done, run_once, spawn};
///
/// run_once(|| {
///     let hits = Counter::named("hits");
///     let theirs = hits.clone();
///     let task = spawn(move || theirs.add(2));
///     hits.add(1);
///     task.join()?;
///     assert_eq!(hits.value(), 3);
///     done(())
/// });
/// ```
#[derive(Clone, Debug)]
pub struct Counter {
    gauge: ObjectId,
}

impl Default for Counter {
    #[track_caller]
    fn default() -> Counter {
        Counter::new()
    }
}

impl Counter {
    constructors! {
        /// A counter of 0.
        ()
    }

    fn create(name: Name, location: &'static Location<'static>) -> Counter {
        Counter { gauge: rt::create(NewObject::new("Counter", name, location).showing(0)) }
    }

    /// Adds an amount, which may be negative. One step.
    #[track_caller]
    pub fn add(&self, amount: i32) {
        let amount = i64::from(amount);
        rt::step(Op::local("add", Location::caller()).with(self.gauge, Mode::Give, amount));
    }

    /// What all additions come to until now. One step.
    #[track_caller]
    #[must_use]
    pub fn value(&self) -> i64 {
        // It shows at least that much whatever was added.
        rt::step(Op::local("value", Location::caller()).with(self.gauge, Mode::Look, i64::MIN));
        let value = rt::shows(self.gauge);
        rt::note(|| Noted::Read(Text::of(value)));
        value
    }
}

impl Fork for Counter {
    fn reads(&self, reads: &mut Reads) {
        reads.gauge(self.gauge);
    }

    fn fork(&self, to: &mut Forking) -> Counter {
        to.once(self.gauge, |to| Counter { gauge: to.gauge(self.gauge) })
    }
}
