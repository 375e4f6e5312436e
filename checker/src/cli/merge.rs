//! `unknot merge`: one report of the units of a search.

use std::io::Write;

use clap::Parser;

use super::args::{Args, CheckArgs, Command};
use super::check::{self, Output};
use super::checkpoint::{Saved, differences};
use super::long::{Prepared, found, head, is_unchanged, pieces};
use super::long_args::MergeArgs;
use super::planned::plan;
use super::select::single;
use super::values::UnitOf;
use crate::check::long::MadeCourse;
use crate::cli::status::{Status, Trouble};
use crate::cli::terminal::Terminal;
use crate::model::kind::Levels;
use crate::model::scenario::Scenario;
use crate::search::long::units::{LongPiece, merge};

pub(super) fn run(
    merging: MergeArgs,
    catalogue: &[Scenario],
    terminal: Terminal,
    program: &str,
    (out, err): (&mut dyn Write, &mut dyn Write),
) -> Result<Status, Trouble> {
    let files: Result<Vec<Saved>, Trouble> =
        merging.files.iter().map(|path| Saved::read(path)).collect();
    let files = in_order(files?)?;
    let args = check_args(&files, merging)?;
    let levels = Levels::new(&args.fail_on, &args.allow).map_err(Trouble::Usage)?;
    let one = single(files[0].file.scenario(), catalogue)?;
    let planned = plan(one, &args, levels)?;
    let of = files[0].file.unit().of;
    let all = pieces(&planned, &args, of)?;
    let mut standings = vec![];
    for (nth, saved) in (1..).zip(&files) {
        let head = head((&planned, &args), UnitOf { nth, of }, &all);
        is_same(saved, (&head, "now"))?;
        is_unchanged(saved, &head)?;
        let mine = (0..).zip(&all).filter(|(_, piece)| piece.unit == nth);
        let mine: Vec<(u64, LongPiece)> = mine.map(|(n, piece)| (n, piece.clone())).collect();
        let found = found(saved, &planned, &mine)?;
        standings.extend(mine.iter().map(|(number, _)| *number).zip(found));
    }
    standings.sort_by_key(|(number, _)| *number);
    let standings = standings.into_iter().map(|(_, standing)| standing);
    let mut merged = merge(all.iter().zip(standings));
    let is_sampled = planned.strategy.way.is_drawn();
    if is_sampled && merged.seen.stats.spent() >= planned.budget.max_executions {
        // A sampler draws as many executions as it is told to.
        merged.unfinished.clear();
    }
    for nth in &merged.unfinished {
        let saved = &files[*nth as usize - 1];
        let (path, command) = (&saved.path, saved.command(program));
        // If standard error is closed, nothing can be done.
        let _ =
            writeln!(err, "note: unit {nth} of {of} ({path}) is not finished; go on: {command}");
    }
    let made = Prepared::Made(Box::new(MadeCourse { merged, of }));
    check::make(&args, &[planned], &made, (terminal, program), Output { out, err })
}

/// The files in the order of their units, if each is there once and all are of one search.
fn in_order(mut files: Vec<Saved>) -> Result<Vec<Saved>, Trouble> {
    files.sort_by_key(|saved| saved.file.unit().nth);
    let first = &files[0];
    let of = first.file.unit().of;
    for saved in &files[1..] {
        is_same(saved, (&first.file, &format!("in {}", first.path)))?;
    }
    for pair in files.windows(2) {
        let nth = pair[0].file.unit().nth;
        if nth == pair[1].file.unit().nth {
            let (one, other) = (&pair[0].path, &pair[1].path);
            return Err(Trouble::Usage(format!(
                "unit {nth} of {of} is given twice: {one} and {other}"
            )));
        }
    }
    let is_given = |nth: &u64| files.iter().any(|saved| saved.file.unit().nth == *nth);
    let missing: Vec<String> =
        (1..=of).filter(|nth| !is_given(nth)).map(|n| n.to_string()).collect();
    if missing.is_empty() {
        return Ok(files);
    }
    let (noun, verb) = if missing.len() == 1 { ("unit", "is") } else { ("units", "are") };
    Err(Trouble::Usage(format!("{noun} {} of {of} {verb} missing", missing.join(", "))))
}

/// Whether a file is of a search, whichever unit it is.
fn is_same(
    saved: &Saved,
    (other, named): (&super::checkpoint::Checkpoint, &str),
) -> Result<(), Trouble> {
    let other = other.as_unit(saved.file.unit().nth);
    let lines = differences((&saved.file, "there"), (&other, named));
    if lines.is_empty() {
        return Ok(());
    }
    let path = &saved.path;
    Err(Trouble::Usage(format!("{path} is of another search:\n{}", lines.join("\n"))))
}

/// The arguments of the check that the files are parts of.
fn check_args(files: &[Saved], merging: MergeArgs) -> Result<CheckArgs, Trouble> {
    let parse = |saved: &Saved| {
        let words = ["unknot", "check"].into_iter().map(str::to_owned);
        let words = words.chain(saved.file.options().iter().cloned());
        match Args::try_parse_from(words).map(|args| args.command) {
            Ok(Some(Command::Check(args))) => Ok(args),
            _ => Err(Trouble::Usage(format!("{} has options that there are not", saved.path))),
        }
    };
    let all: Result<Vec<CheckArgs>, Trouble> = files.iter().map(parse).collect();
    let all = all?;
    // A unit may have been gone on with under a larger budget.
    let usual = files[0].file.usual_executions();
    let most = all.iter().max_by_key(|args| {
        let is_usual = args.max_executions.is_none();
        (args.max_executions.or(usual).unwrap_or(u64::MAX), is_usual)
    });
    let most = most.and_then(|args| args.max_executions);
    let mut args = all.into_iter().next().expect("there is a file");
    args.max_executions = most;
    (args.verbose, args.format, args.o) = (merging.verbose, merging.format, merging.o);
    Ok(args)
}
