//! A step that waits for any of several: for what futures wait for, for a waker, for an abort.

use std::rc::Rc;

use smallvec::SmallVec;
use unknot_sim::raw::{self, Mode, ObjectId, Op};

use super::Place;
use super::waits::{Entry, Timer, Wait, What, end};
use crate::thread;
use crate::time::{self, Duration};

/// What a task waits for, any of which is enough.
pub(super) struct Alternatives<'a> {
    pub(super) all: &'a [Rc<Entry>],
    pub(super) signal: Option<ObjectId>,
    pub(super) abort: Option<ObjectId>,
    pub(super) place: Place,
}

/// What a step found that waited for any of several.
#[derive(Default)]
struct Happened<'a> {
    over: SmallVec<[&'a Rc<Entry>; 4]>,
    is_aborted: bool,
    is_only_time: bool,
}

impl<'a> Alternatives<'a> {
    fn timers(&self) -> impl Iterator<Item = (&'a Rc<Entry>, &'a Timer)> {
        self.all.iter().filter_map(|entry| match &entry.what {
            What::Time(timer) => Some((entry, timer)),
            What::Gauges(_) => None,
        })
    }

    fn waits(&self) -> impl Iterator<Item = (&'a Rc<Entry>, &'a Wait)> {
        self.all.iter().filter_map(|entry| match &entry.what {
            What::Gauges(wait) => Some((entry, wait)),
            What::Time(_) => None,
        })
    }

    /// Waits for any of them; whether the task was told to drop what it polls.
    pub(super) fn wait(&self) -> bool {
        let mut happened = Happened::default();
        match self.timers().map(|(_, timer)| timer.left()).min() {
            None => {
                raw::step(self.op(Mode::AnyOf).deferred());
                happened = self.resolve(Mode::AnyOf);
            }
            // Nothing but time: a step of any length, or one that the clock ends.
            Some(least) if self.waits().next().is_none() && self.gauges().next().is_none() => {
                thread::sleep_at(least, self.told().1);
                happened.over.extend(self.fire(least));
            }
            Some(least) => {
                let trying = time::passing(self.op(Mode::Look), least);
                let wait = self.op(Mode::AnyOf).deferred();
                raw::step_timed(wait, trying.deferred().trying(), least, |_| {
                    let mode = if raw::is_try() { Mode::Look } else { Mode::AnyOf };
                    happened = self.resolve(mode);
                    if raw::is_try() && !happened.is_only_time {
                        time::pass(least);
                    }
                    !happened.is_only_time
                });
            }
        }
        end(&happened.over);
        happened.is_aborted
    }

    fn gauges(&self) -> impl Iterator<Item = ObjectId> {
        self.signal.into_iter().chain(self.abort)
    }

    fn op(&self, mode: Mode) -> Op {
        let (verb, place) = self.told();
        let mut op = Op::local(verb, place);
        for (_, wait) in self.waits() {
            op = wait.declared(op, mode);
        }
        for gauge in self.gauges() {
            op = op.with(gauge, mode, 1);
        }
        match self.signal {
            Some(signal) => op.with(signal, Mode::Set, 0),
            None => op,
        }
    }

    /// What people call the step, and where it is.
    fn told(&self) -> (&'static str, Place) {
        let mut waits = self.waits().map(|(_, wait)| (wait.verb, wait.place));
        match (waits.next(), waits.next(), self.timers().next()) {
            (Some(one), None, _) => one,
            (Some((_, place)), Some(_), _) => ("await any", place),
            (None, _, Some((_, timer))) => (timer.verb, timer.place),
            (None, _, None) => ("await", self.place),
        }
    }

    /// Looks at all as part of the step.
    fn resolve(&self, mode: Mode) -> Happened<'a> {
        let mut happened = Happened::default();
        if raw::is_quiet() {
            return happened;
        }
        let over = self.waits().filter(|(_, wait)| wait.has_ended(mode));
        happened.over.extend(over.map(|(entry, _)| entry));
        let is_woken = self.signal.is_some_and(|signal| {
            let is_woken = raw::also(signal, mode, 1);
            if is_woken {
                raw::also(signal, Mode::Set, 0);
            }
            is_woken
        });
        happened.is_aborted = self.abort.is_some_and(|abort| raw::also(abort, mode, 1));
        happened.is_only_time = happened.over.is_empty() && !is_woken && !happened.is_aborted;
        if raw::now().is_some() || happened.is_only_time {
            happened.over.extend(self.fire(Duration::ZERO));
        }
        happened
    }

    /// The timers that are due; where durations do not count, one of all, and the step takes as
    /// long as that one, of which so much has passed.
    fn fire(&self, passed: Duration) -> SmallVec<[&'a Rc<Entry>; 4]> {
        let timers: SmallVec<[_; 4]> = self.timers().collect();
        if raw::now().is_some() {
            let due = timers.iter().filter(|(_, timer)| timer.left().is_zero());
            return due.map(|(entry, _)| *entry).collect();
        }
        let n = u32::try_from(timers.len()).expect("few timers");
        let Some((entry, timer)) = timers.get(raw::choose(n, self.told().1) as usize) else {
            return SmallVec::new();
        };
        time::pass(timer.duration.saturating_sub(passed));
        SmallVec::from_iter([*entry])
    }
}
