//! `unknot check`.

use std::io::Write;

use super::args::{CheckArgs, Format};
use super::select::{Selected, select};
use super::{Status, Trouble, save};
use crate::check::{Budget, observe};
use crate::report::{Provenance, Report, json, text};
use crate::scenario::{Params, Scenario};
use crate::simplest::{self, MAX_EXECUTIONS};
use crate::strategy::{Config, STRATEGIES, StrategyRow};

pub(super) fn run(
    args: &CheckArgs,
    catalogue: &[Scenario],
    out: &mut dyn Write,
) -> Result<Status, Trouble> {
    let strategy = StrategyRow::named(&args.strategy).map_err(Trouble::Usage)?;
    let seed = strategy.seed(args.seed).map_err(Trouble::Usage)?;
    if args.preemptions.is_some() && !strategy.bounds_preemptions {
        return Err(has_no_bound(strategy));
    }
    let selected = select(&args.patterns, catalogue)?;
    // All parameters are looked at before anything runs.
    let checks: Result<Vec<(Selected<'_>, Params)>, Trouble> =
        selected.iter().map(|one| Ok((*one, one.params(&args.p)?))).collect();
    let checks = checks?;
    if let Some(dir) = &args.save {
        save::prepare(dir, &selected)?;
    }
    let budget = Budget {
        max_executions: args.max_executions.unwrap_or(strategy.way.default_executions()),
        fail_fast: args.fail_fast,
        semantics: args.terms.semantics(),
    };
    let width = checks.iter().map(|(one, _)| one.name().len()).max().unwrap_or(0);
    let mut reports = vec![];
    for (one, params) in &checks {
        let mut report = check(*one, params, args, (strategy, seed), budget);
        if let Some(dir) = &args.save {
            save::findings(dir, *one, params, &mut report)?;
        }
        if args.format == Format::Text {
            if checks.len() == 1 {
                text::write_report(&report, out)?;
            }
            text::write_line(&report, width, out)?;
        }
        reports.push(report);
    }
    match args.format {
        Format::Json => json::write(&reports, out)?,
        Format::Text => {
            let as_declared = reports.iter().filter(|r| status(r) == Status::Ok).count();
            writeln!(out, "\n{} checked, {as_declared} as declared", reports.len())?;
        }
    }
    Ok(reports.iter().map(status).max().unwrap_or(Status::Ok))
}

/// What to say to a bound on preemptions for a strategy that takes none.
fn has_no_bound(strategy: &StrategyRow) -> Trouble {
    let rows = STRATEGIES.iter().filter(|row| row.bounds_preemptions);
    let names: Vec<&str> = rows.map(|row| row.name).collect();
    Trouble::Usage(format!(
        "{} takes no --preemptions; --strategy {} does",
        strategy.name,
        names.join(" or ")
    ))
}

fn check(
    one: Selected<'_>,
    params: &Params,
    args: &CheckArgs,
    (strategy, seed): (&StrategyRow, Option<u64>),
    budget: Budget,
) -> Report {
    let program = one.variant.program(params);
    let seed_or_0 = seed.unwrap_or_default();
    let config = Config { seed: seed_or_0, only: None, preemptions: args.preemptions };
    let observed = observe(&program, (strategy.create)(config), budget);
    let simplest = simplest::find(&program, &observed.findings, budget.semantics, MAX_EXECUTIONS);
    let from = Provenance {
        scenario: one.name(),
        params,
        given: args.p.clone(),
        strategy,
        seed,
        expectation: Some((one.variant.expect)(params)),
        source: Some(one.scenario.source),
    };
    Report::new(from, &program, &observed, &simplest, budget)
}

fn status(report: &Report) -> Status {
    match report.as_expected {
        Some(true) => Status::Ok,
        Some(false) => Status::Failed,
        None => Status::Inconclusive,
    }
}
