//! Atomics, fences, and cells whose races are seen.

use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};

use unknot_checker::Kind::{DataRace, LostUpdate};
use unknot_std::Builder;
use unknot_std::cell::UnsafeCell;
use unknot_std::sync::Arc;
use unknot_std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, fence};
use unknot_std::thread;

use super::{row, row_with};

/// Data, and a flag that says that it is there.
struct Racy {
    data: UnsafeCell<usize>,
    flag: AtomicUsize,
}

#[expect(unsafe_code, reason = "what is tested is whether races of it are found")]
// SAFETY: tasks share a thread.
unsafe impl Sync for Racy {}

impl Racy {
    fn new() -> Arc<Racy> {
        Arc::new(Racy { data: UnsafeCell::new(0), flag: AtomicUsize::new(0) })
    }

    #[expect(unsafe_code, reason = "what is tested is whether races of it are found")]
    fn put(&self, value: usize) {
        // SAFETY: tasks share a thread.
        self.data.with_mut(|data| unsafe { *data = value });
    }

    #[expect(unsafe_code, reason = "what is tested is whether races of it are found")]
    fn get(&self) -> usize {
        // SAFETY: tasks share a thread.
        self.data.with(|data| unsafe { *data })
    }
}

/// One task publishes data, and another one takes it if it is told to.
fn published(release: Ordering, acquire: Ordering, fences: bool) -> String {
    let shared = Racy::new();
    let theirs = shared.clone();
    let task = thread::spawn(move || {
        theirs.put(7);
        if fences {
            fence(Release);
        }
        theirs.flag.store(1, release);
    });
    let mut seen = 0;
    if shared.flag.load(acquire) == 1 {
        if fences {
            fence(Acquire);
        }
        seen = shared.get();
    }
    task.join().unwrap();
    seen.to_string()
}

/// A third task adds to the flag in between.
fn handed_on(ordering: Ordering, stores: bool) -> String {
    let shared = Racy::new();
    let (first, second) = (shared.clone(), shared.clone());
    let one = thread::spawn(move || {
        first.put(7);
        first.flag.store(1, Release);
    });
    let other = thread::spawn(move || {
        if !stores {
            second.flag.fetch_add(1, ordering);
        } else if second.flag.load(Relaxed) == 1 {
            second.flag.store(2, ordering);
        }
    });
    let seen = if shared.flag.load(Acquire) == 2 { shared.get() } else { 0 };
    one.join().unwrap();
    other.join().unwrap();
    seen.to_string()
}

fn counted(in_one_step: bool) -> String {
    let count = Arc::new(AtomicUsize::new(0));
    let theirs = count.clone();
    let add = move |count: &AtomicUsize| match in_one_step {
        true => _ = count.fetch_add(1, SeqCst),
        false => count.store(count.load(SeqCst) + 1, SeqCst),
    };
    let task = thread::spawn(move || add(&theirs));
    add(&count);
    task.join().unwrap();
    count.load(SeqCst).to_string()
}

fn exchanged(is_weak: bool) -> String {
    let cell = Arc::new(AtomicUsize::new(0));
    let theirs = cell.clone();
    let swap = move |cell: &AtomicUsize, new| match is_weak {
        true => cell.compare_exchange_weak(0, new, AcqRel, Relaxed).is_ok(),
        false => cell.compare_exchange(0, new, AcqRel, Relaxed).is_ok(),
    };
    let task = thread::spawn(move || swap(&theirs, 1));
    let mine = swap(&cell, 2);
    format!("{mine} {} {}", task.join().unwrap(), cell.load(Relaxed))
}

/// A `get_mut` in between is no step, and what is exchanged later knows of it.
fn changed_alone() -> String {
    let mut cell = AtomicUsize::new(0);
    cell.store(1, Relaxed);
    *cell.get_mut() = 5;
    let cell = Arc::new(cell);
    let theirs = cell.clone();
    let task = thread::spawn(move || theirs.compare_exchange(5, 6, SeqCst, SeqCst).is_ok());
    let mine = cell.compare_exchange(5, 7, SeqCst, SeqCst).is_ok();
    format!("{mine} {} {}", task.join().unwrap(), cell.load(SeqCst))
}

fn buffered() -> String {
    let pair = Arc::new((AtomicBool::new(false), AtomicBool::new(false)));
    let theirs = pair.clone();
    let task = thread::spawn(move || {
        theirs.0.store(true, SeqCst);
        theirs.1.load(SeqCst)
    });
    pair.1.store(true, SeqCst);
    let mine = pair.0.load(SeqCst);
    format!("{mine} {}", task.join().unwrap())
}

fn pointers() -> String {
    let (mut one, mut other) = (1, 2);
    let at = AtomicPtr::new(&raw mut one);
    thread::scope(|scope| {
        let (at, from, to) = (&at, &raw mut one as usize, &raw mut other as usize);
        let task = scope.spawn(move || {
            at.compare_exchange(from as *mut i32, to as *mut i32, SeqCst, SeqCst).is_ok()
        });
        let is_there = at.load(SeqCst) as usize == to;
        format!("{is_there} {}", task.join().unwrap())
    })
}

#[test]
fn orderings() {
    row("released and acquired", || published(Release, Acquire, false), (2, 0, &["0", "7"], &[]));
    row("not released", || published(Relaxed, Acquire, false), (2, 0, &["0", "7"], &[DataRace]));
    row("not acquired", || published(Release, Relaxed, false), (2, 0, &["0", "7"], &[DataRace]));
    row("fences", || published(Relaxed, Relaxed, true), (2, 0, &["0", "7"], &[]));
    row("added relaxed", || handed_on(Relaxed, false), (6, 0, &["0", "7"], &[]));
    row("stored relaxed", || handed_on(Relaxed, true), (5, 0, &["0", "7"], &[DataRace]));
    row("stored released", || handed_on(Release, true), (5, 0, &["0", "7"], &[DataRace]));
    row("store buffering", buffered, (3, 0, &["false true", "true false", "true true"], &[]));
}

#[test]
fn values() {
    row("counted in one step", || counted(true), (2, 0, &["2"], &[]));
    row("counted in two", || counted(false), (4, 0, &["1", "2"], &[LostUpdate]));
    row("exchanged", || exchanged(false), (2, 0, &["false true 1", "true false 2"], &[]));
    row("exchanged weakly", || exchanged(true), (2, 0, &["false true 1", "true false 2"], &[]));
    let weak = Builder::new().weak(1);
    row_with(
        "fails for nothing",
        weak,
        || exchanged(true),
        (7, 0, &["false false 0", "false true 1", "true false 2"], &[]),
    );
    row("changed alone", changed_alone, (2, 0, &["false true 6", "true false 7"], &[]));
    row("pointers", pointers, (2, 0, &["false true", "true true"], &[]));
}
