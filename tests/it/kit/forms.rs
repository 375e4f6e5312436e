//! Counts trace classes by brute force, without any of what `dpor` believes
//! about races.
//!
//! A class is known by its *form*: its steps, each with its task, its number
//! within that task, its verb, what was chosen in it and what it touched, and
//! which dependent steps of other tasks came before it. That is the
//! happens-before relation, so two executions have the same form if and only
//! if one becomes the other by swapping independent neighbours. Interned
//! numbers differ between searches; forms name tasks and objects by origin.
//!
//! A form is kept as the sum of the hashes of its steps, since a sum does not
//! depend on the order in which the steps were made. Two forms with one hash
//! would make a count too small, never too large, and would be noticed.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use unknot_checker::sim::{
    Access, Decision, Ended, Execution, Explorer, Limits, Names, Point, Program, TaskId, Trace,
    dependent, explore,
};
use unknot_checker::strategy::{Dfs, Dpor, Observing, Visibility};

/// What a search saw.
#[derive(Debug, Default)]
pub(crate) struct Classes {
    /// The forms, and whether executions of that form get stuck.
    pub(crate) forms: BTreeMap<u64, bool>,
    /// Executions that completed or got stuck.
    pub(crate) executions: u64,
    /// Executions that were given up.
    pub(crate) blocked: u64,
}

impl Classes {
    /// How many classes end stuck.
    pub(crate) fn stuck(&self) -> usize {
        self.forms.values().filter(|&&stuck| stuck).count()
    }

    fn add(&mut self, form: u64, ended: Ended) {
        self.executions += 1;
        let stuck = ended == Ended::Stuck;
        let known = self.forms.insert(form, stuck);
        assert!(known.is_none_or(|known| known == stuck), "one class ends in two ways");
    }
}

/// The forms of the beginnings of an execution.
#[derive(Debug, Default)]
struct Form {
    known: Vec<Known>,
}

/// One step of the execution that was looked at last.
#[derive(Debug)]
struct Known {
    task: TaskId,
    choices: Vec<u32>,
    /// Its number within its task.
    index: u32,
    /// The sum of the hashes up to and including this step.
    sum: u64,
}

impl Form {
    /// The form of all that was executed. The last step has to be over, with
    /// all it touched. What the last two executions share is not hashed again:
    /// a program does the same as long as the decisions are the same.
    fn of(&mut self, trace: &Trace, names: &Names) -> u64 {
        let is_same = |(step, known): &(usize, &Known)| {
            trace.steps().get(*step).is_some_and(|made| made.task == known.task)
                && trace.choices(*step) == known.choices
        };
        let shared = self.known.iter().enumerate().take_while(is_same).count();
        self.known.truncate(shared);
        for step in shared..trace.len() {
            let task = trace.steps()[step].task;
            let index = self.known.iter().filter(|known| known.task == task).count();
            let index = u32::try_from(index).expect("executions are short");
            let sum = self.known.last().map_or(0, |known| known.sum);
            let sum = sum.wrapping_add(self.hash(step, index, trace, names));
            self.known.push(Known { task, choices: trace.choices(step).to_vec(), index, sum });
        }
        self.known.last().map_or(0, |known| known.sum)
    }

    fn hash(&self, step: usize, index: u32, trace: &Trace, names: &Names) -> u64 {
        let mut hasher = DefaultHasher::new();
        let made = &trace.steps()[step];
        (names.task_path(made.task), index, made.verb).hash(&mut hasher);
        (made.is_fence, trace.choices(step)).hash(&mut hasher);
        // A step touches all its objects at once. Whom a change wakes is noted in
        // the order in which they parked, which is none.
        let accesses = trace.accesses(step);
        let touched = accesses.iter().map(|access| {
            let Access { slot, mode, amount, granted, .. } = *access;
            (names.object_origin(access.object), slot, mode, amount, granted)
        });
        let mut touched: Vec<_> = touched.collect();
        touched.sort();
        touched.hash(&mut hasher);
        let mut before = vec![];
        for (earlier, other) in trace.steps()[..step].iter().enumerate() {
            let fence = made.is_fence || other.is_fence;
            if other.task != made.task && (fence || dependent(accesses, trace.accesses(earlier))) {
                before.push((names.task_path(other.task), self.known[earlier].index));
            }
        }
        before.sort();
        before.hash(&mut hasher);
        hasher.finish()
    }
}

fn classify<E: Explorer + 'static>(program: &Program, explorer: E) -> Classes {
    let seen = (Form::default(), Classes::default());
    let classify = Observing::new(explorer, seen, |(form, classes), execution| {
        assert_ne!(execution.ended, Ended::Cut, "a program without end has no classes to count");
        if execution.ended == Ended::Abandoned {
            classes.blocked += 1;
        } else {
            classes.add(form.of(execution.trace, execution.names), execution.ended);
        }
    });
    explore(program, Limits::default(), classify).seen.1
}

/// The classes of the reduced search.
pub(crate) fn reduced(program: &Program) -> Classes {
    classify(program, Dpor::new())
}

/// The classes of all schedules, each of which is run.
pub(crate) fn every_schedule(program: &Program) -> Classes {
    classify(program, Dfs::new(Visibility::All))
}

/// The classes of all schedules, where only one beginning of each form is gone
/// on with. It leaves out nothing: two beginnings of one form lead to the same
/// state. Unlike `dpor` it needs no idea of what has to be reversed.
pub(crate) fn every_prefix(program: &Program) -> Classes {
    classify(program, EveryPrefix::default())
}

/// A decision of a search.
struct Branch {
    taken: u32,
    left: Vec<u32>,
}

/// A search of every schedule that gives up a beginning whose form is known.
#[derive(Default)]
struct EveryPrefix {
    branches: Vec<Branch>,
    depth: usize,
    form: Form,
    seen: HashSet<u64>,
    started: bool,
}

impl EveryPrefix {
    fn descend(&mut self, options: impl FnOnce() -> Vec<u32>) -> u32 {
        if self.depth == self.branches.len() {
            let mut left = options();
            let taken = left.pop().expect("somebody can run, and there is a value");
            self.branches.push(Branch { taken, left });
        }
        self.depth += 1;
        self.branches[self.depth - 1].taken
    }
}

impl Explorer for EveryPrefix {
    fn begin(&mut self) -> bool {
        self.depth = 0;
        if !self.started {
            self.started = true;
            return true;
        }
        while let Some(branch) = self.branches.last_mut() {
            if let Some(next) = branch.left.pop() {
                branch.taken = next;
                return true;
            }
            self.branches.pop();
        }
        false
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        if self.depth == self.branches.len() {
            let form = self.form.of(point.trace(), point.names());
            if !self.seen.insert(form) {
                return Decision::Stop(Ended::Abandoned);
            }
        }
        let options = || point.enabled().map(|task| task.0).collect();
        Decision::Run(TaskId(self.descend(options)))
    }

    fn choose(&mut self, _: &Point<'_>, n: u32) -> u32 {
        self.descend(|| (0..n).collect())
    }

    fn end(&mut self, _: &Execution<'_>) {}
}
