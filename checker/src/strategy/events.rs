//! The happens-before relation of one execution, kept as vector clocks.
//!
//! A step happens before another if it is earlier in the same task, started
//! that task, or touches a common object in a mode that does not commute and
//! was executed earlier. The clocks of the steps that two executions share are
//! kept when the search turns elsewhere: [`Events::truncate`] takes back what
//! is no longer there, and only new steps are computed.
//!
//! Races follow the corrected rule for steps that wait: walk the earlier
//! dependent steps, newest first and over all objects together. A step `e` is
//! a race to reverse if `f` could run after all that precedes `e` and all
//! since that does not depend on it; otherwise `e` enabled `f`, and the walk
//! goes on behind it. Textbook detection, which looks at immediate
//! predecessors only, misses the race of a lock with the lock before it, since
//! an unlock stands between the two.

use unknot_sim::{Access, Execution, Mode, ObjectId, TaskId};

use super::race::{Candidate, Race};

/// Marks the end of a chain, and a step without predecessor.
const NONE: u32 = u32::MAX;

/// One access in the chain of all accesses to its object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) access: Access,
    pub(super) step: u32,
    /// The access to the same object before this one.
    pub(super) before: u32,
    /// What a gauge showed after it.
    pub(super) shows: i64,
}

/// One step.
#[derive(Clone, Copy, Debug)]
struct Event {
    task: TaskId,
    /// Its number within its task, counted from 1.
    index: u32,
    /// The step before it in its task, or the one that started the task.
    before: u32,
    /// The last step of its task before it, to restore on truncation.
    task_before: u32,
    first_link: u32,
    /// The last fence up to and including this step.
    fence: u32,
}

/// The steps of one execution in happens-before order.
#[derive(Debug, Default)]
pub(super) struct Events {
    /// Takes of a gauge are held to be independent of one another: wrong, and
    /// only for testing that the tests notice.
    takes_commute: bool,
    /// Accesses of steps for which it depends on what comes before what they
    /// touch.
    n_relative: usize,
    events: Vec<Event>,
    pub(super) links: Vec<Link>,
    /// For each object its newest link.
    pub(super) heads: Vec<u32>,
    /// For each task its newest step.
    last: Vec<u32>,
    /// For each task the step that started it.
    started_by: Vec<u32>,
    /// Vector clocks, `width` numbers a step.
    clocks: Vec<u32>,
    pub(super) width: usize,
    /// Buffers of the walk, kept to spare allocations.
    cursors: Vec<u32>,
    clock: Vec<u32>,
    enabling: Vec<u32>,
}

impl Events {
    /// Steps under a relation that wrongly holds two takes of one gauge to be
    /// independent. Only for testing the tests.
    pub(super) fn with_takes_that_commute() -> Events {
        Events { takes_commute: true, ..Events::default() }
    }

    pub(super) fn dependent(&self, a: &Access, b: &Access) -> bool {
        a.dependent(b) && !(self.takes_commute && a.mode == Mode::Take && b.mode == Mode::Take)
    }

    /// Whether a step might touch other things in another order of this
    /// execution.
    pub(super) fn may_change(&self, accesses: &[Access]) -> bool {
        self.n_relative > 0 || accesses.iter().any(|access| access.mode.is_relative())
    }

    /// Whether all earlier steps that an access depends on happen before this
    /// one, which is before it.
    pub(super) fn covers(&self, earlier: &Access, access: &Access) -> bool {
        earlier.covers(access) && !self.takes_commute
    }

    /// How many steps are known.
    pub(super) fn len(&self) -> usize {
        self.events.len()
    }

    /// Forgets all steps from `len` on.
    pub(super) fn truncate(&mut self, len: usize) {
        while self.events.len() > len {
            let Some(event) = self.events.pop() else { unreachable!("longer than len") };
            self.last[event.task.index()] = event.task_before;
            while self.links.len() > event.first_link as usize {
                let Some(link) = self.links.pop() else { unreachable!("longer than first_link") };
                self.n_relative -= usize::from(link.access.mode.is_relative());
                self.heads[link.access.object.index()] = link.before;
            }
        }
        self.clocks.truncate(len * self.width);
    }

    /// All accesses to an object, newest first, each with its step.
    pub(super) fn links_of(&self, object: ObjectId) -> impl Iterator<Item = (usize, Access)> {
        self.chain_of(object).map(|link| (link.step as usize, link.access))
    }

    /// The same with all that is known of them.
    pub(super) fn chain_of(&self, object: ObjectId) -> impl Iterator<Item = &Link> {
        let mut at = self.heads[object.index()];
        std::iter::from_fn(move || {
            let link = self.links.get(at as usize)?;
            at = link.before;
            Some(link)
        })
    }

    /// Whether step `a` happens before step `b` or is the same.
    pub(super) fn happens_before(&self, a: usize, b: usize) -> bool {
        self.is_in(a, self.clock_of(b))
    }

    /// Whether a step is among those that a clock counts.
    pub(super) fn is_in(&self, step: usize, clock: &[u32]) -> bool {
        let event = &self.events[step];
        clock[event.task.index()] >= event.index
    }

    /// The task that made a step.
    pub(super) fn task(&self, step: usize) -> TaskId {
        self.events[step].task
    }

    /// What happens before a step, and the step itself: how many steps of each
    /// task.
    pub(super) fn clock_of(&self, step: usize) -> &[u32] {
        &self.clocks[step * self.width..][..self.width]
    }

    /// Makes room for the tasks and objects of an execution.
    fn prepare(&mut self, execution: &Execution<'_>) {
        let n_tasks = execution.tasks.len();
        if n_tasks > self.width {
            let width = n_tasks.next_power_of_two().max(4);
            let mut clocks = Vec::with_capacity(self.events.len() * width);
            for step in 0..self.events.len() {
                clocks.extend_from_slice(self.clock_of(step));
                clocks.resize((step + 1) * width, 0);
            }
            self.clocks = clocks;
            self.width = width;
            self.last.resize(width, NONE);
            self.started_by.resize(width, NONE);
        }
        if execution.objects.len() > self.heads.len() {
            self.heads.resize(execution.objects.len(), NONE);
        }
    }

    /// Adds the steps of an execution that are not known yet, and appends the
    /// races of those from `from` on. Of the steps that were not made only those
    /// count that could have been.
    pub(super) fn extend(&mut self, execution: &Execution<'_>, from: usize, races: &mut Vec<Race>) {
        self.prepare(execution);
        let trace = execution.trace;
        for step in self.events.len()..trace.len() {
            let made = &trace.steps()[step];
            if made.is_fence {
                self.join_all();
            } else {
                let what = Candidate::new(made.task, trace.accesses(step));
                self.begin(made.task);
                match step < from {
                    true => self.join_dependent(&what),
                    false => self.walk(execution, &what, races),
                }
            }
            self.push(execution, step);
            if let Some(child) = made.child {
                self.started_by[child.index()] = step as u32;
            }
        }
        for task in execution.unfinished().filter(|task| execution.is_enabled(task.id)) {
            self.begin(task.id);
            self.walk(execution, &Candidate::pending(task), races);
        }
    }

    /// Leaves in `self.clock` what happens before a step that is ordered with
    /// every other one.
    fn join_all(&mut self) {
        let mut clock = std::mem::take(&mut self.clock);
        clock.clear();
        clock.resize(self.width, 0);
        for &last in self.last.iter().filter(|&&last| last != NONE) {
            join(&mut clock, self.clock_of(last as usize));
        }
        self.clock = clock;
    }

    /// The step that precedes the next one of a task, or started the task.
    pub(super) fn predecessor(&self, task: TaskId) -> Option<usize> {
        let last = self.last[task.index()];
        let before = match last {
            NONE if task != TaskId::MAIN => self.started_by[task.index()],
            last => last,
        };
        (before != NONE).then_some(before as usize)
    }

    /// The last step up to and including this one that is ordered with every
    /// other one.
    pub(super) fn fence_before(&self, step: usize) -> Option<usize> {
        let fence = self.events[step].fence;
        (fence != NONE).then_some(fence as usize)
    }

    /// Leaves in `self.clock` what happens before the next step of a task,
    /// whatever that touches.
    fn begin(&mut self, task: TaskId) {
        let mut clock = std::mem::take(&mut self.clock);
        clock.clear();
        match self.predecessor(task) {
            None => clock.resize(self.width, 0),
            Some(before) => clock.extend_from_slice(self.clock_of(before)),
        }
        if let Some(fence) = self.len().checked_sub(1).and_then(|last| self.fence_before(last)) {
            join(&mut clock, self.clock_of(fence));
        }
        self.clock = clock;
    }

    /// Adds to `self.clock` what a step that comes next depends on.
    fn join_dependent(&mut self, what: &Candidate<'_>) {
        let mut clock = std::mem::take(&mut self.clock);
        for access in what.accesses {
            self.join_earlier(access, &mut clock, |_| true);
        }
        self.clock = clock;
    }

    /// Adds to a clock what an access depends on, of the steps that count.
    pub(super) fn join_earlier(
        &self,
        access: &Access,
        clock: &mut [u32],
        counts: impl Fn(usize) -> bool,
    ) {
        for link in self.chain_of(access.object) {
            let step = link.step as usize;
            if self.is_in(step, clock) {
                if self.covers(&link.access, access) {
                    break;
                }
            } else if self.dependent(&link.access, access) && counts(step) {
                join(clock, self.clock_of(step));
            }
        }
    }

    /// The same, and appends its races.
    fn walk(&mut self, execution: &Execution<'_>, what: &Candidate<'_>, races: &mut Vec<Race>) {
        let mut clock = std::mem::take(&mut self.clock);
        let mut enabling = std::mem::take(&mut self.enabling);
        let mut cursors = std::mem::take(&mut self.cursors);
        enabling.clear();
        cursors.clear();
        cursors.extend(what.accesses.iter().map(|a| self.heads[a.object.index()]));
        let later = self.len();
        while let Some(first) = self.next_dependent(what, &clock, &mut cursors) {
            if self.is_possible_without(execution, what, later, first) {
                races.push(Race { first, later, task: what.task });
                join(&mut clock, self.clock_of(first));
            } else {
                enabling.push(first as u32);
            }
        }
        for &step in &enabling {
            join(&mut clock, self.clock_of(step as usize));
        }
        self.clock = clock;
        self.enabling = enabling;
        self.cursors = cursors;
    }

    /// What a step touched.
    pub(super) fn accesses(&self, step: usize) -> impl Iterator<Item = Access> {
        let start = self.events[step].first_link as usize;
        let end = self.events.get(step + 1).map_or(self.links.len(), |e| e.first_link as usize);
        self.links[start..end].iter().map(|link| link.access)
    }

    /// The newest step not yet passed that the candidate depends on and that is
    /// not in a clock.
    fn next_dependent(
        &self,
        candidate: &Candidate<'_>,
        clock: &[u32],
        cursors: &mut [u32],
    ) -> Option<usize> {
        loop {
            let mut newest = None;
            for (cursor, access) in cursors.iter_mut().zip(candidate.accesses) {
                newest = newest.max(self.pass_known(access, clock, cursor));
            }
            let newest = newest?;
            let mut dependent = false;
            for (cursor, access) in cursors.iter_mut().zip(candidate.accesses) {
                while let Some(link) = self.links.get(*cursor as usize)
                    && link.step == newest
                {
                    dependent |= self.dependent(&link.access, access);
                    *cursor = link.before;
                }
            }
            if dependent {
                return Some(newest as usize);
            }
        }
    }

    /// Moves on to a step that is not in a clock.
    fn pass_known(&self, access: &Access, clock: &[u32], cursor: &mut u32) -> Option<u32> {
        while let Some(link) = self.links.get(*cursor as usize) {
            if !self.is_in(link.step as usize, clock) {
                return Some(link.step);
            }
            *cursor = if self.covers(&link.access, access) { NONE } else { link.before };
        }
        None
    }

    fn push(&mut self, execution: &Execution<'_>, at: usize) {
        let made = &execution.trace.steps()[at];
        let (task, is_fence) = (made.task, made.is_fence);
        let step = self.events.len() as u32;
        let task_before = self.last[task.index()];
        let index = self.clock[task.index()] + 1;
        // Added up on the way, since what was just written cannot be copied at once.
        let of_task = |(i, &n): (usize, &u32)| n + u32::from(i == task.index());
        self.clocks.extend(self.clock.iter().enumerate().map(of_task));
        let event = Event {
            task,
            index,
            before: self.predecessor(task).map_or(NONE, |before| before as u32),
            task_before,
            first_link: self.links.len() as u32,
            fence: match self.events.last() {
                _ if is_fence => step,
                Some(event) => event.fence,
                None => NONE,
            },
        };
        self.events.push(event);
        self.last[task.index()] = step;
        for &access in execution.trace.accesses(at) {
            let head = &mut self.heads[access.object.index()];
            let before = std::mem::replace(head, self.links.len() as u32);
            let initial = || execution.object(access.object).initial;
            let shown = self.links.get(before as usize).map_or_else(initial, |link| link.shows);
            let shows = access.effect().on(shown);
            self.links.push(Link { access, step, before, shows });
            self.n_relative += usize::from(access.mode.is_relative());
        }
    }

    /// The step that precedes a step in its task, or started the task.
    pub(super) fn before(&self, step: usize) -> Option<usize> {
        let before = self.events[step].before;
        (before != NONE).then_some(before as usize)
    }
}

pub(super) fn join(clock: &mut [u32], other: &[u32]) {
    for (mine, theirs) in clock.iter_mut().zip(other) {
        *mine = (*mine).max(*theirs);
    }
}
