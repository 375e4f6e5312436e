//! Circles of locks: which are predicted, and which of these are deadlocks.

use unknot_checker::report::predict::StatusWord::{self, Confirmed, Refuted};
use unknot_checker::sim::{
    Condition, Event, Exception, JoinHandle, Lock, Queue, RLock, RwLock, Semaphore, Shared, spawn,
};

use super::{Case, all_as_expected};

pub(super) type Done = Result<(), Exception>;

pub(super) const NOTHING: &[(&str, StatusWord)] = &[];
pub(super) const DEADLOCK: &[(&str, StatusWord)] = &[("deadlock", Confirmed)];
const NO_DEADLOCK: &[(&str, StatusWord)] = &[("deadlock", Refuted)];

/// Takes both locks, and gives them back.
pub(super) fn both(first: &Lock, second: &Lock) -> Done {
    let _first = first.lock()?;
    let _second = second.lock()?;
    Ok(())
}

pub(super) fn two() -> (Lock, Lock) {
    (Lock::named("a"), Lock::named("b"))
}

pub(super) fn join_all(tasks: Vec<JoinHandle<Done>>) -> Done {
    tasks.into_iter().try_for_each(|task| task.join()?)
}

/// Starts two tasks with two locks, and joins them.
fn pair(
    one: impl FnOnce(&Lock, &Lock) -> Done + 'static,
    other: impl FnOnce(&Lock, &Lock) -> Done + 'static,
) -> Done {
    let (a, b) = two();
    let (to_a, to_b) = (a.clone(), b.clone());
    let one = spawn(move || one(&to_a, &to_b));
    let other = spawn(move || other(&a, &b));
    join_all(vec![one, other])
}

fn opposite() -> Done {
    pair(both, |a, b| both(b, a))
}

fn same() -> Done {
    pair(both, both)
}

/// One task after the other.
fn joined() -> Done {
    let (a, b) = two();
    let (to_a, to_b) = (a.clone(), b.clone());
    spawn(move || both(&to_a, &to_b)).join()??;
    spawn(move || both(&b, &a)).join()?
}

/// Main has given both back before it starts the task.
fn started_behind() -> Done {
    let (a, b) = two();
    both(&a, &b)?;
    spawn(move || both(&b, &a)).join()?
}

/// The other task waits until the first one has given both back.
pub(super) fn behind_an_event() -> Done {
    let go = Event::named("go");
    let gone = go.clone();
    let first = move |a: &Lock, b: &Lock| {
        both(a, b)?;
        gone.set();
        Ok(())
    };
    pair(first, move |a, b| {
        go.wait();
        both(b, a)
    })
}

fn behind_an_item() -> Done {
    let jobs: Queue<u8> = Queue::named("jobs", 0);
    let theirs = jobs.clone();
    let first = move |a: &Lock, b: &Lock| {
        both(a, b)?;
        theirs.put(1)
    };
    pair(first, move |a, b| {
        jobs.get()?;
        both(b, a)
    })
}

/// The other task takes the locks only if it finds that the first one is done with them.
fn behind_a_value() -> Done {
    let (guard, is_done) = (Lock::named("guard"), Shared::named("done", false));
    let (to_guard, to_done) = (guard.clone(), is_done.clone());
    let first = move |a: &Lock, b: &Lock| {
        both(a, b)?;
        let _guard = to_guard.lock()?;
        to_done.write(true);
        Ok(())
    };
    pair(first, move |a, b| {
        let is_done = {
            let _guard = guard.lock()?;
            is_done.read()
        };
        if is_done { both(b, a) } else { Ok(()) }
    })
}

/// The value is one that says nothing about the locks: the other task takes them anyhow.
fn beside_a_value() -> Done {
    let (guard, n) = (Lock::named("guard"), Shared::named("n", 0));
    let (to_guard, to_n) = (guard.clone(), n.clone());
    let first = move |a: &Lock, b: &Lock| {
        both(a, b)?;
        let _guard = to_guard.lock()?;
        to_n.write(1);
        Ok(())
    };
    pair(first, move |a, b| {
        {
            let _guard = guard.lock()?;
            let _ = n.read();
        }
        both(b, a)
    })
}

fn under_a_gate() -> Done {
    let gate = Lock::named("gate");
    let same = gate.clone();
    let first = move |a: &Lock, b: &Lock| {
        let _gate = gate.lock()?;
        both(a, b)
    };
    pair(first, move |a, b| {
        let _gate = same.lock()?;
        both(b, a)
    })
}

/// A semaphore of one permit is a gate as well.
fn under_a_permit() -> Done {
    let gate = Semaphore::named("gate", 1);
    let same = gate.clone();
    let first = move |a: &Lock, b: &Lock| {
        let _gate = gate.permit();
        both(a, b)
    };
    pair(first, move |a, b| {
        let _gate = same.permit();
        both(b, a)
    })
}

/// Two readers do not keep each other out, so this gate is none.
fn under_a_gate_for_readers() -> Done {
    let gate = RwLock::named("gate");
    let same = gate.clone();
    let first = move |a: &Lock, b: &Lock| {
        let _gate = gate.read()?;
        both(a, b)
    };
    pair(first, move |a, b| {
        let _gate = same.read()?;
        both(b, a)
    })
}

/// Each takes the reentrant lock, then `a`, then the reentrant lock again, which it has.
fn reentrant() -> Done {
    let outer = RLock::named("outer");
    let same = outer.clone();
    let nested = |outer: &RLock, a: &Lock| {
        let _outer = outer.lock()?;
        let _a = a.lock()?;
        let _again = outer.lock()?;
        Ok(())
    };
    pair(move |a, _| nested(&outer, a), move |a, _| nested(&same, a))
}

/// Here it does not have it.
fn reentrant_opposite() -> Done {
    let outer = RLock::named("outer");
    let same = outer.clone();
    let first = move |a: &Lock, _: &Lock| {
        let _outer = outer.lock()?;
        let _a = a.lock()?;
        Ok(())
    };
    pair(first, move |a, _| {
        let _a = a.lock()?;
        let _outer = same.lock()?;
        Ok(())
    })
}

/// Both read the table, with the lock before or after.
fn readers() -> Done {
    let table = RwLock::named("table");
    let same = table.clone();
    let first = move |a: &Lock, _: &Lock| {
        let _table = table.read()?;
        let _a = a.lock()?;
        Ok(())
    };
    pair(first, move |a, _| {
        let _a = a.lock()?;
        let _table = same.read()?;
        Ok(())
    })
}

/// One of them writes it.
fn reader_and_writer() -> Done {
    let table = RwLock::named("table");
    let same = table.clone();
    let first = move |a: &Lock, _: &Lock| {
        let _table = table.read()?;
        let _a = a.lock()?;
        Ok(())
    };
    pair(first, move |a, _| {
        let _a = a.lock()?;
        let _table = same.write()?;
        Ok(())
    })
}

/// The first task waits for a notification under `b` and keeps `a` meanwhile. So it waits for
/// `b` with `a` twice: when it comes, and when it takes `b` again after the wait. The one that
/// notifies takes `b` alone; the last one takes `b` and then `a`.
fn wait_inside() -> Done {
    let (a, b) = two();
    let (ready, changed) = (Shared::named("ready", false), Condition::named("changed", &b));
    let (to_a, to_b, is_ready, waits) = (a.clone(), b.clone(), ready.clone(), changed.clone());
    let waiting = spawn(move || {
        let _a = to_a.lock()?;
        let _b = to_b.lock()?;
        waits.wait_for(|| is_ready.read())
    });
    let to_b = b.clone();
    let notifying = spawn(move || {
        let _b = to_b.lock()?;
        ready.write(true);
        changed.notify(1)
    });
    waiting.join()??;
    let last = spawn(move || both(&b, &a));
    join_all(vec![notifying, last])
}

/// The same with the last task beside the others.
fn wait_inside_beside() -> Done {
    let (a, b) = two();
    let (ready, changed) = (Shared::named("ready", false), Condition::named("changed", &b));
    let (to_a, to_b, is_ready, waits) = (a.clone(), b.clone(), ready.clone(), changed.clone());
    let waiting = spawn(move || {
        let _a = to_a.lock()?;
        let _b = to_b.lock()?;
        waits.wait_for(|| is_ready.read())
    });
    let to_b = b.clone();
    let notifying = spawn(move || {
        let _b = to_b.lock()?;
        ready.write(true);
        changed.notify(1)
    });
    let last = spawn(move || both(&b, &a));
    join_all(vec![waiting, notifying, last])
}

/// Only the third time does the second task take the locks the other way round.
fn late() -> Done {
    pair(
        |a, b| (0..3).try_for_each(|_| both(a, b)),
        |a, b| {
            both(a, b)?;
            both(a, b)?;
            both(b, a)
        },
    )
}

/// What a task tries to take it does not wait for.
fn tried() -> Done {
    pair(both, |a, b| {
        let _b = b.lock()?;
        if a.try_acquire() { a.release() } else { Ok(()) }
    })
}

/// A wait that ends by itself keeps no task for ever. It is made as a try.
fn for_a_time() -> Done {
    pair(both, |a, b| {
        let _b = b.lock()?;
        let time = std::time::Duration::from_millis(1);
        if a.acquire_timeout(time) { a.release() } else { Ok(()) }
    })
}

const CASES: &[Case] = &[
    Case { name: "opposite", body: opposite, expected: DEADLOCK },
    Case { name: "same", body: same, expected: NOTHING },
    Case { name: "joined", body: joined, expected: NOTHING },
    Case { name: "started behind", body: started_behind, expected: NOTHING },
    Case { name: "behind an event", body: behind_an_event, expected: NO_DEADLOCK },
    Case { name: "behind an item", body: behind_an_item, expected: NO_DEADLOCK },
    Case { name: "behind a value", body: behind_a_value, expected: NO_DEADLOCK },
    Case { name: "beside a value", body: beside_a_value, expected: DEADLOCK },
    Case { name: "under a gate", body: under_a_gate, expected: NOTHING },
    Case { name: "under a permit", body: under_a_permit, expected: NOTHING },
    Case { name: "a gate for readers", body: under_a_gate_for_readers, expected: DEADLOCK },
    Case { name: "reentrant", body: reentrant, expected: NOTHING },
    Case { name: "reentrant opposite", body: reentrant_opposite, expected: DEADLOCK },
    Case { name: "readers", body: readers, expected: NOTHING },
    Case { name: "reader and writer", body: reader_and_writer, expected: DEADLOCK },
    Case { name: "wait inside", body: wait_inside, expected: NOTHING },
    Case {
        name: "wait inside, beside",
        body: wait_inside_beside,
        expected: &[("deadlock", Confirmed), ("deadlock", Confirmed)],
    },
    Case { name: "late", body: late, expected: DEADLOCK },
    Case { name: "tried", body: tried, expected: NOTHING },
    Case { name: "for a time", body: for_a_time, expected: NOTHING },
];

#[test]
fn circles() {
    all_as_expected(CASES);
}
