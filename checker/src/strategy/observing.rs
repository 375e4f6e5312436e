//! An explorer that leaves every decision to another one, and looks at each execution.
//!
//! What is looked for is data of the caller, beside the function that looks. The look
//! comes before the inner explorer is told of the end, so both see the same execution.

use unknot_sim::{Decision, Execution, Explorer, Point};

use super::api::Strategy;

/// An explorer, and what its executions showed.
#[derive(Debug)]
pub struct Observing<E, T> {
    /// Decides.
    pub explorer: E,
    /// What its executions showed.
    pub seen: T,
    look: fn(&mut T, &Execution<'_>),
    /// Whether steps of the execution before are repeated.
    repeats: bool,
    /// How many executions may still begin.
    left: u64,
    /// Whether another execution is to be seen.
    goes_on: fn(&mut T) -> bool,
}

impl<E, T> Observing<E, T> {
    /// Lets `explorer` decide, and calls `look` after each execution.
    pub fn new(explorer: E, seen: T, look: fn(&mut T, &Execution<'_>)) -> Observing<E, T> {
        Observing { explorer, seen, look, repeats: true, left: u64::MAX, goes_on: |_| true }
    }

    /// The same with every step of every execution made anew.
    #[must_use]
    pub fn made_anew(self) -> Observing<E, T> {
        Observing { repeats: false, ..self }
    }

    /// The same for so many executions at most.
    #[must_use]
    pub fn at_most(self, executions: u64) -> Observing<E, T> {
        Observing { left: executions, ..self }
    }

    /// The same, with no further execution once a function of what was seen says so.
    #[must_use]
    pub fn going_on(self, goes_on: fn(&mut T) -> bool) -> Observing<E, T> {
        Observing { goes_on, ..self }
    }
}

impl<E: Explorer, T> Explorer for Observing<E, T> {
    fn begin(&mut self) -> bool {
        let more = self.left > 0 && (self.goes_on)(&mut self.seen) && self.explorer.begin();
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
        (self.look)(&mut self.seen, execution);
        self.explorer.end(execution);
    }
}

impl<S: Strategy, T: Send + 'static> Strategy for Observing<S, T> {
    fn is_exhausted(&self) -> bool {
        self.explorer.is_exhausted()
    }
}
