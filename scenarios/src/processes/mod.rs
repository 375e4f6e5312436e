//! Processes, threads, and how they start and end.

pub(crate) mod daemon_exit;
pub(crate) mod join_placement;
pub(crate) mod pid_identity;
pub(crate) mod pipe_both_receive;
pub(crate) mod pipe_duplex;
pub(crate) mod pipe_no_eof;
pub(crate) mod process_isolation;
pub(crate) mod run_versus_start;
pub(crate) mod serial_join;
pub(crate) mod start_print_order;
pub(crate) mod subclass_init;
pub(crate) mod terminate_not_immediate;
pub(crate) mod thread_enumerate;
mod worker;
