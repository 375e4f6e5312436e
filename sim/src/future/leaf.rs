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

use super::lines;
use super::place::{AwaitedStep, Parking, ParkingPlace, Sought};
use super::turns::Turns;
use crate::id::{ObjectId, TaskId};
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

    /// In a loop: the task of the same loop whose end is waited for, and whether that has come,
    /// which can be told without a step.
    fn member(&self, _turns: &Turns) -> Option<(TaskId, bool)> {
        None
    }

    /// In a loop: whether tasks outside bring it about, so that it is waited for outside.
    fn is_outside(&self, _turns: &Turns) -> bool {
        false
    }
}

/// The future of such a step. If it is dropped after the step was made, what that came to
/// is dropped with it: a guard gives back what was taken.
pub(super) struct Leaf<A: Awaited> {
    state: Rc<LeafState<A>>,
    /// Where it is parked, with the key that it has there.
    parked: Option<(Rc<ParkingPlace>, u64)>,
    /// In a loop, the gauge for which it has a ticket, and its number.
    ticket: Option<(Rc<ParkingPlace>, ObjectId, u64)>,
}

struct LeafState<A: Awaited> {
    what: A,
    output: Cell<Option<A::Output>>,
}

impl<A: Awaited> AwaitedStep for LeafState<A> {
    fn wait(&self) -> Op {
        self.what.wait()
    }

    fn grant(&self, granted: bool) {
        self.output.set(self.what.resolve(granted));
    }
}

impl<A: Awaited> Leaf<A> {
    pub(super) fn new(what: A) -> Leaf<A> {
        Leaf {
            state: Rc::new(LeafState { what, output: Cell::new(None) }),
            parked: None,
            ticket: None,
        }
    }

    fn try_now(&self) -> Option<A::Output> {
        let what = &self.state.what;
        let granted = rt::step(what.trying());
        what.resolve(granted)
    }

    /// Waits no longer, since the wait has ended or the future is dropped.
    fn unpark(&mut self, has_ended: bool) {
        if let Some((place, key)) = self.parked.take() {
            place.unpark(key);
        }
        if let Some((place, gauge, number)) = self.ticket.take() {
            place.found(number);
            lines::leave(gauge, number, has_ended);
        }
    }

    /// Polls in a loop.
    fn poll_in_turn(
        &mut self,
        place: Rc<ParkingPlace>,
        turns: &Turns,
        cx: &Context<'_>,
    ) -> Poll<A::Output> {
        let what = &self.state.what;
        let wait = what.wait();
        let gauge = wait.guard.map(|guard| guard.gauge);
        let is_first = match &self.ticket {
            // It overtakes none.
            None => gauge.is_none_or(|gauge| !lines::is_waited_for(gauge)),
            Some((_, gauge, number)) => lines::take_woken(*gauge, *number, cx.waker()),
        };
        let member = what.member(turns);
        let output = match member {
            Some((_, has_ended)) => has_ended.then(|| what.resolve(true)).flatten(),
            None => is_first.then(|| self.try_now()).flatten(),
        };
        if let Some(output) = output {
            self.unpark(true);
            return Poll::Ready(output);
        }
        if let (None, Some(gauge)) = (&self.ticket, gauge) {
            let ticket = lines::join(gauge, &turns.baton, cx.waker());
            let sought = wait.sought().next().map_or(gauge, |sought| sought.gauge);
            let (verb, location) = (wait.verb, wait.location);
            let member = member.map(|(task, _)| task);
            place.seek(Sought { ticket, line: gauge, gauge: sought, member, verb, location });
            self.ticket = Some((place, gauge, ticket));
        }
        Poll::Pending
    }
}

impl<A: Awaited> Future for Leaf<A> {
    type Output = A::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<A::Output> {
        if let Some(output) = self.state.output.take() {
            self.unpark(true);
            return Poll::Ready(output);
        }
        if let Some(place) = ParkingPlace::find()
            && let Some(turns) = &place.turns
            && !rt::is_quiet()
            && !self.state.what.is_outside(turns)
        {
            let turns = turns.clone();
            return self.poll_in_turn(place, &turns, cx);
        }
        let is_new = self.parked.is_none();
        if (!is_new || rt::is_quiet() || self.state.what.wait().guard.is_none())
            && let Some(output) = self.try_now()
        {
            self.unpark(true);
            return Poll::Ready(output);
        }
        let place = ParkingPlace::current();
        match &self.parked {
            Some((known, key)) if Rc::ptr_eq(known, &place) => known.stay(*key, cx.waker()),
            _ => {
                self.unpark(false);
                let state: Rc<dyn AwaitedStep> = self.state.clone();
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
        self.unpark(false);
    }
}
