//! Futures of a loop that sleep for any time: contract, oracle and tool must count the same.
//!
//! The servers whose connections are futures are among the programs with sockets
//! ([`super::sockets`]).

use unknot_checker::Kind;
use unknot_checker::sim::{Mode, Relation};

use super::counted::Row;
use crate::documents::oracle::models::loops::read_sleep_write;
use crate::search::loops::{Between, read_write};

fn rows() -> Vec<Row> {
    let row = |between, n, outcome, classes| {
        let is_locked = between == Between::LockedSleep;
        Row {
            name: format!("{n} futures, locked: {is_locked}"),
            program: read_write(n, between),
            oracle: read_sleep_write(n, is_locked),
            classes: vec![(outcome, classes)],
            kinds: if is_locked || n == 1 { &[] } else { &[Kind::LostUpdate] },
            is_small: n <= 2,
        }
    };
    use Between::{LockedSleep, Sleep};
    vec![
        row(Sleep, 1, "1", 1),
        row(Sleep, 2, "1", 8),
        row(Sleep, 3, "1", 108),
        row(Sleep, 4, "1", 2_038),
        row(LockedSleep, 1, "1", 1),
        // The first one sleeps while the n - 1 others find the lock taken: it comes back before
        // all of these, or after one of them, in n ways. Then one after the other has the lock,
        // and while it sleeps the main future, which stood in line behind it, has a turn to
        // await it: it comes back before that one or after it, n - 1 times. n 2^(n - 1).
        row(LockedSleep, 2, "2", 4),
        row(LockedSleep, 3, "3", 12),
        row(LockedSleep, 4, "4", 32),
    ]
}

#[test]
fn contract_oracle_and_tool_count_the_same() {
    rows().iter().for_each(Row::confirm);
}

/// The test of the test: a search to which the order does not matter in which futures come back
/// and give up their turns does not have the classes of the oracle.
#[test]
fn a_wrong_relation_is_found_out() {
    let pairs = [(Mode::Update, Mode::Update)];
    let wrong: &Relation = Box::leak(Box::new(Relation::wrong(&pairs)));
    assert!(rows().iter().any(|row| row.differs_under(wrong)));
}
