//! Strategies, analyses, reports and the command line of unknot.
//!
//! One check, end to end: [`check::observe`] runs a program under a
//! [`strategy`] until it is exhausted or the budget is spent; the analyses in
//! [`analysis`] judge every execution; [`report::Report`] replays a witness of
//! each distinct finding and tells the story; [`cli`] maps all of that to
//! arguments and exit codes.

pub mod analysis;
pub mod check;
pub mod cli;
pub mod finding;
pub mod graph;
pub mod record;
pub mod replay;
pub mod report;
pub mod scenario;
pub mod schedule;
pub mod simplest;
pub mod strategy;
pub mod verdict;

pub use finding::Kind;
pub use scenario::{Appears, Expectation, Param, Params, Scenario, Source, Variant};
pub use schedule::Schedule;
pub use unknot_sim as sim;
