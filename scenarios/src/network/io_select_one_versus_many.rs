//! What select costs, and what it is for (K79 K80).
//!
//! A client has n connections to a server and sends one message on each. Durations count.
//!
//! `threads`: a thread for each connection receives with one call: n calls, and n threads.
//!
//! `one-at-a-time`: one thread selects and receives. The messages come a millisecond apart, so
//! each select finds one: 2n calls. For one connection that is twice as many as without select
//! (K79).
//!
//! `all-at-once`: the same, but the server is busy until all messages are there. One select
//! finds all: n + 1 calls. One thread serves n connections in either form (K80), which is what
//! select is for.
//!
//! The client sends on one connection after the other, and the clock stands still until the
//! server waits again, so each form has one class; the threads of the first touch different
//! connections.

use unknot_checker::sim::net::{Interest, Selector, Socket, socketpair};
use unknot_checker::sim::{Exception, Value, done, sleep, spawn_named};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use super::waits::{MOST, millis};
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "io-select-one-versus-many",
    family: "network",
    about: "calls and threads for one message on each of several connections",
    covers: &["K79", "K80"],
    params: &[Param { name: "connections", about: "connections", default: 3, min: 1, max: 100 }],
    variants: &[
        Variant::new("threads", "a thread for each connection", threads, |params| {
            let n = params.int("connections");
            Expectation::pass().outcomes([told(n, n)])
        })
        .in_virtual_time(),
        Variant::new(
            "one-at-a-time",
            "one thread selects, and the messages come apart",
            |params| selects(params, 0),
            |params| Expectation::pass().outcomes([told(2 * params.int("connections"), 1)]),
        )
        .in_virtual_time(),
        Variant::new(
            "all-at-once",
            "one thread selects when all messages are there",
            |params| selects(params, 1_000),
            |params| Expectation::pass().outcomes([told(params.int("connections") + 1, 1)]),
        )
        .in_virtual_time(),
    ],
    source: source!("io_select_one_versus_many.rs"),
};

fn told(calls: i64, threads: i64) -> Value {
    Value::Record(vec![("calls", calls.into()), ("threads", threads.into())])
}

const MESSAGE: &str = "hello";

/// The ends of the client and of the server.
fn connections(params: &Params) -> (Vec<Socket>, Vec<Socket>) {
    (0..params.size("connections")).map(|nth| socketpair(("client", nth))).unzip()
}

/// Sends one message on each, a millisecond apart.
fn client(sockets: &[Socket]) -> Result<(), Exception> {
    sockets.iter().try_for_each(|socket| {
        sleep(millis(1));
        socket.send(MESSAGE)
    })
}

fn threads(params: &Params) -> Result<Value, Exception> {
    let (ends, sockets) = connections(params);
    let receive = |(nth, socket): (usize, Socket)| {
        spawn_named(("server", nth), move || {
            let (mut calls, mut received) = (0_i64, 0);
            while received < MESSAGE.len() {
                received += socket.recv(MOST)?.len();
                calls += 1;
            }
            done(calls)
        })
    };
    let servers: Vec<_> = sockets.into_iter().enumerate().map(receive).collect();
    let n_threads = i64::try_from(servers.len()).expect("a few");
    let sender = spawn_named("client", move || client(&ends));
    let mut calls = 0;
    for server in servers {
        calls += server.join()??;
    }
    sender.join()??;
    Ok(told(calls, n_threads))
}

/// The server begins after so many milliseconds.
fn selects(params: &Params, busy: i64) -> Result<Value, Exception> {
    let (ends, sockets) = connections(params);
    let sender = spawn_named("client", move || client(&ends));
    sleep(millis(busy));
    let mut selector = Selector::new();
    for (nth, socket) in sockets.iter().enumerate() {
        selector.register(socket, Interest::Read, nth)?;
    }
    let mut calls = 0;
    while !selector.is_empty() {
        calls += 1;
        for (nth, _) in selector.select(None)? {
            calls += 1;
            sockets[nth].recv(MOST)?;
            selector.unregister(&sockets[nth])?;
        }
    }
    sender.join()??;
    Ok(told(calls, 1))
}
