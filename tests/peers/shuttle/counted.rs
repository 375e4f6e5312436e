//! Shuttle itself, whose exhaustive search does every check and is counted.
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
pub use theirs::*;
/// Executions after which a check is not waited for.
fn cap() -> usize {
    std::env::var("PEERS_CAP").ok().and_then(|cap| cap.parse().ok()).unwrap_or(100_000)
}
fn all<F: Fn() + Send + Sync + 'static>(f: F) {
    let made = Arc::new(AtomicUsize::new(0));
    let counted = Counted(made.clone(), cap());
    let counting = move || {
        made.fetch_add(1, Ordering::Relaxed);
        f();
    };
    let search = theirs::scheduler::DfsScheduler::new(Some(cap()), false);
    theirs::Runner::new(search, Config::new()).run(counting);
    counted.tell();
}
/// The executions of one check: a line of the log where it came to an end.
struct Counted(Arc<AtomicUsize>, usize);
impl Counted {
    fn tell(self) {
        let n = self.0.load(Ordering::Relaxed);
        let how = if n < self.1 { "exhausted" } else { "open" };
        let Ok(path) = std::env::var("PEERS_LOG") else { return };
        let thread = std::thread::current();
        let line = format!("{} check {how} {n} []\n", thread.name().unwrap_or("-"));
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
        file.and_then(|mut file| file.write_all(line.as_bytes())).expect("the log can be written");
    }
}
/// Whatever is not an exhaustive search is left to it, and not counted.
pub fn check_dfs<F: Fn() + Send + Sync + 'static>(f: F, most: Option<usize>) {
    match most {
        None => all(f),
        Some(_) => theirs::check_dfs(f, most),
    }
}
