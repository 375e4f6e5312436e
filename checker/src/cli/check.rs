//! `unknot check`.

use std::io::Write;

use super::args::{CheckArgs, Format};
use super::select::{Selected, select};
use super::{Status, Trouble};
use crate::check::{Budget, observe};
use crate::report::{Provenance, Report, json, text};
use crate::scenario::{Expectation, Params, Scenario};
use crate::simplest::{self, MAX_EXECUTIONS};
use crate::strategy::{Config, STRATEGIES, StrategyRow};

/// How to explore beyond the sizes that a scenario exhausts.
const BEYOND: &str = "random";

/// One check that is about to run, with everything given or defaulted.
struct Planned<'a> {
    one: Selected<'a>,
    params: Params,
    strategy: &'static StrategyRow,
    seed: Option<u64>,
    expectation: Option<Expectation>,
    budget: Budget,
}

pub(super) fn run(
    args: &CheckArgs,
    catalogue: &[Scenario],
    out: &mut dyn Write,
) -> Result<Status, Trouble> {
    let selected = select(&args.patterns, catalogue)?;
    // Everything is looked at before anything runs.
    let planned: Result<Vec<Planned<'_>>, Trouble> =
        selected.iter().map(|one| plan(*one, args)).collect();
    let planned = planned?;
    let width = planned.iter().map(|p| p.one.name().len()).max().unwrap_or(0);
    let mut reports = vec![];
    for planned in &planned {
        let report = check(planned, args);
        if args.format == Format::Text {
            if selected.len() == 1 {
                text::write_report(&report, out)?;
            }
            text::write_line(&report, width, out)?;
        }
        reports.push(report);
    }
    match args.format {
        Format::Json => json::write(&reports, out)?,
        Format::Text => {
            let as_declared = reports.iter().filter(|r| r.as_expected == Some(true)).count();
            writeln!(out, "\n{} checked, {as_declared} as declared", reports.len())?;
        }
    }
    Ok(reports.iter().map(status).max().unwrap_or(Status::Ok))
}

/// Settles what to do about one variant.
fn plan<'a>(one: Selected<'a>, args: &CheckArgs) -> Result<Planned<'a>, Trouble> {
    let params = one.params(&args.p)?;
    let semantics = args.terms.semantics(one.variant);
    let expectation = one.variant.expectation(&params, semantics.time);
    let strategy = match &args.strategy {
        Some(name) => StrategyRow::named(name).map_err(Trouble::Usage)?,
        // Beyond the sizes that can be exhausted a search would see one corner
        // of the tree; samples come from everywhere.
        None if (one.variant.expect)(&params).exhausts => &STRATEGIES[0],
        None => StrategyRow::named(BEYOND).map_err(Trouble::Usage)?,
    };
    if args.preemptions.is_some() && !strategy.bounds_preemptions {
        return Err(has_no_bound(strategy));
    }
    let seed = strategy.seed(args.seed).map_err(Trouble::Usage)?;
    let budget = Budget {
        max_executions: args.max_executions.unwrap_or(strategy.way.default_executions()),
        fail_fast: args.fail_fast,
        semantics,
    };
    Ok(Planned { one, params, strategy, seed, expectation, budget })
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

fn check(planned: &Planned<'_>, args: &CheckArgs) -> Report {
    let Planned { one, params, strategy, seed, expectation, budget } = planned;
    let program = one.variant.program(params);
    let config =
        Config { seed: seed.unwrap_or_default(), only: None, preemptions: args.preemptions };
    let observed = observe(&program, (strategy.create)(config), *budget);
    let simplest = simplest::find(&program, &observed.findings, budget.semantics, MAX_EXECUTIONS);
    let from = Provenance {
        scenario: one.name(),
        params,
        given: args.p.clone(),
        usual: one.variant.semantics(),
        strategy,
        seed: *seed,
        expectation: expectation.clone(),
        source: Some(one.scenario.source),
    };
    Report::new(from, &program, &observed, &simplest, *budget)
}

fn status(report: &Report) -> Status {
    let is_declared = report.expected.is_some();
    match (report.as_expected, report.verdict.as_str()) {
        (Some(true), _) => Status::Ok,
        (Some(false), _) => Status::Failed,
        // Nothing is declared: what was found is the answer.
        (None, "fail") if !is_declared => Status::Failed,
        (None, "pass") if !is_declared => Status::Ok,
        (None, _) => Status::Inconclusive,
    }
}
