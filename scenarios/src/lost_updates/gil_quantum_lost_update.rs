//! A quantum of bytecodes does not make two of them one (K05 K06 K07; S12 S14; M25).
//!
//! Threads count a number down. To take one off is a load, the first bytecode of a round, and a
//! store, the fourth; the rest of the round is other work. The interpreter lock goes to the next
//! thread after so many bytecodes, whatever these are.
//!
//! ```text
//!   T1 (quantum 2)   T2
//!   load 2
//!   subtract
//!                    load 2
//!                    subtract
//!   …
//!   store 1
//!                    …
//!                    store 1        the update of T1 is lost
//! ```
//!
//! `no-lock`: which thread is next is not open, so there is one class, and what is lost is an
//! accident of alignment: how often a quantum ends between a load and its store. With
//! rounds of 4 bytecodes a quantum of 4, or of 100, never does; of 1, 2 or 3 it always does, and
//! half of all updates are lost. 5 does in some rounds: 8 are left of 2 · 10, and 80 of 2 · 100.
//! A hundred threads with one round each, behind a lead-in of 96 bytecodes, lose nothing with a
//! quantum of 100; behind one of 97, 98 or 99 all but one. What is declared is computed by
//! going through the quanta one after the other. An update is lost exactly where the end is
//! not 0: it is the only reason for that.
//!
//! `locked`: load and store under a lock of the threads. The quantum may end there as well,
//! but a thread that wants the lock meanwhile passes the interpreter lock on and waits. So
//! each round sees the one before, and the end is 0 for every alignment: the interpreter lock
//! does not replace that lock (K05).
//!
//! `processes` (S14): processes count down a number in shared memory, one round each. Each has
//! an interpreter lock of its own, which it has throughout, and which keeps no other process
//! from anything. So no quantum helps: the loads and stores come in any order, (n!)² classes as
//! for threads without an interpreter lock, and 0 to n - 1 are left.

use unknot_checker::sim::process::{self, Process};
use unknot_checker::sim::{Exception, Gil, JoinHandle, Shared, Value};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "gil-quantum-lost-update",
    family: "lost-updates",
    about: "threads of an interpreter count a number down, some bytecodes at a time",
    covers: &["K05", "K06", "K07", "S12", "S14", "M25"],
    params: &[
        Param { name: "threads", about: "threads", default: 2, min: 2, max: 100 },
        Param { name: "rounds", about: "rounds of a thread", default: 10, min: 1, max: 1_000 },
        Param { name: "lead-in", about: "bytecodes before them", default: 0, min: 0, max: 200 },
        Param { name: "body", about: "bytecodes of a round", default: 4, min: 4, max: 100 },
        Param { name: "quantum", about: "bytecodes of a turn", default: 5, min: 1, max: 1_000 },
    ],
    variants: &[
        Variant::new("no-lock", "load and store are two bytecodes", no_lock, |params| {
            let left = left(params);
            let expected = Expectation::pass().outcomes([left]);
            if left == 0 { expected } else { expected.always(Kind::LostUpdate) }
        }),
        Variant::new(
            "processes",
            "processes with a lock each, one round each",
            processes,
            |params| {
                let threads = params.int("threads");
                let expected = Expectation::pass().sometimes(Kind::LostUpdate).outcomes(0..threads);
                expected.exhausts_if(threads <= 4)
            },
        ),
        Variant::new("locked", "load and store inside a lock of the threads", locked, |_| {
            Expectation::pass().outcomes([0])
        }),
    ],
    source: source!("gil_quantum_lost_update.rs"),
};

/// What is left of the number after all quanta, which threads have in turn.
fn left(params: &Params) -> i64 {
    let [threads, rounds, lead_in, body, quantum] =
        ["threads", "rounds", "lead-in", "body", "quantum"].map(|name| params.size(name));
    let mut number = params.int("threads") * params.int("rounds");
    let mut loaded = vec![0; threads];
    let length = lead_in + rounds * body;
    for first in (0..length).step_by(quantum) {
        for own in &mut loaded {
            for at in first.max(lead_in)..length.min(first + quantum) {
                match (at - lead_in) % body {
                    0 => *own = number,
                    3 => number = *own - 1,
                    _ => {}
                }
            }
        }
    }
    number
}

fn no_lock(params: &Params) -> Result<Value, Exception> {
    count_down(params, false)
}

fn locked(params: &Params) -> Result<Value, Exception> {
    count_down(params, true)
}

fn count_down(params: &Params, is_locked: bool) -> Result<Value, Exception> {
    let gil = Gil::new(params.int("quantum").unsigned_abs());
    let number = Shared::named("number", params.int("threads") * params.int("rounds"));
    let lock = gil.lock("lock");
    let [rounds, lead_in, body] = ["rounds", "lead-in", "body"].map(|name| params.size(name));
    let start = |nth| {
        let (own, number, lock) = (gil.clone(), number.clone(), lock.clone());
        gil.spawn(("thread", nth), move || -> Result<(), Exception> {
            let bytecodes = |n: usize| (0..n).for_each(|_| own.bytecode());
            bytecodes(lead_in);
            for _ in 0..rounds {
                if is_locked {
                    lock.acquire();
                }
                bytecodes(1);
                let loaded = number.read();
                bytecodes(3);
                number.write(loaded - 1);
                if is_locked {
                    lock.release()?;
                }
                bytecodes(body - 4);
            }
            Ok(())
        })
    };
    let threads: Vec<_> = (1..=params.size("threads")).map(start).collect();
    let ended = gil.blocking(|| threads.into_iter().map(JoinHandle::join).collect::<Vec<_>>());
    for result in ended {
        result??;
    }
    Ok(number.read().into())
}

fn processes(params: &Params) -> Result<Value, Exception> {
    let number = process::Value::named("number", params.int("threads"));
    let (quantum, body) = (params.int("quantum").unsigned_abs(), params.size("body"));
    let start = |nth: usize| {
        let round = move |number: process::Value<i64>| {
            let gil = Gil::new(quantum);
            let bytecodes = |n: usize| (0..n).for_each(|_| gil.bytecode());
            bytecodes(1);
            let loaded = number.read();
            bytecodes(3);
            number.write(loaded - 1);
            bytecodes(body - 4);
        };
        process::new(number.clone(), round).named(("process", nth)).start()
    };
    let started = (1..=params.size("threads")).map(start).collect::<Result<Vec<_>, Exception>>()?;
    started.iter().try_for_each(Process::join)?;
    Ok(number.read().into())
}
