//! `unknot graph`.

use std::io::Write;
use std::sync::Arc;

use super::args::{GraphArgs, GraphKind};
use super::output::{check_destination, write_to};
use super::page::{self, SinglePage};
use super::replay_target::{ReplayTarget, Rerun, Resolved};
use super::select::Selected;
use crate::analysis::stuck::is_stuck;
use crate::check::observe;
use crate::check::simplest::{self, Effort};
use crate::cli::status::{Status, Trouble};
use crate::model::scenario::{Params, Scenario};
use crate::model::schedule::Schedule;
use crate::model::terms::{Budget, Semantics};
use crate::replay::{Replayed, replay};
use crate::report::dot::View;
use crate::report::formats::GraphLook;
use crate::report::look::Look;
use crate::strategy::{Config, STRATEGIES};
use unknot_sim::{Program, with_program_name};

pub(super) fn run(
    args: &GraphArgs,
    catalogue: &[Scenario],
    look: Look,
    program: &str,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Status, Trouble> {
    let Resolved { one, which: given, params, semantics } =
        ReplayTarget::resolve(&args.one, catalogue)?;
    if let Some(path) = &args.o {
        check_destination(path)?;
    }
    let which = match given {
        Some(which) => which,
        None => ReplayTarget::Schedule(simplest_stuck(one, &params, semantics)?),
    };
    let Rerun { mut replayed, note } = which.run_again(one, &params, semantics)?;
    if let Some(note) = note {
        writeln!(err, "note: {note}")?;
    }
    if args.format.page.is_some() {
        let n_steps = replayed.record.steps.len();
        if let Some(steps) = args.at.filter(|&steps| steps > n_steps) {
            return Err(beyond(steps, n_steps, &replayed.record.schedule));
        }
        let shown = SinglePage { one, params: &params, semantics, program, replayed: &replayed };
        page::write(&shown.page_at(args.at), args.format, args.o.as_deref(), out)?;
        return Ok(Status::Ok);
    }
    if let Some(steps) = args.at {
        replayed = stop_after(steps, &replayed, &one.variant.program(&params), semantics)?;
    }
    if replayed.graph.is_empty() {
        let schedule = &replayed.record.schedule;
        return Err(Trouble::Nothing(match args.at {
            Some(steps) => format!("no task waits at --at {steps}, after '{schedule}'"),
            None => format!("no task waits at the end of '{schedule}'"),
        }));
    }
    let view = match args.kind {
        GraphKind::WaitFor => View::WaitFor,
        GraphKind::Resource => View::Resource,
    };
    let mut bytes = vec![];
    let look = if args.o.is_some() { Look::default() } else { look };
    let look = GraphLook {
        view,
        source: one.scenario.source,
        look: look.verbose(args.verbose),
        timeline: replayed.timeline.as_ref(),
    };
    let write = args.format.graph.expect("the parser takes formats that print graphs");
    write(&replayed.graph, look, &mut bytes)?;
    write_to(args.o.as_deref(), &bytes, out)?;
    Ok(Status::Ok)
}

/// The same execution, stopped after `steps` steps. The schedule itself is cut, so
/// nothing after it can have been noted.
fn stop_after(
    steps: usize,
    whole: &Replayed,
    program: &Program,
    semantics: Semantics,
) -> Result<Replayed, Trouble> {
    let mut schedule = whole.record.schedule.clone();
    let n = schedule.steps.len();
    if steps > n {
        return Err(beyond(steps, n, &schedule));
    }
    Arc::make_mut(&mut schedule.steps).truncate(steps);
    Ok(replay(program, &schedule, semantics))
}

fn beyond(steps: usize, n: usize, schedule: &Schedule) -> Trouble {
    Trouble::Usage(format!("--at {steps} is beyond the {n} steps of '{schedule}'"))
}

/// The simplest schedule of what a default check finds stuck: the one that the
/// check shows.
fn simplest_stuck(
    one: Selected<'_>,
    params: &Params,
    semantics: Semantics,
) -> Result<String, Trouble> {
    let program = one.variant.program(params);
    let budget = Budget { semantics, ..Budget::default() };
    let strategy = (STRATEGIES[0].create)(Config::default());
    let search = || {
        let mut observed = observe(&program, strategy, budget);
        observed.findings.retain(|fault, _| is_stuck(fault.kind));
        simplest::find(&program, &observed, budget, Effort::default())
    };
    let simplest = with_program_name(Some(one.name().into()), search);
    match simplest.into_values().map(|simplest| simplest.witness).min() {
        Some(witness) => Ok(witness.schedule.to_string()),
        None => Err(Trouble::Nothing(format!("no execution of {} gets stuck", one.name()))),
    }
}
