//! A client sends an empty line and waits for an answer (E26).
//!
//! A client sends typed lines to a server and waits for each to come back in capitals. The server
//! receives and answers, and leaves at the end of the stream. Nothing says where a line ends.
//!
//! ```text
//!   client               server
//!   send ''              recv   BLOCKED
//!   recv   BLOCKED
//! ```
//!
//! A stream carries bytes, so to send none sends nothing. Only the client uses its end and only
//! the server the other, so each can end the wait of the other and no other task can: a
//! `deadlock`, a cycle of two, whatever the order of the steps before it.
//!
//! `empty-line`: some lines, and then an empty one. The lines before it are answered in turn.
//! `both-receive`: no line at all is sent, since both wait for the other to begin. The same
//! cycle.
//!
//! `skips-empty`: the client sends no empty line and waits for no answer to it. `framed`: each
//! line is sent with its length before it, so an empty one is a byte. Both end, in one class:
//! client and server take turns.

use unknot_checker::sim::net::{Socket, socketpair};
use unknot_checker::sim::{Exception, Value, done, spawn_named};
use unknot_checker::{Param, Params, Scenario, Variant};

use super::frames::{recv_frame, send_frame, text};
use super::waits::MOST;
use crate::source;
use crate::typed::{Client, all_answered, others_answered, stuck, typed};

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "empty-message-stall",
    family: "network",
    about: "a client sends an empty line and waits for the answer",
    covers: &["E26"],
    params: &[Param {
        name: "lines",
        about: "lines that are not empty before the empty one",
        default: 1,
        min: 0,
        max: 10,
    }],
    variants: &[
        Variant::new(
            "empty-line",
            "an empty line sends nothing",
            |p| run(p, Client::SendsBytes),
            stuck,
        ),
        Variant::new("both-receive", "both wait for the other to begin", both_receive, stuck),
        Variant::new(
            "skips-empty",
            "the client goes on to the next line",
            |params| run(params, Client::SkipsEmpty),
            others_answered,
        ),
        Variant::new(
            "framed",
            "each line is sent with its length",
            |params| run(params, Client::SendsFrames),
            all_answered,
        ),
    ],
    source: source!("empty_message_stall.rs", "frames.rs"),
};

/// Answers in capitals up to the end of the stream.
fn serve(socket: &Socket, client: Client) -> Result<(), Exception> {
    loop {
        if client == Client::SendsFrames {
            match recv_frame(socket)? {
                Some(line) => send_frame(socket, &line.to_uppercase())?,
                None => return socket.close(),
            }
            continue;
        }
        let bytes = socket.recv(MOST)?;
        if bytes.is_empty() {
            return socket.close();
        }
        socket.send(text(&bytes).to_uppercase())?;
    }
}

/// Main is the client. The outcome is what it was answered.
fn run(params: &Params, client: Client) -> Result<Value, Exception> {
    let (ours, theirs) = socketpair("client");
    let server = spawn_named("server", move || serve(&theirs, client));
    let mut answers = vec![];
    for line in typed(params) {
        match client {
            Client::SkipsEmpty if line.is_empty() => continue,
            Client::SendsFrames => {
                send_frame(&ours, &line)?;
                answers.extend(recv_frame(&ours)?);
            }
            _ => {
                ours.send(line)?;
                answers.push(text(&ours.recv(MOST)?));
            }
        }
    }
    ours.close()?;
    server.join()??;
    Ok(answers.into())
}

fn both_receive(_: &Params) -> Result<Value, Exception> {
    let (ours, theirs) = socketpair("client");
    let talk = |socket: Socket| {
        socket.recv(MOST)?;
        socket.send("hello")
    };
    let server = spawn_named("server", move || talk(theirs));
    talk(ours)?;
    server.join()??;
    done(Value::Unit)
}
