//! What is found, by small programs: each shows one kind, and its repaired
//! twin shows none.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use unknot_checker::Kind;
use unknot_checker::check::observe;
use unknot_checker::model::terms::{Budget, Semantics};
use unknot_checker::sim::{
    Atomic, Event, Exception, Lock, Program, Queue, Semaphore, Shared, Value, always, spawn,
    verify, wait_until, yield_now, yield_until_changed,
};
use unknot_checker::strategy::{Bounded, Dfs, Dpor, Strategy, Visibility};

/// For each kind, in how many classes it appears.
fn found(body: impl Fn() -> Result<(), Exception> + Send + Sync + 'static) -> BTreeMap<Kind, u64> {
    let program: Program = Arc::new(move || body().map(|()| Value::Unit));
    let semantics = Semantics { max_steps: 60, ..Semantics::default() };
    observe(&program, Dpor::new(), Budget { semantics, ..Budget::default() }).kinds
}

fn kinds<const N: usize>(kinds: [(Kind, u64); N]) -> BTreeMap<Kind, u64> {
    BTreeMap::from(kinds)
}

/// The reader sees 0 or 1: one of the two classes violates the condition.
#[test]
fn verify_is_checked_where_it_stands() {
    let program = |bound: i64| {
        move || {
            let number = Atomic::new(0);
            let theirs = number.clone();
            let task = spawn(move || theirs.store(1));
            let seen = number.load();
            verify!(seen < bound, "saw {seen}");
            task.join()
        }
    };
    assert_eq!(found(program(1)), kinds([(Kind::InvariantViolation, 1)]));
    assert_eq!(found(program(2)), kinds([]));
}

/// Two variables that are moved one after the other, by two tasks that share
/// nothing else: only an order in which a is up and b is not yet down shows
/// that both can be up. Without the cell of the condition the two writes would
/// be independent, and one class would stand for both orders.
#[test]
fn always_sees_every_state() {
    let program = || {
        let (a, b) = (Atomic::named("a", 0), Atomic::named("b", 1));
        let (seen_a, seen_b) = (a.clone(), b.clone());
        always("not both", move || {
            let (a, b) = (seen_a.load(), seen_b.load());
            a + b < 2
        });
        let up = spawn(move || a.store(1));
        let down = spawn(move || b.store(0));
        up.join()?;
        down.join()
    };
    assert_eq!(found(program), kinds([(Kind::InvariantViolation, 1)]));
}

/// From when on something has to hold depends on the order of steps: the write may
/// come before that. To look at a variable for that is no data race.
#[test]
fn always_may_begin_late() {
    let program = || {
        let number = Shared::new(0);
        let (theirs, seen) = (number.clone(), number.clone());
        let task = spawn(move || theirs.write(1));
        always("written", move || seen.read() == 1);
        task.join()
    };
    assert_eq!(found(program), kinds([(Kind::InvariantViolation, 1)]));
}

/// Conditions see what gauges show, and what changes them has them asked.
#[test]
fn always_sees_gauges() {
    let program = |wanted: bool| {
        move || {
            let (lock, event) = (Lock::new(), Event::rechecking("open"));
            let (seen, set) = (lock.clone(), event.clone());
            event.set();
            always("as wanted", move || {
                let (is_set, is_locked) = (set.is_set(), seen.locked());
                is_set && (!is_locked || wanted)
            });
            drop(lock.lock()?);
            event.set();
            Ok(())
        }
    };
    assert_eq!(found(program(true)), kinds([]));
    assert_eq!(found(program(false)), kinds([(Kind::InvariantViolation, 1)]));
}

/// A task that spins until somebody sets a flag, and nobody does.
#[test]
fn spinning_is_a_livelock() {
    let program = || {
        let flag = Atomic::new(0);
        while flag.load() == 0 {
            yield_now();
        }
        Ok(())
    };
    assert_eq!(found(program), kinds([(Kind::Livelock, 1)]));
}

/// Counting for ever changes something each time round: cut, and no livelock.
#[test]
fn counting_is_no_livelock() {
    let program = || {
        let number = Atomic::new(0);
        while number.fetch_add(1) >= 0 {}
        Ok(())
    };
    assert_eq!(found(program), kinds([]));
}

/// A write and a read with nothing in between: both orders race. A lock, a
/// queue, a semaphore or a join in between orders them.
#[test]
fn data_races_are_what_nothing_orders() {
    let racy = || {
        let number = Shared::new(0);
        let theirs = number.clone();
        let task = spawn(move || theirs.write(1));
        let _ = number.read();
        task.join()
    };
    assert_eq!(found(racy), kinds([(Kind::DataRace, 2)]));
    let joined = || {
        let number = Shared::new(0);
        let theirs = number.clone();
        spawn(move || theirs.write(1)).join()?;
        let _ = number.read();
        Ok(())
    };
    assert_eq!(found(joined), kinds([]));
    let handed_over = || {
        let (number, queue) = (Shared::new(0), Queue::new(0));
        let (theirs, sender) = (number.clone(), queue.clone());
        let task = spawn(move || {
            theirs.write(1);
            sender.put(())
        });
        queue.get()?;
        let _ = number.read();
        task.join()?
    };
    assert_eq!(found(handed_over), kinds([]));
    let signalled = || {
        let (number, permit) = (Shared::new(0), Semaphore::new(0));
        let (theirs, gives) = (number.clone(), permit.clone());
        let task = spawn(move || {
            theirs.write(1);
            gives.release();
        });
        permit.acquire();
        let _ = number.read();
        task.join()
    };
    assert_eq!(found(signalled), kinds([]));
}

/// What is looked at to know whether it has changed is no access of the program.
#[test]
fn a_wait_for_a_change_races_with_nothing_and_orders_nothing() {
    let polled_under_a_lock = || {
        let (number, lock) = (Shared::new(0), Lock::new());
        let (theirs, locked) = (number.clone(), lock.clone());
        let task = spawn(move || -> Result<(), Exception> {
            let _guard = locked.lock()?;
            theirs.write(1);
            Ok(())
        });
        wait_until(|| {
            let _guard = lock.lock();
            number.read() == 1
        });
        task.join()?
    };
    assert_eq!(found(polled_under_a_lock), kinds([]));
    // The look comes before the write, with the arrival before it or behind it, or
    // comes after: it races in all three.
    let polled_without = || {
        let (number, lock) = (Shared::new(vec![0]), Lock::new());
        let (theirs, locked) = (number.clone(), lock.clone());
        let task = spawn(move || -> Result<(), Exception> {
            let _guard = locked.lock()?;
            theirs.write(vec![1]);
            Ok(())
        });
        while number.read() == [0] {
            yield_until_changed();
        }
        task.join()?
    };
    assert_eq!(found(polled_without).get(&Kind::DataRace), Some(&3));
}

/// A lock that is taken and never given back, where nobody else wants it.
#[test]
fn a_lock_held_at_the_end_is_a_leak() {
    let program = |gives_back: bool| {
        move || {
            let lock = Lock::new();
            lock.acquire();
            if gives_back { lock.release() } else { Ok(()) }
        }
    };
    assert_eq!(found(program(false)), kinds([(Kind::Leak, 1)]));
    assert_eq!(found(program(true)), kinds([]));
}

/// The owner returns an exception and never gives the lock back.
#[test]
fn a_lock_of_the_dead_is_abandoned() {
    let program = || {
        let lock = Lock::new();
        let theirs = lock.clone();
        let task = spawn(move || -> Result<(), Exception> {
            theirs.acquire();
            Err(Exception::new("ValueError", "before the release"))
        });
        task.join()?.ok();
        lock.acquire();
        lock.release()
    };
    assert_eq!(found(program), kinds([(Kind::AbandonedLock, 1), (Kind::Exception, 1)]));
}

/// A program that looks at something that no schedule decides: here how often
/// it was run, as it might be a clock or the order of a hash. The search
/// notices at the first step that it makes again and that is not the one of the
/// time before, and says which task asked for what.
#[test]
fn a_program_that_does_otherwise_is_found_out() {
    let runs = AtomicU32::new(0);
    let program: Program = Arc::new(move || {
        let number = Shared::new(0);
        let theirs = number.clone();
        let is_odd = runs.fetch_add(1, Ordering::Relaxed) % 2 == 1;
        let task = spawn(move || {
            if is_odd {
                theirs.write(1);
            } else {
                theirs.write(2);
            }
            theirs.write(3);
        });
        let seen = number.read() + number.read();
        task.join()?;
        Ok(seen.into())
    });
    let strategies: [(&str, Box<dyn Strategy>); 3] = [
        ("dpor", Box::new(Dpor::new())),
        ("bounded", Box::new(Bounded::new(2))),
        ("dfs", Box::new(Dfs::new(Visibility::All))),
    ];
    for (name, strategy) in strategies {
        let observed = observe(&program, strategy, Budget::default());
        assert!(!observed.exhausted(), "{name}");
        assert_eq!(observed.kinds.get(&Kind::Nondeterminism), Some(&1), "{name}");
        let divergence = observed.divergence.expect(name);
        assert!(divergence.message.contains("T1 asked for 'write Shared#1' ("), "{divergence:?}");
    }
}

/// The plain search notices when a task cannot do what it could before.
#[test]
fn the_plain_search_notices_too() {
    let runs = AtomicU32::new(0);
    let program: Program = Arc::new(move || {
        let lock = Lock::new();
        if runs.fetch_add(1, Ordering::Relaxed) % 2 == 1 {
            lock.acquire();
        }
        let theirs = lock.clone();
        let task = spawn(move || theirs.try_acquire());
        let taken = lock.locked();
        lock.acquire();
        task.join()?;
        Ok(taken.into())
    });
    let observed = observe(&program, Dfs::new(Visibility::All), Budget::default());
    assert!(!observed.exhausted());
    assert!(observed.kinds.contains_key(&Kind::Nondeterminism), "{:?}", observed.kinds);
}
