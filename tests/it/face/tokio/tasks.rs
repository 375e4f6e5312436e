//! Tasks: their ends, their aborts, sets of them.

use unknot_checker::Kind::Exception;
use unknot_std::sync::Arc;
use unknot_std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use unknot_std::tokio::sync::Notify;
use unknot_std::tokio::task::{self, JoinSet};

use super::{row, shown};

fn joined(n: usize) -> String {
    shown(async move {
        let tasks: Vec<_> = (0..n).map(|n| task::spawn(async move { n })).collect();
        let mut sum = 0;
        for task in tasks {
            sum += task.await.unwrap();
        }
        sum.to_string()
    })
}

fn blocking() -> String {
    shown(async {
        let task = task::spawn_blocking(|| 7);
        let before = task.is_finished();
        format!("{before} {}", task.await.unwrap())
    })
}

fn panicked() -> String {
    shown(async {
        let error = task::spawn(async { panic!("oh") }).await.map(|()| 0).unwrap_err();
        let kinds = (error.is_panic(), error.is_cancelled());
        format!("{kinds:?} {}", error.into_panic().downcast::<&str>().unwrap())
    })
}

/// The task is told before it begins, or where it waits.
fn aborted() -> String {
    shown(async {
        let begun = Arc::new(AtomicUsize::new(0));
        let theirs = begun.clone();
        let task = task::spawn(async move {
            theirs.store(1, SeqCst);
            std::future::pending::<()>().await;
        });
        task.abort();
        let error = task.await.unwrap_err();
        format!("{} {}", error.is_cancelled(), begun.load(SeqCst))
    })
}

/// A task that waits for nothing is through before it is told, or is told before it begins.
fn aborted_too_late() -> String {
    shown(async {
        let task = task::spawn(async { 1 });
        let abort = task.abort_handle();
        abort.abort();
        format!("{:?}", task.await.map_err(|error| error.is_cancelled()))
    })
}

/// What is dropped with an abort makes steps of its own.
fn drops_what_it_has() -> String {
    struct Counts(Arc<AtomicUsize>);
    impl Drop for Counts {
        fn drop(&mut self) {
            self.0.fetch_add(1, SeqCst);
        }
    }
    shown(async {
        let dropped = Arc::new(AtomicUsize::new(0));
        let counts = Counts(dropped.clone());
        let task = task::spawn(async move {
            std::future::pending::<()>().await;
            drop(counts);
        });
        task.abort();
        let is_cancelled = task.await.is_err();
        format!("{is_cancelled} {}", dropped.load(SeqCst))
    })
}

fn set() -> String {
    shown(async {
        let mut set = JoinSet::new();
        for n in 0..2 {
            set.spawn(async move { n });
        }
        let mut all = vec![];
        while let Some(n) = set.join_next().await {
            all.push(n.unwrap());
        }
        format!("{all:?}")
    })
}

/// One task waits for the other, which so ends first; or that is aborted with the set.
fn set_in_order() -> String {
    shown(async {
        let mut set = JoinSet::new();
        let notify = Arc::new(Notify::new());
        let theirs = notify.clone();
        set.spawn(async move {
            theirs.notified().await;
            1
        });
        let first = set.spawn_blocking(|| 2);
        let second = set.join_next().await.unwrap().unwrap();
        assert!(first.is_finished());
        notify.notify_one();
        set.shutdown().await;
        format!("{second} {}", set.len())
    })
}

/// A task that polls what another one sets.
fn polls() -> String {
    shown(async {
        let flag = Arc::new(AtomicUsize::new(0));
        let theirs = flag.clone();
        let task = task::spawn(async move { theirs.store(1, SeqCst) });
        while flag.load(SeqCst) == 0 {
            task::yield_now().await;
        }
        task.await.unwrap();
        String::new()
    })
}

#[test]
fn ends() {
    // Each handle finds its task at the end, or waits for it.
    row("one", || joined(1), (2, 0, &["0"], &[]));
    row("two", || joined(2), (4, 0, &["1"], &[]));
    // Two looks, each before the end or behind it.
    row("blocking", blocking, (3, 0, &["false 7", "true 7"], &[]));
    row("panicked", panicked, (2, 0, &["(true, false) oh"], &[Exception]));
    row("polls", polls, (8, 0, &[""], &[]));
}

#[test]
fn aborts() {
    // Told before it begins, or where it waits: 2. The handle: 2.
    row("aborted", aborted, (4, 0, &["true 0", "true 1"], &[]));
    row("aborted too late", aborted_too_late, (4, 0, &["Err(true)", "Ok(1)"], &[]));
    row("drops", drops_what_it_has, (4, 0, &["true 1"], &[]));
}

#[test]
fn sets() {
    row("a set", set, (12, 0, &["[0, 1]", "[1, 0]"], &[]));
    row("in order", set_in_order, (20, 0, &["2 0"], &[]));
}
