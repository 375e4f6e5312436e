//! Textbook programs, right and broken: the classes and findings of all trace classes.
//!
//! A task that would poll gives up after a few looks instead, so each program ends.

use std::sync::Arc;

use unknot_checker::Kind;
use unknot_checker::sim::{
    Atomic, Exception, JoinHandle, Lock, Program, Shared, Value, spawn, verify,
};
use unknot_checker::strategy::{Dpor, ReadsFrom};

use super::classes::{faults, go_through};

/// Starts tasks and returns what they return.
fn all<T: Into<Value> + std::fmt::Debug + 'static>(
    tasks: Vec<JoinHandle<T>>,
) -> Result<Value, Exception> {
    let values: Result<Vec<Value>, Exception> =
        tasks.into_iter().map(|task| Ok(task.join()?.into())).collect();
    Ok(Value::List(values?))
}

fn program(run: impl Fn() -> Result<Value, Exception> + Send + Sync + 'static) -> Program {
    Arc::new(run)
}

fn pair(names: [&'static str; 2]) -> [Atomic; 2] {
    names.map(|name| Atomic::named(name, 0))
}

/// Each task writes its own variable and reads that of the other one.
fn store_buffering() -> Result<Value, Exception> {
    let [x, y] = pair(["x", "y"]);
    let (a, b) = (x.clone(), y.clone());
    let one = spawn(move || {
        a.store(1);
        b.load()
    });
    let two = spawn(move || {
        y.store(1);
        x.load()
    });
    all(vec![one, two])
}

/// Each task reads the variable of the other one and then writes its own.
fn load_buffering() -> Result<Value, Exception> {
    let [x, y] = pair(["x", "y"]);
    let (a, b) = (x.clone(), y.clone());
    let one = spawn(move || {
        let seen = a.load();
        b.store(1);
        seen
    });
    let two = spawn(move || {
        let seen = y.load();
        x.store(1);
        seen
    });
    all(vec![one, two])
}

/// Data, then a flag; the flag, then data.
fn message_passing() -> Result<Value, Exception> {
    let (data, flag) = (Shared::named("data", 0), Atomic::named("flag", 0));
    let (theirs, raised) = (data.clone(), flag.clone());
    let one = spawn(move || {
        theirs.write(7);
        raised.store(1);
        0
    });
    let two = spawn(move || {
        if flag.load() == 0 {
            return -1;
        }
        let seen = data.read();
        verify!(seen == 7, "seen is {seen}");
        seen
    });
    all(vec![one, two])
}

/// Two writers, and two readers that look at both variables in opposite orders.
fn independent_reads() -> Result<Value, Exception> {
    let cells = pair(["x", "y"]);
    let mut tasks = vec![];
    for i in 0..2 {
        let (cell, both) = (cells[i].clone(), cells.clone());
        tasks.push(spawn(move || {
            cell.store(1);
            0
        }));
        tasks.push(spawn(move || both[i].load() * 10 + both[1 - i].load()));
    }
    all(tasks)
}

/// Two reads of one variable that two tasks write: they agree on an order.
fn coherence() -> Result<Value, Exception> {
    let x = Atomic::named("x", 0);
    let mut tasks = vec![];
    for i in 1..=2 {
        let (writes, reads) = (x.clone(), x.clone());
        tasks.push(spawn(move || {
            writes.store(i);
            0
        }));
        tasks.push(spawn(move || reads.load() * 10 + reads.load()));
    }
    all(tasks)
}

/// What must not be entered by two tasks at once.
#[derive(Clone)]
struct Room(Shared<i64>);

impl Room {
    fn enter(&self) -> i64 {
        self.0.write(self.0.read() + 1);
        let inside = self.0.read();
        verify!(inside == 1, "{inside} are inside");
        self.0.write(self.0.read() - 1);
        1
    }
}

/// Peterson's algorithm with so many looks of each task. Broken: the turn is given away before
/// the flag is raised.
fn peterson(looks: usize, is_broken: bool) -> Result<Value, Exception> {
    let (flags, turn) = (pair(["flag 0", "flag 1"]), Atomic::named("turn", 0));
    let room = Room(Shared::named("room", 0));
    let mut tasks = vec![];
    for me in 0..2 {
        let (flags, turn, room) = (flags.clone(), turn.clone(), room.clone());
        tasks.push(spawn(move || {
            let other = 1 - me;
            if is_broken {
                turn.store(other as i64);
                flags[me].store(1);
            } else {
                flags[me].store(1);
                turn.store(other as i64);
            }
            let is_free = |_| flags[other].load() == 0 || turn.load() == me as i64;
            let entered = if (0..looks).any(is_free) { room.enter() } else { 0 };
            flags[me].store(0);
            entered
        }));
    }
    all(tasks)
}

/// Dekker's algorithm with one look, after which a task whose turn it is not gives up. Broken:
/// it looks before it raises its flag.
fn dekker(is_broken: bool) -> Result<Value, Exception> {
    let (flags, turn) = (pair(["flag 0", "flag 1"]), Atomic::named("turn", 0));
    let room = Room(Shared::named("room", 0));
    let mut tasks = vec![];
    for me in 0..2 {
        let (flags, turn, room) = (flags.clone(), turn.clone(), room.clone());
        tasks.push(spawn(move || {
            let looks = || flags[1 - me].load() == 0;
            let seen = is_broken && looks();
            flags[me].store(1);
            let mut is_free = if is_broken { seen } else { looks() };
            if !is_free && turn.load() == me as i64 {
                is_free = looks();
            }
            let entered = if is_free { room.enter() } else { 0 };
            turn.store(1 - me as i64);
            flags[me].store(0);
            entered
        }));
    }
    all(tasks)
}

/// The bakery of two tasks. Broken: no task says that it is choosing a number.
fn bakery(is_broken: bool) -> Result<Value, Exception> {
    let (choosing, number) = (pair(["choosing 0", "choosing 1"]), pair(["number 0", "number 1"]));
    let room = Room(Shared::named("room", 0));
    let mut tasks = vec![];
    for me in 0..2 {
        let (choosing, number, room) = (choosing.clone(), number.clone(), room.clone());
        tasks.push(spawn(move || {
            let other = 1 - me;
            choosing[me].store(1);
            let mine = number[other].load() + 1;
            number[me].store(mine);
            choosing[me].store(0);
            if !is_broken && choosing[other].load() == 1 {
                return 0;
            }
            let theirs = number[other].load();
            let is_free = theirs == 0 || (mine, me) < (theirs, other);
            let entered = if is_free { room.enter() } else { 0 };
            number[me].store(0);
            entered
        }));
    }
    all(tasks)
}

/// Tasks that add by comparing and exchanging until it succeeds.
fn exchange_loop(n: i64) -> Result<Value, Exception> {
    let x = Atomic::named("x", 0);
    let mut tasks = vec![];
    for _ in 0..n {
        let x = x.clone();
        tasks.push(spawn(move || {
            let mut old = x.load();
            while let Err(found) = x.compare_exchange(old, old + 1) {
                old = found;
            }
            old
        }));
    }
    let seen = all(tasks)?;
    verify!(x.load() == n, "an addition was lost");
    Ok(seen)
}

/// Tasks that push a node and pop one. Broken: a pop writes the head without comparing.
fn stack(is_broken: bool) -> Result<Value, Exception> {
    let head = Atomic::named("head", 0);
    let next = pair(["next of 1", "next of 2"]);
    let mut tasks = vec![];
    for me in 1..=2 {
        let (head, next) = (head.clone(), next.clone());
        tasks.push(spawn(move || {
            let mut top = head.load();
            loop {
                next[me - 1].store(top);
                match head.compare_exchange(top, me as i64) {
                    Ok(_) => break,
                    Err(found) => top = found,
                }
            }
            let mut top = head.load();
            while top != 0 {
                let below = next[top as usize - 1].load();
                if is_broken {
                    head.store(below);
                    break;
                }
                match head.compare_exchange(top, below) {
                    Ok(_) => break,
                    Err(found) => top = found,
                }
            }
            top
        }));
    }
    let popped = all(tasks)?;
    verify!(popped != Value::from(vec![1, 1]), "one node was popped twice");
    verify!(popped != Value::from(vec![2, 2]), "one node was popped twice");
    Ok(popped)
}

/// A lock of one variable, with so many tries.
fn spin_lock(tries: usize) -> Result<Value, Exception> {
    let (held, room) = (Atomic::named("held", 0), Room(Shared::named("room", 0)));
    let mut tasks = vec![];
    for _ in 0..2 {
        let (held, room) = (held.clone(), room.clone());
        tasks.push(spawn(move || {
            if !(0..tries).any(|_| held.swap(1) == 0) {
                return 0;
            }
            let entered = room.enter();
            held.store(0);
            entered
        }));
    }
    all(tasks)
}

/// An object that is made by the first task that needs it. Broken: the test stands before the
/// lock alone.
fn double_checked(is_broken: bool) -> Result<Value, Exception> {
    let (lock, made) = (Lock::named("lock"), Atomic::named("made", 0));
    let count = Atomic::named("count", 0);
    let mut tasks = vec![];
    for _ in 0..2 {
        let (lock, made, count) = (lock.clone(), made.clone(), count.clone());
        tasks.push(spawn(move || {
            if made.load() == 0 {
                let _guard = lock.lock();
                if is_broken || made.load() == 0 {
                    count.fetch_add(1);
                    made.store(1);
                }
            }
            made.load()
        }));
    }
    let seen = all(tasks)?;
    verify!(count.load() == 1, "made twice");
    Ok(seen)
}

/// Three tasks take two locks each, in a circle.
fn circle_of_locks() -> Result<Value, Exception> {
    let locks = ["a", "b", "c"].map(Lock::named);
    let mut tasks = vec![];
    for i in 0..3 {
        let (first, second) = (locks[i].clone(), locks[(i + 1) % 3].clone());
        tasks.push(spawn(move || {
            let _first = first.lock();
            let _second = second.lock();
            1
        }));
    }
    all(tasks)
}

/// Each program with its classes and its finding, if it has one. The numbers are those of the
/// forms of all trace classes.
#[test]
fn as_all_trace_classes() {
    use Kind::{Deadlock, InvariantViolation};
    type Row = (&'static str, Program, usize, Option<Kind>);
    let broken = Some(InvariantViolation);
    let rows: Vec<Row> = vec![
        ("store buffering", program(store_buffering), 3, None),
        ("load buffering", program(load_buffering), 3, None),
        ("message passing", program(message_passing), 2, None),
        ("independent reads", program(independent_reads), 15, None),
        ("coherence", program(coherence), 47, None),
        ("peterson", program(|| peterson(1, false)), 11, None),
        ("peterson, two looks", program(|| peterson(2, false)), 23, None),
        ("peterson, broken", program(|| peterson(1, true)), 100, broken),
        ("dekker", program(|| dekker(false)), 17, None),
        ("dekker, broken", program(|| dekker(true)), 54, broken),
        ("bakery", program(|| bakery(false)), 27, None),
        ("bakery, broken", program(|| bakery(true)), 63, broken),
        ("exchange loop of 2", program(|| exchange_loop(2)), 4, None),
        ("exchange loop of 3", program(|| exchange_loop(3)), 48, None),
        ("stack", program(|| stack(false)), 40, None),
        ("stack, broken", program(|| stack(true)), 28, broken),
        ("spin lock", program(|| spin_lock(2)), 6, None),
        ("double-checked", program(|| double_checked(false)), 4, None),
        ("double-checked, broken", program(|| double_checked(true)), 6, broken),
        ("circle of locks", program(circle_of_locks), 7, Some(Deadlock)),
    ];
    for (name, program, classes, kind) in rows {
        let (seen, _) = go_through(&program, ReadsFrom::new(), 100_000).expect("small");
        let (all, _) = go_through(&program, Dpor::new(), 1_000_000).expect("small");
        assert!(all.classes.keys().eq(seen.classes.keys()), "{name}: classes");
        assert_eq!(seen.turnouts(), all.turnouts(), "{name}: turnouts");
        assert_eq!(seen.executions, seen.classes.len() as u64, "{name}: each once");
        assert_eq!(seen.classes.len(), classes, "{name}");
        let found = faults(&program, ReadsFrom::new());
        assert_eq!(found, faults(&program, Dpor::new()), "{name}: findings");
        let kinds: Vec<Kind> = found.into_iter().map(|fault| fault.kind).collect();
        assert_eq!(kinds.iter().find(|kind| **kind != Kind::Leak), kind.as_ref(), "{name}");
    }
}
