//! Family `coroutines`: tasks that take turns, and threads under an interpreter lock.

pub(crate) mod async_wait_set_order;
pub(crate) mod blocking_call_in_coroutine;
pub(crate) mod cooperative_cpu_hog;
pub(crate) mod cooperative_sleep;
pub(crate) mod coroutine_multi_core;
pub(crate) mod generator_ping_pong;
pub(crate) mod generator_protocol;
pub(crate) mod generator_round_robin;
pub(crate) mod generator_two_consumers;
pub(crate) mod gil_long_native_call;
pub(crate) mod greenlet_switch;
pub(crate) mod patched_fetches;
