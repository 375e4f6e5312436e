//! Our `pct` and `urw` beside shuttle's, on programs in which nobody blocks.
//!
//! The two see different steps: shuttle also stops before a task's first
//! operation, and main waits for joins in both. So numbers cannot be equal.
//! What must hold: both reach the same outcomes, and the fraction of executions
//! with the rarest outcome agrees within a factor of 3. Seeds are fixed, so
//! this fails always or never.
//!
//! `cargo bench -p unknot-tests --bench samplers`

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use shuttle::scheduler::{PctScheduler, Scheduler, UrwRandomScheduler};
use shuttle::sync::atomic::AtomicI64;
use unknot_checker::check::observe;
use unknot_checker::model::terms::Budget;
use unknot_checker::search::observed::Turnout;
use unknot_checker::sim::{Program, Shared, Value, spawn};
use unknot_checker::strategy::{Config, DEPTH, Pct, Sampler, Strategy, Urw};

const EXECUTIONS: u64 = 20_000;

/// How often each end came out.
type Ends = BTreeMap<i64, u64>;

/// Each task adds 1, `rounds` times, in two steps.
fn counter(tasks: usize, rounds: usize) -> Program {
    Arc::new(move || {
        let number = Shared::new(0_i64);
        let started: Vec<_> = (0..tasks)
            .map(|_| {
                let number = number.clone();
                spawn(move || (0..rounds).for_each(|_| number.write(number.read() + 1)))
            })
            .collect();
        for task in started {
            task.join()?;
        }
        Ok(number.read().into())
    })
}

fn ours(tasks: usize, rounds: usize, strategy: impl Strategy) -> Ends {
    let budget = Budget { max_executions: EXECUTIONS, ..Budget::default() };
    let observed = observe(&counter(tasks, rounds), strategy, budget);
    let ends = observed.outcomes.into_iter().map(|(turnout, seen)| match turnout {
        Turnout::Complete(Value::Int(end)) => (end, seen.executions),
        other => panic!("nobody blocks or fails, yet {other:?}"),
    });
    ends.collect()
}

fn theirs(tasks: usize, rounds: usize, scheduler: impl Scheduler + 'static) -> Ends {
    let mut config = shuttle::Config::new();
    config.failure_persistence = shuttle::FailurePersistence::None;
    let ends = Arc::new(Mutex::new(Ends::new()));
    let seen = Arc::clone(&ends);
    shuttle::Runner::new(scheduler, config).run(move || {
        let number = Arc::new(AtomicI64::new(0));
        let started: Vec<_> = (0..tasks)
            .map(|_| {
                let number = Arc::clone(&number);
                shuttle::thread::spawn(move || {
                    for _ in 0..rounds {
                        let value = number.load(Ordering::SeqCst);
                        number.store(value + 1, Ordering::SeqCst);
                    }
                })
            })
            .collect();
        for task in started {
            task.join().expect("nothing panics");
        }
        let end = number.load(Ordering::SeqCst);
        *seen.lock().expect("nothing panics").entry(end).or_default() += 1;
    });
    let ends = ends.lock().expect("nothing panics");
    ends.clone()
}

fn compare(what: &str, ours: &Ends, theirs: &Ends) {
    println!("{what:16} unknot {ours:?}\n{:16} shuttle {theirs:?}", "");
    assert!(ours.keys().eq(theirs.keys()), "{what}: the outcomes differ");
    let rarest = |ends: &Ends| {
        let total: u64 = ends.values().sum();
        ends.values().min().map_or(0.0, |&n| n as f64 / total as f64)
    };
    let ratio = rarest(ours) / rarest(theirs);
    println!("{:16} rarest outcome, ratio {ratio:.2}", "");
    assert!((1.0 / 3.0..=3.0).contains(&ratio), "{what}: the rarest outcomes differ");
}

fn main() {
    let n = EXECUTIONS as usize;
    for (tasks, rounds) in [(2, 1), (2, 2), (3, 1)] {
        let config = Config { seed: 1, ..Config::default() };
        let pct = ours(tasks, rounds, Sampler::<Pct>::new(config));
        let their_pct = theirs(tasks, rounds, PctScheduler::new_from_seed(1, DEPTH, n));
        compare(&format!("pct {tasks} x {rounds}"), &pct, &their_pct);
        let urw = ours(tasks, rounds, Sampler::<Urw>::new(config));
        let their_urw = theirs(tasks, rounds, UrwRandomScheduler::new_from_seed(1, n));
        compare(&format!("urw {tasks} x {rounds}"), &urw, &their_urw);
    }
}
