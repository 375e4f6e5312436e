//! Generated programs over the face of tokio, gone through by both searches.
//!
//! Two or three tasks of a few operations each on a fixed set of objects; what an operation
//! comes to goes into the log of its task, and the outcome is all logs. A program that the
//! plain search does not exhaust within its bound is left out. `UNKNOT_TOKIO_PROGRAMS` and
//! `UNKNOT_SEED` run other ones by hand.

use std::time::Duration;

use proptest::prelude::{Just, Strategy};
use unknot_std::Builder;
use unknot_std::sync::Arc;
use unknot_std::tokio::sync::{
    Barrier, Mutex, Notify, RwLock, Semaphore, broadcast, mpsc, oneshot, watch,
};
use unknot_std::tokio::task::{self, AbortHandle};
use unknot_std::tokio::{self, time};

use super::super::compare;
use super::ops::{OPS, TokioOp};
use super::shown;
use crate::kit::generated::{Compared, number, prove_among};

const MAX_EXECUTIONS: u64 = 1_000;
const SECOND: Duration = Duration::from_secs(1);

/// What each task does. The first one is main.
type Spec = Vec<Vec<TokioOp>>;

fn spec() -> impl Strategy<Value = Spec> {
    let op = || proptest::sample::select(OPS);
    let few = proptest::collection::vec(op(), 1..=3);
    let one = proptest::collection::vec(op(), 1..=1);
    let two = (few.clone(), few).prop_map(|(one, other)| vec![one, other]);
    let three = proptest::collection::vec(one, 3);
    proptest::prop_oneof![3 => two, 1 => three, 1 => Just(vec![vec![TokioOp::Lock]; 2])]
}

/// What the tasks share.
struct Shared {
    lock: Mutex<usize>,
    table: RwLock<usize>,
    permits: Semaphore,
    notify: Notify,
    barrier: Barrier,
    receiver: Mutex<mpsc::Receiver<usize>>,
    once: Mutex<Option<oneshot::Receiver<usize>>>,
}

/// What one task has.
struct Own {
    sender: mpsc::Sender<usize>,
    once: Option<oneshot::Sender<usize>>,
    watched: watch::Sender<usize>,
    watches: watch::Receiver<usize>,
    sends: broadcast::Sender<usize>,
    hears: Option<broadcast::Receiver<usize>>,
    other: Option<AbortHandle>,
}

async fn locks(all: &Shared, op: TokioOp) -> Option<String> {
    Some(match op {
        TokioOp::Lock => {
            let mut guard = all.lock.lock().await;
            *guard += 1;
            guard.to_string()
        }
        TokioOp::TryLock => all.lock.try_lock().map(|guard| *guard).ok().is_some().to_string(),
        TokioOp::LockAndAcquire => {
            let _guard = all.lock.lock().await;
            all.permits.acquire().await.is_ok().to_string()
        }
        TokioOp::LockTimeout => {
            let locked = time::timeout(SECOND, all.lock.lock()).await;
            locked.is_ok().to_string()
        }
        TokioOp::Read => all.table.read().await.to_string(),
        TokioOp::Write => {
            let mut guard = all.table.write().await;
            *guard += 1;
            guard.to_string()
        }
        TokioOp::Downgrade => {
            let mut guard = all.table.write().await;
            *guard += 10;
            let guard = guard.downgrade();
            format!("{} {}", *guard, all.table.try_read().is_ok())
        }
        TokioOp::Acquire => all.permits.acquire().await.is_ok().to_string(),
        TokioOp::AcquireMany => all.permits.acquire_many(2).await.is_ok().to_string(),
        TokioOp::AcquireTimeout => {
            let acquired = time::timeout(SECOND, all.permits.acquire_many(2)).await;
            acquired.is_ok().to_string()
        }
        TokioOp::TryAcquire => {
            all.permits.try_acquire().map(|permit| permit.forget()).is_ok().to_string()
        }
        TokioOp::AddPermit => {
            all.permits.add_permits(1);
            all.permits.available_permits().to_string()
        }
        TokioOp::Close => {
            all.permits.close();
            String::new()
        }
        _ => return None,
    })
}

async fn notifications(all: &Shared, op: TokioOp) -> Option<String> {
    Some(match op {
        TokioOp::Notified => {
            all.notify.notified().await;
            String::new()
        }
        TokioOp::NotifiedTimeout => {
            time::timeout(SECOND, all.notify.notified()).await.is_ok().to_string()
        }
        TokioOp::NotifyOne => {
            all.notify.notify_one();
            String::new()
        }
        TokioOp::NotifyWaiters => {
            all.notify.notify_waiters();
            String::new()
        }
        TokioOp::Arrive => {
            let arrived = time::timeout(SECOND, all.barrier.wait()).await;
            format!("{:?}", arrived.map(|result| result.is_leader()))
        }
        TokioOp::SelectEither => {
            let mut receiver = all.receiver.lock().await;
            tokio::select! {
                got = receiver.recv() => format!("{got:?}"),
                () = all.notify.notified() => String::from("notified"),
            }
        }
        TokioOp::SelectBiased => tokio::select! {
            biased;
            () = all.notify.notified() => String::from("notified"),
            permit = all.permits.acquire() => permit.is_ok().to_string(),
            () = time::sleep(SECOND) => String::from("late"),
        },
        TokioOp::JoinBoth => {
            let both = tokio::join!(
                async { *all.lock.lock().await += 10 },
                time::timeout(SECOND, all.notify.notified()),
            );
            both.1.is_ok().to_string()
        }
        TokioOp::Yield => {
            task::yield_now().await;
            String::new()
        }
        TokioOp::Sleep => {
            time::sleep(SECOND).await;
            String::new()
        }
        TokioOp::Panic => panic!("of the program"),
        _ => return None,
    })
}

async fn channels(all: &Shared, own: &mut Own, op: TokioOp) -> Option<String> {
    Some(match op {
        TokioOp::Send => own.sender.send(1).await.is_ok().to_string(),
        TokioOp::TrySend => own.sender.try_send(2).is_ok().to_string(),
        TokioOp::Reserve => own.sender.reserve().await.is_ok().to_string(),
        TokioOp::Recv => format!("{:?}", all.receiver.lock().await.recv().await),
        TokioOp::TryRecv => {
            let got = all.receiver.try_lock().ok().map(|mut receiver| receiver.try_recv());
            format!("{got:?}")
        }
        TokioOp::CloseReceiver => {
            all.receiver.lock().await.close();
            String::new()
        }
        TokioOp::SendOnce => format!("{:?}", own.once.take().map(|once| once.send(3))),
        TokioOp::DropOnce => {
            own.once = None;
            String::new()
        }
        TokioOp::RecvOnce => {
            let once = all.once.lock().await.take();
            match once {
                Some(once) => format!("{:?}", time::timeout(SECOND, once).await),
                None => String::new(),
            }
        }
        _ => return None,
    })
}

async fn for_all(own: &mut Own, op: TokioOp) -> String {
    match op {
        TokioOp::WatchSend => own.watched.send_replace(4).to_string(),
        TokioOp::Watch => own.watches.borrow_and_update().to_string(),
        TokioOp::Changed => {
            let changed = time::timeout(SECOND, own.watches.changed()).await;
            format!("{changed:?}")
        }
        TokioOp::Broadcast => own.sends.send(5).is_ok().to_string(),
        TokioOp::Receive => match &mut own.hears {
            Some(hears) => format!("{:?}", time::timeout(SECOND, hears.recv()).await),
            None => String::new(),
        },
        TokioOp::TryReceive => {
            format!("{:?}", own.hears.as_mut().map(broadcast::Receiver::try_recv))
        }
        TokioOp::Leave => {
            own.hears = None;
            String::new()
        }
        TokioOp::Abort => {
            if let Some(other) = &own.other {
                other.abort();
            }
            String::new()
        }
        _ => unreachable!("each operation is done by one of these"),
    }
}

async fn run(all: &Shared, own: &mut Own, ops: &[TokioOp]) -> Vec<String> {
    let mut log = vec![];
    for &op in ops {
        log.push(if let Some(seen) = locks(all, op).await {
            seen
        } else if let Some(seen) = notifications(all, op).await {
            seen
        } else if let Some(seen) = channels(all, own, op).await {
            seen
        } else {
            for_all(own, op).await
        });
    }
    log
}

fn program(spec: &Spec) -> String {
    let spec = spec.clone();
    shown(async move {
        let (sender, receiver) = mpsc::channel(1);
        let (once, receives_once) = oneshot::channel();
        let (watched, watches) = watch::channel(0);
        let (sends, hears) = broadcast::channel(1);
        let all = Arc::new(Shared {
            lock: Mutex::new(0),
            table: RwLock::new(0),
            permits: Semaphore::new(1),
            notify: Notify::new(),
            barrier: Barrier::new(2),
            receiver: Mutex::new(receiver),
            once: Mutex::new(Some(receives_once)),
        });
        let mut mine =
            Own { sender, once: None, watched, watches, sends, hears: None, other: None };
        let (mut others, mut once, mut hears) = (vec![], Some(once), Some(hears));
        for ops in &spec[1..] {
            let ops = ops.clone();
            let mut own = Own {
                sender: mine.sender.clone(),
                once: once.take(),
                watched: mine.watched.clone(),
                watches: mine.watches.clone(),
                sends: mine.sends.clone(),
                hears: hears.take(),
                other: mine.other.take(),
            };
            let all = all.clone();
            let task = task::spawn(async move { run(&all, &mut own, &ops).await });
            mine.other = Some(task.abort_handle());
            others.push(task);
        }
        let mut logs = vec![run(&all, &mut mine, &spec[0]).await];
        drop(mine);
        for other in others {
            logs.push(other.await.unwrap_or_else(|error| vec![error.to_string()]));
        }
        format!("{logs:?}")
    })
}

/// What is wrong with a program; nothing if it is too large to tell.
fn wrong(spec: &Spec) -> Compared {
    let theirs = spec.clone();
    // Readers of what is watched commute.
    let is_of_readers = |op: &TokioOp| matches!(op, TokioOp::Watch);
    let may_repeat = spec.iter().flatten().any(is_of_readers);
    let compared = Builder::new().explore_by(
        move || program(&theirs),
        |program| compare(program, may_repeat, MAX_EXECUTIONS),
    );
    Some(compared?.map(drop))
}

#[test]
fn generated_programs() {
    let too_large = prove_among(0, &spec(), number("UNKNOT_TOKIO_PROGRAMS", 25), wrong);
    println!("{} more were too large", too_large.unwrap_or_else(|failed| panic!("{failed}")));
}
