//! What is done once, statics, and thread-locals.

use std::cell::Cell;
use std::sync::atomic::Ordering::SeqCst;

use unknot_checker::Kind::Exception;
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
}

#[test]
fn outside_of_tasks() {
    row("statics", statics, (2, 0, &["[1, 2]", "[2, 1]"], &[]));
    row("locals", locals, (1, 0, &["10 2"], &[]));
    row("destroyed", destroyed, (2, 0, &["0 1", "1 1"], &[]));
}
