//! Models M14 and M26: producers and consumers on a bounded queue, and how they end.
//!
//! The idea: a consumer cannot know that nothing more comes, so it is told by a sentinel in the
//! queue. A sentinel that is put too early, or too rarely, or too often leaves tasks stuck or
//! items in the queue.
//!
//! What they miss: items that a consumer takes for a sentinel.

use super::world::{Flow, Step, System, World, act, repeat, when};
use crate::documents::oracle::counter::Outcomes;
use std::ops::Range;

const ITEM: i32 = 1;
const SENTINEL: i32 = 2;

/// How many producers and consumers share one queue.
#[derive(Clone, Copy)]
pub(crate) struct Shop {
    pub(crate) producers: usize,
    /// Items that each producer puts.
    pub(crate) items: usize,
    pub(crate) consumers: usize,
    pub(crate) capacity: usize,
}

impl Shop {
    pub(crate) fn new(producers: usize, items: usize, consumers: usize, capacity: usize) -> Shop {
        Shop { producers, items, consumers, capacity }
    }
}

/// Who puts the sentinels.
#[derive(Clone, Copy)]
pub(crate) enum Sentinels {
    Nobody,
    /// Each producer puts one behind its items.
    EachProducer,
    /// The main task puts one at any time.
    MainAtOnce,
    /// The main task joins the producers and then puts so many.
    MainAfterJoin(usize),
}

/// M14: producers `[put] x items`, consumers `[get]` in a loop up to a sentinel, and the
/// sentinels as given by `Sentinels`.
///
/// Where main joins, the end of a producer is a step of its own, since main waits for it, and
/// main is `[join all producers, put sentinel x n]`. Elsewhere nobody sees a producer's end.
///
/// The outcome says how many tasks of each kind are stuck, what is left in the queue, and how
/// many items were put before the first sentinel of the main task.
pub(crate) fn m14_sentinels(shop: Shop, sentinels: Sentinels) -> Outcomes {
    let Shop { producers, items, consumers, capacity } = shop;
    let mut producer = repeat(items, || vec![put(ITEM, capacity)]);
    let mut main = Vec::new();
    match sentinels {
        Sentinels::Nobody => (),
        Sentinels::EachProducer => producer.push(put(SENTINEL, capacity)),
        Sentinels::MainAtOnce => main.push(put(SENTINEL, capacity)),
        Sentinels::MainAfterJoin(n) => {
            producer.push(act(|_, _| ()));
            main.push(join_all(0..producers));
            main.extend(repeat(n, || vec![put(SENTINEL, capacity)]));
        }
    }
    let system = System::new(&CELLS, move |world| label(world, shop));
    let system = system.tasks(producers, producer).tasks(consumers, vec![get()]);
    let system = if main.is_empty() { system } else { system.tasks(1, main) };
    system.outcomes()
}

/// Counts the items that were put.
const PUTS: usize = 0;
/// The number of items put before the first sentinel.
const AHEAD: usize = 1;
const NO_SENTINEL: i32 = -1;
const CELLS: [i32; 2] = [0, NO_SENTINEL];

fn label(world: &World, shop: Shop) -> String {
    let first_consumer = shop.producers;
    let main = first_consumer + shop.consumers;
    let stuck_producers = world.unfinished(0..first_consumer);
    let stuck_consumers = world.unfinished(first_consumer..main);
    let stuck_main = world.unfinished(main..world.tasks.len());
    let left = |kind| world.lists[0].iter().filter(|&&item| item == kind).count();
    format!(
        "{}; producers {stuck_producers}; consumers {stuck_consumers}; main {stuck_main}; \
         items left {}; sentinels left {}; ahead {}",
        world.verdict(),
        left(ITEM),
        left(SENTINEL),
        world.cells[AHEAD]
    )
}

/// `join` of several tasks in one step.
fn join_all(tasks: Range<usize>) -> Step {
    when(move |world| world.unfinished(tasks.clone()) == 0, |_, _| ())
}

/// `put`: blocks while the queue is full.
fn put(what: i32, capacity: usize) -> Step {
    when(
        move |world| world.lists[0].len() < capacity,
        move |world, _| {
            world.lists[0].push(what);
            if what == ITEM {
                world.cells[PUTS] += 1;
            } else if world.cells[AHEAD] == NO_SENTINEL {
                world.cells[AHEAD] = world.cells[PUTS];
            }
        },
    )
}

/// `get`: blocks while the queue is empty, and is the last step if it finds a sentinel.
fn get() -> Step {
    Box::new(|world, _| {
        if world.lists[0].is_empty() {
            return Flow::Blocked;
        }
        if world.lists[0].remove(0) == SENTINEL { Flow::Leave } else { Flow::Restart }
    })
}

/// M26: producer `[put, put, put the quit word]`, consumers `[get]` in a loop up to the quit
/// word, unbounded queue.
pub(crate) fn m26_one_quit(consumers: usize) -> Outcomes {
    let shop = Shop { producers: 1, items: 2, consumers, capacity: usize::MAX };
    m14_sentinels(shop, Sentinels::EachProducer)
}

#[cfg(test)]
mod tests {
    use super::super::check::{facts, having, total, totals};
    use super::*;

    const DOCUMENT: Shop = Shop { producers: 1, items: 10, consumers: 1, capacity: 3 };

    #[test]
    fn m14_one_producer() {
        let nobody = m14_sentinels(DOCUMENT, Sentinels::Nobody);
        facts(
            &nobody,
            4_181,
            &[("consumers 1", 4_181), ("producers 0", 4_181), ("items left 0", 4_181)],
        );
        let producer = m14_sentinels(DOCUMENT, Sentinels::EachProducer);
        facts(&producer, 10_946, &[("complete", 10_946), ("items left 0", 10_946)]);
        let joined = m14_sentinels(DOCUMENT, Sentinels::MainAfterJoin(1));
        facts(&joined, 41_111, &[("complete", 41_111)]);
    }

    #[test]
    fn m14_sentinel_at_any_time() {
        let outcomes = m14_sentinels(DOCUMENT, Sentinels::MainAtOnce);
        let ahead = [
            ("ahead 0", 3),
            ("ahead 1", 8),
            ("ahead 2", 21),
            ("ahead 3", 55),
            ("ahead 4", 144),
            ("ahead 5", 377),
            ("ahead 6", 987),
            ("ahead 7", 2_584),
            ("ahead 8", 6_765),
            ("ahead 9", 10_946),
            ("ahead 10", 10_946),
        ];
        facts(&outcomes, 32_836, &ahead);
        let left = [("items left 2", 6_765), ("items left 1", 10_946), ("items left 0", 10_946)];
        facts(&outcomes, 32_836, &left);
        facts(&outcomes, 32_836, &[("producers 1", 1_595), ("complete", 32_836 - 1_595)]);
        // Stuck with up to 6 items ahead, and 3 items left in the full queue for these and for 7.
        facts(&outcomes, 32_836, &[("items left 3", 1_595 + 2_584)]);
        facts(
            &m14_sentinels(Shop::new(1, 4, 1, 1), Sentinels::MainAtOnce),
            5,
            &[("producers 1", 3)],
        );
    }

    #[test]
    fn m14_stuck_exactly_when_the_rest_exceeds_the_capacity() {
        for items in 1..=10 {
            for capacity in 1..=4 {
                let shop = Shop::new(1, items, 1, capacity);
                for outcome in m14_sentinels(shop, Sentinels::MainAtOnce).into_keys() {
                    let ahead = outcome.rsplit("ahead ").next().expect("it is the last fact");
                    let ahead: usize = ahead.parse().expect("it is a number");
                    assert_eq!(outcome.starts_with("stuck"), items - ahead > capacity);
                }
            }
        }
    }

    #[test]
    fn m14_sentinels_after_join() {
        // Columns: consumers, sentinels, all, stuck consumers, stuck main, sentinels left.
        let table = [
            (2, 2, 3_072, 0, 0, 0),
            (2, 3, 3_072, 0, 0, 1),
            (4, 3, 589_824, 1, 0, 0),
            (2, 1, 3_072, 1, 0, 0),
            (1, 3, 96, 0, 1, 1),
        ];
        for (consumers, sentinels, all, stuck, main, left) in table {
            let outcomes =
                m14_sentinels(Shop::new(2, 2, consumers, 1), Sentinels::MainAfterJoin(sentinels));
            let rows = [
                (format!("consumers {stuck}"), all),
                (format!("main {main}"), all),
                (format!("sentinels left {left}"), all),
            ];
            totals(&outcomes, all);
            rows.iter().for_each(|(fact, n)| assert_eq!(having(&outcomes, fact), *n));
        }
    }

    #[test]
    fn m14_who_is_stuck_after_join() {
        for consumers in 1..=4 {
            for sentinels in 1..=4 {
                let shop = Shop::new(2, 2, consumers, 1);
                let outcomes = m14_sentinels(shop, Sentinels::MainAfterJoin(sentinels));
                let stuck = consumers.saturating_sub(sentinels);
                let surplus = sentinels.saturating_sub(consumers);
                // Of a larger surplus the capacity is left in the queue, and main is stuck.
                let [left, main] = [surplus.min(1), usize::from(surplus > 1)];
                let tasks = format!("producers 0; consumers {stuck}; main {main}");
                let queue = format!("items left 0; sentinels left {left}");
                let wanted = format!("{tasks}; {queue}");
                assert!(outcomes.keys().all(|outcome| outcome.contains(&wanted)));
            }
        }
    }

    #[test]
    fn m14_document_with_three_producers() {
        let three = m14_sentinels(Shop::new(3, 10, 2, 3), Sentinels::MainAfterJoin(3));
        totals(&three, 49_149_026_836_525_616_832_135_977_668_108_615_680);
        assert_eq!(having(&three, "complete"), total(&three));
        assert_eq!(having(&three, "sentinels left 1"), total(&three));
        let two = m14_sentinels(Shop::new(3, 10, 2, 3), Sentinels::MainAfterJoin(2));
        totals(&two, 19_081_814_398_779_910_011_814_024_487_349_780_480);
        assert_eq!(having(&two, "complete"), total(&two));
    }

    #[test]
    fn m14_each_producer_puts_a_sentinel() {
        let outcomes = |producers, consumers| {
            m14_sentinels(Shop::new(producers, 2, consumers, 2), Sentinels::EachProducer)
        };
        facts(&outcomes(2, 2), 15_872, &[("complete", 15_872)]);
        facts(&outcomes(2, 3), 262_656, &[("complete", 0)]);
        let one_consumer = outcomes(2, 1);
        facts(&one_consumer, 496, &[("producers 1", 16), ("complete", 384 + 96)]);
        assert_eq!(clean(&one_consumer), 384);
        let three_producers = outcomes(3, 2);
        facts(&three_producers, 28_019_712, &[("complete", 28_019_712 - 95_232)]);
        assert_eq!(clean(&three_producers), 28_019_712 - 95_232 - 2_045_952);
    }

    /// The schedules in which nobody is stuck and no item is left.
    fn clean(outcomes: &Outcomes) -> u128 {
        let complete = outcomes.iter().filter(|(outcome, _)| outcome.starts_with("complete"));
        complete.filter(|(outcome, _)| outcome.contains("items left 0")).map(|(_, n)| n).sum()
    }

    #[test]
    fn m26() {
        for (consumers, all, stuck) in [(1, 5, 0), (2, 40, 1), (3, 135, 2)] {
            let outcomes = m26_one_quit(consumers);
            totals(&outcomes, all);
            assert_eq!(having(&outcomes, &format!("consumers {stuck}")), all);
        }
    }
}
