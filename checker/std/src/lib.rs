//! The face of std: check your own code by swapping imports.
//!
//! ```
//! use unknot_std::{sync, thread};
//!
//! unknot_std::check(|| {
//!     let flag = sync::Arc::new(sync::Mutex::new(false));
//!     let theirs = flag.clone();
//!     let task = thread::spawn(move || *theirs.lock().unwrap() = true);
//!     task.join().unwrap();
//!     assert!(*flag.lock().unwrap());
//! })
//! .assert_pass();
//! ```
//!
//! In a crate of your own, the imports are all that changes:
//!
//! ```ignore
//! #[cfg(unknot)]
//! use unknot_std::{cell, sync, thread};
//! #[cfg(not(unknot))]
//! use std::{sync, thread};
//! ```
//!
//! # What is seen, and what is not
//!
//! `PASS (exhaustive)` is about what is swapped. State that tasks share by other means, such as
//! an atomic or an `Arc` of std, a `RefCell` behind a raw pointer, a channel of another crate or
//! `std::thread_local!`, is not seen: two steps that touch nothing but that count as independent,
//! and one order of them is run. [`Builder::cross_check`] runs executions at random besides, and
//! fails if they show an outcome or a finding that the search did not.
//!
//! Values are sequentially consistent. What happens before what follows the orderings of the
//! program, so a missing `Release` or `Acquire` before data in a [`cell::UnsafeCell`] is found,
//! and a stale value that a weaker memory model lets a load see is not.
//!
//! A task that offers its turn again and again at one place ([`thread::yield_now`],
//! [`hint::spin_loop`]), and changes nothing meanwhile, waits there until something changes that
//! it has looked at, or until no other task can go on. A loop that gives up after some turns
//! while others could still go on is therefore not seen giving up: [`Builder::patience`] above
//! its bound finds that.
//!
//! The clock ([`time`]) does not move by itself: sleeps and timeouts move it.
//!
//! Addresses are not seen: whether a new box gets the address of one that was freed, on which the
//! success of an exchange may rest, is up to the allocator. An `AbortHandle` that is dropped is no
//! step. What a closure captures from outside must be made inside of it where several threads
//! check ([`Builder::allow_outside`] does not make it safe to share).
//!
//! A `Condvar` or `park` wakes without a notification only if [`Builder::spurious`] says so, and
//! a weak exchange fails without a reason only if [`Builder::weak`] does. Timeouts may end a wait
//! at any point.

mod builder;
pub mod cell;
pub mod collections;
pub mod future;
pub mod hint;
mod learned;
mod object;
pub mod panic;
pub mod parking_lot;
mod poison;
mod primitive;
mod run;
mod seat;
mod spurious;
mod statics;
pub mod sync;
pub mod thread;
pub mod time;
pub mod tokio;
mod unwind;

pub use builder::{Builder, CrossChecked, as_main, check, model};
pub use unknot_checker::{Checked, Kind, sim::TimeMode};

/// A test of which the body is checked in every order, as [`check`] does, and asserted to pass.
///
/// ```
/// use unknot_std::{sync::Mutex, thread};
///
/// #[unknot_std::test(preemptions = 2, spurious = 1)]
/// fn counts() {
///     let sum = Mutex::new(0);
///     thread::scope(|scope| {
///         scope.spawn(|| *sum.lock().unwrap() += 1);
///         *sum.lock().unwrap() += 1;
///     });
///     assert_eq!(*sum.lock().unwrap(), 2);
/// }
///
/// #[unknot_std::test]
/// async fn sums() {
///     let one = unknot_std::future::spawn(async { 1 });
///     assert_eq!(one.await.unwrap(), 1);
/// }
/// ```
///
/// Options are methods of [`Builder`], by name: `name`, `strategy`, `seed`, `max_executions`,
/// `preemptions`, `max_steps`, `stack`, `time`, `timeouts`, `jobs`, `allow` (several times),
/// `fail_on`, `spurious`, `weak`, `patience` and `cross_check` have a value; `verbose`,
/// `fail_fast` and `allow_outside` have none. With one of `preemptions`, `max_steps` and
/// `timeouts`, which leave something out, what they leave out is accepted
/// ([`CrossChecked::assert_pass_bounded`]).
///
/// What is wrong is told where it stands, with what there is:
///
/// ```compile_fail
/// #[unknot_std::test(premptions = 2)]
/// fn is_misspelt() {}
/// ```
///
/// An `async` body is run by [`future::block_on`]. Where the face is used under `cfg(unknot)`
/// alone: `#[cfg_attr(unknot, unknot_std::test)] #[cfg_attr(not(unknot), test)]`.
pub use unknot_std_macros::test;

#[doc(hidden)]
pub use unknot_std_macros::unbound as __unbound;

/// One of `n` values, each of which a search explores. 0 if `n` is below 2.
#[track_caller]
#[must_use]
pub fn choose(n: u32) -> u32 {
    unknot_sim::choose(n)
}
