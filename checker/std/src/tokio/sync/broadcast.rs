//! A channel of which each receiver gets each value; one that is too slow misses the oldest.

use std::collections::VecDeque;
use std::future::Future;
use std::panic::Location;
use std::sync::Arc;

use unknot_sim::raw::Want;

use super::oneshot::waited;
use crate::primitive::{Core, Place, Waiter, opaque};

/// Why nothing was sent or received.
pub mod error {
    pub use std::sync::mpsc::SendError;

    /// Why no value was received.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum RecvError {
        /// All senders are gone, and all values were received.
        Closed,
        /// So many values were missed; the next one is the oldest that is there.
        Lagged(u64),
    }

    /// Why there is no value now.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum TryRecvError {
        /// None that was not received.
        Empty,
        /// All senders are gone, and all values were received.
        Closed,
        /// So many values were missed; the next one is the oldest that is there.
        Lagged(u64),
    }

    impl std::fmt::Display for RecvError {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            match self {
                RecvError::Closed => f.write_str("channel closed"),
                RecvError::Lagged(n) => write!(f, "channel lagged by {n}"),
            }
        }
    }

    impl std::fmt::Display for TryRecvError {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            match self {
                TryRecvError::Empty => f.write_str("channel empty"),
                TryRecvError::Closed => f.write_str("channel closed"),
                TryRecvError::Lagged(n) => write!(f, "channel lagged by {n}"),
            }
        }
    }

    impl std::error::Error for RecvError {}
    impl std::error::Error for TryRecvError {}
}

use error::{RecvError, SendError, TryRecvError};

struct Values<T> {
    /// Those that are there, the oldest first, each with how many receivers have not got it.
    kept: VecDeque<(Arc<T>, usize)>,
    /// How many were sent.
    n_sent: u64,
    capacity: usize,
    n_senders: usize,
    n_receivers: usize,
    waiting: Vec<Arc<Waiter>>,
}

/// Sends values to all receivers.
pub struct Sender<T> {
    core: Arc<Core<Values<T>>>,
    place: Place,
}

/// Receives each value that is sent from when it was made.
pub struct Receiver<T> {
    core: Arc<Core<Values<T>>>,
    /// How many were sent before the next one.
    next: u64,
    place: Place,
}

opaque!(Sender<T>, Receiver<T>);

/// A channel that keeps so many values, or more: the next power of two.
///
/// # Panics
/// If that is none.
#[must_use]
#[track_caller]
pub fn channel<T: Clone>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    assert!(capacity > 0, "broadcast channel capacity cannot be zero");
    let place = Location::caller();
    let values = Values {
        kept: VecDeque::new(),
        n_sent: 0,
        capacity: capacity.next_power_of_two(),
        n_senders: 1,
        n_receivers: 1,
        waiting: vec![],
    };
    let core = Arc::new(Core::new("broadcast", values));
    (Sender { core: Arc::clone(&core), place }, Receiver { core, next: 0, place })
}

impl<T> Values<T> {
    /// The number of the oldest that is kept.
    fn oldest(&self) -> u64 {
        self.n_sent - self.kept.len() as u64
    }

    /// Has a receiver get the values from `next` on no more, up to `until`. Returns those that
    /// are not needed any longer.
    fn done(&mut self, next: u64, until: u64) -> Vec<Arc<T>> {
        let oldest = self.oldest();
        for n in next.max(oldest)..until {
            self.kept[(n - oldest) as usize].1 -= 1;
        }
        let mut dropped = vec![];
        while let Some((_, 0)) = self.kept.front() {
            dropped.extend(self.kept.pop_front().map(|(value, _)| value));
        }
        dropped
    }

    fn take(&mut self, next: &mut u64) -> Result<(Arc<T>, Vec<Arc<T>>), TryRecvError> {
        let oldest = self.oldest();
        if *next < oldest {
            let missed = oldest - std::mem::replace(next, oldest);
            return Err(TryRecvError::Lagged(missed));
        }
        let Some((value, _)) = self.kept.get((*next - oldest) as usize) else {
            let is_over = self.n_senders == 0;
            return Err(if is_over { TryRecvError::Closed } else { TryRecvError::Empty });
        };
        let value = Arc::clone(value);
        *next += 1;
        Ok((value, self.done(*next - 1, *next)))
    }
}

impl<T> Sender<T> {
    /// Sends a value to all receivers. One step. Returns how many there are.
    ///
    /// # Errors
    /// The value, if there are none.
    #[track_caller]
    pub fn send(&self, value: T) -> Result<usize, SendError<T>> {
        let mut value = Some(value);
        let sent = self.core.change("send", Location::caller(), |values| {
            let n = values.n_receivers;
            if n == 0 {
                return (0, None);
            }
            values.kept.extend(value.take().map(|value| (Arc::new(value), n)));
            values.n_sent += 1;
            let is_full = values.kept.len() > values.capacity;
            let dropped = is_full.then(|| values.kept.pop_front()).flatten();
            values.waiting.drain(..).for_each(|waiter| waiter.tell());
            (n, dropped)
        });
        let n = sent.map_or(0, |(n, dropped)| {
            drop(dropped);
            n
        });
        value.map_or(Ok(n), |value| Err(SendError(value)))
    }

    /// Another receiver, of what is sent from now on. One step.
    #[must_use]
    #[track_caller]
    pub fn subscribe(&self) -> Receiver<T> {
        let place = Location::caller();
        let next = self.core.change("subscribe", place, |values| {
            values.n_receivers += 1;
            values.n_sent
        });
        Receiver { core: Arc::clone(&self.core), next: next.unwrap_or_default(), place }
    }

    /// How many receivers there are. One step.
    #[must_use]
    #[track_caller]
    pub fn receiver_count(&self) -> usize {
        let n = self.core.look("receivers", Location::caller(), |values| values.n_receivers);
        n.unwrap_or_default()
    }

    /// How many values are kept. One step.
    #[must_use]
    #[track_caller]
    pub fn len(&self) -> usize {
        self.core.look("len", Location::caller(), |values| values.kept.len()).unwrap_or_default()
    }

    /// Whether none are. One step.
    #[must_use]
    #[track_caller]
    pub fn is_empty(&self) -> bool {
        let is_empty = self.core.look("len", Location::caller(), |values| values.kept.is_empty());
        is_empty.unwrap_or(true)
    }
}

impl<T: Clone> Receiver<T> {
    /// Waits for the next value.
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Result<T, RecvError>> {
        let place = Location::caller();
        async move {
            loop {
                let waiter = self.core.waiter(Want::Item, &["send", "drop sender"]);
                match self.look("recv", Some(&waiter), place) {
                    Ok(value) => return Ok(value),
                    Err(TryRecvError::Closed) => return Err(RecvError::Closed),
                    Err(TryRecvError::Lagged(n)) => return Err(RecvError::Lagged(n)),
                    Err(TryRecvError::Empty) => waited(&waiter.park("recv", place)).await,
                }
            }
        }
    }

    /// The next value, if it is there.
    ///
    /// # Errors
    /// If it is not, or some were missed.
    #[track_caller]
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        self.look("try_recv", None, Location::caller())
    }

    fn look(
        &mut self,
        verb: &'static str,
        enter: Option<&Arc<Waiter>>,
        place: Place,
    ) -> Result<T, TryRecvError> {
        let next = &mut self.next;
        let taken = self.core.change(verb, place, |values| {
            let taken = values.take(next);
            if let (Err(TryRecvError::Empty), Some(waiter)) = (&taken, enter) {
                values.waiting.push(Arc::clone(waiter));
            }
            taken
        });
        if enter.is_none() && matches!(taken, Some(Err(TryRecvError::Empty | TryRecvError::Closed)))
        {
            self.core.nothing_changed();
        }
        let (value, dropped) = taken.unwrap_or(Err(TryRecvError::Closed))?;
        let cloned = (*value).clone();
        if std::mem::needs_drop::<T>() {
            // Which receiver drops the value is a matter of order.
            self.core.change("received", place, |_| ());
        }
        drop((value, dropped));
        Ok(cloned)
    }

    /// Another receiver, of what is sent from now on. One step.
    #[must_use]
    #[track_caller]
    pub fn resubscribe(&self) -> Receiver<T> {
        let place = Location::caller();
        let next = self.core.change("subscribe", place, |values| {
            values.n_receivers += 1;
            values.n_sent
        });
        Receiver { core: Arc::clone(&self.core), next: next.unwrap_or_default(), place }
    }
}

impl<T> Receiver<T> {
    /// How many values are there that were not received, missed ones included. One step.
    #[must_use]
    #[track_caller]
    pub fn len(&self) -> usize {
        let n = self.core.look("len", Location::caller(), |values| values.n_sent - self.next);
        n.unwrap_or_default() as usize
    }

    /// Whether there are none. One step.
    #[must_use]
    #[track_caller]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T> Clone for Sender<T> {
    #[track_caller]
    fn clone(&self) -> Sender<T> {
        let place = Location::caller();
        self.core.change("clone sender", place, |values| values.n_senders += 1);
        Sender { core: Arc::clone(&self.core), place }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        if crate::run::is_inside() {
            self.core.change("drop sender", self.place, |values| {
                values.n_senders -= 1;
                if values.n_senders == 0 {
                    values.waiting.drain(..).for_each(|waiter| waiter.tell());
                }
            });
        }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        if crate::run::is_inside() {
            let next = self.next;
            let dropped = self.core.change("drop receiver", self.place, |values| {
                values.n_receivers -= 1;
                values.done(next, values.n_sent)
            });
            drop(dropped);
        }
    }
}
