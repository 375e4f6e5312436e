//! The happens-before relation of one execution, kept as vector clocks.
//!
//! A step happens before another if it is earlier in the same task, or started
//! that task, or touches a common object in a mode that does not commute and
//! was executed earlier. When the search turns elsewhere, the clocks of the steps that
//! two executions share are kept: [`Events::truncate`] takes back the steps
//! that are no longer there, and only new steps are computed.

use unknot_sim::{Access, Execution, Mode, ObjectId, TaskId};

/// Marks the end of a chain, and a step without predecessor.
pub(crate) const NONE: u32 = u32::MAX;

/// One access in the chain of all accesses to its object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    pub(crate) access: Access,
    pub(crate) step: u32,
    /// The access to the same object before this one.
    pub(crate) before: u32,
    /// What a gauge showed after it.
    pub(crate) shows: i64,
    /// How many accesses up to this one made the gauge show less, or may have.
    pub(crate) n_lowering: u32,
}

/// One step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StepEvent {
    pub(crate) task: TaskId,
    /// Its number within its task, counted from 1.
    pub(crate) index: u32,
    /// The step before it in its task, or the one that started the task.
    before: u32,
    /// The last step of its task before it, to restore on truncation.
    task_before: u32,
    first_link: u32,
    /// The last fence up to and including this step.
    fence: u32,
}

/// The relation of dependence.
#[derive(Debug)]
struct InForce(&'static unknot_sim::Relation);

impl Default for InForce {
    fn default() -> InForce {
        InForce(unknot_sim::Relation::TRUE)
    }
}

/// The steps of one execution in happens-before order.
#[derive(Debug, Default)]
pub(crate) struct Events {
    relation: InForce,
    /// How many accesses are relative: what their steps touch depends on the steps
    /// before them, or what later steps touch depends on them.
    n_relative: usize,
    /// How many of these accesses are watches.
    n_subscriptions: usize,
    pub(crate) events: Vec<StepEvent>,
    pub(crate) links: Vec<Link>,
    /// For each object its newest link.
    pub(crate) heads: Vec<u32>,
    /// For each task its newest step.
    pub(crate) last: Vec<u32>,
    /// For each task the step that started it.
    pub(crate) started_by: Vec<u32>,
    /// Vector clocks, `width` numbers for each step. The clock of the next step is built
    /// in its place.
    pub(crate) clocks: Vec<u32>,
    pub(crate) width: usize,
    /// Buffers of the walk, kept to save allocations.
    pub(crate) cursors: Vec<u32>,
    pub(crate) enabling: Vec<u32>,
}

impl Events {
    /// No steps yet, under another relation than the one that holds.
    pub(crate) fn under(relation: &'static unknot_sim::Relation) -> Events {
        Events { relation: InForce(relation), ..Events::default() }
    }

    pub(crate) fn dependent(&self, a: &Access, b: &Access) -> bool {
        self.relation.0.dependent(a, b)
    }

    /// Whether a step might touch other things in another order of this
    /// execution.
    pub(crate) fn may_change(&self, accesses: &[Access]) -> bool {
        self.n_relative > 0 || accesses.iter().any(|access| access.mode.is_relative())
    }

    /// Whether what some steps touch depends on the steps before them.
    pub(crate) fn has_relative(&self) -> bool {
        self.n_relative > 0
    }

    /// Whether a task waited for a change.
    pub(crate) fn has_subscriptions(&self) -> bool {
        self.n_subscriptions > 0
    }

    /// Whether all earlier steps on which `access` depends happen before the step of
    /// `earlier`, which comes before it.
    pub(crate) fn covers(&self, earlier: &Access, access: &Access) -> bool {
        self.relation.0.covers(earlier, access)
    }

    /// How many steps are known.
    pub(crate) fn len(&self) -> usize {
        self.events.len()
    }

    /// Forgets all steps from number `len` on.
    pub(crate) fn truncate(&mut self, len: usize) {
        while self.events.len() > len {
            let Some(event) = self.events.pop() else { unreachable!("longer than len") };
            self.last[event.task.index()] = event.task_before;
            while self.links.len() > event.first_link as usize {
                let Some(link) = self.links.pop() else { unreachable!("longer than first_link") };
                self.n_relative -= usize::from(link.access.mode.is_relative());
                self.n_subscriptions -= usize::from(link.access.mode == Mode::Subscribe);
                self.heads[link.access.object.index()] = link.before;
            }
        }
        self.clocks.truncate(len * self.width);
    }

    /// All accesses to an object, newest first, each with its step.
    pub(crate) fn links_of(&self, object: ObjectId) -> impl Iterator<Item = (usize, Access)> {
        self.chain_of(object).map(|link| (link.step as usize, link.access))
    }

    /// The same, with everything that is known of each access.
    pub(crate) fn chain_of(&self, object: ObjectId) -> impl Iterator<Item = &Link> {
        let mut at = self.heads[object.index()];
        std::iter::from_fn(move || {
            let link = self.links.get(at as usize)?;
            at = link.before;
            Some(link)
        })
    }

    /// Whether step `a` happens before step `b` or is the same.
    pub(crate) fn happens_before(&self, a: usize, b: usize) -> bool {
        self.is_in(a, self.clock_of(b))
    }

    /// Whether a step is among those that a clock counts.
    pub(crate) fn is_in(&self, step: usize, clock: &[u32]) -> bool {
        let event = &self.events[step];
        clock[event.task.index()] >= event.index
    }

    /// The task that made a step.
    pub(crate) fn task(&self, step: usize) -> TaskId {
        self.events[step].task
    }

    /// Which step of its task a step is, counted from 1.
    pub(crate) fn number_in_task(&self, step: usize) -> u32 {
        self.events[step].index
    }

    /// What happens before a step, and the step itself: how many steps of each
    /// task.
    pub(crate) fn clock_of(&self, step: usize) -> &[u32] {
        &self.clocks[step * self.width..][..self.width]
    }

    /// Makes room for the tasks and objects of an execution.
    pub(crate) fn prepare(&mut self, execution: &Execution<'_>) {
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

    /// The step that precedes the next one of a task, or started the task.
    pub(crate) fn predecessor(&self, task: TaskId) -> Option<usize> {
        let last = self.last[task.index()];
        let before = match last {
            NONE if task != TaskId::MAIN => self.started_by[task.index()],
            last => last,
        };
        (before != NONE).then_some(before as usize)
    }

    /// The last step up to and including this one that is ordered with every
    /// other one.
    pub(crate) fn fence_before(&self, step: usize) -> Option<usize> {
        let fence = self.events[step].fence;
        (fence != NONE).then_some(fence as usize)
    }

    /// What a step touched.
    pub(crate) fn accesses(&self, step: usize) -> impl Iterator<Item = Access> {
        let start = self.events[step].first_link as usize;
        let end = self.events.get(step + 1).map_or(self.links.len(), |e| e.first_link as usize);
        self.links[start..end].iter().map(|link| link.access)
    }

    /// Whether a step may have blocked a task at an access that waits: it made a gauge
    /// show less, or may have, or wrote the cell with the value that is waited for.
    pub(crate) fn is_ever_kept(&self, access: &Access) -> bool {
        if access.mode.waits_for_value() {
            return self.links_of(access.object).any(|(_, earlier)| earlier.writes());
        }
        let head = self.links.get(self.heads[access.object.index()] as usize);
        head.is_some_and(|link| link.n_lowering > 0)
    }

    /// Adds the next step of an execution. Its clock is complete except for the step
    /// itself.
    pub(crate) fn push(&mut self, execution: &Execution<'_>) {
        let step = self.events.len() as u32;
        let made = &execution.trace.steps()[step as usize];
        let (task, is_fence) = (made.task, made.is_fence);
        let task_before = self.last[task.index()];
        let own = &mut self.clocks[step as usize * self.width + task.index()];
        *own += 1;
        let event = StepEvent {
            task,
            index: *own,
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
        for &access in execution.trace.accesses(step as usize) {
            let head = &mut self.heads[access.object.index()];
            let before = std::mem::replace(head, self.links.len() as u32);
            let (shown, n_lowering) = match self.links.get(before as usize) {
                Some(link) => (link.shows, link.n_lowering),
                None => (execution.object(access.object).initial, 0),
            };
            let effect = access.effect();
            let n_lowering = n_lowering + u32::from(effect.may_lower());
            self.links.push(Link { access, step, before, shows: effect.on(shown), n_lowering });
            self.n_relative += usize::from(access.mode.is_relative());
            self.n_subscriptions += usize::from(access.mode == Mode::Subscribe);
        }
    }

    /// The step that precedes a step in its task, or started the task.
    pub(crate) fn before(&self, step: usize) -> Option<usize> {
        let before = self.events[step].before;
        (before != NONE).then_some(before as usize)
    }
}

pub(crate) fn join(clock: &mut [u32], other: &[u32]) {
    for (mine, theirs) in clock.iter_mut().zip(other) {
        *mine = (*mine).max(*theirs);
    }
}
