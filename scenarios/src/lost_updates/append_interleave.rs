//! Processes append one line each to one file (E25; M23).
//!
//! Two processes open the same file to append, and write a name and a newline.
//! Nothing protects the file. It is no memory of theirs, so both have the same one, and
//! the system puts each piece that arrives at its end in one step.
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

use unknot_checker::sim::{Exception, File, Value, process, verify};
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
                .outcomes(files.iter().map(|file| lines(&file.concat())))
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
        file.append(text);
        file.append("\n");
    })
}

fn one_write(params: &Params) -> Result<Value, Exception> {
    write(params, |file, text| file.append(&format!("{text}\n")))
}

fn write(params: &Params, body: fn(&File, &'static str)) -> Result<Value, Exception> {
    let file = File::named("names.txt", "");
    let mut writers = vec![];
    for &text in texts(params) {
        let writer = process::new(file.clone(), move |file| body(&file, text));
        writers.push(writer.named(text).start()?);
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
fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}
