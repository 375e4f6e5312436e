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
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use super::waits::MOST;
use crate::source;

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
        Variant::new("empty-line", "an empty line sends nothing", |p| run(p, Client::Sends), stuck),
        Variant::new("both-receive", "both wait for the other to begin", both_receive, stuck),
        Variant::new(
            "skips-empty",
            "the client goes on to the next line",
            |params| run(params, Client::SkipsEmpty),
            |params| {
                let mut typed = typed(params);
                typed.retain(|line| !line.is_empty());
                Expectation::pass().outcomes([answers(typed)])
            },
        ),
        Variant::new(
            "framed",
            "each line is sent with its length",
            |params| run(params, Client::Frames),
            |params| Expectation::pass().outcomes([answers(typed(params))]),
        ),
    ],
    source: source!("empty_message_stall.rs"),
};

fn stuck(_: &Params) -> Expectation {
    Expectation::pass().always(Kind::Deadlock).outcomes::<Value>([])
}

/// What a client makes of a typed line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Client {
    Sends,
    SkipsEmpty,
    /// It sends the length and the bytes.
    Frames,
}

/// What is typed: some lines, an empty one, and a last one.
fn typed(params: &Params) -> Vec<String> {
    let mut typed: Vec<String> = (1..=params.int("lines")).map(|i| format!("line {i}")).collect();
    typed.extend([String::new(), "bye".to_owned()]);
    typed
}

fn answers(lines: impl IntoIterator<Item = String>) -> Vec<String> {
    lines.into_iter().map(|line| line.to_uppercase()).collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn send_frame(socket: &Socket, line: &str) -> Result<(), Exception> {
    let length = u8::try_from(line.len()).expect("a short line");
    socket.send([&[length], line.as_bytes()].concat())
}

/// Receives exactly so many bytes, or nothing at the end of the stream.
fn recv_exactly(socket: &Socket, n: usize) -> Result<Option<Vec<u8>>, Exception> {
    let mut all = vec![];
    while all.len() < n {
        let bytes = socket.recv(n - all.len())?;
        if bytes.is_empty() {
            return Ok(None);
        }
        all.extend(bytes);
    }
    Ok(Some(all))
}

fn recv_frame(socket: &Socket) -> Result<Option<String>, Exception> {
    let Some(length) = recv_exactly(socket, 1)? else { return Ok(None) };
    let line = recv_exactly(socket, length[0].into())?;
    Ok(line.map(|line| text(&line)))
}

/// Answers in capitals up to the end of the stream.
fn serve(socket: &Socket, client: Client) -> Result<(), Exception> {
    loop {
        if client == Client::Frames {
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
            Client::Frames => {
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
