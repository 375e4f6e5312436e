//! Channels with several senders and one receiver, with and without bounds.

mod bounded;
mod channel;
mod unbounded;

pub use bounded::{Permit, Receiver, Sender, channel};
pub use error::{SendError, TryRecvError, TrySendError};
pub use unbounded::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Why something was not sent or received.
pub mod error {
    pub use std::sync::mpsc::SendError;

    pub use crate::sync::mpsc::TryRecvError;

    /// Why an item was not sent.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub enum TrySendError<T> {
        /// There is no room; the item is in the error.
        Full(T),
        /// The receiver has closed or was dropped; the item is in the error.
        Closed(T),
    }

    impl<T> TrySendError<T> {
        /// The item.
        pub fn into_inner(self) -> T {
            match self {
                TrySendError::Full(item) | TrySendError::Closed(item) => item,
            }
        }
    }

    impl<T> std::fmt::Debug for TrySendError<T> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(match self {
                TrySendError::Full(_) => "Full(..)",
                TrySendError::Closed(_) => "Closed(..)",
            })
        }
    }

    impl<T> std::fmt::Display for TrySendError<T> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(match self {
                TrySendError::Full(_) => "no available capacity",
                TrySendError::Closed(_) => "channel closed",
            })
        }
    }

    impl<T> std::error::Error for TrySendError<T> {}
}
