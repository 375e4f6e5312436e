//! What happened, told for each kind of finding: the steps that prove it with
//! their values and source lines, and a sentence or two about what they mean.
//!
//! A finding about being stuck is told by its wait-for graph, and by when it closed.

use std::io;

use unknot_sim::Noted;

use super::columns::Repeats;
use super::look::Look;
use super::rows::write_rows;
use super::visible::{visible, visible_value};
use super::wait_for;
use crate::model::finding::Kind;
use crate::replay::detail::Detail;
use crate::replay::graph::Place;
use crate::replay::record::StepRecord;
use crate::report::data::{FindingReport, Report};
use crate::report::words::{label, place, quote, step_text, task_label_of};

/// The most rows of a tale that are told.
const MOST_ROWS: usize = 20;

/// The column of a row in which the place in the source stands.
const PLACE: usize = 3;

/// The part of a finding's schedule that repeats, if one does.
pub(super) fn repeats(detail: &Detail, proof: &[u32]) -> Option<Repeats> {
    let rounds = detail.rounds.filter(|&rounds| rounds > 1)? as usize;
    Some(Repeats { block: proof.len(), rounds })
}

/// Tells what happened.
pub(super) fn write(
    report: &Report,
    finding: &FindingReport,
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let tale = Tale { report, finding };
    if let Some(graph) = &finding.graph {
        wait_for::write(graph, report.source, look, out)?;
        return write_all(&tale.closed(), out);
    }
    let (rows, sentences) = match finding.kind {
        Kind::LostUpdate => (tale.rows(&finding.proof), tale.lost_update()),
        Kind::Exception => tale.exception(),
        Kind::InvariantViolation => tale.violation(),
        Kind::StaleWrite => (tale.rows(&finding.proof), tale.stale_write()),
        Kind::Livelock => (tale.rows(&finding.proof), tale.livelock()),
        Kind::BusyWait => (tale.rows(&finding.proof), tale.busy_wait()),
        Kind::DataRace => (tale.rows(&finding.proof), tale.data_race()),
        Kind::Leak => (tale.rows(&finding.proof), tale.leak()),
        Kind::Nondeterminism => (vec![], nondeterminism()),
        // These findings have a graph.
        Kind::Deadlock | Kind::Hang | Kind::AbandonedLock => (tale.rows(&finding.proof), vec![]),
    };
    let first = rows.len().min(look.most(MOST_ROWS));
    write_rows(&rows[..first], ("  ", PLACE), look, out)?;
    look.write_more(rows.len() - first, ("step", "steps"), out)?;
    if rows.is_empty() {
        return sentences.iter().try_for_each(|sentence| writeln!(out, "  {sentence}"));
    }
    write_all(&sentences, out)
}

fn write_all(sentences: &[String], out: &mut dyn io::Write) -> io::Result<()> {
    if !sentences.is_empty() {
        writeln!(out)?;
    }
    sentences.iter().try_for_each(|sentence| writeln!(out, "  {sentence}"))
}

/// One finding of one report.
struct Tale<'a> {
    report: &'a Report,
    finding: &'a FindingReport,
}

impl<'a> Tale<'a> {
    /// A task by its path, with its name.
    fn task(&self, path: &str) -> String {
        let task = self.finding.tasks.iter().find(|task| task.task == path);
        task.map_or_else(|| task_label_of(path, ""), label)
    }

    fn step(&self, number: u32) -> Option<&'a StepRecord> {
        self.finding.steps.get(number as usize)
    }

    /// A row for each of these steps, in the order of the schedule.
    fn rows(&self, steps: &[u32]) -> Vec<Vec<String>> {
        let mut steps = steps.to_vec();
        steps.sort_unstable();
        steps.dedup();
        let steps = steps.into_iter().filter_map(|number| self.step(number));
        steps
            .map(|step| {
                vec![
                    format!("step {}", step.step),
                    self.task(&step.task),
                    step_text(step),
                    place(&step.file, step.line),
                    quote(self.report.source, &step.file, step.line),
                ]
            })
            .collect()
    }

    fn closed(&self) -> Vec<String> {
        let Some(closed) = &self.finding.detail.closed else { return vec![] };
        let when = match closed.closed_at {
            Some(step) => format!("closed at step {step}"),
            None => "closed before the first step".to_owned(),
        };
        if !closed.partial {
            return vec![when];
        }
        let others: Vec<String> = (closed.others.iter())
            .map(|path| {
                let task = self.finding.tasks.iter().find(|task| task.task == *path);
                let ended = task.is_some_and(|task| task.finished);
                let since = task.and_then(|task| task.since);
                match (ended, since) {
                    (true, Some(step)) => format!("{} ended at step {step}", self.task(path)),
                    (false, Some(step)) => format!("{} ran on to step {step}", self.task(path)),
                    (_, None) => self.task(path),
                }
            })
            .collect();
        vec![format!("{when}; partial: {}", others.join(", "))]
    }

    /// A's read and write, B's write, and B's read if it made one.
    fn lost_update(&self) -> Vec<String> {
        let steps: Vec<&StepRecord> =
            self.finding.proof.iter().filter_map(|&number| self.step(number)).collect();
        let [read, write, lost, ..] = steps.as_slice() else { return vec![] };
        let (a, b) = (self.task(&read.task), self.task(&lost.task));
        let wrote = written(write);
        let mut sentences = vec![format!(
            "{a} wrote {wrote} over the {} of {b} that it never saw: it had read {} before.",
            written(lost),
            seen(read)
        )];
        sentences.extend(self.intact());
        sentences
    }

    /// The same steps, where nothing is lost.
    fn stale_write(&self) -> Vec<String> {
        let steps: Vec<&StepRecord> =
            self.finding.proof.iter().filter_map(|&number| self.step(number)).collect();
        let [read, write, lost, ..] = steps.as_slice() else { return vec![] };
        let (a, b) = (self.task(&read.task), self.task(&lost.task));
        let over = format!("{a} wrote {} over the {} of {b}", written(write), written(lost));
        let [saw, replaced] = [
            read.value.as_ref().and_then(Noted::seen),
            lost.value.as_ref().and_then(Noted::written),
        ];
        vec![match saw.is_some() && saw == replaced {
            true => format!("{over}, which is what it had read before: nothing is lost."),
            false => format!("{over} that it never saw, as it would have if it had seen it."),
        }]
    }

    /// The outcomes in which no update is lost.
    fn intact(&self) -> Option<String> {
        let complete = self.report.outcomes.iter().filter(|outcome| outcome.value.is_some());
        let told = complete.clone().any(|outcome| outcome.value.as_deref() != Some("()"));
        let intact = complete.filter(|outcome| outcome.no_lost_update.is_some_and(|n| n > 0));
        let values: Vec<String> = intact.filter_map(|o| o.value.as_deref()).map(visible).collect();
        if values.is_empty() {
            return Some("No complete execution was seen in which no update is lost.".to_owned());
        }
        told.then(|| format!("Without a lost update the outcome is {}.", some_of(&values, " or ")))
    }

    /// What left the first task that it left, and the tasks that passed it on.
    fn exception(&self) -> (Vec<Vec<String>>, Vec<String>) {
        let mut rows = self.rows(&self.finding.proof);
        let path = self.finding.subject.as_ref();
        let task = self.finding.tasks.iter().find(|task| Some(&task.task) == path);
        let Some(task) = task else { return (rows, vec![]) };
        let failure = visible(task.failure.as_deref().unwrap_or_default());
        if let Some(Place { file, line }) = &self.finding.detail.raised {
            rows.push(vec![
                "then".to_owned(),
                label(task),
                failure.clone(),
                place(file, *line),
                quote(self.report.source, file, *line),
            ]);
        }
        let after = match self.finding.proof.first().and_then(|&number| self.step(number)) {
            Some(step) if step.task == task.task => format!("After step {}", step.step),
            Some(step) => format!("Before its first step, started at step {}", step.step),
            None => "Before its first step".to_owned(),
        };
        let others: Vec<String> = (self.finding.involved.iter())
            .filter(|other| **other != task.task)
            .map(|other| self.task(other))
            .collect();
        let others = match others.as_slice() {
            [] => String::new(),
            [one] => format!(", and {one} with the same"),
            all => format!(", and {} with the same", all.join(", ")),
        };
        (rows, vec![format!("{after}, {} ended with {failure}{others}.", label(task))])
    }

    fn violation(&self) -> (Vec<Vec<String>>, Vec<String>) {
        let FindingReport { proof, detail, .. } = self.finding;
        let steps: Vec<u32> = proof.iter().chain(&detail.written_by).copied().collect();
        let mut rows = self.rows(&steps);
        let (Some(at), Some(condition)) = (proof.first(), &detail.condition) else {
            return (rows, vec![]);
        };
        rows.push(vec![
            "then".to_owned(),
            "does not hold".to_owned(),
            visible(&detail.violated),
            place(&condition.file, condition.line),
            quote(self.report.source, &condition.file, condition.line),
        ]);
        let before: Vec<String> = (detail.written_by.iter())
            .filter(|step| *step != at)
            .filter_map(|&number| self.step(number))
            .map(|step| {
                let object = visible(step.object.as_deref().unwrap_or_default());
                format!("{object} by {} at step {}", self.task(&step.task), step.step)
            })
            .collect();
        if before.is_empty() {
            return (rows, vec![]);
        }
        (rows, vec![format!("What it looks at was written last: {}.", before.join(", "))])
    }

    fn livelock(&self) -> Vec<String> {
        vec![
            format!("{}, and go on beyond it.", self.rounds()),
            "Each time they see and leave the same, and every task that could go on takes part."
                .to_owned(),
        ]
    }

    fn busy_wait(&self) -> Vec<String> {
        let made: Vec<&str> = (self.finding.proof.iter())
            .filter_map(|&number| self.step(number).map(|step| step.task.as_str()))
            .collect();
        let others = self.finding.tasks.iter().filter(|task| {
            !made.contains(&task.task.as_str())
                && task.pending.as_ref().is_some_and(|pending| pending.enabled)
        });
        let others: Vec<String> = others.map(label).collect();
        let beside = match others.as_slice() {
            [] => "a task that could go on".to_owned(),
            others => others.join(", "),
        };
        vec![
            format!("{}; {beside} could have gone on.", self.rounds()),
            "No fair scheduler does that, and with `wait_until` there is no such schedule."
                .to_owned(),
        ]
    }

    /// How often the steps that repeat were made.
    fn rounds(&self) -> String {
        let rounds = self.finding.detail.rounds.unwrap_or(1);
        let steps = self.finding.steps.len();
        let these = if self.finding.proof.len() == 1 { "This step" } else { "These steps" };
        format!("{these} came {rounds} times in a row, until the limit of {steps} steps")
    }

    fn data_race(&self) -> Vec<String> {
        let (Some(&first), Some(&second)) = (self.finding.proof.first(), self.finding.proof.get(1))
        else {
            return vec![];
        };
        let under = |nth: usize| match self.finding.detail.locks.get(nth) {
            Some(locks) if !locks.is_empty() => format!("under {}", locks.join(" and ")),
            _ => "under no lock".to_owned(),
        };
        let nothing = "nothing leads from one to the other";
        let how = match self.finding.detail.locks.iter().all(Vec::is_empty) {
            true => format!("Neither was made under a lock, and {nothing}."),
            false => {
                let (one, other) = (under(0), under(1));
                format!("Step {first} was made {one}, step {second} {other}; {nothing}.")
            }
        };
        vec![
            how,
            "One lock around both would order them, or a join, a signal or a queue between them."
                .to_owned(),
        ]
    }

    fn leak(&self) -> Vec<String> {
        let step = self.finding.proof.first().and_then(|&number| self.step(number));
        let Some(step) = step else { return vec![] };
        let object = visible(step.object.as_deref().unwrap_or_default());
        vec![format!("{} never gave {object} back.", self.task(&step.task))]
    }
}

/// The first values, and how many there are.
fn some_of(values: &[String], between: &str) -> String {
    const MOST: usize = 6;
    match values.get(..MOST) {
        Some(first) if values.len() > MOST => {
            format!("{} or one of {} others", first.join(between), values.len() - MOST)
        }
        _ => values.join(between),
    }
}

fn nondeterminism() -> Vec<String> {
    [
        "Apart from the primitives a program must do the same each time: no clock, no random",
        "numbers, no order of a hash, and nothing that is kept from one execution to the next.",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// What a step wrote: of an update the new value.
fn written(step: &StepRecord) -> String {
    let written = step.value.as_ref().and_then(Noted::written);
    written.map_or_else(|| "a value".to_owned(), visible_value)
}

/// What a step read: of an update the old value.
fn seen(step: &StepRecord) -> String {
    let seen = step.value.as_ref().and_then(Noted::seen);
    seen.map_or_else(|| "another value".to_owned(), visible_value)
}
