//! A semaphore of 1.

use unknot_checker::sim::Semaphore;

use super::family::*;

operations! {
    /// On the one semaphore.
    SemaphoreOp, |task| {
        Acquire, "Semaphore::acquire" => task.objects.semaphore().acquire(),
        Release, "Semaphore::release" => task.objects.semaphore().release(),
        TryAcquire, "Semaphore::try_acquire" => task.objects.semaphore().try_acquire(),
        AcquireTimeout, "Semaphore::acquire_timeout" => {
            task.objects.semaphore().acquire_timeout(TIMEOUT)
        },
        /// Updates cell 0 with a permit.
        WithPermit, "Semaphore::permit" => {
            let _permit = task.objects.semaphore().permit();
            task.objects.update(0)
        },
        Value, "Semaphore::value" => task.objects.semaphore().value(),
    }
}

impl Family for SemaphoreOp {
    type Objects = Semaphore;
    type Kept = ();

    const THEMES: &'static [Theme] = &[
        Theme::new(5, || {
            ops![Acquire, Release, Acquire, Release, TryAcquire, AcquireTimeout, Value]
        }),
        Theme::new(29, || ops![WithPermit, WithPermit, Acquire, Release, TryAcquire, Update(0)]),
    ];

    fn create(_: &Objects) -> Semaphore {
        Semaphore::new(1)
    }
}
