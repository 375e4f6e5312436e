//! Locks of parking_lot.

use unknot_checker::Kind::{Deadlock, Exception};
use unknot_std::collections::HashMap;
use unknot_std::parking_lot as pl;
use unknot_std::sync::Arc;
use unknot_std::thread;

use super::{SECOND, claim};

/// Upgraded in place: no writer comes between the look and the change.
fn upgrades() -> String {
    let lock = Arc::new(pl::RwLock::new(HashMap::from([("a", 1)])));
    let add = |lock: &pl::RwLock<HashMap<&str, i32>>| {
        let guard = lock.upgradable_read();
        if guard.contains_key("b") {
            return false;
        }
        let mut guard = pl::RwLockUpgradableReadGuard::upgrade(guard);
        guard.insert("b", 2).is_none()
    };
    let theirs = lock.clone();
    let task = thread::spawn(move || add(&theirs));
    let mine = add(&lock);
    let both = (mine, task.join().unwrap());
    let mut keys: Vec<_> = lock.read().keys().copied().collect();
    keys.sort_unstable();
    format!("{} {keys:?}", both.0 != both.1)
}

/// A wait with a time limit and no loop: it is not known what ended it.
fn waits_for(looks: bool) -> String {
    let pair = Arc::new((pl::Mutex::new(false), pl::Condvar::new()));
    let theirs = pair.clone();
    let task = thread::spawn(move || {
        *theirs.0.lock() = true;
        theirs.1.notify_one();
    });
    let mut flag = pair.0.lock();
    let told = if looks {
        pair.1.wait_while_for(&mut flag, |flag| !*flag, SECOND)
    } else {
        pair.1.wait_for(&mut flag, SECOND)
    };
    let seen = *flag;
    drop(flag);
    task.join().unwrap();
    format!("{} {seen}", told.timed_out())
}

/// Two tasks that wait with a lock each at one condition variable.
fn two_locks() -> String {
    let shared = Arc::new((pl::Mutex::new(()), pl::Mutex::new(()), pl::Condvar::new()));
    let theirs = shared.clone();
    let task = thread::spawn(move || {
        theirs.2.wait_for(&mut theirs.0.lock(), SECOND);
    });
    shared.2.wait_for(&mut shared.1.lock(), SECOND);
    task.join().unwrap();
    String::new()
}

/// Gives up, or gets both; no deadlock in either order.
fn backs_off() -> String {
    let locks = Arc::new((pl::Mutex::new(()), pl::Mutex::new(())));
    let theirs = locks.clone();
    let task = thread::spawn(move || {
        let _first = theirs.0.lock();
        theirs.1.try_lock_for(SECOND).is_some()
    });
    let first = locks.1.lock();
    let mine = locks.0.try_lock_for(SECOND).is_some();
    drop(first);
    format!("{mine} {}", task.join().unwrap())
}

#[test]
fn locks() {
    // "There can be only one upgradable reader": one adds, and the other sees that.
    claim("upgrades", upgrades, (false, &["true [\"a\", \"b\"]"], &[]));
    // The flag is set first, so it is notified to none, and the time is up; or it is notified;
    // or the time is up, and the other one has the lock first or not.
    let all = &["false true", "true false", "true true"];
    claim("waits", || waits_for(false), (false, all, &[]));
    // The condition is not looked at again after the time is up: "true true" is the flag that
    // was set before the lock was taken again.
    claim("waits while", || waits_for(true), (false, all, &[]));
    // "Panics if another thread is waiting with a different Mutex"; or they wait in turn.
    claim("two locks", two_locks, (false, &[""], &[Exception]));
    let all = &["false false", "false true", "true false", "true true"];
    claim("backs off", backs_off, (false, all, &[]));
}

/// "Readers that try to acquire the lock block even if it is unlocked when writers wait": the
/// look of a reader beside a reader fails if a writer waits.
fn tries_beside_a_writer() -> String {
    let lock = Arc::new(pl::RwLock::new(0));
    let theirs = lock.clone();
    let guard = lock.read();
    let task = thread::spawn(move || *theirs.write() += 1);
    let tried = lock.try_read().is_some();
    drop(guard);
    task.join().unwrap();
    tried.to_string()
}

/// A reader waits for another reader, which waits behind a writer.
fn waits_for_a_reader() -> String {
    let lock = Arc::new(pl::RwLock::new(0));
    let (reads, writes) = (lock.clone(), lock.clone());
    let guard = lock.read();
    let writer = thread::spawn(move || *writes.write() += 1);
    let reader = thread::spawn(move || *reads.read());
    let value = reader.join().unwrap();
    drop(guard);
    writer.join().unwrap();
    value.to_string()
}

/// There is no writer for which a second reader could wait.
fn reads_again_alone() -> String {
    let lock = pl::RwLock::new(1);
    let (one, other) = (lock.read(), lock.read());
    (*one + *other).to_string()
}

#[test]
fn behind_a_writer_trying() {
    claim("tries", tries_beside_a_writer, (false, &["false", "true"], &[]));
}

#[test]
fn behind_a_writer() {
    claim("waits", waits_for_a_reader, (true, &["0"], &[Deadlock]));
}

#[test]
fn again_without_a_writer() {
    claim("alone", reads_again_alone, (false, &["2"], &[]));
}
