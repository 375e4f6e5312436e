//! Model M15: consumers that leave when they find the queue empty for too long.
//!
//! The idea: without a clock a timeout may fire whenever the queue is empty. A consumer that
//! leaves too early can leave items in the queue, or a producer blocked on the full queue.
//!
//! What it misses: how long a timeout is; with the real delays the queue may never be empty.

use super::sentinels::Shop;
use super::world::{Flow, Step, System, World, number, repeat, when};
use crate::documents::oracle::counter::{Outcomes, Reach};

/// The number of items in the queue of M15, where all items are alike.
const QUEUED: usize = 0;

/// M15: producers `[put] x items`, consumers `[get]` in a loop; whenever the queue is empty, the
/// step of a consumer is its timeout, and it leaves.
pub(crate) fn m15_timeouts(shop: Shop) -> Outcomes {
    timeouts(shop).symmetric().outcomes()
}

/// M15, the states up to the numbers of alike tasks, and the outcomes that can be reached.
pub(crate) fn m15_reach(shop: Shop) -> Reach {
    timeouts(shop).symmetric().reach()
}

fn timeouts(shop: Shop) -> System {
    let Shop { producers, items, consumers, capacity } = shop;
    let capacity = number(capacity);
    let put =
        || when(move |world| world.cells[QUEUED] < capacity, |world, _| world.cells[QUEUED] += 1);
    let get_or_timeout: Step = Box::new(|world, _| {
        if world.cells[QUEUED] == 0 {
            return Flow::Leave;
        }
        world.cells[QUEUED] -= 1;
        Flow::Restart
    });
    let label = |world: &World| {
        let queue = if world.cells[QUEUED] == 0 { "all eaten" } else { "items left" };
        format!("{}; {queue}", world.verdict())
    };
    let system = System::new(&[0], label).tasks(producers, repeat(items, || vec![put()]));
    system.tasks(consumers, vec![get_or_timeout])
}

#[cfg(test)]
mod tests {
    use super::super::check::{facts, totals};
    use super::*;

    #[test]
    fn m15() {
        // Columns: producers, items, consumers, capacity, then all, all eaten, unsold, stuck.
        let table = [
            ((1, 4, 1, 1), 5, 1, 1, 3),
            ((2, 2, 2, 1), 664, 372, 180, 112),
            ((2, 4, 2, 1), 133_800, 71_540, 35_700, 26_560),
            ((1, 6, 1, 24), 197, 132, 65, 0),
        ];
        for ((producers, items, consumers, capacity), all, eaten, unsold, stuck) in table {
            let outcomes = m15_timeouts(Shop::new(producers, items, consumers, capacity));
            facts(&outcomes, all, &[("all eaten", eaten), ("complete", eaten + unsold)]);
            assert_eq!(all, eaten + unsold + stuck);
        }
        facts(&m15_timeouts(Shop::new(2, 2, 2, 1)), 664, &[("stuck 1", 96), ("stuck 2", 16)]);
    }

    #[test]
    fn m15_large() {
        let outcomes = m15_timeouts(Shop::new(2, 10, 2, 3));
        totals(&outcomes, 40_383_815_588_521_531_684);
        assert!(outcomes.contains_key("complete; all eaten"));
        assert!(outcomes.contains_key("complete; items left"));
        assert!(outcomes.contains_key("stuck 1; items left"));
        // The number of schedules of the document's size is not given, only what is reachable.
        let reach = m15_reach(Shop::new(3, 10, 4, 3));
        assert_eq!(reach.n_states, 5_685);
        assert!(reach.outcomes.contains("complete; all eaten"));
        assert!(reach.outcomes.contains("complete; items left"));
        assert!(reach.outcomes.contains("stuck 1; items left"));
    }
}
