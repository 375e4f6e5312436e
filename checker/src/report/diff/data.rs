//! A comparison of two executions as data.

use serde::Serialize;
use unknot_sim::Ended;

use crate::check::explain::{ExecutionDifference, OrderCondition, OtherOrder, end_alike, fails};
use crate::model::kind::Levels;
use crate::replay::Replayed;
use crate::report::explain::{EventReport, ExplainedFinding, event, findings};

/// One of the two executions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DiffSide {
    /// The first one.
    A,
    /// The second one.
    B,
}

impl DiffSide {
    /// In the order of the command line.
    pub(super) const BOTH: [DiffSide; 2] = [DiffSide::A, DiffSide::B];

    /// How it is called.
    pub(super) fn name(self) -> &'static str {
        match self {
            DiffSide::A => "A",
            DiffSide::B => "B",
        }
    }

    /// The one that is compared with it.
    pub(super) fn other(self) -> DiffSide {
        match self {
            DiffSide::A => DiffSide::B,
            DiffSide::B => DiffSide::A,
        }
    }
}

/// How two executions differ.
#[derive(Debug, Serialize)]
pub(crate) struct DiffReport {
    /// `name/variant`.
    pub(crate) scenario: String,
    /// The first execution.
    pub(crate) a: SideReport,
    /// The second one.
    pub(crate) b: SideReport,
    /// The steps that both make at their beginning: the first that differs has this number.
    pub(crate) common: usize,
    /// Whether they differ only in the order of independent steps; null if they are too
    /// long to tell.
    pub(crate) one_class: Option<bool>,
    /// The side whose steps the differences tell, and in which they are flipped.
    pub(crate) base: DiffSide,
    /// What is in another order on the other side.
    pub(crate) differences: Vec<DifferenceReport>,
    /// Of these, the ones that were left out.
    pub(crate) differences_left_out: usize,
    /// Whether only the nearest pairs were compared, as there are too many.
    pub(crate) only_nearest: bool,
    /// The executions themselves, for the columns.
    #[serde(skip)]
    pub(super) executions: [Replayed; 2],
    /// The command that runs a schedule of it, without the schedule.
    #[serde(skip)]
    pub(super) command: String,
}

/// One execution, and how it ends.
#[derive(Debug, Serialize)]
pub(crate) struct SideReport {
    /// How many of its steps the other side never makes.
    pub(crate) only_here: usize,
    #[serde(flatten)]
    pub(crate) run: RunReport,
}

/// A schedule, and what it comes to.
#[derive(Debug, Serialize)]
pub(crate) struct RunReport {
    /// The schedule.
    pub(crate) schedule: String,
    /// How the execution ends.
    pub(crate) end: &'static str,
    /// What main returned.
    pub(crate) outcome: Option<String>,
    /// Whether it shows an error.
    pub(crate) fails: bool,
    /// Its errors.
    pub(crate) findings: Vec<ExplainedFinding>,
}

/// Two steps that are in another order on the other side, or a choice that is another one.
#[derive(Debug, Serialize)]
pub(crate) struct DifferenceReport {
    /// The step that comes first on the side that is told.
    pub(crate) first: EventReport,
    /// The step that comes later there, or is never made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) second: Option<EventReport>,
    /// What the step chose there, and on the other side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) chosen: Option<[u32; 2]>,
    /// What becomes of it with this the other way round and as little else as can be had; null
    /// where that was not achieved.
    pub(crate) flipped: Option<FlippedEnd>,
}

/// An execution with one difference flipped.
#[derive(Debug, Serialize)]
pub(crate) struct FlippedEnd {
    #[serde(flatten)]
    pub(crate) run: RunReport,
    /// How many other differences come with it: steps that are in another order there too, and
    /// choices that are other ones.
    pub(crate) others: usize,
    /// The sides that end in the same way, with the same outcome and errors.
    pub(crate) ends_as: Vec<DiffSide>,
}

impl DiffReport {
    /// The report of a comparison.
    pub(crate) fn new(scenario: String, command: String, all: ExecutionDifference) -> DiffReport {
        let ExecutionDifference { sides, base, orders, others, left_out, unmatched, .. } = all;
        let told = &sides[base];
        let event = |at: usize| event(told, &orders.events[at]);
        let difference = |other: &OtherOrder| {
            let (first, second, chosen) = match other.condition {
                OrderCondition::Before { first, second } => {
                    (event(first), Some(event(second)), None)
                }
                OrderCondition::Chose { event: at, value, .. } => {
                    (event(at), None, other.chosen.map(|chosen| [value, chosen]))
                }
            };
            let flipped = other.flipped.as_ref().map(|(flipped, others)| {
                let is_alike = |side: &DiffSide| end_alike(flipped, &sides[*side as usize]);
                FlippedEnd {
                    run: run(flipped),
                    others: *others,
                    ends_as: DiffSide::BOTH.into_iter().filter(is_alike).collect(),
                }
            });
            DifferenceReport { first, second, chosen, flipped }
        };
        // Of one class, what is in another order is independent.
        let differences = others.iter().map(difference).collect();
        let side = |nth: usize| SideReport { only_here: unmatched[nth], run: run(&sides[nth]) };
        DiffReport {
            scenario,
            a: side(0),
            b: side(1),
            common: all.common,
            one_class: all.is_one_class,
            base: DiffSide::BOTH[base],
            differences,
            differences_left_out: left_out,
            only_nearest: orders.is_cut,
            executions: sides,
            command,
        }
    }

    /// One of the two executions.
    pub(super) fn side(&self, side: DiffSide) -> &SideReport {
        match side {
            DiffSide::A => &self.a,
            DiffSide::B => &self.b,
        }
    }
}

fn run(replayed: &Replayed) -> RunReport {
    let record = &replayed.record;
    RunReport {
        schedule: record.schedule.to_string(),
        end: match record.ended {
            _ if record.is_excluded => "excluded",
            Ended::Complete => "complete",
            Ended::Stuck => "stuck",
            Ended::Cut | Ended::Abandoned => "cut",
        },
        // A program that is stuck has no outcome, even if its main task returned.
        outcome: record.outcome.clone().filter(|_| record.ended != Ended::Stuck),
        fails: fails(replayed),
        findings: findings(replayed, Levels::default()),
    }
}
