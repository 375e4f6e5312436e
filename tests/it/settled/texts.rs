//! What is overwritten where values are texts: whether two of them are the same is
//! decided by the values, however they show themselves.

use unknot_checker::Kind::{LostUpdate, StaleWrite};
use unknot_checker::sim::{Outcome, Shared, done, spawn};

use super::losses::judge;
use super::{Body, kinds, program, search};

/// A task that replaces a text in one step, beside one that reads it and writes what
/// it makes of it.
fn replaced_by(first: &str, other: &str, make: fn(String) -> String) -> Body {
    let (first, other) = (first.to_owned(), other.to_owned());
    Box::new(move || {
        let x = Shared::new(first.clone());
        let (theirs, other) = (x.clone(), other.clone());
        let task = spawn(move || {
            theirs.update_in_one_step(|_| other.clone());
        });
        x.write(make(x.read()));
        task.join().map(|_| ()).outcome().map(|_| ())
    })
}

fn more(text: String) -> String {
    text + "!"
}

fn constant(_: String) -> String {
    "done -> done, not done".to_owned()
}

#[test]
fn with_arrows_and_commas_in_them() {
    judge(vec![
        // What is replaced is what was read, or another text.
        ("the same", replaced_by("a -> b", "a -> b", more), &[StaleWrite]),
        ("another", replaced_by("a -> b", "c -> b", more), &[LostUpdate]),
        ("a constant", replaced_by("a -> b", "c -> b", constant), &[StaleWrite]),
        ("the same, not", replaced_by("a, not b", "a, not b", more), &[StaleWrite]),
        ("another, not", replaced_by("a, not b", "a, not c", more), &[LostUpdate]),
    ]);
}

/// Longer than what is kept of a value for reports.
fn long(end: &str) -> String {
    "x".repeat(5_000) + end
}

#[test]
fn that_differ_only_at_the_end_of_many_characters() {
    let (a, b) = (&long("a"), &long("b"));
    judge(vec![
        ("the same", replaced_by(a, a, more), &[StaleWrite]),
        ("another", replaced_by(a, b, more), &[LostUpdate]),
        ("a constant", replaced_by(a, b, |_| long("c")), &[StaleWrite]),
    ]);
}

/// One of two tasks writes last: two outcomes, both of 5,001 characters.
#[test]
fn that_are_outcomes() {
    let program = program(|| {
        let x = Shared::new(String::new());
        let theirs = x.clone();
        let task = spawn(move || theirs.write(long("a")));
        x.write(long("b"));
        task.join()?;
        done(x.read())
    });
    let observed = search(&program, 10_000);
    assert_eq!(kinds(&observed), []);
    assert_eq!(observed.outcomes.len(), 2);
}
