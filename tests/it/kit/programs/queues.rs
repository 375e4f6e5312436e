//! Queues: 0 is first in first out with room for one, 1 the same with room without end,
//! 2 last in first out with room for one, 3 smallest first.

use unknot_checker::sim::{LifoQueue, PriorityQueue, Queue, wait_any};

use super::family::*;
use super::selects::places;

/// Does the same on a queue of any type.
macro_rules! on {
    ($task:expr, $i:expr, |$queue:ident| $body:expr) => {{
        let Queues { lines, stack, heap } = $task.objects.queues();
        match $i {
            2 => {
                let $queue = stack;
                $body
            }
            3 => {
                let $queue = heap;
                $body
            }
            i => {
                let $queue = &lines[usize::from(i)];
                $body
            }
        }
    }};
}

operations! {
    /// The first number is the queue, the second a value.
    QueueOp, |task| {
        Put(i: u8, value: u8), of(i, "put") => on!(task, i, |q| q.put(value.into())),
        Get(i: u8), of(i, "get") => on!(task, i, |q| q.get()),
        PutNowait(i: u8, value: u8), of(i, "put_nowait") => {
            on!(task, i, |q| q.put_nowait(value.into()))
        },
        GetNowait(i: u8), of(i, "get_nowait") => on!(task, i, |q| q.get_nowait()),
        PutTimeout(i: u8, value: u8), of(i, "put_timeout") => {
            on!(task, i, |q| q.put_timeout(value.into(), TIMEOUT))
        },
        GetTimeout(i: u8), of(i, "get_timeout") => on!(task, i, |q| q.get_timeout(TIMEOUT)),
        Qsize(i: u8), of(i, "qsize") => on!(task, i, |q| q.qsize()),
        Empty(i: u8), of(i, "empty") => on!(task, i, |q| q.empty()),
        Full(i: u8), of(i, "full") => on!(task, i, |q| q.full()),
        TaskDone(i: u8), of(i, "task_done") => on!(task, i, |q| q.task_done()),
        QueueJoin(i: u8), of(i, "join") => on!(task, i, |q| q.join()),
        /// Waits for room, and leaves it there.
        QRoom(i: u8), of(i, "room") => on!(task, i, |q| places(wait_any(&[&q.room()]))),
    }
}

/// A method of a queue, by the type of that queue.
fn of(queue: u8, method: &str) -> String {
    let queue = ["Queue", "Queue", "LifoQueue", "PriorityQueue"][usize::from(queue)];
    format!("{queue}::{method}")
}

#[derive(Clone)]
pub(crate) struct Queues {
    lines: [Queue<i64>; 2],
    stack: LifoQueue<i64>,
    heap: PriorityQueue<i64>,
}

impl Objects {
    /// One of the queues that are first in, first out.
    pub(super) fn line(&self, i: usize) -> &Queue<i64> {
        &self.queues().lines[i]
    }
}

fn theme(i: u8) -> Vec<Op> {
    ops![
        Put(i, 1),
        Put(i, 2),
        Get(i),
        Get(i),
        PutNowait(i, 3),
        GetNowait(i),
        PutTimeout(i, 4),
        GetTimeout(i),
        Qsize(i),
        Empty(i),
        Full(i),
        TaskDone(i),
        QueueJoin(i),
    ]
}

forked!(Queues { lines, stack, heap });

impl Family for QueueOp {
    type Objects = Queues;
    type Kept = ();

    const THEMES: &'static [Theme] = &[
        Theme::new(12, || theme(0)),
        Theme::new(13, || theme(1)),
        Theme::new(14, || theme(2)),
        Theme::new(15, || theme(3)),
    ];

    fn create(_: &Objects) -> Queues {
        Queues {
            lines: [Queue::new(1), Queue::new(0)],
            stack: LifoQueue::new(1),
            heap: PriorityQueue::new(0),
        }
    }
}
