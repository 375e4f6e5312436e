//! A semaphore that is fair: permits go to the future that has waited longest.

use std::future::Future;
use std::panic::Location;

use unknot_sim::raw::{NewObject, Ownership};

use super::super::line::{Line, Refused};
use crate::object::{Object, Primitive};
use crate::primitive::{Place, opaque, says};
use crate::sync::Arc;

/// A semaphore, as `tokio::sync::Semaphore`.
pub struct Semaphore(Line);

says! {
    /// The semaphore was closed.
    AcquireError => "semaphore closed";
}

/// Why a permit was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryAcquireError {
    /// The semaphore was closed.
    Closed,
    /// There are not so many permits.
    NoPermits,
}

impl std::fmt::Display for TryAcquireError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            TryAcquireError::Closed => "semaphore closed",
            TryAcquireError::NoPermits => "no permits available",
        })
    }
}

impl std::error::Error for TryAcquireError {}

impl From<Refused> for TryAcquireError {
    fn from(why: Refused) -> TryAcquireError {
        match why {
            Refused::Closed => TryAcquireError::Closed,
            Refused::NotEnough => TryAcquireError::NoPermits,
        }
    }
}

/// Permits of a [`Semaphore`], given back when this is dropped.
#[must_use = "permits are given back as soon as this is dropped"]
pub struct SemaphorePermit<'a> {
    of: &'a Semaphore,
    n: u32,
    place: Place,
}

/// The same of a semaphore in an [`Arc`].
#[must_use = "permits are given back as soon as this is dropped"]
pub struct OwnedSemaphorePermit {
    of: Arc<Semaphore>,
    n: u32,
    place: Place,
}

opaque!(Semaphore, SemaphorePermit<'a>, OwnedSemaphorePermit);

impl Primitive for Semaphore {
    const KIND: &'static str = "Semaphore";

    fn object(&self) -> &Object {
        self.0.object()
    }

    fn describe(&self, new: NewObject) -> NewObject {
        self.0.describe(new)
    }
}

impl Semaphore {
    /// The most permits.
    pub const MAX_PERMITS: usize = usize::MAX >> 3;

    /// A semaphore with some permits.
    #[must_use]
    #[track_caller]
    pub const fn new(permits: usize) -> Semaphore {
        Semaphore(Line::new("Semaphore", permits as i64, Ownership::Takers))
    }

    /// The same, for statics.
    #[must_use]
    #[track_caller]
    pub const fn const_new(permits: usize) -> Semaphore {
        Semaphore::new(permits)
    }

    fn line(&self) -> &Line {
        &self.reach().0.0
    }

    /// How many permits there are. One step.
    #[must_use]
    #[track_caller]
    pub fn available_permits(&self) -> usize {
        self.line().available(Location::caller())
    }

    /// Gives permits. One step.
    #[track_caller]
    pub fn add_permits(&self, n: usize) {
        self.line().release(i64::try_from(n).unwrap_or(i64::MAX), Location::caller());
    }

    /// Takes up to so many permits out for ever. One step; how many there were.
    #[track_caller]
    pub fn forget_permits(&self, n: usize) -> usize {
        let most = i64::try_from(n).unwrap_or(i64::MAX);
        usize::try_from(self.line().forget(most, Location::caller())).unwrap_or_default()
    }

    /// Waits for a permit.
    #[track_caller]
    pub fn acquire(
        &self,
    ) -> impl Future<Output = Result<SemaphorePermit<'_>, AcquireError>> + Send {
        self.acquire_many(1)
    }

    /// Waits for permits, all at once.
    #[track_caller]
    pub fn acquire_many(
        &self,
        n: u32,
    ) -> impl Future<Output = Result<SemaphorePermit<'_>, AcquireError>> + Send {
        let place = Location::caller();
        async move {
            let acquired = self.line().acquire(n.into(), "acquire", place).await;
            acquired.map_err(|_| AcquireError(()))?;
            Ok(SemaphorePermit { of: self, n, place })
        }
    }

    /// Takes a permit if there is one. One step.
    ///
    /// # Errors
    /// If there is none, or the semaphore was closed.
    #[track_caller]
    pub fn try_acquire(&self) -> Result<SemaphorePermit<'_>, TryAcquireError> {
        self.try_acquire_many(1)
    }

    /// Takes permits if there are enough. One step.
    ///
    /// # Errors
    /// If there are not, or the semaphore was closed.
    #[track_caller]
    pub fn try_acquire_many(&self, n: u32) -> Result<SemaphorePermit<'_>, TryAcquireError> {
        let place = Location::caller();
        self.line().try_acquire(n.into(), "try_acquire", place)?;
        Ok(SemaphorePermit { of: self, n, place })
    }

    /// Has all that wait, and all that come, be refused. One step.
    #[track_caller]
    pub fn close(&self) {
        self.line().close(Location::caller());
    }

    /// Whether it was closed. One step.
    #[must_use]
    #[track_caller]
    pub fn is_closed(&self) -> bool {
        self.line().look_closed(Location::caller())
    }
}

impl Arc<Semaphore> {
    /// Waits for a permit that owns the semaphore.
    #[track_caller]
    pub fn acquire_owned(
        self,
    ) -> impl Future<Output = Result<OwnedSemaphorePermit, AcquireError>> + Send {
        self.acquire_many_owned(1)
    }

    /// Waits for permits that own the semaphore.
    #[track_caller]
    pub fn acquire_many_owned(
        self,
        n: u32,
    ) -> impl Future<Output = Result<OwnedSemaphorePermit, AcquireError>> + Send {
        let place = Location::caller();
        async move {
            let acquired = self.line().acquire(n.into(), "acquire", place).await;
            acquired.map_err(|_| AcquireError(()))?;
            Ok(OwnedSemaphorePermit { of: self, n, place })
        }
    }

    /// Takes a permit that owns the semaphore, if there is one. One step.
    ///
    /// # Errors
    /// If there is none, or the semaphore was closed.
    #[track_caller]
    pub fn try_acquire_owned(self) -> Result<OwnedSemaphorePermit, TryAcquireError> {
        let place = Location::caller();
        self.line().try_acquire(1, "try_acquire", place)?;
        Ok(OwnedSemaphorePermit { of: self, n: 1, place })
    }
}

/// What permits have in common.
macro_rules! permits {
    ($name:ty) => {
        impl $name {
            /// Never gives the permits back.
            pub fn forget(mut self) {
                self.n = 0;
            }

            /// How many permits these are.
            #[must_use]
            pub fn num_permits(&self) -> usize {
                self.n as usize
            }

            /// Takes the permits of another one of the same semaphore besides.
            pub fn merge(&mut self, mut other: Self) {
                self.n += std::mem::take(&mut other.n);
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                if self.n > 0 {
                    self.of.line().release(self.n.into(), self.place);
                }
            }
        }
    };
}

permits!(SemaphorePermit<'_>);
permits!(OwnedSemaphorePermit);
