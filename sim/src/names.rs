//! The interned tasks and objects of one search, with the paths behind their numbers.

use std::cmp::Ordering;
use std::panic::Location;
use std::sync::OnceLock;

use smallvec::SmallVec;

use crate::derived::{self, Derived};
use crate::id::{Creation, ObjectId, Role, TaskId, TaskPath, parts_of};
use crate::parts::Parts;
use crate::place::{self, PlacedObjects};

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
    places: PlacedObjects,
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
            places: PlacedObjects::default(),
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

    /// The `nth` feeder of a task (counted from 0).
    pub fn feeder(&mut self, of: TaskId, nth: u32) -> TaskId {
        if let Some(id) = self.find_feeder(of, nth) {
            return id;
        }
        let id = TaskId(u32::try_from(self.tasks.len()).expect("fewer than 2^32 tasks"));
        self.enter(Creation { creator: of, nth, role: Role::Feeder });
        id
    }

    fn find_feeder(&self, of: TaskId, nth: u32) -> Option<TaskId> {
        let is_it = |origin: &Creation| {
            origin.role == Role::Feeder && origin.creator == of && origin.nth == nth
        };
        let at = self.tasks.iter().position(is_it)?;
        Some(TaskId(u32::try_from(at).expect("fewer than 2^32 tasks")))
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
    #[inline]
    pub fn object(&mut self, creator: TaskId, nth: u32) -> ObjectId {
        let known = self.created[creator.index()].get(nth as usize).copied();
        known.unwrap_or_else(|| self.add_object(creator, nth))
    }

    #[cold]
    fn add_object(&mut self, creator: TaskId, nth: u32) -> ObjectId {
        let known = &mut self.created[creator.index()];
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

    /// The number of a place that makes objects which no task can be said to have made.
    pub(crate) fn place_number(&mut self, place: &'static Location<'static>) -> usize {
        self.places.number(place)
    }

    /// The `nth` object of the place with a number.
    pub(crate) fn placed(&mut self, number: usize, nth: u32) -> ObjectId {
        if let Some(id) = self.places.get(number, nth) {
            return id;
        }
        let id = ObjectId(u32::try_from(self.objects.len()).expect("fewer than 2^32 objects"));
        let creator = TaskId(u32::try_from(number).expect("few places"));
        self.objects.push(Creation { creator, nth, role: Role::Place });
        self.places.add(number, id);
        id
    }

    /// Whether two objects are the same, or both known by the same place: which of those is
    /// which may be another matter in another schedule.
    #[must_use]
    pub fn is_same_or_of_one_place(&self, a: Option<ObjectId>, b: Option<ObjectId>) -> bool {
        let of = |id: ObjectId| self.objects.get(id.index());
        let is_alike = |a: &Creation, b: &Creation| {
            a.role == Role::Place && b.role == Role::Place && a.creator == b.creator
        };
        a == b || a.and_then(of).zip(b.and_then(of)).is_some_and(|(a, b)| is_alike(a, b))
    }

    /// The creator of a task, and how many it had created before. Main created itself.
    pub(crate) fn creator(&self, task: TaskId) -> (TaskId, u32) {
        self.tasks.get(task.index()).map_or((TaskId::MAIN, 0), |of| (of.creator, of.nth))
    }

    /// The place of a task in the tree of creators.
    #[must_use]
    pub fn task_path(&self, task: TaskId) -> TaskPath {
        let role = self.tasks[task.index()].role;
        let of = if role.is_child() { task } else { self.tasks[task.index()].creator };
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
        let (parts, nth) = match path.parts.split_last() {
            Some((&nth, parts)) if path.role == Role::Feeder => (parts, nth.checked_sub(1)),
            _ => (&*path.parts, None),
        };
        let task = parts.iter().try_fold(TaskId::MAIN, |at, &part| {
            self.children[at.index()].get(part.checked_sub(1)? as usize).copied()
        })?;
        match path.role {
            Role::Program => Some(task),
            Role::Feeder => self.find_feeder(task, nth?),
            Role::Exit | Role::Clock => self.find_system(path.role, task),
            Role::Place => None,
        }
    }

    /// The `nth` object that the task at a place created, if it has been seen.
    #[must_use]
    pub fn object_at(&self, creator: &TaskPath, nth: u32) -> Option<ObjectId> {
        if creator.role == Role::Place {
            return self.places.find(creator, nth);
        }
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
        if origin.role == Role::Place {
            let place = self.places.place(origin.creator.index());
            return (place::path(place), origin.nth);
        }
        (self.task_path(origin.creator), origin.nth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
