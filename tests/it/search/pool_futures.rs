//! Exact numbers of classes of programs with futures.
//!
//! What a call finds that looks at a future depends on where it comes among two steps of
//! the worker: the one that *begins* the task, and the one that *finishes* it.

use std::time::Duration;

use unknot_checker::model::kind::Kind;
use unknot_checker::sim::process::ProcessPoolExecutor;
use unknot_checker::sim::{
    Atomic, Exception, Future, Lock, Outcome, ReturnWhen, Shutdown, ThreadPoolExecutor,
    as_completed, as_completed_timeout, done, outcome_at_exit, wait, wait_timeout,
};

use super::pools::{Row, confirm, program, row};

/// How a future of one task is met by a call that reads its stage: before a worker begins
/// it, while it is done, or after.
const STAGES: usize = 3;

const TIMEOUT: Duration = Duration::from_millis(1);

fn fails() -> Exception {
    Exception::new("ValueError", "a task that fails")
}

/// What a task does that is given whether it is to fail.
fn perhaps(fails_here: bool) -> Result<(), Exception> {
    if fails_here { Err(fails()) } else { Ok(()) }
}

/// Futures of one worker thread, by which of its tasks fail.
fn futures_of(
    fails: impl IntoIterator<Item = bool>,
) -> Result<Vec<Future<Result<(), Exception>>>, Exception> {
    Ok(ThreadPoolExecutor::new(1)?.map(fails, perhaps)?.futures())
}

fn asked() -> Vec<Row> {
    vec![
        row("done".to_owned(), (STAGES, 2), || {
            let executor = ThreadPoolExecutor::new(1)?;
            done(executor.submit(|| 1)?.done())
        }),
        // The time is up before the worker finishes it, or not.
        row("exception, or the time is up".to_owned(), (2, 2), || {
            done(futures_of([true])?[0].exception_timeout(TIMEOUT).is_ok())
        }),
        // Before it begins it is cancelled, and the worker finds that.
        row("cancel".to_owned(), (STAGES, 2), || {
            let executor = ThreadPoolExecutor::new(1)?;
            let future = executor.submit(|| 1)?;
            done((future.cancel(), future.result().map_err(|e| e.kind == "CancelledError").is_ok()))
        }),
        // Where it has not begun the shutdown cancels it.
        row("shutdown that cancels".to_owned(), (STAGES, 2), || {
            let executor = ThreadPoolExecutor::new(1)?;
            let future = executor.submit(|| 1)?;
            executor.shutdown(Shutdown::CancelAndWait)?;
            done(future.cancelled())
        }),
        // The second task is cancelled once the first one has failed: before the worker
        // begins it, while it is done, or after.
        row("a map whose first task fails".to_owned(), (STAGES, 2), || {
            let ran = Atomic::named("ran", 0);
            let at_exit = ran.clone();
            outcome_at_exit(move || at_exit.load());
            let executor = ThreadPoolExecutor::new(1)?;
            let f = move |fails_here| {
                perhaps(fails_here)?;
                ran.fetch_add(1);
                done(())
            };
            done(executor.map([true, false], f)?.next().is_some_and(|first| first.is_err()))
        }),
    ]
}

/// Futures that are cancelled one after the other. Each cancelling finds its future in one
/// of three stages, and all of these go together: a worker that was met after the second
/// task began was met after the first one ended, be that before or after the cancelling.
/// The outcomes are which of them were cancelled.
fn cancelled_one_by_one(n: usize) -> [Row; 2] {
    let counts = (STAGES.pow(n as u32), 2_usize.pow(n as u32));
    [
        row(format!("cancel {n}, one after the other"), counts, move || {
            let futures = futures_of(vec![false; n])?;
            done(futures.iter().map(Future::cancel).collect::<Vec<bool>>())
        }),
        // A shutdown takes them from the queue, where the worker takes them from as well.
        row(format!("shutdown that cancels {n}"), counts, move || {
            let executor = ThreadPoolExecutor::new(1)?;
            let futures = executor.map(0..n, |n| n)?.futures();
            executor.shutdown(Shutdown::CancelAndWait)?;
            done(futures.iter().map(Future::cancelled).collect::<Vec<bool>>())
        }),
    ]
}

fn cancelled_at_once() -> Vec<Row> {
    vec![
        // An executor of processes cancels all at once. The worker begins one task after
        // the other, and the helper finishes each after it was begun. The look at both
        // comes after one of six sets of these four steps: none, the first beginning, both,
        // that and the first end, both and that, and all.
        row("shutdown of processes that cancels 2".to_owned(), (6, 3), || {
            let executor = ProcessPoolExecutor::new(1)?;
            let futures = executor.map([1, 2], |n| n)?.futures();
            executor.shutdown(Shutdown::CancelAndWait)?;
            done(futures.iter().map(Future::cancelled).collect::<Vec<bool>>())
        }),
    ]
}

#[test]
fn classes_of_futures() {
    let rows = asked().into_iter().chain((1..=3).flat_map(cancelled_one_by_one));
    rows.chain(cancelled_at_once()).for_each(|row| confirm(&row));
}

/// Waits for several futures. A wait looks at them first, among the steps that begin and
/// finish them; then it waits until it is told of enough of them, and asks of which ones.
fn waits() -> Vec<Row> {
    let first = |name: &str, counts, fails: &'static [bool], when| {
        row(name.to_owned(), counts, move || {
            done(wait(futures_of(fails.iter().copied())?, when)?.done.len())
        })
    };
    vec![
        // It waits for the end of each, and for nothing else.
        first("all of two", (1, 1), &[false, false], ReturnWhen::AllCompleted),
        // There are five places for the look. At the first two of them main waits, and what
        // it then asks tells of the second task or does not.
        first("the first of two", (2 + 2 + 3, 2), &[false, false], ReturnWhen::FirstCompleted),
        // At the first four places main waits for the second one.
        first("the second fails", (5, 1), &[false, true], ReturnWhen::FirstException),
        // As the first of two.
        first("the first fails", (2 + 2 + 3, 2), &[true, false], ReturnWhen::FirstException),
        // At the first four places main waits for both, as it would for all.
        first("none fails", (5, 1), &[false, false], ReturnWhen::FirstException),
        // A worker says that the task is done, and has the wait end then. If the look comes
        // before the task is finished, which it does at two places, the time may be up
        // before the wait ends, and main asks before or after the first of these steps.
        row("a time for all of one".to_owned(), (2 * 3 + 1, 2), || {
            let waited = wait_timeout(futures_of([false])?, ReturnWhen::AllCompleted, TIMEOUT);
            done(waited?.done.len())
        }),
        row("a time for one as it comes".to_owned(), (2 * 3 + 1, 2), || {
            let all = as_completed_timeout(futures_of([false])?, TIMEOUT)?;
            done(all.map(|one| one.is_ok()).collect::<Vec<bool>>())
        }),
        // A future that is given twice counts once.
        row("one of the same".to_owned(), (STAGES, 1), || {
            let future = futures_of([false])?.remove(0);
            let waited = wait([future.clone(), future], ReturnWhen::FirstCompleted)?;
            done(waited.done.len())
        }),
        // The worker begins and tells one task after the other: main asks at one of five
        // places among four steps.
        row("one worker, as they come".to_owned(), (5, 1), || {
            let executor = ThreadPoolExecutor::new(1)?;
            let futures = executor.map([1, 2], |n| n)?.futures();
            as_completed(futures)?.map(|future| future.result()).collect::<Result<Vec<i64>, _>>()
        }),
        // Each of two workers does one task, and draws the next ticket, in two orders. The
        // look meets each task in one of three stages. Where both are unfinished, 2 · 2, they
        // are told in two orders, whatever the order of the tickets; where one is, 2 · 2,
        // or none, there is one. 4 · 2 · 2 + 4 · 2 + 2.
        row("two workers, as they come".to_owned(), (26, 2), || {
            let executor = ThreadPoolExecutor::new(2)?;
            let futures = executor.map([1, 2], |n| n)?.futures();
            as_completed(futures)?.map(|future| future.result()).collect::<Result<Vec<i64>, _>>()
        }),
    ]
}

#[test]
fn classes_of_waits() {
    waits().iter().for_each(confirm);
}

/// A program that ends stuck in all its classes.
fn ends_stuck<O: Outcome>(
    name: &str,
    classes: usize,
    body: impl Fn() -> O + Send + Sync + 'static,
) -> Row {
    let name = name.to_owned();
    Row { name, program: program(body), classes, stuck: classes, outcomes: 0, kinds: &[Kind::Hang] }
}

/// What is stuck.
fn stuck() -> Vec<Row> {
    vec![
        // A pool is not closed while its handle is kept: main waits for a result that a
        // second task of the only worker would give.
        ends_stuck("a task waits for another one of its executor", 1, || {
            let executor = ThreadPoolExecutor::new(1)?;
            let theirs = executor.clone();
            let outer = executor.submit(move || theirs.submit(|| 1)?.result())?;
            outer.result()?
        }),
        ends_stuck("a task waits for a lock that main holds", 1, || {
            let lock = Lock::named("lock");
            let executor = ThreadPoolExecutor::new(1)?;
            let theirs = lock.clone();
            lock.acquire();
            executor.submit(move || theirs.acquire())?.result()
        }),
        // A wait is told of a future that was cancelled when the worker comes to it, and that
        // waits for main. It never comes to the second task before main cancels that.
        ends_stuck("a wait for a cancelled future behind a task that waits for main", 1, || {
            let lock = Lock::named("lock");
            let executor = ThreadPoolExecutor::new(1)?;
            let theirs = lock.clone();
            lock.acquire();
            executor.submit(move || theirs.acquire())?;
            let second = executor.submit(|| ())?;
            second.cancel();
            wait([second], ReturnWhen::AllCompleted)?;
            lock.release()
        }),
        // Where the shutdown comes first it cancels the task, and no worker comes to it.
        Row {
            stuck: 1,
            outcomes: 1,
            ..ends_stuck("a wait for a future that a shutdown has cancelled", STAGES, || {
                let executor = ThreadPoolExecutor::new(1)?;
                let future = executor.submit(|| ())?;
                executor.shutdown(Shutdown::CancelAndReturn)?;
                done(wait([future], ReturnWhen::AllCompleted)?.done.len())
            })
        },
    ]
}

#[test]
fn classes_of_stuck_futures() {
    stuck().iter().for_each(confirm);
}
