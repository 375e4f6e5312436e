//! Loops: futures that take turns, beside threads.
//!
//! A program in a loop is three small numbers, each of which says what one future does: two
//! actions, one a digit.

use std::rc::Rc;
use std::time::Duration;

use unknot_checker::sim::future::sync::{Event, Lock, Notify, Queue, Semaphore};
use unknot_checker::sim::future::{self, AbortableHandle, Either, Loop};
use unknot_checker::sim::process::Across;
use unknot_checker::sim::{self, Exception, Shared};

use super::family::*;

operations! {
    LoopOp, |task| {
        /// Three futures in a loop of their own; whatever waits gives up after a time.
        InLoop(a: u8, b: u8, c: u8), "Loop::run" => {
            let looped = Loop::new();
            run(task, &looped, [a, b, c])
        },
        /// The same in a loop that other tasks call.
        InSharedLoop(a: u8, b: u8), "Loop::run" => {
            let looped = Loop::clone(task.objects.loops());
            run(task, &looped, [a, b, 11])
        },
        CallSoon, "Loop::call_soon_threadsafe" => {
            let cell = task.objects.cell(0).clone();
            task.objects.loops().call_soon_threadsafe(move || cell.write(cell.read() + 1));
        },
    }
}

/// What the futures of one loop share.
struct Around {
    looped: Loop,
    lock: Lock,
    permits: Semaphore,
    line: Queue<i64>,
    event: Event,
    notify: Notify,
    cell: Shared<i64>,
    outside: sim::Semaphore,
}

/// Longer than what waits outside, so that the two are told apart by a clock.
const LIMIT: Duration = Duration::from_millis(5);

fn run(task: &Running, looped: &Loop, acts: [u8; 3]) -> Result<i64, Exception> {
    let around = Rc::new(Around {
        looped: looped.clone(),
        lock: Lock::named("loop lock"),
        permits: Semaphore::named("loop permits", 1),
        line: Queue::named("loop line", 1),
        event: Event::named("loop event"),
        notify: Notify::named("loop notify"),
        cell: task.objects.cell(0).clone(),
        outside: task.objects.semaphore().clone(),
    });
    looped.run(async move {
        let mut tasks: Vec<AbortableHandle<i64>> = vec![];
        for code in acts {
            let around = Rc::clone(&around);
            tasks.push(future::spawn_abortable(async move {
                act(&around, code / 12).await * 10 + act(&around, code % 12).await
            }));
        }
        if acts[0].is_multiple_of(5) {
            future::yield_now().await;
            tasks[0].abort();
        }
        let mut sum = 0;
        for task in tasks {
            // A future that waits for ever is dropped at the end of the loop.
            let ended = future::timeout(2 * LIMIT, task).await;
            sum = sum * 100 + ended.map_or(-1, |came_to| came_to.unwrap_or(-2));
        }
        sum
    })
}

async fn act(around: &Around, what: u8) -> i64 {
    let Around { looped, lock, permits, line, event, notify, cell, outside } = around;
    match what {
        0 => {
            let _guard = lock.lock().await;
            future::yield_now().await;
            cell.write(cell.read() + 1);
        }
        1 => future::sleep(TIMEOUT).await,
        2 => future::yield_now().await,
        3 => return line.put(1).await.logged(),
        4 => return future::timeout(TIMEOUT, line.get()).await.logged(),
        5 => {
            event.set();
            notify.notify_one();
        }
        6 => return future::timeout(TIMEOUT, event.wait()).await.logged(),
        7 => cell.write(cell.read() + 2),
        8 => return i64::from(looped.outside(|| outside.acquire_timeout(TIMEOUT))),
        9 => match future::select(permits.acquire(), line.get()).await {
            Either::First(_permit) => future::sleep(TIMEOUT).await,
            Either::Second(item) => return item.logged(),
        },
        10 => notify.notified().await,
        _ => event.clear(),
    }
    0
}

impl Family for LoopOp {
    type Objects = Across<Loop>;
    type Kept = ();

    const ON_DEMAND: bool = true;

    const THEMES: &'static [Theme] = &[
        Theme::new(71, || {
            let loops = ops![InLoop(0, 13, 96), InLoop(38, 40, 18), InLoop(9, 107, 15)];
            let outside = ops![InLoop(96, 99, 1), InLoop(98, 24, 8), InLoop(65, 70, 125)];
            [loops, outside, ops![Acquire, Release, Release, Update(0)]].concat()
        }),
        Theme::new(72, || {
            let shared = ops![InSharedLoop(96, 7), InSharedLoop(1, 13), InSharedLoop(70, 98)];
            [shared, ops![CallSoon, CallSoon, Release, Update(0)]].concat()
        }),
    ];

    fn create(_: &Objects) -> Across<Loop> {
        Across::of(Loop::new())
    }

    /// Each of them starts several.
    fn is_start(self) -> bool {
        true
    }
}
