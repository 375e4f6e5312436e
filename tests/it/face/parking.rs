//! The face that is shaped as parking_lot.

use unknot_checker::Kind::{Deadlock, Exception, Hang};
use unknot_std::parking_lot::{
    Condvar, MappedMutexGuard, Mutex, MutexGuard, Once, OnceState, RwLock, RwLockReadGuard,
    RwLockUpgradableReadGuard, RwLockWriteGuard, const_mutex,
};
use unknot_std::sync::Arc;
use unknot_std::time::{Duration, Instant};
use unknot_std::{Builder, thread};

use super::{row, row_that, row_with};

const SECOND: Duration = Duration::from_secs(1);

fn pair(is_ordered: bool) -> String {
    let locks = Arc::new((Mutex::new(0), Mutex::new(0)));
    let theirs = locks.clone();
    let task = thread::spawn(move || {
        let mut first = theirs.0.lock();
        *first += *theirs.1.lock();
    });
    let (one, other) = if is_ordered { (&locks.0, &locks.1) } else { (&locks.1, &locks.0) };
    let mut first = one.lock();
    *first += *other.lock() + 1;
    drop(first);
    task.join().unwrap();
    String::new()
}

/// A panic leaves the lock as any other end does.
fn not_poisoned() -> String {
    let lock = Arc::new(Mutex::new(0));
    let theirs = lock.clone();
    let task = thread::spawn(move || {
        *theirs.lock() += 1;
        let _guard = theirs.lock();
        panic!("oh");
    });
    assert!(task.join().is_err());
    let value = *lock.lock();
    value.to_string()
}

fn tried() -> String {
    let lock = Arc::new(Mutex::new(0));
    let theirs = lock.clone();
    let task = thread::spawn(move || theirs.try_lock().is_some());
    let mine = lock.try_lock().is_some();
    format!("{mine} {}", task.join().unwrap())
}

/// Gives up, or has waited.
fn tried_for() -> String {
    let lock = Arc::new(Mutex::new(0));
    let guard = lock.lock();
    let theirs = lock.clone();
    let task = thread::spawn(move || theirs.try_lock_for(SECOND).is_some());
    drop(guard);
    task.join().unwrap().to_string()
}

/// While the lock is given back another task may take it.
fn unlocked() -> String {
    let lock = Arc::new(Mutex::new(vec![]));
    let theirs = lock.clone();
    let mut guard = lock.lock();
    let task = thread::spawn(move || theirs.lock().push(2));
    guard.push(1);
    let was_free = MutexGuard::unlocked(&mut guard, || !lock.is_locked());
    guard.push(3);
    drop(guard);
    task.join().unwrap();
    format!("{was_free} {:?}", lock.lock())
}

fn mapped() -> String {
    static PAIR: Mutex<(u32, u32)> = const_mutex((1, 2));
    let task = thread::spawn(|| PAIR.lock().1 += 10);
    let mut second: MappedMutexGuard<'_, u32> = MutexGuard::map(PAIR.lock(), |pair| &mut pair.1);
    *second += 1;
    drop(second);
    task.join().unwrap();
    let refused = MutexGuard::try_map(PAIR.lock(), |_| None::<&mut u32>).is_err();
    format!("{refused} {:?}", *PAIR.lock())
}

fn flag(locks: bool) -> String {
    let pair = Arc::new((Mutex::new(false), Condvar::new()));
    let theirs = pair.clone();
    let task = thread::spawn(move || {
        if locks {
            *theirs.0.lock() = true;
        }
        theirs.1.notify_one()
    });
    let mut guard = pair.0.lock();
    if locks {
        pair.1.wait_while(&mut guard, |flag| !*flag);
    } else {
        pair.1.wait(&mut guard);
    }
    drop(guard);
    task.join().unwrap().to_string()
}

/// Two waiters, one of which gives up: the notification is for the other one, if that waits.
fn not_lost() -> String {
    let pair = Arc::new((Mutex::new(0), Condvar::new()));
    let theirs = pair.clone();
    let task = thread::spawn(move || {
        let mut guard = theirs.0.lock();
        theirs.1.wait_for(&mut guard, SECOND).timed_out()
    });
    let mut guard = pair.0.lock();
    let n = pair.1.notify_all();
    *guard += 1;
    drop(guard);
    format!("{n} {}", task.join().unwrap())
}

/// Readers beside the one that may become the writer, which waits for them.
fn upgraded() -> String {
    let lock = Arc::new(RwLock::new(0));
    let theirs = lock.clone();
    let task = thread::spawn(move || *theirs.read());
    let upgradable = lock.upgradable_read();
    let also = lock.try_upgradable_read().is_some();
    let mut guard = RwLockUpgradableReadGuard::upgrade(upgradable);
    *guard += 1;
    drop(guard);
    format!("{also} {}", task.join().unwrap())
}

/// Two that read to write: as those of std they lose an update, and upgradable ones do not.
fn adds(is_upgradable: bool) -> String {
    let lock = Arc::new(RwLock::new(0));
    let add = move |lock: &RwLock<i32>| {
        if is_upgradable {
            let guard = lock.upgradable_read();
            let old = *guard;
            *RwLockUpgradableReadGuard::upgrade(guard) = old + 1;
        } else {
            let old = *lock.read();
            *lock.write() = old + 1;
        }
    };
    let theirs = lock.clone();
    let task = thread::spawn(move || add(&theirs));
    add(&lock);
    task.join().unwrap();
    let sum = *lock.read();
    sum.to_string()
}

fn downgraded() -> String {
    let lock = RwLock::new(1);
    let guard = RwLockWriteGuard::downgrade(lock.write());
    let (reads, writes) = (lock.try_read().is_some(), lock.try_write().is_some());
    let (is_locked, is_alone) = (lock.is_locked(), lock.is_locked_exclusive());
    RwLockReadGuard::unlock_fair(guard);
    let upgradable = RwLockWriteGuard::downgrade_to_upgradable(lock.write());
    let upgraded = RwLockUpgradableReadGuard::try_upgrade(upgradable).is_ok();
    let begin = Instant::now();
    let read = lock.read();
    let late = lock.try_write_until(begin + SECOND).is_some();
    drop(read);
    format!("{reads} {writes} {is_locked} {is_alone} {upgraded} {late} {:?}", begin.elapsed())
}

fn reads_again(is_recursive: bool) -> String {
    let lock = RwLock::new(1);
    let one = lock.read();
    let other = if is_recursive { lock.read_recursive() } else { lock.read() };
    (*one + *other).to_string()
}

fn once() -> String {
    static ONCE: Once = Once::new();
    static SUM: Mutex<u32> = const_mutex(0);
    let task = thread::spawn(|| ONCE.call_once(|| *SUM.lock() += 1));
    ONCE.call_once_force(|state| {
        assert_eq!(state, OnceState::New);
        *SUM.lock() += 1;
    });
    task.join().unwrap();
    SUM.lock().to_string()
}

#[test]
fn mutexes() {
    // Which of both has the locks first.
    row("in one order", || pair(true), (2, 0, &[""], &[]));
    // Or each has one of them.
    row("in two orders", || pair(false), (3, 1, &[""], &[Deadlock]));
    row("not poisoned", not_poisoned, (1, 0, &["1"], &[Exception]));
    row("tried", tried, (4, 0, &["false true", "true false", "true true"], &[]));
    row("tried for", tried_for, (2, 0, &["false", "true"], &[]));
    // The task comes while it is given back: before the look, around it, behind it; or later.
    let all = &["false [1, 2, 3]", "true [1, 2, 3]", "true [1, 3, 2]"];
    row("unlocked", unlocked, (4, 0, all, &[]));
    row("mapped", mapped, (2, 0, &["true (1, 13)"], &[]));
}

#[test]
fn condvars() {
    // The flag is set before it is looked at, or while it is waited for.
    row("with the lock", || flag(true), (2, 0, &["false", "true"], &[]));
    // The notification comes too early.
    row("without", || flag(false), (2, 1, &["true"], &[Hang]));
    // Spurious wake-ups are for std alone.
    let spurious = || Builder::new().spurious(1);
    row_with("never spurious", spurious(), || flag(false), (2, 1, &["true"], &[Hang]));
    // Notified before it waits, or while it does; or its time is up first, and it has the lock
    // before main or behind.
    row("not lost", not_lost, (4, 0, &["0 true", "1 false"], &[]));
}

#[test]
fn readers_and_writers() {
    let again = || (Builder::new(), true);
    // The reader comes before the other one and leaves at three points until it writes, comes
    // beside it (2, and 1), or later.
    row_that("upgraded", again(), upgraded, (7, 0, &["false 0", "false 1"], &[]));
    // The reads are ordered, and each writer may wait for the other's read, or not.
    row_that("read, then written", again(), || adds(false), (16, 0, &["1", "2"], &[]));
    row_that("read to write", again(), || adds(true), (2, 0, &["2"], &[]));
    row("downgraded", downgraded, (1, 0, &["true false true false true false 1s"], &[]));
    // There is no writer behind which it could wait.
    row("reads again", || reads_again(false), (1, 0, &["2"], &[]));
    row("reads again on purpose", || reads_again(true), (1, 0, &["2"], &[]));
    row("once", once, (2, 0, &["1"], &[]));
}
