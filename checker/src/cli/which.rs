//! Which execution `replay` and `graph` run again: a schedule, or one execution
//! of a sampler by its seed and number.

use super::Trouble;
use super::args::BySeed;
use super::select::Selected;
use crate::check::Semantics;
use crate::replay::{self, Replayed};
use crate::scenario::Params;
use crate::schedule::Schedule;
use crate::strategy::{StrategyRow, Way};

/// One execution.
pub(super) enum Which {
    /// The one that follows this schedule, given as text.
    Schedule(String),
    /// One of a sampler.
    Sampled {
        /// The sampler.
        row: &'static StrategyRow,
        /// The seed of the check.
        seed: u64,
        /// The number of the execution.
        execution: u64,
    },
}

impl Which {
    /// What was asked for; `None` if nothing was. Half a form, or both, is a
    /// mistake.
    pub(super) fn given(
        schedule: Option<&str>,
        by_seed: &BySeed,
    ) -> Result<Option<Which>, Trouble> {
        let trouble = |text: &str| Err(Trouble::Usage(text.to_owned()));
        let BySeed { strategy: name, seed, execution } = by_seed;
        match (schedule, name, seed) {
            (None, None, None) if execution.is_none() => Ok(None),
            (Some(text), None, None) if execution.is_none() => {
                Ok(Some(Which::Schedule(text.to_owned())))
            }
            (Some(_), ..) => trouble("give a schedule, or --strategy with --seed, not both"),
            (None, Some(name), seed) => {
                let row = StrategyRow::named(name).map_err(Trouble::Usage)?;
                match (row.way, seed) {
                    (Way::Search, _) => Err(Trouble::Usage(row.has_no_seed())),
                    (Way::Sampler, None) => trouble("--strategy needs --seed as well"),
                    (Way::Sampler, &Some(seed)) => {
                        let execution = execution.unwrap_or_default();
                        Ok(Some(Which::Sampled { row, seed, execution }))
                    }
                }
            }
            (None, None, _) => trouble("--seed and --execution need --strategy as well"),
        }
    }

    /// Runs it again.
    pub(super) fn run_again(
        &self,
        one: Selected<'_>,
        params: &Params,
        semantics: Semantics,
    ) -> Result<Replayed, Trouble> {
        let program = one.variant.program(params);
        let text = match self {
            Which::Schedule(text) => text,
            Which::Sampled { row, seed, execution } => {
                return Ok(replay::resample(&program, row, *seed, *execution, semantics));
            }
        };
        let schedule = Schedule::parse(text).map_err(|error| Trouble::Usage(error.to_string()))?;
        let replayed = replay::replay(&program, &schedule, semantics);
        match &replayed.divergence {
            None => Ok(replayed),
            Some(divergence) => Err(Trouble::Usage(format!(
                "the schedule does not fit {}: at step {}, {}",
                one.name(),
                divergence.step,
                divergence.message
            ))),
        }
    }
}
