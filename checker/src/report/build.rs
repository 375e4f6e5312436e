//! Makes the report from the answer of a check.

use unknot_sim::{Refusal, TimeMode};

use super::cross_check::CrossCheckReport;
use super::data::{
    BoundsReport, Expected, ExpectedFinding, FindingReport, Makespan, OutcomeReport, Provenance,
    Report,
};
use super::kinds;
use super::predict::PredictedReport;
use super::unseen::UnseenReport;
use crate::check::CheckResult;
use crate::check::findings::Told;
use crate::check::stage::DirectedStage;
use crate::check::verdict::{Compared, compare};
use crate::model::count::grouped;
use crate::model::end::End;
use crate::model::kind::Kind;
use crate::model::scenario::{Appears, Expectation};
use crate::model::terms::{Budget, time_name};
use crate::search::observed::{Observed, Seen, Turnout};
use crate::strategy::{StrategyRow, Unit, Way};

impl Report {
    /// The report of the answer of a check.
    pub(crate) fn new(from: Provenance<'_>, answer: CheckResult, budget: Budget) -> Report {
        let CheckResult { observed, tried, cross_check, findings, verdict, predicted, .. } = answer;
        let observed = &observed;
        let all = answer.directed.as_ref().filter(|_| answer.is_all_directed);
        let (strategy, seed) = match all.map(DirectedStage::sampler) {
            Some((sampler, seed)) => (sampler, Some(seed)),
            None => (from.strategy, from.seed),
        };
        // What was predicted is shown by executions that no sampler drew.
        let sampler = seed.filter(|_| predicted.is_none()).map(|_| strategy);
        let stage = answer.directed.as_ref().filter(|_| !answer.is_all_directed);
        let told = |told| finding(told, (sampler, stage), budget);
        let findings = findings.into_iter().map(told).collect();
        let enough = observed.exhausted();
        let unit = match predicted {
            Some(_) => Unit::Schedules,
            None => strategy.unit_under(observed.bound, observed.stats.alike > 0),
        };
        let compared = from.expectation.as_ref().map(|e| compare(observed, e, budget.levels, unit));
        let (as_expected, differences) = match compared {
            None => (None, vec![]),
            Some(Compared::AsDeclared) => (Some(true), vec![]),
            Some(Compared::Otherwise(differences)) => (Some(false), differences),
            Some(Compared::Open(reason)) => (None, vec![reason]),
        };
        let loses = observed.kinds.contains_key(&Kind::LostUpdate);
        Report {
            scenario: from.scenario,
            params: from.params.iter().map(|(k, v)| (k.to_owned(), v)).collect(),
            given: from.given,
            program: "unknot".to_owned(),
            strategy: strategy.name.to_owned(),
            seed,
            directed: stage.map(|stage| stage.executions),
            time: time_name(budget.semantics.time).to_owned(),
            timeouts: budget.semantics.max_timeouts,
            stack: budget.semantics.stack.bytes(),
            verdict,
            ended_by: ended_by(observed.end),
            exhaustive: observed.is_whole(),
            executions: observed.stats.executions,
            blocked: observed.stats.blocked,
            cut: observed.stats.cut,
            excluded: observed.stats.excluded,
            bound: observed.bound.map(|bound| bound.preemptions),
            bounds: tried.map(|tried| BoundsReport { tried, enough }),
            left_out: observed.bound.map(|bound| bound.left_out),
            unanswered: observed.unanswered.clone(),
            timeouts_used_up: observed.stats.timeouts_used_up,
            steps: observed.stats.steps,
            makespan: makespan(observed, budget),
            semantics: budget.semantics,
            usual: from.usual,
            findings,
            outcomes: observed.outcomes.iter().map(|(t, seen)| outcome(t, seen, loses)).collect(),
            expected: from.expectation.as_ref().map(expected),
            as_expected,
            differences,
            cross_check: cross_check.map(CrossCheckReport::new),
            unseen: sampler
                .filter(|row| row.way == Way::Sampler)
                .and_then(|_| UnseenReport::of(observed)),
            up_to_renaming: unit == Unit::ClassesUpToRenaming,
            predicted: predicted.map(|done| PredictedReport::new(done, budget.levels)),
            unit,
            source: from.source,
            test: None,
        }
    }
}

/// One finding. For a sampler it names the execution that showed it first.
fn finding(
    told: Told,
    (sampler, stage): (Option<&StrategyRow>, Option<&DirectedStage>),
    budget: Budget,
) -> FindingReport {
    let kind = told.kind();
    let Told { shown, witness, detail, graph, proof, record, .. } = told;
    let message = match &shown {
        Ok(identity) => kinds::headline(identity, &record, &proof, graph.as_ref(), &detail),
        Err(divergence) => format!("at step {}, {}", divergence.step, divergence.message),
    };
    // What only the stage has shown has no number among the samples.
    let sampler = sampler.filter(|_| told.executions > 0);
    let member = sampler.and_then(|row| (row.member)(told.first));
    let directed = shown.as_ref().ok().and_then(|one| stage?.first(&one.fault()));
    FindingReport {
        kind,
        level: budget.levels.of(kind),
        message,
        schedule: witness.schedule,
        preemptions: witness.preemptions,
        fewest: told.fewest,
        steps: record.steps,
        proof,
        tasks: record.tasks,
        executions: told.executions,
        execution: sampler.map(|_| told.first),
        member,
        directed,
        graph,
        ended: record.ended,
        key: shown.as_ref().map_or_else(|_| kind.to_string(), |identity| identity.fault().key()),
        subject: shown.ok().and_then(|one| one.tasks.first().map(ToString::to_string)),
        involved: told.involved,
        saved: None,
        detail,
    }
}

/// What ended a check before its budget was spent, if something did.
fn ended_by(end: End) -> Option<String> {
    match end {
        End::Stopped(stop) => Some(stop.to_string()),
        End::Units { unfinished, of } => Some(format!("{unfinished} of {of} units not finished")),
        End::Refused(Refusal::GivenUp { tasks }) => {
            Some(format!("{tasks} tasks did not let themselves be ended"))
        }
        End::Refused(Refusal::TooManyTasks { most }) => {
            Some(format!("an execution has more than {} tasks", grouped(most as u64)))
        }
        _ => None,
    }
}

fn makespan(observed: &Observed, budget: Budget) -> Option<Makespan> {
    let (least, most) = observed.stats.makespan?;
    (budget.semantics.time == TimeMode::Virtual).then_some(Makespan { least, most })
}

fn expected(expectation: &Expectation) -> Expected {
    let findings = expectation.findings.iter();
    Expected {
        findings: findings
            .map(|(kind, appears)| ExpectedFinding {
                kind: *kind,
                always: *appears == Appears::Always,
            })
            .collect(),
        outcomes: expectation
            .outcomes
            .as_ref()
            .map(|outcomes| outcomes.iter().map(ToString::to_string).collect()),
    }
}

fn outcome(turnout: &Turnout, seen: &Seen, loses: bool) -> OutcomeReport {
    let (value, ended) = match turnout {
        Turnout::Complete(value) => (Some(value.to_string()), None),
        Turnout::Failed => (None, Some("failed".to_owned())),
        Turnout::Stuck => (None, Some("stuck".to_owned())),
    };
    let schedule = seen.witness.schedule.clone();
    let no_lost_update = loses.then_some(seen.intact);
    OutcomeReport { value, ended, executions: seen.executions, no_lost_update, schedule }
}
