//! Calls of a pool that have many tasks.

use std::fmt::Debug;
use std::panic::Location;
use std::rc::Rc;

use super::each::{Each, Numbered, OrderedResults, ResultsAsTheyCome};
use super::engine::{Delivery, Gives, Job};
use super::process_pool::{CallbackPool, Pool};
use super::result::{AsyncResult, ResultCallback, answer, one_of};
use crate::exception::Exception;
use crate::process::message::Message;

impl Pool {
    /// Has workers do the same with each of these, and waits for the results, which are in
    /// the order of what they are results of. Three steps.
    ///
    /// # Errors
    /// What the task raises that fails first; `ValueError` if the pool is closed.
    #[track_caller]
    pub fn map<A: Message, R: Message + Debug>(
        &self,
        items: impl IntoIterator<Item = A>,
        f: impl FnOnce(A) -> R + Copy + 'static,
    ) -> Result<Vec<R>, Exception> {
        self.submit_chunks("map", items, f, None, Location::caller())?.get()
    }

    /// The same with several arguments each. Three steps.
    ///
    /// # Errors
    /// What the task raises that fails first; `ValueError` if the pool is closed.
    #[track_caller]
    pub fn starmap<A: Message, R: Message + Debug>(
        &self,
        items: impl IntoIterator<Item = A>,
        f: impl FnOnce(A) -> R + Copy + 'static,
    ) -> Result<Vec<R>, Exception> {
        self.submit_chunks("starmap", items, f, None, Location::caller())?.get()
    }

    /// Has workers do the same with each of these. Two steps. As many neighbours are one
    /// task as leave each worker about four tasks.
    ///
    /// # Errors
    /// `ValueError` if the pool is closed.
    #[track_caller]
    pub fn map_async<A: Message, R: Message + Debug>(
        &self,
        items: impl IntoIterator<Item = A>,
        f: impl FnOnce(A) -> R + Copy + 'static,
    ) -> Result<AsyncResult<Vec<R>>, Exception> {
        self.submit_chunks("map_async", items, f, None, Location::caller())
    }

    /// The same with several arguments each. Two steps.
    ///
    /// # Errors
    /// `ValueError` if the pool is closed.
    #[track_caller]
    pub fn starmap_async<A: Message, R: Message + Debug>(
        &self,
        items: impl IntoIterator<Item = A>,
        f: impl FnOnce(A) -> R + Copy + 'static,
    ) -> Result<AsyncResult<Vec<R>>, Exception> {
        self.submit_chunks("starmap_async", items, f, None, Location::caller())
    }

    fn submit_chunks<A: Message, R: Message + Debug>(
        &self,
        verb: &'static str,
        items: impl IntoIterator<Item = A>,
        f: impl FnOnce(A) -> R + Copy + 'static,
        callback: Option<ResultCallback<Vec<R>>>,
        location: &'static Location<'static>,
    ) -> Result<AsyncResult<Vec<R>>, Exception> {
        let items: Vec<A> = items.into_iter().collect();
        let chunk = items.len().div_ceil(4 * self.engine.n_workers()).max(1);
        let n_chunks = items.len().div_ceil(chunk);
        let result = self.new_result(n_chunks, location);
        let has_callback = callback.is_some();
        let each = Rc::new(Each::new(result.clone(), n_chunks, callback));
        let jobs = items.chunks(chunk).enumerate().map(|(nth, items)| -> Job {
            let (items, theirs) = (items.to_vec(), Rc::clone(&each));
            Box::new(move || {
                let answers: Result<Vec<R>, Exception> =
                    items.into_iter().map(|item| answer(f(item))).collect();
                deliver(theirs, nth, answers, has_callback)
            })
        });
        self.engine.submit(verb, jobs.collect(), location)?;
        Ok(result)
    }

    /// Has workers do the same with each of these. Two steps; each result is got with a
    /// step, in the order of what they are results of.
    ///
    /// # Errors
    /// `ValueError` if the pool is closed.
    #[track_caller]
    pub fn imap<A: Message, R: Message + Debug>(
        &self,
        items: impl IntoIterator<Item = A>,
        f: impl FnOnce(A) -> R + Copy + 'static,
    ) -> Result<OrderedResults<R>, Exception> {
        let location = Location::caller();
        let (mut results, mut jobs): (Vec<AsyncResult<R>>, Vec<Job>) = (vec![], vec![]);
        for item in items {
            let result = self.new_result(1, location);
            let theirs = result.clone();
            results.push(result);
            jobs.push(Box::new(move || {
                let answer = answer(f(item));
                let gauge = theirs.gauge();
                let keep = move || theirs.keep(answer);
                Delivery { gives: Gives::Result(gauge, Box::new(keep)), callback: None }
            }));
        }
        self.engine.submit("imap", jobs, location)?;
        Ok(OrderedResults::new(results, location))
    }

    /// Has workers do the same with each of these. Two steps; each result is got with a
    /// step, in the order in which they are delivered.
    ///
    /// # Errors
    /// `ValueError` if the pool is closed.
    #[track_caller]
    pub fn imap_unordered<A: Message, R: Message + Debug>(
        &self,
        items: impl IntoIterator<Item = A>,
        f: impl FnOnce(A) -> R + Copy + 'static,
    ) -> Result<ResultsAsTheyCome<R>, Exception> {
        let location = Location::caller();
        let of = self.engine.new_order(location);
        let numbered = Rc::new(Numbered::new(of, self.engine.new_result(location)));
        let jobs: Vec<Job> = (items.into_iter())
            .map(|item| -> Job {
                let theirs = Rc::clone(&numbered);
                Box::new(move || {
                    let answer = answer(f(item));
                    let keep = move || theirs.keep(answer);
                    Delivery { gives: Gives::NextPlace(Box::new(keep)), callback: None }
                })
            })
            .collect();
        let n = jobs.len();
        self.engine.submit("imap_unordered", jobs, location)?;
        Ok(ResultsAsTheyCome::new(numbered, n, location))
    }
}

/// What is done with a part of a result.
fn deliver<R: Message>(
    each: Rc<Each<R>>,
    nth: usize,
    part: Result<Vec<R>, Exception>,
    has_callback: bool,
) -> Delivery {
    let gauge = each.gauge();
    if !has_callback {
        let keep = move || {
            each.add(nth, part);
            each.keep();
        };
        return Delivery { gives: Gives::Result(gauge, Box::new(keep)), callback: None };
    }
    let theirs = Rc::clone(&each);
    let call = move || {
        theirs.add(nth, part);
        theirs.call()
    };
    let keep = Box::new(move || each.keep());
    Delivery { gives: Gives::Result(gauge, keep), callback: Some(Box::new(call)) }
}

impl CallbackPool {
    /// Has workers do the same with each of these, and the helper run one of two callbacks
    /// then: with all that they return, or with what the task raises that fails first. Two
    /// steps. Without a task, none is run. An `Err` that a callback returns ends the helper.
    ///
    /// # Errors
    /// `ValueError` if the pool is closed.
    #[track_caller]
    pub fn map_async_with<
        A: Message,
        R: Message + Debug,
        T: Debug + 'static,
        E: Debug + 'static,
    >(
        &self,
        items: impl IntoIterator<Item = A>,
        f: impl FnOnce(A) -> R + Copy + 'static,
        callback: impl FnOnce(Vec<R>) -> T + 'static,
        error_callback: impl FnOnce(Exception) -> E + 'static,
    ) -> Result<AsyncResult<Vec<R>>, Exception> {
        let callback = one_of(callback, error_callback);
        self.submit_chunks("map_async", items, f, Some(callback), Location::caller())
    }

    /// The same with several arguments each. Two steps.
    ///
    /// # Errors
    /// `ValueError` if the pool is closed.
    #[track_caller]
    pub fn starmap_async_with<
        A: Message,
        R: Message + Debug,
        T: Debug + 'static,
        E: Debug + 'static,
    >(
        &self,
        items: impl IntoIterator<Item = A>,
        f: impl FnOnce(A) -> R + Copy + 'static,
        callback: impl FnOnce(Vec<R>) -> T + 'static,
        error_callback: impl FnOnce(Exception) -> E + 'static,
    ) -> Result<AsyncResult<Vec<R>>, Exception> {
        let callback = one_of(callback, error_callback);
        self.submit_chunks("starmap_async", items, f, Some(callback), Location::caller())
    }
}
