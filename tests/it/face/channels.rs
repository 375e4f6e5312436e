//! Channels.

use std::time::Duration;

use unknot_checker::Kind::Hang;
use unknot_std::sync::mpsc::{channel, sync_channel};
use unknot_std::thread;

use super::row;

fn two_senders() -> String {
    let (sender, receiver) = channel();
    let other = sender.clone();
    let tasks = [
        thread::spawn(move || sender.send(1).unwrap()),
        thread::spawn(move || other.send(2).unwrap()),
    ];
    let got: Vec<i32> = receiver.iter().collect();
    tasks.into_iter().for_each(|task| task.join().unwrap());
    format!("{got:?}")
}

fn gone_senders() -> String {
    let (sender, receiver) = channel::<()>();
    for _ in 0..2 {
        let sender = sender.clone();
        thread::spawn(move || drop(sender));
    }
    drop(sender);
    format!("{:?}", receiver.recv())
}

fn kept_sender() -> String {
    let (sender, receiver) = channel::<()>();
    let task = thread::spawn(move || receiver.recv().is_err());
    task.join().unwrap();
    drop(sender);
    String::new()
}

fn tried() -> String {
    let (sender, receiver) = channel();
    let task = thread::spawn(move || sender.send(1).is_ok());
    let got = [receiver.try_recv(), receiver.try_recv()];
    drop(receiver);
    format!("{got:?} {}", task.join().unwrap())
}

fn timed() -> String {
    let (sender, receiver) = channel();
    let task = thread::spawn(move || sender.send(1).is_ok());
    let got = receiver.recv_timeout(Duration::from_millis(1));
    drop(receiver);
    format!("{got:?} {}", task.join().unwrap())
}

fn bounded(tries: bool) -> String {
    let (sender, receiver) = sync_channel(1);
    let task = thread::spawn(move || {
        let first = sender.send(1).is_ok();
        let second = if tries { sender.try_send(2).is_ok() } else { sender.send(2).is_ok() };
        (first, second)
    });
    let got = receiver.recv();
    drop(receiver);
    format!("{got:?} {:?}", task.join().unwrap())
}

fn meeting() -> String {
    let (sender, receiver) = sync_channel(0);
    let task = thread::spawn(move || [sender.send(1).is_ok(), sender.send(2).is_ok()]);
    let got = receiver.recv();
    drop(receiver);
    format!("{got:?} {:?}", task.join().unwrap())
}

fn two_meet() -> String {
    let (sender, receiver) = sync_channel(0);
    let other = sender.clone();
    let tasks = [
        thread::spawn(move || sender.send(1).is_ok()),
        thread::spawn(move || other.send(2).is_ok()),
    ];
    let got = [receiver.recv(), receiver.recv(), receiver.recv()];
    tasks.into_iter().for_each(|task| assert!(task.join().unwrap()));
    format!("{got:?}")
}

fn tried_meeting() -> String {
    let (sender, receiver) = sync_channel(0);
    let task = thread::spawn(move || sender.try_send(1).is_ok());
    let got = receiver.recv();
    format!("{got:?} {}", task.join().unwrap())
}

fn timed_meeting() -> String {
    let (sender, receiver) = sync_channel(0);
    let task = thread::spawn(move || sender.send(1).is_ok());
    let got = receiver.recv_timeout(Duration::from_millis(1));
    drop(receiver);
    format!("{got:?} {}", task.join().unwrap())
}

#[test]
fn with_room() {
    row("two senders", two_senders, (30, 0, &["[1, 2]", "[2, 1]"], &[]));
    row("senders are gone", gone_senders, (1, 0, &["Err(RecvError)"], &[]));
    row("a sender is kept", kept_sender, (1, 1, &[], &[Hang]));
    row(
        "tried",
        tried,
        (
            7,
            0,
            &[
                "[Err(Empty), Err(Empty)] false",
                "[Err(Empty), Err(Empty)] true",
                "[Err(Empty), Ok(1)] true",
                "[Ok(1), Err(Disconnected)] true",
                "[Ok(1), Err(Empty)] true",
            ],
            &[],
        ),
    );
    row("timed", timed, (4, 0, &["Err(Timeout) false", "Err(Timeout) true", "Ok(1) true"], &[]));
    row("bounded", || bounded(false), (2, 0, &["Ok(1) (true, false)", "Ok(1) (true, true)"], &[]));
    row(
        "bounded and tried",
        || bounded(true),
        (4, 0, &["Ok(1) (true, false)", "Ok(1) (true, true)"], &[]),
    );
}

#[test]
fn without_room() {
    row("a meeting", meeting, (4, 0, &["Ok(1) [true, false]"], &[]));
    row(
        "two meet",
        two_meet,
        (94, 0, &["[Ok(1), Ok(2), Err(RecvError)]", "[Ok(2), Ok(1), Err(RecvError)]"], &[]),
    );
    row("tried", tried_meeting, (4, 0, &["Err(RecvError) false", "Ok(1) true"], &[]));
    row("timed", timed_meeting, (5, 0, &["Err(Timeout) false", "Ok(1) true"], &[]));
}
