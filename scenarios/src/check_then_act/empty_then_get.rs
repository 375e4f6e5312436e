//! Consumers test for emptiness, then get (E86 E87 E119; K41; M12).
//!
//! A producer puts items into a queue. A consumer polls it k times: if
//! the queue is not empty, it gets one. With one consumer nothing can go wrong
//! but that items stay; the document then suggests three.
//!
//! ```text
//!   T1 (producer)     T2                T3
//!   put 0
//!                     is it empty? no
//!                                       is it empty? no
//!                     get 0
//!                                       get   BLOCKED, and no task puts again
//! ```
//!
//! `test-then-get`, N items, c consumers with k polls: a poll that sees nothing
//! is used up, so 0 to min(N, ck) items are eaten; consumers that come one
//! after another reach all of these. Test and get are two steps. If two
//! consumers see the same last item, one waits for ever: a `hang`. This takes
//! two consumers and more polls than items, N - 1 to eat the others and two for
//! the last. With ck <= N there is an item for each get. Each call by itself is
//! safe, as is claimed; the pair is not.
//!
//! `get-nowait`: one step that gets or raises Empty, which is caught. No task
//! waits, so none hangs; items may still stay, for polls are used up.
//!
//! `sentinels`: no polls. Consumers wait for items until each gets the None
//! that the producer puts for it after the last item: all N are eaten.

use unknot_checker::sim::{Exception, JoinHandle, Queue, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "empty-then-get",
    family: "check-then-act",
    about: "consumers test that a queue is not empty, then get",
    covers: &["E86", "E87", "E119", "K41", "M12"],
    params: &[
        Param { name: "items", about: "items that are put", default: 3, min: 1, max: 10 },
        Param { name: "consumers", about: "tasks that consume", default: 2, min: 1, max: 3 },
        Param { name: "polls", about: "polls of each consumer", default: 3, min: 1, max: 10 },
    ],
    variants: &[
        Variant::new("test-then-get", "if not empty, then get", test_then_get, |params| {
            let consumers = params.int("consumers");
            let items = params.int("items");
            let expected = polled(params)
                .exhausts_if(consumers == 1 || polls_in_all(params) <= 6 && items <= 4);
            if consumers > 1 && polls_in_all(params) > items {
                expected.sometimes(Kind::Hang)
            } else {
                expected
            }
        }),
        Variant::new("get-nowait", "gets, and catches Empty", get_nowait, |params| {
            let exhausts = params.int("consumers") == 1 || polls_in_all(params) <= 6;
            polled(params).exhausts_if(exhausts)
        }),
        Variant::new("sentinels", "waits until it gets the end", sentinels, |params| {
            let items = params.int("items");
            let exhausts = params.int("consumers") <= 2 || items <= 8;
            Expectation::pass().outcomes([eaten(items)]).exhausts_if(exhausts)
        }),
    ],
    source: source!("empty_then_get.rs"),
};

fn polls_in_all(params: &Params) -> i64 {
    params.int("consumers") * params.int("polls")
}

fn polled(params: &Params) -> Expectation {
    let most = params.int("items").min(polls_in_all(params));
    Expectation::pass().outcomes((0..=most).map(eaten))
}

fn eaten(items: i64) -> Value {
    Value::Record(vec![("eaten", items.into())])
}

fn test_then_get(params: &Params) -> Result<Value, Exception> {
    let polls = params.int("polls");
    consume(params, 0, move |queue| {
        let mut n_eaten = 0;
        for _ in 0..polls {
            if !queue.empty() {
                queue.get()?;
                n_eaten += 1;
            }
        }
        Ok(n_eaten)
    })
}

fn get_nowait(params: &Params) -> Result<Value, Exception> {
    let polls = params.int("polls");
    consume(params, 0, move |queue| {
        let polls = (0..polls).map(|_| queue.get_nowait());
        Ok(polls.map(|got| i64::from(got.is_ok())).sum())
    })
}

fn sentinels(params: &Params) -> Result<Value, Exception> {
    consume(params, params.size("consumers"), |queue| {
        let mut n_eaten = 0;
        while queue.get()?.is_some() {
            n_eaten += 1;
        }
        Ok(n_eaten)
    })
}

/// Runs a producer, which puts items and then some ends, and the consumers,
/// each of which says how many items it ate.
fn consume(
    params: &Params,
    ends: usize,
    body: impl Fn(&Queue<Option<i64>>) -> Result<i64, Exception> + Clone + 'static,
) -> Result<Value, Exception> {
    let (queue, items) = (Queue::named("queue", 0), params.int("items"));
    let theirs = queue.clone();
    let producer = spawn_named("producer", move || {
        let ends = std::iter::repeat_n(None, ends);
        (0..items).map(Some).chain(ends).try_for_each(|item| theirs.put(item))
    });
    let start = |i: usize| -> JoinHandle<Result<i64, Exception>> {
        let (queue, body) = (queue.clone(), body.clone());
        spawn_named(("consumer", i), move || body(&queue))
    };
    let consumers: Vec<_> = (1..=params.size("consumers")).map(start).collect();
    producer.join()??;
    let mut n_eaten = 0;
    for consumer in consumers {
        n_eaten += consumer.join()??;
    }
    Ok(eaten(n_eaten))
}
