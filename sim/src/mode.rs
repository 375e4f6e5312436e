//! How one step may touch one object, and which two ways commute.
//!
//! Dependence is decided by a table of modes and never by what a counter
//! happens to show: a test on the present count is not a congruence, and
//! classes would be ill defined. Two steps that can both lower a gauge are
//! always dependent, since together they may disable a third.

/// How an access touches its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Mode {
    /// Cell: looks at the value.
    Read,
    /// Cell: makes a new version without looking.
    Write,
    /// Cell: looks and makes a new version in one step.
    Update,
    /// Gauge: waits until it shows at least `amount`, and subtracts it.
    Take,
    /// Gauge: waits until it shows at least `amount`, and subtracts nothing.
    Await,
    /// Gauge: adds `amount`, whatever it shows.
    Give,
    /// Gauge: adds `amount` unless that exceeds its limit.
    GiveBounded,
    /// Gauge: subtracts `amount` without waiting; it may go below 0.
    Drop,
    /// Gauge: overwrites it with `amount`.
    Set,
    /// Gauge: subtracts `amount` if it shows that much, and says whether.
    Try,
    /// Gauge: looks at what it shows. Cell: a condition that has to hold from now on
    /// looks at it, which is no access to its data.
    Look,
    /// Gauge: adds `amount`, which may be negative, to a count that decides
    /// only whether somebody may run; the order is kept by other accesses of
    /// the same step (the slots of a queue).
    Tally,
    /// Gauge: waits until it shows at least `amount`, and subtracts it, where
    /// the order is kept by other accesses as for [`Mode::Tally`].
    Draw,
    /// Cell: updates one of its slots. Which one is an ordinal: how many steps
    /// before this one updated the same other cell of this step. So it is not
    /// known before the step is made, and is another one if the step is made
    /// before one that now precedes it.
    Slot,
    /// Cell: looks whether the value is `amount`. If it is, the step may go on
    /// to update the cell; whether it does depends on nothing else.
    Compare,
    /// Gauge: looks whether it shows less than `amount`. If it does not, the
    /// step touches nothing after this.
    Below,
    /// Gauge: looks whether it shows at least `amount`. If it does not, the
    /// step touches nothing after this.
    AtLeast,
    /// Cell: wakes some of those who are parked at it. Whom depends on what
    /// comes before the step.
    Wake,
    /// Cell: ends a wait of somebody who was parked at it, woken or not. In
    /// whatever order it comes with [`Mode::Wake`] somebody else may be woken,
    /// so the two are dependent; with all else on the cell it commutes.
    Heed,
    /// Cell: looks at the value, which it waits for: whether a condition holds of it
    /// that was declared with the step. Otherwise it is a read.
    Until,
    /// Gauge: whoever changes what else the step looks at gives 1 to it from now on.
    /// Such a step is after this one for that reason.
    Watch,
    /// Nothing, since the step was refused: [`Access::if_not_withheld`](crate::Access::if_not_withheld) is what
    /// it would have been.
    Withheld,
}

pub(crate) const N_MODES: usize = 22;

impl Mode {
    /// All of them, in their order.
    pub const ALL: [Mode; N_MODES] = [
        Mode::Read,
        Mode::Write,
        Mode::Update,
        Mode::Take,
        Mode::Await,
        Mode::Give,
        Mode::GiveBounded,
        Mode::Drop,
        Mode::Set,
        Mode::Try,
        Mode::Look,
        Mode::Tally,
        Mode::Draw,
        Mode::Slot,
        Mode::Compare,
        Mode::Below,
        Mode::AtLeast,
        Mode::Wake,
        Mode::Heed,
        Mode::Until,
        Mode::Watch,
        Mode::Withheld,
    ];

    /// Whether what the step touches, with this access or after it, depends on
    /// what comes before the step; or what later ones do, because of it.
    #[must_use]
    pub fn is_relative(self) -> bool {
        use Mode::{AtLeast, Below, Compare, Slot, Watch, Withheld};
        matches!(self, Slot | Compare | Below | AtLeast | Watch | Withheld)
    }
}

/// `COVERS[a][b]`: whatever `b` depends on, `a` depends on. A `Set` may commute
/// with another one, so it covers nothing.
pub(crate) const COVERS: [[bool; N_MODES]; N_MODES] = {
    const fn depends(a: usize, b: usize) -> bool {
        let none = Mode::Watch as usize;
        a < none && b < none && !COMMUTES[a][b]
    }
    let mut table = [[false; N_MODES]; N_MODES];
    let mut a = 0;
    while a < N_MODES {
        let mut b = 0;
        while b < N_MODES {
            let mut covers = a != Mode::Set as usize;
            let mut other = 0;
            while other < N_MODES {
                covers &= !depends(b, other) || depends(a, other);
                other += 1;
            }
            table[a][b] = covers;
            b += 1;
        }
        a += 1;
    }
    table
};

/// `COMMUTES[a][b]`: the two modes leave the same object in the same state
/// with the same results in either order, and neither disables the other, nor
/// both together a third. Two `Set` to the same constant commute as well, if it
/// is positive: such a gauge never shows more, so neither lowers it.
pub(crate) const COMMUTES: [[bool; N_MODES]; N_MODES] = {
    let mut table = [[false; N_MODES]; N_MODES];
    let pairs = [
        (Mode::Read, Mode::Read),
        (Mode::Read, Mode::Compare),
        (Mode::Compare, Mode::Compare),
        (Mode::Give, Mode::Give),
        (Mode::Await, Mode::Await),
        (Mode::Look, Mode::Look),
        (Mode::Look, Mode::Await),
        (Mode::Look, Mode::Below),
        (Mode::Below, Mode::Below),
        (Mode::Below, Mode::Await),
        (Mode::Tally, Mode::Tally),
        (Mode::Tally, Mode::Draw),
        (Mode::Draw, Mode::Draw),
        (Mode::Heed, Mode::Heed),
        (Mode::Heed, Mode::Read),
        (Mode::Heed, Mode::Write),
        (Mode::Heed, Mode::Update),
        (Mode::Until, Mode::Read),
        (Mode::Until, Mode::Compare),
        (Mode::Until, Mode::Heed),
        (Mode::Until, Mode::Until),
    ];
    let mut i = 0;
    while i < pairs.len() {
        let (a, b) = pairs[i];
        table[a as usize][b as usize] = true;
        table[b as usize][a as usize] = true;
        i += 1;
    }
    table
};
