//! Family `check-then-act`: what was tested no longer holds when it is acted on.

pub(crate) mod empty_then_get;
pub(crate) mod full_then_put_nowait;
pub(crate) mod manager_two_container_order;
pub(crate) mod overdraft_check_outside_lock;
pub(crate) mod reader_leaves_when_empty;
pub(crate) mod ticket_oversell;
pub(crate) mod ticket_torn_read;
pub(crate) mod transfer_not_atomic;
