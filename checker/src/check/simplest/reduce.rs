//! Simpler schedules that are made from the one that a check observed.
//!
//! A sample leaves tasks all over the place, and most of that has nothing to do
//! with the finding. So preemptions are left out, all of them or all but
//! some, and steps are put in other orders of the same trace class, until
//! nothing gets simpler. Each try is an execution of its own, and counts only
//! if it shows the finding. That takes little and proves nothing: the levels decide
//! what the fewest preemptions are.

use std::collections::BTreeMap;
use std::sync::Arc;

use unknot_sim::{Decision, Ended, Execution, Explorer, Point, Program, explore};

use super::follow::Follower;
use crate::analysis;
use crate::analysis::handed::Handed;
use crate::model::finding::{Fault, Origin};
use crate::model::terms::Budget;
use crate::search::monitor::{CheckPhase, Monitor, Pulse};
use crate::search::observed::{Stats, Witness};
use crate::strategy::Orders;

/// The orders of a class that are tried for each number of preemptions.
const ORDERS: u64 = 200;

/// The executions that one finding may take.
const EACH: u64 = 2_000;

/// What makes a schedule simple.
pub(super) fn simplicity(witness: &Witness) -> (u32, u32) {
    (witness.preemptions, witness.steps)
}

/// The schedules known, and what may still be spent on simpler ones.
pub(super) struct Reduction<'a> {
    program: &'a Program,
    budget: Budget,
    monitor: &'a Monitor,
    /// The gauges that are handed on.
    handed: &'a Handed,
    best: &'a mut BTreeMap<Fault<Origin>, Witness>,
    /// What all tries have spent.
    spent: Stats,
}

impl<'a> Reduction<'a> {
    /// A reduction of schedules, within a budget.
    pub(super) fn new(
        program: &'a Program,
        budget: Budget,
        monitor: &'a Monitor,
        (handed, best): (&'a Handed, &'a mut BTreeMap<Fault<Origin>, Witness>),
    ) -> Reduction<'a> {
        Reduction { program, budget, monitor, handed, best, spent: Stats::default() }
    }

    /// Makes the schedule of each finding that is an error simpler, and says
    /// how much that spent.
    pub(super) fn run(mut self) -> Stats {
        let levels = self.budget.levels;
        let faults = self.best.keys().filter(|fault| levels.is_error(fault.kind));
        for fault in faults.cloned().collect::<Vec<_>>() {
            let most = self.budget.max_executions;
            self.budget.max_executions = most.min(self.spent.spent() + EACH);
            while self.gets_simpler(&fault) {}
            self.budget.max_executions = most;
        }
        self.spent
    }

    /// Whether leaving out and putting in order made it simpler.
    fn gets_simpler(&mut self, fault: &Fault<Origin>) -> bool {
        let before = simplicity(&self.best[fault]);
        while self.leaves_out(fault) {}
        let n_preemptions = self.best[fault].preemptions;
        let _ = (0..n_preemptions).any(|most| {
            let schedule = self.best[fault].schedule.clone();
            self.shows(fault, Orders::new(schedule, most), ORDERS)
        });
        simplicity(&self.best[fault]) < before
    }

    /// Whether one of its preemptions, or more, could be left out.
    fn leaves_out(&mut self, fault: &Fault<Origin>) -> bool {
        let schedule = self.best[fault].schedule.clone();
        let steps = schedule.steps.iter().enumerate();
        let places: Vec<usize> = steps.filter(|(_, s)| s.preempts).map(|(at, _)| at).collect();
        fewer(&places).any(|kept| {
            let mut schedule = schedule.clone();
            let steps = Arc::make_mut(&mut schedule.steps);
            places.iter().for_each(|&at| steps[at].preempts = kept.contains(&at));
            self.shows(fault, Follower::new(&schedule), 1)
        })
    }

    /// Whether an execution shows the finding with a simpler schedule than the one known.
    /// Simpler schedules of other findings are kept too.
    fn shows(
        &mut self,
        fault: &Fault<Origin>,
        explorer: impl Explorer + 'static,
        executions: u64,
    ) -> bool {
        let known = simplicity(&self.best[fault]);
        let max_executions = self.budget.max_executions.min(self.spent.spent() + executions);
        let judge = Judge {
            explorer,
            budget: Budget { max_executions, ..self.budget },
            monitor: self.monitor.clone(),
            spent: self.spent,
            wanted: fault.clone(),
            handed: self.handed.clone(),
            best: std::mem::take(self.best),
            is_shown: false,
        };
        let judge = explore(self.program, self.budget.semantics.limits(false), judge);
        *self.best = judge.best;
        self.spent = judge.spent;
        simplicity(&self.best[fault]) < known
    }
}

/// Sets of preemptions to keep instead of all: none, each alone, and all but
/// halves, quarters and so on down to all but one.
fn fewer(places: &[usize]) -> impl Iterator<Item = Vec<usize>> {
    let n = places.len();
    let none = (n > 0).then(Vec::new);
    let alone = places.iter().filter(move |_| n > 1).map(|&at| vec![at]);
    let sizes = std::iter::successors(Some(n / 2), |size| Some(size / 2));
    let sizes = sizes.take_while(|&size| size > 0);
    let all_but = sizes.flat_map(move |size| {
        (0..n).step_by(size).map(move |from| {
            let rest = places.iter().enumerate();
            let rest = rest.filter(|(nth, _)| !(from..from + size).contains(nth));
            rest.map(|(_, &at)| at).collect()
        })
    });
    none.into_iter().chain(alone).chain(all_but)
}

/// Keeps the simplest schedule of what the executions of an explorer show.
struct Judge<E> {
    explorer: E,
    budget: Budget,
    monitor: Monitor,
    spent: Stats,
    /// The finding at which it ends, once a simpler schedule shows it.
    wanted: Fault<Origin>,
    handed: Handed,
    best: BTreeMap<Fault<Origin>, Witness>,
    is_shown: bool,
}

impl<E: Explorer> Judge<E> {
    fn judge(&mut self, execution: &Execution<'_>) {
        let preemptions = execution.trace.steps().iter().filter(|s| s.preempts).count() as u32;
        let size = (preemptions, execution.trace.len() as u32);
        let faults = analysis::faults(execution, &self.handed);
        for (fault, best) in self.best.iter_mut().filter(|(one, _)| one.is_shown_by(&faults)) {
            if self.budget.levels.is_error(fault.kind) && size < simplicity(best) {
                *best = Witness::of(execution, preemptions);
                self.is_shown |= *fault == self.wanted;
            }
        }
    }
}

impl<E: Explorer> Explorer for Judge<E> {
    fn begin(&mut self) -> bool {
        let Budget { max_executions, max_effort, .. } = self.budget;
        let (executions, steps) = (self.spent.spent(), self.spent.steps);
        if self.is_shown || executions >= max_executions || self.spent.effort >= max_effort {
            return false;
        }
        let pulse =
            Pulse { phase: CheckPhase::Simplest, executions, steps, most: None, strategy: None };
        self.monitor.ask(pulse).is_none() && self.explorer.begin()
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        self.explorer.pick(point)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        self.explorer.choose(point, n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        self.explorer.end(execution);
        self.spent.see(execution);
        match execution.ended {
            Ended::Abandoned => self.spent.blocked += 1,
            _ if execution.is_excluded => self.spent.excluded += 1,
            Ended::Cut => self.spent.cut += 1,
            Ended::Complete | Ended::Stuck => self.spent.executions += 1,
        }
        if execution.ended != Ended::Abandoned && !execution.is_excluded {
            self.judge(execution);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_preemptions_get_smaller() {
        let sets = |places: &[usize]| fewer(places).collect::<Vec<Vec<usize>>>();
        assert_eq!(sets(&[]).len(), 0);
        assert_eq!(sets(&[4]), [Vec::<usize>::new()]);
        assert_eq!(sets(&[4, 7]), [vec![], vec![4], vec![7], vec![7], vec![4]]);
        // A third of three preemptions is one of them.
        assert_eq!(sets(&[1, 2, 3])[4..], [vec![2, 3], vec![1, 3], vec![1, 2]]);
        assert_eq!(sets(&[1, 2, 3, 4])[5..7], [vec![3, 4], vec![1, 2]]);
    }
}
