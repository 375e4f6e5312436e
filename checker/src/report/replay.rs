//! The report of one execution that was run again.
//!
//! It shows what one schedule does and says nothing about other schedules.

use std::io;

use serde::Serialize;
use unknot_sim::Ended;

use super::columns::Focus;
use super::look::Look;
use super::{columns, kinds, tale, text, wait_for};
use crate::analysis::timeline::Timeline;
use crate::model::count::grouped;
use crate::model::kind::{Kind, Level, Levels};
use crate::model::scenario::Source;
use crate::replay::detail::Detail;
use crate::replay::graph::Graph;
use crate::replay::lanes::Lanes;
use crate::replay::record::{StepRecord, TaskRecord};
use crate::replay::{Proof, Replayed};

/// One execution with what is wrong with it.
#[derive(Debug, Serialize)]
pub struct ReplayReport<'a> {
    /// `name/variant`, or the name of a test.
    pub scenario: String,
    /// What was run, as text.
    pub schedule: String,
    /// How it ended.
    #[serde(rename = "ended", serialize_with = "ended")]
    pub end: Ended,
    /// Whether an assumption excludes it, so that nothing which it shows counts.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub excluded: bool,
    /// What the main task returned.
    pub outcome: Option<&'a str>,
    /// What is wrong with it.
    pub findings: Vec<ReplayFinding>,
    /// Its steps.
    pub steps: &'a [StepRecord],
    /// Its tasks.
    pub tasks: &'a [TaskRecord],
    /// Which task waits for which, if it is stuck.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graph: Option<&'a Graph>,
    /// How its time was spent, if there was a clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeline: Option<&'a Timeline>,
    /// What its tasks held, and where they were blocked.
    #[serde(skip)]
    pub lanes: &'a Lanes,
    /// How many other executions were made to find out what is waited for.
    pub beside: u64,
    /// Whether everything found may be found.
    pub as_expected: bool,
}

/// One finding of one execution.
#[derive(Debug, Serialize)]
pub struct ReplayFinding {
    /// The kind.
    pub kind: Kind,
    /// How serious it is.
    pub level: Level,
    /// One sentence.
    pub message: String,
    /// The steps that prove it.
    pub proof: Vec<u32>,
    /// What it is, whichever tasks it is about.
    #[serde(skip)]
    pub key: String,
    /// The tasks that are part of it.
    #[serde(skip)]
    pub involved: Vec<String>,
    /// More facts about it.
    #[serde(flatten)]
    pub detail: Detail,
}

impl<'a> ReplayReport<'a> {
    /// The report of an execution in which some kinds of finding are expected.
    #[must_use]
    pub fn new(
        scenario: String,
        replayed: &'a Replayed,
        levels: Levels,
        is_expected: impl Fn(Kind) -> bool,
    ) -> ReplayReport<'a> {
        let record = &replayed.record;
        let graph = Some(&replayed.graph).filter(|graph| !graph.is_empty());
        let finding = |proof: &Proof| ReplayFinding {
            kind: proof.identity.kind,
            level: levels.of(proof.identity.kind),
            message: kinds::headline(
                &proof.identity,
                record,
                &proof.steps,
                Some(&replayed.graph),
                &proof.detail,
            ),
            proof: proof.steps.clone(),
            key: proof.identity.fault().key(),
            involved: proof.identity.tasks.iter().map(ToString::to_string).collect(),
            detail: proof.detail.clone(),
        };
        ReplayReport {
            scenario,
            schedule: record.schedule.to_string(),
            end: record.ended,
            excluded: record.is_excluded,
            // A program that is stuck has no outcome, even if its main task returned.
            outcome: record.outcome.as_deref().filter(|_| record.ended != Ended::Stuck),
            findings: replayed.proofs.iter().map(finding).collect(),
            steps: &record.steps,
            tasks: &record.tasks,
            graph: graph.filter(|_| record.ended == Ended::Stuck),
            timeline: replayed.timeline.as_ref(),
            lanes: &replayed.lanes,
            beside: replayed.beside,
            as_expected: replayed.proofs.iter().all(|proof| {
                let kind = proof.identity.kind;
                !levels.is_error(kind) || is_expected(kind)
            }),
        }
    }

    /// Writes it for people.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn write_text(
        &self,
        source: &[Source],
        look: Look,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let excluded = if self.excluded { ", excluded by an assumption" } else { "" };
        let (steps, ended) = (self.steps.len(), ended_text(self.end));
        writeln!(out, "{}: {steps} steps, {ended}{excluded}\n", self.scenario)?;
        let mut findings = self.findings.iter();
        let repeats = findings.find_map(|f| tale::repeats(&f.detail, &f.proof));
        let matter: Vec<u32> = self.findings.iter().flat_map(|f| &f.proof).copied().collect();
        let focus = Focus { repeats, involved: &[], matter: &matter };
        columns::write_columns((self.steps, self.tasks), focus, look, out)?;
        writeln!(out)?;
        if let Some(graph) = self.graph {
            wait_for::write(graph, source, look, out)?;
            writeln!(out)?;
        }
        for finding in &self.findings {
            let mark = text::finding_mark(finding.level, look);
            writeln!(out, "{mark} {}: {}", finding.kind, finding.message)?;
        }
        if self.beside > 0 {
            let others = grouped(self.beside);
            writeln!(out, "which tasks can end a wait was found out in {others} other executions")?;
        }
        match self.outcome {
            Some(outcome) => writeln!(out, "outcome {outcome}")?,
            None => writeln!(out, "no outcome: {}", self.unfinished())?,
        }
        writeln!(out, "schedule '{}'", self.schedule)
    }

    /// Why the schedule reached no end of the program, if it did not. Then it shows
    /// nothing of what would come after it.
    #[must_use]
    pub fn missing_end(&self) -> Option<String> {
        let steps = text_count(self.steps.len());
        match self.end {
            _ if self.excluded => Some("is excluded by an assumption".to_owned()),
            Ended::Complete | Ended::Stuck => None,
            Ended::Cut => Some(format!("was cut after {steps}; {}", self.unfinished())),
            Ended::Abandoned => {
                Some(format!("ends after {steps}, before the program does; {}", self.unfinished()))
            }
        }
    }

    fn unfinished(&self) -> String {
        let tasks = self.tasks.iter().filter(|task| !task.finished);
        let names: Vec<String> = tasks
            .map(|task| match &task.pending {
                Some(pending) => {
                    format!(
                        "{} at {} ({}:{})",
                        task.task,
                        pending.operation.op,
                        pending.operation.file,
                        pending.operation.line
                    )
                }
                None => task.task.clone(),
            })
            .collect();
        if names.is_empty() {
            "the main task failed".to_owned()
        } else {
            format!("unfinished: {}", names.join(", "))
        }
    }
}

fn text_count(steps: usize) -> String {
    let noun = if steps == 1 { "step" } else { "steps" };
    format!("{} {noun}", grouped(steps as u64))
}

pub(super) fn ended<S: serde::Serializer>(end: &Ended, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(ended_text(*end))
}

pub(super) fn ended_text(end: Ended) -> &'static str {
    match end {
        Ended::Complete => "complete",
        Ended::Stuck => "stuck",
        Ended::Cut => "cut by the step limit",
        Ended::Abandoned => "stopped where the schedule ends",
    }
}
