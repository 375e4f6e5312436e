//! Generated programs whose steps depend on what was read before.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;
use unknot_checker::sim::{Atomic, Exception, Lock, Program, RLock, Shared, Value, spawn};

use super::classes::compare;
use crate::kit::generated::{number, prove_among};

/// An operation. Numbers name an object, then values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Do {
    Read(usize),
    Write(usize, i64),
    /// Writes what was read last.
    Copy(usize),
    /// The next operation is left out unless this was read last.
    If(i64),
    Update(usize),
    Load(usize),
    Store(usize, i64),
    Add(usize),
    Swap(usize, i64),
    Exchange(usize, i64, i64),
    /// Until the end of the task, or the next release.
    Lock(usize),
    Unlock(usize),
    TryLock(usize),
    Locked(usize),
    /// Takes a lock once more, if it has it.
    Enter,
    Leave,
    /// A task that does one operation.
    Start(Simple),
    Join,
    Fail,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Simple {
    Read(usize),
    Write(usize, i64),
    Add(usize),
    Lock(usize),
}

#[derive(Clone, Debug)]
struct Generated {
    tasks: Vec<Vec<Do>>,
    main: Vec<Do>,
    /// Whether main joins the tasks before it reads everything.
    joins: bool,
    /// Whether the outcome is made at the exit.
    at_exit: bool,
}

#[derive(Clone)]
struct World {
    cells: [Shared<i64>; 2],
    atomics: [Atomic; 2],
    locks: [Lock; 2],
    nested: RLock,
}

impl World {
    fn run(&self, ops: &[Do]) -> Result<Vec<i64>, Exception> {
        let mut log = vec![];
        let mut guards = [None, None];
        let mut tried = [false, false];
        let mut nested = vec![];
        let mut started = vec![];
        let mut skips = false;
        for &op in ops {
            if std::mem::take(&mut skips) {
                continue;
            }
            let last = log.last().copied().unwrap_or(0);
            match op {
                Do::Read(i) => log.push(self.cells[i].read()),
                Do::Write(i, value) => self.cells[i].write(value),
                Do::Copy(i) => self.cells[i].write(last + 1),
                Do::If(value) => skips = last != value,
                Do::Update(i) => log.push(self.cells[i].update_in_one_step(|old| old * 2 + 1)),
                Do::Load(i) => log.push(self.atomics[i].load()),
                Do::Store(i, value) => self.atomics[i].store(value),
                Do::Add(i) => log.push(self.atomics[i].fetch_add(1)),
                Do::Swap(i, value) => log.push(self.atomics[i].swap(value)),
                Do::Exchange(i, old, new) => {
                    log.push(self.atomics[i].compare_exchange(old, new).unwrap_or_else(|v| -1 - v));
                }
                Do::Lock(i) => guards[i] = Some(self.locks[i].lock()?),
                Do::Unlock(i) => {
                    guards[i] = None;
                    if std::mem::take(&mut tried[i]) {
                        self.locks[i].release()?;
                    }
                }
                Do::TryLock(i) => {
                    let is_taken = self.locks[i].try_acquire();
                    tried[i] |= is_taken;
                    log.push(is_taken.into());
                }
                Do::Enter => nested.push(self.nested.lock()?),
                Do::Leave => drop(nested.pop()),
                Do::Locked(i) => log.push(self.locks[i].locked().into()),
                Do::Start(simple) => {
                    let world = self.clone();
                    let ops = match simple {
                        Simple::Read(i) => [Do::Read(i)],
                        Simple::Write(i, value) => [Do::Write(i, value)],
                        Simple::Add(i) => [Do::Add(i)],
                        Simple::Lock(i) => [Do::Lock(i)],
                    };
                    started.push(spawn(move || world.run(&ops)));
                }
                Do::Join => {
                    if let Some(task) = started.pop() {
                        log.extend(task.join()??);
                    }
                }
                Do::Fail => assert_ne!(last, 1, "one was read"),
            }
        }
        Ok(log)
    }
}

impl Generated {
    fn program(&self) -> Program {
        let spec = self.clone();
        Arc::new(move || spec.run())
    }

    fn run(&self) -> Result<Value, Exception> {
        let world = World {
            cells: ["x", "y"].map(|name| Shared::named(name, 0)),
            atomics: ["a", "b"].map(|name| Atomic::named(name, 0)),
            locks: ["l", "m"].map(Lock::named),
            nested: RLock::named("n"),
        };
        let mut started = vec![];
        for ops in self.tasks.clone() {
            let world = world.clone();
            started.push(spawn(move || world.run(&ops)));
        }
        if self.at_exit {
            let world = world.clone();
            unknot_checker::sim::outcome_at_exit(move || {
                let cells = world.cells.iter().map(Shared::read);
                let all = cells.chain(world.atomics.iter().map(Atomic::load));
                Value::List(all.map(Value::from).collect())
            });
        }
        let mut logs = vec![world.run(&self.main)];
        if self.joins {
            for task in started {
                logs.push(task.join()?);
            }
        }
        let logs = logs.into_iter().map(|log| match log {
            Ok(log) => Value::from(log),
            Err(error) => Value::from(format!("{error:?}")),
        });
        Ok(Value::List(logs.collect()))
    }
}

fn operations() -> Vec<Vec<Do>> {
    use Do::*;
    vec![
        vec![Read(0), Write(0, 1), Write(0, 2), Copy(0), If(0), Fail],
        vec![Read(0), Write(0, 1), Read(1), Write(1, 1), Copy(0), Copy(1), If(1)],
        vec![Read(0), Write(0, 1), Update(0), Write(0, 2), Read(0), Update(1)],
        vec![Load(0), Store(0, 1), Add(0), Swap(0, 2), Exchange(0, 0, 1), Exchange(0, 1, 2)],
        vec![
            Exchange(0, 0, 1),
            Exchange(0, 0, 2),
            Exchange(0, 1, 0),
            Exchange(0, 2, 1),
            Load(0),
            Add(0),
        ],
        vec![Exchange(0, 0, 1), Exchange(1, 0, 2), Exchange(1, 2, 0), Store(0, 0), Load(1), Add(0)],
        vec![Lock(0), Unlock(0), Lock(1), Unlock(1), Read(0), Write(0, 1), Lock(0)],
        vec![Lock(0), Lock(1), Unlock(0), Unlock(1), Copy(0), Update(0)],
        vec![Lock(0), Unlock(0), Lock(0), Add(0), Read(0), Write(0, 2), If(0)],
        vec![TryLock(0), TryLock(0), Unlock(0), Lock(0), Locked(0), If(1), Write(0, 1), Read(0)],
        vec![TryLock(0), TryLock(1), Unlock(0), Lock(0), Lock(1), Unlock(1), If(0)],
        vec![Enter, Enter, Leave, Read(0), Write(0, 1), Lock(0), If(0)],
        vec![Start(Simple::Read(0)), Start(Simple::Write(0, 3)), Join, Read(0), Write(0, 1)],
        vec![Start(Simple::Lock(0)), Start(Simple::Add(0)), Join, Lock(0), Unlock(0), Load(0)],
    ]
}

fn programs(max_tasks: usize, max_ops: usize) -> impl Strategy<Value = Generated> {
    let themes = operations();
    proptest::collection::vec(select(themes), 1..=2).prop_flat_map(move |themes| {
        let ops: Vec<Do> = themes.concat();
        let list = proptest::collection::vec(select(ops.clone()), 1..=max_ops);
        let tasks = proptest::collection::vec(list, 1..=max_tasks);
        let main = proptest::collection::vec(select(ops), 0..=max_ops.min(2));
        (tasks, main, any::<bool>(), any::<bool>())
            .prop_map(|(tasks, main, joins, at_exit)| Generated { tasks, main, joins, at_exit })
    })
}

fn prove(part: u8, (max_tasks, max_ops): (usize, usize), tenths: u64) {
    let n = number("UNKNOT_PROGRAMS", 500) * tenths / 10;
    let most = number("UNKNOT_EXECUTIONS", 2_000);
    let strategy = programs(max_tasks, max_ops);
    let proved = prove_among(part, &strategy, n, |spec| compare(&spec.program(), most));
    match proved {
        Ok(discarded) => eprintln!("{n} programs; {discarded} more were refused or too large"),
        Err(message) => panic!("{message}"),
    }
}

#[test]
fn two_tasks() {
    prove(40, (2, 4), 3);
}

#[test]
fn three_tasks() {
    prove(41, (3, 2), 3);
}

#[test]
fn three_tasks_of_three_operations() {
    prove(42, (3, 3), 2);
}

#[test]
fn four_tasks() {
    prove(43, (4, 2), 2);
}
