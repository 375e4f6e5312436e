//! How a generator is resumed (E22).
//!
//! A generator yields twice, and is sent a value between.
//!
//! ```text
//!   main                 generator
//!   next
//!                        yield 6          suspended
//!   send 1
//!                        yield nothing    suspended
//!   next
//!                        returns          StopIteration for main
//! ```
//!
//! `send-first`: a generator that has not begun stands at no yield that could take the value: a
//! TypeError, always, with which main ends.
//!
//! `past-the-end`: a third resumption finds no third yield, and the generator ends: StopIteration
//! at the one that resumed it, which is main, always.
//!
//! `primed`: `next` first. The two yields give 6 and nothing. The document stops there and leaves
//! the generator at its second yield, which a note tells.
//!
//! `caught`: the same to the end, with the exception caught, and nothing left over.
//!
//! A program in which one of two runs at a time has one class.

use unknot_checker::sim::{Exception, Generator, GeneratorStop, Value, Yielder, generator_named};
use unknot_checker::{Expectation, Kind, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "generator-protocol",
    family: "coroutines",
    about: "a generator of two yields, and the ways to resume it",
    covers: &["E22"],
    params: &[],
    variants: &[
        Variant::new("send-first", "a value is sent before the first yield", send_first, raises),
        Variant::new("past-the-end", "resumed once more than it yields", past_the_end, raises),
        Variant::new("primed", "next, then a value, as in the document", primed, |_| {
            Expectation::pass().always(Kind::Leak).outcomes(["6 nothing"])
        }),
        Variant::new("caught", "to the end, which main expects", caught, |_| {
            Expectation::pass().outcomes(["6 nothing end"])
        }),
    ],
    source: source!("generator_protocol.rs"),
};

fn raises(_: &Params) -> Expectation {
    Expectation::pass().always(Kind::Exception).outcomes::<Value>([])
}

/// What it yields, and what is sent to it.
type Word = Option<i64>;

fn two_yields() -> Generator<Word, Word, Result<(), Exception>> {
    generator_named("two yields", |yielder: &Yielder<Word, Word>| {
        let _sent = yielder.yield_(Some(6))?;
        yielder.yield_(None)?;
        Ok(())
    })
}

fn told(word: Word) -> String {
    word.map_or_else(|| "nothing".to_owned(), |n| n.to_string())
}

fn send_first(_: &Params) -> Result<Value, Exception> {
    let word = two_yields().send(Some(1)).map_err(GeneratorStop::exception)?;
    Ok(told(word).into())
}

fn past_the_end(_: &Params) -> Result<Value, Exception> {
    let generator = two_yields();
    let mut words = vec![];
    for _ in 0..3 {
        words.push(told(generator.next().map_err(GeneratorStop::exception)?));
    }
    Ok(words.join(" ").into())
}

fn resumed_twice(
    generator: &Generator<Word, Word, Result<(), Exception>>,
) -> Result<Vec<String>, Exception> {
    let first = generator.next().map_err(GeneratorStop::exception)?;
    let second = generator.send(Some(1)).map_err(GeneratorStop::exception)?;
    Ok(vec![told(first), told(second)])
}

fn primed(_: &Params) -> Result<Value, Exception> {
    Ok(resumed_twice(&two_yields())?.join(" ").into())
}

fn caught(_: &Params) -> Result<Value, Exception> {
    let generator = two_yields();
    let mut words = resumed_twice(&generator)?;
    if let Err(GeneratorStop::Returned(Ok(()))) = generator.next() {
        words.push("end".to_owned());
    }
    Ok(words.join(" ").into())
}
