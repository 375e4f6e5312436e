//! Identities of tasks and objects that mean the same under every schedule.
//!
//! A task or an object is *the n-th one that its creator created*. That pair
//! does not depend on how the tasks were interleaved, so a plan, a trace
//! class or a report that spans many executions may speak of it. For the hot
//! path each pair is interned once in a search to a small integer
//! ([`TaskId`], [`ObjectId`]); the numbers of two searches need not agree, so
//! whatever leaves a search is written with the path ([`TaskPath`]) instead.
//!
//! Some objects are needed first by one task in one schedule and by another task in another
//! one. Such an object is *derived* from one that is there, by a number.

use std::cmp::Ordering;
use std::fmt;
use std::sync::OnceLock;

use smallvec::SmallVec;

use crate::derived::{self, Derived};
use crate::parts::Parts;

/// A task, interned for one search. Index 0 is always the main task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(pub u32);

/// A cell or gauge, interned for one search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub u32);

impl TaskId {
    /// The main task, which every execution starts with.
    pub const MAIN: TaskId = TaskId(0);

    /// The number as an index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl ObjectId {
    /// The number as an index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a task is: one of the program, or a pseudo-task of the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A task of the program.
    #[default]
    Program,
    /// The exit of a process, named after the main task of that process.
    Exit,
    /// The clock of virtual time.
    Clock,
}

impl Role {
    /// The letter that a path of this role begins with.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            Role::Program => 'T',
            Role::Exit => 'K',
            Role::Clock => 'C',
        }
    }
}

/// Where a task stands in the tree of creators, the same in every search.
///
/// The main task is the empty path and prints as `T0`; its n-th child prints
/// as `Tn`, and the m-th child of that one as `Tn.m` (n and m count from 1).
/// The pseudo-task that ends the process of main is `K0`, the clock `C0`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskPath {
    /// What the task is.
    pub role: Role,
    /// From the main task down, the number of the child at each turn.
    pub parts: Parts,
}

impl TaskPath {
    /// Reads `T0`, `T3`, `T3.1` or `K0`.
    #[must_use]
    pub fn parse(text: &str) -> Option<TaskPath> {
        let role = [Role::Program, Role::Exit, Role::Clock]
            .into_iter()
            .find(|role| text.starts_with(role.letter()))?;
        Some(TaskPath { role, parts: TaskPath::parse_parts(&text[1..])? })
    }

    fn parse_parts(text: &str) -> Option<Parts> {
        let mut path: SmallVec<[u32; 4]> = SmallVec::new();
        for part in text.split('.') {
            if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            path.push(part.parse().ok()?);
        }
        match path.as_slice() {
            [0] => Some(Parts::default()),
            parts if parts.contains(&0) => None,
            parts => Some(Parts::from(parts)),
        }
    }
}

impl fmt::Display for TaskPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = self.role.letter();
        let Some((first, rest)) = self.parts.split_first() else { return write!(f, "{letter}0") };
        write!(f, "{letter}{first}")?;
        rest.iter().try_for_each(|part| write!(f, ".{part}"))
    }
}

/// What is known of one interned task or object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Creation {
    creator: TaskId,
    nth: u32,
    role: Role,
}

fn parts_of(task: TaskId, origin: impl Fn(TaskId) -> Creation) -> Parts {
    let mut parts = vec![];
    let mut at = task;
    while at != TaskId::MAIN {
        let Creation { creator, nth, .. } = origin(at);
        parts.push(nth + 1);
        at = creator;
    }
    parts.reverse();
    Parts::from(&*parts)
}

impl TaskPath {
    /// The path of a task, from where it and those above it came from.
    pub(crate) fn of(task: TaskId, origin: impl Fn(TaskId) -> Creation) -> TaskPath {
        let Creation { creator, role, .. } = origin(task);
        let of = if role == Role::Program { task } else { creator };
        TaskPath { role, parts: parts_of(of, origin) }
    }
}

/// Paths of at most this many numbers are made anew each time, longer ones once.
const DEEP: usize = 4;

/// The interned pairs of one search.
#[derive(Clone, Debug, Default)]
pub struct Names {
    tasks: Vec<Creation>,
    objects: Vec<Creation>,
    /// For each task its children, by the order in which it created them.
    children: Vec<Vec<TaskId>>,
    /// For each task its objects, by the order in which it created them.
    created: Vec<Vec<ObjectId>>,
    derived: Derived<ObjectId>,
    /// The paths of tasks deep in the tree, from when they are first asked for.
    deep: Vec<OnceLock<Parts>>,
}

impl Names {
    /// Names that hold the main task alone.
    #[must_use]
    pub fn new() -> Names {
        let main = Creation { creator: TaskId::MAIN, nth: 0, role: Role::Program };
        Names {
            tasks: vec![main],
            objects: vec![],
            children: vec![vec![]],
            created: vec![vec![]],
            derived: Derived::default(),
            deep: vec![OnceLock::new()],
        }
    }

    /// How many tasks have been seen in this search.
    #[must_use]
    pub fn n_tasks(&self) -> usize {
        self.tasks.len()
    }

    /// How many objects have been seen in this search.
    #[must_use]
    pub fn n_objects(&self) -> usize {
        self.objects.len()
    }

    /// The `nth` child of `creator` (counted from 0).
    #[inline]
    pub fn child(&mut self, creator: TaskId, nth: u32) -> TaskId {
        let known = &mut self.children[creator.index()];
        if let Some(&id) = known.get(nth as usize) {
            return id;
        }
        assert!(known.len() == nth as usize, "children are created in order");
        let id = TaskId(u32::try_from(self.tasks.len()).expect("fewer than 2^32 tasks"));
        known.push(id);
        self.enter(Creation { creator, nth, role: Role::Program });
        id
    }

    /// The pseudo-task of a role that belongs to `of`.
    pub fn system(&mut self, role: Role, of: TaskId) -> TaskId {
        if let Some(id) = self.find_system(role, of) {
            return id;
        }
        let id = TaskId(u32::try_from(self.tasks.len()).expect("fewer than 2^32 tasks"));
        self.enter(Creation { creator: of, nth: 0, role });
        id
    }

    fn find_system(&self, role: Role, of: TaskId) -> Option<TaskId> {
        let at =
            self.tasks.iter().position(|origin| origin.role == role && origin.creator == of)?;
        Some(TaskId(u32::try_from(at).expect("fewer than 2^32 tasks")))
    }

    fn enter(&mut self, origin: Creation) {
        self.tasks.push(origin);
        self.children.push(vec![]);
        self.created.push(vec![]);
        self.deep.push(OnceLock::new());
    }

    /// The `nth` object that `creator` created (counted from 0).
    pub fn object(&mut self, creator: TaskId, nth: u32) -> ObjectId {
        let known = &mut self.created[creator.index()];
        if let Some(&id) = known.get(nth as usize) {
            return id;
        }
        assert!(known.len() == nth as usize, "objects are created in order");
        let id = ObjectId(u32::try_from(self.objects.len()).expect("fewer than 2^32 objects"));
        known.push(id);
        self.objects.push(Creation { creator, nth, role: Role::Program });
        id
    }

    /// The object with a number that is derived from another one.
    pub fn derived(&mut self, of: ObjectId, number: u32) -> ObjectId {
        if let Some(id) = self.derived.get(of, number) {
            return id;
        }
        let id = ObjectId(u32::try_from(self.objects.len()).expect("fewer than 2^32 objects"));
        let origin = self.objects[of.index()];
        let nth = derived::nth(origin.nth, number);
        self.objects.push(Creation { nth, ..origin });
        self.derived.insert(of, number, id);
        id
    }

    /// The creator of a task, and how many it had created before. Main created itself.
    pub(crate) fn creator(&self, task: TaskId) -> (TaskId, u32) {
        self.tasks.get(task.index()).map_or((TaskId::MAIN, 0), |of| (of.creator, of.nth))
    }

    /// The place of a task in the tree of creators.
    #[must_use]
    pub fn task_path(&self, task: TaskId) -> TaskPath {
        let role = self.tasks[task.index()].role;
        let of = if role == Role::Program { task } else { self.tasks[task.index()].creator };
        let mut parts: SmallVec<[u32; 8]> = SmallVec::new();
        let mut at = of;
        while at != TaskId::MAIN {
            if parts.len() == DEEP {
                let parts = || parts_of(of, |task| self.origin(task));
                let parts = self.deep[of.index()].get_or_init(parts);
                return TaskPath { role, parts: parts.clone() };
            }
            let origin = &self.tasks[at.index()];
            parts.push(origin.nth + 1);
            at = origin.creator;
        }
        parts.reverse();
        TaskPath { role, parts: Parts::from(&*parts) }
    }

    pub(crate) fn origin(&self, task: TaskId) -> Creation {
        self.tasks[task.index()]
    }

    /// Which of two tasks comes first, the same in every search: those of the
    /// program by their paths, then those of the machine.
    #[must_use]
    pub fn order(&self, a: TaskId, b: TaskId) -> Ordering {
        let (of_a, of_b) = (&self.tasks[a.index()], &self.tasks[b.index()]);
        // Main has no place among its children.
        let has_place = a != TaskId::MAIN && b != TaskId::MAIN;
        if has_place && of_a.role == of_b.role && of_a.creator == of_b.creator {
            return of_a.nth.cmp(&of_b.nth);
        }
        of_a.role.cmp(&of_b.role).then_with(|| self.task_path(a).cmp(&self.task_path(b)))
    }

    /// The task at a place in the tree of creators, if it has been seen.
    #[must_use]
    pub fn task_at(&self, path: &TaskPath) -> Option<TaskId> {
        let task = path.parts.iter().try_fold(TaskId::MAIN, |at, &part| {
            self.children[at.index()].get(part.checked_sub(1)? as usize).copied()
        })?;
        if path.role == Role::Program { Some(task) } else { self.find_system(path.role, task) }
    }

    /// The `nth` object that the task at a place created, if it has been seen.
    #[must_use]
    pub fn object_at(&self, creator: &TaskPath, nth: u32) -> Option<ObjectId> {
        let creator = self.task_at(creator)?;
        let of_creator = |nth: u32| self.created[creator.index()].get(nth as usize).copied();
        match derived::parts(nth) {
            Some((of, number)) => self.derived.get(of_creator(of)?, number),
            None => of_creator(nth),
        }
    }

    /// The creator of an object and its number among what that task created. A derived
    /// object has a number that no other one has.
    #[must_use]
    pub fn object_origin(&self, object: ObjectId) -> (TaskPath, u32) {
        let origin = &self.objects[object.index()];
        (self.task_path(origin.creator), origin.nth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_what_they_print() {
        for text in ["T0", "T1", "T12", "T3.1", "T3.1.7", "K0", "K2.1", "C0"] {
            let path = TaskPath::parse(text).expect(text);
            assert_eq!(path.to_string(), text);
        }
        for bad in
            ["", "T", "1", "T.", "T1.", "T0.1", "T1.0", "Tx", "T-1", "T+1", "T99999999999", "é"]
        {
            assert_eq!(TaskPath::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn tasks_are_ordered_by_their_paths() {
        let mut names = Names::new();
        // The number of a task is the order in which it was seen first.
        let exit = names.system(Role::Exit, TaskId::MAIN);
        let [a, b] = [0, 1].map(|nth| names.child(TaskId::MAIN, nth));
        let of_a = names.child(a, 0);
        let in_order = [TaskId::MAIN, a, of_a, b, exit];
        for (i, &one) in in_order.iter().enumerate() {
            for (j, &other) in in_order.iter().enumerate() {
                assert_eq!(names.order(one, other), i.cmp(&j), "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn paths_deep_down_are_made_once() {
        let mut names = Names::new();
        let mut tasks = vec![TaskId::MAIN];
        for _ in 0..10_000 {
            tasks.push(names.child(tasks[tasks.len() - 1], 0));
        }
        let last = tasks[10_000];
        let (one, other) = (names.task_path(last), names.task_path(last));
        assert!(std::ptr::eq(&*one.parts, &*other.parts), "the numbers are shared");
        assert_eq!(one.to_string(), format!("T{}", ["1"; 10_000].join(".")));
        assert_eq!((names.task_at(&one), names.task_path(tasks[4]).parts.len()), (Some(last), 4));
        for pair in tasks[..10].windows(2) {
            assert!(names.order(pair[0], pair[1]).is_lt());
        }
    }

    #[test]
    fn the_same_pair_is_the_same_task() {
        let mut names = Names::new();
        let a = names.child(TaskId::MAIN, 0);
        let b = names.child(a, 0);
        assert_eq!(names.child(TaskId::MAIN, 0), a);
        assert_eq!(names.task_path(b).to_string(), "T1.1");
        assert_eq!(names.task_at(&names.task_path(b)), Some(b));
    }
}
