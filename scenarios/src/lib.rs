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
    queues::queue_order_kinds::SCENARIO,
    queues::get_past_end::SCENARIO,
    queues::queue_block_timeout_table::SCENARIO,
    queues::blocking_get_handover::SCENARIO,
    queues::bounded_queue_handoff::SCENARIO,
    queues::bounded_buffer::SCENARIO,
    queues::task_done_balance::SCENARIO,
    queues::task_done_by_producer::SCENARIO,
    queues::queue_join_not_empty::SCENARIO,
    queues::demand_exceeds_supply::SCENARIO,
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
