//! `unknot check`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use super::Terminal;
use super::args::{CheckArgs, Preemptions};
use super::onlooker::Onlooker;
use super::printer::{Printer, Reported};
use super::save::Saver;
use super::select::{Selected, select};
use super::watchdog::Watchdog;
use super::{Status, Trouble, save};
use crate::check::cross_check;
use crate::check::deepen;
use crate::check::observe_row;
use crate::check::simplest::{self, Effort};
use crate::environment;
use crate::model::end::{End, Stop};
use crate::model::finding::Levels;
use crate::model::scenario::{Expectation, Params, Scenario};
use crate::model::terms::Budget;
use crate::report::table::Table;
use crate::report::{BoundsReport, CrossCheckReport, Provenance, Report};
use crate::search::deepen::Deepened;
use crate::search::jobs::{self, Done, Jobs, Queue, Results, in_order_waiting};
use crate::search::observed::Observed;
use crate::search::watch::Watch;
use crate::sim::{Program, ProgramName, with_program_name};
use crate::strategy::{Config, STRATEGIES, StrategyRow};

/// How to explore beyond the sizes that a scenario exhausts.
const BEYOND: &str = "portfolio";

/// One check that is about to run, with everything given or defaulted.
pub(super) struct Planned<'a> {
    pub(super) one: Selected<'a>,
    pub(super) params: Params,
    strategy: &'static StrategyRow,
    seed: Option<u64>,
    expectation: Option<Expectation>,
    budget: Budget,
    /// Where its findings are written, if they are.
    pub(super) saver: Option<Arc<Saver>>,
}

pub(super) fn run(
    args: &CheckArgs,
    catalogue: &[Scenario],
    terminal: Terminal,
    program: &str,
    (out, err): (&mut dyn Write, &mut dyn Write),
) -> Result<Status, Trouble> {
    let look = terminal.look.verbose(args.verbose);
    let jobs = args.jobs.or(terminal.cores).unwrap_or(Jobs::MIN);
    let (jobs, note) = jobs::within(jobs, terminal.cores);
    if let Some(note) = note {
        // Nothing can be done about a standard error that is closed.
        let _ = writeln!(err, "note: {note}");
    }
    let onlooker = Onlooker::new(args.time_limit, args.progress, terminal);
    let levels = Levels::new(&args.fail_on, &args.allow).map_err(Trouble::Usage)?;
    let selected = select(&args.patterns, catalogue)?;
    // Everything is looked at before anything runs.
    let planned: Result<Vec<Planned<'_>>, Trouble> =
        selected.iter().map(|one| plan(*one, args, levels)).collect();
    let planned = planned?;
    if let Some(dir) = &args.save {
        save::prepare(dir, &selected)?;
    }
    let (table, reports) = (Table::default(), vec![]);
    let (planned, onlooker) = (&planned, &onlooker);
    let is_unwritten = false;
    let printer =
        Printer { planned, args, program, look, onlooker, out, err, table, reports, is_unwritten };
    let printer = RefCell::new(printer);
    check_all(planned, args, jobs, onlooker, &printer)?;
    printer.into_inner().finish()
}

/// Checks all that is planned on several threads, and hands over the reports
/// in order.
fn check_all(
    planned: &[Planned<'_>],
    args: &CheckArgs,
    jobs: Jobs,
    onlooker: &Onlooker,
    printer: &RefCell<Printer<'_>>,
) -> Result<(), Trouble> {
    let at_once = Jobs::new(planned.len()).map_or(Jobs::MIN, |all| all.min(jobs));
    let each = Jobs::new(jobs.get() / at_once).unwrap_or(Jobs::MIN);
    let queue = Queue::new(planned.len() as u64);
    let work = |done: &Done<Report>| {
        while let Some(number) = queue.take() {
            let nth = number as usize;
            let name = ProgramName::from(planned[nth].one.name());
            let mut watch = onlooker.begin(nth, planned.len(), &name);
            if let Some(saver) = &planned[nth].saver {
                let saver = Arc::clone(saver);
                watch = watch.telling(move |news, execution| saver.hear(news, execution));
            }
            let check = || check(&planned[nth], args, each, &watch);
            let report = with_program_name(Some(name), check);
            onlooker.end(nth);
            // Nobody listens any more when something could not be printed.
            let _ = done.send((number, report));
        }
    };
    let stop = || {
        queue.end_at(0);
        onlooker.abandon();
    };
    let print =
        |number, report| printer.borrow_mut().print(number as usize, Reported::Ended(report));
    let watchdog = RefCell::new(Watchdog::new(onlooker));
    let wait = |results: &Results<Report>| {
        watchdog.borrow_mut().wait(results, |text| printer.borrow_mut().say(text))
    };
    let leave = |mut waiting: BTreeMap<u64, Report>| {
        let stop = watchdog.borrow().stop.unwrap_or(Stop::Abandoned);
        let mut printer = printer.borrow_mut();
        let mut print_rest = || {
            let n_printed = printer.reports.len();
            for (nth, planned) in planned.iter().enumerate().skip(n_printed) {
                let report = waiting.remove(&(nth as u64));
                let report = match report {
                    Some(report) => Reported::Ended(report),
                    None => Reported::Unfinished(unfinished(planned, args, stop)),
                };
                printer.print(nth, report)?;
            }
            printer.finish()
        };
        environment::leave(print_rest().unwrap_or(Status::Unwritten).code())
    };
    in_order_waiting(at_once, work, print, stop, (wait, leave))
}

/// The report of a check that did not come to its end, or did not begin.
fn unfinished(planned: &Planned<'_>, args: &CheckArgs, stop: Stop) -> Report {
    let program = planned.one.variant.program(&planned.params);
    let observed = Observed::nothing(End::Stopped(stop));
    let from = planned.provenance(args);
    Report::new(from, &program, &observed, &BTreeMap::new(), planned.budget)
}

impl Planned<'_> {
    fn provenance(&self, args: &CheckArgs) -> Provenance<'_> {
        let Planned { one, params, strategy, seed, expectation, .. } = self;
        Provenance {
            scenario: one.name(),
            params,
            given: args.p.clone(),
            usual: one.variant.semantics(),
            strategy,
            seed: *seed,
            expectation: expectation.clone(),
            source: one.scenario.source,
        }
    }
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
    let saver = args.save.as_ref().map(|dir| Arc::new(Saver::new(dir, one, &params, budget)));
    Ok(Planned { one, params, strategy, seed, expectation, budget, saver })
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
    let Planned { one, params, strategy, budget, .. } = planned;
    let program = one.variant.program(params);
    let (observed, bounds) = search(planned, &program, args.preemptions, (watch, jobs));
    let effort = Effort { watch: watch.clone(), jobs, ..Effort::default() };
    let simplest = simplest::find(&program, &observed, *budget, effort);
    let from = planned.provenance(args);
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
