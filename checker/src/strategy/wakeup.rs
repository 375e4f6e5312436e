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
//! Partial Order Reduction", POPL 2014. Where we differ: a task may choose
//! values inside its step, and the same step with other values counts as
//! another step. A step that was made in the execution is planned with the
//! values that it had there; so is the later step of the race, unless it may
//! have others to choose from in the other order: then all are. A task sleeps
//! only for the values that were explored.

use smallvec::SmallVec;
use unknot_sim::{Access, TaskId, Trace, dependent};

use super::events::Events;
use super::race::Race;
use super::sleep::{Asleep, Choice, Sleeper, are_all};

/// One step to be made, with what may come after it.
#[derive(Debug)]
pub(super) struct Branch {
    /// Who makes it.
    pub(super) task: TaskId,
    /// The values to choose inside it; in a leaf those that it begins with.
    pub(super) choices: SmallVec<[Choice; 1]>,
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

impl Branch {
    /// Whether the search goes its own way after it.
    fn is_leaf(&self) -> bool {
        self.next.is_empty()
    }

    /// Whether it stands for its step with these values.
    fn is_with(&self, choices: &[u32]) -> bool {
        let begins = self.choices.iter().zip(choices).all(|(mine, value)| mine.value == *value);
        begins
            && match self.is_leaf() {
                true => self.choices.len() <= choices.len(),
                false => self.choices.len() == choices.len(),
            }
    }

    /// Whether it stands for all values that its step can choose.
    fn has_all_values(&self) -> bool {
        self.choices.is_empty()
    }
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
    /// or was run. Who sleeps need not run.
    pub(super) fn reverse(
        &mut self,
        (events, trace, race): (&Events, &Trace, &Race<'_>),
        sleep: Asleep<'_>,
        planned: &mut Vec<Branch>,
    ) {
        self.steps.clear();
        let after = race.first + 1..events.len();
        let independent = after.filter(|&step| !events.happens_before(race.first, step));
        self.steps.extend(independent.map(|step| step as u32));
        let mut view = View { events, trace, race, steps: &mut self.steps, later: true };
        if !sleep.iter().any(|sleeper| view.is_covered_by(sleeper, sleep)) {
            view.insert(planned, Some(sleep));
        }
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

    /// Whether all that begins with the sequence is covered since a task
    /// sleeps.
    fn is_covered_by(&self, sleeper: &Sleeper, sleep: Asleep<'_>) -> bool {
        match self.begins_with(sleeper.task) {
            Begins::At(nth) => sleeper.covers(self.trace.choices(self.steps[nth] as usize)),
            Begins::Later => sleeper.covers(self.race.choices) || sleep.holds(sleeper.task),
            // Its step could come first, with any of its values.
            Begins::No => {
                let is_apart = |s: &Sleeper| {
                    s.task != sleeper.task || self.is_independent(s.task, &s.footprint)
                };
                sleep.holds(sleeper.task) && sleep.iter().all(is_apart)
            }
        }
    }

    /// Plans the sequence where that is not done. `sleep` is who sleeps at the
    /// point itself; behind a planned step nobody knows yet.
    fn insert(&mut self, mut planned: &mut Vec<Branch>, mut sleep: Option<Asleep<'_>>) {
        'deeper: loop {
            if self.steps.is_empty() && !self.later {
                return;
            }
            for nth in 0..planned.len() {
                match self.meets(&planned[nth]) {
                    // A leaf covers all that can come after it.
                    Meets::Begins(_) | Meets::Commutes if planned[nth].is_leaf() => return,
                    Meets::Begins(place) => {
                        self.pass(place);
                        sleep = None;
                        planned = &mut planned[nth].next;
                        continue 'deeper;
                    }
                    Meets::Commutes => {
                        sleep = None;
                        planned = &mut planned[nth].next;
                        continue 'deeper;
                    }
                    // With another value the task does something else, so the
                    // sequence has to be planned besides, too.
                    Meets::CommutesWithValues if !planned[nth].is_leaf() => {
                        let mut steps = self.steps.clone();
                        let View { events, trace, race, later, .. } = *self;
                        View { events, trace, race, steps: &mut steps, later }
                            .insert(&mut planned[nth].next, None);
                    }
                    Meets::CommutesWithValues | Meets::Not => {}
                }
            }
            if !self.is_covered_together(planned, sleep) {
                planned.extend(self.path());
            }
            return;
        }
    }

    /// Whether a task is planned, or sleeps, for each value that its step can
    /// have, and the sequence can be made after any of them.
    fn is_covered_together(&self, planned: &[Branch], sleep: Option<Asleep<'_>>) -> bool {
        let commutes = |branch: &&Branch| self.meets(branch) == Meets::CommutesWithValues;
        planned.iter().filter(commutes).any(|branch| {
            let task = branch.task;
            let mine = planned.iter().filter(|b| b.task == task).filter(commutes);
            let mut entries: SmallVec<[&[Choice]; 4]> = mine.map(|b| &b.choices[..]).collect();
            let asleep = sleep.into_iter().flat_map(Asleep::iter).filter(|s| s.task == task);
            let apart = asleep.filter(|s| self.is_independent(task, &s.footprint));
            entries.extend(apart.map(|s| &s.choices[..]));
            are_all(&entries, &mut SmallVec::new())
        })
    }

    fn meets(&self, branch: &Branch) -> Meets {
        match self.begins_with(branch.task) {
            Begins::At(nth) => {
                let choices = self.trace.choices(self.steps[nth] as usize);
                if branch.is_with(choices) { Meets::Begins(Begins::At(nth)) } else { Meets::Not }
            }
            Begins::Later if branch.is_with(self.race.choices) => Meets::Begins(Begins::Later),
            Begins::Later => Meets::Not,
            Begins::No if !self.is_independent(branch.task, &branch.footprint) => Meets::Not,
            Begins::No if branch.has_all_values() => Meets::Commutes,
            Begins::No => Meets::CommutesWithValues,
        }
    }

    /// Takes a step out of the sequence.
    fn pass(&mut self, place: Begins) {
        match place {
            Begins::No => {}
            Begins::Later => self.later = false,
            Begins::At(nth) => {
                self.steps.remove(nth);
            }
        }
    }

    /// What is left, as one path.
    fn path(&mut self) -> Option<Branch> {
        let mut path = self.later.then(|| Branch {
            task: self.race.task,
            choices: choices(self.race.choices, self.race.sizes),
            footprint: self.race.accesses.into(),
            next: vec![],
        });
        for &step in self.steps.iter().rev() {
            let step = step as usize;
            path = Some(Branch {
                task: self.events.task(step),
                choices: choices(self.trace.choices(step), self.trace.choice_sizes(step)),
                footprint: self.trace.accesses(step).into(),
                next: path.into_iter().collect(),
            });
        }
        path
    }
}

fn choices(values: &[u32], sizes: &[u32]) -> SmallVec<[Choice; 1]> {
    values.iter().zip(sizes).map(|(&value, &n)| Choice { value, n }).collect()
}

/// How a sequence relates to a branch.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meets {
    /// It cannot be made after that step.
    Not,
    /// It can begin with that step.
    Begins(Begins),
    /// It can be made after that step.
    Commutes,
    /// The same, but the step stands for some of its values only.
    CommutesWithValues,
}
