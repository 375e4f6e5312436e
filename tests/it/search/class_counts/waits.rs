//! Programs whose tasks wait for what others do.

use super::By::{Formula, Prefixes, Schedules};
use super::confirm;

/// Orders of the puts times orders of the gets, at any capacity: with two
/// items of each of two, 4!/2!² = 6 for either end; with one item each, P!·C!.
/// All three ways agree on all.
#[test]
fn bounded_queue() {
    const NAME: &str = "bench-bounded-queue/put-and-get";
    const fn sizes([n, consumers, items, capacity]: [i64; 4]) -> [(&'static str, i64); 4] {
        [("n", n), ("consumers", consumers), ("items", items), ("capacity", capacity)]
    }
    confirm(&[
        (NAME, &const { sizes([2, 1, 1, 1]) }, 2, 0, Schedules),
        (NAME, &const { sizes([2, 1, 2, 1]) }, 6, 0, Schedules),
        (NAME, &const { sizes([2, 1, 2, 2]) }, 6, 0, Schedules),
        (NAME, &const { sizes([2, 2, 1, 1]) }, 4, 0, Prefixes),
        (NAME, &const { sizes([2, 2, 2, 2]) }, 36, 0, Prefixes),
        (NAME, &const { sizes([3, 3, 1, 1]) }, 36, 0, Prefixes),
        (NAME, &const { sizes([1, 1, 1, 1]) }, 1, 0, Schedules),
        (NAME, &const { sizes([1, 1, 4, 1]) }, 1, 0, Schedules),
        (NAME, &const { sizes([1, 1, 4, 2]) }, 1, 0, Schedules),
        (NAME, &const { sizes([1, 1, 4, 9]) }, 1, 0, Prefixes),
    ]);
}

/// `rechecking` has the wait of the literature, one step that is possible while
/// the event is set: 5 classes with 3 stuck, and 11 with 1. All three ways
/// agree on these two.
///
/// The other numbers are not in the literature; reasoning, brute force and
/// `dpor` agree. `parking` has another wait: its arrival sees the flag, set or
/// not, and is ordered with every set and clear, and sets are ordered with one
/// another. So with one set and one clear there are 2 orders of these and 3
/// places for each wait: 6 for one and 18 for two. 1 of the 6 is stuck, and
/// 9 - 4 = 5 of the 18: the set comes first, and not all waits arrive before
/// the clear. With three of them and one wait, 3! orders and 4 places: 24. The
/// wait is stuck if a clear stands between the last set and it: with two sets
/// in the 2 orders that end with the clear and the wait; with two clears in 4
/// orders that end with a clear and the wait, and in 2 in which the set is
/// first and the wait between the clears.
///
/// `rechecking` with one of each: the wait is between set and clear, or behind
/// the set if that is last, or stuck. Two clears are dependent, since both can
/// disable a wait; so with a set, two clears and a wait there are 3! orders
/// with one place for the wait, from the set to the next clear, and for each
/// of the 4 that end with a clear a class in which it is stuck.
#[test]
fn event() {
    const PARKING: &str = "bench-event/parking";
    const RECHECKING: &str = "bench-event/rechecking";
    confirm(&[
        (RECHECKING, &[("n", 1)], 3, 1, Schedules),
        (RECHECKING, &[("n", 2)], 5, 3, Prefixes),
        (RECHECKING, &[("n", 1), ("sets", 2)], 11, 1, Prefixes),
        (RECHECKING, &[("n", 1), ("clears", 2)], 10, 4, Prefixes),
        (PARKING, &[("n", 1)], 6, 1, Schedules),
        (PARKING, &[("n", 2)], 18, 5, Prefixes),
        (PARKING, &[("n", 1), ("sets", 2)], 24, 2, Prefixes),
        (PARKING, &[("n", 1), ("clears", 2)], 24, 6, Prefixes),
    ]);
}

/// One producer and one consumer: 2·4^(k-1), whoever is woken, since there is
/// one waiter at most. All three ways agree to 4 items; the literature and
/// `dpor` at 6.
#[test]
fn bounded_buffer_of_two() {
    const ANY: &str = "bench-bounded-buffer/any-waiter";
    const FIRST: &str = "bench-bounded-buffer/first-waiter";
    confirm(&[
        (ANY, &[("n", 1)], 2, 0, Schedules),
        (ANY, &[("n", 1), ("items", 2)], 8, 0, Prefixes),
        (ANY, &[("n", 1), ("items", 3)], 32, 0, Prefixes),
        (ANY, &[("n", 1), ("items", 4)], 128, 0, Prefixes),
        (ANY, &[("n", 1), ("items", 6)], 2_048, 0, Formula),
        (FIRST, &[("n", 1)], 2, 0, Schedules),
        (FIRST, &[("n", 1), ("items", 4)], 128, 0, Prefixes),
        (FIRST, &[("n", 1), ("items", 6)], 2_048, 0, Formula),
    ]);
}

/// Several of a kind. Our wait is three steps where the literature's is two:
/// taking the notification from a private gauge commutes with all but the
/// notification, so it adds no class. The lock orders everything else. All
/// three ways agree, but for two producers and two consumers of two items,
/// where the literature's own brute force and `dpor` agree.
#[test]
fn bounded_buffer_of_more_with_any_waiter() {
    const NAME: &str = "bench-bounded-buffer/any-waiter";
    confirm(&[
        (NAME, &[("n", 2)], 16, 0, Prefixes),
        (NAME, &[("n", 2), ("consumers", 2)], 64, 0, Prefixes),
        (NAME, &[("n", 2), ("items", 2)], 2_432, 0, Prefixes),
        (NAME, &[("n", 2), ("consumers", 2), ("items", 2)], 86_336, 0, Formula),
    ]);
}

/// The same with the waiter that came first. With two producers of one item
/// and one consumer only one of a kind can wait, so there are no fewer classes
/// than with any waiter. The numbers are confirmed in the same ways.
#[test]
fn bounded_buffer_of_more_with_first_waiter() {
    const NAME: &str = "bench-bounded-buffer/first-waiter";
    confirm(&[
        (NAME, &[("n", 2)], 16, 0, Prefixes),
        (NAME, &[("n", 2), ("consumers", 2)], 56, 0, Prefixes),
        (NAME, &[("n", 2), ("items", 2)], 1_952, 0, Prefixes),
        (NAME, &[("n", 2), ("consumers", 2), ("items", 2)], 50_264, 0, Formula),
    ]);
}
