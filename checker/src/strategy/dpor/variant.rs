//! What a step would do if other steps had not happened.
//!
//! The program is not run to find out what a step touches in another order; it
//! follows from what the machine recorded:
//! - the slots of a queue are ordinals: the first of the steps taken away that
//!   has its ordinal from the same cell leaves that ordinal, and so its slots;
//!   the ordinal of a step that was not made is counted;
//! - a comparison finds the last value written by the steps that are left, and the step
//!   updates the cell if and only if it finds the expected value;
//! - a step that requires a condition that does not hold goes no further, and a step
//!   that was refused may go further ([`Mode::Withheld`]);
//! - a step that changes an object gives to the tasks that wait for that, wherever they
//!   began to wait before;
//! - a step may choose other values if a step that affects its options does not
//!   happen: these choices are left open.
//!
//! What it cannot tell: which task a step would wake, whether it would still be the
//! last of a barrier, or which tasks an enumeration would meet. There the step
//! keeps what it touched. That makes no difference, since everything that could depend
//! on the rest depends on the step for other reasons too ([`Mode::Heed`]).

use smallvec::SmallVec;
use unknot_sim::{Access, Execution, Mode, ObjectId};

use crate::strategy::order::choice::{Choices, made_in};
use crate::strategy::order::events::Events;
use crate::strategy::order::race::LaterStep;

/// What a step touches.
pub(super) type Accesses = SmallVec<[Access; 4]>;

/// How a step would turn out.
#[derive(Clone, Debug, Default)]
pub(super) struct StepVariant {
    pub(super) accesses: Accesses,
    /// The first values that it chooses; the other choices are open.
    pub(super) choices: Choices,
    /// Whether it may choose other values than it did.
    pub(super) is_open: bool,
}

/// A step, and which of the steps before it are left.
struct Setting<'a, F> {
    events: &'a Events,
    execution: &'a Execution<'a>,
    later: &'a LaterStep<'a>,
    /// The first `whole` steps are all left.
    whole: usize,
    is_left: F,
}

impl Events {
    /// What a step would do if only some of the steps before it were left, among them
    /// the first `whole` ones.
    pub(super) fn variant(
        &self,
        execution: &Execution<'_>,
        later: &LaterStep<'_>,
        whole: usize,
        is_left: impl Fn(usize) -> bool,
    ) -> StepVariant {
        let setting = Setting { events: self, execution, later, whole, is_left };
        let is_open = setting.has_new_values();
        let mut accesses: Accesses = later.what.accesses.into();
        if !self.may_change(&accesses) {
            return setting.variant(accesses, is_open);
        }
        setting.move_slots(&mut accesses);
        setting.count_slots(&mut accesses);
        setting.compare(&mut accesses);
        if let Some(at) = accesses.iter().position(|access| setting.is_refused(access)) {
            let goes_no_further = at + 1 < accesses.len() && later.is_made;
            // A killable task reads whether it lives before all else.
            let alive = execution.task(later.what.task).alive;
            let behind = accesses.drain(at + 1..).filter(|access| Some(access.object) == alive);
            let behind: Accesses = behind.collect();
            accesses.extend(behind);
            setting.wake_watchers(&mut accesses);
            return setting.variant(accesses, is_open || goes_no_further);
        }
        accesses.iter_mut().for_each(|access| *access = access.if_not_withheld());
        setting.wake_watchers(&mut accesses);
        setting.variant(accesses, is_open)
    }
}

impl<F: Fn(usize) -> bool> Setting<'_, F> {
    /// Whether an earlier step does not happen.
    fn is_gone(&self, step: usize) -> bool {
        step < self.later.place && !(self.is_left)(step)
    }

    /// Whether the options of a choice may change, since a step that affects them does
    /// not happen.
    fn has_new_values(&self) -> bool {
        let LaterStep { place, is_made, .. } = *self.later;
        let has_a_say = |asked: &Access| {
            let mut links = self.events.links_of(asked.object);
            links.any(|(step, access)| self.is_gone(step) && self.events.dependent(&access, asked))
        };
        is_made && {
            let trace = self.execution.trace;
            !trace.choices(place).is_empty()
                && trace.accesses_before_choice(place).iter().any(has_a_say)
        }
    }

    /// The values that the step had.
    fn choices(&self) -> Choices {
        match self.later.is_made {
            true => made_in(self.execution.trace, self.later.place),
            false => Choices::new(),
        }
    }

    fn variant(&self, accesses: Accesses, is_open: bool) -> StepVariant {
        let choices = self.choices();
        match is_open && !choices.is_empty() {
            true => StepVariant { accesses, choices: Choices::new(), is_open: true },
            false => StepVariant { accesses, choices, is_open: false },
        }
    }

    fn has_ordinal(&self, step: usize) -> bool {
        self.events.accesses(step).any(|access| access.mode == Mode::Slot)
    }

    /// Passes on the slots of the first step that is gone.
    fn move_slots(&self, accesses: &mut Accesses) {
        let orders = accesses.iter().filter(|access| access.mode == Mode::Update);
        let mut heirs = orders.filter_map(|order| {
            let gone = self.events.links_of(order.object).filter(|&(step, access)| {
                access.mode == Mode::Update && self.is_gone(step) && self.has_ordinal(step)
            });
            gone.last().map(|(step, _)| step)
        });
        let Some(heir_of) = heirs.next() else { return };
        accesses.retain(|access| access.mode != Mode::Slot);
        accesses.extend(self.events.accesses(heir_of).filter(|a| a.mode == Mode::Slot));
    }

    /// Counts the ordinal of a step that was not made.
    fn count_slots(&self, accesses: &mut Accesses) {
        if !accesses.iter().any(Access::is_to_some_slot) {
            return;
        }
        let order = accesses.iter().find(|access| access.mode == Mode::Update);
        let nth = order.map_or(0, |order| {
            let links = self.events.links_of(order.object);
            let counts = |&(step, access): &(usize, Access)| {
                access.mode == Mode::Update && (self.is_left)(step) && self.has_ordinal(step)
            };
            links.filter(counts).count() as i64
        });
        accesses.retain(|access| {
            if access.is_to_some_slot() {
                let Ok(slot) = u32::try_from(nth - access.amount) else { return false };
                *access = Access { slot, ..Access::new(access.object, Mode::Slot, 0) };
            }
            true
        });
    }

    fn compare(&self, accesses: &mut Accesses) {
        let is_compare = |access: &&Access| access.mode == Mode::Compare;
        let compares: SmallVec<[Access; 2]> = accesses.iter().filter(is_compare).copied().collect();
        for compare in compares {
            let cell = compare.object;
            let mut writes = self.events.links_of(cell).filter(|(_, access)| access.writes());
            let initial = self.execution.object(cell).initial;
            let last = writes.find(|&(step, _)| (self.is_left)(step));
            let finds = last.map_or(initial, |(_, access)| access.amount) == compare.amount;
            let updates = |access: &Access| access.object == cell && access.mode == Mode::Update;
            if finds && !accesses.iter().any(updates) {
                accesses.push(Access::new(cell, Mode::Update, 0));
            } else if !finds {
                accesses.retain(|access| !updates(access));
            }
        }
    }

    /// Makes the step give to all tasks that wait for a change of what it changes, and to
    /// no other task.
    fn wake_watchers(&self, accesses: &mut Accesses) {
        if !self.events.has_subscriptions() {
            return;
        }
        let changed = accesses.iter().filter(|access| self.changes(access));
        let gauges = changed.flat_map(|access| self.watchers(access));
        let gives: Accesses = gauges.map(|gauge| Access::new(gauge, Mode::Give, 1)).collect();
        let is_watch =
            |object| self.events.links_of(object).any(|(_, a)| a.mode == Mode::Subscribe);
        accesses.retain(|access| access.mode != Mode::Give || !is_watch(access.object));
        accesses.extend(gives);
    }

    /// Whether an access changes its object.
    fn changes(&self, access: &Access) -> bool {
        let gauge = access.object;
        let shows = || self.events.shows(self.execution, gauge, self.whole, &self.is_left);
        match access.mode {
            Mode::Try => shows() >= access.amount,
            Mode::GiveBounded => {
                shows().saturating_add(access.amount) <= self.execution.object(gauge).limit
            }
            _ => access.mutates(),
        }
    }

    /// The gauges of the tasks that wait for a change of the object of an access.
    fn watchers(&self, access: &Access) -> impl Iterator<Item = ObjectId> {
        let looks = self.events.links_of(access.object).filter(|&(step, earlier)| {
            earlier.slot == access.slot
                && matches!(earlier.mode, Mode::Read | Mode::Look)
                && (self.is_left)(step)
        });
        let parts = looks.flat_map(|(step, _)| self.events.accesses(step));
        parts.filter(|part| part.mode == Mode::Subscribe).map(|part| part.object)
    }

    /// Whether a step that requires this access goes no further.
    fn is_refused(&self, access: &Access) -> bool {
        let shows = || self.events.shows(self.execution, access.object, self.whole, &self.is_left);
        match access.mode {
            Mode::Below => shows() >= access.amount,
            Mode::AtLeast => shows() < access.amount,
            _ => false,
        }
    }
}
