//! Structures of the kinds that public crates offer, written anew on the face of std.
//!
//! Each is written as its users would write it, with `unknot_std` where they import `std`, and
//! comes with the faults that such code has had. A data race is undefined behaviour there, so
//! each form says whether there is one.

pub(crate) mod notify_permit;
pub(crate) mod oneshot_channel;
pub(crate) mod parker;
pub(crate) mod replaceable_value;
pub(crate) mod spsc_ring;
pub(crate) mod word_lock;
