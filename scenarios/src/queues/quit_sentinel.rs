//! One quit word for several consumers (E21; M26).
//!
//! A producer puts items for a while and then a quit word, on which the
//! consumer ends. The document has one consumer; more of them share the queue
//! just as well, until the quit word comes.
//!
//! ```text
//!   T1 (producer)     T2 (consumer 1)      T3 (consumer 2)
//!   put quit
//!                     get quit, leaves
//!                                          get  BLOCKED      for ever
//! ```
//!
//! The quit word comes after all items, so these are all eaten in every form.
//!
//! `one-word`: the consumer that takes the word leaves. The other c - 1 find an
//! empty queue, and no task is left that puts: a hang in every execution, except
//! with a single consumer, which is served well.
//!
//! `put-back`: the consumer that takes the word puts it back before it leaves. As long
//! as a consumer is left, the word is in the queue or in the hand of a task that
//! will put it there, so all leave, and it stays behind.
//!
//! `one-each`: the producer puts a word for each consumer. All leave, and the
//! queue ends empty.
//!
//! The document's producer goes by the clock and puts for five seconds. Here it
//! puts a number of items instead, since nothing depends on how many there are.

use unknot_checker::sim::{Exception, Queue, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "quit-sentinel",
    family: "queues",
    about: "one quit word for several consumers",
    covers: &["E21", "M26"],
    params: &[
        Param { name: "consumers", about: "consumers", default: 3, min: 1, max: 10 },
        Param { name: "items", about: "items before the quit word", default: 2, min: 0, max: 20 },
    ],
    variants: &[
        Variant::new(
            "one-word",
            "one quit word, which its reader keeps",
            |params| market(params, 1, false),
            |params| match params.int("consumers") {
                1 => expect(params, 0),
                _ => {
                    let stuck = Expectation::pass().always(Kind::Hang).outcomes::<Value>([]);
                    stuck.exhausts_if(exhausts(params))
                }
            },
        ),
        Variant::new(
            "put-back",
            "its reader puts it back and leaves",
            |params| market(params, 1, true),
            |params| expect(params, 1),
        ),
        Variant::new(
            "one-each",
            "a quit word for each consumer",
            |params| market(params, params.size("consumers"), false),
            |params| expect(params, 0),
        ),
    ],
    source: source!("quit_sentinel.rs"),
};

fn exhausts(params: &Params) -> bool {
    params.int("consumers") <= 4 && params.int("items") <= 4
}

fn expect(params: &Params, words: i64) -> Expectation {
    let outcome = outcome(params.int("items"), words);
    Expectation::pass().outcomes([outcome]).exhausts_if(exhausts(params))
}

fn outcome(eaten: i64, words: i64) -> Value {
    Value::Record(vec![("eaten", eaten.into()), ("words left", words.into())])
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Thing {
    Item,
    Quit,
}

fn market(params: &Params, words: usize, puts_back: bool) -> Result<Value, Exception> {
    let items = params.size("items");
    let queue = Queue::named("counter", 0);
    let shelf = queue.clone();
    let producer = spawn_named("producer", move || -> Result<(), Exception> {
        (0..items).try_for_each(|_| shelf.put(Thing::Item))?;
        (0..words).try_for_each(|_| shelf.put(Thing::Quit))
    });
    let mut consumers = vec![];
    for i in 1..=params.size("consumers") {
        let queue = queue.clone();
        consumers.push(spawn_named(("consumer", i), move || -> Result<i64, Exception> {
            let mut eaten = 0;
            while queue.get()? == Thing::Item {
                eaten += 1;
            }
            if puts_back {
                queue.put(Thing::Quit)?;
            }
            Ok(eaten)
        }));
    }
    producer.join()??;
    let mut eaten = 0;
    for consumer in consumers {
        eaten += consumer.join()??;
    }
    let words = i64::try_from(queue.qsize()).expect("a few words");
    Ok(outcome(eaten, words))
}
