//! A server that is told of input and does not read it (E100).
//!
//! Three clients each send messages; no answer is expected. A server selects over the three
//! connections. Each is ready from the moment at which bytes are there until they are read.
//!
//! `never-reads`: each select tells of all three at once, for ever: the steps change nothing,
//! and no other task can go on: a `livelock` of wake-ups. The clients have sent before the server
//! begins: it would spin from the first message on, and the others could come after any number
//! of its rounds. One class.
//!
//! `reads`: one receipt for each that is ready brings all that its client has sent, possibly
//! several messages run together, and then the select waits. No byte is lost. The clients send
//! meanwhile. With one message each, a class is which clients each select tells of: the ways to
//! put n clients in groups, one group after the other. For three these are 13: one group in 1
//! way, two in 6, three in 6.

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
    params: &[
        Param { name: "clients", about: "clients", default: 3, min: 1, max: 4 },
        Param { name: "messages", about: "messages that each sends", default: 1, min: 1, max: 3 },
    ],
    variants: &[
        Variant::new("never-reads", "the server is told and does not read", never_reads, |_| {
            Expectation::pass().always(Kind::Livelock).endless()
        })
        .cut_after(200),
        Variant::new("reads", "the server reads what is ready", reads, |params| {
            let exhausts = params.int("clients") * params.int("messages") <= 8;
            Expectation::pass().outcomes([sent(params)]).exhausts_if(exhausts)
        }),
    ],
    source: source!("selector_unread_input.rs"),
};

const MESSAGE: &str = "hi";

/// What the clients send, all in all.
fn sent(params: &Params) -> Vec<String> {
    vec![MESSAGE.repeat(params.size("messages")); params.size("clients")]
}

type Clients = Vec<JoinHandle<Result<(), Exception>>>;

/// The clients, and the ends of the server.
fn clients(params: &Params) -> (Clients, Vec<Socket>) {
    let messages = params.int("messages");
    let client = |nth: usize| {
        let (ours, theirs) = socketpair(("client", nth));
        let body = move || (0..messages).try_for_each(|_| ours.send(MESSAGE));
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
    let selector = selector(&sockets)?;
    let mut received = vec![String::new(); sockets.len()];
    while received != sent(params) {
        for (nth, _) in selector.select(None)? {
            let bytes = sockets[nth].recv(MOST)?;
            received[nth].push_str(&String::from_utf8_lossy(&bytes));
        }
    }
    join(clients)?;
    Ok(received.into())
}
