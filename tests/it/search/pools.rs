//! Exact numbers of classes of programs with pools and executors.
//!
//! Of n tasks that w workers begin in the order of submission, the completion orders are
//! w!·w^(n−w): as long as tasks are left each of w workers may be next to deliver, and the
//! last w tasks come in any order. Each number here is that, or argued for in its row, and
//! is confirmed by the plain search where that gets through: the same classes, each once.

use std::cell::Cell;
use std::collections::BTreeSet;

use unknot_checker::model::kind::Kind;
use unknot_checker::sim::process::{self, Pool, ProcessPoolExecutor};
use unknot_checker::sim::{
    Atomic, Exception, Future, Lock, Names, Outcome, Program, ReturnWhen, Shutdown, TaskId,
    ThreadPoolExecutor, TimeMode, as_completed, done, outcome_at_exit, wait,
};
use unknot_checker::strategy::{Dfs, Dpor, Visibility};

use crate::kit::classes::{Classes, classes, classes_made_anew};

/// A program with its classes, how many of them end stuck, how many outcomes there are, and
/// the kinds of its findings.
struct Row {
    name: String,
    program: Program,
    classes: usize,
    stuck: usize,
    outcomes: usize,
    kinds: &'static [Kind],
}

fn program<O: Outcome>(body: impl Fn() -> O + Send + Sync + 'static) -> Program {
    std::sync::Arc::new(move || body().outcome())
}

/// How often the plain search may run a program.
const MAX_EXECUTIONS: u64 = 20_000;

fn confirm(row: &Row) {
    let Row { name, program, kinds, .. } = row;
    let reduced = classes(program, TimeMode::Any, Dpor::new(), 10_000);
    let found: BTreeSet<Kind> = reduced.findings.iter().map(|finding| finding.kind).collect();
    assert_eq!(turnouts(&reduced), (row.classes, row.stuck, row.outcomes), "{name}");
    assert_eq!(found, kinds.iter().copied().collect(), "{name}");
    let once = reduced.classes.values().all(|class| class.executions == 1);
    assert!(once && reduced.blocked == 0, "{name}: {} given up", reduced.blocked);
    let plain =
        classes_made_anew(program, TimeMode::Any, Dfs::new(Visibility::All), MAX_EXECUTIONS);
    if !plain.too_many {
        assert!(reduced.classes.keys().eq(plain.classes.keys()), "{name}: other classes");
        assert_eq!(plain.findings, reduced.findings, "{name}");
    }
}

/// Classes, stuck ones, and outcomes of the others.
fn turnouts(seen: &Classes) -> (usize, usize, usize) {
    let turnouts = seen.classes.values().flat_map(|class| &class.turnouts);
    let stuck = turnouts.clone().filter(|(is_stuck, _)| *is_stuck).count();
    let outcomes: BTreeSet<_> =
        turnouts.filter_map(|(is_stuck, outcome)| (!is_stuck).then_some(outcome)).collect();
    (seen.classes.len(), stuck, outcomes.len())
}

fn completion_orders(n: usize, w: usize) -> usize {
    let workers = w.min(n);
    (1..=workers).product::<usize>() * workers.pow((n - workers) as u32)
}

const SIZES: [(usize, usize); 7] = [(1, 2), (2, 2), (3, 2), (4, 2), (3, 3), (4, 3), (6, 3)];

fn row<O: Outcome>(
    name: String,
    (classes, outcomes): (usize, usize),
    body: impl Fn() -> O + Send + Sync + 'static,
) -> Row {
    Row { name, program: program(body), classes, stuck: 0, outcomes, kinds: &[] }
}

fn map(n: usize, w: usize) -> Row {
    row(format!("map {n} {w}"), (completion_orders(n, w), 1), move || {
        let pool = Pool::new(w)?;
        let squares = pool.map(0..n, |n| n * n)?;
        pool.close();
        pool.join()?;
        done(squares)
    })
}

/// The pool is closed when its handle goes.
fn not_closed(n: usize, w: usize) -> Row {
    let classes = completion_orders(n, w);
    row(format!("map, not closed {n} {w}"), (classes, 1), move || Pool::new(w)?.map(0..n, |n| n))
}

fn unordered(n: usize, w: usize) -> Row {
    let classes = completion_orders(n, w);
    row(format!("imap_unordered {n} {w}"), (classes, classes), move || {
        let pool = Pool::new(w)?;
        pool.imap_unordered(0..n, |n| n)?.collect::<Result<Vec<usize>, Exception>>()
    })
}

fn executor(n: usize, w: usize) -> Row {
    row(format!("executor of processes {n} {w}"), (completion_orders(n, w), 1), move || {
        let executor = ProcessPoolExecutor::new(w)?;
        executor.map(0..n, |n| n)?.collect::<Result<Vec<usize>, Exception>>()
    })
}

fn threads(n: usize, w: usize) -> Row {
    row(format!("executor of threads {n} {w}"), (completion_orders(n, w), 1), move || {
        let executor = ThreadPoolExecutor::new(w)?;
        let futures = executor.map(0..n, |n| n)?.futures();
        executor.shutdown(Shutdown::Wait)?;
        futures.iter().map(Future::result).collect::<Result<Vec<usize>, Exception>>()
    })
}

#[test]
fn completion_orders_of_pools() {
    for (n, w) in SIZES {
        for of in [map, not_closed, unordered, executor, threads] {
            confirm(&of(n, w));
        }
    }
}

/// How a future of one task is met by a call that reads its stage: before a worker begins
/// it, while it is done, or after.
const STAGES: usize = 3;

/// Futures and what is asked of them.
fn futures() -> Vec<Row> {
    vec![
        row("done".to_owned(), (STAGES, 2), || {
            let executor = ThreadPoolExecutor::new(1)?;
            done(executor.submit(|| 1)?.done())
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
        // The worker begins and tells one task after the other: main asks at one of five
        // places among four steps.
        row("one worker, as they come".to_owned(), (5, 1), || {
            let executor = ThreadPoolExecutor::new(1)?;
            let futures = executor.map([1, 2], |n| n)?.futures();
            as_completed(futures)?.map(|future| future.result()).collect::<Result<Vec<i64>, _>>()
        }),
        // At the first two of them main waits, and what it then looks at tells of the second
        // task or does not.
        row("the first of two".to_owned(), (2 + 2 + 3, 2), || {
            let executor = ThreadPoolExecutor::new(1)?;
            let futures = executor.map([1, 2], |n| n)?.futures();
            done(wait(futures, ReturnWhen::FirstCompleted)?.done.len())
        }),
    ]
}

#[test]
fn classes_of_futures() {
    futures().iter().for_each(confirm);
}

/// What is stuck.
fn stuck() -> Vec<Row> {
    let stuck = |name: &str, program, classes, kinds| Row {
        name: name.to_owned(),
        program,
        classes,
        stuck: classes,
        outcomes: 0,
        kinds,
    };
    vec![
        // A pool is not closed while its handle is kept: main waits for a result that a
        // second task of the only worker would give.
        stuck(
            "a task waits for another one of its executor",
            program(|| {
                let executor = ThreadPoolExecutor::new(1)?;
                let theirs = executor.clone();
                let outer = executor.submit(move || theirs.submit(|| 1)?.result())?;
                outer.result()?
            }),
            1,
            &[Kind::Hang],
        ),
        stuck(
            "a task waits for a lock that main holds",
            program(|| {
                let lock = Lock::named("lock");
                let executor = ThreadPoolExecutor::new(1)?;
                let theirs = lock.clone();
                lock.acquire();
                executor.submit(move || theirs.acquire())?.result()
            }),
            1,
            &[Kind::Hang],
        ),
    ]
}

#[test]
fn classes_of_stuck_pools() {
    stuck().iter().for_each(confirm);
}

/// A call that raises, and what it raises.
type Misuse = (&'static str, fn() -> Result<(), Exception>);

const MISUSES: &[Misuse] = &[
    ("ValueError: Number of processes must be at least 1", || Pool::new(0).map(drop)),
    ("ValueError: max_workers must be greater than 0", || ThreadPoolExecutor::new(0).map(drop)),
    ("ValueError: Pool not running", || {
        let pool = Pool::new(1)?;
        pool.close();
        pool.apply_async(1, |n| n).map(drop)
    }),
    ("ValueError: Pool not running", || {
        let pool = Pool::killable(1)?;
        pool.terminate();
        pool.map([1], |n| n).map(drop)
    }),
    ("ValueError: Pool is still running", || Pool::new(1)?.join()),
    ("ValueError: the result is not ready", || {
        let pool = Pool::new(1)?;
        pool.apply_async((), |()| ())?.successful().map(drop)
    }),
    ("ValueError: a task that fails", || {
        let pool = Pool::new(1)?;
        pool.apply((), |()| -> Result<(), Exception> { Err(fails()) })?
    }),
    ("RuntimeError: cannot schedule new futures after shutdown", || {
        let executor = ThreadPoolExecutor::new(1)?;
        executor.shutdown(Shutdown::Return)?;
        executor.submit(|| 1).map(drop)
    }),
    ("RuntimeError: cannot schedule new futures after shutdown", || {
        let executor = ProcessPoolExecutor::new(1)?;
        executor.shutdown(Shutdown::Wait)?;
        executor.map([1], |n| n).map(drop)
    }),
    ("ValueError: a task that fails", || {
        let executor = ThreadPoolExecutor::new(1)?;
        executor.submit(|| -> Result<(), Exception> { Err(fails()) })?.result()?
    }),
    ("CancelledError", || {
        let executor = ThreadPoolExecutor::new(1)?;
        let future = executor.submit(|| 1)?;
        match future.cancel() {
            true => future.result().map(drop),
            false => Err(Exception::new("CancelledError", "")),
        }
    }),
    ("AssertionError: daemons are not allowed to have children", || {
        let child = process::new((), |()| Pool::new(1).map(drop)).daemonic().start()?;
        child.join()?;
        Err(Exception::new("AssertionError", "daemons are not allowed to have children"))
    }),
];

fn fails() -> Exception {
    Exception::new("ValueError", "a task that fails")
}

/// A misuse raises, and what is left of the pool comes to its end.
#[test]
fn misuses_raise() {
    for (expected, misuse) in MISUSES {
        let told =
            program(move || done(misuse().map_err(|e| e.to_string()).err().unwrap_or_default()));
        let seen = classes(&told, TimeMode::Any, Dpor::new(), 10_000);
        let outcomes: BTreeSet<String> = (seen.classes.values())
            .flat_map(|class| &class.turnouts)
            .map(|(is_stuck, outcome)| {
                assert!(!is_stuck, "{expected}");
                outcome.as_ref().map_or_else(String::new, ToString::to_string)
            })
            .collect();
        assert!(outcomes.contains(*expected), "{expected}: {outcomes:?}");
    }
}

/// Tasks and callbacks of executors do what other tasks do.
#[test]
fn all_is_done_at_the_exit_of_the_program() {
    let of = |n: i64| {
        program(move || {
            let count = Atomic::named("count", 0);
            let at_exit = count.clone();
            outcome_at_exit(move || at_exit.load());
            let executor = ThreadPoolExecutor::new(2)?;
            for _ in 0..n {
                let (task, callback) = (count.clone(), count.clone());
                let future = executor.submit(move || task.fetch_add(1))?;
                future.add_done_callback(move |_| callback.fetch_add(1));
            }
            done(())
        })
    };
    for n in 0..=2 {
        let seen = classes(&of(n), TimeMode::Any, Dpor::new(), 10_000);
        let turnouts: BTreeSet<_> =
            seen.classes.values().flat_map(|class| class.turnouts.clone()).collect();
        assert_eq!(turnouts, BTreeSet::from([(false, Some((2 * n).into()))]), "{n}");
    }
}

/// What is derived from an object of a task has a place of its own, by which it is found.
#[test]
fn derived_objects_have_places_of_their_own() {
    let mut names = Names::new();
    let task = names.child(TaskId::MAIN, 0);
    let of = [0, 1].map(|nth| names.object(task, nth));
    let pairs = [(of[1], 0), (of[0], 0), (of[1], 7), (of[1], 1)];
    let derived = pairs.map(|(of, number)| names.derived(of, number));
    let mut places = vec![];
    for ((of, number), id) in pairs.into_iter().zip(derived) {
        assert_eq!(names.derived(of, number), id);
        let (creator, nth) = names.object_origin(id);
        assert_eq!(names.object_at(&creator, nth), Some(id));
        assert_eq!(names.object_at(&creator, nth + 100), None);
        places.push((creator, nth));
    }
    places.extend(of.map(|id| names.object_origin(id)));
    places.sort();
    places.dedup();
    assert_eq!(places.len(), 6, "no two have one place");
    let third = names.object(task, 2);
    assert_eq!(names.object_origin(third).1, 2, "derived ones are not counted");
}

thread_local! {
    static N_COUNTED: Cell<i64> = const { Cell::new(0) };
}

/// Counts those that there are.
struct Counted;

impl Counted {
    fn new() -> Counted {
        N_COUNTED.set(N_COUNTED.get() + 1);
        Counted
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        N_COUNTED.set(N_COUNTED.get() - 1);
    }
}

/// Tasks and callbacks that hold handles to their executor do not outlive the execution.
#[test]
fn what_is_never_done_is_let_go() {
    let program = program(|| {
        let executor = ThreadPoolExecutor::new(1)?;
        let theirs = executor.clone();
        let outer = executor.submit(move || {
            let (handle, counted) = (theirs.clone(), Counted::new());
            let inner = theirs.submit(move || drop((handle, counted)))?;
            let (handle, counted) = (theirs.clone(), Counted::new());
            inner.add_done_callback(move |_| drop((handle, counted)));
            inner.result()
        })?;
        let (own, counted) = (outer.clone(), Counted::new());
        outer.add_done_callback(move |_| drop((own, counted)));
        executor.shutdown(Shutdown::Wait)
    });
    let seen = classes(&program, TimeMode::Any, Dpor::new(), 10_000);
    assert!(seen.classes.len() > 1);
    assert_eq!(N_COUNTED.get(), 0, "of {} executions", seen.executions);
}
