//! When stuck sets closed, and whether other tasks went on, on hand-written executions.

use unknot_sim::{Access, Mode, TaskId};

use super::written::{Written, event, lock, units};
use crate::analysis::closing::closing;
use crate::analysis::handed::Handed;
use crate::analysis::stuck::wait_for;

fn take(object: u32) -> Access {
    units(object, Mode::Take, 1)
}

/// T1 and T2 have a lock each and want the other's. T1 makes step 0, T2 step 1.
fn crossed() -> Written {
    Written::new(4, [lock(1), lock(1), event()])
        .step(1, 0, "lock", [take(0)])
        .step(2, 1, "lock", [take(1)])
        .blocked(1, 2, take(1))
        .blocked(2, 3, take(0))
}

fn signal() -> Access {
    units(2, Mode::Await, 1)
}

fn set(shows: i64) -> Access {
    units(2, Mode::Set, shows)
}

/// An execution in words and as it is written, the stuck set, when it closed,
/// and which tasks went on.
type Row = (&'static str, Written, &'static [u32], Option<u32>, &'static [u32]);

fn judge<const N: usize>(rows: [Row; N]) {
    for (name, written, set, closed_at, others) in rows {
        let written = written.stuck();
        let set: Vec<TaskId> = set.iter().map(|&task| TaskId(task)).collect();
        let execution = written.execution();
        let wait_for = wait_for(&execution, &Handed::of(&execution));
        let closing = closing(&execution, &wait_for, &set);
        let without: Vec<u32> = closing.others.iter().map(|&TaskId(task)| task).collect();
        assert_eq!((closing.closed_at, without.as_slice()), (closed_at, others), "{name}");
        assert_eq!(closing.is_partial(), !others.is_empty(), "{name}");
    }
}

#[test]
fn without_whom() {
    judge([
        ("nobody else", crossed().joins(0, 4, 1).joins(3, 4, 2), &[1, 2], Some(1), &[]),
        (
            "main ran on before it joined: it is behind all the same",
            crossed().step(0, 4, "print", []).joins(0, 4, 1).joins(3, 4, 2),
            &[1, 2],
            Some(1),
            &[],
        ),
        ("T3 ended afterwards", crossed().joins(0, 4, 1).end(3), &[1, 2], Some(1), &[3]),
        (
            "T3 had ended before",
            Written::new(4, [lock(1)])
                .end(3)
                .step(1, 0, "lock", [take(0)])
                .blocked(1, 1, take(0))
                .joins(0, 4, 1)
                .joins(2, 4, 1),
            &[1],
            Some(1),
            &[3],
        ),
        (
            "a daemon does not count",
            crossed().joins(0, 4, 1).daemon(3).end(3),
            &[1, 2],
            Some(1),
            &[],
        ),
        (
            "T3 ran on until it got stuck for a reason of its own",
            crossed().joins(0, 4, 1).step(3, 5, "read", []).blocked(3, 5, signal()),
            &[1, 2],
            Some(1),
            &[3],
        ),
        (
            "T3 was stuck already, and neither ran on nor finished",
            crossed().joins(0, 4, 1).blocked(3, 5, signal()),
            &[1, 2],
            Some(1),
            &[],
        ),
    ]);
}

#[test]
fn when() {
    judge([
        (
            "T3's hang closed when it was started: before the first step",
            crossed().joins(0, 4, 3).blocked(3, 5, signal()),
            &[3],
            None,
            &[1, 2],
        ),
        (
            "set and cleared again while T3 was waiting: closed by the clear",
            Written::new(4, [lock(1), lock(1), event()])
                .step(3, 0, "read", [])
                .blocked(3, 5, signal())
                .step(2, 1, "set", [set(1)])
                .step(2, 2, "clear", [set(0)])
                .step(2, 3, "read", [])
                .joins(0, 4, 3)
                .joins(1, 4, 3)
                .joins(2, 4, 3),
            &[3],
            Some(2),
            &[],
        ),
        (
            "an abandoned lock closes with the end of its owner, step 3",
            Written::new(4, [lock(1)])
                .step(1, 0, "lock", [take(0)])
                .step(2, 1, "read", [])
                .blocked(2, 1, take(0))
                .step(1, 1, "read", [])
                .end(1)
                .joins(0, 4, 2)
                .joins(3, 4, 2),
            &[2],
            Some(3),
            &[1],
        ),
        (
            "T1 had arrived before T2 took what it waits for",
            Written::new(3, [lock(1), lock(1)])
                .step(1, 0, "lock", [take(0)])
                .blocked(1, 2, take(1))
                .step(2, 0, "read", [])
                .step(2, 1, "lock", [take(1)])
                .blocked(2, 3, take(0))
                .joins(0, 4, 1),
            &[1, 2],
            Some(2),
            &[],
        ),
    ]);
}
