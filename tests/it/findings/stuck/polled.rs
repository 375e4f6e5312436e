//! What stuck futures and interpreters show: what the report calls it, and which words tell
//! what went wrong.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Poll, Waker};
use std::time::Duration;

use unknot_checker::sim::future::sync::Lock as AsyncLock;
use unknot_checker::sim::future::{self, Loop, block_on};
use unknot_checker::sim::{Exception, Gil, Lock, Queue, done, spawn};
use unknot_checker::{Checker, Kind};

type Done = Result<(), Exception>;

/// A future stores its waker, and the task that was to wake it has looked before.
fn waker_is_kept() -> Done {
    let kept = Queue::<Waker>::named("kept", 0);
    let wakers = kept.clone();
    spawn(move || {
        if let Ok(waker) = wakers.get_nowait() {
            waker.wake();
        }
    });
    block_on(pending_but_for(move |waker| kept.put(waker)))
}

/// A future drops its waker.
fn waker_is_dropped() -> Done {
    block_on(pending_but_for(|waker| {
        drop(waker);
        Ok(())
    }))
}

/// A future that never asks for its waker.
fn waker_is_not_asked_for() -> Done {
    block_on(poll_fn(|_| Poll::Pending))
}

/// A future that is ready when it is polled a second time.
async fn pending_but_for(keep: impl Fn(Waker) -> Result<(), Exception>) -> Done {
    let mut is_polled = false;
    poll_fn(move |cx| {
        if std::mem::replace(&mut is_polled, true) {
            return Poll::Ready(done(()));
        }
        match keep(cx.waker().clone()) {
            Ok(()) => Poll::Pending,
            Err(exception) => Poll::Ready(Err(exception)),
        }
    })
    .await
}

/// A task stands in line for a lock, turns to something else, and then asks for the lock once
/// more: its turn has come in the future that it does not poll.
fn granted_unpolled() -> Done {
    Loop::new().run(async {
        let lock = AsyncLock::named("lock");
        let theirs = lock.clone();
        let held = lock.lock().await;
        let other = future::spawn(async move {
            let mut waiting = Box::pin(theirs.lock());
            let mut limit = Box::pin(future::sleep(Duration::from_secs(1)));
            poll_fn(|cx| match waiting.as_mut().poll(cx) {
                Poll::Ready(_) => Poll::Ready(()),
                Poll::Pending => limit.as_mut().poll(cx),
            })
            .await;
            let _once_more = theirs.lock().await;
            drop(waiting);
        });
        future::sleep(Duration::from_secs(2)).await;
        drop(held);
        other.await
    })??;
    done(())
}

/// A thread takes a lock of native code while it has given the interpreter lock up, and wants
/// that back; another one has the interpreter lock, and asks for the other one inside.
fn interpreter_lock_and_another() -> Done {
    let (gil, lock) = (Gil::new(100), Lock::named("native"));
    let (inside, outer) = (gil.clone(), gil.clone());
    let (first, second) = (lock.clone(), lock);
    let gives = gil.spawn("gives", move || -> Result<(), Exception> {
        let held = inside.blocking(|| first.lock())?;
        inside.bytecode();
        drop(held);
        Ok(())
    });
    let keeps = gil.spawn("keeps", move || -> Result<(), Exception> {
        let held = second.lock()?;
        outer.bytecode();
        drop(held);
        Ok(())
    });
    gil.blocking(|| gives.join())??;
    gil.blocking(|| keeps.join())??;
    done(())
}

/// A program, what it shows, and what is to be read of that.
type PolledRow = (&'static str, fn() -> Done, Kind, &'static [&'static str]);

const ROWS: [PolledRow; 5] = [
    (
        "waker is kept",
        waker_is_kept,
        Kind::Hang,
        &["T0 'main' waits for waker of T0, with which no task wakes it"],
    ),
    (
        "waker is dropped",
        waker_is_dropped,
        Kind::Hang,
        &["T0 'main' waits for waker of T0, of which no clone is left"],
    ),
    (
        "waker is not asked for",
        waker_is_not_asked_for,
        Kind::Hang,
        &["T0 'main' waits for waker of T0, of which no clone is left"],
    ),
    (
        "granted unpolled",
        granted_unpolled,
        Kind::Hang,
        &["T1 waits for Lock 'lock'", "granted, but not polled"],
    ),
    (
        "interpreter lock and another",
        interpreter_lock_and_another,
        Kind::Deadlock,
        &["resource cycle of 2", "T1 'gives'   waits for   Gil", "waits for   Lock 'native'"],
    ),
];

#[test]
fn futures_and_interpreters() {
    for (name, body, kind, words) in ROWS {
        let checked = Checker::new().name("polled").check(body);
        let report = checked.report();
        let kinds: Vec<Kind> = report.findings.iter().map(|finding| finding.kind).collect();
        assert_eq!(kinds, [kind], "{name}");
        let payload = catch_unwind(AssertUnwindSafe(|| checked.assert_pass())).expect_err(name);
        let text = payload.downcast_ref::<String>().expect("what the command line prints");
        for word in words {
            assert!(text.contains(word), "{name}: no '{word}' in\n{text}");
        }
    }
}
