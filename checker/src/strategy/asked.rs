//! What a task asks for at a point, to tell whether it asks for the same again.
//!
//! A search continues after steps that it has made before, and takes for granted
//! that the program does the same there. A program that looks at a clock or iterates
//! over a hash map need not: the same line may then use another object. So the
//! operation, its place and the first object that it asks for are compared.
//!
//! What it can miss: a program that asks for the same with other values, or with other
//! objects after the first one. Values that show in an outcome are found out when
//! its witness is run again.

use std::panic::Location;

use unknot_sim::{Names, ObjectId, Op, Point, Step, TaskId};

use crate::model::labels::object_label;
use crate::strategy::divergence::Divergence;

/// One operation, as far as it is compared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    verb: &'static str,
    location: &'static Location<'static>,
    object: Option<ObjectId>,
}

impl Asked {
    pub(super) fn of(op: &Op) -> Asked {
        Asked { verb: op.verb, location: op.location, object: op.asked() }
    }

    /// What was asked for before a step that has been made.
    pub(super) fn before(step: &Step) -> Asked {
        Asked { verb: step.verb, location: step.location, object: step.asked }
    }

    /// An operation that no task asks for.
    #[track_caller]
    pub(super) fn nothing() -> Asked {
        Asked { verb: "", location: Location::caller(), object: None }
    }

    /// The operation and its place.
    pub(super) fn words(&self) -> String {
        let Asked { verb, location, .. } = self;
        format!("'{verb}' ({}:{})", location.file(), location.line())
    }

    /// Nearly always one place or word of the program has one address.
    fn is(&self, op: &Op, names: &Names) -> bool {
        (self.object == op.asked() || names.is_same_or_of_one_place(self.object, op.asked()))
            && (std::ptr::eq(op.location, self.location) || op.location == self.location)
            && (std::ptr::eq(op.verb, self.verb) || op.verb == self.verb)
    }

    fn text(&self, point: &Point<'_>) -> String {
        let Asked { verb, location, object } = self;
        let label = object.and_then(|id| {
            let object = point.find_object(id)?;
            Some(format!(" {}", object_label(object, id, point.names())))
        });
        let label = label.unwrap_or_default();
        format!("'{verb}{label}' ({}:{})", location.file(), location.line())
    }
}

/// Where a task that makes a step again asks for something else. The first time, notes
/// what the task asks for.
pub(super) fn unless_same(
    point: &Point<'_>,
    task: TaskId,
    asked: &mut Option<Asked>,
) -> Option<Divergence> {
    let asks = point.pending(task).filter(|_| point.is_enabled(task));
    match (asks, &*asked) {
        (Some(op), None) => *asked = Some(Asked::of(op)),
        (Some(op), Some(before)) if before.is(op, point.names()) => {}
        (asks, before) => {
            let before = before.as_ref().map(|before| before.text(point));
            return Some(Divergence::between(point, task, before, asks));
        }
    }
    None
}
