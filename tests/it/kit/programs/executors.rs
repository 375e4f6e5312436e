//! Executors. Each task makes its own when it first needs one: one of threads and one of
//! processes. A future can be handed to other tasks through a variable.

use unknot_checker::sim::process::ProcessPoolExecutor;
use unknot_checker::sim::{
    Exception, Future, ReturnWhen, Shared, Shutdown, ThreadPoolExecutor, as_completed,
    as_completed_timeout, wait, wait_timeout,
};

use super::family::*;
use super::pools::{Answer, do_job};
use super::tasks::extra;

operations! {
    /// A number names a future that the task has, or says how an executor is shut down.
    ExecutorOp, |task| {
        /// The task does what the program has as `extra`.
        SubmitThread, "ThreadPoolExecutor::submit" => {
            let work = extra(task);
            let work = move || -> Answer {
                work();
                Ok(0)
            };
            let future = threads(task).and_then(|executor| executor.submit(work));
            keep(task, future)
        },
        SubmitProcess(job: u8), "ProcessPoolExecutor::submit" => {
            let future = processes(task).and_then(|executor| executor.submit(job, do_job));
            keep(task, future)
        },
        MapThreads, "ThreadPoolExecutor::map" => {
            let mapped = threads(task).and_then(|executor| executor.map([2, 0], do_job));
            mapped.map(|mapped| task.kept.executors.futures.extend(mapped.futures()))
        },
        /// The first task fails, which cancels the other one.
        MapThreadsAndTake, "ThreadPoolExecutor::map" => {
            let mapped = threads(task).and_then(|executor| executor.map([0, 2], do_job));
            mapped.map(|mapped| mapped.map(Logged::logged).sum::<i64>())
        },
        MapProcesses, "ProcessPoolExecutor::map" => {
            let mapped = processes(task).and_then(|executor| executor.map([1, 2], do_job));
            mapped.map(|mapped| mapped.map(Logged::logged).sum::<i64>())
        },
        ShutThreads(how: u8), "ThreadPoolExecutor::shutdown" => {
            threads(task).and_then(|executor| executor.shutdown(HOW[usize::from(how)]))
        },
        ShutProcesses(how: u8), "ProcessPoolExecutor::shutdown" => {
            processes(task).and_then(|executor| executor.shutdown(HOW[usize::from(how)]))
        },
        WithinThreads, "ThreadPoolExecutor::within" => {
            let executor = ThreadPoolExecutor::new(1);
            executor.and_then(|executor| executor.within(|executor| executor.submit(|| 1_i64)?.result()))
        },
        WithinProcesses, "ProcessPoolExecutor::within" => {
            let executor = ProcessPoolExecutor::new(1);
            executor.and_then(|executor| {
                executor.within(|executor| executor.submit(2, do_job)?.result())
            })
        },
        FutureResult(i: u8), "Future::result" => future(task, i).map(|future| future.result()),
        FutureResultTimeout(i: u8), "Future::result_timeout" => {
            future(task, i).map(|future| future.result_timeout(TIMEOUT))
        },
        FutureException(i: u8), "Future::exception" => {
            future(task, i).map(|future| future.exception().map(|raised| raised.is_some()))
        },
        FutureExceptionTimeout(i: u8), "Future::exception_timeout" => {
            let raised = future(task, i).map(|future| future.exception_timeout(TIMEOUT));
            raised.map(|raised| raised.map(|raised| raised.is_some()))
        },
        FutureDone(i: u8), "Future::done" => future(task, i).map(|future| future.done()),
        FutureRunning(i: u8), "Future::running" => future(task, i).map(|future| future.running()),
        FutureCancelled(i: u8), "Future::cancelled" => {
            future(task, i).map(|future| future.cancelled())
        },
        FutureCancel(i: u8), "Future::cancel" => future(task, i).map(|future| future.cancel()),
        /// The callback does what the program has as `extra`.
        AddCallback(i: u8), "Future::add_done_callback" => {
            let callback = extra(task);
            future(task, i).map(|future| future.add_done_callback(move |_| callback()))
        },
        /// How long, as one of `WHEN`.
        WaitFutures(when: u8), "wait" => {
            let waited = wait(task.kept.executors.futures.clone(), WHEN[usize::from(when)]);
            waited.map(|waited| waited.done.len())
        },
        /// The same.
        WaitFuturesTimeout(when: u8), "wait_timeout" => {
            let (all, when) = (task.kept.executors.futures.clone(), WHEN[usize::from(when)]);
            wait_timeout(all, when, TIMEOUT).map(|waited| waited.done.len())
        },
        AsCompletedAll, "as_completed" => {
            let all = as_completed(task.kept.executors.futures.clone());
            all.map(|all| all.map(|future| future.done().logged()).sum::<i64>())
        },
        AsCompletedTimeout, "as_completed_timeout" => {
            let all = as_completed_timeout(task.kept.executors.futures.clone(), TIMEOUT);
            all.map(|all| all.map(|one| one.map(|future| future.cancelled()).logged()).sum::<i64>())
        },
        /// Hands the first future, and the executor of threads, to other tasks.
        HandFuture, NOTHING => {
            let executor = threads(task).ok().cloned();
            let handed = HandedFuture { executor, future: future(task, 0).cloned() };
            task.objects.executors().write(handed)
        },
        /// Takes what another task has handed over.
        TakeFuture, NOTHING => {
            let HandedFuture { executor, future } = task.objects.executors().read();
            let taken = executor.is_some();
            task.kept.executors.threads = executor;
            task.kept.executors.futures.extend(future);
            taken
        },
    }
}

const WHEN: [ReturnWhen; 3] =
    [ReturnWhen::FirstCompleted, ReturnWhen::FirstException, ReturnWhen::AllCompleted];

const HOW: [Shutdown; 4] =
    [Shutdown::Wait, Shutdown::Return, Shutdown::CancelAndWait, Shutdown::CancelAndReturn];

/// What tasks hand to one another.
#[derive(Clone, Debug, Default)]
pub(crate) struct HandedFuture {
    executor: Option<ThreadPoolExecutor>,
    future: Option<Future<Answer>>,
}

/// The executors of one task, and its futures.
#[derive(Default)]
pub(crate) struct Executors {
    threads: Option<ThreadPoolExecutor>,
    processes: Option<ProcessPoolExecutor>,
    futures: Vec<Future<Answer>>,
}

fn threads(task: &mut Running) -> Result<&ThreadPoolExecutor, Exception> {
    let kept = &mut task.kept.executors.threads;
    let made = match kept.take() {
        Some(executor) => executor,
        None => ThreadPoolExecutor::new(1)?,
    };
    Ok(kept.insert(made))
}

fn processes(task: &mut Running) -> Result<&ProcessPoolExecutor, Exception> {
    let kept = &mut task.kept.executors.processes;
    let made = match kept.take() {
        Some(executor) => executor,
        None => ProcessPoolExecutor::new(1)?,
    };
    Ok(kept.insert(made))
}

fn future(task: &Running, i: u8) -> Option<&Future<Answer>> {
    task.kept.executors.futures.get(usize::from(i))
}

fn keep(task: &mut Running, future: Result<Future<Answer>, Exception>) -> Result<(), Exception> {
    future.map(|future| task.kept.executors.futures.push(future))
}

impl Family for ExecutorOp {
    type Objects = Shared<HandedFuture>;
    type Kept = Executors;

    const THEMES: &'static [Theme] = &[
        Theme::new(55, || {
            let submits = ops![SubmitThread, SubmitThread, MapThreads, AddCallback(0), Update(0)];
            let asks = ops![FutureResult(0), FutureDone(0), FutureRunning(0), FutureCancelled(0)];
            let ends = ops![FutureCancel(0), FutureCancel(1), ShutThreads(0), ShutThreads(2)];
            [submits, asks, ends].concat()
        }),
        Theme::new(56, || {
            let submits = ops![SubmitProcess(0), SubmitProcess(2), MapProcesses, AddCallback(0)];
            let asks = ops![FutureResult(0), FutureException(0), FutureResultTimeout(0), Update(0)];
            let asks = [asks, ops![FutureExceptionTimeout(0)]].concat();
            let ends = ops![FutureCancel(0), ShutProcesses(0), ShutProcesses(1), ShutProcesses(3)];
            [submits, asks, ends].concat()
        }),
        Theme::new(57, || {
            let submits = ops![SubmitThread, SubmitThread, MapThreads, MapThreadsAndTake];
            let waits = ops![
                WaitFutures(0),
                WaitFutures(1),
                WaitFutures(2),
                WaitFuturesTimeout(0),
                WaitFuturesTimeout(1),
                WaitFuturesTimeout(2)
            ];
            let asks = ops![AsCompletedAll, AsCompletedTimeout, FutureCancel(0), FutureCancel(1)];
            let ends = ops![ShutThreads(1), ShutThreads(3), HandFuture, TakeFuture, Write(0, 1)];
            [submits, waits, asks, ends].concat()
        }),
        Theme::new(58, || {
            let waits = ops![
                WithinThreads,
                WithinProcesses,
                WaitFutures(0),
                WaitFutures(1),
                AsCompletedAll
            ];
            let timed = ops![WaitFuturesTimeout(2), AsCompletedTimeout, FutureCancel(0), Update(0)];
            let submits = ops![SubmitProcess(1), SubmitProcess(0), MapThreads, ShutProcesses(2)];
            [waits, timed, submits].concat()
        }),
    ];

    fn create(_: &Objects) -> Shared<HandedFuture> {
        Shared::new(HandedFuture::default())
    }

    fn is_start(self) -> bool {
        matches!(self, ExecutorOp::SubmitThread | ExecutorOp::AddCallback(_))
    }
}
