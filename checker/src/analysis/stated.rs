//! What accesses order that say so themselves, and fences.
//!
//! Happens-before as C++ and Rust define it, over values that are sequentially consistent:
//! a store begins a new sequence of releases at its cell, so that what was released there
//! before is gone; a read-modify-write continues the sequence. A relaxed load leaves what it
//! saw for an acquire fence behind it, and a relaxed store brings what a release fence before
//! it has put by. (H.-J. Boehm and S. Adve, "Foundations of the C++ Concurrency Memory
//! Model", PLDI 2008, as amended by C++20 for sequences of releases.)
//!
//! What it can miss: values that a weaker memory model lets a load see. Every load sees
//! the last store.

use unknot_sim::{Access, Mode, Order};

use super::data_race::DataRaces;

impl DataRaces {
    /// An access to an atomic that says what it orders.
    pub(super) fn order_as_stated(&mut self, step: u32, task: usize, access: &Access) {
        let (n, row, of) = (self.n, access.object.index() * self.n, task * self.n);
        self.fences.grow(n);
        let DataRaces { tasks, objects, fences, .. } = self;
        let order = access.order;
        if access.reads() {
            match order.acquires() {
                true => tasks.raise(step, of, objects.row(row, n)),
                false => fences.seen.raise(step, of, objects.row(row, n)),
            }
        }
        if !access.writes() {
            return;
        }
        let continues = access.mode == Mode::Update;
        for other in 0..n {
            let mine = match order.releases() {
                true => tasks.get(of + other),
                false => fences.put_by.get(of + other),
            };
            let before = if continues { objects.get(row + other) } else { 0 };
            objects.set(step, row + other, mine.max(before));
        }
        if order.releases() {
            self.advance(step, task);
        }
    }

    /// A fence of a task.
    #[inline(never)]
    pub(super) fn fence(&mut self, step: u32, task: usize, order: Order) {
        let (n, of) = (self.n, task * self.n);
        self.fences.grow(n);
        let DataRaces { tasks, fences, .. } = self;
        if order.acquires() {
            tasks.raise(step, of, fences.seen.row(of, n));
        }
        if order.releases() {
            fences.put_by.raise(step, of, tasks.row(of, n));
            self.advance(step, task);
        }
    }
}
