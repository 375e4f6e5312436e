//! Standard programs of the literature, whose numbers of classes are known.

pub(crate) mod bench_bounded_buffer;
pub(crate) mod bench_bounded_queue;
pub(crate) mod bench_counter;
pub(crate) mod bench_event;
pub(crate) mod bench_locked_counter;
pub(crate) mod bench_philosophers;
pub(crate) mod bench_readers;
pub(crate) mod bench_semaphore;
