//! Exact numbers of classes of programs whose futures take turns in a loop.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use unknot_checker::model::kind::Kind;
use unknot_checker::sim::future::sync::{Event, Lock, Notify, Queue, Semaphore, mpsc, oneshot};
use unknot_checker::sim::future::{self, Either, Handle, Loop};
use unknot_checker::sim::{Exception, Program, Shared, TimeMode, done, now, spawn};
use unknot_checker::strategy::{Dfs, Dpor, Visibility};

use super::processes::program;
use crate::kit::classes::{Classes, classes, classes_made_anew};

const SECOND: Duration = Duration::from_secs(1);

/// A program with its classes in virtual time or in any, how many of them end stuck, what
/// they turn out to be, and the kinds of its findings.
struct LoopRow {
    name: &'static str,
    program: Program,
    time: TimeMode,
    classes: usize,
    stuck: usize,
    outcomes: &'static [&'static str],
    kinds: &'static [Kind],
}

/// Runs a row: with the plain search too where that gets through.
fn confirm(row: &LoopRow) {
    let reduced = classes(&row.program, row.time, Dpor::new(), 10_000);
    check(row, "dpor", &reduced);
    let once = reduced.classes.values().all(|class| class.executions == 1);
    assert!(once && reduced.blocked == 0, "{}: {} given up", row.name, reduced.blocked);
    let plain = classes_made_anew(&row.program, row.time, Dfs::new(Visibility::All), 2_000);
    if !plain.too_many {
        check(row, "dfs", &plain);
    }
}

fn check(row: &LoopRow, search: &str, seen: &Classes) {
    let (outcomes, kinds) = seen.told();
    let expected = row.outcomes.iter().map(|&text| text.to_owned()).collect();
    assert_eq!(
        (seen.classes.len(), seen.stuck(), outcomes, kinds),
        (row.classes, row.stuck, expected, row.kinds.iter().copied().collect()),
        "{}, {search}",
        row.name
    );
}

/// Runs a future in a loop as the main task.
fn looped<F: Future<Output = Result<String, Exception>>>(
    body: impl Fn() -> F + Send + Sync + 'static,
) -> Program {
    program(move || Loop::new().run(body())?)
}

async fn join<T: 'static>(tasks: Vec<Handle<T>>) -> Result<Vec<T>, Exception> {
    let mut all = vec![];
    for task in tasks {
        all.push(task.await?);
    }
    Ok(all)
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Between {
    Nothing,
    Sleep,
    LockedSleep,
}

/// Each of n futures reads a number, waits or not, and writes one more. Tells how long it
/// took where durations count.
pub(crate) fn read_write(n: usize, between: Between) -> Program {
    looped(move || async move {
        let (x, lock) = (Shared::named("x", 0), Lock::named("lock"));
        let tasks = (0..n).map(|_| {
            let (x, lock) = (x.clone(), lock.clone());
            future::spawn(async move {
                let is_locked = between == Between::LockedSleep;
                let _guard = if is_locked { Some(lock.lock().await) } else { None };
                let seen = x.read();
                if between != Between::Nothing {
                    future::sleep(SECOND).await;
                }
                x.write(seen + 1);
            })
        });
        join(tasks.collect()).await?;
        let took = now().map_or(String::new(), |now| format!(" after {}", now.as_secs()));
        Ok(format!("{}{took}", x.read()))
    })
}

/// Two futures take two locks in opposite orders, with a sleep between.
fn opposite_orders() -> Program {
    looped(|| async {
        let (a, b) = (Lock::named("a"), Lock::named("b"));
        let both = [(a.clone(), b.clone()), (b, a)].map(|(first, second)| {
            future::spawn(async move {
                let _first = first.lock().await;
                future::sleep(SECOND).await;
                let _second = second.lock().await;
            })
        });
        join(both.into()).await?;
        Ok(String::new())
    })
}

/// A future of the program, in one of whose polls no other task comes between the look and
/// the waker that it keeps.
fn own_future() -> Program {
    looped(|| async {
        let flag = Rc::new(RefCell::new((false, None::<Waker>)));
        let set = Rc::clone(&flag);
        let setter = future::spawn(async move {
            let waker = {
                let mut flag = set.borrow_mut();
                flag.0 = true;
                flag.1.take()
            };
            waker.map(Waker::wake)
        });
        poll_fn(|cx| {
            let mut flag = flag.borrow_mut();
            if flag.0 {
                return Poll::Ready(());
            }
            flag.1 = Some(cx.waker().clone());
            Poll::Pending
        })
        .await;
        setter.await?;
        Ok(String::new())
    })
}

/// Every primitive once, in the order in which a loop of this kind has it.
fn everything() -> Program {
    looped(|| async {
        let mut all = String::new();
        let (permits, event, notify) = (Semaphore::new(0), Event::new(), Notify::new());
        let (line, (first, last)) = (Queue::new(1), oneshot::channel());
        let (sender, mut receiver) = mpsc::channel(1);
        let other = {
            let (permits, event, notify) = (permits.clone(), event.clone(), notify.clone());
            let line = line.clone();
            future::spawn(async move {
                permits.add_permits(1);
                event.set();
                notify.notify_one();
                line.put(1).await?;
                line.put(2).await?;
                _ = first.send(3);
                for value in 4..=6 {
                    _ = sender.send(value).await;
                }
                done(7)
            })
        };
        drop(permits.acquire().await);
        event.wait().await;
        notify.notified().await;
        for _ in 0..2 {
            all.push_str(&line.get().await?.to_string());
        }
        all.push_str(&last.await?.to_string());
        while let Some(value) = receiver.recv().await {
            all.push_str(&value.to_string());
        }
        all.push_str(&other.await??.to_string());
        Ok(all)
    })
}

/// The first of two items; what the other would have waited for is still there.
fn first_of_two() -> Program {
    looped(|| async {
        let (a, b) = (Queue::new(0), Queue::new(0));
        let (their_a, their_b) = (a.clone(), b.clone());
        let putting = future::spawn(async move {
            their_b.put("b").await?;
            their_a.put("a").await
        });
        let first = match future::select(a.get(), b.get()).await {
            Either::First(item) | Either::Second(item) => item?,
        };
        putting.await??;
        let left = [a.get_nowait(), b.get_nowait()].map(|item| item.unwrap_or("-"));
        Ok(format!("{first}, left {}{}", left[0], left[1]))
    })
}

/// A future that is aborted while it waits, with a ticket for a lock: the next one gets that.
fn aborted() -> Program {
    looped(|| async {
        let lock = Lock::named("lock");
        let held = lock.lock().await;
        let [one, two] = [lock.clone(), lock]
            .map(|lock| future::spawn_abortable(async move { drop(lock.lock().await) }));
        future::yield_now().await;
        // The first has a ticket that is woken, and is dropped before its turn.
        drop(held);
        one.abort();
        let told = one.await.map_or_else(|e| e.kind, |()| "ended");
        two.await?;
        Ok(told.to_owned())
    })
}

/// The main future is ready while another one waits: that one is dropped, and its guard
/// gives the lock back.
fn left_over() -> Program {
    program(|| {
        let lock = Lock::named("lock");
        let theirs = lock.clone();
        Loop::new().run(async move {
            future::spawn(async move {
                let _guard = theirs.lock().await;
                std::future::pending::<()>().await;
            });
            future::yield_now().await;
        })?;
        done(lock.try_lock().is_some())
    })
}

/// A loop that is run inside itself, and inside another one.
fn run_inside() -> Program {
    looped(|| async {
        let inner = [Loop::new(), Loop::new()].map(|inner| inner.run(async {}));
        Ok(inner.map(|told| told.map_or_else(|e| e.kind, |()| "run")).join(" "))
    })
}

/// A loop that two threads run: one after the other, or one of them is told.
fn run_by_two() -> Program {
    program(|| {
        let both = Loop::new();
        let theirs = both.clone();
        let other = spawn(move || theirs.run(async {}).is_ok());
        let mine = both.run(async {}).is_ok();
        done(format!("{mine} {}", other.join()?))
    })
}

/// A future that is aborted while it waits outside the loop: it comes back, and is dropped
/// where it awaits next.
fn aborted_outside() -> Program {
    program(|| {
        let looped = Loop::new();
        let inside = looped.clone();
        looped.run(async move {
            let (permits, theirs) = (Semaphore::new(0), inside.clone());
            let gate = unknot_checker::sim::Semaphore::named("gate", 0);
            let (open, at) = (gate.clone(), gate);
            let task = future::spawn_abortable(async move {
                theirs.outside(|| at.acquire());
                drop(permits.acquire().await);
            });
            future::yield_now().await;
            task.abort();
            open.release();
            done(task.await.map_or_else(|e| e.kind, |()| "ended"))
        })?
    })
}

fn rows() -> Vec<LoopRow> {
    let row = |name, program, outcomes| LoopRow {
        name,
        program,
        time: TimeMode::Virtual,
        classes: 1,
        stuck: 0,
        outcomes,
        kinds: &[],
    };
    let in_any = |name, program, classes, outcomes| LoopRow {
        time: TimeMode::Any,
        classes,
        ..row(name, program, outcomes)
    };
    use Between::{LockedSleep, Nothing, Sleep};
    let lost = &[Kind::LostUpdate];
    vec![
        // All read in their first turns, and write when the clock has put them in line.
        LoopRow { kinds: lost, ..row("sleep, 2", read_write(2, Sleep), &["1 after 1"]) },
        LoopRow { kinds: lost, ..row("sleep, 3", read_write(3, Sleep), &["1 after 1"]) },
        LoopRow { kinds: lost, ..row("sleep, 10", read_write(10, Sleep), &["1 after 1"]) },
        // A future without an await in between has one turn for both.
        row("no await, 3", read_write(3, Nothing), &["3 after 0"]),
        row("no await, 10", read_write(10, Nothing), &["10 after 0"]),
        // One after another.
        row("under a lock, 3", read_write(3, LockedSleep), &["3 after 3"]),
        row("under a lock, 10", read_write(10, LockedSleep), &["10 after 10"]),
        // Each has its first lock when the clock moves.
        LoopRow {
            stuck: 1,
            kinds: &[Kind::Deadlock],
            ..row("opposite orders", opposite_orders(), &[])
        },
        row("own future", own_future(), &[""]),
        row("everything", everything(), &["1234567"]),
        // The second is woken first, but both are there when the turn comes.
        row("first of two", first_of_two(), &["a, left -b"]),
        row("aborted", aborted(), &["Cancelled"]),
        row("left over", left_over(), &["true"]),
        row("run inside", run_inside(), &["RuntimeError RuntimeError"]),
        // It is back before main gives up its turn, or after that.
        LoopRow { classes: 2, ..row("aborted outside", aborted_outside(), &["Cancelled"]) },
        // Each begins and ends: one after the other, or one is told while the other runs.
        in_any("run by two", run_by_two(), 4, &["false true", "true false", "true true"]),
        // Where durations do not count a future sleeps without the baton, so the order in
        // which they come back is open, and so is when: the figures are those of the oracle
        // (documents/models/loops.rs). All stand in line before the first one comes back, so all
        // have read by then.
        LoopRow { kinds: lost, ..in_any("any time, 2", read_write(2, Sleep), 8, &["1"]) },
        LoopRow { kinds: lost, ..in_any("any time, 3", read_write(3, Sleep), 108, &["1"]) },
        in_any("any time, locked, 2", read_write(2, LockedSleep), 4, &["2"]),
        in_any("any time, locked, 3", read_write(3, LockedSleep), 12, &["3"]),
    ]
}

#[test]
fn classes_of_loops() {
    rows().iter().for_each(confirm);
}
