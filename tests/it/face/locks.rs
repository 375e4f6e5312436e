//! Mutex, RwLock, Condvar, Barrier.

use unknot_checker::Kind::{Deadlock, Exception, Hang};
use unknot_std::Builder;
use unknot_std::sync::{Arc, Barrier, Condvar, Mutex, RwLock};
use unknot_std::thread;

use super::{large, row, row_that, row_with};

fn sum(is_locked: bool) -> String {
    let sum = Arc::new(Mutex::new(0));
    let tasks = [1, 2].map(|n| {
        let sum = sum.clone();
        thread::spawn(move || {
            if is_locked {
                *sum.lock().unwrap() += n;
            } else {
                let old = *sum.lock().unwrap();
                *sum.lock().unwrap() = old + n;
            }
        })
    });
    tasks.into_iter().for_each(|task| task.join().unwrap());
    let sum = *sum.lock().unwrap();
    sum.to_string()
}

fn pair(is_ordered: bool) -> String {
    let locks = Arc::new((Mutex::new(()), Mutex::new(())));
    let theirs = locks.clone();
    let task = thread::spawn(move || {
        let _first = theirs.0.lock();
        let _second = theirs.1.lock();
    });
    if is_ordered {
        let _first = locks.0.lock();
        let _second = locks.1.lock();
    } else {
        let _first = locks.1.lock();
        let _second = locks.0.lock();
    }
    task.join().unwrap();
    String::new()
}

fn poisoned() -> String {
    let lock = Arc::new(Mutex::new(0));
    let theirs = lock.clone();
    let task = thread::spawn(move || {
        let _guard = theirs.lock().unwrap();
        panic!("oh");
    });
    let seen = lock.is_poisoned();
    let why = *task.join().unwrap_err().downcast::<&str>().unwrap();
    let is_poisoned = lock.lock().is_err();
    lock.clear_poison();
    format!("{seen} {why} {is_poisoned} {}", lock.lock().is_err())
}

fn tried() -> String {
    let lock = Arc::new(Mutex::new(0));
    let theirs = lock.clone();
    let task = thread::spawn(move || theirs.try_lock().is_ok());
    let mine = lock.try_lock().is_ok();
    format!("{mine} {}", task.join().unwrap())
}

fn readers(n: usize, is_written: bool) -> String {
    let lock = Arc::new(RwLock::new(0));
    let tasks: Vec<_> = (0..n)
        .map(|_| {
            let lock = lock.clone();
            thread::spawn(move || *lock.read().unwrap())
        })
        .collect();
    if is_written {
        *lock.write().unwrap() = 1;
    }
    let seen: Vec<i32> = tasks.into_iter().map(|task| task.join().unwrap()).collect();
    format!("{seen:?}")
}

fn reads_again(tries: bool) -> String {
    let lock = RwLock::new(0);
    let _one = lock.read().unwrap();
    let other = if tries { lock.try_read().ok() } else { lock.read().ok() };
    other.is_some().to_string()
}

fn upgrade() -> String {
    let lock = Arc::new(RwLock::new(0));
    let theirs = lock.clone();
    let task = thread::spawn(move || {
        let old = *theirs.read().unwrap();
        *theirs.write().unwrap() = old + 1;
    });
    let old = *lock.read().unwrap();
    *lock.write().unwrap() = old + 1;
    task.join().unwrap();
    let sum = *lock.read().unwrap();
    sum.to_string()
}

fn flag(checks: bool, locks: bool) -> String {
    let pair = Arc::new((Mutex::new(false), Condvar::new()));
    let theirs = pair.clone();
    let task = thread::spawn(move || {
        if locks {
            *theirs.0.lock().unwrap() = true;
        }
        theirs.1.notify_one();
    });
    let mut guard = pair.0.lock().unwrap();
    if checks {
        while !*guard {
            guard = pair.1.wait(guard).unwrap();
        }
    } else {
        guard = pair.1.wait(guard).unwrap();
    }
    let seen = *guard;
    drop(guard);
    task.join().unwrap();
    seen.to_string()
}

/// Two waiters, and one notification that may wake either.
fn either() -> String {
    let pair = Arc::new((Mutex::new(0), Condvar::new()));
    let waiters = [1, 2].map(|n| {
        let pair = pair.clone();
        thread::spawn(move || {
            let mut guard = pair.0.lock().unwrap();
            *guard += 10;
            guard = pair.1.wait(guard).unwrap();
            *guard = n;
        })
    });
    let mut guard = pair.0.lock().unwrap();
    if *guard == 20 {
        pair.1.notify_one();
    } else {
        pair.1.notify_all();
    }
    guard = pair.1.wait_while(guard, |n| *n >= 10).unwrap();
    drop(guard);
    drop(waiters);
    String::new()
}

fn timed() -> String {
    let pair = Arc::new((Mutex::new(false), Condvar::new()));
    let theirs = pair.clone();
    let task = thread::spawn(move || {
        *theirs.0.lock().unwrap() = true;
        theirs.1.notify_one();
    });
    let guard = pair.0.lock().unwrap();
    let soon = std::time::Duration::from_millis(1);
    let (guard, told) = pair.1.wait_timeout(guard, soon).unwrap();
    let seen = format!("{} {}", *guard, told.timed_out());
    drop(guard);
    task.join().unwrap();
    seen
}

fn leaders(n: usize) -> String {
    let barrier = Arc::new(Barrier::new(2));
    let tasks: Vec<_> = (1..n)
        .map(|_| {
            let barrier = barrier.clone();
            thread::spawn(move || barrier.wait().is_leader())
        })
        .collect();
    let mut leads = vec![barrier.wait().is_leader()];
    leads.extend(tasks.into_iter().map(|task| task.join().unwrap()));
    leads.iter().filter(|leads| **leads).count().to_string()
}

#[test]
fn mutexes() {
    row("locked", || sum(true), (2, 0, &["3"], &[]));
    row("let go in between", || sum(false), (6, 0, &["1", "2", "3"], &[]));
    row("in one order", || pair(true), (2, 0, &[""], &[]));
    row("in two orders", || pair(false), (3, 1, &[""], &[Deadlock]));
    row("poisoned", poisoned, (3, 0, &["false oh true false", "true oh true false"], &[Exception]));
    row("tried", tried, (4, 0, &["false true", "true false", "true true"], &[]));
}

#[test]
fn readers_and_writers() {
    row("2 readers", || readers(2, false), (1, 0, &["[0, 0]"], &[]));
    large("5 readers", || readers(5, false), (1, 0, &["[0, 0, 0, 0, 0]"], &[]));
    let again = || (Builder::new(), true);
    row_that(
        "2 readers and a writer",
        again(),
        || readers(2, true),
        (4, 0, &["[0, 0]", "[0, 1]", "[1, 0]", "[1, 1]"], &[]),
    );
    row("reads again", || reads_again(false), (1, 1, &[], &[Deadlock]));
    row("tries to read again", || reads_again(true), (1, 0, &["true"], &[]));
    row_that("reads, then writes", again(), upgrade, (4, 0, &["1", "2"], &[]));
}

#[test]
fn condition_variables() {
    row("looks again", || flag(true, true), (2, 0, &["true"], &[]));
    row("does not look", || flag(false, true), (3, 1, &["true"], &[Hang]));
    row("notifies without the lock", || flag(false, false), (2, 1, &["false"], &[Hang]));
    row("either of two", either, (10, 10, &[], &[Hang]));
    row("timed", timed, (8, 0, &["false true", "true false", "true true"], &[]));
    let spurious = || Builder::new().spurious(1);
    row_with(
        "wakes for nothing",
        spurious(),
        || flag(false, true),
        (9, 1, &["false", "true"], &[Hang]),
    );
    row_with("looks after that", spurious(), || flag(true, true), (5, 0, &["true"], &[]));
}

#[test]
fn barriers() {
    row("two", || leaders(2), (2, 0, &["1"], &[]));
    row("one too many", || leaders(3), (6, 6, &[], &[Hang]));
    large("two pairs", || leaders(4), (24, 0, &["2"], &[]));
}
