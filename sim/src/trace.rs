//! What happened in one execution, as flat data.
//!
//! Steps are recorded as small integers and static references; values and
//! texts are recorded only in the one execution that makes a report.

use std::panic::Location;

use smallvec::SmallVec;

use crate::act::Act;
use crate::id::{ObjectId, TaskId};
use crate::op::{Access, Guard, Op};

/// One executed step, with its resolved part.
#[derive(Clone, Debug)]
pub struct Step {
    /// The task that made it.
    pub task: TaskId,
    /// What people call it.
    pub verb: &'static str,
    /// What it was for.
    pub act: Act,
    /// Where the program asked for it.
    pub location: &'static Location<'static>,
    first_access: u32,
    n_accesses: u32,
    first_choice: u32,
    n_choices: u32,
    /// How many accesses were made before the first choice.
    n_asked: u32,
    /// The task that this step started, if it did.
    pub child: Option<TaskId>,
    /// The first object that the task asked for, which the step may have been
    /// refused; `None` if it asked for none.
    pub asked: Option<ObjectId>,
    /// Whether the task of the step before could have gone on and had not offered to
    /// give way.
    pub preempts: bool,
    /// Whether the step is ordered with every other one: the clock moved.
    pub is_fence: bool,
}

/// All steps of one execution, in order.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    steps: Vec<Step>,
    accesses: Vec<Access>,
    choices: Vec<u32>,
    /// For each choice, how many values it was picked from.
    sizes: Vec<u32>,
    waiting: Vec<Waiting>,
    /// The steps of the clock, each with the time until then, in microseconds.
    ticks: Vec<(u32, u64)>,
    /// Waits until a condition holds, in the order in which they began.
    untils: Vec<Until>,
}

/// What a task was blocked at when the clock moved.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The step of the clock.
    pub step: u32,
    /// The task that waited.
    pub task: TaskId,
    /// What people call its step.
    pub verb: &'static str,
    /// What that is for.
    pub act: Act,
    /// Where the program asked for it.
    pub location: &'static Location<'static>,
    /// What it wanted to touch.
    pub accesses: SmallVec<[Access; 2]>,
    /// What it waited on.
    pub guard: Option<Guard>,
}

/// A wait until a condition on a variable holds, with the versions of which it does.
#[derive(Clone, Debug)]
pub struct Until {
    /// The task that waits.
    pub task: TaskId,
    /// The variable.
    pub cell: ObjectId,
    /// How many steps had been made when the wait began.
    pub arrived: u32,
    /// Whether the condition holds of the oldest version that the task could find:
    /// the one that was there when it last touched the variable, or the first.
    pub first: bool,
    /// For each step that wrote a version after that, whether it holds of that one.
    pub then: SmallVec<[(u32, bool); 4]>,
}

impl Until {
    /// Whether the condition holds of the last version so far.
    #[must_use]
    pub fn holds_now(&self) -> bool {
        self.then.last().map_or(self.first, |&(_, holds)| holds)
    }

    /// Whether it holds of the version that a step wrote, or of the oldest one.
    #[must_use]
    pub fn holds_after(&self, write: Option<usize>) -> bool {
        let written = write.and_then(|write| {
            let at = self.then.binary_search_by_key(&write, |&(step, _)| step as usize);
            at.ok().map(|at| self.then[at].1)
        });
        written.unwrap_or(self.first)
    }

    /// The last step after which the condition no longer held.
    #[must_use]
    pub fn ended_at(&self) -> Option<u32> {
        let before = std::iter::once(self.first).chain(self.then.iter().map(|&(_, holds)| holds));
        let ends = before.zip(&self.then).filter(|&(held, &(_, holds))| held && !holds);
        ends.last().map(|(_, &(step, _))| step)
    }
}

impl Trace {
    /// The steps, in the order in which they were executed.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// How many steps have been executed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether nothing has happened yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// What a step touched, resolved.
    #[must_use]
    pub fn accesses(&self, step: usize) -> &[Access] {
        let step = &self.steps[step];
        let first = step.first_access as usize;
        &self.accesses[first..first + step.n_accesses as usize]
    }

    /// What was chosen inside a step.
    #[must_use]
    pub fn choices(&self, step: usize) -> &[u32] {
        let step = &self.steps[step];
        let first = step.first_choice as usize;
        &self.choices[first..first + step.n_choices as usize]
    }

    /// Whether anything was chosen in any step.
    #[must_use]
    pub fn has_choices(&self) -> bool {
        !self.choices.is_empty()
    }

    /// How many values each choice inside a step was picked from.
    #[must_use]
    pub fn choice_sizes(&self, step: usize) -> &[u32] {
        let step = &self.steps[step];
        let first = step.first_choice as usize;
        &self.sizes[first..first + step.n_choices as usize]
    }

    /// What a step touched before its first choice: the sizes of its choices, and their
    /// number, depend on nothing else.
    #[must_use]
    pub fn accesses_before_choice(&self, step: usize) -> &[Access] {
        &self.accesses(step)[..self.steps[step].n_asked as usize]
    }

    /// Forgets all steps from number `len` onwards.
    pub fn truncate(&mut self, len: usize) {
        self.untils.retain(|until| (until.arrived as usize) < len);
        let Some(step) = self.steps.get(len) else { return };
        self.accesses.truncate(step.first_access as usize);
        self.choices.truncate(step.first_choice as usize);
        self.sizes.truncate(step.first_choice as usize);
        self.waiting.retain(|waiting| (waiting.step as usize) < len);
        self.ticks.retain(|&(step, _)| (step as usize) < len);
        self.steps.truncate(len);
    }

    /// How many accesses all steps made.
    #[must_use]
    pub fn n_accesses(&self) -> usize {
        self.accesses.len()
    }

    /// The `nth` access of the whole trace, in the order in which they were made.
    pub(crate) fn nth_access(&self, nth: usize) -> Option<&Access> {
        self.accesses.get(nth)
    }

    /// How many values were chosen in all steps.
    pub(crate) fn n_choices(&self) -> usize {
        self.choices.len()
    }

    /// The `nth` choice of the whole trace: the value, and from how many it was picked.
    pub(crate) fn nth_choice(&self, nth: usize) -> Option<(u32, u32)> {
        Some((*self.choices.get(nth)?, *self.sizes.get(nth)?))
    }

    /// The wait of a task that step number `place` ends, or would end.
    #[must_use]
    pub fn until(&self, task: TaskId, place: usize) -> Option<&Until> {
        let begun = self.untils.partition_point(|until| until.arrived as usize <= place);
        self.untils[..begun].iter().rev().find(|until| until.task == task)
    }

    /// Notes a wait, and says which one it is.
    pub(crate) fn wait_until(&mut self, until: Until) -> usize {
        self.untils.push(until);
        self.untils.len() - 1
    }

    /// Notes whether the condition of a wait holds of what the last step wrote.
    pub(crate) fn found(&mut self, nth: usize, holds: bool) {
        let step = self.last_number();
        self.untils[nth].then.push((step, holds));
    }

    /// What tasks were blocked at when the clock made a step.
    pub fn waiting_at(&self, step: usize) -> impl Iterator<Item = &Waiting> {
        // They were noted in the order of the steps.
        let first = self.waiting.partition_point(|waiting| (waiting.step as usize) < step);
        self.waiting[first..].iter().take_while(move |waiting| waiting.step as usize == step)
    }

    fn last_number(&self) -> u32 {
        u32::try_from(self.steps.len() - 1).expect("fewer than 2^32 steps")
    }

    /// Notes what a task is blocked at while the last step is made.
    pub fn wait(&mut self, task: TaskId, op: &Op) {
        let accesses = SmallVec::from_slice(&op.accesses);
        self.waiting.push(Waiting {
            step: self.last_number(),
            task,
            verb: op.verb,
            act: op.act,
            location: op.location,
            accesses,
            guard: op.guard,
        });
    }

    /// Appends a step of this operation that has touched nothing yet.
    pub fn push(&mut self, task: TaskId, op: &Op, preempts: bool) {
        self.steps.push(Step {
            task,
            verb: op.verb,
            act: op.act,
            location: op.location,
            asked: op.asked(),
            first_access: u32::try_from(self.accesses.len()).expect("fewer than 2^32 accesses"),
            n_accesses: 0,
            first_choice: u32::try_from(self.choices.len()).expect("fewer than 2^32 choices"),
            n_choices: 0,
            n_asked: 0,
            child: None,
            preempts,
            is_fence: false,
        });
    }

    /// Adds what the last step touched.
    ///
    /// # Panics
    /// If there is no step yet: an access belongs to a step.
    pub fn touch(&mut self, access: Access) {
        let step = self.steps.last_mut().expect("an access belongs to a step");
        self.accesses.push(access);
        step.n_accesses += 1;
    }

    /// What the last step touched so far, to be corrected.
    pub(crate) fn last_accesses(&mut self) -> &mut [Access] {
        let first =
            self.steps.last().map_or(self.accesses.len(), |step| step.first_access as usize);
        &mut self.accesses[first..]
    }

    /// Adds a value chosen inside the last step, out of `of` values.
    ///
    /// # Panics
    /// If there is no step yet: a choice belongs to a step.
    pub fn choose(&mut self, value: u32, of: u32) {
        let step = self.steps.last_mut().expect("a choice belongs to a step");
        self.choices.push(value);
        self.sizes.push(of);
        if step.n_choices == 0 {
            step.n_asked = step.n_accesses;
        }
        step.n_choices += 1;
    }

    /// Says that the last step is one of the clock, which showed `time` until then, in
    /// microseconds. It is ordered with every other step.
    ///
    /// # Panics
    /// If there is no step yet.
    pub fn fence(&mut self, time: u64) {
        let step = self.last_number();
        self.steps.last_mut().expect("a fence is a step").is_fence = true;
        self.ticks.push((step, time));
    }

    /// The steps of the clock, each with the time until then, in microseconds.
    #[must_use]
    pub fn ticks(&self) -> &[(u32, u64)] {
        &self.ticks
    }

    /// Says that the last step started a task.
    ///
    /// # Panics
    /// If there is no step yet: a start belongs to a step.
    pub fn start(&mut self, child: TaskId) {
        self.steps.last_mut().expect("a start belongs to a step").child = Some(child);
    }
}
