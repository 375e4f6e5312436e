//! Models M08, M09 and the condition and the barrier of M27: tasks that wait for each other.
//!
//! The idea: there are two readings of "wait". In the parking form a task first arrives, and
//! passes if the flag is set or else parks; a parked task may wake as soon as one set has
//! happened since, whatever the flag is by then. In the re-checking form a wait is one step that
//! is enabled while the flag is set.
//!
//! What they miss: timeouts and spurious wake-ups.

use super::world::{Flow, Step, System, World, acq, act, in_order, rel, set, when};
use crate::documents::oracle::counter::Outcomes;

const FLAG: usize = 0;
/// Counts the sets, so that a parked task can tell whether one has happened since it parked.
const SETS: usize = 1;

/// What a waiter does when somebody clears the flag before the waiter has gone on.
#[derive(Clone, Copy)]
pub(crate) enum Wait {
    /// Two steps, arrive and wake: a parked waiter survives the clear, as in CPython.
    Parks,
    /// One step: the flag is checked again on waking.
    Rechecks,
}

/// `wait` in either form.
fn wait(form: Wait) -> Vec<Step> {
    match form {
        Wait::Parks => vec![arrive(), wake()],
        Wait::Rechecks => vec![when(|world| world.cells[FLAG] == 1, |_, _| ())],
    }
}

fn arrive() -> Step {
    Box::new(|world, task| {
        if world.cells[FLAG] == 1 {
            return Flow::Skip(1);
        }
        world.tasks[task].own = world.cells[SETS];
        Flow::Next
    })
}

fn wake() -> Step {
    Box::new(|world, task| {
        if world.cells[SETS] == world.tasks[task].own {
            return Flow::Blocked;
        }
        // What it has waited for is over, so that number must not keep states apart.
        world.tasks[task].own = 0;
        Flow::Next
    })
}

fn set_flag() -> Step {
    act(|world, _| {
        world.cells[FLAG] = 1;
        world.cells[SETS] += 1;
    })
}

fn clear_flag() -> Step {
    set(FLAG, 0)
}

/// `test`: the task keeps what it has seen.
fn test_flag() -> Step {
    act(|world, task| world.tasks[task].own = world.cells[FLAG])
}

/// M08: boss `[test, set, test, set]`, workers `[wait, clear, wait] x n`.
///
/// The outcome also says what the boss saw in its second test.
pub(crate) fn m08_boss(n: usize, form: Wait) -> Outcomes {
    let label = |world: &World| format!("{}; second test {}", world.verdict(), world.tasks[0].own);
    let boss = vec![test_flag(), set_flag(), test_flag(), set_flag()];
    let worker = in_order([wait(form), vec![clear_flag()], wait(form)]);
    System::new(&[0, 0], label).tasks(1, boss).tasks(n, worker).symmetric().outcomes()
}

/// M08 with two events and no clear: boss `[set 1, set 2]`, workers `[wait 1, wait 2] x n`,
/// re-checking form; the boss has no tests here.
pub(crate) fn m08_two_events(n: usize) -> Outcomes {
    let wait_for = |event: usize| when(move |world| world.cells[event] == 1, |_, _| ());
    let system = System::new(&[0, 0], World::verdict).tasks(1, vec![set(0, 1), set(1, 1)]);
    system.tasks(n, vec![wait_for(0), wait_for(1)]).outcomes()
}

/// M09, latch: `[set]` beside `[wait] x n`, parking form.
pub(crate) fn m09_latch(n: usize) -> Outcomes {
    let system = System::new(&[0, 0], World::verdict).tasks(1, vec![set_flag()]);
    system.tasks(n, wait(Wait::Parks)).outcomes()
}

/// M09, pulse: `[set, clear]` beside `[wait] x n`, parking form.
pub(crate) fn m09_pulse(n: usize) -> Outcomes {
    let system = System::new(&[0, 0], World::verdict).tasks(1, vec![set_flag(), clear_flag()]);
    system.tasks(n, wait(Wait::Parks)).outcomes()
}

const LOCK: usize = 0;
const PARKED: usize = 1;
const NOTIFIED: usize = 2;
const PREDICATE: usize = 3;

/// `park` gives the lock back in the same step.
fn park() -> Step {
    act(|world, _| {
        world.cells[LOCK] = 0;
        world.cells[PARKED] = 1;
    })
}

/// The `wake` of a condition takes the lock back in the same step.
fn wake_with_lock() -> Step {
    when(
        |world| world.cells[NOTIFIED] == 1 && world.cells[LOCK] == 0,
        |world, _| world.cells[LOCK] = 1,
    )
}

/// `notify` makes the predicate true; only a task that is parked already is told.
fn notify() -> Step {
    act(|world, _| {
        world.cells[PREDICATE] = 1;
        world.cells[NOTIFIED] = world.cells[PARKED];
    })
}

/// M27, condition without predicate: waiter `[acq, park, wake, rel]`, notifier
/// `[acq, notify, rel]`.
pub(crate) fn m27_condition() -> Outcomes {
    condition(park())
}

/// M27, condition with predicate: the waiter goes on to `rel` instead of parking if it is true.
pub(crate) fn m27_condition_with_predicate() -> Outcomes {
    let park = park();
    condition(Box::new(move |world, task| {
        if world.cells[PREDICATE] == 1 {
            return Flow::Skip(1);
        }
        park(world, task)
    }))
}

fn condition(park: Step) -> Outcomes {
    let system = System::new(&[0; 4], World::verdict);
    let system = system.tasks(1, vec![acq(LOCK), park, wake_with_lock(), rel(LOCK)]);
    system.tasks(1, vec![acq(LOCK), notify(), rel(LOCK)]).outcomes()
}

/// M27, barrier for `parties`: `[arrive, pass] x n`, pass is enabled when all have arrived.
pub(crate) fn m27_barrier(parties: i32, n: usize) -> Outcomes {
    let arrive = act(|world, _| world.cells[0] += 1);
    let pass = when(move |world| world.cells[0] >= parties, |_, _| ());
    System::new(&[0], World::verdict).tasks(n, vec![arrive, pass]).outcomes()
}

#[cfg(test)]
mod tests {
    use super::super::check::{exactly, facts, having, totals};
    use super::*;

    /// The number of all, of the complete and of the stuck schedules, these by size from 1 on.
    #[track_caller]
    fn by_size(outcomes: &Outcomes, all: u128, complete: u128, stuck: &[u128]) {
        facts(outcomes, all, &[("complete", complete)]);
        let sizes = (1..).zip(stuck);
        sizes.for_each(|(size, &n)| assert_eq!(having(outcomes, &format!("stuck {size}")), n));
        assert_eq!(complete + stuck.iter().sum::<u128>(), all);
    }

    #[test]
    fn m08_parking() {
        let four = [17_396_489_088, 13_912_239_264, 6_705_232_512, 1_933_445_184];
        let table: [(u128, u128, &[u128]); 4] = [
            (30, 21, &[9]),
            (9_528, 5_696, &[2_152, 1_680]),
            (15_633_558, 8_931_672, &[3_111_240, 2_508_144, 1_082_502]),
            (92_614_371_552, 52_666_965_504, &four),
        ];
        for (n, (all, complete, stuck)) in (1..).zip(table) {
            by_size(&m08_boss(n, Wait::Parks), all, complete, stuck);
        }
        let five = m08_boss(5, Wait::Parks);
        facts(&five, 1_558_782_864_965_880, &[("complete", 893_365_472_160_000)]);
        assert!((1..=5).all(|size| having(&five, &format!("stuck {size}")) > 0));
    }

    #[test]
    fn m08_rechecking() {
        let five = [6_566_400, 8_691_840, 6_037_200, 2_994_040, 1_260_115];
        let table: [(u128, u128, &[u128]); 5] = [
            (6, 3, &[3]),
            (120, 40, &[28, 52]),
            (4_635, 1_512, &[792, 1_236, 1_095]),
            (336_648, 124_416, &[51_840, 73_152, 55_464, 31_776]),
            (44_557_595, 19_008_000, &five),
        ];
        for (n, (all, complete, stuck)) in (1..).zip(table) {
            by_size(&m08_boss(n, Wait::Rechecks), all, complete, stuck);
        }
    }

    #[test]
    fn m08_second_test_reads_either_way() {
        for form in [Wait::Parks, Wait::Rechecks] {
            for n in 1..=3 {
                let outcomes = m08_boss(n, form);
                assert!(outcomes.contains_key("complete; second test 0"), "{outcomes:?}");
                assert!(outcomes.contains_key("complete; second test 1"), "{outcomes:?}");
            }
        }
        for (n, all) in (1..).zip([2, 16, 288]) {
            exactly(&m08_two_events(n), &[("complete", all)]);
        }
    }

    #[test]
    fn m09() {
        for (n, all) in (1..).zip([2, 10, 96]) {
            exactly(&m09_latch(n), &[("complete", all)]);
        }
        exactly(&m09_pulse(1), &[("complete", 4 - 1), ("stuck 1", 1)]);
        exactly(&m09_pulse(2), &[("complete", 30 - 8 - 2), ("stuck 1", 8), ("stuck 2", 2)]);
        totals(&m09_pulse(3), 384);
        facts(&m09_pulse(3), 384, &[("stuck 1", 102), ("stuck 2", 30), ("stuck 3", 6)]);
    }

    #[test]
    fn m27_condition_and_barrier() {
        exactly(&m27_condition(), &[("complete", 1), ("stuck 1", 1)]);
        exactly(&m27_condition_with_predicate(), &[("complete", 2)]);
        exactly(&m27_barrier(3, 3), &[("complete", 36)]);
        exactly(&m27_barrier(3, 2), &[("stuck 2", 2)]);
    }
}
