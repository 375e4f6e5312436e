//! The clock of a program, as numbers for outcomes.

use unknot_checker::sim::{Exception, Value, now};

/// The time in whole seconds.
pub(crate) fn seconds() -> Result<i64, Exception> {
    Ok(i64::try_from(now()?.as_secs()).expect("short programs"))
}

/// The time in whole milliseconds.
pub(crate) fn milliseconds() -> Result<i64, Exception> {
    Ok(i64::try_from(now()?.as_millis()).expect("short programs"))
}

/// What was said, and after how many seconds all was over.
pub(crate) fn said_after(said: &str, seconds: i64) -> Value {
    Value::Record(vec![("said", said.into()), ("s", seconds.into())])
}
