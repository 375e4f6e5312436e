//! Coroutines, from shuttle's engine.
//!
//! Shuttle runs each of its tasks on a continuation, which has a stack of its
//! own and can be suspended anywhere. These are used here by themselves: a
//! switch by shuttle's scheduler takes some twenty times as long, since it looks
//! at all tasks, keeps a record and opens a span. The machine here has already decided
//! and recorded all of this.

use std::rc::Rc;

use shuttle_engine::runtime::thread::continuation::{
    CONTINUATION_POOL, ContinuationOutput, ContinuationPool, PooledContinuation,
};

use crate::stack::StackSize;

/// The way out of a coroutine, for the code that runs in it. It is a closure since the
/// type of shuttle's yielder has no public name.
#[derive(Clone)]
pub(super) struct Leave(Rc<dyn Fn()>);

impl Leave {
    /// Takes control back to the code that resumed the coroutine, until it is resumed
    /// again.
    ///
    /// # Safety
    /// Only the code that runs in that coroutine may call this.
    #[expect(unsafe_code, reason = "shuttle hands out its yielder as a pointer")]
    pub(super) unsafe fn leave(self) {
        (self.0)();
    }
}

/// Stacks that are not in use. To make one takes as long as a short execution, so
/// they are kept from one search to the next.
#[derive(Debug)]
pub(super) struct Stacks {
    size: StackSize,
    pool: ContinuationPool,
}

impl Stacks {
    pub(super) fn new(size: StackSize) -> Stacks {
        Stacks { size, pool: ContinuationPool::new() }
    }

    /// The size of each.
    pub(super) fn size(&self) -> StackSize {
        self.size
    }

    /// A coroutine on one of these stacks that is to run `body`, and the way out of it.
    pub(super) fn coroutine(&self, body: impl FnOnce() + 'static) -> (Coroutine, Leave) {
        let acquire = || ContinuationPool::acquire(self.size.bytes());
        Coroutine::new(CONTINUATION_POOL.set(&self.pool, acquire), body)
    }
}

/// A stack on which something runs.
#[derive(Debug)]
pub(super) struct Coroutine {
    continuation: PooledContinuation,
}

impl Coroutine {
    fn new(
        mut continuation: PooledContinuation,
        body: impl FnOnce() + 'static,
    ) -> (Coroutine, Leave) {
        continuation.initialize(Box::new(body));
        let yielder = continuation.yielder;
        let leave = move || {
            // SAFETY: the yielder lives as long as the continuation, which exists: as the
            // caller of [`Leave::leave`] promises, this runs on its stack.
            #[expect(unsafe_code, reason = "shuttle hands out its yielder as a pointer")]
            let yielder = unsafe { &*yielder };
            yielder.suspend(ContinuationOutput::Yielded);
        };
        (Coroutine { continuation }, Leave(Rc::new(leave)))
    }

    /// Goes on in a coroutine until it leaves. Returns whether it has finished.
    pub(super) fn resume(&mut self) -> bool {
        self.continuation.resume()
    }
}
