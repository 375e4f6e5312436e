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
pub mod future;
pub mod hint;
mod learned;
mod object;
pub mod panic;
mod poison;
mod run;
mod spurious;
mod statics;
pub mod sync;
pub mod thread;
mod unwind;

pub use builder::{Builder, CrossChecked, check, model, run};
pub use unknot_checker::{Checked, Kind, sim::TimeMode};

/// One of `n` values, each of which a search explores. 0 if `n` is below 2.
#[track_caller]
#[must_use]
pub fn choose(n: u32) -> u32 {
    unknot_sim::choose(n)
}
