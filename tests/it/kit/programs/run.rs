//! Carries a generated program out.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use unknot_checker::sim::{Program, Value, outcome_at_exit};

use super::tasks::start;
use super::{Kept, Objects, Op, Spec};

/// For each task, by its path, what its operations returned.
type Logs = Rc<RefCell<BTreeMap<Vec<usize>, Vec<i64>>>>;

/// A task while it carries operations out: all that one of them may need.
pub(super) struct Running {
    pub(super) objects: Rc<Objects>,
    /// What tasks do that operations start.
    pub(super) extra: Rc<[Op]>,
    /// Whose objects a process has copies of.
    pub(super) private: u64,
    logs: Logs,
    /// As which one main started the task, or a task that main started, and so on.
    path: Vec<usize>,
    n_started: usize,
    pub(super) kept: Kept,
    at_drop: Vec<Op>,
}

pub(super) fn program(spec: Spec) -> Program {
    Arc::new(move || {
        let mut main = Running {
            objects: Rc::new(Objects::create(&spec)),
            extra: spec.extra.clone().into(),
            private: spec.private,
            logs: Logs::default(),
            path: vec![],
            n_started: 0,
            kept: Kept::default(),
            at_drop: vec![],
        };
        report(&main);
        for task in spec.tasks.clone() {
            start(&mut main, task.kind, task.ops, task.at_drop);
        }
        main.run(&spec.main);
        Ok(Value::Unit)
    })
}

/// The outcome: all logs and the final values.
fn report(main: &Running) {
    let (objects, logs) = (main.objects.clone(), main.logs.clone());
    outcome_at_exit(move || {
        let logs: Vec<Value> = logs.borrow().values().cloned().map(Into::into).collect();
        (objects.finals(), Value::List(logs))
    });
}

impl Running {
    /// A task that this one starts, with what its destructor does. The number tells it
    /// from the others that this one started.
    pub(super) fn child(&mut self, at_drop: Vec<Op>) -> (usize, Running) {
        let nth = self.n_started;
        self.n_started += 1;
        let mut path = self.path.clone();
        path.push(nth);
        let child = Running {
            objects: self.objects.clone(),
            extra: self.extra.clone(),
            private: self.private,
            logs: self.logs.clone(),
            path,
            n_started: 0,
            kept: Kept::default(),
            at_drop,
        };
        (nth, child)
    }

    /// The same task in a process that has these objects.
    pub(super) fn in_process(&self, objects: Objects, at_drop: Vec<Op>) -> Running {
        Running {
            objects: Rc::new(objects),
            extra: self.extra.clone(),
            private: self.private,
            logs: self.logs.clone(),
            path: self.path.clone(),
            n_started: 0,
            kept: Kept::default(),
            at_drop,
        }
    }

    /// Whether it is main.
    pub(super) fn is_main(&self) -> bool {
        self.path.is_empty()
    }

    /// Whether its operations may start tasks. A task that was started so starts none.
    pub(super) fn may_start(&self) -> bool {
        self.path.len() <= 1
    }

    pub(super) fn run(&mut self, ops: &[Op]) {
        for &op in ops {
            let value = op.carry_out(self);
            let mut logs = self.logs.borrow_mut();
            logs.entry(self.path.clone()).or_default().push(value);
        }
    }
}

/// At its end, be that a panic or not.
impl Drop for Running {
    fn drop(&mut self) {
        let ops = std::mem::take(&mut self.at_drop);
        self.run(&ops);
    }
}
