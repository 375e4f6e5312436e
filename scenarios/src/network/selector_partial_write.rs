//! A server answers a client that does not read (E101; K83).
//!
//! A server selects over its clients and does not block. A client sends a request, shuts its side
//! down, and then reads the answer to its end. The answer has more bytes than there is room for
//! on the way.
//!
//! ```text
//!   server                           client
//!   recv 'x'
//!   send 'rr' of 'rrr'
//!   send 'r'   BlockingIOError
//!                                    recv 'rr'
//! ```
//!
//! A socket that is ready to be written to takes a byte at least, and not all of an answer: that
//! a send on it "will not block" is false (K83).
//!
//! `raises`: the server sends until all is sent. Where the client has not read in between there
//! is no room, and the exception ends the loop, and with it the service for all clients. Where it
//! has, all is well: sometimes an `exception`. The server closes its sockets on the way out, and
//! the client still receives what was sent. A receipt takes all that is there, so each send but
//! the last fills the room: that is room, 2 room, and so on, or all of the answer. Another client
//! was served before, and has all, or was not, and finds its connection reset, and has
//! nothing. If that one had not sent its request yet, it finds the connection broken, and there
//! is no outcome.
//!
//! `loses-rest`: the server sends once and does not look at how much that was. The buffer is empty
//! then, so the client receives exactly what there was room for: a violation, always.
//!
//! `buffered`: the server keeps what was not sent, and asks to be told when there is room. Every
//! client receives all of its answer.
//!
//! With as much room as an answer is long nothing is wrong in any form.

use unknot_checker::sim::net::{Interest, Selector, Socket, socketpair_bounded};
use unknot_checker::sim::{Exception, JoinHandle, Value, done, spawn_named, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use super::waits::MOST;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "selector-partial-write",
    family: "network",
    about: "a server's answer is longer than there is room for",
    covers: &["E101", "K83"],
    params: &[
        Param { name: "room", about: "bytes on the way", default: 2, min: 1, max: 8 },
        Param { name: "answer", about: "bytes of an answer", default: 3, min: 1, max: 8 },
        Param { name: "clients", about: "clients", default: 1, min: 1, max: 2 },
    ],
    variants: &[
        Variant::new(
            "raises",
            "it sends until all is sent",
            |p| run(p, Form::Raises),
            |params| match fits(params) {
                true => Expectation::pass().outcomes([all(params)]),
                false => Expectation::pass().sometimes(Kind::Exception).outcomes(parts(params)),
            },
        ),
        Variant::new(
            "loses-rest",
            "it sends once",
            |params| run(params, Form::LosesRest),
            |params| {
                let expected = Expectation::pass();
                let n = params.size("room").min(params.size("answer"));
                let expected = expected.outcomes([vec!["r".repeat(n); params.size("clients")]]);
                match fits(params) {
                    true => expected,
                    false => expected.always(Kind::InvariantViolation),
                }
            },
        ),
        Variant::new(
            "buffered",
            "it keeps the rest until there is room",
            |params| run(params, Form::Buffered),
            |params| Expectation::pass().outcomes([all(params)]).exhausts_if(exhausts(params)),
        ),
    ],
    source: source!("selector_partial_write.rs"),
};

fn fits(params: &Params) -> bool {
    params.int("answer") <= params.int("room")
}

/// Two clients that fetch a long answer in small parts are too many orders.
fn exhausts(params: &Params) -> bool {
    params.int("clients") == 1 || params.int("answer") <= 3 * params.int("room")
}

/// What clients may have received: when the server finds no room for one of them, the other one
/// has all or nothing.
fn parts(params: &Params) -> Vec<Vec<String>> {
    let (room, answer) = (params.size("room"), params.size("answer"));
    let parts = (room..answer).step_by(room).map(|n| "r".repeat(n));
    let all = "r".repeat(answer);
    let one = |part: String| vec![vec![part]];
    let two = |part: String| {
        let others = [all.clone(), String::new()];
        let pairs =
            others.map(|other| [vec![part.clone(), other.clone()], vec![other, part.clone()]]);
        pairs.into_iter().flatten().collect()
    };
    let cut = parts.flat_map(|part| if params.int("clients") == 1 { one(part) } else { two(part) });
    cut.chain([vec![all.clone(); params.size("clients")]]).collect()
}

fn all(params: &Params) -> Vec<String> {
    vec!["r".repeat(params.size("answer")); params.size("clients")]
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Raises,
    LosesRest,
    Buffered,
}

/// One client as the server knows it.
struct Served {
    socket: Socket,
    /// What is to be sent.
    unsent: String,
    /// Whether it has sent all.
    has_ended: bool,
}

impl Served {
    /// What the server does next on it is decided by what it asks for; nothing if it is done.
    fn interest(&self) -> Option<Interest> {
        match (self.has_ended, self.unsent.is_empty()) {
            (false, true) => Some(Interest::Read),
            (false, false) => Some(Interest::ReadWrite),
            (true, false) => Some(Interest::Write),
            (true, true) => None,
        }
    }

    fn read(&mut self, answer: &str, form: Form) -> Result<(), Exception> {
        if self.socket.recv(MOST)?.is_empty() {
            self.has_ended = true;
            return Ok(());
        }
        match form {
            Form::Raises => {
                let mut rest = answer;
                while !rest.is_empty() {
                    rest = &rest[self.socket.try_send(rest)?..];
                }
            }
            Form::LosesRest => _ = self.socket.try_send(answer)?,
            Form::Buffered => self.unsent.push_str(answer),
        }
        Ok(())
    }

    fn write(&mut self) -> Result<(), Exception> {
        let n = self.socket.try_send(&self.unsent)?;
        self.unsent.drain(..n);
        Ok(())
    }
}

fn serve(clients: &mut [Served], answer: &str, form: Form) -> Result<(), Exception> {
    let mut selector = Selector::new();
    for (nth, client) in clients.iter().enumerate() {
        selector.register(&client.socket, Interest::Read, nth)?;
    }
    while !selector.is_empty() {
        for (nth, interest) in selector.select(None)? {
            let client = &mut clients[nth];
            if interest.has_write() {
                client.write()?;
            }
            if interest.has_read() {
                client.read(answer, form)?;
            }
            match client.interest() {
                Some(interest) => selector.modify(&client.socket, interest, nth)?,
                None => {
                    selector.unregister(&client.socket)?;
                    client.socket.close()?;
                }
            }
        }
    }
    done(())
}

/// Sends a request and reads to the end, or until the connection is reset.
fn client(socket: &Socket) -> Result<String, Exception> {
    let mut received = String::new();
    socket.send("x")?;
    socket.shutdown()?;
    loop {
        match socket.recv(MOST) {
            Ok(bytes) if bytes.is_empty() => return Ok(received),
            Ok(bytes) => received.push_str(&String::from_utf8_lossy(&bytes)),
            Err(error) if error.kind == "ConnectionResetError" => return Ok(received),
            Err(error) => return Err(error),
        }
    }
}

/// The outcome is what each client has received.
fn run(params: &Params, form: Form) -> Result<Value, Exception> {
    let room = u32::try_from(params.int("room")).expect("a few");
    let pairs = (0..params.size("clients")).map(|nth| socketpair_bounded(("client", nth), room));
    let (ends, sockets): (Vec<Socket>, Vec<Socket>) = pairs.unzip();
    let start = |(nth, end): (usize, Socket)| spawn_named(("client", nth), move || client(&end));
    let clients: Vec<JoinHandle<_>> = ends.into_iter().enumerate().map(start).collect();
    let answer = "r".repeat(params.size("answer"));
    let server = spawn_named("server", move || {
        let served = |socket| Served { socket, unsent: String::new(), has_ended: false };
        let mut served: Vec<Served> = sockets.into_iter().map(served).collect();
        let result = serve(&mut served, &answer, form);
        served.iter().try_for_each(|client| client.socket.close())?;
        result
    });
    let received = clients.into_iter().map(|client| client.join()?);
    let received: Vec<String> = received.collect::<Result<_, _>>()?;
    // What has ended the server is its own affair.
    let raised = server.join()?.is_err();
    let all = all(params);
    verify!(raised || received == all, "clients have received {received:?}, not {all:?}");
    Ok(received.into())
}
