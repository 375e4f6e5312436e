//! Tasks that never get what others get each time round: each program with the reason why
//! a scheduler can go on like this for ever, and its neighbours in which none can. Where
//! a scheduler that is fair to every task comes to an end, the program waits busily beside
//! the starved task; where none does, it is a livelock.

use std::fmt::Debug;

use unknot_checker::Kind::{self, BusyWait, Hang, Livelock, Starvation};
use unknot_checker::sim::{Event, Exception, JoinHandle, Lock, RwLock, Semaphore, spawn};

use super::{Body, back_off, begin, kinds, program};

/// Executions of each program: enough for the ways in which tasks can come in.
const EXECUTIONS: u64 = 2_000;

fn judge(cases: Vec<(&'static str, Body, &'static [Kind])>) {
    for (name, body, expected) in cases {
        let observed = begin(&program(body), 60, EXECUTIONS);
        assert!(observed.stats.cut > 0, "{name}: {:?}", observed.stats);
        assert_eq!(kinds(&observed), expected, "{name}: {:?}", observed.findings.keys());
    }
}

/// Runs `main` beside a task.
fn beside<T: Debug + 'static>(
    main: impl FnOnce() -> Result<(), Exception>,
    other: impl FnOnce() -> T + 'static,
) -> Result<(), Exception> {
    let task: JoinHandle<T> = spawn(other);
    main()?;
    task.join().map(drop)
}

/// A task that takes a lock again and again beside main, which wants it once.
fn again_and_again(lock: Lock) -> Result<(), Exception> {
    let theirs = lock.clone();
    let again = move || -> Result<(), Exception> {
        loop {
            theirs.acquire();
            theirs.release()?;
        }
    };
    beside(
        || {
            lock.acquire();
            lock.release()
        },
        again,
    )
}

/// Two readers of which one always waits until the other one reads as well before it lets
/// go, and a writer.
fn readers(lock: RwLock) -> Result<(), Exception> {
    let turns = [Semaphore::new(0), Semaphore::new(0)];
    let reader = |mine: Semaphore, other: Semaphore, lock: RwLock| {
        move || -> Result<(), Exception> {
            loop {
                let guard = lock.read()?;
                other.release();
                mine.acquire();
                drop(guard);
            }
        }
    };
    let [a, b] = turns;
    let first = spawn(reader(a.clone(), b.clone(), lock.clone()));
    let second = spawn(reader(b, a, lock.clone()));
    drop(lock.write()?);
    first.join()??;
    second.join()?
}

/// A task that holds a lock whenever main tries to take it.
fn refused() -> Result<(), Exception> {
    let lock = Lock::new();
    let [asks, asked] = [Semaphore::new(0), Semaphore::new(0)];
    let theirs = (lock.clone(), asks.clone(), asked.clone());
    let holder = move || -> Result<(), Exception> {
        let (lock, asks, asked) = theirs;
        loop {
            lock.acquire();
            asks.release();
            asked.acquire();
            lock.release()?;
        }
    };
    beside(
        || {
            loop {
                asks.acquire();
                let got = lock.try_acquire();
                asked.release();
                if got {
                    return lock.release();
                }
            }
        },
        holder,
    )
}

/// Two tasks that wait for permits: one again and again, the other once.
fn consumers() -> Result<(), Exception> {
    let [jobs, done] = [Semaphore::new(0), Semaphore::new(0)];
    let (theirs, theirs_done) = (jobs.clone(), done.clone());
    let again = move || loop {
        theirs.acquire();
        theirs_done.release();
    };
    let theirs = jobs.clone();
    let (first, second) = (spawn(again), spawn(move || theirs.acquire()));
    while second.is_alive() {
        jobs.release();
        done.acquire();
    }
    first.join()
}

#[test]
fn starved_by_others() {
    judge(vec![
        (
            // Main is enabled whenever the lock is free, but not while it is held: only a
            // scheduler that is fair to tasks that can go on now and then has to pick it.
            "a lock that any task may take",
            Box::new(|| again_and_again(Lock::new())),
            &[Livelock, Starvation],
        ),
        (
            // The gauge of the lock never shows all its units to the writer.
            "readers that take turns",
            Box::new(|| readers(RwLock::named("table"))),
            &[Livelock, Starvation],
        ),
        ("a try in vain each time", Box::new(refused), &[Livelock, Starvation]),
        (
            // A permit wakes both, and the first one takes it. Where the second one takes it
            // main hangs, so a fair scheduler ends.
            "permits for two tasks",
            Box::new(consumers),
            &[Hang, BusyWait, Starvation],
        ),
    ]);
}

#[test]
fn not_starved() {
    judge(vec![
        (
            // Main, once it stands in line, comes next. Before that it can go on all the time.
            "a lock that is handed over in order",
            Box::new(|| again_and_again(Lock::first_come("turn"))),
            &[Livelock],
        ),
        (
            // No other task takes an event.
            "an event that is never set",
            Box::new(|| {
                let (never, lock) = (Event::new(), Lock::new());
                let again = move || -> Result<(), Exception> {
                    loop {
                        lock.acquire();
                        lock.release()?;
                    }
                };
                beside(
                    || {
                        never.wait();
                        Ok(())
                    },
                    again,
                )
            }),
            &[Livelock],
        ),
        (
            // Each of them is refused what the other one takes: none gets what it wants.
            "two that make way for each other",
            back_off(),
            &[Livelock],
        ),
    ]);
}
