//! Family `queues`: producers, consumers and the ends of both.

pub(crate) mod consumer_timeout_exit;
pub(crate) mod daemon_consumer_cut;
pub(crate) mod endless_producer;
pub(crate) mod falsy_item_sentinel;
pub(crate) mod no_sentinel;
pub(crate) mod queue_fan_in;
pub(crate) mod quit_sentinel;
pub(crate) mod sentinel_count_mismatch;
pub(crate) mod sentinel_per_producer;
pub(crate) mod sentinel_too_early;
