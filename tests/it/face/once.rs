//! What is done once, statics, and thread-locals.

use std::cell::Cell;
use std::sync::atomic::Ordering::SeqCst;

use unknot_checker::Kind::Exception;
use unknot_std::panic::{AssertUnwindSafe, catch_unwind};
use unknot_std::sync::atomic::AtomicUsize;
use unknot_std::sync::{Arc, LazyLock, Mutex, Once, OnceLock};
use unknot_std::{thread, thread_local};

use super::row;

fn once() -> String {
    static ONCE: Once = Once::new();
    static BY: AtomicUsize = AtomicUsize::new(0);
    let task = thread::spawn(|| ONCE.call_once(|| BY.store(1, SeqCst)));
    let is_done = ONCE.is_completed();
    ONCE.call_once(|| BY.store(2, SeqCst));
    task.join().unwrap();
    format!("{is_done} {}", BY.load(SeqCst))
}

fn once_lock() -> String {
    let lock = Arc::new(OnceLock::new());
    let theirs = lock.clone();
    let task = thread::spawn(move || *theirs.get_or_init(|| 1));
    let is_mine = lock.set(2).is_ok();
    format!("{is_mine} {:?} {}", lock.get(), task.join().unwrap())
}

fn lazy() -> String {
    static LAZY: LazyLock<Mutex<Vec<i32>>> = LazyLock::new(|| Mutex::new(vec![0]));
    let task = thread::spawn(|| LAZY.lock().unwrap().push(1));
    LAZY.lock().unwrap().push(2);
    task.join().unwrap();
    format!("{:?}", LAZY.lock().unwrap())
}

fn poisoned() -> String {
    static LAZY: LazyLock<String> = LazyLock::new(|| panic!("never"));
    let task = thread::spawn(|| LazyLock::force(&LAZY).clone());
    let ended = task.join().is_err();
    format!("{ended}")
}

/// What waits for it to be done is not woken before.
fn waited_for() -> String {
    let once = Arc::new(Once::new());
    let theirs = once.clone();
    let task = thread::spawn(move || theirs.call_once(|| {}));
    once.wait();
    task.join().unwrap();
    format!("{}", once.is_completed())
}

/// What waits is told where what was to do it has panicked.
fn waited_for_in_vain() -> String {
    let once = Arc::new(Once::new());
    let theirs = once.clone();
    let task = thread::spawn(move || theirs.call_once(|| panic!("never")));
    let waited = catch_unwind(AssertUnwindSafe(|| once.wait()));
    format!("{} {}", waited.is_ok(), task.join().is_ok())
}

/// Of one that another task mends meanwhile: told before that begins, or waits for its end.
fn mended() -> String {
    let once = Arc::new(Once::new());
    let (first, second) = (once.clone(), once.clone());
    let failed = thread::spawn(move || first.call_once(|| panic!("never"))).join();
    let task = thread::spawn(move || second.call_once_force(|_| {}));
    let waited = catch_unwind(AssertUnwindSafe(|| once.wait()));
    task.join().unwrap();
    once.wait_force();
    format!("{} {}", failed.is_ok(), waited.is_ok())
}

fn value_waited_for() -> String {
    let lock = Arc::new(OnceLock::new());
    let theirs = lock.clone();
    let task = thread::spawn(move || theirs.set(1));
    let value = *lock.wait();
    task.join().unwrap().unwrap();
    format!("{value}")
}

/// What is in a static begins anew in each execution.
fn statics() -> String {
    static ALL: Mutex<Vec<i32>> = Mutex::new(vec![]);
    let task = thread::spawn(|| ALL.lock().unwrap().push(1));
    ALL.lock().unwrap().push(2);
    task.join().unwrap();
    format!("{:?}", ALL.lock().unwrap())
}

fn locals() -> String {
    thread_local! {
        static MINE: Cell<i32> = const { Cell::new(1) };
    }
    let task = thread::spawn(|| {
        MINE.set(MINE.get() + 1);
        MINE.get()
    });
    MINE.set(10);
    format!("{} {}", MINE.get(), task.join().unwrap())
}

/// A local is destroyed before its thread ends, by steps like others.
fn destroyed() -> String {
    struct Out(Arc<AtomicUsize>);
    impl Drop for Out {
        fn drop(&mut self) {
            self.0.fetch_add(1, SeqCst);
        }
    }
    thread_local! {
        static OUT: Cell<Option<Out>> = const { Cell::new(None) };
    }
    let count = Arc::new(AtomicUsize::new(0));
    let theirs = count.clone();
    let task = thread::spawn(move || OUT.set(Some(Out(theirs))));
    let before = count.load(SeqCst);
    task.join().unwrap();
    format!("{before} {}", count.load(SeqCst))
}

#[test]
fn done_once() {
    row("once", once, (3, 0, &["false 1", "false 2", "true 1"], &[]));
    row("once_lock", once_lock, (2, 0, &["false Some(1) 1", "true Some(2) 2"], &[]));
    row("lazy", lazy, (4, 0, &["[0, 1, 2]", "[0, 2, 1]"], &[]));
    row("poisoned", poisoned, (1, 0, &["true"], &[Exception]));
    row("waited for", waited_for, (1, 0, &["true"], &[]));
    row("waited for in vain", waited_for_in_vain, (1, 0, &["false false"], &[Exception]));
    row("mended", mended, (2, 0, &["false false", "false true"], &[Exception]));
    row("a value waited for", value_waited_for, (1, 0, &["1"], &[]));
}

#[test]
fn outside_of_tasks() {
    row("statics", statics, (2, 0, &["[1, 2]", "[2, 1]"], &[]));
    row("locals", locals, (1, 0, &["10 2"], &[]));
    row("destroyed", destroyed, (2, 0, &["0 1", "1 1"], &[]));
}
