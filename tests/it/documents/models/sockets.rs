//! The programs with sockets of the contract's table: contract, oracle and tool must count the
//! same.
//!
//! A row holds a program, what the oracle counts for the hand-written model of it, and the
//! classes of the contract by outcome. The reduced search has to run each of them once. Where the
//! plain search gets through, it has to have the same classes.

use std::collections::BTreeSet;

use unknot_checker::Kind;
use unknot_checker::sim::net::{Interest, Selector, Socket, socketpair, socketpair_bounded};
use unknot_checker::sim::{Exception, JoinHandle, Mode, Program, Relation, TimeMode, done, spawn};
use unknot_checker::strategy::{Dfs, Dpor, Visibility};

use super::total;
use crate::documents::oracle::classes::Counted;
use crate::documents::oracle::counter::Outcomes;
use crate::documents::oracle::models::sockets;
use crate::kit::classes::{Classes, classes, classes_made_anew};
use crate::search::processes::program;

/// More than any of the programs has.
const MAX_CLASSES: u64 = 1_000;
const MAX_SCHEDULES: u64 = 50_000;

struct Row {
    name: String,
    program: Program,
    oracle: Counted,
    /// The classes of the contract, by outcome.
    classes: Vec<(&'static str, u128)>,
    kinds: &'static [Kind],
    /// Whether the plain search gets through.
    is_small: bool,
}

type Done = Result<(), Exception>;

/// Sends back what it receives, up to the end of the stream.
fn echo(socket: &Socket) -> Done {
    loop {
        let bytes = socket.recv(1024)?;
        if bytes.is_empty() {
            return socket.close();
        }
        socket.send(bytes)?;
    }
}

fn client(socket: &Socket, rounds: usize) -> Done {
    for _ in 0..rounds {
        socket.send("ping")?;
        socket.recv(1024)?;
    }
    socket.close()
}

/// Sends back what any of these sends.
fn serve(sockets: &[Socket]) -> Done {
    let mut selector = Selector::new();
    for (number, socket) in sockets.iter().enumerate() {
        selector.register(socket, Interest::Read, number)?;
    }
    while !selector.is_empty() {
        for (number, _) in selector.select(None)? {
            let socket = &sockets[number];
            let bytes = socket.recv(1024)?;
            match bytes.is_empty() {
                true => {
                    selector.unregister(socket)?;
                    socket.close()?;
                }
                false => socket.send(bytes)?,
            }
        }
    }
    done(())
}

/// How clients are served.
#[derive(Clone, Copy, Debug)]
enum Server {
    Selector,
    Serial,
    Thread,
}

fn served(server: Server, clients: usize, rounds: usize) -> Result<String, Exception> {
    let pairs = (0..clients).map(|number| socketpair(("client", number)));
    let (ends, sockets): (Vec<Socket>, Vec<Socket>) = pairs.unzip();
    let mut tasks: Vec<JoinHandle<Done>> = vec![];
    match server {
        Server::Selector => tasks.push(spawn(move || serve(&sockets))),
        Server::Serial => tasks.push(spawn(move || sockets.iter().try_for_each(echo))),
        Server::Thread => {
            tasks.extend(sockets.into_iter().map(|socket| spawn(move || echo(&socket))));
        }
    }
    tasks.extend(ends.into_iter().map(|end| spawn(move || client(&end, rounds))));
    for task in tasks {
        task.join()??;
    }
    Ok(vec!["ping"; clients * rounds].join(" "))
}

fn coalescing() -> Result<String, Exception> {
    let (sending, receiving) = socketpair("stream");
    let sender = spawn(move || {
        sending.send("ab")?;
        sending.send("cd")?;
        sending.shutdown()
    });
    let mut all = vec![];
    loop {
        let bytes = receiving.recv(1024)?;
        if bytes.is_empty() {
            break;
        }
        all.push(String::from_utf8_lossy(&bytes).into_owned());
    }
    sender.join()??;
    Ok(all.join(" "))
}

fn partial_write() -> Result<String, Exception> {
    let (sending, receiving) = socketpair_bounded("stream", 2);
    let sender = spawn(move || {
        let mut rest = "abc";
        while !rest.is_empty() {
            rest = &rest[sending.try_send(rest)?..];
        }
        done(())
    });
    let bytes = receiving.recv(1024)?;
    let raised = if sender.join()?.is_err() { " raised" } else { "" };
    Ok(format!("{}{raised}", String::from_utf8_lossy(&bytes)))
}

fn stall() -> Done {
    let (one, other) = socketpair("talk");
    let talk = |socket: Socket| {
        socket.recv(1024)?;
        socket.send("x")
    };
    let task = spawn(move || talk(other));
    talk(one)?;
    task.join()?
}

fn rows() -> Vec<Row> {
    let row = |name: &str, program: Program, oracle, classes: &[(&'static str, u128)]| Row {
        name: name.to_owned(),
        program,
        oracle,
        classes: classes.to_vec(),
        kinds: &[],
        is_small: true,
    };
    let of_server = |server, clients, rounds, classes| {
        let oracle = match server {
            Server::Selector => sockets::selector_server(clients, rounds),
            Server::Serial => sockets::serial_server(clients, rounds),
            Server::Thread => sockets::thread_server(clients, rounds),
        };
        let answers: &'static str =
            ["", "ping", "ping ping", "ping ping ping", "ping ping ping ping"][clients * rounds];
        let name = format!("{server:?} {clients} {rounds}");
        let program = program(move || served(server, clients, rounds));
        let row = row(&name, program, oracle, &[(answers, classes)]);
        Row { is_small: clients == 1, ..row }
    };
    vec![
        of_server(Server::Selector, 1, 1, 1),
        of_server(Server::Selector, 1, 2, 1),
        // The first select finds one client or both; see the oracle for the rest.
        of_server(Server::Selector, 2, 1, 13),
        of_server(Server::Selector, 2, 2, 63),
        of_server(Server::Selector, 3, 1, 409),
        of_server(Server::Serial, 1, 2, 1),
        of_server(Server::Serial, 2, 1, 1),
        of_server(Server::Serial, 2, 2, 1),
        of_server(Server::Thread, 2, 1, 1),
        of_server(Server::Thread, 2, 2, 1),
        of_server(Server::Thread, 3, 1, 1),
        // The first receipt comes after the first send, after the second, or after the end; in
        // the first case the second receipt comes after the second send or after the end.
        row("coalescing", program(coalescing), sockets::coalescing(), &[("ab cd", 2), ("abcd", 2)]),
        // The rest is tried before the receipt, or after it.
        Row {
            kinds: &[Kind::Exception],
            ..row(
                "partial write",
                program(partial_write),
                sockets::partial_write(),
                &[("ab", 1), ("ab raised", 1)],
            )
        },
        Row {
            kinds: &[Kind::Deadlock],
            ..row("stall", program(stall), sockets::stall(), &[("stuck", 1)])
        },
    ]
}

/// The classes that a search has seen, by outcome.
fn by_outcome(seen: &Classes) -> Outcomes {
    let mut outcomes = Outcomes::new();
    for (is_stuck, outcome) in seen.classes.values().flat_map(|class| &class.turnouts) {
        let outcome = outcome.as_ref().map_or_else(String::new, ToString::to_string);
        let label = if *is_stuck { "stuck".to_owned() } else { outcome };
        *outcomes.entry(label).or_default() += 1;
    }
    outcomes
}

fn confirm(row: &Row) {
    let Row { name, program, oracle, kinds, .. } = row;
    let contract = row.classes.iter().map(|&(label, n)| (label.to_owned(), n));
    let contract: Outcomes = contract.collect();
    assert_eq!(oracle.classes, contract, "{name}: oracle (left) and contract");
    let reduced = classes(program, TimeMode::Any, Dpor::new(), MAX_CLASSES);
    assert_eq!(by_outcome(&reduced), oracle.classes, "{name}: reduced search (left) and oracle");
    assert_eq!(u128::from(reduced.executions), total(&oracle.classes), "{name}: a class twice");
    assert_eq!((reduced.blocked, reduced.too_many), (0, false), "{name}");
    let found: BTreeSet<Kind> = reduced.findings.iter().map(|found| found.kind).collect();
    assert_eq!(found, kinds.iter().copied().collect(), "{name}: findings");
    if row.is_small {
        let plain =
            classes_made_anew(program, TimeMode::Any, Dfs::new(Visibility::All), MAX_SCHEDULES);
        assert!(!plain.too_many, "{name}: too many schedules");
        assert_eq!(by_outcome(&plain), oracle.classes, "{name}: plain search (left) and oracle");
    }
}

#[test]
fn contract_oracle_and_tool_count_the_same() {
    rows().iter().for_each(confirm);
}

/// The test of the test: a search to which it does not matter whether a select comes before or
/// after a send, or a receipt before or after another send, does not have the classes of the
/// oracle. A cell and a gauge both keep these orders, so both have to be wrong.
#[test]
fn wrong_relations_are_found_out() {
    use Mode::{AnyOf, Drop, Give, Read, Set, Update};
    let selects = [(Read, Update), (AnyOf, Give), (AnyOf, Set), (AnyOf, Drop)];
    let receipts = [(Update, Update), (Drop, Give), (Set, Drop), (AnyOf, Give), (AnyOf, Set)];
    for pairs in [&selects[..], &receipts] {
        let wrong: &Relation = Box::leak(Box::new(Relation::wrong(pairs)));
        let differs = |row: &Row| {
            let reduced = classes(&row.program, TimeMode::Any, Dpor::under(wrong), MAX_CLASSES);
            u128::from(reduced.executions) != total(&row.oracle.classes)
        };
        assert!(rows().iter().any(differs), "{pairs:?}");
    }
}
