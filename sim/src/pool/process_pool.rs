//! Pools of worker processes.

use std::cell::Cell;
use std::fmt::Debug;
use std::ops::Deref;
use std::panic::Location;
use std::rc::Rc;

use super::engine::{Delivery, Engine, Gives, PoolStyle};
use super::result::{AsyncResult, answer, one_of};
use crate::exception::Exception;
use crate::name::Name;
use crate::process::message::Message;
use crate::rt;

/// A pool of worker processes. Dropping it closes it; clones are handles that do not.
///
/// A task is a function and its arguments. It can capture no handle, and its arguments and
/// what it returns are plain values. An `Err` that a task returns is what it raised: that is
/// silent, unless its result is asked for. A task that panics ends its worker, as a crash
/// does, and its result never comes.
///
/// ```
/// use unknot_sim::process::Pool;
/// use unknot_sim::{done, run_once};
///
/// run_once(|| {
///     let pool = Pool::new(2)?;
///     let nine = pool.apply_async(3, |n: u32| n * n)?;
///     assert_eq!(pool.map(vec![1, 2, 3], |n: u32| n * n)?, [1, 4, 9]);
///     assert_eq!(nine.get()?, 9);
///     pool.close();
///     pool.join()?;
///     let refused = pool.apply(3, |n: u32| n);
///     assert_eq!(refused.map_err(|e| e.to_string()), Err("ValueError: Pool not running".into()));
///     done(())
/// });
/// ```
#[derive(Debug)]
pub struct Pool {
    pub(super) engine: Rc<Engine>,
    /// Whether dropping this handle closes the pool.
    closes: Cell<bool>,
}

/// A pool of worker processes with a helper thread, which runs callbacks one after the other,
/// in the order in which tasks are done. A result can be got once its callback has been
/// run. Dropping the pool closes it; clones are handles that do not.
///
/// ```
/// use unknot_sim::process::Pool;
/// use unknot_sim::{Shared, done, run_once};
///
/// run_once(|| {
///     let sum = Shared::named("sum", 0);
///     let pool = Pool::with_callbacks(2)?;
///     for n in [1, 2] {
///         let theirs = sum.clone();
///         let add = move |square: u32| theirs.write(theirs.read() + square);
///         pool.apply_async_with(n, |n: u32| n * n, add, |_| ())?;
///     }
///     pool.close();
///     pool.join()?;
///     assert_eq!(sum.read(), 5);
///     done(())
/// });
/// ```
#[derive(Clone, Debug)]
pub struct CallbackPool(Pool);

/// A pool of worker processes that can be told to die. Dropping it does so, and waits for
/// them; clones are handles that do not. The pool is one without callbacks or with them.
///
/// ```
/// use unknot_sim::process::Pool;
/// use unknot_sim::{done, run_once};
///
/// run_once(|| {
///     let pool = Pool::killable(2)?;
///     pool.terminate();
///     pool.join()?;
///     done(())
/// });
/// ```
#[derive(Debug)]
pub struct KillablePool<P: AsRef<Pool> = Pool> {
    pool: P,
    /// Whether dropping this handle terminates the pool.
    terminates: Cell<bool>,
}

impl Clone for Pool {
    fn clone(&self) -> Pool {
        Pool { engine: Rc::clone(&self.engine), closes: Cell::new(false) }
    }
}

impl<P: AsRef<Pool> + Clone> Clone for KillablePool<P> {
    fn clone(&self) -> KillablePool<P> {
        KillablePool { pool: self.pool.clone(), terminates: Cell::new(false) }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        if self.closes.take() {
            self.engine.close(self.engine.location());
        }
    }
}

impl<P: AsRef<Pool>> Drop for KillablePool<P> {
    fn drop(&mut self) {
        if self.terminates.take() {
            let engine = &self.pool.as_ref().engine;
            engine.terminate(engine.location());
        }
    }
}

impl AsRef<Pool> for Pool {
    fn as_ref(&self) -> &Pool {
        self
    }
}

impl AsRef<Pool> for CallbackPool {
    fn as_ref(&self) -> &Pool {
        self
    }
}

impl Deref for CallbackPool {
    type Target = Pool;

    fn deref(&self) -> &Pool {
        &self.0
    }
}

impl<P: AsRef<Pool>> Deref for KillablePool<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.pool
    }
}

impl Pool {
    /// A pool without callbacks. One step for each worker.
    ///
    /// # Errors
    /// `ValueError` if there is to be no worker; `AssertionError` if a daemon thread or a
    /// daemonic process makes one.
    #[track_caller]
    pub fn new(n_workers: usize) -> Result<Pool, Exception> {
        Pool::start(Name::default(), n_workers, PoolStyle::Plain, Location::caller())
    }

    /// The same with a name for reports.
    ///
    /// # Errors
    /// `ValueError` if there is to be no worker; `AssertionError` if a daemon thread or a
    /// daemonic process makes one.
    #[track_caller]
    pub fn named(name: impl Into<Name>, n_workers: usize) -> Result<Pool, Exception> {
        Pool::start(name.into(), n_workers, PoolStyle::Plain, Location::caller())
    }

    /// A pool with a helper thread that runs callbacks. One step for each worker, and one
    /// for the helper.
    ///
    /// # Errors
    /// `ValueError` if there is to be no worker; `AssertionError` if a daemon thread or a
    /// daemonic process makes one.
    #[track_caller]
    pub fn with_callbacks(n_workers: usize) -> Result<CallbackPool, Exception> {
        let pool =
            Pool::start(Name::default(), n_workers, PoolStyle::WithCallbacks, Location::caller());
        pool.map(CallbackPool)
    }

    /// A pool that can be terminated. One step for each worker.
    ///
    /// # Errors
    /// `ValueError` if there is to be no worker; `AssertionError` if a daemon thread or a
    /// daemonic process makes one.
    #[track_caller]
    pub fn killable(n_workers: usize) -> Result<KillablePool, Exception> {
        let pool = Pool::start(Name::default(), n_workers, PoolStyle::Killable, Location::caller());
        Ok(KillablePool::of(pool?))
    }

    /// A pool with a helper thread that runs callbacks, and that can be terminated. One step
    /// for each worker, and one for the helper.
    ///
    /// # Errors
    /// `ValueError` if there is to be no worker; `AssertionError` if a daemon thread or a
    /// daemonic process makes one.
    #[track_caller]
    pub fn killable_with_callbacks(
        n_workers: usize,
    ) -> Result<KillablePool<CallbackPool>, Exception> {
        let style = PoolStyle::KillableWithCallbacks;
        let pool = Pool::start(Name::default(), n_workers, style, Location::caller())?;
        Ok(KillablePool::of(CallbackPool(pool)))
    }

    fn start(
        name: Name,
        n_workers: usize,
        style: PoolStyle,
        location: &'static Location<'static>,
    ) -> Result<Pool, Exception> {
        let engine = Engine::start(name, n_workers, style, location)?;
        Ok(Pool { engine, closes: Cell::new(true) })
    }

    /// Has a worker do a task, and waits for the result. Three steps.
    ///
    /// # Errors
    /// What the task raises; `ValueError` if the pool is closed.
    #[track_caller]
    pub fn apply<A: Message, R: Message + Debug>(
        &self,
        args: A,
        f: impl FnOnce(A) -> R + Copy + 'static,
    ) -> Result<R, Exception> {
        self.submit_one("apply", args, f, Location::caller())?.get()
    }

    /// Has a worker do a task. Two steps.
    ///
    /// # Errors
    /// `ValueError` if the pool is closed.
    #[track_caller]
    pub fn apply_async<A: Message, R: Message + Debug>(
        &self,
        args: A,
        f: impl FnOnce(A) -> R + Copy + 'static,
    ) -> Result<AsyncResult<R>, Exception> {
        self.submit_one("apply_async", args, f, Location::caller())
    }

    fn submit_one<A: Message, R: Message + Debug>(
        &self,
        verb: &'static str,
        args: A,
        f: impl FnOnce(A) -> R + Copy + 'static,
        location: &'static Location<'static>,
    ) -> Result<AsyncResult<R>, Exception> {
        let result = self.new_result(1, location);
        let theirs = result.clone();
        let job = move || {
            let answer = answer(f(args));
            let gauge = theirs.gauge();
            let keep = move || theirs.keep(answer);
            Delivery { gives: Gives::Result(gauge, Box::new(keep)), callback: None }
        };
        self.engine.submit(verb, vec![Box::new(job)], location)?;
        Ok(result)
    }

    pub(super) fn new_result<R>(
        &self,
        n_parts: usize,
        location: &'static Location<'static>,
    ) -> AsyncResult<R> {
        AsyncResult::new(rt::create(self.engine.new_result(location)), n_parts)
    }

    /// Takes no more tasks. The workers end once they have done all that were submitted.
    /// Two steps.
    #[track_caller]
    pub fn close(&self) {
        self.engine.close(Location::caller());
        self.closes.set(false);
    }

    /// Waits for the end of all workers, and of all callbacks. One step for each worker and
    /// the helper, and one before.
    ///
    /// # Errors
    /// `ValueError` if the pool is not closed.
    #[track_caller]
    pub fn join(&self) -> Result<(), Exception> {
        self.engine.join(Location::caller())
    }
}

impl CallbackPool {
    /// Has a worker do a task, and the helper run one of two callbacks then: with what it
    /// returns, or with what it raises. Two steps. An `Err` that a callback returns ends
    /// the helper.
    ///
    /// # Errors
    /// `ValueError` if the pool is closed.
    #[track_caller]
    pub fn apply_async_with<
        A: Message,
        R: Message + Debug,
        T: Debug + 'static,
        E: Debug + 'static,
    >(
        &self,
        args: A,
        f: impl FnOnce(A) -> R + Copy + 'static,
        callback: impl FnOnce(R) -> T + 'static,
        error_callback: impl FnOnce(Exception) -> E + 'static,
    ) -> Result<AsyncResult<R>, Exception> {
        let (location, callback) = (Location::caller(), one_of(callback, error_callback));
        let result = self.new_result(1, location);
        let theirs = result.clone();
        let job = move || {
            let answer = answer(f(args));
            let told = answer.clone();
            let call = move || callback(told);
            let gauge = theirs.gauge();
            let keep = move || theirs.keep(answer);
            Delivery { gives: Gives::Result(gauge, Box::new(keep)), callback: Some(Box::new(call)) }
        };
        self.engine.submit("apply_async", vec![Box::new(job)], location)?;
        Ok(result)
    }
}

impl<P: AsRef<Pool>> KillablePool<P> {
    fn of(pool: P) -> KillablePool<P> {
        pool.as_ref().closes.set(false);
        KillablePool { pool, terminates: Cell::new(true) }
    }

    /// Drops the tasks that no worker has begun, tells the workers to die, and waits until
    /// they have: each does so in a step of its own, at any time. A callback that is running
    /// comes to its end, and none is called after that. One step, one more with callbacks,
    /// and one for each worker and the helper; one step if the pool has been terminated.
    #[track_caller]
    pub fn terminate(&self) {
        self.terminates.set(false);
        self.pool.as_ref().engine.terminate(Location::caller());
    }

    /// Waits for the end of all workers, and of all callbacks. One step for each worker and
    /// the helper, and one before.
    ///
    /// # Errors
    /// `ValueError` if the pool is neither closed nor terminated.
    #[track_caller]
    pub fn join(&self) -> Result<(), Exception> {
        self.pool.as_ref().engine.join(Location::caller())?;
        self.terminates.set(false);
        Ok(())
    }
}
