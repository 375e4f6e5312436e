//! Whether a task that offers its turn polls, and what it has looked at.

use std::panic::Location;

use smallvec::SmallVec;

use super::records::is_same;
use super::state::Machine;
use crate::act::Act;
use crate::id::ObjectId;
use crate::mode::{Mode, Waits};
use crate::op::{Access, Effect};

/// What a task looked at, one access for each slot of each object.
pub(crate) type Looks = SmallVec<[Access; 4]>;

impl Machine {
    /// What the current task has looked at since it last came to this place, if it has come
    /// there `patience` times in a row before and changed nothing in between.
    pub(crate) fn idle_round(
        &self,
        location: &'static Location<'static>,
        patience: u32,
    ) -> Option<Looks> {
        let (mut looks, mut net) = (Looks::new(), Net::default());
        let mut rounds = 0;
        for i in (0..self.n_made()).rev() {
            let step = &self.trace.steps()[i];
            if step.task != self.current {
                continue;
            }
            if step.child.is_some() {
                return None;
            }
            if matches!(step.act, Act::Yield | Act::AwaitChange) && is_same(step.location, location)
            {
                if !net.is_nothing() {
                    return None;
                }
                rounds += 1;
                // To come to the place and to wait there are two steps of one round.
                if rounds >= patience.max(1) || step.act == Act::AwaitChange {
                    return Some(looks);
                }
                continue;
            }
            // Waits of loops inside of this one say nothing of what the program did.
            if step.act == Act::AwaitChange {
                continue;
            }
            for access in self.own_accesses(i) {
                net.add(access);
                if rounds == 0 {
                    look(&mut looks, access);
                }
            }
        }
        None
    }

    /// Whether another task has changed any of this since the current one came to this place
    /// before its last step.
    pub(crate) fn is_changed(
        &self,
        location: &'static Location<'static>,
        looks: &[Access],
    ) -> bool {
        let steps = self.trace.steps();
        let before = (0..steps.len().saturating_sub(1)).rev();
        let since = before.take_while(|&i| {
            let is_mine = steps[i].task == self.current;
            let gives_way = matches!(steps[i].act, Act::Yield | Act::AwaitChange);
            !(is_mine && gives_way && is_same(steps[i].location, location))
        });
        let is_of_others = |i: &usize| steps[*i].task != self.current;
        let mut accesses = since.filter(is_of_others).flat_map(|i| self.trace.accesses(i));
        accesses.any(|access| {
            let is_it = |look: &Access| (look.object, look.slot) == (access.object, access.slot);
            access.is_change() && looks.iter().any(is_it)
        })
    }

    /// What a step of the current task touched, but for the cell that says whether it lives.
    fn own_accesses(&self, step: usize) -> impl Iterator<Item = &Access> {
        let alive = self.task(self.current).alive;
        self.trace.accesses(step).iter().filter(move |access| Some(access.object) != alive)
    }
}

/// Adds what an access looks at.
fn look(looks: &mut Looks, access: &Access) {
    let waits = matches!(access.waits(), Waits::ForUnits | Waits::ForAny);
    let mode = match access.mode {
        Mode::Look | Mode::Try | Mode::Below | Mode::AtLeast | Mode::End => Mode::Look,
        _ if waits => Mode::Look,
        _ if access.reads() => Mode::Read,
        _ => return,
    };
    let Access { object, slot, .. } = *access;
    if !looks.iter().any(|look| (look.object, look.slot) == (object, slot)) {
        looks.push(Access { slot, ..Access::new(object, mode, 0) });
    }
}

/// What the steps of a round have changed: to take a lock and to give it back is nothing.
#[derive(Debug, Default)]
struct Net {
    counts: SmallVec<[(ObjectId, i64); 4]>,
    wrote: bool,
}

impl Net {
    fn add(&mut self, access: &Access) {
        self.wrote |= access.writes() && access.granted;
        match access.effect() {
            Effect::Nothing => {}
            Effect::Become(_) => self.wrote = true,
            Effect::Add(amount) => {
                match self.counts.iter_mut().find(|(object, _)| *object == access.object) {
                    Some((_, count)) => *count += amount,
                    None => self.counts.push((access.object, amount)),
                }
            }
        }
    }

    fn is_nothing(&self) -> bool {
        !self.wrote && self.counts.iter().all(|&(_, count)| count == 0)
    }
}
