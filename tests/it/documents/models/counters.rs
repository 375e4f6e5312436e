//! Models M01 to M04: tasks that read a counter and write it back changed.

use std::collections::BTreeSet;

use unknot_checker::Kind;
use unknot_checker::sim::{Exception, Lock, Shared, Value, outcome_at_exit};

use super::{Case, Done, Tasks, add, ghost};
use crate::documents::oracle::models::counters as oracle;

/// Has the label say what a counter shows at the end.
fn final_value(counter: &Shared<i64>) {
    let counter = counter.clone();
    outcome_at_exit(move || format!("final {}", counter.read()));
}

fn change(counter: &Shared<i64>, by: i64) {
    let seen = counter.read();
    counter.write(seen + by);
}

fn up_and_down(counter: &Shared<i64>) {
    change(counter, 1);
    change(counter, -1);
}

/// n tasks, each of which does the same to a counter, perhaps with a lock.
fn on_counter(
    start: i64,
    n: usize,
    body: impl Fn(&Shared<i64>, &Lock) -> Done + Clone + 'static,
) -> Result<Value, Exception> {
    let (counter, lock) = (Shared::new(start), Lock::new());
    final_value(&counter);
    let mut tasks = Tasks::default();
    tasks.times(n, |_| {
        let (counter, lock, body) = (counter.clone(), lock.clone(), body.clone());
        move || body(&counter, &lock)
    });
    tasks.join()
}

fn number(n: usize) -> i64 {
    i64::try_from(n).expect("a model is small")
}

fn lost_update(n: usize) -> Result<Value, Exception> {
    on_counter(number(n), n, |counter, _| {
        change(counter, -1);
        Ok(())
    })
}

/// The numbers of a row are those of the final values `first`, `first` + 1 ….
fn by_value(case: Case, first: i64, schedules: &[u128]) -> Case {
    (first..).zip(schedules).fold(case, |case, (value, &n)| case.fact(format!("final {value}"), n))
}

#[test]
fn m01_lost_update() {
    let table: [(u128, &[u128]); 5] = [
        (1, &[1]),
        (6, &[2, 4]),
        (90, &[6, 36, 48]),
        (2_520, &[24, 288, 1_056, 1_152]),
        (113_400, &[120, 2_400, 16_800, 48_000, 46_080]),
    ];
    for (n, (all, row)) in (1..).zip(table) {
        let oracle = oracle::m01_lost_update(n);
        let case = Case::new(format!("M01 n={n}"), move || lost_update(n), oracle, all);
        // All but the serial ones lose an update.
        let serial: u128 = (1..=n as u128).product();
        by_value(case, 0, row).finds(Kind::LostUpdate, all - serial).counts();
    }
}

#[test]
fn m02_locked() {
    for (n, all) in (1..).zip([1, 2, 6, 24, 120]) {
        let program = move || {
            on_counter(number(n), n, |counter, lock| {
                let _held = lock.lock()?;
                change(counter, -1);
                Ok(())
            })
        };
        let case = Case::new(format!("M02 n={n}"), program, oracle::m02_locked_update(n), all);
        case.fact("final 0", all).counts();
    }
}

fn drift(n: usize, rounds: usize) -> Result<Value, Exception> {
    on_counter(0, n, move |counter, _| {
        (0..rounds).for_each(|_| up_and_down(counter));
        Ok(())
    })
}

/// M03 of `n` tasks and `r` rounds, with all schedules by the document.
fn m03(n: usize, r: usize, all: u128) -> Case {
    let oracle = oracle::m03_up_and_down(n, r);
    Case::new(format!("M03 n={n} r={r}"), move || drift(n, r), oracle, all)
}

/// No update is lost where the pairs of read and write are whole; these come in
/// 4! / 2!^2, 8! / 4!^2 and 6! / 2!^3 orders.
#[test]
fn m03_up_and_down() {
    let lost = |case: Case, whole| {
        let all = case.all;
        case.finds(Kind::LostUpdate, all - whole).counts();
    };
    lost(by_value(m03(2, 1, 70), -1, &[16, 38, 16]), 6);
    lost(by_value(m03(2, 2, 12_870), -3, &[64, 696, 3_072, 5_206, 3_072, 696, 64]), 70);
    lost(by_value(m03(3, 1, 34_650), -2, &[1_248, 8_160, 15_462, 8_460, 1_320]), 90);
}

/// The document gives the range of these: -5 to 5.
#[test]
fn m03_range() {
    for (n, r, all) in [(2, 3, 2_704_156), (3, 2, 9_465_511_770)] {
        let case = m03(n, r, all);
        let range: BTreeSet<_> = (-5..=5).map(|value: i32| format!("final {value}")).collect();
        assert!(case.oracle.keys().collect::<BTreeSet<_>>().into_iter().eq(&range));
        case.beyond();
    }
}

/// The value is looked at before each release: one more step, but under the
/// lock, where nobody else can make one. So the counts are the model's; the
/// document says only that the value is 0.
#[test]
fn m03_locked() {
    for (n, r) in [(2, 1), (2, 2), (2, 3), (3, 1), (3, 2)] {
        let program = move || {
            let (counter, lock, uneven) = (Shared::new(0), Lock::new(), ghost(0));
            let (last, count) = (counter.clone(), uneven.clone());
            outcome_at_exit(move || format!("final {}; uneven {}", last.read(), count.get()));
            let mut tasks = Tasks::default();
            tasks.times(n, |_| {
                let (counter, lock, uneven) = (counter.clone(), lock.clone(), uneven.clone());
                move || {
                    for _ in 0..r {
                        let _held = lock.lock()?;
                        up_and_down(&counter);
                        add(&uneven, i64::from(counter.read() != 0));
                    }
                    Ok(())
                }
            });
            tasks.join()
        };
        let oracle = oracle::m03_up_and_down_locked(n, r);
        let all = oracle.values().sum();
        let case = Case::new(format!("M03 locked n={n} r={r}"), program, oracle, all);
        case.fact("final 0", all).fact("uneven 0", all).counts();
    }
}

/// How many schedules lose an update was counted by hand-written recursion, and
/// is not in the document.
#[test]
fn m04_half_locked() {
    let two: (u128, &[u128]) = (56, &[12, 20, 24]);
    let three: (u128, &[u128]) = (15_288, &[432, 2_040, 4_992, 4_704, 3_120]);
    for (n, first, lost, (all, row)) in [(2, -1, 42, two), (3, -2, 14_736, three)] {
        let program = move || {
            on_counter(0, n, |counter, lock| {
                let held = lock.lock()?;
                change(counter, 1);
                drop(held);
                change(counter, -1);
                Ok(())
            })
        };
        let case = Case::new(format!("M04 n={n}"), program, oracle::m04_half_locked(n), all);
        by_value(case, first, row).finds(Kind::LostUpdate, lost).counts();
    }
}
