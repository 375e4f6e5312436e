//! Processes append one line each to one file (E25; M23).
//!
//! Two processes open the same file to append, and write a name and a newline.
//! Nothing protects the file: it is one thing that both share, here a list of
//! the pieces that arrived, each of which the system appends in one step.
//!
//! ```text
//!   T1                T2
//!   append "anna"
//!                     append "ben"
//!                     append newline
//!   append newline                 the lines are "annaben" and ""
//! ```
//!
//! `two-writes`: text and newline go out one by one, as they do unbuffered. Of
//! the (2n)!/2^n orders of the writes n! keep each text beside its newline: 2
//! of 6 for two writers. In the others a line is torn, an
//! `invariant-violation`. The outcome is the file's lines. Newlines are all
//! alike, so two writers leave four different files.
//!
//! `one-write`: text and newline in one buffered write, by which the document's
//! program is right by luck. n! orders of whole lines, one for each order.

use std::collections::BTreeSet;

use unknot_checker::sim::{Exception, Shared, Value, spawn_named, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::orders::{merges, permutations};
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "append-interleave",
    family: "lost-updates",
    about: "processes append a line each to one file",
    covers: &["E25", "M23"],
    params: &[Param {
        name: "writers",
        about: "processes that append",
        default: 2,
        min: 2,
        max: 4,
    }],
    variants: &[
        Variant::new("two-writes", "the text, then the newline", two_writes, |params| {
            let mut files = BTreeSet::from([vec![]]);
            for text in texts(params) {
                let both = [text, "\n"];
                files = files.iter().flat_map(|file| merges(file, &both)).collect();
            }
            Expectation::pass()
                .sometimes(Kind::InvariantViolation)
                .outcomes(files.iter().map(|file| lines(file)))
        }),
        Variant::new("one-write", "text and newline at once", one_write, |params| {
            Expectation::pass().outcomes(permutations(texts(params)))
        }),
    ],
    source: source!("append_interleave.rs"),
};

/// What the writers write, one each.
fn texts(params: &Params) -> &'static [&'static str] {
    &["anna", "ben", "carl", "dora"][..params.size("writers")]
}

fn two_writes(params: &Params) -> Result<Value, Exception> {
    write(params, |file, text| {
        append(file, &[text]);
        append(file, &["\n"]);
    })
}

fn one_write(params: &Params) -> Result<Value, Exception> {
    write(params, |file, text| append(file, &[text, "\n"]))
}

/// Appends in one step.
fn append(file: &Shared<Vec<&'static str>>, text: &[&'static str]) {
    file.update_in_one_step(|file| [file, text].concat());
}

fn write(
    params: &Params,
    body: fn(&Shared<Vec<&'static str>>, &'static str),
) -> Result<Value, Exception> {
    let file = Shared::named("file", vec![]);
    let mut writers = vec![];
    for &text in texts(params) {
        let file = file.clone();
        writers.push(spawn_named(text, move || body(&file, text)));
    }
    for writer in writers {
        writer.join()?;
    }
    let lines = lines(&file.read());
    let whole = lines.iter().all(|line| texts(params).contains(&line.as_str()));
    verify!(whole, "the lines are {lines:?}");
    Ok(lines.into())
}

/// The lines of a file that ends with a newline.
fn lines(file: &[&str]) -> Vec<String> {
    file.concat().lines().map(str::to_owned).collect()
}
