//! What is wrong with an execution that is not stuck, on hand-written executions:
//! exceptions, conditions, livelock, leaks.

use unknot_sim::{Access, Ended, Mode, Object};

use super::written::{Written, lock, on, semaphore, units, variable};
use super::{found, judge};
use crate::model::kind::Kind;

fn take() -> Access {
    units(0, Mode::Take, 1)
}

fn give() -> Access {
    units(0, Mode::Give, 1)
}

#[test]
fn exceptions() {
    let new = || Written::new(3, [variable()]);
    judge(
        &[Kind::Exception],
        [
            ("nobody failed", new().step(1, 0, "read", [on(0, Mode::Read)]).end(1), vec![]),
            (
                "behind its last step, whatever others do in between",
                new()
                    .step(1, 1, "read", [on(0, Mode::Read)])
                    .step(2, 2, "read", [on(0, Mode::Read)])
                    .panics(1),
                vec![found(Kind::Exception, [1], [], [1], [0])],
            ),
            (
                "it made no step: where it was started",
                new().start(0, 1).panics(1),
                vec![found(Kind::Exception, [1], [], [0], [0])],
            ),
            (
                "main, with no step at all",
                new().panics(0),
                vec![found(Kind::Exception, [0], [], [], [])],
            ),
            (
                "two that panic are two findings",
                new().step(1, 1, "read", []).step(2, 2, "read", []).panics(2).panics(1),
                vec![
                    found(Kind::Exception, [2], [], [2], [1]),
                    found(Kind::Exception, [1], [], [1], [0]),
                ],
            ),
            (
                "an exception: where it was made, behind the last step of its task",
                new().step(1, 1, "read", []).raises(1, 5),
                vec![found(Kind::Exception, [1], [], [5], [0])],
            ),
            (
                "passed on: the task that it left first comes first",
                new().step(2, 1, "read", []).raises(2, 5).joins(1, 2, 2).raises(1, 5),
                vec![
                    found(Kind::Exception, [2], [], [5], [0]),
                    found(Kind::Exception, [1], [], [5], []),
                ],
            ),
            (
                "in an execution that is cut as well",
                new().step(1, 1, "read", []).panics(1).ended(Ended::Cut),
                vec![found(Kind::Exception, [1], [], [1], [0])],
            ),
        ],
    );
}

#[test]
fn conditions() {
    let new = || Written::new(3, [variable()]).step(1, 1, "write", [on(0, Mode::Write)]);
    judge(
        &[Kind::InvariantViolation],
        [
            ("all hold", new(), vec![]),
            (
                "one does not: the place is that of the condition",
                new().violates(4).step(2, 2, "read", []),
                vec![found(Kind::InvariantViolation, [1], [], [4], [0])],
            ),
            (
                "two at one step",
                new().violates(4).violates(5),
                vec![
                    found(Kind::InvariantViolation, [1], [], [4], [0]),
                    found(Kind::InvariantViolation, [1], [], [5], [0]),
                ],
            ),
        ],
    );
}

/// Steps of (task, place) that look at a variable, cut at the end. Main waits for a
/// task, and so does every task that makes no step.
fn looks<const N: usize>(steps: [(u32, usize); N]) -> Written {
    let start = Written::new(3, [variable()]).step(1, 7, "write", [on(0, Mode::Write)]);
    let waiting = (1..3).filter(|&task| steps.iter().all(|(by, _)| *by != task));
    let waiting = waiting.fold(start.joins(0, 6, 1), |written, task| written.joins(task, 6, 0));
    let look = |written: Written, (task, at)| written.step(task, at, "read", [on(0, Mode::Read)]);
    steps.into_iter().fold(waiting, look).ended(Ended::Cut)
}

/// A step three times, beside main, which waits.
fn thrice(object: Object, access: Access) -> Written {
    let start = Written::new(2, [object]).joins(0, 6, 1);
    (0..3).fold(start, |written, _| written.step(1, 0, "step", [access])).ended(Ended::Cut)
}

/// Step 0 is a write, so the steps of `looks` begin with 1.
#[test]
fn what_repeats() {
    let rounds = || {
        let start = Written::new(2, [lock(1)]).joins(0, 6, 1);
        let round = |written: Written, _| {
            written.step(1, 0, "lock", [take()]).step(1, 1, "unlock", [give()])
        };
        (0..3).fold(start, round).ended(Ended::Cut)
    };
    let three = || looks([(1, 0), (1, 0), (1, 0)]);
    let livelock = |steps: [u32; 1]| vec![found(Kind::Livelock, [1], [], [0], steps)];
    judge(
        &[Kind::Livelock, Kind::BusyWait, Kind::Starvation],
        [
            ("one step, three times", three(), livelock([3])),
            ("only twice", looks([(1, 0), (1, 0)]), vec![]),
            (
                "two tasks in turn, three times",
                looks([(1, 0), (2, 1), (1, 0), (2, 1), (1, 0), (2, 1)]),
                vec![found(Kind::Livelock, [1, 2], [], [0, 1], [5, 6])],
            ),
            (
                "what comes before the block does not matter, but who could go on does",
                looks([(2, 3), (1, 0), (1, 1), (1, 0), (1, 1), (1, 0), (1, 1)]),
                vec![found(Kind::BusyWait, [1], [], [0, 1], [6, 7])],
            ),
            (
                "not in the same order",
                looks([(1, 0), (2, 1), (2, 1), (1, 0), (1, 0), (2, 1)]),
                vec![],
            ),
            ("not cut", three().ended(Ended::Complete), vec![]),
            (
                "what a variable holds is not in a trace: it may be the same each time",
                thrice(variable(), on(0, Mode::Update)),
                livelock([2]),
            ),
            (
                "a lock that is taken and given back is as before",
                rounds(),
                vec![found(Kind::Livelock, [1], [], [0, 1], [4, 5])],
            ),
            (
                "a task that waits for the lock could have taken it",
                rounds().blocked(0, 6, take()),
                vec![
                    found(Kind::BusyWait, [1], [], [0, 1], [4, 5]),
                    // It could take it after step 5, not after step 4.
                    found(Kind::Starvation, [0], [0], [6], [4, 5]),
                ],
            ),
        ],
    );
}

#[test]
fn what_comes_back_and_what_starves() {
    let livelock = |steps: [u32; 1]| vec![found(Kind::Livelock, [1], [], [0], steps)];
    judge(
        &[Kind::Livelock, Kind::BusyWait, Kind::Starvation],
        [
            ("more each time", thrice(semaphore(0), give()), vec![]),
            (
                "a try in vain changes nothing, and no other task has what it tries to take",
                thrice(semaphore(0), units(0, Mode::Try, 1)),
                livelock([2]),
            ),
            (
                "two of three units are never there together for main",
                {
                    let start = Written::new(3, [semaphore(1)]);
                    let round = |written: Written, _| {
                        let first = written.step(1, 0, "take", [units(0, Mode::Take, 1)]);
                        first.step(2, 1, "give", [units(0, Mode::Give, 1)])
                    };
                    let waits = units(0, Mode::Take, 2);
                    (0..3).fold(start, round).blocked(0, 6, waits).ended(Ended::Cut)
                },
                vec![
                    found(Kind::Livelock, [1, 2], [], [0, 1], [4, 5]),
                    found(Kind::Starvation, [0], [0], [6], [4, 5]),
                ],
            ),
        ],
    );
}

#[test]
fn leaks() {
    let held = || Written::new(3, [lock(1), lock(1)]).step(1, 1, "lock", [take()]);
    judge(
        &[Kind::Leak],
        [
            ("held at the end", held().end(1), vec![found(Kind::Leak, [1], [0], [1], [0])]),
            ("given back", held().step(1, 2, "unlock", [give()]), vec![]),
            ("given back by another", held().step(2, 2, "unlock", [give()]), vec![]),
            (
                "given back and taken by another",
                held().step(1, 2, "unlock", [give()]).step(2, 3, "lock", [take()]),
                vec![found(Kind::Leak, [2], [0], [3], [2])],
            ),
            ("a stuck execution has findings of its own", held().stuck(), vec![]),
            (
                "a permit has no owner to blame",
                Written::new(2, [semaphore(1)]).step(1, 1, "acquire", [take()]),
                vec![],
            ),
        ],
    );
}
