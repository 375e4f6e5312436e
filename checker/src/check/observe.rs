//! Searches with confirmed findings: run once more, judged and settled.
//!
//! The loops are in [`crate::search`]; here their observations become what may be told.

use unknot_sim::Program;

use super::confirm::confirm_or_again;
use crate::check::confirm;
use crate::model::terms::Budget;
use crate::search::deepen::{Deepened, rounds};
use crate::search::jobs::Jobs;
use crate::search::monitor::{CheckPhase, Monitor};
use crate::search::observed::Observed;
use crate::search::parts::run_row;
use crate::search::run;
use crate::strategy::{Config, Strategy, StrategyRow};

/// Explores a program to the end of the budget, and runs the findings again.
pub fn observe<S: Strategy>(program: &Program, strategy: S, budget: Budget) -> Observed {
    observe_monitored(program, strategy, budget, (CheckPhase::Search, &Monitor::default()))
}

/// Explores a program to the end of the budget, or until it is told to stop.
pub fn observe_monitored<S: Strategy>(
    program: &Program,
    strategy: S,
    budget: Budget,
    (phase, monitor): (CheckPhase, &Monitor),
) -> Observed {
    let mut observed = run(program, strategy, budget, (phase, monitor));
    confirm::confirm(program, &mut observed, budget);
    observed
}

/// Explores a program with a strategy of a row, on several threads where that is
/// possible. The number of threads changes nothing.
#[must_use]
pub fn observe_row(
    program: &Program,
    of: (&StrategyRow, Config),
    budget: Budget,
    monitor: &Monitor,
    jobs: Jobs,
) -> Observed {
    let all = observe_row_if(|_| true, program, of, budget, (monitor, jobs));
    all.expect("everything is of use")
}

/// The same if what was observed is of use. Otherwise nothing of it is run again.
pub(super) fn observe_row_if(
    is_of_use: impl FnOnce(&Observed) -> bool,
    program: &Program,
    of: (&StrategyRow, Config),
    budget: Budget,
    (monitor, jobs): (&Monitor, Jobs),
) -> Option<Observed> {
    let search = |jobs| run_row(program, of, budget, (monitor, jobs));
    let mut observed = search(jobs);
    if !is_of_use(&observed) {
        return None;
    }
    confirm_or_again(program, &mut observed, (budget, jobs), || search(Jobs::MIN));
    Some(observed)
}

/// Explores a program under one bound on preemptions after another, with the strategy
/// that `create` makes for a bound ([`crate::search::deepen`]).
#[must_use]
pub fn deepen(
    program: &Program,
    create: impl Fn(u32) -> Box<dyn Strategy>,
    budget: Budget,
    (monitor, jobs): (&Monitor, Jobs),
) -> Deepened {
    let mut deepened = rounds(program, &create, budget, (monitor, jobs));
    let mut tried = deepened.tried;
    // The findings of all rounds are run again once.
    confirm_or_again(program, &mut deepened.observed, (budget, jobs), || {
        let again = rounds(program, &create, budget, (monitor, Jobs::MIN));
        tried = again.tried;
        again.observed
    });
    Deepened { tried, ..deepened }
}
