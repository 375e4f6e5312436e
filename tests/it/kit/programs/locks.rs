//! Two locks.

use unknot_checker::sim;

use super::family::*;

operations! {
    /// Numbers name a lock.
    LockOp, |task| {
        Lock(i: u8), "Lock::acquire" => task.objects.lock(i).acquire(),
        Unlock(i: u8), "Lock::release" => task.objects.lock(i).release(),
        TryLock(i: u8), "Lock::try_acquire" => task.objects.lock(i).try_acquire(),
        LockTimeout(i: u8), "Lock::acquire_timeout" => {
            task.objects.lock(i).acquire_timeout(TIMEOUT)
        },
        Locked(i: u8), "Lock::locked" => task.objects.lock(i).locked(),
        /// Updates cell 0 while a guard has the lock.
        WithLock(i: u8), "Lock::lock" => {
            task.objects.lock(i).lock().map(|_guard| task.objects.update(0))
        },
    }
}

impl Objects {
    pub(super) fn lock(&self, i: u8) -> &sim::Lock {
        &self.locks()[usize::from(i)]
    }
}

impl Family for LockOp {
    type Objects = [sim::Lock; 2];
    type Kept = ();

    const THEMES: &'static [Theme] = &[
        Theme::new(2, || {
            let pairs = ops![Lock(0), Unlock(0), Lock(0), Unlock(0)];
            [pairs, ops![TryLock(0), LockTimeout(0), Locked(0)]].concat()
        }),
        Theme::new(3, || ops![Lock(0), Unlock(0), Lock(1), Unlock(1), Update(0)]),
        Theme::new(27, || {
            let guarded = ops![WithLock(0), WithLock(1)];
            [guarded, ops![Lock(0), Unlock(0), Lock(1), Unlock(1), TryLock(0)]].concat()
        }),
    ];

    fn create(_: &Objects) -> [sim::Lock; 2] {
        ["lock 0", "lock 1"].map(sim::Lock::named)
    }
}
