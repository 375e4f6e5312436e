//! Exact numbers of classes of programs whose tasks poll futures.

use std::future::{Future, poll_fn};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use unknot_checker::model::kind::Kind;
use unknot_checker::sim::future::sync::{Lock, Queue};
use unknot_checker::sim::future::{self, Either, Handle, block_on};
use unknot_checker::sim::{self, Atomic, Exception, Program, Shared};

use super::processes::{Row, confirm, confirm_reduced, program};

/// Runs a future as the main task.
fn main<F: Future<Output = Result<String, Exception>>>(
    body: impl Fn() -> F + Send + Sync + 'static,
) -> Program {
    program(move || block_on(body()))
}

/// Waits for the end of each, in their order.
async fn join(tasks: impl IntoIterator<Item = Handle<()>>) -> Result<(), Exception> {
    for task in tasks {
        task.await?;
    }
    Ok(())
}

/// Each of n tasks reads a number, awaits, and writes one more.
fn read_await_write(n: usize, lock: bool) -> Program {
    main(move || async move {
        let (x, lock) = (Shared::named("x", 0), lock.then(|| Lock::named("lock")));
        let tasks: Vec<Handle<()>> = (0..n)
            .map(|_| {
                let (x, lock) = (x.clone(), lock.clone());
                future::spawn(async move {
                    let _guard = match &lock {
                        Some(lock) => Some(lock.lock().await),
                        None => None,
                    };
                    let read = x.read();
                    future::sleep(Duration::from_secs(1)).await;
                    x.write(read + 1);
                })
            })
            .collect();
        join(tasks).await?;
        Ok(x.read().to_string())
    })
}

/// Two tasks take two locks in opposite orders.
fn opposite_orders() -> Program {
    main(|| async {
        let (a, b) = (Lock::named("a"), Lock::named("b"));
        let both = [(a.clone(), b.clone()), (b, a)].map(|(first, second)| {
            future::spawn(async move {
                let _first = first.lock().await;
                let _second = second.lock().await;
            })
        });
        join(both).await?;
        Ok(String::new())
    })
}

/// A future of the program: it is ready once a flag is set. A task sets the flag and wakes
/// the waker that is kept, if there is one.
fn own_future(looks_first: bool) -> Program {
    main(move || async move {
        let (flag, kept) = (Atomic::named("flag", 0), sim::Queue::<Waker>::named("kept", 0));
        let (set, wakers) = (flag.clone(), kept.clone());
        sim::spawn(move || {
            set.store(1);
            if let Ok(waker) = wakers.get_nowait() {
                waker.wake();
            }
        });
        let poll = move |cx: &mut Context<'_>| {
            let keep = || kept.put(cx.waker().clone());
            if !looks_first {
                keep()?;
            }
            if flag.load() == 1 {
                return Poll::Ready(Ok(String::new()));
            }
            if looks_first {
                keep()?;
            }
            Poll::Pending
        };
        poll_fn(poll).await
    })
}

/// A task waits for an item with a time limit, while another one puts it in.
fn get_in_time() -> Program {
    main(|| async {
        let items = Queue::named("items", 0);
        let theirs = items.clone();
        future::spawn(async move { theirs.put(1).await });
        let got = future::timeout(Duration::from_secs(1), items.get()).await;
        Ok(got.map_or_else(|e| e.kind.to_owned(), |_| "got".to_owned()))
    })
}

/// A task waits for the first of two items, while another task puts both in.
fn first_of_two() -> Program {
    main(|| async {
        let (a, b) = (Queue::named("a", 0), Queue::named("b", 0));
        let (their_a, their_b) = (a.clone(), b.clone());
        future::spawn(async move {
            their_a.put(1).await?;
            their_b.put(2).await
        });
        Ok(match future::select(a.get(), b.get()).await {
            Either::First(_) => "a".to_owned(),
            Either::Second(_) => "b".to_owned(),
        })
    })
}

/// A task that is aborted while it waits for a lock, or before it begins, or after it has
/// ended.
fn aborted() -> Program {
    main(|| async {
        let lock = Lock::named("lock");
        let theirs = lock.clone();
        let task = future::spawn_abortable(async move { drop(theirs.lock().await) });
        task.abort();
        Ok(task.await.map_or_else(|e| e.kind.to_owned(), |()| "ended".to_owned()))
    })
}

fn rows() -> Vec<Row> {
    let row = |name, program: Program, classes, outcomes| Row {
        name,
        program,
        classes,
        stuck: 0,
        outcomes,
        kinds: &[],
    };
    let racy = &[Kind::LostUpdate, Kind::DataRace];
    vec![
        // Of n reads and n writes of one variable, each read before the write of its task:
        // (n!)² orders that differ, as for threads. To sleep touches nothing.
        Row {
            kinds: racy,
            ..row("read, await, write, 2", read_await_write(2, false), 4, &["1", "2"])
        },
        // An await of a lock is the one step that it is for a thread: n! orders of owners.
        row("under a lock, 3", read_await_write(3, true), 6, &["3"]),
        // Either is through before the other begins with its lock, or each has one.
        Row {
            stuck: 1,
            kinds: &[Kind::Deadlock],
            ..row("opposite orders", opposite_orders(), 3, &[""])
        },
        // Set before it looks; or kept before the other looks for it; or after that.
        Row {
            stuck: 1,
            kinds: &[Kind::Hang],
            ..row("looks, then keeps its waker", own_future(true), 3, &[""])
        },
        // Kept after the other looked for it, so set before it looks; or kept before that,
        // and set before it looks or after it.
        row("keeps its waker, then looks", own_future(false), 3, &[""]),
        // Put before the wait looks; or after it, and before the try; or after that.
        row("get in time", get_in_time(), 3, &["got", "TimeoutError"]),
        // The wait comes before the second put, or after it; the first is tried first.
        row("first of two", first_of_two(), 2, &["a"]),
        // Aborted before it begins, before its await, or after that.
        row("aborted", aborted(), 3, &["Cancelled", "ended"]),
    ]
}

#[test]
fn classes_of_futures() {
    rows().iter().for_each(confirm);
}

/// Three reads before the three writes of the same tasks: (3!)² orders, as for threads.
#[test]
fn three_that_read_await_and_write() {
    let outcomes = &["1", "2", "3"];
    let kinds = &[Kind::LostUpdate, Kind::DataRace];
    let name = "read, await, write, 3";
    let program = read_await_write(3, false);
    confirm_reduced(&Row { name, program, classes: 36, stuck: 0, outcomes, kinds });
}
