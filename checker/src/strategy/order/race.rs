//! Races as data: two steps of different tasks that can be made in the other
//! order, and what is known of the later one.

use unknot_sim::{Access, Execution, Guard, Mode, Role, Task, TaskId, Waiting, Waits};

use super::events::Events;

/// What a task does, or is about to do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PendingStep<'a> {
    pub(crate) task: TaskId,
    pub(crate) accesses: &'a [Access],
    /// What it waits on without touching it: the time, for a task that sleeps.
    pub(crate) guard: Option<Guard>,
    /// The number of the step, or the number that it would have.
    pub(crate) place: usize,
}

impl<'a> PendingStep<'a> {
    pub(crate) fn new(task: TaskId, accesses: &'a [Access], place: usize) -> PendingStep<'a> {
        PendingStep { task, accesses, guard: None, place }
    }

    /// The same, waiting on this guard, unless its accesses say already what it waits for.
    fn guarded(self, guard: Option<Guard>) -> PendingStep<'a> {
        let guard = guard.filter(|_| !self.accesses.iter().any(|a| a.mode.waits_for_value()));
        PendingStep { guard, ..self }
    }

    /// Whether any step can block the task at it.
    pub(crate) fn may_be_kept(&self, execution: &Execution<'_>) -> bool {
        self.guard.is_some()
            || execution.task(self.task).alive.is_some()
            || self.accesses.iter().any(Access::may_wait)
    }

    /// Whether it finds what it waits for: everything, or any of several, as `is_enough` says
    /// of each.
    #[inline]
    pub(crate) fn finds(&self, mut is_enough: impl FnMut(&Access) -> bool) -> bool {
        let mut finds_any = None;
        for access in self.accesses {
            match access.waits() {
                Waits::Never => {}
                Waits::ForAny => finds_any = Some(finds_any == Some(true) || is_enough(access)),
                Waits::ForUnits | Waits::ForValue if is_enough(access) => {}
                Waits::ForUnits | Waits::ForValue => return false,
            }
        }
        finds_any != Some(false)
    }

    /// The next step of a task that has not ended.
    pub(crate) fn pending(task: &'a Task, place: usize) -> PendingStep<'a> {
        // A pseudo-task is opened by the machine, not by a step.
        let guard = task.pending.guard.filter(|_| task.role == Role::Program);
        PendingStep::new(task.id, &task.pending.accesses, place).guarded(guard)
    }
}

/// A step that may be made before an earlier one of another task.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Race {
    /// The earlier step.
    pub(crate) first: usize,
    /// The later step; the length of the execution if that step was not made.
    pub(crate) later: usize,
    /// The task of the later step.
    pub(crate) task: TaskId,
}

/// The later step of a race.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LaterStep<'a> {
    pub(crate) what: PendingStep<'a>,
    /// The number of the step. A step that was not made would have had this number.
    pub(crate) place: usize,
    /// The step before it in its task, or the one that started the task.
    pub(crate) before: Option<usize>,
    /// The last step before it that is ordered with every other one.
    pub(crate) fence: Option<usize>,
    /// Whether it was made.
    pub(crate) is_made: bool,
}

impl<'a> LaterStep<'a> {
    /// A step that was made.
    pub(crate) fn made(execution: &Execution<'a>, events: &Events, place: usize) -> LaterStep<'a> {
        let trace = execution.trace;
        let task = trace.steps()[place].task;
        let what = PendingStep::new(task, trace.accesses(place), place);
        LaterStep { is_made: true, ..LaterStep::new(events, what, place, events.before(place)) }
    }

    /// What a task would have done next when an execution ended.
    pub(crate) fn pending(events: &Events, task: &'a Task) -> LaterStep<'a> {
        let before = events.predecessor(task.id);
        LaterStep::new(events, PendingStep::pending(task, events.len()), events.len(), before)
    }

    /// What a task was blocked at when the clock made a step.
    pub(crate) fn waiting(events: &Events, waiting: &'a Waiting, fence: usize) -> LaterStep<'a> {
        let Waiting { task, accesses, guard, .. } = waiting;
        let what = PendingStep::new(*task, accesses, fence).guarded(*guard);
        let last = events.predecessor(what.task);
        let mut made = std::iter::successors(last, |&made| events.before(made));
        let before = made.find(|&made| made < fence);
        LaterStep::new(events, what, fence, before)
    }

    fn new(
        events: &Events,
        what: PendingStep<'a>,
        place: usize,
        before: Option<usize>,
    ) -> LaterStep<'a> {
        let fence = place.checked_sub(1).and_then(|last| events.fence_before(last));
        LaterStep { what, place, before, fence, is_made: false }
    }

    /// How many steps had been made when its task reached it, or up to the fence.
    pub(crate) fn since(&self) -> usize {
        self.before.max(self.fence).map_or(0, |step| step + 1)
    }

    /// Whether it was refused, and would touch more if it were not.
    pub(crate) fn is_refused(&self) -> bool {
        self.what.accesses.iter().any(|access| access.mode == Mode::Withheld)
    }

    /// Whether another step happened before the task reached it.
    pub(crate) fn is_after(&self, events: &Events, step: usize) -> bool {
        self.before.is_some_and(|before| events.happens_before(step, before))
    }
}
