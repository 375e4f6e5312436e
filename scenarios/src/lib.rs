//! The scenario catalogue: one scenario a file, one row of registration.
//!
//! A file holds a story, the bad interleaving as a table with a column a task,
//! the program in its variants and what each must show and why. Folders are
//! families. `SOURCES.md` says what the E, S and K numbers stand for.

mod bench;
mod check_then_act;
mod deadlocks;
mod lost_updates;
mod orders;
mod queues;
mod signals;

use unknot_checker::Scenario;

/// Every scenario, by family.
pub const CATALOGUE: &[Scenario] = &[
    // Lost updates and torn data.
    lost_updates::lost_update_decrement::SCENARIO,
    // Check-then-act and atomicity.
    // Deadlocks and abandoned locks.
    deadlocks::ab_ba_noodles::SCENARIO,
    // Semaphores, events, conditions, barriers.
    // Queues, producers and consumers.
    queues::no_sentinel::SCENARIO,
    queues::sentinel_too_early::SCENARIO,
    queues::sentinel_count_mismatch::SCENARIO,
    queues::sentinel_per_producer::SCENARIO,
    queues::quit_sentinel::SCENARIO,
    queues::falsy_item_sentinel::SCENARIO,
    queues::consumer_timeout_exit::SCENARIO,
    queues::queue_fan_in::SCENARIO,
    queues::endless_producer::SCENARIO,
    queues::daemon_consumer_cut::SCENARIO,
    // The standard programs of the literature.
    bench::bench_counter::SCENARIO,
    bench::bench_locked_counter::SCENARIO,
    bench::bench_readers::SCENARIO,
    bench::bench_philosophers::SCENARIO,
    bench::bench_semaphore::SCENARIO,
    bench::bench_bounded_queue::SCENARIO,
    bench::bench_event::SCENARIO,
    bench::bench_bounded_buffer::SCENARIO,
];

/// The source of the file in which it is used.
macro_rules! source {
    ($file:literal) => {
        unknot_checker::Source { file: file!(), text: include_str!($file) }
    };
}
pub(crate) use source;
