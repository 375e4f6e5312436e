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
    pub(super) cells: Rc<Cells<T>>,
}

#[derive(Debug)]
pub(super) struct Cells<T> {
    /// The items, a slot a place.
    data: ObjectId,
    /// Which item is at which place.
    places: ObjectId,
    /// Minus the number of items: a place is there if this shows less than minus the
    /// place.
    missing: ObjectId,
    /// How often an item was set.
    sets: ObjectId,
    items: RefCell<Vec<T>>,
}

/// A number as a gauge counts it.
fn count(n: usize) -> i64 {
    i64::try_from(n).expect("fewer than 2^63 items")
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
        let missing = rt::create(new().part_of(data).showing(-count(items.len())));
        let sets = rt::create(new().part_of(data));
        let items = RefCell::new(items);
        List { server, cells: Rc::new(Cells { data, places, missing, sets, items }) }
    }

    fn call(
        &self,
        verb: &'static str,
        location: &'static Location<'static>,
        needs: Option<Access>,
        touches: Vec<Access>,
    ) -> Result<bool, Exception> {
        self.server.call(Call { verb, object: self.cells.data, needs, touches, location })
    }

    /// That there is an item at a place.
    fn has(&self, place: usize) -> Option<Access> {
        let least = i64::try_from(place).unwrap_or(i64::MAX);
        Some(Access::new(self.cells.missing, Mode::Below, -least))
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
        self.call(verb, location, None, vec![self.places(Mode::Read), sets])?;
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

    fn more(&self, n: i64) -> Access {
        Access::new(self.cells.missing, Mode::Give, -n)
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
        let touches = vec![self.places(Mode::Update), self.more(count(more.len()))];
        self.call(verb, location, None, touches)?;
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
        let touches = vec![self.places(Mode::Update), self.more(1)];
        self.call("insert", Location::caller(), None, touches)?;
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
        self.call("get", Location::caller(), self.has(place), touches)?;
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
        if !self.call("set", Location::caller(), self.has(place), touches)? {
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
        let touches = vec![self.places(Mode::Update), self.more(-1)];
        self.call("pop", location, self.has(place.unwrap_or(0)), touches)?;
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
        let none = Access::new(self.cells.missing, Mode::Set, 0);
        self.call("clear", Location::caller(), None, vec![self.places(Mode::Update), none])?;
        self.change(0, Vec::clear);
        Ok(())
    }

    /// Turns the order of the items round. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn reverse(&self) -> Result<(), Exception> {
        self.call("reverse", Location::caller(), None, vec![self.places(Mode::Update)])?;
        self.change(0, |items| items.reverse());
        Ok(())
    }

    /// How many items there are. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn len(&self) -> Result<usize, Exception> {
        self.call("len", Location::caller(), None, vec![self.places(Mode::Read)])?;
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
        self.call("remove", Location::caller(), None, touches)?;
        let place = self.cells.items.borrow().iter().position(|one| one == item);
        rt::touch(self.more(-i64::from(place.is_some())));
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
        self.call("sort", Location::caller(), None, vec![self.places(Mode::Update)])?;
        self.change(0, |items| items.sort());
        Ok(())
    }
}
