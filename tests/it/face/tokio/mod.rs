//! The face that is shaped as tokio: what is fair is fair, what is dropped passes on what it
//! was given, and a choice is a choice of the search.
//!
//! A handle that is awaited is looked at before its task has ended, or behind: that doubles the
//! classes. The larger numbers are products of such parts; what bears them out is the plain
//! search, which each row runs as well.

mod channels;
mod generated;
mod locks;
mod ops;
mod select;
mod tasks;
mod timers;
mod watched;

use std::future::Future;

use unknot_std::future::block_on;

use super::{row, row_with};

/// What a future comes to.
fn shown(future: impl Future<Output = String>) -> String {
    block_on(future)
}
