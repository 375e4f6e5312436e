//! Channels: room, ends, and what is sent to an end that is gone.

use unknot_checker::Kind::Hang;
use unknot_std::sync::Arc;
use unknot_std::tokio::sync::mpsc::error::{TryRecvError, TrySendError};
use unknot_std::tokio::sync::{Semaphore, broadcast, mpsc, oneshot};
use unknot_std::tokio::task;

use super::{row, shown};

fn one() -> String {
    shown(async {
        let (sender, receiver) = oneshot::channel();
        let task = task::spawn(async move { sender.send(7).is_ok() });
        let got = receiver.await;
        format!("{got:?} {}", task.await.unwrap())
    })
}

fn sender_gone() -> String {
    shown(async {
        let (sender, receiver) = oneshot::channel::<u32>();
        let task = task::spawn(async move { drop(sender) });
        let got = receiver.await;
        task.await.unwrap();
        format!("{}", got.is_err())
    })
}

/// A value that is sent is there, or comes back.
fn receiver_gone() -> String {
    shown(async {
        let (sender, mut receiver) = oneshot::channel();
        let task = task::spawn(async move { sender.send(String::from("x")).is_err() });
        receiver.close();
        let got = receiver.try_recv();
        format!("{} {}", got.is_ok(), task.await.unwrap())
    })
}

fn told_of_the_close() -> String {
    shown(async {
        let (mut sender, receiver) = oneshot::channel::<u32>();
        let task = task::spawn(async move { drop(receiver) });
        sender.closed().await;
        task.await.unwrap();
        sender.send(1).is_err().to_string()
    })
}

/// There is room for one: the second waits for the receipt of the first.
fn bounded() -> String {
    shown(async {
        let (sender, mut receiver) = mpsc::channel(1);
        let task = task::spawn(async move {
            for n in 0..2 {
                sender.send(n).await.unwrap();
            }
        });
        let mut all = vec![];
        while let Some(n) = receiver.recv().await {
            all.push(n);
        }
        task.await.unwrap();
        format!("{all:?}")
    })
}

/// Two senders, and the receiver in whatever order they come.
fn unbounded() -> String {
    shown(async {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        let theirs = sender.clone();
        task::spawn(async move { theirs.send(0).unwrap() });
        sender.send(1).unwrap();
        drop(sender);
        let mut all = vec![];
        while let Some(n) = receiver.recv().await {
            all.push(n);
        }
        format!("{all:?}")
    })
}

fn tries() -> String {
    shown(async {
        let (sender, mut receiver) = mpsc::channel(1);
        let permit = sender.reserve().await.unwrap();
        let full = sender.try_send(1) == Err(TrySendError::Full(1));
        let empty = receiver.try_recv() == Err(TryRecvError::Empty);
        receiver.close();
        let closed = sender.try_send(2) == Err(TrySendError::Closed(2));
        // What has room is sent, and nothing after that.
        let still = receiver.try_recv() == Err(TryRecvError::Empty);
        permit.send(3);
        let got = receiver.recv().await;
        let over = receiver.recv().await;
        format!("{full} {empty} {closed} {still} {got:?} {over:?}")
    })
}

/// A receiver that has closed waits for the permits that are out.
fn waits_for_permits() -> String {
    shown(async {
        let (sender, mut receiver) = mpsc::channel::<u32>(1);
        let task = task::spawn(async move {
            if let Ok(permit) = sender.reserve().await {
                drop(permit);
            }
            std::mem::forget(sender);
        });
        receiver.close();
        let got = receiver.recv().await;
        task.await.unwrap();
        format!("{got:?}")
    })
}

/// A sender that waits for room is told that the receiver is gone.
fn no_receiver() -> String {
    shown(async {
        let (sender, receiver) = mpsc::channel(1);
        sender.send(1).await.unwrap();
        let task = task::spawn(async move { drop(receiver) });
        let sent = sender.send(2).await;
        task.await.unwrap();
        format!("{:?}", sent.map_err(|error| error.0))
    })
}

fn blocking() -> String {
    let (sender, mut receiver) = mpsc::channel(1);
    let task = unknot_std::thread::spawn(move || sender.blocking_send(1).is_ok());
    let got = receiver.blocking_recv();
    format!("{got:?} {}", task.join().unwrap())
}

/// All that receive see all, and a receiver that is too slow is told what it missed.
fn lagged() -> String {
    shown(async {
        let (sender, mut receiver) = broadcast::channel(2);
        let mut late = receiver.resubscribe();
        for n in 0..3 {
            sender.send(n).unwrap();
        }
        let mut seen = vec![];
        while let got @ (Ok(_) | Err(broadcast::error::TryRecvError::Lagged(_))) =
            receiver.try_recv()
        {
            seen.push(format!("{got:?}"));
        }
        drop(sender);
        let missed = late.recv().await;
        let rest = (late.recv().await, late.recv().await, late.recv().await);
        format!("{} {missed:?} {rest:?}", seen.join(" "))
    })
}

fn broadcast() -> String {
    shown(async {
        let (sender, mut receiver) = broadcast::channel(2);
        let mut theirs = sender.subscribe();
        let task = task::spawn(async move { theirs.recv().await.unwrap_or(0) });
        let n = sender.send(5).unwrap_or(0);
        let mine = receiver.recv().await;
        format!("{n} {mine:?} {}", task.await.unwrap())
    })
}

/// Polls until there is an item, and then until no more can come.
fn polls() -> String {
    shown(async {
        let (sender, mut receiver) = mpsc::channel(1);
        let (permits, theirs) = (Arc::new(Semaphore::new(0)), sender.clone());
        let closes = permits.clone();
        task::spawn(async move {
            theirs.send(1).await.unwrap();
            closes.close();
        });
        let got = loop {
            match receiver.try_recv() {
                Ok(got) => break got,
                Err(_) => task::yield_now().await,
            }
        };
        while !permits.is_closed() {
            task::yield_now().await;
        }
        drop(sender);
        format!("{got} {:?}", receiver.recv().await)
    })
}

/// Nothing is sent, and the sender is kept.
fn never() -> String {
    shown(async {
        let (sender, mut receiver) = mpsc::channel::<u32>(1);
        let got = receiver.recv().await;
        drop(sender);
        format!("{got:?}")
    })
}

#[test]
fn of_one_value() {
    // What is sent is there, or waited for: 2. The handle: 2.
    row("one", one, (4, 0, &["Ok(7) true"], &[]));
    row("sender gone", sender_gone, (4, 0, &["true"], &[]));
    // Sent before the close, between, or after the look.
    row("receiver gone", receiver_gone, (6, 0, &["false true", "true false"], &[]));
    row("told of the close", told_of_the_close, (4, 0, &["true"], &[]));
}

#[test]
fn of_many() {
    row("bounded", bounded, (48, 0, &["[0, 1]"], &[]));
    row("unbounded", unbounded, (14, 0, &["[0, 1]", "[1, 0]"], &[]));
    row("tries", tries, (1, 0, &["true true true true Some(3) None"], &[]));
    // The permit is dropped before, behind or between the two steps of the close.
    row("waits for permits", waits_for_permits, (18, 0, &["None"], &[]));
    row("no receiver", no_receiver, (4, 0, &["Err(2)"], &[]));
    row("blocking", blocking, (4, 0, &["Some(1) true"], &[]));
    row("polls", polls, (38, 0, &["1 None"], &[]));
    row("never", never, (1, 1, &[], &[Hang]));
}

#[test]
fn for_all() {
    let seen = "Err(Lagged(1)) Ok(1) Ok(2)";
    let all = format!("{seen} Err(Lagged(1)) (Ok(1), Ok(2), Err(Closed))");
    row("lagged", lagged, (1, 0, &[&*all], &[]));
    // They look before it is sent or behind, and then first, between or last of: they look, I
    // look, they leave. The handle: 2.
    row("broadcast", broadcast, (12, 0, &["2 Ok(5) 5"], &[]));
}
