//! The peers' own searches, on the programs of the bench written against them.
//!
//! shuttle's `DfsScheduler` goes through every schedule. loom reduces, and goes
//! through what weak memory allows besides, so that it has more to do for
//! programs of bare reads and writes. Both mirror the standard library, so
//! each program is one text that is compiled twice. It is written as a user of
//! theirs would: what a lock protects is inside it and costs no step, where in
//! ours a cell beside the lock costs two.
//!
//! Neither goes on behind a deadlock: the first one ends the run by a panic.
//! Neither counts its executions then, so the program does.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Executions, after which a peer is not waited for.
const CAP: u64 = 300_000;

/// The programs against one of the peers.
macro_rules! programs {
    ($peer:ident) => {
        use std::sync::Arc;

        use $peer::sync::Mutex;
        use $peer::sync::atomic::{AtomicUsize, Ordering::SeqCst};
        use $peer::thread::spawn;

        /// All tasks count; main does as one of them if `N_STARTED` is smaller.
        pub(crate) fn counter<const N: usize, const N_STARTED: usize>() {
            let number = Arc::new(AtomicUsize::new(0));
            let count =
                |number: Arc<AtomicUsize>| move || number.store(number.load(SeqCst) + 1, SeqCst);
            let started: Vec<_> = (0..N_STARTED).map(|_| spawn(count(number.clone()))).collect();
            (N_STARTED..N).for_each(|_| count(number.clone())());
            for task in started {
                task.join().expect("nothing panics");
            }
            number.load(SeqCst);
        }

        pub(crate) fn locked_counter<const N: usize>() {
            let number = Arc::new(Mutex::new(0));
            let started: Vec<_> = (0..N)
                .map(|_| {
                    let number = number.clone();
                    spawn(move || *number.lock().expect("nothing panics") += 1)
                })
                .collect();
            for task in started {
                task.join().expect("nothing panics");
            }
            assert_eq!(*number.lock().expect("nothing panics"), N);
        }

        /// With `ORDERED`, everybody takes the fork with the smaller number first.
        pub(crate) fn philosophers<const N: usize, const ORDERED: bool>() {
            let forks: Vec<_> = (0..N).map(|_| Arc::new(Mutex::new(()))).collect();
            let started: Vec<_> = (0..N)
                .map(|i| {
                    let next = (i + 1) % N;
                    let (a, b) = if ORDERED { (i.min(next), i.max(next)) } else { (i, next) };
                    let (a, b) = (forks[a].clone(), forks[b].clone());
                    spawn(move || {
                        let _first = a.lock().expect("nothing panics");
                        let _second = b.lock().expect("nothing panics");
                    })
                })
                .collect();
            for task in started {
                task.join().expect("nothing panics");
            }
        }
    };
}

/// The programs against loom.
pub(crate) mod on_loom {
    programs!(loom);
}

/// The programs against shuttle.
pub(crate) mod on_shuttle {
    programs!(shuttle);
}

/// How far a peer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reached {
    /// It went through.
    All(u64),
    /// It was not through after so many executions.
    Cap(u64),
    /// It ended at a deadlock, in the execution of this number.
    Deadlock(u64),
}

impl std::fmt::Display for Reached {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Reached::All(n) => f.pad(&n.to_string()),
            Reached::Cap(n) => f.pad(&format!(">{n}")),
            Reached::Deadlock(n) => f.pad(&format!("stuck@{n}")),
        }
    }
}

/// What a peer did: how far it came, and executions a second.
pub(crate) type Run = (Reached, f64);

/// A program against a peer.
pub(crate) type PeerProgram = fn();

/// shuttle's search.
pub(crate) fn shuttle(program: PeerProgram) -> Run {
    measure(program, |program| {
        let mut config = shuttle::Config::new();
        config.stack_size = 256 * 1024;
        config.failure_persistence = shuttle::FailurePersistence::None;
        let cap = usize::try_from(CAP).expect("small");
        let search = shuttle::scheduler::DfsScheduler::new(Some(cap), false);
        shuttle::Runner::new(search, config).run(program);
    })
}

/// loom's search. It has five tasks at most, main among them.
pub(crate) fn loom(program: PeerProgram) -> Run {
    measure(program, |program| {
        let mut search = loom::model::Builder::new();
        search.checkpoint_interval = 1;
        // It ends before the execution of this number.
        search.max_permutations = Some(usize::try_from(CAP + 1).expect("small"));
        search.check(program);
    })
}

/// Runs a search again and again until enough executions are timed.
fn measure(program: PeerProgram, search: impl Fn(Box<dyn Fn() + Send + Sync>)) -> Run {
    const ENOUGH: u64 = 20_000;
    let (mut total, start) = (0, Instant::now());
    loop {
        let begun = Arc::new(AtomicU64::new(0));
        let counted = begun.clone();
        let body = move || {
            counted.fetch_add(1, Ordering::Relaxed);
            program();
        };
        let search = AssertUnwindSafe(|| search(Box::new(body)));
        // A deadlock is told by a panic, which is no news here.
        let hook = take_hook();
        set_hook(Box::new(|_| {}));
        let is_through = catch_unwind(search).is_ok();
        set_hook(hook);
        let executions = begun.load(Ordering::Relaxed);
        total += executions;
        let reached = match executions {
            n if !is_through => Reached::Deadlock(n),
            n if n >= CAP => Reached::Cap(n),
            n => Reached::All(n),
        };
        if total >= ENOUGH || !is_through {
            return (reached, total as f64 / start.elapsed().as_secs_f64());
        }
    }
}
