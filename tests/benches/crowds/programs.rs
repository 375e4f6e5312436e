// The programs of the family `sct` with crowds, as a user of std would write them. The file is
// included where `peer` is `unknot_std`, and where it is shuttle. It is no macro: all that a
// macro makes has one place, and a search that tells steps by their lines sees no difference.

use peer::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use peer::sync::{Arc, Mutex};
use peer::thread::{JoinHandle, spawn};

fn join_all(tasks: Vec<JoinHandle<()>>) {
    for task in tasks {
        task.join().expect("it ends");
    }
}

/// Setters write a and b; one thread sees the one without the other.
pub(crate) fn reorder<const SETTERS: usize>() {
    let both = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
    let mut tasks = vec![];
    for _ in 0..SETTERS {
        let both = both.clone();
        tasks.push(spawn(move || {
            both.0.store(1, SeqCst);
            both.1.store(1, SeqCst);
        }));
    }
    let seen = both.clone();
    tasks.push(spawn(move || {
        let (a, b) = (seen.0.load(SeqCst), seen.1.load(SeqCst));
        assert_eq!(a, b, "the one without the other");
    }));
    join_all(tasks);
}

/// Two numbers are set in two stages, and readers come between.
pub(crate) fn twostage<const PAIRS: usize>() {
    let both = Arc::new((Mutex::new(0), Mutex::new(0)));
    let mut tasks = vec![];
    for nth in 0..2 * PAIRS {
        let both = both.clone();
        tasks.push(spawn(move || {
            if nth < PAIRS {
                *both.0.lock().expect("it holds") = 1;
                *both.1.lock().expect("it holds") = 2;
                return;
            }
            let first = *both.0.lock().expect("it holds");
            if first != 0 {
                let second = *both.1.lock().expect("it holds");
                assert_eq!(second, first + 1, "the second stage is to come");
            }
        }));
    }
    join_all(tasks);
}

/// One thread counts under another lock than the others.
pub(crate) fn wronglock<const OTHERS: usize>() {
    let all = Arc::new((Mutex::new(()), Mutex::new(()), AtomicUsize::new(0)));
    let mut tasks = vec![];
    for nth in 0..=OTHERS {
        let all = all.clone();
        tasks.push(spawn(move || {
            let lock = if nth == 0 { &all.0 } else { &all.1 };
            let _guard = lock.lock().expect("it holds");
            all.2.store(all.2.load(SeqCst) + 1, SeqCst);
        }));
    }
    join_all(tasks);
    assert_eq!(all.2.load(SeqCst), OTHERS + 1, "an update is lost");
}
