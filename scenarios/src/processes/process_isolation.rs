//! A child writes, and its parent looks (E33 E57; K23 K24).
//!
//! A variable holds 10. A child sets it to 100, and main joins the child and prints it.
//!
//! ```text
//!   main            child           n of main   n of the child
//!   n = 10                          10
//!   start                           10          10
//!                   n = 100         10          100
//!   join
//!   read n: 10                      10          100
//! ```
//!
//! `process`: memory is private. The process has a copy, its write stays there, and main
//! has 10 in every execution. To take the variable for shared is wrong each time, so the
//! violation is there always. No step of the child touches what main touches, so
//! there is one class, and the join has nothing to do with it.
//!
//! `thread`: the same with one word changed. A thread has the variable itself, and the
//! join puts its write before the read: 100. `direct-call`: no child at all, so 100.
//! `shared-value`: the process again, with a value in memory that is shared: 100. In each
//! of the three the steps are ordered, so there is one class.
//!
//! `plain-dict`: several processes set a key each, in a plain dict. That is a dict in each
//! process. A child finds its own key and no other one, and main finds none: a violation
//! always, in one class, since no two steps touch the same dict.
//!
//! `managed-dict`: a manager keeps the one dict. Main finds all n keys. A process sets its
//! key with one call and counts the keys with another. The n keys are set in any order,
//! and the process with the key at place p finds p keys at least, its own and those
//! before it, and at most n. What one finds says nothing of what another one does, so
//! there are n - p + 1 cases for each place p and (n!)² classes in all. The same counts
//! may come of several orders: for two processes of 4 classes 2 have both find 2 keys.
//!
//! E57 goes from 100 to 0 and E33 from 10 to 100; the numbers do not matter.

use std::collections::{BTreeMap, BTreeSet};

use unknot_checker::sim::process::manager::Dict;
use unknot_checker::sim::process::{self, Fork, Manager, Value as Memory};
use unknot_checker::sim::{Exception, Shared, Value, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use super::worker::Worker;
use crate::orders::permutations;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "process-isolation",
    family: "processes",
    about: "what a child writes, and what its parent then sees",
    covers: &["E33", "E57", "K23", "K24"],
    params: &[Param {
        name: "processes",
        about: "processes that set a key of the dict",
        default: 2,
        min: 1,
        max: 5,
    }],
    variants: &[
        Variant::new(
            "process",
            "a process writes to a variable",
            |_| child(Worker::Process),
            |_| sees(BEFORE).always(Kind::InvariantViolation),
        ),
        Variant::new(
            "plain-dict",
            "each process sets its key of a plain dict",
            |params| dict(params, Shared::named("dict", BTreeMap::new()), add_private),
            |params| {
                let n = params.size("processes");
                let alone = found(vec![1; n], 0);
                Expectation::pass().outcomes([alone]).always(Kind::InvariantViolation)
            },
        ),
        Variant::new("thread", "a thread writes to it", |_| child(Worker::Thread), |_| sees(AFTER)),
        Variant::new("direct-call", "the function is called", direct_call, |_| sees(AFTER)),
        Variant::new(
            "shared-value",
            "a process writes to a value in shared memory",
            shared_value,
            |_| sees(AFTER),
        ),
        Variant::new(
            "managed-dict",
            "each process sets its key of a dict that a manager keeps",
            managed_dict,
            |params| {
                let n = params.size("processes");
                let places: Vec<usize> = (1..=n).collect();
                let orders = permutations(&places).into_iter();
                let counts: BTreeSet<Vec<usize>> =
                    orders.flat_map(|places| counts(&places, n)).collect();
                Expectation::pass().outcomes(counts.into_iter().map(|counts| found(counts, n)))
            },
        ),
    ],
    source: source!("process_isolation.rs"),
};

/// What the variable holds at first, and what the child writes.
const BEFORE: i64 = 10;
const AFTER: i64 = 100;

fn sees(n: i64) -> Expectation {
    Expectation::pass().outcomes([n])
}

/// Looks at what main has after the child.
fn seen(n: i64) -> Result<Value, Exception> {
    verify!(n == AFTER, "the child wrote {AFTER}, and main has {n}");
    Ok(n.into())
}

fn child(worker: Worker) -> Result<Value, Exception> {
    let n = Shared::named("n", BEFORE);
    worker.start(("child", 1), n.clone(), |n| n.write(AFTER))?.join()?;
    seen(n.read())
}

fn direct_call(_: &Params) -> Result<Value, Exception> {
    let n = Shared::named("n", BEFORE);
    n.write(AFTER);
    seen(n.read())
}

fn shared_value(_: &Params) -> Result<Value, Exception> {
    let n = Memory::named("n", BEFORE);
    Worker::Process.start(("child", 1), n.clone(), |n| n.write(AFTER))?.join()?;
    seen(n.read())
}

type Keys = BTreeMap<usize, bool>;

/// A dict with one more key.
fn with_key(keys: &Keys, key: usize) -> Keys {
    let mut keys = keys.clone();
    keys.insert(key, true);
    keys
}

/// Sets a key if there is one, and tells how many there are then.
type Add<D> = fn(&D, Option<usize>) -> Result<usize, Exception>;

fn add_private(dict: &Shared<Keys>, key: Option<usize>) -> Result<usize, Exception> {
    if let Some(key) = key {
        dict.update_in_one_step(|keys| with_key(keys, key));
    }
    Ok(dict.read().len())
}

fn managed_dict(params: &Params) -> Result<Value, Exception> {
    Manager::with(|manager| {
        dict(params, manager.dict("dict", []), |dict: &Dict<usize, bool>, key| {
            if let Some(key) = key {
                dict.set(key, true)?;
            }
            dict.len()
        })
    })
}

/// The outcome: how many keys each process finds, and how many main does.
fn found(by_processes: Vec<usize>, by_main: usize) -> Value {
    Value::Record(vec![("processes", by_processes.into()), ("main", by_main.into())])
}

/// What processes with keys at these places may count: from the own place up to all.
fn counts(places: &[usize], n: usize) -> BTreeSet<Vec<usize>> {
    places.iter().fold(BTreeSet::from([vec![]]), |all, &place| {
        let with = |known: &Vec<usize>| {
            let known = known.clone();
            (place..=n).map(move |count| [&known[..], &[count]].concat())
        };
        all.iter().flat_map(with).collect()
    })
}

/// Each process sets its key, and main counts the keys.
fn dict<D: Fork + Clone>(params: &Params, dict: D, add: Add<D>) -> Result<Value, Exception> {
    let n = params.size("processes");
    let told = process::Array::named("found", vec![0; n]);
    let mut children = vec![];
    for i in 0..n {
        let args = (dict.clone(), told.clone(), i);
        children.push(process::start(args, move |(dict, told, i)| {
            told[i].write(add(&dict, Some(i))?);
            Ok::<_, Exception>(())
        })?);
    }
    for child in children {
        child.join()?;
    }
    let by_main = add(&dict, None)?;
    verify!(by_main == n, "{n} processes set a key each, and main finds {by_main}");
    Ok(found(told.iter().map(|told| told.read()).collect(), by_main))
}
