//! A server for one client at a time, and servers for all (E26 E34 E58 E72 E101).
//!
//! Clients connect one after the other, and then each sends a line, receives it back, keeps the
//! connection for some time, and leaves. The server echoes what it receives up to the end of the
//! stream.
//!
//! ```text
//!   client 1            client 2           serial server
//!   send, recv          send               accept 1, recv, send
//!   keeps the line      recv   BLOCKED     recv   BLOCKED
//!   close                                  recv '', close
//!                       (answered)         accept 2, recv, send
//! ```
//!
//! `serial`: the server accepts the next connection when the last one has ended. The k-th client
//! (from 0) has its answer after k times the time that each keeps the line. Durations count.
//! All other forms serve every client at once, so that each has its answer at 0:
//!
//! - `threads` (E58): a thread for each connection.
//! - `processes` (E26, E34): a process for each, which gets a copy of the connection. The parent
//!   closes its own copy and waits for its children. (The listings do neither, so that no client
//!   would see its stream end before the server does.)
//! - `greenlets` (E72): a greenlet for each. What waits for the network gives the turn away.
//! - `coroutines`: a future for each, in one loop. It waits for the network outside the loop.
//! - `selector` (E101): one thread that selects over all connections and the listener.
//!
//! `serial-first-stays`: the first client stays until all others have been answered. The server
//! waits for the first client, that one for the others, and the others for the server: no
//! client but the first is ever served, in every execution. It is told as a `hang`: what the
//! first client waits for is given by any task. Under each of the other servers the same
//! clients all come to their end (`threads-first-stays` and so on): no client that is served
//! stands before another one.
//!
//! The threads touch different connections, so theirs is one class on the clock. With processes
//! the close of the parent comes anywhere among the steps on the same connection at time 0: if the
//! line was sent before the copy is made, before or after each of three steps (4 places); if it
//! was sent later, the same 4, or before it: 9 classes for each connection, 81 for two.

use std::rc::Rc;

use unknot_checker::sim::future::{self, Loop};
use unknot_checker::sim::green::Hub;
use unknot_checker::sim::net::{Interest, Listener, Selector, Socket};
use unknot_checker::sim::process::{self, Across, Process};
use unknot_checker::sim::{Exception, JoinHandle, Semaphore, Value, done, sleep, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use super::waits::{MOST, millis};
use crate::clock::milliseconds;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "echo-server-serial-versus-concurrent",
    family: "network",
    about: "clients of a server that serves one at a time, or all",
    covers: &["E26", "E34", "E58", "E72", "E101"],
    params: &[
        Param { name: "clients", about: "clients", default: 2, min: 1, max: 3 },
        Param { name: "stay", about: "ms that each keeps the line", default: 10, min: 1, max: 50 },
    ],
    variants: &[
        Variant::new(
            "serial",
            "one connection at a time",
            |p| on_the_clock(p, serial),
            |params| {
                let (n, stay) = (params.int("clients"), params.int("stay"));
                Expectation::pass().outcomes([(0..n).map(|nth| nth * stay).collect::<Vec<_>>()])
            },
        )
        .in_virtual_time(),
        Variant::new(
            "serial-first-stays",
            "the first client waits for the others",
            |params| first_stays(params, serial),
            |params| match params.int("clients") {
                1 => all_served(params),
                _ => Expectation::pass().always(Kind::Hang).outcomes::<Value>([]),
            },
        ),
        Variant::new(
            "threads",
            "a thread for each connection",
            |p| on_the_clock(p, threads),
            served_at_once,
        )
        .in_virtual_time(),
        Variant::new(
            "threads-first-stays",
            "the same, and the first client waits for the others",
            |params| first_stays(params, threads),
            all_served,
        ),
        Variant::new(
            "processes",
            "a process for each connection",
            |p| on_the_clock(p, processes),
            served_at_once,
        )
        .in_virtual_time(),
        Variant::new(
            "processes-first-stays",
            "the same, and the first client waits for the others",
            |params| first_stays(params, processes),
            all_served,
        ),
        Variant::new(
            "greenlets",
            "a greenlet for each connection",
            |p| on_the_clock(p, greenlets),
            served_at_once,
        )
        .in_virtual_time(),
        Variant::new(
            "greenlets-first-stays",
            "the same, and the first client waits for the others",
            |params| first_stays(params, greenlets),
            all_served,
        ),
        Variant::new(
            "coroutines",
            "a future for each connection, in one loop",
            |p| on_the_clock(p, coroutines),
            served_at_once,
        )
        .in_virtual_time(),
        Variant::new(
            "coroutines-first-stays",
            "the same, and the first client waits for the others",
            |params| first_stays(params, coroutines),
            all_served,
        ),
        Variant::new(
            "selector",
            "one thread that selects",
            |p| on_the_clock(p, selects),
            served_at_once,
        )
        .in_virtual_time(),
        Variant::new(
            "selector-first-stays",
            "the same, and the first client waits for the others",
            |params| first_stays(params, selects),
            all_served,
        ),
    ],
    source: source!("echo_server_serial_versus_concurrent.rs", "waits.rs"),
};

fn all_served(_: &Params) -> Expectation {
    Expectation::pass().outcomes(["all served"])
}

fn served_at_once(params: &Params) -> Expectation {
    Expectation::pass().outcomes([vec![0; params.size("clients")]])
}

type Done = Result<(), Exception>;

/// Serves so many connections.
type Server = fn(Listener, usize) -> Done;

fn echo(socket: &Socket) -> Done {
    loop {
        let bytes = socket.recv(MOST)?;
        if bytes.is_empty() {
            return socket.close();
        }
        socket.send(bytes)?;
    }
}

fn serial(port: Listener, n: usize) -> Done {
    (0..n).try_for_each(|_| echo(&port.accept()?))
}

fn threads(port: Listener, n: usize) -> Done {
    let serve = |nth| {
        let socket = port.accept()?;
        done(spawn_named(("connection", nth), move || echo(&socket)))
    };
    let served: Vec<JoinHandle<Done>> = (0..n).map(serve).collect::<Result<_, _>>()?;
    served.into_iter().try_for_each(|thread| thread.join()?)
}

/// The child serves a copy of the connection. That of the server is closed once the child has
/// its own.
fn processes(port: Listener, n: usize) -> Done {
    let serve = |nth| {
        let socket = port.accept()?;
        let theirs = Across::of(socket.dup()?);
        let child = process::new(theirs, |socket: Across<Socket>| echo(&socket));
        let child = child.named(("connection", nth)).start()?;
        socket.close()?;
        Ok(child)
    };
    let served: Vec<Process> = (0..n).map(serve).collect::<Result<_, Exception>>()?;
    served.iter().try_for_each(Process::join)
}

/// What waits for the network does so while others have their turns.
fn greenlets(port: Listener, n: usize) -> Done {
    let hub = Hub::new(true);
    let serve = |nth| {
        let socket = hub.blocking(|| port.accept())?;
        let theirs = hub.clone();
        done(hub.spawn(("connection", nth), move || {
            loop {
                let bytes = theirs.blocking(|| socket.recv(MOST))?;
                if bytes.is_empty() {
                    return socket.close();
                }
                socket.send(bytes)?;
            }
        }))
    };
    let served = (0..n).map(serve).collect::<Result<Vec<_>, Exception>>()?;
    hub.joinall(served).into_iter().try_for_each(|greenlet| greenlet?)
}

/// The same with futures in a loop.
fn coroutines(port: Listener, n: usize) -> Done {
    let of_all = Loop::new();
    let runs = of_all.clone();
    runs.run(async move {
        let mut served = vec![];
        for nth in 0..n {
            let socket = of_all.outside(|| port.accept())?;
            let theirs = of_all.clone();
            served.push(future::spawn_named(("connection", nth), async move {
                loop {
                    let bytes = theirs.outside(|| socket.recv(MOST))?;
                    if bytes.is_empty() {
                        return socket.close();
                    }
                    socket.send(bytes)?;
                }
            }));
        }
        for future in served {
            future.await??;
        }
        done(())
    })?
}

fn selects(port: Listener, n: usize) -> Done {
    let mut selector: Selector<Option<Rc<Socket>>> = Selector::new();
    selector.register(&port, Interest::Read, None)?;
    let mut n_accepted = 0;
    while !selector.is_empty() {
        for (socket, _) in selector.select(None)? {
            let Some(socket) = socket else {
                let socket = Rc::new(port.accept()?);
                selector.register(&*socket, Interest::Read, Some(Rc::clone(&socket)))?;
                n_accepted += 1;
                if n_accepted == n {
                    selector.unregister(&port)?;
                }
                continue;
            };
            let bytes = socket.recv(MOST)?;
            match bytes.is_empty() {
                true => {
                    selector.unregister(&*socket)?;
                    socket.close()?;
                }
                false => socket.send(bytes)?,
            }
        }
    }
    done(())
}

/// The server, and the clients, each connected before the next.
fn start(params: &Params, server: Server) -> Result<(JoinHandle<Done>, Vec<Socket>), Exception> {
    let n = params.size("clients");
    let port = Listener::named("port", 5);
    let sockets = (0..n).map(|nth| port.connect(("client", nth))).collect::<Result<_, _>>()?;
    Ok((spawn_named("server", move || server(port, n)), sockets))
}

/// The outcome is when each client had its answer.
fn on_the_clock(params: &Params, server: Server) -> Result<Value, Exception> {
    let (server, sockets) = start(params, server)?;
    let stay = params.int("stay");
    let client = |(nth, socket): (usize, Socket)| {
        spawn_named(("client", nth), move || {
            socket.send("hello")?;
            socket.recv(MOST)?;
            let answered = milliseconds()?;
            sleep(millis(stay));
            socket.close()?;
            done(answered)
        })
    };
    let clients: Vec<JoinHandle<Result<i64, Exception>>> =
        sockets.into_iter().enumerate().map(client).collect();
    let answered = clients.into_iter().map(|client| client.join()?);
    let answered: Vec<i64> = answered.collect::<Result<_, _>>()?;
    server.join()??;
    Ok(answered.into())
}

/// The first client leaves when all others have been answered.
fn first_stays(params: &Params, server: Server) -> Result<Value, Exception> {
    let (server, sockets) = start(params, server)?;
    let answered = Semaphore::named("answered", 0);
    let n_others = sockets.len() - 1;
    let client = |(nth, socket): (usize, Socket)| {
        let answered = answered.clone();
        spawn_named(("client", nth), move || {
            socket.send("hello")?;
            socket.recv(MOST)?;
            match nth {
                0 => (0..n_others).for_each(|_| answered.acquire()),
                _ => answered.release(),
            }
            socket.close()
        })
    };
    let clients: Vec<JoinHandle<Done>> = sockets.into_iter().enumerate().map(client).collect();
    clients.into_iter().try_for_each(|client| client.join()?)?;
    server.join()??;
    Ok("all served".into())
}
