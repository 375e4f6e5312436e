//! `unknot check`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use super::args::CheckArgs;
use super::long::{self, Prepared, with_course};
use super::onlooker::Onlooker;
use super::output::{Destination, check_destination};
use super::planned::{PlannedCheck, plan};
use super::printer::{Printer, Reported};
use super::save;
use super::select::select;
use super::unit;
use super::watchdog::Watchdog;
use crate::check::{self, CheckResult, Request};
use crate::cli::status::{Status, Trouble};
use crate::cli::terminal::Terminal;
use crate::environment;
use crate::model::end::{End, Stop};
use crate::model::kind::Levels;
use crate::model::scenario::Scenario;
use crate::report::Report;
use crate::report::formats::FORMATS;
use crate::report::look::Look;
use crate::report::table::Table;
use crate::search::jobs::{self, Jobs, Queue, ResultSender, Results, in_order_waiting};
use crate::search::monitor::Monitor;
use crate::search::observed::Observed;
use unknot_sim::{ProgramName, with_program_name};

pub(super) fn run(
    args: &CheckArgs,
    catalogue: &[Scenario],
    terminal: Terminal,
    program: &str,
    (out, err): (&mut dyn Write, &mut dyn Write),
) -> Result<Status, Trouble> {
    if args.quiz && args.format.page.is_none() {
        let formats = FORMATS.iter().filter(|row| row.page.is_some()).map(|row| row.name);
        let formats: Vec<&str> = formats.collect();
        return Err(Trouble::Usage(format!(
            "--quiz asks on a page, and --format {} is none; it needs --format {}",
            args.format.name,
            formats.join(" or ")
        )));
    }
    let levels = Levels::new(&args.fail_on, &args.allow).map_err(Trouble::Usage)?;
    let selected = select(&args.patterns, catalogue)?;
    // Every check is planned before any of them runs.
    let planned: Result<Vec<PlannedCheck<'_>>, Trouble> =
        selected.iter().map(|one| plan(*one, args, levels)).collect();
    let planned = planned?;
    if let Some(dir) = &args.save {
        save::prepare(dir, &selected)?;
    }
    let prepared = long::prepare(args, &planned, program)?;
    make(args, &planned, &prepared, (terminal, program), Output { out, err })
}

/// Where a command prints.
pub(super) struct Output<'a> {
    pub(super) out: &'a mut dyn Write,
    pub(super) err: &'a mut dyn Write,
}

/// Makes what is planned.
pub(super) fn make(
    args: &CheckArgs,
    planned: &[PlannedCheck<'_>],
    prepared: &Prepared,
    (terminal, program): (Terminal, &str),
    Output { out, err }: Output<'_>,
) -> Result<Status, Trouble> {
    let look = terminal.look.verbose(args.verbose);
    let jobs = args.jobs.or(terminal.cores).unwrap_or(Jobs::MIN);
    let (jobs, note) = jobs::within(jobs, terminal.cores);
    if let Some(note) = note {
        // If standard error is closed, nothing can be done.
        let _ = writeln!(err, "note: {note}");
    }
    let onlooker = &Onlooker::new(args.time_limit, args.progress, terminal);
    if let Some(path) = &args.o {
        check_destination(path)?;
    }
    if let (Prepared::Long(long), true) = (prepared, args.long.unit.is_some()) {
        return unit::run(long, (&planned[0], args), onlooker, program, out);
    }
    let (table, reports) = (Table::default(), vec![]);
    let look = if args.o.is_some() { Look::default().verbose(args.verbose) } else { look };
    let destination = match &args.o {
        Some(path) => Destination::File(path, vec![]),
        None => Destination::Output(out),
    };
    let is_unwritten = false;
    let printer = Printer {
        planned,
        args,
        program,
        look,
        onlooker,
        out: destination,
        err,
        table,
        reports,
        is_unwritten,
    };
    let printer = RefCell::new(printer);
    check_all((planned, prepared), args, jobs, onlooker, &printer)?;
    let mut printer = printer.into_inner();
    let status = printer.finish()?;
    if let Prepared::Long(long) = prepared {
        long.trouble().map_or(Ok(()), Err)?;
        long.note(program).into_iter().for_each(|note| printer.say(&note));
    }
    Ok(status)
}

/// Makes all planned checks on several threads, and hands over the reports
/// in order.
fn check_all(
    (planned, prepared): (&[PlannedCheck<'_>], &Prepared),
    args: &CheckArgs,
    jobs: Jobs,
    onlooker: &Onlooker,
    printer: &RefCell<Printer<'_>>,
) -> Result<(), Trouble> {
    let at_once = Jobs::new(planned.len()).map_or(Jobs::MIN, |all| all.min(jobs));
    let each = Jobs::new(jobs.get() / at_once).unwrap_or(Jobs::MIN);
    let queue = Queue::new(planned.len() as u64);
    let work = |done: &ResultSender<Report>| {
        while let Some(number) = queue.take() {
            let nth = number as usize;
            let name = ProgramName::from(planned[nth].one.name());
            let mut monitor = onlooker.begin(nth, planned.len(), &name);
            if let Some(saver) = &planned[nth].saver {
                let saver = Arc::clone(saver);
                monitor = monitor.telling(move |news, execution| saver.hear(news, execution));
            }
            let check = || check(&planned[nth], args, (each, prepared), &monitor);
            let report = with_program_name(Some(name), check);
            onlooker.end(nth);
            // After a report could not be printed nothing receives any more.
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

/// The report of a check that did not come to its end, or has not begun.
fn unfinished(planned: &PlannedCheck<'_>, args: &CheckArgs, stop: Stop) -> Report {
    let program = planned.one.variant.program(&planned.params);
    let observed = Observed::nothing(End::Stopped(stop));
    let answer = CheckResult::of(&program, observed, &BTreeMap::new(), planned.budget);
    Report::new(planned.provenance(args), answer, planned.budget)
}

/// Checks one variant; the threads are for a check that can use several.
fn check(
    planned: &PlannedCheck<'_>,
    args: &CheckArgs,
    (jobs, prepared): (Jobs, &Prepared),
    monitor: &Monitor,
) -> Report {
    let PlannedCheck { one, params, strategy, seed, budget, .. } = planned;
    let program = &one.variant.program(params);
    let answer = with_course(prepared, |course| {
        check::check(&Request {
            program,
            strategy,
            seed: *seed,
            preemptions: args.preemptions,
            budget: *budget,
            directs: planned.directs,
            predicts: args.predict,
            cross_check: args.cross_check,
            monitor,
            jobs,
            course,
        })
    });
    Report::new(planned.provenance(args), answer, *budget)
}
