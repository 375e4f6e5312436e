//! Combinators of another crate over futures of this one: they poll with wakers of their own,
//! and copy that of the task.
//!
//! For each program the reduced search sees the classes of the plain one, each once, and the
//! outcomes that are argued for. How many classes there are is a matter of how often a
//! combinator polls, and is not told.

use std::collections::BTreeSet;
use std::future::Future;
use std::time::Duration;

use futures::future::{Either, join, join_all, select};
use futures::stream::{FuturesUnordered, StreamExt};
use futures::{FutureExt, pin_mut, select_biased};
use unknot_checker::model::kind::Kind;
use unknot_checker::sim::future::sync::{Lock, Queue, Semaphore};
use unknot_checker::sim::future::{self, Loop, block_on};
use unknot_checker::sim::{Exception, Program, Shared, TimeMode, done};
use unknot_checker::strategy::{Dfs, Dpor, Visibility};

use super::processes::program;
use crate::kit::classes::{classes, classes_made_anew};

fn main<F: Future<Output = Result<String, Exception>>>(
    body: impl Fn() -> F + Send + Sync + 'static,
) -> Program {
    program(move || block_on(body()))
}

/// Two tasks add under a lock; a third one joins them with `join_all`.
fn all_of_two() -> Program {
    main(|| async {
        let (lock, sum) = (Lock::named("lock"), Shared::named("sum", 0));
        let tasks = (0..2).map(|_| {
            let (lock, sum) = (lock.clone(), sum.clone());
            future::spawn(async move {
                let _guard = lock.lock().await;
                sum.write(sum.read() + 1);
            })
        });
        for ended in join_all(tasks.map(IntoFuture::into_future)).await {
            ended?;
        }
        Ok(sum.read().to_string())
    })
}

/// A task takes two locks at once with `join`, another one after the other in the other
/// order.
fn both_at_once() -> Program {
    main(|| async {
        let (a, b) = (Lock::named("a"), Lock::named("b"));
        let (their_a, their_b) = (a.clone(), b.clone());
        let other = future::spawn(async move {
            let _b = their_b.lock().await;
            let _a = their_a.lock().await;
        });
        {
            let _both = join(a.lock(), b.lock()).await;
        }
        other.await?;
        Ok("through".to_owned())
    })
}

/// The first of two items with `select`, which gives the other future back.
fn first_of_two() -> Program {
    main(|| async {
        let (a, b) = (Queue::named("a", 0), Queue::named("b", 0));
        for (queue, item) in [(a.clone(), "a"), (b.clone(), "b")] {
            future::spawn(async move { queue.put(item).await });
        }
        let (first, second) = match select(Box::pin(a.get()), Box::pin(b.get())).await {
            Either::Left((first, other)) => (first?, other.await?),
            Either::Right((first, other)) => (first?, other.await?),
        };
        Ok(format!("{first}{second}"))
    })
}

/// An item, or a timer that is asked second.
fn an_item_in_time() -> Program {
    main(|| async {
        let items = Queue::named("items", 0);
        let theirs = items.clone();
        future::spawn(async move { theirs.put("item").await });
        let (item, late) = (items.get().fuse(), future::sleep(Duration::from_secs(1)).fuse());
        pin_mut!(item, late);
        select_biased! {
            item = item => Ok(item?.to_owned()),
            () = late => Ok("late".to_owned()),
        }
    })
}

/// Two permits of two semaphores, in the order in which they come.
async fn as_they_come() -> Result<String, Exception> {
    let permits = [Semaphore::named("a", 0), Semaphore::named("b", 0)];
    let mut waits: FuturesUnordered<_> = permits
        .iter()
        .cloned()
        .zip(["a", "b"])
        .map(|(permits, name)| async move {
            permits.acquire().await.forget();
            name
        })
        .collect();
    for permits in permits {
        future::spawn(async move { permits.add_permits(1) });
    }
    let mut all = String::new();
    while let Some(name) = waits.next().await {
        all.push_str(name);
    }
    Ok(all)
}

#[test]
fn combinators_of_another_crate() {
    let deadlock: &[Kind] = &[Kind::Deadlock];
    for (name, program, outcomes, kinds) in [
        ("all of two", all_of_two(), vec!["2"], &[][..]),
        // It may have one while the other task has the other. That it waits for both at once
        // does not help: it keeps what it has.
        ("both at once", both_at_once(), vec!["through"], deadlock),
        ("first of two", first_of_two(), vec!["ab", "ba"], &[]),
        ("an item in time", an_item_in_time(), vec!["item", "late"], &[]),
        ("as they come", main(as_they_come), vec!["ab", "ba"], &[]),
    ] {
        let plain = classes_made_anew(&program, TimeMode::Any, Dfs::new(Visibility::All), 300_000);
        assert!(!plain.too_many, "{name}: too large for brute force");
        let reduced = classes(&program, TimeMode::Any, Dpor::new(), 100_000);
        assert!(reduced.classes.keys().eq(plain.classes.keys()), "{name}: other classes");
        let once = reduced.classes.values().all(|class| class.executions == 1);
        assert!(once && reduced.blocked == 0, "{name}: {} given up", reduced.blocked);
        let expected = (
            outcomes.into_iter().map(str::to_owned).collect(),
            kinds.iter().copied().collect::<BTreeSet<Kind>>(),
        );
        assert_eq!(plain.told(), expected, "{name}");
        assert_eq!(reduced.told(), expected, "{name}");
    }
}

/// In a loop the same futures are served in their order: one class in virtual time.
#[test]
fn combinators_in_a_loop() {
    let program = program(|| done(Loop::new().run(as_they_come())??));
    let seen = classes(&program, TimeMode::Virtual, Dpor::new(), 100);
    assert_eq!(seen.classes.len(), 1);
    assert_eq!(seen.told().0, BTreeSet::from(["ab".to_owned()]));
}
