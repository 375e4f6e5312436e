//! Values in a server.

use std::cell::RefCell;
use std::fmt::Debug;
use std::panic::Location;
use std::rc::Rc;

use super::call::{Call, Server};
use crate::exception::Exception;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{Noted, Text};
use crate::op::Access;
use crate::rt::{self, NewObject};

/// A value in a server. It has no lock. Clones are proxies of the same one.
#[derive(Debug)]
pub struct Value<T> {
    pub(super) server: Server,
    pub(super) cells: Rc<ValueCells<T>>,
}

#[derive(Debug)]
pub(super) struct ValueCells<T> {
    data: ObjectId,
    value: RefCell<T>,
}

impl<T: Clone + Debug + 'static> Value<T> {
    pub(super) fn create(
        server: Server,
        name: Name,
        value: T,
        location: &'static Location<'static>,
    ) -> Value<T> {
        let data = rt::create(NewObject::new("Value", name, location).variable());
        Value { server, cells: Rc::new(ValueCells { data, value: RefCell::new(value) }) }
    }

    fn call(
        &self,
        verb: &'static str,
        location: &'static Location<'static>,
        mode: Mode,
    ) -> Result<(), Exception> {
        let object = self.cells.data;
        let touches = vec![Access::new(object, mode, 0)];
        self.server.call(Call { verb, object, touches, location })
    }

    /// The value. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn get(&self) -> Result<T, Exception> {
        self.call("get", Location::caller(), Mode::Read)?;
        let value = self.cells.value.borrow().clone();
        rt::note(|| Noted::Read(Text::debug(&value)));
        Ok(value)
    }

    /// Replaces the value, without a look at it. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), Exception> {
        self.call("set", Location::caller(), Mode::Write)?;
        rt::note(|| Noted::Wrote(Text::debug(&value)));
        if !rt::is_quiet() {
            drop(self.cells.value.replace(value));
        }
        Ok(())
    }
}
