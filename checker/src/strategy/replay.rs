//! One given schedule, or exactly where the program leaves it.

use unknot_sim::{Decision, Ended, Execution, Explorer, Point};

use super::api::Strategy;
use super::divergence::{Divergence, describe};
use crate::model::schedule::Schedule;

/// The strategy.
#[derive(Debug)]
pub struct Replay {
    schedule: Schedule,
    started: bool,
    divergence: Option<Divergence>,
    stopped_early: bool,
}

impl Replay {
    /// Follows a schedule.
    #[must_use]
    pub fn new(schedule: Schedule) -> Replay {
        Replay { schedule, started: false, divergence: None, stopped_early: false }
    }

    /// Where the program left the schedule, if it did.
    #[must_use]
    pub fn divergence(&self) -> Option<&Divergence> {
        self.divergence.as_ref()
    }

    /// Whether the schedule ended before the program did.
    #[must_use]
    pub fn stopped_early(&self) -> bool {
        self.stopped_early
    }

    fn diverge(&mut self, step: usize, message: String) {
        self.divergence.get_or_insert(Divergence { step, message });
    }

    /// Complains about choices of the schedule that the last step did not make.
    fn expect_no_choices_left(&mut self, steps: usize, made: impl FnOnce(usize) -> usize) {
        let Some(last) = steps.checked_sub(1) else { return };
        let wanted = self.schedule.steps.get(last).map_or(0, |step| step.choices.len());
        let made = made(last);
        if wanted > made {
            self.diverge(
                last,
                format!("the schedule has {wanted} choices here, the step made {made}"),
            );
        }
    }
}

impl Explorer for Replay {
    fn begin(&mut self) -> bool {
        !std::mem::replace(&mut self.started, true)
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        let step = point.step();
        self.expect_no_choices_left(step, |last| point.trace().choices(last).len());
        if self.divergence.is_some() {
            return Decision::Stop(Ended::Abandoned);
        }
        let Some(wanted) = self.schedule.steps.get(step) else {
            self.stopped_early = true;
            return Decision::Stop(Ended::Abandoned);
        };
        let task = point.names().task_at(&wanted.task).filter(|task| point.live().contains(task));
        let problem = match task {
            Some(task) if point.is_enabled(task) => return Decision::Run(task),
            Some(task) => match point.pending(task) {
                Some(op) => format!("{} is blocked at {}", wanted.task, describe(op, point)),
                None => format!("{} has finished", wanted.task),
            },
            None => format!("there is no task {} yet", wanted.task),
        };
        let enabled: Vec<String> = point
            .enabled()
            .filter_map(|task| {
                let op = describe(point.pending(task)?, point);
                Some(format!("{} {op}", point.names().task_path(task)))
            })
            .collect();
        self.diverge(step, format!("{problem}; enabled: {}", enabled.join(", ")));
        Decision::Stop(Ended::Abandoned)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        let step = point.step() - 1;
        let nth = point.trace().choices(step).len();
        let wanted = self.schedule.steps.get(step).and_then(|s| s.choices.get(nth).copied());
        match wanted {
            Some(value) if value < n => value,
            Some(value) => {
                self.diverge(
                    step,
                    format!("the schedule chooses ?{value}, there are ?0 to ?{}", n - 1),
                );
                0
            }
            None => {
                self.diverge(
                    step,
                    format!("the step chooses one of ?0 to ?{}, the schedule none", n - 1),
                );
                0
            }
        }
    }

    fn end(&mut self, execution: &Execution<'_>) {
        let steps = execution.trace.len();
        self.expect_no_choices_left(steps, |last| execution.trace.choices(last).len());
        let wanted = self.schedule.steps.len();
        if wanted > steps {
            self.diverge(
                steps,
                format!("the program ended after {steps} steps, the schedule has {wanted}"),
            );
        }
    }
}

impl Strategy for Replay {
    fn is_exhausted(&self) -> bool {
        false
    }
}
