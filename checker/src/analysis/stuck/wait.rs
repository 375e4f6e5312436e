//! What each unfinished task waits for when nothing can go on, and which tasks hold it.
//!
//! Two executions that are stuck in the same way have equal waits, whatever steps led
//! there. What the waits mean is judged later, when it is known which gauges tasks
//! give to without having taken from them ([`Handed`]).

use smallvec::SmallVec;
use unknot_sim::{
    Access, Execution, Feeder, Guard, Names, Object, ObjectId, Ownership, Owning, Phase,
    ProcessState, Task, TaskId, TaskPath, Want,
};

use crate::analysis::feeders::feeders;
use crate::analysis::handed::Handed;
use crate::analysis::inherited::{Inherited, inherited};
use crate::analysis::watched::about;
use crate::model::finding::{Origin, Site};

/// One unfinished task and what it waits for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wait<Task = TaskId, Object = ObjectId> {
    /// The task.
    pub task: Task,
    /// The gauge that it waits on.
    pub gauge: Object,
    /// What the gauge has to show.
    pub at_least: i64,
    /// What it shows.
    pub shows: i64,
    /// What the wait is about: the whole primitive, or the variables that are to
    /// change.
    pub about: SmallVec<[Object; 1]>,
    /// Where the program waits.
    pub site: Site,
    /// Which tasks can end the wait, as far as one execution shows.
    pub claim: Claim,
    /// The owners, or the joined task.
    pub owners: SmallVec<[Owner<Task>; 2]>,
}

/// Which tasks can end a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claim {
    /// The joined task, by its end; or a feeder, by what it writes.
    Join,
    /// The owners of a lock.
    Owners,
    /// The takers of a semaphore's permits: all permits are taken, by tasks that have
    /// not ended.
    AllPermits,
    /// The tasks of the only process that uses the other end of a pipe.
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

impl<Task: Ord + Clone, Object: Ord + Clone> Wait<Task, Object> {
    /// Whether other executions can show more tasks that can end the wait.
    pub(crate) fn may_be_handed(&self) -> bool {
        matches!(self.claim, Claim::Owners | Claim::AllPermits | Claim::SomePermits)
    }

    /// The same wait, if permits are signals.
    pub(crate) fn as_signal(&self) -> Wait<Task, Object> {
        match self.claim {
            Claim::AllPermits | Claim::SomePermits => Wait { claim: Claim::Open, ..self.clone() },
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
        let is_lock = self.claim == Claim::Owners;
        // A lock that only the waiting task hands on is waited for from its owner.
        let givers = givers.filter(|all| !is_lock || all.iter().any(|task| *task != self.task));
        match (self.claim, givers) {
            (Claim::Join | Claim::OtherEnd, _) | (Claim::Owners | Claim::AllPermits, None) => {
                (self.owners.clone(), true)
            }
            (Claim::OtherEnds, _) | (Claim::SomePermits, None) => (self.owners.clone(), false),
            (Claim::Open, _) | (Claim::AllPermits | Claim::SomePermits, Some(_)) => {
                (SmallVec::new(), false)
            }
            // Another task may give back what the waiting task holds itself.
            (Claim::Owners, Some(givers)) => {
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
            about: self.about.iter().map(|&object| names.object_origin(object)).collect(),
            site: self.site,
            claim: self.claim,
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
            let guard = task.pending.guard?;
            let object = execution.object(guard.gauge);
            if object.shows >= guard.at_least {
                return None;
            }
            let (claim, owners) = claim(execution, task, guard, &holdings);
            Some(Wait {
                task: task.id,
                gauge: guard.gauge,
                at_least: guard.at_least,
                shows: object.shows,
                about: about(execution, task, guard.gauge),
                site: Site(task.pending.location),
                // A wait with a running timeout ends by itself.
                claim: if task.deadline.is_some() { Claim::Open } else { claim },
                owners,
            })
        })
        .collect();
    waits.sort_by(|a, b| execution.names.order(a.task, b.task));
    waits
}

fn in_order(execution: &Execution<'_>, tasks: &mut [TaskId]) {
    tasks.sort_by(|&a, &b| execution.names.order(a, b));
}

/// Whether a feeder has something to write that it cannot write.
fn is_behind(execution: &Execution<'_>, feeder: &Feeder) -> bool {
    execution.task(feeder.task).phase == Phase::Waiting && execution.object(feeder.unfed).shows < 0
}

fn claim(
    execution: &Execution<'_>,
    waiting: &Task,
    Guard { gauge, at_least }: Guard,
    holdings: &[Holding],
) -> (Claim, SmallVec<[Owner; 2]>) {
    let joined = |task| Owner { task, amount: 1, step: None, ended: false };
    if let Some(&task) = execution.live.iter().find(|&&task| execution.task(task).done == gauge) {
        return (Claim::Join, SmallVec::from_slice(&[joined(task)]));
    }
    if let Some(feeder) = execution.feeders.iter().find(|feeder| feeder.unfed == gauge) {
        return (Claim::Join, SmallVec::from_slice(&[joined(feeder.task)]));
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
        return (Claim::Join, threads.into_iter().map(joined).collect());
    }
    if matches!(execution.object(gauge).want, Want::Message | Want::Space(_)) {
        let mut feeders = feeders(execution, waiting.id, gauge);
        feeders.iter_mut().for_each(|of_process| in_order(execution, of_process));
        feeders.sort_by(|a, b| execution.names.order(a[0], b[0]));
        let claim = match feeders.len() {
            0 => Claim::Open,
            1 => Claim::OtherEnd,
            _ => Claim::OtherEnds,
        };
        // Each of them could end the wait alone.
        let owner = |task| Owner { amount: at_least, ..joined(task) };
        return (claim, feeders.concat().into_iter().map(owner).collect());
    }
    let held = holdings.iter().filter(|held| held.gauge == gauge);
    let owners: SmallVec<[Owner; 2]> = held.map(Holding::owner).collect();
    (claim_of(execution.object(gauge), &owners), owners)
}

/// Whether only the owners can end a wait. The permits of a semaphore are owned in
/// this sense only while all are taken and no taker has ended. A semaphore that begins
/// with no permit is there to be given to.
fn claim_of(object: &Object, owners: &[Owner]) -> Claim {
    let taken: i64 = owners.iter().map(|owner| owner.amount).sum();
    match object.ownership {
        Ownership::Nobody => Claim::Open,
        Ownership::Owners => Claim::Owners,
        Ownership::Takers if object.initial == 0 => Claim::Open,
        Ownership::Takers if taken >= object.initial && owners.iter().all(|o| !o.ended) => {
            Claim::AllPermits
        }
        Ownership::Takers => Claim::SomePermits,
    }
}

/// Units of a gauge that a task took and did not give back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// The task that holds them.
    pub task: TaskId,
    /// The gauge.
    pub gauge: ObjectId,
    /// How many.
    pub amount: i64,
    /// The step that took them.
    pub step: u32,
    /// Whether the owner has ended, so that it will never give them back.
    pub ended: bool,
    /// Whether the step started a process with a private copy of a gauge, and the units are
    /// held of that copy since.
    pub is_inherited: bool,
    /// Whether the owner of these is a task of the parent, which never comes there.
    pub is_ghost: bool,
}

impl Holding {
    fn owner(&self) -> Owner {
        let Holding { task, amount, step, ended, .. } = *self;
        Owner { task, amount, ended, step: Some(step) }
    }
}

/// All units of owned gauges that tasks hold, in the order of taking.
#[must_use]
pub fn holdings(execution: &Execution<'_>) -> Vec<Holding> {
    holdings_before(execution, execution.trace.len())
}

/// All units that were held just before a step.
#[must_use]
pub fn holdings_before(execution: &Execution<'_>, until: usize) -> Vec<Holding> {
    let mut holdings: Vec<Holding> = vec![];
    for (step, made) in execution.trace.steps().iter().enumerate().take(until) {
        for access in execution.trace.accesses(step) {
            let ownership = execution.object(access.object).ownership;
            if ownership == Ownership::Nobody || !access.granted {
                continue;
            }
            match access.mode.owning() {
                Owning::Takes => holdings.push(Holding {
                    task: made.task,
                    gauge: access.object,
                    amount: access.amount,
                    step: step as u32,
                    ended: has_ended(execution, made.task),
                    is_inherited: false,
                    is_ghost: false,
                }),
                Owning::GivesBack => give_back(&mut holdings, made.task, access),
                Owning::Nothing => {
                    if let Some(of) = inherited(execution, step, access) {
                        holdings.extend(of.holdings(&holdings));
                    }
                }
            }
        }
    }
    holdings
}

/// Whether a task will never give back what it holds.
fn has_ended(execution: &Execution<'_>, task: TaskId) -> bool {
    matches!(execution.task(task).phase, Phase::Finished | Phase::Killed)
}

impl Inherited {
    /// What is held of the copy, if this is held of all gauges.
    fn holdings(self, known: &[Holding]) -> Vec<Holding> {
        let of_original = known.iter().filter(|held| held.gauge == self.original);
        let copied = of_original.map(|held| Holding {
            task: self.holder(held.task),
            gauge: self.copy,
            step: self.step,
            ended: held.task != self.starter,
            is_inherited: true,
            is_ghost: held.task != self.starter,
            ..*held
        });
        copied.collect()
    }
}

/// A task gives back its own units first, and those of another task if it has none.
fn give_back(holdings: &mut Vec<Holding>, task: TaskId, access: &Access) {
    let mut left = access.amount;
    while left > 0 {
        let of = |h: &Holding| h.gauge == access.object;
        let own = holdings.iter().rposition(|h| of(h) && h.task == task);
        let Some(at) = own.or_else(|| holdings.iter().position(of)) else { return };
        let back = left.min(holdings[at].amount);
        left -= back;
        holdings[at].amount -= back;
        if holdings[at].amount == 0 {
            holdings.remove(at);
        }
    }
}
