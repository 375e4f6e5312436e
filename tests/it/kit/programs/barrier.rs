//! A barrier of two.

use unknot_checker::sim::Barrier;

use super::family::*;

operations! {
    /// On the one barrier.
    BarrierOp, |task| {
        BarrierWait, "Barrier::wait" => task.objects.barrier().wait(),
        BarrierWaitTimeout, "Barrier::wait_timeout" => {
            task.objects.barrier().wait_timeout(TIMEOUT)
        },
        BarrierAbort, "Barrier::abort" => task.objects.barrier().abort(),
        BarrierReset, "Barrier::reset" => task.objects.barrier().reset(),
        Broken, "Barrier::broken" => task.objects.barrier().broken(),
    }
}

impl Family for BarrierOp {
    type Objects = Barrier;
    type Kept = ();

    const THEMES: &'static [Theme] = &[Theme::new(10, || {
        ops![BarrierWait, BarrierWait, BarrierWaitTimeout, BarrierAbort, BarrierReset, Broken]
    })];

    fn create(_: &Objects) -> Barrier {
        Barrier::new(2)
    }
}
