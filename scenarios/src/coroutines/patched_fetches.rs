//! Greenlets that fetch pages (E99 E130).
//!
//! Three greenlets each make a call to the network, which may take any time, and log that it is
//! over. Main waits for all.
//!
//! ```text
//!   fetch 0      fetch 1      fetch 2
//!   asks
//!                asks
//!                             asks
//!                is told                  any of them may be first
//!   is told
//!                             is told
//! ```
//!
//! `error-in-one`: the first call raises. The exception ends its greenlet, is told there, and goes
//! no further: the others end, and so does main, which never asks for results. The orders of
//! the others are all there are. The finding is in every execution; to main it is silent.
//!
//! `gathered`: each greenlet keeps its error as its result, and main asks for all: one error, and
//! all n! orders of the calls' ends. The classes are more, since a greenlet that is back may
//! stand in line before or after another step of the others: 8 for two calls, 108 for three.
//!
//! `serial-afterwards` (E130): on the clock, a second for each call; then the same calls one
//! after the other, with one stopwatch over both. It shows n + 1 seconds and compares nothing.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use unknot_checker::sim::green::Hub;
use unknot_checker::sim::{Exception, Value, now};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::orders::permutations;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "patched-fetches",
    family: "coroutines",
    about: "greenlets that make calls to the network",
    covers: &["E99", "E130"],
    params: &[Param { name: "fetches", about: "greenlets", default: 3, min: 2, max: 4 }],
    variants: &[
        Variant::new("error-in-one", "a call that raises", error_in_one, |params| {
            let n = params.size("fetches");
            Expectation::pass().always(Kind::Exception).outcomes(logs(1..n)).exhausts_if(n <= 3)
        }),
        Variant::new("gathered", "errors are results", gathered, |params| {
            let n = params.size("fetches");
            Expectation::pass().outcomes(logs(0..n)).exhausts_if(n <= 3)
        }),
        Variant::new("serial-afterwards", "one clock over two ways", serial, |params| {
            Expectation::pass().outcomes([params.int("fetches") + 1])
        })
        .in_virtual_time(),
    ],
    source: source!("patched_fetches.rs"),
};

/// The calls in each order of their ends.
fn logs(calls: Range<usize>) -> impl Iterator<Item = Value> {
    let calls: Vec<String> = calls.map(|nth| nth.to_string()).collect();
    permutations(&calls).into_iter().map(|order| order.join(" ").into())
}

const SECOND: Duration = Duration::from_secs(1);

fn not_found(nth: usize) -> Result<(), Exception> {
    match nth {
        0 => Err(Exception::new("URLError", "not found")),
        _ => Ok(()),
    }
}

fn error_in_one(params: &Params) -> Result<Value, Exception> {
    let (hub, ended) = (Hub::new(true), Rc::new(RefCell::new(vec![])));
    let greens = (0..params.size("fetches")).map(|nth| {
        let (theirs, ended) = (hub.clone(), Rc::clone(&ended));
        hub.spawn(("fetch", nth), move || -> Result<(), Exception> {
            theirs.sleep(SECOND);
            not_found(nth)?;
            ended.borrow_mut().push(nth.to_string());
            Ok(())
        })
    });
    let greens = greens.collect();
    let _results = hub.joinall(greens);
    let ended = ended.borrow().join(" ");
    Ok(ended.into())
}

fn gathered(params: &Params) -> Result<Value, Exception> {
    let (hub, ended) = (Hub::new(true), Rc::new(RefCell::new(vec![])));
    let greens = (0..params.size("fetches")).map(|nth| {
        let (theirs, ended) = (hub.clone(), Rc::clone(&ended));
        hub.spawn(("fetch", nth), move || {
            theirs.sleep(SECOND);
            ended.borrow_mut().push(nth.to_string());
            not_found(nth).err()
        })
    });
    let greens = greens.collect();
    let errors = hub.joinall(greens).into_iter().filter_map(Result::ok).flatten();
    assert_eq!(errors.count(), 1, "each error is in the results");
    let ended = ended.borrow().join(" ");
    Ok(ended.into())
}

fn serial(params: &Params) -> Result<Value, Exception> {
    let hub = Hub::new(true);
    let greens = (0..params.size("fetches")).map(|nth| {
        let theirs = hub.clone();
        hub.spawn(("fetch", nth), move || theirs.sleep(SECOND))
    });
    let greens = greens.collect();
    hub.joinall(greens);
    (0..params.size("fetches")).for_each(|_| hub.sleep(SECOND));
    Ok(now()?.as_secs().into())
}
