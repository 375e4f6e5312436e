//! The notation of the models with processes: tasks whose steps are what they touch.
//!
//! A program is a list of steps, and a step is its accesses to cells and gauges: whether it is
//! enabled, and what it changes, follows from them. Which of two accesses depend on each other is
//! written here from the words of the design (§2.2) and of the contract on processes (§3).
//!
//! | access | enabled if the object | leaves it | independent of |
//! |---|---|---|---|
//! | `Read` of a cell | | | Read, Alive |
//! | `Alive`, a Read of a process's cell | shows 0 | | Read, Alive |
//! | `Write(v)` of a cell | | at v | |
//! | `Update` of a cell | | one higher | |
//! | `Take(n)` of a gauge | shows n | n lower | |
//! | `Await(n)`, `AtLeast(n)` | shows n | | Await, AtLeast, Look |
//! | `Look` | | | Await, AtLeast, Look, End |
//! | `Give(n)` | | n higher | Give |
//! | `Drop(n)` | | n lower | |
//! | `Set(v)` | | at v | Set of the same |
//! | `Tally(n)`, no more than whether a queue can go on | | n higher | Tally, Draw |
//! | `Draw(n)`, the same for what is taken from it | shows n | n lower | Tally |
//! | `End`, the end of a pipe is found | | | End, Look |
//!
//! The order of a message's sending and its receipt is that of a Write and a Read of its slot,
//! and the order of two receipts that of their Updates of the head, so Tally and Draw have
//! nothing to say of it.
//!
//! What counts as a step: what the model lists. Starts, ends and joins are listed where they
//! touch something that another task may touch before or after, and left out where they only
//! wait or are waited for: the start of a process that reads nothing, its end that closes
//! nothing, the joins of main and its exit.
//!
//! What it can miss: a step that touches more than the contract says.

use std::collections::BTreeMap;

use crate::documents::oracle::classes::{Counted, Marked, count_classes};
use crate::documents::oracle::counter::{Model, count_schedules};

/// A cell or a gauge: what it is, and of which task or of what number. It shows 0 at first.
pub(crate) type Object = (&'static str, usize);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Read,
    Alive,
    Write(i64),
    Update,
    Take(i64),
    Await(i64),
    AtLeast(i64),
    Look,
    Give(i64),
    Drop(i64),
    Set(i64),
    Tally(i64),
    Draw(i64),
    End,
}
use Mode::*;

impl Mode {
    /// Whether an object that shows so much lets the step be.
    fn allows(self, shows: i64) -> bool {
        match self {
            Alive => shows == LIVES,
            Take(n) | Await(n) | AtLeast(n) | Draw(n) => shows >= n,
            _ => true,
        }
    }

    fn leaves(self, shows: i64) -> i64 {
        match self {
            Read | Alive | Await(_) | AtLeast(_) | Look | End => shows,
            Write(value) | Set(value) => value,
            Update => shows + 1,
            Give(n) | Tally(n) => shows + n,
            Take(n) | Drop(n) | Draw(n) => shows - n,
        }
    }

    fn independent(self, other: Mode) -> bool {
        let looks = |mode| matches!(mode, Look | Await(_) | AtLeast(_));
        match (self, other) {
            (Read | Alive, Read | Alive) | (Give(_), Give(_)) => true,
            (Set(value), Set(same)) => value == same,
            (Tally(_), Tally(_) | Draw(_)) | (Draw(_), Tally(_)) => true,
            (End, End | Look) | (Look, End) => true,
            _ => looks(self) && looks(other),
        }
    }
}

/// What one step touches, in the order in which it does.
pub(crate) type Accesses = Vec<(Mode, Object)>;

/// A step, resolved: what it touches, what its task notes, and where that goes on.
#[derive(Default)]
pub(crate) struct Act {
    pub(crate) accesses: Accesses,
    pub(crate) note: Option<i64>,
    pub(crate) flow: Flow,
}

#[derive(Clone, Copy, Default)]
pub(crate) enum Flow {
    #[default]
    Next,
    /// The same step again.
    Again,
    /// The first step of the program again.
    Restart,
    /// The step was the last one of its task.
    Leave,
}

/// What a task does next, from what there is; a step may be resolved by what it finds.
pub(crate) type Step = Box<dyn Fn(&World, usize) -> Act>;

/// A step that touches the same whatever it finds.
pub(crate) fn touch(accesses: impl Into<Accesses>) -> Step {
    let accesses = accesses.into();
    Box::new(move |_, _| Act { accesses: accesses.clone(), ..Act::default() })
}

/// The same, and the task notes what an object has shown before the step.
pub(crate) fn noting(object: Object, accesses: impl Into<Accesses>) -> Step {
    let accesses = accesses.into();
    Box::new(move |world, _| {
        let note = Some(world.shows(object));
        Act { accesses: accesses.clone(), note, ..Act::default() }
    })
}

/// One state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct World {
    /// What objects show that do not show 0.
    objects: BTreeMap<Object, i64>,
    /// Where each task stands, and what it has noted.
    at: Vec<usize>,
    pub(crate) notes: Vec<Vec<i64>>,
}

impl World {
    pub(crate) fn shows(&self, object: Object) -> i64 {
        self.objects.get(&object).copied().unwrap_or_default()
    }

    fn put(&mut self, object: Object, value: i64) {
        match value {
            0 => self.objects.remove(&object),
            value => self.objects.insert(object, value),
        };
    }
}

/// What the cell of a killable process shows.
const LIVES: i64 = 0;
const GONE: i64 = 1;

struct Program {
    steps: Vec<Step>,
    role: Role,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A thread, or the main task of a plain process; the first one is main.
    Attached,
    Killable,
    /// Deaths, feeders, workers of a pool that wait for more: nothing waits for them.
    Background,
}

/// The cell that says whether a killable task lives, by the number of the task.
pub(crate) fn alive(task: usize) -> Object {
    ("alive", task)
}

/// The gauge that is given to when a task has ended, and when it has been told to die.
pub(crate) fn done(task: usize) -> Object {
    ("done", task)
}
pub(crate) fn doomed(task: usize) -> Object {
    ("doomed", task)
}

pub(crate) fn terminate(task: usize) -> Step {
    touch([(Give(1), doomed(task))])
}

/// The start of a task, where it is a step; then the first step of the task is [`started`].
pub(crate) fn start(task: usize, copies: impl Into<Accesses>) -> Step {
    let mut accesses = copies.into();
    accesses.push((Give(1), ("started", task)));
    touch(accesses)
}

/// Puts the first step of a task behind its start.
pub(crate) fn started(task: usize, mut steps: Vec<Step>) -> Vec<Step> {
    let first = steps.remove(0);
    let first: Step = Box::new(move |world, own| {
        let mut act = first(world, own);
        act.accesses.push((Await(1), ("started", task)));
        act
    });
    steps.insert(0, first);
    steps
}

/// Tasks, each with its program, by number: main is 0.
pub(crate) struct System {
    start: World,
    programs: Vec<Program>,
    /// The facts of a complete execution.
    label: Box<dyn Fn(&World) -> String>,
}

impl System {
    pub(crate) fn new(label: impl Fn(&World) -> String + 'static) -> System {
        System { start: World::default(), programs: vec![], label: Box::new(label) }
    }

    /// Has an object show something at first.
    pub(crate) fn showing(mut self, object: Object, value: i64) -> System {
        self.start.put(object, value);
        self
    }

    fn add(mut self, role: Role, steps: Vec<Step>) -> System {
        self.programs.push(Program { steps, role });
        self.start.at.push(0);
        self.start.notes.push(vec![]);
        self
    }

    pub(crate) fn task(self, steps: Vec<Step>) -> System {
        self.add(Role::Attached, steps)
    }

    pub(crate) fn background(self, steps: Vec<Step>) -> System {
        self.add(Role::Background, steps)
    }

    /// A process that can be killed, and behind it the task of its death. Each step of it reads
    /// whether it lives. Its end, which is a step, and its death write that, so that the first of
    /// them is the only one. A process that is told to die, and has ended, stays as it is.
    pub(crate) fn killable(self, steps: Vec<Step>) -> System {
        let task = self.programs.len();
        let reads = |step: Step| -> Step {
            Box::new(move |world, of| {
                let mut act = step(world, of);
                act.accesses.push((Alive, alive(task)));
                act
            })
        };
        let ends = vec![(Alive, alive(task)), (Write(GONE), alive(task)), (Give(1), done(task))];
        let mut steps: Vec<Step> = steps.into_iter().map(reads).collect();
        steps.push(touch(ends.clone()));
        let dies = [vec![(Await(1), doomed(task))], ends].concat();
        self.add(Role::Killable, steps).background(vec![touch(dies)])
    }

    pub(crate) fn counts(&self) -> Counted {
        let counted = count_classes(self);
        // Merging states and merging classes finds the same schedules.
        assert_eq!(counted.schedules, count_schedules(self));
        counted
    }

    fn next(&self, world: &World, task: usize) -> Option<Act> {
        let act = self.programs[task].steps.get(world.at[task])?(world, task);
        // An access sees what those before it in the step have left.
        let mut after = world.clone();
        let mut allowed = act.accesses.iter().map(|&(mode, object)| {
            let shows = after.shows(object);
            after.put(object, mode.leaves(shows));
            mode.allows(shows)
        });
        allowed.all(|allowed| allowed).then_some(act)
    }

    /// Whether a task waits for good where nothing is enabled.
    fn is_stuck(&self, world: &World, task: usize) -> bool {
        let Program { steps, role } = &self.programs[task];
        let is_killed = *role == Role::Killable && world.shows(alive(task)) == GONE;
        *role != Role::Background && world.at[task] < steps.len() && !is_killed
    }
}

impl Model for System {
    type State = World;

    fn start(&self) -> World {
        self.start.clone()
    }

    fn n_tasks(&self) -> usize {
        self.programs.len()
    }

    fn step(&self, world: &World, task: usize) -> Option<World> {
        let Act { accesses, note, flow } = self.next(world, task)?;
        let mut next = world.clone();
        for (mode, object) in accesses {
            next.put(object, mode.leaves(next.shows(object)));
        }
        next.notes[task].extend(note);
        next.at[task] = match flow {
            Flow::Next => world.at[task] + 1,
            Flow::Again => world.at[task],
            Flow::Restart => 0,
            Flow::Leave => self.programs[task].steps.len(),
        };
        Some(next)
    }

    /// "complete" with the facts, or "stuck" with the number of stuck tasks beside main.
    fn outcome(&self, world: &World) -> String {
        let stuck: Vec<_> = (0..self.n_tasks()).filter(|&t| self.is_stuck(world, t)).collect();
        if let Some(first) = stuck.first() {
            return format!("stuck {}", stuck.len() - usize::from(*first == 0));
        }
        match (self.label)(world).as_str() {
            "" => "complete".to_owned(),
            facts => format!("complete; {facts}"),
        }
    }
}

impl Marked for System {
    type Marks = Accesses;

    fn marks(&self, world: &World, task: usize) -> Accesses {
        self.next(world, task).expect("only what is enabled is asked for").accesses
    }

    fn dependent(&self, one: &Accesses, other: &Accesses) -> bool {
        one.iter().any(|&(mode, object)| {
            let same = other.iter().filter(|&&(_, of)| of == object);
            same.clone().any(|&(other, _)| !mode.independent(other))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relation_is_symmetric() {
        let modes = [
            Read,
            Alive,
            Write(1),
            Update,
            Take(1),
            Await(1),
            AtLeast(1),
            Look,
            Give(1),
            Drop(1),
            Set(1),
            Tally(1),
            Draw(1),
            End,
        ];
        for one in modes {
            for other in modes {
                assert_eq!(one.independent(other), other.independent(one), "{one:?} {other:?}");
            }
        }
    }
}
