//! Queues between processes: one without a maximal size, one with room for one, one whose
//! pipe holds one item, one that has no feeder; a joinable one; a simple one.

use unknot_checker::sim::process::{self, JoinableQueue, SimpleQueue};

use super::family::*;

operations! {
    /// The first number is the queue, the second a value.
    FeedOp, |task| {
        FPut(i: u8, value: u8), "ProcessQueue::put" => queue(task, i).put(value.into()),
        FPutNowait(i: u8, value: u8), "ProcessQueue::put_nowait" => {
            queue(task, i).put_nowait(value.into())
        },
        FPutTimeout(i: u8, value: u8), "ProcessQueue::put_timeout" => {
            queue(task, i).put_timeout(value.into(), TIMEOUT)
        },
        FGet(i: u8), "ProcessQueue::get" => queue(task, i).get(),
        FGetNowait(i: u8), "ProcessQueue::get_nowait" => queue(task, i).get_nowait(),
        FGetTimeout(i: u8), "ProcessQueue::get_timeout" => queue(task, i).get_timeout(TIMEOUT),
        FSize(i: u8), "ProcessQueue::qsize" => queue(task, i).qsize(),
        FEmpty(i: u8), "ProcessQueue::empty" => queue(task, i).empty(),
        FFull(i: u8), "ProcessQueue::full" => queue(task, i).full(),
        JPut(value: u8), "ProcessQueue::put" => joinable(task).put(value.into()),
        JGet, "ProcessQueue::get" => joinable(task).get(),
        JTaskDone, "JoinableQueue::task_done" => joinable(task).task_done(),
        JJoin, "JoinableQueue::join" => joinable(task).join(),
        SPut(value: u8), "SimpleQueue::put" => simple(task).put(value.into()),
        SGet, "SimpleQueue::get" => simple(task).get(),
        SEmpty, "SimpleQueue::empty" => simple(task).empty(),
    }
}

type Queues = ([process::Queue<i64>; 4], JoinableQueue<i64>, SimpleQueue<i64>);

fn queue(task: &Running, i: u8) -> &process::Queue<i64> {
    &task.objects.feeds().0[usize::from(i)]
}

fn joinable(task: &Running) -> &JoinableQueue<i64> {
    &task.objects.feeds().1
}

fn simple(task: &Running) -> &SimpleQueue<i64> {
    &task.objects.feeds().2
}

impl Family for FeedOp {
    type Objects = Queues;
    type Kept = ();

    const ON_DEMAND: bool = true;

    const THEMES: &'static [Theme] = &[
        Theme::new(40, || {
            let puts = ops![FPut(0, 1), FPut(0, 2), FGet(0), FGet(0), FEmpty(0), FSize(0)];
            [puts, ops![FGetNowait(0), FGetTimeout(0)]].concat()
        }),
        Theme::new(41, || {
            let puts = ops![FPut(1, 1), FPut(1, 2), FPutNowait(1, 3), FPutTimeout(1, 4)];
            [puts, ops![FGet(1), FGet(1), FGetNowait(1), FFull(1), FSize(1), FEmpty(1)]].concat()
        }),
        Theme::new(42, || {
            let puts = ops![FPut(2, 1), FPut(2, 2), FGet(2), FGetNowait(2), FEmpty(2)];
            [puts, ops![FPut(3, 1), FGet(3), FSize(3), FFull(3)]].concat()
        }),
        Theme::new(43, || {
            let joins = ops![JPut(1), JPut(2), JGet, JTaskDone, JJoin];
            [joins, ops![SPut(1), SGet, SEmpty]].concat()
        }),
    ];

    fn create(_: &Objects) -> Queues {
        let queues = [
            process::Queue::named("fed", 0),
            process::Queue::named("bounded", 1),
            process::Queue::on_pipe("piped", 0, 1),
            process::Queue::at_once("at once", 1),
        ];
        (queues, JoinableQueue::new(0), SimpleQueue::named("simple"))
    }
}
