//! What each unfinished task waits for when nothing can go on, and which tasks hold it.
//!
//! Two executions that are stuck in the same way have equal waits, whatever steps led
//! there. What the waits mean is judged later, when it is known which gauges tasks
//! give to without having taken from them ([`Handed`]).

use smallvec::SmallVec;
use unknot_sim::{
    Execution, Feeder, Guard, Names, Object, ObjectId, Ownership, Phase, ProcessState, Purpose,
    Task, TaskId, TaskPath, Want,
};

use super::holdings::{Holding, holdings};
use crate::analysis::feeders::feeders;
use crate::analysis::handed::Handed;
use crate::analysis::users::users;
use crate::analysis::watched::about;
use crate::model::finding::{Origin, Site};

/// One unfinished task and what it waits for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wait<Task = TaskId, Object = ObjectId> {
    /// The task.
    pub task: Task,
    /// The gauge that it waits on, or what the gauge of its own that it waits on is there for.
    pub gauge: Object,
    /// What the gauge has to show.
    pub at_least: i64,
    /// What it shows.
    pub shows: i64,
    /// The other gauges that would do, each with what it has to show, where the task waits
    /// for any of several.
    pub others: Vec<(Object, i64)>,
    /// What the wait is about: the whole primitive, or the variables that are to
    /// change.
    pub about: SmallVec<[Object; 1]>,
    /// Where the program waits.
    pub site: Site,
    /// Which tasks can end the wait, as far as one execution shows.
    pub ended_by: EndedBy,
    /// The owners, or the joined task.
    pub owners: SmallVec<[Owner<Task>; 2]>,
}

/// Which tasks can end a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EndedBy {
    /// The joined task, by its end; or a feeder, by what it writes.
    Join,
    /// The owners of a lock.
    Owners,
    /// The takers of a semaphore's permits: all permits are taken, by tasks that have
    /// not ended.
    AllPermits,
    /// The tasks of the only process that uses the other end of a pipe, or the tasks that use
    /// the other end of a connection.
    OtherEnd,
    /// The tasks of several processes that use the other end of a pipe.
    OtherEnds,
    /// Any task might give a permit; some were taken and not given back.
    SomePermits,
    /// Any task.
    Open,
}

/// A task that holds units of a gauge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner<Task = TaskId> {
    /// The task.
    pub task: Task,
    /// How many units it holds.
    pub amount: i64,
    /// Whether it has ended, so that it will never give them back.
    pub ended: bool,
    /// The step that took them; `None` for a task that owns its own end, and where
    /// steps do not matter.
    pub step: Option<u32>,
}

impl From<&Holding> for Owner {
    fn from(held: &Holding) -> Owner {
        let Holding { task, amount, step, ended, .. } = *held;
        Owner { task, amount, ended, step: Some(step) }
    }
}

impl<Task: Ord + Clone, Object: Ord + Clone> Wait<Task, Object> {
    /// Whether other executions can show more tasks that can end the wait.
    pub(crate) fn may_be_handed(&self) -> bool {
        matches!(self.ended_by, EndedBy::Owners | EndedBy::AllPermits | EndedBy::SomePermits)
    }

    /// Each gauge that would do, with what it has to show.
    pub fn alternatives(&self) -> impl Iterator<Item = (Object, i64)> {
        let first = (self.gauge.clone(), self.at_least);
        std::iter::once(first).chain(self.others.iter().cloned())
    }

    /// The same wait, if permits are signals.
    pub(crate) fn as_signal(&self) -> Wait<Task, Object> {
        match self.ended_by {
            EndedBy::AllPermits | EndedBy::SomePermits => {
                Wait { ended_by: EndedBy::Open, ..self.clone() }
            }
            _ => self.clone(),
        }
    }

    /// The tasks that can end the wait when it is known which gauges are handed on, and
    /// whether no other task can. `is_blocked` tells whether a task waits as well.
    pub(super) fn settled(
        &self,
        handed: &Handed<Task, Object>,
        is_blocked: impl Fn(&Task) -> bool,
    ) -> (SmallVec<[Owner<Task>; 2]>, bool) {
        let givers = handed.givers(&self.gauge);
        let is_lock = self.ended_by == EndedBy::Owners;
        // A lock that only the waiting task hands on is waited for from its owner.
        let givers = givers.filter(|all| !is_lock || all.iter().any(|task| *task != self.task));
        match (self.ended_by, givers) {
            (EndedBy::Join | EndedBy::OtherEnd, _)
            | (EndedBy::Owners | EndedBy::AllPermits, None) => (self.owners.clone(), true),
            (EndedBy::OtherEnds, _) | (EndedBy::SomePermits, None) => (self.owners.clone(), false),
            (EndedBy::Open, _) | (EndedBy::AllPermits | EndedBy::SomePermits, Some(_)) => {
                (SmallVec::new(), false)
            }
            // Another task may give back what the waiting task holds itself.
            (EndedBy::Owners, Some(givers)) => {
                let others = self.owners.iter().filter(|owner| owner.task != self.task);
                let mut owners: SmallVec<[Owner<Task>; 2]> = others.cloned().collect();
                for giver in givers.iter().filter(|giver| is_blocked(giver)) {
                    let is_known = owners.iter().any(|owner| owner.task == *giver);
                    if !is_known && *giver != self.task {
                        owners.push(Owner {
                            task: giver.clone(),
                            amount: self.at_least,
                            ended: false,
                            step: None,
                        });
                    }
                }
                let is_certain = !owners.is_empty();
                (owners, is_certain)
            }
        }
    }
}

impl Wait {
    /// The same in terms that mean the same in every search.
    pub(crate) fn named(&self, names: &Names) -> Wait<TaskPath, Origin> {
        let owner = |owner: &Owner| Owner {
            task: names.task_path(owner.task),
            amount: owner.amount,
            ended: owner.ended,
            step: None,
        };
        Wait {
            task: names.task_path(self.task),
            gauge: names.object_origin(self.gauge),
            at_least: self.at_least,
            shows: self.shows,
            others: self.others.iter().map(|&(o, n)| (names.object_origin(o), n)).collect(),
            about: self.about.iter().map(|&object| names.object_origin(object)).collect(),
            site: self.site,
            ended_by: self.ended_by,
            owners: self.owners.iter().map(owner).collect(),
        }
    }
}

/// What each unfinished task of the program waits for, in the order of their paths: that of
/// their creation is not the same in all executions that end so.
pub(crate) fn waits(execution: &Execution<'_>) -> Vec<Wait> {
    let holdings = holdings(execution);
    let feeders = execution.feeders.iter().filter(|&feeder| is_behind(execution, feeder));
    let mut waits: Vec<Wait> = execution
        .left()
        .chain(feeders.map(|feeder| execution.task(feeder.task)))
        .filter_map(|task| {
            if task.pending.is_possible(|gauge| execution.object(gauge).shows) {
                return None;
            }
            let all = sought(execution, task);
            let (&guard, others) = all.split_first().expect("a step that is not possible waits");
            let mut about = about(execution, task, guard.gauge);
            for other in others {
                let whole = execution.whole(other.gauge);
                if !about.contains(&whole) {
                    about.push(whole);
                }
            }
            let shows = execution.object(guard.gauge).shows;
            let (ended, owners) = match others.is_empty() {
                true => ended_by(execution, task, guard, &holdings),
                false => ended_by_any(execution, task, &all),
            };
            Some(Wait {
                task: task.id,
                gauge: guard.gauge,
                at_least: guard.at_least,
                shows,
                others: others.iter().map(|other| (other.gauge, other.at_least)).collect(),
                about,
                site: Site(task.pending.location),
                // A wait with a running timeout ends by itself.
                ended_by: if task.deadline.is_some() { EndedBy::Open } else { ended },
                owners,
            })
        })
        .collect();
    waits.sort_by(|a, b| execution.names.order(a.task, b.task));
    waits
}

/// What a task waits for, any of which is enough. To be woken or told to end is what any wait
/// of a task that polls futures can end by, and nothing that it waits for, if there is more.
/// That a handle is closed ends a wait too, but it is not what the wait is there for.
pub(crate) fn sought(execution: &Execution<'_>, task: &Task) -> SmallVec<[Guard; 2]> {
    let is_call = |guard: &Guard| {
        matches!(execution.object(guard.gauge).purpose, Purpose::Waker | Purpose::Abort)
    };
    let is_sought = |guard: &Guard| execution.object(guard.gauge).purpose != Purpose::Handle;
    let mut all: SmallVec<[Guard; 2]> = task.pending.sought().filter(is_sought).collect();
    if !all.iter().all(is_call) {
        all.retain(|guard| !is_call(guard));
    }
    all
}

fn in_order(execution: &Execution<'_>, tasks: &mut [TaskId]) {
    tasks.sort_by(|&a, &b| execution.names.order(a, b));
}

/// Whether a feeder has something to write that it cannot write.
fn is_behind(execution: &Execution<'_>, feeder: &Feeder) -> bool {
    execution.task(feeder.task).phase == Phase::Waiting && execution.object(feeder.unfed).shows < 0
}

fn ended_by(
    execution: &Execution<'_>,
    waiting: &Task,
    Guard { gauge, at_least }: Guard,
    holdings: &[Holding],
) -> (EndedBy, SmallVec<[Owner; 2]>) {
    let joined = |task| Owner { task, amount: 1, step: None, ended: false };
    if let Some(&task) = execution.live.iter().find(|&&task| execution.task(task).done == gauge) {
        return (EndedBy::Join, SmallVec::from_slice(&[joined(task)]));
    }
    if let Some(feeder) = execution.feeders.iter().find(|feeder| feeder.unfed == gauge) {
        return (EndedBy::Join, SmallVec::from_slice(&[joined(feeder.task)]));
    }
    let threads_of =
        |process: &ProcessState| process.life.is_some_and(|life| life.threads == gauge);
    if let Some(process) = execution.processes.iter().position(threads_of) {
        let main = execution.processes[process].main;
        let threads = execution
            .left()
            .filter(|task| task.process as usize == process && !task.daemon && task.id != main);
        let mut threads: Vec<TaskId> = threads.map(|task| task.id).collect();
        in_order(execution, &mut threads);
        return (EndedBy::Join, threads.into_iter().map(joined).collect());
    }
    if matches!(execution.object(gauge).want, Want::Message | Want::Space(_)) {
        let mut feeders = feeders(execution, waiting.id, gauge);
        feeders.iter_mut().for_each(|of_process| in_order(execution, of_process));
        feeders.sort_by(|a, b| execution.names.order(a[0], b[0]));
        let ended = match feeders.len() {
            0 => EndedBy::Open,
            1 => EndedBy::OtherEnd,
            _ => EndedBy::OtherEnds,
        };
        // Each of them could end the wait alone.
        let owner = |task| Owner { amount: at_least, ..joined(task) };
        return (ended, feeders.concat().into_iter().map(owner).collect());
    }
    let end = execution.whole(gauge);
    if execution.object(end).purpose == Purpose::Peer {
        let mut users: Vec<TaskId> = users(execution, waiting.id, end);
        in_order(execution, &mut users);
        let ended = if users.is_empty() { EndedBy::Open } else { EndedBy::OtherEnd };
        let owner =
            |task| Owner { amount: at_least - execution.object(gauge).shows, ..joined(task) };
        return (ended, users.into_iter().map(owner).collect());
    }
    let held = holdings.iter().filter(|held| held.gauge == gauge);
    let owners: SmallVec<[Owner; 2]> = held.map(Owner::from).collect();
    (ended_by_owners(execution.object(gauge), &owners), owners)
}

/// What ends a wait for any of several: certain if each of them is an end that certain
/// tasks bring about. Each of these tasks could end the wait alone, so each counts as
/// holding all that is missing.
fn ended_by_any(
    execution: &Execution<'_>,
    waiting: &Task,
    alternatives: &[Guard],
) -> (EndedBy, SmallVec<[Owner; 2]>) {
    let missing = alternatives[0].at_least - execution.object(alternatives[0].gauge).shows;
    let mut all: SmallVec<[Owner; 2]> = SmallVec::new();
    let mut is_join = true;
    for &guard in alternatives {
        let (ended, owners) = ended_by(execution, waiting, guard, &[]);
        if !matches!(ended, EndedBy::Join | EndedBy::OtherEnd) || owners.is_empty() {
            return (EndedBy::Open, SmallVec::new());
        }
        is_join &= ended == EndedBy::Join;
        for owner in owners {
            if all.iter().all(|known| known.task != owner.task) {
                all.push(Owner { amount: missing, ..owner });
            }
        }
    }
    (if is_join { EndedBy::Join } else { EndedBy::OtherEnd }, all)
}

/// The tasks that can end a wait at one of the gauges that would do, where they are known.
pub(crate) fn owners_at(
    execution: &Execution<'_>,
    wait: &Wait,
    (gauge, at_least): (ObjectId, i64),
) -> SmallVec<[Owner; 2]> {
    ended_by(execution, execution.task(wait.task), Guard { gauge, at_least }, &[]).1
}

/// Whether only the owners can end a wait. The permits of a semaphore are owned in
/// this sense only while all are taken and no taker has ended. A semaphore that begins
/// with no permit is there to be given to.
fn ended_by_owners(object: &Object, owners: &[Owner]) -> EndedBy {
    let taken: i64 = owners.iter().map(|owner| owner.amount).sum();
    match object.ownership {
        Ownership::Nobody => EndedBy::Open,
        Ownership::Owners => EndedBy::Owners,
        Ownership::Takers if object.initial == 0 => EndedBy::Open,
        Ownership::Takers if taken >= object.initial && owners.iter().all(|o| !o.ended) => {
            EndedBy::AllPermits
        }
        Ownership::Takers => EndedBy::SomePermits,
    }
}
