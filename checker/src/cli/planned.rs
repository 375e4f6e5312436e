//! What `unknot check` is about to do, with every setting given or defaulted.

use std::sync::Arc;

use super::args::CheckArgs;
use super::save::Saver;
use super::select::Selected;
use super::status::Trouble;
use crate::check::{cross_check, predict};
use crate::model::kind::Levels;
use crate::model::scenario::{Expectation, Params};
use crate::model::terms::Budget;
use crate::report::Provenance;
use crate::strategy::{STRATEGIES, StrategyRow};

/// How to explore beyond the sizes that a scenario exhausts.
const BEYOND: &str = "portfolio";

/// One check that is about to run, with every setting given or defaulted.
pub(super) struct PlannedCheck<'a> {
    pub(super) one: Selected<'a>,
    pub(super) params: Params,
    pub(super) strategy: &'static StrategyRow,
    pub(super) seed: Option<u64>,
    /// Whether some samples come before the search: nothing says how to explore.
    pub(super) directs: bool,
    expectation: Option<Expectation>,
    pub(super) budget: Budget,
    /// Where its findings are written, if they are.
    pub(super) saver: Option<Arc<Saver>>,
}

impl PlannedCheck<'_> {
    pub(super) fn provenance(&self, args: &CheckArgs) -> Provenance<'_> {
        let PlannedCheck { one, params, strategy, seed, expectation, .. } = self;
        Provenance {
            scenario: one.name(),
            params,
            given: args.p.clone(),
            usual: one.variant.semantics(),
            strategy,
            seed: *seed,
            expectation: expectation.clone(),
            source: one.scenario.source,
        }
    }
}

/// Settles how to check one variant.
pub(super) fn plan<'a>(
    one: Selected<'a>,
    args: &CheckArgs,
    levels: Levels,
) -> Result<PlannedCheck<'a>, Trouble> {
    let params = one.params(&args.p)?;
    let semantics = args.terms.semantics(one.variant);
    let expectation = one.variant.expectation(&params, semantics.time);
    let strategy = match &args.strategy {
        Some(name) => StrategyRow::named(name).map_err(Trouble::Usage)?,
        // Beyond the sizes that can be exhausted a search would explore one corner
        // of the tree; samples come from everywhere.
        None if args.predict || (one.variant.expect)(&params).exhausts => &STRATEGIES[0],
        None => StrategyRow::named(BEYOND).map_err(Trouble::Usage)?,
    };
    strategy.bound(args.preemptions).map_err(Trouble::Usage)?;
    if args.cross_check {
        is_comparable(strategy, args)?;
    }
    let seed = strategy.seed(args.seed).map_err(Trouble::Usage)?;
    let budget = Budget {
        max_executions: args.max_executions.unwrap_or(strategy.way.default_executions()),
        fail_fast: args.fail_fast,
        levels,
        semantics,
        asked: args.terms.asked(one.variant, expectation.as_ref()),
        ..Budget::default()
    };
    let budget = match args.predict {
        true => predict::budget(args.max_executions, budget),
        false => budget,
    };
    let saver = args.save.as_ref().map(|dir| Arc::new(Saver::new(dir, one, &params, budget)));
    let directs = args.strategy.is_none() && args.preemptions.is_none();
    Ok(PlannedCheck { one, params, strategy, seed, directs, expectation, budget, saver })
}

/// Whether the search goes through everything, so that it can be compared.
fn is_comparable(strategy: &StrategyRow, args: &CheckArgs) -> Result<(), Trouble> {
    cross_check::refuse_samplers(strategy).map_err(Trouble::Usage)?;
    let given = [("--fail-fast", args.fail_fast), ("--preemptions", args.preemptions.is_some())];
    match given.iter().find(|(_, is_given)| *is_given) {
        Some((option, _)) => Err(Trouble::Usage(format!(
            "--cross-check compares whole searches, and {option} leaves something out"
        ))),
        None => Ok(()),
    }
}
