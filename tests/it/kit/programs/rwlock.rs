//! A read-write lock. Each task keeps the guards that it was given.

use unknot_checker::sim::{ReadGuard, RwLock, WriteGuard};

use super::family::*;

operations! {
    /// On the one lock.
    RwLockOp, |task| {
        ReadLock, "RwLock::read" => keep(task, |lock| lock.read().ok()),
        WriteLock, "RwLock::write" => keep(task, |lock| lock.write().ok()),
        TryRead, "RwLock::try_read" => keep(task, RwLock::try_read),
        TryWrite, "RwLock::try_write" => keep(task, RwLock::try_write),
        ReadTimeout, "RwLock::read_timeout" => keep(task, |lock| lock.read_timeout(TIMEOUT)),
        WriteTimeout, "RwLock::write_timeout" => keep(task, |lock| lock.write_timeout(TIMEOUT)),
        /// Gives back what was taken last: the end of a guard, which calls no function.
        RwUnlock, NOTHING => task.kept.rwlock.pop().is_some(),
    }
}

/// A guard that is kept for its end alone.
pub(crate) enum Held {
    Read { _guard: ReadGuard },
    Write { _guard: WriteGuard },
}

impl From<ReadGuard> for Held {
    fn from(_guard: ReadGuard) -> Held {
        Held::Read { _guard }
    }
}

impl From<WriteGuard> for Held {
    fn from(_guard: WriteGuard) -> Held {
        Held::Write { _guard }
    }
}

/// Keeps the guard, if one was granted.
fn keep<G: Into<Held>>(task: &mut Running, take: impl FnOnce(&RwLock) -> Option<G>) -> bool {
    let taken = take(task.objects.rwlock());
    let granted = taken.is_some();
    task.kept.rwlock.extend(taken.map(Into::into));
    granted
}

impl Family for RwLockOp {
    type Objects = RwLock;
    type Kept = Vec<Held>;

    const THEMES: &'static [Theme] = &[
        Theme::new(11, || {
            ops![ReadLock, WriteLock, RwUnlock, RwUnlock, TryRead, TryWrite, WriteTimeout]
        }),
        Theme::new(31, || {
            ops![ReadTimeout, ReadTimeout, ReadLock, WriteLock, TryWrite, RwUnlock, RwUnlock]
        }),
    ];

    fn create(_: &Objects) -> RwLock {
        RwLock::new()
    }
}
