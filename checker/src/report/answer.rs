//! Whether a check says what was declared: what its exit code, and the state of a test
//! case, come from.

use super::data::Report;
use crate::check::verdict::Verdict;

/// The answer of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckAnswer {
    /// All is as declared; where nothing is declared, nothing is wrong.
    AsDeclared,
    /// Too little was observed to tell.
    Open,
    /// Something is not as declared.
    Otherwise,
}

impl CheckAnswer {
    fn of(answer: Option<bool>) -> CheckAnswer {
        match answer {
            Some(true) => CheckAnswer::AsDeclared,
            Some(false) => CheckAnswer::Otherwise,
            None => CheckAnswer::Open,
        }
    }
}

impl Report {
    /// Whether it says what was declared.
    #[must_use]
    pub fn answer(&self) -> CheckAnswer {
        let declared = match (self.as_expected, &self.verdict) {
            // Nothing is declared: the verdict is the answer.
            (None, Verdict::Fail { .. }) if self.expected.is_none() => CheckAnswer::Otherwise,
            (None, Verdict::Exhaustive | Verdict::Bounded(_)) if self.expected.is_none() => {
                CheckAnswer::AsDeclared
            }
            (answer, _) => CheckAnswer::of(answer),
        };
        let compared = self.cross_check.as_ref();
        declared.max(compared.map_or(CheckAnswer::AsDeclared, |done| CheckAnswer::of(done.agrees)))
    }
}
