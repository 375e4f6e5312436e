//! Predictions as data.

use serde::Serialize;

use crate::check::predict::judged::{JudgedPrediction, Predicted, PredictionStatus};
use crate::model::kind::{Kind, Level, Levels};
use crate::model::schedule::Schedule;
use crate::replay::record::{OperationRecord, Record};
use crate::report::words::task_label_of;

/// What was predicted from one execution.
#[derive(Clone, Debug, Serialize)]
pub struct PredictedReport {
    /// The schedule of that execution.
    pub schedule: Schedule,
    /// Its steps.
    pub steps: usize,
    /// Its tasks.
    pub tasks: usize,
    /// Executions that were steered to predictions.
    pub steered: u64,
    /// The search that was made where a prediction was not confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub searched: Option<SearchedReport>,
    /// Whether a bound left out what else may be predicted.
    pub more: bool,
    /// The predictions, by kind.
    pub predictions: Vec<PredictionReport>,
}

/// A search with a small budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SearchedReport {
    /// Its executions, of every kind.
    pub executions: u64,
    /// Whether these are all there are.
    pub exhaustive: bool,
}

/// What became of a prediction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StatusWord {
    /// An execution shows it: there is a finding.
    Confirmed,
    /// Every execution was made, and none shows it.
    Refuted,
    /// No execution that was made shows it.
    Unconfirmed,
}

/// One prediction.
#[derive(Clone, Debug, Serialize)]
pub struct PredictionReport {
    /// The kind of finding that was expected.
    pub kind: Kind,
    /// One sentence.
    pub message: String,
    /// What became of it.
    pub status: StatusWord,
    /// Whether the order of locks in that execution leads to it by itself.
    pub locks_allow_it: bool,
    /// The finding that confirms it: its kind, objects and lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding: Option<String>,
    /// The kind of that finding, which may be another one: a stale write for a lost update.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<Kind>,
    /// How serious it is.
    #[serde(skip)]
    pub level: Option<Level>,
    /// Why it is not confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The steps of the execution that it is about. Of a deadlock: of each task the step
    /// that would wait for what the next one has. Of a data race: both accesses. Of a lost
    /// update: the read, the write, and the write that would be lost.
    pub about: Vec<PredictedStep>,
}

/// A step that a prediction is about.
#[derive(Clone, Debug, Serialize)]
pub struct PredictedStep {
    /// Its number in the execution.
    pub step: u32,
    /// The task.
    pub task: String,
    /// Its name.
    pub name: String,
    /// What it does.
    #[serde(flatten)]
    pub operation: OperationRecord,
}

impl PredictedReport {
    pub(crate) fn new(predicted: Predicted, levels: Levels) -> PredictedReport {
        let Predicted { record, predictions, is_cut, steered, searched } = predicted;
        let searched = searched.map(|searched| SearchedReport {
            executions: searched.executions,
            exhaustive: searched.is_whole,
        });
        let told = predictions.into_iter().map(|one| prediction(one, &record, levels));
        PredictedReport {
            steps: record.steps.len(),
            tasks: record.tasks.len(),
            steered,
            searched,
            more: is_cut,
            predictions: told.collect(),
            schedule: record.schedule,
        }
    }

    /// How many predictions have a status.
    #[must_use]
    pub fn count(&self, status: StatusWord) -> usize {
        self.predictions.iter().filter(|one| one.status == status).count()
    }
}

fn prediction(judged: JudgedPrediction, record: &Record, levels: Levels) -> PredictionReport {
    let about: Vec<PredictedStep> = judged.steps.iter().map(|&at| step(at, record)).collect();
    let (status, finding, reason) = match judged.status {
        PredictionStatus::Confirmed(fault) => (StatusWord::Confirmed, Some(fault), None),
        PredictionStatus::Refuted => (StatusWord::Refuted, None, None),
        PredictionStatus::Unconfirmed(why) => (StatusWord::Unconfirmed, None, Some(why)),
    };
    PredictionReport {
        kind: judged.kind,
        message: message(judged.kind, &about),
        status,
        locks_allow_it: judged.keeps_locks,
        found: finding.as_ref().map(|fault| fault.kind),
        level: finding.as_ref().map(|fault| levels.of(fault.kind)),
        finding: finding.map(|fault| fault.key()),
        reason,
        about,
    }
}

fn step(at: u32, record: &Record) -> PredictedStep {
    let step = &record.steps[at as usize];
    let task = record.tasks.iter().find(|task| task.task == step.task);
    PredictedStep {
        step: at,
        task: step.task.clone(),
        name: task.map(|task| task.name.clone()).unwrap_or_default(),
        operation: step.operation.clone(),
    }
}

/// Tasks of a circle that are told at its beginning.
const MOST_OF_CIRCLE: usize = 6;

/// One sentence.
fn message(kind: Kind, about: &[PredictedStep]) -> String {
    let task = |nth: usize| task_label_of(&about[nth].task, &about[nth].name);
    let object = about[0].operation.object.clone().unwrap_or_default();
    match kind {
        Kind::Deadlock => {
            let n = about.len();
            let mut round: Vec<&str> = about.iter().map(|step| step.task.as_str()).collect();
            if n > MOST_OF_CIRCLE {
                round.truncate(MOST_OF_CIRCLE - 1);
                round.extend(["…", about[n - 1].task.as_str()]);
            }
            round.push(&about[0].task);
            format!("resource cycle of {n}: {}", round.join(" \u{2192} "))
        }
        Kind::DataRace => {
            format!("{} and {} use {object} and nothing orders them", task(0), task(1))
        }
        _ => {
            let (one, other) = (task(0), task(2));
            format!("{other} writes {object} between the read and the write of {one}")
        }
    }
}
