//! `unknot check`.

use std::io::Write;

use super::Terminal;
use super::args::{CheckArgs, Format, Preemptions, Progress};
use super::onlooker::Onlooker;
use super::select::{Selected, select};
use super::{Status, Trouble, save};
use crate::check::{Budget, Observed};
use crate::cross_check;
use crate::deepen::{Deepened, deepen};
use crate::finding::Levels;
use crate::jobs::{self, Done, Jobs, Queue, in_order};
use crate::parts::observe_row;
use crate::report::json::{self, Document};
use crate::report::table::Table;
use crate::report::{BoundsReport, CrossCheckReport, Provenance, Report, text};
use crate::scenario::{Expectation, Params, Scenario};
use crate::sim::{Program, with_program_name};
use crate::simplest::{self, Effort};
use crate::strategy::{Config, STRATEGIES, StrategyRow};
use crate::watch::Watch;

/// How to explore beyond the sizes that a scenario exhausts.
const BEYOND: &str = "portfolio";

/// One check that is about to run, with everything given or defaulted.
struct Planned<'a> {
    one: Selected<'a>,
    params: Params,
    strategy: &'static StrategyRow,
    seed: Option<u64>,
    expectation: Option<Expectation>,
    budget: Budget,
}

pub(super) fn run(
    args: &CheckArgs,
    catalogue: &[Scenario],
    terminal: Terminal,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Status, Trouble> {
    let style = terminal.style;
    let jobs = args.jobs.or(terminal.cores).unwrap_or(Jobs::MIN);
    let (jobs, note) = jobs::within(jobs, terminal.cores);
    if let Some(note) = note {
        // Nothing can be done about a standard error that is closed.
        let _ = writeln!(err, "note: {note}");
    }
    let progress = terminal.progress.filter(|_| args.progress == Progress::Auto);
    let onlooker = Onlooker::new(args.time_limit, Terminal { progress, ..terminal });
    let levels = Levels::new(&args.fail_on, &args.allow).map_err(Trouble::Usage)?;
    let selected = select(&args.patterns, catalogue)?;
    // Everything is looked at before anything runs.
    let planned: Result<Vec<Planned<'_>>, Trouble> =
        selected.iter().map(|one| plan(*one, args, levels)).collect();
    let planned = planned?;
    if let Some(dir) = &args.save {
        save::prepare(dir, &selected)?;
    }
    let mut table = Table::default();
    let mut reports = vec![];
    let mut is_unwritten = false;
    let print = |nth: usize, mut report: Report| -> Result<(), Trouble> {
        let plan = &planned[nth];
        let _quiet = onlooker.quiet();
        if let Some(dir) = &args.save {
            match save::findings(dir, plan.one, &plan.params, &mut report) {
                // A full disk ends no check.
                Err(Trouble::Unwritten(message)) => {
                    let _ = writeln!(err, "error: {message}");
                    is_unwritten = true;
                }
                done => done?,
            }
        }
        if args.format == Format::Text {
            if selected.len() == 1 {
                text::write_report(&report, style, out)?;
                text::write_line(&report, style, out)?;
            } else {
                table.write_row(plan.one.scenario.family, &report, style, out)?;
            }
        }
        reports.push(report);
        Ok(())
    };
    check_all(&planned, args, jobs, &onlooker, print)?;
    match args.format {
        Format::Json => json::write_all(Document::Check, &reports, out)?,
        Format::Text => {
            let as_declared = reports.iter().filter(|r| r.as_expected == Some(true)).count();
            writeln!(out, "\n{} checked, {as_declared} as declared", reports.len())?;
        }
    }
    let unwritten = is_unwritten.then_some(Status::Unwritten);
    Ok(reports.iter().map(status).chain(unwritten).max().unwrap_or(Status::Ok))
}

/// Checks all that is planned on several threads, and hands over the reports
/// in order.
fn check_all(
    planned: &[Planned<'_>],
    args: &CheckArgs,
    jobs: Jobs,
    onlooker: &Onlooker,
    mut print: impl FnMut(usize, Report) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    let at_once = Jobs::new(planned.len()).map_or(Jobs::MIN, |all| all.min(jobs));
    let each = Jobs::new(jobs.get() / at_once).unwrap_or(Jobs::MIN);
    let queue = Queue::new(planned.len() as u64);
    let work = |done: &Done<Report>| {
        while let Some(number) = queue.take() {
            let nth = number as usize;
            let watch = onlooker.begin(nth, planned.len(), &planned[nth].one.name());
            let name = planned[nth].one.name();
            let check = || check(&planned[nth], args, each, &watch);
            let report = with_program_name(Some(name.into()), check);
            onlooker.end(nth);
            // Nobody listens any more when something could not be printed.
            let _ = done.send((number, report));
        }
    };
    let stop = || {
        queue.end_at(0);
        onlooker.abandon();
    };
    in_order(at_once, work, |number, report| print(number as usize, report), stop)
}

/// Settles what to do about one variant.
fn plan<'a>(one: Selected<'a>, args: &CheckArgs, levels: Levels) -> Result<Planned<'a>, Trouble> {
    let params = one.params(&args.p)?;
    let semantics = args.terms.semantics(one.variant);
    let expectation = one.variant.expectation(&params, semantics.time);
    let strategy = match &args.strategy {
        Some(name) => StrategyRow::named(name).map_err(Trouble::Usage)?,
        // Beyond the sizes that can be exhausted a search would see one corner
        // of the tree; samples come from everywhere.
        None if (one.variant.expect)(&params).exhausts => &STRATEGIES[0],
        None => StrategyRow::named(BEYOND).map_err(Trouble::Usage)?,
    };
    strategy.bound(args.preemptions).map_err(Trouble::Usage)?;
    if args.cross_check {
        is_comparable(strategy, args)?;
    }
    let seed = strategy.seed(args.seed).map_err(Trouble::Usage)?;
    let budget = Budget {
        max_executions: args.max_executions.unwrap_or(strategy.way.default_executions()),
        fail_fast: args.fail_fast,
        levels,
        semantics,
        asked: args.terms.asked(one.variant, expectation.as_ref()),
        ..Budget::default()
    };
    Ok(Planned { one, params, strategy, seed, expectation, budget })
}

/// Whether the search goes through everything, so that it can be compared.
fn is_comparable(strategy: &StrategyRow, args: &CheckArgs) -> Result<(), Trouble> {
    cross_check::refuse_samplers(strategy).map_err(Trouble::Usage)?;
    let given = [("--fail-fast", args.fail_fast), ("--preemptions", args.preemptions.is_some())];
    match given.iter().find(|(_, is_given)| *is_given) {
        Some((option, _)) => Err(Trouble::Usage(format!(
            "--cross-check compares whole searches, and {option} leaves something out"
        ))),
        None => Ok(()),
    }
}

/// Checks one variant; the threads are for a check that can use several.
fn check(planned: &Planned<'_>, args: &CheckArgs, jobs: Jobs, watch: &Watch) -> Report {
    let Planned { one, params, strategy, seed, expectation, budget } = planned;
    let program = one.variant.program(params);
    let (observed, bounds) = search(planned, &program, args.preemptions, (watch, jobs));
    let effort = Effort { watch: watch.clone(), jobs, ..Effort::default() };
    let simplest = simplest::find(&program, &observed, *budget, effort);
    let from = Provenance {
        scenario: one.name(),
        params,
        given: args.p.clone(),
        usual: one.variant.semantics(),
        strategy,
        seed: *seed,
        expectation: expectation.clone(),
        source: one.scenario.source,
    };
    let cross_check = args.cross_check.then(|| {
        let done = cross_check::run(&program, strategy, &observed, *budget, watch);
        CrossCheckReport::new(done)
    });
    Report { bounds, cross_check, ..Report::new(from, &program, &observed, &simplest, *budget) }
}

/// Explores, under one bound on preemptions, or several, or none.
fn search(
    planned: &Planned<'_>,
    program: &Program,
    preemptions: Option<Preemptions>,
    (watch, jobs): (&Watch, Jobs),
) -> (Observed, Option<BoundsReport>) {
    let Planned { strategy, seed, budget, .. } = planned;
    let config = |preemptions| Config { seed: seed.unwrap_or_default(), only: None, preemptions };
    let bound = match preemptions {
        Some(Preemptions::Auto) => {
            let create = |bound| (strategy.create)(config(Some(bound)));
            let Deepened { observed, tried } = deepen(program, create, *budget, (watch, jobs));
            let bounds = BoundsReport { tried, enough: observed.exhausted() };
            return (observed, Some(bounds));
        }
        Some(Preemptions::AtMost(most)) => Some(most),
        None => None,
    };
    (observe_row(program, (strategy, config(bound)), *budget, watch, jobs), None)
}

fn status(report: &Report) -> Status {
    let of = |answer| match answer {
        Some(true) => Status::Ok,
        Some(false) => Status::Failed,
        None => Status::Inconclusive,
    };
    let is_declared = report.expected.is_some();
    let declared = match (report.as_expected, report.verdict.as_str()) {
        // Nothing is declared: what was found is the answer.
        (None, "fail") if !is_declared => Status::Failed,
        (None, "pass") if !is_declared => Status::Ok,
        (answer, _) => of(answer),
    };
    let compared = report.cross_check.as_ref().map_or(Status::Ok, |done| of(done.agrees));
    declared.max(compared)
}
