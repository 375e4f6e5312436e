//! Where in the source a finding is, for formats that mark lines: where it shows, and
//! where it comes from.
//!
//! A task that is stuck shows where it waits, and that comes from where the tasks that it
//! waits for took what they hold. A condition shows where the program states it, an
//! exception where it was made. Anything else shows at the last step that proves it, and
//! comes from those before.

use std::collections::BTreeSet;

use super::data::{FindingReport, Report};
use super::replay::{ReplayFinding, ReplayReport};
use super::visible::visible;
use super::words::{label, shown_label, step_text};
use crate::analysis::stuck::is_stuck;
use crate::model::kind::{Kind, Level};
use crate::replay::detail::Detail;
use crate::replay::graph::{Graph, Part, Place, ResourceNode};
use crate::replay::record::{StepRecord, TaskRecord};

/// A finding with its execution, wherever it comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct ShownFinding<'a> {
    pub(super) kind: Kind,
    pub(super) level: Level,
    pub(super) message: &'a str,
    pub(super) key: &'a str,
    pub(super) proof: &'a [u32],
    pub(super) steps: &'a [StepRecord],
    pub(super) tasks: &'a [TaskRecord],
    /// The tasks that are part of it; empty where only the graph tells.
    pub(super) involved: &'a [String],
    pub(super) graph: Option<&'a Graph>,
    pub(super) detail: &'a Detail,
}

/// A line of the source, and what is to be said there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Remark {
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) text: String,
}

/// The lines of a finding.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    /// Where it shows; empty if no line is known.
    pub(super) shows: Vec<Remark>,
    /// Where it comes from.
    pub(super) from: Vec<Remark>,
}

impl FindingReport {
    pub(super) fn shown(&self) -> ShownFinding<'_> {
        ShownFinding {
            kind: self.kind,
            level: self.level,
            message: &self.message,
            key: &self.key,
            proof: &self.proof,
            steps: &self.steps,
            tasks: &self.tasks,
            involved: &self.involved,
            graph: self.graph.as_ref(),
            detail: &self.detail,
        }
    }
}

impl Report {
    /// Whether the program declares a kind of finding.
    pub(super) fn declares(&self, kind: Kind) -> bool {
        self.expected.iter().flat_map(|all| &all.findings).any(|one| one.kind == kind)
    }
}

impl ReplayReport<'_> {
    pub(super) fn shown<'a>(&'a self, finding: &'a ReplayFinding) -> ShownFinding<'a> {
        ShownFinding {
            kind: finding.kind,
            level: finding.level,
            message: &finding.message,
            key: &finding.key,
            proof: &finding.proof,
            steps: self.steps,
            tasks: self.tasks,
            involved: &finding.involved,
            graph: self.graph,
            detail: &finding.detail,
        }
    }
}

impl ShownFinding<'_> {
    /// The lines that it is about.
    pub(super) fn remarks(&self) -> Remarks {
        let stuck = self.graph.filter(|_| is_stuck(self.kind)).map(|graph| self.stuck(graph));
        if let Some(remarks) = stuck.filter(|remarks| !remarks.shows.is_empty()) {
            return remarks;
        }
        let proof: BTreeSet<u32> = self.proof.iter().copied().collect();
        let mut steps: Vec<Remark> = proof.iter().filter_map(|&at| self.at_step(at)).collect();
        let said = self.detail.condition.as_ref().or(self.detail.raised.as_ref());
        let said = said.or(self.detail.suspended.as_ref());
        let shows = match said {
            Some(Place { file, line }) => {
                steps.extend(self.detail.written_by.iter().filter_map(|&at| self.at_step(at)));
                let text = visible(self.message);
                Some(Remark { file: file.clone(), line: *line, text })
            }
            None => steps.pop(),
        };
        steps.retain(|remark| Some(remark) != shows.as_ref());
        Remarks { shows: shows.into_iter().collect(), from: distinct(steps) }
    }

    /// Where its tasks wait, and where what they wait for was taken.
    fn stuck(&self, graph: &Graph) -> Remarks {
        let part = |task: &str| graph.tasks.iter().find(|node| node.task == task).map(|n| n.part);
        let is_meant = |task: &str| match (self.involved.is_empty(), self.kind) {
            (false, _) => self.involved.iter().any(|one| one == task),
            (true, Kind::Deadlock) => part(task) == Some(Part::Knot),
            (true, _) => part(task) == Some(Part::Stuck),
        };
        let waits: Vec<_> = graph.waits.iter().filter(|wait| is_meant(&wait.task)).collect();
        let shows = waits.iter().map(|wait| {
            let what = graph.resource(wait.resource).map(told).unwrap_or_default();
            let text = format!("{} waits here: {} {what}", self.task(&wait.task), wait.op);
            Remark { file: wait.file.clone(), line: wait.line, text }
        });
        let wanted: BTreeSet<u32> = waits.iter().map(|wait| wait.resource).collect();
        let held = graph.holds.iter().filter(|hold| wanted.contains(&hold.resource));
        let from = held.map(|hold| {
            let what = graph.resource(hold.resource).map(told).unwrap_or_default();
            let (task, step) = (self.task(&hold.task), hold.step);
            let text = format!("{task} took {what} here at step {step}, and still holds it");
            Remark { file: hold.file.clone(), line: hold.line, text }
        });
        Remarks { shows: distinct(shows), from: distinct(from) }
    }

    fn at_step(&self, step: u32) -> Option<Remark> {
        let step = self.steps.get(step as usize)?;
        let text = format!("step {}: {} {}", step.step, self.task(&step.task), step_text(step));
        Some(Remark { file: step.operation.file.clone(), line: step.operation.line, text })
    }

    /// A task with its name.
    pub(super) fn task(&self, path: &str) -> String {
        let task = self.tasks.iter().find(|task| task.task == path);
        task.map_or_else(|| shown_label(path, ""), label)
    }

    /// Whether a remark says something else than the headline.
    pub(super) fn says_more(&self, remark: &Remark) -> bool {
        remark.text != visible(self.message)
    }

    /// One sentence of what it is.
    pub(super) fn headline(&self) -> String {
        format!("{}: {}", self.kind, visible(self.message))
    }
}

fn told(resource: &ResourceNode) -> String {
    visible(&resource.label)
}

/// Sorted by place, each once.
fn distinct(remarks: impl IntoIterator<Item = Remark>) -> Vec<Remark> {
    let remarks: BTreeSet<Remark> = remarks.into_iter().collect();
    remarks.into_iter().collect()
}
