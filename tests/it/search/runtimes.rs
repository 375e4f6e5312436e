//! What runtimes of Rust and Python do with futures, as programs: each row says what may
//! come of it there. None of them may be stuck or fail where the original does not, and the
//! other way round. Plain and reduced search agree on all.

use std::collections::BTreeSet;
use std::future::{Future, IntoFuture};
use std::time::Duration;

use futures::future::join_all;
use futures::stream::{FuturesUnordered, StreamExt};
use unknot_checker::model::kind::Kind;
use unknot_checker::sim::future::sync::{Event, Notify, Queue, Semaphore, mpsc, oneshot};
use unknot_checker::sim::future::{self, Loop, block_on};
use unknot_checker::sim::green::Hub;
use unknot_checker::sim::{
    Atomic, Exception, Program, Shared, TimeMode, Yielder, done, generator, spawn,
};
use unknot_checker::strategy::{Dfs, Dpor, Visibility};

use super::processes::program;
use crate::kit::classes::{classes, classes_made_anew};

const SECOND: Duration = Duration::from_secs(1);

/// A program, and what may come of it in virtual time.
struct RuntimeRow {
    name: &'static str,
    program: Program,
    outcomes: &'static [&'static str],
    kinds: &'static [Kind],
}

fn row(name: &'static str, program: Program, outcomes: &'static [&'static str]) -> RuntimeRow {
    RuntimeRow { name, program, outcomes, kinds: &[] }
}

fn confirm(rows: &[RuntimeRow]) {
    for RuntimeRow { name, program, outcomes, kinds } in rows {
        let plain =
            classes_made_anew(program, TimeMode::Virtual, Dfs::new(Visibility::All), 100_000);
        assert!(!plain.too_many, "{name}: too large for brute force");
        let reduced = classes(program, TimeMode::Virtual, Dpor::new(), 10_000);
        assert!(reduced.classes.keys().eq(plain.classes.keys()), "{name}: other classes");
        let expected = (
            outcomes.iter().map(|&text| text.to_owned()).collect(),
            kinds.iter().copied().collect::<BTreeSet<Kind>>(),
        );
        assert_eq!(plain.told(), expected, "{name}");
        assert_eq!(reduced.told(), expected, "{name}");
    }
}

/// Runs a future in a loop as the main task.
fn looped<F: Future<Output = Result<String, Exception>>>(
    body: impl Fn() -> F + Send + Sync + 'static,
) -> Program {
    program(move || Loop::new().run(body())?)
}

/// Runs a future as the main task.
fn main<F: Future<Output = Result<String, Exception>>>(
    body: impl Fn() -> F + Send + Sync + 'static,
) -> Program {
    program(move || block_on(body()))
}

/// Two items come while one future waits; the other one waits before the first is back.
fn two_items_at_once() -> Program {
    looped(|| async {
        let items = Queue::named("items", 0);
        let get = |items: &Queue<i32>| {
            let items = items.clone();
            future::spawn(async move { items.get().await })
        };
        let first = get(&items);
        future::yield_now().await;
        let second = get(&items);
        items.put_nowait(1)?;
        items.put_nowait(2)?;
        Ok(format!("{}{}", first.await??, second.await??))
    })
}

/// Two permits come at once, for two futures of which one waits.
fn two_permits_at_once() -> Program {
    looped(|| async {
        let permits = Semaphore::named("permits", 0);
        let acquire = |permits: &Semaphore| {
            let permits = permits.clone();
            future::spawn(async move { permits.acquire().await.forget() })
        };
        let first = acquire(&permits);
        future::yield_now().await;
        let second = acquire(&permits);
        permits.add_permits(2);
        first.await?;
        second.await?;
        Ok(String::new())
    })
}

/// Handles in a set that polls only what was told.
fn set_of_handles() -> Program {
    looped(|| async {
        let mut all: FuturesUnordered<_> =
            (0..3).map(|n| future::spawn(async move { n }).into_future()).collect();
        let mut ended = String::new();
        while let Some(one) = all.next().await {
            ended.push_str(&one?.to_string());
        }
        Ok(ended)
    })
}

/// Sleeps in such a set, the longer one first.
fn set_of_sleeps() -> Program {
    looped(|| async {
        let mut all: FuturesUnordered<_> = [2, 1]
            .into_iter()
            .map(|n| async move {
                future::sleep(SECOND * n).await;
                n
            })
            .collect();
        let mut ended = String::new();
        while let Some(one) = all.next().await {
            ended.push_str(&one.to_string());
        }
        Ok(ended)
    })
}

/// Handles in a combinator, which polls only what was told if there are many.
fn handles(n: i32) -> Program {
    looped(move || async move {
        let all = (0..n).map(|n| future::spawn(async move { n }).into_future());
        let sum: Result<i32, Exception> = join_all(all).await.into_iter().sum();
        Ok(sum?.to_string())
    })
}

/// A message with a sender for the answer, and a receiver that is dropped: the sender goes
/// with what was not received.
fn dropped_with_a_reply() -> Program {
    main(|| async {
        let (sender, receiver) = mpsc::channel(1);
        let client = future::spawn(async move {
            let (reply, answer) = oneshot::channel::<i32>();
            sender.send(reply).await.ok();
            // The channel has a sender all the time.
            let told = answer.await.is_err();
            drop(sender);
            told
        });
        future::spawn(async move { drop(receiver) });
        Ok(client.await?.to_string())
    })
}

/// A flag is looked at, and a future awaited only if it was not set. The future is made
/// before the look or after it.
fn awaits_unless_set(is_made_before: bool) -> Program {
    main(move || async move {
        let (changed, flag) = (Notify::named("changed"), Atomic::named("flag", 0));
        let (bell, set) = (changed.clone(), flag.clone());
        future::spawn(async move {
            set.store(1);
            bell.notify_waiters();
        });
        let before = is_made_before.then(|| changed.notified());
        if flag.load() == 0 {
            before.unwrap_or_else(|| changed.notified()).await;
        }
        Ok(flag.load().to_string())
    })
}

/// A future that was told is dropped, and another one waits. The first of the two that are
/// selected is asked first, and is not told yet then.
fn told_and_dropped(tell: fn(&Notify)) -> Program {
    main(move || async move {
        let changed = Notify::named("changed");
        let bell = changed.clone();
        future::select(changed.notified(), async move { tell(&bell) }).await;
        changed.notified().await;
        Ok(String::new())
    })
}

/// A task that is started before its loop runs waits for that.
fn started_before_the_run() -> Program {
    program(|| {
        let (looped, x) = (Loop::new(), Shared::named("x", 0));
        let theirs = x.clone();
        let task = looped.spawn(async move { theirs.write(1) });
        x.write(2);
        looped.run(async { task.await })??;
        done(x.read())
    })
}

/// What is to be called in a loop that has ended is never called, and is no reason to wait.
fn called_after_the_run() -> Program {
    program(|| {
        let (looped, x) = (Loop::new(), Shared::named("x", 0));
        let theirs = x.clone();
        looped.run(async {})?;
        looped.call_soon_threadsafe(move || theirs.write(1));
        done(x.read())
    })
}

/// A daemon that is started in a loop is a task of it: no other task comes between its
/// awaits.
fn daemon_of_a_loop() -> Program {
    looped(|| async {
        let x = Shared::named("x", 0);
        let (theirs, through) = (x.clone(), Event::named("through"));
        let told = through.clone();
        future::spawn_daemon("daemon", async move {
            theirs.write(theirs.read() + 1);
            told.set();
        });
        x.write(x.read() + 1);
        through.wait().await;
        Ok(x.read().to_string())
    })
}

/// A sleep of no time lets others go first, and does not wait for the clock.
fn sleep_of_no_time() -> Program {
    looped(|| async {
        let flag = Shared::named("flag", false);
        let set = flag.clone();
        let task = future::spawn(async move {
            future::sleep(Duration::ZERO).await;
            set.write(true);
        });
        let mut looks = 0;
        while !flag.read() {
            looks += 1;
            future::yield_now().await;
        }
        task.await?;
        Ok(format!("after {looks}"))
    })
}

/// A thread gives what a future of a loop waits for. That is not modelled, and is told.
fn given_by_a_thread() -> Program {
    program(|| {
        let items = Queue::named("items", 0);
        let theirs = items.clone();
        let thread = spawn(move || theirs.put_nowait(1));
        let got = Loop::new().run(async move { items.get().await })??;
        thread.join()??;
        done(got)
    })
}

/// A thread that is no greenlet asks the hub to wait.
fn pause_of_a_stranger() -> Program {
    program(|| {
        let hub = Hub::new(true);
        let theirs = hub.clone();
        let stranger = spawn(move || theirs.pause(SECOND));
        done(stranger.join().is_err())
    })
}

/// A generator that lets the end of another one pass as its own.
fn end_of_another() -> Program {
    program(|| {
        let outer = generator(|_: &Yielder<(), i32>| -> Result<(), Exception> {
            let inner = generator(|_: &Yielder<(), i32>| ());
            inner.next().map(|_| ()).map_err(|stop| stop.exception())
        });
        done(outer.next().map_or_else(|stop| stop.exception().kind, |_| "yielded"))
    })
}

#[test]
fn what_runtimes_do() {
    confirm(&[
        // Each of the two items, and of the two permits, is for one of them.
        row("two items at once", two_items_at_once(), &["12"]),
        row("two permits at once", two_permits_at_once(), &[""]),
        row("set of handles", set_of_handles(), &["012"]),
        row("set of sleeps", set_of_sleeps(), &["12"]),
        row("two handles", handles(2), &["1"]),
        row("many handles", handles(40), &["780"]),
        row("dropped with a reply", dropped_with_a_reply(), &["true"]),
        row("made before the look", awaits_unless_set(true), &["1"]),
        // All are told between the look and the making.
        RuntimeRow {
            kinds: &[Kind::Hang],
            ..row("made after the look", awaits_unless_set(false), &["1"])
        },
        RuntimeRow {
            kinds: &[Kind::Hang],
            ..row("told with all and dropped", told_and_dropped(Notify::notify_waiters), &[])
        },
        row("told alone and dropped", told_and_dropped(Notify::notify_one), &[""]),
        row("started before the run", started_before_the_run(), &["1"]),
        row("called after the run", called_after_the_run(), &["0"]),
        row("daemon of a loop", daemon_of_a_loop(), &["2"]),
        // The sleeper has its turn after the first look, stands in line behind main, and has
        // it again after the second.
        row("sleep of no time", sleep_of_no_time(), &["after 2"]),
        // It comes before the loop asks, or while the loop waits: for ever then.
        RuntimeRow {
            kinds: &[Kind::Exception, Kind::Hang],
            ..row("given by a thread", given_by_a_thread(), &["1"])
        },
        RuntimeRow {
            kinds: &[Kind::Exception],
            ..row("pause of a stranger", pause_of_a_stranger(), &["true"])
        },
        row("end of another", end_of_another(), &["RuntimeError"]),
    ]);
}
