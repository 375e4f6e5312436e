//! Deadlock and abandoned locks.

pub(crate) mod ab_ba_noodles;
pub(crate) mod ab_ba_two_phase;
pub(crate) mod abandoned_lock_on_exception;
pub(crate) mod abandoned_lock_on_terminate;
pub(crate) mod alias_plain_lock_self_deadlock;
pub(crate) mod philosophers_ring;
pub(crate) mod print_under_lock;
pub(crate) mod reader_recursion;
pub(crate) mod reentrant_drawcash;
pub(crate) mod rlock_reentrancy;
pub(crate) mod rlock_swap_keeps_cycle;
pub(crate) mod transfer_nested_opposite;
