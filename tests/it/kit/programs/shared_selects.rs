//! Waits for any of several things that processes share: queues, and ends of pipes.

use unknot_checker::sim::{Ready, wait_any, wait_any_timeout};

use super::family::*;
use super::selects::{chosen, places};

operations! {
    /// The bits say which: 1 and 2 the ends of the pipe without a capacity, 4 and 8 those of
    /// the other one, 16 the queue with a feeder, 32 the one without, 64 the simple one.
    SharedSelectOp, |task| {
        AnyShared(of: u8), "wait_any" => places(wait_any(&things(task, of))),
        AnySharedTimeout(of: u8), "wait_any_timeout" => {
            places(wait_any_timeout(&things(task, of), TIMEOUT))
        },
    }
}

fn things(task: &Running, of: u8) -> Vec<&dyn Ready> {
    let [a, b, c, d] = task.objects.pipes();
    let (queues, _, simple) = task.objects.feeds();
    let all: [&dyn Ready; 7] = [a, b, c, d, &queues[0], &queues[3], simple];
    chosen(&all, of)
}

impl Family for SharedSelectOp {
    type Objects = ();
    type Kept = ();

    const ON_DEMAND: bool = true;

    const THEMES: &'static [Theme] = &[
        Theme::new(61, || {
            let sends = ops![PSend(1), PSend(3), PRecv(0), PRecv(2), PClose(1), PClose(0)];
            [sends, ops![AnyShared(5), AnyShared(5), AnySharedTimeout(1), AnyShared(2)]].concat()
        }),
        Theme::new(62, || {
            let puts = ops![FPut(0, 1), FGet(0), FPut(3, 1), FGet(3), SPut(1), SGet];
            [puts, ops![AnyShared(48), AnyShared(112), AnySharedTimeout(96), AnyShared(17)]]
                .concat()
        }),
    ];

    /// What it is about is there when a process is started.
    fn create(others: &Objects) {
        others.pipes();
        others.feeds();
    }
}
