//! Values that leave an execution: what a scenario returns as its outcome.
//!
//! Outcomes are compared and counted once an execution, so they are data and
//! become text only in a report.

use std::fmt;

use crate::exception::Exception;

/// An outcome, or a part of one. Ordered so that reports are sorted.
///
/// ```
/// use unknot_sim::Value;
///
/// let value = Value::Record(vec![("sold", 2.into()), ("left", 0.into())]);
/// assert_eq!(value.to_string(), "sold=2 left=0");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Nothing worth telling.
    #[default]
    Unit,
    /// A truth value.
    Bool(bool),
    /// A number.
    Int(i64),
    /// A text.
    Text(String),
    /// Several values in order.
    List(Vec<Value>),
    /// Values with a label each, such as `sold=2 left=0`.
    Record(Vec<(&'static str, Value)>),
}

impl Value {
    /// A value of the program, as it shows itself.
    pub fn debug(value: &impl fmt::Debug) -> Value {
        Value::Text(format!("{value:?}"))
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Unit => f.write_str("()"),
            Value::Bool(value) => value.fmt(f),
            Value::Int(value) => value.fmt(f),
            Value::Text(text) => f.write_str(text),
            Value::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            Value::Record(fields) => {
                for (i, (label, value)) in fields.iter().enumerate() {
                    write!(f, "{}{label}={value}", if i == 0 { "" } else { " " })?;
                }
                Ok(())
            }
        }
    }
}

macro_rules! from_integers {
    ($($kind:ty)*) => {$(
        impl From<$kind> for Value {
            fn from(value: $kind) -> Value {
                Value::Int(i64::try_from(value).expect("an outcome fits 64 bits"))
            }
        }
    )*};
}
from_integers!(i8 i16 i32 i64 u8 u16 u32 u64 usize isize);

impl From<()> for Value {
    fn from((): ()) -> Value {
        Value::Unit
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Bool(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Value {
        Value::List(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(item: Option<T>) -> Value {
        item.map_or(Value::Text("none".to_owned()), Into::into)
    }
}

impl<A: Into<Value>, B: Into<Value>> From<(A, B)> for Value {
    fn from((a, b): (A, B)) -> Value {
        Value::List(vec![a.into(), b.into()])
    }
}

impl<A: Into<Value>, B: Into<Value>, C: Into<Value>> From<(A, B, C)> for Value {
    fn from((a, b, c): (A, B, C)) -> Value {
        Value::List(vec![a.into(), b.into(), c.into()])
    }
}

/// What the main task of a program may return: a value, or a `Result` of one.
/// [`Value::debug`] makes a value of anything else that can be shown, and
/// [`Exception::of`] an exception of any other error.
pub trait Outcome {
    /// The outcome, or the exception that left the main task.
    ///
    /// # Errors
    /// The exception.
    fn outcome(self) -> Result<Value, Exception>;
}

impl<V: Into<Value>> Outcome for V {
    fn outcome(self) -> Result<Value, Exception> {
        Ok(self.into())
    }
}

// This is no overlap: a `Result` is not `Into<Value>`, and only this crate
// could make it so.
// Of no other error: so a closure with `?` that ends in `Ok(())` needs no type.
impl<V: Into<Value>> Outcome for Result<V, Exception> {
    fn outcome(self) -> Result<Value, Exception> {
        self.map(Into::into)
    }
}
