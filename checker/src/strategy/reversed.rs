//! What a step would be if it came before an earlier one.
//!
//! To reverse a race `(e, f)` is to make `f` after all that precedes `e` and
//! all since that does not happen after `e`. The program is not run to find
//! out about `f` there; what the machine recorded has to do:
//! - whether it can run at all, from what its gauges would show;
//! - which slots of a queue it would touch, since these are ordinals: the first
//!   of the steps taken away that has its ordinal from the same cell leaves
//!   that ordinal, and so its slots, to `f`;
//! - whether a comparison would find the value that it looks for, from the
//!   last write that is left;
//! - whether what it requires would be so;
//! - whether it would have the same values to choose from.
//!
//! What it cannot tell is which of several waiters `f` would wake, or whether
//! it would still be the last of a barrier: there `f` keeps what it touched,
//! which is at least what it would touch.

use smallvec::SmallVec;
use unknot_sim::{Access, Effect, Execution, Mode, ObjectId};

use super::events::{Events, join};
use super::race::Candidate;

/// What a step touches.
type Accesses = SmallVec<[Access; 4]>;

/// How many steps of each task happen before another.
type Clock = SmallVec<[u32; 16]>;

impl Events {
    /// Whether a step can be made once everything but `first` and what depends
    /// on it has happened.
    pub(super) fn is_possible_without(
        &self,
        execution: &Execution<'_>,
        candidate: &Candidate<'_>,
        first: usize,
    ) -> bool {
        self.is_possible_before(self.len(), execution, candidate, first)
    }

    /// The same for a step that was made as number `until`.
    pub(super) fn is_possible_before(
        &self,
        until: usize,
        execution: &Execution<'_>,
        candidate: &Candidate<'_>,
        first: usize,
    ) -> bool {
        let shows = |gauge| self.shows_without(until, execution, gauge, first);
        let possible = |access: &Access| {
            access.waits_for().is_none_or(|amount| shows(access.object) >= amount)
        };
        candidate.accesses.iter().all(possible)
            && candidate.guard.is_none_or(|guard| shows(guard.gauge) >= guard.at_least)
    }

    /// Whether a step is left when `first` and what depends on it are taken
    /// away.
    fn is_left(&self, step: usize, first: usize) -> bool {
        first == usize::MAX || step < first || !self.happens_before(first, step)
    }

    /// What a gauge shows once everything before `until` but `first` and what
    /// depends on it has happened.
    fn shows_without(
        &self,
        until: usize,
        execution: &Execution<'_>,
        gauge: ObjectId,
        first: usize,
    ) -> i64 {
        let mut sum = 0_i64;
        for (step, access) in self.links_of(gauge).skip_while(|(step, _)| *step >= until) {
            if self.is_left(step, first) {
                match access.effect() {
                    Effect::Nothing => {}
                    Effect::Add(amount) => sum = sum.saturating_add(amount),
                    Effect::Become(amount) => return sum.saturating_add(amount),
                }
            }
        }
        sum.saturating_add(execution.object(gauge).initial)
    }

    /// What a compared cell holds once everything but `first` and what depends
    /// on it has happened.
    fn holds_without(&self, execution: &Execution<'_>, cell: ObjectId, first: usize) -> i64 {
        self.links_of(cell)
            .find(|(step, access)| access.writes() && self.is_left(*step, first))
            .map_or(execution.object(cell).initial, |(_, access)| access.amount)
    }

    /// What a step would choose between is the same if nobody who is taken away
    /// has a say in that. Then it is its values that make it depend on `first`,
    /// and with others it would not.
    pub(super) fn choices_without<'a>(&self, candidate: &Candidate<'a>, first: usize) -> &'a [u32] {
        let has_a_say = |asked: &Access| {
            let since = self.links_of(asked.object).take_while(|&(step, _)| step >= first);
            since
                .filter(|&(step, _)| self.happens_before(first, step))
                .any(|(_, access)| access.dependent(asked))
        };
        let is_open = !candidate.choices.is_empty() && candidate.asked.iter().any(has_a_say);
        if is_open { &[] } else { candidate.choices }
    }

    /// A clock joined with those of the enabling steps that are left when
    /// `first` and what depends on it are taken away.
    pub(super) fn without(&self, first: usize, clock: &[u32], enabling: &[u32]) -> Clock {
        let mut whole = SmallVec::from_slice(clock);
        for &step in enabling.iter().filter(|&&step| !self.happens_before(first, step as usize)) {
            join(&mut whole, self.clock_of(step as usize));
        }
        whole
    }

    /// What a step touches, and what happens before it, once `first` and what
    /// depends on it are taken away; `None` if it touches what it touches now.
    pub(super) fn resolve(
        &self,
        execution: &Execution<'_>,
        candidate: &Candidate<'_>,
        first: usize,
    ) -> Option<(Accesses, Clock)> {
        if !self.has_relative {
            return None;
        }
        let mut accesses = None;
        for change in [Events::with_slots_moved, Events::with_other_result, Events::refused] {
            let now = accesses.as_deref().unwrap_or(candidate.accesses);
            accesses = change(self, execution, now, first).or(accesses);
        }
        let accesses = accesses?;
        let mut clock = SmallVec::from_elem(0, self.width);
        for step in (first + 1..self.len()).rev() {
            let is_before = !self.is_in(step, &clock)
                && !self.happens_before(first, step)
                && (self.task(step) == candidate.task
                    || self.predecessor(candidate.task) == step as u32
                    || self.accesses(step).any(|a| accesses.iter().any(|b| a.dependent(b))));
            if is_before {
                join(&mut clock, self.clock_of(step));
            }
        }
        Some((accesses, clock))
    }

    /// What happens before a step that comes after `until` steps, once `first` and what depends on it are taken away.
    pub(super) fn past_without(&self, until: usize, first: usize, task: unknot_sim::TaskId, made_before: u32, accesses: &[Access]) -> Clock {
        let mut clock = SmallVec::from_elem(0, self.width);
        for step in (0..until).rev() {
            let is_before = !self.is_in(step, &clock)
                && !self.happens_before(first, step)
                && (self.task(step) == task
                    || made_before == step as u32
                    || self.accesses(step).any(|a| accesses.iter().any(|b| a.dependent(b))));
            if is_before {
                join(&mut clock, self.clock_of(step));
            }
        }
        clock
    }

    pub(super) fn past_without_all(&self, until: usize, without: &[usize], task: unknot_sim::TaskId, made_before: u32, accesses: &[Access]) -> Clock {
        let mut clock = SmallVec::from_elem(0, self.width);
        for step in (0..until).rev() {
            let is_before = !self.is_in(step, &clock)
                && !without.iter().any(|&w| self.happens_before(w, step))
                && (self.task(step) == task
                    || made_before == step as u32
                    || self.accesses(step).any(|a| accesses.iter().any(|b| a.dependent(b))));
            if is_before {
                join(&mut clock, self.clock_of(step));
            }
        }
        clock
    }

    /// Whether a step could be made after these steps.
    pub(super) fn is_enabled_where(&self, execution: &Execution<'_>, what: &super::parsimonious::Waits<'_>, happened: impl Fn(usize) -> bool) -> bool {
        let shows = |gauge: ObjectId| {
            let mut sum = 0_i64;
            for (step, access) in self.links_of(gauge) {
                if happened(step) {
                    match access.effect() {
                        Effect::Nothing => {}
                        Effect::Add(amount) => sum = sum.saturating_add(amount),
                        Effect::Become(amount) => return sum.saturating_add(amount),
                    }
                }
            }
            sum.saturating_add(execution.object(gauge).initial)
        };
        let dead = execution.task(what.task).alive.is_some_and(|alive| self.links_of(alive).any(|(step, a)| happened(step) && a.writes()));
        !dead && what.accesses.iter().all(|a| a.waits_for().is_none_or(|amount| shows(a.object) >= amount))
            && what.guard.is_none_or(|g| shows(g.gauge) >= g.at_least)
    }

    /// The slots that a step made as number `end` would have if it were made after `until` steps without some.
    pub(super) fn resolve_at(&self, until: usize, end: usize, accesses: &[Access], without: &[usize]) -> Option<Accesses> {
        let mut orders = accesses.iter().filter(|access| access.mode == Mode::Update);
        let heir_of = orders.find_map(|order| {
            let has_ordinal = |step| self.accesses(step).any(|access| access.mode == Mode::Slot);
            self.links_of(order.object).filter(|&(step, access)| step < end && access.mode == Mode::Update && (step >= until || without.iter().any(|&w| self.happens_before(w, step))) && has_ordinal(step)).last().map(|(step, _)| step)
        })?;
        let is_slot = |access: &&Access| access.mode == Mode::Slot;
        let slots = self.accesses(heir_of).filter(|access| access.mode == Mode::Slot);
        let rest = accesses.iter().filter(|access| !is_slot(access)).copied();
        Some(rest.chain(slots).collect())
    }

    /// The same step with the slots that it would have.
    fn with_slots_moved(
        &self,
        _: &Execution<'_>,
        accesses: &[Access],
        first: usize,
    ) -> Option<Accesses> {
        let mut orders = accesses.iter().filter(|access| access.mode == Mode::Update);
        let heir_of = orders.find_map(|order| self.first_removed(order, first))?;
        let is_slot = |access: &&Access| access.mode == Mode::Slot;
        let slots = self.accesses(heir_of).filter(|access| access.mode == Mode::Slot);
        let rest = accesses.iter().filter(|access| !is_slot(access)).copied();
        Some(rest.chain(slots).collect())
    }

    /// The same step if what it requires is not so: it goes no further. One that
    /// was refused may go further; how far is not known.
    fn refused(
        &self,
        execution: &Execution<'_>,
        accesses: &[Access],
        first: usize,
    ) -> Option<Accesses> {
        let shows =
            |access: &Access| self.shows_without(self.len(), execution, access.object, first);
        let is_refused = |access: &Access| match access.mode {
            Mode::Below => access.granted && shows(access) >= access.amount,
            Mode::AtLeast => access.granted && shows(access) < access.amount,
            _ => false,
        };
        let at = accesses.iter().position(is_refused)?;
        (at + 1 < accesses.len()).then(|| accesses[..=at].into())
    }

    /// The first step from `first` on that happens after it, or is it, and has
    /// an ordinal from a cell.
    fn first_removed(&self, order: &Access, first: usize) -> Option<usize> {
        let since = self.links_of(order.object).take_while(|&(step, _)| step >= first);
        let has_ordinal = |step| self.accesses(step).any(|access| access.mode == Mode::Slot);
        let removed = since.filter(|&(step, access)| {
            access.mode == Mode::Update && self.happens_before(first, step) && has_ordinal(step)
        });
        removed.last().map(|(step, _)| step)
    }

    /// The same step if one of its comparisons turned out otherwise: it updates
    /// the cell if and only if it finds the value.
    fn with_other_result(
        &self,
        execution: &Execution<'_>,
        accesses: &[Access],
        first: usize,
    ) -> Option<Accesses> {
        let mut changed: Option<Accesses> = None;
        for compare in accesses.iter().filter(|access| access.mode == Mode::Compare) {
            let cell = compare.object;
            let updates = |a: &Access| a.object == cell && a.mode == Mode::Update;
            let finds = self.holds_without(execution, cell, first) == compare.amount;
            if finds != accesses.iter().any(updates) {
                let changed = changed.get_or_insert_with(|| accesses.into());
                changed.retain(|access| !updates(access));
                if finds {
                    changed.push(Access::new(cell, Mode::Update, 0));
                }
            }
        }
        changed
    }
}
