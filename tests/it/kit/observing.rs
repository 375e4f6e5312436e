//! An explorer that leaves every decision to another one, and looks at each execution.

use unknot_checker::sim::{Decision, Execution, Explorer, Point};
use unknot_checker::strategy::Strategy;

/// An explorer, and what its executions showed.
pub(crate) struct Observing<E, T> {
    pub(crate) explorer: E,
    pub(crate) seen: T,
    /// Called after each execution, before the explorer is told of its end.
    end: fn(&mut T, &Execution<'_>),
    /// Whether steps of the execution before are repeated.
    repeats: bool,
    /// How many executions may still begin.
    left: u64,
}

impl<E, T> Observing<E, T> {
    pub(crate) fn new(explorer: E, seen: T, end: fn(&mut T, &Execution<'_>)) -> Observing<E, T> {
        Observing { explorer, seen, end, repeats: true, left: u64::MAX }
    }

    /// The same with every step of every execution made anew.
    pub(crate) fn made_anew(self) -> Observing<E, T> {
        Observing { repeats: false, ..self }
    }

    /// The same for so many executions at most.
    pub(crate) fn at_most(self, executions: u64) -> Observing<E, T> {
        Observing { left: executions, ..self }
    }
}

impl<E: Explorer, T> Explorer for Observing<E, T> {
    fn begin(&mut self) -> bool {
        let more = self.left > 0 && self.explorer.begin();
        self.left -= u64::from(more);
        more
    }

    fn n_repeated(&self) -> usize {
        if self.repeats { self.explorer.n_repeated() } else { 0 }
    }

    fn lost(&mut self, at: &Point<'_>) {
        panic!("a deterministic program does the same again, also at step {}", at.step());
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        self.explorer.pick(point)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        self.explorer.choose(point, n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        (self.end)(&mut self.seen, execution);
        self.explorer.end(execution);
    }
}

impl<S: Strategy, T: Send + 'static> Strategy for Observing<S, T> {
    fn is_exhausted(&self) -> bool {
        self.explorer.is_exhausted()
    }
}
