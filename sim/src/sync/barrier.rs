//! A barrier: tasks wait for one another until enough have come.
//!
//! Each generation has a gauge. A wait is two steps: arrive, and pass once the
//! gauge is open. The last to arrive opens it for ever. A barrier that breaks,
//! by a timeout, an abort or a reset, opens it too; a task that passes then reads
//! the reason from a cell in the same step.

use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use crate::exception::Exception;
use crate::execution::Want;
use crate::fork::{Fork, Forking, Reads};
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::op::Op;
use crate::rt::{self, NewObject};

/// A barrier. Clones are handles to the same one.
///
/// ```
/// use unknot_sim::{Barrier, done, run_once, spawn};
///
/// run_once(|| {
///     let start = Barrier::named("start", 2);
///     let theirs = start.clone();
///     let task = spawn(move || theirs.wait());
///     // How many were missing on arrival differs for each party.
///     let missing = start.wait()? + task.join()??;
///     assert_eq!(missing, 1);
///     done(())
/// });
/// ```
#[derive(Clone, Debug)]
pub struct Barrier {
    cell: ObjectId,
    parties: usize,
    state: Rc<RefCell<BarrierState>>,
}

#[derive(Debug)]
struct BarrierState {
    waiting: usize,
    generation: Generation,
}

/// One round of a barrier.
#[derive(Clone, Debug)]
struct Generation {
    gauge: ObjectId,
    broken: Rc<Cell<bool>>,
}

impl Generation {
    fn new(cell: ObjectId, parties: usize, location: &'static Location<'static>) -> Generation {
        let new = NewObject::new("Barrier", rt::name_of(cell), location).part_of(cell);
        let new = new.wanted_for(Want::Parties(u32::try_from(parties).unwrap_or(u32::MAX)));
        let gauge = rt::create(new.raised_by(&["arrive", "abort", "reset"]));
        Generation { gauge, broken: Rc::default() }
    }

    /// Lets every task pass, as part of the present step.
    fn open(&self) {
        rt::also(self.gauge, Mode::Set, i64::MAX);
    }

    fn passed(&self, index: usize) -> Result<usize, Exception> {
        if self.broken.get() && !rt::is_quiet() {
            Err(rt::raised("BrokenBarrierError", "the barrier is broken"))
        } else {
            Ok(index)
        }
    }
}

impl Barrier {
    super::constructors::constructors! {
        /// A barrier for some parties, at least one.
        (parties: usize)
    }

    fn create(name: Name, parties: usize, location: &'static Location<'static>) -> Barrier {
        let cell = rt::create_cell("Barrier", name, location);
        let parties = parties.max(1);
        let state =
            BarrierState { waiting: 0, generation: Generation::new(cell, parties, location) };
        Barrier { cell, parties, state: Rc::new(RefCell::new(state)) }
    }

    /// Waits until all parties have come. Returns how many were still missing
    /// on arrival, which differs for each of them.
    ///
    /// # Errors
    /// `BrokenBarrierError` if the barrier is broken, now or while waiting.
    #[track_caller]
    pub fn wait(&self) -> Result<usize, Exception> {
        let location = Location::caller();
        let (generation, index) = self.arrive(location)?;
        let op = Op::local("wait", location).with(generation.gauge, Mode::Await, 1);
        rt::step_or_leave(op.with(self.cell, Mode::Read, 0))?;
        generation.passed(index)
    }

    /// The same, but breaks the barrier when the time is up.
    ///
    /// # Errors
    /// `BrokenBarrierError` if the barrier is broken, now or while waiting, and
    /// when the time is up.
    #[track_caller]
    pub fn wait_timeout(&self, timeout: Duration) -> Result<usize, Exception> {
        let location = Location::caller();
        let (generation, index) = self.arrive(location)?;
        let op = Op::local("wait", location);
        let wait = op.clone().with(generation.gauge, Mode::Await, 1).with(self.cell, Mode::Read, 0);
        let trying = op.with(generation.gauge, Mode::Look, 1).with(self.cell, Mode::Update, 0);
        rt::step_timed(wait, trying, timeout, |granted| {
            if !granted && !rt::is_quiet() {
                generation.broken.set(true);
                generation.open();
            }
            granted
        });
        generation.passed(index)
    }

    /// Breaks the barrier: each task that waits or comes later gets an exception.
    #[track_caller]
    pub fn abort(&self) {
        rt::step(Op::local("abort", Location::caller()).with(self.cell, Mode::Update, 0));
        self.break_generation();
    }

    /// Starts again with no task waiting; each task that waited gets an exception.
    #[track_caller]
    pub fn reset(&self) {
        let location = Location::caller();
        rt::step(Op::local("reset", location).with(self.cell, Mode::Update, 0));
        if self.state.borrow().waiting > 0 {
            self.break_generation();
        }
        self.renew(location);
    }

    /// Whether the barrier is broken. One step.
    #[track_caller]
    #[must_use]
    pub fn broken(&self) -> bool {
        rt::step(Op::local("broken", Location::caller()).with(self.cell, Mode::Read, 0));
        self.state.borrow().generation.broken.get()
    }

    fn break_generation(&self) {
        if !rt::is_quiet() {
            let generation = self.state.borrow().generation.clone();
            generation.broken.set(true);
            generation.open();
        }
    }

    fn renew(&self, location: &'static Location<'static>) {
        if !rt::is_quiet() {
            let generation = Generation::new(self.cell, self.parties, location);
            *self.state.borrow_mut() = BarrierState { waiting: 0, generation };
        }
    }

    /// Comes to the barrier; the last one opens it. One step.
    fn arrive(
        &self,
        location: &'static Location<'static>,
    ) -> Result<(Generation, usize), Exception> {
        rt::step(Op::local("arrive", location).with(self.cell, Mode::Update, 0));
        let generation = self.state.borrow().generation.clone();
        if rt::is_quiet() {
            return Ok((generation, 0));
        }
        generation.passed(0)?;
        let waiting = self.state.borrow().waiting + 1;
        self.state.borrow_mut().waiting = waiting;
        if waiting == self.parties {
            generation.open();
            self.renew(location);
        }
        Ok((generation, self.parties - waiting))
    }
}

impl Fork for Barrier {
    fn reads(&self, reads: &mut Reads) {
        // Every step that opens a generation updates the cell.
        reads.cell(self.cell);
    }

    /// The tasks that wait are counted, but pass only the original.
    fn fork(&self, to: &mut Forking) -> Barrier {
        to.once(self.cell, |to| {
            let cell = to.cell(self.cell);
            let BarrierState { waiting, generation } = &*self.state.borrow();
            let gauge = to.gauge_of(generation.gauge, cell);
            let broken = Rc::new(Cell::new(generation.broken.get()));
            let state =
                BarrierState { waiting: *waiting, generation: Generation { gauge, broken } };
            Barrier { cell, parties: self.parties, state: Rc::new(RefCell::new(state)) }
        })
    }
}
