//! As [`std::collections`], with maps and sets of a fixed hasher: one that is random has
//! another order in each execution, and a program whose steps follow that order would not be
//! the same twice.
//!
//! The map is a type of its own around that of std and not another name for it, since
//! `HashMap::new()`, `with_capacity` and `From` of an array are there for std's own hasher
//! alone, and these are how maps are made. It is reached as that of std is, and `&map` is taken
//! where a map of std is asked for. The order of keys that are addresses is still another one
//! each time.

mod map;
mod set;

pub use std::collections::*;

pub use map::HashMap;
pub use set::HashSet;

/// What maps and sets hash with: that of std, with keys that are always the same.
pub type FixedState = std::hash::BuildHasherDefault<std::hash::DefaultHasher>;

/// As [`std::collections::hash_map`].
pub mod hash_map {
    pub use std::collections::hash_map::*;

    pub use super::FixedState as RandomState;
    pub use super::HashMap;
}

/// As [`std::collections::hash_set`].
pub mod hash_set {
    pub use std::collections::hash_set::*;

    pub use super::HashSet;
}
