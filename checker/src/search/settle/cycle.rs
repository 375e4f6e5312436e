//! Whether steps that repeat up to the limit go on for ever.
//!
//! The execution is run again with values recorded, and beyond the limit the tasks
//! make their steps in the order of the block. It is a *cycle* if they do the same
//! up to ten times the limit (at most [`MOST_MORE`] more steps): the same steps,
//! with the same objects and values. A retry loop that gives up after a number of
//! times ends meanwhile, and is no cycle. What it can miss: what a task keeps for
//! itself, such as a counter, is not seen.
//!
//! A cycle is a livelock if it is fair. If another task could have gone on, the
//! program is continued from where the cycle begins with each of its tasks in turn, from
//! each step of the block. That is fair. It either ends, or comes to a cycle of its
//! own, as two tasks do that make way for each other.

use unknot_sim::{Decision, Ended, Execution, Explorer, Limits, Point, Program, explore};

use super::swap::in_turn;
use crate::analysis::block::{Block, block, period};
use crate::analysis::handed::Handed;
use crate::analysis::livelock::is_fair;
use crate::analysis::{self, Scratch};
use crate::model::finding::{Fault, Origin};
use crate::model::kind::Kind;
use crate::model::schedule::Schedule;
use crate::model::terms::Semantics;
use crate::search::observed::Witness;
use crate::strategy::Replay;

/// Steps beyond the limit, at most.
const MOST_MORE: usize = 100_000;

/// Steps of a block from which each task is given its turn.
const MAX_PHASES: usize = 16;

/// A block that repeats for ever.
pub(super) enum Cycle {
    /// A block in which every task that is enabled takes part.
    Fair,
    /// A block beside other tasks that are enabled.
    Unfair,
    /// A fair block, to which another execution leads.
    FairLater(Fault<Origin>, Box<Witness>),
}

/// What becomes of an execution that was cut while it repeated itself; `None` if it
/// does not do so for ever.
pub(super) fn settle(
    program: &Program,
    schedule: &Schedule,
    semantics: Semantics,
) -> Option<Cycle> {
    let (is_fair, begin, found) = go_round(program, schedule, semantics)?;
    if is_fair {
        return Some(Cycle::Fair);
    }
    let later = (0..found.period.min(MAX_PHASES)).find_map(|phase| {
        let (fault, witness) = Fairly::run(program, schedule, begin + phase, semantics)?;
        let (is_fair, ..) = go_round(program, &witness.schedule, semantics)?;
        is_fair.then_some(Cycle::FairLater(fault, Box::new(witness)))
    });
    Some(later.unwrap_or(Cycle::Unfair))
}

/// Whether an execution that was cut while it repeated itself does so for ever.
pub(super) fn goes_on(program: &Program, schedule: &Schedule, semantics: Semantics) -> bool {
    go_round(program, schedule, semantics).is_some()
}

/// Runs a schedule and what repeats at its end, beyond the limit. Says whether that
/// is fair, the step with which it begins, and what the finding is.
fn go_round(
    program: &Program,
    schedule: &Schedule,
    semantics: Semantics,
) -> Option<(bool, usize, Block)> {
    let len = schedule.steps.len();
    let more = semantics.max_steps.saturating_mul(9).min(MOST_MORE);
    let round = Round {
        replay: Replay::new(schedule.clone()),
        len,
        until: len + more,
        block: None,
        found: None,
    };
    let limits = Limits { max_steps: usize::MAX, ..semantics.limits(true) };
    explore(program, limits, round).found
}

/// A schedule, and then what repeats at its end.
struct Round {
    replay: Replay,
    /// Steps of the schedule.
    len: usize,
    /// The number of steps at which it ends.
    until: usize,
    block: Option<Block>,
    found: Option<(bool, usize, Block)>,
}

impl Explorer for Round {
    fn begin(&mut self) -> bool {
        self.replay.begin()
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        let step = point.step();
        if step < self.len {
            return self.replay.pick(point);
        }
        if step == self.len {
            self.block = period(point.trace());
        }
        let Some(block) = self.block else { return Decision::Stop(Ended::Abandoned) };
        let task = point.trace().steps()[step - block.period].task;
        if step >= self.until {
            return Decision::Stop(Ended::Cut);
        }
        match point.is_enabled(task) {
            true => Decision::Run(task),
            false => Decision::Stop(Ended::Abandoned),
        }
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        let step = point.step() - 1;
        let Some(block) = self.block else { return self.replay.choose(point, n) };
        let nth = point.trace().choices(step).len();
        let before = point.trace().choices(step - block.period).get(nth);
        before.copied().filter(|&value| value < n).unwrap_or(0)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        let (Some(known), Some(now)) = (self.block, block(execution)) else { return };
        // It has to be the block that was there at the limit, with the same values.
        let n = execution.trace.len();
        let begin = n - now.repeated;
        let value = |step: usize| execution.values.get(&(step as u32));
        let is_same = |step: usize| value(step) == value(step - now.period);
        let from = (begin + now.period).max(self.len - known.period);
        if now == (Block { repeated: now.repeated, ..known })
            && begin + known.period <= self.len
            && (from..n).all(is_same)
        {
            self.found = Some((is_fair(execution, now), begin, now));
        }
    }
}

/// The beginning of a schedule, and then each task in turn up to the limit.
struct Fairly {
    replay: Replay,
    len: usize,
    found: Option<(Fault<Origin>, Witness)>,
}

impl Fairly {
    /// Runs it. Returns what repeats at its end, if that is fair, and the execution.
    fn run(
        program: &Program,
        schedule: &Schedule,
        len: usize,
        semantics: Semantics,
    ) -> Option<(Fault<Origin>, Witness)> {
        let replay = Replay::new(schedule.clone());
        explore(program, semantics.limits(false), Fairly { replay, len, found: None }).found
    }
}

impl Explorer for Fairly {
    fn begin(&mut self) -> bool {
        self.replay.begin()
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        match point.step() < self.len {
            true => self.replay.pick(point),
            false => Decision::Run(in_turn(point)),
        }
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        if point.step() <= self.len { self.replay.choose(point, n) } else { 0 }
    }

    fn end(&mut self, execution: &Execution<'_>) {
        let mut found = vec![];
        analysis::analyse(execution, &Handed::of(execution), &mut Scratch::default(), &mut found);
        let mut found = found.into_iter();
        let Some(one) = found.find(|one| one.signature.kind == Kind::Livelock) else { return };
        let preemptions = execution.trace.steps().iter().filter(|step| step.preempts).count();
        let fault = one.signature.fault().named(execution.names);
        self.found = Some((fault, Witness::of(execution, preemptions as u32)));
    }
}
