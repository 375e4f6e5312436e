//! A barrier: futures wait for one another until enough have come.

use std::future::Future;
use std::panic::Location;
use std::sync::Arc;

use unknot_sim::raw::Want;

use super::oneshot::waited;
use crate::primitive::{Core, Place, Waiter, opaque};

/// A barrier, as `tokio::sync::Barrier`. A future that is dropped after it has come counts all
/// the same.
pub struct Barrier {
    core: Core<Vec<Arc<Waiter>>>,
    n: usize,
}

/// Whether a task was the last to come.
#[derive(Clone, Debug)]
pub struct BarrierWaitResult(bool);

impl BarrierWaitResult {
    /// Whether it was.
    #[must_use]
    pub fn is_leader(&self) -> bool {
        self.0
    }
}

opaque!(Barrier);

impl Barrier {
    /// A barrier for so many tasks.
    #[must_use]
    #[track_caller]
    pub fn new(n: usize) -> Barrier {
        Barrier { core: Core::new("Barrier", vec![]), n: n.max(1) }
    }

    /// Waits until so many tasks have come.
    #[track_caller]
    pub fn wait(&self) -> impl Future<Output = BarrierWaitResult> + Send {
        self.wait_at(Location::caller())
    }

    async fn wait_at(&self, place: Place) -> BarrierWaitResult {
        let parties = u32::try_from(self.n).unwrap_or(u32::MAX);
        let waiter = self.core.waiter(Want::Parties(parties), &["arrive"]);
        let is_last = self.core.change("arrive", place, |waiting| {
            waiting.push(Arc::clone(&waiter));
            let is_last = waiting.len() == self.n;
            if is_last {
                waiting.drain(..).for_each(|other| other.tell());
            }
            is_last
        });
        if is_last == Some(false) {
            let parked = waiter.park("pass", place);
            waited(&parked).await;
        }
        BarrierWaitResult(is_last.unwrap_or_default())
    }
}
