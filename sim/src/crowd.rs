//! Crowds: tasks that do the same, and of which it makes no difference which is which.
//!
//! Ten buyers at one counter are started by the same closure, which is told no number. To
//! exchange two of them in an execution makes another execution of the same program, so a
//! search may look at one of the two only. It is told which tasks are alike
//! ([`Task::crowd`](crate::Task::crowd)), and never takes any for alike by itself.
//!
//! What would tell the tasks apart is kept from the program: results come as a sorted list,
//! all have the same name, and a program that lists its tasks or has processors, where ties
//! are broken by the order of the starts, is refused.

use std::fmt::{self, Debug};
use std::panic::Location;
use std::rc::Rc;

use crate::act::Act;
use crate::exception::Exception;
use crate::mode::Mode;
use crate::name::Name;
use crate::op::Op;
use crate::rt;
use crate::task::{JoinHandle, start};

/// Started tasks of one kind.
///
/// ```
/// use unknot_sim::{Lock, Shared, done, run_once, spawn_many};
///
/// run_once(|| {
///     let (lock, count) = (Lock::new(), Shared::new(0));
///     let theirs = count.clone();
///     let buyers = spawn_many(3, move || {
///         let _held = lock.lock()?;
///         theirs.write(theirs.read() + 1);
///         done(())
///     });
///     buyers.join()?;
///     done(count.read())
/// });
/// ```
pub struct Crowd<T> {
    members: Vec<JoinHandle<T>>,
}

impl<T> fmt::Debug for Crowd<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Crowd").field("members", &self.members).finish()
    }
}

/// Starts `n` tasks that are alike: a search takes executions that differ only in which of
/// them is which for one. The closure is called once in each task. It must not find out
/// which task it is in, by counting its calls for example: then executions are left out that
/// are not alike.
///
/// # Panics
/// If the program lists or counts its tasks ([`enumerate`](crate::enumerate)), or has a
/// processor ([`Cpu`](crate::Cpu)): these tell tasks apart by when they were started.
#[track_caller]
pub fn spawn_many<T: Debug + 'static>(n: usize, body: impl Fn() -> T + 'static) -> Crowd<T> {
    crowd(Name::default(), n, body, Location::caller())
}

/// The same, with one name for all of them.
///
/// # Panics
/// As [`spawn_many`].
#[track_caller]
pub fn spawn_many_named<T: Debug + 'static>(
    name: impl Into<Name>,
    n: usize,
    body: impl Fn() -> T + 'static,
) -> Crowd<T> {
    crowd(name.into(), n, body, Location::caller())
}

fn crowd<T: Debug + 'static>(
    name: Name,
    n: usize,
    body: impl Fn() -> T + 'static,
    location: &'static Location<'static>,
) -> Crowd<T> {
    let body = Rc::new(body);
    let mut members = Vec::<JoinHandle<T>>::with_capacity(n);
    for _ in 0..n {
        let body = Rc::clone(&body);
        let member = start(name.clone(), false, move || body(), location);
        let first = members.first().unwrap_or(&member);
        if let (Some(first), Some(id)) = (first.id(), member.id()) {
            rt::join_crowd(id, first);
        }
        members.push(member);
    }
    Crowd { members }
}

impl<T: Debug> Crowd<T> {
    /// Waits until all have ended, and returns what they returned, sorted by how it is
    /// shown: which of them returned what is not told.
    ///
    /// # Errors
    /// `JoinError` if one of them panicked and so returned nothing.
    #[track_caller]
    pub fn join(self) -> Result<Vec<T>, Exception> {
        let location = Location::caller();
        let ends: Vec<_> = self.members.iter().filter_map(JoinHandle::end).collect();
        for end in ends {
            let join = Op::local("join", location).acting(Act::Join);
            rt::step_or_leave(join.with(end, Mode::Await, 1))?;
        }
        let results: Result<Vec<T>, Exception> =
            self.members.into_iter().map(JoinHandle::result).collect();
        let mut results = results?;
        results.sort_by_cached_key(|result| format!("{result:?}"));
        Ok(results)
    }
}
