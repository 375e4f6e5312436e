//! Programs of "The Little Book of Semaphores": signals are hangs, never deadlocks,
//! and a semaphore that serves as a lock is one.

use unknot_checker::Kind;

use super::programs::*;
use super::{Row, judge};

#[test]
fn right_forms_are_never_stuck() {
    let right = [
        ("philosophers with a footman", philosophers(3, 2)),
        ("rendezvous", rendezvous(false)),
        ("turnstile", turnstile(3, true)),
        ("sleeping barber", barber(2, 1, true)),
        ("smokers", smokers(true)),
        ("readers and writers", readers_writers(2, true)),
        ("producer and consumer", producer_consumer(2, false)),
        ("water", water(2)),
        ("token ring", token_ring(3, true)),
        ("bathroom", bathroom(true)),
        ("a condition that is looked at", missed_notify(true)),
        ("sentinels", sentinels(2, 2)),
    ];
    judge(right.map(|(name, program)| Row { name, program, kinds: &[], findings: 0 }));
}

#[test]
fn broken_forms() {
    judge([
        // Each fork is given back by the one that took it: a lock.
        Row {
            name: "philosophers without a footman",
            program: philosophers(3, 3),
            kinds: &[(Kind::Deadlock, 6)],
            findings: 1,
        },
        Row {
            name: "rendezvous, both wait first",
            program: rendezvous(true),
            kinds: &[(Kind::Hang, 1)],
            findings: 1,
        },
        // Whichever of the three is let through, the other two stay.
        Row {
            name: "turnstile that is not passed on",
            program: turnstile(3, false),
            kinds: &[(Kind::Hang, 18)],
            findings: 1,
        },
        Row {
            name: "sleeping barber, served before it is woken",
            program: barber(2, 1, false),
            kinds: &[(Kind::Hang, 2)],
            findings: 1,
        },
        // For each pair of ingredients two smokers may have one of it each: three
        // standstills, in each of which the agent and all three smokers wait.
        Row { name: "smokers", program: smokers(false), kinds: &[(Kind::Hang, 3)], findings: 3 },
        // The writer waits for the room, or a reader that is the first once more.
        Row {
            name: "readers that never open the room",
            program: readers_writers(2, false),
            kinds: &[(Kind::Hang, 8)],
            findings: 2,
        },
        // The producer has the mutex and waits for room, or the consumer has it and
        // waits for an item. The other is behind the mutex, which is a lock; room and
        // items are signals, so this is no cycle that is certain.
        Row {
            name: "producer and consumer, the mutex first",
            program: producer_consumer(2, true),
            kinds: &[(Kind::Hang, 3)],
            findings: 2,
        },
        Row { name: "water", program: water(1), kinds: &[(Kind::Hang, 1)], findings: 1 },
        Row {
            name: "token ring",
            program: token_ring(3, false),
            kinds: &[(Kind::Hang, 1)],
            findings: 1,
        },
        Row { name: "bathroom", program: bathroom(false), kinds: &[(Kind::Hang, 8)], findings: 1 },
        Row {
            name: "a condition that is not looked at",
            program: missed_notify(false),
            kinds: &[(Kind::Hang, 1)],
            findings: 1,
        },
        Row { name: "sentinels", program: sentinels(3, 1), kinds: &[(Kind::Hang, 3)], findings: 1 },
    ]);
}
