//! Futures: awaits of primitives, alone and several at once, tasks that poll, aborts, and
//! wakers that other tasks keep.

use std::future::{Future, IntoFuture, poll_fn};
use std::task::{Poll, Waker};

use unknot_checker::sim::future::sync;
use unknot_checker::sim::future::{self, AbortableHandle, Either, Handle, block_on};
use unknot_checker::sim::process::Across;
use unknot_checker::sim::{self, Exception};

use super::family::*;
use super::tasks::extra;

operations! {
    /// What is awaited by number: 0 the lock, 1 a permit, 2 an item of the queue with room
    /// for one, 3 room in it, 4 an item of the queue with room without end, 5 the event,
    /// 6 a notification, 7 time, 8 the end of the first task that this one has started.
    FutureOp, |task| {
        /// Keeps the lock, permit or item.
        AsyncAwait(what: u8), call(what) => one(task, what),
        AsyncInTime(what: u8), "timeout" => {
            let limited = future::timeout(TIMEOUT, awaited(task, what));
            keep(task, block_on(limited))
        },
        AsyncEither(a: u8, b: u8), "select" => {
            let either = future::select(awaited(task, a), awaited(task, b));
            match block_on(either) {
                Either::First(one) => keep(task, Ok(one)),
                Either::Second(one) => keep(task, Ok(one)) + 50,
            }
        },
        AsyncBoth(a: u8, b: u8), "gather" => {
            let both = future::gather([awaited(task, a), awaited(task, b)]);
            block_on(both).into_iter().fold(0, |sum, one| sum * 7 + keep(task, Ok(one)))
        },
        /// A limit for either of two, one of which waits for time as well.
        AsyncNested(a: u8, b: u8), "timeout" => {
            let first = future::timeout(TIMEOUT, awaited(task, a));
            let either = future::select(first, awaited(task, b));
            match block_on(future::timeout(2 * TIMEOUT, either)) {
                Ok(Either::First(one)) => keep(task, one),
                Ok(Either::Second(one)) => keep(task, Ok(one)) + 50,
                Err(_) => 99,
            }
        },
        AsyncYield, "yield_now" => block_on(future::yield_now()),
        AsyncUnlock, NOTHING => drop(task.kept.futures.guards.pop()),
        AsyncTryLock, "AsyncLock::try_lock" => {
            let guard = task.objects.futures().lock.try_lock();
            let is_locked = guard.is_some();
            task.kept.futures.guards.extend(guard);
            is_locked
        },
        AsyncLocked, "AsyncLock::locked" => task.objects.futures().lock.locked(),
        AsyncGiveBack, NOTHING => drop(task.kept.futures.permits.pop()),
        AsyncTryAcquire, "AsyncSemaphore::try_acquire" => {
            let permit = task.objects.futures().permits.try_acquire();
            let is_there = permit.is_some();
            task.kept.futures.permits.extend(permit);
            is_there
        },
        AsyncAdd, "AsyncSemaphore::add_permits" => task.objects.futures().permits.add_permits(1),
        AsyncAvailable, "AsyncSemaphore::available_permits" => {
            task.objects.futures().permits.available_permits()
        },
        AsyncPutNowait(i: u8), "AsyncQueue::put_nowait" => queue(task, i).put_nowait(4),
        AsyncGetNowait(i: u8), "AsyncQueue::get_nowait" => queue(task, i).get_nowait(),
        AsyncQsize(i: u8), "AsyncQueue::qsize" => queue(task, i).qsize(),
        AsyncSet, "AsyncEvent::set" => task.objects.futures().event.set(),
        AsyncClear, "AsyncEvent::clear" => task.objects.futures().event.clear(),
        AsyncIsSet, "AsyncEvent::is_set" => task.objects.futures().event.is_set(),
        AsyncNotifyOne, "Notify::notify_one" => task.objects.futures().notify.notify_one(),
        AsyncNotifyAll, "Notify::notify_waiters" => task.objects.futures().notify.notify_waiters(),
        /// Starts a task that does what the program has as `extra`, and awaits the lock.
        AsyncStart, "spawn" => {
            let (body, lock) = (extra(task), task.objects.futures().lock.clone());
            let handle = future::spawn(async move {
                body();
                drop(lock.lock().await);
            });
            task.kept.futures.handles.push(handle);
        },
        AsyncIsFinished, "Handle::is_finished" => {
            task.kept.futures.handles.first().map(Handle::is_finished)
        },
        /// Starts a task that awaits one thing, and then does what the program has as
        /// `extra`.
        AsyncStartAbortable(what: u8), "spawn_abortable" => {
            let (body, one) = (extra(task), awaited(task, what));
            let handle = future::spawn_abortable(async move {
                let _one = one.await;
                body();
            });
            task.kept.futures.abortable = Some(handle);
        },
        AsyncAbort, "AbortableHandle::abort" => {
            task.kept.futures.abortable.as_ref().map(AbortableHandle::abort)
        },
        AsyncAwaitAborted, "block_on" => {
            task.kept.futures.abortable.take().map(|handle| block_on(handle.into_future()))
        },
        /// Keeps its waker for other tasks and waits to be woken, or for one thing.
        AsyncKeepWaker(what: u8), "select" => {
            let own = own(task);
            match block_on(future::select(own, awaited(task, what))) {
                Either::First(()) => 40,
                Either::Second(one) => keep(task, Ok(one)),
            }
        },
        /// The same for the waker alone.
        AsyncWaitForWaker, "block_on" => block_on(own(task)),
        AsyncWake, NOTHING => {
            task.objects.futures().wakers.get_nowait().map(Waker::wake)
        },
    }
}

/// What came of an await, which the task keeps.
pub(super) enum Held {
    Guard(sync::LockGuard),
    Permit(sync::Permit),
    Item(Result<i64, Exception>),
    Nothing,
}

/// What there is to be awaited.
#[derive(Clone)]
pub(super) struct Awaitable {
    lock: sync::Lock,
    permits: sync::Semaphore,
    bounded: sync::Queue<i64>,
    endless: sync::Queue<i64>,
    event: sync::Event,
    notify: sync::Notify,
    /// Wakers that tasks keep for others.
    wakers: sim::Queue<Waker>,
}

/// What a task has of it.
#[derive(Default)]
pub(super) struct KeptAwaits {
    guards: Vec<sync::LockGuard>,
    permits: Vec<sync::Permit>,
    handles: Vec<Handle<()>>,
    abortable: Option<AbortableHandle<()>>,
}

/// What awaits the thing with a number.
fn call(what: u8) -> &'static str {
    match what {
        0 => "AsyncLock::lock",
        1 => "AsyncSemaphore::acquire",
        2 | 4 => "AsyncQueue::get",
        3 => "AsyncQueue::put",
        5 => "AsyncEvent::wait",
        6 => "Notify::notified",
        _ => "block_on",
    }
}

fn queue(task: &Running, i: u8) -> &sync::Queue<i64> {
    let objects = task.objects.futures();
    if i == 0 { &objects.bounded } else { &objects.endless }
}

pub(super) fn awaited(
    task: &mut Running,
    what: u8,
) -> std::pin::Pin<Box<dyn Future<Output = Held>>> {
    let Awaitable { lock, permits, bounded, endless, event, notify, .. } =
        Awaitable::clone(task.objects.futures());
    match what {
        0 => Box::pin(async move { Held::Guard(lock.lock().await) }),
        1 => Box::pin(async move { Held::Permit(permits.acquire().await) }),
        2 => Box::pin(async move { Held::Item(bounded.get().await) }),
        3 => Box::pin(async move { Held::Item(bounded.put(3).await.map(|()| 0)) }),
        4 => Box::pin(async move { Held::Item(endless.get().await) }),
        5 => Box::pin(async move {
            event.wait().await;
            Held::Nothing
        }),
        6 => Box::pin(async move {
            notify.notified().await;
            Held::Nothing
        }),
        7 => Box::pin(async {
            future::sleep(TIMEOUT).await;
            Held::Nothing
        }),
        _ => {
            let handles = &mut task.kept.futures.handles;
            let first = (!handles.is_empty()).then(|| handles.remove(0));
            Box::pin(async move {
                match first {
                    Some(handle) => Held::Item(handle.await.map(|()| 1)),
                    None => Held::Nothing,
                }
            })
        }
    }
}

fn one(task: &mut Running, what: u8) -> i64 {
    let one = block_on(awaited(task, what));
    keep(task, Ok(one))
}

pub(super) fn keep(task: &mut Running, held: Result<Held, Exception>) -> i64 {
    let kept = &mut task.kept.futures;
    match held {
        Ok(Held::Guard(guard)) => kept.guards.push(guard),
        Ok(Held::Permit(permit)) => kept.permits.push(permit),
        Ok(Held::Item(item)) => return item.logged(),
        Ok(Held::Nothing) => {}
        Err(exception) => return Err::<(), _>(exception).logged(),
    }
    0
}

/// A future that keeps its waker for others, once, and is ready when it is polled again.
fn own(task: &Running) -> impl Future<Output = ()> + use<> {
    let wakers = task.objects.futures().wakers.clone();
    let mut is_kept = false;
    poll_fn(move |cx| {
        if std::mem::replace(&mut is_kept, true) {
            return Poll::Ready(());
        }
        // An `Err` is the end of the execution.
        _ = wakers.put(cx.waker().clone());
        Poll::Pending
    })
}

impl Family for FutureOp {
    type Objects = Across<Awaitable>;
    type Kept = KeptAwaits;

    const ON_DEMAND: bool = true;

    const THEMES: &'static [Theme] = &[
        Theme::new(63, || {
            let alone = ops![
                AsyncAwait(0),
                AsyncAwait(0),
                AsyncUnlock,
                AsyncUnlock,
                AsyncAwait(1),
                AsyncGiveBack
            ];
            let several = ops![AsyncEither(0, 1), AsyncBoth(0, 1), AsyncInTime(0), AsyncInTime(1)];
            let asked = ops![AsyncTryLock, AsyncLocked, AsyncTryAcquire, AsyncAdd, AsyncAvailable];
            [alone, several, asked, ops![Update(0)]].concat()
        }),
        Theme::new(64, || {
            let items = ops![
                AsyncAwait(2),
                AsyncAwait(3),
                AsyncAwait(4),
                AsyncPutNowait(1),
                AsyncPutNowait(0)
            ];
            let several = ops![
                AsyncEither(2, 4),
                AsyncEither(4, 3),
                AsyncInTime(2),
                AsyncInTime(3),
                AsyncBoth(2, 3)
            ];
            [items, several, ops![AsyncGetNowait(0), AsyncGetNowait(1), AsyncQsize(0)]].concat()
        }),
        Theme::new(65, || {
            let flags = ops![
                AsyncAwait(5),
                AsyncSet,
                AsyncClear,
                AsyncIsSet,
                AsyncAwait(6),
                AsyncNotifyOne,
                AsyncNotifyAll
            ];
            [
                flags,
                ops![
                    AsyncEither(6, 5),
                    AsyncInTime(6),
                    AsyncInTime(5),
                    AsyncBoth(6, 6),
                    AsyncNotifyOne
                ],
            ]
            .concat()
        }),
        Theme::new(66, || {
            let tasks = ops![
                AsyncStart,
                AsyncStart,
                AsyncAwait(8),
                AsyncEither(8, 1),
                AsyncInTime(8),
                AsyncIsFinished
            ];
            [tasks, ops![AsyncAdd, AsyncAwait(0), AsyncUnlock, AsyncYield]].concat()
        }),
        Theme::new(67, || {
            let tasks =
                ops![AsyncStartAbortable(0), AsyncStartAbortable(6), AsyncStartAbortable(2)];
            let about = ops![
                AsyncAbort,
                AsyncAbort,
                AsyncAwaitAborted,
                AsyncAwait(0),
                AsyncUnlock,
                AsyncNotifyOne
            ];
            [tasks, about, ops![AsyncPutNowait(0)]].concat()
        }),
        Theme::new(68, || {
            let wakers = ops![
                AsyncWaitForWaker,
                AsyncKeepWaker(0),
                AsyncKeepWaker(4),
                AsyncWake,
                AsyncWake,
                AsyncWake
            ];
            [wakers, ops![AsyncAwait(0), AsyncUnlock, AsyncPutNowait(1)]].concat()
        }),
        Theme::new(70, || {
            ops![
                AsyncAwait(7),
                AsyncInTime(7),
                AsyncEither(7, 0),
                AsyncNested(0, 4),
                AsyncNested(4, 7),
                AsyncUnlock,
                AsyncPutNowait(1)
            ]
        }),
    ];

    fn create(_: &Objects) -> Across<Awaitable> {
        Across::of(Awaitable {
            lock: sync::Lock::named("async lock"),
            permits: sync::Semaphore::named("async permits", 1),
            bounded: sync::Queue::named("async bounded", 1),
            endless: sync::Queue::named("async endless", 0),
            event: sync::Event::named("async event"),
            notify: sync::Notify::named("async notify"),
            wakers: sim::Queue::named("wakers", 0),
        })
    }

    fn is_start(self) -> bool {
        use FutureOp::{AsyncStart, AsyncStartAbortable};
        matches!(self, AsyncStart | AsyncStartAbortable(_))
    }
}
