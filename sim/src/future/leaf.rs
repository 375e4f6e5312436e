//! A future that waits for one step of a primitive.
//!
//! Polled for the first time it says what it waits for, and nothing else: the task that
//! polls makes the step itself if it waits for nothing besides, so that an await is the one
//! step that it is for a thread. If the task waited for several things, it polls again
//! once any of them is there, and then the future tries: another task may have been first.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::place::{Parked, Parking, Place};
use crate::op::Op;
use crate::rt;

/// A step of a primitive that may have to wait.
pub(super) trait Awaited: 'static {
    /// What it comes to.
    type Output;

    /// The step that waits until it is possible.
    fn wait(&self) -> Op;

    /// The same as one that does not wait.
    fn trying(&self) -> Op;

    /// Does what belongs to the step that was just made, whether its accesses were granted
    /// or not. `None` if it was refused; never where primitives are quiet.
    fn resolve(&self, granted: bool) -> Option<Self::Output>;
}

/// The future of such a step. If it is dropped after the step was made, what that came to
/// is dropped with it: a guard gives back what was taken.
pub(super) struct Leaf<A: Awaited> {
    state: Rc<LeafState<A>>,
    /// Where it is parked, with the key that it has there.
    parked: Option<(Rc<Place>, u64)>,
}

struct LeafState<A: Awaited> {
    what: A,
    output: Cell<Option<A::Output>>,
}

impl<A: Awaited> Parked for LeafState<A> {
    fn wait(&self) -> Op {
        self.what.wait()
    }

    fn grant(&self, granted: bool) {
        self.output.set(self.what.resolve(granted));
    }
}

impl<A: Awaited> Leaf<A> {
    pub(super) fn new(what: A) -> Leaf<A> {
        Leaf { state: Rc::new(LeafState { what, output: Cell::new(None) }), parked: None }
    }

    fn try_now(&self) -> Option<A::Output> {
        let what = &self.state.what;
        let granted = rt::step(what.trying());
        what.resolve(granted)
    }

    fn unpark(&mut self) {
        if let Some((place, key)) = self.parked.take() {
            place.unpark(key);
        }
    }
}

impl<A: Awaited> Future for Leaf<A> {
    type Output = A::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<A::Output> {
        if let Some(output) = self.state.output.take() {
            self.unpark();
            return Poll::Ready(output);
        }
        let is_new = self.parked.is_none();
        if (!is_new || rt::is_quiet() || self.state.what.wait().guard.is_none())
            && let Some(output) = self.try_now()
        {
            self.unpark();
            return Poll::Ready(output);
        }
        let place = Place::current();
        match &self.parked {
            Some((known, key)) if Rc::ptr_eq(known, &place) => known.stay(*key, cx.waker()),
            _ => {
                self.unpark();
                let state: Rc<dyn Parked> = self.state.clone();
                let key = place.park(Parking::Wait(state), cx.waker());
                self.parked = Some((place, key));
            }
        }
        Poll::Pending
    }
}

/// Nothing in it is pinned: the state is behind a pointer.
impl<A: Awaited> Unpin for Leaf<A> {}

impl<A: Awaited> Drop for Leaf<A> {
    fn drop(&mut self) {
        self.unpark();
    }
}
