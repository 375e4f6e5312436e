//! What the files of the kinds are told, and what they make of it.

use unknot_sim::Noted;

use crate::model::finding::Identity;
use crate::model::kind::Kind;
use crate::replay::detail::Detail;
use crate::replay::graph::Graph;
use crate::replay::record::{Record, StepRecord};
use crate::report::data::{FindingReport, Report};
use crate::report::visible::visible_value;
use crate::report::words::{label, place, quote, step_text, task_label_of};

/// How a kind is told.
pub(super) struct KindReport {
    pub(super) kind: Kind,
    /// One sentence that says what it is.
    pub(super) headline: fn(&FindingCase<'_>) -> String,
    /// What happened.
    pub(super) story: fn(&Tale<'_>) -> Story,
}

/// What happened.
pub(in crate::report) struct Story {
    /// The steps that prove it, with their values and source lines.
    pub(in crate::report) rows: Vec<Vec<String>>,
    /// What they mean.
    pub(in crate::report) sentences: Vec<String>,
}

/// One finding of one execution, for its headline.
pub(super) struct FindingCase<'a> {
    pub(super) identity: &'a Identity,
    pub(super) record: &'a Record,
    pub(super) proof: &'a [u32],
    pub(super) graph: Option<&'a Graph>,
    pub(super) detail: &'a Detail,
}

impl FindingCase<'_> {
    /// One of the tasks that it is about, with its name.
    pub(super) fn task(&self, nth: usize) -> String {
        let Some(path) = self.identity.tasks.get(nth).map(ToString::to_string) else {
            return String::new();
        };
        let task = self.record.tasks.iter().find(|task| task.task == path);
        task_label_of(&path, task.map_or("", |task| &task.name))
    }

    /// What its first step is about.
    pub(super) fn object(&self) -> String {
        let first = self.proof.first().and_then(|&step| self.record.steps.get(step as usize));
        first.and_then(|step| step.operation.object.clone()).unwrap_or_default()
    }
}

/// One finding of one report.
pub(in crate::report) struct Tale<'a> {
    pub(in crate::report) report: &'a Report,
    pub(in crate::report) finding: &'a FindingReport,
    /// Whether long lists are told whole.
    pub(in crate::report) is_whole: bool,
}

impl<'a> Tale<'a> {
    /// A task by its path, with its name.
    pub(super) fn task(&self, path: &str) -> String {
        let task = self.finding.tasks.iter().find(|task| task.task == path);
        task.map_or_else(|| task_label_of(path, ""), label)
    }

    pub(super) fn step(&self, number: u32) -> Option<&'a StepRecord> {
        self.finding.steps.get(number as usize)
    }

    /// A row for each of these steps, in the order of the schedule.
    pub(super) fn rows(&self, steps: &[u32]) -> Vec<Vec<String>> {
        let mut steps = steps.to_vec();
        steps.sort_unstable();
        steps.dedup();
        let steps = steps.into_iter().filter_map(|number| self.step(number));
        steps
            .map(|step| {
                vec![
                    format!("step {}", step.step),
                    self.task(&step.task),
                    step_text(step),
                    place(&step.operation.file, step.operation.line),
                    quote(self.report.source, &step.operation.file, step.operation.line),
                ]
            })
            .collect()
    }

    /// The steps that prove it.
    pub(super) fn proof(&self) -> &'a [u32] {
        &self.finding.proof
    }
}

/// What a step wrote: of an update the new value.
pub(super) fn written(step: &StepRecord) -> String {
    let written = step.value.as_ref().and_then(Noted::written);
    written.map_or_else(|| "a value".to_owned(), visible_value)
}

/// What a step read: of an update the old value.
pub(super) fn seen(step: &StepRecord) -> String {
    let seen = step.value.as_ref().and_then(Noted::seen);
    seen.map_or_else(|| "another value".to_owned(), visible_value)
}
