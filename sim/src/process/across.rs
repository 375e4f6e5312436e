//! Primitives that several processes share.
//!
//! They are those of threads: what differs between an address space of one and memory that
//! is shared by several is that a process keeps the handle instead of getting a copy.

use std::fmt::Debug;
use std::ops::Deref;
use std::panic::Location;

use crate::exception::Exception;
use crate::fork::{Fork, Forking, Reads};
use crate::name::Name;
use crate::ready::{Readiness, Ready};
use crate::sync;

/// A handle that a process gets as it is: what it stands for is shared.
///
/// ```
/// use unknot_sim::{Shared, done, process, run_once};
///
/// run_once(|| {
///     let (mine, ours) = (Shared::named("mine", 0), process::Value::named("ours", 0));
///     let child = process::start((mine.clone(), ours.clone()), |(mine, ours)| {
///         mine.write(1);
///         ours.write(1);
///     })?;
///     child.join()?;
///     // The child had a copy of the one, and the other itself.
///     assert_eq!((mine.read(), ours.read()), (0, 1));
///     done(())
/// });
/// ```
#[derive(Clone, Debug, Default)]
pub struct Across<P>(P);

impl<P> Across<P> {
    /// Shares a primitive with the processes that get this handle.
    pub fn of(primitive: P) -> Across<P> {
        Across(primitive)
    }
}

impl<P> Deref for Across<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.0
    }
}

impl<P: Clone + 'static> Fork for Across<P> {
    fn reads(&self, _: &mut Reads) {}

    fn fork(&self, _: &mut Forking) -> Self {
        self.clone()
    }
}

/// A lock across processes.
pub type Lock = Across<sync::Lock>;
/// A reentrant lock across processes.
pub type RLock = Across<sync::RLock>;
/// A semaphore across processes.
pub type Semaphore = Across<sync::Semaphore>;
/// A bounded semaphore across processes.
pub type BoundedSemaphore = Across<sync::BoundedSemaphore>;
/// A condition across processes.
pub type Condition = Across<sync::Condition>;
/// An event across processes.
pub type Event = Across<sync::Event>;
/// A barrier across processes.
pub type Barrier = Across<sync::Barrier>;
/// An atomic integer across processes.
pub type Atomic = Across<sync::Atomic>;
/// A variable in memory that processes share.
pub type Value<T> = Across<sync::Shared<T>>;

macro_rules! constructors {
    ($($of:ident($($arg:ident: $kind:ty),*))*) => {$(
        impl Across<sync::$of> {
            /// One without a name.
            #[track_caller]
            #[must_use]
            #[allow(clippy::new_without_default, reason = "some take arguments")]
            pub fn new($($arg: $kind),*) -> Self {
                Across(sync::$of::new($($arg),*))
            }

            /// One with a name for reports.
            #[track_caller]
            #[must_use]
            pub fn named(name: impl Into<Name>, $($arg: $kind),*) -> Self {
                Across(sync::$of::named(name, $($arg),*))
            }
        }
    )*};
}
constructors! {
    Lock()
    RLock()
    Semaphore(permits: u32)
    BoundedSemaphore(permits: u32)
    Event()
    Barrier(parties: usize)
    Atomic(value: i64)
}

impl Event {
    /// An event that is not set. Its waiters look again when they wake.
    #[track_caller]
    #[must_use]
    pub fn rechecking(name: impl Into<Name>) -> Event {
        Across(sync::Event::rechecking(name))
    }
}

impl Condition {
    /// A condition on a lock across processes, without a name.
    #[track_caller]
    #[must_use]
    pub fn new(lock: &Lock) -> Condition {
        Across(sync::Condition::new(lock))
    }

    /// A condition on a lock across processes, with a name for reports.
    #[track_caller]
    #[must_use]
    pub fn named(name: impl Into<Name>, lock: &Lock) -> Condition {
        Across(sync::Condition::named(name, lock))
    }

    /// A condition on a reentrant lock across processes.
    #[track_caller]
    #[must_use]
    pub fn reentrant(name: impl Into<Name>, lock: &RLock) -> Condition {
        Across(sync::Condition::reentrant(name, lock))
    }
}

impl<T: Clone + Debug + 'static> Value<T> {
    /// A variable without a name.
    #[track_caller]
    #[must_use]
    pub fn new(value: T) -> Value<T> {
        Across(sync::Shared::new(value))
    }

    /// A variable with a name for reports.
    #[track_caller]
    #[must_use]
    pub fn named(name: impl Into<Name>, value: T) -> Value<T> {
        Across(sync::Shared::named(name, value))
    }
}

/// Variables in a row, in memory that processes share. Each is a variable of its own.
#[derive(Clone, Debug)]
pub struct Array<T: 'static> {
    items: std::rc::Rc<[Value<T>]>,
}

impl<T: Clone + Debug + 'static> Array<T> {
    /// Variables with these first values.
    #[track_caller]
    #[must_use]
    pub fn new(values: impl IntoIterator<Item = T>) -> Array<T> {
        Array { items: values.into_iter().map(|value| Value::new(value)).collect() }
    }

    /// The same with a name, to which each adds its place.
    #[track_caller]
    #[must_use]
    pub fn named(name: &'static str, values: impl IntoIterator<Item = T>) -> Array<T> {
        let named = |(nth, value): (usize, T)| Value::named((name, nth), value);
        Array { items: values.into_iter().enumerate().map(named).collect() }
    }
}

impl<T: 'static> Deref for Array<T> {
    type Target = [Value<T>];

    fn deref(&self) -> &[Value<T>] {
        &self.items
    }
}

impl<T: Clone + Debug + 'static> Fork for Array<T> {
    fn reads(&self, _: &mut Reads) {}

    fn fork(&self, _: &mut Forking) -> Self {
        self.clone()
    }
}

impl<P: Ready> Ready for Across<P> {
    fn readiness(
        &self,
        location: &'static Location<'static>,
    ) -> Result<Option<Readiness>, Exception> {
        self.0.readiness(location)
    }
}
