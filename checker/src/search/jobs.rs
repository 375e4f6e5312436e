//! Work for several threads, with the results in order.
//!
//! Each thread takes the next number until there is none. The caller's thread
//! is handed the results in the order of numbers, as soon as that is possible.
//! So what it does with them does not depend on how many threads there are.
//! A simulator belongs to a thread, and each thread that runs a program here has
//! its own.
//!
//! What it can miss: a result is kept until all results before it are there. If one
//! takes far longer than the others, the later results pile up in memory.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;

use unknot_sim::{program_name, with_program_name};

/// How many threads work.
pub type Jobs = NonZeroUsize;

/// Threads for each core; more threads take memory and gain nothing.
const EACH_CORE: usize = 4;

/// How many cores there are, at most, where that is not known.
const UNKNOWN_CORES: usize = 16;

/// As many threads as are asked for, but at most four for each core. If that is fewer,
/// the text says so.
#[must_use]
pub fn within(asked: Jobs, cores: Option<Jobs>) -> (Jobs, Option<String>) {
    let most = cores.map_or(UNKNOWN_CORES, Jobs::get).saturating_mul(EACH_CORE);
    let jobs = Jobs::new(most).map_or(Jobs::MIN, |most| most.min(asked));
    let cores = match cores.map(Jobs::get) {
        None => String::new(),
        Some(1) => " on 1 core".to_owned(),
        Some(cores) => format!(" on {cores} cores"),
    };
    let is_less = jobs < asked;
    (
        jobs,
        is_less.then(|| format!("{jobs} threads check, not {asked}: four a core{cores} at most")),
    )
}

/// Bytes of stack for a thread: usually as many as the main thread has.
const STACK: usize = 8 << 20;

/// The numbers that are still to be taken.
#[derive(Debug)]
pub struct Queue {
    next: AtomicU64,
    end: AtomicU64,
}

impl Queue {
    /// The numbers from 0 to an end.
    #[must_use]
    pub fn new(end: u64) -> Queue {
        Queue { next: AtomicU64::new(0), end: AtomicU64::new(end) }
    }

    /// The next number, which no other thread gets.
    pub fn take(&self) -> Option<u64> {
        let take = |next: u64| (next < self.end.load(Ordering::SeqCst)).then(|| next + 1);
        self.next.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).ok()
    }

    /// Says that numbers from `end` on are not needed any more.
    pub fn end_at(&self, end: u64) {
        self.end.fetch_min(end, Ordering::SeqCst);
    }

    /// Whether a number is still needed.
    pub fn needs(&self, number: u64) -> bool {
        number < self.end.load(Ordering::Relaxed)
    }
}

/// Hands over one result.
pub type ResultSender<T> = mpsc::Sender<(u64, T)>;

fn start<'scope>(scope: &'scope thread::Scope<'scope, '_>, work: impl FnOnce() + Send + 'scope) {
    let thread = thread::Builder::new().stack_size(STACK);
    let name = program_name();
    let work = move || with_program_name(name, work);
    thread.spawn_scoped(scope, work).expect("the system has room for a thread");
}

/// Runs `work` on several threads until each of them returns.
pub fn together(jobs: Jobs, work: impl Fn() + Sync) {
    thread::scope(|scope| {
        let work = &work;
        (0..jobs.get()).for_each(|_| start(scope, work));
    });
}

/// Runs threads until each of them returns, and hands over the results that they send
/// in the order of their numbers, until one is refused. Then `stop` is called,
/// which has to make the threads return.
///
/// # Errors
/// The refusal.
pub fn in_order<T: Send, E>(
    jobs: Jobs,
    work: impl Fn(&ResultSender<T>) + Sync,
    each: impl FnMut(u64, T) -> Result<(), E>,
    stop: impl FnOnce(),
) -> Result<(), E> {
    let wait =
        |results: &Results<T>| results.recv().map_or(NextResult::Through, NextResult::Result);
    in_order_waiting(jobs, work, each, stop, (wait, |_| unreachable!("it waits for ever")))
}

/// What threads send.
pub type Results<T> = mpsc::Receiver<(u64, T)>;

/// What waiting for a result gives.
pub enum NextResult<T> {
    /// A result with its number.
    Result((u64, T)),
    /// All threads have returned.
    Through,
    /// A thread does not return, and the caller must not wait for it.
    GiveUp,
}

/// The same with another way to wait for a result. Threads cannot be ended from
/// outside, so where the wait is given up `leave` has to end the process. It gets the
/// results that have not been handed over yet.
///
/// # Errors
/// The refusal.
pub fn in_order_waiting<T: Send, E>(
    jobs: Jobs,
    work: impl Fn(&ResultSender<T>) + Sync,
    mut each: impl FnMut(u64, T) -> Result<(), E>,
    stop: impl FnOnce(),
    (mut wait, leave): (
        impl FnMut(&Results<T>) -> NextResult<T>,
        impl FnOnce(BTreeMap<u64, T>) -> Infallible,
    ),
) -> Result<(), E> {
    thread::scope(|scope| {
        let (done, results) = mpsc::channel();
        let work = &work;
        for _ in 0..jobs.get() {
            let done = done.clone();
            start(scope, move || work(&done));
        }
        drop(done);
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        loop {
            match wait(&results) {
                NextResult::Result((number, result)) => waiting.insert(number, result),
                NextResult::Through => return Ok(()),
                NextResult::GiveUp => match leave(waiting) {},
            };
            while let Some(result) = waiting.remove(&next) {
                if let Err(refusal) = each(next, result) {
                    stop();
                    return Err(refusal);
                }
                next += 1;
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jobs(n: usize) -> Jobs {
        Jobs::new(n).expect("not 0")
    }

    #[test]
    fn four_threads_a_core_are_enough() {
        for (asked, cores, is, says) in [
            (1, Some(1), 1, None),
            (8, Some(2), 8, None),
            (9, Some(2), 8, Some("8 threads check, not 9: four a core on 2 cores at most")),
            (1_000, Some(1), 4, Some("4 threads check, not 1000: four a core on 1 core at most")),
            (1_000, None, 64, Some("64 threads check, not 1000: four a core at most")),
        ] {
            let (is, says) = (jobs(is), says.map(str::to_owned));
            assert_eq!(within(jobs(asked), cores.map(jobs)), (is, says), "{asked} {cores:?}");
        }
    }

    #[test]
    fn results_come_in_order() {
        for n in [1, 2, 7] {
            let queue = Queue::new(100);
            let mut seen = vec![];
            let work = |done: &ResultSender<u64>| {
                while let Some(number) = queue.take() {
                    // Later numbers are done earlier.
                    thread::yield_now();
                    done.send((number, number * number)).expect("the results are awaited");
                }
            };
            let each = |number, result| {
                seen.push((number, result));
                Ok::<(), ()>(())
            };
            assert_eq!(in_order(jobs(n), work, each, || ()), Ok(()));
            assert_eq!(seen, (0..100).map(|i| (i, i * i)).collect::<Vec<_>>(), "{n}");
        }
    }

    #[test]
    fn a_refusal_ends_it() {
        let queue = Queue::new(u64::MAX);
        let work = |done: &ResultSender<()>| {
            while let Some(number) = queue.take() {
                let _ = done.send((number, ()));
            }
        };
        let each = |number, ()| if number < 5 { Ok(()) } else { Err(number) };
        assert_eq!(in_order(jobs(3), work, each, || queue.end_at(0)), Err(5));
    }

    #[test]
    fn what_is_of_no_use_is_not_taken() {
        let queue = Queue::new(10);
        assert_eq!((queue.take(), queue.take()), (Some(0), Some(1)));
        queue.end_at(3);
        queue.end_at(5);
        assert!(queue.needs(2) && !queue.needs(3));
        assert_eq!((queue.take(), queue.take()), (Some(2), None));
    }
}
