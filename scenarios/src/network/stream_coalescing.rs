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
//! `bare`: sometimes the server takes several messages for one: a violation. `in-pieces`: the
//! network may deliver the first byte of what is there alone, so a message may also come as
//! two. `framed`: each message has its length before it, and the server receives as many bytes
//! as it says, however they come. `takes-turns`: the client waits for an answer before it sends
//! the next message; then there is nothing to run together, as long as the network does not
//! cut.

use std::collections::BTreeSet;

use unknot_checker::sim::net::{Socket, socketpair};
use unknot_checker::sim::{Exception, Value, spawn_named, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

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
                let expected = Expectation::pass().exhausts_if(params.int("messages") <= 3);
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
                let exhausts = params.int("messages") <= 2;
                Expectation::pass().sometimes(Kind::InvariantViolation).exhausts_if(exhausts)
            },
        ),
        Variant::new(
            "framed",
            "each has its length before it, and the network may cut them",
            |params| run(params, Form::Framed),
            |params| {
                let exhausts = params.int("messages") <= 2;
                Expectation::pass().outcomes([messages(params)]).exhausts_if(exhausts)
            },
        ),
        Variant::new(
            "takes-turns",
            "the client waits for each answer",
            |params| run(params, Form::Turns),
            |params| Expectation::pass().outcomes([messages(params)]),
        ),
    ],
    source: source!("stream_coalescing.rs"),
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

fn client(socket: &Socket, messages: &[String], form: Form) -> Result<(), Exception> {
    for message in messages {
        match form {
            Form::Framed => {
                let length = u8::try_from(message.len()).expect("a short message");
                socket.send([&[length], message.as_bytes()].concat())?;
            }
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
        if form != Form::Framed {
            seen.push(String::from_utf8_lossy(&bytes).into_owned());
            continue;
        }
        all.extend(bytes);
        while let Some((&length, rest)) = all.split_first() {
            if rest.len() < usize::from(length) {
                break;
            }
            let message: Vec<u8> = all.drain(..=usize::from(length)).skip(1).collect();
            seen.push(String::from_utf8_lossy(&message).into_owned());
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
