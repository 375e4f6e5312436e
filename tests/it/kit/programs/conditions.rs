//! A condition on lock 0, and one on the reentrant lock that wakes the first waiter.

use unknot_checker::sim::{Condition, Exception, Wake};

use super::family::*;

operations! {
    /// The lock is taken around each operation, unless it is a bare one. Numbers say how
    /// many waiters are notified.
    ConditionOp, |task| {
        CondWait, "Condition::wait" => locked(task, Condition::wait),
        CondWaitTimeout, "Condition::wait_timeout" => locked(task, |c| c.wait_timeout(TIMEOUT)),
        /// Until cell 0 is not 0.
        CondWaitFor, "Condition::wait_for" => {
            locked(task, |c| c.wait_for(|| task.objects.cell(0).read() != 0))
        },
        Notify(n: u8), "Condition::notify" => locked(task, |c| c.notify(n.into())),
        NotifyAll, "Condition::notify_all" => locked(task, Condition::notify_all),
        /// Whichever task has the lock, or none.
        BareNotify, "Condition::notify" => task.objects.conditions().on_lock.notify(1),
        /// With no lock, and no need of one.
        FreeNotify(n: u8), "Condition::notify" => free(task).notify(n.into()),
        FreeNotifyAll, "Condition::notify_all" => free(task).notify_all(),
        BareWait, "Condition::wait" => task.objects.conditions().on_lock.wait(),
        FirstWait, "Condition::wait" => reentrant(task, Condition::wait),
        FirstWaitTimeout, "Condition::wait_timeout" => {
            reentrant(task, |c| c.wait_timeout(TIMEOUT))
        },
        FirstNotify(n: u8), "Condition::notify" => reentrant(task, |c| c.notify(n.into())),
        FirstNotifyAll, "Condition::notify_all" => reentrant(task, Condition::notify_all),
    }
}

/// What `f` returns, and whether the lock could be given back: another task may have
/// done that meanwhile.
fn locked<T: Logged>(task: &Running, f: impl FnOnce(&Condition) -> Result<T, Exception>) -> i64 {
    let lock = task.objects.lock(0);
    lock.acquire();
    let result = f(&task.objects.conditions().on_lock).logged();
    result * 1000 + lock.release().logged()
}

fn free(task: &Running) -> Condition {
    task.objects.conditions().on_lock.clone().notified_by_any_task()
}

fn reentrant<T: Logged>(task: &Running, f: impl FnOnce(&Condition) -> Result<T, Exception>) -> i64 {
    let lock = task.objects.rlock();
    lock.acquire();
    let result = f(&task.objects.conditions().first).logged();
    result * 1000 + lock.release().logged()
}

#[derive(Clone)]
pub(crate) struct Conditions {
    on_lock: Condition,
    first: Condition,
}

forked!(Conditions { on_lock, first });

impl Family for ConditionOp {
    type Objects = Conditions;
    type Kept = ();

    const THEMES: &'static [Theme] = &[
        Theme::new(9, || {
            let waits = ops![CondWait, CondWaitTimeout, CondWait, BareWait];
            [waits, ops![Notify(1), Notify(2), NotifyAll, BareNotify]].concat()
        }),
        Theme::new(23, || {
            ops![FirstWait, FirstWait, FirstWaitTimeout, FirstNotify(1), FirstNotifyAll, RLock]
        }),
        Theme::new(30, || {
            let waits = ops![CondWaitFor, CondWaitFor, CondWait];
            let wakes = ops![Notify(1), NotifyAll, BareNotify];
            [waits, wakes, ops![Write(0, 1), Write(0, 1), Write(0, 0)]].concat()
        }),
        Theme::new(80, || {
            let waits = ops![CondWait, CondWait, CondWaitTimeout, CondWaitFor, BareWait];
            let wakes = ops![FreeNotify(1), FreeNotify(1), FreeNotify(2), FreeNotifyAll];
            [waits, wakes, ops![Notify(1), Write(0, 1), Lock(0), Unlock(0)]].concat()
        }),
    ];

    fn create(others: &Objects) -> Conditions {
        Conditions {
            on_lock: Condition::new(others.lock(0)),
            first: Condition::reentrant("first", others.rlock()).waking(Wake::First),
        }
    }
}
