//! Writers set two numbers, each under its own lock; readers compare them.
//!
//! ```text
//!   writer                  reader
//!   lock a: first = 1
//!                           lock a: reads 1
//!                           lock b: reads 0        not one more
//!   lock b: second = 2
//! ```
//!
//! `two-locks`: a reader has to come between the two stages of the first writer, with both of
//! its own. `one-lock`: both stages are one section.

use unknot_checker::sim::{Exception, Lock, Shared, Value, spawn, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "sct-twostage",
    family: "sct",
    about: "two numbers are set in two stages, and readers come between",
    covers: &[],
    params: &[Param { name: "pairs", about: "writers, and readers", default: 1, min: 1, max: 50 }],
    variants: &[
        Variant::new("two-locks", "each number has a lock", two_locks, |params| {
            let pass = Expectation::pass().sometimes(Kind::InvariantViolation).outcomes([()]);
            pass.exhausts_if(params.int("pairs") <= 1)
        }),
        Variant::new("one-lock", "both numbers are set in one section", one_lock, |params| {
            Expectation::pass().outcomes([()]).exhausts_if(params.int("pairs") <= 2)
        }),
    ],
    source: source!("sct_twostage.rs"),
};

#[derive(Clone)]
struct Numbers {
    first: Shared<i64>,
    second: Shared<i64>,
    a: Lock,
    b: Lock,
    is_one_section: bool,
}

impl Numbers {
    /// Acts with the lock of the second number, once that of the first was given back; with the
    /// same lock still, where both are one section.
    fn in_second_stage(&self, guard: impl Sized, act: impl FnOnce()) -> Result<(), Exception> {
        if self.is_one_section {
            act();
            drop(guard);
            return Ok(());
        }
        drop(guard);
        let _guard = self.b.lock()?;
        act();
        Ok(())
    }

    fn set(&self) -> Result<(), Exception> {
        let guard = self.a.lock()?;
        self.first.write(1);
        self.in_second_stage(guard, || self.second.write(self.first.read() + 1))
    }

    fn compare(&self) -> Result<(), Exception> {
        let guard = self.a.lock()?;
        let first = self.first.read();
        if first == 0 {
            return Ok(());
        }
        self.in_second_stage(guard, || {
            let second = self.second.read();
            verify!(second == first + 1, "the second is {second}");
        })
    }
}

fn two_locks(params: &Params) -> Result<Value, Exception> {
    run(params, false)
}

fn one_lock(params: &Params) -> Result<Value, Exception> {
    run(params, true)
}

fn run(params: &Params, is_one_section: bool) -> Result<Value, Exception> {
    let (first, second) = (Shared::named("first", 0), Shared::named("second", 0));
    let (a, b) = (Lock::named("a"), Lock::named("b"));
    let numbers = Numbers { first, second, a, b, is_one_section };
    let pairs = params.int("pairs");
    let mut tasks = vec![];
    for nth in 0..2 * pairs {
        let numbers = numbers.clone();
        tasks.push(spawn(move || if nth < pairs { numbers.set() } else { numbers.compare() }));
    }
    tasks.into_iter().try_for_each(|task| task.join()?)?;
    Ok(().into())
}
