//! Programs of atomic steps.

use super::By::{Formula, Prefixes, Schedules};
use super::confirm;

/// n!: the order of the additions, since what each returns is used.
#[test]
fn fetch_add() {
    const NAME: &str = "bench-fetch-add/numbers";
    confirm(&[
        (NAME, &[("n", 1)], 1, 0, Schedules),
        (NAME, &[("n", 3)], 6, 0, Schedules),
        (NAME, &[("n", 5)], 120, 0, Prefixes),
        (NAME, &[("n", 7)], 5_040, 0, Formula),
    ]);
}

/// 46: see the head of the scenario. With three tasks there are 68,892, by brute
/// force and by a model without the tool: an order of the exchanges, and for
/// each the ways to come to it.
#[test]
fn treiber_stack() {
    const NAME: &str = "bench-treiber-stack/push-then-pop";
    confirm(&[
        (NAME, &[("n", 1)], 1, 0, Schedules),
        (NAME, &[("n", 2)], 46, 0, Prefixes),
        (NAME, &[("n", 3)], 68_892, 0, Formula),
    ]);
}
