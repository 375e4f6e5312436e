//! The notation in which the models are written: tasks with programs on a small world.
//!
//! A program is a list of steps. A step is a function on the world that either blocks (and then
//! changes nothing) or does its whole effect and says where its task goes on. A lock, a flag, a
//! semaphore or a counter is a cell; a queue or a log is a list. So `[acq, read, write, rel] x n`
//! is written as `.tasks(n, vec![acq(LOCK), read(COUNTER), write(COUNTER, -1), rel(LOCK)])`.
//!
//! What it can miss: everything that is not a step in this sense, such as weak memory, spurious
//! wake-ups, time and fairness.

use crate::documents::oracle::counter::{Model, Outcomes, Reach, count_schedules, reach};
use std::ops::Range;

/// The place of a task that has taken its last step.
pub(crate) const DONE: u16 = u16::MAX;

/// The place of a task that has ended before the end of its program.
pub(crate) const LEFT: u16 = u16::MAX - 1;

/// Where one task stands, and the one number that it keeps for itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Task {
    pub(crate) at: u16,
    pub(crate) own: i32,
}

impl Task {
    pub(crate) fn ended(self) -> bool {
        self.at == DONE || self.at == LEFT
    }
}

/// One state: all tasks and all that they share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct World {
    pub(crate) tasks: Vec<Task>,
    pub(crate) cells: Vec<i32>,
    pub(crate) lists: [Vec<i32>; 2],
}

impl World {
    /// How many of the tasks in `range` have not ended; in a final state these are stuck.
    pub(crate) fn unfinished(&self, range: Range<usize>) -> usize {
        self.tasks[range].iter().filter(|task| !task.ended()).count()
    }

    /// The first fact of most outcomes: "complete", or "stuck" with the number of stuck tasks.
    pub(crate) fn verdict(&self) -> String {
        match self.unfinished(0..self.tasks.len()) {
            0 => "complete".to_owned(),
            stuck => format!("stuck {stuck}"),
        }
    }
}

/// What a step says about its task.
pub(crate) enum Flow {
    /// The step is not enabled; the world stays as it was.
    Blocked,
    /// The step is done, go on with the one behind it.
    Next,
    /// The step is done, leave out so many steps behind it.
    Skip(u16),
    /// The step is done, go on with the first one of the program.
    Restart,
    /// The step is done and was the last one of its task.
    Leave,
}

/// One step: what it does to the world when the task of the given number takes it.
pub(crate) type Step = Box<dyn Fn(&mut World, usize) -> Flow>;

/// Tasks of several kinds, all tasks of one kind with the same program.
pub(crate) struct System {
    start: World,
    kinds: Vec<Kind>,
    symmetric: bool,
    label: Box<dyn Fn(&World) -> String>,
}

struct Kind {
    tasks: Range<usize>,
    program: Vec<Step>,
}

impl System {
    pub(crate) fn new(cells: &[i32], label: impl Fn(&World) -> String + 'static) -> System {
        let start = World { cells: cells.to_vec(), ..World::default() };
        System { start, kinds: Vec::new(), symmetric: false, label: Box::new(label) }
    }

    /// Gives the first list its first content.
    pub(crate) fn list(mut self, items: impl IntoIterator<Item = i32>) -> System {
        self.start.lists[0].extend(items);
        self
    }

    /// Adds `n` tasks with the same `program`; they get the next free numbers.
    pub(crate) fn tasks(mut self, n: usize, program: Vec<Step>) -> System {
        assert!(!program.is_empty() && program.len() < usize::from(LEFT));
        let first = self.start.tasks.len();
        self.start.tasks.resize(first + n, Task::default());
        self.kinds.push(Kind { tasks: first..first + n, program });
        self
    }

    /// Takes states for equal that differ only in the numbers of tasks of one kind.
    ///
    /// This loses no schedule as long as no step and no label looks at a task's number: swapping
    /// two such tasks maps the schedules from one state one to one onto those from the other.
    pub(crate) fn symmetric(mut self) -> System {
        self.symmetric = true;
        self
    }

    pub(crate) fn outcomes(&self) -> Outcomes {
        count_schedules(self)
    }

    pub(crate) fn reach(&self) -> Reach {
        reach(self)
    }
}

impl Model for System {
    type State = World;

    fn start(&self) -> World {
        self.start.clone()
    }

    fn n_tasks(&self) -> usize {
        self.start.tasks.len()
    }

    fn step(&self, world: &World, task: usize) -> Option<World> {
        let program = &self.kinds.iter().find(|kind| kind.tasks.contains(&task))?.program;
        let at = world.tasks[task].at;
        // Ended tasks stand behind the end of every program, so they have no next step.
        let step = program.get(usize::from(at))?;
        let mut next = world.clone();
        next.tasks[task].at = match step(&mut next, task) {
            Flow::Blocked => return None,
            Flow::Leave => LEFT,
            Flow::Restart => 0,
            Flow::Next if usize::from(at) + 1 < program.len() => at + 1,
            Flow::Skip(n) if usize::from(at + 1 + n) < program.len() => at + 1 + n,
            Flow::Next | Flow::Skip(_) => DONE,
        };
        if self.symmetric {
            self.kinds.iter().for_each(|kind| next.tasks[kind.tasks.clone()].sort_unstable());
        }
        Some(next)
    }

    fn outcome(&self, world: &World) -> String {
        (self.label)(world)
    }
}

/// A step that is always enabled.
pub(crate) fn act(effect: impl Fn(&mut World, usize) + 'static) -> Step {
    Box::new(move |world, task| {
        effect(world, task);
        Flow::Next
    })
}

/// A step that is enabled while `ready` holds.
pub(crate) fn when(
    ready: impl Fn(&World) -> bool + 'static,
    effect: impl Fn(&mut World, usize) + 'static,
) -> Step {
    Box::new(move |world, task| {
        if !ready(world) {
            return Flow::Blocked;
        }
        effect(world, task);
        Flow::Next
    })
}

/// `acq` of a plain lock: the cell is 0 while the lock is free.
pub(crate) fn acq(lock: usize) -> Step {
    when(move |world| world.cells[lock] == 0, move |world, _| world.cells[lock] = 1)
}

/// `rel` of a plain lock.
pub(crate) fn rel(lock: usize) -> Step {
    set(lock, 0)
}

/// `read`: the task keeps the value of the cell.
pub(crate) fn read(cell: usize) -> Step {
    act(move |world, task| world.tasks[task].own = world.cells[cell])
}

/// `write(read + change)`: the cell gets what the task has kept, changed.
pub(crate) fn write(cell: usize, change: i32) -> Step {
    act(move |world, task| world.cells[cell] = world.tasks[task].own + change)
}

/// An atomic write of a constant.
pub(crate) fn set(cell: usize, value: i32) -> Step {
    act(move |world, _| world.cells[cell] = value)
}

/// The end of another task, waited for.
pub(crate) fn join(other: usize) -> Step {
    when(move |world| world.tasks[other].ended(), |_, _| ())
}

/// A task's number, or a size, as the content of a cell.
pub(crate) fn number(n: usize) -> i32 {
    i32::try_from(n).expect("a model is small")
}

/// The steps of all parts, one part behind the other.
pub(crate) fn in_order(parts: impl IntoIterator<Item = Vec<Step>>) -> Vec<Step> {
    parts.into_iter().flatten().collect()
}

/// The steps of `body`, `n` times in a row.
pub(crate) fn repeat(n: usize, body: impl Fn() -> Vec<Step>) -> Vec<Step> {
    (0..n).flat_map(|_| body()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `[read, write(read + 1), write(read + 2)] x n` beside `[read, write(read - 1)]`, which has
    /// no symmetry between the kinds.
    fn two_kinds(n: usize) -> System {
        let system = System::new(&[0], |world| format!("final {}", world.cells[0]));
        let system = system.tasks(n, vec![read(0), write(0, 1), write(0, 2)]);
        system.tasks(1, vec![read(0), write(0, -1)])
    }

    #[test]
    fn symmetry_loses_no_schedule() {
        for n in 1..=3 {
            assert_eq!(two_kinds(n).symmetric().outcomes(), two_kinds(n).outcomes());
        }
        let [all, classes] = [two_kinds(3).reach(), two_kinds(3).symmetric().reach()];
        assert!(classes.n_states < all.n_states);
        assert_eq!(classes.outcomes, all.outcomes);
    }

    #[test]
    fn a_skip_may_end_the_program() {
        let program = || -> Vec<Step> { vec![Box::new(|_, _| Flow::Skip(1)), set(0, 1)] };
        let system = System::new(&[0], World::verdict).tasks(2, program());
        assert_eq!(system.outcomes(), Outcomes::from([("complete".to_owned(), 2)]));
    }
}
