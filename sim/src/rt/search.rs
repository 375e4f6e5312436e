//! The one way into the simulator from outside: run a program under an
//! explorer until the explorer has seen enough.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::sync::Arc;

use super::explorer::{Decision, Explorer, Point, Refusal};
use super::limits::{Limits, Program};
use super::local::{WORLD, with};
use super::stage::{self, Stage};
use super::world::World;
use super::{panic, pool, signal, unwinding};
use crate::execution::Execution;
use crate::names::Names;

/// Lets the explorer be shared between the world and the caller.
struct Lent<E>(Rc<RefCell<E>>);

impl<E: Explorer> Explorer for Lent<E> {
    fn begin(&mut self) -> bool {
        self.0.borrow_mut().begin()
    }

    fn refused(&mut self, why: Refusal) {
        self.0.borrow_mut().refused(why);
    }

    fn lost(&mut self, at: &Point<'_>) {
        self.0.borrow_mut().lost(at);
    }

    fn n_repeated(&self) -> usize {
        self.0.borrow().n_repeated()
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        self.0.borrow_mut().pick(point)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        self.0.borrow_mut().choose(point, n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        self.0.borrow_mut().end(execution);
    }
}

/// Takes the world away again, also when a panic passes through.
struct Teardown;

impl Drop for Teardown {
    fn drop(&mut self) {
        stage::enter(Stage::Running);
        unwinding::clear();
        drop(WORLD.take());
    }
}

/// Runs a program again and again until the explorer has seen enough, and
/// gives the explorer back.
///
/// # Panics
/// If called from inside a scenario, and when the explorer panics.
pub fn explore<E: Explorer + 'static>(program: &Program, limits: Limits, explorer: E) -> E {
    explore_on(program, limits, Names::new(), explorer)
}

/// The same for an explorer that continues another search of the same program, and has
/// the numbers of tasks and objects from there.
///
/// # Panics
/// If called from inside a scenario, and when the explorer panics.
pub fn explore_on<E: Explorer + 'static>(
    program: &Program,
    limits: Limits,
    names: Names,
    explorer: E,
) -> E {
    panic::install_hook();
    let shared = Rc::new(RefCell::new(explorer));
    WORLD.with_borrow_mut(|world| {
        assert!(world.is_none(), "a search was started inside a scenario");
        let lent = Box::new(Lent(Rc::clone(&shared)));
        *world = Some(World::new(Arc::clone(program), lent, limits, names));
    });
    let teardown = Teardown;
    let watched = signal::Watched::begin(limits.stack);
    let drive = move || pool::drive(limits.stack);
    let scheduler = pool::DriverOnly::default();
    let runner = shuttle::Runner::new(scheduler, panic::shuttle_config(pool::DRIVER_STACK));
    // Where a task was given up while it unwound, shuttle misses the end of that.
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| runner.run(drive)))
        && !with(|world| world.is_through)
    {
        resume_unwind(payload);
    }
    drop(watched);
    drop(teardown);
    let Ok(explorer) = Rc::try_unwrap(shared) else {
        unreachable!("the world that shared the explorer is gone")
    };
    explorer.into_inner()
}
