//! The simplest schedules of programs that are too large to go through: what a
//! sample saw is made simpler, and where the levels can be gone through the
//! fewest are known.

use std::sync::Arc;
use std::time::Duration;

use unknot_checker::check::observe;
use unknot_checker::check::simplest::{self, Effort, Simplest};
use unknot_checker::model::kind::Kind;
use unknot_checker::model::terms::Budget;
use unknot_checker::search::jobs::Jobs;
use unknot_checker::sim::{Exception, Lock, Program, Semaphore, Shared, sleep, spawn, verify};
use unknot_checker::strategy::{Config, StrategyRow};

use crate::kit::support::program;

/// The simplest schedule of the only finding of a kind that a sample of `random`
/// has, on some threads. The sample ends with its first finding.
fn simplest_sampled(program: &Program, kind: Kind, jobs: usize) -> Simplest {
    let random = StrategyRow::named("random").expect("it is there");
    let budget = Budget { max_executions: 10_000, fail_fast: true, ..Budget::default() };
    let observed = observe(program, (random.create)(Config::default()), budget);
    let jobs = Jobs::new(jobs).expect("not zero");
    let effort = Effort { max_executions: 20_000, jobs, ..Effort::default() };
    let mut found = simplest::find(program, &observed, budget, effort);
    found.retain(|fault, _| fault.kind == kind);
    found.pop_first().expect("a sample shows it").1
}

/// So many tasks in one lock, and one that looks between the two steps of the
/// last of them.
fn one_looks(tasks: usize) -> Program {
    Arc::new(move || {
        let (a, b) = (Shared::new(0), Shared::new(0));
        let lock = Lock::named("lock");
        let mut all = vec![];
        for nth in 0..tasks {
            let (a, b, lock) = (a.clone(), b.clone(), lock.clone());
            all.push(spawn(move || -> Result<(), Exception> {
                let _guard = lock.lock()?;
                if nth + 1 == tasks {
                    a.write(1);
                    b.write(1);
                }
                Ok(())
            }));
        }
        let looks = spawn(move || verify!(b.read() == a.read(), "one is written"));
        all.into_iter().try_for_each(|task| task.join()?)?;
        looks.join()?;
        Ok(().into())
    })
}

/// Two locks taken in opposite orders behind so many rounds with a lock that
/// both take.
fn behind_rounds(rounds: usize) -> Program {
    Arc::new(move || {
        let (a, b, busy) = (Lock::named("a"), Lock::named("b"), Lock::named("busy"));
        let work = move |first: &Lock, second: &Lock, busy: &Lock| -> Result<(), Exception> {
            (0..rounds).try_for_each(|_| busy.lock().map(drop))?;
            let _first = first.lock()?;
            let _second = second.lock()?;
            Ok(())
        };
        let (c, d, shared) = (a.clone(), b.clone(), busy.clone());
        let other = spawn(move || work(&d, &c, &shared));
        work(&a, &b, &busy)?;
        other.join()??;
        Ok(().into())
    })
}

/// Main sleeps while others fight for a semaphore; both sides of a deadlock can
/// be left for nothing.
fn asleep(others: usize) -> Program {
    Arc::new(move || {
        let (a, b) = (Lock::named("a"), Lock::named("b"));
        let (c, d) = (a.clone(), b.clone());
        let permits = Semaphore::new(2);
        for _ in 0..others {
            let permits = permits.clone();
            spawn(move || {
                permits.acquire();
                permits.release();
            });
        }
        let other = spawn(move || -> Result<(), Exception> {
            let _first = d.lock()?;
            sleep(Duration::from_millis(1));
            let _second = c.lock()?;
            Ok(())
        });
        let first = a.lock()?;
        sleep(Duration::from_millis(1));
        let second = b.lock()?;
        drop((first, second));
        other.join()??;
        Ok(().into())
    })
}

/// The fewest preemptions are known by thinking; `true` where the levels are
/// few enough to say so too.
#[test]
fn what_a_sample_shows_is_told_simply() {
    let philosophers = |n| program("bench-philosophers/left-then-right", &[("n", n)]);
    let decrement = program("lost-update-decrement/no-lock", &[("threads", 10)]);
    let rows = [
        // One leaves his neighbour's fork alone; the others go round the other
        // way, and each is blocked when it comes to the second fork.
        ("philosophers of 7", philosophers(7), Kind::Deadlock, (1, true)),
        ("philosophers of 8", philosophers(8), Kind::Deadlock, (1, true)),
        ("philosophers of 10", philosophers(10), Kind::Deadlock, (1, false)),
        // One is left between read and write, and the rest of the classes are
        // ten to come in any order.
        ("decrement of 10", decrement, Kind::LostUpdate, (1, false)),
        ("one of 10 looks", one_looks(9), Kind::InvariantViolation, (1, false)),
        ("one of 20 looks", one_looks(19), Kind::InvariantViolation, (1, false)),
        ("behind 10 rounds", behind_rounds(10), Kind::Deadlock, (1, true)),
        ("behind 100 rounds", behind_rounds(100), Kind::Deadlock, (1, true)),
        ("asleep beside 8", asleep(8), Kind::Deadlock, (0, true)),
    ];
    let mut now = String::new();
    let mut differs = false;
    for (name, program, kind, expected) in rows {
        let found = simplest_sampled(&program, kind, 1);
        let is = (found.witness.preemptions, found.fewest);
        now.push_str(&format!("{name}: {is:?} in {} steps\n", found.witness.steps));
        differs |= is != expected;
    }
    assert!(!differs, "{now}");
}

/// Nothing of it depends on how many threads there are.
#[test]
fn threads_change_nothing() {
    for (program, kind) in [
        (program("bench-philosophers/left-then-right", &[("n", 6)]), Kind::Deadlock),
        (one_looks(6), Kind::InvariantViolation),
    ] {
        assert_eq!(simplest_sampled(&program, kind, 1), simplest_sampled(&program, kind, 3));
    }
}
