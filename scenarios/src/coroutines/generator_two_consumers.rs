//! A producer with two consumers, and a number that never grows (E23).
//!
//! A producer resumes two generators up to their first yields. Then it sends the number n to the
//! first one and n + 1 to the second one, for ever.
//!
//! `endless`: as in the document. The program has no end, by design: each execution is cut, and
//! none has an outcome. Since n does not grow, each round leaves everything as it was: the
//! program repeats itself for ever, a livelock.
//!
//! `not-advanced`: the same for some rounds. Only items 0 and 1 are ever made, over and over; a
//! condition says that each round makes new ones, and it fails in the second round, always.
//!
//! `advanced`: n grows by 2 in each round: 0, 1, 2 and so on, each once.

use std::cell::RefCell;
use std::rc::Rc;

use unknot_checker::sim::{
    Exception, Generator, GeneratorStop, Value, Yielder, generator_named, verify,
};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "generator-two-consumers",
    family: "coroutines",
    about: "a producer sends items to two generators in turn",
    covers: &["E23"],
    params: &[Param { name: "rounds", about: "rounds", default: 3, min: 1, max: 1_000 }],
    variants: &[
        Variant::new("endless", "the program as it stands", endless, |_| {
            Expectation::pass().endless().always(Kind::Livelock)
        })
        .cut_after(MAX_STEPS),
        Variant::new(
            "not-advanced",
            "some rounds, all with the same number",
            |params| bounded(params, 0),
            |params| {
                let items = (0..params.int("rounds")).flat_map(|_| [0, 1]);
                let expected = Expectation::pass().outcomes([items.collect::<Vec<i64>>()]);
                match params.int("rounds") {
                    1 => expected,
                    _ => expected.always(Kind::InvariantViolation),
                }
            },
        ),
        Variant::new(
            "advanced",
            "the number grows",
            |params| bounded(params, 2),
            |params| {
                let items = (0..2 * params.int("rounds")).collect::<Vec<i64>>();
                Expectation::pass().outcomes([items])
            },
        ),
    ],
    source: source!("generator_two_consumers.rs"),
};

/// Enough for some rounds of eight steps.
const MAX_STEPS: usize = 60;

type Taken = Rc<RefCell<Vec<i64>>>;

fn consumer(name: &'static str, taken: &Taken) -> Generator<i64, (), Result<(), Exception>> {
    let taken = Rc::clone(taken);
    generator_named(name, move |yielder: &Yielder<i64, ()>| {
        loop {
            let item = yielder.yield_(())?;
            let is_new = !taken.borrow().contains(&item);
            verify!(is_new, "item {item} was made before");
            taken.borrow_mut().push(item);
        }
    })
}

fn primed(name: &'static str, taken: &Taken) -> Result<impl Fn(i64) -> Sent + use<>, Exception> {
    let consumer = Rc::new(consumer(name, taken));
    consumer.next().map_err(GeneratorStop::exception)?;
    Ok(move |item| match item {
        END => consumer.close(),
        item => consumer.send(item).map_err(GeneratorStop::exception),
    })
}

type Sent = Result<(), Exception>;

/// What closes a consumer.
const END: i64 = -1;

fn endless(_: &Params) -> Result<Value, Exception> {
    // Which items are made is for the other forms.
    let plain = |name| {
        generator_named(name, |yielder: &Yielder<i64, ()>| -> Result<(), Exception> {
            loop {
                let _item = yielder.yield_(())?;
            }
        })
    };
    let (first, second) = (plain("first"), plain("second"));
    first.next().map_err(GeneratorStop::exception)?;
    second.next().map_err(GeneratorStop::exception)?;
    let n = 0;
    loop {
        first.send(n).map_err(GeneratorStop::exception)?;
        second.send(n + 1).map_err(GeneratorStop::exception)?;
    }
}

fn bounded(params: &Params, step: i64) -> Result<Value, Exception> {
    let taken = Taken::default();
    let (first, second) = (primed("first", &taken)?, primed("second", &taken)?);
    let mut n = 0;
    for _ in 0..params.int("rounds") {
        first(n)?;
        second(n + 1)?;
        n += step;
    }
    first(END)?;
    second(END)?;
    let taken = taken.borrow().clone();
    Ok(taken.into())
}
