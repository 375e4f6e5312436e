//! Lost updates and torn data.

pub(crate) mod append_interleave;
pub(crate) mod await_inside_rmw;
pub(crate) mod gil_io_yield_lost_update;
pub(crate) mod gil_quantum_lost_update;
pub(crate) mod half_locked_section;
pub(crate) mod inc_dec_drift;
pub(crate) mod list_tail_remove_race;
pub(crate) mod lost_update_decrement;
pub(crate) mod proxy_read_modify_write;
pub(crate) mod torn_pipe_frames;
