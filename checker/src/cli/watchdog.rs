//! A check that does not answer: a task that never makes a step again, or a lock of
//! the operating system that is held across a step.
//!
//! A search asks between two executions whether to go on, so it cannot be ended
//! while one execution lasts. After five seconds a note says so, with the task that has
//! control and its last step ([`ProgramName::posts`]). Once the command has
//! to end and two seconds have passed in silence, it ends all the same, with a report
//! for each check that has none.
//!
//! What it can miss: an execution that is only very long looks the same.

use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use super::onlooker::Onlooker;
use crate::environment;
use crate::model::end::Stop;
use crate::model::labels::package_path;
use crate::report::visible::visible;
use crate::search::jobs::{NextResult, Results};
use unknot_sim::{Control, Posted, ProgramName};

/// The time between two looks.
const LOOK: Duration = Duration::from_millis(100);

/// Silence that is worth telling.
const LONG: Duration = Duration::from_secs(5);

/// Silence after which a command that has to end does so.
const GRACE: Duration = Duration::from_secs(2);

/// Waits for reports, and notices where none comes.
pub(super) struct Watchdog<'a> {
    onlooker: &'a Onlooker,
    /// How often searches had asked at the last look, and since when the number is the same.
    heard: (u64, Instant),
    is_told: bool,
    /// Why the checks are not waited for any more, if they are not.
    pub(super) stop: Option<Stop>,
}

impl<'a> Watchdog<'a> {
    pub(super) fn new(onlooker: &'a Onlooker) -> Watchdog<'a> {
        let heard = (onlooker.beats(), environment::now());
        Watchdog { onlooker, heard, is_told: false, stop: None }
    }

    /// Waits for the next report; says so where it takes long.
    pub(super) fn wait<T>(
        &mut self,
        results: &Results<T>,
        mut say: impl FnMut(&str),
    ) -> NextResult<T> {
        loop {
            match results.recv_timeout(LOOK) {
                Ok(result) => return NextResult::Result(result),
                Err(RecvTimeoutError::Disconnected) => return NextResult::Through,
                Err(RecvTimeoutError::Timeout) => {}
            }
            let (now, beats) = (environment::now(), self.onlooker.beats());
            if beats != self.heard.0 {
                self.heard = (beats, now);
                self.is_told = false;
                continue;
            }
            let silence = now.duration_since(self.heard.1);
            if silence >= LONG && !std::mem::replace(&mut self.is_told, silence >= LONG) {
                let running = self.onlooker.running();
                running.iter().for_each(|name| say(&told(name)));
            }
            if silence >= GRACE {
                self.stop = self.onlooker.why_to_stop();
                if self.stop.is_some() {
                    return NextResult::GiveUp;
                }
            }
        }
    }
}

/// What is known of a check that is silent.
fn told(name: &ProgramName) -> String {
    let posts = name.posts();
    let why = match posts.is_empty() {
        true => "no task has control, so what is done with a long one takes that".to_owned(),
        false => {
            let tasks: Vec<String> = posts.iter().map(task).collect();
            format!(
                "{}; a loop that makes no step, or a lock of the system that is held across \
                 one, does that",
                tasks.join(", ")
            )
        }
    };
    format!("{name}: no execution has ended for {} s: {why}", LONG.as_secs())
}

/// What the task with control does.
fn task(posted: &Posted) -> String {
    let Posted { task, control, place } = posted;
    let task = visible(task);
    let place = place.map(|(file, line)| format!("{}:{line}", package_path(file)));
    let at = place.map_or_else(String::new, |place| format!(" at {place}"));
    match control {
        Control::Begins if at.is_empty() => format!("{task} makes no step"),
        Control::Begins => format!("{task}, started{at}, makes no step"),
        Control::Goes => format!("{task} makes no step after that{at}"),
        Control::Answers => format!("{task} does not say whether what it waits for{at} holds"),
        Control::Leaves => format!("{task} does not end after its step{at}, with the execution"),
    }
}
