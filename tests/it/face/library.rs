//! How a check is asked for, and what it says.

use std::sync::atomic::Ordering::{Relaxed, SeqCst};

use unknot_checker::Kind;
use unknot_checker::check::verdict::Verdict;
use unknot_std::sync::atomic::AtomicUsize;
use unknot_std::sync::{Arc, Mutex, StdArc};
use unknot_std::{Builder, CrossChecked, check, future, hint, thread};

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

/// The value of a lock is reached by one thread of the system alone.
#[test]
fn what_was_made_outside_is_reached_by_one_thread_alone() {
    let outside = Arc::new(Mutex::new(0));
    let theirs = outside.clone();
    let program = move || {
        let mut value = theirs.lock().unwrap();
        *value += 1;
        let before = *value;
        let task = thread::spawn(|| ());
        task.join().unwrap();
        assert_eq!(*value, before);
    };
    // All executions are run by one thread, as many as are asked for.
    let builder = Builder::new().allow_outside().strategy("random").jobs(4).max_executions(64);
    let report = builder.clone().check(program.clone()).report().clone();
    assert_eq!((report.executions, report.findings.len()), (64, 0));
    // Another thread may still be at it, for all that this one knows.
    let other = std::thread::spawn(move || complaint(|| _ = builder.check(program)));
    let said = other.join().expect("it complains");
    assert!(said.contains("was used in an execution before this one"), "{said}");
}

/// A loop that gives up after some looks is not seen giving up, unless executions are run at
/// random besides, or the check has more patience than the loop.
#[test]
fn a_loop_that_gives_up_shows_at_random() {
    let program = || {
        let flag = Arc::new(AtomicUsize::new(0));
        let theirs = flag.clone();
        let task = thread::spawn(move || theirs.store(1, Relaxed));
        let seen = (0..3).any(|_| {
            hint::spin_loop();
            flag.load(Relaxed) == 1
        });
        task.join().unwrap();
        seen
    };
    let outcomes = |checked: &CrossChecked| checked.report().outcomes.len();
    let checked = Builder::new().cross_check(100).check(program);
    assert_eq!((outcomes(&checked), checked.missed().len()), (1, 1));
    let checked = Builder::new().patience(4).cross_check(100).check(program);
    assert_eq!((outcomes(&checked), checked.missed().len()), (2, 0));
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

/// A fault is about the place that makes its objects, whichever of them it is, in the search
/// and where it is run again.
#[test]
fn what_is_stuck_at_objects_of_one_place_shows_again() {
    let checked = check(|| {
        let locks: Vec<_> = (0..3).map(|_| Arc::new(Mutex::new(0))).collect();
        let tasks: Vec<_> = (0..2)
            .map(|n| {
                let (one, other) = (locks[1 + n].clone(), locks[2 - n].clone());
                thread::spawn(move || drop((one.lock(), other.lock())))
            })
            .collect();
        tasks.into_iter().for_each(|task| task.join().unwrap());
    });
    let kinds = |checked: &CrossChecked| -> Vec<Kind> {
        checked.report().findings.iter().map(|finding| finding.kind).collect()
    };
    assert_eq!(kinds(&checked), [Kind::Deadlock]);
    let checked = check(|| {
        let task = future::spawn(std::future::pending::<()>());
        future::block_on(task).unwrap();
    });
    assert_eq!(kinds(&checked), [Kind::Hang]);
}
