//! Lines that are typed at a client, of which one is empty, and what the client makes of them.

use unknot_checker::sim::Value;
use unknot_checker::{Expectation, Kind, Params};

/// What a client makes of a typed line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Client {
    /// It sends the bytes of the line, of which there may be none.
    SendsBytes,
    /// The same, but it goes on to the next line if there are none.
    SkipsEmpty,
    /// It sends the length and the bytes.
    SendsFrames,
}

/// What is typed: some lines, an empty one, and a last one.
pub(crate) fn typed(params: &Params) -> Vec<String> {
    let mut typed: Vec<String> = (1..=params.int("lines")).map(|i| format!("line {i}")).collect();
    typed.extend([String::new(), "bye".to_owned()]);
    typed
}

/// What a client is answered that sends all lines.
pub(crate) fn all_answered(params: &Params) -> Expectation {
    Expectation::pass().outcomes([answers(typed(params))])
}

/// What a client is answered that skips empty lines.
pub(crate) fn others_answered(params: &Params) -> Expectation {
    let lines = typed(params).into_iter().filter(|line| !line.is_empty());
    Expectation::pass().outcomes([answers(lines)])
}

/// The server answers in capitals.
fn answers(lines: impl IntoIterator<Item = String>) -> Vec<String> {
    lines.into_iter().map(|line| line.to_uppercase()).collect()
}

/// A cycle of two, in every execution.
pub(crate) fn stuck(_: &Params) -> Expectation {
    Expectation::pass().always(Kind::Deadlock).outcomes::<Value>([])
}
