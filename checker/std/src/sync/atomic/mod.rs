//! Atomics. Each operation is one step, and the order of steps is sequentially consistent.
//!
//! What is said with each operation ([`Ordering`]) counts for what happens before what: a
//! missing `Release` or `Acquire` in front of data that is not atomic is a data race. What it
//! misses: values that a weaker order would let a load see, as in store buffering.

mod cell;
mod common;
mod int;
mod order;
mod ptr;

pub use std::sync::atomic::Ordering;

pub use int::{
    AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicI128, AtomicIsize, AtomicU8,
    AtomicU16, AtomicU32, AtomicU64, AtomicU128, AtomicUsize,
};
pub use order::{compiler_fence, fence};
pub use ptr::AtomicPtr;
