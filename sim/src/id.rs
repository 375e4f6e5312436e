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
//! one. Such an object is *derived* from one that is there, by a number, or it is known by
//! the place at which the source makes it.

use std::fmt;

use smallvec::SmallVec;

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
    /// The thread that writes to the other processes what its own puts into a queue.
    Feeder,
    /// The exit of a process, named after the main task of that process.
    Exit,
    /// The clock of virtual time.
    Clock,
    /// No task: the place in the source at which objects are made that no task can be said
    /// to have made.
    Place,
}

impl Role {
    /// The letter that a path of this role begins with.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            Role::Program => 'T',
            Role::Exit => 'K',
            Role::Clock => 'C',
            Role::Feeder => 'F',
            Role::Place => '@',
        }
    }

    /// Whether a task can have several of them, which are numbered.
    pub(crate) fn is_child(self) -> bool {
        matches!(self, Role::Program | Role::Feeder)
    }
}

/// Where a task stands in the tree of creators, the same in every search.
///
/// The main task is the empty path and prints as `T0`; its n-th child prints
/// as `Tn`, and the m-th child of that one as `Tn.m` (n and m count from 1).
/// The pseudo-task that ends the process of main is `K0`, the clock `C0`. The n-th feeder that
/// a task has, `Tm` for instance, is `Fm.n`.
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
        let role = [Role::Program, Role::Exit, Role::Clock, Role::Feeder]
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
        if self.role == Role::Place {
            return write_place(&self.parts, f);
        }
        let letter = self.role.letter();
        let Some((first, rest)) = self.parts.split_first() else { return write!(f, "{letter}0") };
        write!(f, "{letter}{first}")?;
        rest.iter().try_for_each(|part| write!(f, ".{part}"))
    }
}

/// Writes a place that is a path as people do.
fn write_place(parts: &[u32], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Some((line, rest)) = parts.split_first() else { return Ok(()) };
    let bytes: Vec<u8> = rest.iter().skip(1).filter_map(|&byte| byte.try_into().ok()).collect();
    write!(f, "{}:{line}", String::from_utf8_lossy(&bytes))
}

/// What is known of one interned task or object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Creation {
    pub(crate) creator: TaskId,
    pub(crate) nth: u32,
    pub(crate) role: Role,
}

pub(crate) fn parts_of(task: TaskId, origin: impl Fn(TaskId) -> Creation) -> Parts {
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
        let of = if role.is_child() { task } else { creator };
        TaskPath { role, parts: parts_of(of, origin) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_what_they_print() {
        for text in ["T0", "T1", "T12", "T3.1", "T3.1.7", "K0", "K2.1", "C0", "F1", "F2.1"] {
            let path = TaskPath::parse(text).expect(text);
            assert_eq!(path.to_string(), text);
        }
        for bad in
            ["", "T", "1", "T.", "T1.", "T0.1", "T1.0", "Tx", "T-1", "T+1", "T99999999999", "é"]
        {
            assert_eq!(TaskPath::parse(bad), None, "{bad}");
        }
    }
}
