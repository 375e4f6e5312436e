//! Models M01 to M04 and M25: tasks that read a counter and write it back changed.
//!
//! The idea: a change of a counter is two steps, and what was read may be stale when it is
//! written. The outcome is the final value. M25 replaces the free choice of the next task by
//! round robin, so it has one schedule only and is simulated.
//!
//! What they miss: counters whose single reads and writes are not atomic.

use super::world::{Step, System, World, acq, act, in_order, number, read, rel, repeat, write};
use crate::documents::oracle::counter::{Outcomes, Reach};

const COUNTER: usize = 0;
const LOCK: usize = 1;
/// Counts how often the lock was given back with another value than 0 in the counter.
const UNEVEN: usize = 2;

fn final_value(world: &World) -> String {
    format!("final {}", world.cells[COUNTER])
}

fn lost_update(n: usize) -> System {
    System::new(&[number(n)], final_value).tasks(n, vec![read(COUNTER), write(COUNTER, -1)])
}

/// M01: `[read, write(read - 1)] x n`, the counter starts at n.
pub(crate) fn m01_lost_update(n: usize) -> Outcomes {
    lost_update(n).outcomes()
}

/// M01, the states instead of the schedules; a task keeps what it has read to the end.
pub(crate) fn m01_reach(n: usize) -> Reach {
    lost_update(n).reach()
}

/// M02: `[acq, read, write(read - 1), rel] x n`, the counter starts at n.
pub(crate) fn m02_locked_update(n: usize) -> Outcomes {
    let program = vec![acq(LOCK), read(COUNTER), write(COUNTER, -1), rel(LOCK)];
    System::new(&[number(n), 0], final_value).tasks(n, program).outcomes()
}

/// `[read, write + 1, read, write - 1]`.
fn up_and_down() -> Vec<Step> {
    vec![read(COUNTER), write(COUNTER, 1), read(COUNTER), write(COUNTER, -1)]
}

/// M03: `[read, write + 1, read, write - 1]` r times, `x n`, the counter starts at 0.
pub(crate) fn m03_up_and_down(n: usize, r: usize) -> Outcomes {
    System::new(&[0], final_value).tasks(n, repeat(r, up_and_down)).outcomes()
}

/// M03 with a lock round the pair: `[acq, read, write + 1, read, write - 1, rel]` r times, `x n`.
///
/// The outcome also says how often the counter was not 0 when the lock was given back.
pub(crate) fn m03_up_and_down_locked(n: usize, r: usize) -> Outcomes {
    let rel_and_look = || {
        act(|world, _| {
            world.cells[LOCK] = 0;
            world.cells[UNEVEN] += i32::from(world.cells[COUNTER] != 0);
        })
    };
    let body = || in_order([vec![acq(LOCK)], up_and_down(), vec![rel_and_look()]]);
    let label = |world: &World| format!("{}; uneven {}", final_value(world), world.cells[UNEVEN]);
    System::new(&[0, 0, 0], label).tasks(n, repeat(r, body)).outcomes()
}

/// M04: `[acq, read, write + 1, rel, read, write - 1] x n`, the counter starts at 0.
pub(crate) fn m04_half_locked(n: usize) -> Outcomes {
    let mut program = vec![acq(LOCK), read(COUNTER), write(COUNTER, 1), rel(LOCK)];
    program.extend([read(COUNTER), write(COUNTER, -1)]);
    System::new(&[0, 0], final_value).tasks(n, program).outcomes()
}

/// The sizes of M25.
pub(crate) struct Quantum {
    pub(crate) n_tasks: usize,
    /// How often each task takes one off the counter, which starts at the sum of these.
    pub(crate) rounds: usize,
    /// Bytecodes before the first round.
    pub(crate) lead_in: usize,
    /// Bytecodes of one round: number 0 loads the counter, number 3 stores it.
    pub(crate) body: usize,
    /// Bytecodes that a task runs before the next one gets its turn.
    pub(crate) quantum: usize,
}

/// M25: `[lead-in, then (load, 2 bytecodes, store, rest of the body) x rounds] x n`, round robin.
///
/// A task that ends gives up the rest of its quantum, and the next task gets a whole one.
pub(crate) fn m25_quantum(sizes: &Quantum) -> Outcomes {
    let length = sizes.lead_in + sizes.rounds * sizes.body;
    let mut counter = sizes.n_tasks * sizes.rounds;
    let mut loaded = vec![0; sizes.n_tasks];
    for turn in 0..length.div_ceil(sizes.quantum) {
        let first = turn * sizes.quantum;
        for own in &mut loaded {
            for at in first.max(sizes.lead_in)..length.min(first + sizes.quantum) {
                match (at - sizes.lead_in) % sizes.body {
                    0 => *own = counter,
                    3 => counter = *own - 1,
                    _ => (),
                }
            }
        }
    }
    Outcomes::from([(format!("final {counter}"), 1)])
}

#[cfg(test)]
mod tests {
    use super::super::check::{exactly, final_values, total, totals};
    use super::*;

    #[test]
    fn m01() {
        let table: [(u128, &[u128]); 5] = [
            (1, &[1]),
            (6, &[2, 4]),
            (90, &[6, 36, 48]),
            (2_520, &[24, 288, 1_056, 1_152]),
            (113_400, &[120, 2_400, 16_800, 48_000, 46_080]),
        ];
        for (n, (all, by_value)) in (1..).zip(table) {
            let outcomes = m01_lost_update(n);
            assert_eq!(total(&outcomes), all);
            exactly(&outcomes, &final_values(0, by_value));
        }
        // Too large: 100 tasks have 200! / 2^100 schedules, which is above u128.
        let states: Vec<_> = (2..=5).map(|n| m01_reach(n).n_states).collect();
        assert_eq!(states, [13, 84, 755, 8_638]);
    }

    #[test]
    fn m02() {
        for (n, all) in (1..).zip([1, 2, 6, 24, 120]) {
            exactly(&m02_locked_update(n), &final_values(0, &[all]));
        }
    }

    #[test]
    fn m03() {
        let small = m03_up_and_down(2, 1);
        totals(&small, 70);
        exactly(&small, &final_values(-1, &[16, 38, 16]));
        let two_rounds = m03_up_and_down(2, 2);
        totals(&two_rounds, 12_870);
        exactly(&two_rounds, &final_values(-3, &[64, 696, 3_072, 5_206, 3_072, 696, 64]));
        let three_tasks = m03_up_and_down(3, 1);
        totals(&three_tasks, 34_650);
        exactly(&three_tasks, &final_values(-2, &[1_248, 8_160, 15_462, 8_460, 1_320]));
    }

    #[test]
    fn m03_range() {
        let range: Vec<_> = (-5..=5).map(|value| format!("final {value}")).collect();
        for (n, r, all) in [(2, 3, 2_704_156), (3, 2, 9_465_511_770)] {
            let outcomes = m03_up_and_down(n, r);
            totals(&outcomes, all);
            assert_eq!(outcomes.len(), range.len());
            assert!(range.iter().all(|value| outcomes.contains_key(value)));
        }
    }

    #[test]
    fn m03_locked_is_even_whenever_the_lock_is_free() {
        for (n, r) in [(2, 1), (2, 2), (2, 3), (3, 1), (3, 2)] {
            let outcomes = m03_up_and_down_locked(n, r);
            assert!(outcomes.keys().eq(["final 0; uneven 0"]));
        }
    }

    #[test]
    fn m04() {
        let two = m04_half_locked(2);
        totals(&two, 56);
        exactly(&two, &final_values(-1, &[12, 20, 24]));
        let three = m04_half_locked(3);
        totals(&three, 15_288);
        exactly(&three, &final_values(-2, &[432, 2_040, 4_992, 4_704, 3_120]));
    }

    #[test]
    fn m25() {
        // Columns: tasks, rounds, lead-in, body, quantum, final value.
        let table = [
            (2, 10, 0, 4, 1, 10),
            (2, 10, 0, 4, 2, 10),
            (2, 10, 0, 4, 3, 10),
            (2, 100, 0, 4, 1, 100),
            (2, 100, 0, 4, 2, 100),
            (2, 100, 0, 4, 3, 100),
            (2, 10, 0, 4, 4, 0),
            (2, 100, 0, 4, 4, 0),
            (2, 10, 0, 4, 100, 0),
            (2, 100, 0, 4, 100, 0),
            (2, 10, 0, 4, 5, 8),
            (2, 100, 0, 4, 5, 80),
            (2, 100, 0, 7, 100, 44),
            (2, 1_000, 0, 7, 100, 440),
            (2, 100, 0, 13, 100, 24),
            (2, 1_000, 0, 13, 100, 240),
            (2, 100, 0, 8, 100, 0),
            (2, 1_000, 0, 8, 100, 0),
            (2, 100, 0, 10, 100, 0),
            (2, 1_000, 0, 10, 100, 0),
            (100, 1, 98, 4, 100, 99),
            (100, 1, 96, 4, 100, 0),
        ];
        for (n_tasks, rounds, lead_in, body, quantum, value) in table {
            let sizes = Quantum { n_tasks, rounds, lead_in, body, quantum };
            exactly(&m25_quantum(&sizes), &final_values(value, &[1]));
        }
    }
}
