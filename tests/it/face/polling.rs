//! Loops that poll.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};

use unknot_std::Builder;
use unknot_std::sync::atomic::{AtomicBool, AtomicUsize};
use unknot_std::sync::mpsc::{TryRecvError, channel};
use unknot_std::sync::{Arc, Mutex};
use unknot_std::{hint, thread};

use super::{large, row, row_with};

fn flag() -> String {
    let flag = Arc::new(AtomicBool::new(false));
    let theirs = flag.clone();
    let task = thread::spawn(move || theirs.store(true, Release));
    while !flag.load(Acquire) {
        hint::spin_loop();
    }
    task.join().unwrap();
    String::new()
}

fn spin_lock(n: usize) -> String {
    let lock = Arc::new((AtomicBool::new(false), AtomicUsize::new(0)));
    let add = |lock: &(AtomicBool, AtomicUsize)| {
        while lock.0.compare_exchange(false, true, Acquire, Relaxed).is_err() {
            hint::spin_loop();
        }
        lock.1.store(lock.1.load(Relaxed) + 1, Relaxed);
        lock.0.store(false, Release);
    };
    let tasks: Vec<_> = (0..n)
        .map(|_| {
            let lock = lock.clone();
            thread::spawn(move || add(&lock))
        })
        .collect();
    tasks.into_iter().for_each(|task| task.join().unwrap());
    lock.1.load(Relaxed).to_string()
}

fn through_lock() -> String {
    let lock = Arc::new(Mutex::new(false));
    let theirs = lock.clone();
    let task = thread::spawn(move || *theirs.lock().unwrap() = true);
    while !*lock.lock().unwrap() {
        thread::yield_now();
    }
    task.join().unwrap();
    String::new()
}

fn through_channel() -> String {
    let (sender, receiver) = channel();
    let task = thread::spawn(move || sender.send(3).is_ok());
    let got = loop {
        match receiver.try_recv() {
            Err(TryRecvError::Empty) => thread::yield_now(),
            other => break other,
        }
    };
    task.join().unwrap();
    format!("{got:?}")
}

/// Gives up after some turns: whether others are seen to go on meanwhile is a matter of
/// patience.
fn bounded() -> String {
    let flag = Arc::new(AtomicBool::new(false));
    let theirs = flag.clone();
    let task = thread::spawn(move || theirs.store(true, SeqCst));
    let mut turns = 0;
    while !flag.load(SeqCst) && turns < 3 {
        thread::yield_now();
        turns += 1;
    }
    let seen = flag.load(SeqCst);
    task.join().unwrap();
    format!("{turns} {seen}")
}

/// A task that changes something each time does not poll.
fn progress() -> String {
    let count = Arc::new(AtomicUsize::new(0));
    let theirs = count.clone();
    let task = thread::spawn(move || theirs.load(SeqCst));
    for _ in 0..3 {
        count.fetch_add(1, SeqCst);
        thread::yield_now();
    }
    task.join().unwrap().to_string()
}

#[test]
fn loops_that_poll() {
    row("a flag", flag, (4, 0, &[""], &[]));
    row("a spin lock of 2", || spin_lock(2), (8, 0, &["2"], &[]));
    large("a spin lock of 3", || spin_lock(3), (626, 0, &["3"], &[]));
    row("through a lock", through_lock, (6, 0, &[""], &[]));
    row("through a channel", through_channel, (10, 0, &["Ok(3)"], &[]));
    row("a task that goes on", progress, (4, 0, &["0", "1", "2", "3"], &[]));
    row("bounded", bounded, (4, 0, &["0 true", "1 true", "2 true"], &[]));
    let patient = Builder::new().patience(4);
    row_with(
        "bounded, with patience",
        patient,
        bounded,
        (6, 0, &["0 true", "1 true", "2 true", "3 false", "3 true"], &[]),
    );
}
