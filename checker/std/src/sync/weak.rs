//! Weak pointers.

use std::fmt;
use std::panic::Location;
use std::sync::{Arc as Inner, Weak as InnerWeak};

use super::arc::{Arc, Counted};
use super::counts::{Count, Counts};

/// A pointer that keeps nothing, as [`std::sync::Weak`].
pub struct Weak<T: ?Sized> {
    /// None if it points to nothing.
    counts: Option<Inner<Counts>>,
    inner: InnerWeak<Counted<T>>,
}

impl<T> Weak<T> {
    /// A pointer to nothing.
    #[must_use]
    pub const fn new() -> Weak<T> {
        Weak { counts: None, inner: InnerWeak::new() }
    }
}

impl<T: ?Sized> Weak<T> {
    pub(super) fn of(counts: Inner<Counts>, inner: InnerWeak<Counted<T>>) -> Weak<T> {
        Weak { counts: Some(counts), inner }
    }

    /// A pointer to the value, if it is there. One step.
    #[must_use]
    #[track_caller]
    pub fn upgrade(&self) -> Option<Arc<T>> {
        let counts = self.counts.as_ref()?;
        let is_there = counts.upgrade(self.inner.strong_count(), Location::caller());
        is_there.then(|| self.inner.upgrade().map(Arc::of_weak)).flatten()
    }

    /// How many pointers there are. One step.
    #[must_use]
    #[track_caller]
    pub fn strong_count(&self) -> usize {
        if let Some(counts) = &self.counts {
            let now = (Count::Strong, self.inner.strong_count());
            counts.look(now, "strong_count", Location::caller());
        }
        self.inner.strong_count()
    }

    /// How many weak pointers there are, while the value is there. One step.
    #[must_use]
    #[track_caller]
    pub fn weak_count(&self) -> usize {
        if let Some(counts) = &self.counts {
            counts.look(self.weak_now(), "weak_count", Location::caller());
        }
        self.inner.weak_count()
    }

    /// Whether both point to the same value.
    #[must_use]
    pub fn ptr_eq(&self, other: &Weak<T>) -> bool {
        self.inner.ptr_eq(&other.inner)
    }

    fn weak_now(&self) -> (Count, usize) {
        (Count::Weak, self.inner.weak_count())
    }
}

impl<T: ?Sized> Clone for Weak<T> {
    #[track_caller]
    fn clone(&self) -> Weak<T> {
        if let Some(counts) = &self.counts {
            counts.add(self.weak_now(), "clone", Location::caller());
        }
        Weak { counts: self.counts.clone(), inner: self.inner.clone() }
    }
}

impl<T: ?Sized> Drop for Weak<T> {
    fn drop(&mut self) {
        if let Some(counts) = &self.counts {
            counts.remove(self.weak_now(), false);
        }
    }
}

impl<T> Default for Weak<T> {
    fn default() -> Weak<T> {
        Weak::new()
    }
}

impl<T: ?Sized> fmt::Debug for Weak<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(Weak)")
    }
}
