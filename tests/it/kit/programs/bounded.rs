//! A bounded semaphore of 1.

use unknot_checker::sim::BoundedSemaphore;

use super::family::*;

operations! {
    /// On the one semaphore.
    BoundedOp, |task| {
        BoundedAcquire, "BoundedSemaphore::acquire" => task.objects.bounded().acquire(),
        BoundedRelease, "BoundedSemaphore::release" => task.objects.bounded().release(),
        BoundedTry, "BoundedSemaphore::try_acquire" => task.objects.bounded().try_acquire(),
        BoundedTimeout, "BoundedSemaphore::acquire_timeout" => {
            task.objects.bounded().acquire_timeout(TIMEOUT)
        },
        /// Updates cell 0 with a permit.
        WithBoundedPermit, "BoundedSemaphore::permit" => {
            let _permit = task.objects.bounded().permit();
            task.objects.update(0)
        },
    }
}

impl Family for BoundedOp {
    type Objects = BoundedSemaphore;
    type Kept = ();

    const THEMES: &'static [Theme] = &[
        Theme::new(6, || ops![BoundedAcquire, BoundedRelease, BoundedRelease, Update(0)]),
        Theme::new(26, || {
            let takes = ops![BoundedAcquire, BoundedTry, BoundedTimeout, WithBoundedPermit];
            [takes, ops![BoundedRelease, BoundedRelease, Update(0)]].concat()
        }),
    ];

    fn create(_: &Objects) -> BoundedSemaphore {
        BoundedSemaphore::new(1)
    }
}
