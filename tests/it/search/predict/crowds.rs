//! Deadlocks of many tasks, and what stays open among many.

use unknot_checker::report::predict::StatusWord::Unconfirmed;
use unknot_checker::sim::{Lock, Shared, spawn};

use super::locks::{DEADLOCK, Done, NOTHING, behind_an_event, both, join_all, two};
use super::{predicted, report, told};

/// How philosophers take their forks.
#[derive(Clone, Copy)]
enum Manners {
    LeftFirst,
    LowerFirst,
    UnderAGate,
}

/// Philosophers in a ring, each with a fork to the left and the right.
fn dinner(seats: usize, manners: Manners) -> Done {
    let forks: Vec<Lock> = (0..seats).map(|nth| Lock::named(("fork", nth))).collect();
    let gate = Lock::named("gate");
    let eat = |seat: usize| {
        let (left, right) = (forks[seat].clone(), forks[(seat + 1) % seats].clone());
        let gate = gate.clone();
        move || {
            let _gate = match manners {
                Manners::UnderAGate => Some(gate.lock()?),
                Manners::LeftFirst | Manners::LowerFirst => None,
            };
            match manners {
                Manners::LowerFirst if seat + 1 == seats => both(&right, &left),
                _ => both(&left, &right),
            }
        }
    };
    join_all((0..seats).map(|seat| spawn(eat(seat))).collect())
}

/// One circle that goes round the whole table, or none.
#[test]
fn philosophers() {
    for seats in [2, 5, 50, 100] {
        let checked = predicted(move || dinner(seats, Manners::LeftFirst));
        assert_eq!(told(&checked), DEADLOCK, "{seats}");
        let [prediction] = &*report(&checked).predictions else { panic!("one circle") };
        assert_eq!(prediction.about.len(), seats);
        assert!(prediction.locks_allow_it && !report(&checked).more);
        let [finding] = &*checked.report().findings else { panic!("one finding") };
        assert_eq!(finding.involved.len(), seats);
        for manners in [Manners::LowerFirst, Manners::UnderAGate] {
            assert_eq!(told(&predicted(move || dinner(seats, manners))), NOTHING, "{seats}");
        }
    }
}

/// A hundred tasks with two locks are one fault, not 2,500.
#[test]
fn crowds_are_one_fault() {
    let checked = predicted(|| {
        let (a, b) = two();
        let task = |nth: usize| {
            let (a, b) = (a.clone(), b.clone());
            move || if nth.is_multiple_of(2) { both(&a, &b) } else { both(&b, &a) }
        };
        join_all((0..100).map(|nth| spawn(task(nth))).collect())
    });
    assert_eq!(told(&checked), DEADLOCK);
}

/// Where the search for what cannot be steered to is cut, nothing is claimed.
#[test]
fn what_is_too_large_to_search_stays_open() {
    let checked = predicted(|| {
        let n = Shared::named("n", 0);
        let crowd = |n: &Shared<i32>| {
            let n = n.clone();
            spawn(move || {
                n.write(1);
                Ok(())
            })
        };
        let others: Vec<_> = (0..12).map(|_| crowd(&n)).collect();
        behind_an_event()?;
        join_all(others)
    });
    assert_eq!(told(&checked), [("deadlock", Unconfirmed)]);
    let report = report(&checked);
    let why = report.predictions[0].reason.as_deref().expect("a reason");
    assert!(why.contains("is blocked at 'wait Event 'go'"), "{why}");
    assert!(report.searched.is_some_and(|searched| !searched.exhaustive));
}

/// A hundred tasks that move money between twenty accounts, each five times, and take the lock
/// of the source first. Circles of many accounts are there by the thousand, and the report says
/// that not all were looked at. All that is told is a deadlock.
#[test]
fn transfers() {
    let checked = predicted(|| {
        let accounts: Vec<Lock> = (0..20).map(|nth| Lock::named(("account", nth))).collect();
        let task = |nth: usize| {
            let accounts = accounts.clone();
            move || {
                (0..5).try_for_each(|round| {
                    let (from, by) = ((nth * 7 + round * 3) % 20, 1 + (nth + round * 5) % 19);
                    both(&accounts[from], &accounts[(from + by) % 20])
                })
            }
        };
        join_all((0..100).map(|nth| spawn(task(nth))).collect())
    });
    let told = told(&checked);
    assert!(told.len() > 30 && told.iter().all(|one| *one == DEADLOCK[0]), "{told:?}");
    assert!(report(&checked).more);
}
