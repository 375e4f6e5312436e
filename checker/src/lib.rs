//! Strategies, analyses, reports and the command line of unknot, and its
//! library for Rust tests.
//!
//! [`check()`] explores every behaviour of a closure that uses the primitives of
//! [`sim`]; [`Checker`] does so with settings.
//!
//! ```
//! use unknot_checker::sim::{Exception, Lock, Shared, spawn};
//!
//! # fn transfer_never_deadlocks() {
//! unknot_checker::check(|| -> Result<i64, Exception> {
//!     let (lock, balance) = (Lock::named("lock"), Shared::named("balance", 100));
//!     let (theirs, account) = (lock.clone(), balance.clone());
//!     let task = spawn(move || -> Result<(), Exception> {
//!         let _guard = theirs.lock()?;
//!         account.write(account.read() - 30);
//!         Ok(())
//!     });
//!     { let _guard = lock.lock()?; balance.write(balance.read() + 50); }
//!     task.join()??;
//!     Ok(balance.read())
//! })
//! .assert_pass();
//! # }
//! # transfer_never_deadlocks();
//! ```
//!
//! Without the lock the test panics with what the command line would print,
//! and with the line that runs the fault again, and nothing else:
//!
//! ```text
//! UNKNOT_REPLAY='T0*2 ! T1*3 T0*4' cargo test transfer_never_deadlocks -- --exact
//! ```
//!
//! `PASS` is meant under sequential consistency. The program must be
//! deterministic apart from the primitives, and built with `panic = "unwind"`.
//!
//! [`cli`] is the whole command line for a catalogue of scenarios of your own. The
//! modules of the search, which tests of this crate use, are left out here; the code
//! map in the README leads through them.

#[doc(hidden)]
pub mod analysis;
mod books;
#[doc(hidden)]
pub mod check;
pub mod cli;
mod confirm;
#[doc(hidden)]
pub mod cross_check;
#[doc(hidden)]
pub mod deepen;
#[doc(hidden)]
pub mod detail;
mod elsewhere;
#[doc(hidden)]
pub mod end;
mod environment;
#[doc(hidden)]
pub mod estimate;
pub mod finding;
#[doc(hidden)]
pub mod graph;
#[doc(hidden)]
pub mod jobs;
pub mod library;
mod lookup;
pub mod news;
mod observed;
#[doc(hidden)]
pub mod parts;
#[doc(hidden)]
pub mod record;
#[doc(hidden)]
pub mod replay;
pub mod report;
pub mod scenario;
#[doc(hidden)]
pub mod sched;
pub mod schedule;
mod sets;
mod settle;
#[doc(hidden)]
pub mod simplest;
#[doc(hidden)]
pub mod standstill;
#[doc(hidden)]
pub mod strategy;
#[doc(hidden)]
pub mod subtrees;
pub mod verdict;
#[doc(hidden)]
pub mod watch;

pub use finding::Kind;
pub use library::{Checked, Checker, check};
pub use scenario::{Appears, Expectation, Param, Params, Scenario, Source, Variant};
pub use schedule::Schedule;
pub use unknot_sim as sim;

/// The Rust of the README is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
