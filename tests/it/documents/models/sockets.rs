//! The programs with sockets of the contract's table: contract, oracle and tool must count the
//! same.

use unknot_checker::Kind;
use unknot_checker::sim::future::{self, Handle, Loop};
use unknot_checker::sim::net::{Interest, Selector, Socket, socketpair, socketpair_bounded};
use unknot_checker::sim::{Exception, JoinHandle, Mode, Program, Relation, done, spawn};

use super::counted::Row;
use crate::documents::oracle::classes::Counted;
use crate::documents::oracle::models::loops::{MainWaits, coroutine_server};
use crate::documents::oracle::models::sockets;
use crate::search::processes::program;

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

/// Tells what it has received.
fn client(socket: &Socket, rounds: usize) -> Result<Vec<String>, Exception> {
    let mut received = vec![];
    for _ in 0..rounds {
        socket.send("ping")?;
        received.push(String::from_utf8_lossy(&socket.recv(1024)?).into_owned());
    }
    socket.close()?;
    Ok(received)
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

/// Serves each of these with a future of one loop, which receives outside the loop. The main
/// future waits for them as one does of the loop, or for all as a thread does.
fn serve_in_turns(sockets: Vec<Socket>, waits: MainWaits) -> Done {
    let of_all = Loop::new();
    let runs = of_all.clone();
    runs.run(async move {
        let serve = |socket: Socket| {
            let theirs = of_all.clone();
            future::spawn(async move {
                loop {
                    let bytes = theirs.outside(|| socket.recv(1024))?;
                    if bytes.is_empty() {
                        return socket.close();
                    }
                    socket.send(bytes)?;
                }
            })
        };
        let served: Vec<Handle<Done>> = sockets.into_iter().map(serve).collect();
        let all = async {
            for future in served {
                future.await??;
            }
            done(())
        };
        match waits {
            MainWaits::InTurn => all.await,
            MainWaits::Outside => of_all.outside(|| future::block_on(all)),
        }
    })?
}

/// How clients are served.
#[derive(Clone, Copy, Debug)]
enum Server {
    Selector,
    Serial,
    Thread,
    Coroutine(MainWaits),
}

fn served(server: Server, clients: usize, rounds: usize) -> Result<String, Exception> {
    let pairs = (0..clients).map(|number| socketpair(("client", number)));
    let (ends, sockets): (Vec<Socket>, Vec<Socket>) = pairs.unzip();
    let mut servers: Vec<JoinHandle<Done>> = vec![];
    match server {
        Server::Selector => servers.push(spawn(move || serve(&sockets))),
        Server::Serial => servers.push(spawn(move || sockets.iter().try_for_each(echo))),
        Server::Thread => {
            servers.extend(sockets.into_iter().map(|socket| spawn(move || echo(&socket))));
        }
        Server::Coroutine(waits) => servers.push(spawn(move || serve_in_turns(sockets, waits))),
    }
    let clients: Vec<JoinHandle<_>> =
        ends.into_iter().map(|end| spawn(move || client(&end, rounds))).collect();
    for server in servers {
        server.join()??;
    }
    let mut received = vec![];
    for client in clients {
        received.extend(client.join()??);
    }
    Ok(received.join(" "))
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

fn row(name: &str, program: Program, oracle: Counted, classes: &[(&'static str, u128)]) -> Row {
    Row {
        name: name.to_owned(),
        program,
        oracle,
        classes: classes.to_vec(),
        kinds: &[],
        is_small: true,
    }
}

fn of_server(server: Server, clients: usize, rounds: usize, classes: u128) -> Row {
    let oracle = match server {
        Server::Selector => sockets::selector_server(clients, rounds),
        Server::Serial => sockets::serial_server(clients, rounds),
        Server::Thread => sockets::thread_server(clients, rounds),
        Server::Coroutine(waits) => coroutine_server(clients, rounds, waits),
    };
    let answers: &'static str =
        ["", "ping", "ping ping", "ping ping ping", "ping ping ping ping"][clients * rounds];
    let name = format!("{server:?} {clients} {rounds}");
    let program = program(move || served(server, clients, rounds));
    let row = row(&name, program, oracle, &[(answers, classes)]);
    Row { is_small: clients == 1, ..row }
}

fn servers() -> Vec<Row> {
    use MainWaits::{InTurn, Outside};
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
        of_server(Server::Coroutine(InTurn), 1, 1, 1),
        of_server(Server::Coroutine(InTurn), 1, 2, 1),
        // The contract has 42 and 318, which are those of the rows below. What differs is how the
        // main future waits, and not how a connection does: here it awaits one after the other in
        // the loop, as a program does that is written for one. If the first ends before the
        // second, the main future has one turn more, to await the second: that one comes back
        // before the turn is given up, or after.
        of_server(Server::Coroutine(InTurn), 2, 1, 56),
        of_server(Server::Coroutine(InTurn), 2, 2, 424),
        // The contract's: it passes its turn once, waits as a thread does, and comes back when
        // all have ended. So what is counted are the orders of the connections alone.
        of_server(Server::Coroutine(Outside), 1, 1, 1),
        of_server(Server::Coroutine(Outside), 1, 2, 1),
        of_server(Server::Coroutine(Outside), 2, 1, 42),
        of_server(Server::Coroutine(Outside), 2, 2, 318),
    ]
}

fn streams() -> Vec<Row> {
    vec![
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

fn rows() -> Vec<Row> {
    servers().into_iter().chain(streams()).collect()
}

#[test]
fn contract_oracle_and_tool_count_the_same() {
    rows().iter().for_each(Row::confirm);
}

/// The test of the test: a search to which it does not matter whether a select comes before or
/// after a send, or a receipt before or after another send, does not have the classes of the
/// oracle. A cell and a gauge both keep these orders, so both have to be wrong. The order in which
/// futures come back to their loop, or give up their turns, is kept by a cell alone.
#[test]
fn wrong_relations_are_found_out() {
    use Mode::{AnyOf, Drop, Give, Read, Set, Update};
    let selects = [(Read, Update), (AnyOf, Give), (AnyOf, Set), (AnyOf, Drop)];
    let receipts = [(Update, Update), (Drop, Give), (Set, Drop), (AnyOf, Give), (AnyOf, Set)];
    let turns = [(Update, Update)];
    for pairs in [&selects[..], &receipts, &turns] {
        let wrong: &Relation = Box::leak(Box::new(Relation::wrong(pairs)));
        assert!(rows().iter().any(|row| row.differs_under(wrong)), "{pairs:?}");
    }
}
