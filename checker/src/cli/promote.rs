//! `unknot promote`: a schedule file as a Rust test.
//!
//! The schedule of a scenario is run again first: a test that could never have failed is
//! not worth writing. That of a test cannot be run from here.

use std::io::Write;

use super::args::Terms;
use super::file::SavedFile;
use super::output::{check_destination, write_to};
use super::replay_target::{ReplayTarget, Rerun};
use super::select::{Selected, single};
use super::status::{Status, Trouble};
use super::writing_args::PromoteArgs;
use crate::model::scenario::{Params, Scenario};
use crate::report::promoted::{PromotedProgram, PromotedTest};

pub(super) fn run(
    args: &PromoteArgs,
    (catalogue, path): (&[Scenario], &str),
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Status, Trouble> {
    let saved = SavedFile::read(&args.file)?;
    let file = saved.file().clone();
    if file.shows.is_empty() {
        let name = args.file.display();
        let message = format!("{name} shows no error, so a test of it could not fail");
        return Err(Trouble::Nothing(message));
    }
    if let Some(path) = &args.o {
        check_destination(path)?;
    }
    let sizes;
    let program = match &args.program {
        Some(path) => PromotedProgram::Function(path),
        None => {
            let one = scenario(&file.scenario, catalogue)?;
            let params = run_again(saved, one, err)?;
            sizes = changed(one, &params);
            let catalogue = args.catalogue.as_deref().unwrap_or(path);
            PromotedProgram::Scenario { catalogue, sizes: &sizes }
        }
    };
    let name = args.file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let test = PromotedTest { from: &name, file: &file, program, finds: args.finds };
    write_to(args.o.as_deref(), test.to_string().as_bytes(), out)?;
    Ok(Status::Ok)
}

fn scenario<'a>(name: &str, catalogue: &'a [Scenario]) -> Result<Selected<'a>, Trouble> {
    single(name, catalogue).map_err(|trouble| match trouble {
        Trouble::Usage(message) => Trouble::Usage(format!(
            "{message}; if it is a test, --program PATH names the function that it checks"
        )),
        other => other,
    })
}

/// Runs the schedule, which has to show what it was saved for, and gives the sizes.
fn run_again(saved: SavedFile, one: Selected<'_>, err: &mut dyn Write) -> Result<Params, Trouble> {
    let terms = Terms { time: None, timeouts: None, max_steps: None, stack: None };
    let (params, semantics) = saved.terms(one, &[], terms)?;
    let Rerun { note, .. } = ReplayTarget::File(saved).run_again(one, &params, semantics)?;
    if let Some(note) = note {
        writeln!(err, "note: {note}")?;
    }
    Ok(params)
}

/// The sizes that are not the defaults.
fn changed(one: Selected<'_>, params: &Params) -> Vec<(String, i64)> {
    let is_default = |name: &str, value| {
        one.scenario.params.iter().any(|param| (param.name, param.default) == (name, value))
    };
    let changed = params.iter().filter(|(name, value)| !is_default(name, *value));
    changed.map(|(name, value)| (name.to_owned(), value)).collect()
}
