//! An explanation as data.

use serde::Serialize;

use crate::check::explain::{
    ConditionForm, Explanation, FlippedRun, OrderCondition, OrderEvent, Surveyed, Term,
};
use crate::model::kind::{Kind, Levels};
use crate::replay::Replayed;
use crate::replay::record::{OperationRecord, StepRecord};
use crate::report::kinds;
use crate::report::words::{operation_text, step_text};

/// Why an execution fails.
#[derive(Debug, Serialize)]
pub(crate) struct ExplainReport {
    /// `name/variant`.
    pub(crate) scenario: String,
    /// The schedule that fails.
    pub(crate) schedule: String,
    /// What it shows.
    pub(crate) findings: Vec<ExplainedFinding>,
    /// What decides.
    pub(crate) reason: ReasonReport,
    /// The nearest execution that passes.
    pub(crate) nearest: Option<NearestReport>,
    /// What is known where none was found.
    pub(crate) none_passes: Option<NonePassesReport>,
    /// The pairs of steps that are made in another order there.
    pub(crate) pairs: Vec<PairReport>,
    /// Of these, pairs that were left out.
    pub(crate) pairs_left_out: usize,
    /// The executions themselves, for the columns.
    #[serde(skip)]
    pub(super) executions: (Replayed, Option<Replayed>),
    /// The command that runs a schedule of it, without the schedule.
    #[serde(skip)]
    pub(crate) command: String,
}

/// An error of the failing execution.
#[derive(Debug, Serialize)]
pub(crate) struct ExplainedFinding {
    /// The kind.
    pub(crate) kind: Kind,
    /// One sentence.
    pub(crate) message: String,
}

/// How far the reason goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReasonClaim {
    /// Every execution that there is fails.
    Always,
    /// Every execution that was asked fails, and these are not all.
    AllAsked,
    /// Executions fail if and only if one of the alternatives holds.
    IfAndOnlyIf,
    /// Executions fail if one of the alternatives holds, and others fail too.
    If,
    /// Executions with the same order of these steps fail and pass.
    Undecided,
}

/// What decides.
#[derive(Debug, Serialize)]
pub(crate) struct ReasonReport {
    /// How far it goes.
    pub(crate) claim: ReasonClaim,
    /// Whether the executions that were asked are all there are.
    pub(crate) exhaustive: bool,
    /// Of these, the ones that fail.
    pub(crate) failing: u64,
    /// Of these, the ones for which an alternative holds.
    pub(crate) explained: u64,
    /// The ones that pass.
    pub(crate) passing: u64,
    /// The ones that were cut or excluded, or of which it is not settled whether they fail.
    pub(crate) neither: u64,
    /// Whether only the nearest pairs of steps were compared, as there are too many.
    pub(crate) only_nearest: bool,
    /// Whether for some of those that fail no alternative was looked for, as there are enough.
    pub(crate) more_alternatives: bool,
    /// Each is enough: all of its conditions together.
    pub(crate) alternatives: Vec<Vec<ConditionReport>>,
}

/// What a condition asks of an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FormWord {
    /// `first` comes before `second`, which may be never made; or it chose the value.
    Holds,
    /// `second` comes before `first`, which may be never made; or `first` chose another value.
    Reversed,
    /// `first` is never made.
    Never,
    /// It does not hold, for one reason or the other.
    Not,
}

impl From<ConditionForm> for FormWord {
    fn from(form: ConditionForm) -> FormWord {
        match form {
            ConditionForm::Holds => FormWord::Holds,
            ConditionForm::Reversed => FormWord::Reversed,
            ConditionForm::Never => FormWord::Never,
            ConditionForm::Not => FormWord::Not,
        }
    }
}

/// A condition on the order of two steps, or on what a step chose.
#[derive(Debug, Serialize)]
pub(crate) struct ConditionReport {
    /// Whether it has to hold, or not to hold.
    pub(crate) holds: bool,
    /// What it is that has to be.
    pub(crate) form: FormWord,
    /// The step that comes first if it holds.
    pub(crate) first: EventReport,
    /// The step that comes later, or is never made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) second: Option<EventReport>,
    /// What the step chose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<u32>,
}

/// One step of the failing execution.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct EventReport {
    /// Its number there; null if its task waits for it at the end.
    pub(crate) step: Option<u32>,
    /// The task.
    pub(crate) task: String,
    /// Its name.
    pub(crate) name: String,
    /// What it does.
    #[serde(flatten)]
    pub(crate) operation: OperationRecord,
    #[serde(skip)]
    pub(in crate::report) text: String,
}

/// The nearest execution that passes.
#[derive(Debug, Serialize)]
pub(crate) struct NearestReport {
    /// Its schedule.
    pub(crate) schedule: String,
    /// The steps that it has in common with the failing one.
    pub(crate) common: usize,
    /// Whether every execution that leaves the failing one later was made and fails.
    pub(crate) proven: bool,
    /// The executions that were made, leave the failing one later and fail.
    pub(crate) later: u64,
    /// Executions that were made to find it.
    pub(crate) executions: u64,
    /// What main returned.
    pub(crate) outcome: Option<String>,
}

/// A search that found no execution that passes.
#[derive(Debug, Serialize)]
pub(crate) struct NonePassesReport {
    /// Whether every execution was made, and fails.
    pub(crate) proven: bool,
    /// Executions that were made; where that is proven, those that fail.
    pub(crate) executions: u64,
}

/// Two steps that are made the other way round in the nearest execution that passes.
#[derive(Debug, Serialize)]
pub(crate) struct PairReport {
    /// The earlier one of the failing execution.
    pub(crate) first: EventReport,
    /// The later one.
    pub(crate) second: EventReport,
    /// What became of it with this pair flipped and as little else as can be had; null where
    /// that was not achieved.
    pub(crate) flipped: Option<FlippedReport>,
}

/// An execution with one pair flipped.
#[derive(Debug, Serialize)]
pub(crate) struct FlippedReport {
    /// Its schedule.
    pub(crate) schedule: String,
    /// Whether it fails; null where that is not known.
    pub(crate) fails: Option<bool>,
    /// How many other pairs of steps and choices are other ones in it too.
    pub(crate) others: usize,
}

impl ExplainReport {
    /// The report of an explanation.
    pub(crate) fn new(
        scenario: String,
        command: String,
        explanation: Explanation,
        levels: Levels,
    ) -> ExplainReport {
        let reason = reason(&explanation);
        let Explanation { failing, passing, orders, pairs, left_out, .. } = explanation;
        let event = |at: usize| event(&failing, &orders.events[at]);
        let flipped = |FlippedRun { schedule, fails, others }: FlippedRun| FlippedReport {
            schedule: schedule.to_string(),
            fails,
            others,
        };
        let pairs = pairs.into_iter().map(|pair| PairReport {
            first: event(pair.first),
            second: event(pair.second),
            flipped: pair.flipped.map(flipped),
        });
        let pairs = pairs.collect();
        let none_passes = passing
            .as_ref()
            .err()
            .map(|none| NonePassesReport { proven: none.is_proven, executions: none.executions });
        let (nearest, passing) = passing.ok().unzip();
        let nearest = nearest.map(|nearest| NearestReport {
            schedule: nearest.schedule.to_string(),
            common: nearest.common,
            proven: nearest.is_proven,
            later: nearest.later,
            executions: nearest.executions,
            outcome: passing.as_ref().and_then(|passing| passing.record.outcome.clone()),
        });
        ExplainReport {
            scenario,
            schedule: failing.record.schedule.to_string(),
            findings: findings(&failing, levels),
            reason,
            nearest,
            none_passes,
            pairs,
            pairs_left_out: left_out,
            executions: (failing, passing),
            command,
        }
    }
}

/// The errors of an execution.
pub(in crate::report) fn findings(failing: &Replayed, levels: Levels) -> Vec<ExplainedFinding> {
    let errors = failing.proofs.iter().filter(|proof| levels.is_error(proof.identity.kind));
    let finding = |proof: &crate::replay::Proof| ExplainedFinding {
        kind: proof.identity.kind,
        message: kinds::headline(
            &proof.identity,
            &failing.record,
            &proof.steps,
            Some(&failing.graph),
            &proof.detail,
        ),
    };
    errors.map(finding).collect()
}

fn reason(explanation: &Explanation) -> ReasonReport {
    let Explanation { failing, orders, cover, negated, asked, .. } = explanation;
    let Surveyed { failing: fail, passing, neither, is_exhaustive } = *asked;
    let claim = match () {
        () if passing == 0 && is_exhaustive && neither == 0 => ReasonClaim::Always,
        () if passing == 0 => ReasonClaim::AllAsked,
        () if cover.alternatives.is_empty() => ReasonClaim::Undecided,
        () if cover.covered == fail => ReasonClaim::IfAndOnlyIf,
        () => ReasonClaim::If,
    };
    let event = |at: usize| event(failing, &orders.events[at]);
    let condition = |(term, form): (&Term, &ConditionForm)| match orders.conditions[term.condition]
    {
        OrderCondition::Before { first, second } => ConditionReport {
            holds: term.holds,
            form: FormWord::from(*form),
            first: event(first),
            second: Some(event(second)),
            value: None,
        },
        OrderCondition::Chose { event: at, value, .. } => ConditionReport {
            holds: term.holds,
            form: FormWord::from(*form),
            first: event(at),
            second: None,
            value: Some(value),
        },
    };
    let sets = cover.alternatives.iter().zip(negated).filter(|_| passing > 0);
    let set = |(terms, forms): (&Vec<Term>, &Vec<ConditionForm>)| {
        terms.iter().zip(forms).map(condition).collect()
    };
    ReasonReport {
        claim,
        exhaustive: is_exhaustive,
        failing: fail,
        explained: cover.covered,
        passing,
        neither,
        only_nearest: orders.is_cut,
        more_alternatives: cover.has_more,
        alternatives: sets.map(set).collect(),
    }
}

/// What an event is, from the record of the execution that it was taken from.
pub(in crate::report) fn event(failing: &Replayed, event: &OrderEvent) -> EventReport {
    let path = event.task.to_string();
    let task = failing.record.tasks.iter().find(|task| task.task == path);
    let step: Option<&StepRecord> = event.step.map(|step| &failing.record.steps[step]);
    let operation = step.map(|step| step.operation.clone());
    let waits = || task.and_then(|task| Some(task.pending.as_ref()?.operation.clone()));
    let operation = operation.or_else(waits).expect("an event was made or is waited for");
    EventReport {
        step: step.map(|step| step.step),
        name: task.map(|task| task.name.clone()).unwrap_or_default(),
        text: step.map_or_else(|| operation_text(&operation), step_text),
        task: path,
        operation,
    }
}
