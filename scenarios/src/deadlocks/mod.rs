//! Deadlock and abandoned locks.

pub(crate) mod ab_ba_noodles;
