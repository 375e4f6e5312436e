//! Both ends of a pipe wait for the other one (E26 E93; K51).
//!
//! Each of two processes has one end, and each wants a message before it goes on.
//!
//! ```text
//!   T0 (main)                 T1 (child)
//!   recv   BLOCKED            recv   BLOCKED
//! ```
//!
//! Only main uses the one end and only the child the other one, so each can end the wait of
//! the other, and no other process can: a `deadlock`, a cycle of two. A copy that main or the
//! child has of the end it does not use changes nothing.
//!
//! `both-receive`: neither has made a step on the pipe before it waits. One class, stuck.
//!
//! `empty-line`: a client sends typed lines to a server and waits for each to come back in
//! capitals. The server reads what has arrived and answers. A stream carries bytes and
//! no lines, so an empty line sends nothing. The lines before it are answered in turn, and
//! then the client waits for an answer and the server for a line: the same cycle in every
//! execution. Until then each step waits for the one before: one class.
//!
//! `both-send-too-much`: the mirror image. The pipe holds r messages each way, and both send
//! m before they receive any. After r sends each waits for room that only a receipt of the
//! other one makes: if m is more than r a deadlock, always, and otherwise none. The sends of
//! both are on different ways: one class.
//!
//! `one-sends-first`: one of the two begins, and the other one answers. `skip-empty`: the
//! client sends no empty line, and does not wait for its answer. `framed`: each line goes
//! with its length, so an empty line is a message too, and comes back empty. In these two
//! the client closes its end at last, the only open copy of it. That is the end of file for
//! the server, which leaves. One class each: every step waits for the one before it.

use unknot_checker::sim::process::{self, Connection, pipe, pipe_bounded};
use unknot_checker::sim::{Exception, Value, done};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;
use crate::typed::{Client, all_answered, others_answered, stuck, typed};

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "pipe-both-receive",
    family: "processes",
    about: "two processes each wait for a message of the other",
    covers: &["E26", "E93", "K51"],
    params: &[
        Param { name: "lines", about: "lines before the empty one", default: 1, min: 0, max: 5 },
        Param { name: "messages", about: "messages that each sends", default: 2, min: 1, max: 5 },
        Param {
            name: "room",
            about: "messages that a full pipe holds",
            default: 1,
            min: 1,
            max: 5,
        },
    ],
    variants: &[
        Variant::new("both-receive", "both receive first", both_receive, stuck),
        Variant::new(
            "empty-line",
            "an empty line sends nothing, and is waited for",
            |params| serve(params, Client::SendsBytes),
            stuck,
        ),
        Variant::new(
            "both-send-too-much",
            "both send more than the pipe holds, and receive then",
            both_send,
            |params| match params.int("messages") > params.int("room") {
                true => stuck(params),
                false => Expectation::pass().outcomes([params.int("messages")]),
            },
        ),
        Variant::new("one-sends-first", "the child sends first", one_sends_first, |_| {
            Expectation::pass().outcomes([ANSWER])
        }),
        Variant::new(
            "skip-empty",
            "the client skips an empty line",
            |params| serve(params, Client::SkipsEmpty),
            others_answered,
        ),
        Variant::new(
            "framed",
            "each line is sent with its length",
            |params| serve(params, Client::SendsFrames),
            all_answered,
        ),
    ],
    source: source!("pipe_both_receive.rs"),
};

const QUESTION: i64 = 20;
const ANSWER: i64 = 22;

fn both_receive(_: &Params) -> Result<Value, Exception> {
    let (mine, theirs) = pipe::<i64>("talk");
    let child = process::new(theirs, |theirs: Connection<i64>| {
        theirs.recv()?;
        theirs.send(QUESTION)
    });
    let child = child.named("child").start()?;
    let question = mine.recv()?;
    mine.send(ANSWER)?;
    child.join()?;
    Ok(question.into())
}

fn one_sends_first(_: &Params) -> Result<Value, Exception> {
    let (mine, theirs) = pipe::<i64>("talk");
    let answer = process::Value::named("answer", 0);
    let child = process::new((theirs, answer.clone()), |(theirs, answer)| {
        theirs.send(QUESTION)?;
        answer.write(theirs.recv()?);
        done(())
    });
    let child = child.named("child").start()?;
    mine.recv()?;
    mine.send(ANSWER)?;
    child.join()?;
    Ok(answer.read().into())
}

/// Both send all, and receive then. The outcome is how many messages main received.
fn both_send(params: &Params) -> Result<Value, Exception> {
    let n = params.int("messages");
    let talk = move |end: &Connection<i64>| {
        (0..n).try_for_each(|i| end.send(i))?;
        (0..n).try_for_each(|_| end.recv().map(drop))
    };
    let room = u32::try_from(params.int("room")).expect("a few");
    let (mine, theirs) = pipe_bounded::<i64>("talk", room);
    let child = process::new(theirs, move |theirs: Connection<i64>| talk(&theirs));
    let child = child.named("child").start()?;
    talk(&mine)?;
    child.join()?;
    Ok(n.into())
}

/// Answers each line in capitals up to the end of file.
fn server((end, of_client): (Connection<String>, Connection<String>)) -> Result<(), Exception> {
    of_client.close();
    loop {
        match end.recv() {
            Ok(line) => end.send(line.to_uppercase())?,
            Err(error) if error.kind == "EOFError" => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

/// Main is the client. The outcome is what it was answered.
fn serve(params: &Params, client: Client) -> Result<Value, Exception> {
    let (end, of_server) = pipe::<String>("stream");
    let server = process::new((of_server.clone(), end.clone()), server).named("server").start()?;
    of_server.close();
    let mut answers = vec![];
    for line in typed(params) {
        match (client, line.is_empty()) {
            (Client::SkipsEmpty, true) => continue,
            // No bytes are written, so no message arrives.
            (Client::SendsBytes, true) => {}
            _ => end.send(line)?,
        }
        answers.push(end.recv()?);
    }
    end.close();
    server.join()?;
    Ok(answers.into())
}
