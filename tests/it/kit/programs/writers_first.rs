//! A read-write lock on which writers come first. Each task keeps the guards that it was
//! given.

use unknot_checker::sim::RwLock;

use super::family::*;
use super::rwlock::Held;

operations! {
    /// On the one lock.
    WritersFirstOp, |task| {
        WfRead, "RwLock::read" => keep(task, |lock| lock.read().ok()),
        WfWrite, "RwLock::write" => keep(task, |lock| lock.write().ok()),
        WfTryRead, "RwLock::try_read" => keep(task, RwLock::try_read),
        WfTryWrite, "RwLock::try_write" => keep(task, RwLock::try_write),
        WfReadTimeout, "RwLock::read_timeout" => keep(task, |lock| lock.read_timeout(TIMEOUT)),
        WfWriteTimeout, "RwLock::write_timeout" => {
            keep(task, |lock| lock.write_timeout(TIMEOUT))
        },
        /// Gives back what was taken last: the end of a guard, which calls no function.
        WfUnlock, NOTHING => task.kept.writers_first.pop().is_some(),
    }
}

/// Keeps the guard, if one was granted.
fn keep<G: Into<Held>>(task: &mut Running, take: impl FnOnce(&RwLock) -> Option<G>) -> bool {
    let taken = take(task.objects.writers_first());
    let granted = taken.is_some();
    task.kept.writers_first.extend(taken.map(Into::into));
    granted
}

impl Family for WritersFirstOp {
    type Objects = RwLock;
    type Kept = Vec<Held>;

    const ON_DEMAND: bool = true;

    const THEMES: &'static [Theme] = &[Theme::new(84, || {
        let waits = ops![WfRead, WfRead, WfWrite, WfReadTimeout, WfWriteTimeout];
        [waits, ops![WfUnlock, WfUnlock, WfUnlock, WfTryRead, WfTryWrite, Update(0)]].concat()
    })];

    fn create(_: &Objects) -> RwLock {
        RwLock::writers_first("writers first")
    }
}
