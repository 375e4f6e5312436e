//! A wait group.

use unknot_checker::sim::{WaitGroup, wait_any};

use super::family::*;
use super::selects::places;

operations! {
    /// On the one group.
    WaitGroupOp, |task| {
        GroupAdd(delta: i8), "WaitGroup::add" => task.objects.wait_groups().add(delta.into()),
        GroupDone, "WaitGroup::done" => task.objects.wait_groups().done(),
        GroupWait, "WaitGroup::wait" => task.objects.wait_groups().wait(),
        /// Or a permit.
        AnyGroup, "wait_any" => {
            places(wait_any(&[task.objects.wait_groups(), task.objects.semaphore()]))
        },
    }
}

impl Family for WaitGroupOp {
    type Objects = WaitGroup;
    type Kept = ();

    const ON_DEMAND: bool = true;

    const THEMES: &'static [Theme] = &[Theme::new(79, || {
        let changes = ops![GroupAdd(1), GroupAdd(2), GroupAdd(-2), GroupDone, GroupDone];
        [changes, ops![GroupWait, GroupWait, GroupWait, AnyGroup, Release, Update(0)]].concat()
    })];

    fn create(_: &Objects) -> WaitGroup {
        WaitGroup::new()
    }
}
