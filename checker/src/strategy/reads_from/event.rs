//! Steps as events: what each reads and writes, and which write it reads.
//!
//! An event is known by its task and its number within the task, which mean the same in every
//! execution in which the task has read the same so far. A lock is an integer of which each
//! acquisition and each release is an update in one step; to try to take it is to compare and
//! exchange. The end of a task is a write, and a join a read that waits for it.

use unknot_sim::{Access, Execution, Mode, Object, ObjectId, Op, Step, TaskId};

use super::ordered::{OrderedObject, ordered};
use crate::strategy::asked::Asked;

/// A step: the `nth` of its task, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct EventKey {
    pub(super) task: TaskId,
    pub(super) nth: u32,
}

/// What a read takes its value from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ReadSource {
    /// What the object held at first.
    Initial,
    /// The last write before it.
    Write(EventKey),
}

/// How an event touches its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TouchKind {
    /// It touches nothing, or nothing that another task looks at.
    Nothing,
    Read,
    /// Also the end of a task.
    Write,
    /// It reads and writes.
    Update,
    /// It waits for the end of a task, and reads it: there is one write that it can read.
    Await,
    /// It takes a lock: an update that is possible only where the last write is a release, or
    /// there was none yet.
    Take,
    /// It gives back a lock that its task has taken.
    Release,
}

impl TouchKind {
    pub(super) fn reads(self) -> bool {
        !matches!(self, TouchKind::Nothing | TouchKind::Write)
    }

    pub(super) fn writes(self) -> bool {
        matches!(self, TouchKind::Write | TouchKind::Update | TouchKind::Take | TouchKind::Release)
    }
}

/// The task of the events that stand for what the outcome is made of at the exit.
pub(super) const EXIT: TaskId = TaskId(u32::MAX);

/// What a lock holds while no task has it: what its gauge shows.
pub(super) const FREE: i64 = 1;

/// What it holds otherwise.
const TAKEN: i64 = 0;

/// One step of an execution.
#[derive(Clone, Copy, Debug)]
pub(super) struct GraphEvent {
    pub(super) key: EventKey,
    pub(super) touch: TouchKind,
    /// What it touches.
    pub(super) object: Option<ObjectId>,
    /// What it reads, if it reads.
    pub(super) source: Option<ReadSource>,
    /// The integer that it writes, if that is known.
    pub(super) value: Option<i64>,
    /// Whether that is a lock.
    pub(super) is_lock: bool,
    /// What it compares with: it writes if it finds this.
    pub(super) expects: Option<i64>,
    /// What the object held at first, where it is an atomic integer.
    pub(super) initial: i64,
    /// The event before it in its task, or the one that started the task.
    pub(super) before: Option<EventKey>,
    /// What the program asked for, to tell whether it asks for the same again.
    pub(super) asked: Asked,
}

impl GraphEvent {
    /// A step that was made. What it reads is not known yet.
    pub(super) fn made(
        (key, before): (EventKey, Option<EventKey>),
        execution: &Execution<'_>,
        at: usize,
    ) -> GraphEvent {
        let step: &Step = &execution.trace.steps()[at];
        let accesses = execution.trace.accesses(at);
        GraphEvent::of((key, before), Asked::before(step), accesses, |id| execution.object(id))
    }

    /// A step that a task waits to make.
    pub(super) fn pending(
        (key, before): (EventKey, Option<EventKey>),
        op: &Op,
        execution: &Execution<'_>,
    ) -> GraphEvent {
        GraphEvent::of((key, before), Asked::of(op), &op.accesses, |id| execution.object(id))
    }

    /// A read at the exit.
    pub(super) fn at_exit(key: EventKey, (object, source): (ObjectId, ReadSource)) -> GraphEvent {
        let nothing = GraphEvent::nothing((key, None), Asked::nothing());
        GraphEvent { touch: TouchKind::Read, object: Some(object), source: Some(source), ..nothing }
    }

    fn nothing((key, before): (EventKey, Option<EventKey>), asked: Asked) -> GraphEvent {
        GraphEvent {
            key,
            touch: TouchKind::Nothing,
            object: None,
            source: None,
            value: None,
            is_lock: false,
            expects: None,
            initial: 0,
            before,
            asked,
        }
    }

    fn of<'a>(
        (key, before): (EventKey, Option<EventKey>),
        asked: Asked,
        accesses: &[Access],
        object: impl Fn(ObjectId) -> &'a Object,
    ) -> GraphEvent {
        let nothing = GraphEvent::nothing((key, before), asked);
        accesses.iter().fold(nothing, |event, access| event.with(access, object(access.object)))
    }

    /// The same with one more access.
    fn with(self, access: &Access, object: &Object) -> GraphEvent {
        let Some(ordered) = ordered(access, object) else { return self };
        let touch = match (ordered, access.mode) {
            (OrderedObject::Tally | OrderedObject::Never, _) => return self,
            (OrderedObject::End, Mode::Await) => TouchKind::Await,
            (OrderedObject::Lock, Mode::Take) => TouchKind::Take,
            (OrderedObject::Lock, Mode::GiveBounded | Mode::Give) => TouchKind::Release,
            (OrderedObject::Lock, Mode::Try) if access.granted => TouchKind::Update,
            (OrderedObject::Cell, Mode::Update) => TouchKind::Update,
            (OrderedObject::End, _) | (OrderedObject::Cell, Mode::Write) => TouchKind::Write,
            (OrderedObject::Cell | OrderedObject::Lock, _) => TouchKind::Read,
        };
        let value = match (ordered, touch) {
            (OrderedObject::Lock, TouchKind::Release) => Some(FREE),
            (OrderedObject::Lock, _) if touch.writes() => Some(TAKEN),
            // Only atomic integers are compared, and of these the amounts are the values.
            (OrderedObject::Cell, _) if touch.writes() && object.keeps_versions => {
                Some(access.amount)
            }
            _ => None,
        };
        let expects = match access.mode {
            Mode::Compare => Some(access.amount),
            Mode::Try => Some(FREE),
            _ => self.expects,
        };
        GraphEvent {
            touch,
            object: Some(access.object),
            value,
            is_lock: ordered == OrderedObject::Lock,
            expects,
            initial: object.initial,
            ..self
        }
    }

    /// The same, reading something else. Whether it writes then follows from what that is, if
    /// it compares; where the value is not known it is taken to look only, and nothing that
    /// comes before it depends on that.
    pub(super) fn reading(self, source: ReadSource, value: Option<i64>) -> GraphEvent {
        let touch = match (self.expects, self.touch) {
            (Some(expects), _) if value == Some(expects) => TouchKind::Update,
            (Some(_), _) => TouchKind::Read,
            (None, touch) => touch,
        };
        // Of a comparison that failed it is not known what it would have written.
        let value = self.value.filter(|_| touch == TouchKind::Update && touch == self.touch);
        GraphEvent { touch, source: Some(source), value, ..self }
    }

    /// Whether it writes if it reads this value.
    pub(super) fn would_write(&self, value: Option<i64>) -> bool {
        match self.expects {
            Some(expects) => value == Some(expects),
            None => self.touch.writes(),
        }
    }

    /// Whether it stands for what the outcome is made of at the exit.
    pub(super) fn is_exit(&self) -> bool {
        self.key.task == EXIT
    }

    /// Whether it tries to take a lock.
    pub(super) fn is_try(&self) -> bool {
        self.is_lock && self.expects.is_some()
    }

    /// Whether it could have read something else.
    pub(super) fn has_choice(&self) -> bool {
        matches!(self.touch, TouchKind::Read | TouchKind::Update)
    }
}
