//! Two threads empty a list from its tail (E16; K13; M10).
//!
//! A list holds 1 to 5. Two threads do the same for ever: look at the last
//! item, pause, remove it. No end is provided, so a thread ends by an exception
//! at best, but the list is called unsafe for another reason.
//!
//! ```text
//!   T1                T2
//!   look: 5
//!                     look: 5
//!                     remove 5
//!   remove 5                       ValueError, it is gone
//! ```
//!
//! `look-then-remove`, n threads: an `exception` in every execution, since no
//! thread ends otherwise. The thread that makes the last removal of all looks again,
//! and had it seen an item, it could have removed that: so it sees an empty
//! list and dies of an `IndexError`, and the list ends empty. Each other thread
//! dies of that, or of a `ValueError` if its item went between its two steps.
//! So 0 to n - 1 die of the latter: k do if k look at the last item before
//! a thread removes it, and the others look afterwards.
//!
//! Each call is one step, as in Python; only the pair is not. So the claim that
//! lists are unsafe for threads holds for the pair of calls.
//!
//! `locked-pop`: the test for emptiness and the removal are one section under a
//! lock. No thread dies, and each item goes to one thread.

use std::fmt::Debug;
use unknot_checker::sim::{Exception, JoinHandle, Lock, Shared, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "list-tail-remove-race",
    family: "lost-updates",
    about: "threads look at the tail of a list, then remove it",
    covers: &["E16", "K13", "M10"],
    params: &[
        Param { name: "items", about: "items in the list", default: 5, min: 1, max: 10 },
        Param { name: "threads", about: "threads that empty it", default: 2, min: 2, max: 5 },
    ],
    variants: &[
        Variant::new(
            "look-then-remove",
            "two calls, with a pause in between",
            look_then_remove,
            |params| {
                let n = params.int("threads");
                Expectation::pass()
                    .always(Kind::Exception)
                    .outcomes((0..n).map(|gone| died(n - gone, gone)))
                    .exhausts_if(n == 2 || n == 3 && params.int("items") <= 5)
            },
        ),
        Variant::new("locked-pop", "test and removal inside a lock", locked_pop, |params| {
            let items = params.int("items");
            Expectation::pass()
                .outcomes([(1..=items).collect::<Vec<_>>()])
                .exhausts_if(params.int("threads") == 2 || params.int("threads") <= 4 && items <= 5)
        }),
    ],
    source: source!("list_tail_remove_race.rs"),
};

/// How many threads found the list empty, and how many found their item gone.
fn died(empty: i64, gone: i64) -> Value {
    Value::Record(vec![("IndexError", empty.into()), ("ValueError", gone.into())])
}

fn look_then_remove(params: &Params) -> Result<Value, Exception> {
    let list = Shared::named("list", (1..=params.int("items")).collect::<Vec<_>>());
    let threads = start(params, move || -> Result<(), Exception> {
        loop {
            let Some(tail) = list.read().last().copied() else {
                return Err(Exception::new("IndexError", "the list is empty"));
            };
            let before = list.update_in_one_step(|list| without(list, tail));
            if !before.contains(&tail) {
                return Err(Exception::new("ValueError", format!("{tail} is not in the list")));
            }
        }
    });
    let (mut empty, mut gone) = (0, 0);
    for thread in threads {
        match thread.join()? {
            Err(exception) if exception.kind == "IndexError" => empty += 1,
            _ => gone += 1,
        }
    }
    Ok(died(empty, gone))
}

fn locked_pop(params: &Params) -> Result<Value, Exception> {
    let list = Shared::named("list", (1..=params.int("items")).collect::<Vec<_>>());
    let lock = Lock::named("lock");
    let threads = start(params, move || {
        let mut taken = vec![];
        loop {
            let _guard = lock.lock()?;
            let Some(tail) = list.read().last().copied() else {
                return Ok(taken);
            };
            list.update_in_one_step(|list| without(list, tail));
            taken.push(tail);
        }
    });
    let mut taken: Vec<i64> = vec![];
    for thread in threads {
        taken.extend(thread.join()??);
    }
    taken.sort_unstable();
    Ok(taken.into())
}

fn without(list: &[i64], item: i64) -> Vec<i64> {
    list.iter().copied().filter(|&other| other != item).collect()
}

/// Starts the threads, all of which do the same.
fn start<T: Debug + 'static>(
    params: &Params,
    body: impl Fn() -> Result<T, Exception> + Clone + 'static,
) -> Vec<JoinHandle<Result<T, Exception>>> {
    (1..=params.size("threads")).map(|i| spawn_named(("remover", i), body.clone())).collect()
}
