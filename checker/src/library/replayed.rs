//! One execution in place of a search: that of a schedule which is given.

use std::collections::BTreeMap;

use unknot_sim::Program;

use super::checked::{AnswerSource, Checked};
use super::{Checker, REPLAY, provenance};
use crate::check::{CheckResult, observe};
use crate::environment;
use crate::model::schedule::Schedule;
use crate::model::terms::Budget;
use crate::replay::{self, Replayed};
use crate::report::Report;
use crate::report::replay::ReplayReport;
use crate::strategy::{Replay, Way};

impl Checker {
    /// Replays the schedule of the variable, which has to fit.
    pub(super) fn replay_variable(
        &self,
        program: &Program,
        name: String,
        text: &str,
    ) -> Result<Checked, String> {
        let whence = format!("the schedule in {}", environment::REPLAY);
        let schedule = Schedule::parse(text)
            .map_err(|error| format!("{} '{text}': {error}", environment::REPLAY))?;
        let budget = Budget { max_executions: 1, ..self.budget(Way::Sampler)? };
        let replayed = replay::replay(program, &schedule, budget.semantics);
        if let Some(divergence) = &replayed.divergence {
            return Err(format!(
                "{} '{text}' does not fit {name}: at step {}, {}",
                environment::REPLAY,
                divergence.step,
                divergence.message
            ));
        }
        let note = format!(
            "warning: {name} passes one schedule, the one in {}; nothing was searched",
            environment::REPLAY
        );
        let note = Some(note);
        self.judge((program, name), &replayed, budget, (whence, note))
    }

    /// Shows an execution, and judges it.
    pub(super) fn judge(
        &self,
        (program, name): (&Program, String),
        replayed: &Replayed,
        budget: Budget,
        (whence, note): (String, Option<String>),
    ) -> Result<Checked, String> {
        let mut shown = vec![];
        let told = ReplayReport::new(name.clone(), replayed, budget.levels, |_| false);
        told.write_text(&[], self.look(), &mut shown).map_err(|error| error.to_string())?;
        // The harness captures what this prints, unlike a handle, and shows it
        // with the test.
        print!("{}", String::from_utf8_lossy(&shown));
        let observed = observe(program, Replay::new(replayed.record.schedule.clone()), budget);
        let answer = CheckResult::of(program, observed, &BTreeMap::new(), budget);
        let report = Report::new(provenance(name, &REPLAY, None), answer, budget);
        // A schedule that ends early is no execution for a check, but its findings
        // count.
        let found = replayed.proofs.iter().map(|proof| proof.identity.kind).collect();
        let source = AnswerSource::Replay { whence, note, missing: told.missing_end() };
        Ok(Checked::new(report, found, budget.levels, source))
    }
}
