//! Two generators that are resumed in turn (E137).
//!
//! ```text
//!   main         first        second
//!   next
//!                yield
//!   next
//!                             yield
//!   next
//!                yield
//! ```
//!
//! `endless`: as in the document, for ever, by design: each execution is cut, and none has an
//! outcome. Nothing changes from round to round, so the tool calls that a livelock.
//!
//! `bounded`: some rounds. main decides which one runs, so they alternate strictly, in one class.
//! At the end both are closed; without that they would be left at a yield, which a note tells.

use std::cell::RefCell;
use std::rc::Rc;

use unknot_checker::sim::{Exception, GeneratorStop, Value, Yielder, generator_named};
use unknot_checker::{Expectation, Kind, Param, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "generator-round-robin",
    family: "coroutines",
    about: "two generators that main resumes in turn",
    covers: &["E137"],
    params: &[Param { name: "rounds", about: "rounds", default: 3, min: 0, max: 1_000 }],
    variants: &[
        Variant::new(
            "endless",
            "the program as it stands",
            |_| in_turn(None),
            |_| Expectation::pass().endless().always(Kind::Livelock),
        )
        .cut_after(MAX_STEPS),
        Variant::new(
            "bounded",
            "some rounds",
            |params| in_turn(Some(params.size("rounds"))),
            |params| {
                let lines = (0..params.size("rounds")).flat_map(|_| ["first", "second"]);
                Expectation::pass().outcomes([lines.map(str::to_owned).collect::<Vec<String>>()])
            },
        ),
    ],
    source: source!("generator_round_robin.rs"),
};

/// Enough for some rounds of eight steps.
const MAX_STEPS: usize = 60;

fn in_turn(rounds: Option<usize>) -> Result<Value, Exception> {
    let said = Rc::new(RefCell::new(vec![]));
    let both = ["first", "second"].map(|name| {
        let said = Rc::clone(&said);
        generator_named(name, move |yielder: &Yielder<(), ()>| -> Result<(), Exception> {
            loop {
                said.borrow_mut().push(name.to_owned());
                yielder.yield_(())?;
            }
        })
    });
    let mut n = 0;
    while rounds.is_none_or(|rounds| n < rounds) {
        for generator in &both {
            generator.next().map_err(GeneratorStop::exception)?;
        }
        n += 1;
    }
    for generator in &both {
        generator.close()?;
    }
    let said = said.borrow().clone();
    Ok(said.into())
}
