//! What never came to the tasks of a hang: the facts, taken from one execution.
//!
//! Each gauge says what a task that waits for it wants ([`Want`]). This file finds out
//! what became of that. The report makes the words.

use serde::Serialize;
use unknot_sim::{
    Access, Effect, EndCopy, Execution, Mode, ObjectId, Ownership, Purpose, TaskId, Want,
};

use super::feeders::open_copies;
use super::stuck::{SettledWait, WaitFor};
use crate::model::labels::label_of;

/// What some tasks wait for, all for the same object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// The tasks, in the order of their creation.
    pub tasks: Vec<String>,
    /// What they wait for, such as `Event 'go'`.
    pub object: String,
    /// What became of it.
    #[serde(flatten)]
    pub fate: Fate,
}

/// One step of another task, or of the waiting task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deed {
    /// The task.
    pub task: String,
    /// The step.
    pub step: u32,
}

/// What became of what a task waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "fate", rename_all = "kebab-case")]
pub enum Fate {
    /// A notification came before the task waited, when no task did.
    LostWakeUp {
        /// The step that notified.
        notified: Deed,
    },
    /// The last notification woke other tasks instead.
    WokeOthers {
        /// The step that notified.
        notified: Deed,
        /// The tasks that it woke.
        woke: Vec<String>,
    },
    /// No task notified it.
    NeverNotified,
    /// The flag was never set.
    NeverSet,
    /// The flag was set, and cleared before the task came.
    Cleared {
        /// The step that set it.
        set: Deed,
        /// The step that cleared it.
        cleared: Deed,
    },
    /// Not all parties have come.
    Parties {
        /// How many have come.
        here: u32,
        /// How many there must be.
        of: u32,
    },
    /// Permits are taken and not given back.
    Taken {
        /// How many are left.
        left: i64,
        /// How many there are.
        of: i64,
        /// The tasks that took them, and whether each has ended.
        takers: Vec<Taker>,
    },
    /// Everything that was given has been taken: permits of a signal, or items.
    UsedUp {
        /// How many were given.
        given: i64,
        /// How many were taken.
        taken: i64,
    },
    /// All places are taken.
    Full {
        /// How many there are.
        places: i64,
    },
    /// Every message was received, and the end does not come.
    NoEnd {
        /// How many messages were sent.
        sent: usize,
        /// The main tasks of the processes that have an open copy of the other end.
        copies: Vec<String>,
    },
    /// Items that were never reported as done.
    Unreported {
        /// How many.
        items: i64,
    },
    /// No task wakes it.
    NotWoken {
        /// Whether no task can, since no clone of its waker is left.
        is_lost: bool,
    },
    /// No task is submitted to the pool, and it is not closed.
    NoTask,
    /// The task that was to return it has not come to its end.
    NoResult,
    /// A counter that never comes to zero.
    NotZero {
        /// What it stays at.
        counter: i64,
    },
    /// No task sends any more.
    NoSender,
    /// No task receives any more.
    NoReceiver,
    /// None of several things came, any of which would do.
    NoneReady,
    /// What the task looked at was changed for the last time, if ever, before it
    /// looked.
    Unchanged {
        /// The step that changed it.
        changed: Option<Deed>,
    },
}

/// A task that has taken permits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Taker {
    /// The task.
    pub task: String,
    /// Whether it has ended.
    pub ended: bool,
}

/// What never came, for the tasks of a finding: an entry for each object that they
/// wait for.
#[must_use]
pub fn missing(execution: &Execution<'_>, wait_for: &WaitFor, tasks: &[TaskId]) -> Vec<Missing> {
    let mut all: Vec<Missing> = vec![];
    for wait in wait_for.waits.iter().filter(|wait| tasks.contains(&wait.task)) {
        let task = execution.names.task_path(wait.task).to_string();
        let labels = wait.about.iter().map(|&object| label_of(execution, object));
        let object = labels.collect::<Vec<_>>().join(" or ");
        let fate = ExaminedWait { execution, wait_for, wait }.fate();
        match all.iter_mut().find(|known| known.object == object && known.fate == fate) {
            Some(known) => known.tasks.push(task),
            None => all.push(Missing { tasks: vec![task], object, fate }),
        }
    }
    all
}

/// One wait, looked at.
struct ExaminedWait<'a> {
    execution: &'a Execution<'a>,
    wait_for: &'a WaitFor,
    wait: &'a SettledWait,
}

impl ExaminedWait<'_> {
    fn fate(&self) -> Fate {
        let object = self.execution.object(self.wait.gauge);
        if matches!(object.purpose, Purpose::Change | Purpose::Awaited) {
            let is_change = |access: &Access| access.mutates() && self.is_about(access.object);
            return Fate::Unchanged { changed: self.last(is_change).map(|step| self.deed(step)) };
        }
        if !self.wait.others.is_empty() {
            return Fate::NoneReady;
        }
        match object.want {
            Want::Notification => self.notification(),
            Want::Flag => self.flag(),
            Want::Parties(of) => {
                let here = self.wait_for.waits.iter().filter(|w| w.gauge == self.wait.gauge);
                Fate::Parties { here: here.count() as u32, of }
            }
            Want::Room => Fate::Full { places: object.initial },
            Want::Space(places) => Fate::Full { places: places.into() },
            Want::Message => self.no_end(),
            Want::Reports => Fate::Unreported { items: -object.shows },
            Want::Task => Fate::NoTask,
            Want::Result => Fate::NoResult,
            Want::Zero => Fate::NotZero { counter: -object.shows },
            Want::Sender => Fate::NoSender,
            Want::Receiver => Fate::NoReceiver,
            Want::Waking { is_lost } => Fate::NotWoken { is_lost },
            Want::Units
                if object.ownership != Ownership::Nobody && !self.wait.owners.is_empty() =>
            {
                let path = |task: TaskId| self.execution.names.task_path(task).to_string();
                let mut takers: Vec<Taker> = vec![];
                for owner in &self.wait.owners {
                    let taker = Taker { task: path(owner.task), ended: owner.ended };
                    if !takers.contains(&taker) {
                        takers.push(taker);
                    }
                }
                Fate::Taken { left: object.shows, of: object.initial, takers }
            }
            Want::Item | Want::Units => {
                let moved = |sign: i64| {
                    let all = (0..self.execution.trace.len())
                        .flat_map(|step| self.execution.trace.accesses(step));
                    let of = all.filter(|access| access.object == self.wait.gauge);
                    let amounts = of.filter_map(|access| match access.effect() {
                        Effect::Add(amount) if amount.signum() == sign => Some(amount.abs()),
                        _ => None,
                    });
                    amounts.sum()
                };
                Fate::UsedUp { given: object.initial + moved(1), taken: moved(-1) }
            }
        }
    }

    fn no_end(&self) -> Fate {
        let Execution { trace, processes, names, .. } = self.execution;
        let SettledWait { wait, .. } = self.wait;
        let accesses = (0..trace.len()).flat_map(|step| trace.accesses(step));
        let is_send = |access: &&Access| {
            access.object == wait.gauge && access.effect() == Effect::Add(wait.at_least)
        };
        let copies = open_copies(self.execution, wait.gauge);
        let main = |copy: &EndCopy| processes[copy.process as usize].main;
        Fate::NoEnd {
            sent: accesses.filter(is_send).count(),
            copies: copies.map(|copy| names.task_path(main(copy)).to_string()).collect(),
        }
    }

    /// A step that wakes parked tasks tells which ones it woke.
    fn notification(&self) -> Fate {
        let whole = self.execution.whole(self.wait.gauge);
        let wakes = |access: &Access| access.mode == Mode::Wake && access.object == whole;
        let Some(step) = self.last(wakes) else { return Fate::NeverNotified };
        let woken = woken_by(self.execution, step as usize).unwrap_or_default();
        match woken.is_empty() {
            true => Fate::LostWakeUp { notified: self.deed(step) },
            false => Fate::WokeOthers { notified: self.deed(step), woke: woken },
        }
    }

    fn flag(&self) -> Fate {
        let SettledWait { wait, .. } = self.wait;
        let whole = self.execution.whole(wait.gauge);
        let is_parking = whole != wait.gauge;
        let sets = |access: &Access| match is_parking {
            true => access.mode == Mode::Wake && access.object == whole,
            false => access.object == whole && access.effect() == Effect::Become(wait.at_least),
        };
        let Some(set) = self.last(sets) else { return Fate::NeverSet };
        let clears = |access: &Access| access.object == whole && access.mutates();
        match self.last(clears).filter(|&cleared| cleared > set) {
            Some(cleared) => Fate::Cleared { set: self.deed(set), cleared: self.deed(cleared) },
            None => Fate::NeverSet,
        }
    }

    fn is_about(&self, object: ObjectId) -> bool {
        self.wait.about.contains(&object)
    }

    /// The last step with such an access.
    fn last(&self, is_it: impl Fn(&Access) -> bool) -> Option<u32> {
        let trace = self.execution.trace;
        (0..trace.len())
            .rev()
            .find(|&step| trace.accesses(step).iter().any(&is_it))
            .map(|s| s as u32)
    }

    fn deed(&self, step: u32) -> Deed {
        let made = &self.execution.trace.steps()[step as usize];
        Deed { task: self.execution.names.task_path(made.task).to_string(), step }
    }
}

/// The parked tasks that a step woke; `None` if the step is none that wakes.
#[must_use]
pub fn woken_by(execution: &Execution<'_>, step: usize) -> Option<Vec<String>> {
    let accesses = execution.trace.accesses(step);
    let is_parked = |access: &&Access| {
        let object = execution.object(access.object);
        object.part_of.is_some()
            && matches!(object.want, Want::Notification | Want::Flag)
            && matches!(access.effect(), Effect::Add(amount) if amount > 0)
    };
    let creator = |access: &Access| execution.names.object_origin(access.object).0.to_string();
    let wakes = accesses.iter().any(|access| access.mode == Mode::Wake);
    wakes.then(|| accesses.iter().filter(is_parked).map(creator).collect())
}
