//! Loom itself, whose executions are counted.
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
pub use theirs::*;
/// Executions after which a check is not waited for.
fn cap() -> usize {
    std::env::var("PEERS_CAP").ok().and_then(|cap| cap.parse().ok()).unwrap_or(100_000)
}
pub fn model<F: Fn() + Sync + Send + 'static>(f: F) {
    let made = Arc::new(AtomicUsize::new(0));
    let counted = made.clone();
    let mut search = theirs::model::Builder::new();
    search.checkpoint_interval = 1;
    search.max_permutations = Some(cap() + 1);
    search.check(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        f();
    });
    let n = made.load(Ordering::Relaxed);
    let how = if n < cap() { "exhausted" } else { "open" };
    let Ok(path) = std::env::var("PEERS_LOG") else { return };
    let thread = std::thread::current();
    let line = format!("{} check {how} {n} []\n", thread.name().unwrap_or("-"));
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    file.and_then(|mut file| file.write_all(line.as_bytes())).expect("the log can be written");
}
