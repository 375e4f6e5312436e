//! Which threads there are (K62).
//!
//! `enumerate` lists the threads that have started and not ended. `active_count` tells how
//! many there are.
//!
//! ```text
//!   main                        thread 1      thread 2
//!   enumerate: main
//!   start, start
//!                                             end
//!   enumerate: main, thread 1
//!                               end
//!   active_count: 1
//! ```
//!
//! `held`: the threads wait for an event. Main looks before it starts them, while they
//! wait, and after it has joined them: main alone, main and all n in the order of their
//! starts, and main alone again. Joins and the event order every end behind the second
//! look and before the third: one outcome. A thread may be there before the event is set or
//! come after it, which main does not see: 2^n classes.
//!
//! `free`: nothing holds the threads, and main looks once for names and then once for the
//! number. Each of n threads ends before the first look, between the two, or after both,
//! whatever the others do: 3^n classes. Of k threads that are listed any number from 0 to
//! k is left at the second look: the outcomes are each set of k threads with k + 1
//! numbers. So the number is the length of the list at one moment, and may be less at
//! the next one.

use unknot_checker::sim::{Event, Exception, Value, active_count, enumerate, spawn_named, verify};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "thread-enumerate",
    family: "processes",
    about: "threads are listed from their start to their end",
    covers: &["K62"],
    params: &[Param { name: "threads", about: "threads", default: 3, min: 1, max: 6 }],
    variants: &[
        Variant::new("free", "main looks while the threads may end", free, |params| {
            Expectation::pass().outcomes(all_looks(params.size("threads")))
        }),
        Variant::new("held", "the threads wait for an event meanwhile", held, |params| {
            let all = (1..=params.size("threads")).map(|i| format!("thread {i}"));
            Expectation::pass().outcomes([vec![
                main(),
                main().into_iter().chain(all).collect(),
                main(),
            ]])
        }),
    ],
    source: source!("thread_enumerate.rs"),
};

fn main() -> Vec<String> {
    vec!["main".to_owned()]
}

fn looked(listed: Vec<String>, count: usize) -> Value {
    Value::Record(vec![("listed", listed.into()), ("count", count.into())])
}

/// Each set of threads that is listed, and each number that may be left of it.
fn all_looks(n: usize) -> Vec<Value> {
    let mut looks = vec![];
    for set in 0..1_usize << n {
        let threads = (1..=n).filter(|i| set & 1 << (i - 1) != 0);
        let listed: Vec<String> =
            main().into_iter().chain(threads.map(|i| format!("thread {i}"))).collect();
        looks.extend((1..=listed.len()).map(|count| looked(listed.clone(), count)));
    }
    looks
}

fn free(params: &Params) -> Result<Value, Exception> {
    for i in 1..=params.size("threads") {
        spawn_named(("thread", i), || ());
    }
    let listed = enumerate();
    Ok(looked(listed, active_count()))
}

fn held(params: &Params) -> Result<Value, Exception> {
    let go = Event::named("go");
    let mut looks = vec![enumerate()];
    let mut threads = vec![];
    for i in 1..=params.size("threads") {
        let go = go.clone();
        threads.push(spawn_named(("thread", i), move || go.wait()));
    }
    looks.push(enumerate());
    verify!(active_count() == threads.len() + 1, "the threads and main");
    go.set();
    for thread in threads {
        thread.join()?;
    }
    looks.push(enumerate());
    Ok(looks.into())
}
