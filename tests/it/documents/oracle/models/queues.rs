//! Models M10 to M12, M28 and two extras of M27: tasks that share a list or a queue.
//!
//! The idea: looking whether a queue is empty and taking an item are two steps. Where only the
//! number of items matters, the queue is a cell; where their order or identity matters, a list.
//! A queue also counts its puts and those that nobody has reported as done, for M13.
//!
//! What they miss: timeouts (see M15) and queues that write behind.

use super::world::{Flow, Step, System, World, act, join, repeat, set, when};
use crate::documents::oracle::counter::Outcomes;

const EMPTY: i32 = -1;
const GONE: i32 = -2;

/// M10: list of `items` items, `[look at the tail, remove that item] x n` in a loop.
///
/// A task ends with an error when it looks at an empty list or when its item is gone.
pub(crate) fn m10_list_tail(n: usize, items: i32) -> Outcomes {
    let look: Step = Box::new(|world, task| {
        world.tasks[task].own = world.lists[0].last().copied().unwrap_or(EMPTY);
        if world.lists[0].is_empty() { Flow::Leave } else { Flow::Next }
    });
    let remove: Step = Box::new(|world, task| {
        let item = world.tasks[task].own;
        let Some(at) = world.lists[0].iter().position(|&other| other == item) else {
            world.tasks[task].own = GONE;
            return Flow::Leave;
        };
        world.lists[0].remove(at);
        Flow::Restart
    });
    let label = |world: &World| {
        let died_of = |error| world.tasks.iter().filter(|task| task.own == error).count();
        let left = world.lists[0].len();
        format!("empty {}; gone {}; left {left}", died_of(EMPTY), died_of(GONE))
    };
    System::new(&[], label).list(1..=items).tasks(n, vec![look, remove]).outcomes()
}

const ITEMS: usize = 0;
/// Puts that nobody has reported as done.
pub(super) const OPEN: usize = 1;
pub(super) const PUTS: usize = 2;
const EATEN: usize = 3;
const EXITED: usize = 4;
pub(super) const CELLS: [i32; 5] = [0; 5];

/// `put` into an unbounded queue.
pub(super) fn put() -> Step {
    act(|world, _| {
        world.cells[ITEMS] += 1;
        world.cells[OPEN] += 1;
        world.cells[PUTS] += 1;
    })
}

/// `get`: blocks while the queue is empty.
pub(super) fn get() -> Step {
    when(
        |world| world.cells[ITEMS] > 0 && world.cells[EXITED] == 0,
        |world, _| {
            world.cells[ITEMS] -= 1;
            world.cells[EATEN] += 1;
        },
    )
}

/// `if not empty:` followed by `body` further steps.
pub(super) fn if_not_empty(body: u16) -> Step {
    Box::new(move |world, _| if world.cells[ITEMS] == 0 { Flow::Skip(body) } else { Flow::Next })
}

fn eaten(world: &World) -> String {
    format!("{}; eaten {}", world.verdict(), world.cells[EATEN])
}

/// M11: writer `[put] x 3`, readers `[test empty: leave, get]` in a loop.
pub(crate) fn m11_leaves_when_empty(readers: usize) -> Outcomes {
    let test: Step =
        Box::new(|world, _| if world.cells[ITEMS] == 0 { Flow::Leave } else { Flow::Next });
    let get_item = get();
    let get_and_loop: Step = Box::new(move |world, task| match get_item(world, task) {
        Flow::Blocked => Flow::Blocked,
        _ => Flow::Restart,
    });
    let system = System::new(&CELLS, eaten).tasks(1, repeat(3, || vec![put()]));
    system.tasks(readers, vec![test, get_and_loop]).outcomes()
}

/// M12: producer `[put] x n`, c consumers k times `[if not empty: get]`, unbounded queue.
pub(crate) fn m12_polling(n: usize, k: usize, c: usize) -> Outcomes {
    let system = System::new(&CELLS, eaten).tasks(1, repeat(n, || vec![put()]));
    let program = repeat(k, || vec![if_not_empty(1), get()]);
    system.tasks(c, program).symmetric().outcomes()
}

/// M27, `[if full: leave, put_nowait] x n` on a queue of the given capacity.
pub(crate) fn m27_put_nowait(n: usize, capacity: i32) -> Outcomes {
    let test: Step =
        Box::new(
            move |world, _| {
                if world.cells[ITEMS] >= capacity { Flow::Leave } else { Flow::Next }
            },
        );
    let put_nowait = act(move |world, task| {
        let full = world.cells[ITEMS] >= capacity;
        world.tasks[task].own = i32::from(full);
        world.cells[ITEMS] += i32::from(!full);
    });
    let label = |world: &World| {
        let raised: i32 = world.tasks.iter().map(|task| task.own).sum();
        format!("raised {raised}")
    };
    System::new(&CELLS, label).tasks(n, vec![test, put_nowait]).outcomes()
}

/// M27, daemon consumer: producer `[put] x n`, daemon `[get]` in a loop, main `[join the
/// producer, exit]`; the exit ends the daemon.
pub(crate) fn m27_daemon_consumer(n: usize) -> Outcomes {
    let label = |world: &World| format!("eaten {}", world.cells[EATEN]);
    let system = System::new(&CELLS, label).tasks(1, repeat(n, || vec![put()]));
    // There are n items, so n + 1 gets are as good as endlessly many.
    let system = system.tasks(1, repeat(n + 1, || vec![get()]));
    system.tasks(1, vec![join(0), set(EXITED, 1)]).outcomes()
}

/// M28: a queue of capacity 1, two putters `[put own item]`, two getters `[get]`.
pub(crate) fn m28_hand_over() -> Outcomes {
    let putter = |item: i32| {
        when(|world| world.lists[0].is_empty(), move |world, _| world.lists[0].push(item))
    };
    let getter = || {
        when(
            |world| !world.lists[0].is_empty(),
            |world, task| world.tasks[task].own = world.lists[0].remove(0),
        )
    };
    let label = |world: &World| {
        let [first, second] = [world.tasks[2].own, world.tasks[3].own];
        format!("{}; getters have {first} and {second}", world.verdict())
    };
    let system = System::new(&[], label).tasks(1, vec![putter(1)]).tasks(1, vec![putter(2)]);
    system.tasks(2, vec![getter()]).outcomes()
}

#[cfg(test)]
mod tests {
    use super::super::check::{exactly, facts, having, total, totals};
    use super::*;

    #[test]
    fn m10() {
        for (items, all, empty, gone) in [(1, 12, 4, 8), (2, 40, 8, 32), (3, 104, 16, 88)] {
            let table = [("empty 2; gone 0; left 0", empty), ("empty 1; gone 1; left 0", gone)];
            totals(&m10_list_tail(2, items), all);
            exactly(&m10_list_tail(2, items), &table);
        }
        let two = [("empty 2; gone 0; left 0", 64), ("empty 1; gone 1; left 0", 456)];
        totals(&m10_list_tail(2, 5), 520);
        exactly(&m10_list_tail(2, 5), &two);
        let three = [
            ("empty 3; gone 0; left 0", 1_458),
            ("empty 2; gone 1; left 0", 27_768),
            ("empty 1; gone 2; left 0", 135_972),
        ];
        totals(&m10_list_tail(3, 5), 165_198);
        exactly(&m10_list_tail(3, 5), &three);
    }

    #[test]
    fn m11() {
        let one = [("eaten 0", 1), ("eaten 1", 1), ("eaten 2", 3), ("eaten 3", 12)];
        facts(&m11_leaves_when_empty(1), 17, &one);
        facts(&m11_leaves_when_empty(1), 17, &[("complete", 17)]);
        facts(&m11_leaves_when_empty(2), 2_122, &[("stuck 1", 944), ("complete", 2_122 - 944)]);
    }

    #[test]
    fn m12() {
        let two = [("eaten 0", 1), ("eaten 1", 4), ("eaten 2", 3)];
        facts(&m12_polling(2, 2, 1), 8, &two);
        let three = [("eaten 0", 1), ("eaten 1", 8), ("eaten 2", 18), ("eaten 3", 12)];
        facts(&m12_polling(3, 3, 1), 39, &three);
        facts(&m12_polling(2, 2, 2), 338, &[("stuck 1", 120), ("complete", 338 - 120)]);
        facts(&m12_polling(3, 3, 2), 15_244, &[("stuck 1", 5_384), ("complete", 15_244 - 5_384)]);
        let three_consumers = [("stuck 1", 8_916), ("stuck 2", 4_068)];
        facts(&m12_polling(2, 2, 3), 19_644, &three_consumers);
        let complete = 19_644 - 8_916 - 4_068;
        assert_eq!(having(&m12_polling(2, 2, 3), "complete"), complete);
    }

    #[test]
    fn m12_with_ten_items() {
        let one = m12_polling(10, 10, 1);
        facts(&one, 8_486_433, &[("complete", 8_486_433), ("eaten 10", 1_430_715)]);
        assert_eq!(one.len(), 11, "0 to 10 eaten");
        let three = m12_polling(10, 10, 3);
        totals(&three, 171_409_464_089_142_103_647_358_512);
        let [stuck_1, stuck_2] = [having(&three, "stuck 1"), having(&three, "stuck 2")];
        assert!(stuck_1 > 0 && stuck_2 > 0);
        assert_eq!(stuck_1 + stuck_2 + having(&three, "complete"), total(&three));
        // 50.2 %, rounded to one place.
        let thousandths = ((stuck_1 + stuck_2) * 1_000 + total(&three) / 2) / total(&three);
        assert_eq!(thousandths, 502);
    }

    #[test]
    fn m27_extras() {
        totals(&m27_put_nowait(2, 1), 6);
        exactly(&m27_put_nowait(2, 1), &[("raised 0", 2), ("raised 1", 4)]);
        let eaten = [("eaten 0", 1), ("eaten 1", 4), ("eaten 2", 9), ("eaten 3", 14)];
        totals(&m27_daemon_consumer(3), 28);
        exactly(&m27_daemon_consumer(3), &eaten);
    }

    #[test]
    fn m28() {
        let outcomes =
            [("complete; getters have 1 and 2", 2), ("complete; getters have 2 and 1", 2)];
        totals(&m28_hand_over(), 4);
        exactly(&m28_hand_over(), &outcomes);
    }
}
