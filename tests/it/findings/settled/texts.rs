//! What is overwritten where values are texts: whether two of them are the same is
//! decided by the values, however they show themselves.

use std::fmt::{self, Debug};

use unknot_checker::Kind::{LostUpdate, StaleWrite};
use unknot_checker::sim::{Outcome, Shared, done, spawn};

use super::losses::judge;
use super::{Body, kinds, program, search};

/// A text that shows itself without quotes.
#[derive(Clone)]
struct Bare(String);

impl Debug for Bare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for Bare {
    fn from(text: String) -> Bare {
        Bare(text)
    }
}

impl From<Bare> for String {
    fn from(bare: Bare) -> String {
        bare.0
    }
}

/// A task that replaces a text in one step, beside one that reads it and writes what
/// it makes of it.
fn replaced_by<T>(first: &str, other: &str, make: fn(String) -> String) -> Body
where
    T: Clone + Debug + From<String> + Into<String> + 'static,
{
    let (first, other) = (first.to_owned(), other.to_owned());
    Box::new(move || {
        let x = Shared::new(T::from(first.clone()));
        let (theirs, other) = (x.clone(), other.clone());
        let task = spawn(move || {
            theirs.update_in_one_step(|_| T::from(other));
        });
        x.write(T::from(make(x.read().into())));
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
        ("the same", replaced_by::<String>("a -> b", "a -> b", more), &[StaleWrite]),
        ("another", replaced_by::<String>("a -> b", "c -> b", more), &[LostUpdate]),
        ("a constant", replaced_by::<String>("a -> b", "c -> b", constant), &[StaleWrite]),
        ("the same, not", replaced_by::<String>("a, not b", "a, not b", more), &[StaleWrite]),
        ("another, not", replaced_by::<String>("a, not b", "a, not c", more), &[LostUpdate]),
        // The other text ends with the one that was read, or begins with it.
        ("the end", replaced_by::<Bare>("b", "a -> b", more), &[LostUpdate]),
        ("the end, and a constant", replaced_by::<Bare>("b", "a -> b", constant), &[StaleWrite]),
        ("the beginning", replaced_by::<Bare>("b", "b, not a", more), &[LostUpdate]),
        ("the same, bare", replaced_by::<Bare>("a -> b", "a -> b", more), &[StaleWrite]),
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
        ("the same", replaced_by::<String>(a, a, more), &[StaleWrite]),
        ("another", replaced_by::<String>(a, b, more), &[LostUpdate]),
        ("a constant", replaced_by::<String>(a, b, |_| long("c")), &[StaleWrite]),
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
