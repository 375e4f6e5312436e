//! A producer that sends, and a consumer that yields its answer (E24 E96 E127; K72).
//!
//! ```text
//!   producer             consumer (a generator)
//!   next                                        up to its first yield
//!                        yield
//!   makes 1, sends it
//!                        takes 1, yields OK
//!   makes 2, sends it
//!                        takes 2, yields OK
//!   close
//! ```
//!
//! `closes`: each of the two runs only while the other one waits for it, so they alternate, in
//! one schedule: 15 lines for five items. A wait is always for the one that runs, and so two
//! that alternate strictly cannot be in a deadlock (K72). The close ends the consumer at
//! its yield.
//!
//! `sentinel`: the producer sends that there is no more, and the consumer returns. The documents
//! test for a falsy item there, which item 0 would be too (see `falsy-item-sentinel`); here the
//! end is no item.

use std::cell::RefCell;
use std::rc::Rc;

use unknot_checker::sim::{Exception, GeneratorStop, Value, Yielder, generator_named};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "generator-ping-pong",
    family: "coroutines",
    about: "a producer sends items to a generator, which answers each",
    covers: &["E24", "E96", "E127", "K72"],
    params: &[Param { name: "items", about: "items", default: 5, min: 0, max: 1_000 }],
    variants: &[
        Variant::new("closes", "the producer closes the consumer", closes, alternate),
        Variant::new("sentinel", "the producer sends an end", sentinel, alternate),
    ],
    source: source!("generator_ping_pong.rs"),
};

fn alternate(params: &Params) -> Expectation {
    let lines = (1..=params.int("items"))
        .flat_map(|n| [format!("makes {n}"), format!("takes {n}"), "OK".to_owned()]);
    Expectation::pass().outcomes([lines.collect::<Vec<String>>()])
}

fn closes(params: &Params) -> Result<Value, Exception> {
    five_items(params, true)
}

fn sentinel(params: &Params) -> Result<Value, Exception> {
    five_items(params, false)
}

fn five_items(params: &Params, is_closed: bool) -> Result<Value, Exception> {
    let lines = Rc::new(RefCell::new(vec![]));
    let said = Rc::clone(&lines);
    let consumer = generator_named("consumer", move |yielder: &Yielder<Option<i64>, &str>| {
        let mut answer = "";
        while let Some(item) = yielder.yield_(answer)? {
            said.borrow_mut().push(format!("takes {item}"));
            answer = "OK";
        }
        Ok::<(), Exception>(())
    });
    consumer.next().map_err(GeneratorStop::exception)?;
    for item in 1..=params.int("items") {
        lines.borrow_mut().push(format!("makes {item}"));
        let answer = consumer.send(Some(item)).map_err(GeneratorStop::exception)?;
        lines.borrow_mut().push(answer.to_owned());
    }
    match is_closed {
        true => consumer.close()?,
        false => assert_eq!(consumer.send(None), Err(GeneratorStop::Returned(Ok(())))),
    }
    let lines = lines.borrow().clone();
    Ok(lines.into())
}
