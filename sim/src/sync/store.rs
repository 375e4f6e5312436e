//! What all queues have in common: room, items, and the books of both.
//!
//! Two gauges, items and holes, decide which tasks are enabled, and nothing else. Puts are
//! ordered by a cell at the tail, gets by a cell at the head. In a first-in
//! first-out queue these are two cells. There the k-th get depends on the k-th put, and
//! the put that needs the hole of a get depends on that get, through *slots* by ordinal;
//! otherwise gets and puts do not depend on one another. In the other queues they are
//! one cell. A try looks at both ends, whether it succeeds or not: which of the two it
//! will do in another order is not known before.
//!
//! A third gauge shows minus the number of items that have not been reported as
//! done; joining waits until it shows 0.

use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use crate::exception::Exception;
use crate::execution::Want;
use crate::fork::{Fork, Forking, Reads};
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{self, Noted, Text};
use crate::op::{Access, Op};
use crate::rt::{self, NewObject};

/// What holds the items.
pub(super) trait Bag<T> {
    /// Puts an item in.
    fn push(&mut self, item: T) -> Result<(), Exception>;
    /// Takes the next item out, if there is one.
    fn pop(&mut self) -> Result<Option<T>, Exception>;
    /// How many items there are.
    fn len(&self) -> usize;
}

/// How puts and gets depend on one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Discipline {
    /// By ordinal: first in, first out.
    Ordinal,
    /// Every put and get on every other.
    OneCell,
}

/// How long an operation waits.
#[derive(Clone, Copy, Debug)]
pub(super) enum Patience {
    Forever,
    Until(Duration),
    Never,
}

/// Notes an item of the step that has just been made, if it can be shown.
pub(super) fn note_item<T: 'static>(item: &T, noted: impl FnOnce(Text) -> Noted) {
    rt::note_if(|| noted::item(item).map(noted));
}

/// A store of items.
#[derive(Debug)]
pub(super) struct Store<B> {
    head: ObjectId,
    tail: ObjectId,
    items: ObjectId,
    /// None when room is unbounded.
    holes: Option<ObjectId>,
    item_slots: ObjectId,
    hole_slots: ObjectId,
    unfinished: ObjectId,
    capacity: u32,
    discipline: Discipline,
    /// How many items were there from the beginning.
    n_inherited: u32,
    n_puts: Rc<Cell<u32>>,
    n_gets: Rc<Cell<u32>>,
    bag: Rc<RefCell<B>>,
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
pub(super) struct NewStore {
    pub(super) kind: &'static str,
    pub(super) name: Name,
    /// Below 1: unbounded room.
    pub(super) maxsize: i64,
    pub(super) discipline: Discipline,
    pub(super) location: &'static Location<'static>,
}

impl<B> Store<B> {
    pub(super) fn create(new: NewStore, bag: B) -> Store<B> {
        let plain = || NewObject::new(new.kind, new.name.clone(), new.location);
        // The gauges come first so that a wait is shown with a plain number,
        // and the first of them stands for the queue.
        let items = rt::create(plain().showing(0).wanted_for(Want::Item).raised_by(&["put"]));
        let part = || plain().part_of(items);
        let object = |initial| rt::create(part().showing(initial));
        let room = || part().showing(new.maxsize).wanted_for(Want::Room).raised_by(&["get"]);
        let holes = (new.maxsize >= 1).then(|| rt::create(room()));
        let tail = object(0);
        let head = if new.discipline == Discipline::OneCell { tail } else { object(0) };
        let unfinished = rt::create(
            part().showing(0).at_most(0).wanted_for(Want::Reports).raised_by(&["task_done"]),
        );
        Store {
            head,
            tail,
            items,
            holes,
            item_slots: object(0),
            hole_slots: object(0),
            unfinished,
            capacity: u32::try_from(new.maxsize.max(0)).unwrap_or(u32::MAX),
            discipline: new.discipline,
            n_inherited: 0,
            n_puts: Rc::default(),
            n_gets: Rc::default(),
            bag: Rc::new(RefCell::new(bag)),
        }
    }

    /// Waits for room and puts an item in.
    pub(super) fn put<T: 'static>(
        &self,
        item: T,
        patience: Patience,
        location: &'static Location<'static>,
    ) -> Result<(), Exception>
    where
        B: Bag<T>,
    {
        let op = Op::local("put", location).with(self.tail, Mode::Update, 0);
        let wait = match self.holes {
            Some(holes) => op.clone().with(holes, Mode::Draw, 1),
            None => op.clone(),
        };
        let wait = wait.with(self.items, Mode::Tally, 1).with(self.unfinished, Mode::Drop, 1);
        let wait = self.with_slots(wait, self.n_inherited, self.capacity);
        // What else a try touches comes with an end, but for the report that it owes if
        // there is room.
        let trying = op.with(self.head, Mode::Read, 0).trying();
        let trying = match self.holes {
            Some(holes) => trying.with(holes, Mode::AtLeast, 1),
            None => trying,
        };
        let trying = trying.with(self.unfinished, Mode::Drop, 1);
        let mut result = Ok(());
        let made = self.step(wait, trying, patience, || {
            if rt::is_try() {
                rt::also(self.head, Mode::Read, 0);
                if let Some(holes) = self.holes {
                    rt::also(holes, Mode::AtLeast, 1);
                }
            }
            if self.is_full() {
                if rt::is_try() {
                    rt::withhold(self.unfinished, Mode::Drop, 1);
                }
                rt::note(|| Noted::Answer(Text::of("Full")));
                return false;
            }
            self.book_put();
            note_item(&item, Noted::Put);
            result = self.bag.borrow_mut().push(item);
            true
        })?;
        // At the end of an execution every task is let go on.
        let made = made || rt::is_quiet();
        if made { result } else { Err(rt::raised("Full", "the queue is full")) }
    }

    /// Waits for an item and takes it out.
    pub(super) fn get<T: 'static>(
        &self,
        patience: Patience,
        location: &'static Location<'static>,
    ) -> Result<T, Exception>
    where
        B: Bag<T>,
    {
        let op = Op::local("get", location).with(self.head, Mode::Update, 0);
        let wait = op.clone().with(self.items, Mode::Draw, 1);
        let wait = match self.holes {
            Some(holes) => wait.with(holes, Mode::Tally, 1),
            None => wait,
        };
        let wait = self.with_slots(wait, 0, 0);
        let trying = op.with(self.tail, Mode::Read, 0).trying();
        let mut result = Ok(None);
        self.step(wait, trying, patience, || {
            if rt::is_try() {
                rt::also(self.tail, Mode::Read, 0);
                rt::also(self.items, Mode::AtLeast, 1);
            }
            if rt::shows(self.items) < 1 {
                rt::note(|| Noted::Answer(Text::of("Empty")));
                return false;
            }
            self.book_get();
            result = self.bag.borrow_mut().pop();
            if let Ok(Some(item)) = &result {
                note_item(item, Noted::Got);
            }
            true
        })?;
        match result? {
            Some(item) => Ok(item),
            None => Err(rt::raised("Empty", "the queue is empty")),
        }
    }

    /// Makes a step; `resolve` records all of its accesses, except for
    /// the cell that it always updates.
    fn step(
        &self,
        wait: Op,
        trying: Op,
        patience: Patience,
        resolve: impl FnOnce() -> bool,
    ) -> Result<bool, Exception> {
        let cell = wait.accesses[0].object;
        let (wait, trying) = (wait.deferred(), trying.deferred());
        let resolve = |_| {
            rt::also(cell, Mode::Update, 0);
            resolve()
        };
        let granted = match patience {
            Patience::Forever => rt::step_or_leave(wait)?,
            Patience::Never => rt::step(trying),
            Patience::Until(timeout) => {
                return Ok(rt::step_timed(wait, trying, timeout, resolve));
            }
        };
        Ok(!rt::is_quiet() && resolve(granted))
    }

    /// Declares the slots that a step will update, where the first of its kind has the
    /// ordinal `from`. The slot for a hole is `earlier` ordinals earlier.
    fn with_slots(&self, mut op: Op, from: u32, earlier: u32) -> Op {
        if self.discipline == Discipline::Ordinal {
            let (from, earlier) = (i64::from(from), i64::from(earlier));
            op.accesses.push(Access::to_some_slot(self.item_slots, -from));
            if self.holes.is_some() {
                op.accesses.push(Access::to_some_slot(self.hole_slots, earlier - from));
            }
        }
        op
    }

    fn is_full(&self) -> bool {
        self.holes.is_some_and(|holes| rt::shows(holes) < 1)
    }

    /// Lowers a gauge as part of a step that waited for it, or that tried.
    fn draw(&self, gauge: ObjectId) {
        if rt::is_try() {
            rt::also(gauge, Mode::Tally, -1);
        } else {
            rt::also(gauge, Mode::Draw, 1);
        }
    }

    fn book_put(&self) {
        let nth = self.n_puts.get();
        if let Some(holes) = self.holes {
            self.draw(holes);
        }
        rt::also(self.items, Mode::Tally, 1);
        rt::also(self.unfinished, Mode::Drop, 1);
        if self.discipline == Discipline::Ordinal {
            rt::also_slot(self.item_slots, nth);
            if self.holes.is_some() && nth >= self.capacity {
                rt::also_slot(self.hole_slots, nth - self.capacity);
            }
        }
        self.n_puts.set(nth + 1);
    }

    fn book_get(&self) {
        let nth = self.n_gets.get();
        self.draw(self.items);
        if let Some(holes) = self.holes {
            rt::also(holes, Mode::Tally, 1);
        }
        if self.discipline == Discipline::Ordinal {
            rt::also_slot(self.item_slots, nth);
            if self.holes.is_some() {
                rt::also_slot(self.hole_slots, nth);
            }
        }
        self.n_gets.set(nth + 1);
    }

    /// Looks at both ends. One step.
    fn look(&self, verb: &'static str, location: &'static Location<'static>) {
        let op = Op::local(verb, location).with(self.head, Mode::Read, 0);
        rt::step(op.with(self.tail, Mode::Read, 0));
    }

    /// How many items there are. One step.
    pub(super) fn qsize<T>(&self, location: &'static Location<'static>) -> usize
    where
        B: Bag<T>,
    {
        self.look("qsize", location);
        let size = self.bag.borrow().len();
        rt::note(|| Noted::Answer(Text::of(size)));
        size
    }

    /// Whether there is nothing. One step.
    pub(super) fn empty<T>(&self, location: &'static Location<'static>) -> bool
    where
        B: Bag<T>,
    {
        self.look("empty", location);
        let is_empty = self.bag.borrow().len() == 0;
        rt::note(|| Noted::Answer(Text::of(is_empty)));
        is_empty
    }

    /// Whether there is no room. One step.
    pub(super) fn full(&self, location: &'static Location<'static>) -> bool {
        self.look("full", location);
        let is_full = self.is_full();
        rt::note(|| Noted::Answer(Text::of(is_full)));
        is_full
    }

    /// Reports one item as done. One step.
    pub(super) fn task_done(&self, location: &'static Location<'static>) -> Result<(), Exception> {
        let op = Op::local("task_done", location);
        let granted = rt::step(op.with(self.unfinished, Mode::GiveBounded, 1));
        if granted || rt::is_quiet() {
            Ok(())
        } else {
            Err(rt::raised("ValueError", "task_done() called too many times"))
        }
    }

    /// Waits until every item that was put has been reported. One step.
    pub(super) fn join(&self, location: &'static Location<'static>) {
        rt::step(Op::local("join queue", location).with(self.unfinished, Mode::Await, 0));
    }
}

impl<B: Clone + 'static> Fork for Store<B> {
    fn reads(&self, reads: &mut Reads) {
        // Every step that changes items or room updates one of the ends.
        reads.cell(self.head);
        reads.cell(self.tail);
        reads.gauge(self.unfinished);
    }

    /// The items are cloned. They are numbered anew, as if they had been put first.
    fn fork(&self, to: &mut Forking) -> Store<B> {
        to.once(self.items, |to| {
            let items = to.gauge(self.items);
            let holes = self.holes.map(|holes| to.gauge_of(holes, items));
            let tail = to.cell_of(self.tail, items);
            let is_one = self.head == self.tail;
            let head = if is_one { tail } else { to.cell_of(self.head, items) };
            let n_inherited = self.n_puts.get() - self.n_gets.get();
            Store {
                head,
                tail,
                items,
                holes,
                unfinished: to.gauge_of(self.unfinished, items),
                item_slots: to.cell_of(self.item_slots, items),
                hole_slots: to.cell_of(self.hole_slots, items),
                n_inherited,
                n_puts: Rc::new(Cell::new(n_inherited)),
                n_gets: Rc::default(),
                bag: Rc::new(RefCell::new(self.bag.borrow().clone())),
                ..*self
            }
        })
    }
}
