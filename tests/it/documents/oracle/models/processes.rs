//! The models of processes: what a start copies, and what a death leaves behind.
//!
//! The idea: a start reads what it copies, each step of a process that can be killed reads
//! whether that lives, and its death writes it. M21 is here with its classes; its schedules are
//! in [`super::orders`] as well.
//!
//! What counts as a step: a start that reads something, the end of a killable process, and the
//! death. The ends of all others and the joins of main touch nothing that another step looks at.
//!
//! What they miss: exit codes, and processes that are killed before main has started all.

use super::marked::{
    Mode::*, Object, Step, System, World, done, doomed, noting, start, started, terminate, touch,
};
use crate::documents::oracle::classes::Counted;

const X: Object = ("x", 0);
const X_OF_CHILD: Object = ("x", 1);
const LOCK: Object = ("lock", 0);
const LOCK_OF_CHILD: Object = ("lock", 1);
const FLAG: Object = ("flag", 0);
const WAITERS: Object = ("waiters", 0);
const WOKEN: Object = ("woken", 0);

/// The process. If it is killable, the task behind it is its death.
const CHILD: usize = 1;

fn nothing(_: &World) -> String {
    String::new()
}

fn lock_and_unlock(lock: Object) -> Vec<Step> {
    vec![touch([(Take(1), lock)]), touch([(Give(1), lock)])]
}

/// Main starts a process that reads its copy of x, while a thread writes x.
///
/// The step of the start reads the original and makes the copy.
pub(crate) fn fork_write() -> Counted {
    let starts: Step = Box::new(|world, main| {
        let copy = (Write(world.shows(X)), X_OF_CHILD);
        start(CHILD, [(Read, X), copy])(world, main)
    });
    let system = System::new(|world| world.notes[CHILD][0].to_string());
    let child = started(CHILD, vec![noting(X_OF_CHILD, [(Read, X_OF_CHILD)])]);
    system.task(vec![starts]).task(child).task(vec![touch([(Write(1), X)])]).counts()
}

/// Main starts a process with a copy of a lock that a thread takes and gives back.
///
/// The copy of a free lock is as it is made. That of a held one is set to held, and the thread
/// that holds the original gives back the original alone.
pub(crate) fn fork_lock() -> Counted {
    let starts: Step = Box::new(|world, main| {
        let held = world.shows(LOCK) == 0;
        let copy = held.then_some((Set(0), LOCK_OF_CHILD));
        let accesses: Vec<_> = [(Look, LOCK)].into_iter().chain(copy).collect();
        start(CHILD, accesses)(world, main)
    });
    let system = System::new(nothing).showing(LOCK, 1).showing(LOCK_OF_CHILD, 1);
    let system = system.task(vec![starts]).task(started(CHILD, lock_and_unlock(LOCK_OF_CHILD)));
    system.task(lock_and_unlock(LOCK)).counts()
}

/// How the victim of M21 waits for an event that is never set.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Waits {
    /// Until the flag is up: there is no step before the wait.
    Rechecking,
    /// It arrives in one step, among those that a set would wake, and then waits for that.
    Parked,
}

/// M21: main `[is_alive, terminate, is_alive, is_alive]`, and a victim that waits.
pub(crate) fn m21_classes(waits: Waits) -> Counted {
    let test = || noting(done(CHILD), [(Look, done(CHILD))]);
    let letters = |world: &World| {
        world.notes[0].iter().map(|&done| if done == 1 { 'F' } else { 'T' }).collect()
    };
    let victim = match waits {
        Waits::Rechecking => vec![touch([(Await(1), FLAG)])],
        Waits::Parked => {
            vec![touch([(Look, FLAG), (Update, WAITERS)]), touch([(Await(1), WOKEN)])]
        }
    };
    let main = vec![test(), terminate(CHILD), test(), test()];
    System::new(letters).task(main).killable(victim).counts()
}

/// Main terminates a process that takes a lock and gives it back, for which others wait.
pub(crate) fn killed_holder(n_waiters: usize) -> Counted {
    let system = System::new(nothing).showing(LOCK, 1).task(vec![terminate(CHILD)]);
    let system = system.killable(lock_and_unlock(LOCK));
    (0..n_waiters).fold(system, |system, _| system.task(lock_and_unlock(LOCK))).counts()
}

/// Main ends while a daemonic process waits for an event, where it has to arrive first. What main
/// does at its end is to tell the process to die.
pub(crate) fn daemonic_waits() -> Counted {
    let waits = vec![touch([(Look, FLAG), (Update, WAITERS)]), touch([(Await(1), WOKEN)])];
    let shutdown = touch([(Give(1), doomed(CHILD))]);
    System::new(nothing).task(vec![shutdown]).killable(waits).counts()
}

#[cfg(test)]
mod tests {
    use super::super::check::exactly;
    use super::*;

    /// An outcome, its classes and its schedules.
    type Rows<'a> = &'a [(&'a str, u128, u128)];

    #[track_caller]
    fn holds(counted: &Counted, rows: Rows<'_>) {
        exactly(&counted.classes, &rows.iter().map(|r| (r.0, r.1)).collect::<Vec<_>>());
        exactly(&counted.schedules, &rows.iter().map(|r| (r.0, r.2)).collect::<Vec<_>>());
    }

    #[test]
    fn starts_copy() {
        // The write has three places: before the start, and two that do not differ.
        holds(&fork_write(), &[("complete; 0", 1, 2), ("complete; 1", 1, 1)]);
        // The start is before the thread has taken the lock, and then two and two steps are
        // interleaved in 6 ways; or after it has given it back; or between.
        holds(&fork_lock(), &[("complete", 2, 7), ("stuck 1", 1, 1)]);
    }

    #[test]
    fn deaths_come_at_any_time() {
        let rows = |n| ["TFF", "TTF", "TTT"].map(|o| (format!("complete; {o}"), n));
        let at_once = m21_classes(Waits::Rechecking);
        exactly(&at_once.classes, &rows(1));
        exactly(&at_once.schedules, &rows(1));
        // Each of them with and without the arrival.
        exactly(&m21_classes(Waits::Parked).classes, &rows(2));
        // The death comes before the arrival or after it.
        exactly(&daemonic_waits().classes, &[("complete", 2)]);
    }

    /// The death comes before the process takes the lock, while it has it, after it has given it
    /// back, or never, because the process has ended. In the first case the waiters have the lock
    /// in any order, in the last two so do the waiters and the process. In the second case the
    /// waiters come in any order up to the process, and the others are stuck.
    #[test]
    fn holders_are_killed() {
        // Classes: 1 + (1 + 1 stuck) + 2 + 2 = 7; schedules: 53.
        holds(&killed_holder(1), &[("complete", 6, 51), ("stuck 1", 1, 2)]);
        // Classes: 2 + (2 + 2 with one stuck + 1 with both) + 3! + 3! = 19; schedules: 296.
        let rows = [("complete", 16, 286), ("stuck 1", 2, 8), ("stuck 2", 1, 2)];
        holds(&killed_holder(2), &rows);
    }
}
