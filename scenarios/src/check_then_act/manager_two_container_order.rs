//! Two containers, each in its own order (E05 E94 E124; K19; M18).
//!
//! A manager keeps a dict and a list. Each of n processes sets a key that all set, a key of
//! its own, and appends its number to the list. A dict keeps the order in which its keys
//! came, and it is easy to hold that for the order of the list.
//!
//! ```text
//!   T1                T2
//!   set "name"
//!   set 1
//!                     set "name"
//!                     set 2
//!                     append 2
//!   append 1                       the keys are name, 1, 2 and the list is [2, 1]
//! ```
//!
//! Each call is safe and whole. The order of the own keys and the order of the list have
//! nothing to do with one another: let all processes set their keys in one order, and then
//! append in another one. Where they differ it is an `invariant-violation`.
//!
//! `common-key-first`, as in E05: the common key is set before any own one, so it is the
//! first, and the orders are any two of n! each.
//!
//! `own-key-first`, as in E94: the common key comes at the place after the first p own
//! keys, for any p from 1 to n, since some process sets it after its own and any p
//! processes can set theirs before. n · n! orders of keys, and n! of the list with each.
//!
//! `looks`, as in E124: each process prints the list at the end. For the order of the list,
//! the one at place p finds p items at least, its own and those before it, and at most
//! all. What one finds says nothing of what another one does. So the outcome is any order
//! of the list, and for each place p any length from p to n. Here the two orders are no
//! matter, and nothing is wrong.
//!
//! `one-lock`: one lock around all of it. The processes come one after another, so both
//! orders are that in which they came, n! in all, and the common key is behind the
//! first own one.
//!
//! The document starts its list with five numbers, which stay in front in every order.

use unknot_checker::sim::process::manager::{Dict, List};
use unknot_checker::sim::process::{self, Across, Manager};
use unknot_checker::sim::{Exception, Value, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::orders::permutations;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "manager-two-container-order",
    family: "check-then-act",
    about: "processes fill a dict and a list, and the orders are taken for one",
    covers: &["E05", "E94", "E124", "K19", "M18"],
    params: &[Param {
        name: "processes",
        about: "processes that set a key and append",
        default: 3,
        min: 1,
        max: 10,
    }],
    variants: &[
        Variant::new("common-key-first", "the common key first", common_key_first, |params| {
            expect(params, |own| vec![[&[NAME], own].concat()])
        }),
        Variant::new("own-key-first", "the own key first", own_key_first, |params| {
            expect(params, |own| (1..=own.len()).map(|place| with_name(own, place)).collect())
        }),
        Variant::new("looks", "each process looks at the list at last", looks, |params| {
            let n = params.size("processes");
            if n > EXHAUSTED {
                return Expectation::pass().exhausts_if(false);
            }
            let orders = permutations(&numbers(n)).into_iter();
            let all = orders.flat_map(|order| {
                lengths(n).into_iter().map(move |lengths| looked(&order, &lengths))
            });
            Expectation::pass().outcomes(all)
        }),
        Variant::new("one-lock", "a lock around all of it", one_lock, |params| {
            let n = params.size("processes");
            if n > 6 {
                return Expectation::pass().exhausts_if(false);
            }
            let orders = permutations(&numbers(n)).into_iter();
            Expectation::pass().outcomes(orders.map(|order| filled(&with_name(&order, 1), &order)))
        }),
    ],
    source: source!("manager_two_container_order.rs"),
};

/// The common key. The others are the numbers of the processes, from 1.
const NAME: i64 = 0;

/// More processes than these have too many orders to go through.
const EXHAUSTED: usize = 3;

fn numbers(n: usize) -> Vec<i64> {
    (1..=n).map(|i| i as i64).collect()
}

fn with_name(own: &[i64], place: usize) -> Vec<i64> {
    [&own[..place], &[NAME], &own[place..]].concat()
}

/// Each order of keys with each order of the list.
fn expect(params: &Params, keys: fn(&[i64]) -> Vec<Vec<i64>>) -> Expectation {
    let n = params.size("processes");
    let expected = Expectation::pass();
    let expected = if n > 1 { expected.sometimes(Kind::InvariantViolation) } else { expected };
    if n > EXHAUSTED {
        return expected.exhausts_if(false);
    }
    let lists = permutations(&numbers(n));
    let keys: Vec<Vec<i64>> = lists.iter().flat_map(|own| keys(own)).collect();
    expected.outcomes(lists.iter().flat_map(|list| keys.iter().map(|keys| filled(keys, list))))
}

/// For each place the lengths from that place on, in all combinations.
fn lengths(n: usize) -> Vec<Vec<usize>> {
    (1..=n).fold(vec![vec![]], |all, place| {
        let with = |known: Vec<usize>| (place..=n).map(move |len| [&known[..], &[len]].concat());
        all.into_iter().flat_map(with).collect()
    })
}

/// What is in the containers.
fn filled(keys: &[i64], list: &[i64]) -> Value {
    Value::Record(vec![("keys", keys.to_vec().into()), ("list", list.to_vec().into())])
}

/// The list, and what the processes found that appended its items.
fn looked(list: &[i64], lengths: &[usize]) -> Value {
    Value::Record(vec![("list", list.to_vec().into()), ("found", lengths.to_vec().into())])
}

/// What all processes share.
#[derive(Clone)]
struct Containers {
    dict: Dict<i64, i64>,
    list: List<i64>,
    lock: process::Lock,
    /// What each process found.
    found: process::Array<usize>,
}

/// What a process does with its number.
type Body = fn(&Containers, i64) -> Result<(), Exception>;

/// Runs the processes, and looks at what they left.
fn fill(
    params: &Params,
    body: Body,
    look: fn(&Containers) -> Result<Value, Exception>,
) -> Result<Value, Exception> {
    Manager::with(|manager| {
        let n = params.size("processes");
        let containers = Across::of(Containers {
            dict: manager.dict("dict", []),
            list: manager.list("list", []),
            lock: process::Lock::named("lock"),
            found: process::Array::named("found", vec![0; n]),
        });
        let mut started = vec![];
        for number in numbers(n) {
            let args = (containers.clone(), number);
            let run =
                move |(containers, number): (Across<Containers>, i64)| body(&containers, number);
            started.push(process::new(args, run).named(("process", number)).start()?);
        }
        started.into_iter().try_for_each(|process| process.join())?;
        look(&containers)
    })
}

/// Takes the order of the keys for that of the list.
fn compare(containers: &Containers) -> Result<Value, Exception> {
    let (keys, list) = (containers.dict.keys()?, containers.list.to_vec()?);
    let own: Vec<i64> = keys.iter().copied().filter(|&key| key != NAME).collect();
    verify!(own == list, "the keys came as {own:?}, the list is {list:?}");
    Ok(filled(&keys, &list))
}

fn common_key_first(params: &Params) -> Result<Value, Exception> {
    let body: Body = |containers, number| {
        containers.dict.set(NAME, number)?;
        containers.dict.set(number, number)?;
        containers.list.append(number)
    };
    fill(params, body, compare)
}

/// Sets the own key, then the common one, and appends.
fn add(containers: &Containers, number: i64) -> Result<(), Exception> {
    containers.dict.set(number, number)?;
    containers.dict.set(NAME, number)?;
    containers.list.append(number)
}

fn own_key_first(params: &Params) -> Result<Value, Exception> {
    fill(params, add, compare)
}

fn one_lock(params: &Params) -> Result<Value, Exception> {
    let body: Body = |containers, number| {
        let _held = containers.lock.lock()?;
        add(containers, number)
    };
    fill(params, body, compare)
}

fn looks(params: &Params) -> Result<Value, Exception> {
    let body: Body = |containers, number| {
        add(containers, number)?;
        containers.found[number as usize - 1].write(containers.list.len()?);
        Ok(())
    };
    fill(params, body, |containers| {
        let list = containers.list.to_vec()?;
        let found = list.iter().map(|&number| containers.found[number as usize - 1].read());
        Ok(looked(&list, &found.collect::<Vec<usize>>()))
    })
}
