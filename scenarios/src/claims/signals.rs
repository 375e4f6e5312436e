//! Claims about semaphores and events (K26 to K33).

use unknot_checker::Judgement::{Holds, OnlyIf, Refuted};
use unknot_checker::{Claim, Exhibit, Kind, Topic};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "Semaphores and events", claims: CLAIMS };

const CLAIMS: &[Claim] = &[
    Claim {
        number: "K26",
        says: "at most n threads are inside a semaphore of n",
        documents: &["000", "002", "003"],
        judgement: Holds("as long as no task gives back what it did not take"),
        exhibits: &[
            Exhibit::passes("semaphore-limit/places"),
            Exhibit::may_give("semaphore-limit/places", "2"),
            Exhibit::sometimes("semaphore-over-release/plain", Kind::InvariantViolation),
        ],
    },
    Claim {
        number: "K27",
        says: "its counter never goes below zero: acquire at zero blocks",
        documents: &["000", "002", "003"],
        judgement: Holds("cars that find no place wait, and all come in at last"),
        exhibits: &[
            Exhibit::passes("semaphore-limit/places"),
            Exhibit::gives("semaphore-limit/stays", "10"),
        ],
    },
    Claim {
        number: "K28",
        says: "a bounded semaphore raises on one release too many, its only difference",
        documents: &["000", "003"],
        judgement: Holds(
            "the exception is raised where the count is exceeded, which need not be the wrong release",
        ),
        exhibits: &[
            Exhibit::sometimes("semaphore-over-release/plain", Kind::InvariantViolation),
            Exhibit::always("semaphore-over-release/bounded", Kind::Exception),
            Exhibit::may_give("semaphore-over-release/bounded", "at once=1 raised by=car"),
        ],
    },
    Claim {
        number: "K29",
        says: "setting an event wakes all waiters; a wait on a set event passes at once",
        documents: &["000", "002", "003"],
        judgement: Holds("while the event stays set: a task that comes after a clear waits"),
        exhibits: &[
            Exhibit::gives("event-latch/parked", "3"),
            Exhibit::gives("event-latch/rechecking", "3"),
            Exhibit::sometimes("event-pulse/pulse", Kind::Hang),
        ],
    },
    Claim {
        number: "K30",
        says: "a wait with a timeout returns after it, even if nothing was set",
        documents: &["000", "002", "003"],
        judgement: Holds("and it tells which of the two happened"),
        exhibits: &[
            Exhibit::gives("event-timeout-poll/timed-wait", "[2, 2]"),
            Exhibit::always("event-timeout-poll/plain-wait-setter-dies", Kind::Hang),
            Exhibit::gives("event-timeout-poll/gives-up", "6"),
        ],
    },
    Claim {
        number: "K31",
        says: "the program of the boss and the workers works",
        documents: &["000", "003"],
        judgement: Refuted(
            "a worker that clears late takes the signal from the others, and they wait for ever; with the document's pauses on a clock it ends",
        ),
        exhibits: &[
            Exhibit::sometimes("event-boss-worker/one-event", Kind::Hang),
            Exhibit::passes("event-boss-worker/one-event-timed"),
            Exhibit::passes("event-boss-worker/two-events"),
        ],
    },
    Claim {
        number: "K32",
        says: "clearing an event and then waiting waits for the next set",
        documents: &["000"],
        judgement: OnlyIf("the next set has not happened before the clear"),
        exhibits: &[
            Exhibit::sometimes("event-boss-worker/one-event", Kind::Hang),
            Exhibit::sometimes("event-boss-worker/one-event-rechecking", Kind::Hang),
            Exhibit::passes("event-boss-worker/generations"),
        ],
    },
    Claim {
        number: "K33",
        says: "workers start only after the ready signal",
        documents: &["002"],
        judgement: Holds("none passes the wait before the set"),
        exhibits: &[
            Exhibit::passes("event-latch/parked"),
            Exhibit::gives("event-latch/timed", "3"),
        ],
    },
];
