//! Exact numbers of classes of programs with pools and executors.
//!
//! Of n tasks that w workers begin in the order of submission, the completion orders are
//! w!·w^(n−w): as long as tasks are left each of w workers may be next to deliver, and the
//! last w tasks come in any order. Each number here is that, or argued for in its row, and
//! is confirmed by the plain search where that gets through: the same classes, each once.

use std::cell::Cell;
use std::collections::BTreeSet;

use unknot_checker::model::kind::Kind;
use unknot_checker::sim::process::{Pool, ProcessPoolExecutor};
use unknot_checker::sim::{
    Atomic, Exception, Future, Names, Outcome, Program, Shared, Shutdown, TaskId,
    ThreadPoolExecutor, TimeMode, done, outcome_at_exit,
};
use unknot_checker::strategy::{Dfs, Dpor, Visibility};

use crate::kit::classes::{Classes, classes, classes_made_anew};

/// A program with its classes, how many of them end stuck, how many outcomes there are, and
/// the kinds of its findings.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) program: Program,
    pub(super) classes: usize,
    pub(super) stuck: usize,
    pub(super) outcomes: usize,
    pub(super) kinds: &'static [Kind],
}

pub(super) fn program<O: Outcome>(body: impl Fn() -> O + Send + Sync + 'static) -> Program {
    std::sync::Arc::new(move || body().outcome())
}

/// How often the plain search may run a program.
const MAX_EXECUTIONS: u64 = 20_000;

pub(super) fn confirm(row: &Row) {
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

pub(super) fn completion_orders(n: usize, w: usize) -> usize {
    let workers = w.min(n);
    (1..=workers).product::<usize>() * workers.pow((n - workers) as u32)
}

const SIZES: [(usize, usize); 7] = [(1, 2), (2, 2), (3, 2), (4, 2), (3, 3), (4, 3), (6, 3)];

pub(super) fn row<O: Outcome>(
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

/// Callbacks run in the order in which tasks are done, all before the pool has been
/// joined.
fn callbacks(n: usize, w: usize) -> Row {
    let classes = completion_orders(n, w);
    row(format!("callbacks {n} {w}"), (classes, classes), move || {
        let order = Shared::named("order", vec![]);
        let pool = Pool::with_callbacks(w)?;
        for nth in 0..n {
            let theirs = order.clone();
            let add = move |nth: usize| theirs.write([theirs.read(), vec![nth]].concat());
            pool.apply_async_with(nth, |nth| nth, add, |_| ())?;
        }
        pool.close();
        pool.join()?;
        done(order.read())
    })
}

/// What is asked of pools, and how they end.
fn asked_and_ended() -> Vec<Row> {
    vec![
        // The second result is there or not when main asks.
        row("one worker, the second result".to_owned(), (2, 2), || {
            let pool = Pool::new(1)?;
            let _first = pool.apply_async((), |()| ())?;
            done(pool.apply_async((), |()| ())?.ready())
        }),
        // Main asks for the first result, then for the second one. Where that is delivered
        // last, each may be there or not when main asks, 4; where it is delivered first,
        // it is there if the first one is, 3.
        row("two workers, both results".to_owned(), (4 + 3, 4), || {
            let pool = Pool::new(2)?;
            let first = pool.apply_async((), |()| ())?;
            let second = pool.apply_async((), |()| ())?;
            done((first.ready(), second.ready()))
        }),
        // Where the result is delivered before the pool is terminated, the worker dies after
        // that. Otherwise it dies before it takes the task, before it delivers, or after.
        row("terminate, then join".to_owned(), (1 + 3, 2), || {
            let pool = Pool::killable(1)?;
            let result = pool.apply_async((), |()| ())?;
            pool.terminate();
            pool.join()?;
            done(result.ready())
        }),
        // The worker delivers with one step that draws a ticket, and brings the result to
        // the helper with the next one. If it draws after the pool is terminated, it brings
        // nothing, and dies at one of three places. If it draws before, it dies before it
        // brings, or after: then the helper takes the result before all is cut, or it
        // finds that after one of the two steps, or after both.
        row("terminate with callbacks".to_owned(), (3 + 1 + 3, 2), || {
            let called = Shared::named("called", false);
            let theirs = called.clone();
            let pool = Pool::killable_with_callbacks(1)?;
            pool.apply_async_with((), |()| (), move |()| theirs.write(true), |_| ())?;
            pool.terminate();
            done(called.read())
        }),
        // One task has both items of a worker that has four tasks at most.
        // One worker does one part after the other, and the callback gets all of them.
        row("map_async with a callback".to_owned(), (1, 1), || {
            let all = Shared::named("all", vec![]);
            let theirs = all.clone();
            let pool = Pool::with_callbacks(1)?;
            let keep = move |squares| theirs.write(squares);
            let result = pool.map_async_with(0..5, |n: i64| n * n, keep, |_| ())?;
            pool.close();
            pool.join()?;
            done((result.get()?, all.read()))
        }),
        // There is no task, so no callback is run.
        row("map_async of nothing".to_owned(), (1, 1), || {
            let called = Shared::named("called", false);
            let theirs = called.clone();
            let pool = Pool::with_callbacks(1)?;
            let call = move |_| theirs.write(true);
            let result = pool.starmap_async_with([(); 0], |()| (), call, |_| ())?;
            pool.close();
            pool.join()?;
            done((result.get()?.len(), called.read()))
        }),
        // The helper is a daemon. Of a pool that is not joined, it is killed before it finds
        // that nothing comes any more, before it ends, or not.
        row("a pool with callbacks that is not joined".to_owned(), (3, 1), || {
            Pool::with_callbacks(1)?.map([1], |n| n)
        }),
    ]
}

#[test]
fn classes_of_pools() {
    SIZES[..4].iter().for_each(|&(n, w)| confirm(&callbacks(n, w)));
    asked_and_ended().iter().for_each(confirm);
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

/// The same of callbacks, where the first one ends the helper and the second is not called.
#[test]
fn callbacks_that_are_never_called_are_let_go() {
    let program = program(|| {
        let pool = Pool::killable_with_callbacks(1)?;
        for n in [1, 2] {
            let (handle, counted) = (pool.clone(), Counted::new());
            let call = move |_: Vec<i32>| {
                drop((handle, counted));
                Err::<(), Exception>(Exception::new("ValueError", "a callback that fails"))
            };
            pool.map_async_with([n], |n| n, call, |_| ())?;
        }
        pool.close();
        pool.join()?;
        done(())
    });
    let seen = classes(&program, TimeMode::Any, Dpor::new(), 10_000);
    assert!(!seen.classes.is_empty());
    assert_eq!(N_COUNTED.get(), 0, "of {} executions", seen.executions);
}
