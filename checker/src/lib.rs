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
//! Inside, one check, end to end: [`check::observe`](mod@check) runs a program under a
//! [`strategy`] until it is exhausted or the budget is spent; the analyses in
//! [`analysis`] judge every execution; [`report::Report`] replays a witness of
//! each distinct finding and tells the story; [`cli`] maps all of that to
//! arguments and exit codes, and [`library`] to assertions.

pub mod analysis;
mod books;
pub mod check;
pub mod cli;
mod confirm;
pub mod cross_check;
pub mod deepen;
pub mod detail;
mod elsewhere;
pub mod end;
mod environment;
pub mod estimate;
pub mod finding;
pub mod graph;
pub mod jobs;
pub mod library;
mod lookup;
mod observed;
pub mod parts;
pub mod record;
pub mod replay;
pub mod report;
pub mod scenario;
pub mod sched;
pub mod schedule;
pub mod simplest;
pub mod strategy;
pub mod subtrees;
pub mod verdict;
pub mod watch;

pub use finding::Kind;
pub use library::{Checked, Checker, check};
pub use scenario::{Appears, Expectation, Param, Params, Scenario, Source, Variant};
pub use schedule::Schedule;
pub use unknot_sim as sim;
