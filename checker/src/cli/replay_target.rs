//! Which execution `replay` and `graph` run again: a schedule, a schedule file,
//! or one execution of a sampler by its seed and number.

use std::path::Path;

use super::args::{BySeed, OneExecution, Terms};
use super::file::SavedFile;
use super::select::{Selected, single};
use crate::cli::status::Trouble;
use crate::model::scenario::{Params, Scenario};
use crate::model::schedule::Schedule;
use crate::model::terms::Semantics;
use crate::replay::{self, Replayed};
use crate::strategy::{Divergence, StrategyRow, Way};
use unknot_sim::with_program_name;

/// One execution.
pub(super) enum ReplayTarget {
    /// The execution that follows this schedule, given as text.
    Schedule(String),
    /// The execution that a file recorded.
    File(SavedFile),
    /// An execution of a sampler.
    Sampled {
        /// The sampler.
        row: &'static StrategyRow,
        /// The seed of the check.
        seed: u64,
        /// The number of the execution.
        execution: u64,
    },
}

/// An execution that was asked for, and how it is to be run.
pub(super) struct Resolved<'a> {
    pub(super) one: Selected<'a>,
    /// Which execution; `None` if that was not said.
    pub(super) which: Option<ReplayTarget>,
    pub(super) params: Params,
    pub(super) semantics: Semantics,
}

/// One execution that was run again.
pub(super) struct Rerun {
    /// The execution.
    pub(super) replayed: Replayed,
    /// A note about it for standard error.
    pub(super) note: Option<String>,
}

impl ReplayTarget {
    /// The form that was given; `None` if none was. Half a form, or two forms, is a
    /// mistake.
    fn given(
        schedule: Option<&str>,
        file: Option<&Path>,
        by_seed: &BySeed,
    ) -> Result<Option<ReplayTarget>, Trouble> {
        let trouble = |text: &str| Err(Trouble::Usage(text.to_owned()));
        let BySeed { strategy: name, seed, execution } = by_seed;
        if let Some(path) = file {
            if schedule.is_some() {
                return trouble("give a schedule or --file, not both");
            }
            if name.is_some() || seed.is_some() || execution.is_some() {
                return trouble("give --file, or --strategy with --seed, not both");
            }
            return Ok(Some(ReplayTarget::File(SavedFile::read(path)?)));
        }
        match (schedule, name, seed) {
            (None, None, None) if execution.is_none() => Ok(None),
            (Some(text), None, None) if execution.is_none() => {
                Ok(Some(ReplayTarget::Schedule(text.to_owned())))
            }
            (Some(_), ..) => trouble("give a schedule, or --strategy with --seed, not both"),
            (None, Some(name), seed) => {
                let row = StrategyRow::named(name).map_err(Trouble::Usage)?;
                match (row.way, seed) {
                    (Way::Search, _) => Err(Trouble::Usage(row.has_no_seed())),
                    (Way::Sampler | Way::Guided, None) => {
                        trouble("--strategy needs --seed as well")
                    }
                    (Way::Sampler | Way::Guided, &Some(seed)) => {
                        let execution = execution.unwrap_or_default();
                        Ok(Some(ReplayTarget::Sampled { row, seed, execution }))
                    }
                }
            }
            (None, None, _) => trouble("--seed and --execution need --strategy as well"),
        }
    }

    /// What was asked for: the scenario, the form that was given, and the parameters and
    /// semantics to run it with.
    pub(super) fn resolve<'a>(
        asked: &OneExecution,
        catalogue: &'a [Scenario],
    ) -> Result<Resolved<'a>, Trouble> {
        let (one, which) = ReplayTarget::of(asked, catalogue)?;
        let (params, semantics) = ReplayTarget::terms(which.as_ref(), one, &asked.p, asked.terms)?;
        Ok(Resolved { one, which, params, semantics })
    }

    /// The form that was given, and the scenario. A schedule file in place of the name
    /// brings both.
    fn of<'a>(
        asked: &OneExecution,
        catalogue: &'a [Scenario],
    ) -> Result<(Selected<'a>, Option<ReplayTarget>), Trouble> {
        let OneExecution { scenario, schedule, file, by_seed, .. } = asked;
        let (schedule, file) = (schedule.as_deref(), file.as_deref());
        if !scenario.ends_with(".sched") {
            let which = || ReplayTarget::given(schedule, file, by_seed);
            return single(scenario, catalogue).and_then(|one| Ok((one, which()?)));
        }
        if file.is_some() {
            let text = format!("give {scenario} or --file, not both");
            return Err(Trouble::Usage(text));
        }
        let which = ReplayTarget::given(schedule, Some(Path::new(scenario)), by_seed)?;
        let Some(ReplayTarget::File(saved)) = &which else { unreachable!("a file was given") };
        Ok((single(saved.scenario(), catalogue)?, which))
    }

    /// The parameters and the semantics to run it with: those of a file, or
    /// otherwise those of the options.
    fn terms(
        which: Option<&ReplayTarget>,
        one: Selected<'_>,
        p: &[(String, String)],
        terms: Terms,
    ) -> Result<(Params, Semantics), Trouble> {
        match which {
            Some(ReplayTarget::File(saved)) => saved.terms(one, p, terms),
            _ => Ok((one.params(p)?, terms.semantics(one.variant))),
        }
    }

    /// Runs it again.
    pub(super) fn run_again(
        &self,
        one: Selected<'_>,
        params: &Params,
        semantics: Semantics,
    ) -> Result<Rerun, Trouble> {
        let run = || self.run(one, params, semantics);
        with_program_name(Some(one.name().into()), run)
    }

    fn run(
        &self,
        one: Selected<'_>,
        params: &Params,
        semantics: Semantics,
    ) -> Result<Rerun, Trouble> {
        let program = one.variant.program(params);
        match self {
            ReplayTarget::Schedule(text) => {
                let schedule =
                    Schedule::parse(text).map_err(|error| Trouble::Usage(error.to_string()))?;
                let replayed = replay::replay(&program, &schedule, semantics);
                match &replayed.divergence {
                    None => Ok(Rerun { replayed, note: None }),
                    Some(Divergence { step, message }) => Err(Trouble::Usage(format!(
                        "the schedule does not fit {}: at step {step}, {message}",
                        one.name()
                    ))),
                }
            }
            ReplayTarget::File(saved) => {
                let replayed = replay::replay(&program, saved.schedule(), semantics);
                let note = saved.judge(one, &replayed)?;
                Ok(Rerun { replayed, note })
            }
            ReplayTarget::Sampled { row, seed, execution } => {
                let replayed = replay::resample(&program, row, *seed, *execution, semantics);
                Ok(Rerun { replayed, note: None })
            }
        }
    }
}
