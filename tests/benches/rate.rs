//! Executions a second, as ratios to shuttle's bare `Runner` in the same run.
//!
//! Machines are noisy, so nothing here is a time: each row runs a program
//! exhaustively under `dpor`, then runs shuttle's `Runner` under a trivial
//! scheduler for the same number of executions with the same number of tasks
//! and steps, and prints the ratio of the two rates. Rounds alternate and the
//! best of each is taken.
//!
//! `cargo bench -p unknot-tests --bench rate`; a name selects rows. With
//! `--alone` each row runs once and without the peer, so that a counter of
//! instructions (`valgrind --tool=callgrind`) sees nothing else.

use std::sync::Arc;
use std::time::Instant;

use shuttle::scheduler::{Schedule, Scheduler, Task, TaskId};
use unknot_checker::check::{Budget, observe};
use unknot_checker::sim::{Lock, Program, Shared, spawn};
use unknot_checker::strategy::Dpor;

/// Always the first runnable task, for a given number of executions.
struct First(u64);

impl Scheduler for First {
    fn new_execution(&mut self) -> Option<Schedule> {
        self.0 = self.0.checked_sub(1)?;
        Some(Schedule::new(0))
    }

    fn next_task(&mut self, tasks: &[&Task], current: Option<TaskId>, _: bool) -> Option<TaskId> {
        let stay = current.filter(|current| tasks.iter().any(|task| task.id() == *current));
        stay.or_else(|| tasks.first().map(|task| task.id()))
    }

    fn next_u64(&mut self) -> u64 {
        0
    }
}

/// The same number of tasks and steps on shuttle alone.
fn bare(executions: u64, tasks: usize, steps: usize) {
    let mut config = shuttle::Config::new();
    config.stack_size = 256 * 1024;
    config.failure_persistence = shuttle::FailurePersistence::None;
    shuttle::Runner::new(First(executions), config).run(move || {
        let handles: Vec<_> = (0..tasks)
            .map(|_| {
                shuttle::thread::spawn(move || {
                    for _ in 0..steps {
                        shuttle::thread::sleep(std::time::Duration::ZERO);
                    }
                })
            })
            .collect();
        for handle in handles {
            handle.join().expect("nothing panics");
        }
    });
}

fn counter(tasks: usize) -> Program {
    Arc::new(move || {
        let number = Shared::new(0);
        let started: Vec<_> = (0..tasks)
            .map(|_| {
                let number = number.clone();
                spawn(move || number.write(number.read() + 1))
            })
            .collect();
        for task in started {
            task.join()?;
        }
        Ok(number.read().into())
    })
}

fn locked_counter(tasks: usize) -> Program {
    Arc::new(move || {
        let (number, lock) = (Shared::new(0), Lock::new());
        let started: Vec<_> = (0..tasks)
            .map(|_| {
                let (number, lock) = (number.clone(), lock.clone());
                spawn(move || {
                    let _guard = lock.lock()?;
                    number.write(number.read() + 1);
                    Ok(())
                })
            })
            .collect();
        for task in started {
            task.join()??;
        }
        Ok(number.read().into())
    })
}

/// Two groups that take two locks in opposite orders and never let go, so
/// that most executions end stuck.
fn philosophers(tasks: usize) -> Program {
    Arc::new(move || {
        let forks: Vec<Lock> = (0..tasks).map(|_| Lock::new()).collect();
        let started: Vec<_> = (0..tasks)
            .map(|i| {
                let (left, right) = (forks[i].clone(), forks[(i + 1) % tasks].clone());
                spawn(move || {
                    let _left = left.lock()?;
                    let _right = right.lock()?;
                    Ok(())
                })
            })
            .collect();
        for task in started {
            task.join()??;
        }
        Ok(().into())
    })
}

/// Tasks that all wait for what main holds: every execution is stuck.
fn stuck(tasks: usize) -> Program {
    Arc::new(move || {
        let (number, lock) = (Shared::new(0), Lock::new());
        lock.acquire();
        let started: Vec<_> = (0..tasks)
            .map(|_| {
                let (number, lock) = (number.clone(), lock.clone());
                spawn(move || {
                    number.write(number.read() + 1);
                    let _guard = lock.lock()?;
                    Ok(())
                })
            })
            .collect();
        for task in started {
            task.join()??;
        }
        Ok(().into())
    })
}

struct Row {
    name: &'static str,
    program: Program,
    tasks: usize,
    steps: usize,
}

fn rate(executions: u64, run: impl FnOnce()) -> f64 {
    let start = Instant::now();
    run();
    executions as f64 / start.elapsed().as_secs_f64()
}

fn main() {
    let only: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let rows = [
        Row { name: "counter-3", program: counter(3), tasks: 3, steps: 2 },
        Row { name: "counter-5", program: counter(5), tasks: 5, steps: 2 },
        Row { name: "locked-counter-7", program: locked_counter(7), tasks: 7, steps: 4 },
        Row { name: "philosophers-5", program: philosophers(5), tasks: 5, steps: 4 },
        Row { name: "philosophers-11", program: philosophers(11), tasks: 11, steps: 4 },
        Row { name: "stuck-4", program: stuck(4), tasks: 4, steps: 2 },
    ];
    let selected = |row: &&Row| only.is_empty() || only.iter().any(|name| name == row.name);
    if std::env::args().any(|arg| arg == "--alone") {
        for row in rows.iter().filter(selected) {
            let stats = observe(&row.program, Dpor::new(), Budget::default()).stats;
            println!(
                "{:18} {:>10} executions {:>10} steps",
                row.name, stats.executions, stats.steps
            );
        }
        return;
    }
    println!(
        "{:18} {:>10} {:>9} {:>12} {:>12} {:>6}",
        "program", "executions", "blocked", "unknot/s", "bare/s", "ratio"
    );
    for row in rows.iter().filter(selected) {
        let mut counted = None;
        let (mut ours, mut theirs) = (0.0_f64, 0.0_f64);
        for _ in 0..3 {
            // Small programs are repeated to get above the cost of starting.
            let times = 20_000 / counted.map_or(20_000, |(n, _)| n).max(1) + 1;
            let start = Instant::now();
            for _ in 0..times {
                let stats = observe(&row.program, Dpor::new(), Budget::default()).stats;
                counted = Some((stats.executions, stats.blocked));
            }
            let executions = counted.map_or(0, |(n, _)| n);
            ours = ours.max((times * executions) as f64 / start.elapsed().as_secs_f64());
            let n = (times * executions).max(10_000);
            theirs = theirs.max(rate(n, || bare(n, row.tasks, row.steps)));
        }
        let (executions, blocked) = counted.unwrap_or_default();
        println!(
            "{:18} {executions:>10} {blocked:>9} {ours:>12.0} {theirs:>12.0} {:>6.2}",
            row.name,
            ours / theirs
        );
    }
}
