//! Predictions, for people.

use std::io;

use super::data::{PredictedReport, PredictedStep, PredictionReport, SearchedReport, StatusWord};
use crate::model::count::grouped;
use crate::model::kind::Level;
use crate::report::look::Look;
use crate::report::rows::write_rows;
use crate::report::style::Mark;
use crate::report::visible::visible;
use crate::report::words::{operation_text, place, shown_label};

/// Predictions that are told.
const MOST_TOLD: usize = 20;

/// Steps of a prediction that are told.
const MOST_STEPS: usize = 6;

impl PredictedReport {
    /// Writes it for people, below the findings.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub(in crate::report) fn write_text(
        &self,
        drawn: Option<(&str, u64)>,
        look: Look,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let (tasks, steps) = (count(self.tasks, "task"), count(self.steps, "step"));
        let drawn = drawn.map(|(strategy, seed)| format!("; the first of {strategy}, seed {seed}"));
        let drawn = drawn.unwrap_or_default();
        writeln!(out, "predicted from one execution ({tasks}, {steps}{drawn}):")?;
        if self.predictions.is_empty() {
            writeln!(out, "  nothing that it does not show itself")?;
        }
        let told = self.predictions.len().min(look.most(MOST_TOLD));
        for prediction in &self.predictions[..told] {
            self.write_one(prediction, look, out)?;
        }
        look.write_more(self.predictions.len() - told, ("prediction", "predictions"), out)?;
        if self.more {
            writeln!(out, "  There may be more: some circles or pairs were not looked at.")?;
        }
        writeln!(out)
    }

    fn write_one(
        &self,
        prediction: &PredictionReport,
        look: Look,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let PredictionReport { kind, message, status, about, reason, .. } = prediction;
        let word = match status {
            StatusWord::Confirmed if prediction.level == Some(Level::Error) => {
                look.paint(Mark::Bad, "CONFIRMED")
            }
            StatusWord::Confirmed => "CONFIRMED".to_owned(),
            StatusWord::Refuted => look.paint(Mark::Good, "REFUTED"),
            StatusWord::Unconfirmed => look.paint(Mark::Open, "UNCONFIRMED"),
        };
        let other = prediction.found.filter(|found| found != kind);
        let other = other.map_or_else(String::new, |found| format!(" as {found}:"));
        writeln!(out, "  {word}{other} {kind} ({})", visible(message))?;
        let told = about.len().min(look.most(MOST_STEPS));
        let rows: Vec<Vec<String>> = about[..told].iter().map(row).collect();
        write_rows(&rows, ("      ", 3), look, out)?;
        if about.len() > told {
            let n = count(about.len() - told, "more step");
            writeln!(out, "      … {n}: {} shows them", look.more)?;
        }
        match (status, reason, self.searched) {
            (StatusWord::Confirmed, ..) => Ok(()),
            (StatusWord::Refuted, _, Some(SearchedReport { executions, .. })) => {
                let n = count(executions as usize, "execution");
                writeln!(out, "      a search through everything does not show it ({n})")
            }
            (_, reason, searched) => {
                if let Some(reason) = reason {
                    writeln!(out, "      {}", visible(reason))?;
                }
                let Some(SearchedReport { executions, .. }) = searched else { return Ok(()) };
                let n = count(executions as usize, "execution");
                writeln!(out, "      nor does a search show it that ended after {n}")
            }
        }
    }

    /// One line, below that of the check.
    pub(in crate::report) fn write_line(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let words = [
            (StatusWord::Confirmed, "confirmed"),
            (StatusWord::Refuted, "refuted"),
            (StatusWord::Unconfirmed, "unconfirmed"),
        ];
        let counts = words.iter().map(|&(status, word)| (self.count(status), word));
        let told = counts.filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}"));
        let told: Vec<String> = told.collect();
        match told.is_empty() {
            true => Ok(()),
            false => writeln!(out, "    predicted from one execution: {}", told.join(", ")),
        }
    }
}

fn count(n: usize, noun: &str) -> String {
    format!("{} {noun}{}", grouped(n as u64), if n == 1 { "" } else { "s" })
}

fn row(step: &PredictedStep) -> Vec<String> {
    let PredictedStep { step, task, name, operation } = step;
    vec![
        format!("step {step}"),
        shown_label(task, name),
        operation_text(operation),
        place(&operation.file, operation.line),
    ]
}
