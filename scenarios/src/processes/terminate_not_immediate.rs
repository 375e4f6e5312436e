//! A process that was told to end lives on for a while (E28; K53 K54; M21).
//!
//! Main starts a process that would go on for long. It tests whether that is alive, tells
//! it to end, and tests twice more.
//!
//! ```text
//!   main                 child
//!   is_alive: true
//!   terminate
//!   is_alive: true
//!   is_alive: true
//!                        killed
//! ```
//!
//! `test-after-terminate`: `terminate` only asks the system for the death, which is a step
//! of its own, at any time after that. It comes before the second test, between the two,
//! or after the third: TFF, TTF, TTT, one class each. The documents say that the third
//! test is false. It is not in TTT, and that is the violation, in one class of the three.
//! A pause without a duration would change nothing.
//!
//! `pause`: durations count, and main pauses for 0.1 s, as the documents do, before it
//! tests again. The clock stands still while anything can go on, and the death can. So the
//! child is dead when the pause is over, always: TFF, in one class. On a real machine that
//! is likely and no more.
//!
//! `join-then-test`: main joins the child before it tests again. A join ends only behind
//! the death, so both tests are false: TFF, one class.
//!
//! The child waits for what never comes, so it has no end of its own and its exit code is
//! that of the signal. With an end it could be dead before the first test.

use std::time::Duration;

use unknot_checker::sim::process::{self, KillableProcess, Semaphore};
use unknot_checker::sim::{Exception, Value, sleep, verify};
use unknot_checker::{Expectation, Kind, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "terminate-not-immediate",
    family: "processes",
    about: "is_alive is asked after terminate",
    covers: &["E28", "K53", "K54", "M21"],
    params: &[],
    variants: &[
        Variant::new(
            "test-after-terminate",
            "main tests twice after it has terminated the child",
            |_| test(|_| Ok(())),
            |_| {
                let outcomes = [[true, false, false], [true, true, false], [true, true, true]];
                tests(&outcomes).sometimes(Kind::InvariantViolation)
            },
        ),
        Variant::new(
            "pause",
            "on a clock; main pauses before it tests",
            |_| {
                test(|_| {
                    sleep(Duration::from_millis(100));
                    Ok(())
                })
            },
            |_| tests(&[[true, false, false]]),
        )
        .in_virtual_time(),
        Variant::new(
            "join-then-test",
            "main joins the child before it tests",
            |_| {
                test(|child| {
                    child.join()?;
                    let code = child.exit_code();
                    verify!(code == Some(-15), "the child ended with {code:?}");
                    Ok(())
                })
            },
            |_| tests(&[[true, false, false]]),
        ),
    ],
    source: source!("terminate_not_immediate.rs"),
};

fn tests(outcomes: &[[bool; 3]]) -> Expectation {
    Expectation::pass().outcomes(outcomes.iter().map(|tests| tests.to_vec()))
}

fn test(between: fn(&KillableProcess) -> Result<(), Exception>) -> Result<Value, Exception> {
    // A permit that never comes stands for a sleep that is longer than any test.
    let long = Semaphore::named("long sleep", 0);
    let child = process::new(long, |long| long.acquire()).named("child");
    let child = child.killable().start()?;
    let first = child.is_alive();
    child.terminate();
    between(&child)?;
    let second = child.is_alive();
    let third = child.is_alive();
    verify!(!third, "the child was terminated and is alive");
    Ok(vec![first, second, third].into())
}
