//! Several futures in one task: which is first is a choice, what is dropped loses nothing.

use std::future::ready;

use unknot_std::sync::Arc;
use unknot_std::tokio::sync::{mpsc, oneshot};
use unknot_std::tokio::{self, task};

use super::{row, shown};

/// Both are ready: either may be first.
fn either() -> String {
    shown(async {
        tokio::select! {
            n = ready(1) => n.to_string(),
            n = ready(2) => n.to_string(),
        }
    })
}

fn in_order() -> String {
    shown(async {
        tokio::select! {
            biased;
            n = ready(1) => n.to_string(),
            n = ready(2) => n.to_string(),
        }
    })
}

/// Branches that are disabled, by a condition or a pattern, and one for when all are.
fn disabled() -> String {
    shown(async {
        let mut seen = vec![];
        for n in 0..3 {
            tokio::select! {
                Some(mut x) = ready((n == 1).then_some(5)) => { x += 1; seen.push(x) }
                () = ready(()), if n == 2 => seen.push(n),
                else => seen.push(9),
            }
        }
        format!("{seen:?}")
    })
}

/// A handler may leave, and may use what the futures have borrowed.
fn leaves() -> String {
    shown(async {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        sender.send(1).unwrap();
        sender.send(2).unwrap();
        loop {
            tokio::select! {
                Some(n) = receiver.recv() => {
                    if n == 1 { continue }
                    break format!("{n} {:?}", receiver.try_recv().is_err());
                }
            }
        }
    })
}

/// A message and a stop, of one task: nothing is lost if the stop is taken first.
fn stops() -> String {
    shown(async {
        let (sender, mut receiver) = mpsc::channel(1);
        let (stop, mut stopped) = oneshot::channel::<()>();
        let task = task::spawn(async move {
            let is_sent = sender.send(1).await.is_ok();
            drop(stop);
            is_sent
        });
        let first = tokio::select! {
            _ = &mut stopped => String::from("stopped"),
            n = receiver.recv() => format!("{n:?}"),
        };
        let sent = task.await.unwrap();
        format!("{first} {sent} {:?}", receiver.try_recv().ok())
    })
}

/// What was sent before is there when the branch is polled, also in a later select.
fn is_there() -> String {
    shown(async {
        let (sender, mut receiver) = oneshot::channel();
        tokio::select! {
            biased;
            _ = &mut receiver => unreachable!("nothing was sent"),
            () = ready(()) => {}
        }
        sender.send(3).unwrap();
        tokio::select! {
            biased;
            n = &mut receiver => format!("{n:?}"),
            () = ready(()) => String::from("missed"),
        }
    })
}

/// Two futures that go on in the same poll do so in either order, or in theirs.
fn joins(is_biased: bool) -> String {
    shown(async move {
        let (one, first) = oneshot::channel();
        let (two, second) = oneshot::channel();
        let task = task::spawn(async move {
            one.send(()).unwrap();
            two.send(()).unwrap();
        });
        let seen = Arc::new(std::sync::Mutex::new(vec![]));
        let note = async |receiver: oneshot::Receiver<()>, n: u32| {
            receiver.await.unwrap();
            seen.lock().unwrap().push(n);
            n
        };
        let both = if is_biased {
            tokio::join!(biased; note(first, 1), note(second, 2))
        } else {
            tokio::join!(note(first, 1), note(second, 2))
        };
        task.await.unwrap();
        assert_eq!(both, (1, 2));
        let seen = format!("{:?}", seen.lock().unwrap());
        seen
    })
}

fn fails() -> String {
    shown(async {
        let all: Result<(u32, u32), String> = tokio::try_join!(ready(Ok(1)), ready(Ok(2)));
        let one: Result<(u32, ()), String> =
            tokio::try_join!(std::future::pending(), ready(Err(String::from("no"))));
        format!("{all:?} {one:?}")
    })
}

#[test]
fn selects() {
    row("either", either, (2, 0, &["1", "2"], &[]));
    row("in order", in_order, (1, 0, &["1"], &[]));
    // A choice in the second round alone: in the others one branch is off.
    row("disabled", disabled, (2, 0, &["[9, 6, 2]"], &[]));
    row("leaves", leaves, (1, 0, &["2 true"], &[]));
    row("is there", is_there, (1, 0, &["Ok(3)"], &[]));
    let all = &["Some(1) true None", "stopped true Some(1)"];
    row("stops", stops, (42, 0, all, &[]));
}

#[test]
fn all_of_them() {
    row("joins", || joins(false), (14, 0, &["[1, 2]", "[2, 1]"], &[]));
    // The second is first if only that was there when the first was polled.
    row("joins in order", || joins(true), (10, 0, &["[1, 2]", "[2, 1]"], &[]));
    row("fails", fails, (1, 0, &["Ok((1, 2)) Err(\"no\")"], &[]));
}
