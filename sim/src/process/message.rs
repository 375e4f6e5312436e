//! What can be sent from one process to another.
//!
//! A message is a value: the other side gets a clone of it. A handle to a primitive is no
//! message. What it stands for is passed at the start of a process, as a private copy or
//! [across](super::Across) processes, and nothing is shared by being sent.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use crate::exception::Exception;
use crate::known::{with_simple_types, with_tuples};
use crate::name::Name;
use crate::value::Value;

/// A plain value, which may be sent to another process.
///
/// ```
/// use unknot_sim::process::Message;
///
/// fn is_message<M: Message>() {}
/// is_message::<(u32, Vec<Option<String>>)>();
/// ```
///
/// A handle is none:
///
/// ```compile_fail
/// # use unknot_sim::process::Message;
/// # fn is_message<M: Message>() {}
/// is_message::<unknot_sim::Lock>();
/// ```
pub trait Message: Clone + 'static {}

macro_rules! plain {
    ($($kind:ty)*) => {
        $(impl Message for $kind {})*
    };
}
with_simple_types!(plain);
plain!(f32 f64 Duration Exception Name Value);

macro_rules! of_parts {
    ($($part:ident)+) => {
        impl<$($part: Message),+> Message for ($($part,)+) {}
    };
}
with_tuples!(of_parts);

impl<T: Message> Message for Vec<T> {}
impl<T: Message> Message for VecDeque<T> {}
impl<T: Message> Message for Option<T> {}
impl<T: Message, E: Message> Message for Result<T, E> {}
impl<T: Message, const N: usize> Message for [T; N] {}
impl<K: Message + Ord, V: Message> Message for BTreeMap<K, V> {}
impl<T: Message + Ord> Message for BTreeSet<T> {}
