//! Panics, and what destructors do meanwhile: they make steps like everybody else,
//! wait where they have to, and are seen by others between one step and the next.
//!
//! An assertion may fail or not, depending on who came first. What its guards do
//! then must not be part of the step that was asserted about, or the search could
//! not know what that step touches in another order: with a lock held around the
//! assertion a class was missed.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use unknot_checker::sim::{
    Decision, Event, Exception, Execution, Explorer, Failure, Limits, Lock, Point, Program, Queue,
    Semaphore, Shared, TimeMode, explore, outcome_at_exit, spawn, spawn_daemon, yield_now,
};
use unknot_checker::strategy::{Dfs, Dpor, Visibility};

use crate::classes::{classes, classes_made_anew};
use crate::proof::judge;

/// Does this when it is dropped.
struct AtDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for AtDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

type Body = fn() -> Result<i64, Exception>;

/// An assertion under a lock that somebody else tries.
fn an_assertion() -> Result<i64, Exception> {
    let (lock, number) = (Lock::new(), Shared::new(0));
    let (theirs, read) = (lock.clone(), number.clone());
    let asserts = spawn(move || -> Result<(), Exception> {
        let _held = theirs.lock()?;
        assert_eq!(read.read(), 0, "somebody wrote");
        Ok(())
    });
    let tries = spawn(move || -> Result<bool, Exception> {
        let granted = lock.try_acquire();
        if granted {
            lock.release()?;
        }
        Ok(granted)
    });
    let writes = spawn(move || number.write(1));
    let passed = asserts.join().is_ok();
    let granted = tries.join()??;
    writes.join()?;
    Ok(i64::from(passed) + 2 * i64::from(granted))
}

/// A permit that another task gives.
fn a_permit() -> Result<i64, Exception> {
    let permits = Semaphore::new(0);
    let (theirs, given) = (permits.clone(), permits.clone());
    let panics = spawn(move || -> () {
        let _at_drop = AtDrop(|| theirs.acquire());
        yield_now();
        panic!("wants a permit");
    });
    let gives = spawn(move || given.release());
    panics.join().ok();
    gives.join()?;
    Ok(permits.value())
}

/// A permit that nobody gives.
fn no_permit() -> Result<i64, Exception> {
    let permits = Semaphore::new(0);
    let panics = spawn(move || -> () {
        let _at_drop = AtDrop(|| permits.acquire());
        panic!("wants a permit");
    });
    panics.join().ok();
    Ok(0)
}

/// A lock that another task holds for a while, if it gets it.
fn a_lock() -> Result<i64, Exception> {
    let (lock, number) = (Lock::new(), Shared::new(0));
    let (theirs, held, written) = (lock.clone(), lock.clone(), number.clone());
    let panics = spawn(move || -> () {
        let _at_drop = AtDrop(|| theirs.acquire());
        panic!("wants the lock");
    });
    let holds = spawn(move || -> Result<(), Exception> {
        if held.try_acquire() {
            written.write(1);
            held.release()?;
        }
        Ok(())
    });
    panics.join().ok();
    holds.join()??;
    Ok(number.read() + 2 * i64::from(lock.locked()))
}

/// Two panics at once.
fn two_panics() -> Result<i64, Exception> {
    let number = Shared::new(0);
    let (ones, twos) = (number.clone(), number.clone());
    let first = spawn(move || -> () {
        let _at_drop = AtDrop(|| ones.write(ones.read() + 1));
        panic!("adds 1");
    });
    let second = spawn(move || -> () {
        let _at_drop = AtDrop(|| twos.write(twos.read() + 2));
        panic!("adds 2");
    });
    first.join().ok();
    second.join().ok();
    Ok(number.read())
}

/// A destructor that panics itself, and catches that.
fn a_panic_in_a_panic() -> Result<i64, Exception> {
    let number = Shared::new(0);
    let written = number.clone();
    let panics = spawn(move || -> () {
        let _at_drop = AtDrop(|| {
            let inner = catch_unwind(AssertUnwindSafe(|| -> () {
                yield_now();
                panic!("the inner one");
            }));
            written.write(i64::from(inner.is_err()));
        });
        panic!("the outer one");
    });
    panics.join().ok();
    Ok(number.read())
}

/// A panic that its task catches. The lock that it held is free again.
fn a_panic_that_is_caught() -> Result<i64, Exception> {
    let (lock, number) = (Lock::new(), Shared::new(0));
    let written = number.clone();
    let catches = spawn(move || -> Result<(), Exception> {
        let caught = catch_unwind(AssertUnwindSafe(|| -> Result<(), Exception> {
            let _held = lock.lock()?;
            panic!("never seen");
        }));
        let _held = lock.lock()?;
        written.write(i64::from(caught.is_err()));
        Ok(())
    });
    catches.join()??;
    Ok(number.read())
}

/// The guard of a lock that somebody else has given back meanwhile.
fn a_lock_given_back_twice() -> Result<i64, Exception> {
    let lock = Lock::new();
    let theirs = lock.clone();
    let panics = spawn(move || -> () {
        let _held = theirs.lock();
        theirs.release().ok();
        panic!("gives the lock back again");
    });
    panics.join().ok();
    Ok(lock.locked().into())
}

/// Others wait for what a destructor does.
fn a_word_from_a_destructor() -> Result<i64, Exception> {
    let (event, results) = (Event::new(), Queue::new(1));
    let (set, put) = (event.clone(), results.clone());
    let waits = spawn(move || event.wait());
    let panics = spawn(move || -> () {
        let _first = AtDrop(|| put.put(7).unwrap_or_default());
        let _second = AtDrop(|| set.set());
        panic!("tells others");
    });
    waits.join()?;
    panics.join().ok();
    results.get()
}

/// A daemon that is killed before, in, or after its panic.
fn a_daemon() -> Result<i64, Exception> {
    let number = Shared::new(0);
    let written = number.clone();
    spawn_daemon("daemon", move || -> () {
        let _at_drop = AtDrop(|| written.write(written.read() + 1));
        yield_now();
        panic!("is killed perhaps");
    });
    outcome_at_exit(move || number.read());
    Ok(0)
}

/// A destructor that is kept from its end by nobody, and has none.
fn no_end() -> Result<i64, Exception> {
    let event = Event::new();
    let polls = spawn(move || -> () {
        let _at_drop = AtDrop(|| while !event.is_set() {});
        panic!("polls for ever");
    });
    polls.join().ok();
    Ok(0)
}

/// The same of a task that waits for ever, and is unwound.
fn no_end_of_a_wait() -> Result<i64, Exception> {
    let (event, permits) = (Event::new(), Semaphore::new(0));
    let waits = spawn(move || {
        let _at_drop = AtDrop(|| while !event.is_set() {});
        permits.acquire();
    });
    waits.join()?;
    Ok(0)
}

/// Why tasks failed, in all executions.
struct Failures {
    search: Dpor,
    seen: BTreeSet<String>,
}

impl Explorer for Failures {
    fn begin(&mut self) -> bool {
        self.search.begin()
    }

    fn n_repeated(&self) -> usize {
        self.search.n_repeated()
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        self.search.pick(point)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        self.search.choose(point, n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        let failures = execution.tasks.iter().filter_map(|task| task.failure.as_ref());
        self.seen.extend(failures.map(|failure| match failure {
            Failure::Panic { message, .. } => message.lines().next().unwrap_or_default().to_owned(),
            Failure::Exception(exception) => exception.to_string(),
        }));
        self.search.end(execution);
    }
}

fn failures(program: &Program) -> BTreeSet<String> {
    let failures = Failures { search: Dpor::new(), seen: BTreeSet::new() };
    explore(program, Limits { max_steps: 50, ..Limits::default() }, failures).seen
}

/// Each with its trace classes, what becomes of it, and the panics.
type Row = (&'static str, Body, usize, &'static [&'static str], &'static [&'static str]);

const ROWS: &[Row] = &[
    // The write comes before the read or after it; the lock is tried before it is
    // taken, while it is held, or after that.
    (
        "an assertion",
        an_assertion,
        2 * 3,
        &["0", "1", "2", "3"],
        &["assertion `left == right` failed: somebody wrote"],
    ),
    ("a permit", a_permit, 1, &["0"], &["wants a permit"]),
    ("no permit", no_permit, 1, &["stuck"], &["wants a permit"]),
    // The lock is tried before the destructor takes it, or after that.
    ("a lock", a_lock, 2, &["2", "3"], &["wants the lock"]),
    // Four classes of two tasks that each read a cell and then write it.
    ("two panics", two_panics, 4, &["1", "2", "3"], &["adds 1", "adds 2"]),
    ("a panic in a panic", a_panic_in_a_panic, 1, &["1"], &["the outer one"]),
    ("a panic that is caught", a_panic_that_is_caught, 1, &["1"], &[]),
    ("a lock given back twice", a_lock_given_back_twice, 1, &["0"], &["gives the lock back again"]),
    // The event is waited for before it is set, or after that.
    ("a word from a destructor", a_word_from_a_destructor, 2, &["7"], &["tells others"]),
    // The daemon is killed before any of its three steps, before its end, or after
    // that.
    ("a daemon", a_daemon, 5, &["0", "1"], &["is killed perhaps"]),
    ("no end of a wait", no_end_of_a_wait, 1, &["stuck"], &[]),
];

#[test]
fn destructors_make_steps() {
    for &(name, body, n_classes, turnouts, panics) in ROWS {
        let program: Program = Arc::new(move || Ok(body()?.into()));
        let plain =
            classes_made_anew(&program, TimeMode::Any, Dfs::new(Visibility::All), 1_000_000);
        let reduced = classes(&program, TimeMode::Any, Dpor::new(), 1_000_000);
        assert_eq!(judge(&plain, &reduced), Ok(()), "{name}");
        assert_eq!(reduced.classes.len(), n_classes, "{name}");
        let turned_out = plain.classes.values().flat_map(|class| &class.turnouts);
        let turned_out: BTreeSet<String> = turned_out
            .map(|(is_stuck, outcome)| match (is_stuck, outcome) {
                (true, _) => "stuck".to_owned(),
                (false, Some(value)) => value.to_string(),
                (false, None) => "main failed".to_owned(),
            })
            .collect();
        assert_eq!(turned_out, turnouts.iter().map(ToString::to_string).collect(), "{name}");
        assert_eq!(failures(&program), panics.iter().map(ToString::to_string).collect(), "{name}");
    }
}

/// Who cannot be brought to its end is given up, and leaves no traces in what the
/// same thread explores after that.
#[test]
fn a_destructor_without_an_end_is_given_up() {
    let endless: Program = Arc::new(|| Ok(no_end()?.into()));
    let after: Program = Arc::new(|| Ok(two_panics()?.into()));
    for _ in 0..2 {
        let seen = classes(&endless, TimeMode::Any, Dpor::new(), 100);
        assert_eq!((seen.executions, seen.cut), (0, 1));
        assert_eq!(failures(&endless), ["polls for ever".to_owned()].into());
        assert_eq!(classes(&after, TimeMode::Any, Dpor::new(), 100).executions, 4);
        assert_eq!(failures(&after).len(), 2);
    }
}
