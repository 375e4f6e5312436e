//! What an access orders for the program: its happens-before, for data races.
//!
//! As a rule the mode says it ([`crate::mode`]): a lock acquires, an unlock releases. The
//! atomics of a language say it themselves, and may say that they order nothing. Values
//! are sequentially consistent all the same, so this changes what is told of a program,
//! and never which executions it has.
//!
//! What a stated order means is that of C++ and Rust: a store begins a new sequence of
//! releases at its cell, and a read-modify-write continues the one that is there.

/// What an access orders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Order(u8);

const STATED: u8 = 1;
const ACQUIRES: u8 = 2;
const RELEASES: u8 = 4;

impl Order {
    /// What the mode says.
    pub const BY_MODE: Order = Order(0);

    /// Nothing by itself; fences may make something of it.
    pub const RELAXED: Order = Order(STATED);

    /// What was released there happens before the rest of the task.
    pub const ACQUIRE: Order = Order(STATED | ACQUIRES);

    /// What the task has done happens before what acquires there later.
    pub const RELEASE: Order = Order(STATED | RELEASES);

    /// Both.
    pub const BOTH: Order = Order(STATED | ACQUIRES | RELEASES);

    /// Whether the access says it, and not its mode.
    #[must_use]
    pub fn is_stated(self) -> bool {
        self != Order::BY_MODE
    }

    /// Whether it is said to acquire.
    #[must_use]
    pub fn acquires(self) -> bool {
        self.0 & ACQUIRES != 0
    }

    /// Whether it is said to release.
    #[must_use]
    pub fn releases(self) -> bool {
        self.0 & RELEASES != 0
    }
}
