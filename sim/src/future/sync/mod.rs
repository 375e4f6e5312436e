//! Primitives for futures. Their names are those of the primitives for threads, and of
//! well-known runtimes.
//!
//! What does not wait is an ordinary method and one step; what may wait is a future.

mod event;
mod lock;
mod many;
mod notify;
mod once;
mod queue;
mod semaphore;

pub use event::AsyncEvent as Event;
pub use lock::{AsyncLock as Lock, AsyncLockGuard as LockGuard};
pub use notify::{Notified, Notify};
pub use queue::AsyncQueue as Queue;
pub use semaphore::{AsyncPermit as Permit, AsyncSemaphore as Semaphore};

/// One value from one task to another.
pub mod oneshot {
    pub use super::once::{OneshotReceiver as Receiver, OneshotSender as Sender, channel};
}

/// Values from several tasks to one.
pub mod mpsc {
    pub use super::many::{
        MpscReceiver as Receiver, MpscSender as Sender, UnboundedSender, channel, unbounded_channel,
    };
}
