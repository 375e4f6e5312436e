//! How one step may touch one object, and which two ways commute: one row a mode.
//!
//! Dependence is decided by a table of modes and never by what a counter
//! happens to show: a test on the present count is not a congruence, and
//! classes would be ill defined. Two steps that can both lower a gauge are
//! always dependent, since together they may disable a third.
//!
//! A new mode is one row. What the machine, a search and the analyses ask of a mode is a
//! column; which modes commute and which cover which is computed from the rows.

/// When a property of a mode holds for an access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Never.
    Never,
    /// Whenever the access is made.
    Always,
    /// If it is granted.
    IfGranted,
}

impl When {
    /// Whether the property holds for an access that was granted, or was not.
    #[must_use]
    pub fn holds(self, granted: bool) -> bool {
        match self {
            When::Never => false,
            When::Always => true,
            When::IfGranted => granted,
        }
    }
}

/// What a mode does to the count of a gauge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counts {
    Nothing,
    Adds,
    AddsIfGranted,
    Subtracts,
    SubtractsIfGranted,
    Becomes,
}

/// What a mode waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// Nothing.
    Never,
    /// Until the gauge shows the amount.
    ForUnits,
    /// Until this gauge, or another one that the step waits for so, shows the amount.
    ForAny,
    /// Until a condition holds of the value.
    ForValue,
}

/// When an access is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Granted {
    Always,
    /// The gauge shows the amount.
    IfShown,
    /// It does not.
    IfNotShown,
    /// The gauge has room for the amount.
    IfItFits,
}

/// What a mode does to the ownership of units of a gauge with owners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owning {
    /// Nothing.
    Nothing,
    /// The task owns them from then on.
    Takes,
    /// The task gives back units that it owns, or that other tasks own.
    GivesBack,
}

/// What is asked of a mode.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ModeRow {
    /// Whether it sees the version of a cell.
    reads: bool,
    /// Whether it makes a new version of a cell.
    writes: bool,
    pub(crate) counts: Counts,
    pub(crate) waits: Waits,
    pub(crate) granted: Granted,
    /// Whether everything released there earlier happens before the rest of this task:
    /// happens-before of the program, for data races.
    acquires: When,
    /// Whether everything the task did happens before later acquires there.
    releases: When,
    owning: Owning,
    /// Whether what the step touches, with this access or after it, depends on
    /// the steps before it; or whether what later steps touch depends on it.
    is_relative: bool,
    /// Whether nothing depends on it.
    pub(crate) is_inert: bool,
    /// The modes above it, and itself, with which it commutes: the two leave the same
    /// object in the same state with the same results in either order, and neither
    /// disables the other, nor both together a third.
    pub(crate) commutes: &'static [Mode],
}

/// A mode with none of these properties.
const NOTHING: ModeRow = ModeRow {
    reads: false,
    writes: false,
    counts: Counts::Nothing,
    waits: Waits::Never,
    granted: Granted::Always,
    acquires: When::Never,
    releases: When::Never,
    owning: Owning::Nothing,
    is_relative: false,
    is_inert: false,
    commutes: &[],
};

/// Makes the enumeration, the list and the table of the rows.
macro_rules! modes {
    ($($(#[$doc:meta])* $name:ident = $row:expr;)*) => {
        /// How an access touches its object.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Mode {
            $($(#[$doc])* $name,)*
        }

        impl Mode {
            /// All of them, in their order.
            pub const ALL: &'static [Mode] = &[$(Mode::$name),*];
        }

        pub(crate) const ROWS: [ModeRow; N_MODES] = [$($row),*];
    };
}

modes! {
    /// Cell: looks at the value.
    Read = ModeRow { reads: true, acquires: When::Always, commutes: &[Mode::Read], ..NOTHING };
    /// Cell: makes a new version without looking.
    Write = ModeRow { writes: true, releases: When::Always, ..NOTHING };
    /// Cell: looks and makes a new version in one step.
    Update = ModeRow { reads: true, writes: true, acquires: When::Always, releases: When::Always, ..NOTHING };
    /// Gauge: waits until it shows at least `amount`, and subtracts it.
    Take = ModeRow { counts: Counts::Subtracts, waits: Waits::ForUnits, acquires: When::Always, owning: Owning::Takes, ..NOTHING };
    /// Gauge: waits until it shows at least `amount`, and subtracts nothing.
    Await = ModeRow { waits: Waits::ForUnits, acquires: When::Always, commutes: &[Mode::Await], ..NOTHING };
    /// Gauge: adds `amount`, whatever it shows.
    Give = ModeRow { counts: Counts::Adds, releases: When::Always, owning: Owning::GivesBack, commutes: &[Mode::Give], ..NOTHING };
    /// Gauge: adds `amount` unless that exceeds its limit.
    GiveBounded = ModeRow { counts: Counts::AddsIfGranted, granted: Granted::IfItFits, releases: When::IfGranted, owning: Owning::GivesBack, ..NOTHING };
    /// Gauge: subtracts `amount` without waiting; it may go below 0.
    Drop = ModeRow { counts: Counts::Subtracts, ..NOTHING };
    /// Gauge: overwrites it with `amount`.
    Set = ModeRow { counts: Counts::Becomes, releases: When::Always, ..NOTHING };
    /// Gauge: subtracts `amount` if it shows that much, and says whether.
    Try = ModeRow { counts: Counts::SubtractsIfGranted, granted: Granted::IfShown, acquires: When::IfGranted, owning: Owning::Takes, ..NOTHING };
    /// Gauge: looks at what it shows. Cell: a condition that has to hold from now on
    /// looks at it, which is no access to its data.
    Look = ModeRow { granted: Granted::IfShown, acquires: When::IfGranted, commutes: &[Mode::Look, Mode::Await], ..NOTHING };
    /// Gauge: adds `amount`, which may be negative, to a count that decides
    /// only whether some task is enabled; the order is kept by other accesses of
    /// the same step (the slots of a queue).
    Tally = ModeRow { counts: Counts::Adds, owning: Owning::GivesBack, commutes: &[Mode::Tally], ..NOTHING };
    /// Gauge: waits until it shows at least `amount`, and subtracts it, where
    /// the order is kept by other accesses as for [`Mode::Tally`].
    Draw = ModeRow { counts: Counts::Subtracts, waits: Waits::ForUnits, owning: Owning::Takes, commutes: &[Mode::Tally, Mode::Draw], ..NOTHING };
    /// Cell: updates one of its slots. Which one is an ordinal: how many steps
    /// before this one updated the same other cell of this step. So it is not
    /// known before the step is made, and is another one if the step is made
    /// before one that now precedes it.
    Slot = ModeRow { reads: true, writes: true, acquires: When::Always, releases: When::Always, is_relative: true, ..NOTHING };
    /// Cell: looks whether the value is `amount`. If it is, the step may go on
    /// to update the cell; whether it does depends on nothing else.
    Compare = ModeRow { reads: true, acquires: When::Always, is_relative: true, commutes: &[Mode::Read, Mode::Compare], ..NOTHING };
    /// Gauge: looks whether it shows less than `amount`. If it does not, the
    /// step touches nothing after this.
    Below = ModeRow { granted: Granted::IfNotShown, acquires: When::Always, is_relative: true, commutes: &[Mode::Look, Mode::Below, Mode::Await], ..NOTHING };
    /// Gauge: looks whether it shows at least `amount`. If it does not, the
    /// step touches nothing after this.
    AtLeast = ModeRow { granted: Granted::IfShown, is_relative: true, ..NOTHING };
    /// Cell: wakes some of the tasks that are parked at it. Which ones depends on what
    /// comes before the step.
    Wake = NOTHING;
    /// Cell: ends a wait of a task that was parked at it, woken or not. Where this
    /// step and a [`Mode::Wake`] change places, another task may be woken, so the
    /// two are dependent; with every other mode on the cell it commutes.
    Heed = ModeRow { commutes: &[Mode::Heed, Mode::Read, Mode::Write, Mode::Update], ..NOTHING };
    /// Cell: looks at the value, which it waits for: whether a condition holds of it
    /// that was declared with the step. Otherwise it is a read.
    Until = ModeRow { reads: true, waits: Waits::ForValue, acquires: When::Always, commutes: &[Mode::Read, Mode::Compare, Mode::Heed, Mode::Until], ..NOTHING };
    /// Gauge: finds that all of something is gone, as steps that gave to it have told. It
    /// waits for nothing itself: the step waits at a count that comes with it.
    End = ModeRow { acquires: When::Always, is_relative: true, commutes: &[Mode::Look, Mode::End], ..NOTHING };
    /// Gauge: waits until it, or another one that the step waits for in this mode, shows
    /// at least `amount`, and subtracts nothing. Granted if it was this one.
    AnyOf = ModeRow { waits: Waits::ForAny, granted: Granted::IfShown, acquires: When::IfGranted, commutes: &[Mode::AnyOf, Mode::Await, Mode::Look, Mode::Below], ..NOTHING };
    /// Gauge: from now on, each step that changes what else this step looks at gives 1
    /// to it. Such a step comes after this one for that reason.
    Subscribe = ModeRow { is_relative: true, is_inert: true, ..NOTHING };
    /// Nothing, since the step was refused. What it would have been:
    /// [`Access::if_not_withheld`](crate::Access::if_not_withheld).
    Withheld = ModeRow { is_relative: true, is_inert: true, ..NOTHING };
    /// Nothing: it says of the access before it, which waits at a gauge that only one task
    /// waits on, that the wait is there for this object (a lock, the end of a task).
    On = ModeRow { is_inert: true, ..NOTHING };
    /// Nothing: it says that the task owns `amount` units from now on, which another access
    /// has subtracted or another task has handed to it.
    Own = ModeRow { is_inert: true, owning: Owning::Takes, ..NOTHING };
}

pub(crate) const N_MODES: usize = Mode::ALL.len();

/// The modes with yes in a column, one bit each.
macro_rules! column {
    ($name:ident) => {{
        let (mut bits, mut nth) = (0_u32, 0);
        while nth < N_MODES {
            bits |= (ROWS[nth].$name as u32) << nth;
            nth += 1;
        }
        bits
    }};
}

const READS: u32 = column!(reads);
const WRITES: u32 = column!(writes);
const RELATIVE: u32 = column!(is_relative);
const INERT: u32 = column!(is_inert);

impl Mode {
    #[inline]
    fn is_in(self, column: u32) -> bool {
        column >> self as u32 & 1 != 0
    }

    #[inline]
    pub(crate) fn row(self) -> &'static ModeRow {
        const TABLE: &[ModeRow; N_MODES] = &ROWS;
        &TABLE[self as usize]
    }

    /// Whether it sees the version of a cell.
    #[inline]
    #[must_use]
    pub fn reads(self) -> bool {
        self.is_in(READS)
    }

    /// Whether it makes a new version of a cell.
    #[inline]
    #[must_use]
    pub fn writes(self) -> bool {
        self.is_in(WRITES)
    }

    /// Whether what the step touches, with this access or after it, depends on
    /// the steps before it; or whether what later steps touch depends on it.
    #[inline]
    #[must_use]
    pub fn is_relative(self) -> bool {
        self.is_in(RELATIVE)
    }

    /// Whether nothing depends on it.
    #[inline]
    pub(crate) fn is_inert(self) -> bool {
        self.is_in(INERT)
    }

    /// Whether it waits until a condition holds of a value.
    #[inline]
    #[must_use]
    pub fn waits_for_value(self) -> bool {
        self.row().waits == Waits::ForValue
    }

    /// Whether everything released earlier at the object happens before the rest of the task.
    #[inline]
    #[must_use]
    pub fn acquires(self) -> When {
        self.row().acquires
    }

    /// Whether everything the task did happens before later acquires at the object.
    #[inline]
    #[must_use]
    pub fn releases(self) -> When {
        self.row().releases
    }

    /// What it does to the ownership of units of a gauge with owners.
    #[inline]
    #[must_use]
    pub fn owning(self) -> Owning {
        self.row().owning
    }
}
