//! Standard programs of the literature with known numbers of classes.

pub(crate) mod bench_bounded_buffer;
pub(crate) mod bench_bounded_queue;
pub(crate) mod bench_counter;
pub(crate) mod bench_crowd;
pub(crate) mod bench_event;
pub(crate) mod bench_exp_mem;
pub(crate) mod bench_fetch_add;
pub(crate) mod bench_fib;
pub(crate) mod bench_filesystem;
pub(crate) mod bench_indexer;
pub(crate) mod bench_lastwrite;
pub(crate) mod bench_lastzero;
pub(crate) mod bench_locked_counter;
pub(crate) mod bench_philosophers;
pub(crate) mod bench_readers;
pub(crate) mod bench_semaphore;
pub(crate) mod bench_spinlock;
pub(crate) mod bench_store_buffer;
pub(crate) mod bench_ticket_lock;
pub(crate) mod bench_treiber_stack;
