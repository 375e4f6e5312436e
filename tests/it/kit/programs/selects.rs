//! Waits for any of several things of one process: permits, items of queues and channels,
//! ends of tasks.

use unknot_checker::sim::{Exception, Ready, wait_any, wait_any_timeout};

use super::family::*;

operations! {
    /// The bits say which: 1 the semaphore, 2 the bounded one, 4 the queue with room for one,
    /// 8 the queue with room without end, 16 the channel.
    SelectOp, |task| {
        Any(of: u8), "wait_any" => places(wait_any(&things(task, of))),
        AnyTimeout(of: u8), "wait_any_timeout" => {
            places(wait_any_timeout(&things(task, of), TIMEOUT))
        },
        /// The end of the first task or process that this task has started, or a permit.
        AnyEnd, "wait_any" => {
            let mut of: Vec<&dyn Ready> = vec![task.objects.semaphore()];
            let first = task.kept.tasks.first().and_then(Option::as_ref);
            of.extend(first.map(|handle| handle as &dyn Ready));
            of.extend(super::processes::first_end(task));
            places(wait_any(&of))
        },
    }
}

/// What was ready, as a number.
pub(super) fn places(ready: Result<Vec<usize>, Exception>) -> Result<i64, Exception> {
    ready.map(|places| places.into_iter().map(|place| 1 << place).sum())
}

fn things(task: &Running, of: u8) -> Vec<&dyn Ready> {
    let objects = &task.objects;
    let all: [&dyn Ready; 5] = [
        objects.semaphore(),
        objects.bounded(),
        objects.line(0),
        objects.line(1),
        objects.channel(0),
    ];
    chosen(&all, of)
}

/// Those of which the bit is set.
pub(super) fn chosen<'a>(all: &[&'a dyn Ready], of: u8) -> Vec<&'a dyn Ready> {
    let is_set = |nth: usize| of >> nth & 1 == 1;
    all.iter().enumerate().filter(|(nth, _)| is_set(*nth)).map(|(_, &one)| one).collect()
}

impl Family for SelectOp {
    type Objects = ();
    type Kept = ();

    const THEMES: &'static [Theme] = &[
        Theme::new(59, || {
            let units = ops![Acquire, Release, TryAcquire, BoundedAcquire, BoundedRelease];
            [units, ops![Any(3), Any(3), AnyTimeout(3), Acquire, BoundedAcquire]].concat()
        }),
        Theme::new(60, || {
            let items = ops![Put(0, 1), Get(0), GetNowait(0), Put(1, 1), Get(1), GetNowait(1)];
            let ends = ops![Send(0, 1), Receive(0), Close(0)];
            [items, ends, ops![Any(28), Any(12), AnyTimeout(12), Any(20), Any(9), Release]].concat()
        }),
    ];

    fn create(_: &Objects) {}

    fn for_main() -> Vec<Op> {
        ops![AnyEnd]
    }
}
