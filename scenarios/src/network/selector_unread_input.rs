//! A server that is told of input and does not read it (E100).
//!
//! Three clients each send a message; no answer is expected. A server selects over the three
//! connections. Each is ready from the moment at which bytes are there until they are read.
//!
//! `never-reads`: each select tells of all three at once, for ever: the steps change nothing,
//! and no other task can go on: a `livelock` of wake-ups. `reads`: one receipt for each that is
//! ready brings all that its client has sent, possibly several messages run together, and then
//! the select waits. No byte is lost.
//!
//! In `never-reads` the clients have sent before the server begins: it would spin from the first
//! message on, and the others could come after any number of its rounds. One class. In `reads`
//! they send meanwhile.

use unknot_checker::sim::net::{Interest, Selector, Socket, socketpair};
use unknot_checker::sim::{Exception, JoinHandle, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use super::waits::MOST;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "selector-unread-input",
    family: "network",
    about: "a selector tells of input that is not read",
    covers: &["E100"],
    params: &[Param { name: "clients", about: "clients", default: 3, min: 1, max: 4 }],
    variants: &[
        Variant::new("never-reads", "the server is told and does not read", never_reads, |_| {
            Expectation::pass().always(Kind::Livelock).endless()
        })
        .cut_after(200),
        Variant::new("reads", "the server reads what is ready", reads, |params| {
            let n = params.size("clients");
            Expectation::pass().outcomes([vec![SENT; n]]).exhausts_if(n <= 3)
        }),
    ],
    source: source!("selector_unread_input.rs"),
};

/// What each client sends, in two messages.
const SENT: &str = "hello";

type Clients = Vec<JoinHandle<Result<(), Exception>>>;

/// The clients, and the ends of the server.
fn clients(params: &Params) -> (Clients, Vec<Socket>) {
    let client = |nth: usize| {
        let (ours, theirs) = socketpair(("client", nth));
        let body = move || {
            ours.send(&SENT[..2])?;
            ours.send(&SENT[2..])?;
            ours.shutdown()
        };
        (spawn_named(("client", nth), body), theirs)
    };
    (0..params.size("clients")).map(client).unzip()
}

fn join(clients: Clients) -> Result<(), Exception> {
    clients.into_iter().try_for_each(|client| client.join()?)
}

fn selector(sockets: &[Socket]) -> Result<Selector<usize>, Exception> {
    let mut selector = Selector::new();
    for (nth, socket) in sockets.iter().enumerate() {
        selector.register(socket, Interest::Read, nth)?;
    }
    Ok(selector)
}

fn never_reads(params: &Params) -> Result<Value, Exception> {
    let (clients, sockets) = clients(params);
    join(clients)?;
    let selector = selector(&sockets)?;
    loop {
        selector.select(None)?;
    }
}

fn reads(params: &Params) -> Result<Value, Exception> {
    let (clients, sockets) = clients(params);
    let mut selector = selector(&sockets)?;
    let mut received = vec![String::new(); sockets.len()];
    while !selector.is_empty() {
        for (nth, _) in selector.select(None)? {
            let bytes = sockets[nth].recv(MOST)?;
            match bytes.is_empty() {
                true => _ = selector.unregister(&sockets[nth])?,
                false => received[nth].push_str(&String::from_utf8_lossy(&bytes)),
            }
        }
    }
    join(clients)?;
    Ok(received.into())
}
