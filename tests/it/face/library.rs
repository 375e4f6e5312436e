//! How a check is asked for, and what it says.

use std::sync::atomic::Ordering::{Relaxed, SeqCst};

use unknot_checker::Kind;
use unknot_checker::check::verdict::Verdict;
use unknot_std::sync::atomic::AtomicUsize;
use unknot_std::sync::{Arc, Mutex, StdArc};
use unknot_std::{Builder, check, hint, thread};

fn two_locks(swaps: bool) {
    let locks = Arc::new((Mutex::new(0), Mutex::new(0)));
    let theirs = locks.clone();
    let task = thread::spawn(move || {
        let _one = theirs.0.lock();
        let _other = theirs.1.lock();
    });
    let (one, other) = if swaps { (&locks.1, &locks.0) } else { (&locks.0, &locks.1) };
    drop((one.lock(), other.lock()));
    task.join().unwrap();
}

/// What an assertion that fails says.
fn complaint(assert: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let payload = std::panic::catch_unwind(assert).expect_err("it fails");
    payload.downcast_ref::<String>().expect("a text").clone()
}

#[test]
fn a_check_passes_or_tells() {
    check(|| two_locks(false)).assert_pass();
    let checked = check(|| two_locks(true));
    checked.assert_finds(Kind::Deadlock);
    let said = complaint(|| checked.assert_pass());
    assert!(said.contains("Mutex 'library.rs:"), "objects are called by their places: {said}");
}

/// What is shared and not swapped is not seen, and a few executions at random show it.
#[test]
fn what_is_not_swapped_shows_at_random() {
    let program = || {
        let shared = StdArc::new(std::sync::atomic::AtomicUsize::new(0));
        let theirs = StdArc::clone(&shared);
        let task = thread::spawn(move || {
            thread::sleep(std::time::Duration::ZERO);
            theirs.store(1, SeqCst);
        });
        thread::sleep(std::time::Duration::ZERO);
        let seen = shared.load(SeqCst);
        task.join().unwrap();
        seen as i64
    };
    check(program).assert_pass();
    let checked = Builder::new().cross_check(100).check(program);
    assert_eq!(checked.missed().len(), 1);
    assert!(complaint(|| checked.assert_pass()).contains("executions at random show"));
    let swapped = || two_locks(false);
    Builder::new().cross_check(100).check(swapped).assert_pass();
}

#[test]
fn what_was_made_outside_is_refused_by_name() {
    let outside = Arc::new(Mutex::new(0));
    let said = complaint(|| _ = check(move || *outside.lock().unwrap() += 1));
    assert!(said.contains("was used in an execution before this one"), "{said}");
}

#[test]
fn polling_in_vain_is_a_hang_at_once() {
    let checked = check(|| {
        let flag = Arc::new(AtomicUsize::new(0));
        let theirs = flag.clone();
        let task = thread::spawn(move || theirs.store(1, Relaxed));
        while flag.load(Relaxed) < 2 {
            hint::spin_loop();
        }
        task.join().unwrap();
    });
    checked.assert_finds(Kind::Hang);
    assert!(matches!(checked.verdict(), Verdict::Fail { kinds } if kinds == &[Kind::Hang]));
}

/// The levels are those of the language: a data race is an error, a lost update a note.
#[test]
fn a_lost_update_is_a_note() {
    let checked = check(|| {
        let count = Arc::new(AtomicUsize::new(0));
        let theirs = count.clone();
        let add = |count: &AtomicUsize| count.store(count.load(Relaxed) + 1, Relaxed);
        let task = thread::spawn(move || add(&theirs));
        add(&count);
        task.join().unwrap();
    });
    checked.assert_finds(Kind::LostUpdate);
    checked.assert_pass();
}

/// A test that shares a static with others, on its own thread of the system.
#[test]
fn statics_are_not_shared_by_tests() {
    static COUNT: Mutex<usize> = Mutex::new(0);
    let run = || {
        check(|| {
            let task = thread::spawn(|| *COUNT.lock().unwrap() += 1);
            *COUNT.lock().unwrap() += 1;
            task.join().unwrap();
            assert_eq!(*COUNT.lock().unwrap(), 2);
        })
        .assert_pass();
    };
    let others: Vec<_> = (0..3).map(|_| std::thread::spawn(run)).collect();
    others.into_iter().for_each(|other| other.join().expect("it passes"));
    Builder::new().jobs(2).check(|| *COUNT.lock().unwrap() += 1).assert_pass();
}
