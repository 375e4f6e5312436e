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
pub mod check;
pub mod cli;
mod environment;
pub mod library;
pub mod model;
#[doc(hidden)]
pub mod replay;
pub mod report;
#[doc(hidden)]
pub mod search;
#[doc(hidden)]
pub mod strategy;

pub use library::promoted::program;
pub use library::{Checked, Checker, check};
pub use model::claim::{Claim, Exhibit, Grounds, Judgement, Topic};
pub use model::kind::Kind;
pub use model::scenario::{Appears, Expectation, Param, Params, Scenario, Source, Variant};
pub use model::schedule::Schedule;
pub use unknot_sim as sim;

/// The Rust of the README is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// So is that of the reference.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Reference;

/// So is that of the tutorial.
#[cfg(doctest)]
#[doc = include_str!("../../scenarios/README.md")]
struct Tutorial;
