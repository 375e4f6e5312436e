//! K08: threads under a global interpreter lock that give it up between a load and a store; and
//! greenlets that make calls which may take any time.
//!
//! The idea: the lock of an interpreter, or the turn of a greenlet, is one cell that each step updates which passes it on or asks for it, and
//! a line of places. A thread that is next is given its seat, which no other thread takes. So
//! the classes are the orders of those steps, as far as the line leaves them open.
//!
//! A thread that asks for a free lock is given its seat as well, where the tool makes no second
//! step: that step touches nothing that another one touches.
//!
//! What counts as a step: all but starts, ends, joins, and what main does after the joins.

use super::marked::{Act, Mode::*, Object, Step, System, World, done, noting, touch};
use crate::documents::oracle::classes::Counted;

const X: Object = ("x", 0);
const CELL: Object = ("cell", 0);
const IS_HELD: Object = ("is held", 0);
/// The number of the last place in line.
const PLACES: Object = ("places", 0);

/// The place of a task in line, 0 if it is not there.
fn place(task: usize) -> Object {
    ("place", task)
}

fn seat(task: usize) -> Object {
    ("seat", task)
}

/// Gives the lock to the one of the tasks below `n` whose place is the first.
fn pass(n: usize) -> Step {
    Box::new(move |world: &World, _| {
        let in_line = (0..n).filter(|&task| world.shows(place(task)) > 0);
        let accesses = match in_line.min_by_key(|&task| world.shows(place(task))) {
            Some(next) => vec![(Update, CELL), (Write(0), place(next)), (Give(1), seat(next))],
            None => vec![(Update, CELL), (Write(0), IS_HELD)],
        };
        Act { accesses, ..Act::default() }
    })
}

fn enter() -> Step {
    Box::new(|world: &World, task| {
        let last = world.shows(PLACES) + 1;
        let accesses = match world.shows(IS_HELD) {
            0 => vec![(Update, CELL), (Write(1), IS_HELD), (Give(1), seat(task))],
            _ => vec![(Update, CELL), (Write(last), PLACES), (Write(last), place(task))],
        };
        Act { accesses, ..Act::default() }
    })
}

fn store() -> Step {
    Box::new(|world: &World, task| {
        let accesses = vec![(Write(world.notes[task][0] - 1), X)];
        Act { accesses, ..Act::default() }
    })
}

/// n threads load x, sleep without the lock for any time, and store x - 1. All stand in line
/// when main gives the lock up for the first time.
pub(crate) fn k08_yields(n: usize) -> Counted {
    let system = System::new(|world| format!("final {}", world.shows(X)));
    let system = system.showing(X, number(n)).showing(IS_HELD, 1).showing(PLACES, number(n));
    let system = (1..=n).fold(system, |system, task| system.showing(place(task), number(task)));
    (1..=n)
        .fold(system.task(vec![pass(n + 1)]), |system, task| {
            let turn = || touch([(Take(1), seat(task))]);
            let sleep = touch([]);
            let load = noting(X, [(Read, X)]);
            let out = || pass(n + 1);
            system.task(vec![turn(), load, out(), sleep, enter(), turn(), store(), out()])
        })
        .counts()
}

const LOG: Object = ("log", 0);
/// The task whose end main waits for.
const JOINED: Object = ("joined", 0);

/// Main waits for the end of a task, if it has not ended.
fn join(n: usize, task: usize) -> Step {
    let out = pass(n + 1);
    Box::new(move |world: &World, main| {
        let looks = (Look, done(task));
        let accesses = match world.shows(done(task)) {
            0 => {
                let passes = out(world, main).accesses;
                [vec![looks, (Write(number(task)), JOINED)], passes].concat()
            }
            _ => vec![looks, (Give(1), seat(main))],
        };
        Act { accesses, ..Act::default() }
    })
}

/// The last step of a task: main stands in line if it waits for that, and then the next one has
/// its turn.
fn end(n: usize) -> Step {
    Box::new(move |world: &World, task| {
        let is_joined = world.shows(JOINED) == number(task);
        let in_line = (1..=n).filter(|&task| world.shows(place(task)) > 0);
        let next = in_line.min_by_key(|&task| world.shows(place(task)));
        let logged = 10 * world.shows(LOG) + number(task);
        let mut accesses = vec![(Update, CELL), (Give(1), done(task)), (Write(logged), LOG)];
        let last = world.shows(PLACES) + 1;
        // Main is in line only where it is joining: nothing else has it wait.
        let main = world.shows(place(0));
        match next {
            Some(next) if main == 0 || world.shows(place(next)) < main => {
                accesses.extend([(Write(0), place(next)), (Give(1), seat(next))]);
                if is_joined {
                    accesses.extend([(Write(last), PLACES), (Write(last), place(0))]);
                }
            }
            _ if is_joined || main > 0 => {
                accesses.extend([(Write(0), place(0)), (Give(1), seat(0))])
            }
            _ => accesses.push((Write(0), IS_HELD)),
        }
        Act { accesses, ..Act::default() }
    })
}

fn number(n: usize) -> i64 {
    i64::try_from(n).expect("a model is small")
}

/// n greenlets that each sleep for any time, and main, which waits for one after the other.
pub(crate) fn fetches(n: usize) -> Counted {
    let system = System::new(|world| format!("order {}", world.shows(LOG)));
    let system = system.showing(IS_HELD, 1).showing(PLACES, number(n));
    let system = (1..=n).fold(system, |system, task| system.showing(place(task), number(task)));
    let turn = |task| touch([(Take(1), seat(task))]);
    let main = (1..=n).flat_map(|task| [join(n, task), turn(0)]);
    (1..=n)
        .fold(system.task(main.collect()), |system, task| {
            system.task(vec![turn(task), pass(n + 1), touch([]), enter(), turn(task), end(n)])
        })
        .counts()
}
