//! Peak memory after 10,000 and after 1,000,000 executions that all end stuck.
//!
//! Unfinished tasks are unwound at the end of each execution and their stacks
//! are used again, so the second figure is at most 1.1 times the first; the
//! bench fails otherwise. Linux only: the peak is read from the kernel.
//!
//! `cargo bench -p unknot-tests --bench memory`

use std::sync::Arc;

use unknot_checker::check::{Budget, observe};
use unknot_checker::sim::{Lock, Program, Shared, spawn};
use unknot_checker::strategy::Dpor;

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

/// The peak of this process's resident memory in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

fn main() {
    let mut peaks = vec![];
    for max_executions in [10_000, 1_000_000] {
        let stats =
            observe(&stuck(), Dpor::new(), Budget { max_executions, ..Budget::default() }).stats;
        assert_eq!((stats.executions, stats.stuck), (max_executions, max_executions));
        peaks.push(peak());
        println!("peak after {max_executions:>9} stuck executions: {} KiB", peak());
    }
    let ratio = peaks[1] as f64 / peaks[0] as f64;
    println!("ratio: {ratio:.3}");
    assert!(ratio <= 1.1, "memory grows with the number of executions");
}
