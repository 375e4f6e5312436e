//! `unknot diff`.

use std::io::Write;

use unknot_sim::with_program_name;

use super::args::{BySeed, DiffArgs, OneExecution};
use super::output::{check_destination, write_to};
use super::replay_target::{ReplayTarget, Rerun, Resolved};
use crate::check::explain::{difference, n_common};
use crate::cli::status::{Status, Trouble};
use crate::model::scenario::{Params, Scenario};
use crate::model::terms::{Semantics, time_name};
use crate::replay::Replayed;
use crate::report::diff::DiffReport;
use crate::report::look::Look;
use crate::report::text::command_of;

/// How the two executions are called.
const NAMES: [&str; 2] = ["A", "B"];

/// What stands at the end of the name of a schedule file.
const FILE: &str = ".sched";

pub(super) fn run(
    args: &DiffArgs,
    catalogue: &[Scenario],
    (look, program_name): (Look, &str),
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Status, Trouble> {
    let (scenario, given) = scenario_and_schedules(args, catalogue)?;
    if let Some(path) = &args.o {
        check_destination(path)?;
    }
    let [a, b] = given.map(|text| asked(args, &scenario, text));
    let resolve = |asked: &OneExecution, nth: usize| {
        ReplayTarget::resolve(asked, catalogue).map_err(|trouble| of_side(nth, trouble))
    };
    let [one, other] = [resolve(&a, 0)?, resolve(&b, 1)?];
    let (params, semantics) = terms(given, &one, &other)?;
    let selected = one.one;
    let rerun = |resolved: &Resolved<'_>, nth: usize| {
        let which = resolved.which.as_ref().expect("a schedule or a file was given");
        let rerun = which.run_again(selected, &params, semantics);
        rerun
            .and_then(|rerun| has_end(&rerun.replayed).map(|()| rerun))
            .map_err(|trouble| of_side(nth, trouble))
    };
    let reruns = [rerun(&one, 0)?, rerun(&other, 1)?];
    for note in reruns.iter().filter_map(|rerun| rerun.note.as_ref()) {
        writeln!(err, "note: {note}")?;
    }
    let sides = reruns.map(|Rerun { replayed, .. }| replayed);
    if are_same(&sides) {
        let schedule = &sides[0].record.schedule;
        return Err(Trouble::Usage(format!(
            "A and B are the same schedule, '{schedule}': give two that differ"
        )));
    }
    let body = selected.variant.program(&params);
    let compare = || difference(&body, sides, semantics);
    let compared = with_program_name(Some(selected.name().into()), compare);
    let usual = selected.variant.semantics();
    let given = selected.given(&params);
    let command =
        command_of((program_name, "replay"), &selected.name(), &given, (semantics, usual));
    let report = DiffReport::new(selected.name(), command, compared);
    let look = if args.o.is_some() { Look::default() } else { look };
    let write = args.format.diff.expect("the parser takes formats that print differences");
    let mut bytes = vec![];
    write(&report, look.verbose(args.verbose), &mut bytes)?;
    write_to(args.o.as_deref(), &bytes, out)?;
    Ok(Status::Ok)
}

/// The scenario, and both schedules or files. Where a schedule file stands in place of the
/// scenario it is the first of both, and names the scenario.
fn scenario_and_schedules<'a>(
    args: &'a DiffArgs,
    catalogue: &[Scenario],
) -> Result<(String, [&'a str; 2]), Trouble> {
    let DiffArgs { scenario, a, b, .. } = args;
    if let Some(b) = b {
        if !scenario.ends_with(FILE) {
            return Ok((scenario.clone(), [a, b]));
        }
        return Err(Trouble::Usage(format!(
            "{scenario} brings its scenario: give it and one more schedule, or a scenario and two"
        )));
    }
    if !scenario.ends_with(FILE) {
        return Err(Trouble::Usage(format!(
            "two schedules or schedule files are compared, and there is only '{a}'"
        )));
    }
    let file = asked(args, scenario, scenario);
    let resolved = ReplayTarget::resolve(&OneExecution { file: None, ..file }, catalogue);
    let resolved = resolved.map_err(|trouble| of_side(0, trouble))?;
    Ok((resolved.one.name(), [scenario, a]))
}

/// One of the executions, as `replay` is asked for it.
fn asked(args: &DiffArgs, scenario: &str, text: &str) -> OneExecution {
    let is_file = text.ends_with(FILE);
    OneExecution {
        scenario: scenario.to_owned(),
        schedule: (!is_file).then(|| text.to_owned()),
        file: is_file.then(|| text.into()),
        by_seed: BySeed { strategy: None, seed: None, execution: None },
        p: args.p.clone(),
        terms: args.terms,
    }
}

/// The sizes and limits of both executions, which have to be the same. A schedule beside a
/// file has those of the file.
fn terms(
    given: [&str; 2],
    one: &Resolved<'_>,
    other: &Resolved<'_>,
) -> Result<(Params, Semantics), Trouble> {
    match given.map(|text| text.ends_with(FILE)) {
        [true, true] => {}
        [false, true] => return Ok((other.params.clone(), other.semantics)),
        [_, false] => return Ok((one.params.clone(), one.semantics)),
    }
    let all = |resolved: &Resolved<'_>| {
        let Semantics { time, max_timeouts, max_steps, stack } = resolved.semantics;
        let params = resolved.params.iter().map(|(name, value)| format!("-p {name}={value}"));
        params
            .chain([
                format!("--time {}", time_name(time)),
                format!("--timeouts {max_timeouts}"),
                format!("--max-steps {max_steps}"),
                format!("--stack {stack}"),
            ])
            .collect::<Vec<String>>()
    };
    let (ours, theirs) = (all(one), all(other));
    match ours.iter().zip(&theirs).find(|(a, b)| a != b) {
        None => Ok((one.params.clone(), one.semantics)),
        Some((a, b)) => Err(Trouble::Usage(format!(
            "A was recorded with {a} and B with {b}: these are executions of two programs"
        ))),
    }
}

/// Whether an execution can be compared: one that its schedule ends cannot.
fn has_end(replayed: &Replayed) -> Result<(), Trouble> {
    match replayed.stopped_early {
        false => Ok(()),
        true => Err(Trouble::Usage(format!(
            "the schedule ends after step {}, before the program does",
            replayed.record.steps.len().saturating_sub(1)
        ))),
    }
}

fn are_same(sides: &[Replayed; 2]) -> bool {
    let [a, b] = sides.each_ref().map(|side| &side.record.schedule);
    a.steps.len() == b.steps.len() && n_common(a, b) == a.steps.len()
}

/// Says of which execution something is wrong.
fn of_side(nth: usize, trouble: Trouble) -> Trouble {
    let said = |message: String| format!("{}: {message}", NAMES[nth]);
    match trouble {
        Trouble::Usage(message) => Trouble::Usage(said(message)),
        Trouble::Nothing(message) => Trouble::Nothing(said(message)),
        Trouble::Changed(message) => Trouble::Changed(said(message)),
        other => other,
    }
}
