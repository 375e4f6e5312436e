//! Lost updates and data races: which are predicted, and which of these are so.

use unknot_checker::report::predict::StatusWord::{self, Confirmed};
use unknot_checker::sim::{Atomic, Exception, Lock, Queue, Shared, spawn};

use super::{Case, all_as_expected, predicted, told};

type Done = Result<(), Exception>;

const NOTHING: &[(&str, StatusWord)] = &[];
const LOST: &[(&str, StatusWord)] = &[("lost-update", Confirmed)];
const RACE: &[(&str, StatusWord)] = &[("data-race", Confirmed)];

/// What the tasks of a program share.
#[derive(Clone)]
struct Bank {
    lock: Lock,
    other: Lock,
    balance: Shared<i64>,
}

/// Starts tasks one after the other, and joins them.
fn tasks(bodies: Vec<fn(&Bank) -> Done>) -> Done {
    let (lock, other) = (Lock::named("lock"), Lock::named("other"));
    let bank = Bank { lock, other, balance: Shared::named("balance", 0) };
    let start = |body: fn(&Bank) -> Done| {
        let bank = bank.clone();
        spawn(move || body(&bank))
    };
    let tasks: Vec<_> = bodies.into_iter().map(start).collect();
    tasks.into_iter().try_for_each(|task| task.join()?)
}

fn add(bank: &Bank) -> Done {
    bank.balance.write(bank.balance.read() + 1);
    Ok(())
}

fn add_locked(bank: &Bank) -> Done {
    let _guard = bank.lock.lock()?;
    add(bank)
}

fn add_under_another(bank: &Bank) -> Done {
    let _guard = bank.other.lock()?;
    add(bank)
}

/// Reads in one section and writes in the next.
fn add_in_two(bank: &Bank) -> Done {
    let seen = {
        let _guard = bank.lock.lock()?;
        bank.balance.read()
    };
    let _guard = bank.lock.lock()?;
    bank.balance.write(seen + 1);
    Ok(())
}

fn set(bank: &Bank) -> Done {
    bank.balance.write(7);
    Ok(())
}

fn set_before_a_section(bank: &Bank) -> Done {
    set(bank)?;
    let _guard = bank.lock.lock()?;
    Ok(())
}

fn set_behind_a_section(bank: &Bank) -> Done {
    drop(bank.lock.lock()?);
    set(bank)
}

fn set_locked(bank: &Bank) -> Done {
    let _guard = bank.lock.lock()?;
    set(bank)
}

/// The one adds before it hands over, and the other one behind that.
fn handed_over() -> Done {
    let (jobs, n): (Queue<u8>, _) = (Queue::named("jobs", 0), Shared::named("n", 0));
    let (theirs, to_n) = (jobs.clone(), n.clone());
    let first = spawn(move || {
        to_n.write(to_n.read() + 1);
        theirs.put(1)
    });
    jobs.get()?;
    n.write(n.read() + 1);
    first.join()?
}

/// An atomic addition is one step, and loses nothing.
fn in_one_step() -> Done {
    let n = Atomic::named("n", 0);
    let add = |n: &Atomic| {
        let n = n.clone();
        spawn(move || n.fetch_add(1))
    };
    let tasks = [add(&n), add(&n)];
    tasks.into_iter().try_for_each(|task| task.join().map(drop))
}

/// Of these the execution shows the data race itself, since nothing orders the tasks, so it is
/// no prediction.
const CASES: &[Case] = &[
    Case { name: "no lock", body: || tasks(vec![add, add]), expected: LOST },
    Case { name: "locked", body: || tasks(vec![add_locked, add_locked]), expected: NOTHING },
    Case { name: "two locks", body: || tasks(vec![add_locked, add_under_another]), expected: LOST },
    Case { name: "half locked", body: || tasks(vec![add_locked, add]), expected: LOST },
    Case { name: "two sections", body: || tasks(vec![add_in_two, add_in_two]), expected: LOST },
    Case {
        name: "a section that writes comes first",
        body: || tasks(vec![set_locked, add_in_two]),
        expected: LOST,
    },
    Case {
        name: "the order of a lock hides a race",
        body: || tasks(vec![set_before_a_section, set_behind_a_section]),
        expected: RACE,
    },
    Case {
        name: "the same in sections",
        body: || tasks(vec![set_locked, set_locked]),
        expected: NOTHING,
    },
    Case { name: "handed over", body: handed_over, expected: NOTHING },
    Case { name: "in one step", body: in_one_step, expected: NOTHING },
];

#[test]
fn updates() {
    all_as_expected(CASES);
}

/// A hundred tasks that count.
#[test]
fn a_crowd_without_a_lock() {
    assert_eq!(told(&predicted(|| tasks(vec![add; 100]))), LOST);
}

#[test]
fn a_crowd_under_a_lock() {
    assert_eq!(told(&predicted(|| tasks(vec![add_locked; 100]))), NOTHING);
}

#[test]
fn a_crowd_that_reads_in_one_section_and_writes_in_the_next() {
    assert_eq!(told(&predicted(|| tasks(vec![add_in_two; 100]))), LOST);
}
