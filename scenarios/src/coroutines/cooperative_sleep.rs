//! Sleeps of greenlets overlap (E70 E98 E129).
//!
//! Two greenlets each say a word, sleep, and say it again. Main waits for both.
//!
//! ```text
//!   eat           play
//!   eat1
//!   sleep 2
//!                 play1
//!                 sleep 3
//!   eat2                       2 s
//!                 play2        3 s
//! ```
//!
//! `overlapping`: a sleep gives the turn to the next greenlet. So all take as long as the longest
//! of the sleeps: 3 s for 2 and 3, 5 s for 2 and 5. The clock says which one is next, and of two
//! that sleep equally long the one that began first. One class.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use unknot_checker::sim::green::Hub;
use unknot_checker::sim::{Exception, Value};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::clock::{said_after, seconds};
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "cooperative-sleep",
    family: "coroutines",
    about: "two greenlets that sleep",
    covers: &["E70", "E98", "E129"],
    params: SLEEPS,
    variants: &[Variant::new(
        "overlapping",
        "a sleep gives the turn away",
        |params| words(params, true),
        overlapping,
    )
    .in_virtual_time()],
    source: source!("cooperative_sleep.rs"),
};

/// How long the greenlets sleep.
pub(super) const SLEEPS: &[Param] = &[
    Param { name: "eat", about: "seconds that the first one sleeps", default: 2, min: 1, max: 100 },
    Param { name: "play", about: "seconds that the other one does", default: 3, min: 1, max: 100 },
];

/// What is said, and when all is over, where the sleeps overlap.
pub(super) fn overlapping(params: &Params) -> Expectation {
    let (eat, play) = (params.int("eat"), params.int("play"));
    let said = match eat <= play {
        true => "eat1 play1 eat2 play2",
        false => "eat1 play1 play2 eat2",
    };
    Expectation::pass().outcomes([said_after(said, eat.max(play))])
}

/// Both greenlets in a program whose sleeps are patched or not.
pub(super) fn words(params: &Params, patched: bool) -> Result<Value, Exception> {
    let (hub, said) = (Hub::new(patched), Rc::new(RefCell::new(vec![])));
    let greens = ["eat", "play"].map(|word| {
        let seconds = Duration::from_secs(params.int(word).unsigned_abs());
        let (theirs, said) = (hub.clone(), Rc::clone(&said));
        hub.spawn(word, move || {
            said.borrow_mut().push(format!("{word}1"));
            theirs.sleep(seconds);
            said.borrow_mut().push(format!("{word}2"));
        })
    });
    for ended in hub.joinall(greens.into()) {
        ended?;
    }
    let said = said.borrow().join(" ");
    Ok(said_after(&said, seconds()?))
}
