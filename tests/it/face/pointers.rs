//! Counted pointers: what their counts tell, and when values are dropped.

use std::sync::atomic::Ordering::SeqCst;

use unknot_checker::Kind::LostUpdate;
use unknot_std::sync::atomic::AtomicUsize;
use unknot_std::sync::{Arc, Mutex, Weak};
use unknot_std::thread;

use super::{large, row};

/// Notes on the way out who was there before.
struct Last {
    log: Arc<AtomicUsize>,
}

impl Drop for Last {
    fn drop(&mut self) {
        let so_far = self.log.load(SeqCst);
        self.log.store(so_far * 10 + 1, SeqCst);
    }
}

fn destructor() -> String {
    let log = Arc::new(AtomicUsize::new(0));
    let last = Arc::new(Last { log: log.clone() });
    let (theirs, their_log) = (last.clone(), log.clone());
    let task = thread::spawn(move || {
        drop(theirs);
        their_log.swap(5, SeqCst)
    });
    drop(last);
    let seen = log.swap(6, SeqCst);
    format!("{seen} {}", task.join().unwrap())
}

fn counted() -> String {
    let one = Arc::new(());
    let other = one.clone();
    let task = thread::spawn(move || {
        let third = other.clone();
        drop(other);
        drop(third);
    });
    let seen = Arc::strong_count(&one);
    task.join().unwrap();
    seen.to_string()
}

fn unwrapped() -> String {
    let one = Arc::new(());
    let other = one.clone();
    let task = thread::spawn(move || Arc::try_unwrap(other).is_ok());
    let mine = Arc::try_unwrap(one).is_ok();
    format!("{mine} {}", task.join().unwrap())
}

fn taken_out() -> String {
    let one = Arc::new(());
    let other = one.clone();
    let task = thread::spawn(move || Arc::into_inner(other).is_some());
    let mine = Arc::into_inner(one).is_some();
    format!("{mine} {}", task.join().unwrap())
}

fn upgraded() -> String {
    let one = Arc::new(7);
    let weak = Arc::downgrade(&one);
    let task = thread::spawn(move || weak.upgrade().map(|value| *value));
    drop(one);
    format!("{:?}", task.join().unwrap())
}

fn changed() -> String {
    let mut one = Arc::new(1);
    let other = one.clone();
    let task = thread::spawn(move || drop(other));
    let is_alone = Arc::get_mut(&mut one).map(|value| *value = 2).is_some();
    task.join().unwrap();
    format!("{is_alone} {one}")
}

fn cyclic() -> String {
    struct Node {
        me: Weak<Node>,
        value: Mutex<usize>,
    }
    let node = Arc::new_cyclic(|me| Node { me: me.clone(), value: Mutex::new(1) });
    let me = node.me.upgrade().unwrap();
    *me.value.lock().unwrap() += 1;
    let sum = *node.value.lock().unwrap();
    format!("{sum} {} {}", Arc::strong_count(&me), Arc::weak_count(&me))
}

/// Main and so many tasks each drop a pointer to a value.
fn drop_in_tasks<T: Send + Sync + 'static>(value: T, n_tasks: usize) -> String {
    let one = Arc::new(value);
    let drop_one = |_| {
        let one = one.clone();
        thread::spawn(move || drop(one))
    };
    let tasks: Vec<_> = (0..n_tasks).map(drop_one).collect();
    drop(one);
    tasks.into_iter().for_each(|task| task.join().unwrap());
    String::new()
}

/// Drops alone cost nothing.
fn dropped() -> String {
    drop_in_tasks(Mutex::new(()), 4)
}

/// A value that holds another pointer, which is dropped with it.
fn nested() -> String {
    drop_in_tasks(Arc::new(()), 3)
}

fn raw_again() -> String {
    let at = Arc::into_raw(Arc::new(5));
    #[expect(unsafe_code, reason = "what is tested")]
    // SAFETY: it was given away above.
    let one = unsafe { Arc::from_raw(at) };
    one.to_string()
}

fn coerced() -> String {
    let one = Arc::coerce::<dyn std::fmt::Display>(Arc::new(5), |one| one);
    let other = one.clone();
    format!("{other} {}", Arc::strong_count(&one))
}

#[test]
fn counted_pointers() {
    row(
        "a destructor that makes steps",
        destructor,
        (8, 0, &["0 1", "0 61", "1 0", "1 6", "5 1", "51 0"], &[LostUpdate]),
    );
    row("counted", counted, (4, 0, &["1", "2", "3"], &[]));
    row("unwrapped", unwrapped, (3, 0, &["false false", "false true", "true false"], &[]));
    row("taken out", taken_out, (2, 0, &["false true", "true false"], &[]));
    row("upgraded", upgraded, (2, 0, &["None", "Some(7)"], &[]));
    row("changed", changed, (2, 0, &["false 1", "true 2"], &[]));
    row("cyclic", cyclic, (1, 0, &["2 2 1"], &[]));
    large("dropped", dropped, (1, 0, &[""], &[]));
    // Only the last one goes on to the inner pointer, so it matters which it is, and the drops are
    // ordered: among themselves and with the clones. That of the third task has 2 places among
    // what main does after its clone, that of the second then 4, and that of the first 6.
    large("nested", nested, (48, 0, &[""], &[]));
    row("raw again", raw_again, (1, 0, &["5"], &[]));
    row("coerced", coerced, (1, 0, &["5 2"], &[]));
}
