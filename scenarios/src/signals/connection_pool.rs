//! A pool of connections to a database (S10).
//!
//! The documents name it as what a semaphore is for: many clients, few
//! connections. The database refuses more than its number of connections.
//!
//! ```text
//!   T1                  T2                  T3          2 connections
//!   take one
//!                       take one
//!   query fails
//!   ends with it
//!                       query fails
//!                       ends with it
//!                                           acquire  BLOCKED
//! ```
//!
//! `no-limit`: every client opens a connection of its own. Nothing orders
//! them, so all c of them can be open at once: more than k if c > k. The
//! outcome is the most that were open at once, 1 to c.
//!
//! `free-list-only`: the open connections are kept in a list, from which a
//! client pops one and to which it appends it again; each is one step, as in
//! Python. If c > k, a client may find the list empty, and popping raises an
//! `IndexError`. At least k clients are served, since one that raises has seen
//! k others with a connection. Each number from k to c is possible: let any of
//! the other c - k come while k have theirs.
//!
//! `leak`: a semaphore counts what is free, but a client with a failed query
//! returns early with its connection. k clients fail; each client that comes after them
//! waits for ever. If the failing ones come last all is well.
//!
//! `semaphore-and-free-list`: a client with a permit finds a connection, since both
//! go together: the list has at least as many as there are permits. It is given
//! back whatever the query did, the connection first and then the permit. The
//! outcomes are as for a semaphore: 1 to min(c, k) in use at once.
//!
//! The outcome of the last two is the most that were in use at once. With the
//! leak it is known that it is k whenever all is over, since k are never given
//! back.

use std::fmt::Debug;
use unknot_checker::sim::{Atomic, Exception, Semaphore, Shared, Value, spawn_named, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "connection-pool",
    family: "signals",
    about: "many clients and few connections to a database",
    covers: &["S10"],
    params: &[
        Param { name: "clients", about: "clients, one query each", default: 4, min: 2, max: 20 },
        Param { name: "connections", about: "connections allowed", default: 2, min: 1, max: 5 },
    ],
    variants: &[
        Variant::new("no-limit", "every client opens its own connection", no_limit, |params| {
            let pass = Expectation::pass().outcomes(1..=params.int("clients"));
            scarce(params, pass, Kind::InvariantViolation)
        }),
        Variant::new("free-list-only", "a list of connections without a count", list, |params| {
            let (clients, connections) = (params.int("clients"), params.int("connections"));
            let pass = Expectation::pass().outcomes(connections.min(clients)..=clients);
            scarce(params, pass, Kind::Exception)
        }),
        Variant::new("leak", "a failed query returns with its connection", leak, |params| {
            let most = params.int("connections").min(params.int("clients"));
            scarce(params, Expectation::pass().outcomes([most]), Kind::Hang)
        }),
        Variant::new(
            "semaphore-and-free-list",
            "a permit for each connection of the list",
            semaphore_and_free_list,
            |params| {
                let (clients, connections) = (params.int("clients"), params.int("connections"));
                let pass = Expectation::pass().outcomes(1..=connections.min(clients));
                pass.exhausts_if(clients <= 4)
            },
        ),
    ],
    source: source!("connection_pool.rs"),
};

/// What goes wrong only if there are more clients than connections.
fn scarce(params: &Params, pass: Expectation, kind: Kind) -> Expectation {
    let clients = params.int("clients");
    let expected = if clients > params.int("connections") { pass.sometimes(kind) } else { pass };
    expected.exhausts_if(clients <= 4)
}

/// Starts the clients and collects what each of them returned.
fn clients<T: Debug + 'static>(
    params: &Params,
    body: impl Fn(i64) -> Result<T, Exception> + Clone + 'static,
) -> Result<Vec<Result<T, Exception>>, Exception> {
    let start = |i| {
        let body = body.clone();
        spawn_named(("client", i), move || body(i))
    };
    let started: Vec<_> = (1..=params.int("clients")).map(start).collect();
    started.into_iter().map(|client| client.join()).collect()
}

fn no_limit(params: &Params) -> Result<Value, Exception> {
    let allowed = params.int("connections");
    let open = Atomic::named("open connections", 0);
    let seen = clients(params, move |_| {
        let at_once = open.fetch_add(1) + 1;
        verify!(at_once <= allowed, "{at_once} connections are open, {allowed} are allowed");
        open.fetch_sub(1);
        Ok(at_once)
    })?;
    Ok(seen.into_iter().flatten().max().into())
}

/// The connections that are free.
#[derive(Clone)]
struct Pool {
    free: Shared<Vec<i64>>,
    connections: i64,
}

impl Pool {
    fn new(params: &Params) -> Pool {
        let connections = params.int("connections");
        Pool { free: Shared::named("free connections", (1..=connections).collect()), connections }
    }

    /// A connection, and how many are in use with it. One step.
    fn pop(&self) -> Result<(i64, i64), Exception> {
        let mut free =
            self.free.update_in_one_step(|free| free[..free.len().saturating_sub(1)].to_vec());
        let left = i64::try_from(free.len()).expect("few") - 1;
        match free.pop() {
            Some(connection) => Ok((connection, self.connections - left)),
            None => Err(Exception::new("IndexError", "pop from empty list")),
        }
    }

    /// Gives one back. One step.
    fn append(&self, connection: i64) {
        self.free.update_in_one_step(|free| [&free[..], &[connection]].concat());
    }
}

fn list(params: &Params) -> Result<Value, Exception> {
    let pool = Pool::new(params);
    let seen = clients(params, move |_| {
        let (connection, _) = pool.pop()?;
        pool.append(connection);
        Ok(())
    })?;
    Ok(seen.into_iter().flatten().count().into())
}

fn leak(params: &Params) -> Result<Value, Exception> {
    let fails = params.int("connections");
    counted(params, move |client| client <= fails)
}

fn semaphore_and_free_list(params: &Params) -> Result<Value, Exception> {
    counted(params, |_| false)
}

/// A semaphore and the list; some clients go off with their connection.
fn counted(
    params: &Params,
    forgets: impl Fn(i64) -> bool + Clone + 'static,
) -> Result<Value, Exception> {
    let pool = Pool::new(params);
    let permits = u32::try_from(params.int("connections")).expect("in range");
    let permits = Semaphore::named("permits", permits);
    let seen = clients(params, move |client| {
        permits.acquire();
        let (connection, in_use) = pool.pop()?;
        if !forgets(client) {
            pool.append(connection);
            permits.release();
        }
        Ok(in_use)
    })?;
    Ok(seen.into_iter().flatten().max().into())
}
