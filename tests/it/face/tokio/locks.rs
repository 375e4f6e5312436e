//! Locks, permits, notifications and barriers: in the order of coming.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use unknot_checker::Kind::{Deadlock, Hang};
use unknot_std::sync::Arc;
use unknot_std::tokio::sync::{Barrier, Mutex, Notify, RwLock, Semaphore};
use unknot_std::tokio::{self, task};

use super::{row, shown};

fn sum(is_locked: bool) -> String {
    shown(async move {
        let sum = Arc::new(Mutex::new(0));
        let theirs = sum.clone();
        let task = task::spawn(async move { *theirs.lock().await += 1 });
        if is_locked {
            *sum.lock().await += 2;
        } else {
            let old = *sum.lock().await;
            *sum.lock().await = old + 2;
        }
        task.await.unwrap();
        let sum = *sum.lock().await;
        sum.to_string()
    })
}

fn pair(is_ordered: bool) -> String {
    shown(async move {
        let locks = Arc::new((Mutex::new(()), Mutex::new(())));
        let theirs = locks.clone();
        let task = task::spawn(async move {
            let _first = theirs.0.lock().await;
            let _second = theirs.1.lock().await;
        });
        let (one, other) = if is_ordered { (&locks.0, &locks.1) } else { (&locks.1, &locks.0) };
        let first = one.lock().await;
        let second = other.lock().await;
        drop((first, second));
        task.await.unwrap();
        String::new()
    })
}

/// A lock that is given back goes to the future that waits: the one that gave it back does not
/// overtake.
fn fair() -> String {
    shown(async {
        let lock = Mutex::new(vec![]);
        let mut guard = lock.lock().await;
        let mut theirs = Box::pin(lock.lock());
        assert!(once(theirs.as_mut()).await.is_none());
        guard.push("I");
        drop(guard);
        let mut again = Box::pin(lock.lock());
        assert!(once(again.as_mut()).await.is_none());
        theirs.await.push("they");
        again.await.push("I again");
        lock.lock().await.join(", ")
    })
}

/// Polls a future once.
async fn once<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    let mut future = Some(future);
    std::future::poll_fn(|cx| {
        Poll::Ready(match future.take().expect("once").poll(cx) {
            Poll::Ready(value) => Some(value),
            Poll::Pending => None,
        })
    })
    .await
}

/// A future that was handed a permit and is dropped passes it on.
fn passes_on() -> String {
    shown(async {
        let permits = Semaphore::new(1);
        let held = permits.acquire().await.unwrap();
        let mut second = Box::pin(permits.acquire());
        let mut third = pin!(permits.acquire());
        assert!(once(second.as_mut()).await.is_none());
        assert!(once(third.as_mut()).await.is_none());
        drop(held);
        drop(second);
        let third = third.await;
        format!("{} {}", third.is_ok(), permits.available_permits())
    })
}

/// A future that waits for many keeps those behind it from what is there, and is served in
/// parts.
fn many() -> String {
    shown(async {
        let permits = Semaphore::new(2);
        let one = permits.acquire().await.unwrap();
        let mut three = Box::pin(permits.acquire_many(3));
        assert!(once(three.as_mut()).await.is_none());
        let late = permits.try_acquire().is_ok();
        drop(one);
        permits.add_permits(1);
        let three = three.await.unwrap();
        format!("{late} {} {}", three.num_permits(), permits.available_permits())
    })
}

fn closed() -> String {
    shown(async {
        let permits = Arc::new(Semaphore::new(0));
        let theirs = permits.clone();
        let task = task::spawn(async move { theirs.acquire().await.map(|permit| permit.forget()) });
        permits.close();
        permits.add_permits(1);
        format!("{:?}", task.await.unwrap().is_err())
    })
}

fn owned() -> String {
    shown(async {
        let permits = Arc::new(Semaphore::new(1));
        let permit = permits.clone().acquire_owned().await.unwrap();
        let tries = permits.clone().try_acquire_owned().is_ok();
        task::spawn(async move { drop(permit) }).await.unwrap();
        let lock = Arc::new(Mutex::new(0));
        *lock.clone().lock_owned().await += 1;
        let value = *lock.try_lock().unwrap();
        format!("{tries} {} {value}", permits.available_permits())
    })
}

/// A reader that comes behind a writer which waits does not overtake it.
fn writer_first() -> String {
    shown(async {
        let lock = RwLock::new(0);
        let reads = lock.read().await;
        let also = lock.try_read().is_ok();
        let mut writes = Box::pin(lock.write());
        assert!(once(writes.as_mut()).await.is_none());
        let late = lock.try_read().is_ok();
        drop(reads);
        let mut guard = writes.await;
        *guard += 1;
        let guard = guard.downgrade();
        format!("{also} {late} {} {}", *guard, lock.try_write().is_ok())
    })
}

fn readers() -> String {
    shown(async {
        let lock = Arc::new(RwLock::new(0));
        let theirs = lock.clone();
        let task = task::spawn(async move { *theirs.read().await });
        *lock.write().await += 1;
        format!("{}", task.await.unwrap())
    })
}

/// One permit is kept, not two.
fn notified_once() -> String {
    shown(async {
        let notify = Notify::new();
        notify.notify_one();
        notify.notify_one();
        notify.notified().await;
        let second = once(pin!(notify.notified())).await;
        format!("{second:?}")
    })
}

/// All that wait, from when their futures are made, and none that comes later.
fn notified_all() -> String {
    shown(async {
        let notify = Notify::new();
        let before = notify.notified();
        notify.notify_waiters();
        let mut later = Box::pin(notify.notified());
        let later = once(later.as_mut()).await;
        before.await;
        format!("{later:?}")
    })
}

/// A future that was notified and is dropped notifies the next one.
fn notifies_the_next() -> String {
    shown(async {
        let notify = Notify::new();
        let mut first = Box::pin(notify.notified());
        let mut second = Box::pin(notify.notified());
        assert!(!first.as_mut().enable() && !second.as_mut().enable());
        notify.notify_one();
        drop(first);
        second.await;
        String::from("second")
    })
}

/// A notification that comes before the wait is kept, and one for all is not.
fn notifies(all: bool) -> String {
    shown(async move {
        let notify = Arc::new(Notify::new());
        let theirs = notify.clone();
        let task =
            task::spawn(
                async move { if all { theirs.notify_waiters() } else { theirs.notify_one() } },
            );
        notify.notified().await;
        task.await.unwrap();
        String::new()
    })
}

fn leaders() -> String {
    shown(async {
        let barrier = Arc::new(Barrier::new(2));
        let theirs = barrier.clone();
        let task = task::spawn(async move { theirs.wait().await.is_leader() });
        let mine = barrier.wait().await.is_leader();
        format!("{mine} {}", task.await.unwrap())
    })
}

/// What a foreign combinator polls with wakers of its own.
fn with_other_wakers() -> String {
    shown(async {
        let lock = Arc::new(Mutex::new(0));
        let theirs = lock.clone();
        let task = task::spawn(async move { *theirs.lock().await += 1 });
        let (mine, _) =
            futures::future::join(async { *lock.lock().await }, futures::future::join_all([task]))
                .await;
        mine.to_string()
    })
}

static SHARED: Mutex<Vec<u32>> = Mutex::const_new(vec![]);

fn in_a_static() -> String {
    shown(async {
        let task = task::spawn(async { SHARED.lock().await.push(1) });
        SHARED.lock().await.push(2);
        task.await.unwrap();
        let seen = SHARED.lock().await.clone();
        format!("{seen:?}")
    })
}

#[test]
fn mutexes() {
    // Each is first, and the other one lines up or comes later: 4. The handle finds the end of
    // its task, or waits for it: 2.
    row("locked", || sum(true), (8, 0, &["3"], &[]));
    // The task is before (2), between (2, and main again lines up or not: 4) or behind (2).
    row("let go in between", || sum(false), (16, 0, &["2", "3"], &[]));
    // The task is first: 2. Main is, and gives the first lock back before the second, so the task
    // may line up at each: 4.
    row("in one order", || pair(true), (12, 0, &[""], &[]));
    // Main is first: 2, the task is: 4; or each has one.
    row("in two orders", || pair(false), (13, 1, &[""], &[Deadlock]));
    row("fair", fair, (1, 0, &["I, they, I again"], &[]));
    row("in a static", in_a_static, (8, 0, &["[1, 2]", "[2, 1]"], &[]));
    // As "locked", with a handle that is looked at while the lock is waited for.
    row("other wakers", with_other_wakers, (10, 0, &["0", "1"], &[]));
}

#[test]
fn permits() {
    row("passes on", passes_on, (1, 0, &["true 0"], &[]));
    row("many", many, (1, 0, &["false 3 0"], &[]));
    // It comes before the close, between, or when the permit is there.
    row("closed", closed, (6, 0, &["true"], &[]));
    row("owned", owned, (2, 0, &["false 1 1"], &[]));
    row("writer first", writer_first, (1, 0, &["true false 1 false"], &[]));
    row("readers", readers, (8, 0, &["0", "1"], &[]));
}

#[test]
fn notifications() {
    row("once", notified_once, (1, 0, &["None"], &[]));
    row("all", notified_all, (1, 0, &["None"], &[]));
    row("the next", notifies_the_next, (1, 0, &["second"], &[]));
    // Before the future is made, before it is polled, or later.
    row("kept", || notifies(false), (6, 0, &[""], &[]));
    // Before the future is made it is lost.
    row("lost", || notifies(true), (5, 1, &[""], &[Hang]));
    row("barrier", leaders, (4, 0, &["false true", "true false"], &[]));
}

#[test]
fn a_future_without_a_task_is_refused() {
    let polled = std::panic::catch_unwind(|| {
        let mut future = Box::pin(tokio::time::sleep(std::time::Duration::from_secs(1)));
        _ = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    });
    let said = polled.expect_err("it is refused");
    let said = said.downcast_ref::<&str>().expect("a text");
    assert!(said.contains("outside"), "{said}");
}
