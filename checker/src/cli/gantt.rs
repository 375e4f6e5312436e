//! `unknot gantt`.

use std::io::Write;

use super::args::GanttArgs;
use super::output::{check_destination, write_to};
use super::replay_target::{ReplayTarget, Rerun, Resolved};
use super::select::Selected;
use crate::check::observe;
use crate::cli::status::{Status, Trouble};
use crate::model::scenario::{Params, Scenario};
use crate::model::terms::{Budget, Semantics};
use crate::report::gantt::GanttReport;
use crate::report::look::Look;
use crate::strategy::{Config, STRATEGIES};
use unknot_sim::{TimeMode, with_program_name};

pub(super) fn run(
    args: &GanttArgs,
    catalogue: &[Scenario],
    look: Look,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Status, Trouble> {
    let Resolved { one, which: given, params, semantics } =
        ReplayTarget::resolve(&args.one, catalogue)?;
    if let Some(path) = &args.o {
        check_destination(path)?;
    }
    if semantics.time == TimeMode::Any {
        return Err(Trouble::Nothing(format!(
            "no time passes in {} where durations do not count; --time virtual has them count",
            one.name()
        )));
    }
    let which = match given {
        Some(which) => which,
        None => ReplayTarget::Schedule(first(one, &params, semantics)?),
    };
    let Rerun { replayed, note } = which.run_again(one, &params, semantics)?;
    if let Some(note) = note {
        writeln!(err, "note: {note}")?;
    }
    let schedule = replayed.record.schedule.to_string();
    let Some(timeline) = &replayed.timeline else {
        return Err(Trouble::Nothing(format!("no time passes in '{schedule}'")));
    };
    let end = replayed.record.ended;
    let report = GanttReport { scenario: one.name(), schedule, end, timeline };
    let look = if args.o.is_some() { Look::default() } else { look };
    let write = args.format.gantt.expect("the parser takes formats that print charts");
    let mut bytes = vec![];
    write(&report, look.verbose(args.verbose), &mut bytes)?;
    write_to(args.o.as_deref(), &bytes, out)?;
    Ok(Status::Ok)
}

/// The schedule of the first execution that a default check makes: each task goes on as
/// long as it can.
fn first(one: Selected<'_>, params: &Params, semantics: Semantics) -> Result<String, Trouble> {
    let program = one.variant.program(params);
    let budget = Budget { max_executions: 1, semantics, ..Budget::default() };
    let strategy = (STRATEGIES[0].create)(Config::default());
    let search = || observe(&program, strategy, budget);
    let observed = with_program_name(Some(one.name().into()), search);
    match observed.outcomes.into_values().next() {
        Some(seen) => Ok(seen.witness.schedule.to_string()),
        None => Err(Trouble::Nothing(format!("the first execution of {} has no end", one.name()))),
    }
}
