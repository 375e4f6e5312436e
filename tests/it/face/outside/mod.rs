//! Programs from outside: examples of textbooks and of documentation, and reports of bugs, reduced.
//!
//! What each one comes to was found by reading the documentation of tokio and parking_lot, and
//! stands beside it with the reason; the numbers of classes are not pinned.

mod channels;
mod locks;
mod tasks;
mod timers;
mod told;

use std::future::Future;
use std::pin::Pin;
use std::task::Poll;

use unknot_checker::Kind;
use unknot_checker::sim::TimeMode;
use unknot_checker::strategy::Dpor;
use unknot_std::Builder;
use unknot_std::time::Duration;

use super::{MANY, compare};
use crate::kit::classes::classes;

const SECOND: Duration = Duration::from_secs(1);

/// What the documentation says that a program comes to: whether an execution may be stuck, what
/// comes out of the others, and the kinds of what is found.
type Claim<'a> = (bool, &'a [&'a str], &'a [Kind]);

/// Both searches find exactly what is claimed; the reduced one alone if the program is too large
/// for the plain one.
#[track_caller]
fn claim(name: &str, program: fn() -> String, claimed: Claim<'_>) {
    let all = Builder::new().explore_by(program, |program| {
        match compare(program, true, 60_000) {
            Some(both) => both.unwrap_or_else(|wrong| panic!("{name}: {wrong}")),
            // It is too large for the plain search.
            None => classes(program, TimeMode::Any, Dpor::new(), MANY),
        }
    });
    assert!(!all.too_many && all.cut == 0, "{name}: all of it is run");
    let (told, found) = all.told();
    let told: Vec<&str> = told.iter().map(|outcome| outcome.trim_matches('"')).collect();
    let found: Vec<Kind> = found.into_iter().collect();
    assert_eq!((all.stuck() > 0, &*told, &*found), claimed, "{name}");
}

/// Polls a future once.
async fn once<F: Future + ?Sized>(future: &mut Pin<&mut F>) -> Option<F::Output> {
    std::future::poll_fn(|cx| {
        let polled = future.as_mut().poll(cx);
        Poll::Ready(match polled {
            Poll::Ready(value) => Some(value),
            Poll::Pending => None,
        })
    })
    .await
}
