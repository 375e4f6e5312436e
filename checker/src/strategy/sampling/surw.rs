//! Selectively uniform random walk: uniform over the orders of a few steps.
//!
//! Each execution selects an object that several tasks touch. Its *selected steps* are those
//! that touch that object. Among the tasks one is *intended* to make the next selected step:
//! each with a probability proportional to the selected steps that it has left, with those
//! of the children that it has yet to start, so that each order of these steps is about
//! equally likely. Until it does, every other task runs freely up to its next selected step
//! and is held there. So the order of a few steps is uniform, however many others there are.
//!
//! Source: H. Zhao, D. Wolff, U. Mathur, A. Roychoudhury, "Selectively Uniform Concurrency
//! Testing", ASPLOS 2025. Where this code differs: the selection is one object, or two with
//! a chance of a quarter, drawn from those that the profiles saw changed and touched by
//! several tasks; the counts are those of the profile in which the object was touched most.
//!
//! What it can miss: faults that take an order of steps at more objects than are selected,
//! which are then ordered by uniform picks.

use std::collections::BTreeMap;

use smallvec::SmallVec;
use unknot_sim::{Access, Execution, ObjectId, Point, Purpose, Randomness, TaskId};

use crate::strategy::sampling::policy::{PROFILES, SamplingPolicy, uniform, weighted};

/// What is known of an object that several tasks touch.
#[derive(Debug, Default)]
struct Contested {
    /// The steps that touched it in the profile that has most of them.
    n_steps: u32,
    /// How many of these each task made with its descendants, by the index of its id.
    by_task: Vec<u32>,
}

/// The walk.
#[derive(Debug, Default)]
pub struct Surw {
    /// The objects from which one is selected, in the order in which the profiles met them.
    contested: Vec<(ObjectId, Contested)>,
    /// The objects of this execution.
    selected: SmallVec<[usize; 2]>,
    /// How many selected steps each task has left, without the children that were started.
    left: Vec<u32>,
    /// The task that makes the next selected step.
    intended: Option<TaskId>,
    longest: usize,
}

impl Surw {
    /// Whether a step with these accesses is a selected one.
    fn is_selected(&self, accesses: &[Access]) -> bool {
        let is_one = |object| self.selected.iter().any(|&nth| self.contested[nth].0 == object);
        accesses.iter().any(|access| is_one(access.object))
    }

    /// The selected steps of a task with its descendants.
    fn known(&self, task: TaskId) -> u32 {
        let of = |nth: &usize| self.contested[*nth].1.by_task.get(task.index()).copied();
        self.selected.iter().filter_map(of).sum()
    }

    fn set_left(&mut self, task: TaskId, steps: u32) {
        if self.left.len() <= task.index() {
            self.left.resize(task.index() + 1, 0);
        }
        self.left[task.index()] = steps;
    }

    fn weight(&self, task: TaskId) -> u32 {
        self.left.get(task.index()).copied().unwrap_or(0).max(1)
    }

    /// Takes the last step off the counts, and the intention with it.
    fn follow(&mut self, point: &Point<'_>) {
        let Some(step) = point.trace().steps().last() else { return };
        let accesses = point.trace().accesses(point.step() - 1);
        let mut made = u32::from(self.is_selected(accesses));
        if made > 0 && self.intended == Some(step.task) {
            self.intended = None;
        }
        if let Some(child) = step.child {
            let steps = self.known(child);
            self.set_left(child, steps);
            made += steps;
        }
        let left = self.left.get(step.task.index()).copied().unwrap_or(0);
        self.set_left(step.task, left.saturating_sub(made));
    }
}

/// How often each task touched each object, with its descendants.
fn counts(profile: &Execution<'_>) -> Vec<(ObjectId, Contested)> {
    let mut nths: BTreeMap<ObjectId, usize> = BTreeMap::new();
    let mut all: Vec<(ObjectId, Contested)> = vec![];
    let mut touchers: Vec<(SmallVec<[TaskId; 2]>, bool)> = vec![];
    let n_tasks = profile.tasks.len();
    for (step, made) in profile.trace.steps().iter().enumerate() {
        for access in profile.trace.accesses(step) {
            if !is_of_program(profile, access.object) {
                continue;
            }
            let nth = *nths.entry(access.object).or_insert(all.len());
            if nth == all.len() {
                let by_task = vec![0; n_tasks];
                all.push((access.object, Contested { n_steps: 0, by_task }));
                touchers.push((SmallVec::new(), false));
            }
            let (tasks, is_changed) = &mut touchers[nth];
            *is_changed |= access.mutates();
            if !tasks.contains(&made.task) {
                tasks.push(made.task);
            }
            all[nth].1.n_steps += 1;
            all[nth].1.by_task[made.task.index()] += 1;
        }
    }
    // Backwards, a child's steps are all counted when its start is met.
    for made in profile.trace.steps().iter().rev() {
        let Some(child) = made.child else { continue };
        for (_, contested) in &mut all {
            contested.by_task[made.task.index()] += contested.by_task[child.index()];
        }
    }
    let is_contested = |(_, (tasks, is_changed)): &(_, (SmallVec<[TaskId; 2]>, bool))| {
        tasks.len() > 1 && *is_changed
    };
    all.into_iter().zip(touchers).filter(is_contested).map(|(one, _)| one).collect()
}

fn is_of_program(profile: &Execution<'_>, object: ObjectId) -> bool {
    let purpose = profile.object(object).purpose;
    matches!(purpose, Purpose::Primitive | Purpose::Copy | Purpose::Peer | Purpose::Handle)
}

impl SamplingPolicy for Surw {
    const PROFILES: u64 = PROFILES;

    fn learn(&mut self, profile: &Execution<'_>) {
        self.longest = self.longest.max(profile.trace.len());
        for (object, counted) in counts(profile) {
            match self.contested.iter_mut().find(|(known, _)| *known == object) {
                Some((_, known)) if known.n_steps < counted.n_steps => *known = counted,
                Some(_) => {}
                None => self.contested.push((object, counted)),
            }
        }
    }

    fn begin(&mut self, _number: u64, randomness: &mut Randomness) {
        self.selected.clear();
        self.left.clear();
        self.intended = None;
        let n_objects = self.contested.len() as u32;
        let n_selected = if randomness.below(4) == 0 { 2 } else { 1 };
        while self.selected.len() < n_selected.min(n_objects as usize) {
            let nth = randomness.below(n_objects) as usize;
            if !self.selected.contains(&nth) {
                self.selected.push(nth);
            }
        }
        self.set_left(TaskId::MAIN, self.known(TaskId::MAIN));
    }

    fn pick(&mut self, point: &Point<'_>, randomness: &mut Randomness) -> TaskId {
        self.follow(point);
        // What polls would be waited for without end.
        if point.step() > self.longest.saturating_mul(4) + 100 {
            return uniform(point, randomness);
        }
        if self.intended.is_none() {
            self.intended = Some(weighted(point, randomness, |task| self.weight(task)));
        }
        let is_held = |surw: &Surw, task: TaskId| {
            surw.intended != Some(task)
                && point.pending(task).is_some_and(|op| surw.is_selected(&op.accesses))
        };
        if point.enabled().all(|task| is_held(self, task)) {
            // The intended task is blocked, and only those that are held can free it.
            self.intended = Some(weighted(point, randomness, |task| self.weight(task)));
        }
        let n_free = point.enabled().filter(|&task| !is_held(self, task)).count() as u32;
        let nth = randomness.below(n_free) as usize;
        point.enabled().filter(|&task| !is_held(self, task)).nth(nth).expect("it was counted")
    }
}
