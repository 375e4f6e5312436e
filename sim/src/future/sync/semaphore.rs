//! A semaphore for futures: that of threads, with an await.

use std::future::Future;
use std::panic::Location;

use crate::future::leaf::{Awaited, Leaf};
use crate::future::lines;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::op::Op;
use crate::rt;
use crate::sync::{Permit, Semaphore};

/// A semaphore for futures. Clones are handles to the same one.
///
/// ```
/// use unknot_sim::{future, run_once};
///
/// run_once(|| {
///     let permits = future::sync::Semaphore::named("permits", 1);
///     let permit = future::block_on(permits.acquire());
///     assert!(permits.try_acquire().is_none());
///     drop(permit);
///     permits.add_permits(1);
///     assert_eq!(permits.available_permits(), 2);
/// });
/// ```
#[derive(Clone, Debug)]
pub struct AsyncSemaphore {
    permits: Semaphore,
}

impl AsyncSemaphore {
    crate::sync::constructors::constructors! {
        /// A semaphore with some permits.
        (permits: u32)
    }

    fn create(name: Name, permits: u32, location: &'static Location<'static>) -> AsyncSemaphore {
        AsyncSemaphore { permits: Semaphore::create(name, permits, location) }
    }

    /// Waits for a permit. It is given back when it is dropped.
    #[track_caller]
    pub fn acquire(&self) -> impl Future<Output = AsyncPermit> + use<> {
        Leaf::new(Acquiring { permits: self.permits.clone(), location: Location::caller() })
    }

    /// Takes a permit if there is one. One step.
    #[track_caller]
    #[must_use]
    pub fn try_acquire(&self) -> Option<AsyncPermit> {
        self.permits.try_acquire().then(|| AsyncPermit::new(&self.permits, Location::caller()))
    }

    /// Gives permits. One step.
    #[track_caller]
    pub fn add_permits(&self, n: u32) {
        let op = Op::local("release", Location::caller());
        rt::step(op.with(self.permits.gauge(), Mode::Give, n.into()));
        for _ in 0..n {
            lines::wake_first(self.permits.gauge());
        }
    }

    /// How many permits there are. One step.
    #[track_caller]
    #[must_use]
    pub fn available_permits(&self) -> i64 {
        self.permits.value()
    }
}

/// Holds a permit until it is dropped.
#[derive(Debug)]
#[must_use = "a permit is given back as soon as it is dropped"]
pub struct AsyncPermit {
    permit: Option<Permit>,
    gauge: ObjectId,
}

impl AsyncPermit {
    fn new(permits: &Semaphore, location: &'static Location<'static>) -> AsyncPermit {
        AsyncPermit { permit: Some(permits.given_back_at(location)), gauge: permits.gauge() }
    }

    /// Keeps the permit for good: it is not given back.
    pub fn forget(mut self) {
        std::mem::forget(self.permit.take());
    }
}

impl Drop for AsyncPermit {
    fn drop(&mut self) {
        if self.permit.take().is_some() {
            lines::wake_first(self.gauge);
        }
    }
}

struct Acquiring {
    permits: Semaphore,
    location: &'static Location<'static>,
}

impl Awaited for Acquiring {
    type Output = AsyncPermit;

    fn wait(&self) -> Op {
        Op::local("acquire", self.location).with(self.permits.gauge(), Mode::Take, 1)
    }

    fn trying(&self) -> Op {
        Op::local("acquire", self.location).with(self.permits.gauge(), Mode::Try, 1)
    }

    fn resolve(&self, granted: bool) -> Option<AsyncPermit> {
        (granted || rt::is_quiet()).then(|| AsyncPermit::new(&self.permits, self.location))
    }
}
