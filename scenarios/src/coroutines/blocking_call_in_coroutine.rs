//! An ordinary sleep stops all greenlets (E69 E70; K73 K74).
//!
//! The two greenlets of `cooperative-sleep`, which sleep as ordinary code does.
//!
//! ```text
//!   eat           play
//!   eat1
//!   sleep 2
//!   eat2                       2 s: the sleep kept the turn
//!                 play1
//!                 sleep 3
//!                 play2        5 s
//! ```
//!
//! `unpatched`: the call knows nothing of greenlets, so it keeps the turn, and one greenlet comes
//! after the other: the sum of the sleeps, 5 s, always (K73). Nothing is wrong but the time; so a
//! condition says that play begins at once, and it fails.
//!
//! `patched`: the same calls, replaced by ones that give the turn away: 3 s (K74).

use std::time::Duration;

use unknot_checker::sim::{Exception, Value, now, verify};
use unknot_checker::{Expectation, Kind, Params, Scenario, Variant};

use super::cooperative_sleep::{SLEEPS, overlapping, words};
use crate::clock::said_after;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "blocking-call-in-coroutine",
    family: "coroutines",
    about: "two greenlets that sleep as ordinary code does",
    covers: &["E69", "E70", "K73", "K74"],
    params: SLEEPS,
    variants: &[
        Variant::new(
            "unpatched",
            "sleeps that keep the turn",
            |params| in_time(params, false),
            |params| {
                let seconds = params.int("eat") + params.int("play");
                let expected = said_after("eat1 eat2 play1 play2", seconds);
                Expectation::pass().always(Kind::InvariantViolation).outcomes([expected])
            },
        )
        .in_virtual_time(),
        Variant::new(
            "patched",
            "sleeps that give the turn away",
            |params| in_time(params, true),
            overlapping,
        )
        .in_virtual_time(),
    ],
    source: source!("blocking_call_in_coroutine.rs"),
};

fn in_time(params: &Params, patched: bool) -> Result<Value, Exception> {
    let value = words(params, patched)?;
    let longest = params.int("eat").max(params.int("play")).unsigned_abs();
    let taken = now()?;
    verify!(taken <= Duration::from_secs(longest), "the sleeps overlap: {taken:?}");
    Ok(value)
}
