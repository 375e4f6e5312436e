//! One execution, without a search: what the examples of this crate run on.

use std::sync::Arc;

use crate::execution::{Ended, Execution, Failure};
use crate::rt::{Decision, Explorer, Point};
use crate::rt::{Limits, explore};
use crate::value::{Outcome, Value};

/// Runs each task as long as it can go on.
#[derive(Default)]
struct Once {
    has_begun: bool,
    ended: Option<Result<Value, String>>,
}

impl Explorer for Once {
    fn begin(&mut self) -> bool {
        !std::mem::replace(&mut self.has_begun, true)
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        let stays = point.last().filter(|&task| point.is_enabled(task));
        let next = stays.or_else(|| point.enabled().next());
        Decision::Run(next.expect("a task is enabled where one is to be picked"))
    }

    fn choose(&mut self, _: &Point<'_>, _: u32) -> u32 {
        0
    }

    fn end(&mut self, execution: &Execution<'_>) {
        let mut failures = execution.live.iter().filter_map(|&id| {
            Some(match execution.task(id).failure.as_ref()? {
                Failure::Exception(exception) => exception.to_string(),
                Failure::Panic { message, location, .. } => format!("{message} ({location})"),
            })
        });
        self.ended = Some(match (failures.next(), execution.outcome) {
            (Some(failure), _) => Err(failure),
            (None, Some(value)) if execution.ended == Ended::Complete => Ok(value.clone()),
            _ => Err("the program did not come to its end".to_owned()),
        });
    }
}

/// Runs a program once, each task as long as it can go on, and returns its outcome.
/// That shows how a primitive behaves where nothing interferes. It shows nothing about
/// other schedules: a check goes through those.
///
/// ```
/// use unknot_sim::{Shared, run_once, spawn};
///
/// let outcome = run_once(|| {
///     let x = Shared::new(1);
///     let theirs = x.clone();
///     let task = spawn(move || theirs.write(2));
///     task.join().map(|()| x.read())
/// });
/// assert_eq!(outcome.to_string(), "2");
/// ```
///
/// # Panics
/// If the program gets stuck, or a task of it panics or ends with an exception.
#[track_caller]
pub fn run_once<O: Outcome>(program: impl Fn() -> O + Send + Sync + 'static) -> Value {
    let once =
        explore(&(Arc::new(move || program().outcome()) as _), Limits::default(), Once::default());
    match once.ended.expect("one execution was made") {
        Ok(value) => value,
        Err(problem) => panic!("{problem}"),
    }
}
