//! Schedules as values, and as a line of text.
//!
//! ```text
//! T0*3 T1 ! T2?1 T1*2
//! ```
//! `Tn` is one step of task n, `Tn*k` are k steps in a row; a task that was
//! started by another than the main task is `Tn.m`, and the steps of the machine
//! are `K0` for the exit of the process and `C0` for the clock. `?v` is the value chosen
//! inside the step before it and ends a run. `!` marks a preemption for people
//! and is ignored when read. Only executed steps appear, so a schedule reads
//! the same whatever was blocked meanwhile.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use unknot_sim::{Names, TaskPath, Trace};

/// One executed step of a schedule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScheduledStep {
    /// The task that makes the step.
    pub task: TaskPath,
    /// The values chosen inside it.
    pub choices: Vec<u32>,
    /// Whether the task of the step before could have gone on.
    pub preempts: bool,
}

/// The decisions of one execution.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Schedule {
    /// The steps in order, shared between all findings of one execution.
    pub steps: Arc<Vec<ScheduledStep>>,
}

impl Serialize for Schedule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Why a text is no schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleError {
    /// Where in the text, in bytes from 0.
    pub offset: usize,
    /// What is wrong, and what could stand there.
    pub message: String,
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "malformed schedule at offset {}: {}", self.offset, self.message)
    }
}

impl std::error::Error for ScheduleError {}

/// More steps than any execution has. So `T1*4000000000` is refused and not built, and
/// so are a thousand runs of a million steps.
const MAX_STEPS: u32 = 1_000_000;

impl Schedule {
    /// The schedule of an execution.
    #[must_use]
    pub fn of(trace: &Trace, names: &Names) -> Schedule {
        let steps = trace.steps().iter().enumerate().map(|(i, step)| ScheduledStep {
            task: names.task_path(step.task),
            choices: trace.choices(i).to_vec(),
            preempts: step.preempts,
        });
        Schedule { steps: Arc::new(steps.collect()) }
    }

    /// How often a task was preempted: left though it could have gone on.
    #[must_use]
    pub fn preemptions(&self) -> usize {
        self.steps.iter().filter(|step| step.preempts).count()
    }

    /// Reads a line of text.
    ///
    /// # Errors
    /// A [`ScheduleError`] that says where the text stops making sense.
    pub fn parse(text: &str) -> Result<Schedule, ScheduleError> {
        let mut schedule = Schedule::default();
        let mut preempts = false;
        let mut start = 0;
        for word in text.split(char::is_whitespace) {
            if word == "!" {
                preempts = true;
            } else if !word.is_empty() {
                schedule.parse_word(word, start, std::mem::take(&mut preempts))?;
            }
            start +=
                word.len() + text[start + word.len()..].chars().next().map_or(0, char::len_utf8);
        }
        Ok(schedule)
    }

    fn parse_word(
        &mut self,
        word: &str,
        start: usize,
        preempts: bool,
    ) -> Result<(), ScheduleError> {
        let error = |at: usize, message: String| Err(ScheduleError { offset: start + at, message });
        let mut parts = word.split('?');
        let run = parts.next().unwrap_or_default();
        if !run.is_empty() {
            let (path, times) = run.split_once('*').unwrap_or((run, "1"));
            let Some(task) = TaskPath::parse(path) else {
                let message = format!("'{path}' is no task such as T0, T2, T2.1 or K0");
                return error(0, message);
            };
            let times = match times.parse::<u32>() {
                Ok(times) if (1..=MAX_STEPS).contains(&times) => times,
                _ => {
                    return error(
                        path.len() + 1,
                        format!("'{times}' is no number of steps from 1 to {MAX_STEPS}"),
                    );
                }
            };
            if self.steps.len() + times as usize > MAX_STEPS as usize {
                return error(0, format!("a schedule has at most {MAX_STEPS} steps"));
            }
            Arc::make_mut(&mut self.steps).extend((0..times).map(|nth| {
                let preempts = preempts && nth == 0;
                ScheduledStep { task: task.clone(), choices: vec![], preempts }
            }));
        }
        let mut at = run.len();
        for value in parts {
            let Ok(number) = value.parse::<u32>() else {
                return error(at, format!("'?{value}' is no choice such as ?0"));
            };
            let Some(step) = Arc::make_mut(&mut self.steps).last_mut() else {
                return error(at, "a choice belongs to a step before it".to_owned());
            };
            step.choices.push(number);
            at += value.len() + 1;
        }
        Ok(())
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut at = 0;
        while at < self.steps.len() {
            let first = &self.steps[at];
            let mut end = at + 1;
            // A choice ends a run, and a preemption begins one.
            while end < self.steps.len()
                && self.steps[end - 1].choices.is_empty()
                && self.steps[end].task == first.task
                && !self.steps[end].preempts
            {
                end += 1;
            }
            f.write_str(match (at, first.preempts) {
                (0, _) => "",
                (_, true) => " ! ",
                (_, false) => " ",
            })?;
            write!(f, "{}", first.task)?;
            if end - at > 1 {
                write!(f, "*{}", end - at)?;
            }
            for choice in &self.steps[end - 1].choices {
                write!(f, "?{choice}")?;
            }
            at = end;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_print_what_they_read() {
        for text in ["", "T0", "T0*2 T1 ! T2", "T0*3 T1?0 T1*2?3?1 T2.1", "T1?0 T1?0"] {
            assert_eq!(Schedule::parse(text).expect(text).to_string(), text);
        }
        let loose = Schedule::parse("  T0  T0\tT1 ?2 ").expect("spaces are free");
        assert_eq!(loose.to_string(), "T0*2 T1?2");
    }

    #[test]
    fn errors_say_where() {
        for (text, offset) in [
            ("X", 0),
            ("T0 Y1", 3),
            ("Tx", 0),
            ("T1*0", 3),
            ("T1*9999999999", 3),
            ("T1*1000000 T2", 11),
            ("?1", 0),
            ("T1?x", 2),
            ("T1 ?", 3),
            ("T", 0),
            ("T1*", 3),
            ("é T1", 0),
            ("T1 é", 3),
        ] {
            assert_eq!(Schedule::parse(text).expect_err(text).offset, offset, "{text}");
        }
    }
}
