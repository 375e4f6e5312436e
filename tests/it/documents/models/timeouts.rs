//! Model M15: consumers that leave when they find the queue empty for too long.
//!
//! When durations do not count, a timed get is one step: it takes an item if
//! there is one, else the time is up. That is the step of the model.

use std::time::Duration;

use unknot_checker::sim::{Exception, Queue, Value};

use super::{Case, Tasks, add, facts, ghost};
use crate::documents::oracle::models::sentinels::Shop;
use crate::documents::oracle::models::timeouts as oracle;

fn timeouts(shop: Shop) -> Result<Value, Exception> {
    let queue = Queue::new(i64::try_from(shop.capacity).expect("a size"));
    let queued = ghost(0);
    let label = queued.clone();
    let states = ["all eaten", "items left"];
    facts(move || states[usize::from(label.get() > 0)].to_owned());
    let mut tasks = Tasks::default();
    tasks.times(shop.producers, |_| {
        let (queue, queued) = (queue.clone(), queued.clone());
        move || {
            for item in 0..shop.items {
                queue.put(item)?;
                add(&queued, 1);
            }
            Ok(())
        }
    });
    tasks.times(shop.consumers, |_| {
        let (queue, queued) = (queue.clone(), queued.clone());
        move || {
            while let Ok(_item) = queue.get_timeout(Duration::from_secs(1)) {
                add(&queued, -1);
            }
            Ok(())
        }
    });
    tasks.join()
}

/// M15 by the columns of the document: all eaten, unsold, stuck.
fn m15((producers, items, consumers, capacity): (usize, usize, usize, usize), all: u128) -> Case {
    let shop = Shop::new(producers, items, consumers, capacity);
    let name = format!("M15 P={producers} N={items} C={consumers} capacity={capacity}");
    Case::new(name, move || timeouts(shop), oracle::m15_timeouts(shop), all)
}

#[test]
fn m15_small() {
    let table = [
        ((1, 4, 1, 1), 5, 1, 1),
        ((2, 2, 2, 1), 664, 372, 180),
        ((2, 4, 2, 1), 133_800, 71_540, 35_700),
        ((1, 6, 1, 24), 197, 132, 65),
    ];
    for (sizes, all, eaten, unsold) in table {
        let case = m15(sizes, all).fact("all eaten", eaten).fact("complete", eaten + unsold);
        let is_split = sizes == (2, 2, 2, 1);
        let case = if is_split { case.fact("stuck 1", 96).fact("stuck 2", 16) } else { case };
        case.counts();
    }
}

const REACHED: [&str; 3] = ["complete; all eaten", "complete; items left", "stuck 1; items left"];

#[test]
fn m15_large() {
    let case = m15((2, 10, 2, 3), 40_383_815_588_521_531_684);
    assert!(REACHED.iter().all(|&outcome| case.oracle.contains_key(outcome)));
    case.beyond();
    // No count in the document, only what can be reached.
    let shop = Shop::new(3, 10, 4, 3);
    let reach = oracle::m15_reach(shop);
    assert_eq!(reach.n_states, 5_685);
    assert!(REACHED.iter().all(|&outcome| reach.outcomes.contains(outcome)));
    let uncounted = reach.outcomes.into_iter().map(|outcome| (outcome, 0)).collect();
    Case::new("M15 P=3 N=10 C=4 capacity=3", move || timeouts(shop), uncounted, 0).beyond();
}
