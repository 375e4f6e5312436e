//! Assumptions about cells and about what was received.

use unknot_checker::sim::assume;

use super::family::*;

operations! {
    /// The first number is a cell, the second a value.
    AssumptionOp, |task| {
        AssumeIs(i: u8, value: u8), "assume" => {
            let is = task.objects.cell(i).read();
            assume(is == i64::from(value));
        },
        AssumeIsNot(i: u8, value: u8), "assume" => {
            let is = task.objects.cell(i).read();
            assume(is != i64::from(value));
        },
        /// With lock 0, which is kept if the assumption does not hold.
        AssumeLocked(value: u8), "assume" => {
            let lock = task.objects.lock(0);
            lock.acquire();
            assume(task.objects.cell(0).read() == i64::from(value));
            lock.release()
        },
        /// Is made whatever the others do.
        AssumeNothing, "assume" => assume(false),
    }
}

impl Family for AssumptionOp {
    type Objects = ();
    type Kept = ();

    const ON_DEMAND: bool = true;

    const THEMES: &'static [Theme] = &[Theme::new(83, || {
        let assumes = ops![AssumeIs(0, 1), AssumeIs(0, 0), AssumeIsNot(1, 0), AssumeLocked(0)];
        let cells = ops![Write(0, 1), Write(0, 0), Write(1, 1), Update(0), Update(1)];
        let blocks = ops![Lock(0), Unlock(0), Acquire, Release, AssumeNothing];
        [assumes, cells, blocks].concat()
    })];

    fn create(_: &Objects) {}
}
