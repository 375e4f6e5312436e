//! The scenarios of the catalogue about locks, and a few about updates: what is predicted of
//! each form, and what becomes of it.

use unknot_checker::Checker;
use unknot_checker::report::predict::StatusWord::{self, Confirmed, Refuted};

use super::told;
use crate::kit::support::program;

type Row = (&'static str, &'static [(&'static str, StatusWord)]);

const NOTHING: &[(&str, StatusWord)] = &[];
const DEADLOCK: &[(&str, StatusWord)] = &[("deadlock", Confirmed)];
const LOST: &[(&str, StatusWord)] = &[("lost-update", Confirmed)];

const ROWS: &[Row] = &[
    // Two locks in two orders: by phases of one function, by groups, by the direction of a
    // transfer. With one order, or one lock under both names, there is no circle.
    ("ab-ba-two-phase/opposite-phases", DEADLOCK),
    ("ab-ba-two-phase/one-order", NOTHING),
    ("ab-ba-noodles/opposite-orders", DEADLOCK),
    ("ab-ba-noodles/one-order", NOTHING),
    ("ab-ba-noodles/one-rlock", NOTHING),
    ("transfer-nested-opposite/source-first", DEADLOCK),
    ("transfer-nested-opposite/by-account-id", NOTHING),
    // Two reentrant locks are two locks.
    ("rlock-swap-keeps-cycle/two-rlocks-phases", DEADLOCK),
    ("rlock-swap-keeps-cycle/two-rlocks-groups", DEADLOCK),
    ("rlock-swap-keeps-cycle/one-rlock-phases", NOTHING),
    ("rlock-swap-keeps-cycle/one-rlock-groups", NOTHING),
    // Here the execution itself is stuck, at the lock that its task has already.
    ("alias-plain-lock-self-deadlock/plain-lock", NOTHING),
    ("reentrant-drawcash/plain-lock", NOTHING),
    ("reentrant-drawcash/rlock", NOTHING),
    // The circle goes round the table. One chair too few is no lock, so the circle is there;
    // it takes all executions to see that it never closes.
    ("philosophers-ring/all-left-first", DEADLOCK),
    ("philosophers-ring/one-right-first", NOTHING),
    ("philosophers-ring/one-seat-less", &[("deadlock", Refuted)]),
    // A reader that reads again waits behind a writer that has come, at what is no lock here.
    ("reader-recursion/writers-first", NOTHING),
    // A file is read and written, with a lock or without one.
    ("lost-update-decrement/no-lock", LOST),
    ("lost-update-decrement/locked", NOTHING),
    ("ticket-oversell/no-lock", LOST),
    ("ticket-oversell/all-in-lock", NOTHING),
];

#[test]
fn forms_of_scenarios() {
    for (name, expected) in ROWS {
        let program = program(name, &[]);
        let checked = Checker::new().predict().check(move || program());
        assert_eq!(told(&checked), *expected, "{name}");
    }
}
