//! What a passing sample is worth: how likely it is that one more execution shows something new.
//!
//! What was seen in one execution only was new not long ago, and as likely as that is it that
//! the next execution shows something that was never seen: of T executions with Q outcomes
//! and findings that a single one showed, the chance is about Q / T (I. J. Good, "The Population
//! Frequencies of Species and the Estimation of Population Parameters", Biometrika 1953). It
//! is an estimate for executions like these, drawn in the same way. It says nothing about what
//! the sampler never draws, and nothing about behaviours that end alike.

use std::fmt;

use serde::Serialize;

use crate::model::count::grouped;
use crate::search::observed::Observed;

/// How much a sampler has probably not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct UnseenReport {
    /// Outcomes and findings that one execution showed, and no other.
    pub once: u64,
    /// Executions that ended.
    pub executions: u64,
}

impl UnseenReport {
    /// The estimate; `None` if no execution ended.
    pub(crate) fn of(observed: &Observed) -> Option<UnseenReport> {
        let executions = observed.stats.executions;
        let outcomes = observed.outcomes.values().map(|seen| seen.executions);
        let findings = observed.findings.values().map(|seen| seen.executions);
        let once = outcomes.chain(findings).filter(|&executions| executions == 1).count() as u64;
        (executions > 0).then_some(UnseenReport { once, executions })
    }
}

impl fmt::Display for UnseenReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let UnseenReport { once, executions } = *self;
        let noun = if once == 1 { "outcome or finding" } else { "outcomes and findings" };
        let seen = format!("{} {noun} seen in one only", grouped(once));
        match executions.checked_div(once) {
            None => {
                write!(f, "{seen}; expect a new one in fewer than 1 of {}", grouped(executions))
            }
            Some(0 | 1) => write!(f, "{seen}; expect a new one in each"),
            Some(among) => write!(f, "{seen}; expect a new one in about 1 of {}", grouped(among)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::UnseenReport;

    #[test]
    fn chances_are_told_in_words() {
        let rows = [
            (
                0,
                "0 outcomes and findings seen in one only; expect a new one in fewer than 1 of 10,000",
            ),
            (1, "1 outcome or finding seen in one only; expect a new one in about 1 of 10,000"),
            (30, "30 outcomes and findings seen in one only; expect a new one in about 1 of 333"),
            (9_000, "9,000 outcomes and findings seen in one only; expect a new one in each"),
        ];
        for (once, words) in rows {
            assert_eq!(UnseenReport { once, executions: 10_000 }.to_string(), words);
        }
    }
}
