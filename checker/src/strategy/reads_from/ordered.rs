//! Which operations the search orders, and what it says of the others.
//!
//! It knows what a step depends on only where that is the last write: of a variable or an
//! atomic integer, of a lock with an owner, of the end of a task. A program that does anything
//! else is refused at the first such step, since nothing could be claimed of it.

use unknot_sim::{
    Access, Act, Execution, Mode, Names, Object, ObjectId, Op, Ownership, Phase, Point, Purpose,
    Role, TaskId,
};

use crate::model::count::grouped;
use crate::model::labels::object_label;

/// The most steps that all plans may have that are remembered: some 300 MB.
pub(super) const MOST_REMEMBERED: usize = 2_000_000;

/// What an access that the search orders touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OrderedObject {
    /// A memory location.
    Cell,
    /// A lock.
    Lock,
    /// The end of a task.
    End,
    /// A count of tasks, at which no task looks.
    Tally,
    /// What no task gives: whatever gives to it is not ordered.
    Never,
}

/// What an access touches, if it is one that the search orders.
pub(super) fn ordered(access: &Access, object: &Object) -> Option<OrderedObject> {
    let is_lock = object.purpose == Purpose::Primitive
        && (object.initial, object.limit, access.amount) == (1, 1, 1)
        && object.ownership == Ownership::Owners;
    match (access.mode, object.purpose) {
        (Mode::Tally, Purpose::Registry) => Some(OrderedObject::Tally),
        (Mode::Take, Purpose::Primitive) if object.initial < access.amount => {
            Some(OrderedObject::Never)
        }
        (Mode::Give | Mode::Await, Purpose::End) if access.amount == 1 => Some(OrderedObject::End),
        (Mode::Read | Mode::Write | Mode::Update, Purpose::Primitive) if access.slot == 0 => {
            Some(OrderedObject::Cell)
        }
        (Mode::Compare, Purpose::Primitive) if object.is_variable && object.keeps_versions => {
            Some(OrderedObject::Cell)
        }
        (Mode::Take | Mode::Try | Mode::Look | Mode::GiveBounded | Mode::Give, _) if is_lock => {
            Some(OrderedObject::Lock)
        }
        _ => None,
    }
}

/// Why the search takes no program that does a thing.
fn refusal(what: &str, place: Option<String>) -> String {
    let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
    format!(
        "dpor-rf does not order {what}{place}: it takes reads and writes of variables and atomic \
         integers, locks, starts and joins of tasks; --strategy dpor takes every program"
    )
}

/// An operation as a refusal names it.
struct NamedStep<'a> {
    verb: &'static str,
    location: &'static std::panic::Location<'static>,
    accesses: &'a [Access],
}

/// What is known of the objects of a program.
struct ProgramObjects<'a> {
    objects: &'a [Object],
    names: &'a Names,
}

impl ProgramObjects<'_> {
    /// Why a step is not ordered, if it is not.
    fn refuse(&self, named: &NamedStep<'_>) -> Option<String> {
        let NamedStep { verb, location, accesses } = named;
        let object = |id: ObjectId| &self.objects[id.index()];
        let is_open = |access: &&Access| {
            ordered(access, object(access.object)).is_none() || self.is_ambiguous(access.object)
        };
        let other = accesses.iter().find(is_open).or_else(|| {
            // A step that touches two things is none that reads one and writes it.
            let is_plain = |access: &&Access| {
                !matches!(
                    ordered(access, object(access.object)),
                    Some(OrderedObject::Tally | OrderedObject::Never)
                )
            };
            let mut touched = accesses.iter().filter(is_plain);
            let first = touched.next()?.object;
            touched.find(|access| access.object != first)
        })?;
        let label = object_label(object(other.object), other.object, self.names);
        Some(refusal(
            &format!("'{verb} {label}'"),
            Some(format!("{}:{}", location.file(), location.line())),
        ))
    }

    /// Whether another object may have this number in another execution: of several objects
    /// that one place of the source made for whichever task came first.
    fn is_ambiguous(&self, id: ObjectId) -> bool {
        let (creator, nth) = self.names.object_origin(id);
        creator.role == Role::Place && nth > 0
    }
}

/// Why the step that a task is about to make is not ordered, if it is not.
pub(super) fn refuse_next(point: &Point<'_>, task: TaskId) -> Option<String> {
    let execution = point.so_far();
    let op = point.pending(task)?;
    refuse_task(&execution, task).or_else(|| refuse_op(&execution, op))
}

/// Why the last step of an execution is not ordered, if it is not: only then is it known what
/// it touched.
pub(super) fn refuse_last(execution: &Execution<'_>) -> Option<String> {
    let at = execution.trace.len().checked_sub(1)?;
    let step = &execution.trace.steps()[at];
    let accesses = execution.trace.accesses(at);
    let (verb, location) = (step.verb, step.location);
    if step.is_fence {
        return Some(refusal("the clock of virtual time", None));
    }
    refuse_objects(execution, &NamedStep { verb, location, accesses })
        .or_else(|| refuse_release(execution, at))
}

/// Why some step that a task was kept from is not ordered, if one is not.
pub(super) fn refuse_pending(execution: &Execution<'_>) -> Option<String> {
    let waits = |task: &&TaskId| execution.task(**task).phase == Phase::Waiting;
    execution.live.iter().filter(waits).find_map(|&task| {
        refuse_task(execution, task).or_else(|| refuse_op(execution, &execution.task(task).pending))
    })
}

/// What to say of a program that chooses values.
pub(super) fn refuse_choice(point: &Point<'_>) -> String {
    let last = point.trace().steps().last();
    let place = last.map(|step| format!("{}:{}", step.location.file(), step.location.line()));
    refusal("a choice of values", place)
}

/// What to say of a program with too much to remember.
pub(super) fn refuse_size() -> String {
    let most = grouped(MOST_REMEMBERED as u64);
    format!(
        "dpor-rf remembers what it has planned, and here that is more than {most} steps; \
         --strategy dpor remembers nothing, and others take samples"
    )
}

fn refuse_task(execution: &Execution<'_>, task: TaskId) -> Option<String> {
    let task = execution.task(task);
    let what = match () {
        () if task.role == Role::Clock => "the clock of virtual time",
        () if task.role != Role::Program => "the end of a process",
        () if task.process != 0 => "processes",
        () if task.alive.is_some() => "daemons",
        () => return None,
    };
    // What the machine's own tasks do has no line of the program.
    let location = Some(task.pending.location).filter(|_| task.role == Role::Program);
    Some(refusal(what, location.map(|place| format!("{}:{}", place.file(), place.line()))))
}

fn refuse_op(execution: &Execution<'_>, op: &Op) -> Option<String> {
    let named = NamedStep { verb: op.verb, location: op.location, accesses: &op.accesses };
    let is_waited_on = |gauge| op.accesses.iter().any(|access| access.object == gauge);
    let is_odd = op.is_try
        || op.waits_for_any
        || op.act == Act::AwaitChange
        || op.guard.is_some_and(|guard| !is_waited_on(guard.gauge));
    match is_odd {
        true => {
            let place = format!("{}:{}", op.location.file(), op.location.line());
            Some(refusal(&format!("'{}'", op.verb), Some(place)))
        }
        false => refuse_objects(execution, &named),
    }
}

fn refuse_objects(execution: &Execution<'_>, named: &NamedStep<'_>) -> Option<String> {
    ProgramObjects { objects: execution.objects, names: execution.names }.refuse(named)
}

/// A release by a task that does not hold the lock is an error, or gives back what another
/// task has taken. Which of both depends on more than what its task has read.
fn refuse_release(execution: &Execution<'_>, at: usize) -> Option<String> {
    let trace = execution.trace;
    let is_release = |access: &&Access| {
        let gives = matches!(access.mode, Mode::GiveBounded | Mode::Give);
        gives && ordered(access, execution.object(access.object)) == Some(OrderedObject::Lock)
    };
    let release = trace.accesses(at).iter().find(is_release)?;
    let change = |step: usize| {
        let mut accesses = trace.accesses(step).iter();
        accesses.find(|access| access.object == release.object && access.changes())
    };
    let before = (0..at).rev().find_map(|before| Some((before, change(before)?)));
    let step = &trace.steps()[at];
    let is_own = before.is_some_and(|(before, access)| {
        trace.steps()[before].task == step.task && access.effect().may_lower()
    });
    (!is_own || !release.granted).then(|| {
        let object = execution.object(release.object);
        let label = object_label(object, release.object, execution.names);
        let place = format!("{}:{}", step.location.file(), step.location.line());
        let what = format!("'{} {label}' by a task that does not hold it", step.verb);
        refusal(&what, Some(place))
    })
}
