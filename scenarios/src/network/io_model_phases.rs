//! The phases of a receipt under five models of input and output (K77 K81 S15).
//!
//! A receipt has two phases: until the bytes have arrived in the kernel, and while they are
//! copied to the process. A client sends after some time, and the process has other work to do
//! when it is not blocked. How long is it blocked in each phase, how much work does it do, how
//! many calls does it make, and when does it have the bytes? Durations count. All of it is
//! read off the clock: what a process was blocked for before the client has sent is the
//! first phase, and the rest is the second.
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
//! - `blocking`: one call from 0 to a + c: a in the first phase, c in the second, and no work.
//! - `polling`: calls at 0, p, 2p, …; those before a find nothing, ⌈a/p⌉ in number, and the
//!   next finds the bytes at ⌈a/p⌉p. It is never blocked while nothing is there, and works up to
//!   that call, but it is blocked during the copy (K77 says that it never is). Where a is a
//!   multiple of p, the poll at a may come before the arrival or after it.
//! - `select`: blocked as in the first model, in another call; and one call more.
//! - `signal`: the kernel tells when the bytes are there. The process works until then, for a, and
//!   is blocked in the copy.
//! - `completion`: the process is told when the copy is made. It works for a + c, and is blocked
//!   in neither phase.
//!
//! The first four are blocked in the copy: that is what makes them synchronous (K81). In each
//! model but polling no two steps can change places: one class.

use unknot_checker::sim::net::{Interest, Socket, select, socketpair};
use unknot_checker::sim::{Event, Exception, Value, done, spawn_daemon, spawn_named};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use super::meter::{Meter, poll};
use super::waits::{MOST, millis, send_after, wasted_polls};
use crate::clock::milliseconds;
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
                let done = arrival + copy;
                shows([Seen { wait: arrival, copy, work: 0, calls: 1, wasted: 0, done }])
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
                    work: wasted * interval,
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
                let done = arrival + copy;
                shows([Seen { wait: arrival, copy, work: 0, calls: 2, wasted: 0, done }])
            },
        )
        .in_virtual_time(),
        Variant::new(
            "signal",
            "it is told when bytes are there",
            |p| run(p, signal),
            |p| {
                let Sizes { arrival, copy, .. } = Sizes::of(p);
                let done = arrival + copy;
                shows([Seen { wait: 0, copy, work: arrival, calls: 2, wasted: 0, done }])
            },
        )
        .in_virtual_time(),
        Variant::new(
            "completion",
            "it is told when all is done",
            |p| run(p, completion),
            |p| {
                let Sizes { arrival, copy, .. } = Sizes::of(p);
                let done = arrival + copy;
                shows([Seen { wait: 0, copy: 0, work: done, calls: 1, wasted: 0, done }])
            },
        )
        .in_virtual_time(),
    ],
    source: source!("io_model_phases.rs", "meter.rs", "waits.rs"),
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

/// How long a process is blocked in each phase and works, its calls, those that brought nothing,
/// and when it has the bytes.
#[derive(Debug)]
struct Seen {
    wait: i64,
    copy: i64,
    work: i64,
    calls: i64,
    wasted: i64,
    done: i64,
}

impl From<Seen> for Value {
    fn from(seen: Seen) -> Value {
        let Seen { wait, copy, work, calls, wasted, done } = seen;
        let phases = [("wait", wait), ("copy", copy), ("work", work)];
        let fields =
            phases.into_iter().chain([("calls", calls), ("wasted", wasted), ("done", done)]);
        Value::Record(fields.map(|(name, n)| (name, n.into())).collect())
    }
}

fn shows(seen: impl IntoIterator<Item = Seen>) -> Expectation {
    Expectation::pass().outcomes(seen)
}

/// Receives, and returns how many calls brought nothing.
type Model = fn(Socket, &mut Meter, i64) -> Result<i64, Exception>;

/// A client sends; the model receives.
fn run(params: &Params, model: Model) -> Result<Value, Exception> {
    let Sizes { arrival, copy, interval } = Sizes::of(params);
    let (ours, theirs) = socketpair("request");
    let client = spawn_named("client", move || send_after(arrival, &theirs, "hello"));
    let mut meter = Meter::new()?;
    let wasted = model(ours.copying(millis(copy)), &mut meter, interval)?;
    let at = milliseconds()?;
    let [wait, copy] = meter.blocked_around(client.join()??);
    let (work, calls) = (meter.worked(), meter.n_calls());
    Ok(Seen { wait, copy, work, calls, wasted, done: at }.into())
}

fn blocking(socket: Socket, meter: &mut Meter, _: i64) -> Result<i64, Exception> {
    meter.call(|| socket.recv(MOST))??;
    Ok(0)
}

fn polling(socket: Socket, meter: &mut Meter, interval: i64) -> Result<i64, Exception> {
    poll(meter, interval, || socket.try_recv(MOST))
}

fn selecting(socket: Socket, meter: &mut Meter, _: i64) -> Result<i64, Exception> {
    meter.call(|| select(&[(&socket, Interest::Read)], None))??;
    meter.call(|| socket.recv(MOST))??;
    Ok(0)
}

/// The first call asks the kernel to tell once the socket is ready.
fn signal(socket: Socket, meter: &mut Meter, _: i64) -> Result<i64, Exception> {
    let told = Event::named("signal");
    let (of_kernel, tells) = (socket.clone(), told.clone());
    let kernel = move || {
        select(&[(&of_kernel, Interest::Read)], None)?;
        tells.set();
        done(())
    };
    meter.call(|| spawn_daemon("kernel", kernel))?;
    meter.works_until(|| told.is_set())?;
    meter.call(|| socket.recv(MOST))??;
    Ok(0)
}

/// The kernel receives and copies. To take the bytes when it has is no call.
fn completion(socket: Socket, meter: &mut Meter, _: i64) -> Result<i64, Exception> {
    let request = meter.call(|| socket.recv_async(MOST))?;
    meter.works_until(|| request.is_done())?;
    meter.waits(|| request.wait())??;
    Ok(0)
}
