//! Data races on hand-written executions: what orders two accesses, and what
//! does not.

use unknot_sim::Mode::{Await, Give, Look, Read, Set, Take, Try, Update, Write};
use unknot_sim::{Access, Mode};

use super::written::{Written, atomic, lock, on, semaphore, units, variable};
use super::{Found, found, judge};
use crate::model::kind::Kind;

/// T1 writes the variable 0, then this happens, then T2 reads it. Object 1 is a
/// lock, 2 a semaphore without a permit, 3 an atomic.
fn between<const N: usize>(steps: [(u32, Access); N]) -> Written {
    let start = Written::new(3, [variable(), lock(1), semaphore(0), atomic()]);
    let start = start.step(1, 0, "write", [on(0, Write)]);
    let middle = steps.into_iter();
    let written =
        middle.fold(start, |written, (task, access)| written.step(task, 2, "order", [access]));
    written.step(2, 1, "read", [on(0, Read)])
}

fn one(object: u32, mode: Mode) -> Access {
    units(object, mode, 1)
}

/// The race of `between`, with this number for its second step.
fn race(second: u32) -> Vec<Found> {
    vec![found(Kind::DataRace, [1, 2], [0], [0, 1], [0, second])]
}

#[test]
fn what_orders_a_write_and_a_read() {
    judge(
        &[Kind::DataRace],
        [
            ("nothing", between([]), race(1)),
            ("T1 gives, T2 takes", between([(1, one(2, Give)), (2, one(2, Take))]), vec![]),
            ("T1 gives, T2 awaits", between([(1, one(2, Give)), (2, one(2, Await))]), vec![]),
            ("T1 sets, T2 awaits", between([(1, one(2, Set)), (2, one(2, Await))]), vec![]),
            (
                "T1 gives, T2 tries and gets it",
                between([(1, one(2, Give)), (2, one(2, Try))]),
                vec![],
            ),
            ("T2 tries in vain, T1 gives", between([(2, one(2, Try)), (1, one(2, Give))]), race(3)),
            ("T1 only gives", between([(1, one(2, Give))]), race(2)),
            (
                "T2 gives and T1 takes: the other way round",
                between([(2, one(2, Give)), (1, one(2, Take))]),
                race(3),
            ),
            (
                "a lock that T1 took and gave back before T2 took it",
                between([(1, one(1, Take)), (1, one(1, Give)), (2, one(1, Take))]),
                vec![],
            ),
            (
                "two locks, one for each",
                between([
                    (1, one(1, Take)),
                    (1, one(1, Give)),
                    (2, one(2, Give)),
                    (2, one(2, Take)),
                ]),
                race(5),
            ),
            ("through an atomic", between([(1, on(3, Write)), (2, on(3, Read))]), vec![]),
            (
                "an atomic that T2 only writes",
                between([(1, on(3, Write)), (2, on(3, Write))]),
                race(3),
            ),
            (
                "through main: T1 gives to it, and it to T2",
                between([
                    (1, one(2, Give)),
                    (0, one(2, Take)),
                    (0, on(3, Write)),
                    (2, on(3, Read)),
                ]),
                vec![],
            ),
        ],
    );
}

#[test]
fn which_accesses_race() {
    let two = |first, second| {
        Written::new(3, [variable(), atomic()]).step(1, 0, "touch", [on(0, first)]).step(
            2,
            1,
            "touch",
            [on(0, second)],
        )
    };
    judge(
        &[Kind::DataRace],
        [
            ("two reads", two(Read, Read), vec![]),
            ("a read and a write", two(Read, Write), race(1)),
            ("two writes", two(Write, Write), race(1)),
            ("two updates in one step each", two(Update, Update), race(1)),
            (
                "an atomic is there for that",
                Written::new(3, [variable(), atomic()]).step(1, 0, "store", [on(1, Write)]).step(
                    2,
                    1,
                    "load",
                    [on(1, Read)],
                ),
                vec![],
            ),
            (
                "the same two in the other order are the same finding",
                Written::new(3, [variable()]).step(2, 1, "touch", [on(0, Read)]).step(
                    1,
                    0,
                    "touch",
                    [on(0, Write)],
                ),
                race(1),
            ),
            (
                "of two earlier accesses the last is named",
                Written::new(3, [variable()])
                    .step(1, 3, "touch", [on(0, Write)])
                    .step(1, 0, "touch", [on(0, Write)])
                    .step(2, 1, "touch", [on(0, Read)]),
                vec![found(Kind::DataRace, [1, 2], [0], [0, 1], [1, 2])],
            ),
        ],
    );
}

#[test]
fn starts_and_ends_order() {
    let main = |written: Written| written.step(0, 0, "write", [on(0, Write)]);
    let child = |written: Written| written.step(1, 1, "read", [on(0, Read)]);
    let new = || Written::new(2, [variable()]);
    let of = |steps: [u32; 2]| vec![found(Kind::DataRace, [0, 1], [0], [0, 1], steps)];
    // The end of T1 is object 2: the variable and the end of main come first.
    let joined = |mode| move |written: Written| written.step(0, 2, "join", [units(2, mode, 1)]);
    judge(
        &[Kind::DataRace],
        [
            ("written before the start", child(main(new()).start(0, 1)), vec![]),
            ("written after the start", child(main(new().start(0, 1))), of([1, 2])),
            (
                "written after the join",
                main(joined(Await)(child(new().start(0, 1)).end(1))),
                vec![],
            ),
            (
                "written after it was seen alive",
                main(joined(Look)(child(new().start(0, 1)).end(1))),
                vec![],
            ),
            (
                "seen alive before the end orders nothing",
                child(main(new().start(0, 1).step(0, 2, "look", [units(2, Look, 1)]))),
                of([2, 3]),
            ),
        ],
    );
}
