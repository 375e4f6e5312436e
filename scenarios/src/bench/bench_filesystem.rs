//! Tasks that each give a file its first block, with a lock for each inode and a
//! lock for each block.
//!
//! Task t of 0 to n - 1 locks inode t mod 32. If that has no block yet, it
//! looks at up to ten blocks from 2·t mod 26 on, each under its lock, and
//! takes the first that is free.
//!
//! `first-free-block`: 2^(n-13) classes. Each task has an inode of its own.
//! 2·t mod 26 comes again after 13 tasks, so tasks t and t + 13 begin at the
//! same block, and one or the other has it first. The second one goes on to
//! the next block, which has an odd number, and no other task comes there. With
//! more than 26 tasks three would begin at one block, so there are no more.
//!
//! How many of the tasks from 13 on were the first of their pair is anything
//! from 0 to n - 13. Each read and write is under its lock, and a task that holds the
//! lock of a block waits for none, so nothing is lost and no task is stuck.

use unknot_checker::sim::{Exception, Lock, Shared, Value, spawn_named};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

const N_INODES: usize = 32;
const N_BLOCKS: usize = 26;
const MAX_TRIES: usize = 10;
/// The first task that begins at the block of an earlier one.
const N_STARTS: usize = N_BLOCKS / 2;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "bench-filesystem",
    family: "bench",
    about: "tasks give files their first block",
    covers: &[],
    params: &[Param { name: "n", about: "tasks", default: 16, min: 1, max: N_BLOCKS as i64 }],
    variants: &[Variant::new(
        "first-free-block",
        "lock the inode, and each block that is looked at",
        first_free_block,
        |params| {
            let n = params.int("n");
            let n_pairs = (n - N_STARTS as i64).max(0);
            Expectation::pass().outcomes(0..=n_pairs).exhausts_if(n <= 22)
        },
    )],
    source: source!("bench_filesystem.rs"),
};

/// Something with a lock around it.
#[derive(Clone)]
struct Locked<T> {
    lock: Lock,
    value: Shared<T>,
}

/// The blocks of a disk, and for each inode its block plus one, or 0.
#[derive(Clone)]
struct Disk {
    inodes: Vec<Locked<usize>>,
    is_busy: Vec<Locked<bool>>,
}

impl Disk {
    fn new() -> Disk {
        let inode = |i| Locked {
            lock: Lock::named(("lock of inode", i)),
            value: Shared::named(("inode", i), 0),
        };
        let block = |i| Locked {
            lock: Lock::named(("lock of block", i)),
            value: Shared::named(("block", i), false),
        };
        Disk {
            inodes: (0..N_INODES).map(inode).collect(),
            is_busy: (0..N_BLOCKS).map(block).collect(),
        }
    }

    /// Gives an inode a block, unless it has one.
    fn give_block(&self, nth: usize) -> Result<(), Exception> {
        let inode = &self.inodes[nth];
        let _inode = inode.lock.lock()?;
        if inode.value.read() != 0 {
            return Ok(());
        }
        for block in (0..MAX_TRIES).map(|tries| (2 * nth + tries) % N_BLOCKS) {
            let is_busy = &self.is_busy[block];
            let _block = is_busy.lock.lock()?;
            if !is_busy.value.read() {
                is_busy.value.write(true);
                inode.value.write(block + 1);
                break;
            }
        }
        Ok(())
    }
}

fn first_free_block(params: &Params) -> Result<Value, Exception> {
    let n = params.size("n");
    let disk = Disk::new();
    let mut started = vec![];
    for task in 0..n {
        let disk = disk.clone();
        started.push(spawn_named(("file", task), move || disk.give_block(task % N_INODES)));
    }
    for task in started {
        task.join()??;
    }
    let has_own = |nth: &usize| disk.inodes[*nth].value.read() == 2 * nth % N_BLOCKS + 1;
    let n_first = (N_STARTS..n).filter(has_own).count();
    Ok(i64::try_from(n_first).expect("few inodes").into())
}
