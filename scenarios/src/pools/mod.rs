//! Pools and executors.

pub(crate) mod executor_callback;
pub(crate) mod executor_life_cycle;
pub(crate) mod executor_result_order;
pub(crate) mod pool_apply_versus_async;
pub(crate) mod pool_callback;
pub(crate) mod pool_completion_order;
pub(crate) mod pool_life_cycle;
pub(crate) mod pool_silent_failure;
pub(crate) mod pool_terminate_early;
