//! How a pool ends (E09 E95 E126; K65 K66 K67).
//!
//! A pool of two workers is given a task. Then it is closed, and joined.
//!
//! `submit-after-close`: main gives another task to the pool that it has closed. That
//! raises, always. `join-before-close`: main joins a pool that may still be given tasks.
//! It would wait for ever, so that raises as well, always.
//!
//! `close-then-join`: in the right order main finds the result there after the join, always.
//!
//! `close-does-not-wait`: main looks whether the result is there after the close alone. The
//! close takes no more tasks, and waits for none: the result may be there or not. What main
//! looks at is given by one step of one worker, before or after the look: two classes, and
//! two outcomes.
//!
//! `terminate-then-join`: the other way to end a pool that may then be joined. The worker
//! that has the task begins it and delivers the result; it may have delivered when main
//! terminates the pool, and if not it dies before it begins, before it delivers, or after.
//! Four classes, with the result in the first and the last: two outcomes. The other
//! workers do nothing before they die.

use unknot_checker::sim::process::Pool;
use unknot_checker::sim::{Exception, Value};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "pool-life-cycle",
    family: "pools",
    about: "a pool is closed, terminated and joined",
    covers: &["E09", "E95", "E126", "K65", "K66", "K67"],
    params: &[Param { name: "workers", about: "workers", default: 2, min: 1, max: 4 }],
    variants: &[
        Variant::new(
            "submit-after-close",
            "a task is given to a pool that is closed",
            submit_after_close,
            |_| Expectation::pass().outcomes::<Value>([]).always(Kind::Exception),
        ),
        Variant::new(
            "join-before-close",
            "a pool is joined that is not closed",
            join_before_close,
            |_| Expectation::pass().outcomes::<Value>([]).always(Kind::Exception),
        ),
        Variant::new(
            "close-does-not-wait",
            "main looks for the result after the close",
            close_alone,
            |_| Expectation::pass().outcomes([false, true]),
        ),
        Variant::new(
            "close-then-join",
            "main looks for the result after close and join",
            close_then_join,
            |_| Expectation::pass().outcomes([true]),
        ),
        Variant::new(
            "terminate-then-join",
            "main looks for the result after terminate and join",
            terminate_then_join,
            |_| Expectation::pass().outcomes([false, true]),
        ),
    ],
    source: source!("pool_life_cycle.rs"),
};

/// What a task does.
fn square(n: u32) -> u32 {
    n * n
}

fn submit_after_close(params: &Params) -> Result<Value, Exception> {
    let pool = Pool::named("pool", params.size("workers"))?;
    pool.apply_async(1, square)?;
    pool.close();
    pool.apply_async(2, square)?;
    pool.join()?;
    Ok(Value::Unit)
}

fn join_before_close(params: &Params) -> Result<Value, Exception> {
    let pool = Pool::named("pool", params.size("workers"))?;
    pool.apply_async(1, square)?;
    pool.join()?;
    pool.close();
    Ok(Value::Unit)
}

fn close_alone(params: &Params) -> Result<Value, Exception> {
    let pool = Pool::named("pool", params.size("workers"))?;
    let result = pool.apply_async(1, square)?;
    pool.close();
    Ok(result.ready().into())
}

fn close_then_join(params: &Params) -> Result<Value, Exception> {
    let pool = Pool::named("pool", params.size("workers"))?;
    let result = pool.apply_async(1, square)?;
    pool.close();
    pool.join()?;
    Ok(result.ready().into())
}

fn terminate_then_join(params: &Params) -> Result<Value, Exception> {
    let pool = Pool::killable(params.size("workers"))?;
    let result = pool.apply_async(1, square)?;
    pool.terminate();
    pool.join()?;
    Ok(result.ready().into())
}
