//! Types that are known to be comparable, and to show their values.
//!
//! A variable or a queue may hold any type, and demands nothing of it. Nearly always the
//! type is one of these; that is found out when the value is compared or shown.

/// Calls a macro with all simple types that are known. A type that holds one or two of
/// them is known as well, as far as each use says. Floating point numbers are not among
/// them: two that are equal may still differ (0 and -0).
macro_rules! with_simple_types {
    ($use:ident) => {
        $use! {
            () bool char i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize String
            &'static str
        }
    };
}

pub(crate) use with_simple_types;

/// Calls a macro with the parts of each tuple that is known, up to eight.
macro_rules! with_tuples {
    ($use:ident) => {
        $use!(A);
        $use!(A B);
        $use!(A B C);
        $use!(A B C D);
        $use!(A B C D E);
        $use!(A B C D E F);
        $use!(A B C D E F G);
        $use!(A B C D E F G H);
    };
}

pub(crate) use with_tuples;
