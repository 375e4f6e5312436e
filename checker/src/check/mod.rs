//! One check, end to end.
//!
//! A search goes through executions. Its observations are run once more and settled
//! (`observe.rs`). Then each finding gets its simplest schedule ([`simplest`]), a plain
//! search may be made beside ([`cross_check`]), each finding is run with everything
//! recorded ([`findings`]), and the verdict is given ([`verdict`]). The command line and
//! the library both call `check`.

mod confirm;
#[doc(hidden)]
pub mod cross_check;
pub(crate) mod explain;
#[doc(hidden)]
pub mod findings;
pub(crate) mod long;
mod observe;
#[doc(hidden)]
pub mod play;
pub(crate) mod predict;
#[doc(hidden)]
pub mod simplest;
pub(crate) mod stage;
pub mod verdict;

use std::collections::BTreeMap;

use unknot_sim::Program;

use crate::model::end::End;
use crate::model::finding::{Fault, Origin};
use crate::model::kind::Kind;
use crate::model::terms::Budget;
use crate::search::deepen::Deepened;
use crate::search::jobs::Jobs;
use crate::search::monitor::Monitor;
use crate::search::observed::Observed;
use crate::strategy::{Config, StrategyRow};
use cross_check::CrossCheck;
use findings::Told;
use long::Course;
use predict::Predicting;
use predict::judged::Predicted;
use simplest::{Effort, Simplest};
use stage::{Beginning, DirectedStage};
use verdict::Verdict;

#[doc(hidden)]
pub use observe::{deepen, observe, observe_monitored, observe_row};

/// A bound on the preemptions of an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preemptions {
    /// At most this many.
    AtMost(u32),
    /// One bound after another, until one leaves nothing out.
    Auto,
}

/// What is to be checked, and how.
pub(crate) struct Request<'a> {
    pub(crate) program: &'a Program,
    pub(crate) strategy: &'a StrategyRow,
    /// The seed, for a strategy that has one.
    pub(crate) seed: Option<u64>,
    pub(crate) preemptions: Option<Preemptions>,
    pub(crate) budget: Budget,
    /// Whether some samples come before the search: nothing says how to explore.
    pub(crate) directs: bool,
    /// Whether one execution is made in place of a search, and what it lets expect.
    pub(crate) predicts: bool,
    /// Whether the plain search is to be made beside.
    pub(crate) cross_check: bool,
    /// Asked between executions, and told what is found.
    pub(crate) monitor: &'a Monitor,
    /// Threads, which change nothing but the time that the check takes.
    pub(crate) jobs: Jobs,
    /// How the search is made.
    pub(crate) course: Course<'a>,
}

/// The result of a check.
pub(crate) struct CheckResult {
    pub(crate) observed: Observed,
    /// How many bounds on preemptions were tried, where one was tried after another.
    pub(crate) tried: Option<u32>,
    /// What came before the search, if something did.
    pub(crate) directed: Option<DirectedStage>,
    /// Whether nothing came after that.
    pub(crate) is_all_directed: bool,
    pub(crate) cross_check: Option<CrossCheck>,
    /// What was predicted from one execution, if that was asked for.
    pub(crate) predicted: Option<Predicted>,
    /// The findings, sorted, each with its simplest schedule run again.
    pub(crate) findings: Vec<Told>,
    pub(crate) verdict: Verdict,
}

/// Checks a program.
pub(crate) fn check(request: &Request<'_>) -> CheckResult {
    if request.predicts {
        return predict(request);
    }
    let Request { program, strategy, seed, budget, monitor, jobs, .. } = *request;
    let watched = (monitor, jobs);
    let Beginning { stage, whole } = match request.directs {
        true => stage::begin(program, (strategy, seed.unwrap_or_default()), budget, watched),
        false => Beginning::default(),
    };
    let (directed, staged) = stage.unzip();
    let ends_here =
        |staged: &Observed| stage::is_end(staged, budget) && !request.course.goes_on_after(staged);
    let (is_all_directed, (observed, tried)) = match (staged, whole) {
        (Some(staged), None) if ends_here(&staged) => {
            if let (End::Stopped(_), Course::Long(_)) = (staged.end, &request.course) {
                // That nothing was made of the search yet is written down.
                let _ = explore(request);
            }
            (true, (staged, None))
        }
        (staged, whole) => {
            let (mut observed, tried) = match whole {
                Some(head) => (request.course.whole(head, || explore(request).0), None),
                None => explore(request),
            };
            staged.into_iter().for_each(|staged| stage::add(staged, &mut observed));
            (false, (observed, tried))
        }
    };
    let effort = Effort { monitor: monitor.clone(), jobs, ..Effort::default() };
    let simplest = simplest::find(program, &observed, budget, effort);
    let beside = || cross_check::run(program, strategy, &observed, budget, monitor);
    let cross_check = request.cross_check.then(beside);
    CheckResult {
        tried,
        directed,
        is_all_directed,
        cross_check,
        ..CheckResult::of(program, observed, &simplest, budget)
    }
}

/// Makes one execution, and what it lets expect.
fn predict(request: &Request<'_>) -> CheckResult {
    let Request { program, strategy, seed, budget, monitor, jobs, .. } = *request;
    let predicting = Predicting { program, strategy, seed, budget, monitor, jobs };
    let (observed, predicted) = predict::observe(&predicting);
    let effort = Effort { max_executions: predict::MOST_SIMPLER, monitor: monitor.clone(), jobs };
    let simplest = simplest::find(program, &observed, budget, effort);
    let answer = CheckResult::of(program, observed, &simplest, budget);
    CheckResult { predicted: Some(predicted), ..answer }
}

/// Explores, under one bound on preemptions, or several, or none.
fn explore(request: &Request<'_>) -> (Observed, Option<u32>) {
    let Request { program, strategy, seed, budget, monitor, jobs, .. } = *request;
    let config =
        |preemptions| Config { seed: seed.unwrap_or_default(), preemptions, ..Config::default() };
    let bound = match request.preemptions {
        Some(Preemptions::Auto) => {
            let create = |bound| (strategy.create)(config(Some(bound)));
            let Deepened { observed, tried } = deepen(program, create, budget, (monitor, jobs));
            return (observed, Some(tried));
        }
        Some(Preemptions::AtMost(most)) => Some(most),
        None => None,
    };
    match &request.course {
        Course::AtOnce => {}
        Course::Long(course) => {
            let config = config(bound);
            let create = || (strategy.create)(config);
            return (course.observe((program, budget), monitor, &create), None);
        }
        Course::Made(merged) => return (merged.confirmed(program, budget), None),
    }
    (observe_row(program, (strategy, config(bound)), budget, monitor, jobs), None)
}

impl CheckResult {
    /// The answer that the observations give. Findings get the simplest schedules that are
    /// known besides the observed ones.
    pub(crate) fn of(
        program: &Program,
        mut observed: Observed,
        simplest: &BTreeMap<Fault<Origin>, Simplest>,
        budget: Budget,
    ) -> CheckResult {
        let findings = findings::tell(program, &observed, simplest, budget);
        if findings.iter().any(|told| told.kind() == Kind::Nondeterminism) {
            // The observations of a program that is not deterministic are not everything.
            observed.end = End::Nondeterminism;
            observed.kinds.entry(Kind::Nondeterminism).or_insert(1);
        }
        let verdict = Verdict::of(&observed, budget);
        CheckResult {
            observed,
            tried: None,
            directed: None,
            is_all_directed: false,
            cross_check: None,
            predicted: None,
            findings,
            verdict,
        }
    }
}
