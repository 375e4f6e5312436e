//! What atomics of every value have: integers, the truth value and pointers.

/// The operations that look at a value or replace it, on the atomic cell in field 0.
macro_rules! replacements {
    ($value:ty) => {
        /// The value. One step.
        #[track_caller]
        pub fn load(&self, order: Ordering) -> $value {
            self.0.load(order)
        }

        /// Replaces the value. One step.
        #[track_caller]
        pub fn store(&self, value: $value, order: Ordering) {
            self.0.store(value, order);
        }

        /// Replaces the value and returns the old one. One step.
        #[track_caller]
        pub fn swap(&self, value: $value, order: Ordering) -> $value {
            self.0.update("swap", order, |_| value)
        }

        /// Replaces the value if it is the expected one. One step.
        ///
        /// # Errors
        /// The value, if it is another.
        #[track_caller]
        pub fn compare_exchange(
            &self,
            expected: $value,
            new: $value,
            success: Ordering,
            failure: Ordering,
        ) -> Result<$value, $value> {
            let orders = (success, failure);
            self.0.exchange("compare_exchange", (expected, new), orders, false)
        }

        /// The same; it may fail without a reason, where the check looks for that.
        ///
        /// # Errors
        /// The value, if it was not replaced.
        #[track_caller]
        pub fn compare_exchange_weak(
            &self,
            expected: $value,
            new: $value,
            success: Ordering,
            failure: Ordering,
        ) -> Result<$value, $value> {
            let orders = (success, failure);
            self.0.exchange("compare_exchange", (expected, new), orders, true)
        }

        /// Replaces the value by what is made of it, again until nothing has come in
        /// between.
        ///
        /// # Errors
        /// The value, if nothing is made of it.
        #[track_caller]
        pub fn fetch_update(
            &self,
            set: Ordering,
            fetch: Ordering,
            change: impl FnMut($value) -> Option<$value>,
        ) -> Result<$value, $value> {
            self.0.fetch_update((set, fetch), change)
        }

        /// The same.
        ///
        /// # Errors
        /// The value, if nothing is made of it.
        #[track_caller]
        pub fn try_update(
            &self,
            set: Ordering,
            fetch: Ordering,
            change: impl FnMut($value) -> Option<$value>,
        ) -> Result<$value, $value> {
            self.0.fetch_update((set, fetch), change)
        }

        /// Replaces the value by what is made of it, and returns the old one.
        #[track_caller]
        pub fn update(
            &self,
            set: Ordering,
            fetch: Ordering,
            mut change: impl FnMut($value) -> $value,
        ) -> $value {
            let old = self.0.fetch_update((set, fetch), |old| Some(change(old)));
            old.unwrap_or_else(|old| old)
        }

        /// The value, which no other task can reach. No step.
        pub fn get_mut(&mut self) -> &mut $value {
            self.0.get_mut()
        }

        /// The value.
        #[must_use]
        pub fn into_inner(self) -> $value {
            self.0.into_inner()
        }
    };
}

pub(super) use replacements;
