//! Carries a generated program out.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use unknot_checker::sim::{
    JoinHandle, Program, Value, active_count, always, choose, enumerate, now, outcome_at_exit,
    sleep, spawn, spawn_daemon, spawn_named, verify, wait_until, yield_now, yield_until_changed,
};

use super::objects::{Objects, RwHeld, TIMEOUT, coded, done, on_objects};
use super::{Op, Spec, TaskSpec, Until};

/// For each task, by who started it and as which one, what its operations returned.
type Logs = Rc<RefCell<BTreeMap<Vec<usize>, Vec<i64>>>>;

type Handles = Vec<Option<JoinHandle<()>>>;

/// What all tasks share.
#[derive(Clone)]
struct Shares {
    objects: Objects,
    logs: Logs,
    /// What tasks do that are started by operations.
    extra: Rc<[Op]>,
}

/// What a task keeps on its stack.
struct Running {
    shares: Shares,
    path: Vec<usize>,
    rw: Vec<RwHeld>,
    handles: Handles,
    at_drop: Vec<Op>,
}

pub(super) fn program(spec: Spec) -> Program {
    Arc::new(move || {
        let logs = Logs::default();
        let objects = Objects::new();
        let mut main = Running {
            shares: Shares { objects, logs, extra: spec.extra.clone().into() },
            path: vec![],
            rw: vec![],
            handles: vec![],
            at_drop: vec![],
        };
        report(&main.shares);
        for task in &spec.tasks {
            main.start(task.clone(), true);
        }
        main.run(&spec.main);
        Ok(Value::Unit)
    })
}

/// The outcome: all logs and the final values.
fn report(shares: &Shares) {
    let Shares { objects, logs, .. } = shares.clone();
    outcome_at_exit(move || {
        let finals = vec![objects.cells[0].read(), objects.cells[1].read(), objects.atomic.load()];
        let logs: Vec<Value> = logs.borrow().values().cloned().map(Into::into).collect();
        (finals, Value::List(logs))
    });
}

impl Running {
    fn start(&mut self, TaskSpec { daemon, ops, at_drop }: TaskSpec, is_named: bool) {
        let nth = self.handles.len();
        let mut path = self.path.clone();
        path.push(nth);
        let shares = self.shares.clone();
        let mut child = Running { shares, path, rw: vec![], handles: vec![], at_drop };
        let body = move || child.run(&ops);
        let handle = if daemon {
            spawn_daemon(("task", nth), body)
        } else if is_named {
            spawn_named(("task", nth), body)
        } else {
            spawn(body)
        };
        self.handles.push(Some(handle));
    }

    fn run(&mut self, ops: &[Op]) {
        for &op in ops {
            let value = self.carry_out(op);
            let mut logs = self.shares.logs.borrow_mut();
            logs.entry(self.path.clone()).or_default().push(value);
        }
    }

    fn carry_out(&mut self, op: Op) -> i64 {
        let Running { shares: Shares { objects, extra, .. }, path, rw, handles, .. } = self;
        if op.is_start() {
            if path.len() > 1 {
                return -1;
            }
            let ops = extra.to_vec();
            let task = TaskSpec { daemon: false, ops, at_drop: vec![] };
            self.start(task, op == Op::Start);
            return 0;
        }
        let result = on_objects(op, objects, rw)
            .or_else(|| faults(op, objects))
            .or_else(|| choices(op, objects))
            .or_else(|| tasks(op, objects, handles));
        result.expect("every operation belongs to one group")
    }
}

/// At its end, be that a panic or not.
impl Drop for Running {
    fn drop(&mut self) {
        let ops = std::mem::take(&mut self.at_drop);
        self.run(&ops);
    }
}

fn faults(op: Op, o: &Objects) -> Option<i64> {
    let cell = |i: u8| &o.cells[usize::from(i)];
    match op {
        Op::Panic => panic!("as it was told"),
        Op::Check(i) => assert_eq!(cell(i).read(), 0, "somebody wrote"),
        Op::Verify(i) => verify!(cell(i).read() == 0),
        Op::Always(i, value) => {
            let cell = cell(i).clone();
            always(("cell", usize::from(i)), move || cell.read() == i64::from(value));
        }
        _ => return None,
    }
    Some(0)
}

fn choices(op: Op, o: &Objects) -> Option<i64> {
    let cell = |i: u8| &o.cells[usize::from(i)];
    Some(match op {
        Op::Choose(n) => choose(n.into()).into(),
        Op::ChooseUpdate(_) if choose(2) == 0 => -1,
        Op::ChooseUpdate(i) => cell(i).update_in_one_step(|old| old * 2 + 1),
        Op::ChooseIf(i) if cell(i).read() == 0 => -1,
        Op::ChooseIf(_) => choose(2).into(),
        _ => return None,
    })
}

fn holds(until: Until, o: &Objects) -> bool {
    let cell = |i: u8| o.cells[usize::from(i)].read();
    match until {
        Until::NotZero(i) => cell(i) != 0,
        Until::Is(i, value) => cell(i) == i64::from(value),
        Until::IsOneOrPanics => match cell(0) {
            2 => panic!("not this one"),
            value => value == 1,
        },
        Until::Both => cell(0) == 1 && cell(1) == 0,
        Until::Either => cell(0) == 1 || cell(1) == 0,
        Until::AtomicIs(value) => o.atomic.load() == i64::from(value),
        Until::AtomicAbove(value) => o.atomic.load() > i64::from(value),
        Until::AtomicIsOneOf(a, b) => {
            o.atomic.load() == i64::from(a) || o.atomic.load() == i64::from(b)
        }
        Until::Swapped => o.atomic.swap(1) == 0,
    }
}

fn tasks(op: Op, o: &Objects, handles: &mut Handles) -> Option<i64> {
    let handle = |i: u8| handles.get(usize::from(i)).and_then(Option::as_ref);
    Some(match op {
        Op::Yield => {
            yield_now();
            0
        }
        Op::Sleep(millis) => {
            sleep(Duration::from_millis(millis.into()));
            0
        }
        Op::Now => coded(now().map(|now| now.as_millis() as i64)),
        Op::WaitUntil(until) => {
            wait_until(|| holds(until, o));
            0
        }
        Op::YieldUntilChanged => {
            yield_until_changed();
            0
        }
        Op::Enumerate => enumerate().len() as i64,
        Op::ActiveCount => active_count() as i64,
        Op::IsAlive(i) => handle(i).map_or(-1, |handle| handle.is_alive().into()),
        Op::JoinTimeout(i) => handle(i).map_or(-1, |handle| handle.join_timeout(TIMEOUT).into()),
        Op::Join(i) => match handles.get_mut(usize::from(i)).and_then(Option::take) {
            Some(handle) => done(handle.join()),
            None => -1,
        },
        _ => return None,
    })
}
