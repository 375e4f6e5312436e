//! As [`std::sync::mpsc`]: channels with one receiver.

mod channel;
mod ends;
mod meeting;
mod receiver;

pub use std::sync::mpsc::{RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError};

pub use ends::{Sender, SyncSender, channel, sync_channel};
pub use receiver::{IntoIter, Iter, Receiver, TryIter};
