//! What is told to whom: permits, the ends of channels, and guards in the middle of a wait.

use std::pin::pin;

use unknot_checker::Kind::Hang;
use unknot_std::future::block_on;
use unknot_std::parking_lot as pl;
use unknot_std::tokio::sync::{Notify, mpsc};
use unknot_std::tokio::task;

use super::{claim, once};

/// A future that was notified with all others takes the permit as well, since its first poll
/// looks for that first: so no permit is left for the next one.
fn a_permit_beside_all() -> String {
    block_on(async {
        let notify = Notify::new();
        let first = notify.notified();
        notify.notify_waiters();
        notify.notify_one();
        first.await;
        notify.notified().await;
        String::new()
    })
}

/// What was for the last one goes to the one that is the last then.
fn dropped_after_the_last_was_told() -> String {
    block_on(async {
        let notify = Notify::new();
        let (mut a, mut b) = (pin!(notify.notified()), pin!(notify.notified()));
        let mut c = Box::pin(notify.notified());
        let waiting = [once(&mut a).await, once(&mut b).await, once(&mut c.as_mut()).await];
        notify.notify_last();
        drop(c);
        let told = (once(&mut a).await.is_some(), once(&mut b).await.is_some());
        format!("{} {} {}", waiting.iter().flatten().count(), told.0, told.1)
    })
}

/// What a sender is told of the end of the receiver, and whether it sends, before or behind.
fn closed(looks_first: bool) -> String {
    block_on(async move {
        let (sender, mut receiver) = mpsc::channel(1);
        let task = task::spawn(async move { receiver.close() });
        let seen = looks_first.then(|| sender.is_closed());
        let sent = sender.try_send(1).is_ok();
        let seen = seen.unwrap_or_else(|| sender.is_closed());
        task.await.unwrap();
        format!("{seen} {sent}")
    })
}

/// Uses the guard of a lock when it is dropped.
struct Adds<'a>(pl::MutexGuard<'a, i32>);

impl Drop for Adds<'_> {
    fn drop(&mut self) {
        *self.0 += 1;
    }
}

fn waits_in_vain() -> String {
    let (lock, changed) = (pl::Mutex::new(0), pl::Condvar::new());
    let mut adds = Adds(lock.lock());
    changed.wait(&mut adds.0);
    String::new()
}

#[test]
fn permits() {
    claim("a permit beside all", a_permit_beside_all, (true, &[], &[Hang]));
    let last = dropped_after_the_last_was_told;
    claim("dropped after the last was told", last, (false, &["0 false true"], &[]));
}

#[test]
fn ends_of_channels() {
    // Once it is seen closed nothing is sent, and what is refused is seen closed.
    let both = &["false false", "false true", "true false"];
    claim("looks, and sends", || closed(true), (false, both, &[]));
    let both = &["false true", "true false", "true true"];
    claim("sends, and looks", || closed(false), (false, both, &[]));
}

#[test]
fn guards_in_a_wait() {
    claim("waits in vain", waits_in_vain, (true, &[], &[Hang]));
}
