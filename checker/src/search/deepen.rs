//! A search under one bound on preemptions after another: 0, 1, 2 …, until one
//! leaves nothing out.
//!
//! Most faults show with few preemptions, and there are few executions with few
//! preemptions. A bound that leaves nothing out is no bound, so its round is the
//! whole search and counts alone. Where the budget of executions, over all
//! rounds, is spent before, all rounds are counted together.

use unknot_sim::Program;

use crate::model::end::End;
use crate::model::terms::Budget;
use crate::search::jobs::Jobs;
use crate::search::monitor::Monitor;
use crate::search::observed::Observed;
use crate::search::subtrees::{Cut, run_divided};
use crate::strategy::Strategy;

/// The result of all rounds.
#[derive(Clone, Debug)]
pub struct Deepened {
    /// What the search observed; exhausted if the last bound left nothing out.
    pub observed: Observed,
    /// How many bounds were tried.
    pub tried: u32,
}

/// Explores a program under growing bounds, with the strategy that `create`
/// makes for a bound. Ends early at a finding only if the budget says so. Findings
/// are not run again here.
pub(crate) fn rounds(
    program: &Program,
    create: &impl Fn(u32) -> Box<dyn Strategy>,
    budget: Budget,
    monitored: (&Monitor, Jobs),
) -> Deepened {
    let mut all: Option<Observed> = None;
    let mut bound = 0;
    loop {
        let spent = all.as_ref().map_or(0, |all| all.stats.spent());
        let left = Budget { max_executions: budget.max_executions - spent, ..budget };
        let round = run_divided(program, create(bound), left, monitored, Cut::DEFAULT);
        let tried = bound + 1;
        if round.exhausted() && round.left_out() == 0 {
            break Deepened { observed: round, tried };
        }
        let is_through = round.exhausted();
        let mut observed = match all {
            Some(before) => together(before, round),
            None => round,
        };
        if !is_through || observed.stats.spent() >= budget.max_executions {
            if is_through {
                observed.end = End::Executions;
            }
            break Deepened { observed, tried };
        }
        all = Some(observed);
        bound += 1;
    }
}

/// Two rounds as one search, which was under the later bound.
fn together(mut before: Observed, round: Observed) -> Observed {
    let bound = round.bound;
    before.go_on(round);
    Observed { bound, ..before }
}
