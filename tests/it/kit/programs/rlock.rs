//! One reentrant lock.

use unknot_checker::sim;

use super::family::*;

operations! {
    /// On the one lock.
    RLockOp, |task| {
        RLock, "RLock::acquire" => task.objects.rlock().acquire(),
        RUnlock, "RLock::release" => task.objects.rlock().release(),
        RTryLock, "RLock::try_acquire" => task.objects.rlock().try_acquire(),
        RLockTimeout, "RLock::acquire_timeout" => task.objects.rlock().acquire_timeout(TIMEOUT),
        /// Updates cell 0 while a guard has the lock.
        WithRLock, "RLock::lock" => {
            task.objects.rlock().lock().map(|_guard| task.objects.update(0))
        },
    }
}

impl Family for RLockOp {
    type Objects = sim::RLock;
    type Kept = ();

    const THEMES: &'static [Theme] = &[
        Theme::new(4, || ops![RLock, RUnlock, RLock, RUnlock, RTryLock, RLockTimeout, Update(0)]),
        Theme::new(28, || ops![WithRLock, WithRLock, RLock, RUnlock, RTryLock, Update(0)]),
    ];

    fn create(_: &Objects) -> sim::RLock {
        sim::RLock::new()
    }
}
