//! Sleep sets: the tasks that need not run at a point, since whatever they
//! could begin there is covered elsewhere.
//!
//! A task that chooses values inside its step sleeps for the values that were
//! explored; it may run as long as there is another. It wakes once a step is
//! made that depends on its own.
//!
//! Source: P. Godefroid, "Partial-Order Methods for the Verification of
//! Concurrent Systems", 1996. Where we differ: values, as above.

use smallvec::SmallVec;
use unknot_sim::{Access, TaskId, dependent};

/// A value chosen inside a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) value: u32,
    /// Of how many.
    pub(super) n: u32,
}

/// A task that need not run, with what it would do.
#[derive(Clone, Debug)]
pub(super) struct Sleeper {
    pub(super) task: TaskId,
    pub(super) footprint: SmallVec<[Access; 2]>,
    /// It sleeps for all values that begin like this.
    pub(super) choices: SmallVec<[Choice; 1]>,
}

impl Sleeper {
    /// Whether it sleeps for a step with these values.
    pub(super) fn covers(&self, values: &[u32]) -> bool {
        self.choices.len() <= values.len()
            && self.choices.iter().zip(values).all(|(choice, value)| choice.value == *value)
    }
}

/// Who sleeps at a point, by place among all [`Sleepers`].
#[derive(Clone, Debug, Default)]
pub(super) struct Sleep(SmallVec<[u32; 6]>);

impl Sleep {
    /// How many sleep.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

/// Whoever sleeps at some point of the present execution. One that went to
/// sleep at a point sleeps at points below it, and is forgotten with that point.
#[derive(Debug, Default)]
pub(super) struct Sleepers(Vec<Sleeper>);

impl Sleepers {
    /// How many there are, to forget those that come later.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }

    /// Puts somebody to sleep at a point.
    pub(super) fn add(&mut self, sleep: &mut Sleep, sleeper: Sleeper) {
        sleep.0.push(self.0.len() as u32);
        self.0.push(sleeper);
    }

    pub(super) fn at<'a>(&'a self, sleep: &'a Sleep) -> Asleep<'a> {
        Asleep { sleepers: &self.0, sleep }
    }
}

/// The sleep set of a point.
#[derive(Clone, Copy)]
pub(super) struct Asleep<'a> {
    sleepers: &'a [Sleeper],
    sleep: &'a Sleep,
}

impl<'a> Asleep<'a> {
    pub(super) fn iter(self) -> impl Iterator<Item = &'a Sleeper> {
        self.sleep.0.iter().map(move |&place| &self.sleepers[place as usize])
    }

    /// Who still sleeps after a step that touched so much.
    pub(super) fn after(self, task: TaskId, made: &[Access]) -> Sleep {
        let sleeps_on = |place: &u32| {
            let sleeper = &self.sleepers[*place as usize];
            sleeper.task != task && !dependent(&sleeper.footprint, made)
        };
        Sleep(self.sleep.0.iter().copied().filter(sleeps_on).collect())
    }

    /// Whether a task sleeps for all values of its step.
    pub(super) fn holds(self, task: TaskId) -> bool {
        let mut mine = self.iter().filter(|sleeper| sleeper.task == task);
        mine.any(|sleeper| {
            sleeper.choices.is_empty() || self.holds_values(task, &mut SmallVec::new())
        })
    }

    /// Whether a task sleeps for all values of its step that begin like this.
    pub(super) fn holds_values(self, task: TaskId, values: &mut SmallVec<[u32; 4]>) -> bool {
        let mine = self.iter().filter(|sleeper| sleeper.task == task);
        let entries: SmallVec<[&[Choice]; 4]> = mine.map(|sleeper| &sleeper.choices[..]).collect();
        are_all(&entries, values)
    }
}

/// Whether these beginnings, taken together, are all that can be chosen after
/// the values that are given.
pub(super) fn are_all(entries: &[&[Choice]], values: &mut SmallVec<[u32; 4]>) -> bool {
    let begins = |entry: &[Choice]| {
        entry.iter().zip(&**values).all(|(choice, value)| choice.value == *value)
    };
    if entries.iter().any(|entry| entry.len() <= values.len() && begins(entry)) {
        return true;
    }
    // A longer beginning knows how many values come next.
    let Some(n) = entries.iter().find(|entry| begins(entry)).map(|entry| entry[values.len()].n)
    else {
        return false;
    };
    (0..n).all(|value| {
        values.push(value);
        let all = are_all(entries, values);
        values.pop();
        all
    })
}
