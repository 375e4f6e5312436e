//! The page of a check, for the command line and for tests that fail.
//!
//! A page shows executions step by step, so each one that a report names is run again, and
//! where an error was found it says which order of steps decides. Of small programs it has
//! the graph of all states. That takes further searches: they ask the monitor of the check, so
//! a limit on time holds for them too, and a page without an answer says why it has none. Only
//! the graph itself, once its states are known to be few, is made to its end.

use unknot_sim::{Program, with_program_name};

use crate::check::explain::{Unexplained, explain};
use crate::check::observe_monitored;
use crate::check::play::{MOST as MOST_STATES, NoStateGraph, state_graph};
use crate::model::end::End;
use crate::model::finding::{Fault, Origin};
use crate::model::kind::Level;
use crate::model::terms::Budget;
use crate::replay::replay;
use crate::replay::states::states;
use crate::report::Report;
use crate::report::explain::ExplainReport;
use crate::report::html::{Page, PageCheck, PageExecution, PlayData};
use crate::report::text::replay_command;
use crate::search::monitor::{CheckPhase, Monitor};
use crate::strategy::Dpor;

/// Work of the search that precedes the graph of states: programs that need more have longer
/// executions than a reader plays through.
const PLAYED: u64 = 5_000_000;

/// Executions of the search within which the page says what decides.
const EXPLAINED: u64 = 10_000;

/// Adds a check to a page.
pub(crate) fn add_check(
    page: &mut Page,
    (program, budget): (&Program, Budget),
    report: &Report,
    monitor: &Monitor,
) {
    let name = || Some(report.scenario.as_str().into());
    let run = |schedule: &_| {
        with_program_name(name(), || {
            let replayed = replay(program, schedule, budget.semantics);
            let states = states(program, &replayed, budget.semantics);
            PageExecution { replayed, states }
        })
    };
    let has_error = report.findings.iter().any(|finding| finding.level == Level::Error);
    let explained = has_error
        .then(|| with_program_name(name(), || explained((program, budget), report, monitor)));
    let play = with_program_name(name(), || play((program, budget), report, monitor));
    page.add_check(PageCheck { report, explained, play }, budget.levels, &run);
}

/// The graph of all states of a program, with the findings of all its executions: a check
/// may have looked at fewer.
fn play((program, budget): (&Program, Budget), report: &Report, monitor: &Monitor) -> PlayData {
    let max_executions = MOST_STATES.states as u64;
    let all = Budget { max_executions, max_effort: PLAYED, fail_fast: false, ..budget };
    let observed = observe_monitored(program, Dpor::new(), all, (CheckPhase::Search, monitor));
    if let End::Stopped(stop) = observed.end {
        return PlayData::stopped(stop);
    }
    let findings: Vec<Fault<Origin>> = observed.findings.keys().cloned().collect();
    let graph = match (observed.divergence.is_some(), observed.exhausted()) {
        (true, _) => Err(NoStateGraph::Nondeterminism),
        // Each class ends in a state of its own.
        (_, false) if observed.end == End::Executions => Err(NoStateGraph::TooManyStates),
        (_, false) => Err(NoStateGraph::TooLong),
        _ => state_graph(program, &findings, budget.levels, budget.semantics, MOST_STATES),
    };
    PlayData::new(graph, &findings, budget.levels, report)
}

/// Which order of steps decides, or why that is not said.
fn explained(
    (program, budget): (&Program, Budget),
    report: &Report,
    monitor: &Monitor,
) -> Result<ExplainReport, String> {
    let budget =
        Budget { max_executions: budget.max_executions.min(EXPLAINED), fail_fast: false, ..budget };
    let explanation = explain(program, None, (budget, monitor)).map_err(|why| match why {
        Unexplained::NothingFails { .. } | Unexplained::Passes => {
            let most = budget.max_executions;
            format!("the first executions of a search ({most} at most) do not fail")
        }
        Unexplained::Nondeterminism => {
            "the program does not do the same under the same schedule".to_owned()
        }
        Unexplained::Stopped(stop) => stop.to_string(),
    })?;
    let name = report.scenario.clone();
    Ok(ExplainReport::new(name, replay_command(report), explanation, budget.levels))
}
