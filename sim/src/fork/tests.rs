//! What a process finds of each primitive that it is given.

use super::Fork;
use crate::exception::Exception;
use crate::process;
use crate::sync::{
    Atomic, Barrier, BoundedSemaphore, Channel, Condition, Event, LifoQueue, Lock, PriorityQueue,
    Queue, RLock, RwLock, Semaphore, Shared, Wake,
};
use crate::task::{spawn, spawn_daemon, wait_until, yield_now};
use crate::{Value, run_once};

/// What a process shows of its arguments.
fn shown<A: Fork, V: Into<Value>>(
    args: A,
    look: impl FnOnce(A) -> Result<V, Exception> + Copy + 'static,
) -> Result<Value, Exception> {
    let shown = process::Value::named("shown", Value::Unit);
    let child = process::start((args, shown.clone()), move |(args, shown)| {
        shown.write(look(args)?.into());
        Ok::<_, Exception>(())
    })?;
    child.join()?;
    Ok(shown.read())
}

/// Parks a task at a condition. What it returns is 2 once that was woken.
fn park(lock: &Lock, condition: &Condition) -> Result<Atomic, Exception> {
    let (theirs, waits, stage) = (lock.clone(), condition.clone(), Atomic::new(0));
    let reaches = stage.clone();
    spawn_daemon("waiter", move || {
        let _guard = theirs.lock()?;
        reaches.store(1);
        waits.wait()?;
        reaches.store(2);
        Ok::<_, Exception>(())
    });
    wait_until(|| stage.load() == 1);
    lock.acquire();
    lock.release()?;
    Ok(stage)
}

/// Lets the tasks that were started before go on as far as they can.
fn give_way() -> Result<(), Exception> {
    spawn(yield_now).join()
}

struct Row {
    says: &'static str,
    program: fn() -> Result<Value, Exception>,
    shows: &'static str,
}

/// Rows of what a program says and shows.
macro_rules! rows {
    ($($says:literal, $shows:literal => $program:expr;)*) => {
        &[$(Row { says: $says, program: || $program, shows: $shows }),*]
    };
}

fn try_all(rows: &'static [Row]) {
    for Row { says, program, shows } in rows {
        assert_eq!(run_once(*program).to_string(), *shows, "{says}");
    }
}

#[test]
fn copies_of_locks_are_held_as_they_are() {
    try_all(rows! {
        "a held lock is held", "[false, true]" => {
            let lock = Lock::new();
            lock.acquire();
            let theirs = shown(lock.clone(), |lock| Ok(vec![lock.try_acquire()]))?;
            with(theirs, lock.locked())
        };
        "what the task that starts it owns the main task owns", "[1, RuntimeError, true]" => {
            let lock = RLock::new();
            lock.acquire();
            lock.acquire();
            let theirs = shown(lock.clone(), |lock| {
                lock.acquire();
                (0..3).try_for_each(|_| lock.release())?;
                let free = lock.clone();
                let taken = spawn(move || free.try_acquire()).join()?;
                let kind = lock.release().map_err(|refused| refused.kind).expect_err("free");
                Ok(vec![Value::Int(taken.into()), kind.into()])
            })?;
            lock.release()?;
            lock.release()?;
            with(theirs, lock.try_acquire())
        };
        "what another task owns stays owned", "[false, RuntimeError]" => {
            let lock = RLock::new();
            let theirs = lock.clone();
            spawn(move || theirs.acquire()).join()?;
            shown(lock, |lock| {
                let kind = lock.release().map_err(|refused| refused.kind).expect_err("not owned");
                Ok(vec![Value::from(lock.try_acquire()), kind.into()])
            })
        };
        "a semaphore has its permits", "[2, 3, 2]" => {
            let permits = Semaphore::new(1);
            permits.release();
            let theirs = shown(permits.clone(), |permits| {
                let before = permits.value();
                permits.release();
                Ok(vec![before, permits.value()])
            })?;
            with(theirs, permits.value())
        };
        "a bounded semaphore has its bound", "[Ok(()), ValueError]" => {
            let permits = BoundedSemaphore::new(2);
            permits.acquire();
            shown(permits, |permits| {
                let once = format!("{:?}", permits.release());
                let kind = permits.release().map_err(|refused| refused.kind).expect_err("full");
                Ok(vec![once, kind.to_owned()])
            })
        };
        "a lock that is read is read", "[true, false, false]" => {
            let table = RwLock::new();
            let _guard = table.read()?;
            let theirs = shown(table.clone(), |table| {
                let reads = table.try_read().is_some();
                Ok(vec![reads, table.try_write().is_some()])
            })?;
            with(theirs, table.try_write().is_some())
        };
    });
}

#[test]
fn copies_of_what_is_waited_for_are_as_far() {
    try_all(rows! {
        "an event is set", "[true, true]" => {
            let flag = Event::new();
            flag.set();
            let theirs = shown(flag.clone(), |flag| {
                flag.wait();
                let was_set = flag.is_set();
                flag.clear();
                Ok(vec![was_set])
            })?;
            with(theirs, flag.is_set())
        };
        "a rechecking event is set", "[true, true]" => {
            let flag = Event::rechecking("flag");
            flag.set();
            let theirs = shown(flag.clone(), |flag| {
                flag.wait();
                let was_set = flag.is_set();
                flag.clear();
                Ok(vec![was_set])
            })?;
            with(theirs, flag.is_set())
        };
        "the tasks that wait at a barrier are counted", "[0, 1]" => {
            let (barrier, mine) = (Barrier::new(2), Barrier::new(2));
            let (theirs, late) = (barrier.clone(), mine.clone());
            let task = spawn(move || {
                late.wait()?;
                theirs.wait()
            });
            mine.wait()?;
            yield_now();
            let theirs = shown(barrier.clone(), |barrier| Ok(vec![barrier.wait()?]))?;
            barrier.wait()?;
            with(theirs, task.join()??)
        };
        "a broken barrier is broken", "[BrokenBarrierError, false, true]" => {
            let barrier = Barrier::new(2);
            barrier.abort();
            let theirs = shown(barrier.clone(), |barrier| {
                let kind = barrier.wait().map_err(|broken| broken.kind).expect_err("broken");
                barrier.reset();
                Ok(vec![Value::from(kind), barrier.broken().into()])
            })?;
            with(theirs, barrier.broken())
        };
    });
}

#[test]
fn copies_of_variables_have_the_value() {
    try_all(rows! {
        "an atomic integer has its value", "[Ok(7), 8, 7]" => {
            let x = Atomic::new(3);
            x.store(7);
            let theirs = shown(x.clone(), |x| {
                let found = format!("{:?}", x.compare_exchange(7, 8));
                Ok(vec![Value::from(found), x.load().into()])
            })?;
            with(theirs, x.load())
        };
        "a variable has its value", "[1, 2, 1]" => {
            let x = Shared::new(1);
            let theirs = shown(x.clone(), |x| Ok(vec![x.update(|x| x + 1), x.read()]))?;
            with(theirs, x.read())
        };
    });
}

/// A list with one more value.
fn with(list: Value, more: impl Into<Value>) -> Result<Value, Exception> {
    let Value::List(mut values) = list else { return Ok(list) };
    values.push(more.into());
    Ok(Value::List(values))
}

#[test]
fn copies_of_queues_hold_the_same_items() {
    try_all(rows! {
        "a queue gives its items first", "[2, true, 2, 3, 1]" => {
            let queue = Queue::new(2);
            queue.put(1)?;
            queue.put(2)?;
            queue.get()?;
            let theirs = shown(queue.clone(), |queue| {
                let size = queue.qsize() as i64 + 1;
                queue.put(3)?;
                let is_full = queue.put_nowait(4).is_err();
                let (first, second) = (queue.get()?, queue.get()?);
                Ok(vec![size.into(), Value::from(is_full), first.into(), second.into()])
            })?;
            with(theirs, queue.qsize())
        };
        "what was put has to be reported", "[Ok(()), Ok(()), ValueError]" => {
            let queue = Queue::new(0);
            queue.put(1)?;
            queue.put(2)?;
            queue.get()?;
            shown(queue, |queue| {
                let reports = [(); 2].map(|()| format!("{:?}", queue.task_done()));
                queue.join();
                let kind = queue.task_done().map_err(|refused| refused.kind).expect_err("done");
                Ok(reports.into_iter().chain([kind.to_owned()]).collect::<Vec<_>>())
            })
        };
        "a copy of a copy goes on from there", "[2, 3]" => {
            let queue = Queue::new(2);
            queue.put(1)?;
            queue.put(2)?;
            shown(queue, |queue| {
                queue.get()?;
                queue.put(3)?;
                shown(queue, |queue| Ok(vec![queue.get()?, queue.get()?]))
            })
        };
    });
}

#[test]
fn copies_of_other_stores_hold_the_same_items() {
    try_all(rows! {
        "a stack gives the newest first", "[3, 2, 1, 2]" => {
            let stack = LifoQueue::new(0);
            stack.put(1)?;
            stack.put(2)?;
            let theirs = shown(stack.clone(), |stack| {
                stack.put(3)?;
                Ok(vec![stack.get()?, stack.get()?, stack.get()?])
            })?;
            with(theirs, stack.get()?)
        };
        "a sorting queue gives the smallest first", "[1, 2, 3, 2]" => {
            let due = PriorityQueue::new(0);
            due.put(3)?;
            due.put(2)?;
            let theirs = shown(due.clone(), |due| {
                due.put(1)?;
                Ok(vec![due.get()?, due.get()?, due.get()?])
            })?;
            with(theirs, due.get()?)
        };
        "a channel is open", "[1, Closed, 2]" => {
            let channel = Channel::new(1);
            channel.send(1)?;
            let theirs = shown(channel.clone(), |channel| {
                channel.close();
                let first = channel.receive()?;
                let kind = channel.receive().map_err(|closed| closed.kind).expect_err("closed");
                Ok(vec![Value::from(first), kind.into()])
            })?;
            channel.receive()?;
            channel.send(2)?;
            with(theirs, channel.receive()?)
        };
        "a closed channel is closed", "[1, Closed, Closed]" => {
            let channel = Channel::new(0);
            channel.send(1)?;
            channel.close();
            shown(channel, |channel| {
                let first = channel.receive()?;
                let kind = channel.receive().map_err(|closed| closed.kind).expect_err("closed");
                let sent = channel.send(2).map_err(|closed| closed.kind).expect_err("closed");
                Ok(vec![Value::from(first), kind.into(), sent.into()])
            })
        };
    });
}

#[test]
fn waiters_that_are_not_there_take_notifications() {
    fn notified(wake: Wake, n: usize) -> Result<Value, Exception> {
        let lock = Lock::new();
        let condition = Condition::new(&lock).waking(wake);
        let mine = park(&lock, &condition)?;
        let theirs = shown((condition.clone(), lock.clone()), move |(condition, lock)| {
            let waiter = park(&lock, &condition)?;
            lock.acquire();
            condition.notify(n)?;
            lock.release()?;
            give_way()?;
            Ok(vec![waiter.load()])
        })?;
        with(theirs, mine.load())
    }
    try_all(rows! {
        "one is not enough", "[1, 1]" => notified(Wake::Any, 1);
        "nor is one in order", "[1, 1]" => notified(Wake::First, 1);
        "two are enough", "[2, 1]" => notified(Wake::Any, 2);
    });
}

#[test]
fn two_handles_stay_handles_to_one() {
    try_all(rows! {
        "twice the same lock", "false" => {
            let lock = Lock::new();
            shown((lock.clone(), lock), |(one, other)| {
                one.acquire();
                Ok(other.try_acquire())
            })
        };
        "a condition and then its lock", "Ok(())" => {
            let lock = Lock::new();
            shown((Condition::new(&lock), lock), |(condition, lock)| {
                lock.acquire();
                Ok(format!("{:?}", condition.notify(1)))
            })
        };
        "a lock and then its condition", "Ok(())" => {
            let lock = RLock::new();
            shown((lock.clone(), Condition::reentrant("condition", &lock)), |(lock, condition)| {
                lock.acquire();
                Ok(format!("{:?}", condition.notify(1)))
            })
        };
        "two ends of a queue", "1" => {
            let queue = Queue::new(0);
            shown(vec![queue.clone(), queue], |ends| {
                ends[0].put(1)?;
                ends[1].get()
            })
        };
        "two in collections", "5" => {
            let x = Atomic::new(4);
            shown((Some(x.clone()), [x]), |(one, [other])| {
                one.map(|one| one.fetch_add(1));
                Ok(other.load())
            })
        };
    });
}
