//! Identities of tasks and objects that mean the same under every schedule.
//!
//! A task or an object is *the n-th one that its creator created*. That pair
//! does not depend on how the tasks were interleaved, so a sleep set, a trace
//! class or a report that spans many executions may speak of it. For the hot
//! path each pair is interned once in a search to a small integer
//! ([`TaskId`], [`ObjectId`]); the numbers of two searches need not agree, so
//! whatever leaves a search is written with the path ([`TaskPath`]) instead.

use std::borrow::Cow;
use std::fmt;

use smallvec::SmallVec;

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

/// Where a task stands in the tree of creators, the same in every search.
///
/// The main task is the empty path and prints as `T0`; its n-th child prints
/// as `Tn`, and the m-th child of that one as `Tn.m` (n and m count from 1).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskPath(pub SmallVec<[u32; 4]>);

impl TaskPath {
    /// Reads `0`, `3` or `3.1`, that is, the text of a path without its `T`.
    #[must_use]
    pub fn parse(text: &str) -> Option<TaskPath> {
        let mut path = SmallVec::new();
        for part in text.split('.') {
            if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            path.push(part.parse().ok()?);
        }
        match path.as_slice() {
            [0] => Some(TaskPath::default()),
            parts if parts.contains(&0) => None,
            _ => Some(TaskPath(path)),
        }
    }
}

impl fmt::Display for TaskPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((first, rest)) = self.0.split_first() else { return f.write_str("T0") };
        write!(f, "T{first}")?;
        rest.iter().try_for_each(|part| write!(f, ".{part}"))
    }
}

/// A name for people, formatted only when somebody reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// The text, empty when nothing was given.
    pub base: Cow<'static, str>,
    /// A number appended to the text, for families such as `fork 3`.
    pub index: Option<u32>,
}

impl Name {
    /// Whether no name was given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.base.is_empty() && self.index.is_none()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)?;
        match self.index {
            Some(index) if self.base.is_empty() => write!(f, "{index}"),
            Some(index) => write!(f, " {index}"),
            None => Ok(()),
        }
    }
}

impl From<&'static str> for Name {
    fn from(base: &'static str) -> Name {
        Name { base: Cow::Borrowed(base), index: None }
    }
}

impl From<String> for Name {
    fn from(base: String) -> Name {
        Name { base: Cow::Owned(base), index: None }
    }
}

impl<N: TryInto<u32>> From<(&'static str, N)> for Name {
    fn from((base, index): (&'static str, N)) -> Name {
        Name { base: Cow::Borrowed(base), index: index.try_into().ok() }
    }
}

/// What is known of one interned task or object.
#[derive(Clone, Debug)]
struct Origin {
    creator: TaskId,
    nth: u32,
}

/// The interned pairs of one search.
#[derive(Clone, Debug, Default)]
pub struct Names {
    tasks: Vec<Origin>,
    objects: Vec<Origin>,
    /// For each task its children, by the order in which it created them.
    children: Vec<Vec<TaskId>>,
    /// For each task its objects, by the order in which it created them.
    created: Vec<Vec<ObjectId>>,
}

impl Names {
    /// Names that hold the main task alone.
    #[must_use]
    pub fn new() -> Names {
        let main = Origin { creator: TaskId::MAIN, nth: 0 };
        Names { tasks: vec![main], objects: vec![], children: vec![vec![]], created: vec![vec![]] }
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
    pub fn child(&mut self, creator: TaskId, nth: u32) -> TaskId {
        let known = &mut self.children[creator.index()];
        if let Some(&id) = known.get(nth as usize) {
            return id;
        }
        assert!(known.len() == nth as usize, "children are created in order");
        let id = TaskId(u32::try_from(self.tasks.len()).expect("fewer than 2^32 tasks"));
        known.push(id);
        self.tasks.push(Origin { creator, nth });
        self.children.push(vec![]);
        self.created.push(vec![]);
        id
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
        self.objects.push(Origin { creator, nth });
        id
    }

    /// The place of a task in the tree of creators.
    #[must_use]
    pub fn task_path(&self, task: TaskId) -> TaskPath {
        let mut path = SmallVec::new();
        let mut at = task;
        while at != TaskId::MAIN {
            let origin = &self.tasks[at.index()];
            path.push(origin.nth + 1);
            at = origin.creator;
        }
        path.reverse();
        TaskPath(path)
    }

    /// The task at a place in the tree of creators, if it has been seen.
    #[must_use]
    pub fn task_at(&self, path: &TaskPath) -> Option<TaskId> {
        path.0.iter().try_fold(TaskId::MAIN, |at, &part| {
            self.children[at.index()].get(part.checked_sub(1)? as usize).copied()
        })
    }

    /// The creator of an object and its number among what that task created.
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
        for text in ["T0", "T1", "T12", "T3.1", "T3.1.7"] {
            let path = TaskPath::parse(&text[1..]).expect(text);
            assert_eq!(path.to_string(), text);
        }
        for bad in ["", ".", "1.", "0.1", "1.0", "x", "-1", "+1", "99999999999"] {
            assert_eq!(TaskPath::parse(bad), None, "{bad}");
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
