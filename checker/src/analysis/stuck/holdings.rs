//! Which units of gauges tasks hold, from the steps of one execution.
//!
//! A task holds what it took and did not give back. A task may give back what another one
//! took. A private copy of a gauge, which a process gets when it is started, is held as the
//! original was: by the child where the starter held it, and by a task that never comes
//! there otherwise.

use unknot_sim::{Access, Execution, ObjectId, Ownership, Owning, Phase, TaskId};

use crate::analysis::inherited::{Inherited, inherited};

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

/// All units of owned gauges that tasks hold, in the order of taking.
#[must_use]
pub fn holdings(execution: &Execution<'_>) -> Vec<Holding> {
    holdings_before(execution, execution.trace.len())
}

/// All units that were held just before a step.
#[must_use]
pub fn holdings_before(execution: &Execution<'_>, until: usize) -> Vec<Holding> {
    let mut holdings: Vec<Holding> = vec![];
    for step in 0..until.min(execution.trace.len()) {
        holdings_after(execution, step, &mut holdings);
    }
    holdings
}

/// From what was held before a step to what is held after it.
pub(crate) fn holdings_after(execution: &Execution<'_>, step: usize, holdings: &mut Vec<Holding>) {
    let task = execution.trace.steps()[step].task;
    for access in execution.trace.accesses(step) {
        let ownership = execution.object(access.object).ownership;
        if ownership == Ownership::Nobody || !access.granted {
            continue;
        }
        match access.mode.owning() {
            Owning::Takes => holdings.push(Holding {
                task,
                gauge: access.object,
                amount: access.amount,
                step: step as u32,
                ended: has_ended(execution, task),
                is_inherited: false,
                is_ghost: false,
            }),
            Owning::GivesBack => give_back(holdings, task, access),
            Owning::Nothing => {
                if let Some(of) = inherited(execution, step, access) {
                    let copied = of.holdings(holdings);
                    holdings.extend(copied);
                }
            }
        }
    }
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
