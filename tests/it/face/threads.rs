//! Threads, scopes, parking, panics, and futures.

use std::sync::atomic::Ordering::SeqCst;

use unknot_checker::Kind::{Deadlock, Exception, Hang};
use unknot_std::Builder;
use unknot_std::panic::{AssertUnwindSafe, catch_unwind};
use unknot_std::sync::atomic::{AtomicBool, AtomicUsize};
use unknot_std::sync::{Arc, Mutex};
use unknot_std::{future, thread};

use super::{row, row_with};

fn parked(looks: bool) -> String {
    let flag = Arc::new(AtomicBool::new(false));
    let (theirs, main) = (flag.clone(), thread::current());
    let task = thread::spawn(move || {
        theirs.store(true, SeqCst);
        main.unpark();
    });
    thread::park();
    if looks {
        while !flag.load(SeqCst) {
            thread::park();
        }
    } else {
        thread::park();
    }
    task.join().unwrap();
    flag.load(SeqCst).to_string()
}

fn scoped() -> String {
    let mut values = [0; 2];
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for value in &mut values {
            let next = &next;
            scope.spawn(move || *value = next.fetch_add(1, SeqCst));
        }
    });
    format!("{values:?}")
}

/// The threads borrow what main has on its stack, and are stuck: they are unwound first.
fn scoped_and_stuck() -> String {
    let locks = (Mutex::new(vec![1]), Mutex::new(vec![2]));
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut one = locks.0.lock().unwrap();
            one.push(3);
            let _other = locks.1.lock().unwrap();
        });
        scope.spawn(|| {
            let mut other = locks.1.lock().unwrap();
            other.push(4);
            let _one = locks.0.lock().unwrap();
        });
    });
    String::new()
}

fn scoped_panic(joins: bool) -> String {
    let result = catch_unwind(AssertUnwindSafe(|| {
        thread::scope(|scope| {
            let task = scope.spawn(|| panic!("inside"));
            if joins {
                assert!(task.join().is_err());
            }
        });
    }));
    result.is_err().to_string()
}

fn joined_panic() -> String {
    let task = thread::spawn(|| panic!("{}", 7));
    *task.join().unwrap_err().downcast::<String>().unwrap()
}

fn caught() -> String {
    let lock = Arc::new(Mutex::new(0));
    let theirs = lock.clone();
    let task = thread::spawn(move || {
        let result = catch_unwind(AssertUnwindSafe(|| {
            let _guard = theirs.lock();
            assert!(!thread::panicking());
            panic!("caught");
        }));
        result.is_err()
    });
    let is_poisoned = lock.lock().is_err();
    format!("{is_poisoned} {}", task.join().unwrap())
}

fn finished() -> String {
    let task = thread::spawn(|| ());
    let before = task.is_finished();
    task.join().unwrap();
    before.to_string()
}

fn named() -> String {
    let task = thread::Builder::new().name("worker".to_owned());
    let task = task.spawn(|| thread::current().name().map(ToOwned::to_owned)).unwrap();
    let main = thread::current();
    format!("{:?} {:?}", main.name(), task.join().unwrap())
}

fn futures() -> String {
    let sum = future::block_on(async {
        let one = future::spawn(async { 1 });
        one.await.unwrap() + 2
    });
    sum.to_string()
}

fn aborted() -> String {
    let result = future::block_on(async {
        let task = future::spawn(std::future::pending::<()>());
        task.abort();
        task.await
    });
    format!("{result:?}")
}

#[test]
fn parking() {
    row("looks again", || parked(true), (1, 0, &["true"], &[]));
    row("parks once too often", || parked(false), (1, 1, &[], &[Hang]));
    let spurious = Builder::new().spurious(1);
    row_with("wakes for nothing", spurious, || parked(false), (4, 1, &["true"], &[Hang]));
}

#[test]
fn scopes() {
    row("scoped", scoped, (2, 0, &["[0, 1]", "[1, 0]"], &[]));
    row("scoped and stuck", scoped_and_stuck, (3, 1, &[""], &[Deadlock]));
    row("a panic that is joined", || scoped_panic(true), (1, 0, &["false"], &[Exception]));
    row("a panic that is not", || scoped_panic(false), (1, 0, &["true"], &[Exception]));
}

#[test]
fn panics_and_names() {
    row("joined", joined_panic, (1, 0, &["7"], &[Exception]));
    row("caught", caught, (2, 0, &["false true", "true true"], &[]));
    row("finished", finished, (2, 0, &["false", "true"], &[]));
    row("named", named, (1, 0, &["Some(\"main\") Some(\"worker\")"], &[]));
}

#[test]
fn tasks_that_poll() {
    row("awaited", futures, (3, 0, &["3"], &[]));
    row("aborted", aborted, (6, 0, &["Err(Cancelled)"], &[]));
}
