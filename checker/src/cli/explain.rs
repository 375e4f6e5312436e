//! `unknot explain`.

use std::io::Write;

use unknot_sim::with_program_name;

use super::args::ExplainArgs;
use super::output::{check_destination, write_to};
use super::replay_target::{ReplayTarget, Rerun, Resolved};
use crate::check::explain::{Unexplained, explain};
use crate::cli::status::{Status, Trouble};
use crate::model::kind::Levels;
use crate::model::scenario::Scenario;
use crate::model::terms::Budget;
use crate::report::explain::ExplainReport;
use crate::report::look::Look;
use crate::report::text::command_of;
use crate::search::monitor::Monitor;

pub(super) fn run(
    args: &ExplainArgs,
    catalogue: &[Scenario],
    (look, program_name): (Look, &str),
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Status, Trouble> {
    let Resolved { one, which: given, params, semantics } =
        ReplayTarget::resolve(&args.one, catalogue)?;
    if let Some(path) = &args.o {
        check_destination(path)?;
    }
    let mut failing = None;
    if let Some(which) = given {
        let Rerun { replayed, note } = which.run_again(one, &params, semantics)?;
        if let Some(note) = note {
            writeln!(err, "note: {note}")?;
        }
        failing = Some(replayed);
    }
    let budget = Budget { max_executions: args.max_executions, semantics, ..Budget::default() };
    let program = one.variant.program(&params);
    let monitor = Monitor::default();
    let explaining = || explain(&program, failing, (budget, &monitor));
    let explained = with_program_name(Some(one.name().into()), explaining);
    let explanation = explained.map_err(|why| trouble(why, &one.name()))?;
    let usual = one.variant.semantics();
    let given = one.given(&params);
    let command = command_of((program_name, "replay"), &one.name(), &given, (semantics, usual));
    let report = ExplainReport::new(one.name(), command, explanation, Levels::default());
    let look = if args.o.is_some() { Look::default() } else { look };
    let write = args.format.explain.expect("the parser takes formats that print explanations");
    let mut bytes = vec![];
    write(&report, look.verbose(args.verbose), &mut bytes)?;
    write_to(args.o.as_deref(), &bytes, out)?;
    Ok(Status::Ok)
}

fn trouble(why: Unexplained, name: &str) -> Trouble {
    Trouble::Nothing(match why {
        Unexplained::NothingFails { is_exhaustive: true } => {
            format!("no execution of {name} fails: there is nothing to explain")
        }
        Unexplained::NothingFails { is_exhaustive: false } => format!(
            "no execution of {name} that was made fails; give a schedule that does, or more \
             --max-executions"
        ),
        Unexplained::Passes => {
            format!("this execution of {name} passes: there is nothing to explain")
        }
        Unexplained::Stopped(stop) => format!("{name} is not explained: {stop}"),
        Unexplained::Nondeterminism => {
            format!(
                "{name} does not do the same under the same schedule: its executions cannot be compared"
            )
        }
    })
}
