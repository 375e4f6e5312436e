//! The one way into the simulator from outside: run a program under an
//! explorer until it has seen enough.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::sync::Arc;

use super::stage::Stage;
use super::timed::TimeMode;
use super::world::World;
use super::{RT, panic, pool, signal, with};
use crate::exception::Exception;
use crate::execution::Execution;
use crate::explorer::{Decision, Explorer, Point, Refusal};
use crate::id::Names;
use crate::stack::StackSize;
use crate::value::Value;

/// A program under test. It is called once an execution, as the main task.
pub type Program = Arc<dyn Fn() -> Result<Value, Exception> + Send + Sync>;

/// What bounds an execution.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Steps of one execution, after which it is cut.
    pub max_steps: usize,
    /// Bytes of stack for each task.
    pub stack: StackSize,
    /// Whether values are recorded with their steps.
    pub recording: bool,
    /// Whether durations count.
    pub time: TimeMode,
    /// Timeouts that a task may have in a row at one place when durations do
    /// not count; then it waits as if there were no timeout.
    pub max_timeouts: u32,
}

impl Limits {
    /// Unless somebody says otherwise.
    pub const DEFAULT: Limits = Limits {
        max_steps: 10_000,
        stack: StackSize::DEFAULT,
        recording: false,
        time: TimeMode::Any,
        max_timeouts: 2,
    };
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::DEFAULT
    }
}

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
        RT.with(|rt| {
            rt.stage.set(Stage::Running);
            rt.unwinding.borrow_mut().clear();
            let world = rt.world.borrow_mut().take();
            drop(world);
        });
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

/// The same for an explorer that goes on with what another search of the same
/// program began, and has the numbers of tasks and objects from there.
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
    RT.with(|rt| {
        let mut world = rt.world.borrow_mut();
        assert!(world.is_none(), "a search was started inside a scenario");
        let lent = Box::new(Lent(Rc::clone(&shared)));
        *world = Some(World::new(Arc::clone(program), lent, limits, names));
    });
    let teardown = Teardown;
    let watched = signal::Watched::begin(limits.stack);
    let drive = move || pool::drive(limits.stack);
    let scheduler = pool::Once::default();
    let runner = shuttle::Runner::new(scheduler, panic::shuttle_config(pool::DRIVER_STACK));
    // Where somebody was given up who unwound, shuttle misses the end of that.
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
