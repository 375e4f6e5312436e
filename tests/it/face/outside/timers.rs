//! Several futures in one task, and time.

use std::collections::BTreeSet;

use unknot_checker::sim::TimeMode;
use unknot_checker::strategy::Dpor;
use unknot_std::future::block_on;
use unknot_std::parking_lot as pl;
use unknot_std::sync::Arc;
use unknot_std::time::Instant;
use unknot_std::tokio::sync::mpsc;
use unknot_std::tokio::{self, task, time};
use unknot_std::{Builder, thread};

use super::super::MANY;
use super::{SECOND, claim};
use crate::kit::classes::classes;

/// Notes that it was dropped.
struct Noted(&'static str, Arc<pl::Mutex<Vec<&'static str>>>);

impl Drop for Noted {
    fn drop(&mut self) {
        self.1.lock().push(self.0);
    }
}

/// The futures of a `select!` are dropped in their order, before the handler is called.
fn dropped_in_order() -> String {
    block_on(async {
        let all = Arc::new(pl::Mutex::new(vec![]));
        let wait = |name| {
            let noted = Noted(name, all.clone());
            async move {
                let _noted = noted;
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            biased;
            () = wait("a") => {}
            () = wait("b") => {}
            () = async {} => all.lock().push("handler"),
        }
        let all = all.lock();
        all.join(" ")
    })
}

/// A deadline over a whole loop: it may be up while items are there.
fn deadline_of_a_loop() -> String {
    block_on(async {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        for n in 0..2 {
            sender.send(n).unwrap();
        }
        drop(sender);
        let deadline = time::sleep(SECOND);
        tokio::pin!(deadline);
        let mut n = 0;
        loop {
            tokio::select! {
                biased;
                () = &mut deadline => break,
                item = receiver.recv() => match item {
                    Some(_) => n += 1,
                    None => break,
                },
            }
        }
        n.to_string()
    })
}

#[test]
fn selected() {
    // The futures are the parts of a tuple, which is dropped before the handler is called.
    claim("dropped in order", dropped_in_order, (false, &["a b handler"], &[]));
}

/// Where durations do not count, each step may take a second. No step is between the beginning of
/// the deadline and its first poll.
#[test]
fn a_deadline_among_items() {
    claim("deadline", deadline_of_a_loop, (false, &["1", "2"], &[]));
}

/// A look at the clock before and behind a sleep.
fn elapses() -> String {
    let begin = Instant::now();
    let task = thread::spawn(|| thread::sleep(SECOND));
    let early = begin.elapsed() >= SECOND;
    task.join().unwrap();
    format!("{early} {}", begin.elapsed() >= SECOND)
}

#[test]
fn the_clock() {
    // The sleep is before the look, or behind it; it is over when it was waited for.
    claim("elapses", elapses, (false, &["false true", "true true"], &[]));
}

/// Where durations count, the limit of a whole is what it is, whatever the parts.
#[test]
fn where_durations_count() {
    let program = || {
        block_on(async {
            let begin = Instant::now();
            let (sender, mut receiver) = mpsc::channel(1);
            let task = task::spawn(async move {
                for n in 0..3 {
                    time::sleep(2 * SECOND).await;
                    if sender.send(n).await.is_err() {
                        return n;
                    }
                }
                3
            });
            let mut n = 0;
            let all = async {
                while receiver.recv().await.is_some() {
                    n += 1;
                }
            };
            let is_late = time::timeout(5 * SECOND, all).await.is_err();
            drop(receiver);
            let sent = task.await.unwrap();
            format!("{is_late} {n} {sent} {}", begin.elapsed().as_secs())
        })
    };
    // Items come at 2 and 4 seconds, the limit is at 5, and at 6 there is no receiver.
    let checked = Builder::new().time(TimeMode::Virtual).check(program);
    checked.assert_pass();
    let shown: BTreeSet<String> = outcomes(program);
    assert_eq!(shown, BTreeSet::from(["true 2 2 6".to_owned()]));
}

/// What a program comes to where durations count.
fn outcomes(program: fn() -> String) -> BTreeSet<String> {
    Builder::new().explore_by(program, |program| {
        let all = classes(program, TimeMode::Virtual, Dpor::new(), MANY);
        all.told().0.iter().map(|outcome| outcome.trim_matches('"').to_owned()).collect()
    })
}
