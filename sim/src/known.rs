//! Types whose values are known to be comparable, and to show themselves.
//!
//! A variable or a queue may hold any type, and demands nothing of it. What is in it is
//! of one of these types nearly always, which is found out when it is asked about.

/// Calls a macro with all simple types that are known. What holds one or two of them is
/// known as well, as far as each use says. Floating point numbers are not among them:
/// two that are equal may still differ (0 and -0).
macro_rules! with_simple_types {
    ($use:ident) => {
        $use!(
            () bool char i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize String
            &'static str
        )
    };
}

pub(crate) use with_simple_types;
