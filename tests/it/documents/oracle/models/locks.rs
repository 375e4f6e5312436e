//! Models M05 to M07, M19, M20 and the ring of philosophers of M27: tasks that take locks.
//!
//! The idea: `X+` takes lock X and `X-` gives it back; a task that waits for a lock takes no
//! step, so a deadlock is a state without an enabled task. Reentrant locks and semaphores are
//! written beside the plain lock, so that the same programs can be tried with either.
//!
//! What they miss: fairness, timeouts, and locks that are given back by somebody else.

use super::world::{Flow, Step, System, World, acq, act, in_order, number, rel, repeat, when};
use crate::documents::oracle::counter::Outcomes;

const A: usize = 0;
const B: usize = 1;
const NO_LOCKS: [i32; 2] = [0, 0];

/// `[first+ second+ second- first-]`.
fn nested(first: usize, second: usize) -> Vec<Step> {
    vec![acq(first), acq(second), rel(second), rel(first)]
}

/// `[first+ second+ second- first-]` with reentrant locks.
fn nested_reentrant(first: usize, second: usize) -> Vec<Step> {
    vec![reacq(first), reacq(second), rerel(second), rerel(first)]
}

/// A reentrant lock is two cells: how often it is held, and by whom.
const DEPTHS: [usize; 2] = [0, 2];

/// `acq` of a reentrant lock: enabled while it is free or held by the same task.
fn reacq(lock: usize) -> Step {
    let (depth, owner) = (DEPTHS[lock], DEPTHS[lock] + 1);
    Box::new(move |world, task| {
        let me = number(task);
        if world.cells[depth] > 0 && world.cells[owner] != me {
            return Flow::Blocked;
        }
        world.cells[depth] += 1;
        world.cells[owner] = me;
        Flow::Next
    })
}

/// `rel` of a reentrant lock: the owner gives back one of its acquires.
fn rerel(lock: usize) -> Step {
    act(move |world, _| world.cells[DEPTHS[lock]] -= 1)
}

/// M05: `[A+ B+ B- A- B+ A+ A- B-] x n`.
pub(crate) fn m05_two_phases(n: usize) -> Outcomes {
    let program = in_order([nested(A, B), nested(B, A)]);
    System::new(&NO_LOCKS, World::verdict).tasks(n, program).symmetric().outcomes()
}

/// M05 with both phases in one order: `[A+ B+ B- A- A+ B+ B- A-] x n`.
pub(crate) fn m05_one_order(n: usize) -> Outcomes {
    System::new(&NO_LOCKS, World::verdict).tasks(n, repeat(2, || nested(A, B))).outcomes()
}

/// M06: `[1+ 2+ 2- 1-] x k` beside `[2+ 1+ 1- 2-] x k`.
pub(crate) fn m06_two_groups(k: usize) -> Outcomes {
    System::new(&NO_LOCKS, World::verdict).tasks(k, nested(A, B)).tasks(k, nested(B, A)).outcomes()
}

/// M06 with both groups in one order: `[1+ 2+ 2- 1-] x 2k`.
pub(crate) fn m06_one_order(k: usize) -> Outcomes {
    System::new(&NO_LOCKS, World::verdict).tasks(2 * k, nested(A, B)).outcomes()
}

/// Which locks stand behind the two names A and B of M07.
#[derive(Clone, Copy)]
pub(crate) enum Names {
    TwoReentrant,
    OneReentrant,
}

impl Names {
    fn second(self) -> usize {
        match self {
            Names::TwoReentrant => B,
            Names::OneReentrant => A,
        }
    }
}

fn reentrant_system() -> System {
    System::new(&[0; 4], World::verdict)
}

/// M07, the program of M05 with reentrant locks.
pub(crate) fn m07_two_phases(n: usize, names: Names) -> Outcomes {
    let b = names.second();
    let program = in_order([nested_reentrant(A, b), nested_reentrant(b, A)]);
    reentrant_system().tasks(n, program).outcomes()
}

/// M07, the programs of M06 with reentrant locks.
pub(crate) fn m07_two_groups(k: usize, names: Names) -> Outcomes {
    let b = names.second();
    let system = reentrant_system().tasks(k, nested_reentrant(A, b));
    system.tasks(k, nested_reentrant(b, A)).outcomes()
}

/// M07, two names for one plain lock, or the nested acquire of one: `[L+ L+ L- L-] x n`.
pub(crate) fn m07_plain_nested(n: usize) -> Outcomes {
    System::new(&NO_LOCKS, World::verdict).tasks(n, nested(A, A)).outcomes()
}

/// M07, the nested acquire of a reentrant lock: `[R+ R+ R- R- R+ R+ R- R-] x n`.
pub(crate) fn m07_reentrant_nested(n: usize) -> Outcomes {
    reentrant_system().tasks(n, repeat(2, || nested_reentrant(A, A))).outcomes()
}

/// M19: `[acq, die] x n`; dying is a step and gives nothing back.
pub(crate) fn m19_abandoned(n: usize) -> Outcomes {
    System::new(&NO_LOCKS, World::verdict).tasks(n, vec![acq(A), die()]).outcomes()
}

fn die() -> Step {
    Box::new(|_, _| Flow::Leave)
}

const PERMITS: usize = 0;
const INSIDE: usize = 1;
const PEAK: usize = 2;

/// `acq` of a semaphore; the peak is the largest number of tasks inside so far.
fn enter() -> Step {
    when(
        |world| world.cells[PERMITS] > 0,
        |world, _| {
            world.cells[PERMITS] -= 1;
            world.cells[INSIDE] += 1;
            world.cells[PEAK] = world.cells[PEAK].max(world.cells[INSIDE]);
        },
    )
}

/// `rel` of a semaphore.
fn leave() -> Step {
    act(|world, _| {
        world.cells[PERMITS] += 1;
        world.cells[INSIDE] -= 1;
    })
}

fn semaphore(k: usize) -> System {
    System::new(&[number(k), 0, 0], |world| {
        format!("{}; peak {}", world.verdict(), world.cells[PEAK])
    })
}

/// M20: `[acq, rel] x n` on a semaphore with k permits.
pub(crate) fn m20_semaphore(n: usize, k: usize) -> Outcomes {
    semaphore(k).tasks(n, vec![enter(), leave()]).outcomes()
}

/// M20, `[acq, die] x crashing` beside `[acq, rel]` for the rest of the n tasks.
pub(crate) fn m20_crashing(n: usize, k: usize, crashing: usize) -> Outcomes {
    let system = semaphore(k).tasks(crashing, vec![enter(), die()]);
    system.tasks(n - crashing, vec![enter(), leave()]).outcomes()
}

/// M27, philosophers: task i does `[i+ i'+ i'- i-]` where i' is the next one in a ring of n.
pub(crate) fn m27_philosophers(n: usize) -> Outcomes {
    let seat = |system: System, i| system.tasks(1, nested(i, (i + 1) % n));
    (0..n).fold(System::new(&vec![0; n], World::verdict), seat).outcomes()
}

#[cfg(test)]
mod tests {
    use super::super::check::{exactly, facts, having, totals};
    use super::*;

    #[test]
    fn m05() {
        exactly(&m05_two_phases(1), &[("complete", 1)]);
        totals(&m05_two_phases(2), 14);
        exactly(&m05_two_phases(2), &[("complete", 10), ("stuck 2", 4)]);
        totals(&m05_two_phases(3), 384);
        exactly(&m05_two_phases(3), &[("complete", 264), ("stuck 2", 78), ("stuck 3", 42)]);
        let four = [("complete", 13_056), ("stuck 2", 2_928), ("stuck 3", 1_992), ("stuck 4", 336)];
        totals(&m05_two_phases(4), 18_312);
        exactly(&m05_two_phases(4), &four);
        let five = [
            ("complete", 1_037_760),
            ("stuck 2", 185_280),
            ("stuck 3", 141_360),
            ("stuck 4", 34_020),
            ("stuck 5", 2_620),
        ];
        totals(&m05_two_phases(5), 1_401_040);
        exactly(&m05_two_phases(5), &five);
    }

    #[test]
    fn m05_with_ten_tasks() {
        let outcomes = m05_two_phases(10);
        totals(&outcomes, 451_197_846_742_863_060);
        assert_eq!(outcomes["complete"], 374_919_006_744_576_000);
        let deadlock: u128 = (2..=10).map(|size| outcomes[&format!("stuck {size}")]).sum();
        assert_eq!(deadlock, 76_278_839_998_287_060);
        assert_eq!(outcomes.len(), 10, "complete, and every size from 2 to 10");
    }

    #[test]
    fn one_order_is_never_stuck() {
        for (n, all) in (2..).zip([6, 90, 2_520]) {
            exactly(&m05_one_order(n), &[("complete", all)]);
        }
        // (2k)! for k = 1, 2, 3.
        for (k, all) in (1..).zip([2, 24, 720]) {
            exactly(&m06_one_order(k), &[("complete", all)]);
        }
    }

    #[test]
    fn m06() {
        exactly(&m06_two_groups(1), &[("complete", 6 - 2), ("stuck 2", 2)]);
        let two = [("complete", 192 - 80), ("stuck 2", 48), ("stuck 3", 24), ("stuck 4", 8)];
        exactly(&m06_two_groups(2), &two);
        let three = [
            ("complete", 13_050 - 5_418),
            ("stuck 2", 3_024),
            ("stuck 3", 1_728),
            ("stuck 4", 540),
            ("stuck 5", 108),
            ("stuck 6", 18),
        ];
        exactly(&m06_two_groups(3), &three);
    }

    #[test]
    fn m07_two_reentrant_locks_change_nothing() {
        for n in 1..=5 {
            assert_eq!(m07_two_phases(n, Names::TwoReentrant), m05_two_phases(n));
        }
        for k in 1..=3 {
            assert_eq!(m07_two_groups(k, Names::TwoReentrant), m06_two_groups(k));
        }
    }

    #[test]
    fn m07_one_lock() {
        for (n, all) in [(2, 6), (3, 90)] {
            exactly(&m07_two_phases(n, Names::OneReentrant), &[("complete", all)]);
        }
        for (k, all) in [(1, 2), (2, 24), (3, 720)] {
            exactly(&m07_two_groups(k, Names::OneReentrant), &[("complete", all)]);
        }
        for n in 1..=6_u8 {
            let all_stuck = format!("stuck {n}");
            exactly(&m07_plain_nested(n.into()), &[(all_stuck, n.into())]);
        }
        for (n, all) in [(2, 6), (3, 90), (5, 113_400)] {
            exactly(&m07_reentrant_nested(n), &[("complete", all)]);
        }
    }

    #[test]
    fn m19() {
        exactly(&m19_abandoned(1), &[("complete", 1)]);
        for n in 2..=6_u8 {
            let others_stuck = format!("stuck {}", n - 1);
            exactly(&m19_abandoned(n.into()), &[(others_stuck, n.into())]);
        }
    }

    #[test]
    fn m20() {
        let three = [("complete; peak 1", 6), ("complete; peak 2", 48)];
        totals(&m20_semaphore(3, 2), 54);
        exactly(&m20_semaphore(3, 2), &three);
        let four = [("complete; peak 1", 24), ("complete; peak 2", 624)];
        totals(&m20_semaphore(4, 2), 648);
        exactly(&m20_semaphore(4, 2), &four);
        let five = [
            ("complete; peak 1", 120),
            ("complete; peak 2", 9_600),
            ("complete; peak 3", 43_200),
            ("complete; peak 4", 46_080),
            ("complete; peak 5", 14_400),
        ];
        totals(&m20_semaphore(5, 5), 113_400);
        exactly(&m20_semaphore(5, 5), &five);
    }

    #[test]
    fn m20_with_as_many_crashes_as_permits() {
        for (n, k, all, stuck) in [(3, 1, 5, 3), (4, 2, 210, 54)] {
            let outcomes = m20_crashing(n, k, k);
            facts(&outcomes, all, &[("complete", all - stuck)]);
        }
    }

    #[test]
    fn m27_ring() {
        let table = [(2, 6, 2), (3, 168, 6), (4, 98_184, 24), (5, 66_468_720, 120)];
        for (n, all, deadlock) in table {
            let outcomes = m27_philosophers(n);
            facts(&outcomes, all, &[("complete", all - deadlock)]);
            assert_eq!(having(&outcomes, &format!("stuck {n}")), deadlock);
        }
    }
}
