//! Of executions that differ only in which of some like tasks is which, one is enough.
//!
//! To exchange tasks of a crowd (`spawn_many`) makes of each class another class of the same
//! program. So the search may leave out a part of its tree if every class there is a
//! *renamed* one: if another order of the tasks of a crowd gives a class that it does not
//! leave out. Which order that is, is said by *keys*. The key of a task is the list of how many
//! steps happen before each of its steps, itself included. That depends on no names, and once a
//! step is made no later step changes it. Every class can be renamed so that the keys of each
//! crowd ascend, in the order of the lists, where a list that has ended is greater than one that
//! goes on. So a beginning of which two keys are already known to descend leads to renamed
//! classes only, and nothing needs to be planned behind it.
//!
//! Two things are known early. Where both tasks have made their n-th step, the greater
//! number tells. And if a later step `f` comes to stand before a step `e` that depends on it, `e`
//! has all in its past that `f` has, and `f`; so if the keys are the same until then, that of
//! `e`'s task is the greater one.
//!
//! The tasks of a crowd are started one after another, which is no difference: a clock that
//! counts some of these starts is taken for one that counts the first.
//!
//! The idea is that of M. Kokologiannakis, I. Marmanis, V. Vafeiadis: "SPORE: Combining Symmetry
//! and Partial Order Reduction", PLDI 2024, which works on execution graphs. Keys are coarser:
//! two tasks may have one key though they can be told apart; then a class is run more than once
//! under different names. None is missed. That a beginning is a renamed one may be known only
//! at the end of an execution, which then does not count.
//!
//! That tasks are alike is what the program says of them. Where some of them begin with
//! another operation than others the program is refused as one that no schedule decides. What this
//! can miss: tasks that begin alike and become different by something that is no step.

use smallvec::SmallVec;
use unknot_sim::{Access, Execution, Mode, TaskId};

use super::pair::MovedStep;
use crate::model::finding::Site;
use crate::strategy::divergence::Divergence;
use crate::strategy::order::events::{Events, join};

/// The crowds of one execution.
#[derive(Debug, Default)]
pub(super) struct Crowds {
    /// The tasks of crowds, the members of each in a row, in the order of their starts.
    members: Vec<CrowdMember>,
    /// For each crowd the starts of its members.
    starts: Vec<Starts>,
    /// The steps of all members, one member after another, with their keys.
    keys: Vec<KeyStep>,
    /// For each task its number among the members, from 1; 0 for others.
    numbers: Vec<u32>,
    /// The first step with which keys of a crowd descend.
    descends_at: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
struct CrowdMember {
    task: TaskId,
    crowd: TaskId,
    /// Where its steps begin and end among the keys.
    from: usize,
    to: usize,
}

/// The steps of a task that start a crowd: their numbers among its steps.
#[derive(Clone, Copy, Debug)]
struct Starts {
    parent: TaskId,
    first: u32,
    last: u32,
}

#[derive(Clone, Copy, Debug)]
struct KeyStep {
    step: u32,
    key: u64,
}

impl Crowds {
    /// Looks at an execution.
    #[cold]
    pub(super) fn look(&mut self, execution: &Execution<'_>, events: &Events) {
        self.members.clear();
        self.starts.clear();
        self.keys.clear();
        self.numbers.clear();
        self.numbers.resize(execution.tasks.len(), 0);
        self.find_members(execution, events);
        for nth in 0..self.members.len() {
            let CrowdMember { task, .. } = self.members[nth];
            self.numbers[task.index()] = nth as u32 + 1;
            let from = self.keys.len();
            let last = events.predecessor(task).filter(|&last| events.task(last) == task);
            let mine = |&step: &usize| events.task(step) == task;
            let steps = std::iter::successors(last, |&step| events.before(step).filter(mine));
            let starts = &self.starts;
            let key = |step| key_of(starts, events.clock_of(step));
            self.keys.extend(steps.map(|step| KeyStep { step: step as u32, key: key(step) }));
            self.keys[from..].reverse();
            (self.members[nth].from, self.members[nth].to) = (from, self.keys.len());
        }
        self.descends_at = self.first_descent();
    }

    fn find_members(&mut self, execution: &Execution<'_>, events: &Events) {
        let tasks = execution.live.iter().map(|&id| execution.task(id));
        let members = tasks.filter_map(|task| Some((task, task.crowd?)));
        self.members.extend(members.map(|(task, crowd)| CrowdMember {
            task: task.id,
            crowd,
            from: 0,
            to: 0,
        }));
        // The order within each crowd stays.
        self.members.sort_by_key(|member| member.crowd);
        for crowd in self.members.chunk_by(|one, other| one.crowd == other.crowd) {
            let of = |member: &CrowdMember| {
                let started = execution.task(member.task).started_by.expect("it was started");
                events.number_in_task(started as usize)
            };
            self.starts.push(Starts {
                parent: execution.task(crowd[0].task).parent,
                first: of(&crowd[0]),
                last: of(&crowd[crowd.len() - 1]),
            });
        }
    }

    /// Tasks of a crowd that begin with different operations: they know something that no
    /// schedule decides, such as which of them was started first, and are not alike.
    pub(super) fn unlike(&self, execution: &Execution<'_>) -> Option<Divergence> {
        let steps = execution.trace.steps();
        let begun =
            |member: &CrowdMember| self.keys_of(member).first().map(|key| key.step as usize);
        self.members.chunk_by(|one, other| one.crowd == other.crowd).find_map(|crowd| {
            let mut firsts = crowd.iter().filter_map(begun);
            let one = firsts.next()?;
            let of = |step: usize| (steps[step].verb, Site(steps[step].location));
            let other = firsts.find(|&other| of(other) != of(one))?;
            let told = |at: usize| {
                let step = &steps[at];
                let task = execution.names.task_path(step.task);
                let (verb, place) = (step.verb, step.location);
                format!("{task} begins with '{verb}' ({}:{})", place.file(), place.line())
            };
            let message = format!("{}, and {}: they are not alike", told(one), told(other));
            Some(Divergence { step: one.max(other), message })
        })
    }

    /// The first step with which two keys of a crowd descend.
    fn first_descent(&self) -> Option<usize> {
        let crowds = self.members.chunk_by(|one, other| one.crowd == other.crowd);
        let pairs = crowds.flat_map(|crowd| {
            let with_later = move |at: usize| crowd[at + 1..].iter().map(move |b| (&crowd[at], b));
            (0..crowd.len()).flat_map(with_later)
        });
        pairs.filter_map(|(one, other)| self.descent(one, other)).min()
    }

    fn descent(&self, one: &CrowdMember, other: &CrowdMember) -> Option<usize> {
        let mut both = self.keys_of(one).iter().zip(self.keys_of(other));
        let (one, other) = both.find(|(one, other)| one.key != other.key)?;
        (one.key > other.key).then(|| one.step.max(other.step) as usize)
    }

    fn keys_of(&self, member: &CrowdMember) -> &[KeyStep] {
        &self.keys[member.from..member.to]
    }

    /// Whether all classes behind a point of the execution are renamed ones: what was made
    /// before a step, and the step itself if it is part of the beginning.
    pub(super) fn is_renamed_behind(&self, n_made: usize) -> bool {
        self.descends_at.is_some_and(|at| at < n_made)
    }

    fn member(&self, task: TaskId) -> Option<&CrowdMember> {
        let number = self.numbers.get(task.index()).copied().unwrap_or(0);
        self.members.get((number as usize).checked_sub(1)?)
    }

    /// Whether all classes in which a step is made before an earlier one are renamed ones.
    pub(super) fn is_renamed(
        &self,
        execution: &Execution<'_>,
        events: &Events,
        moved: &MovedStep<'_, impl Fn(usize) -> bool>,
    ) -> bool {
        let first = moved.pair.first;
        if self.is_renamed_behind(first) {
            return true;
        }
        let later = moved.pair.later;
        let (Some(one), Some(other)) =
            (self.member(events.task(first)), self.member(later.what.task))
        else {
            return false;
        };
        let is_ascending = one.crowd == other.crowd && one.from < other.from;
        if !is_ascending {
            return false;
        }
        let mine = |step: &usize| events.task(*step) == other.task;
        let before = later.before.filter(mine);
        // On the way to a head, steps may touch something else than they did here.
        if before.is_some_and(|before| before > first) && events.has_relative() {
            return false;
        }
        let n_before = before.map_or(0, |before| events.number_in_task(before) as usize);
        let mut theirs: SmallVec<[u64; 8]> =
            self.keys_of(other)[..n_before].iter().map(|step| step.key).collect();
        let mut clock = moved.clock.clone();
        if let Some(fence) = later.fence {
            join(&mut clock, events.clock_of(fence));
        }
        theirs.push(key_of(&self.starts, &clock) + 1);
        let n_mine = events.number_in_task(first) as usize - 1;
        let known = self.keys_of(one)[..n_mine].iter().map(|step| step.key);
        let differ = known.zip(&theirs).find(|(mine, theirs)| mine != *theirs);
        match differ {
            Some((mine, &theirs)) => mine > theirs,
            None if n_mine < theirs.len() => {
                is_always_dependent(execution.trace.accesses(first), &moved.way.accesses)
            }
            None => false,
        }
    }
}

/// How many steps a clock counts, where one that counts some of the starts of a crowd counts
/// the first of them only.
fn key_of(starts: &[Starts], clock: &[u32]) -> u64 {
    let all: u64 = clock.iter().map(|&n| u64::from(n)).sum();
    let too_many = starts.iter().map(|of| {
        let n = clock[of.parent.index()];
        if (of.first..=of.last).contains(&n) { n - of.first } else { 0 }
    });
    all - too_many.map(u64::from).sum::<u64>()
}

/// Whether a step depends on another one whatever becomes of it there: a wait may time
/// out, and touches the same in another mode.
fn is_always_dependent(step: &[Access], other: &[Access]) -> bool {
    let is_plain = |mode| matches!(mode, Mode::Read | Mode::Write | Mode::Update | Mode::Take);
    let is_strong = |mode| matches!(mode, Mode::Write | Mode::Update | Mode::Take);
    let meets = |a: &Access, b: &Access| {
        a.object == b.object && is_plain(a.mode) && is_strong(b.mode) && a.slot == b.slot
    };
    step.iter().any(|a| other.iter().any(|b| meets(a, b)))
}
