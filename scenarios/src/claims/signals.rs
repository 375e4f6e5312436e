//! Claims about semaphores and events (K26 to K33).

use unknot_checker::Judgement::{Holds, OnlyIf, Refuted};
use unknot_checker::{Claim, Kind, Topic, Witness};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "Semaphores and events", claims: CLAIMS };

const CLAIMS: &[Claim] = &[
Claim { number: "K26", says: "at most n threads are inside a semaphore of n", documents: &["000", "002", "003"], judgement: Holds("as long as no task gives back what it did not take"), witnesses: &[
Witness::passes("semaphore-limit/places"),
Witness::may_give("semaphore-limit/places", "2"),
Witness::sometimes("semaphore-over-release/plain", Kind::InvariantViolation),
]},
Claim { number: "K27", says: "its counter never goes below zero: acquire at zero blocks", documents: &["000", "002", "003"], judgement: Holds("cars that find no place wait, and all come in at last"), witnesses: &[
Witness::passes("semaphore-limit/places"),
Witness::gives("semaphore-limit/stays", "10"),
]},
Claim { number: "K28", says: "a bounded semaphore raises on one release too many, its only difference", documents: &["000", "003"], judgement: Holds("the exception is raised where the count is exceeded, which need not be the wrong release"), witnesses: &[
Witness::sometimes("semaphore-over-release/plain", Kind::InvariantViolation),
Witness::always("semaphore-over-release/bounded", Kind::Exception),
Witness::may_give("semaphore-over-release/bounded", "at once=1 raised by=car"),
]},
Claim { number: "K29", says: "setting an event wakes all waiters; a wait on a set event passes at once", documents: &["000", "002", "003"], judgement: Holds("while the event stays set: a task that comes after a clear waits"), witnesses: &[
Witness::gives("event-latch/parked", "3"),
Witness::gives("event-latch/rechecking", "3"),
Witness::sometimes("event-pulse/pulse", Kind::Hang),
]},
Claim { number: "K30", says: "a wait with a timeout returns after it, even if nothing was set", documents: &["000", "002", "003"], judgement: Holds("and it tells which of the two happened"), witnesses: &[
Witness::gives("event-timeout-poll/timed-wait", "[2, 2]"),
Witness::always("event-timeout-poll/plain-wait-setter-dies", Kind::Hang),
Witness::gives("event-timeout-poll/gives-up", "6"),
]},
Claim { number: "K31", says: "the program of the boss and the workers works", documents: &["000", "003"], judgement: Refuted("a worker that clears late takes the signal from the others, and they wait for ever; with the document's pauses on a clock it ends"), witnesses: &[
Witness::sometimes("event-boss-worker/one-event", Kind::Hang),
Witness::passes("event-boss-worker/one-event-timed"),
Witness::passes("event-boss-worker/two-events"),
]},
Claim { number: "K32", says: "clearing an event and then waiting waits for the next set", documents: &["000"], judgement: OnlyIf("the next set has not happened before the clear"), witnesses: &[
Witness::sometimes("event-boss-worker/one-event", Kind::Hang),
Witness::sometimes("event-boss-worker/one-event-rechecking", Kind::Hang),
Witness::passes("event-boss-worker/generations"),
]},
Claim { number: "K33", says: "workers start only after the ready signal", documents: &["002"], judgement: Holds("none passes the wait before the set"), witnesses: &[
Witness::passes("event-latch/parked"),
Witness::gives("event-latch/timed", "3"),
]},
];
