//! Objects that the first task which needs them creates, whichever that is.
//!
//! The identity of such an object rests on another one and a number. The creation is the
//! same whichever task makes it: it says nothing of that task.

use super::new_object::NewObject;
use super::state::Machine;
use crate::id::ObjectId;

impl Machine {
    /// Creates the object with a number that is derived from another one, once an
    /// execution.
    pub(crate) fn create_derived(&mut self, of: ObjectId, number: u32, new: NewObject) -> ObjectId {
        let id = self.names.derived(of, number);
        self.enter_object(id, new)
    }
}
