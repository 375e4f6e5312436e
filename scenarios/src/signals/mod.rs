//! Family `signals`: semaphores, events, conditions and barriers.

pub(crate) mod bank_windows;
pub(crate) mod barrier_party_count;
pub(crate) mod condition_missed_notify;
pub(crate) mod connection_pool;
pub(crate) mod event_boss_worker;
pub(crate) mod event_latch;
pub(crate) mod event_pulse;
pub(crate) mod event_timeout_poll;
pub(crate) mod notify_without_lock;
pub(crate) mod semaphore_leak;
pub(crate) mod semaphore_limit;
pub(crate) mod semaphore_over_release;
pub(crate) mod wait_group_misuse;
