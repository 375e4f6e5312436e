//! The two constructors that every primitive has.

/// Declares the two constructors that every primitive has.
macro_rules! constructors {
    ($(#[$doc:meta])* ($($arg:ident: $kind:ty),*)) => {
        $(#[$doc])*
        ///
        /// It has no name.
        #[track_caller]
        #[must_use]
        pub fn new($($arg: $kind),*) -> Self {
            Self::create(crate::name::Name::default(), $($arg,)* std::panic::Location::caller())
        }

        $(#[$doc])*
        ///
        /// It has a name for reports.
        #[track_caller]
        #[must_use]
        pub fn named(name: impl Into<crate::name::Name>, $($arg: $kind),*) -> Self {
            Self::create(name.into(), $($arg,)* std::panic::Location::caller())
        }
    };
}
pub(crate) use constructors;
