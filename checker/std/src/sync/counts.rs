//! The counts of a counted pointer: a gauge for the owners, and one for the weak pointers.

use std::panic::Location;
use std::sync::Arc as Inner;

use unknot_sim::raw::{self, Mode, ObjectId, Op, Order};

use crate::object::Object;
use crate::run;

const KIND: &str = "Arc";

/// The gauges of the owners and of the weak pointers.
pub(super) struct Counts {
    strong: Object,
    weak: Object,
}

super::shared!(Counts);

/// What happens to a count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    Strong,
    Weak,
}

impl Counts {
    #[track_caller]
    pub(super) fn new() -> Inner<Counts> {
        let (strong, weak) = (Object::new(), Object::new());
        Inner::new(Counts { strong, weak })
    }

    /// The gauge of a count that is `now`.
    fn gauge(&self, of: Count, now: usize) -> ObjectId {
        let object = if of == Count::Strong { &self.strong } else { &self.weak };
        let shows = i64::try_from(now).unwrap_or(i64::MAX);
        object.id(KIND, |new| new.showing(shows).with_crowd())
    }

    /// One more, where there are `now`.
    pub(super) fn add(
        &self,
        (of, now): (Count, usize),
        verb: &'static str,
        place: &'static Location<'static>,
    ) {
        if is_seen() {
            let op = Op::local(verb, place);
            raw::step(op.with(self.gauge(of, now), Mode::Tally, 1));
        }
    }

    /// One less, where there are `now`. Ordered with every other one if it matters which of
    /// them is the last.
    pub(super) fn remove(&self, (of, now): (Count, usize), is_ordered: bool) {
        if !is_seen() {
            return;
        }
        let gauge = self.gauge(of, now);
        let op = Op::local("drop", self.place()).with(gauge, Mode::Tally, -1);
        raw::step(if is_ordered { op.with(gauge, Mode::Update, 0) } else { op });
    }

    pub(super) fn is_ordered(&self) -> bool {
        run::is_inside() && run::with(|run| run.options.learned.is_ordered(self.place()))
    }

    pub(super) fn place(&self) -> &'static Location<'static> {
        self.strong.place()
    }

    /// Looks at a count. One step.
    pub(super) fn look(
        &self,
        (of, now): (Count, usize),
        verb: &'static str,
        place: &'static Location<'static>,
    ) {
        if is_seen() {
            // As in std, this orders nothing.
            let op = Op::local(verb, place).with(self.gauge(of, now), Mode::Look, 1);
            raw::step(op.ordered(Order::RELAXED));
        }
    }

    /// Looks whether there is another pointer. One step.
    pub(super) fn look_for_others(
        &self,
        (strong, weak): (usize, usize),
        verb: &'static str,
        place: &'static Location<'static>,
    ) {
        if is_seen() {
            let op = Op::local(verb, place).with(self.gauge(Count::Strong, strong), Mode::Below, 2);
            raw::step(op.with(self.gauge(Count::Weak, weak), Mode::Below, 1));
        }
    }

    /// Becomes an owner, unless there is none. One step; whether it did.
    pub(super) fn upgrade(&self, now: usize, place: &'static Location<'static>) -> bool {
        if !is_seen() {
            return true;
        }
        let gauge = self.gauge(Count::Strong, now);
        let op = Op::local("upgrade", place).with(gauge, Mode::Look, 1);
        raw::step(op.with(gauge, Mode::Tally, 1).deferred());
        if raw::is_quiet() {
            return true;
        }
        let is_there = raw::also(gauge, Mode::Look, 1);
        raw::also(gauge, Mode::Tally, is_there.into());
        is_there
    }
}

/// Whether tasks run here. A pointer may be made and dropped where there are none.
pub(super) fn is_seen() -> bool {
    run::is_inside()
}
