//! Wakeup trees: what is still to be executed from one point, as sequences of
//! steps that share their beginnings.
//!
//! When a race is found, some execution must make its later step first. Which
//! sequence of steps leads there is known: all that followed the earlier step
//! without depending on it, and then the later one. To remember the whole
//! sequence, and not just a task that can begin it, is what keeps the search
//! from running into executions that are redundant in the end.
//!
//! A sequence is covered by what is planned already if it begins, up to
//! independent steps, like a path from the root to a leaf; from a leaf on the
//! search goes its own way and covers everything. Otherwise it shares what it
//! can and its rest becomes a new path, after all others.
//!
//! Source: P. Abdulla, S. Aronis, B. Jonsson, K. Sagonas, "Optimal Dynamic
//! Partial Order Reduction", POPL 2014. Where we differ: a branch may carry the
//! values chosen inside its step. All values of a step are explored before its
//! task goes to sleep, so a sequence that wants another value than a branch
//! with the same task is covered by it.

use smallvec::SmallVec;
use unknot_sim::{Access, TaskId, Trace, dependent};

use super::events::{Events, Race};

/// One step to be made, with what may come after it.
#[derive(Debug)]
pub(super) struct Branch {
    /// Who makes it.
    pub(super) task: TaskId,
    /// The values to choose inside it, as far as they are known.
    pub(super) choices: SmallVec<[u32; 1]>,
    /// What it touches.
    footprint: SmallVec<[Access; 2]>,
    /// What comes after it. A leaf leaves that open.
    pub(super) next: Vec<Branch>,
}

/// The sequence of steps that reverses a race. It is kept to spare
/// allocations; [`Sequence::reverse`] fills it anew.
#[derive(Debug, Default)]
pub(super) struct Sequence {
    /// Steps of the execution, in order.
    steps: Vec<u32>,
}

/// A sequence with all that is known of its steps.
struct View<'a> {
    events: &'a Events,
    trace: &'a Trace,
    race: &'a Race<'a>,
    /// Steps of the execution that are left.
    steps: &'a mut Vec<u32>,
    /// Whether the later step of the race, which is the last, is left.
    later: bool,
}

impl Sequence {
    /// Plans an execution that reverses a race, unless one is planned already
    /// or was run. `sleeps` are the tasks whose executions from this point are
    /// covered, with what they would touch.
    pub(super) fn reverse<'s>(
        &mut self,
        (events, trace, race): (&Events, &Trace, &Race<'_>),
        sleeps: impl Iterator<Item = (TaskId, &'s [Access])>,
        planned: &mut Vec<Branch>,
    ) {
        self.steps.clear();
        let after = race.first + 1..events.len();
        let independent = after.filter(|&step| !events.happens_before(race.first, step));
        self.steps.extend(independent.map(|step| step as u32));
        let mut view = View { events, trace, race, steps: &mut self.steps, later: true };
        for (task, footprint) in sleeps {
            if view.begins_with(task) != Begins::No || view.is_independent(task, footprint) {
                return;
            }
        }
        view.insert(planned);
    }
}

/// Whether a task can make the first step of a sequence, and which that is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begins {
    No,
    /// With the step at this place of the sequence.
    At(usize),
    /// With the later step of the race.
    Later,
}

impl View<'_> {
    /// Whether the first step of a task in the sequence comes before all that
    /// it depends on there.
    fn begins_with(&self, task: TaskId) -> Begins {
        let nth = self.steps.iter().position(|&step| self.events.task(step as usize) == task);
        let (before, clock, place) = match nth {
            Some(nth) => (
                &self.steps[..nth],
                self.events.clock_of(self.steps[nth] as usize),
                Begins::At(nth),
            ),
            None if self.later && self.race.task == task => {
                (&self.steps[..], self.race.clock, Begins::Later)
            }
            None => return Begins::No,
        };
        let precedes = |&step: &u32| self.events.is_in(step as usize, clock);
        if before.iter().any(precedes) { Begins::No } else { place }
    }

    /// Whether a task has no step in the sequence and its own step commutes
    /// with all of them.
    fn is_independent(&self, task: TaskId, footprint: &[Access]) -> bool {
        let apart = |&step: &u32| {
            self.events.task(step as usize) != task
                && !dependent(footprint, self.trace.accesses(step as usize))
        };
        let apart_from_later =
            !self.later || self.race.task != task && !dependent(footprint, self.race.accesses);
        apart_from_later && self.steps.iter().all(apart)
    }

    fn insert(&mut self, mut planned: &mut Vec<Branch>) {
        loop {
            if self.steps.is_empty() && !self.later {
                return;
            }
            let shared = planned.iter().position(|branch| self.shares(branch));
            let Some(nth) = shared else { break };
            let branch = &mut planned[nth];
            // A leaf covers all that can come after it.
            if branch.next.is_empty() || !self.pass(branch) {
                return;
            }
            planned = &mut branch.next;
        }
        planned.extend(self.path());
    }

    /// Whether the sequence can begin with a branch, or be made after it.
    fn shares(&self, branch: &Branch) -> bool {
        self.begins_with(branch.task) != Begins::No
            || self.is_independent(branch.task, &branch.footprint)
    }

    /// Takes the step of a branch out of the sequence, if it is there. False
    /// if the sequence wants other values of it, which are all explored.
    fn pass(&mut self, branch: &Branch) -> bool {
        match self.begins_with(branch.task) {
            Begins::No => true,
            Begins::Later => {
                self.later = false;
                branch.choices.is_empty()
            }
            Begins::At(nth) => {
                let step = self.steps.remove(nth);
                branch.choices[..] == *self.trace.choices(step as usize)
            }
        }
    }

    /// What is left, as one path.
    fn path(&mut self) -> Option<Branch> {
        let mut path = self.later.then(|| Branch {
            task: self.race.task,
            choices: SmallVec::new(),
            footprint: self.race.accesses.into(),
            next: vec![],
        });
        for &step in self.steps.iter().rev() {
            let step = step as usize;
            path = Some(Branch {
                task: self.events.task(step),
                choices: self.trace.choices(step).into(),
                footprint: self.trace.accesses(step).into(),
                next: path.into_iter().collect(),
            });
        }
        path
    }
}
