//! The answer of a check, in one of four forms, never a bare "ok".
//!
//! A pass has to be earned. It is exhaustive, or bounded by bounds that were asked
//! for ([`AskedBounds`]) within which some execution ended. A cut by a default bound, or
//! a search that ended early, leaves the answer open.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::model::count::grouped;
use crate::model::end::End;
use crate::model::kind::{Kind, Levels};
use crate::model::scenario::{Appears, Expectation};
use crate::model::terms::{AskedBounds, Budget};
use crate::search::observed::Observed;
use crate::strategy::{PreemptionBound, Unit};

/// The verdict on a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing was found, and everything was covered.
    Exhaustive,
    /// Nothing was found within bounds that were asked for.
    Bounded(LeftOut),
    /// Something was found.
    Fail {
        /// The kinds, sorted.
        kinds: Vec<Kind>,
    },
    /// Nothing was found, and not everything was explored.
    Inconclusive(Open),
}

/// What bounds left out of a search that ended for no other reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The bound on preemptions, if it left something out.
    pub preemptions: Option<PreemptionBound>,
    /// Executions that the bound on steps cut.
    pub cut: u64,
    /// The bound on steps of an execution.
    pub max_steps: usize,
    /// Executions in which a task used up its timeouts in a row.
    pub timeouts_used_up: u64,
    /// How many timeouts in a row a task may have.
    pub max_timeouts: u32,
    /// Kinds of error that other executions may show than those that were made.
    pub unanswered: Vec<Kind>,
    /// Executions that ended by themselves.
    pub ended: u64,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Open {
    /// The search ended before it had covered everything.
    Ended {
        /// Why.
        end: End,
        /// Executions that were made.
        made: u64,
        /// Executions of the budget.
        budget: u64,
    },
    /// A bound that was not asked for left something out.
    NotAskedFor(LeftOut),
    /// No execution ended within the bounds.
    NothingEnded(LeftOut),
    /// The strategy does not take the program, and why.
    NotTaken(String),
    /// Every execution that ended was excluded by an assumption.
    AllExcluded(u64),
}

impl Verdict {
    /// Judges the observations of a search.
    #[must_use]
    pub fn of(observed: &Observed, budget: Budget) -> Verdict {
        if let Some(why) = &observed.refusal {
            return Verdict::Inconclusive(Open::NotTaken(why.clone()));
        }
        let errors = observed.kinds.keys().copied().filter(|kind| budget.levels.is_error(*kind));
        let kinds: Vec<Kind> = errors.collect();
        if !kinds.is_empty() {
            return Verdict::Fail { kinds };
        }
        if observed.exhausted() && observed.stats.is_all_excluded() {
            return Verdict::Inconclusive(Open::AllExcluded(observed.stats.excluded));
        }
        if observed.is_whole() {
            return Verdict::Exhaustive;
        }
        if !observed.exhausted() {
            let (end, made) = (observed.end, observed.stats.spent());
            let budget = budget.max_executions;
            return Verdict::Inconclusive(Open::Ended { end, made, budget });
        }
        let left_out = LeftOut::of(observed, budget);
        let AskedBounds { steps, timeouts, no_end } = budget.asked;
        let is_asked_for = (left_out.cut == 0 || steps || no_end)
            && (left_out.timeouts_used_up == 0 || timeouts || no_end);
        if !is_asked_for {
            Verdict::Inconclusive(Open::NotAskedFor(left_out))
        } else if left_out.ended == 0 && !no_end {
            Verdict::Inconclusive(Open::NothingEnded(left_out))
        } else {
            Verdict::Bounded(left_out)
        }
    }

    /// `pass`, `fail` or `inconclusive`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Verdict::Exhaustive | Verdict::Bounded(_) => "pass",
            Verdict::Fail { .. } => "fail",
            Verdict::Inconclusive(_) => "inconclusive",
        }
    }
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl LeftOut {
    fn of(observed: &Observed, budget: Budget) -> LeftOut {
        let stats = observed.stats;
        LeftOut {
            preemptions: observed.bound.filter(|bound| bound.left_out > 0),
            cut: stats.all_cut(),
            max_steps: budget.semantics.max_steps,
            timeouts_used_up: stats.timeouts_used_up,
            max_timeouts: budget.semantics.max_timeouts,
            unanswered: observed.unanswered.clone(),
            ended: stats.executions,
        }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LeftOut { preemptions, cut, max_steps, timeouts_used_up, max_timeouts, .. } = self;
        let mut bounds = vec![];
        if let Some(PreemptionBound { preemptions, left_out }) = preemptions {
            let noun = if *preemptions == 1 { "preemption" } else { "preemptions" };
            bounds.push(format!("≤{preemptions} {noun}; {} cut", grouped(*left_out)));
        }
        if *timeouts_used_up > 0 {
            let used_up = grouped(*timeouts_used_up);
            bounds.push(format!("at most {max_timeouts} timeouts in a row, {used_up} used up"));
        }
        if *cut > 0 {
            let all = if self.ended == 0 { "all " } else { "" };
            let (cut, steps) = (grouped(*cut), grouped(*max_steps as u64));
            bounds.push(format!("{all}{cut} cut after {steps} steps"));
        }
        if !self.unanswered.is_empty() {
            let kinds: Vec<&str> = self.unanswered.iter().map(|kind| kind.name()).collect();
            let kinds = kinds.join(", ");
            bounds.push(format!("one execution of each reads-from class; others may show {kinds}"));
        }
        f.write_str(&bounds.join("; "))
    }
}

impl fmt::Display for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Open::Ended { end, made, budget } => f.write_str(&end.reason(*made, *budget)),
            Open::NotTaken(why) => f.write_str(why),
            Open::NotAskedFor(left_out) => write!(f, "not everything was explored: {left_out}"),
            Open::NothingEnded(left_out) => write!(f, "no execution ended: {left_out}"),
            Open::AllExcluded(n) => {
                write!(f, "nothing was checked: assumptions exclude all {} executions", grouped(*n))
            }
        }
    }
}

impl Verdict {
    /// Whether something is wrong.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        matches!(self, Verdict::Fail { .. })
    }

    /// The word that a person reads first.
    #[must_use]
    pub fn headword(&self) -> &'static str {
        match self {
            Verdict::Exhaustive | Verdict::Bounded(_) => "PASS",
            Verdict::Fail { .. } => "FAIL",
            Verdict::Inconclusive(_) => "INCONCLUSIVE",
        }
    }

    /// What comes after that word.
    #[must_use]
    pub fn details(&self) -> String {
        match self {
            Verdict::Exhaustive => "(exhaustive)".to_owned(),
            Verdict::Bounded(left_out) => format!("(bounded: {left_out})"),
            Verdict::Fail { kinds } => {
                let kinds: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
                kinds.join(", ")
            }
            Verdict::Inconclusive(open) => format!("({open})"),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.headword(), self.details())
    }
}

/// How the observations compare with what was declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compared {
    /// Everything declared appeared and nothing else.
    AsDeclared,
    /// Something is not as declared.
    Otherwise(Vec<String>),
    /// Too little was observed to tell.
    Open(String),
}

/// Compares a search with a declaration. Notes need not be declared.
///
/// A search that is not whole is as declared only if every declared kind is one
/// that appears sometimes and did, and every declared outcome was observed. Where findings
/// were predicted from one execution, declared outcomes need not be observed.
#[must_use]
pub fn compare(
    observed: &Observed,
    expectation: &Expectation,
    levels: Levels,
    unit: Unit,
) -> Compared {
    let mut otherwise = vec![];
    let mut open = vec![];
    // A program without an end is declared with the bound that cuts it, which
    // is never one on preemptions.
    let is_told_of_ends = expectation.endless || observed.stats.executions > 0;
    let whole = observed.is_whole()
        || observed.exhausted()
            && expectation.bounded
            && is_told_of_ends
            && observed.left_out() == 0;
    let all = observed.stats.executions + observed.stats.cut;
    for (kind, executions) in &observed.kinds {
        let is_declared = expectation.findings.iter().any(|(declared, _)| declared == kind);
        if !is_declared && levels.is_error(*kind) {
            let verb = if *executions == 1 { "shows" } else { "show" };
            let count = match observed.stats.cut {
                0 => unit.count(*executions),
                _ => format!("{} of the executions", grouped(*executions)),
            };
            otherwise.push(format!("{kind} was not declared, {count} {verb} it"));
        }
    }
    for (kind, appears) in &expectation.findings {
        // What only samples before the search have shown is there with a count of 0.
        let (is_shown, shown) = observed.kinds.get(kind).map_or((false, 0), |&n| (true, n));
        if !is_shown && whole {
            otherwise.push(format!("{kind} was declared and never appears"));
        } else if !is_shown {
            open.push(format!("{kind} was declared and did not appear yet"));
        } else if *appears == Appears::Always && shown < all {
            // Findings before an execution is cut count as well.
            let all = match observed.stats.cut {
                0 => unit.count(all),
                _ => format!("{} executions", grouped(all)),
            };
            otherwise
                .push(format!("{kind} was declared for all executions, {shown} of {all} show it"));
        }
    }
    compare_outcomes(observed, expectation, whole, &mut otherwise, &mut open);
    if observed.stats.is_all_excluded() {
        open.push("assumptions exclude every execution".to_owned());
    }
    // To observe everything that may happen settles a declaration of what may
    // happen. What always happens, or never, takes all executions. And where a
    // clock ended the search, another computer would have got further.
    let only_sometimes = !expectation.findings.is_empty()
        && expectation.findings.iter().all(|(_, appears)| *appears == Appears::Sometimes);
    if !whole && (!only_sometimes || observed.end.is_from_outside()) {
        open.push("not everything was explored".to_owned());
    }
    match (otherwise.is_empty(), open.into_iter().next()) {
        (false, _) => Compared::Otherwise(otherwise),
        (true, Some(reason)) => Compared::Open(reason),
        (true, None) => Compared::AsDeclared,
    }
}

fn compare_outcomes(
    observed: &Observed,
    expectation: &Expectation,
    whole: bool,
    otherwise: &mut Vec<String>,
    open: &mut Vec<String>,
) {
    use crate::search::observed::Turnout;
    let Some(declared) = &expectation.outcomes else { return };
    for turnout in observed.outcomes.keys() {
        if let Turnout::Complete(value) = turnout
            && !declared.contains(value)
        {
            otherwise.push(format!("outcome {value} was not declared"));
        }
    }
    for value in declared {
        if !observed.outcomes.contains_key(&Turnout::Complete(value.clone())) {
            if matches!(observed.end, End::Predicted(_)) {
                // Outcomes are not what was predicted.
            } else if whole {
                otherwise.push(format!("outcome {value} was declared and never appears"));
            } else {
                open.push(format!("outcome {value} was declared and did not appear yet"));
            }
        }
    }
}
