//! What happens to values at their ends: which task drops the last pointer, with what else
//! going on, and what a result is dropped by that no task asked for.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};

use unknot_checker::Kind;
use unknot_std::cell::UnsafeCell;
use unknot_std::future;
use unknot_std::sync::atomic::{AtomicUsize, fence};
use unknot_std::sync::{Arc, Barrier};
use unknot_std::thread::{self, ThreadId};

use super::row;

/// Only the last of two drops goes on to that of the inner pointer, so what comes after it
/// depends on which it is, though the drops by themselves commute.
fn nested_beside_a_store() -> String {
    let (inner, x) = (Arc::new(()), Arc::new(AtomicUsize::new(0)));
    let outer = Arc::new(inner.clone());
    let (one, other, theirs) = (outer.clone(), outer, x.clone());
    let first = thread::spawn(move || drop(one));
    let second = thread::spawn(move || {
        drop(other);
        theirs.store(1, SeqCst);
    });
    let seen = match x.load(SeqCst) {
        0 => 0,
        _ => Arc::strong_count(&inner),
    };
    first.join().unwrap();
    second.join().unwrap();
    seen.to_string()
}

/// A destructor that panics: which task it is that panics is an outcome.
struct Panics;

impl Drop for Panics {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

fn dropped_with_a_panic() -> String {
    let one = Arc::new(Panics);
    let other = one.clone();
    let tasks = [thread::spawn(move || drop(one)), thread::spawn(move || drop(other))];
    format!("{:?}", tasks.map(|task| task.join().is_err()))
}

/// A result that says whether main drops it.
struct Outcome {
    dropped: Arc<AtomicUsize>,
    main: ThreadId,
}

impl Drop for Outcome {
    fn drop(&mut self) {
        let by_main = thread::current().id() == self.main;
        self.dropped.store(if by_main { 1 } else { 2 }, SeqCst);
    }
}

fn dropped_by(dropped: &AtomicUsize) -> String {
    loop {
        match dropped.load(SeqCst) {
            0 => thread::yield_now(),
            1 => return "main".to_owned(),
            _ => return "worker".to_owned(),
        }
    }
}

/// The handle is dropped before the thread has ended, and then its end drops the result, or
/// after it, and then main does. Nothing else of the two is ordered.
fn detached() -> String {
    let dropped = Arc::new(AtomicUsize::new(0));
    let (theirs, main) = (dropped.clone(), thread::current().id());
    let handle = thread::spawn(move || {
        fence(SeqCst);
        Outcome { dropped: theirs, main }
    });
    fence(SeqCst);
    drop(handle);
    dropped_by(&dropped)
}

/// The same of a future.
fn detached_future() -> String {
    let dropped = Arc::new(AtomicUsize::new(0));
    let (theirs, main) = (dropped.clone(), thread::current().id());
    let handle = future::spawn(async move { Outcome { dropped: theirs, main } });
    drop(handle);
    dropped_by(&dropped)
}

/// What is read through a pointer after a step inside is read after that step.
fn read_after_a_release() -> String {
    let (cell, y) = (Arc::new(UnsafeCell::new(0)), Arc::new(AtomicUsize::new(0)));
    let (their_cell, theirs) = (cell.clone(), y.clone());
    let task = thread::spawn(move || {
        their_cell.with(|at| {
            theirs.store(1, Release);
            #[expect(unsafe_code, reason = "what is tested")]
            // SAFETY: tasks share a thread.
            unsafe {
                *at
            }
        })
    });
    if y.load(Acquire) == 1 {
        cell.with_mut(|at| {
            #[expect(unsafe_code, reason = "what is tested")]
            // SAFETY: tasks share a thread.
            unsafe {
                *at = 2;
            }
        });
    }
    let _ = task.join().unwrap();
    String::new()
}

/// To show an atomic is to look at it.
fn shown() -> String {
    let one = Arc::new(AtomicUsize::new(0));
    let theirs = one.clone();
    let task = thread::spawn(move || theirs.store(1, Relaxed));
    let seen = format!("{one:?}");
    task.join().unwrap();
    seen
}

static MEETING: Barrier = Barrier::new(2);

/// A barrier in a static begins anew in each execution.
fn meet() -> String {
    let task = thread::spawn(|| MEETING.wait().is_leader());
    let me = MEETING.wait().is_leader();
    format!("{me} {}", task.join().unwrap())
}

#[test]
fn nested_pointers() {
    // The second task drops last, and the load comes before its store or after (0, 1); or the
    // first one does, and the look at the count comes before its drop of the inner one or
    // after, if it comes (0, 1, 2).
    row("nested", nested_beside_a_store, (5, 0, &["0", "1", "2"], &[]));
}

#[test]
fn destructors_that_panic() {
    let ends = &["[false, true]", "[true, false]"];
    row("panics", dropped_with_a_panic, (2, 0, ends, &[Kind::Exception]));
}

#[test]
fn results_that_no_task_asks_for() {
    // Main drops the result, and then sees that; or the worker does, before main looks at all,
    // looks again, waits for a change, or while it waits.
    row("detached", detached, (5, 0, &["main", "worker"], &[]));
    // The same; and the locks of what both share come in more orders.
    row("detached future", detached_future, (9, 0, &["main", "worker"], &[]));
}

#[test]
fn pointers_that_are_used_after_a_step() {
    // The load comes before the store; or after it, and the write before the second read or
    // after it.
    row("read after a release", read_after_a_release, (3, 0, &[""], &[Kind::DataRace]));
}

#[test]
fn atomics_that_are_shown() {
    row("shown", shown, (2, 0, &["0", "1"], &[]));
}

#[test]
fn barriers_in_statics() {
    row("barrier in a static", meet, (2, 0, &["false true", "true false"], &[]));
}
