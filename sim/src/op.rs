//! Operations: what a task is about to do, or did, to cells and gauges.
//!
//! Everything is made of two kinds of object. A *cell* is a memory location;
//! a *gauge* is a counter that tasks can wait on. One step touches any number
//! of objects ([`Access`]) but waits on at most one gauge ([`Guard`]), or for any of
//! several ([`Mode::AnyOf`]); never for all of several. Search
//! and analyses read accesses, guards and what the step is for ([`Act`]); the verb
//! is for people.
//!
//! Dependence of two steps is decided statically, by the modes of their accesses
//! to one object ([`crate::relation`]).

use std::panic::Location;

use smallvec::SmallVec;

use crate::act::Act;
use crate::id::ObjectId;
use crate::mode::{Counts, Granted, Mode, Waits};
use crate::order::Order;

/// How many bits of a slot tell the mode of an access that is withheld.
const BITS_OF_MODE: u32 = 5;
const _: () = assert!(Mode::ALL.len() <= 1 << BITS_OF_MODE, "each mode has a number");

/// One touch of one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Access {
    /// The cell or gauge.
    pub object: ObjectId,
    /// Which part of it: queues keep items apart by their ordinal. Accesses
    /// to different slots of one object are independent.
    pub slot: u32,
    /// Units asked for; signed for [`Mode::Tally`], the constant for
    /// [`Mode::Set`]. For a cell that is compared somewhere, the value that is
    /// written or compared with, and 0 for others.
    pub amount: i64,
    /// What is done.
    pub mode: Mode,
    /// False when a [`Mode::Try`] or [`Mode::GiveBounded`] was refused, when what
    /// is looked for does not hold, and when a variable is known to have held
    /// already what is written.
    pub granted: bool,
    /// What it orders for the program, where that is not what its mode says.
    pub order: Order,
}

impl Access {
    /// An access to slot 0 of an object.
    #[must_use]
    pub fn new(object: ObjectId, mode: Mode, amount: i64) -> Access {
        Access { object, slot: 0, amount, mode, granted: true, order: Order::BY_MODE }
    }

    /// An update of a slot that is not known yet: `earlier` slots before the one that
    /// has the ordinal of the step.
    #[must_use]
    pub fn to_some_slot(object: ObjectId, earlier: i64) -> Access {
        Access { slot: u32::MAX, ..Access::new(object, Mode::Slot, earlier) }
    }

    /// What a refused step would have touched.
    #[must_use]
    pub fn withheld(object: ObjectId, mode: Mode, amount: i64) -> Access {
        Access::new(object, mode, amount).withhold()
    }

    /// The same access, which says what it orders.
    #[must_use]
    pub fn ordered(self, order: Order) -> Access {
        Access { order, ..self }
    }

    /// The same access, of a step that is refused.
    #[must_use]
    pub fn withhold(self) -> Access {
        // Nothing depends on it, so the slot can hold the mode too that it would have had.
        let slot = self.slot << BITS_OF_MODE | self.mode as u32;
        Access { slot, ..Access::new(self.object, Mode::Withheld, self.amount) }
    }

    /// The same access, as it would be if the step were not refused.
    #[must_use]
    pub fn if_not_withheld(self) -> Access {
        let Access { object, slot, amount, mode, .. } = self;
        match mode {
            Mode::Withheld => {
                let mode = Mode::ALL[(slot % (1 << BITS_OF_MODE)) as usize];
                match mode {
                    Mode::Slot => Access::to_some_slot(object, amount),
                    _ => Access { slot: slot >> BITS_OF_MODE, ..Access::new(object, mode, amount) },
                }
            }
            _ => self,
        }
    }

    /// Whether it updates a slot that is not known yet.
    #[must_use]
    pub fn is_to_some_slot(&self) -> bool {
        self.mode == Mode::Slot && self.slot == u32::MAX
    }

    /// What this access does to the count that the gauge shows.
    #[must_use]
    pub fn effect(&self) -> Effect {
        let of = |amount| if self.granted { Effect::Add(amount) } else { Effect::Nothing };
        match self.mode.row().counts {
            Counts::Nothing => Effect::Nothing,
            Counts::Adds => Effect::Add(self.amount),
            Counts::AddsIfGranted => of(self.amount),
            Counts::Subtracts => Effect::Add(-self.amount),
            Counts::SubtractsIfGranted => of(-self.amount),
            Counts::Becomes => Effect::Become(self.amount),
        }
    }

    /// What the gauge must show for the access to be possible, if it waits.
    #[must_use]
    pub fn waits_for(&self) -> Option<i64> {
        (self.mode.row().waits == Waits::ForUnits).then_some(self.amount)
    }

    /// What it waits for.
    #[inline]
    #[must_use]
    pub fn waits(&self) -> Waits {
        self.mode.row().waits
    }

    /// Whether it is one of several that the step waits for, any of which is enough.
    #[must_use]
    pub fn is_alternative(&self) -> bool {
        self.mode.row().waits == Waits::ForAny
    }

    /// Whether the access may have to wait: for a count, or for a value.
    #[must_use]
    pub fn may_wait(&self) -> bool {
        self.mode.row().waits != Waits::Never
    }

    /// Whether it is granted where the gauge shows so much and may show at most `limit`.
    #[inline]
    #[must_use]
    pub fn is_granted_at(&self, shows: i64, limit: i64) -> bool {
        match self.mode.row().granted {
            Granted::Always => true,
            Granted::IfShown => shows >= self.amount,
            Granted::IfNotShown => shows < self.amount,
            Granted::IfItFits => shows.saturating_add(self.amount) <= limit,
        }
    }

    /// Whether this access may block another access to the same object, which waits.
    #[must_use]
    pub fn may_keep(&self, other: &Access) -> bool {
        match other.mode.waits_for_value() {
            true => self.writes(),
            false => self.effect().may_lower(),
        }
    }

    /// Whether the access may change what other tasks see of the object.
    #[must_use]
    pub fn mutates(&self) -> bool {
        self.writes() || self.effect() != Effect::Nothing
    }

    /// Whether the access changed what other tasks see of the object, as far as is
    /// known: to write what is there already is no change. A step that gave to a gauge
    /// or set it counts, even if the gauge showed the same before: two such steps may
    /// commute, and then neither of them is the one that made no difference.
    #[must_use]
    pub fn changes(&self) -> bool {
        self.mutates() && self.granted
    }

    /// Whether the access changed what other tasks see, as far as numbers tell: to add 0 to a
    /// gauge is no change.
    #[must_use]
    pub fn is_change(&self) -> bool {
        self.changes() && self.effect() != Effect::Add(0)
    }

    /// Whether the access makes a new version of a cell.
    #[must_use]
    pub fn writes(&self) -> bool {
        self.mode.writes()
    }

    /// Whether the access sees the version of a cell.
    #[must_use]
    pub fn reads(&self) -> bool {
        self.mode.reads()
    }
}

/// What an access does to a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The count stays.
    Nothing,
    /// The count moves by this amount.
    Add(i64),
    /// The count becomes this.
    Become(i64),
}

impl Effect {
    /// Whether less may be shown after it.
    #[must_use]
    pub fn may_lower(self) -> bool {
        match self {
            Effect::Nothing => false,
            Effect::Add(amount) => amount < 0,
            Effect::Become(_) => true,
        }
    }

    /// What is shown after it.
    #[must_use]
    pub fn on(self, shown: i64) -> i64 {
        match self {
            Effect::Nothing => shown,
            // A gauge opened for ever shows the greatest number and keeps it.
            Effect::Add(amount) => shown.saturating_add(amount),
            Effect::Become(amount) => amount,
        }
    }
}

/// The condition under which a step is enabled: an integer comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    /// The gauge waited on.
    pub gauge: ObjectId,
    /// The step is enabled while the gauge shows at least this.
    pub at_least: i64,
}

/// The asked part of a step: what a task declares before it may go on.
#[derive(Clone, Debug)]
pub struct Op {
    /// What people call it: `lock`, `read`, `join`.
    pub verb: &'static str,
    /// What it is for.
    pub act: Act,
    /// The gauge it waits on, if any.
    pub guard: Option<Guard>,
    /// What it will touch, as far as that is known beforehand.
    pub accesses: SmallVec<[Access; 2]>,
    /// Where the program asked for it.
    pub location: &'static Location<'static>,
    /// Whether the accesses are only asked for: which of them are made is
    /// decided, and recorded, inside the step.
    pub is_deferred: bool,
    /// Whether this is the try that a timed wait ends with.
    pub is_try: bool,
    /// Whether it waits for any of several gauges.
    pub waits_for_any: bool,
}

impl Op {
    /// A step that touches nothing.
    #[must_use]
    pub fn local(verb: &'static str, location: &'static Location<'static>) -> Op {
        Op {
            verb,
            act: Act::Access,
            guard: None,
            accesses: SmallVec::new(),
            location,
            is_deferred: false,
            is_try: false,
            waits_for_any: false,
        }
    }

    /// The same step, for more than what it touches.
    #[must_use]
    pub fn acting(mut self, act: Act) -> Op {
        self.act = act;
        self
    }

    /// The first object that the step asks for, which tells it from a step that the
    /// same place of the program makes with another object.
    #[must_use]
    pub fn asked(&self) -> Option<ObjectId> {
        self.accesses.first().map(|access| access.object)
    }

    /// Whether the step could be made where gauges show what `shows` says.
    #[inline]
    #[must_use]
    pub fn is_possible(&self, shows: impl Fn(ObjectId) -> i64) -> bool {
        match self.guard {
            Some(Guard { gauge, at_least }) => shows(gauge) >= at_least,
            None => !self.waits_for_any || self.is_any_possible(shows),
        }
    }

    /// Few steps wait for any of several.
    #[cold]
    fn is_any_possible(&self, shows: impl Fn(ObjectId) -> i64) -> bool {
        let mut alternatives = self.accesses.iter().filter(|access| access.is_alternative());
        alternatives.any(|access| shows(access.object) >= access.amount)
    }

    /// What the step waits for: its gauge, or each of those of which any is enough.
    pub fn waits(&self) -> impl Iterator<Item = Guard> {
        let any = self.accesses.iter().filter(|access| access.is_alternative());
        let any = any.map(|access| Guard { gauge: access.object, at_least: access.amount });
        self.guard.into_iter().chain(any)
    }

    /// The same, with what the waits are there for in place of gauges that only this task
    /// waits on ([`Mode::On`]).
    pub fn sought(&self) -> impl Iterator<Item = Guard> {
        self.waits().map(|guard| {
            let mut pairs = self.accesses.windows(2);
            let is_for =
                |pair: &&[Access]| pair[0].object == guard.gauge && pair[1].mode == Mode::On;
            pairs
                .find(is_for)
                .map_or(guard, |pair| Guard { gauge: pair[1].object, at_least: pair[1].amount })
        })
    }

    /// The same step with one more access. Inlined, since the mode is mostly known there.
    #[inline(always)]
    #[must_use]
    pub fn with(mut self, object: ObjectId, mode: Mode, amount: i64) -> Op {
        let access = Access::new(object, mode, amount);
        match access.waits() {
            Waits::ForUnits => {
                debug_assert!(self.guard.is_none(), "a step waits on at most one gauge");
                self.guard = Some(Guard { gauge: object, at_least: amount });
            }
            Waits::ForAny => self.waits_for_any = true,
            Waits::Never | Waits::ForValue => {}
        }
        debug_assert!(
            !self.waits_for_any || self.guard.is_none(),
            "a step waits on one gauge, or for any of several"
        );
        self.accesses.push(access);
        self
    }

    /// The same step, whose last access says what it orders.
    #[must_use]
    pub fn ordered(mut self, order: Order) -> Op {
        if let Some(last) = self.accesses.last_mut() {
            last.order = order;
        }
        self
    }

    /// The same step, with what it touches decided inside it.
    #[must_use]
    pub fn deferred(mut self) -> Op {
        self.is_deferred = true;
        self
    }

    /// The same step, as the try that a timed wait ends with.
    #[must_use]
    pub fn trying(mut self) -> Op {
        self.is_try = true;
        self
    }

    /// The same step, waiting on one of its gauges without touching it so.
    #[must_use]
    pub fn guarded(mut self, gauge: ObjectId, at_least: i64) -> Op {
        self.guard = Some(Guard { gauge, at_least });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_withheld_keeps_its_mode_and_its_slot() {
        for &mode in Mode::ALL {
            let access = Access { slot: 77, ..Access::new(ObjectId(1), mode, 3) };
            let withheld = access.withhold();
            assert_eq!(withheld.mode, Mode::Withheld);
            if !matches!(mode, Mode::Slot | Mode::Withheld) {
                assert_eq!(withheld.if_not_withheld(), access);
            }
        }
    }
}
