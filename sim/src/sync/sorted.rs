//! Comparing the entries of a priority queue as the documents' Python does.
//!
//! Entries of one kind compare; tuples compare by their first elements that
//! are not equal; entries of unlike kinds are equal to nothing and comparing
//! them is a `TypeError`.

use std::cmp::Ordering;

use crate::exception::Exception;
use crate::rt;
use crate::value::Value;

/// Entries of a priority queue.
pub trait Sorted {
    /// Whether the two are equal. Unlike kinds are not.
    fn equals(&self, other: &Self) -> bool;

    /// Whether this one comes before the other.
    ///
    /// # Errors
    /// `TypeError` if the two cannot be compared.
    fn before(&self, other: &Self) -> Result<bool, Exception>;
}

macro_rules! plainly_sorted {
    ($($kind:ty)*) => {$(
        impl Sorted for $kind {
            fn equals(&self, other: &Self) -> bool {
                self == other
            }

            fn before(&self, other: &Self) -> Result<bool, Exception> {
                Ok(self.cmp(other) == Ordering::Less)
            }
        }
    )*};
}
plainly_sorted!(i8 i16 i32 i64 u8 u16 u32 u64 usize isize bool String &'static str);

impl<A: Sorted, B: Sorted> Sorted for (A, B) {
    fn equals(&self, other: &Self) -> bool {
        self.0.equals(&other.0) && self.1.equals(&other.1)
    }

    fn before(&self, other: &Self) -> Result<bool, Exception> {
        if self.0.equals(&other.0) { self.1.before(&other.1) } else { self.0.before(&other.0) }
    }
}

impl Sorted for Value {
    fn equals(&self, other: &Self) -> bool {
        self == other
    }

    fn before(&self, other: &Self) -> Result<bool, Exception> {
        match (self, other) {
            (Value::Bool(_), Value::Bool(_))
            | (Value::Int(_), Value::Int(_))
            | (Value::Text(_), Value::Text(_)) => Ok(self < other),
            (Value::List(mine), Value::List(theirs)) => {
                let differ = mine.iter().zip(theirs).find(|(a, b)| !a.equals(b));
                differ.map_or(Ok(mine.len() < theirs.len()), |(a, b)| a.before(b))
            }
            _ => {
                let message = format!("'<' is not supported between {self} and {other}");
                Err(rt::raised("TypeError", message))
            }
        }
    }
}
