//! Models M05 to M07, M19, M20 and the ring of philosophers of M27: tasks that
//! take locks and semaphores.

use unknot_checker::Kind;
use unknot_checker::sim::{Exception, Lock, RLock, Semaphore, Value};

use super::{Case, Done, Tasks, add, dies, facts, ghost};
use crate::documents::oracle::models::locks as oracle;
use oracle::Names;

fn nested(first: &Lock, second: &Lock) -> Done {
    let _outer = first.lock()?;
    let _inner = second.lock()?;
    Ok(())
}

fn nested_reentrant(first: &RLock, second: &RLock) -> Done {
    let _outer = first.lock()?;
    let _inner = second.lock()?;
    Ok(())
}

fn two_phases(n: usize, is_opposite: bool) -> Result<Value, Exception> {
    let (a, b) = (Lock::new(), Lock::new());
    let mut tasks = Tasks::default();
    tasks.times(n, |_| {
        let (a, b) = (a.clone(), b.clone());
        move || {
            nested(&a, &b)?;
            if is_opposite { nested(&b, &a) } else { nested(&a, &b) }
        }
    });
    tasks.join()
}

fn two_groups(k: usize, is_opposite: bool) -> Result<Value, Exception> {
    let (a, b) = (Lock::new(), Lock::new());
    let mut tasks = Tasks::default();
    tasks.times(2 * k, |i| {
        let (a, b) = (a.clone(), b.clone());
        move || if i < k || !is_opposite { nested(&a, &b) } else { nested(&b, &a) }
    });
    tasks.join()
}

/// Stuck tasks of M05, from 1 on, by the number of tasks from 1 on.
const M05: [(u128, u128, &[u128]); 5] = [
    (1, 1, &[]),
    (14, 10, &[0, 4]),
    (384, 264, &[0, 78, 42]),
    (18_312, 13_056, &[0, 2_928, 1_992, 336]),
    (1_401_040, 1_037_760, &[0, 185_280, 141_360, 34_020, 2_620]),
];

#[test]
fn m05_opposite_phases() {
    for (n, (all, complete, stuck)) in (1..).zip(M05) {
        let oracle = oracle::m05_two_phases(n);
        let case = Case::new(format!("M05 n={n}"), move || two_phases(n, true), oracle, all);
        let case = case.stuck_in(Kind::Deadlock).stuck_by_size(complete, stuck);
        if n < 5 { case.counts() } else { case.outcomes() }
    }
    let oracle = oracle::m05_two_phases(10);
    let all = 451_197_846_742_863_060;
    let case = Case::new("M05 n=10", || two_phases(10, true), oracle, all);
    case.fact("complete", 374_919_006_744_576_000).beyond();
}

#[test]
fn one_order_is_never_stuck() {
    for (n, all) in (2..).zip([6, 90, 2_520]) {
        let oracle = oracle::m05_one_order(n);
        let name = format!("M05 one order n={n}");
        Case::new(name, move || two_phases(n, false), oracle, all).fact("complete", all).counts();
    }
    for (k, all) in (1..).zip([2, 24, 720]) {
        let oracle = oracle::m06_one_order(k);
        let name = format!("M06 one order k={k}");
        Case::new(name, move || two_groups(k, false), oracle, all).fact("complete", all).counts();
    }
}

/// All, complete, and stuck by size from 1 on, of M06.
const M06: [(u128, u128, &[u128]); 3] = [
    (6, 6 - 2, &[0, 2]),
    (192, 192 - 80, &[0, 48, 24, 8]),
    (13_050, 13_050 - 5_418, &[0, 3_024, 1_728, 540, 108, 18]),
];

#[test]
fn m06_two_groups() {
    for (k, (all, complete, stuck)) in (1..).zip(M06) {
        let oracle = oracle::m06_two_groups(k);
        let case = Case::new(format!("M06 k={k}"), move || two_groups(k, true), oracle, all);
        case.stuck_in(Kind::Deadlock).stuck_by_size(complete, stuck).counts();
    }
}

fn reentrant(names: Names) -> (RLock, RLock) {
    let a = RLock::new();
    let b = match names {
        Names::TwoReentrant => RLock::new(),
        Names::OneReentrant => a.clone(),
    };
    (a, b)
}

fn reentrant_phases(n: usize, names: Names) -> Result<Value, Exception> {
    let (a, b) = reentrant(names);
    let mut tasks = Tasks::default();
    tasks.times(n, |_| {
        let (a, b) = (a.clone(), b.clone());
        move || {
            nested_reentrant(&a, &b)?;
            nested_reentrant(&b, &a)
        }
    });
    tasks.join()
}

fn reentrant_groups(k: usize, names: Names) -> Result<Value, Exception> {
    let (a, b) = reentrant(names);
    let mut tasks = Tasks::default();
    tasks.times(2 * k, |i| {
        let (a, b) = (a.clone(), b.clone());
        move || if i < k { nested_reentrant(&a, &b) } else { nested_reentrant(&b, &a) }
    });
    tasks.join()
}

/// Number for number those of M05 and M06.
#[test]
fn m07_two_reentrant_locks_change_nothing() {
    let names = Names::TwoReentrant;
    for (n, (all, complete, stuck)) in (1..).zip(M05) {
        let oracle = oracle::m07_two_phases(n, names);
        let program = move || reentrant_phases(n, names);
        let case = Case::new(format!("M07 two phases n={n}"), program, oracle, all);
        let case = case.stuck_in(Kind::Deadlock).stuck_by_size(complete, stuck);
        if n < 5 { case.counts() } else { case.outcomes() }
    }
    for (k, (all, complete, stuck)) in (1..).zip(M06) {
        let oracle = oracle::m07_two_groups(k, names);
        let program = move || reentrant_groups(k, names);
        let case = Case::new(format!("M07 two groups k={k}"), program, oracle, all);
        case.stuck_in(Kind::Deadlock).stuck_by_size(complete, stuck).counts();
    }
}

#[test]
fn m07_one_reentrant_lock_is_never_stuck() {
    let names = Names::OneReentrant;
    for (n, all) in [(2, 6), (3, 90)] {
        let oracle = oracle::m07_two_phases(n, names);
        let program = move || reentrant_phases(n, names);
        Case::new(format!("M07 one lock n={n}"), program, oracle, all)
            .fact("complete", all)
            .counts();
    }
    for (k, all) in [(1, 2), (2, 24), (3, 720)] {
        let oracle = oracle::m07_two_groups(k, names);
        let program = move || reentrant_groups(k, names);
        Case::new(format!("M07 one lock k={k}"), program, oracle, all)
            .fact("complete", all)
            .counts();
    }
    // The nested acquire of one lock, twice, is the program of two phases.
    for (n, all) in [(2, 6), (3, 90), (5, 113_400)] {
        let oracle = oracle::m07_reentrant_nested(n);
        let program = move || reentrant_phases(n, names);
        Case::new(format!("M07 nested n={n}"), program, oracle, all).fact("complete", all).counts();
    }
}

/// The document names no sizes; the catalogue has 1, 2, 3 and 6 threads.
#[test]
fn m07_plain_lock_is_always_stuck() {
    for n in [1_usize, 2, 3, 6] {
        let program = move || {
            let a = Lock::new();
            let mut tasks = Tasks::default();
            tasks.times(n, |_| {
                let a = a.clone();
                move || nested(&a, &a)
            });
            tasks.join()
        };
        let all = n as u128;
        let case = Case::new(format!("M07 plain n={n}"), program, oracle::m07_plain_nested(n), all);
        case.stuck_in(Kind::Deadlock).fact(format!("stuck {n}"), all).counts();
    }
}

/// Who dies gives nothing back. Dying is no branch point in the tool, which
/// makes no difference here: while it is due nobody else can make a step.
#[test]
fn m19_abandoned() {
    for n in [1_usize, 2, 3, 10] {
        let program = move || {
            let lock = Lock::new();
            let mut tasks = Tasks::default();
            tasks.times(n, |_| {
                let lock = lock.clone();
                move || {
                    lock.acquire();
                    dies()
                }
            });
            tasks.join()
        };
        let fate = if n == 1 { "complete".to_owned() } else { format!("stuck {}", n - 1) };
        let all = n as u128;
        let case = Case::new(format!("M19 n={n}"), program, oracle::m19_abandoned(n), all);
        case.stuck_in(Kind::AbandonedLock).finds(Kind::Exception, all).fact(fate, all).counts();
    }
}

/// n tasks on k permits; the first ones keep theirs for ever.
fn semaphore(n: usize, k: u32, crashing: usize) -> Result<Value, Exception> {
    let permits = Semaphore::new(k);
    let (inside, peak) = (ghost(0), ghost(0));
    let highest = peak.clone();
    facts(move || format!("peak {}", highest.get()));
    let mut tasks = Tasks::default();
    tasks.times(n, |i| {
        let (permits, inside, peak) = (permits.clone(), inside.clone(), peak.clone());
        move || {
            permits.acquire();
            add(&inside, 1);
            peak.set(peak.get().max(inside.get()));
            if i < crashing {
                // The model counts dying as a step.
                unknot_checker::sim::yield_now();
                return dies();
            }
            permits.release();
            add(&inside, -1);
            Ok(())
        }
    });
    tasks.join()
}

#[test]
fn m20_semaphore() {
    let table: [(usize, u32, u128, &[u128]); 3] = [
        (3, 2, 54, &[6, 48]),
        (4, 2, 648, &[24, 624]),
        (5, 5, 113_400, &[120, 9_600, 43_200, 46_080, 14_400]),
    ];
    for (n, k, all, peaks) in table {
        let oracle = oracle::m20_semaphore(n, k as usize);
        let case = Case::new(format!("M20 n={n} k={k}"), move || semaphore(n, k, 0), oracle, all);
        let case = case.fact("complete", all);
        let peaks = (1..).zip(peaks);
        peaks.fold(case, |case, (peak, &n)| case.fact(format!("peak {peak}"), n)).counts();
    }
}

#[test]
fn m20_crashing_holders() {
    for (n, k, all, stuck) in [(3, 1_u32, 5, 3), (4, 2, 210, 54)] {
        let crashing = k as usize;
        let oracle = oracle::m20_crashing(n, crashing, crashing);
        let name = format!("M20 n={n} k={k} crashing");
        let case = Case::new(name, move || semaphore(n, k, crashing), oracle, all);
        // A semaphore has no owner, so what they leave behind is a hang.
        case.finds(Kind::Exception, all).fact("complete", all - stuck).counts();
    }
}

#[test]
fn m27_philosophers() {
    let table = [(2, 6, 2), (3, 168, 6), (4, 98_184, 24), (5, 66_468_720, 120)];
    for (n, all, deadlock) in table {
        let program = move || {
            let sticks: Vec<_> = (0..n).map(|_| Lock::new()).collect();
            let mut tasks = Tasks::default();
            tasks.times(n, |i| {
                let (left, right) = (sticks[i].clone(), sticks[(i + 1) % n].clone());
                move || nested(&left, &right)
            });
            tasks.join()
        };
        let case = Case::new(format!("M27 ring n={n}"), program, oracle::m27_philosophers(n), all);
        let case = case
            .stuck_in(Kind::Deadlock)
            .fact("complete", all - deadlock)
            .fact(format!("stuck {n}"), deadlock);
        if n < 5 { case.counts() } else { case.outcomes() }
    }
}
