//! What tasks of tokio wait for, besides channels.

use unknot_checker::Kind::{Deadlock, Hang};
use unknot_std::future::block_on;
use unknot_std::parking_lot as pl;
use unknot_std::sync::Arc;
use unknot_std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use unknot_std::tokio::sync::{Barrier, Mutex, Notify, RwLock, Semaphore, oneshot};
use unknot_std::tokio::task::JoinSet;
use unknot_std::tokio::{self, task};

use super::{claim, once};

/// As the documentation of `Notified::enable` has it; or with the check first.
fn check_then_wait(enables: bool) -> String {
    block_on(async move {
        let shared = Arc::new((AtomicUsize::new(0), Notify::new()));
        let theirs = shared.clone();
        let task = task::spawn(async move {
            theirs.0.store(1, SeqCst);
            theirs.1.notify_waiters();
        });
        if enables {
            let notified = shared.1.notified();
            tokio::pin!(notified);
            loop {
                notified.as_mut().enable();
                if shared.0.load(SeqCst) == 1 {
                    break;
                }
                notified.as_mut().await;
                notified.set(shared.1.notified());
            }
        } else {
            while shared.0.load(SeqCst) == 0 {
                shared.1.notified().await;
            }
        }
        task.await.unwrap();
        String::new()
    })
}

/// A channel of several receivers, of the documentation of `Notified::enable`.
fn unbounded_of_many(enables: bool) -> String {
    block_on(async move {
        let shared = Arc::new((pl::Mutex::new(vec![1, 2]), Notify::new()));
        let (items, notify) = &*shared;
        let mut all = vec![Box::pin(notify.notified()), Box::pin(notify.notified())];
        if enables {
            all.iter_mut().for_each(|one| _ = one.as_mut().enable());
        }
        // Two items are there, of which both senders tell.
        notify.notify_one();
        notify.notify_one();
        let mut got = 0;
        for mut one in all {
            if once(&mut one.as_mut()).await.is_some() {
                got += usize::from(items.lock().pop().is_some());
            }
        }
        got.to_string()
    })
}

/// One that was told alone and is dropped tells the next, also if all were told in between.
fn told_alone() -> String {
    block_on(async {
        let notify = Notify::new();
        let mut first = Box::pin(notify.notified());
        assert!(once(&mut first.as_mut()).await.is_none());
        notify.notify_one();
        notify.notify_waiters();
        let mut second = Box::pin(notify.notified());
        assert!(once(&mut second.as_mut()).await.is_none());
        drop(first);
        second.await;
        String::new()
    })
}

/// The lock is held over an await, and given back where the future is dropped.
fn cancelled_with_the_lock() -> String {
    block_on(async {
        let lock = Arc::new(Mutex::new(0));
        let (theirs, (stop, stopped)) = (lock.clone(), oneshot::channel::<()>());
        let task = task::spawn(async move {
            let work = async {
                let mut guard = theirs.lock().await;
                *guard += 1;
                task::yield_now().await;
                *guard += 1;
            };
            tokio::select! {
                () = work => true,
                _ = stopped => false,
            }
        });
        // It may be through, and then there is no receiver.
        _ = stop.send(());
        let all = task.await.unwrap();
        let value = *lock.lock().await;
        format!("{all} {value}")
    })
}

/// "A write lock request is queued before the later reads": a task that reads twice waits for
/// the writer, which waits for it.
fn reads_twice(writes: bool) -> String {
    block_on(async move {
        let lock = Arc::new(RwLock::new(1));
        let theirs = lock.clone();
        let task = task::spawn(async move {
            if writes {
                *theirs.write().await += 1;
            } else {
                drop(theirs.read().await);
            }
        });
        let first = lock.read().await;
        let second = lock.read().await;
        let sum = *first + *second;
        drop((first, second));
        task.await.unwrap();
        sum.to_string()
    })
}

/// A large request at the front keeps a small one behind it back, though that could be met.
fn starving() -> String {
    block_on(async {
        let semaphore = Semaphore::new(2);
        let one = semaphore.acquire().await.unwrap();
        let mut large = Box::pin(semaphore.acquire_many(2));
        let mut small = Box::pin(semaphore.acquire());
        let before = once(&mut large.as_mut()).await.is_some();
        let behind = once(&mut small.as_mut()).await.is_some();
        drop(large);
        let freed = once(&mut small.as_mut()).await.is_some();
        drop(one);
        drop(small);
        format!("{before} {behind} {freed} {}", semaphore.available_permits())
    })
}

/// A request that was partly met and then refused gives back what it had.
fn refused_in_part() -> String {
    block_on(async {
        let semaphore = Semaphore::new(2);
        let one = semaphore.acquire().await.unwrap();
        let mut large = Box::pin(semaphore.acquire_many(2));
        assert!(once(&mut large.as_mut()).await.is_none());
        semaphore.close();
        let refused = large.await.is_err();
        drop(one);
        format!("{refused} {}", semaphore.available_permits())
    })
}

/// Nothing that comes before the barrier is seen to come after it.
fn phases() -> String {
    block_on(async {
        let shared = Arc::new((Barrier::new(2), AtomicUsize::new(0)));
        let mut set = JoinSet::new();
        for _ in 0..2 {
            let shared = shared.clone();
            set.spawn(async move {
                shared.1.fetch_add(1, SeqCst);
                let is_leader = shared.0.wait().await.is_leader();
                (shared.1.load(SeqCst), is_leader)
            });
        }
        let all = set.join_all().await;
        let leaders = all.iter().filter(|one| one.1).count();
        format!("{leaders} {:?}", all.iter().map(|one| one.0).collect::<Vec<_>>())
    })
}

/// All are told to stop: a task that had ended has its value, and none is left.
fn all_aborted() -> String {
    block_on(async {
        let mut set = JoinSet::new();
        set.spawn(async { 1 });
        set.spawn(std::future::pending::<i32>());
        set.abort_all();
        let (mut values, mut cancelled) = (0, 0);
        while let Some(ended) = set.join_next().await {
            match ended {
                Ok(_) => values += 1,
                Err(error) => cancelled += usize::from(error.is_cancelled()),
            }
        }
        format!("{values} {cancelled} {}", set.len())
    })
}

#[test]
fn tasks() {
    claim("enabled first", || check_then_wait(true), (false, &[""], &[]));
    // `notify_waiters` between the check and `notified()` is for none.
    claim("checked first", || check_then_wait(false), (true, &[""], &[Hang]));
    claim("enabled", || unbounded_of_many(true), (false, &["2"], &[]));
    // "notify_one stores at most one permit": two calls before the polls are one.
    claim("not enabled", || unbounded_of_many(false), (false, &["1"], &[]));
    // "If the future is dropped after notify_one picked it, the notification is passed on."
    claim("told alone", told_alone, (false, &[""], &[]));
    // The lock is free again in any case. Stopped before the work begins, at the yield, or not.
    let all = &["false 0", "false 1", "true 2"];
    claim("cancelled", cancelled_with_the_lock, (false, all, &[]));
    claim("reads twice", || reads_twice(false), (false, &["2"], &[]));
    let all = &["2", "4"];
    claim("reads around a writer", || reads_twice(true), (true, all, &[Deadlock]));
    // The large one took what was there; dropped, it hands that on.
    claim("starving", starving, (false, &["false false true 2"], &[]));
    claim("refused in part", refused_in_part, (false, &["true 2"], &[]));
    claim("phases", phases, (false, &["1 [2, 2]"], &[]));
    claim("all aborted", all_aborted, (false, &["0 2 0", "1 1 0"], &[]));
}
