//! Sockets, servers, and the models of input and output.

pub(crate) mod echo_server_serial_versus_concurrent;
pub(crate) mod empty_message_stall;
pub(crate) mod eof_spin;
mod frames;
pub(crate) mod io_model_phases;
pub(crate) mod io_poll_latency;
pub(crate) mod io_select_one_versus_many;
mod meter;
pub(crate) mod selector_partial_write;
pub(crate) mod selector_unread_input;
pub(crate) mod stream_coalescing;
pub(crate) mod sync_async_blocking_matrix;
mod waits;
