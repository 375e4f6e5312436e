//! A value of which the last version is seen.

use unknot_std::tokio::sync::watch;
use unknot_std::tokio::task;

use super::{row, shown};

/// A version may be missed, and the last one is not.
fn versions() -> String {
    shown(async {
        let (sender, mut receiver) = watch::channel(0);
        let task = task::spawn(async move {
            sender.send(1).unwrap();
            sender.send(2).unwrap();
        });
        let mut seen = vec![];
        while receiver.changed().await.is_ok() {
            seen.push(*receiver.borrow_and_update());
        }
        task.await.unwrap();
        format!("{seen:?}")
    })
}

fn alone() -> String {
    shown(async {
        let (sender, mut receiver) = watch::channel("a");
        let before = receiver.has_changed().unwrap();
        sender.send_replace("b");
        let (borrowed, still) = (*receiver.borrow(), receiver.has_changed().unwrap());
        let updated = *receiver.borrow_and_update();
        let after = receiver.has_changed().unwrap();
        let is_modified = sender.send_if_modified(|_| false);
        receiver.mark_changed();
        let marked = receiver.has_changed().unwrap();
        drop(receiver);
        let refused = sender.send("c").is_err();
        format!("{before} {borrowed} {still} {updated} {after} {is_modified} {marked} {refused}")
    })
}

fn waits_for() -> String {
    shown(async {
        let (sender, mut receiver) = watch::channel(0);
        let task = task::spawn(async move {
            sender.send_modify(|value| *value += 1);
            sender.closed().await;
        });
        let value = *receiver.wait_for(|value| *value > 0).await.unwrap();
        drop(receiver);
        task.await.unwrap();
        value.to_string()
    })
}

#[test]
fn values() {
    row("alone", alone, (1, 0, &["false b true b false false true true"], &[]));
    // What is seen is updated to the last, so no version is seen twice.
    row("versions", versions, (180, 0, &["[1, 2]", "[2]"], &[]));
    row("waits for", waits_for, (22, 0, &["1"], &[]));
}
