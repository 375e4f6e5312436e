//! What a step would be in another order. Prototype.

use smallvec::SmallVec;
use unknot_sim::{Access, Effect, Execution, Mode, ObjectId};

use super::events::Events;
use super::sleep::Choice;

pub(super) type Accesses = SmallVec<[Access; 4]>;
pub(super) type Choices = SmallVec<[Choice; 1]>;

/// One way in which a step could turn out.
#[derive(Clone, Debug)]
pub(super) struct Variant {
    pub(super) accesses: Accesses,
    /// given choices
    pub(super) choices: Choices,
}

/// A step as it was made, or was to be made, as number `end`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Made<'a> {
    pub(super) end: usize,
    pub(super) accesses: &'a [Access],
    pub(super) choices: &'a [u32],
    pub(super) sizes: &'a [u32],
    pub(super) asked: &'a [Access],
}

impl Events {
    fn shows_where(&self, execution: &Execution<'_>, gauge: ObjectId, left: &impl Fn(usize) -> bool) -> i64 {
        let mut sum = 0_i64;
        for (step, access) in self.links_of(gauge) {
            if left(step) {
                match access.effect() {
                    Effect::Nothing => {}
                    Effect::Add(amount) => sum = sum.saturating_add(amount),
                    Effect::Become(amount) => return sum.saturating_add(amount),
                }
            }
        }
        sum.saturating_add(execution.object(gauge).initial)
    }

    /// All gauges parked at a cell, in the order of their arrival.
    fn parked(&self, execution: &Execution<'_>, cell: ObjectId, left: &impl Fn(usize) -> bool) -> SmallVec<[ObjectId; 4]> {
        let mut parked: Vec<(usize, ObjectId)> = vec![];
        for link in &self.links {
            if link.access.mode == Mode::Set && execution.object(link.access.object).part_of == Some(cell) {
                let gauge = link.access.object;
                if parked.iter().any(|&(_, g)| g == gauge) { continue; }
                // parked by this, and since then nobody
                let mut changes = self.links_of(gauge).filter(|(step, a)| left(*step) && a.effect() != Effect::Nothing && a.mode != Mode::Try && a.mode != Mode::Take);
                let newest = changes.next();
                let more = changes.next();
                if newest.is_some() && more.is_none() { parked.push((link.step as usize, gauge)); }
            }
        }
        parked.sort();
        parked.into_iter().map(|(_, g)| g).collect()
    }

    /// What a step would be after `until` steps of which those are left that `left` says. None of these is later than `until`. The bool: whether its values were left as they were made.
    pub(super) fn variants(&self, execution: &Execution<'_>, made: Made<'_>, left: &impl Fn(usize) -> bool) -> (SmallVec<[Variant; 1]>, bool) {
        let Made { end, .. } = made;
        let gone = |step: usize| step < end && !left(step);
        // Who has a say in what is chosen.
        let has_a_say = |asked: &Access| self.links_of(asked.object).any(|(step, access)| gone(step) && access.dependent(asked));
        let mut open = !made.choices.is_empty() && made.asked.iter().any(has_a_say);
        let mut accesses: Accesses = made.accesses.into();
        let choices = |open: bool| -> Choices {
            if open { Choices::new() } else { made.choices.iter().zip(made.sizes).map(|(&value, &n)| Choice { value, n }).collect() }
        };
        if !self.has_relative && !accesses.iter().any(Access::is_to_some_slot) {
            return (SmallVec::from_iter([Variant { accesses, choices: choices(open) }]), !open);
        }
        // slots
        let heir_of = accesses.iter().filter(|a| a.mode == Mode::Update).find_map(|order| {
            let has_ordinal = |step| self.accesses(step).any(|access| access.mode == Mode::Slot);
            self.links_of(order.object).filter(|&(step, access)| gone(step) && access.mode == Mode::Update && has_ordinal(step)).last().map(|(step, _)| step)
        });
        if let Some(heir_of) = heir_of {
            accesses.retain(|a| a.mode != Mode::Slot);
            accesses.extend(self.accesses(heir_of).filter(|a| a.mode == Mode::Slot));
        }
        if accesses.iter().any(Access::is_to_some_slot) {
            let cell = accesses.iter().find(|a| a.mode == Mode::Update).map(|a| a.object);
            let has_ordinal = |step| self.accesses(step).any(|access| access.mode == Mode::Slot);
            let nth = cell.map_or(0, |cell| self.links_of(cell).filter(|&(step, a)| left(step) && a.mode == Mode::Update && has_ordinal(step)).count()) as i64;
            accesses.retain(|a| {
                if !a.is_to_some_slot() { return true; }
                match u32::try_from(nth - a.amount) { Ok(slot) => { *a = Access { slot, ..Access::new(a.object, Mode::Slot, 0) }; true } Err(_) => false }
            });
        }
        // comparisons
        let compares: SmallVec<[Access; 2]> = accesses.iter().filter(|a| a.mode == Mode::Compare).copied().collect();
        for compare in compares {
            let cell = compare.object;
            let updates = |a: &Access| a.object == cell && a.mode == Mode::Update;
            let holds = self.links_of(cell).find(|(step, access)| access.writes() && left(*step)).map_or(execution.object(cell).initial, |(_, access)| access.amount);
            let finds = holds == compare.amount;
            if finds != accesses.iter().any(updates) {
                accesses.retain(|access| !updates(access));
                if finds { accesses.push(Access::new(cell, Mode::Update, 0)); }
            }
        }
        // refusals
        let is_refused = |access: &Access| match access.mode {
            Mode::Below => self.shows_where(execution, access.object, left) >= access.amount,
            Mode::AtLeast => self.shows_where(execution, access.object, left) < access.amount,
            _ => false,
        };
        if let Some(at) = accesses.iter().position(is_refused) {
            accesses.truncate(at + 1);
            let open = open || at + 1 < made.accesses.len() && !made.choices.is_empty();
            return (SmallVec::from_iter([Variant { accesses, choices: choices(open) }]), !open);
        }
        for access in accesses.iter_mut().filter(|a| a.mode == Mode::Withheld) {
            access.mode = Mode::Drop;
        }
        // who is woken
        let Some(wake) = accesses.iter().find(|a| matches!(a.mode, Mode::WakeAny | Mode::WakeFirst)).copied() else {
            return (SmallVec::from_iter([Variant { accesses, choices: choices(open) }]), !open);
        };
        let before = self.parked(execution, wake.object, &|step| step < end);
        let now = self.parked(execution, wake.object, left);
        let was_refused = made.accesses.iter().any(|a| a.mode == Mode::Below && !a.granted);
        if before == now && !was_refused {
            return (SmallVec::from_iter([Variant { accesses, choices: choices(false) }]), true);
        }
        open = true;
        let private = |a: &Access| a.mode == Mode::Give && execution.object(a.object).part_of == Some(wake.object);
        accesses.retain(|a| !private(a));
        let n = usize::try_from(wake.amount).unwrap_or(0).min(now.len());
        let mut all: SmallVec<[Variant; 1]> = SmallVec::new();
        let mut stack = vec![(n, 0_usize, now, Variant { accesses, choices: Choices::new() })];
        while let Some((left_to_wake, from, parked, variant)) = stack.pop() {
            if left_to_wake == 0 { all.push(variant); continue; }
            let options = if wake.mode == Mode::WakeFirst { 1 } else { parked.len() - from - left_to_wake + 1 };
            for value in 0..options {
                let mut variant = variant.clone();
                if options > 1 { variant.choices.push(Choice { value: value as u32, n: options as u32 }); }
                let mut parked = parked.clone();
                let gauge = parked.remove(from + value);
                variant.accesses.push(Access::new(gauge, Mode::Give, 1));
                stack.push((left_to_wake - 1, from + value, parked, variant));
            }
        }
        let _ = open;
        (all, false)
    }
}
