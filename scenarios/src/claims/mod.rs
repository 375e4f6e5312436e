//! The claims of the documents, judged by the scenarios of the catalogue.
//!
//! A claim has a number, as in `SOURCES.md`, and variants that show what is to be said of
//! it. A new one is a row of its topic.

mod coroutines;
mod life_cycle;
mod queues;
mod shared;
mod signals;

use unknot_checker::Topic;

/// Every claim, by topic.
pub const TOPICS: &[Topic] =
    &[shared::TOPIC, signals::TOPIC, queues::TOPIC, life_cycle::TOPIC, coroutines::TOPIC];
