//! Processors: which task has a core, and what that makes of its waits.

mod job;

pub(crate) mod cpu_bound_threads_vs_processes;
pub(crate) mod multiprogramming_io_switch;
pub(crate) mod process_states;
pub(crate) mod sched_fcfs;
pub(crate) mod sched_mlfq;
pub(crate) mod sched_round_robin;
pub(crate) mod sched_sjf;
