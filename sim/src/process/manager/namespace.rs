//! Namespaces in a server.

use std::cell::RefCell;
use std::fmt::Debug;
use std::panic::Location;
use std::rc::Rc;

use super::call::{Call, Server, part, raised, slot_of, told};
use crate::exception::Exception;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::Noted;
use crate::rt::{self, NewObject};

/// An object in a server that has attributes and nothing else. Clones are proxies of the
/// same one.
#[derive(Debug)]
pub struct Namespace<V> {
    pub(super) server: Server,
    pub(super) cells: Rc<NamespaceCells<V>>,
}

#[derive(Debug)]
pub(super) struct NamespaceCells<V> {
    /// A slot an attribute.
    data: ObjectId,
    attributes: RefCell<Vec<(&'static str, V)>>,
}

impl<V: Clone + Debug + 'static> Namespace<V> {
    pub(super) fn create(
        server: Server,
        name: Name,
        location: &'static Location<'static>,
    ) -> Namespace<V> {
        let data = rt::create(NewObject::new("Namespace", name, location).variable());
        Namespace {
            server,
            cells: Rc::new(NamespaceCells { data, attributes: RefCell::default() }),
        }
    }

    fn call(
        &self,
        verb: &'static str,
        location: &'static Location<'static>,
        (attribute, mode): (&'static str, Mode),
    ) -> Result<(), Exception> {
        let object = self.cells.data;
        let touches = vec![part(object, slot_of(&attribute), mode)];
        self.server.call(Call { verb, object, touches, location })
    }

    /// The value of an attribute. One step.
    ///
    /// # Errors
    /// `AttributeError` if there is none, `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn get(&self, attribute: &'static str) -> Result<V, Exception> {
        self.call("get", Location::caller(), (attribute, Mode::Read))?;
        let attributes = self.cells.attributes.borrow();
        let value = attributes.iter().find(|(known, _)| *known == attribute);
        let value = value.map(|(_, value)| value.clone());
        rt::note(|| Noted::Read(told(&attribute, value.as_ref())));
        let message = || format!("'Namespace' object has no attribute '{attribute}'");
        value.ok_or_else(|| raised("AttributeError", message()))
    }

    /// Sets the value of an attribute, without a look at what is there. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn set(&self, attribute: &'static str, value: V) -> Result<(), Exception> {
        self.call("set", Location::caller(), (attribute, Mode::Write))?;
        rt::note(|| Noted::Wrote(told(&attribute, Some(&value))));
        if rt::is_quiet() {
            return Ok(());
        }
        let mut attributes = self.cells.attributes.borrow_mut();
        let at = attributes.iter().position(|(known, _)| *known == attribute);
        let before = at.map(|at| attributes.remove(at));
        attributes.push((attribute, value));
        drop(attributes);
        // Dropping a value may run code of the program.
        drop(before);
        Ok(())
    }
}
