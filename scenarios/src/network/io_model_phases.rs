//! The phases of a receipt under five models of input and output (K77 K81 S15).
//!
//! A receipt has two phases: until the bytes have arrived in the kernel, and while they are
//! copied to the process. A client sends after some time. How long is the process blocked in each
//! phase, how many calls does it make, and when does it have the bytes? Durations count.
//!
//! ```text
//!   model        waits    copies   calls
//!   blocking     blocked  blocked  1         recv ------------ copy --
//!   polling      not      blocked  n + 1     recv? recv? recv? copy --
//!   select       blocked  blocked  2         select ---------- recv, copy --
//!   signal       not      blocked  2         sigaction, goes on; recv, copy --
//!   completion   not      not      1         goes on; told when all is done
//! ```
//!
//! With arrival after a, a copy of c and polls every p:
//!
//! - `blocking`: one call from 0 to a + c: a in the first phase, c in the second.
//! - `polling`: calls at 0, p, 2p, …; those before a find nothing, ⌈a/p⌉ in number, and the
//!   next finds the bytes at ⌈a/p⌉p. It is never blocked while nothing is there, but it is
//!   during the copy (K77 says that it never is). Where a is a multiple of p, the poll at a
//!   may come before the arrival or after it.
//! - `select`: blocked as in the first model, in another call; and one call more.
//! - `signal`: a handler is run when the bytes are there; the process is blocked in the copy.
//! - `completion`: the process is told when the copy is made. It is blocked in neither.
//!
//! The first four are blocked in the copy: that is what makes them synchronous (K81). In each
//! model but polling no two steps can change places: one class.

use unknot_checker::sim::net::{Interest, Socket, select, socketpair};
use unknot_checker::sim::{Exception, Value, spawn_daemon, spawn_named};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use super::waits::{MOST, clock, millis, poll, send_after, wasted_polls};
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "io-model-phases",
    family: "network",
    about: "in which phases of a receipt a process is blocked, under five models",
    covers: &["K77", "K81", "S15"],
    params: &[
        Param { name: "arrival", about: "ms until the bytes arrive", default: 10, min: 1, max: 50 },
        Param { name: "copy", about: "ms that the copy takes", default: 2, min: 1, max: 50 },
        Param { name: "interval", about: "ms from poll to poll", default: 3, min: 1, max: 50 },
    ],
    variants: &[
        Variant::new(
            "blocking",
            "one call that waits and copies",
            |p| run(p, blocking),
            |p| {
                let Sizes { arrival, copy, .. } = Sizes::of(p);
                shows([Seen { wait: arrival, copy, calls: 1, wasted: 0, done: arrival + copy }])
            },
        )
        .in_virtual_time(),
        Variant::new(
            "polling",
            "a call that does not wait, again and again",
            |p| run(p, polling),
            |p| {
                let Sizes { arrival, copy, interval } = Sizes::of(p);
                shows(wasted_polls(arrival, interval).into_iter().map(|wasted| Seen {
                    wait: 0,
                    copy,
                    calls: wasted + 1,
                    wasted,
                    done: wasted * interval + copy,
                }))
            },
        )
        .in_virtual_time(),
        Variant::new(
            "select",
            "one call that waits, and one that copies",
            |p| run(p, selecting),
            |p| {
                let Sizes { arrival, copy, .. } = Sizes::of(p);
                shows([Seen { wait: arrival, copy, calls: 2, wasted: 0, done: arrival + copy }])
            },
        )
        .in_virtual_time(),
        Variant::new(
            "signal",
            "a handler that is run when bytes are there",
            |p| run(p, signal),
            |p| {
                let Sizes { arrival, copy, .. } = Sizes::of(p);
                shows([Seen { wait: 0, copy, calls: 2, wasted: 0, done: arrival + copy }])
            },
        )
        .in_virtual_time(),
        Variant::new(
            "completion",
            "a call that is told when all is done",
            |p| run(p, completion),
            |p| {
                let Sizes { arrival, copy, .. } = Sizes::of(p);
                shows([Seen { wait: 0, copy: 0, calls: 1, wasted: 0, done: arrival + copy }])
            },
        )
        .in_virtual_time(),
    ],
    source: source!("io_model_phases.rs", "waits.rs"),
};

struct Sizes {
    arrival: i64,
    copy: i64,
    interval: i64,
}

impl Sizes {
    fn of(params: &Params) -> Sizes {
        let [arrival, copy, interval] =
            ["arrival", "copy", "interval"].map(|name| params.int(name));
        Sizes { arrival, copy, interval }
    }
}

/// How long a process is blocked in each phase, its calls, those that brought nothing, and when
/// it has the bytes.
#[derive(Debug)]
struct Seen {
    wait: i64,
    copy: i64,
    calls: i64,
    wasted: i64,
    done: i64,
}

impl From<Seen> for Value {
    fn from(seen: Seen) -> Value {
        let Seen { wait, copy, calls, wasted, done } = seen;
        let fields = [("wait", wait), ("copy", copy), ("calls", calls), ("wasted", wasted)];
        let fields = fields.into_iter().chain([("done", done)]);
        Value::Record(fields.map(|(name, n)| (name, n.into())).collect())
    }
}

fn shows(seen: impl IntoIterator<Item = Seen>) -> Expectation {
    Expectation::pass().outcomes(seen)
}

/// A client sends; the model receives.
fn run(
    params: &Params,
    model: fn(Socket, Sizes) -> Result<Seen, Exception>,
) -> Result<Value, Exception> {
    let sizes = Sizes::of(params);
    let (ours, theirs) = socketpair("request");
    let arrival = sizes.arrival;
    let client = spawn_named("client", move || send_after(arrival, &theirs, "hello"));
    let seen = model(ours.copying(millis(sizes.copy)), sizes)?;
    client.join()??;
    Ok(seen.into())
}

fn blocking(socket: Socket, sizes: Sizes) -> Result<Seen, Exception> {
    socket.recv(MOST)?;
    let done = clock()?;
    // The call began at 0, and its second phase is the copy.
    Ok(Seen { wait: done - sizes.copy, copy: sizes.copy, calls: 1, wasted: 0, done })
}

fn polling(socket: Socket, sizes: Sizes) -> Result<Seen, Exception> {
    let (_, wasted) = poll(&socket, sizes.interval)?;
    let done = clock()?;
    // Between the calls it does other things.
    let copy = done - wasted * sizes.interval;
    Ok(Seen { wait: 0, copy, calls: wasted + 1, wasted, done })
}

fn selecting(socket: Socket, _: Sizes) -> Result<Seen, Exception> {
    select(&[(&socket, Interest::Read)], None)?;
    let ready = clock()?;
    socket.recv(MOST)?;
    let done = clock()?;
    Ok(Seen { wait: ready, copy: done - ready, calls: 2, wasted: 0, done })
}

/// The kernel runs a handler once the socket is ready. The call before it says which.
fn signal(socket: Socket, _: Sizes) -> Result<Seen, Exception> {
    let handler = spawn_daemon("handler", move || {
        select(&[(&socket, Interest::Read)], None)?;
        let ready = clock()?;
        socket.recv(MOST)?;
        let done = clock()?;
        Ok(Seen { wait: 0, copy: done - ready, calls: 2, wasted: 0, done })
    });
    handler.join()?
}

/// The callback is run once the bytes are in the memory of the process.
fn completion(socket: Socket, _: Sizes) -> Result<Seen, Exception> {
    let request = socket.recv_async(MOST);
    let callback = spawn_daemon("callback", move || {
        request.wait()?;
        Ok(Seen { wait: 0, copy: 0, calls: 1, wasted: 0, done: clock()? })
    });
    callback.join()?
}
