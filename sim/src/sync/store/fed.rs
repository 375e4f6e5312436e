//! A store between processes, which is filled by feeders.
//!
//! A put leaves the item in a buffer of its process and goes on. A feeder, a thread of that
//! process, writes it to the others. So an item that was put is not there at once, and
//! items of different processes come in the order in which they are written. Room counts
//! from the put on, so puts into a queue with a maximal size have an order of their own.
//!
//! What is written may have a capacity as well, that of the pipe below: then a feeder
//! takes an item out of the buffer in one step, and waits for space and writes it in the
//! next.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::panic::Location;
use std::rc::Rc;

use smallvec::SmallVec;

use super::base::{Bag, Discipline, Holes, NewStore, Patience, Store, note_item};
use super::fifo::Fifo;
use crate::exception::Exception;
use crate::execution::Want;
use crate::fork::{Fork, Forking, Reads};
use crate::id::{ObjectId, TaskId};
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{self, Noted, Text};
use crate::op::{Access, Op};
use crate::rt::{self, Fed, NewFeeder, NewObject};

/// Room without end: what is left of it says how many items there are.
const ENDLESS: i64 = 1 << 40;

/// What such a store is like when it is created.
pub(crate) struct NewFedStore {
    pub(crate) kind: &'static str,
    pub(crate) name: Name,
    /// Below 1: unbounded room.
    pub(crate) maxsize: i64,
    /// How many items can be written that no task gets; `None` for no limit.
    pub(crate) pipe: Option<u32>,
    /// Whether items have to be reported as done.
    pub(crate) is_joinable: bool,
    pub(crate) location: &'static Location<'static>,
}

/// A store of items that feeders fill. Clones are handles to the same one.
pub(crate) struct FedStore<T> {
    store: Store<Fifo<T>>,
    /// Orders puts into a store with a maximal size.
    order: ObjectId,
    maxsize: i64,
    is_joinable: bool,
    /// How many items have taken room, in a store with a maximal size.
    n_admitted: Rc<Cell<u32>>,
    new: NewObject,
    /// For each process, by its main task, what its tasks have put.
    buffers: Rc<RefCell<BTreeMap<TaskId, Rc<Buffer<T>>>>>,
}

impl<T> Clone for FedStore<T> {
    fn clone(&self) -> FedStore<T> {
        FedStore {
            store: self.store.clone(),
            new: self.new.clone(),
            n_admitted: Rc::clone(&self.n_admitted),
            buffers: Rc::clone(&self.buffers),
            ..*self
        }
    }
}

/// What the tasks of one process have put and its feeder has not written.
struct Buffer<T> {
    /// Orders puts, and what the feeder takes out.
    tail: ObjectId,
    head: ObjectId,
    /// Shows how many items there are.
    items: ObjectId,
    slots: ObjectId,
    /// Shows minus the number of items that are not written.
    unfed: ObjectId,
    n_puts: Cell<u32>,
    n_taken: Cell<u32>,
    held: RefCell<VecDeque<T>>,
    /// Whether an item was ever put.
    is_used: Rc<Cell<bool>>,
}

impl<T: Clone + 'static> FedStore<T> {
    pub(crate) fn create(new: NewFedStore) -> FedStore<T> {
        let NewFedStore { kind, name, maxsize, pipe, is_joinable, location } = new;
        let maxsize = if maxsize < 1 { ENDLESS } else { maxsize };
        let discipline = Discipline::Ordinal;
        let plain = NewObject::new(kind, name.clone(), location);
        let mut store =
            Store::create(NewStore { kind, name, maxsize, discipline, location }, Fifo::default());
        let new = plain.part_of(store.items);
        store.space = pipe.map(|capacity| Holes::create(new.clone(), capacity));
        let order = rt::create(new.clone());
        let (n_admitted, buffers) = (Rc::default(), Rc::default());
        let fed = FedStore { store, order, maxsize, is_joinable, n_admitted, new, buffers };
        fed.come_to(rt::own_main(), rt::current());
        fed
    }

    /// Creates what a process needs to put, in the name of one of its tasks.
    fn come_to(&self, main: TaskId, creator: TaskId) {
        let object = |new: NewObject| rt::create_of(creator, new);
        let plain = || self.new.clone();
        let feeder = NewObject::new("feeder", self.new.name.clone(), self.new.location);
        let buffer = Rc::new(Buffer {
            items: object(plain().wanted_for(Want::Item).raised_by(&["put"])),
            // What waits for it waits for the feeder, not for the queue.
            unfed: object(feeder.at_most(0).wanted_for(Want::Reports).raised_by(&["feed"])),
            tail: object(plain()),
            head: object(plain()),
            slots: object(plain()),
            n_puts: Cell::new(0),
            n_taken: Cell::new(0),
            held: RefCell::default(),
            is_used: Rc::default(),
        });
        rt::create_feeder(creator, self.feeder(&buffer));
        self.buffers.borrow_mut().insert(main, buffer);
    }

    /// The feeder of a buffer.
    fn feeder(&self, buffer: &Rc<Buffer<T>>) -> NewFeeder {
        let location = self.new.location;
        let op = || Op::local("feed", location);
        let ops: Vec<Op> = match self.store.space {
            None => vec![self.with_write(buffer, buffer.with_take(op())).deferred()],
            Some(space) => {
                let write = op().with(self.store.tail, Mode::Update, 0);
                let write = space.with_taken(write.with(space.gauge, Mode::Draw, 1));
                let take = buffer.with_take(Op { verb: "take", ..op() });
                vec![take.deferred(), self.with_write(buffer, write).deferred()]
            }
        };
        let (store, buffer) = (self.store.clone(), Rc::clone(buffer));
        let (unfed, is_used) = (buffer.unfed, Rc::clone(&buffer.is_used));
        let taken = RefCell::new(None);
        let feed = move |nth: usize, is_recorded: bool| {
            let mut accesses = SmallVec::new();
            if nth == 0 {
                *taken.borrow_mut() = Some(buffer.take(&mut accesses));
            }
            let mut noted = None;
            if nth == 1 || store.space.is_none() {
                let item = taken.borrow_mut().take().expect("the feeder has taken an item");
                noted = if is_recorded { noted::item(&item).map(Noted::Put) } else { None };
                store.write(item, &mut accesses);
                accesses.push(Access::new(buffer.unfed, Mode::Give, 1));
            }
            Fed { accesses, noted }
        };
        let name = match self.new.name.is_empty() {
            true => Name::from("feeder"),
            false => Name::from(format!("feeder of {}", self.new.name)),
        };
        NewFeeder { name, ops: ops.into(), feed: Rc::new(feed), unfed, is_used }
    }

    /// Declares that an item is written.
    fn with_write(&self, buffer: &Buffer<T>, op: Op) -> Op {
        let op = match self.store.space {
            None => op.with(self.store.tail, Mode::Update, 0),
            Some(_) => op,
        };
        let mut op = op.with(self.store.items, Mode::Tally, 1);
        op.accesses.push(Access::to_some_slot(self.store.item_slots, 0));
        op.with(buffer.unfed, Mode::Give, 1)
    }

    /// Waits for room and puts an item into the buffer of the process.
    pub(crate) fn put(
        &self,
        item: T,
        patience: Patience,
        location: &'static Location<'static>,
    ) -> Result<(), Exception> {
        let buffer = self.buffers.borrow().get(&rt::own_main()).cloned();
        let Some(buffer) = buffer else {
            let message = "the queue was not given to this process";
            return Err(Exception::at(Some(location), "RuntimeError", message));
        };
        let op = Op::local("put", location);
        if self.maxsize == ENDLESS {
            let room = self.store.room();
            let op = self.with_put(&buffer, op.with(room.gauge, Mode::Draw, 1));
            rt::step_or_leave(op.deferred())?;
            if !rt::is_quiet() {
                rt::also(room.gauge, Mode::Draw, 1);
                self.put_in_order(&buffer, item);
            }
            return Ok(());
        }
        let op = op.with(self.order, Mode::Update, 0);
        let (wait, trying) = (self.wait(&buffer, op.clone()), self.trying(&buffer, op));
        let (wait, trying) = (wait.deferred(), trying.deferred());
        let made = self.store.step(wait, trying, patience, || self.resolve(&buffer, item))?;
        // At the end of an execution every task is let go on.
        match made || rt::is_quiet() {
            true => Ok(()),
            false => Err(rt::raised("Full", "the queue is full")),
        }
    }

    /// Declares a put that waits for room.
    fn wait(&self, buffer: &Buffer<T>, op: Op) -> Op {
        let room = self.store.room();
        self.with_put(buffer, room.with_taken(op.with(room.gauge, Mode::Draw, 1)))
    }

    /// Declares a put that may be refused.
    fn trying(&self, buffer: &Buffer<T>, op: Op) -> Op {
        let op = op.with(self.store.head, Mode::Read, 0).trying();
        let op = op.with(self.store.room().gauge, Mode::AtLeast, 1);
        self.with_report(op.with(buffer.unfed, Mode::Give, -1))
    }

    /// Makes a put as part of the step, unless there is no room. Whether it was made.
    fn resolve(&self, buffer: &Buffer<T>, item: T) -> bool {
        let room = self.store.room();
        rt::also(self.order, Mode::Update, 0);
        if rt::is_try() {
            rt::also(self.store.head, Mode::Read, 0);
            rt::also(room.gauge, Mode::AtLeast, 1);
        }
        if rt::shows(room.gauge) < 1 {
            if rt::is_try() {
                rt::also(buffer.unfed, Mode::Give, 0);
                if self.is_joinable {
                    rt::withhold(self.store.unfinished, Mode::Drop, 1);
                }
            }
            rt::note(|| Noted::Answer(Text::of("Full")));
            return false;
        }
        self.store.draw(room.gauge);
        let nth = self.n_admitted.get();
        self.n_admitted.set(nth + 1);
        if let Some(Access { object, slot, .. }) = room.taken(nth) {
            rt::also_slot(object, slot);
        }
        self.put_in_order(buffer, item);
        true
    }

    /// Declares what each put does to the buffer.
    fn with_put(&self, buffer: &Buffer<T>, op: Op) -> Op {
        let mut op = op.with(buffer.tail, Mode::Update, 0).with(buffer.items, Mode::Tally, 1);
        op.accesses.push(Access::to_some_slot(buffer.slots, 0));
        self.with_report(op.with(buffer.unfed, Mode::Give, -1))
    }

    fn with_report(&self, op: Op) -> Op {
        if self.is_joinable { op.with(self.store.unfinished, Mode::Drop, 1) } else { op }
    }

    fn put_in_order(&self, buffer: &Buffer<T>, item: T) {
        rt::also(buffer.tail, Mode::Update, 0);
        rt::also(buffer.items, Mode::Tally, 1);
        let nth = buffer.n_puts.get();
        buffer.n_puts.set(nth + 1);
        rt::also_slot(buffer.slots, nth);
        rt::also(buffer.unfed, Mode::Give, -1);
        if self.is_joinable {
            rt::also(self.store.unfinished, Mode::Drop, 1);
        }
        buffer.is_used.set(true);
        note_item(&item, Noted::Put);
        buffer.held.borrow_mut().push_back(item);
    }

    /// The store that is filled.
    pub(crate) fn store(&self) -> &Store<Fifo<T>> {
        &self.store
    }

    /// How many items there are, written or not. One step.
    pub(crate) fn qsize(&self, location: &'static Location<'static>) -> usize {
        let size = self.maxsize - self.look_at_room("qsize", location);
        rt::note(|| Noted::Answer(Text::of(size)));
        usize::try_from(size).unwrap_or_default()
    }

    /// Whether there is no room. One step.
    pub(crate) fn full(&self, location: &'static Location<'static>) -> bool {
        let is_full = self.look_at_room("full", location) < 1;
        rt::note(|| Noted::Answer(Text::of(is_full)));
        is_full
    }

    fn look_at_room(&self, verb: &'static str, location: &'static Location<'static>) -> i64 {
        let room = self.store.room().gauge;
        // A get that is refused makes no room, and has to be ordered with the look all the
        // same: what it touches if it is not refused may not depend on more than that.
        let op = Op::local(verb, location).with(self.store.head, Mode::Read, 0);
        rt::step(op.with(room, Mode::Look, 1));
        rt::shows(room)
    }
}

impl<T> Buffer<T> {
    /// Declares that an item is taken out.
    fn with_take(&self, op: Op) -> Op {
        let mut op = op.with(self.head, Mode::Update, 0).with(self.items, Mode::Draw, 1);
        op.accesses.push(Access::to_some_slot(self.slots, 0));
        op
    }

    /// Takes an item out, and adds what that touches.
    fn take(&self, accesses: &mut SmallVec<[Access; 8]>) -> T {
        let nth = self.n_taken.get();
        self.n_taken.set(nth + 1);
        let slot = Access { slot: nth, ..Access::new(self.slots, Mode::Slot, 0) };
        let taken =
            [Access::new(self.head, Mode::Update, 0), Access::new(self.items, Mode::Draw, 1)];
        accesses.extend(taken.into_iter().chain([slot]));
        self.held.borrow_mut().pop_front().expect("the feeder waits for an item")
    }
}

impl<T: 'static> Store<Fifo<T>> {
    /// Writes an item, and adds what that touches.
    fn write(&self, item: T, accesses: &mut SmallVec<[Access; 8]>) {
        let nth = self.n_puts.get();
        self.n_puts.set(nth + 1);
        accesses.push(Access::new(self.tail, Mode::Update, 0));
        if let Some(space) = self.space {
            accesses.push(Access::new(space.gauge, Mode::Draw, 1));
            accesses.extend(space.taken(nth));
        }
        let slot = Access { slot: nth, ..Access::new(self.item_slots, Mode::Slot, 0) };
        accesses.extend([Access::new(self.items, Mode::Tally, 1), slot]);
        let pushed = self.bag.borrow_mut().push(item);
        pushed.expect("items in order are not compared");
    }
}

impl<T: Clone + 'static> Fork for FedStore<T> {
    fn reads(&self, _: &mut Reads) {}

    /// The queue is the same. The process gets a buffer and a feeder of its own.
    fn fork(&self, to: &mut Forking) -> FedStore<T> {
        if !self.buffers.borrow().contains_key(&to.main()) {
            self.come_to(to.main(), to.main());
        }
        self.clone()
    }
}
