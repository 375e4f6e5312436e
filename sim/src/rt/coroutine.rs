//! Coroutines, from shuttle's engine.
//!
//! Shuttle runs each of its tasks on a continuation, which has a stack of its
//! own and can be suspended anywhere. These are used here by themselves: a
//! switch by shuttle's scheduler takes some twenty times as long, since it looks
//! at all tasks, keeps a record and opens a span, and all of this is decided and
//! recorded by us already.

use std::rc::Rc;

use shuttle_engine::runtime::thread::continuation::{
    ContinuationOutput, ContinuationPool, PooledContinuation,
};

/// Takes control back to who resumed a coroutine, until it is resumed again. To
/// be called in that coroutine only.
pub(super) type Leave = Rc<dyn Fn()>;

/// A stack on which something runs.
#[derive(Debug)]
pub(super) struct Coroutine {
    continuation: PooledContinuation,
}

impl Coroutine {
    /// A coroutine that is to run this, and the way out of it.
    ///
    /// # Panics
    /// Outside a run of shuttle, which owns the stacks.
    pub(super) fn new(stack: usize, body: impl FnOnce() + 'static) -> (Coroutine, Leave) {
        let mut continuation = ContinuationPool::acquire(stack);
        continuation.initialize(Box::new(body));
        let yielder = continuation.yielder;
        let leave = move || {
            // SAFETY: the yielder lives as long as the continuation. A way out is
            // only called in its own coroutine, so the continuation exists, and
            // is running.
            #[expect(unsafe_code, reason = "shuttle hands out its yielder as a pointer")]
            let yielder = unsafe { &*yielder };
            yielder.suspend(ContinuationOutput::Yielded);
        };
        (Coroutine { continuation }, Rc::new(leave))
    }

    /// Goes on in a coroutine until it leaves. Returns whether it is through.
    pub(super) fn resume(&mut self) -> bool {
        self.continuation.resume()
    }
}
