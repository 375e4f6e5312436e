//! Scenarios: small programs with parameters and with what they should show.
//!
//! A scenario has variants, the broken ones first. What a variant declares is
//! a function of its parameters. It says which kinds of finding must appear,
//! and no others, and exactly which outcomes where that is known.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use unknot_sim::{Exception, Program, StackSize, TimeMode, Value};

use crate::model::kind::Kind;
use crate::model::terms::Semantics;

/// A size of a scenario.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Its key on the command line.
    pub name: &'static str,
    /// What it means.
    pub about: &'static str,
    /// What it is unless given.
    pub default: i64,
    /// The smallest value that makes sense.
    pub min: i64,
    /// The largest value that makes sense.
    pub max: i64,
}

/// The parameters of one check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(BTreeMap<&'static str, i64>);

impl Params {
    /// The parameters of a program that has none.
    pub const NONE: Params = Params(BTreeMap::new());

    /// A parameter as a size.
    ///
    /// # Panics
    /// If the scenario does not declare it: that is a mistake in the scenario.
    #[must_use]
    pub fn size(&self, name: &str) -> usize {
        usize::try_from(self.int(name)).expect("the least value of a size is not negative")
    }

    /// A parameter as a number.
    ///
    /// # Panics
    /// If the scenario does not declare it: that is a mistake in the scenario.
    #[must_use]
    pub fn int(&self, name: &str) -> i64 {
        *self.0.get(name).expect("a scenario asks only for parameters that it declares")
    }

    /// All parameters, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, i64)> {
        self.0.iter().map(|(&name, &value)| (name, value))
    }
}

impl fmt::Display for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (name, value)) in self.iter().enumerate() {
            write!(f, "{}{name}={value}", if i == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

/// How often a declared finding must appear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appears {
    /// In at least one execution.
    Sometimes,
    /// In every execution.
    Always,
}

/// What a variant should show.
#[derive(Clone, Debug, Default)]
pub struct Expectation {
    /// The kinds that must appear, and no others.
    pub findings: Vec<(Kind, Appears)>,
    /// Exactly the outcomes of complete executions, where that is known.
    pub outcomes: Option<BTreeSet<Value>>,
    /// Whether these sizes are meant to be exhausted. Beyond them a check
    /// samples unless it is told how to explore.
    pub exhausts: bool,
    /// Whether executions may be cut by a bound: the program has no end, or
    /// may time out for ever.
    pub bounded: bool,
    /// Whether no execution ends by itself.
    pub endless: bool,
}

impl Expectation {
    /// No finding, and sizes that can be exhausted.
    #[must_use]
    pub fn pass() -> Expectation {
        Expectation { exhausts: true, ..Expectation::default() }
    }

    /// A finding that must appear in some execution.
    #[must_use]
    pub fn sometimes(mut self, kind: Kind) -> Expectation {
        self.findings.push((kind, Appears::Sometimes));
        self
    }

    /// A finding that must appear in every execution.
    #[must_use]
    pub fn always(mut self, kind: Kind) -> Expectation {
        self.findings.push((kind, Appears::Always));
        self
    }

    /// Exactly these outcomes.
    #[must_use]
    pub fn outcomes<V: Into<Value>>(
        mut self,
        outcomes: impl IntoIterator<Item = V>,
    ) -> Expectation {
        self.outcomes = Some(outcomes.into_iter().map(Into::into).collect());
        self
    }

    /// Executions may be cut by a bound.
    #[must_use]
    pub fn bounded(mut self) -> Expectation {
        self.bounded = true;
        self
    }

    /// The program has no end by design: every execution is cut, so there is no
    /// outcome.
    #[must_use]
    pub fn endless(mut self) -> Expectation {
        self.endless = true;
        self.bounded().outcomes::<Value>([])
    }

    /// Exhausts only if `yes`.
    #[must_use]
    pub fn exhausts_if(mut self, yes: bool) -> Expectation {
        self.exhausts = yes;
        self
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.findings.is_empty() {
            return f.write_str("no finding");
        }
        for (i, (kind, appears)) in self.findings.iter().enumerate() {
            let prefix = if *appears == Appears::Always { "always " } else { "" };
            write!(f, "{}{prefix}{kind}", if i == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

/// The body of a variant: the main task.
pub type Body = fn(&Params) -> Result<Value, Exception>;

/// One form of a scenario.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// Named for what it does.
    pub name: &'static str,
    /// One line of what it does.
    pub about: &'static str,
    /// The program.
    pub body: Body,
    /// What it should show in its own time mode.
    pub expect: fn(&Params) -> Expectation,
    /// Whether durations count, unless a check says otherwise.
    pub time: TimeMode,
    /// Steps after which an execution is cut, unless a check says otherwise:
    /// a program without an end names its own.
    pub max_steps: usize,
    /// Bytes of stack of each task, unless a check says otherwise.
    pub stack: StackSize,
}

/// A small program in several forms.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// Its name.
    pub name: &'static str,
    /// The family it belongs to.
    pub family: &'static str,
    /// One line of story.
    pub about: &'static str,
    /// The examples and claims that it covers.
    pub covers: &'static [&'static str],
    /// Its sizes.
    pub params: &'static [Param],
    /// Its forms, the broken ones first.
    pub variants: &'static [Variant],
    /// The files that its steps stand in, for reports: see [`crate::source!`].
    pub source: &'static [Source],
}

/// The source files of which reports quote lines for a scenario, named as
/// `include_str!` names them.
///
/// ```
/// use unknot_checker::{Source, source};
///
/// const SOURCE: &[Source] = source!("scenario.rs", "finding.rs");
/// assert!(SOURCE[1].text.starts_with("//!"));
/// ```
#[macro_export]
macro_rules! source {
    ($($file:literal),+ $(,)?) => {
        &[$($crate::model::scenario::Source {
            file: concat!(file!(), "/../", $file),
            text: include_str!($file),
        }),+]
    };
}

/// A source file that a report may quote.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// As `file!()` gives it; it may go up by `..`.
    pub file: &'static str,
    /// As `include_str!` gives it.
    pub text: &'static str,
}

impl Scenario {
    /// The default parameters with some replaced.
    ///
    /// # Errors
    /// A message that says which key or value is wrong, and what exists.
    pub fn params(&self, given: &[(String, String)]) -> Result<Params, String> {
        let mut params = Params(self.params.iter().map(|p| (p.name, p.default)).collect());
        for (key, value) in given {
            if given.iter().filter(|(other, _)| other == key).count() > 1 {
                return Err(format!("the parameter '{key}' is given more than once"));
            }
            let Some(param) = self.params.iter().find(|p| p.name == key) else {
                let known: Vec<&str> = self.params.iter().map(|p| p.name).collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                return Err(format!("{} has no parameter '{key}'; it has: {known}", self.name));
            };
            let number = value.parse::<i64>().ok().filter(|n| (param.min..=param.max).contains(n));
            let Some(number) = number else {
                return Err(format!(
                    "'{value}' is no value for {key} of {}: a whole number from {} to {} ({})",
                    self.name, param.min, param.max, param.about
                ));
            };
            params.0.insert(param.name, number);
        }
        Ok(params)
    }
}

impl Variant {
    /// A form in which durations do not count and executions end.
    #[must_use]
    pub const fn new(
        name: &'static str,
        about: &'static str,
        body: Body,
        expect: fn(&Params) -> Expectation,
    ) -> Variant {
        let Semantics { time, max_steps, stack, .. } = Semantics::DEFAULT;
        Variant { name, about, body, expect, time, max_steps, stack }
    }

    /// The same, but durations count.
    #[must_use]
    pub const fn in_virtual_time(self) -> Variant {
        Variant { time: TimeMode::Virtual, ..self }
    }

    /// The same, but an execution is cut after `max_steps` steps.
    #[must_use]
    pub const fn cut_after(self, max_steps: usize) -> Variant {
        Variant { max_steps, ..self }
    }

    /// The same, with `bytes` bytes of stack for each task.
    ///
    /// # Panics
    /// If that is less than [`StackSize::LEAST`] or more than [`StackSize::MOST`].
    #[must_use]
    pub const fn with_stack(self, bytes: usize) -> Variant {
        Variant { stack: StackSize::new(bytes), ..self }
    }

    /// What one execution means unless a check says otherwise.
    #[must_use]
    pub fn semantics(&self) -> Semantics {
        let Variant { time, max_steps, stack, .. } = *self;
        Semantics { time, max_steps, stack, ..Semantics::DEFAULT }
    }

    /// What it should show in a time mode. A declaration is about the mode that the
    /// variant names: in the other mode less, or more, can happen.
    #[must_use]
    pub fn expectation(&self, params: &Params, time: TimeMode) -> Option<Expectation> {
        (time == self.time).then(|| (self.expect)(params))
    }

    /// The program for some parameters.
    #[must_use]
    pub fn program(&self, params: &Params) -> Program {
        let (body, params) = (self.body, params.clone());
        Arc::new(move || body(&params))
    }
}
