//! The levels: all executions with at most 0, 1, 2 … preemptions.
//!
//! The reduced search goes through a level under a bound
//! ([`crate::strategy::Bounded`]). It runs a schedule of each trace class that
//! has one within the bound. All executions of a class show the same in the
//! same number of steps. So the first level that shows a finding gives the fewest
//! preemptions, and the shortest execution of that level that shows it gives the fewest
//! steps. That each class is run is tested against the plain search, on
//! generated programs, and so are the schedules found here; it is not proved on
//! paper.

use std::collections::BTreeMap;

use unknot_sim::Program;

use super::reduce::simplicity;
use crate::analysis::handed::Handed;
use crate::model::finding::{Fault, Origin};
use crate::model::terms::Budget;
use crate::search::jobs::Jobs;
use crate::search::monitor::{CheckPhase, Monitor, Pulse};
use crate::search::observed::{Seen, Stats, Witness};
use crate::search::standstill;
use crate::search::subtrees::{Cut, run_divided};
use crate::strategy::Bounded;

/// One level after the other.
pub(super) struct LevelSearch<'a> {
    program: &'a Program,
    /// The budget of all levels together.
    budget: Budget,
    monitored: (Monitor, Jobs),
    /// The most preemptions of an execution.
    level: u32,
    /// The gauges that are handed on.
    handed: &'a Handed,
    best: BTreeMap<Fault<Origin>, Witness>,
    /// How much of it was spent so far.
    spent: Stats,
    /// Whether nothing was cut in this level and the levels below it.
    is_whole: bool,
    proved: u32,
}

impl<'a> LevelSearch<'a> {
    /// Begins with the first level, the schedules known, and what was spent on them.
    pub(super) fn new(
        program: &'a Program,
        budget: Budget,
        monitored: (Monitor, Jobs),
        (handed, best): (&'a Handed, BTreeMap<Fault<Origin>, Witness>),
        spent: Stats,
    ) -> LevelSearch<'a> {
        LevelSearch {
            program,
            budget,
            monitored,
            level: 0,
            handed,
            best,
            spent,
            is_whole: true,
            proved: 0,
        }
    }

    /// Schedules with fewer preemptions than this show only what is known.
    pub(super) fn proved(&self) -> u32 {
        self.proved
    }

    /// The simplest schedules known.
    pub(super) fn into_best(self) -> BTreeMap<Fault<Origin>, Witness> {
        self.best
    }

    /// Whether a schedule of this level may be simpler than the ones known. A note is
    /// told with the schedule that the check observed.
    pub(super) fn is_on(&self) -> bool {
        let mut errors = self.best.iter().filter(|(id, _)| self.budget.levels.is_error(id.kind));
        errors.any(|(_, witness)| witness.preemptions >= self.level)
    }

    /// Goes through a level and on to the next one. False if the effort does not
    /// suffice for it.
    pub(super) fn is_through(&mut self) -> bool {
        let (ref monitor, jobs) = self.monitored;
        let spent = self.spent;
        let budget = Budget {
            max_executions: self.budget.max_executions.saturating_sub(spent.spent()),
            max_effort: self.budget.max_effort.saturating_sub(spent.effort),
            ..self.budget
        };
        let monitor = monitor.clone();
        let monitor = Monitor::new(move |pulse| {
            monitor.ask(Pulse {
                phase: CheckPhase::Simplest,
                executions: spent.spent() + pulse.executions,
                steps: spent.steps + pulse.steps,
                // How many levels there will be is not known.
                most: None,
                strategy: None,
            })
        });
        let search = Box::new(Bounded::new(self.level));
        let seen = run_divided(self.program, search, budget, (&monitor, jobs), Cut::DEFAULT);
        self.spent.absorb(seen.stats);
        let Stats { blocked, timeouts_used_up, .. } = seen.stats;
        self.is_whole &= (blocked, seen.stats.all_cut(), timeouts_used_up) == (0, 0, 0);
        let is_through = seen.exhausted();
        for (fault, Seen { witness, .. }) in seen.findings {
            self.improve(&[fault], &witness);
        }
        for (waits, Seen { witness, .. }) in seen.stuck {
            let reasons: Vec<_> = standstill::reasons(waits, self.handed).into_iter().collect();
            self.improve(&reasons, &witness);
        }
        if is_through {
            self.level += 1;
            self.proved = if self.is_whole { self.level } else { self.proved };
        }
        is_through
    }

    /// Keeps a witness for the findings that it shows, where it is simpler.
    fn improve(&mut self, shown: &[Fault<Origin>], witness: &Witness) {
        let known = self.best.iter_mut().filter(|(known, _)| known.is_shown_by(shown));
        for (known, best) in known {
            if self.budget.levels.is_error(known.kind) && simplicity(witness) < simplicity(best) {
                *best = witness.clone();
            }
        }
    }
}
