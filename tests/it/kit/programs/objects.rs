//! What operations do to the objects that they name.

use std::time::Duration;

use unknot_checker::sim::{
    Atomic, Barrier, BoundedSemaphore, Channel, Condition, Event, Exception, LifoQueue, Lock,
    PriorityQueue, Queue, RLock, ReadGuard, RwLock, Semaphore, Shared, Wake, WriteGuard,
};

use super::Op;

pub(super) const TIMEOUT: Duration = Duration::from_millis(2);

/// Every object that operations name.
#[derive(Clone)]
pub(super) struct Objects {
    pub(super) cells: [Shared<i64>; 2],
    pub(super) atomic: Atomic,
    locks: [Lock; 2],
    rlock: RLock,
    semaphore: Semaphore,
    bounded: BoundedSemaphore,
    events: [Event; 2],
    condition: Condition,
    first: Condition,
    barrier: Barrier,
    rwlock: RwLock,
    lines: [Queue<i64>; 2],
    stack: LifoQueue<i64>,
    heap: PriorityQueue<i64>,
    channels: [Channel<i64>; 2],
}

impl Objects {
    pub(super) fn new() -> Objects {
        let (lock, rlock) = (Lock::named("lock 0"), RLock::new());
        Objects {
            cells: [Shared::named("cell 0", 0), Shared::named("cell 1", 0)],
            atomic: Atomic::new(0),
            condition: Condition::new(&lock),
            locks: [lock, Lock::named("lock 1")],
            first: Condition::reentrant("first", &rlock).waking(Wake::First),
            rlock,
            semaphore: Semaphore::new(1),
            bounded: BoundedSemaphore::new(1),
            events: [Event::new(), Event::rechecking("rechecking")],
            barrier: Barrier::new(2),
            rwlock: RwLock::new(),
            lines: [Queue::new(1), Queue::new(0)],
            stack: LifoQueue::new(1),
            heap: PriorityQueue::new(0),
            channels: [Channel::new(1), Channel::new(0)],
        }
    }
}

/// A read-write lock that is held.
pub(super) enum RwHeld {
    Read { _guard: ReadGuard },
    Write { _guard: WriteGuard },
}

/// Carries an operation on an object out, and says what it returned.
pub(super) fn on_objects(op: Op, o: &Objects, held: &mut Vec<RwHeld>) -> Option<i64> {
    memory(op, o)
        .or_else(|| locks(op, o))
        .or_else(|| permits(op, o))
        .or_else(|| events(op, o))
        .or_else(|| conditions(op, o))
        .or_else(|| barriers(op, o))
        .or_else(|| read_write(op, o, held))
        .or_else(|| queues(op, o))
        .or_else(|| channels(op, o))
}

/// An exception as a number for the log.
fn code(exception: &Exception) -> i64 {
    -100 - exception.kind.bytes().map(i64::from).sum::<i64>()
}

pub(super) fn coded<T: Into<i64>>(result: Result<T, Exception>) -> i64 {
    result.map_or_else(|exception| code(&exception), Into::into)
}

pub(super) fn done(result: Result<(), Exception>) -> i64 {
    coded(result.map(|()| 0))
}

/// Updates a cell in one step.
fn update(o: &Objects, cell: u8) -> i64 {
    o.cells[usize::from(cell)].update_in_one_step(|old| old * 2 + 1)
}

fn memory(op: Op, o: &Objects) -> Option<i64> {
    Some(match op {
        Op::Read(i) => o.cells[usize::from(i)].read(),
        Op::Write(i, value) => {
            o.cells[usize::from(i)].write(value.into());
            0
        }
        Op::Update(i) => update(o, i),
        Op::Load => o.atomic.load(),
        Op::Store(value) => {
            o.atomic.store(value.into());
            0
        }
        Op::FetchAdd => o.atomic.fetch_add(1),
        Op::ReadAndWrite(i) => o.cells[usize::from(i)].update(|old| old * 2 + 1),
        Op::Swap(value) => o.atomic.swap(value.into()),
        Op::FetchSub => o.atomic.fetch_sub(1),
        Op::FetchAnd(bits) => o.atomic.fetch_and(bits.into()),
        Op::FetchOr(bits) => o.atomic.fetch_or(bits.into()),
        Op::FetchXor(bits) => o.atomic.fetch_xor(bits.into()),
        Op::FetchMax(value) => o.atomic.fetch_max(value.into()),
        Op::FetchMin(value) => o.atomic.fetch_min(value.into()),
        Op::CompareExchange(old, new) => {
            let result = o.atomic.compare_exchange(old.into(), new.into());
            result.unwrap_or_else(|found| -1 - found)
        }
        _ => return None,
    })
}

fn locks(op: Op, o: &Objects) -> Option<i64> {
    let lock = |i: u8| &o.locks[usize::from(i)];
    Some(match op {
        Op::Lock(i) => {
            lock(i).acquire();
            0
        }
        Op::Unlock(i) => done(lock(i).release()),
        Op::TryLock(i) => lock(i).try_acquire().into(),
        Op::LockTimeout(i) => lock(i).acquire_timeout(TIMEOUT).into(),
        Op::Locked(i) => lock(i).locked().into(),
        Op::WithLock(i) => coded(lock(i).lock().map(|_guard| update(o, 0))),
        Op::RLock => {
            o.rlock.acquire();
            0
        }
        Op::RUnlock => done(o.rlock.release()),
        Op::RTryLock => o.rlock.try_acquire().into(),
        Op::RLockTimeout => o.rlock.acquire_timeout(TIMEOUT).into(),
        Op::WithRLock => coded(o.rlock.lock().map(|_guard| update(o, 0))),
        _ => return None,
    })
}

fn permits(op: Op, o: &Objects) -> Option<i64> {
    Some(match op {
        Op::Acquire => {
            o.semaphore.acquire();
            0
        }
        Op::Release => {
            o.semaphore.release();
            0
        }
        Op::TryAcquire => o.semaphore.try_acquire().into(),
        Op::AcquireTimeout => o.semaphore.acquire_timeout(TIMEOUT).into(),
        Op::Value => o.semaphore.value(),
        Op::BoundedAcquire => {
            o.bounded.acquire();
            0
        }
        Op::BoundedRelease => done(o.bounded.release()),
        Op::BoundedTry => o.bounded.try_acquire().into(),
        Op::BoundedTimeout => o.bounded.acquire_timeout(TIMEOUT).into(),
        Op::WithPermit => {
            let _permit = o.semaphore.permit();
            update(o, 0)
        }
        Op::WithBoundedPermit => {
            let _permit = o.bounded.permit();
            update(o, 0)
        }
        _ => return None,
    })
}

fn events(op: Op, o: &Objects) -> Option<i64> {
    let event = |i: u8| &o.events[usize::from(i)];
    Some(match op {
        Op::Set(i) => {
            event(i).set();
            0
        }
        Op::Clear(i) => {
            event(i).clear();
            0
        }
        Op::Wait(i) => {
            event(i).wait();
            0
        }
        Op::WaitTimeout(i) => event(i).wait_timeout(TIMEOUT).into(),
        Op::IsSet(i) => event(i).is_set().into(),
        _ => return None,
    })
}

fn conditions(op: Op, o: &Objects) -> Option<i64> {
    let locked = |f: &dyn Fn() -> Result<i64, Exception>| {
        o.locks[0].acquire();
        let result = coded(f());
        // Somebody else may have given the lock back meanwhile.
        let released = done(o.locks[0].release());
        result * 1000 + released
    };
    let reentrant = |f: &dyn Fn() -> Result<i64, Exception>| {
        o.rlock.acquire();
        let result = coded(f());
        result * 1000 + done(o.rlock.release())
    };
    Some(match op {
        Op::CondWait => locked(&|| o.condition.wait().map(|()| 0)),
        Op::CondWaitTimeout => locked(&|| o.condition.wait_timeout(TIMEOUT).map(i64::from)),
        Op::CondWaitFor => locked(&|| o.condition.wait_for(|| o.cells[0].read() != 0).map(|()| 0)),
        Op::Notify(n) => locked(&|| o.condition.notify(n.into()).map(|()| 0)),
        Op::NotifyAll => locked(&|| o.condition.notify_all().map(|()| 0)),
        Op::FirstWait => reentrant(&|| o.first.wait().map(|()| 0)),
        Op::FirstWaitTimeout => reentrant(&|| o.first.wait_timeout(TIMEOUT).map(i64::from)),
        Op::FirstNotify(n) => reentrant(&|| o.first.notify(n.into()).map(|()| 0)),
        Op::FirstNotifyAll => reentrant(&|| o.first.notify_all().map(|()| 0)),
        Op::BareNotify => done(o.condition.notify(1)),
        Op::BareWait => done(o.condition.wait()),
        _ => return None,
    })
}

fn barriers(op: Op, o: &Objects) -> Option<i64> {
    let index = |result: Result<usize, Exception>| coded(result.map(|i| i as i64));
    Some(match op {
        Op::BarrierWait => index(o.barrier.wait()),
        Op::BarrierWaitTimeout => index(o.barrier.wait_timeout(TIMEOUT)),
        Op::BarrierAbort => {
            o.barrier.abort();
            0
        }
        Op::BarrierReset => {
            o.barrier.reset();
            0
        }
        Op::Broken => o.barrier.broken().into(),
        _ => return None,
    })
}

fn read_write(op: Op, o: &Objects, held: &mut Vec<RwHeld>) -> Option<i64> {
    let taken = match op {
        Op::ReadLock => o.rwlock.read().ok().map(|_guard| RwHeld::Read { _guard }),
        Op::WriteLock => o.rwlock.write().ok().map(|_guard| RwHeld::Write { _guard }),
        Op::TryRead => o.rwlock.try_read().map(|_guard| RwHeld::Read { _guard }),
        Op::TryWrite => o.rwlock.try_write().map(|_guard| RwHeld::Write { _guard }),
        Op::ReadTimeout => o.rwlock.read_timeout(TIMEOUT).map(|_guard| RwHeld::Read { _guard }),
        Op::WriteTimeout => o.rwlock.write_timeout(TIMEOUT).map(|_guard| RwHeld::Write { _guard }),
        Op::RwUnlock => {
            let given = held.pop();
            return Some(given.is_some().into());
        }
        _ => return None,
    };
    let granted = taken.is_some();
    held.extend(taken);
    Some(granted.into())
}

fn queues(op: Op, o: &Objects) -> Option<i64> {
    macro_rules! on {
        ($i:expr, |$q:ident| $body:expr) => {
            match $i {
                2 => {
                    let $q = &o.stack;
                    $body
                }
                3 => {
                    let $q = &o.heap;
                    $body
                }
                i => {
                    let $q = &o.lines[usize::from(i)];
                    $body
                }
            }
        };
    }
    Some(match op {
        Op::Put(i, value) => on!(i, |q| done(q.put(value.into()))),
        Op::Get(i) => on!(i, |q| coded(q.get())),
        Op::PutNowait(i, value) => on!(i, |q| done(q.put_nowait(value.into()))),
        Op::GetNowait(i) => on!(i, |q| coded(q.get_nowait())),
        Op::PutTimeout(i, value) => on!(i, |q| done(q.put_timeout(value.into(), TIMEOUT))),
        Op::GetTimeout(i) => on!(i, |q| coded(q.get_timeout(TIMEOUT))),
        Op::Qsize(i) => on!(i, |q| q.qsize() as i64),
        Op::Empty(i) => on!(i, |q| q.empty().into()),
        Op::Full(i) => on!(i, |q| q.full().into()),
        Op::TaskDone(i) => on!(i, |q| done(q.task_done())),
        Op::QueueJoin(i) => on!(i, |q| {
            q.join();
            0
        }),
        _ => return None,
    })
}

fn channels(op: Op, o: &Objects) -> Option<i64> {
    let channel = |i: u8| &o.channels[usize::from(i)];
    Some(match op {
        Op::Send(i, value) => done(channel(i).send(value.into())),
        Op::Receive(i) => coded(channel(i).receive()),
        Op::Close(i) => {
            channel(i).close();
            0
        }
        _ => return None,
    })
}
