//! The private copy of a store for another process.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::base::{Holes, Store};
use crate::fork::{Fork, Forking, Reads};

impl<B: Clone + 'static> Fork for Store<B> {
    fn reads(&self, reads: &mut Reads) {
        // Every step that changes items or room updates one of the ends.
        reads.cell(self.head);
        reads.cell(self.tail);
        reads.gauge(self.unfinished);
    }

    /// The items are cloned. They are numbered anew, as if they had been put first.
    fn fork(&self, to: &mut Forking) -> Store<B> {
        to.once(self.items, |to| {
            let items = to.gauge(self.items);
            let holes = self.holes.map(|holes| Holes {
                gauge: to.gauge_of(holes.gauge, items),
                slots: to.cell_of(holes.slots, items),
                ..holes
            });
            let tail = to.cell_of(self.tail, items);
            let is_one = self.head == self.tail;
            let head = if is_one { tail } else { to.cell_of(self.head, items) };
            let n_inherited = self.n_puts.get() - self.n_gets.get();
            Store {
                head,
                tail,
                items,
                holes,
                space: None,
                unfinished: to.gauge_of(self.unfinished, items),
                item_slots: to.cell_of(self.item_slots, items),
                n_inherited,
                n_puts: Rc::new(Cell::new(n_inherited)),
                n_gets: Rc::default(),
                bag: Rc::new(RefCell::new(self.bag.borrow().clone())),
                ..*self
            }
        })
    }
}
