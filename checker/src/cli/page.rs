//! Pages: `--format html` of `check`, `replay` and `graph`.
//!
//! A page shows executions step by step, so each one that it names is run again.

use std::io::Write;
use std::path::Path;

use unknot_sim::{Program, with_program_name};

use super::output::write_to;
use super::planned::PlannedCheck;
use super::select::Selected;
use crate::check::explain::explain;
use crate::check::observe;
use crate::check::play::{MOST as MOST_STATES, NoStateGraph, state_graph};
use crate::cli::status::Trouble;
use crate::model::finding::{Fault, Origin};
use crate::model::kind::{Level, Levels};
use crate::model::scenario::Params;
use crate::model::terms::{Budget, Semantics};
use crate::replay::states::states;
use crate::replay::{Replayed, replay};
use crate::report::Report;
use crate::report::explain::ExplainReport;
use crate::report::formats::FormatRow;
use crate::report::html::{Page, PageCheck, PageExecution, PagePlace, PlayData};
use crate::report::replay::ReplayReport;
use crate::report::text::{command_of, replay_command};
use crate::strategy::Dpor;

/// Adds a check to a page.
pub(super) fn add_check(page: &mut Page, planned: &PlannedCheck<'_>, report: &Report) {
    let PlannedCheck { one, params, budget, .. } = planned;
    let program = one.variant.program(params);
    let run = |schedule: &_| {
        let run = || {
            let replayed = replay(&program, schedule, budget.semantics);
            let states = states(&program, &replayed, budget.semantics);
            PageExecution { replayed, states }
        };
        with_program_name(Some(one.name().into()), run)
    };
    let explained = explained(planned, &program, report);
    let play = || play(&program, report, *budget);
    let play = with_program_name(Some(one.name().into()), play);
    page.add_check(PageCheck { report, explained, play }, budget.levels, &run);
}

/// The graph of all states of a program, with the findings of all its executions: a check
/// may have looked at fewer.
fn play(program: &Program, report: &Report, budget: Budget) -> PlayData {
    // Each class ends in a state of its own.
    let max_executions = MOST_STATES.states as u64;
    let observed =
        observe(program, Dpor::new(), Budget { max_executions, fail_fast: false, ..budget });
    let findings: Vec<Fault<Origin>> = observed.findings.keys().cloned().collect();
    let graph = match (observed.divergence.is_some(), observed.exhausted()) {
        (true, _) => Err(NoStateGraph::Nondeterminism),
        (_, false) => Err(NoStateGraph::TooLarge),
        _ => state_graph(program, &findings, budget.levels, budget.semantics, MOST_STATES),
    };
    PlayData::new(graph, &findings, budget.levels, report)
}

/// Executions of the search within which the page says what decides.
const EXPLAINED: u64 = 10_000;

/// Which order of steps decides, where an error was found.
fn explained(
    planned: &PlannedCheck<'_>,
    program: &Program,
    report: &Report,
) -> Option<ExplainReport> {
    let PlannedCheck { one, budget, .. } = planned;
    report.findings.iter().find(|finding| finding.level == Level::Error)?;
    let budget = Budget { max_executions: budget.max_executions.min(EXPLAINED), ..*budget };
    let explain = || explain(program, None, budget).ok();
    let explanation = with_program_name(Some(one.name().into()), explain)?;
    Some(ExplainReport::new(one.name(), replay_command(report), explanation, budget.levels))
}

/// One execution of a scenario, to be shown on a page of its own.
pub(super) struct SinglePage<'a> {
    pub(super) one: Selected<'a>,
    pub(super) params: &'a Params,
    pub(super) semantics: Semantics,
    pub(super) program: &'a str,
    pub(super) replayed: &'a Replayed,
}

impl SinglePage<'_> {
    /// A page of the execution alone, opened after so many steps.
    pub(super) fn page(&self, report: &ReplayReport<'_>, step: Option<usize>) -> Page {
        let SinglePage { one, params, semantics, program, replayed } = *self;
        let body: Program = one.variant.program(params);
        let run = || states(&body, replayed, semantics);
        let states = with_program_name(Some(one.name().into()), run);
        let usual = one.variant.semantics();
        let given = one.given(params);
        let command = command_of((program, "replay"), &one.name(), &given, (semantics, usual));
        let mut page = Page::default();
        page.add_replay(report, &states, &command, one.scenario.source);
        page.open_at(PagePlace { execution: 0, step });
        page
    }

    /// The same where nothing but a graph is asked for.
    pub(super) fn page_at(&self, step: Option<usize>) -> Page {
        let declared = self.one.variant.expectation(self.params, self.semantics.time);
        let is_declared =
            |kind| declared.iter().flat_map(|all| &all.findings).any(|(one, _)| *one == kind);
        let name = self.one.name();
        let report = ReplayReport::new(name, self.replayed, Levels::default(), is_declared);
        self.page(&report, step)
    }
}

/// Writes a page to a file, or to the output where none is named.
pub(super) fn write(
    page: &Page,
    format: &FormatRow,
    path: Option<&Path>,
    out: &mut dyn Write,
) -> Result<(), Trouble> {
    let write = format.page.expect("it was asked for");
    let mut bytes = vec![];
    write(page, &mut bytes)?;
    write_to(path, &bytes, out)
}
