//! Lost updates on hand-written executions.
//!
//! The steps of a finding are: the read of the task that overwrites, its write,
//! the write that is lost, and the read that the lost write rests on, if any.

use unknot_sim::Access;
use unknot_sim::Mode::{Read, Update, Write};

use super::written::{Written, atomic, on, state, variable};
use super::{Found, found, judge};
use crate::model::kind::Kind;

/// Steps of (task, place, mode) on object 0.
fn cell<const N: usize>(steps: [(u32, usize, unknot_sim::Mode); N]) -> Written {
    let start = Written::new(4, [variable(), variable()]);
    steps
        .into_iter()
        .fold(start, |written, (task, at, mode)| written.step(task, at, "touch", [on(0, mode)]))
}

/// T1 overwrites what another task wrote.
fn lost<const S: usize>(by: u32, places: [usize; 3], steps: [u32; S]) -> Vec<Found> {
    vec![found(Kind::LostUpdate, [1, by], [0], places, steps)]
}

#[test]
fn whose_version_is_replaced() {
    judge(
        &[Kind::LostUpdate],
        [
            (
                "both read, both write",
                cell([(1, 0, Read), (2, 1, Read), (2, 2, Write), (1, 3, Write)]),
                lost(2, [0, 3, 2], [0, 3, 2, 1]),
            ),
            (
                "one after the other",
                cell([(1, 0, Read), (1, 1, Write), (2, 0, Read), (2, 1, Write)]),
                vec![],
            ),
            (
                "the lost write is blind: it rests on no read, and is lost all the same",
                cell([(1, 0, Read), (2, 1, Write), (1, 2, Write)]),
                lost(2, [0, 2, 1], [0, 2, 1]),
            ),
            (
                "the lost one is an update in one step, which is its own read",
                cell([(1, 0, Read), (2, 1, Update), (1, 2, Write)]),
                lost(2, [0, 2, 1], [0, 2, 1, 1]),
            ),
            (
                "of two in between the last is the one that is replaced",
                cell([(1, 0, Read), (2, 1, Write), (3, 2, Write), (1, 3, Write)]),
                lost(3, [0, 3, 2], [0, 3, 2]),
            ),
        ],
    );
}

#[test]
fn what_is_none() {
    judge(
        &[Kind::LostUpdate],
        [
            ("a blind write", cell([(2, 0, Write), (1, 1, Write)]), vec![]),
            (
                "blind again: nothing was read since the task's own last write",
                cell([(1, 0, Read), (1, 1, Write), (2, 2, Write), (1, 3, Write)]),
                vec![],
            ),
            (
                "read again in between: it saw what it replaces",
                cell([(1, 0, Read), (2, 1, Write), (1, 2, Read), (1, 3, Write)]),
                vec![],
            ),
            (
                "an update in one step sees what it replaces",
                cell([(1, 0, Read), (2, 1, Write), (1, 2, Update)]),
                vec![],
            ),
            (
                "and is a read for what the task writes later",
                cell([(1, 0, Read), (2, 1, Write), (1, 2, Update), (1, 3, Write)]),
                vec![],
            ),
            ("it only read", cell([(1, 0, Read), (2, 1, Write), (1, 2, Read)]), vec![]),
            (
                "the other one wrote another cell",
                cell([(1, 0, Read)]).step(2, 1, "touch", [on(1, Write)]).step(
                    1,
                    2,
                    "touch",
                    [on(0, Write)],
                ),
                vec![],
            ),
            (
                "the cell is the state of a primitive",
                Written::new(3, [state()])
                    .step(1, 0, "touch", [on(0, Read)])
                    .step(2, 1, "touch", [on(0, Write)])
                    .step(1, 2, "touch", [on(0, Write)]),
                vec![],
            ),
        ],
    );
}

/// Single accesses to an atomic may be lost as those to a plain variable.
#[test]
fn atomics_lose_updates_too() {
    let written = Written::new(3, [atomic()])
        .step(1, 0, "load", [on(0, Read)])
        .step(2, 1, "store", [on(0, Write)])
        .step(1, 2, "store", [on(0, Write)]);
    judge(&[Kind::LostUpdate], [("load, then store", written, lost(2, [0, 2, 1], [0, 2, 1]))]);
}

/// Two cells, two findings, each of its own.
#[test]
fn cells_are_kept_apart() {
    let written = Written::new(3, [variable(), variable()])
        .step(1, 0, "touch", [on(0, Read)])
        .step(1, 1, "touch", [on(1, Read)])
        .step(2, 2, "touch", [on(1, Write)])
        .step(2, 3, "touch", [on(0, Write)])
        .step(1, 4, "touch", [on(0, Write)])
        .step(1, 5, "touch", [on(1, Write)]);
    let expected = vec![
        found(Kind::LostUpdate, [1, 2], [0], [0, 4, 3], [0, 4, 3]),
        found(Kind::LostUpdate, [1, 2], [1], [1, 5, 2], [1, 5, 2]),
    ];
    judge(&[Kind::LostUpdate], [("crosswise", written, expected)]);
}

/// The slots of a cell are cells each of its own; some are seen for the first time late.
#[test]
fn slots_are_kept_apart() {
    let at = |slot, mode| Access { slot, ..on(0, mode) };
    let written = Written::new(3, [variable()])
        .step(1, 0, "get", [at(5, Read)])
        .step(2, 1, "set", [at(6, Write)])
        .step(1, 2, "set", [at(5, Write)])
        .step(1, 3, "copy", [at(5, Read), at(6, Read), at(9, Read)])
        .step(2, 4, "set", [at(9, Write)])
        .step(1, 5, "set", [at(6, Write)])
        .step(1, 6, "set", [at(9, Write)]);
    let expected = vec![found(Kind::LostUpdate, [1, 2], [0], [3, 6, 4], [3, 6, 4])];
    judge(&[Kind::LostUpdate], [("two keys of three", written, expected)]);
}
