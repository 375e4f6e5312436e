//! Executions a second, as ratios to shuttle and loom in the same run.
//!
//! Machines are noisy, so nothing here is a time: each row runs a program
//! exhaustively under `dpor`, then runs shuttle's `Runner` under a trivial
//! scheduler for the same number of executions with the same number of tasks
//! and steps (`bare`), and prints the ratio of the two rates. A short search is run
//! many times, and starts each time; `as often` is the ratio to a runner that is
//! started as often. `machine` is the program on our machine without a search, and
//! `search` the search with nobody who looks for findings. Rounds alternate and the
//! best of each is taken. Rows with the same program against the peers say how many
//! executions their own searches need, and the ratio of our rate to theirs
//! ([`peers`]).
//!
//! `cargo bench -p unknot-tests --bench rate`; a name selects rows. With
//! `--alone` each row runs once and without the peers, so that a counter of
//! instructions (`valgrind --tool=callgrind`) sees nothing else; `--bare` besides
//! has it see shuttle's runner alone, and `--machine` our machine without a search,
//! for 10,000 executions.

mod peers;

use std::sync::Arc;
use std::time::Instant;

use shuttle::scheduler::{Schedule, Scheduler, Task, TaskId};
use unknot_checker::check::observe;
use unknot_checker::model::terms::Budget;
use unknot_checker::sim::{
    Decision, Execution, Explorer, Limits, Lock, Point, Program, Shared, explore, spawn,
};
use unknot_checker::strategy::{Dpor, Strategy};

use peers::{PeerProgram, on_loom, on_shuttle};

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

/// Always the task that made the last step, or the first: no search, and nobody
/// looks at what happened.
struct NoSearch(u64);

impl Explorer for NoSearch {
    fn begin(&mut self) -> bool {
        let is_left = self.0 > 0;
        self.0 = self.0.saturating_sub(1);
        is_left
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        let stay = point.last().filter(|&last| point.is_enabled(last));
        Decision::Run(stay.or_else(|| point.enabled().next()).expect("somebody is enabled"))
    }

    fn choose(&mut self, _: &Point<'_>, _: u32) -> u32 {
        0
    }

    fn end(&mut self, _: &Execution<'_>) {}
}

fn without_search(program: &Program, executions: u64) {
    assert_eq!(explore(program, Limits::DEFAULT, NoSearch(executions)).0, 0, "all are made");
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

/// Everybody takes the left fork and then the right one, so that the tasks may
/// end in a circle; `ordered` by number they cannot.
fn philosophers(tasks: usize, ordered: bool) -> Program {
    Arc::new(move || {
        let forks: Vec<Lock> = (0..tasks).map(|_| Lock::new()).collect();
        let started: Vec<_> = (0..tasks)
            .map(|i| {
                let next = (i + 1) % tasks;
                let (a, b) = if ordered { (i.min(next), i.max(next)) } else { (i, next) };
                let (a, b) = (forks[a].clone(), forks[b].clone());
                spawn(move || {
                    let _first = a.lock()?;
                    let _second = b.lock()?;
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
    /// The same against shuttle and against loom.
    peers: Option<(PeerProgram, PeerProgram)>,
}

impl Row {
    fn new(name: &'static str, program: Program, tasks: usize, steps: usize) -> Row {
        Row { name, program, tasks, steps, peers: None }
    }

    fn beside(self, shuttle: PeerProgram, loom: PeerProgram) -> Row {
        Row { peers: Some((shuttle, loom)), ..self }
    }
}

fn rows() -> [Row; 10] {
    use {on_loom as l, on_shuttle as s};
    [
        Row::new("counter-2", counter(2), 2, 2).beside(s::counter::<2, 2>, l::counter::<2, 2>),
        Row::new("counter-3", counter(3), 3, 2).beside(s::counter::<3, 3>, l::counter::<3, 3>),
        // loom has no sixth task, so main is the fifth that counts.
        Row::new("counter-5", counter(5), 5, 2).beside(s::counter::<5, 5>, l::counter::<5, 4>),
        Row::new("locked-counter-3", locked_counter(3), 3, 4)
            .beside(s::locked_counter::<3>, l::locked_counter::<3>),
        Row::new("locked-counter-8", locked_counter(8), 8, 4),
        Row::new("philosophers-3", philosophers(3, false), 3, 4)
            .beside(s::philosophers::<3, false>, l::philosophers::<3, false>),
        Row::new("ordered-forks-3", philosophers(3, true), 3, 4)
            .beside(s::philosophers::<3, true>, l::philosophers::<3, true>),
        Row::new("philosophers-5", philosophers(5, false), 5, 4),
        Row::new("philosophers-11", philosophers(11, false), 11, 4),
        Row::new("stuck-4", stuck(4), 4, 2),
    ]
}

fn rate(executions: u64, run: impl FnOnce()) -> f64 {
    let start = Instant::now();
    run();
    executions as f64 / start.elapsed().as_secs_f64()
}

/// Our executions of a row, and the best rates of three rounds.
#[derive(Default)]
struct Rates {
    executions: u64,
    ours: f64,
    /// The same program on our machine without a search.
    machine: f64,
    /// The search alone: nobody looks for findings.
    search: f64,
    bare: f64,
    /// The same with a new runner wherever a search would be through.
    restarted: f64,
}

fn rates(row: &Row) -> Rates {
    let mut rates = Rates::default();
    for _ in 0..3 {
        // Small programs are repeated to get above the cost of starting.
        let times = 20_000_u64.checked_div(rates.executions).unwrap_or(0) + 1;
        let mut executions = 0;
        let start = Instant::now();
        for _ in 0..times {
            let stats = observe(&row.program, Dpor::new(), Budget::default()).stats;
            assert_eq!(stats.blocked, 0, "no execution is redundant");
            executions += stats.executions;
        }
        rates.ours = rates.ours.max(executions as f64 / start.elapsed().as_secs_f64());
        rates.executions = executions / times;
        let search = || {
            for _ in 0..times {
                assert!(explore(&row.program, Limits::DEFAULT, Dpor::new()).is_exhausted());
            }
        };
        rates.search = rates.search.max(rate(executions, search));
        let n = executions.max(10_000);
        rates.machine = rates.machine.max(rate(n, || without_search(&row.program, n)));
        rates.bare = rates.bare.max(rate(n, || bare(n, row.tasks, row.steps)));
        let (searches, each) = (n.div_ceil(rates.executions), rates.executions);
        let restarted = || (0..searches).for_each(|_| bare(each, row.tasks, row.steps));
        rates.restarted = rates.restarted.max(rate(searches * each, restarted));
    }
    rates
}

/// The columns of one peer.
fn columns((reached, theirs): peers::Run, ours: f64, width: usize) -> String {
    // Up to a deadlock it is mostly the cost of starting.
    if matches!(reached, peers::Reached::Deadlock(_)) {
        return format!(" {reached:>width$} {:>7} {:>6}", "-", "-");
    }
    format!(" {reached:>width$} {:>7.1} {:>6.2}", theirs / 1e3, ours / theirs)
}

fn main() {
    let only: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let rows = rows();
    let selected = |row: &&Row| only.is_empty() || only.iter().any(|name| name == row.name);
    if std::env::args().any(|arg| arg == "--alone") {
        for row in rows.iter().filter(selected) {
            if std::env::args().any(|arg| arg == "--bare") {
                bare(10_000, row.tasks, row.steps);
                continue;
            }
            if std::env::args().any(|arg| arg == "--machine") {
                without_search(&row.program, 10_000);
                continue;
            }
            let stats = observe(&row.program, Dpor::new(), Budget::default()).stats;
            println!(
                "{:18} {:>10} executions {:>10} steps",
                row.name, stats.executions, stats.steps
            );
        }
        return;
    }
    println!("k/s: thousands of executions a second; ratio: ours to theirs.");
    println!("search: nobody looks for findings; machine: the program without a search;");
    println!("bare: shuttle's tasks and steps alone; as often: it is started as often as ours.");
    println!("What has few executions mostly measures the start.");
    println!("stuck@n: the peer ends at its first deadlock, in execution n.\n");
    println!(
        "{:16} {:>8} {:>7} {:>7} {:>7} {:>7} {:>6} {:>8} {:>11} {:>7} {:>6} {:>10} {:>7} {:>6}",
        "program",
        "unknot",
        "k/s",
        "search",
        "machine",
        "bare",
        "ratio",
        "as often",
        "shuttle",
        "k/s",
        "ratio",
        "loom",
        "k/s",
        "ratio"
    );
    for row in rows.iter().filter(selected) {
        let Rates { executions, ours, search, machine, bare, restarted } = rates(row);
        print!(
            "{:16} {executions:>8} {:>7.1} {:>7.1} {:>7.1} {:>7.1} {:>6.2} {:>8.2}",
            row.name,
            ours / 1e3,
            search / 1e3,
            machine / 1e3,
            bare / 1e3,
            ours / bare,
            ours / restarted
        );
        if let Some((shuttle, loom)) = row.peers {
            print!("{}", columns(peers::shuttle(shuttle), ours, 11));
            print!("{}", columns(peers::loom(loom), ours, 10));
        }
        println!();
    }
}
