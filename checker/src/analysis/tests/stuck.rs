//! Deadlocks, hangs and abandoned locks on hand-written executions.

use unknot_sim::{Ended, Mode, Object};

use super::written::{Written, event, lock, on, semaphore, units};
use super::{Found, found, judge};
use crate::model::kind::Kind;

const KINDS: &[Kind] = &[Kind::Deadlock, Kind::Hang, Kind::AbandonedLock];

/// Takes one unit.
fn take(object: u32) -> unknot_sim::Access {
    units(object, Mode::Take, 1)
}

fn give(object: u32) -> unknot_sim::Access {
    units(object, Mode::Give, 1)
}

/// Waits until an event is set.
fn signal(object: u32) -> unknot_sim::Access {
    units(object, Mode::Await, 1)
}

/// Main, three others, and these objects, which have the numbers 0, 1 …; the
/// ends of the tasks come after them.
fn four<const N: usize>(objects: [Object; N]) -> Written {
    Written::new(4, objects)
}

/// T1 holds lock 0 and wants lock 1, T2 the other way round. What main and T3 do is
/// left to the row.
fn crossed(written: Written) -> Written {
    written
        .step(1, 0, "lock", [take(0)])
        .step(2, 1, "lock", [take(1)])
        .blocked(1, 2, take(1))
        .blocked(2, 3, take(0))
}

/// The finding of `crossed`: steps 0 and 1, which took the locks, prove it.
fn knot() -> Found {
    found(Kind::Deadlock, [1, 2], [0, 1], [2, 3], [0, 1])
}

#[test]
fn resources() {
    let two = || crossed(four([lock(1), lock(1), event()])).end(0);
    judge(
        KINDS,
        [
            ("two locks in opposite orders", two().end(3).stuck(), vec![knot()]),
            ("cut by a bound, so nothing is final", two().end(3).ended(Ended::Cut), vec![]),
            (
                "who joins one of them is behind",
                crossed(four([lock(1), lock(1)])).joins(0, 4, 1).end(3).stuck(),
                vec![knot()],
            ),
            (
                "who wants one of the locks is behind",
                two().blocked(3, 4, take(0)).stuck(),
                vec![knot()],
            ),
            (
                "who waits for an event is stuck for a reason of its own",
                two().blocked(3, 4, signal(2)).stuck(),
                vec![knot(), found(Kind::Hang, [3], [2], [4], [])],
            ),
            (
                "a task that wants the lock it has",
                four([lock(1)])
                    .step(1, 0, "lock", [take(0)])
                    .blocked(1, 1, take(0))
                    .end(0)
                    .end(2)
                    .end(3)
                    .stuck(),
                vec![found(Kind::Deadlock, [1], [0], [1], [0])],
            ),
            (
                "given back and taken by another: the one who had it before is no part",
                four([lock(1), lock(1)])
                    .step(3, 0, "lock", [take(0)])
                    .step(3, 0, "unlock", [give(0)])
                    .step(1, 0, "lock", [take(0)])
                    .step(2, 1, "lock", [take(1)])
                    .blocked(1, 2, take(1))
                    .blocked(2, 3, take(0))
                    .joins(3, 4, 0)
                    .end(0)
                    .stuck(),
                vec![found(Kind::Deadlock, [1, 2], [0, 1], [2, 3], [2, 3])],
            ),
            (
                "handed on: T2 gives back what T1 took, and takes it itself",
                four([lock(1)])
                    .step(1, 0, "lock", [take(0)])
                    .step(2, 0, "unlock", [give(0)])
                    .step(2, 0, "lock", [take(0)])
                    .blocked(2, 1, take(0))
                    .end(0)
                    .end(1)
                    .end(3)
                    .stuck(),
                vec![found(Kind::Deadlock, [2], [0], [1], [2])],
            ),
        ],
    );
}

/// A lock that is handed on first come, first served: who has to wait does so at a gauge of
/// its own, here 2 and 3, and wants the lock.
#[test]
fn parked_for_what_has_owners() {
    let seats = || four([lock(1), lock(1), event(), event()]);
    let sought = |object| units(object, Mode::On, 1);
    let held = || {
        seats().step(1, 0, "lock", [take(0)]).step(2, 1, "lock", [take(1)]).parked(
            1,
            2,
            2,
            sought(1),
        )
    };
    judge(
        KINDS,
        [
            (
                "two locks in opposite orders",
                held().parked(2, 3, 3, sought(0)).end(0).end(3).stuck(),
                vec![knot()],
            ),
            (
                "one waits at the lock itself",
                held().blocked(2, 3, take(0)).end(0).end(3).stuck(),
                vec![knot()],
            ),
            (
                "nothing says what the second gauge is there for: any task might give to it",
                held().blocked(2, 3, take(3)).end(0).end(3).stuck(),
                vec![found(Kind::Hang, [2], [3], [3], [])],
            ),
            (
                "each for the end of the other",
                // The ends of tasks 1 and 2 are objects 5 and 6.
                seats().parked(1, 0, 2, sought(6)).parked(2, 1, 3, sought(5)).end(0).end(3).stuck(),
                vec![found(Kind::Deadlock, [1, 2], [5, 6], [0, 1], [])],
            ),
            (
                "the owner has ended",
                seats()
                    .step(1, 0, "lock", [take(0)])
                    .end(1)
                    .parked(2, 1, 2, sought(0))
                    .end(0)
                    .end(3)
                    .stuck(),
                vec![found(Kind::AbandonedLock, [2], [0], [1], [0])],
            ),
        ],
    );
}

#[test]
fn two_knots_are_two_findings() {
    let both = crossed(four([lock(1), lock(1), lock(1), lock(1)]))
        .step(0, 4, "lock", [take(2)])
        .step(3, 5, "lock", [take(3)])
        .blocked(0, 6, take(3))
        .blocked(3, 7, take(2))
        .stuck();
    let other = found(Kind::Deadlock, [0, 3], [2, 3], [6, 7], [2, 3]);
    judge(KINDS, [("two pairs that share nothing", both, vec![other, knot()])]);
}

/// The end of task n is object 1 + n here, and no task ever takes an end.
#[test]
fn joins() {
    let free = || four([lock(1)]);
    judge(
        KINDS,
        [
            (
                "two that join each other",
                free().joins(1, 0, 2).joins(2, 1, 1).end(0).end(3).stuck(),
                vec![found(Kind::Deadlock, [1, 2], [2, 3], [0, 1], [])],
            ),
            (
                "one that joins itself",
                free().joins(1, 0, 1).end(0).end(2).end(3).stuck(),
                vec![found(Kind::Deadlock, [1], [2], [0], [])],
            ),
            (
                "main joins T1, which wants the lock that main has",
                free()
                    .step(0, 0, "lock", [take(0)])
                    .joins(0, 1, 1)
                    .blocked(1, 2, take(0))
                    .end(2)
                    .end(3)
                    .stuck(),
                vec![found(Kind::Deadlock, [0, 1], [0, 2], [1, 2], [0])],
            ),
        ],
    );
}

/// A semaphore's permits are owned only while all are taken by unfinished tasks.
#[test]
fn permits() {
    judge(
        KINDS,
        [
            (
                "two with one permit each want one more of two",
                four([semaphore(2)])
                    .step(1, 0, "acquire", [take(0)])
                    .step(2, 1, "acquire", [take(0)])
                    .blocked(1, 2, take(0))
                    .blocked(2, 3, take(0))
                    .end(0)
                    .end(3)
                    .stuck(),
                vec![found(Kind::Deadlock, [1, 2], [0], [2, 3], [0, 1])],
            ),
            (
                "a permit is free, but each wants two at once: anybody might give one",
                four([semaphore(3)])
                    .step(1, 0, "acquire", [take(0)])
                    .step(2, 1, "acquire", [take(0)])
                    .blocked(1, 2, units(0, Mode::Take, 2))
                    .blocked(2, 3, units(0, Mode::Take, 2))
                    .end(0)
                    .end(3)
                    .stuck(),
                vec![
                    found(Kind::Hang, [1], [0], [2], [0, 1]),
                    found(Kind::Hang, [2], [0], [3], [0, 1]),
                ],
            ),
            (
                "the taker has ended: a semaphore is not abandoned",
                four([semaphore(1)])
                    .step(1, 0, "acquire", [take(0)])
                    .end(1)
                    .blocked(2, 1, take(0))
                    .end(0)
                    .end(3)
                    .stuck(),
                vec![found(Kind::Hang, [2], [0], [1], [0])],
            ),
            (
                "nobody ever had one: a semaphore that begins with nothing",
                four([semaphore(0)]).blocked(2, 1, take(0)).end(0).end(1).end(3).stuck(),
                vec![found(Kind::Hang, [2], [0], [1], [])],
            ),
        ],
    );
}

/// A read-write lock of 8 units: a reader has 1, a writer wants 8.
#[test]
fn several_owners() {
    let readers = || {
        four([lock(8), lock(1), event()])
            .step(1, 0, "read", [take(0)])
            .step(3, 0, "read", [take(0)])
            .step(2, 1, "lock", [take(1)])
            .blocked(2, 2, units(0, Mode::Take, 8))
    };
    judge(
        KINDS,
        [
            (
                "two readers that both want to write",
                four([lock(8)])
                    .step(1, 0, "read", [take(0)])
                    .step(2, 1, "read", [take(0)])
                    .blocked(1, 2, units(0, Mode::Take, 8))
                    .blocked(2, 3, units(0, Mode::Take, 8))
                    .end(0)
                    .end(3)
                    .stuck(),
                vec![found(Kind::Deadlock, [1, 2], [0], [2, 3], [0, 1])],
            ),
            (
                "one of two readers closes the knot, whatever the other does",
                readers().blocked(1, 3, take(1)).blocked(3, 4, signal(2)).end(0).stuck(),
                vec![
                    found(Kind::Deadlock, [1, 2], [0, 1], [3, 2], [0, 1, 2]),
                    found(Kind::Hang, [3], [2], [4], []),
                ],
            ),
            (
                "a reader that waits for an event makes no knot of the writer",
                readers().blocked(1, 3, signal(2)).blocked(3, 4, signal(2)).end(0).stuck(),
                vec![found(Kind::Hang, [1], [2], [3], []), found(Kind::Hang, [3], [2], [4], [])],
            ),
        ],
    );
}

#[test]
fn hangs() {
    judge(
        KINDS,
        [
            (
                // T2 set the event before and would do so again; it waits for the
                // lock that T1 holds. A cycle, but through a wait that any task can end.
                "a possible peer never makes a knot",
                four([lock(1), event()])
                    .step(2, 0, "set", [units(1, Mode::Set, 1)])
                    .step(1, 1, "clear", [units(1, Mode::Set, 0)])
                    .step(1, 2, "lock", [take(0)])
                    .blocked(1, 3, signal(1))
                    .blocked(2, 4, take(0))
                    .end(0)
                    .end(3)
                    .stuck(),
                vec![found(Kind::Hang, [1], [1], [3], [])],
            ),
            (
                "who joins a task that hangs is behind it",
                four([event()]).blocked(1, 0, signal(0)).joins(0, 1, 1).end(2).end(3).stuck(),
                vec![found(Kind::Hang, [1], [0], [0], [])],
            ),
            (
                "each that waits is a finding",
                four([event()])
                    .blocked(1, 0, signal(0))
                    .blocked(2, 1, signal(0))
                    .end(0)
                    .end(3)
                    .stuck(),
                vec![found(Kind::Hang, [1], [0], [0], []), found(Kind::Hang, [2], [0], [1], [])],
            ),
            (
                "set in the meantime: the wait is not blocked",
                four([event()])
                    .blocked(1, 0, signal(0))
                    .step(2, 1, "set", [units(0, Mode::Set, 1)])
                    .stuck(),
                vec![],
            ),
            (
                "a cell is looked at without waiting",
                four([event()]).step(1, 0, "read", [on(0, Mode::Look)]).end(1).stuck(),
                vec![],
            ),
        ],
    );
}

#[test]
fn abandoned_locks() {
    let dead = || four([lock(1)]).step(1, 0, "lock", [take(0)]).end(1).end(0);
    judge(
        KINDS,
        [
            (
                "the owner has ended",
                dead().blocked(2, 1, take(0)).end(3).stuck(),
                vec![found(Kind::AbandonedLock, [2], [0], [1], [0])],
            ),
            (
                "who joins the one that waits is behind it",
                dead().blocked(2, 1, take(0)).joins(3, 2, 2).stuck(),
                vec![found(Kind::AbandonedLock, [2], [0], [1], [0])],
            ),
            (
                "given back by another before that",
                four([lock(1)])
                    .step(1, 0, "lock", [take(0)])
                    .step(2, 1, "unlock", [give(0)])
                    .end(1)
                    .step(2, 2, "lock", [take(0)])
                    .blocked(2, 3, take(0))
                    .end(0)
                    .end(3)
                    .stuck(),
                vec![found(Kind::Deadlock, [2], [0], [3], [3])],
            ),
        ],
    );
}
