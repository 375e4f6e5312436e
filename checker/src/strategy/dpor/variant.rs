//! What a step would do if other steps had not happened.
//!
//! The program is not run to find out what a step touches in another order; it
//! follows from what the machine recorded:
//! - the slots of a queue are ordinals: the first of the steps taken away that
//!   has its ordinal from the same cell leaves that ordinal, and so its slots;
//!   the ordinal of a step that was not made is counted;
//! - a step that takes the next message of a stream finds the end if no message is left,
//!   and otherwise a message;
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
        setting.compare(&mut accesses);
        let is_refused = |access: &Access| setting.is_refused(&access.if_not_withheld());
        if let Some(at) = accesses.iter().position(is_refused) {
            let goes_no_further = at + 1 < accesses.len() && later.is_made;
            // A killable task reads whether it lives before all else.
            let alive = execution.task(later.what.task).alive;
            let behind = accesses.drain(at + 1..).filter(|access| Some(access.object) == alive);
            let behind: Accesses = behind.collect();
            accesses.extend(behind);
            accesses.iter_mut().for_each(|access| *access = access.if_not_withheld());
            setting.wake_watchers(&mut accesses);
            return setting.variant(accesses, is_open || goes_no_further);
        }
        if !setting.finds_end(&mut accesses) {
            accesses.iter_mut().for_each(|access| *access = access.if_not_withheld());
        }
        setting.move_slots(&mut accesses);
        setting.count_slots(&mut accesses);
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

    /// What a step touched after its update of a cell.
    fn behind(&self, step: usize, order: ObjectId) -> impl Iterator<Item = Access> {
        let is_it = move |access: &Access| access.mode == Mode::Update && access.object == order;
        self.events.accesses(step).skip_while(move |access| !is_it(access)).skip(1)
    }

    /// The slots that a step updated by its ordinal at a cell.
    fn slots_by(&self, step: usize, order: ObjectId) -> impl Iterator<Item = Access> {
        let group = self.behind(step, order).take_while(|access| access.mode != Mode::Update);
        group.filter(|access| access.mode == Mode::Slot)
    }

    /// The steps that have an ordinal at a cell and fulfil a condition, newest first. The
    /// first ones may have no slot there: they need the place of no other step.
    fn ordered_by(
        &self,
        order: ObjectId,
        is_meant: impl Fn(usize) -> bool,
    ) -> impl Iterator<Item = usize> {
        let links = self.events.links_of(order);
        let updates = links.filter(|(_, access)| access.mode == Mode::Update).map(|(step, _)| step);
        let has_slot =
            move |step: usize| self.behind(step, order).any(|access| access.mode == Mode::Slot);
        updates.filter(move |&step| is_meant(step) && has_slot(step))
    }

    /// Passes on the slots of the first step that is gone. The slots behind an update are
    /// those that its ordinal decides.
    fn move_slots(&self, accesses: &mut Accesses) {
        let mut moved = Accesses::new();
        let mut has_heir = false;
        for access in accesses.drain(..) {
            if access.mode == Mode::Slot && has_heir {
                continue;
            }
            moved.push(access);
            if access.mode == Mode::Update {
                let order = access.object;
                let heir_of = self.ordered_by(order, |step| self.is_gone(step)).last();
                has_heir = heir_of.is_some();
                moved.extend(heir_of.into_iter().flat_map(|step| self.slots_by(step, order)));
            }
        }
        *accesses = moved;
    }

    /// Counts the ordinals of a step that was not made.
    fn count_slots(&self, accesses: &mut Accesses) {
        if !accesses.iter().any(Access::is_to_some_slot) {
            return;
        }
        let mut nth = 0;
        accesses.retain(|access| {
            if access.mode == Mode::Update {
                nth = self.ordered_by(access.object, &self.is_left).count() as i64;
            }
            if access.is_to_some_slot() {
                let Ok(slot) = u32::try_from(nth - access.amount) else { return false };
                *access = Access { slot, ..Access::new(access.object, Mode::Slot, 0) };
            }
            true
        });
    }

    /// Decides whether a step that takes the next message of a stream finds one, or the
    /// end. What belongs to the other case is left out. True for the end.
    fn finds_end(&self, accesses: &mut Accesses) -> bool {
        let Some(end) = accesses.iter().position(|access| access.mode == Mode::End) else {
            return false;
        };
        // The unit that is taken is that of a message, or the one that is there without
        // open copies.
        let unit = accesses[..end].iter().rfind(|access| access.mode == Mode::Draw);
        let Access { object, amount, .. } = *unit.expect("the end comes in place of a message");
        let shows = self.events.shows(self.execution, object, self.whole, &self.is_left);
        let is_end = shows <= amount;
        let alive = self.execution.task(self.later.what.task).alive;
        let mut nth = 0;
        accesses.retain(|access| {
            nth += 1;
            match access.mode {
                Mode::Slot if nth <= end => !is_end,
                Mode::Tally if access.object == object => is_end,
                Mode::End => is_end,
                _ => nth <= end || !is_end || Some(access.object) == alive,
            }
        });
        is_end
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
