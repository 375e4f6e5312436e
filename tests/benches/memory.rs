//! How much memory a check takes, at most: figures of processes of their own.
//!
//! - Executions that end stuck: their unfinished tasks are unwound and their stacks
//!   are used again, so a million takes at most 1.1 times what 10,000 take.
//! - Processes that are killed: a million deaths take at most 1.1 times what 10,000 take.
//! - Two threads take at most three times what one takes.
//! - What is planned after one execution, and kept of what it shows, grows with its
//!   length: twice the length takes at most 2.5 times as much.
//!
//! Linux only: the peak is read from the kernel.
//!
//! `cargo bench -p unknot-tests --bench memory`

use std::process::Command;
use std::sync::Arc;

use unknot_checker::check::observe_row;
use unknot_checker::model::terms::{Budget, Semantics};
use unknot_checker::search::jobs::Jobs;
use unknot_checker::search::monitor::Monitor;
use unknot_checker::sim::{Atomic, Lock, Program, Shared, process, spawn};
use unknot_checker::strategy::{Config, STRATEGIES};

/// What a process of its own is to do.
const CHILD: &str = "UNKNOT_MEMORY";

/// Seven tasks count and then wait for a lock that main never gives back, each
/// with something on its stack that has to be dropped.
fn stuck() -> Program {
    Arc::new(|| {
        let (number, lock) = (Shared::new(0), Lock::new());
        lock.acquire();
        let started: Vec<_> = (0..7)
            .map(|_| {
                let (number, lock) = (number.clone(), lock.clone());
                spawn(move || {
                    let seen = vec![number.read(); 100];
                    number.write(seen[99] + 1);
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

/// Four processes count, wait for a lock that main never gives back, and are told to die:
/// four deaths an execution, each between any two of their steps.
fn killed() -> Program {
    Arc::new(|| {
        let (lock, number) = (process::Lock::new(), process::Atomic::new(0));
        lock.acquire();
        let count = |(lock, number): (process::Lock, process::Atomic)| {
            (0..4).for_each(|_| _ = number.fetch_add(1));
            lock.acquire();
        };
        let start = |_| process::new((lock.clone(), number.clone()), count).killable().start();
        let victims = (0..4).map(start).collect::<Result<Vec<_>, _>>()?;
        victims.iter().for_each(|victim| victim.terminate());
        victims.iter().try_for_each(|victim| victim.join())?;
        Ok(().into())
    })
}

/// Tasks that count without an end, so that each execution is cut.
fn endless(n_tasks: usize) -> Program {
    Arc::new(move || {
        let number = Atomic::new(0);
        for _ in 0..n_tasks {
            let number = number.clone();
            spawn(move || while number.fetch_add(1) >= 0 {});
        }
        Ok(().into())
    })
}

/// Two tasks count in as many variables, one step each: all of these race.
fn racing(n: usize) -> Program {
    Arc::new(move || {
        let numbers: Vec<_> = (0..n).map(|_| Atomic::new(0)).collect();
        let theirs = numbers.clone();
        let task = spawn(move || theirs.iter().for_each(|number| _ = number.fetch_add(1)));
        numbers.iter().for_each(|number| _ = number.fetch_add(1));
        task.join()?;
        Ok(().into())
    })
}

/// The same in two steps each: as many data races as there are variables.
fn lost(n: usize) -> Program {
    Arc::new(move || {
        let numbers: Vec<_> = (0..n).map(|_| Shared::new(0)).collect();
        let theirs = numbers.clone();
        let count = |number: &Shared<i64>| number.write(number.read() + 1);
        let task = spawn(move || theirs.iter().for_each(count));
        numbers.iter().for_each(count);
        task.join()?;
        Ok(().into())
    })
}

/// A check in a process of its own.
#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    program: fn() -> Program,
    jobs: usize,
    executions: u64,
}

const CASES: &[Case] = &[
    Case { name: "10,000 stuck", program: stuck, jobs: 1, executions: 10_000 },
    Case { name: "1,000,000 stuck", program: stuck, jobs: 1, executions: 1_000_000 },
    Case { name: "10,000 kills", program: killed, jobs: 1, executions: 2_500 },
    Case { name: "1,000,000 kills", program: killed, jobs: 1, executions: 250_000 },
    Case { name: "2 endless, 1 job", program: || endless(2), jobs: 1, executions: 2_000 },
    Case { name: "2 endless, 2 jobs", program: || endless(2), jobs: 2, executions: 2_000 },
    Case { name: "5 endless, 1 job", program: || endless(5), jobs: 1, executions: 2_000 },
    Case { name: "5 endless, 2 jobs", program: || endless(5), jobs: 2, executions: 2_000 },
    Case { name: "5,000 races", program: || racing(5_000), jobs: 1, executions: 1 },
    Case { name: "10,000 races", program: || racing(10_000), jobs: 1, executions: 1 },
    Case { name: "250 lost", program: || lost(250), jobs: 1, executions: 10 },
    Case { name: "500 lost", program: || lost(500), jobs: 1, executions: 10 },
];

/// What takes at most so many times as much as another.
const BOUNDS: &[(&str, &str, f64)] = &[
    ("10,000 stuck", "1,000,000 stuck", 1.1),
    ("10,000 kills", "1,000,000 kills", 1.1),
    ("2 endless, 1 job", "2 endless, 2 jobs", 3.0),
    ("5 endless, 1 job", "5 endless, 2 jobs", 3.0),
    ("5,000 races", "10,000 races", 2.5),
    ("250 lost", "500 lost", 2.5),
];

impl Case {
    fn run(self) {
        let Case { program, jobs, executions: max_executions, .. } = self;
        let jobs = Jobs::new(jobs).expect("not 0");
        let max_steps = if max_executions == 1 { 1_000_000 } else { 10_000 };
        let semantics = Semantics { max_steps, ..Semantics::DEFAULT };
        let budget = Budget { max_executions, semantics, ..Budget::default() };
        let strategy = (&STRATEGIES[0], Config::default());
        let seen = observe_row(&program(), strategy, budget, &Monitor::default(), jobs);
        assert_eq!(seen.stats.spent(), max_executions);
        println!("{}", peak());
    }

    /// The peak in KiB.
    fn measure(self) -> u64 {
        let mut process = Command::new(std::env::current_exe().expect("this program"));
        let output = process.env(CHILD, self.name).output().expect("it runs");
        let text = String::from_utf8_lossy(&output.stdout);
        let peak = text.trim().parse().unwrap_or_else(|_| panic!("{}: {output:?}", self.name));
        println!("{:<20} {peak:>9} KiB", self.name);
        peak
    }
}

/// The peak of this process's resident memory in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

fn case(name: &str) -> Case {
    *CASES.iter().find(|case| case.name == name).expect(name)
}

fn main() {
    if let Ok(name) = std::env::var(CHILD) {
        return case(&name).run();
    }
    for &(small, large, most) in BOUNDS {
        let ratio = case(large).measure() as f64 / case(small).measure() as f64;
        println!("{ratio:>29.3} times\n");
        assert!(ratio <= most, "{large} takes {ratio} times the memory of {small}");
    }
}
