//! Family `queues`: producers, consumers and the ends of both.

pub(crate) mod blocking_get_handover;
pub(crate) mod bounded_buffer;
pub(crate) mod bounded_queue_handoff;
pub(crate) mod consumer_timeout_exit;
pub(crate) mod daemon_consumer_cut;
pub(crate) mod demand_exceeds_supply;
pub(crate) mod endless_producer;
pub(crate) mod falsy_item_sentinel;
pub(crate) mod get_past_end;
pub(crate) mod join_before_drain;
pub(crate) mod no_sentinel;
pub(crate) mod private_queue_copies;
pub(crate) mod queue_block_timeout_table;
pub(crate) mod queue_fan_in;
pub(crate) mod queue_join_not_empty;
pub(crate) mod queue_order_kinds;
pub(crate) mod quit_sentinel;
pub(crate) mod rendezvous_leaks_sender;
pub(crate) mod sentinel_count_mismatch;
pub(crate) mod sentinel_per_producer;
pub(crate) mod sentinel_too_early;
pub(crate) mod task_done_balance;
pub(crate) mod task_done_by_producer;
