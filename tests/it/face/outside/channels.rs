//! Channels of tokio.

use unknot_checker::Kind::Hang;
use unknot_std::future::block_on;
use unknot_std::sync::Arc;
use unknot_std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use unknot_std::tokio::sync::{broadcast, mpsc, oneshot, watch};
use unknot_std::tokio::{self, task, time};

use super::{SECOND, claim};

/// Room for one: the sender is at most one item ahead, and the one that it is about to send.
fn back_pressure() -> String {
    block_on(async {
        let (sender, mut receiver) = mpsc::channel(1);
        let sent = Arc::new(AtomicUsize::new(0));
        let theirs = sent.clone();
        let task = task::spawn(async move {
            for n in 0..3 {
                sender.send(n).await.unwrap();
                theirs.fetch_add(1, SeqCst);
            }
        });
        let before = sent.load(SeqCst);
        let first = receiver.recv().await.unwrap();
        let after = sent.load(SeqCst);
        while receiver.recv().await.is_some() {}
        task.await.unwrap();
        format!("{before} {first} {after}")
    })
}

/// The receiver waits for the end of a sender that it has itself.
fn keeps_a_sender(drops: bool) -> String {
    block_on(async move {
        let (sender, mut receiver) = mpsc::channel(4);
        for n in 0..2 {
            let sender = sender.clone();
            task::spawn(async move { sender.send(n).await.unwrap() });
        }
        let kept = (!drops).then_some(sender);
        let mut sum = 0;
        while let Some(n) = receiver.recv().await {
            sum += n;
        }
        drop(kept);
        sum.to_string()
    })
}

/// `recv` is cancel safe: an item is there after a timeout that came first.
fn no_item_lost() -> String {
    block_on(async {
        let (sender, mut receiver) = mpsc::channel(1);
        let task = task::spawn(async move { sender.send(7).await.unwrap() });
        let first = time::timeout(SECOND, receiver.recv()).await;
        let got = match first {
            Ok(item) => item,
            Err(_) => receiver.recv().await,
        };
        task.await.unwrap();
        format!("{} {got:?}", first.is_ok())
    })
}

/// Two items make a pair. The future that holds the first one is dropped, or is kept.
fn half_a_pair(is_kept: bool) -> String {
    block_on(async move {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        let (tick, mut ticks) = mpsc::unbounded_channel();
        let task = task::spawn(async move {
            sender.send(1).unwrap();
            tick.send(()).unwrap();
            sender.send(2).unwrap();
        });
        let mut pair = Box::pin(two(&mut receiver));
        let got = tokio::select! {
            biased;
            got = &mut pair => got,
            _ = ticks.recv() => {
                if is_kept {
                    pair.await
                } else {
                    drop(pair);
                    two(&mut receiver).await
                }
            }
        };
        task.await.unwrap();
        format!("{got:?}")
    })
}

async fn two(receiver: &mut mpsc::UnboundedReceiver<u32>) -> (Option<u32>, Option<u32>) {
    let first = receiver.recv().await;
    (first, receiver.recv().await)
}

/// The request is dropped: the worker sees it, or has answered before.
fn request_given_up() -> String {
    block_on(async {
        let (sender, receiver) = oneshot::channel();
        let worker = task::spawn(async move { sender.send(1).is_ok() });
        let answer = time::timeout(SECOND, receiver).await;
        let sent = worker.await.unwrap();
        format!("{} {sent}", answer.is_ok())
    })
}

/// What was sent before the close is there after it.
fn closed_by_the_receiver() -> String {
    block_on(async {
        let (sender, mut receiver) = oneshot::channel();
        let worker = task::spawn(async move { sender.send(1).is_ok() });
        receiver.close();
        let got = receiver.await.is_ok();
        format!("{got} {}", worker.await.unwrap())
    })
}

/// Values in between may be missed; the last one is seen, also once the sender is gone.
fn last_is_seen(looks_at_end: bool) -> String {
    block_on(async move {
        let (sender, mut receiver) = watch::channel(0);
        let task = task::spawn(async move {
            sender.send(1).unwrap();
            sender.send(2).unwrap();
        });
        let mut last = 0;
        if looks_at_end {
            while receiver.changed().await.is_ok() {
                last = *receiver.borrow_and_update();
            }
        } else {
            receiver.changed().await.unwrap();
            last = *receiver.borrow();
        }
        task.await.unwrap();
        last.to_string()
    })
}

/// The condition is not asked about a value again once there are no senders.
fn asked_once() -> String {
    block_on(async {
        let (sender, mut receiver) = watch::channel(0);
        drop(sender);
        let mut asked = 0;
        let met = receiver.wait_for(|_| {
            asked += 1;
            asked == 2
        });
        let met = met.await.is_ok();
        format!("{met} {asked}")
    })
}

/// Room for two, three sent: a receiver that begins late misses one and is told so.
fn lags() -> String {
    block_on(async {
        let (sender, mut receiver) = broadcast::channel(2);
        let task = task::spawn(async move {
            for n in 0..3 {
                sender.send(n).unwrap();
            }
        });
        let mut seen = vec![];
        loop {
            match receiver.recv().await {
                Ok(n) => seen.push(n.to_string()),
                Err(broadcast::error::RecvError::Lagged(n)) => seen.push(format!("-{n}")),
                Err(broadcast::error::RecvError::Closed) => break,
            }
        }
        task.await.unwrap();
        seen.join(" ")
    })
}

#[test]
fn channels() {
    // Before the first receipt the sender counts 0 or 1: the second item waits for room. Behind
    // it, the first is received, so 0 to 2 were counted (the third waits, or the second does).
    let all = &["0 0 0", "0 0 1", "0 0 2", "1 0 1", "1 0 2"];
    claim("back-pressure", back_pressure, (false, all, &[]));
    claim("drops its sender", || keeps_a_sender(true), (false, &["1"], &[]));
    // "recv returns None when all senders are dropped": one never is.
    claim("keeps a sender", || keeps_a_sender(false), (true, &[], &[Hang]));
    claim("no item lost", no_item_lost, (false, &["false Some(7)", "true Some(7)"], &[]));
    claim("half a pair, kept", || half_a_pair(true), (false, &["(Some(1), Some(2))"], &[]));
    // The tick comes with the first item in the future: it is lost with that. Or the tick is
    // there before the first item is looked for; or both items are.
    let all = &["(Some(1), Some(2))", "(Some(2), None)"];
    claim("half a pair, dropped", || half_a_pair(false), (false, all, &[]));
    // `send` returns an error if the receiver was dropped. After an answer, it was `Ok`; a
    // timeout may come between the answer and its receipt.
    let all = &["false false", "false true", "true true"];
    claim("request given up", request_given_up, (false, all, &[]));
    claim("closed", closed_by_the_receiver, (false, &["false false", "true true"], &[]));
    claim("last is seen", || last_is_seen(true), (false, &["2"], &[]));
    claim("seen too early", || last_is_seen(false), (false, &["1", "2"], &[]));
    claim("asked once", asked_once, (false, &["false 1"], &[]));
    // Missed is what was overwritten before it was received: one value at most.
    claim("lags", lags, (false, &["-1 1 2", "0 1 2"], &[]));
}
