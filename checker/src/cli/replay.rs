//! `unknot replay`.

use std::io::Write;

use unknot_sim::{Ended, with_program_name};

use super::args::ReplayArgs;
use super::output::{check_destination, write_aside};
use super::page::{self, SinglePage};
use super::replay_target::{ReplayTarget, Rerun, Resolved};
use crate::cli::status::{Status, Trouble};
use crate::model::kind::Levels;
use crate::model::scenario::{Expectation, Scenario};
use crate::replay::file::SchedFile;
use crate::replay::order::clocks_of;
use crate::report::look::Look;
use crate::report::replay::ReplayReport;

pub(super) fn run(
    args: &ReplayArgs,
    catalogue: &[Scenario],
    look: Look,
    program: &str,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Status, Trouble> {
    let Resolved { one, which, params, semantics } = ReplayTarget::resolve(&args.one, catalogue)?;
    let Some(which) = which else {
        return Err(Trouble::Usage(
            "a schedule, --file, or --strategy with --seed says what to replay".to_owned(),
        ));
    };
    if let Some(path) = &args.o {
        check_destination(path)?;
    }
    let Rerun { replayed, note } = which.run_again(one, &params, semantics)?;
    let (saved, printed) = match args.format.is_general() {
        true => (args.o.as_ref(), None),
        false => (None, args.o.as_ref()),
    };
    if let Some(path) = saved {
        let levels = Levels::default();
        let kinds = replayed.proofs.iter().map(|proof| proof.identity.kind);
        let shows = kinds.filter(|kind| levels.is_error(*kind));
        let file = SchedFile::of(&one.name(), &params, semantics, (&replayed.record, shows));
        write_aside(path, file.to_string().as_bytes())?;
    }
    if let Some(note) = note {
        writeln!(err, "note: {note}")?;
    }
    let declared = one.variant.expectation(&params, semantics.time);
    let is_declared =
        |kind| declared.iter().flat_map(|all| &all.findings).any(|(one, _)| *one == kind);
    let report = ReplayReport::new(one.name(), &replayed, Levels::default(), is_declared);
    let shown = if printed.is_some() { Look::default() } else { look };
    let shown = shown.verbose(args.verbose);
    let mut bytes = vec![];
    let sink: &mut dyn Write = if printed.is_some() { &mut bytes } else { out };
    match (args.format.replay, args.format.trace) {
        _ if args.format.page.is_some() => {
            let single =
                SinglePage { one, params: &params, semantics, program, replayed: &replayed };
            page::write(&single.page(&report, None), args.format, None, sink)?;
        }
        (Some(write), _) => write(&report, one.scenario.source, shown, sink)?,
        (None, write) => {
            let write = write.expect("the parser takes formats that print replays");
            let (program, schedule) = (one.variant.program(&params), &replayed.record.schedule);
            let clocks = || clocks_of(&program, schedule, semantics);
            let clocks = with_program_name(Some(one.name().into()), clocks);
            write(&report, clocks.as_ref(), sink)?;
        }
    }
    if let Some(path) = printed {
        write_aside(path, &bytes)?;
    }
    if let Some(missing) = report.missing_end()
        && !is_cut_as_declared(&report, declared.as_ref())
    {
        writeln!(err, "error: the schedule {missing}")?;
        return Ok(Status::Failed);
    }
    Ok(if report.as_expected { Status::Ok } else { Status::Failed })
}

/// Whether an execution has no end, and none was to be expected: it was cut, and either
/// the scenario declares that or the execution has findings.
fn is_cut_as_declared(report: &ReplayReport<'_>, declared: Option<&Expectation>) -> bool {
    let is_declared = declared.is_some_and(|declared| declared.bounded);
    report.end == Ended::Cut && (is_declared || !report.findings.is_empty())
}
