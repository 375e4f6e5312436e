//! What every store has: its objects, and what looks at it.

use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use crate::exception::Exception;
use crate::execution::Want;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{self, Noted, Text};
use crate::op::{Access, Op};
use crate::ready::Readiness;
use crate::rt::{self, NewObject};

/// What holds the items.
pub(crate) trait Bag<T> {
    /// Puts an item in.
    fn push(&mut self, item: T) -> Result<(), Exception>;
    /// Takes the next item out, if there is one.
    fn pop(&mut self) -> Result<Option<T>, Exception>;
    /// How many items there are.
    fn len(&self) -> usize;
}

/// How puts and gets depend on one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Discipline {
    /// By ordinal: first in, first out.
    Ordinal,
    /// Every put and get on every other.
    OneCell,
}

/// How long an operation waits.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Patience {
    Forever,
    Until(Duration),
    Never,
}

/// Notes an item of the step that has just been made, if it can be shown.
pub(crate) fn note_item<T: 'static>(item: &T, noted: impl FnOnce(Text) -> Noted) {
    rt::note_if(|| noted::item(item).map(noted));
}

/// Holes that items take up until they are taken out. They come back in order: the put
/// with the ordinal n + capacity needs the place of the n-th get.
#[derive(Clone, Copy, Debug)]
pub(super) struct Holes {
    /// Shows how many are free.
    pub(super) gauge: ObjectId,
    pub(super) slots: ObjectId,
    pub(super) capacity: u32,
}

impl Holes {
    /// This many free places, for which tasks wait.
    pub(super) fn create(new: NewObject, capacity: u32) -> Holes {
        let slots = rt::create(new.clone());
        let room = new.showing(capacity.into()).wanted_for(Want::Room).raised_by(&["get"]);
        Holes { gauge: rt::create(room), slots, capacity }
    }

    /// Declares the slot of a step that takes a place.
    pub(super) fn with_taken(&self, mut op: Op) -> Op {
        op.accesses.push(Access::to_some_slot(self.slots, self.capacity.into()));
        op
    }

    /// The slot of the put with an ordinal, if that needs the place of a get.
    pub(super) fn taken(&self, nth: u32) -> Option<Access> {
        let slot = nth.checked_sub(self.capacity)?;
        Some(Access { slot, ..Access::new(self.slots, Mode::Slot, 0) })
    }
}

/// A store of items.
#[derive(Debug)]
pub(crate) struct Store<B> {
    pub(super) head: ObjectId,
    pub(super) tail: ObjectId,
    pub(super) items: ObjectId,
    /// Room for items; none when it is unbounded.
    pub(super) holes: Option<Holes>,
    /// Room for items that feeders have written; none when it is unbounded.
    pub(super) space: Option<Holes>,
    pub(super) item_slots: ObjectId,
    pub(super) unfinished: ObjectId,
    pub(super) discipline: Discipline,
    /// How many items were there from the beginning.
    pub(super) n_inherited: u32,
    pub(super) n_puts: Rc<Cell<u32>>,
    pub(super) n_gets: Rc<Cell<u32>>,
    pub(super) bag: Rc<RefCell<B>>,
}

impl<B> Clone for Store<B> {
    fn clone(&self) -> Store<B> {
        Store {
            n_puts: Rc::clone(&self.n_puts),
            n_gets: Rc::clone(&self.n_gets),
            bag: Rc::clone(&self.bag),
            ..*self
        }
    }
}

/// What a store is like when it is created.
pub(crate) struct NewStore {
    pub(crate) kind: &'static str,
    pub(crate) name: Name,
    /// Below 1: unbounded room.
    pub(crate) maxsize: i64,
    pub(crate) discipline: Discipline,
    pub(crate) location: &'static Location<'static>,
}

impl<B> Store<B> {
    pub(crate) fn create(new: NewStore, bag: B) -> Store<B> {
        let plain = || NewObject::new(new.kind, new.name.clone(), new.location);
        // The gauges come first so that a wait is shown with a plain number,
        // and the first of them stands for the queue.
        let items = rt::create(plain().showing(0).wanted_for(Want::Item).raised_by(&["put"]));
        let part = || plain().part_of(items);
        let object = |initial| rt::create(part().showing(initial));
        let room = || part().showing(new.maxsize).wanted_for(Want::Room).raised_by(&["get"]);
        let holes = (new.maxsize >= 1).then(|| rt::create(room()));
        let capacity = u32::try_from(new.maxsize.max(0)).unwrap_or(u32::MAX);
        let tail = object(0);
        let head = if new.discipline == Discipline::OneCell { tail } else { object(0) };
        let unfinished = rt::create(
            part().showing(0).at_most(0).wanted_for(Want::Reports).raised_by(&["task_done"]),
        );
        let (item_slots, slots) = (object(0), object(0));
        Store {
            head,
            tail,
            items,
            holes: holes.map(|gauge| Holes { gauge, slots, capacity }),
            space: None,
            item_slots,
            unfinished,
            discipline: new.discipline,
            n_inherited: 0,
            n_puts: Rc::default(),
            n_gets: Rc::default(),
            bag: Rc::new(RefCell::new(bag)),
        }
    }

    /// Room for items, where it has a limit.
    pub(super) fn room(&self) -> Holes {
        self.holes.expect("the room is limited")
    }

    /// What shows that there is an item.
    pub(crate) fn readiness(&self) -> Readiness {
        Readiness::new(self.items, 1)
    }

    /// The gauge of items, and that of room where that is limited.
    pub(crate) fn gauges(&self) -> (ObjectId, Option<ObjectId>) {
        (self.items, self.holes.map(|holes| holes.gauge))
    }

    /// What shows that there is room. Where that has no end, every count does.
    pub(crate) fn room_readiness(&self) -> Readiness {
        match self.holes {
            Some(holes) => Readiness::new(holes.gauge, 1),
            None => Readiness::new(self.items, i64::MIN),
        }
    }

    /// Looks at both ends. One step.
    fn look(&self, verb: &'static str, location: &'static Location<'static>) {
        let op = Op::local(verb, location).with(self.head, Mode::Read, 0);
        rt::step(op.with(self.tail, Mode::Read, 0));
    }

    /// How many items there are. One step.
    pub(crate) fn qsize<T>(&self, location: &'static Location<'static>) -> usize
    where
        B: Bag<T>,
    {
        self.look("qsize", location);
        let size = self.bag.borrow().len();
        rt::note(|| Noted::Answer(Text::of(size)));
        size
    }

    /// Whether there is nothing. One step.
    pub(crate) fn empty<T>(&self, location: &'static Location<'static>) -> bool
    where
        B: Bag<T>,
    {
        self.look("empty", location);
        let is_empty = self.bag.borrow().len() == 0;
        rt::note(|| Noted::Answer(Text::of(is_empty)));
        is_empty
    }

    /// Whether there is no room. One step.
    pub(crate) fn full(&self, location: &'static Location<'static>) -> bool {
        self.look("full", location);
        let is_full = self.is_full();
        rt::note(|| Noted::Answer(Text::of(is_full)));
        is_full
    }

    /// Reports one item as done. One step.
    pub(crate) fn task_done(&self, location: &'static Location<'static>) -> Result<(), Exception> {
        let op = Op::local("task_done", location);
        let granted = rt::step(op.with(self.unfinished, Mode::GiveBounded, 1));
        if granted || rt::is_quiet() {
            Ok(())
        } else {
            Err(rt::raised("ValueError", "task_done() called too many times"))
        }
    }

    /// Waits until every item that was put has been reported. One step.
    pub(crate) fn join(&self, location: &'static Location<'static>) {
        rt::step(Op::local("join queue", location).with(self.unfinished, Mode::Await, 0));
    }
}
