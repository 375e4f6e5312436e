//! A check whose search is written down while it is made, or was made by others.
//!
//! Only the search is long. The samples before it and the simplest schedules after it are
//! few executions, which are made again wherever the check goes on: they follow from the
//! program and from what the search observed. So nothing is kept of them.

use unknot_sim::Program;

use super::confirm;
use crate::model::end::End;
use crate::model::kind::Kind;
use crate::model::terms::Budget;
use crate::search::long::units::Merged;
use crate::search::long::{Long, LongState, WayProblem};
use crate::search::monitor::Monitor;
use crate::search::observed::Observed;
use crate::strategy::{Divergence, Strategy};

/// How the search of a check is made.
pub(crate) enum Course<'a> {
    /// In one go.
    AtOnce,
    /// In stretches.
    Long(LongCourse<'a>),
    /// By others.
    Made(&'a MadeCourse),
}

/// A search in stretches.
pub(crate) struct LongCourse<'a> {
    /// Where it begins.
    pub(crate) begin: &'a LongState,
    /// Executions of a stretch.
    pub(crate) every: u64,
    /// Takes how far it is after each.
    pub(crate) save: &'a (dyn Fn(&LongState) + Sync),
}

/// A search that was made in units.
pub(crate) struct MadeCourse {
    pub(crate) merged: Merged,
    /// How many units there are.
    pub(crate) of: u64,
}

impl Course<'_> {
    /// What a check observed that may be through with its first executions.
    pub(super) fn whole(&self, head: Observed, explore: impl FnOnce() -> Observed) -> Observed {
        match self {
            Course::AtOnce => head,
            Course::Long(_) => {
                let goes_on = self.goes_on_after(&head);
                // Otherwise the same is observed again, and written down.
                let explored = explore();
                if goes_on { explored } else { head }
            }
            // The units are what is reported, and one of them may not be finished.
            Course::Made(_) if is_sound(&head) => explore(),
            Course::Made(_) => head,
        }
    }

    /// Whether executions that were made before are told, though what comes before the search
    /// was stopped.
    pub(super) fn goes_on_after(&self, before: &Observed) -> bool {
        let Course::Long(course) = self else { return false };
        matches!(before.end, End::Stopped(_)) && course.begin.spent() > 0
    }
}

/// Whether nothing came in the way of the first executions.
fn is_sound(head: &Observed) -> bool {
    let is_fickle = head.findings.keys().any(|fault| fault.kind == Kind::Nondeterminism);
    let is_broken = matches!(head.end, End::Stopped(_) | End::Nondeterminism | End::Refused(_));
    !is_fickle && !is_broken
}

impl LongCourse<'_> {
    /// Goes on with the search. That its place exists was found out before.
    pub(super) fn observe(
        &self,
        (program, budget): (&Program, Budget),
        monitor: &Monitor,
        create: &dyn Fn() -> Box<dyn Strategy>,
    ) -> Observed {
        let long = Long { program, create, budget, monitor, every: self.every };
        let mut standing = self.begin.clone();
        let gone = long.go_on(&mut standing, self.save);
        let seen = standing.seen.unwrap_or_else(|| Observed::nothing(End::Executions));
        let mut observed = match gone {
            Ok(()) => seen,
            Err(WayProblem::Differs(message)) => {
                // The program came there a moment ago.
                let divergence = Some(Divergence { step: 0, message });
                Observed { end: End::Nondeterminism, divergence, ..seen }
            }
            Err(WayProblem::Refused(why)) => Observed { end: End::Refused(why), ..seen },
            Err(WayProblem::Nowhere(problem)) => {
                unreachable!("the place was found out before to be there: {problem}")
            }
        };
        confirm::confirm(program, &mut observed, budget);
        observed
    }
}

impl MadeCourse {
    /// What the units observed, run once more and settled as the search of one process is.
    pub(super) fn confirmed(&self, program: &Program, budget: Budget) -> Observed {
        let MadeCourse { merged: Merged { seen, unfinished }, of } = self;
        let mut observed = seen.clone();
        if !unfinished.is_empty() {
            let is_spent = *of == 1 && seen.stats.spent() >= budget.max_executions;
            let unfinished = unfinished.len() as u64;
            observed.end =
                if is_spent { End::Executions } else { End::Units { unfinished, of: *of } };
        }
        confirm::confirm(program, &mut observed, budget);
        observed
    }
}
