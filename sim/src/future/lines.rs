//! Who waits for what in loops: the tickets of each gauge, first come, first served.
//!
//! In a loop a future tries first. Refused, it takes a ticket and its task gives up its turn.
//! What may end the wait wakes the first ticket that was not woken. A future that comes later
//! finds tickets, and takes one as well, so it overtakes none. A ticket that was woken and is
//! given up without use passes that on.
//!
//! All of it is used by tasks while it is their turn, so it is ordered by the baton.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::task::Waker;

use crate::id::ObjectId;
use crate::rt;

thread_local! {
    static LINES: RefCell<WaitLines> = const { RefCell::new(WaitLines::new()) };
}

/// The tickets of one execution.
struct WaitLines {
    execution: Option<u64>,
    of: BTreeMap<ObjectId, VecDeque<WaitTicket>>,
    n_tickets: u64,
}

struct WaitTicket {
    number: u64,
    waker: Waker,
    is_woken: bool,
}

impl WaitLines {
    const fn new() -> WaitLines {
        WaitLines { execution: None, of: BTreeMap::new(), n_tickets: 0 }
    }

    /// Forgets what is left of another execution. Returns that, to be dropped outside.
    fn renew(&mut self) -> BTreeMap<ObjectId, VecDeque<WaitTicket>> {
        let now = rt::execution_number();
        if self.execution == now {
            return BTreeMap::new();
        }
        self.execution = now;
        std::mem::take(&mut self.of)
    }
}

fn with<T>(f: impl FnOnce(&mut WaitLines) -> T) -> T {
    let (old, value) = LINES.with_borrow_mut(|lines| {
        let old = lines.renew();
        (old, f(lines))
    });
    drop(old);
    value
}

/// Whether any future waits for a gauge.
pub(super) fn is_waited_for(gauge: ObjectId) -> bool {
    with(|lines| lines.of.get(&gauge).is_some_and(|line| !line.is_empty()))
}

/// Takes a ticket for a gauge. Returns its number.
pub(super) fn join(gauge: ObjectId, waker: &Waker) -> u64 {
    let waker = waker.clone();
    with(|lines| {
        let number = lines.n_tickets;
        lines.n_tickets += 1;
        let ticket = WaitTicket { number, waker, is_woken: false };
        lines.of.entry(gauge).or_default().push_back(ticket);
        number
    })
}

/// Whether a ticket was woken; from then on it counts as waiting again.
pub(super) fn take_woken(gauge: ObjectId, number: u64, waker: &Waker) -> bool {
    let waker = waker.clone();
    let (is_woken, old) = with(|lines| {
        let tickets = lines.of.get_mut(&gauge).into_iter().flatten();
        match tickets.into_iter().find(|ticket| ticket.number == number) {
            Some(ticket) => {
                let old = std::mem::replace(&mut ticket.waker, waker);
                (std::mem::take(&mut ticket.is_woken), Some(old))
            }
            None => (false, None),
        }
    });
    drop(old);
    is_woken
}

/// Gives a ticket back. One that was woken passes that on, unless it was used.
pub(super) fn leave(gauge: ObjectId, number: u64) {
    let ticket = with(|lines| {
        let line = lines.of.get_mut(&gauge)?;
        let at = line.iter().position(|ticket| ticket.number == number)?;
        line.remove(at)
    });
    if ticket.is_some_and(|ticket| ticket.is_woken) {
        wake_first(gauge);
    }
}

/// Wakes the first ticket of a gauge that was not woken. One step if there is one.
pub(super) fn wake_first(gauge: ObjectId) {
    if rt::is_quiet() {
        return;
    }
    let waker = with(|lines| {
        let first = lines.of.get_mut(&gauge)?.iter_mut().find(|ticket| !ticket.is_woken)?;
        first.is_woken = true;
        Some(first.waker.clone())
    });
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// Wakes all tickets of a gauge.
pub(super) fn wake_all(gauge: ObjectId) {
    while !rt::is_quiet() && with(|lines| lines.has_unwoken(gauge)) {
        wake_first(gauge);
    }
}

impl WaitLines {
    fn has_unwoken(&self, gauge: ObjectId) -> bool {
        self.of.get(&gauge).is_some_and(|line| line.iter().any(|ticket| !ticket.is_woken))
    }
}
