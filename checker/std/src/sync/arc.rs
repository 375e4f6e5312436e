//! Counted pointers whose counts are part of the program.
//!
//! With std's own `Arc` a search misses outcomes: which task drops the last one, and what the
//! counts are, is state that tasks share outside of the primitives. Here a clone and a drop
//! are steps (`Tally`), which commute with one another, so they add no class. Whoever looks at
//! a count depends on them.
//!
//! Which of several drops is the last one makes no difference, as long as the destructor of
//! the value makes no step. Where it does, that is noted for the place that made the pointer,
//! and the search begins anew with the drops of that place ordered ([`crate::learned`]).
//!
//! A clone is a step too, other than one might think: nobody who could tell can be the only
//! owner, but `strong_count` tells two owners from three.
//!
//! What it costs: `Arc<dyn Trait>` cannot be had by coercion, which stable Rust keeps for its
//! own pointers; there is [`Arc::coerce`].

use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc as Inner;

use unknot_sim::raw;

use super::counts::{Count, Counts, is_seen};
use super::weak::Weak;
use crate::run;

/// A counted pointer, as [`std::sync::Arc`].
pub struct Arc<T: ?Sized> {
    /// Taken out where the pointer is dropped or taken apart.
    inner: ManuallyDrop<Inner<Counted<T>>>,
}

/// A value with its counts.
pub struct Counted<T: ?Sized> {
    /// Weak pointers have them too, when the value is gone.
    pub(super) counts: Inner<Counts>,
    value: T,
}

impl<T> Arc<T> {
    /// A pointer to a value.
    #[track_caller]
    pub fn new(value: T) -> Arc<T> {
        Arc::of(Inner::new(Counted { counts: Counts::new(), value }))
    }

    /// The same, pinned.
    #[track_caller]
    pub fn pin(value: T) -> Pin<Arc<T>> {
        let arc = Arc::new(value);
        #[expect(unsafe_code, reason = "what a counted pointer points to does not move")]
        // SAFETY: nothing takes the value out of a pinned pointer.
        unsafe {
            Pin::new_unchecked(arc)
        }
    }

    /// A pointer to a value that may hold weak pointers to itself.
    #[track_caller]
    pub fn new_cyclic(make: impl FnOnce(&Weak<T>) -> T) -> Arc<T> {
        let counts = Counts::new();
        let inner = Inner::new_cyclic(|weak| {
            let weak = Weak::of(Inner::clone(&counts), weak.clone());
            let value = make(&weak);
            Counted { counts, value }
        });
        Arc::of(inner)
    }

    /// The value, if this is the only pointer to it. One step.
    ///
    /// # Errors
    /// The pointer, if it is not.
    #[track_caller]
    pub fn try_unwrap(this: Arc<T>) -> Result<T, Arc<T>> {
        match this.is_alone("try_unwrap", Location::caller()) {
            true => Inner::try_unwrap(this.leave()).map(|all| all.value).map_err(Arc::of),
            false => Err(this),
        }
    }

    /// The value, if this is the last pointer to it; otherwise drops the pointer. One step.
    #[track_caller]
    pub fn into_inner(this: Arc<T>) -> Option<T> {
        let now = Inner::strong_count(&this.inner);
        // Of several tasks that do this, one gets the value.
        this.inner.counts.remove((Count::Strong, now), true);
        Inner::into_inner(this.leave()).map(|all| all.value)
    }

    /// The value, or a clone of it if there are other pointers. One step.
    #[track_caller]
    pub fn unwrap_or_clone(this: Arc<T>) -> T
    where
        T: Clone,
    {
        Arc::try_unwrap(this).unwrap_or_else(|arc| (*arc).clone())
    }

    /// The address of the value, from which [`Arc::from_raw`] makes the pointer again.
    #[must_use]
    pub fn into_raw(this: Arc<T>) -> *const T {
        let all = Inner::into_raw(this.leave());
        #[expect(unsafe_code, reason = "a field of a value that is there")]
        // SAFETY: the value is there as long as the pointer was not dropped.
        unsafe {
            &raw const (*all).value
        }
    }

    /// The pointer again that was given away.
    ///
    /// # Safety
    /// The address must be one that [`Arc::into_raw`] has returned, once for each such call.
    #[must_use]
    #[expect(unsafe_code, reason = "as in std")]
    pub unsafe fn from_raw(value: *const T) -> Arc<T> {
        // SAFETY: the caller says that it is the value of such a pointer.
        unsafe {
            let all = value.byte_sub(std::mem::offset_of!(Counted<T>, value));
            Arc::of(Inner::from_raw(all.cast()))
        }
    }
}

impl<T: ?Sized> Arc<T> {
    fn of(inner: Inner<Counted<T>>) -> Arc<T> {
        Arc { inner: ManuallyDrop::new(inner) }
    }

    pub(super) fn of_weak(inner: Inner<Counted<T>>) -> Arc<T> {
        Arc::of(inner)
    }

    /// The pointer inside, without the step of a drop.
    fn leave(self) -> Inner<Counted<T>> {
        ManuallyDrop::new(self).take()
    }

    /// The pointer inside. This one is never used or dropped again.
    fn take(&mut self) -> Inner<Counted<T>> {
        #[expect(unsafe_code, reason = "what has a destructor cannot be taken apart")]
        // SAFETY: it is called where a pointer is dropped, and where it is not.
        unsafe {
            ManuallyDrop::take(&mut self.inner)
        }
    }

    /// The same pointer, to a value without a size that is known:
    /// `Arc::coerce::<dyn Trait>(arc, |arc| arc)`.
    pub fn coerce<U: ?Sized>(
        this: Arc<T>,
        coerce: impl FnOnce(Inner<Counted<T>>) -> Inner<Counted<U>>,
    ) -> Arc<U> {
        Arc::of(coerce(this.leave()))
    }

    /// Looks whether there is no other pointer, weak ones included.
    fn is_alone(&self, verb: &'static str, place: &'static Location<'static>) -> bool {
        let (strong, weak) = (Inner::strong_count(&self.inner), Inner::weak_count(&self.inner));
        self.inner.counts.look_for_others((strong, weak), verb, place);
        Inner::strong_count(&self.inner) == 1
    }

    /// How many pointers there are. One step.
    #[must_use]
    #[track_caller]
    pub fn strong_count(this: &Arc<T>) -> usize {
        let now = Inner::strong_count(&this.inner);
        this.inner.counts.look((Count::Strong, now), "strong_count", Location::caller());
        Inner::strong_count(&this.inner)
    }

    /// How many weak pointers there are. One step.
    #[must_use]
    #[track_caller]
    pub fn weak_count(this: &Arc<T>) -> usize {
        let now = Inner::weak_count(&this.inner);
        this.inner.counts.look((Count::Weak, now), "weak_count", Location::caller());
        Inner::weak_count(&this.inner)
    }

    /// The value to be changed, if no other pointer is there, weak ones included. One step.
    #[track_caller]
    pub fn get_mut(this: &mut Arc<T>) -> Option<&mut T> {
        match this.is_alone("get_mut", Location::caller()) {
            true => Inner::get_mut(&mut this.inner).map(|all| &mut all.value),
            false => None,
        }
    }

    /// The value to be changed; a clone of it if there are other pointers. One step.
    #[track_caller]
    pub fn make_mut(this: &mut Arc<T>) -> &mut T
    where
        T: Clone,
    {
        if !this.is_alone("make_mut", Location::caller())
            || Inner::get_mut(&mut this.inner).is_none()
        {
            *this = Arc::new((**this).clone());
        }
        let alone = Inner::get_mut(&mut this.inner).map(|all| &mut all.value);
        alone.expect("no other pointer is there")
    }

    /// A weak pointer to the value. One step.
    #[track_caller]
    pub fn downgrade(this: &Arc<T>) -> Weak<T> {
        let now = (Count::Weak, Inner::weak_count(&this.inner));
        this.inner.counts.add(now, "downgrade", Location::caller());
        Weak::of(Inner::clone(&this.inner.counts), Inner::downgrade(&this.inner))
    }

    /// Whether both point to the same value.
    #[must_use]
    pub fn ptr_eq(this: &Arc<T>, other: &Arc<T>) -> bool {
        Inner::ptr_eq(&this.inner, &other.inner)
    }

    /// Where the value is.
    #[must_use]
    pub fn as_ptr(this: &Arc<T>) -> *const T {
        &raw const this.inner.value
    }
}

impl<T: ?Sized> Clone for Arc<T> {
    #[track_caller]
    fn clone(&self) -> Arc<T> {
        let now = (Count::Strong, Inner::strong_count(&self.inner));
        self.inner.counts.add(now, "clone", Location::caller());
        Arc::of(Inner::clone(&self.inner))
    }
}

impl<T: ?Sized> Drop for Arc<T> {
    fn drop(&mut self) {
        // Taken out first: if the task leaves at the step, the value is dropped all the same.
        let inner = self.take();
        let is_ordered = inner.counts.is_ordered();
        inner.counts.remove((Count::Strong, Inner::strong_count(&inner)), is_ordered);
        let is_last = Inner::strong_count(&inner) == 1;
        if !is_last || !is_seen() || raw::is_quiet() || is_ordered {
            return;
        }
        let place = inner.counts.place();
        let before = run::with(|run| run.n_noticed());
        let mut noticing = Noticing { place, before, is_through: false };
        drop(inner);
        noticing.is_through = true;
    }
}

/// Notices at the end of a destructor, or when it panics, whether it mattered which task ran it.
struct Noticing {
    place: &'static Location<'static>,
    before: usize,
    is_through: bool,
}

impl Drop for Noticing {
    fn drop(&mut self) {
        run::with(|run| {
            if !self.is_through || run.n_noticed() != self.before {
                run.options.learned.order(self.place);
            }
        });
    }
}

impl<T: ?Sized> Deref for Arc<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner.value
    }
}

impl<T: ?Sized> fmt::Debug for Counted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counted").finish_non_exhaustive()
    }
}
