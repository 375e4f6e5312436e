//! A server that does not see that its client has left (E58).
//!
//! A thread serves a connection: it receives, and sends back in capitals. The client sends a
//! line, receives the answer, and closes.
//!
//! ```text
//!   client            server
//!   send 'hello'
//!                     recv 'hello', send 'HELLO'
//!   recv 'HELLO'
//!   close
//!                     recv '', send ''
//!                     recv '', send ''   and so on
//! ```
//!
//! At the end of a stream each receipt brings no bytes at once, and to send none is no error.
//! Client and server take turns up to the close, so there is one class.
//!
//! `no-test`: the thread receives nothing for ever, as fast as it can. Its two steps change
//! nothing and no other task can go on: a `livelock`. A main that joins it waits for ever.
//!
//! `leaves-on-empty`: the thread leaves at the first receipt without bytes.

use unknot_checker::sim::net::socketpair;
use unknot_checker::sim::{Exception, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Params, Scenario, Variant};

use super::waits::MOST;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "eof-spin",
    family: "network",
    about: "a thread receives from a client that has left",
    covers: &["E58"],
    params: &[],
    variants: &[
        Variant::new(
            "no-test",
            "the server does not test for the end of the stream",
            |_| run(false),
            |_: &Params| Expectation::pass().always(Kind::Livelock).endless(),
        )
        .cut_after(200),
        Variant::new(
            "leaves-on-empty",
            "the server leaves when it receives nothing",
            |_| run(true),
            |_| Expectation::pass().outcomes(["HELLO"]),
        ),
    ],
    source: source!("eof_spin.rs"),
};

fn run(leaves: bool) -> Result<Value, Exception> {
    let (ours, theirs) = socketpair("client");
    let server = spawn_named("server", move || {
        loop {
            let bytes = theirs.recv(MOST)?;
            if leaves && bytes.is_empty() {
                return theirs.close();
            }
            theirs.send(bytes.to_ascii_uppercase())?;
        }
    });
    ours.send("hello")?;
    let answer = String::from_utf8_lossy(&ours.recv(MOST)?).into_owned();
    ours.close()?;
    server.join()??;
    Ok(answer.into())
}
