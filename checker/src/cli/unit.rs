//! `check --unit`: one part of a search, without a report.

use std::io::Write;

use super::args::CheckArgs;
use super::long::{LongCheck, shown, with_long};
use super::onlooker::Onlooker;
use super::planned::PlannedCheck;
use super::values::UnitOf;
use crate::cli::status::{Status, Trouble};
use crate::model::count::grouped;
use crate::model::end::End;
use crate::search::long::LongState;
use crate::search::monitor::{Monitor, Pulse};
use unknot_sim::{ProgramName, with_program_name};

/// Makes the pieces of the unit, and says how far it is.
pub(super) fn run(
    long: &LongCheck,
    (planned, args): (&PlannedCheck<'_>, &CheckArgs),
    onlooker: &Onlooker,
    program: &str,
    out: &mut dyn Write,
) -> Result<Status, Trouble> {
    let name = ProgramName::from(planned.one.name());
    let monitor = onlooker.begin(0, 1, &name);
    let made = with_program_name(Some(name), || make(long, (planned, args), &monitor));
    onlooker.end(0);
    let (standings, end) = made?;
    if let Some(trouble) = long.trouble() {
        return Err(trouble);
    }
    let UnitOf { nth, of } = long.unit;
    let n = standings.len();
    let spent: u64 = standings.iter().map(LongState::spent).sum();
    // A sampler draws as many executions as it is told to.
    let is_drawn = planned.strategy.way.is_drawn() && spent >= planned.budget.max_executions;
    let open = if is_drawn { 0 } else { long.unfinished(&standings).len() };
    let (name, file) = (planned.one.name(), shown(&long.path));
    let made = format!("unit {nth} of {of} of {name}: {} executions", grouped(spent));
    if open == 0 {
        let pieces =
            if n == 1 { "1 piece".to_owned() } else { format!("{} pieces", grouped(n as u64)) };
        writeln!(out, "{made}, {pieces}, finished")?;
        writeln!(out, "{file} holds them; {program} merge makes one report of all {of} units")?;
        return Ok(Status::Ok);
    }
    let why = end.reason(spent, planned.budget.max_executions);
    writeln!(out, "{made}, {open} of {n} pieces not finished ({why})")?;
    writeln!(out, "go on: {}", long.command(program, spent))?;
    Ok(Status::Inconclusive)
}

/// Goes on with each piece, one after the other. Returns how far they are, and why the
/// last one ended.
fn make(
    long: &LongCheck,
    (planned, args): (&PlannedCheck<'_>, &CheckArgs),
    monitor: &Monitor,
) -> Result<(Vec<LongState>, End), Trouble> {
    let mut standings = long.standings.clone();
    let mut saved_at = standings.iter().map(LongState::spent).sum::<u64>();
    let mut end = End::Exhausted;
    for at in 0..standings.len() {
        let piece = &long.pieces[at].1;
        let others: u64 =
            standings.iter().map(LongState::spent).sum::<u64>() - standings[at].spent();
        let left = planned.budget.max_executions.saturating_sub(others);
        let most = piece.executions.unwrap_or(u64::MAX).min(left);
        if piece.is_done(&standings[at]) {
            continue;
        }
        let asked = monitor.clone();
        let of_unit = monitor.asking(move |pulse| {
            asked.ask(Pulse { executions: others + pulse.executions, most: None, ..pulse })
        });
        let mut standing = standings[at].clone();
        let gone = with_long((planned, args), (most, long.every), &of_unit, |search| {
            search.go_on(&mut standing, |now| {
                let spent = others + now.spent();
                if spent - saved_at >= long.every {
                    let mut all: Vec<&LongState> = standings.iter().collect();
                    all[at] = now;
                    long.save(&all);
                    saved_at = spent;
                }
            })
        });
        gone.map_err(|problem| Trouble::Nothing(format!("{}: {problem}", planned.one.name())))?;
        end = standing.seen.as_ref().map_or(End::Executions, |seen| seen.end);
        if matches!(end, End::Nondeterminism | End::Refused(_)) {
            let (name, why) = (planned.one.name(), end.reason(others + standing.spent(), left));
            return Err(Trouble::Nothing(format!("{name} cannot be searched in units: {why}")));
        }
        standings[at] = standing;
        if end.is_from_outside() {
            break;
        }
    }
    let all: Vec<&LongState> = standings.iter().collect();
    long.save(&all);
    Ok((standings, end))
}
