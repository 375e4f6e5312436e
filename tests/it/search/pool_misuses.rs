//! Calls on pools and executors that raise, and what they raise in Python.

use std::collections::BTreeSet;
use std::time::Duration;

use unknot_checker::sim::process::{self, Pool, ProcessPoolExecutor};
use unknot_checker::sim::{
    Exception, Future, Shutdown, ThreadPoolExecutor, TimeMode, as_completed_timeout, done, now,
    sleep,
};
use unknot_checker::strategy::Dpor;

use super::pools::program;
use crate::kit::classes::classes;

/// A call that raises, and what it raises.
type Misuse = (&'static str, fn() -> Result<(), Exception>);

const TIMEOUT: Duration = Duration::from_millis(1);

fn fails() -> Exception {
    Exception::new("ValueError", "a task that fails")
}

fn failing() -> Result<(), Exception> {
    Err(fails())
}

/// What a future raises that was cancelled; the same where that came too late.
fn raised_by_cancelled<R: Clone + std::fmt::Debug + 'static>(
    future: Future<R>,
    ask: impl FnOnce(&Future<R>) -> Result<(), Exception>,
) -> Result<(), Exception> {
    match future.cancel() {
        true => ask(&future),
        false => Err(Exception::new("CancelledError", "")),
    }
}

const OF_POOLS: &[Misuse] = &[
    ("ValueError: Number of processes must be at least 1", || Pool::new(0).map(drop)),
    ("ValueError: Number of processes must be at least 1", || Pool::with_callbacks(0).map(drop)),
    ("ValueError: Number of processes must be at least 1", || Pool::killable(0).map(drop)),
    ("ValueError: Pool not running", || {
        let pool = Pool::new(1)?;
        pool.close();
        pool.apply(1, |n| n).map(drop)
    }),
    ("ValueError: Pool not running", || {
        let pool = Pool::new(1)?;
        pool.close();
        pool.apply_async(1, |n| n).map(drop)
    }),
    ("ValueError: Pool not running", || {
        let pool = Pool::new(1)?;
        pool.close();
        pool.imap([1], |n| n).map(drop)
    }),
    ("ValueError: Pool not running", || {
        let pool = Pool::new(1)?;
        pool.close();
        pool.imap_unordered([1], |n| n).map(drop)
    }),
    ("ValueError: Pool not running", || {
        let pool = Pool::new(1)?;
        pool.close();
        pool.starmap_async([(1, 2)], |(n, _)| n).map(drop)
    }),
    ("ValueError: Pool not running", || {
        let pool = Pool::with_callbacks(1)?;
        pool.close();
        pool.map_async_with([1], |n| n, |_| (), |_| ()).map(drop)
    }),
    ("ValueError: Pool not running", || {
        let pool = Pool::killable(1)?;
        pool.terminate();
        pool.map([1], |n| n).map(drop)
    }),
    // To terminate it once more, or to close it then, is no mistake.
    ("ValueError: Pool not running", || {
        let pool = Pool::killable_with_callbacks(1)?;
        pool.terminate();
        pool.terminate();
        pool.close();
        pool.join()?;
        pool.starmap([(1, 2)], |(n, _)| n).map(drop)
    }),
    ("ValueError: Pool is still running", || Pool::new(1)?.join()),
    ("ValueError: Pool is still running", || Pool::killable(1)?.join()),
    ("ValueError: the result is not ready", || {
        let pool = Pool::new(1)?;
        pool.apply_async((), |()| ())?.successful().map(drop)
    }),
    ("ValueError: a task that fails", || Pool::new(1)?.apply((), |()| failing())?),
    ("ValueError: a task that fails", || Pool::new(1)?.map([()], |()| failing()).map(drop)),
    ("TimeoutError", || Pool::new(1)?.apply_async((), |()| ())?.get_timeout(TIMEOUT)),
    // A callback that raises ends the thread that gives results, before it gives this one.
    ("TimeoutError", || {
        let pool = Pool::with_callbacks(1)?;
        pool.apply_async_with((), |()| (), |()| failing(), |_| ())?.get_timeout(TIMEOUT)
    }),
    ("AssertionError: daemons are not allowed to have children", || {
        let child = process::new((), |()| Pool::new(1).map(drop)).daemonic().start()?;
        child.join()?;
        Err(Exception::new("AssertionError", "daemons are not allowed to have children"))
    }),
];

const OF_EXECUTORS: &[Misuse] = &[
    ("ValueError: max_workers must be greater than 0", || ThreadPoolExecutor::new(0).map(drop)),
    ("ValueError: max_workers must be greater than 0", || ProcessPoolExecutor::new(0).map(drop)),
    ("RuntimeError: cannot schedule new futures after shutdown", || {
        let executor = ThreadPoolExecutor::new(1)?;
        executor.shutdown(Shutdown::Return)?;
        executor.submit(|| 1).map(drop)
    }),
    // To shut it down once more is no mistake.
    ("RuntimeError: cannot schedule new futures after shutdown", || {
        let executor = ProcessPoolExecutor::new(1)?;
        executor.shutdown(Shutdown::Wait)?;
        executor.shutdown(Shutdown::CancelAndWait)?;
        executor.map([1], |n| n).map(drop)
    }),
    ("RuntimeError: cannot schedule new futures after shutdown", || {
        let executor = ThreadPoolExecutor::new(1)?;
        let after = executor.clone();
        executor.within(|executor| executor.submit(|| 1)?.result())?;
        after.submit(|| 1).map(drop)
    }),
    ("RuntimeError: cannot join current thread", || {
        let executor = ThreadPoolExecutor::new(1)?;
        let theirs = executor.clone();
        executor.submit(move || theirs.shutdown(Shutdown::Wait))?.result()?
    }),
    ("ValueError: a task that fails", || ThreadPoolExecutor::new(1)?.submit(failing)?.result()?),
    ("ValueError: a task that fails", || {
        ThreadPoolExecutor::new(1)?.submit(failing)?.exception()?.map_or(Ok(()), Err)
    }),
    ("ValueError: a task that fails", || {
        ThreadPoolExecutor::new(1)?.map([()], |()| failing())?.try_for_each(|one| one?)
    }),
    ("CancelledError", || {
        let future = ThreadPoolExecutor::new(1)?.submit(|| 1)?;
        raised_by_cancelled(future, |future| future.result().map(drop))
    }),
    ("CancelledError", || {
        let future = ProcessPoolExecutor::new(1)?.submit((), |()| ())?;
        raised_by_cancelled(future, |future| future.exception().map(drop))
    }),
    ("TimeoutError", || ThreadPoolExecutor::new(1)?.submit(|| ())?.result_timeout(TIMEOUT)),
    ("TimeoutError", || {
        ThreadPoolExecutor::new(1)?.submit(|| ())?.exception_timeout(TIMEOUT).map(drop)
    }),
    ("TimeoutError: 2 (of 2) futures unfinished", as_they_come),
    ("TimeoutError: 1 (of 2) futures unfinished", as_they_come),
    // What a callback raises is logged, and ends nothing.
    ("ValueError: after the callback", || {
        let executor = ThreadPoolExecutor::new(1)?;
        let future = executor.submit(|| 1)?;
        future.add_done_callback(|_| failing());
        executor.submit(|| 2)?.result()?;
        Err(Exception::new("ValueError", "after the callback"))
    }),
];

fn as_they_come() -> Result<(), Exception> {
    let futures = ThreadPoolExecutor::new(1)?.map([1, 2], |n| n)?.futures();
    as_completed_timeout(futures, TIMEOUT)?.try_for_each(|one| one.map(drop))
}

/// All that a program raises, or an empty text where it raises nothing.
fn raised(time: TimeMode, misuse: fn() -> Result<(), Exception>) -> BTreeSet<String> {
    let told = program(move || done(misuse().map_err(|e| e.to_string()).err().unwrap_or_default()));
    let seen = classes(&told, time, Dpor::new(), 10_000);
    let turnouts = seen.classes.values().flat_map(|class| &class.turnouts);
    turnouts
        .map(|(is_stuck, outcome)| {
            assert!(!is_stuck, "what is left of the pool comes to its end");
            outcome.as_ref().map_or_else(String::new, ToString::to_string)
        })
        .collect()
}

/// A misuse raises, and what is left of the pool comes to its end.
#[test]
fn misuses_raise() {
    for (expected, misuse) in [OF_POOLS, OF_EXECUTORS].concat() {
        let raised = raised(TimeMode::Any, misuse);
        assert!(raised.contains(expected), "{expected}: {raised:?}");
    }
}

/// Where durations count, the time of all futures together is up: two of three tasks of a
/// second each are done within two and a half. A program that comes back too late gets
/// what it was told of in its last wait, and no more, be the others done or not.
#[test]
fn the_time_is_up_for_all_together() {
    fn come(pause: u64, timeout: u64) -> Result<(), Exception> {
        let executor = ThreadPoolExecutor::new(1)?;
        let nap = |_| sleep(Duration::from_secs(1));
        let futures = executor.map([1, 2, 3], nap)?.futures();
        let all = as_completed_timeout(futures, Duration::from_millis(timeout))?;
        for (n, future) in all.enumerate() {
            match future {
                Ok(_) => sleep(Duration::from_secs(pause)),
                Err(e) => {
                    let message = format!("{n} came, {:?}, {e}", now()?);
                    return Err(Exception::new("ValueError", message));
                }
            }
        }
        Ok(())
    }
    let cases: [Misuse; 3] = [
        ("", || come(0, 3_500)),
        ("ValueError: 2 came, 2.5s, TimeoutError: 1 (of 3) futures unfinished", || come(0, 2_500)),
        ("ValueError: 1 came, 5s, TimeoutError: 2 (of 3) futures unfinished", || come(4, 3_500)),
    ];
    for (expected, program) in cases {
        assert_eq!(raised(TimeMode::Virtual, program), BTreeSet::from([expected.to_owned()]));
    }
}
