//! `unknot replay`.

use std::io::Write;

use super::args::{Format, ReplayArgs};
use super::select::single;
use super::which::Which;
use super::{Status, Trouble};
use crate::finding::Levels;
use crate::report::json;
use crate::report::replay::ReplayReport;
use crate::report::style::Style;
use crate::scenario::Scenario;

pub(super) fn run(
    args: &ReplayArgs,
    catalogue: &[Scenario],
    style: Style,
    out: &mut dyn Write,
) -> Result<Status, Trouble> {
    let one = single(&args.scenario, catalogue)?;
    let params = one.params(&args.p)?;
    let Some(which) = Which::given(args.schedule.as_deref(), &args.by_seed)? else {
        return Err(Trouble::Usage(
            "either a schedule or --strategy with --seed says what to replay".to_owned(),
        ));
    };
    let semantics = args.terms.semantics(one.variant);
    let replayed = which.run_again(one, &params, semantics)?;
    let declared = one.variant.expectation(&params, semantics.time);
    let is_declared =
        |kind| declared.iter().flat_map(|all| &all.findings).any(|(one, _)| *one == kind);
    let report = ReplayReport::new(one.name(), &replayed, Levels::default(), is_declared);
    match args.format {
        Format::Json => json::write(&report, out)?,
        Format::Text => report.write_text(Some(one.scenario.source), style, out)?,
    }
    Ok(if report.as_expected { Status::Ok } else { Status::Failed })
}
