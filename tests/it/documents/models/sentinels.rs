//! Models M14 and M26: producers and consumers on a bounded queue, and how they
//! end.
//!
//! Where main joins the producers, the model counts their ends and its join as
//! steps, so there the program yields. `MainAtOnce` has no join, and in the
//! other forms nobody sees a producer's end.

use unknot_checker::sim::{Exception, JoinHandle, Queue, Value, spawn, yield_now};

use super::{Case, Done, Ghost, Tasks, add, facts, ghost};
use crate::documents::oracle::models::sentinels as oracle;
use oracle::{Sentinels, Shop};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Thing {
    Item,
    Sentinel,
}

/// The queue, and what the label counts.
#[derive(Clone)]
struct Counter {
    queue: Queue<Thing>,
    puts: Ghost,
    ahead: Ghost,
    items: Ghost,
    sentinels: Ghost,
    producers: Ghost,
    consumers: Ghost,
    main: Ghost,
}

impl Counter {
    fn new(shop: Shop, sentinels: Sentinels) -> Counter {
        let stuck = |n: usize| ghost(i64::try_from(n).expect("a size"));
        let has_main = matches!(sentinels, Sentinels::MainAtOnce | Sentinels::MainAfterJoin(_));
        // As in the oracle, no end of the room is more room than there are items.
        let capacity = if shop.capacity == usize::MAX { 0 } else { shop.capacity };
        let counter = Counter {
            queue: Queue::new(i64::try_from(capacity).expect("a size")),
            puts: ghost(0),
            ahead: ghost(-1),
            items: ghost(0),
            sentinels: ghost(0),
            producers: stuck(shop.producers),
            consumers: stuck(shop.consumers),
            main: stuck(usize::from(has_main)),
        };
        let end = counter.clone();
        facts(move || {
            let stuck = [&end.producers, &end.consumers, &end.main].map(|ghost| ghost.get());
            let [producers, consumers, main] = stuck;
            let left = [&end.items, &end.sentinels, &end.ahead].map(|ghost| ghost.get());
            let [items, sentinels, ahead] = left;
            format!(
                "producers {producers}; consumers {consumers}; main {main}; \
                 items left {items}; sentinels left {sentinels}; ahead {ahead}"
            )
        });
        counter
    }

    fn put(&self, thing: Thing) -> Done {
        self.queue.put(thing)?;
        if thing == Thing::Item {
            add(&self.items, 1);
            add(&self.puts, 1);
        } else {
            add(&self.sentinels, 1);
            if self.ahead.get() < 0 {
                self.ahead.set(self.puts.get());
            }
        }
        Ok(())
    }

    fn produce(&self, items: usize, sentinels: Sentinels) -> Done {
        for _ in 0..items {
            self.put(Thing::Item)?;
        }
        match sentinels {
            Sentinels::EachProducer => self.put(Thing::Sentinel)?,
            Sentinels::MainAfterJoin(_) => yield_now(),
            Sentinels::Nobody | Sentinels::MainAtOnce => {}
        }
        add(&self.producers, -1);
        Ok(())
    }

    fn consume(&self) -> Done {
        while self.queue.get()? == Thing::Item {
            add(&self.items, -1);
        }
        add(&self.sentinels, -1);
        add(&self.consumers, -1);
        Ok(())
    }

    fn main(&self, producers: Vec<JoinHandle<Done>>, sentinels: Sentinels) -> Done {
        let n = match sentinels {
            Sentinels::MainAfterJoin(n) => {
                for producer in producers {
                    producer.join()??;
                }
                yield_now();
                n
            }
            _ => 1,
        };
        (0..n).try_for_each(|_| self.put(Thing::Sentinel))?;
        add(&self.main, -1);
        Ok(())
    }
}

fn shop(shop: Shop, sentinels: Sentinels) -> Result<Value, Exception> {
    let counter = Counter::new(shop, sentinels);
    let producers: Vec<_> = (0..shop.producers)
        .map(|_| {
            let counter = counter.clone();
            spawn(move || counter.produce(shop.items, sentinels))
        })
        .collect();
    let mut tasks = Tasks::default();
    tasks.times(shop.consumers, |_| {
        let counter = counter.clone();
        move || counter.consume()
    });
    if counter.main.get() == 1 {
        tasks.add(move || counter.main(producers, sentinels));
    }
    tasks.join()
}

/// M14 with producers, items, consumers and capacity.
fn m14(sizes: (usize, usize, usize, usize), sentinels: Sentinels, all: u128) -> Case {
    let (producers, items, consumers, capacity) = sizes;
    let sizes = Shop::new(producers, items, consumers, capacity);
    let who = match sentinels {
        Sentinels::Nobody => "nobody".to_owned(),
        Sentinels::EachProducer => "each producer".to_owned(),
        Sentinels::MainAtOnce => "main at once".to_owned(),
        Sentinels::MainAfterJoin(n) => format!("main after join S={n}"),
    };
    let name = format!("M14 {who} P={producers} N={items} C={consumers} capacity={capacity}");
    let oracle = oracle::m14_sentinels(sizes, sentinels);
    Case::new(name, move || shop(sizes, sentinels), oracle, all)
}

const DOCUMENT: (usize, usize, usize, usize) = (1, 10, 1, 3);

#[test]
fn m14_one_producer() {
    let nobody = m14(DOCUMENT, Sentinels::Nobody, 4_181);
    nobody
        .fact("consumers 1", 4_181)
        .fact("producers 0", 4_181)
        .fact("items left 0", 4_181)
        .counts();
    let producer = m14(DOCUMENT, Sentinels::EachProducer, 10_946);
    producer.fact("complete", 10_946).fact("items left 0", 10_946).counts();
    let joined = m14(DOCUMENT, Sentinels::MainAfterJoin(1), 41_111);
    joined.fact("complete", 41_111).counts();
}

/// The number k of items ahead of the sentinel decides.
#[test]
fn m14_sentinel_at_any_time() {
    let stuck: [u128; 7] = [3, 8, 21, 55, 144, 377, 987];
    let unsold: [u128; 3] = [2_584, 6_765, 10_946];
    let case = m14(DOCUMENT, Sentinels::MainAtOnce, 32_836);
    let case = (0..)
        .zip(stuck.into_iter().chain(unsold))
        .fold(case, |case, (k, n)| case.fact(format!("ahead {k}"), n));
    let case = case.fact("ahead 10", 10_946).fact("producers 1", 1_595);
    case.fact("items left 2", 6_765).fact("items left 1", 10_946).counts();
    m14((1, 4, 1, 1), Sentinels::MainAtOnce, 5).fact("producers 1", 3).counts();
    // Stuck exactly when N - k > capacity: (2, 1) is a size of the catalogue,
    // for which the document has no count.
    let sizes = Shop::new(1, 2, 1, 1);
    let all = oracle::m14_sentinels(sizes, Sentinels::MainAtOnce).values().sum();
    let case = m14((1, 2, 1, 1), Sentinels::MainAtOnce, all);
    for label in case.oracle.keys() {
        assert_eq!(label.starts_with("stuck"), label.ends_with("ahead 0"), "{label}");
    }
    case.counts();
}

#[test]
fn m14_sentinels_after_join() {
    // Columns: consumers, sentinels, all, stuck consumers, stuck main, sentinels left.
    for (consumers, sentinels, all, stuck, main, left) in [
        (2, 2, 3_072, 0, 0, 0),
        (2, 3, 3_072, 0, 0, 1),
        (4, 3, 589_824, 1, 0, 0),
        (2, 1, 3_072, 1, 0, 0),
        (1, 3, 96, 0, 1, 1),
    ] {
        let case = m14((2, 2, consumers, 1), Sentinels::MainAfterJoin(sentinels), all);
        let case = case.fact(format!("consumers {stuck}"), all).fact(format!("main {main}"), all);
        let case = case.fact(format!("sentinels left {left}"), all);
        if consumers < 4 { case.counts() } else { case.outcomes() }
    }
}

#[test]
fn m14_document_with_three_producers() {
    for (sentinels, all) in [
        (3, 49_149_026_836_525_616_832_135_977_668_108_615_680),
        (2, 19_081_814_398_779_910_011_814_024_487_349_780_480),
    ] {
        let case = m14((3, 10, 2, 3), Sentinels::MainAfterJoin(sentinels), all);
        case.fact("complete", all).beyond();
    }
}

#[test]
fn m14_each_producer_puts_a_sentinel() {
    let case = |p, c, all| m14((p, 2, c, 2), Sentinels::EachProducer, all);
    case(2, 2, 15_872).fact("complete", 15_872).counts();
    case(2, 3, 262_656).fact("complete", 0).outcomes();
    // Complete: 384 clean, and 96 that leave an item.
    case(2, 1, 496).fact("producers 1", 16).fact("complete", 384 + 96).counts();
    case(3, 2, 28_019_712).fact("complete", 28_019_712 - 95_232).outcomes();
}

#[test]
fn m26_one_quit_word() {
    for (consumers, all, stuck) in [(1, 5, 0), (2, 40, 1), (3, 135, 2)] {
        let sizes = Shop { producers: 1, items: 2, consumers, capacity: usize::MAX };
        let oracle = oracle::m26_one_quit(consumers);
        let program = move || shop(sizes, Sentinels::EachProducer);
        let case = Case::new(format!("M26 C={consumers}"), program, oracle, all);
        case.fact(format!("consumers {stuck}"), all).counts();
    }
}
