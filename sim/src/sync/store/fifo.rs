//! Items that come out in the order in which they went in.

use std::collections::VecDeque;

use super::base::Bag;
use crate::exception::Exception;

/// First in, first out.
#[derive(Clone, Debug)]
pub(crate) struct Fifo<T>(VecDeque<T>);

impl<T> Default for Fifo<T> {
    fn default() -> Fifo<T> {
        Fifo(VecDeque::new())
    }
}

impl<T> Bag<T> for Fifo<T> {
    fn push(&mut self, item: T) -> Result<(), Exception> {
        self.0.push_back(item);
        Ok(())
    }

    fn pop(&mut self) -> Result<Option<T>, Exception> {
        Ok(self.0.pop_front())
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}
