//! What is handed on in the order in which tasks came: a lock with a condition, and a
//! semaphore and a bounded one of one permit.

use unknot_checker::sim::{BoundedSemaphore, Condition, Exception, Lock, Semaphore};

use super::family::*;

operations! {
    /// Each on the one object.
    LineOp, |task| {
        LnLock, "Lock::acquire" => task.objects.lines().lock.acquire(),
        LnUnlock, "Lock::release" => task.objects.lines().lock.release(),
        LnTryLock, "Lock::try_acquire" => task.objects.lines().lock.try_acquire(),
        LnLockTimeout, "Lock::acquire_timeout" => {
            task.objects.lines().lock.acquire_timeout(TIMEOUT)
        },
        LnLocked, "Lock::locked" => task.objects.lines().lock.locked(),
        /// Updates cell 0 while a guard has the lock.
        LnWithLock, "Lock::lock" => {
            task.objects.lines().lock.lock().map(|_guard| task.objects.update(0))
        },
        LnCondWait, "Condition::wait" => locked(task, Condition::wait),
        LnCondWaitTimeout, "Condition::wait_timeout" => {
            locked(task, |c| c.wait_timeout(TIMEOUT))
        },
        LnNotify(n: u8), "Condition::notify" => locked(task, |c| c.notify(n.into())),
        LnAcquire, "Semaphore::acquire" => task.objects.lines().permits.acquire(),
        LnRelease, "Semaphore::release" => task.objects.lines().permits.release(),
        LnTryAcquire, "Semaphore::try_acquire" => task.objects.lines().permits.try_acquire(),
        LnAcquireTimeout, "Semaphore::acquire_timeout" => {
            task.objects.lines().permits.acquire_timeout(TIMEOUT)
        },
        LnPermit, "Semaphore::permit" => {
            let _permit = task.objects.lines().permits.permit();
            task.objects.update(0)
        },
        LnBoundedAcquire, "BoundedSemaphore::acquire" => task.objects.lines().bounded.acquire(),
        LnBoundedRelease, "BoundedSemaphore::release" => task.objects.lines().bounded.release(),
        LnBoundedPermit, "BoundedSemaphore::permit" => {
            let _permit = task.objects.lines().bounded.permit();
            task.objects.update(0)
        },
    }
}

fn locked<T: Logged>(task: &Running, f: impl FnOnce(&Condition) -> Result<T, Exception>) -> i64 {
    let Lines { lock, changed, .. } = task.objects.lines();
    lock.acquire();
    let result = f(changed).logged();
    result * 1000 + lock.release().logged()
}

#[derive(Clone)]
pub(crate) struct Lines {
    lock: Lock,
    changed: Condition,
    permits: Semaphore,
    bounded: BoundedSemaphore,
}

forked!(Lines { lock, changed, permits, bounded });

impl Family for LineOp {
    type Objects = Lines;
    type Kept = ();

    const ON_DEMAND: bool = true;

    const THEMES: &'static [Theme] = &[
        Theme::new(81, || {
            let pairs = ops![LnLock, LnUnlock, LnLock, LnUnlock, LnWithLock, LnLockTimeout];
            let waits = ops![LnCondWait, LnCondWaitTimeout, LnNotify(1)];
            [pairs, waits, ops![LnTryLock, LnLocked]].concat()
        }),
        Theme::new(82, || {
            let pairs = ops![LnAcquire, LnRelease, LnAcquire, LnRelease, LnPermit];
            let bounded = ops![LnBoundedAcquire, LnBoundedRelease, LnBoundedPermit];
            [pairs, bounded, ops![LnTryAcquire, LnAcquireTimeout, LnAcquireTimeout]].concat()
        }),
    ];

    fn create(_: &Objects) -> Lines {
        let lock = Lock::first_come("lock in line");
        Lines {
            changed: Condition::new(&lock),
            lock,
            permits: Semaphore::first_come("permits in line", 1),
            bounded: BoundedSemaphore::first_come("bounded in line", 1),
        }
    }
}
