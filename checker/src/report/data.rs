//! The report of one check, as plain data.

use std::collections::BTreeMap;

use serde::Serialize;
use unknot_sim::Ended;

use super::cross_check::CrossCheckReport;
use super::predict::PredictedReport;
use super::unseen::UnseenReport;
use crate::check::verdict::Verdict;
use crate::model::kind::{Kind, Level};
use crate::model::scenario::{Expectation, Params, Source};
use crate::model::schedule::Schedule;
use crate::model::terms::Semantics;
use crate::replay::detail::Detail;
use crate::replay::graph::Graph;
use crate::replay::record::{StepRecord, TaskRecord};
use crate::strategy::{StrategyRow, Unit};

/// The report of one check.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// `name/variant`.
    pub scenario: String,
    /// The parameters.
    pub params: BTreeMap<String, i64>,
    /// The parameters that are not the defaults, as they are given.
    #[serde(skip)]
    pub given: Vec<(String, String)>,
    /// The name of the program, for the commands that are printed.
    #[serde(skip)]
    pub program: String,
    /// The strategy by name.
    pub strategy: String,
    /// The seed, for strategies that have one.
    pub seed: Option<u64>,
    /// Executions of the directed stage before the search, which are counted apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directed: Option<u64>,
    /// The time mode.
    pub time: String,
    /// Timeouts in a row that a task may have at one place.
    pub timeouts: u32,
    /// Bytes of stack of each task.
    pub stack: usize,
    /// The verdict: as data `pass`, `fail` or `inconclusive`.
    pub verdict: Verdict,
    /// Why the check was ended before it finished, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<String>,
    /// Whether everything was covered.
    pub exhaustive: bool,
    /// Complete and stuck executions.
    pub executions: u64,
    /// Executions given up as redundant.
    pub blocked: u64,
    /// Executions ended by a bound.
    pub cut: u64,
    /// Executions excluded by an assumption.
    pub excluded: u64,
    /// The bound on preemptions, if there is one; the last of several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bound: Option<u32>,
    /// Options that the bound on preemptions left out, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_out: Option<u64>,
    /// Kinds of error that other executions may show than those that were made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unanswered: Vec<Kind>,
    /// The bounds on preemptions, where one was tried after another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bounds: Option<BoundsReport>,
    /// Executions in which a task reached `--timeouts`; longer runs of timeouts were not explored.
    pub timeouts_used_up: u64,
    /// Steps of all executions.
    pub steps: u64,
    /// Virtual time at the end of an execution, where durations count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub makespan: Option<Makespan>,
    /// What one execution means.
    #[serde(skip)]
    pub semantics: Semantics,
    /// What one execution means unless the command line says otherwise.
    #[serde(skip)]
    pub usual: Semantics,
    /// The findings, sorted.
    pub findings: Vec<FindingReport>,
    /// The outcomes, sorted.
    pub outcomes: Vec<OutcomeReport>,
    /// What was declared.
    pub expected: Option<Expected>,
    /// Whether all is as declared; null if nothing is declared or too little was observed.
    pub as_expected: Option<bool>,
    /// What is not as declared.
    pub differences: Vec<String>,
    /// For a sampler, how much it has probably not seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unseen: Option<UnseenReport>,
    /// Whether classes that differ only in which of some like tasks is which are one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub up_to_renaming: bool,
    /// The comparison with the plain search, if it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cross_check: Option<CrossCheckReport>,
    /// What was predicted from one execution, if that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub predicted: Option<PredictedReport>,
    /// What one execution stands for.
    #[serde(skip)]
    pub unit: Unit,
    /// The sources from which the text quotes lines.
    #[serde(skip)]
    pub source: &'static [Source],
    /// The command that runs a Rust test again, without the schedule; `None` for a
    /// scenario of a catalogue.
    #[serde(skip)]
    pub test: Option<String>,
}

/// One bound on preemptions after another, from 0 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct BoundsReport {
    /// How many.
    pub tried: u32,
    /// Whether the last one left nothing out.
    pub enough: bool,
}

/// Virtual time at the end, over all executions, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Makespan {
    /// The least.
    pub least: u64,
    /// The greatest.
    pub most: u64,
}

/// What a scenario declares.
#[derive(Clone, Debug, Serialize)]
pub struct Expected {
    /// The kinds, those that must always appear marked.
    pub findings: Vec<ExpectedFinding>,
    /// The exact outcomes, where known.
    pub outcomes: Option<Vec<String>>,
}

/// One declared kind.
#[derive(Clone, Debug, Serialize)]
pub struct ExpectedFinding {
    /// The kind.
    pub kind: Kind,
    /// Whether every execution must show it.
    pub always: bool,
}

/// One finding.
#[derive(Clone, Debug, Serialize)]
pub struct FindingReport {
    /// The kind.
    pub kind: Kind,
    /// How serious it is.
    pub level: Level,
    /// One sentence.
    pub message: String,
    /// The simplest known schedule that shows it.
    pub schedule: Schedule,
    /// How often that schedule preempts a task that could go on.
    pub preemptions: u32,
    /// Whether no schedule that shows it does so less often.
    pub fewest: bool,
    /// All steps of that schedule.
    pub steps: Vec<StepRecord>,
    /// The steps that prove the finding.
    pub proof: Vec<u32>,
    /// The tasks at the end of that schedule.
    pub tasks: Vec<TaskRecord>,
    /// How many executions show it.
    pub executions: u64,
    /// The number of the first of them, for strategies that have a seed.
    pub execution: Option<u64>,
    /// The sampler that drew that execution, if several samplers took turns.
    pub member: Option<String>,
    /// The number of the first execution of the directed stage that shows it, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directed: Option<u64>,
    /// Which task waits for which, for a finding about being stuck.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graph: Option<Graph>,
    /// The task that it is about first: of an exception, the first task that it left.
    #[serde(skip)]
    pub subject: Option<String>,
    /// The tasks that are part of it.
    pub involved: Vec<String>,
    /// More facts about it.
    #[serde(flatten)]
    pub detail: Detail,
    /// How the execution of that schedule ended.
    #[serde(skip)]
    pub ended: Ended,
    /// What it is, whichever tasks it is about: the same in every check that finds it.
    #[serde(skip)]
    pub key: String,
    /// The schedule file of it, if one was written. A report as data does not depend on
    /// the place of the file.
    #[serde(skip)]
    pub saved: Option<String>,
}

/// One outcome.
#[derive(Clone, Debug, Serialize)]
pub struct OutcomeReport {
    /// What the main task returned; null if it returned nothing.
    pub value: Option<String>,
    /// How executions without a value ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
    /// How many executions gave it.
    pub executions: u64,
    /// How many of them lost no update, where a check found lost updates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_lost_update: Option<u64>,
    /// The simplest known schedule that gives it.
    pub schedule: Schedule,
}

/// What a report says about where it comes from.
pub(crate) struct Provenance<'a> {
    /// `name/variant`.
    pub scenario: String,
    /// The parameters.
    pub params: &'a Params,
    /// The parameters given on the command line.
    pub given: Vec<(String, String)>,
    /// What one execution means unless the command line says otherwise.
    pub usual: Semantics,
    /// The strategy.
    pub strategy: &'a StrategyRow,
    /// Its seed, if it has one.
    pub seed: Option<u64>,
    /// What is declared, if anything.
    pub expectation: Option<Expectation>,
    /// The sources to quote.
    pub source: &'static [Source],
}
