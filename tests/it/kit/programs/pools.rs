//! Pools of worker processes. Each task makes its own when it first needs one: 0 has two
//! workers, 1 has one worker and runs callbacks, 2 has one worker and can be terminated, and
//! 3 runs callbacks and can be terminated.
//! A pool and a result can be handed to other tasks through a variable.

use unknot_checker::sim::process::{AsyncResult, CallbackPool, KillablePool, Pool};
use unknot_checker::sim::{Exception, Shared, yield_now};

use super::family::*;
use super::tasks::extra;

operations! {
    /// The first number is the pool or the result, the second says what the job does.
    PoolOp, |task| {
        PoolApply(i: u8, job: u8), "Pool::apply" => pool(task, i).and_then(|pool| pool.apply(job, do_job)),
        PoolApplyAsync(i: u8, job: u8), "Pool::apply_async" => {
            let result = pool(task, i).and_then(|pool| pool.apply_async(job, do_job));
            keep(task, result)
        },
        /// The callbacks do what the program has as `extra`.
        PoolApplyWith(i: u8, job: u8), "CallbackPool::apply_async_with" => {
            let (ok, err) = (extra(task), extra(task));
            let result = callback_pool(task, i).and_then(|pool| {
                pool.apply_async_with(job, do_job, move |_| ok(), move |_| err())
            });
            keep(task, result)
        },
        PoolMap(i: u8), "Pool::map" => pool(task, i).and_then(|pool| pool.map([0, 2], do_job)).map(|all| all.len()),
        PoolStarmap(i: u8), "Pool::starmap" => {
            let job = |(job, _): (u8, u8)| do_job(job);
            pool(task, i).and_then(|pool| pool.starmap([(1, 0), (2, 0)], job)).map(|all| all.len())
        },
        PoolMapAsync(i: u8), "Pool::map_async" => {
            let result = pool(task, i).and_then(|pool| pool.map_async([1, 0, 2], do_job));
            result.map(|result| task.kept.pools.many.push(result))
        },
        PoolStarmapAsync(i: u8), "Pool::starmap_async" => {
            let job = |(job, _): (u8, u8)| do_job(job);
            let result = pool(task, i).and_then(|pool| pool.starmap_async([(2, 0), (1, 0)], job));
            result.map(|result| task.kept.pools.many.push(result))
        },
        /// One job, or none. The callbacks do what the program has as `extra`.
        PoolMapAsyncWith(i: u8, jobs: u8), "CallbackPool::map_async_with" => {
            let (ok, err) = (extra(task), extra(task));
            let result = callback_pool(task, i).and_then(|pool| {
                pool.map_async_with(0..jobs, do_job, move |_| ok(), move |_| err())
            });
            result.map(|result| task.kept.pools.many.push(result))
        },
        PoolStarmapAsyncWith(i: u8), "CallbackPool::starmap_async_with" => {
            let (ok, err) = (extra(task), extra(task));
            let job = |(job, _): (u8, u8)| do_job(job);
            let result = callback_pool(task, i).and_then(|pool| {
                pool.starmap_async_with([(2, 0), (1, 0)], job, move |_| ok(), move |_| err())
            });
            result.map(|result| task.kept.pools.many.push(result))
        },
        PoolGetMany(i: u8), "AsyncResult::get" => {
            let result = task.kept.pools.many.get(usize::from(i));
            result.map(|result| result.get().map(|all| all.len()))
        },
        PoolImap(i: u8), "Pool::imap" => {
            let results = pool(task, i).and_then(|pool| pool.imap([0, 2], do_job));
            results.map(|results| results.map(Logged::logged).sum::<i64>())
        },
        PoolImapUnordered(i: u8), "Pool::imap_unordered" => {
            let results = pool(task, i).and_then(|pool| pool.imap_unordered([1, 2], do_job));
            results.map(|results| results.fold(0, |all, one| 10 * all + one.logged()))
        },
        PoolClose(i: u8), "Pool::close" => pool(task, i).map(Pool::close),
        PoolJoin(i: u8), if i > 1 { "KillablePool::join" } else { "Pool::join" } => match i {
            2 => killable_pool(task).and_then(KillablePool::join),
            3 => cut_pool(task).and_then(KillablePool::join),
            _ => pool(task, i).and_then(Pool::join),
        },
        PoolTerminate(i: u8), "KillablePool::terminate" => match i {
            2 => killable_pool(task).map(KillablePool::terminate),
            _ => cut_pool(task).map(KillablePool::terminate),
        },
        /// Lets the task's handle to a pool go.
        PoolDrop(i: u8), NOTHING => match i {
            0 => drop(task.kept.pools.plain.take()),
            1 => drop(task.kept.pools.callbacks.take()),
            2 => drop(task.kept.pools.killable.take()),
            _ => drop(task.kept.pools.cut.take()),
        },
        ResultGet(i: u8), "AsyncResult::get" => result(task, i).map(AsyncResult::get),
        ResultGetTimeout(i: u8), "AsyncResult::get_timeout" => {
            result(task, i).map(|result| result.get_timeout(TIMEOUT))
        },
        ResultWait(i: u8), "AsyncResult::wait" => result(task, i).map(AsyncResult::wait),
        ResultWaitTimeout(i: u8), "AsyncResult::wait_timeout" => {
            result(task, i).map(|result| result.wait_timeout(TIMEOUT))
        },
        ResultReady(i: u8), "AsyncResult::ready" => result(task, i).map(AsyncResult::ready),
        ResultSuccessful(i: u8), "AsyncResult::successful" => {
            result(task, i).map(AsyncResult::successful)
        },
        /// Hands a plain pool and the first result to other tasks.
        HandPool, NOTHING => {
            let pool = pool(task, 0).ok().cloned();
            let handed = Handed { pool, result: result(task, 0).cloned() };
            task.objects.pools().write(handed)
        },
        /// Takes what another task has handed over.
        TakePool, NOTHING => {
            let Handed { pool, result } = task.objects.pools().read();
            let taken = pool.is_some();
            task.kept.pools.plain = pool;
            task.kept.pools.results.extend(result);
            taken
        },
    }
}

/// What a job returns.
pub(super) type Answer = Result<i64, Exception>;

/// What tasks hand to one another.
#[derive(Clone, Debug, Default)]
pub(crate) struct Handed {
    pool: Option<Pool>,
    result: Option<AsyncResult<Answer>>,
}

/// The pools of one task, and the results that it waits for.
#[derive(Default)]
pub(crate) struct Pools {
    plain: Option<Pool>,
    callbacks: Option<CallbackPool>,
    killable: Option<KillablePool>,
    cut: Option<KillablePool<CallbackPool>>,
    results: Vec<AsyncResult<Answer>>,
    many: Vec<AsyncResult<Vec<Answer>>>,
}

/// What a job does: 0 fails, 1 makes a step before it returns.
pub(super) fn do_job(job: u8) -> Answer {
    match job {
        0 => return Err(Exception::new("ValueError", "a job that fails")),
        1 => yield_now(),
        _ => {}
    }
    Ok(job.into())
}

fn pool(task: &mut Running, i: u8) -> Result<&Pool, Exception> {
    match i {
        0 => {
            let plain = &mut task.kept.pools.plain;
            let made = match plain.take() {
                Some(pool) => pool,
                None => Pool::new(2)?,
            };
            Ok(plain.insert(made))
        }
        2 => Ok(killable_pool(task)?),
        _ => Ok(callback_pool(task, i)?),
    }
}

fn callback_pool(task: &mut Running, i: u8) -> Result<&CallbackPool, Exception> {
    if i == 3 {
        return Ok(cut_pool(task)?);
    }
    let kept = &mut task.kept.pools.callbacks;
    let made = match kept.take() {
        Some(pool) => pool,
        None => Pool::with_callbacks(1)?,
    };
    Ok(kept.insert(made))
}

fn killable_pool(task: &mut Running) -> Result<&KillablePool, Exception> {
    let kept = &mut task.kept.pools.killable;
    let made = match kept.take() {
        Some(pool) => pool,
        None => Pool::killable(1)?,
    };
    Ok(kept.insert(made))
}

fn cut_pool(task: &mut Running) -> Result<&KillablePool<CallbackPool>, Exception> {
    let kept = &mut task.kept.pools.cut;
    let made = match kept.take() {
        Some(pool) => pool,
        None => Pool::killable_with_callbacks(1)?,
    };
    Ok(kept.insert(made))
}

/// Whether an operation may need a pool whose workers can be killed.
pub(super) fn starts_killable(op: Op) -> bool {
    matches!(
        op,
        Op::PoolOp(
            PoolOp::PoolTerminate(_)
                | PoolOp::PoolApply(2.., _)
                | PoolOp::PoolApplyAsync(2.., _)
                | PoolOp::PoolApplyWith(2.., _)
                | PoolOp::PoolMapAsyncWith(2.., _)
                | PoolOp::PoolStarmapAsyncWith(2..)
                | PoolOp::PoolMap(2..)
                | PoolOp::PoolStarmap(2..)
                | PoolOp::PoolMapAsync(2..)
                | PoolOp::PoolStarmapAsync(2..)
                | PoolOp::PoolImap(2..)
                | PoolOp::PoolImapUnordered(2..)
                | PoolOp::PoolClose(2..)
                | PoolOp::PoolJoin(2..)
        )
    )
}

fn result(task: &Running, i: u8) -> Option<&AsyncResult<Answer>> {
    task.kept.pools.results.get(usize::from(i))
}

fn keep(
    task: &mut Running,
    result: Result<AsyncResult<Answer>, Exception>,
) -> Result<(), Exception> {
    result.map(|result| task.kept.pools.results.push(result))
}

impl Family for PoolOp {
    type Objects = Shared<Handed>;
    type Kept = Pools;

    const THEMES: &'static [Theme] = &[
        Theme::new(51, || {
            let submits = ops![PoolApplyAsync(0, 1), PoolApplyAsync(0, 2), PoolApplyAsync(0, 0)];
            let asks = ops![ResultGet(0), ResultGet(1), ResultReady(0), ResultSuccessful(0)];
            let ends = ops![PoolClose(0), PoolJoin(0), PoolDrop(0), HandPool, TakePool];
            [submits, asks, ends].concat()
        }),
        Theme::new(52, || {
            let calls = ops![PoolApply(0, 1), PoolMap(0), PoolStarmap(0), PoolMapAsync(0)];
            let lazy = ops![PoolGetMany(0), PoolImap(0), PoolImapUnordered(0), PoolClose(0)];
            [calls, lazy, ops![PoolStarmapAsync(0), ResultWait(0), Update(0)]].concat()
        }),
        Theme::new(53, || {
            let calls = ops![PoolApplyWith(1, 2), PoolApplyWith(1, 2), PoolApplyWith(1, 0)];
            let many = ops![PoolMap(1), PoolMapAsyncWith(1, 1), PoolStarmapAsyncWith(1)];
            let asks = ops![ResultGet(0), ResultGetTimeout(0), ResultReady(0), PoolGetMany(0)];
            let ends = ops![PoolImapUnordered(1), PoolClose(1), PoolJoin(1), Update(0)];
            [calls, many, asks, ends].concat()
        }),
        Theme::new(54, || {
            let calls = ops![PoolApplyAsync(2, 1), PoolApplyAsync(2, 2), PoolApplyAsync(2, 2)];
            let asks = ops![ResultGet(0), ResultWaitTimeout(0), ResultReady(1), ResultReady(0)];
            let ends = ops![PoolTerminate(2), PoolJoin(2), PoolDrop(2), PoolClose(2)];
            let with = ops![PoolApplyWith(3, 2), PoolApplyWith(3, 1), PoolMapAsyncWith(3, 0)];
            let cuts = ops![PoolTerminate(3), PoolTerminate(3), PoolJoin(3), PoolDrop(3)];
            [calls, asks, ends, with, cuts, ops![PoolClose(3), PoolMap(3), Update(0)]].concat()
        }),
    ];

    fn create(_: &Objects) -> Shared<Handed> {
        Shared::new(Handed::default())
    }

    fn is_start(self) -> bool {
        matches!(
            self,
            PoolOp::PoolApplyWith(..)
                | PoolOp::PoolMapAsyncWith(..)
                | PoolOp::PoolStarmapAsyncWith(_)
        )
    }
}
