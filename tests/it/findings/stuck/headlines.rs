//! What the headline of a hang says: what never came, and what became of it.

use unknot_checker::sim::process::Pool;
use unknot_checker::sim::{
    Atomic, Barrier, Channel, Condition, Event, Lock, Queue, Semaphore, Shared, spawn,
    spawn_daemon, spawn_named, wait_until, yield_until_changed,
};
use unknot_checker::{Checker, Kind};

use super::programs::Done;

fn lost_wake_up() -> Done {
    let lock = Lock::named("lock");
    let ready = Condition::named("ready", &lock);
    {
        let _held = lock.lock()?;
        ready.notify(1)?;
    }
    let _held = lock.lock()?;
    ready.wait()
}

/// Two wait, and one notification wakes the one that came first.
fn woke_others() -> Done {
    let lock = Lock::named("lock");
    let ready = Condition::named("ready", &lock).waking(unknot_checker::sim::Wake::First);
    let (l, r) = (lock.clone(), ready.clone());
    let first = spawn_named("first", move || -> Done {
        let _held = l.lock()?;
        r.wait()
    });
    let (l, r) = (lock.clone(), ready.clone());
    let second = spawn_daemon("second", move || -> Done {
        let _held = l.lock()?;
        r.notify(1)
    });
    let _ = (first, second);
    let _held = lock.lock()?;
    ready.wait()
}

fn never_notified() -> Done {
    let lock = Lock::new();
    let _held = lock.lock()?;
    Condition::named("ready", &lock).wait()
}

fn never_set() -> Done {
    Event::named("go").wait();
    Ok(())
}

fn cleared() -> Done {
    let go = Event::named("go");
    go.set();
    go.clear();
    go.wait();
    Ok(())
}

fn cleared_rechecking() -> Done {
    let go = Event::rechecking("go");
    go.set();
    go.clear();
    go.wait();
    Ok(())
}

fn parties() -> Done {
    let gate = Barrier::named("gate", 3);
    for _ in 0..2 {
        let gate = gate.clone();
        spawn(move || gate.wait().map(|_| ()));
    }
    Ok(())
}

fn leaked_permits() -> Done {
    let seats = Semaphore::named("seats", 2);
    for _ in 0..2 {
        let seats = seats.clone();
        spawn(move || seats.acquire()).join()?;
    }
    seats.acquire();
    Ok(())
}

fn signal() -> Done {
    let ready = Semaphore::named("ready", 0);
    let gives = ready.clone();
    spawn(move || gives.release());
    ready.acquire();
    ready.acquire();
    Ok(())
}

fn no_item() -> Done {
    let work = Queue::named("work", 0);
    work.put(1)?;
    work.get()?;
    work.get().map(|_| ())
}

fn empty_channel() -> Done {
    Channel::<i64>::named("line", 1).receive().map(|_| ())
}

fn no_room() -> Done {
    let line = Queue::named("line", 1);
    line.put(1)?;
    line.put(2)
}

fn unreported() -> Done {
    let work = Queue::named("work", 0);
    work.put(1)?;
    work.get()?;
    work.join();
    Ok(())
}

fn unchanged() -> Done {
    let flag = Shared::named("flag", 0);
    let theirs = flag.clone();
    spawn_named("writer", move || theirs.write(1));
    while flag.read() != 2 {
        yield_until_changed();
    }
    Ok(())
}

/// A value that is there for a moment.
fn pulse() -> Done {
    let flag = Atomic::named("flag", 0);
    let theirs = flag.clone();
    let writer = spawn_named("writer", move || {
        theirs.store(1);
        theirs.store(0);
    });
    wait_until(|| flag.load() == 1);
    writer.join()
}

fn never_written() -> Done {
    let flag = Shared::named("flag", false);
    wait_until(|| flag.read());
    Ok(())
}

fn abandoned() -> Done {
    let mine = Lock::named("mine");
    let theirs = mine.clone();
    spawn_named("thief", move || theirs.acquire()).join()?;
    mine.acquire();
    mine.release()
}

/// Three that wait for one event, and a fourth for another.
fn likewise() -> Done {
    let (go, stop) = (Event::named("go"), Event::named("stop"));
    for _ in 0..3 {
        let go = go.clone();
        spawn(move || go.wait());
    }
    stop.wait();
    Ok(())
}

/// The worker of a pool dies before it delivers.
fn terminated() -> Done {
    let pool = Pool::killable(1)?;
    let result = pool.apply_async(1, |n| n)?;
    pool.terminate();
    result.get().map(drop)
}

fn never_closed() -> Done {
    std::mem::forget(Pool::named("pool", 2)?);
    Ok(())
}

/// A program, and what its headline begins with.
type Row = (fn() -> Done, &'static str);

const ROWS: [Row; 20] = [
    (
        lost_wake_up,
        "lost wake-up: T0 'main' notified Condition 'ready' at step 1, when no task waited; \
         T0 'main' waits",
    ),
    (
        woke_others,
        "T1 'first' waits for Condition 'ready': the notification of T2 'second' at step",
    ),
    (never_notified, "T0 'main' waits for Condition 'ready', which no task notifies"),
    (never_set, "T0 'main' waits for Event 'go', which is never set"),
    (
        cleared,
        "T0 'main' waits for Event 'go', set by T0 'main' at step 0 and cleared by T0 'main' \
         at step 1",
    ),
    (
        cleared_rechecking,
        "T0 'main' waits for Event 'go', set by T0 'main' at step 0 and cleared by T0 'main' \
         at step 1",
    ),
    (parties, "2 of 3 parties are at Barrier 'gate': T1, T2"),
    (
        leaked_permits,
        "T0 'main' waits for Semaphore 'seats': 0 of 2 permits, both takers have ended",
    ),
    (signal, "T0 'main' waits for Semaphore 'ready': nothing more will come, 1 given and 1 taken"),
    (no_item, "T0 'main' waits for Queue 'work': nothing more will come, 1 given and 1 taken"),
    (empty_channel, "T0 'main' waits for Channel 'line', to which nothing was given"),
    (no_room, "T0 'main' waits for room in Queue 'line', which stays full: 1 of 1"),
    (unreported, "T0 'main' waits for Queue 'work': 1 item is never reported as done"),
    (
        unchanged,
        "T0 'main' waits for a change of Shared 'flag', changed last by T1 'writer' at step",
    ),
    (pulse, "T0 'main' waits for a change of Atomic 'flag', changed last by T1 'writer' at step"),
    (never_written, "T0 'main' waits for a change of Shared 'flag', which no task changes"),
    (abandoned, "T0 'main' waits for Lock 'mine', which T1 'thief' took at step 1 and ended with"),
    (
        likewise,
        "T0 'main' waits for Event 'stop', which is never set; T1, and likewise T2, T3, waits \
         for Event 'go', which is never set",
    ),
    (terminated, "T0 'main' waits for AsyncResult#2, which no worker delivers"),
    (
        never_closed,
        "T1 'pool worker 1', and likewise T2, waits for a task of Pool 'pool', which is not \
         closed",
    ),
];

#[test]
fn headlines_say_what_never_came() {
    let mut wrong = vec![];
    for (row, (body, expected)) in ROWS.into_iter().enumerate() {
        let checked = Checker::new().name("headline").check(body);
        let stuck = |finding: &&unknot_checker::report::FindingReport| {
            matches!(finding.kind, Kind::Hang | Kind::AbandonedLock)
        };
        let messages: Vec<&str> =
            checked.report().findings.iter().filter(stuck).map(|f| f.message.as_str()).collect();
        if !messages.iter().any(|message| message.starts_with(expected)) {
            wrong.push(format!("row {row}: {messages:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
