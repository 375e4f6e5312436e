//! The answer of a check, in one of four forms, never a bare "ok".

use std::fmt;

use crate::check::{Budget, Observed};
use crate::finding::{Kind, Levels};
use crate::scenario::{Appears, Expectation};
use crate::strategy::{PreemptionBound, Unit};
use crate::watch::Stop;

/// The verdict on a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing was found, and everything was covered.
    Exhaustive,
    /// Nothing was found in what the bounds left.
    Bounded {
        /// The bound on preemptions, if it left something out.
        preemptions: Option<PreemptionBound>,
        /// Executions that the bound on steps cut.
        cut: u64,
        /// Executions that used up their timeouts in a row.
        timeouts_used_up: u64,
        /// How many they may have.
        max_timeouts: u32,
    },
    /// Something was found.
    Fail {
        /// The kinds, sorted.
        kinds: Vec<Kind>,
    },
    /// Nothing was found, and not everything was looked at.
    Inconclusive {
        /// The executions of the budget, or those made before it was ended.
        executions: u64,
        /// Why it was ended before its budget was spent, if it was.
        ended_by: Option<Stop>,
    },
}

impl Verdict {
    /// Judges what a search saw.
    #[must_use]
    pub fn of(observed: &Observed, budget: Budget) -> Verdict {
        let errors = observed.kinds.keys().copied().filter(|kind| budget.levels.is_error(*kind));
        let kinds: Vec<Kind> = errors.collect();
        if !kinds.is_empty() {
            return Verdict::Fail { kinds };
        }
        if observed.is_whole() {
            Verdict::Exhaustive
        } else if observed.exhausted {
            Verdict::Bounded {
                preemptions: observed.bound.filter(|bound| bound.left_out > 0),
                cut: observed.stats.cut,
                timeouts_used_up: observed.stats.timeouts_used_up,
                max_timeouts: budget.semantics.max_timeouts,
            }
        } else {
            // Where that is allowed it is no failure, but the end all the same.
            let diverged = observed.divergence.as_ref();
            let diverged = diverged.map(|_| Stop("the program is not deterministic".to_owned()));
            let ended_by = observed.ended_by.clone().or(diverged);
            let executions = match ended_by {
                Some(_) => observed.stats.spent(),
                None => budget.max_executions,
            };
            Verdict::Inconclusive { executions, ended_by }
        }
    }

    /// `pass`, `fail` or `inconclusive`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Verdict::Exhaustive | Verdict::Bounded { .. } => "pass",
            Verdict::Fail { .. } => "fail",
            Verdict::Inconclusive { .. } => "inconclusive",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Exhaustive => f.write_str("PASS (exhaustive)"),
            Verdict::Bounded { preemptions, cut, timeouts_used_up, max_timeouts } => {
                let mut bounds = vec![];
                if let Some(PreemptionBound { preemptions, left_out }) = preemptions {
                    let noun = if *preemptions == 1 { "preemption" } else { "preemptions" };
                    let left_out = crate::report::grouped(*left_out);
                    bounds.push(format!("≤{preemptions} {noun}; {left_out} cut"));
                }
                if *timeouts_used_up > 0 {
                    bounds.push(format!(
                        "at most {max_timeouts} timeouts in a row, {timeouts_used_up} used up"
                    ));
                }
                match (*cut, preemptions) {
                    (0, _) => {}
                    (cut, None) => bounds.push(format!("{cut} cut")),
                    // Two counts of two things have to be told apart.
                    (cut, Some(_)) => bounds.push(format!("{cut} executions cut")),
                }
                write!(f, "PASS (bounded: {})", bounds.join("; "))
            }
            Verdict::Fail { kinds } => {
                f.write_str("FAIL")?;
                for (i, kind) in kinds.iter().enumerate() {
                    write!(f, "{} {kind}", if i == 0 { "" } else { "," })?;
                }
                Ok(())
            }
            Verdict::Inconclusive { executions, ended_by } => {
                let executions = crate::report::grouped(*executions);
                match ended_by {
                    Some(Stop(why)) => write!(f, "INCONCLUSIVE ({why}; {executions} executions)"),
                    None => write!(f, "INCONCLUSIVE (budget: {executions} executions)"),
                }
            }
        }
    }
}

/// How what was seen compares with what was declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compared {
    /// Everything declared appeared and nothing else.
    AsDeclared,
    /// Something is otherwise than declared.
    Otherwise(Vec<String>),
    /// Not enough was seen to tell.
    Open(String),
}

/// Compares a search with a declaration. What is no error need not be declared.
///
/// A search that is not whole is as declared only if every declared kind is one
/// that appears sometimes and did, and every declared outcome was seen.
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
    let whole = observed.is_whole()
        || observed.exhausted && expectation.bounded && observed.left_out() == 0;
    for (kind, executions) in &observed.kinds {
        let is_declared = expectation.findings.iter().any(|(declared, _)| declared == kind);
        if !is_declared && levels.is_error(*kind) {
            otherwise.push(format!("{kind} was not declared, {} show it", unit.count(*executions)));
        }
    }
    for (kind, appears) in &expectation.findings {
        let shown = observed.kinds.get(kind).copied().unwrap_or(0);
        if shown == 0 && whole {
            otherwise.push(format!("{kind} was declared and never appears"));
        } else if shown == 0 {
            open.push(format!("{kind} was declared and did not appear yet"));
        } else if *appears == Appears::Always && shown < observed.stats.executions {
            let all = unit.count(observed.stats.executions);
            otherwise
                .push(format!("{kind} was declared for all executions, {shown} of {all} show it"));
        }
    }
    compare_outcomes(observed, expectation, whole, &mut otherwise, &mut open);
    // That all that may happen was seen settles a declaration of what may
    // happen. What always happens, or never, takes everything; and where a
    // clock ended the search another machine would have got further.
    let only_sometimes = !expectation.findings.is_empty()
        && expectation.findings.iter().all(|(_, appears)| *appears == Appears::Sometimes);
    if !whole && (!only_sometimes || observed.ended_by.is_some()) {
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
    use crate::check::Turnout;
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
            if whole {
                otherwise.push(format!("outcome {value} was declared and never appears"));
            } else {
                open.push(format!("outcome {value} was declared and did not appear yet"));
            }
        }
    }
}
