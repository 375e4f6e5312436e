//! Futures that wait for time.

use unknot_checker::sim::TimeMode;
use unknot_std::Builder;
use unknot_std::tokio::sync::oneshot;
use unknot_std::tokio::time::{self, Duration, Instant};
use unknot_std::tokio::{self, task};

use super::{row, row_with, shown};

const SECOND: Duration = Duration::from_secs(1);

fn sleeps() -> String {
    shown(async {
        let begin = Instant::now();
        time::sleep(SECOND).await;
        time::sleep_until(begin + 3 * SECOND).await;
        let mut interval = time::interval(SECOND);
        interval.tick().await;
        interval.tick().await;
        begin.elapsed().as_secs().to_string()
    })
}

/// Where durations do not count, the time may be up at any point.
fn limited() -> String {
    shown(async {
        let (sender, receiver) = oneshot::channel();
        let task = task::spawn(async move {
            time::sleep(2 * SECOND).await;
            sender.send(1).is_ok()
        });
        let got = time::timeout(SECOND, receiver).await;
        let sent = task.await.unwrap();
        format!("{} {sent}", got.is_ok())
    })
}

/// The first of two timers, in a task that waits for nothing else.
fn first_of_two() -> String {
    shown(async {
        let begin = Instant::now();
        let first = tokio::select! {
            () = time::sleep(2 * SECOND) => 2,
            () = time::sleep(SECOND) => 1,
        };
        format!("{first} {}", begin.elapsed().as_secs())
    })
}

#[test]
fn where_durations_do_not_count() {
    row("sleeps", sleeps, (1, 0, &["4"], &[]));
    // Sent before it is looked for, or while it is waited for, or the time is up, and it is sent
    // before the receiver is dropped or behind: 4. The handle: 2.
    row("limited", limited, (8, 0, &["false false", "false true", "true true"], &[]));
    // The branch that is polled first, twice, and the timer.
    row("first of two", first_of_two, (8, 0, &["1 1", "2 2"], &[]));
}

#[test]
fn where_they_do() {
    let exactly = |program: fn() -> String, wanted: &'static str| {
        let check = Builder::new().time(TimeMode::Virtual).cross_check(20);
        check.check(move || assert_eq!(program(), wanted)).assert_pass();
    };
    exactly(sleeps, "4");
    exactly(limited, "false false");
    exactly(first_of_two, "1 1");
}

/// A timer of a task that can be aborted.
#[test]
fn timers_of_tasks() {
    let program = || {
        shown(async {
            let task = task::spawn(async { time::sleep(SECOND).await });
            task.abort();
            task.await.is_ok().to_string()
        })
    };
    // Told before it begins, while it sleeps, or too late: 3. The handle: 2.
    row_with("aborted", Builder::new(), program, (6, 0, &["false", "true"], &[]));
}
