//! Lost updates and torn data.

pub(crate) mod lost_update_decrement;
