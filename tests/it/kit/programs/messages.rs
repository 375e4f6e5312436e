//! Channels between futures: for one value, and for several.

use unknot_checker::sim::future::sync::{mpsc, oneshot};
use unknot_checker::sim::future::{self, Either, block_on};

use super::family::*;
use super::futures::{awaited, keep};
use super::tasks::extra;

operations! {
    MessageOp, |task| {
        /// A value from one task to another, or none; the other waits for a notification as
        /// well.
        AsyncOnce(is_sent: bool), {
            if is_sent { "OneshotSender::send" } else { "OneshotSender::is_closed" }
        } => {
            let (sender, receiver) = oneshot::channel();
            let body = extra(task);
            future::spawn(async move {
                body();
                if is_sent { sender.send(5_i64).is_ok() } else { sender.is_closed() }
            });
            match block_on(future::select(receiver, awaited(task, 6))) {
                Either::First(received) => received.logged(),
                Either::Second(one) => keep(task, Ok(one)),
            }
        },
        /// The receiver of one value is closed, or polled without waiting.
        AsyncOnceClosed(closes: bool), {
            if closes { "OneshotReceiver::close" } else { "OneshotReceiver::try_recv" }
        } => {
            let (sender, mut receiver) = oneshot::channel();
            future::spawn(async move { sender.send(5_i64).is_ok() });
            if closes {
                receiver.close();
            }
            receiver.try_recv()
        },
        /// Values from two tasks, as long as there are any.
        AsyncMany, "MpscReceiver::recv" => {
            let (sender, mut receiver) = mpsc::channel(1);
            for value in 1..=2 {
                let sender = sender.clone();
                future::spawn(async move { sender.send(value).await.is_ok() });
            }
            drop(sender);
            block_on(async {
                let mut all = 0_i64;
                while let Some(value) = receiver.recv().await {
                    all = all * 10 + value;
                }
                all
            })
        },
        /// Values into a channel that is closed or dropped.
        AsyncManyClosed(closes: bool), {
            if closes { "MpscReceiver::close" } else { "MpscReceiver::try_recv" }
        } => {
            let (sender, mut receiver) = mpsc::unbounded_channel();
            let theirs = sender.clone();
            future::spawn(async move { theirs.send(1_i64).is_ok() });
            if closes {
                receiver.close();
            }
            let received = receiver.try_recv();
            drop(receiver);
            received.logged() * 2 + i64::from(sender.send(2).is_ok())
        },
        AsyncTrySend, "MpscSender::try_send" => {
            let (sender, mut receiver) = mpsc::channel(1);
            let theirs = sender.clone();
            future::spawn(async move { theirs.try_send(1_i64).logged() });
            let sent = sender.try_send(2).logged();
            sent * 3 + receiver.try_recv().logged()
        },
    }
}

impl Family for MessageOp {
    type Objects = ();
    type Kept = ();

    const ON_DEMAND: bool = true;

    const THEMES: &'static [Theme] = &[Theme::new(69, || {
        let once =
            ops![AsyncOnce(true), AsyncOnce(false), AsyncOnceClosed(true), AsyncOnceClosed(false)];
        let many = ops![AsyncMany, AsyncManyClosed(true), AsyncManyClosed(false), AsyncTrySend];
        [once, many, ops![AsyncNotifyOne, Update(0)]].concat()
    })];

    /// Some of its operations await what futures await: that is made by main, and not by the
    /// first task that comes to it.
    fn create(others: &Objects) {
        others.futures();
    }

    fn is_start(self) -> bool {
        true
    }
}
