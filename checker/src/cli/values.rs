//! Values of options, read from their text.

use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::check::Preemptions;
use crate::report::formats::{FORMATS, FormatRow};
use crate::search::jobs::Jobs;

pub(super) fn preemptions(text: &str) -> Result<Preemptions, String> {
    match (text, text.parse()) {
        ("auto", _) => Ok(Preemptions::Auto),
        (_, Ok(most)) => Ok(Preemptions::AtMost(most)),
        (_, Err(_)) => Err("a whole number or 'auto' is wanted".to_owned()),
    }
}

/// A bound of 0 would end every check before it began.
pub(super) fn at_least_one<N: FromStr + PartialOrd + From<u8>>(text: &str) -> Result<N, String> {
    let number = text.parse::<N>().ok().filter(|number| *number >= N::from(1));
    number.ok_or_else(|| "a whole number from 1 on is wanted".to_owned())
}

pub(super) fn at_least_one_job(text: &str) -> Result<Jobs, String> {
    text.parse().map_err(|_| "a whole number from 1 on is wanted".to_owned())
}

/// Which part of a search a command makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct UnitOf {
    /// From 1.
    pub(super) nth: u64,
    pub(super) of: u64,
}

/// More units than this are a mistake. Each of them divides the search for itself, which takes
/// some executions for each piece of all units, and a look at all pieces for each of them: the
/// time for that grows with the square of the units.
const MOST_UNITS: u64 = 1_000;

pub(super) fn unit(text: &str) -> Result<UnitOf, String> {
    let numbers =
        text.split_once('/').and_then(|(nth, of)| Some((nth.parse().ok()?, of.parse().ok()?)));
    match numbers {
        Some((nth, of)) if (1..=of).contains(&nth) && of <= MOST_UNITS => Ok(UnitOf { nth, of }),
        _ => Err(format!("k/n is wanted, such as 1/4, with k from 1 to n and n to {MOST_UNITS}")),
    }
}

pub(super) fn rust_path(text: &str) -> Result<String, String> {
    let is_word = |word: &str| {
        let mut letters = word.chars();
        letters.next().is_some_and(|c| c.is_alphabetic() || c == '_')
            && letters.all(|c| c.is_alphanumeric() || c == '_')
    };
    let is_path = text.strip_prefix("::").unwrap_or(text).split("::").all(is_word);
    let wanted = "a path of Rust is wanted, such as crate::tests::transfer";
    is_path.then(|| text.to_owned()).ok_or_else(|| wanted.to_owned())
}

pub(super) fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("a parameter is given as key=value".to_owned()),
    }
}

/// The formats that can print this.
pub(super) fn format(
    can: fn(&FormatRow) -> bool,
) -> impl TypedValueParser<Value = &'static FormatRow> {
    let names = FORMATS.iter().filter(|row| can(row)).map(|row| row.name);
    let named = |name: String| FORMATS.iter().find(|row| row.name == name);
    PossibleValuesParser::new(names).map(move |name| named(name).expect("a name of the table"))
}
