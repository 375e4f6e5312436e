//! Carries a generated program out.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use unknot_checker::sim::{
    Atomic, Barrier, BoundedSemaphore, Channel, Condition, Event, Exception, JoinHandle, LifoQueue,
    Lock, PriorityQueue, Program, Queue, RLock, ReadGuard, RwLock, Semaphore, Shared, Value,
    WriteGuard, active_count, choose, enumerate, outcome_at_exit, sleep, spawn_daemon, spawn_named,
    wait_until, yield_now, yield_until_changed,
};

use super::{Op, Spec};

const TIMEOUT: Duration = Duration::from_millis(2);

/// Every object that operations name.
#[derive(Clone)]
struct Objects {
    cells: [Shared<i64>; 2],
    atomic: Atomic,
    locks: [Lock; 2],
    rlock: RLock,
    semaphore: Semaphore,
    bounded: BoundedSemaphore,
    events: [Event; 2],
    condition: Condition,
    barrier: Barrier,
    rwlock: RwLock,
    lines: [Queue<i64>; 2],
    stack: LifoQueue<i64>,
    heap: PriorityQueue<i64>,
    channel: Channel<i64>,
}

impl Objects {
    fn new() -> Objects {
        let lock = Lock::named("lock 0");
        Objects {
            cells: [Shared::named("cell 0", 0), Shared::named("cell 1", 0)],
            atomic: Atomic::new(0),
            condition: Condition::new(&lock),
            locks: [lock, Lock::named("lock 1")],
            rlock: RLock::new(),
            semaphore: Semaphore::new(1),
            bounded: BoundedSemaphore::new(1),
            events: [Event::new(), Event::rechecking("rechecking")],
            barrier: Barrier::new(2),
            rwlock: RwLock::new(),
            lines: [Queue::new(1), Queue::new(0)],
            stack: LifoQueue::new(1),
            heap: PriorityQueue::new(0),
            channel: Channel::new(1),
        }
    }
}

/// What a task keeps on its stack.
#[derive(Default)]
struct Held {
    rw: Vec<RwHeld>,
}

enum RwHeld {
    Read { _guard: ReadGuard },
    Write { _guard: WriteGuard },
}

type Logs = Rc<RefCell<Vec<Vec<i64>>>>;

pub(super) fn program(spec: Spec) -> Program {
    Arc::new(move || {
        let objects = Objects::new();
        let logs: Logs = Rc::new(RefCell::new(vec![vec![]; spec.tasks.len() + 1]));
        report(&objects, &logs);
        let mut handles = vec![];
        for (i, task) in spec.tasks.iter().enumerate() {
            let at_drop = AtDrop {
                ops: task.at_drop.clone(),
                objects: objects.clone(),
                logs: Rc::clone(&logs),
                me: i + 1,
            };
            let ops = task.ops.clone();
            let body = move || run_ops(&ops, &at_drop.objects, &at_drop.logs, i + 1, &mut []);
            let handle = if task.daemon {
                spawn_daemon(("task", i), body)
            } else {
                spawn_named(("task", i), body)
            };
            handles.push(Some(handle));
        }
        run_ops(&spec.main, &objects, &logs, 0, &mut handles);
        Ok(Value::Unit)
    })
}

/// Does something when it is dropped.
struct AtDrop {
    ops: Vec<Op>,
    objects: Objects,
    logs: Logs,
    me: usize,
}

impl Drop for AtDrop {
    fn drop(&mut self) {
        run_ops(&self.ops, &self.objects, &self.logs, self.me, &mut []);
    }
}

/// The outcome: all logs and the final values.
fn report(objects: &Objects, logs: &Logs) {
    let (objects, logs) = (objects.clone(), Rc::clone(logs));
    outcome_at_exit(move || {
        let finals = vec![objects.cells[0].read(), objects.cells[1].read(), objects.atomic.load()];
        let logs: Vec<Value> = logs.borrow().iter().cloned().map(Into::into).collect();
        (finals, Value::List(logs))
    });
}

fn run_ops(
    ops: &[Op],
    objects: &Objects,
    logs: &Logs,
    me: usize,
    handles: &mut [Option<JoinHandle<()>>],
) {
    let mut held = Held::default();
    for &op in ops {
        let result = memory(op, objects)
            .or_else(|| locks(op, objects))
            .or_else(|| permits(op, objects))
            .or_else(|| events(op, objects))
            .or_else(|| conditions(op, objects))
            .or_else(|| barriers(op, objects))
            .or_else(|| read_write(op, objects, &mut held))
            .or_else(|| queues(op, objects))
            .or_else(|| channels(op, objects))
            .or_else(|| tasks(op, objects, handles));
        let value = result.expect("every operation belongs to one group");
        logs.borrow_mut()[me].push(value);
    }
}

/// An exception as a number for the log.
fn code(exception: &Exception) -> i64 {
    -100 - exception.kind.bytes().map(i64::from).sum::<i64>()
}

fn coded<T: Into<i64>>(result: Result<T, Exception>) -> i64 {
    result.map_or_else(|exception| code(&exception), Into::into)
}

fn done(result: Result<(), Exception>) -> i64 {
    coded(result.map(|()| 0))
}

fn memory(op: Op, o: &Objects) -> Option<i64> {
    Some(match op {
        Op::Read(i) => o.cells[usize::from(i)].read(),
        Op::Write(i, value) => {
            o.cells[usize::from(i)].write(value.into());
            0
        }
        Op::Update(i) => o.cells[usize::from(i)].update(|old| old * 2 + 1),
        Op::Load => o.atomic.load(),
        Op::Store(value) => {
            o.atomic.store(value.into());
            0
        }
        Op::FetchAdd => o.atomic.fetch_add(1),
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
        Op::RLock => {
            o.rlock.acquire();
            0
        }
        Op::RUnlock => done(o.rlock.release()),
        Op::RTryLock => o.rlock.try_acquire().into(),
        Op::RLockTimeout => o.rlock.acquire_timeout(TIMEOUT).into(),
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
    Some(match op {
        Op::CondWait => locked(&|| o.condition.wait().map(|()| 0)),
        Op::CondWaitTimeout => locked(&|| o.condition.wait_timeout(TIMEOUT).map(i64::from)),
        Op::Notify(n) => locked(&|| o.condition.notify(n.into()).map(|()| 0)),
        Op::NotifyAll => locked(&|| o.condition.notify_all().map(|()| 0)),
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

fn read_write(op: Op, o: &Objects, held: &mut Held) -> Option<i64> {
    let taken = match op {
        Op::ReadLock => o.rwlock.read().ok().map(|_guard| RwHeld::Read { _guard }),
        Op::WriteLock => o.rwlock.write().ok().map(|_guard| RwHeld::Write { _guard }),
        Op::TryRead => o.rwlock.try_read().map(|_guard| RwHeld::Read { _guard }),
        Op::TryWrite => o.rwlock.try_write().map(|_guard| RwHeld::Write { _guard }),
        Op::WriteTimeout => o.rwlock.write_timeout(TIMEOUT).map(|_guard| RwHeld::Write { _guard }),
        Op::RwUnlock => {
            let given = held.rw.pop();
            return Some(given.is_some().into());
        }
        _ => return None,
    };
    let granted = taken.is_some();
    held.rw.extend(taken);
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
    Some(match op {
        Op::Send(value) => done(o.channel.send(value.into())),
        Op::Receive => coded(o.channel.receive()),
        Op::Close => {
            o.channel.close();
            0
        }
        _ => return None,
    })
}

fn tasks(op: Op, o: &Objects, handles: &mut [Option<JoinHandle<()>>]) -> Option<i64> {
    let handle = |i: u8| handles.get(usize::from(i)).and_then(Option::as_ref);
    Some(match op {
        Op::Choose(n) => choose(n.into()).into(),
        Op::ChooseUpdate(_) if choose(2) == 0 => -1,
        Op::ChooseUpdate(i) => o.cells[usize::from(i)].update(|old| old * 2 + 1),
        Op::Yield => {
            yield_now();
            0
        }
        Op::Sleep(millis) => {
            sleep(Duration::from_millis(millis.into()));
            0
        }
        Op::WaitUntil => {
            wait_until(|| o.cells[0].read() != 0);
            0
        }
        Op::YieldUntilChanged => {
            yield_until_changed();
            0
        }
        Op::Panic => panic!("as it was told"),
        Op::Check(i) => {
            assert_eq!(o.cells[usize::from(i)].read(), 0, "somebody wrote");
            0
        }
        Op::Enumerate => enumerate().len() as i64,
        Op::ActiveCount => active_count() as i64,
        Op::IsAlive(i) => handle(i).map_or(-1, |handle| handle.is_alive().into()),
        Op::JoinTimeout(i) => handle(i).map_or(-1, |handle| handle.join_timeout(TIMEOUT).into()),
        Op::Join(i) => match handles.get_mut(usize::from(i)).and_then(Option::take) {
            Some(handle) => done(handle.join()),
            None => -1,
        },
        _ => return None,
    })
}
