//! A read-write lock without poisoning, with a reader that may become the writer.
//!
//! A gauge of more units than there are readers, and a door. A reader needs the door not to be
//! shut, and takes a unit, which is there then. A writer shuts the door, and then waits for
//! all units: readers that come meanwhile wait behind it, also where the lock is held by readers
//! alone. The reader that may become the writer holds the door so that other readers pass.

#![expect(unsafe_code, reason = "the value of a lock is reached by the tasks that have the lock")]

mod timed;

use std::cell::UnsafeCell;
use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::panic::Location;

use unknot_sim::raw::{self, Mode, NewObject, ObjectId, Op, Ownership};

use crate::object::{Object, Primitive};
use crate::primitive::Place;

/// More than the readers of any program here.
const UNITS: i64 = 1 << 20;

/// What the door shows. A reader passes if it shows 1; the writer takes all.
const DOOR: i64 = 3;

/// What the reader that may become the writer takes of the door.
const UPGRADABLE: i64 = 2;

/// A read-write lock, as `parking_lot::RwLock`.
pub struct RwLock<T: ?Sized> {
    object: Object,
    door: Object,
    value: UnsafeCell<T>,
}

// SAFETY: a value is changed by one task alone, and tasks share a thread.
unsafe impl<T: ?Sized + Send> Send for RwLock<T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Send + Sync> Sync for RwLock<T> {}

/// A free lock, for statics.
#[track_caller]
pub const fn const_rwlock<T>(value: T) -> RwLock<T> {
    RwLock::new(value)
}

impl<T: ?Sized> Primitive for RwLock<T> {
    const KIND: &'static str = "RwLock";

    fn object(&self) -> &Object {
        &self.object
    }

    fn describe(&self, new: NewObject) -> NewObject {
        new.showing(UNITS).at_most(UNITS).owned(Ownership::Owners).with_crowd()
    }
}

impl<T> RwLock<T> {
    /// A free lock.
    #[track_caller]
    pub const fn new(value: T) -> RwLock<T> {
        RwLock { object: Object::new(), door: Object::new(), value: UnsafeCell::new(value) }
    }

    /// The value.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> RwLock<T> {
    fn gauge(&self) -> ObjectId {
        self.reach().1
    }

    fn door(&self) -> ObjectId {
        let whole = self.gauge();
        self.door.id(Self::KIND, |new| {
            new.part_of(whole).showing(DOOR).at_most(DOOR).owned(Ownership::Owners)
        })
    }

    /// A step of both, of which `f` says what it does. Where primitives are quiet it does nothing.
    fn both(&self, op: Op, of_door: (Mode, i64), of_units: (Mode, i64), f: impl FnOnce()) {
        let op = op.with(self.door(), of_door.0, of_door.1);
        raw::step(op.with(self.gauge(), of_units.0, of_units.1).deferred());
        if !raw::is_quiet() {
            f();
        }
    }

    /// Touches the units if the door is open, inside of a step that declared both.
    fn units_if(&self, is_open: bool, mode: Mode, n: i64) -> bool {
        if !is_open {
            raw::withhold(self.gauge(), mode, n);
        }
        is_open && raw::also(self.gauge(), mode, n)
    }

    /// Shuts the door, of which so much is open, and waits for the readers that are inside. One
    /// step if there are none, and two otherwise.
    fn shut(&self, verb: &'static str, n: i64, place: Place) {
        let mut is_alone = true;
        self.both(Op::local(verb, place), (Mode::Take, n), (Mode::Try, UNITS), || {
            raw::also(self.door(), Mode::Take, n);
            is_alone = raw::also(self.gauge(), Mode::Try, UNITS);
        });
        if !is_alone {
            raw::step(Op::local(verb, place).with(self.gauge(), Mode::Take, UNITS));
        }
    }

    /// The same, if that need not wait. One step.
    fn try_shut(&self, verb: &'static str, n: i64, place: Place) -> bool {
        let mut is_taken = true;
        self.both(Op::local(verb, place), (Mode::Try, n), (Mode::Try, UNITS), || {
            let is_open = raw::also(self.door(), Mode::Look, n);
            is_taken = self.units_if(is_open, Mode::Try, UNITS);
            match is_taken {
                true => _ = raw::also(self.door(), Mode::Try, n),
                false => raw::withhold(self.door(), Mode::Try, n),
            }
        });
        is_taken
    }

    /// Gives to both. One step.
    fn give(&self, verb: &'static str, of_door: i64, units: i64, place: Place) {
        let op = Op::local(verb, place).with(self.door(), Mode::Give, of_door);
        raw::step(op.with(self.gauge(), Mode::Give, units));
    }

    /// Waits until no task writes, or waits to write, and takes the lock for reading. One step.
    #[track_caller]
    pub fn read(&self) -> RwLockReadGuard<'_, T> {
        let (this, place) = (self.reach().0, Location::caller());
        let op = Op::local("read", place).with(this.gauge(), Mode::Try, 1);
        raw::step(op.with(this.door(), Mode::Await, 1));
        RwLockReadGuard::new(this, place)
    }

    /// Waits until no task writes, and takes the lock for reading. One step.
    #[track_caller]
    pub fn read_recursive(&self) -> RwLockReadGuard<'_, T> {
        let (this, place) = (self.reach().0, Location::caller());
        raw::step(Op::local("read_recursive", place).with(this.gauge(), Mode::Draw, 1));
        RwLockReadGuard::new(this, place)
    }

    /// Waits until no task reads or writes, and takes the lock for writing. One step, or two if
    /// tasks read.
    #[track_caller]
    pub fn write(&self) -> RwLockWriteGuard<'_, T> {
        let (this, place) = (self.reach().0, Location::caller());
        this.shut("write", DOOR, place);
        RwLockWriteGuard::new(this, place)
    }

    /// Waits until no task writes, or reads so, and takes the lock for reading and perhaps for
    /// writing later. One step.
    #[track_caller]
    pub fn upgradable_read(&self) -> RwLockUpgradableReadGuard<'_, T> {
        let (this, place) = (self.reach().0, Location::caller());
        raw::step(Op::local("upgradable_read", place).with(this.door(), Mode::Take, UPGRADABLE));
        RwLockUpgradableReadGuard::new(this, place)
    }

    /// Takes the lock for reading if no task writes, or waits to write. One step.
    #[track_caller]
    pub fn try_read(&self) -> Option<RwLockReadGuard<'_, T>> {
        let (this, place) = (self.reach().0, Location::caller());
        let mut is_taken = true;
        this.both(Op::local("try_read", place), (Mode::Look, 1), (Mode::Try, 1), || {
            let is_open = raw::also(this.door(), Mode::Look, 1);
            is_taken = this.units_if(is_open, Mode::Try, 1);
        });
        is_taken.then(|| RwLockReadGuard::new(this, place))
    }

    /// Takes the lock for writing if no task reads or writes. One step.
    #[track_caller]
    pub fn try_write(&self) -> Option<RwLockWriteGuard<'_, T>> {
        let (this, place) = (self.reach().0, Location::caller());
        this.try_shut("try_write", DOOR, place).then(|| RwLockWriteGuard::new(this, place))
    }

    /// As [`upgradable_read`](RwLock::upgradable_read), if that need not wait. One step.
    #[track_caller]
    pub fn try_upgradable_read(&self) -> Option<RwLockUpgradableReadGuard<'_, T>> {
        let (this, place) = (self.reach().0, Location::caller());
        let op = Op::local("try_upgradable_read", place);
        let is_taken = raw::ask(op.with(this.door(), Mode::Try, UPGRADABLE));
        is_taken.then(|| RwLockUpgradableReadGuard::new(this, place))
    }

    /// Whether a task reads or writes. One step.
    #[must_use]
    #[track_caller]
    pub fn is_locked(&self) -> bool {
        let (this, place) = (self.reach().0, Location::caller());
        let mut is_free = true;
        this.both(Op::local("is_locked", place), (Mode::Look, DOOR), (Mode::Look, UNITS), || {
            let is_open = raw::also(this.door(), Mode::Look, DOOR);
            is_free = this.units_if(is_open, Mode::Look, UNITS);
        });
        !is_free
    }

    /// Whether a task writes, or waits for readers to write. One step.
    #[must_use]
    #[track_caller]
    pub fn is_locked_exclusive(&self) -> bool {
        let (this, place) = (self.reach().0, Location::caller());
        !raw::ask(Op::local("is_locked_exclusive", place).with(this.door(), Mode::Look, 1))
    }

    /// The value, which no other task can reach. No step.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }
}

/// Declares a guard that gives units back when it is dropped, in steps that commute or not.
macro_rules! guard {
    ($(#[$doc:meta])* $name:ident, $unlock:expr) => {
        $(#[$doc])*
        #[must_use = "a lock is given back as soon as its guard is dropped"]
        pub struct $name<'a, T: ?Sized> {
            lock: &'a RwLock<T>,
            place: Place,
            not_send: PhantomData<*const ()>,
        }

        // SAFETY: a shared guard gives shared values.
        unsafe impl<T: ?Sized + Sync> Sync for $name<'_, T> {}

        impl<'a, T: ?Sized> $name<'a, T> {
            /// Gives the lock back.
            pub fn unlock_fair(this: $name<'a, T>) {
                drop(this);
            }
        }

        impl<T: ?Sized> Deref for $name<'_, T> {
            type Target = T;

            fn deref(&self) -> &T {
                // SAFETY: this task has the lock, and no task that could write has it besides.
                unsafe { &*self.lock.value.get() }
            }
        }

        impl<T: ?Sized> Drop for $name<'_, T> {
            fn drop(&mut self) {
                $unlock(self.lock, self.place);
            }
        }

        impl<T: ?Sized + fmt::Debug> fmt::Debug for $name<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                (**self).fmt(f)
            }
        }
    };
}

guard! {
    /// Holds a [`RwLock`] for reading until it is dropped.
    RwLockReadGuard, |lock: &RwLock<T>, place| {
        raw::step(Op::local("unlock", place).with(lock.gauge(), Mode::Tally, 1));
    }
}

guard! {
    /// Holds a [`RwLock`] for writing until it is dropped.
    RwLockWriteGuard, |lock: &RwLock<T>, place| lock.give("unlock", DOOR, UNITS, place)
}

guard! {
    /// Holds a [`RwLock`] for reading, and perhaps for writing later, until it is dropped.
    RwLockUpgradableReadGuard, |lock: &RwLock<T>, place| {
        raw::step(Op::local("unlock", place).with(lock.door(), Mode::Give, UPGRADABLE));
    }
}

impl<'a, T: ?Sized> RwLockReadGuard<'a, T> {
    fn new(lock: &'a RwLock<T>, place: Place) -> RwLockReadGuard<'a, T> {
        RwLockReadGuard { lock, place, not_send: PhantomData }
    }
}

impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    fn new(lock: &'a RwLock<T>, place: Place) -> RwLockWriteGuard<'a, T> {
        RwLockWriteGuard { lock, place, not_send: PhantomData }
    }

    /// Goes on as a reader; no writer comes in between. One step.
    #[track_caller]
    pub fn downgrade(this: RwLockWriteGuard<'a, T>) -> RwLockReadGuard<'a, T> {
        let guard = ManuallyDrop::new(this);
        guard.lock.give("downgrade", DOOR, UNITS - 1, Location::caller());
        RwLockReadGuard::new(guard.lock, guard.place)
    }

    /// Goes on as the reader that may become the writer again. One step.
    #[track_caller]
    pub fn downgrade_to_upgradable(
        this: RwLockWriteGuard<'a, T>,
    ) -> RwLockUpgradableReadGuard<'a, T> {
        let guard = ManuallyDrop::new(this);
        guard.lock.give("downgrade", DOOR - UPGRADABLE, UNITS, Location::caller());
        RwLockUpgradableReadGuard::new(guard.lock, guard.place)
    }
}

impl<'a, T: ?Sized> RwLockUpgradableReadGuard<'a, T> {
    fn new(lock: &'a RwLock<T>, place: Place) -> RwLockUpgradableReadGuard<'a, T> {
        RwLockUpgradableReadGuard { lock, place, not_send: PhantomData }
    }

    /// Waits until no other task reads, and goes on as the writer. One step.
    #[track_caller]
    pub fn upgrade(this: RwLockUpgradableReadGuard<'a, T>) -> RwLockWriteGuard<'a, T> {
        let guard = ManuallyDrop::new(this);
        guard.lock.shut("upgrade", DOOR - UPGRADABLE, Location::caller());
        RwLockWriteGuard::new(guard.lock, guard.place)
    }

    /// The same, if no other task reads. One step.
    ///
    /// # Errors
    /// The guard, if one does.
    #[track_caller]
    pub fn try_upgrade(
        this: RwLockUpgradableReadGuard<'a, T>,
    ) -> Result<RwLockWriteGuard<'a, T>, RwLockUpgradableReadGuard<'a, T>> {
        match this.lock.try_shut("try_upgrade", DOOR - UPGRADABLE, Location::caller()) {
            true => {
                let guard = ManuallyDrop::new(this);
                Ok(RwLockWriteGuard::new(guard.lock, guard.place))
            }
            false => Err(this),
        }
    }

    /// Goes on as a reader like others. One step.
    #[track_caller]
    pub fn downgrade(this: RwLockUpgradableReadGuard<'a, T>) -> RwLockReadGuard<'a, T> {
        let guard = ManuallyDrop::new(this);
        let op = Op::local("downgrade", Location::caller()).with(
            guard.lock.door(),
            Mode::Give,
            UPGRADABLE,
        );
        raw::step(op.with(guard.lock.gauge(), Mode::Draw, 1));
        RwLockReadGuard::new(guard.lock, guard.place)
    }
}

impl<T: ?Sized> DerefMut for RwLockWriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this task has the lock alone.
        unsafe { &mut *self.lock.value.get() }
    }
}

crate::sync::lock_of_value!(RwLock);
