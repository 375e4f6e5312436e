//! Carries a generated program out.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use unknot_checker::sim::{Program, Value, outcome_at_exit, spawn_many};

use super::tasks::start;
use super::{Kept, Objects, Op, Spec, TaskSpec};

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

/// The same, where so many tasks that are alike do what the first task of the program does.
/// No task joins them. Which of them has which log is no part of the outcome.
pub(super) fn program_with_crowd(spec: Spec, n: usize) -> Program {
    Arc::new(move || {
        let objects = Rc::new(Objects::create(&spec));
        let (all, of_crowd) = (Logs::default(), Logs::default());
        report_with_crowd(&objects, [&all, &of_crowd]);
        let running = |objects: &Rc<Objects>, spec: &Spec, path, logs: &Logs| Running {
            objects: objects.clone(),
            extra: spec.extra.clone().into(),
            private: spec.private,
            logs: logs.clone(),
            path,
            n_started: 0,
            kept: Kept::default(),
            at_drop: vec![],
        };
        let mut main = running(&objects, &spec, vec![], &all);
        let (theirs, spec_of_crowd) = (objects.clone(), spec.clone());
        // A number for each log, which its task never sees.
        let number = Cell::new(0);
        spawn_many(n, move || {
            let path = vec![number.replace(number.get() + 1)];
            let TaskSpec { ops, at_drop, .. } = spec_of_crowd.tasks[0].clone();
            let mut member = running(&theirs, &spec_of_crowd, path, &of_crowd);
            member.at_drop = at_drop;
            member.run(&ops);
        });
        for task in spec.tasks.iter().skip(1).cloned() {
            start(&mut main, task.kind, task.ops, task.at_drop);
        }
        main.run(&spec.main);
        Ok(Value::Unit)
    })
}

/// The outcome: the logs of like tasks in no order, all others, and the final values.
fn report_with_crowd(objects: &Rc<Objects>, [all, of_crowd]: [&Logs; 2]) {
    let (objects, all, of_crowd) = (objects.clone(), all.clone(), of_crowd.clone());
    outcome_at_exit(move || {
        let mut alike: Vec<Vec<i64>> = of_crowd.borrow().values().cloned().collect();
        alike.sort();
        let others = all.borrow().values().cloned().collect::<Vec<_>>();
        let logs: Vec<Value> = alike.into_iter().chain(others).map(Into::into).collect();
        (objects.finals(), Value::List(logs))
    });
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
