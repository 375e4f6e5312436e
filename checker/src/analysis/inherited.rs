//! Which units of a private copy are held from the first moment on.
//!
//! A process gets a copy of a lock as it was when the process was started. If that lock
//! was held, the copy is: by the main task of the process, if the task that started it held
//! the original, and otherwise by a task of the parent, which never comes there.

use unknot_sim::{Access, Execution, Mode, ObjectId, TaskId};

/// A copy that was made while units of the original may have been held.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inherited {
    pub(crate) original: ObjectId,
    pub(crate) copy: ObjectId,
    /// The step that started the process.
    pub(crate) step: u32,
    /// The task that made it, and the main task of the process.
    pub(crate) starter: TaskId,
    main: TaskId,
}

impl Inherited {
    /// The task that holds of the copy what a task holds of the original.
    pub(crate) fn holder(&self, of_original: TaskId) -> TaskId {
        if of_original == self.starter { self.main } else { of_original }
    }
}

/// What an access of a step copied, if it shows the state of a copied gauge.
pub(crate) fn inherited(
    execution: &Execution<'_>,
    step: usize,
    access: &Access,
) -> Option<Inherited> {
    if access.mode != Mode::Set {
        return None;
    }
    let made = &execution.trace.steps()[step];
    Some(Inherited {
        original: execution.object(access.object).copy_of?,
        copy: access.object,
        step: step as u32,
        starter: made.task,
        main: made.child?,
    })
}
