//! Two messages that arrive as one (E26 E34 E58).
//!
//! A client sends messages one after the other, and then no more. A server takes what each
//! receipt brings for one message.
//!
//! ```text
//!   client            server                   client            server
//!   send 'ab'                                  send 'ab'
//!                     recv 'ab'                send 'cd'
//!   send 'cd'                                                    recv 'abcd'
//!                     recv 'cd'
//! ```
//!
//! A stream has no messages. A receipt brings all bytes that are there, and which those are is
//! decided by which steps come first; no choice is needed for it. With two messages the first
//! receipt comes after the first send, after the second, or after the end of the stream; in
//! the first case the second receipt comes before that end or after it. Four classes, in two of
//! which the server has seen one message.
//!
//! `bare`: sometimes the server takes several messages for one: a violation.
//!
//! `in-pieces`: the network may deliver the first byte of what is there alone, so a message may
//! also come as two. A receipt brings all that is there, up to the end of some message, or
//! one byte. Every way to cut the stream into such pieces is possible, since the client may
//! send the rest of it at any time: 2 ways for one message, `ab` and `a b`, and 6 for two.
//!
//! `framed`: each message has its length before it, and the server receives as many bytes
//! as it says, however they come. `takes-turns`: the client waits for an answer before it sends
//! the next message; then there is nothing to run together, as long as the network does not
//! cut.

use std::collections::BTreeSet;

use unknot_checker::sim::net::{Socket, socketpair};
use unknot_checker::sim::{Exception, Value, spawn_named, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use super::frames::{send_frame, take_frames, text};
use super::waits::MOST;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "stream-coalescing",
    family: "network",
    about: "a server takes what a receipt brings for one message",
    covers: &["E26", "E34", "E58"],
    params: &[Param { name: "messages", about: "messages", default: 2, min: 1, max: 4 }],
    variants: &[
        Variant::new(
            "bare",
            "messages are sent as they are",
            |p| run(p, Form::Bare),
            |params| {
                let seen = runs(&messages(params));
                let expected = Expectation::pass();
                match seen.len() {
                    1 => expected.outcomes(seen),
                    _ => expected.sometimes(Kind::InvariantViolation).outcomes(seen),
                }
            },
        ),
        Variant::new(
            "in-pieces",
            "and the network may cut them",
            |params| run(params, Form::Pieces),
            |params| {
                let expected = Expectation::pass().sometimes(Kind::InvariantViolation);
                expected.outcomes(cuts(&messages(params)))
            },
        ),
        Variant::new(
            "framed",
            "each has its length before it, and the network may cut them",
            |params| run(params, Form::Framed),
            |params| Expectation::pass().outcomes([messages(params)]),
        ),
        Variant::new(
            "takes-turns",
            "the client waits for each answer",
            |params| run(params, Form::Turns),
            |params| Expectation::pass().outcomes([messages(params)]),
        ),
    ],
    source: source!("stream_coalescing.rs", "frames.rs"),
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Bare,
    Pieces,
    Framed,
    Turns,
}

fn messages(params: &Params) -> Vec<String> {
    ["ab", "cd", "ef", "gh"].iter().take(params.size("messages")).map(|&m| m.to_owned()).collect()
}

/// All ways to run neighbours together.
fn runs(messages: &[String]) -> BTreeSet<Vec<String>> {
    let Some((last, before)) = messages.split_last() else { return BTreeSet::from([vec![]]) };
    let mut all = BTreeSet::new();
    for run in runs(before) {
        let mut apart = run.clone();
        apart.push(last.clone());
        all.insert(apart);
        if let Some((of, others)) = run.split_last() {
            let mut together = others.to_vec();
            together.push(format!("{of}{last}"));
            all.insert(together);
        }
    }
    all
}

/// All ways to cut a stream into pieces of one byte, and into pieces that end with a message.
fn cuts(messages: &[String]) -> BTreeSet<Vec<String>> {
    let stream = messages.concat();
    let ends: Vec<usize> = (1..=messages.len()).map(|n| messages[..n].concat().len()).collect();
    // The ways to cut what is behind each place, from the last one on.
    let mut behind = vec![BTreeSet::from([vec![]])];
    for from in (0..stream.len()).rev() {
        let tos = ends.iter().copied().filter(|&end| end > from).chain([from + 1]);
        let ways = tos.flat_map(|to| {
            let piece = &stream[from..to];
            let others: &BTreeSet<Vec<String>> = &behind[stream.len() - to];
            others.iter().map(move |rest| [&[piece.to_owned()], rest.as_slice()].concat())
        });
        let ways = ways.collect();
        behind.push(ways);
    }
    behind.pop().expect("the ways from the first place")
}

fn client(socket: &Socket, messages: &[String], form: Form) -> Result<(), Exception> {
    for message in messages {
        match form {
            Form::Framed => send_frame(socket, message)?,
            _ => socket.send(message)?,
        }
        if form == Form::Turns {
            socket.recv(MOST)?;
        }
    }
    socket.shutdown()
}

/// What the server takes for messages.
fn serve(socket: &Socket, form: Form) -> Result<Vec<String>, Exception> {
    let (mut all, mut seen) = (vec![], vec![]);
    loop {
        let bytes = socket.recv(MOST)?;
        if bytes.is_empty() {
            return Ok(seen);
        }
        if form == Form::Turns {
            socket.send("ok")?;
        }
        match form {
            Form::Framed => {
                all.extend(bytes);
                seen.extend(take_frames(&mut all));
            }
            _ => seen.push(text(&bytes)),
        }
    }
}

fn run(params: &Params, form: Form) -> Result<Value, Exception> {
    let (ours, theirs) = socketpair("client");
    let messages = messages(params);
    let sent = messages.clone();
    let client = spawn_named("client", move || client(&ours, &sent, form));
    let socket = match form {
        Form::Pieces | Form::Framed => theirs.splitting(),
        Form::Bare | Form::Turns => theirs,
    };
    let seen = serve(&socket, form)?;
    client.join()??;
    verify!(seen == messages, "the server has seen {seen:?}, not {messages:?}");
    Ok(seen.into())
}
