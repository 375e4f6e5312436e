//! Claims of documents, judged by scenarios.
//!
//! A document says that locks make a program right, or that a queue is safe. A claim is
//! such a sentence, what is to be said of it, and the variants that show it. An exhibit
//! names a variant and what the variant declares; a check of the variant compares that with
//! what it finds. So a judgement rests on what was explored.

use std::fmt;

use crate::model::kind::Kind;

/// A sentence of some documents, judged.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// Its number.
    pub number: &'static str,
    /// What the documents say, in one sentence.
    pub says: &'static str,
    /// The documents, and the section where it is in one only.
    pub documents: &'static [&'static str],
    /// What is to be said of it.
    pub judgement: Judgement,
    /// What shows that.
    pub exhibits: &'static [Exhibit],
}

/// Claims about one subject.
#[derive(Clone, Copy, Debug)]
pub struct Topic {
    /// The subject.
    pub name: &'static str,
    /// What the documents say about it.
    pub claims: &'static [Claim],
}

/// What is to be said of a claim, each with the rest of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// It holds, and this is why.
    Holds(&'static str),
    /// It holds only if this is so.
    OnlyIf(&'static str),
    /// It does not hold, and this is why.
    Refuted(&'static str),
}

/// What a variant shows.
#[derive(Clone, Copy, Debug)]
pub struct Exhibit {
    /// The scenario and its variant, as `name/variant`.
    pub scenario: &'static str,
    /// The sizes that are not the usual ones.
    pub sizes: &'static [(&'static str, i64)],
    /// What it shows.
    pub shows: Grounds,
}

/// What is declared of a variant, as far as a claim needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grounds {
    /// No execution has a finding.
    Passes,
    /// Some executions have a finding of this kind.
    Sometimes(Kind),
    /// All executions have a finding of this kind.
    Always(Kind),
    /// All executions that end have this outcome.
    Gives(&'static str),
    /// Some executions have this outcome, and others have another one.
    MayGive(&'static str),
}

impl Judgement {
    /// The judgement without its reason.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Judgement::Holds(_) => "holds",
            Judgement::OnlyIf(_) => "holds only if",
            Judgement::Refuted(_) => "refuted",
        }
    }

    /// The rest of the sentence.
    #[must_use]
    pub fn because(self) -> &'static str {
        match self {
            Judgement::Holds(text) | Judgement::OnlyIf(text) | Judgement::Refuted(text) => text,
        }
    }
}

impl fmt::Display for Judgement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joint = if matches!(self, Judgement::OnlyIf(_)) { "" } else { ":" };
        write!(f, "{}{joint} {}", self.name(), self.because())
    }
}

impl Exhibit {
    const fn new(scenario: &'static str, shows: Grounds) -> Exhibit {
        Exhibit { scenario, sizes: &[], shows }
    }

    /// No execution of this variant has a finding.
    #[must_use]
    pub const fn passes(scenario: &'static str) -> Exhibit {
        Exhibit::new(scenario, Grounds::Passes)
    }

    /// Some executions of this variant have a finding of this kind.
    #[must_use]
    pub const fn sometimes(scenario: &'static str, kind: Kind) -> Exhibit {
        Exhibit::new(scenario, Grounds::Sometimes(kind))
    }

    /// All executions of this variant have a finding of this kind.
    #[must_use]
    pub const fn always(scenario: &'static str, kind: Kind) -> Exhibit {
        Exhibit::new(scenario, Grounds::Always(kind))
    }

    /// All executions of this variant that end have this outcome.
    #[must_use]
    pub const fn gives(scenario: &'static str, outcome: &'static str) -> Exhibit {
        Exhibit::new(scenario, Grounds::Gives(outcome))
    }

    /// Some executions of this variant have this outcome, and others have another one.
    #[must_use]
    pub const fn may_give(scenario: &'static str, outcome: &'static str) -> Exhibit {
        Exhibit::new(scenario, Grounds::MayGive(outcome))
    }

    /// The same for these sizes.
    #[must_use]
    pub const fn with(self, sizes: &'static [(&'static str, i64)]) -> Exhibit {
        Exhibit { sizes, ..self }
    }

    /// The name of the scenario, without that of its variant.
    #[must_use]
    pub fn scenario_name(&self) -> &'static str {
        self.scenario.split_once('/').map_or(self.scenario, |(name, _)| name)
    }
}

impl fmt::Display for Grounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Grounds::Passes => f.write_str("no finding"),
            Grounds::Sometimes(kind) => write!(f, "{kind}"),
            Grounds::Always(kind) => write!(f, "always {kind}"),
            Grounds::Gives(outcome) => write!(f, "gives {outcome}"),
            Grounds::MayGive(outcome) => write!(f, "may give {outcome}"),
        }
    }
}
