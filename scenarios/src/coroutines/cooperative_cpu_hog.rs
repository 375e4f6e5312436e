//! A greenlet that computes and never gives its turn away (E68; K75 K82).
//!
//! One greenlet computes on a core for some seconds, a part a second. Another one only wants to
//! say a word.
//!
//! `hog`: no call of the computation waits, so nothing gives the turn away (K82). The other one
//! comes once all is computed. A condition says that it waits for one part at most, and fails,
//! always.
//!
//! `gives-way`: a pause of no time between the parts. The word comes after the first part.
//!
//! All is done after the same time both ways: to take turns spreads computation and speeds up
//! none of it (K75). One class each.

use std::time::Duration;

use unknot_checker::sim::green::Hub;
use unknot_checker::sim::{Cpu, Exception, Policy, Value, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::clock::seconds;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "cooperative-cpu-hog",
    family: "coroutines",
    about: "a greenlet that computes, and one that waits for its turn",
    covers: &["E68", "K75", "K82"],
    params: &[Param { name: "parts", about: "seconds of work", default: 5, min: 2, max: 100 }],
    variants: &[
        Variant::new(
            "hog",
            "it never gives its turn away",
            |params| computes(params, false),
            |params| {
                let parts = params.int("parts");
                let expected = Expectation::pass().outcomes([outcome(parts, parts)]);
                expected.always(Kind::InvariantViolation)
            },
        )
        .in_virtual_time(),
        Variant::new(
            "gives-way",
            "it does after each part",
            |params| computes(params, true),
            |params| Expectation::pass().outcomes([outcome(1, params.int("parts"))]),
        )
        .in_virtual_time(),
    ],
    source: source!("cooperative_cpu_hog.rs"),
};

fn outcome(word: i64, end: i64) -> Value {
    Value::Record(vec![("word at", word.into()), ("end at", end.into())])
}

fn computes(params: &Params, gives_way: bool) -> Result<Value, Exception> {
    let (hub, parts) = (Hub::new(true), params.int("parts"));
    let cpu = Cpu::named("cpu", 1, Policy::Fcfs)?;
    let theirs = hub.clone();
    let computation = hub.spawn("computes", move || {
        for _ in 0..parts {
            // Computing takes time and is no call that a hub knows of.
            cpu.compute(Duration::from_secs(1));
            if gives_way {
                theirs.pause(Duration::ZERO);
            }
        }
        Ok(0)
    });
    let word = hub.spawn("says a word", || {
        let waited = seconds()?;
        verify!(waited <= 1, "a turn within a second, not after {waited} s");
        Ok::<i64, Exception>(waited)
    });
    let ended = hub.joinall(vec![computation, word]);
    let mut word = 0;
    for result in ended {
        word += result??;
    }
    Ok(outcome(word, seconds()?))
}
