//! Two processes write on one end of a pipe (S16; K22; M23).
//!
//! Each writer sends one frame, and main receives as many frames as there are writers. A
//! long message leaves in several writes, here of w pieces, and the reader takes w pieces
//! for a frame.
//!
//! ```text
//!   T1 (writer 1)      T2 (writer 2)
//!   write 1 of 2
//!                      write 1 of 2
//!                      write 2 of 2
//!   write 2 of 2                         main reads 1a 2a, and then 2b 1b
//! ```
//!
//! `same-end`: nothing orders the writes of different writers, and pieces on one end have an
//! order. With n writers of w writes (nw)! / w!^n orders, each a class: 6 for two of two. A
//! frame is whole if its w pieces are those of one message. Orders that keep every
//! frame whole are the n! orders of the frames: 2 of 6. In the other 4 the first frame has a
//! piece of each, and then so has the second one. Its bytes are no message:
//! `UnpicklingError`. When main reads makes no difference.
//!
//! Main catches that, counts the frame as torn and reads the next one. So the finding is an
//! `invariant-violation`, as for every torn record of the catalogue, and the outcome
//! tells of each frame what became of it. If main let the first one pass, what came of
//! the others would not be seen.
//!
//! `writer-lock`: a lock that all writers share is round the whole send. n! orders of
//! the lock, with the frames in that order, each whole. `one-end-each`: each writer has
//! a pipe of its own, and main a thread for each that receives the frame and adds it to
//! a list. No pieces can mix. The orders of the n additions are left: n! classes.
//! `one-write`: a frame that leaves in one write has no inside: n! orders of the frames.

use unknot_checker::sim::process::{self, Connection, Process, pipe_simplex};
use unknot_checker::sim::{Exception, Shared, Value, done, spawn_named, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::orders::{merges_of, permutations};
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "torn-pipe-frames",
    family: "lost-updates",
    about: "two processes send on the same end of a pipe",
    covers: &["S16", "K22", "M23"],
    params: &[
        Param { name: "writers", about: "processes that send", default: 2, min: 2, max: 3 },
        Param { name: "writes", about: "writes of a frame", default: 2, min: 2, max: 3 },
    ],
    variants: &[
        Variant::new(
            "same-end",
            "all send on one end",
            |params| one_pipe(params, writes(params), Guard::None),
            |params| {
                let orders = merges_of(&pieces(params)).into_iter();
                Expectation::pass()
                    .sometimes(Kind::InvariantViolation)
                    .outcomes(orders.map(|order| frames(params, &order)))
            },
        ),
        Variant::new(
            "writer-lock",
            "each sends inside a lock",
            |params| one_pipe(params, writes(params), Guard::Lock),
            any_order,
        ),
        Variant::new("one-end-each", "each has a pipe of its own", one_end_each, any_order),
        Variant::new(
            "one-write",
            "a frame leaves in one write",
            |params| one_pipe(params, 1, Guard::None),
            any_order,
        ),
    ],
    source: source!("torn_pipe_frames.rs"),
};

/// What a writer does round its send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Guard {
    None,
    Lock,
}

fn writes(params: &Params) -> u32 {
    u32::try_from(params.int("writes")).expect("a few")
}

/// A frame that was not sent.
const TORN: &str = "torn";

/// What a writer sends.
fn frame(writer: usize) -> String {
    format!("frame {writer}")
}

/// The pieces of each writer: whose they are, and which.
fn pieces(params: &Params) -> Vec<Vec<(usize, usize)>> {
    let of = |writer| (0..params.size("writes")).map(|nth| (writer, nth)).collect();
    (1..=params.size("writers")).map(of).collect()
}

/// What a reader makes of pieces in some order.
fn frames(params: &Params, order: &[(usize, usize)]) -> Vec<String> {
    let read = |pieces: &[(usize, usize)]| {
        let (writer, _) = pieces[0];
        let is_whole = pieces.iter().copied().eq((0..pieces.len()).map(|nth| (writer, nth)));
        if is_whole { frame(writer) } else { TORN.to_owned() }
    };
    order.chunks(params.size("writes")).map(read).collect()
}

fn any_order(params: &Params) -> Expectation {
    let frames: Vec<String> = (1..=params.size("writers")).map(frame).collect();
    Expectation::pass().outcomes(permutations(&frames))
}

/// Receives a frame. One that is torn is told.
fn receive(from: &Connection<String>) -> Result<String, Exception> {
    match from.recv() {
        Err(error) if error.kind == "UnpicklingError" => Ok(TORN.to_owned()),
        received => received,
    }
}

/// Looks at the frames that were received.
fn told(frames: Vec<String>) -> Result<Value, Exception> {
    let n_torn = frames.iter().filter(|frame| *frame == TORN).count();
    verify!(n_torn == 0, "{n_torn} of {} frames are torn", frames.len());
    Ok(frames.into())
}

fn start(
    writer: usize,
    to: &Connection<String>,
    lock: Option<&process::Lock>,
) -> Result<Process, Exception> {
    let args = (to.clone(), lock.cloned());
    let body = move |(to, lock): (Connection<String>, Option<process::Lock>)| {
        let _guard = lock.as_ref().map(|lock| lock.lock()).transpose()?;
        to.send(frame(writer))
    };
    process::new(args, body).named(("writer", writer)).start()
}

fn one_pipe(params: &Params, writes: u32, guard: Guard) -> Result<Value, Exception> {
    let (from, to) = pipe_simplex::<String>("frames");
    // How many pieces make a frame, a reader learns from the first of them.
    let to = to.in_writes(writes);
    let lock = (guard == Guard::Lock).then(|| process::Lock::named("writer lock"));
    let start = |writer| start(writer, &to, lock.as_ref());
    let writers = (1..=params.size("writers")).map(start).collect::<Result<Vec<_>, _>>()?;
    let frames = writers.iter().map(|_| receive(&from)).collect::<Result<Vec<_>, _>>()?;
    for writer in writers {
        writer.join()?;
    }
    told(frames)
}

fn one_end_each(params: &Params) -> Result<Value, Exception> {
    let pipes: Vec<_> =
        (1..=params.size("writers")).map(|i| (i, pipe_simplex(("frames", i)))).collect();
    let mut writers = vec![];
    for (i, (_, to)) in &pipes {
        writers.push(start(*i, &to.clone().in_writes(writes(params)), None)?);
    }
    let frames = Shared::named("frames", vec![]);
    let mut readers = vec![];
    for (i, (from, _)) in pipes {
        let frames = frames.clone();
        readers.push(spawn_named(("reader", i), move || {
            let frame = receive(&from)?;
            frames.update_in_one_step(|before: &Vec<String>| {
                [&before[..], std::slice::from_ref(&frame)].concat()
            });
            done(())
        }));
    }
    for reader in readers {
        reader.join()??;
    }
    for writer in writers {
        writer.join()?;
    }
    told(frames.read())
}
