//! Lists in a server.

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
use crate::op::Access;
use crate::rt::{self, NewObject};

/// A list in a server. Clones are proxies of the same one.
#[derive(Debug)]
pub struct List<T> {
    pub(super) server: Server,
    pub(super) cells: Rc<ListCells<T>>,
}

#[derive(Debug)]
pub(super) struct ListCells<T> {
    /// The items, a slot a place.
    data: ObjectId,
    /// Which places there are, and what moved between them.
    places: ObjectId,
    /// How often an item was set.
    sets: ObjectId,
    items: RefCell<Vec<T>>,
}

/// The slot of a place. Places far behind the end share one.
fn slot(place: usize) -> u32 {
    place.min(1 << 26) as u32
}

impl<T: Clone + Debug + 'static> List<T> {
    pub(super) fn create(
        server: Server,
        name: Name,
        items: impl IntoIterator<Item = T>,
        location: &'static Location<'static>,
    ) -> List<T> {
        let items: Vec<T> = items.into_iter().collect();
        let new = || NewObject::new("List", name.clone(), location);
        let data = rt::create(new().variable());
        let places = rt::create(new().part_of(data));
        let sets = rt::create(new().part_of(data));
        let items = RefCell::new(items);
        List { server, cells: Rc::new(ListCells { data, places, sets, items }) }
    }

    fn call(
        &self,
        verb: &'static str,
        location: &'static Location<'static>,
        touches: Vec<Access>,
    ) -> Result<(), Exception> {
        self.server.call(Call { verb, object: self.cells.data, touches, location })
    }

    fn places(&self, mode: Mode) -> Access {
        Access::new(self.cells.places, mode, 0)
    }

    /// Looks at the whole list.
    fn look(
        &self,
        verb: &'static str,
        location: &'static Location<'static>,
    ) -> Result<Vec<T>, Exception> {
        let sets = Access::new(self.cells.sets, Mode::Look, i64::MAX);
        self.call(verb, location, vec![self.places(Mode::Read), sets])?;
        let items = self.cells.items.borrow().clone();
        self.touch_from(0, items.len(), Mode::Read);
        Ok(items)
    }

    /// Touches places besides. All that touch one look at the order of places too, so
    /// nothing depends on this that does not depend on that.
    fn touch_from(&self, first: usize, end: usize, mode: Mode) {
        for place in first..end {
            rt::touch(part(self.cells.data, slot(place), mode));
        }
    }

    /// Changes which items there are, as part of the last step: all from a place on.
    fn change(&self, first: usize, change: impl FnOnce(&mut Vec<T>)) {
        if rt::is_quiet() {
            return;
        }
        let mut items = self.cells.items.borrow().clone();
        let before = items.len();
        change(&mut items);
        self.touch_from(first, before.max(items.len()), Mode::Update);
        rt::note(|| Noted::Updated {
            old: Text::debug(&*self.cells.items.borrow()),
            new: Text::debug(&items),
        });
        // Dropping items may run code of the program.
        drop(self.cells.items.replace(items));
    }

    /// Puts an item at the end. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn append(&self, item: T) -> Result<(), Exception> {
        self.add("append", Location::caller(), vec![item])
    }

    /// Puts items at the end. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn extend(&self, items: impl IntoIterator<Item = T>) -> Result<(), Exception> {
        self.add("extend", Location::caller(), items.into_iter().collect())
    }

    fn add(
        &self,
        verb: &'static str,
        location: &'static Location<'static>,
        more: Vec<T>,
    ) -> Result<(), Exception> {
        let touches = vec![self.places(Mode::Update)];
        self.call(verb, location, touches)?;
        let end = self.cells.items.borrow().len();
        self.change(end, |items| items.extend(more));
        Ok(())
    }

    /// Puts an item at a place, or at the end if that comes first. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn insert(&self, place: usize, item: T) -> Result<(), Exception> {
        let touches = vec![self.places(Mode::Update)];
        self.call("insert", Location::caller(), touches)?;
        let place = place.min(self.cells.items.borrow().len());
        self.change(place, |items| items.insert(place, item));
        Ok(())
    }

    /// The item at a place. One step.
    ///
    /// # Errors
    /// `IndexError` if there is none, `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn get(&self, place: usize) -> Result<T, Exception> {
        let item = part(self.cells.data, slot(place), Mode::Read);
        let touches = vec![self.places(Mode::Read), item];
        self.call("get", Location::caller(), touches)?;
        let item = self.cells.items.borrow().get(place).cloned();
        rt::note(|| Noted::Read(told(&place, item.as_ref())));
        item.ok_or_else(|| raised("IndexError", "list index out of range"))
    }

    /// Sets the item at a place, without a look at what is there. One step.
    ///
    /// # Errors
    /// `IndexError` if there is no such place, `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn set(&self, place: usize, item: T) -> Result<(), Exception> {
        let data = part(self.cells.data, slot(place), Mode::Write);
        let sets = Access::new(self.cells.sets, Mode::Give, 1);
        let touches = vec![self.places(Mode::Read), data, sets];
        let (object, location) = (self.cells.data, Location::caller());
        let is_there = || place < self.cells.items.borrow().len();
        // Where nothing is set, nothing is set over a value that was not seen.
        let turns_out = |access: Access| match access.mode {
            Mode::Write if !is_there() => Access { mode: Mode::Update, ..access },
            _ => access,
        };
        self.server.call_with(Call { verb: "set", object, touches, location }, turns_out)?;
        if !is_there() {
            return Err(raised("IndexError", "list assignment index out of range"));
        }
        rt::note(|| Noted::Wrote(told(&place, Some(&item))));
        if !rt::is_quiet() {
            let before = std::mem::replace(&mut self.cells.items.borrow_mut()[place], item);
            drop(before);
        }
        Ok(())
    }

    /// Takes the last item out. One step.
    ///
    /// # Errors
    /// `IndexError` if there is none, `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn pop(&self) -> Result<T, Exception> {
        self.take(None, Location::caller())
    }

    /// Takes the item at a place out. One step.
    ///
    /// # Errors
    /// `IndexError` if there is none, `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn pop_at(&self, place: usize) -> Result<T, Exception> {
        self.take(Some(place), Location::caller())
    }

    fn take(
        &self,
        place: Option<usize>,
        location: &'static Location<'static>,
    ) -> Result<T, Exception> {
        let touches = vec![self.places(Mode::Update)];
        self.call("pop", location, touches)?;
        let n = self.cells.items.borrow().len();
        let place = place.unwrap_or(n.saturating_sub(1));
        let item = self.cells.items.borrow().get(place).cloned();
        if item.is_some() {
            self.change(place, |items| drop(items.remove(place)));
        }
        let why = if n == 0 { "pop from empty list" } else { "pop index out of range" };
        item.ok_or_else(|| raised("IndexError", why))
    }

    /// Takes all items out. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn clear(&self) -> Result<(), Exception> {
        self.call("clear", Location::caller(), vec![self.places(Mode::Update)])?;
        self.change(0, Vec::clear);
        Ok(())
    }

    /// Turns the order of the items round. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn reverse(&self) -> Result<(), Exception> {
        self.call("reverse", Location::caller(), vec![self.places(Mode::Update)])?;
        self.change(0, |items| items.reverse());
        Ok(())
    }

    /// How many items there are. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    #[allow(clippy::len_without_is_empty, reason = "a call of its own would say no more")]
    pub fn len(&self) -> Result<usize, Exception> {
        self.call("len", Location::caller(), vec![self.places(Mode::Read)])?;
        let n = self.cells.items.borrow().len();
        rt::note(|| Noted::Read(Text::of(n)));
        Ok(n)
    }

    /// The items, a copy of the list. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn to_vec(&self) -> Result<Vec<T>, Exception> {
        let items = self.look("copy", Location::caller())?;
        rt::note(|| Noted::Read(Text::debug(&items)));
        Ok(items)
    }
}

impl<T: Clone + Debug + PartialEq + 'static> List<T> {
    /// Whether an item is there. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn contains(&self, item: &T) -> Result<bool, Exception> {
        let items = self.look("contains", Location::caller())?;
        rt::note(|| Noted::Read(Text::debug(&items)));
        Ok(items.contains(item))
    }

    /// The first place of an item. One step.
    ///
    /// # Errors
    /// `ValueError` if it is not there, `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn index(&self, item: &T) -> Result<usize, Exception> {
        let items = self.look("index", Location::caller())?;
        rt::note(|| Noted::Read(Text::debug(&items)));
        let place = items.iter().position(|one| one == item);
        place.ok_or_else(|| raised("ValueError", format_args!("{item:?} is not in list")))
    }

    /// Takes the first such item out. One step.
    ///
    /// # Errors
    /// `ValueError` if it is not there, `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn remove(&self, item: &T) -> Result<(), Exception> {
        let touches = vec![self.places(Mode::Update)];
        self.call("remove", Location::caller(), touches)?;
        let place = self.cells.items.borrow().iter().position(|one| one == item);
        let Some(place) = place else {
            return Err(raised("ValueError", "list.remove(x): x not in list"));
        };
        self.change(place, |items| drop(items.remove(place)));
        Ok(())
    }
}

impl<T: Clone + Debug + Ord + 'static> List<T> {
    /// Sorts the items. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn sort(&self) -> Result<(), Exception> {
        self.call("sort", Location::caller(), vec![self.places(Mode::Update)])?;
        self.change(0, |items| items.sort());
        Ok(())
    }
}
