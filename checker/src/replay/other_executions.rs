//! Which tasks would have ended a wait in other executions.
//!
//! Nothing is gathered while a search runs. When a report shows a hang,
//! the schedules that the check kept, one of each outcome and finding, are run
//! once more to find the tasks that do in them what would end the wait.
//!
//! What it can miss: tasks that do it only in executions of which no schedule was kept.

use unknot_sim::{Execution, Program, explore};

use crate::analysis::peers::Wanted;
use crate::model::finding::Origin;
use crate::model::labels::package_path;
use crate::model::schedule::Schedule;
use crate::model::terms::Semantics;
use crate::search::observed::Observed;
use crate::strategy::{Observing, Replay};

/// Schedules that are run for one report.
const MAX_SCHEDULES: usize = 100;

/// A task that does what would end a wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waker {
    /// The task.
    pub(crate) task: String,
    /// Its name, possibly empty.
    pub(crate) name: String,
    /// What it does.
    pub(crate) op: &'static str,
    /// Where.
    pub(crate) file: String,
    /// The line, counted from 1.
    pub(crate) line: u32,
}

/// Several waits, and the tasks that would end each.
struct AskedWaits {
    wanted: Vec<Wanted<Origin>>,
    wakers: Vec<Vec<Waker>>,
}

impl AskedWaits {
    fn look(&mut self, execution: &Execution<'_>) {
        for (step, made) in execution.trace.steps().iter().enumerate() {
            for access in execution.trace.accesses(step) {
                let origin = execution.names.object_origin(access.object);
                for (wanted, wakers) in self.wanted.iter().zip(&mut self.wakers) {
                    if !wanted.is_done_by(made.verb, access, &origin) {
                        continue;
                    }
                    let task = execution.names.task_path(made.task).to_string();
                    if wakers.iter().all(|known| known.task != task) {
                        wakers.push(Waker {
                            task,
                            name: execution.task(made.task).name.to_string(),
                            op: made.verb,
                            file: package_path(made.location.file()).to_owned(),
                            line: made.location.line(),
                        });
                    }
                }
            }
        }
    }
}

/// For each of some waits, the tasks that do what would end it in the executions that
/// a check kept.
pub(crate) fn wakers(
    program: &Program,
    observed: &Observed,
    wanted: Vec<Wanted<Origin>>,
    semantics: Semantics,
) -> Vec<Vec<Waker>> {
    if wanted.is_empty() {
        return vec![];
    }
    let mut asked = AskedWaits { wakers: vec![vec![]; wanted.len()], wanted };
    let outcomes = observed.outcomes.values();
    let kept = outcomes.chain(observed.findings.values()).map(|seen| &seen.witness.schedule);
    let mut schedules: Vec<&Schedule> = kept.collect();
    schedules.sort();
    schedules.dedup();
    for schedule in schedules.into_iter().take(MAX_SCHEDULES) {
        let replay = Replay::new(schedule.clone());
        let observing = Observing::new(replay, asked, AskedWaits::look);
        asked = explore(program, semantics.limits(false), observing).seen;
    }
    for wakers in &mut asked.wakers {
        wakers.sort_by(|a, b| a.task.cmp(&b.task));
    }
    asked.wakers
}
