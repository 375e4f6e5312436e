//! Programs from outside: examples of textbooks and of documentation, and reports of bugs, reduced.
//!
//! What each one comes to was found by reading the documentation of tokio and parking_lot, and
//! stands beside it with the reason; the numbers of classes are not pinned. One that is
//! ignored shows what the face does not show so far.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;

use unknot_checker::Kind::{self, Deadlock, Exception, Hang};
use unknot_checker::sim::TimeMode;
use unknot_checker::strategy::Dpor;
use unknot_std::collections::HashMap;
use unknot_std::future::block_on;
use unknot_std::parking_lot as pl;
use unknot_std::sync::Arc;
use unknot_std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use unknot_std::time::{Duration, Instant};
use unknot_std::tokio::sync::{
    Barrier, Mutex, Notify, RwLock, Semaphore, broadcast, mpsc, oneshot, watch,
};
use unknot_std::tokio::task::JoinSet;
use unknot_std::tokio::{self, task, time};
use unknot_std::{Builder, thread};

use super::{MANY, compare};
use crate::kit::classes::classes;

const SECOND: Duration = Duration::from_secs(1);

/// What the documentation says that a program comes to: whether an execution may be stuck, what
/// comes out of the others, and the kinds of what is found.
type Claim<'a> = (bool, &'a [&'a str], &'a [Kind]);

/// Both searches find exactly what is claimed.
#[track_caller]
fn claim(name: &str, program: fn() -> String, claimed: Claim<'_>) {
    let all = Builder::new().explore_by(program, |program| {
        match compare(program, true, 60_000) {
            Some(both) => both.unwrap_or_else(|wrong| panic!("{name}: {wrong}")),
            // It is too large for the plain search.
            None => classes(program, TimeMode::Any, Dpor::new(), MANY),
        }
    });
    assert!(!all.too_many && all.cut == 0, "{name}: all of it is run");
    let (told, found) = all.told();
    let told: Vec<&str> = told.iter().map(|outcome| outcome.trim_matches('"')).collect();
    let found: Vec<Kind> = found.into_iter().collect();
    assert_eq!((all.stuck() > 0, &*told, &*found), claimed, "{name}");
}

/// Polls a future once.
async fn once<F: Future + ?Sized>(future: &mut Pin<&mut F>) -> Option<F::Output> {
    std::future::poll_fn(|cx| {
        let polled = future.as_mut().poll(cx);
        std::task::Poll::Ready(match polled {
            std::task::Poll::Ready(value) => Some(value),
            std::task::Poll::Pending => None,
        })
    })
    .await
}

// Channels of tokio.

/// Room for one: the sender is at most one item ahead, and the one that it is about to send.
fn back_pressure() -> String {
    block_on(async {
        let (sender, mut receiver) = mpsc::channel(1);
        let sent = Arc::new(AtomicUsize::new(0));
        let theirs = sent.clone();
        let task = task::spawn(async move {
            for n in 0..3 {
                sender.send(n).await.unwrap();
                theirs.fetch_add(1, SeqCst);
            }
        });
        let before = sent.load(SeqCst);
        let first = receiver.recv().await.unwrap();
        let after = sent.load(SeqCst);
        while receiver.recv().await.is_some() {}
        task.await.unwrap();
        format!("{before} {first} {after}")
    })
}

/// The receiver waits for the end of a sender that it has itself.
fn keeps_a_sender(drops: bool) -> String {
    block_on(async move {
        let (sender, mut receiver) = mpsc::channel(4);
        for n in 0..2 {
            let sender = sender.clone();
            task::spawn(async move { sender.send(n).await.unwrap() });
        }
        let kept = if drops { None } else { Some(sender) };
        let mut sum = 0;
        while let Some(n) = receiver.recv().await {
            sum += n;
        }
        drop(kept);
        sum.to_string()
    })
}

/// `recv` is cancel safe: an item is there after a timeout that came first.
fn no_item_lost() -> String {
    block_on(async {
        let (sender, mut receiver) = mpsc::channel(1);
        let task = task::spawn(async move { sender.send(7).await.unwrap() });
        let first = time::timeout(SECOND, receiver.recv()).await;
        let got = match first {
            Ok(item) => item,
            Err(_) => receiver.recv().await,
        };
        task.await.unwrap();
        format!("{} {got:?}", first.is_ok())
    })
}

/// Two items make a pair. The future that holds the first one is dropped, or is kept.
fn half_a_pair(is_kept: bool) -> String {
    block_on(async move {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        let (tick, mut ticks) = mpsc::unbounded_channel();
        let task = task::spawn(async move {
            sender.send(1).unwrap();
            tick.send(()).unwrap();
            sender.send(2).unwrap();
        });
        let mut pair = Box::pin(two(&mut receiver));
        let got = tokio::select! {
            biased;
            got = &mut pair => got,
            _ = ticks.recv() => {
                if is_kept {
                    pair.await
                } else {
                    drop(pair);
                    two(&mut receiver).await
                }
            }
        };
        task.await.unwrap();
        format!("{got:?}")
    })
}

async fn two(receiver: &mut mpsc::UnboundedReceiver<u32>) -> (Option<u32>, Option<u32>) {
    let first = receiver.recv().await;
    (first, receiver.recv().await)
}

/// The request is dropped: the worker sees it, or has answered before.
fn request_given_up() -> String {
    block_on(async {
        let (sender, receiver) = oneshot::channel();
        let worker = task::spawn(async move { sender.send(1).is_ok() });
        let answer = time::timeout(SECOND, receiver).await;
        let sent = worker.await.unwrap();
        format!("{} {sent}", answer.is_ok())
    })
}

/// What was sent before the close is there after it.
fn closed_by_the_receiver() -> String {
    block_on(async {
        let (sender, mut receiver) = oneshot::channel();
        let worker = task::spawn(async move { sender.send(1).is_ok() });
        receiver.close();
        let got = receiver.await.is_ok();
        format!("{got} {}", worker.await.unwrap())
    })
}

/// Values in between may be missed; the last one is seen, also once the sender is gone.
fn last_is_seen(looks_at_end: bool) -> String {
    block_on(async move {
        let (sender, mut receiver) = watch::channel(0);
        let task = task::spawn(async move {
            sender.send(1).unwrap();
            sender.send(2).unwrap();
        });
        let mut last = 0;
        if looks_at_end {
            while receiver.changed().await.is_ok() {
                last = *receiver.borrow_and_update();
            }
        } else {
            receiver.changed().await.unwrap();
            last = *receiver.borrow();
        }
        task.await.unwrap();
        last.to_string()
    })
}

/// The condition is not asked about a value again once there are no senders.
fn asked_once() -> String {
    block_on(async {
        let (sender, mut receiver) = watch::channel(0);
        drop(sender);
        let mut asked = 0;
        let met = receiver.wait_for(|_| {
            asked += 1;
            asked == 2
        });
        let met = met.await.is_ok();
        format!("{met} {asked}")
    })
}

/// Room for two, three sent: a receiver that begins late misses one and is told so.
fn lags() -> String {
    block_on(async {
        let (sender, mut receiver) = broadcast::channel(2);
        let task = task::spawn(async move {
            for n in 0..3 {
                sender.send(n).unwrap();
            }
        });
        let mut seen = vec![];
        loop {
            match receiver.recv().await {
                Ok(n) => seen.push(n.to_string()),
                Err(broadcast::error::RecvError::Lagged(n)) => seen.push(format!("-{n}")),
                Err(broadcast::error::RecvError::Closed) => break,
            }
        }
        task.await.unwrap();
        seen.join(" ")
    })
}

#[test]
fn channels() {
    // Before the first receipt the sender counts 0 or 1: the second item waits for room. Behind
    // it, the first is received, so 0 to 2 were counted (the third waits, or the second does).
    let all = &["0 0 0", "0 0 1", "0 0 2", "1 0 1", "1 0 2"];
    claim("back-pressure", back_pressure, (false, all, &[]));
    claim("drops its sender", || keeps_a_sender(true), (false, &["1"], &[]));
    // "recv returns None when all senders are dropped": one never is.
    claim("keeps a sender", || keeps_a_sender(false), (true, &[], &[Hang]));
    claim("no item lost", no_item_lost, (false, &["false Some(7)", "true Some(7)"], &[]));
    claim("half a pair, kept", || half_a_pair(true), (false, &["(Some(1), Some(2))"], &[]));
    // The tick comes with the first item in the future: it is lost with that. Or the tick is
    // there before the first item is looked for; or both items are.
    let all = &["(Some(1), Some(2))", "(Some(2), None)"];
    claim("half a pair, dropped", || half_a_pair(false), (false, all, &[]));
    // `send` returns an error if the receiver was dropped. After an answer, it was `Ok`; a
    // timeout may come between the answer and its receipt.
    let all = &["false false", "false true", "true true"];
    claim("request given up", request_given_up, (false, all, &[]));
    claim("closed", closed_by_the_receiver, (false, &["false false", "true true"], &[]));
    claim("last is seen", || last_is_seen(true), (false, &["2"], &[]));
    claim("seen too early", || last_is_seen(false), (false, &["1", "2"], &[]));
    claim("asked once", asked_once, (false, &["false 1"], &[]));
    // Missed is what was overwritten before it was received: one value at most.
    claim("lags", lags, (false, &["-1 1 2", "0 1 2"], &[]));
}

// What tasks of tokio wait for.

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
        stop.send(()).unwrap();
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

/// Notes that it was dropped.
struct Noted(&'static str, Arc<pl::Mutex<Vec<&'static str>>>);

impl Drop for Noted {
    fn drop(&mut self) {
        self.1.lock().push(self.0);
    }
}

/// The futures of a `select!` are dropped in their order, before the handler is called.
fn dropped_in_order() -> String {
    block_on(async {
        let all = Arc::new(pl::Mutex::new(vec![]));
        let wait = |name| {
            let noted = Noted(name, all.clone());
            async move {
                let _noted = noted;
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            biased;
            () = wait("a") => {}
            () = wait("b") => {}
            () = async {} => all.lock().push("handler"),
        }
        let all = all.lock();
        all.join(" ")
    })
}

/// A deadline over a whole loop: it may be up while items are there.
fn deadline_of_a_loop() -> String {
    block_on(async {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        for n in 0..2 {
            sender.send(n).unwrap();
        }
        drop(sender);
        let deadline = time::sleep(SECOND);
        tokio::pin!(deadline);
        let mut n = 0;
        loop {
            tokio::select! {
                biased;
                () = &mut deadline => break,
                item = receiver.recv() => match item {
                    Some(_) => n += 1,
                    None => break,
                },
            }
        }
        n.to_string()
    })
}

#[test]
fn selected() {
    // The futures are the parts of a tuple, which is dropped before the handler is called.
    claim("dropped in order", dropped_in_order, (false, &["a b handler"], &[]));
}

/// Where durations do not count, each step may take a second.
#[test]
#[ignore = "a timer does not fire in a poll in which another branch is ready"]
fn a_deadline_among_items() {
    claim("deadline", deadline_of_a_loop, (false, &["0", "1", "2"], &[]));
}

// Locks of parking_lot.

/// Upgraded in place: no writer comes between the look and the change.
fn upgrades() -> String {
    let lock = Arc::new(pl::RwLock::new(HashMap::from([("a", 1)])));
    let add = |lock: &pl::RwLock<HashMap<&str, i32>>| {
        let guard = lock.upgradable_read();
        if guard.contains_key("b") {
            return false;
        }
        let mut guard = pl::RwLockUpgradableReadGuard::upgrade(guard);
        guard.insert("b", 2).is_none()
    };
    let theirs = lock.clone();
    let task = thread::spawn(move || add(&theirs));
    let mine = add(&lock);
    let both = (mine, task.join().unwrap());
    let mut keys: Vec<_> = lock.read().keys().copied().collect();
    keys.sort_unstable();
    format!("{} {keys:?}", both.0 != both.1)
}

/// A wait with a time limit and no loop: it is not known what ended it.
fn waits_for(looks: bool) -> String {
    let pair = Arc::new((pl::Mutex::new(false), pl::Condvar::new()));
    let theirs = pair.clone();
    let task = thread::spawn(move || {
        *theirs.0.lock() = true;
        theirs.1.notify_one();
    });
    let mut flag = pair.0.lock();
    let told = if looks {
        pair.1.wait_while_for(&mut flag, |flag| !*flag, SECOND)
    } else {
        pair.1.wait_for(&mut flag, SECOND)
    };
    let seen = *flag;
    drop(flag);
    task.join().unwrap();
    format!("{} {seen}", told.timed_out())
}

/// Two tasks that wait with a lock each at one condition variable.
fn two_locks() -> String {
    let shared = Arc::new((pl::Mutex::new(()), pl::Mutex::new(()), pl::Condvar::new()));
    let theirs = shared.clone();
    let task = thread::spawn(move || {
        theirs.2.wait_for(&mut theirs.0.lock(), SECOND);
    });
    shared.2.wait_for(&mut shared.1.lock(), SECOND);
    task.join().unwrap();
    String::new()
}

/// Gives up, or gets both; no deadlock in either order.
fn backs_off() -> String {
    let locks = Arc::new((pl::Mutex::new(()), pl::Mutex::new(())));
    let theirs = locks.clone();
    let task = thread::spawn(move || {
        let _first = theirs.0.lock();
        theirs.1.try_lock_for(SECOND).is_some()
    });
    let first = locks.1.lock();
    let mine = locks.0.try_lock_for(SECOND).is_some();
    drop(first);
    format!("{mine} {}", task.join().unwrap())
}

/// A look at the clock before and behind a sleep.
fn elapses() -> String {
    let begin = Instant::now();
    let task = thread::spawn(|| thread::sleep(SECOND));
    let early = begin.elapsed() >= SECOND;
    task.join().unwrap();
    format!("{early} {}", begin.elapsed() >= SECOND)
}

#[test]
fn locks() {
    // "There can be only one upgradable reader": one adds, and the other sees that.
    claim("upgrades", upgrades, (false, &["true [\"a\", \"b\"]"], &[]));
    // The flag is set first, so it is notified to none, and the time is up; or it is notified;
    // or the time is up, and the other one has the lock first or not.
    let all = &["false true", "true false", "true true"];
    claim("waits", || waits_for(false), (false, all, &[]));
    // The condition is not looked at again after the time is up: "true true" is the flag that
    // was set before the lock was taken again.
    claim("waits while", || waits_for(true), (false, all, &[]));
    // "Panics if another thread is waiting with a different Mutex"; or they wait in turn.
    claim("two locks", two_locks, (false, &[""], &[Exception]));
    let all = &["false false", "false true", "true false", "true true"];
    claim("backs off", backs_off, (false, all, &[]));
    claim("elapses", elapses, (false, &["false true", "true true"], &[]));
}

/// "Readers that try to acquire the lock block even if it is unlocked when writers wait": the
/// look of a reader beside a reader fails if a writer waits.
fn tries_beside_a_writer() -> String {
    let lock = Arc::new(pl::RwLock::new(0));
    let theirs = lock.clone();
    let guard = lock.read();
    let task = thread::spawn(move || *theirs.write() += 1);
    let tried = lock.try_read().is_some();
    drop(guard);
    task.join().unwrap();
    tried.to_string()
}

/// A reader waits for another reader, which waits behind a writer.
fn waits_for_a_reader() -> String {
    let lock = Arc::new(pl::RwLock::new(0));
    let (reads, writes) = (lock.clone(), lock.clone());
    let guard = lock.read();
    let writer = thread::spawn(move || *writes.write() += 1);
    let reader = thread::spawn(move || *reads.read());
    let value = reader.join().unwrap();
    drop(guard);
    writer.join().unwrap();
    value.to_string()
}

/// There is no writer for which a second reader could wait.
fn reads_again_alone() -> String {
    let lock = pl::RwLock::new(1);
    let (one, other) = (lock.read(), lock.read());
    (*one + *other).to_string()
}

#[test]
#[ignore = "readers do not wait behind a writer that waits"]
fn behind_a_writer_trying() {
    claim("tries", tries_beside_a_writer, (false, &["false", "true"], &[]));
}

#[test]
#[ignore = "readers do not wait behind a writer that waits"]
fn behind_a_writer() {
    claim("waits", waits_for_a_reader, (true, &["0"], &[Deadlock]));
}

#[test]
#[ignore = "a task that reads again is stuck, whether a writer waits or not"]
fn again_without_a_writer() {
    claim("alone", reads_again_alone, (false, &["2"], &[]));
}

/// Where durations count, the limit of a whole is what it is, whatever the parts.
#[test]
fn where_durations_count() {
    let program = || {
        block_on(async {
            let begin = Instant::now();
            let (sender, mut receiver) = mpsc::channel(1);
            let task = task::spawn(async move {
                for n in 0..3 {
                    time::sleep(2 * SECOND).await;
                    if sender.send(n).await.is_err() {
                        return n;
                    }
                }
                3
            });
            let mut n = 0;
            let all = async {
                while receiver.recv().await.is_some() {
                    n += 1;
                }
            };
            let is_late = time::timeout(5 * SECOND, all).await.is_err();
            drop(receiver);
            let sent = task.await.unwrap();
            format!("{is_late} {n} {sent} {}", begin.elapsed().as_secs())
        })
    };
    // Items come at 2 and 4 seconds, the limit is at 5, and at 6 there is no receiver.
    let checked = Builder::new().time(TimeMode::Virtual).check(program);
    checked.assert_pass();
    let shown: BTreeSet<String> = outcomes(program);
    assert_eq!(shown, BTreeSet::from(["true 2 2 6".to_owned()]));
}

/// What a program comes to where durations count.
fn outcomes(program: fn() -> String) -> BTreeSet<String> {
    Builder::new().explore_by(program, |program| {
        let all = classes(program, TimeMode::Virtual, Dpor::new(), MANY);
        all.told().0.iter().map(|outcome| outcome.trim_matches('"').to_owned()).collect()
    })
}
