//! Arrays in a server.

use std::cell::RefCell;
use std::fmt::Debug;
use std::panic::Location;
use std::rc::Rc;

use super::call::{Call, Server, part, raised, told};
use crate::exception::Exception;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{Noted, Text};
use crate::rt::{self, NewObject};

/// Values in a row in a server, always as many. They have no lock. Clones are proxies of
/// the same one.
#[derive(Debug)]
pub struct Array<T> {
    pub(super) server: Server,
    pub(super) cells: Rc<ArrayCells<T>>,
}

#[derive(Debug)]
pub(super) struct ArrayCells<T> {
    /// A slot a place.
    data: ObjectId,
    values: RefCell<Vec<T>>,
}

impl<T: Clone + Debug + 'static> Array<T> {
    pub(super) fn create(
        server: Server,
        name: Name,
        values: impl IntoIterator<Item = T>,
        location: &'static Location<'static>,
    ) -> Array<T> {
        let data = rt::create(NewObject::new("Array", name, location).variable());
        let values = RefCell::new(values.into_iter().collect());
        Array { server, cells: Rc::new(ArrayCells { data, values }) }
    }

    /// Calls for those places that there are.
    fn call(
        &self,
        verb: &'static str,
        location: &'static Location<'static>,
        places: std::ops::Range<usize>,
        mode: Mode,
    ) -> Result<(), Exception> {
        let object = self.cells.data;
        let known = places.end.min(self.cells.values.borrow().len());
        let slots = (places.start..known).map(|place| u32::try_from(place).expect("few values"));
        let touches = slots.map(|slot| part(object, slot, mode)).collect();
        self.server.call(Call { verb, object, touches, location })
    }

    /// The value at a place. One step.
    ///
    /// # Errors
    /// `IndexError` if there is none, `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn get(&self, place: usize) -> Result<T, Exception> {
        self.call("get", Location::caller(), place..place.saturating_add(1), Mode::Read)?;
        let value = self.cells.values.borrow().get(place).cloned();
        rt::note(|| Noted::Read(told(&place, value.as_ref())));
        value.ok_or_else(|| raised("IndexError", "array index out of range"))
    }

    /// Sets the value at a place, without a look at what is there. One step.
    ///
    /// # Errors
    /// `IndexError` if there is no such place, `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn set(&self, place: usize, value: T) -> Result<(), Exception> {
        self.call("set", Location::caller(), place..place.saturating_add(1), Mode::Write)?;
        if place >= self.cells.values.borrow().len() {
            return Err(raised("IndexError", "array assignment index out of range"));
        }
        rt::note(|| Noted::Wrote(told(&place, Some(&value))));
        if !rt::is_quiet() {
            let before = std::mem::replace(&mut self.cells.values.borrow_mut()[place], value);
            drop(before);
        }
        Ok(())
    }

    /// The values, a copy of all. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn to_vec(&self) -> Result<Vec<T>, Exception> {
        self.call("copy", Location::caller(), 0..usize::MAX, Mode::Read)?;
        let values = self.cells.values.borrow().clone();
        rt::note(|| Noted::Read(Text::debug(&values)));
        Ok(values)
    }

    /// How many values there are. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    #[allow(clippy::len_without_is_empty, reason = "a call of its own would say no more")]
    pub fn len(&self) -> Result<usize, Exception> {
        self.call("len", Location::caller(), 0..0, Mode::Read)?;
        Ok(self.cells.values.borrow().len())
    }
}
