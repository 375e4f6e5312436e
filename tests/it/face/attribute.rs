//! `#[unknot_std::test]`: each function here is a test as a user writes it.

use unknot_std::sync::{Arc, Condvar, Mutex};
use unknot_std::{Kind, TimeMode, future, thread, time};

fn two_locks() {
    let locks = Arc::new((Mutex::new(0), Mutex::new(0)));
    let theirs = locks.clone();
    let task = thread::spawn(move || drop((theirs.0.lock(), theirs.1.lock())));
    drop((locks.1.lock(), locks.0.lock()));
    task.join().unwrap();
}

fn waits_once() {
    let pair = Arc::new((Mutex::new(false), Condvar::new()));
    let theirs = pair.clone();
    let task = thread::spawn(move || {
        *theirs.0.lock().unwrap() = true;
        theirs.1.notify_one();
    });
    let mut guard = pair.0.lock().unwrap();
    if !*guard {
        guard = pair.1.wait(guard).unwrap();
    }
    assert!(*guard, "it was notified");
    drop(guard);
    task.join().unwrap();
}

/// A body that returns early, and has items of its own.
#[unknot_std::test]
fn a_body_is_checked() {
    const MOST: u32 = 3;
    if unknot_std::choose(MOST) == 0 {
        return;
    }
    waits_once();
}

#[unknot_std::test]
#[should_panic(expected = "deadlock")]
fn what_is_found_fails_the_test() {
    two_locks();
}

#[unknot_std::test(allow = Kind::Deadlock)]
fn what_is_allowed_does_not() {
    two_locks();
}

/// The same wait, which is not in a loop, fails once it may end without a reason.
#[unknot_std::test(spurious = 1)]
#[should_panic(expected = "it was notified")]
fn options_are_those_of_the_builder() {
    waits_once();
}

/// A bound leaves orders out, and that is accepted: none has a deadlock with no preemption.
#[unknot_std::test(preemptions = 0, fail_fast, max_executions = 1_000)]
fn a_bound_is_accepted() {
    two_locks();
}

#[unknot_std::test(time = TimeMode::Virtual, cross_check = 10)]
async fn a_future_is_checked() -> () {
    let before = time::Instant::now();
    let task = future::spawn(async {
        thread::sleep(time::Duration::from_secs(3));
        7
    });
    assert_eq!(task.await, Ok(7));
    assert_eq!(before.elapsed(), time::Duration::from_secs(3));
}

/// Every setting of the builder is an option of the attribute, and the other way round.
#[test]
fn options_and_settings_are_the_same() {
    let names = |text: &str, start: &str, end: char| -> Vec<String> {
        let lines = text.lines().filter_map(|line| line.trim().strip_prefix(start));
        let names = lines.filter_map(|line| line.split(end).next());
        names
            .filter(|name| {
                !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
            })
            .map(str::to_owned)
            .collect()
    };
    let builder = include_str!("../../../checker/std/src/builder.rs");
    let (_, rest) = builder.split_once("    settings! {").expect("there are settings");
    let (declared, methods) = rest.split_once("    }\n").expect("they end");
    let mut settings = names(declared, "", '(');
    let methods = methods.split("/// Explores a program").next().expect("there are methods");
    settings.extend(names(methods, "pub fn ", '('));
    let mut options = names(include_str!("../../../checker/std/macros/src/lib.rs"), "(\"", '"');
    settings.sort();
    options.sort();
    assert!(options.len() > 10, "{options:?}");
    assert_eq!(settings, options);
}
