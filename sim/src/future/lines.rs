//! What the futures of loops wait for: the tickets of each gauge, first come, first served.
//!
//! In a loop a future tries first. Refused, it takes a ticket and its task gives up its turn.
//! What may end the wait wakes the first ticket that was not woken. A future that comes later
//! finds tickets, and takes one as well, so it overtakes none. A ticket that was woken and is
//! given up without use passes that on. So does one that is used, if more came meanwhile than
//! there were tickets to wake.
//!
//! All of it is read and changed by the tasks of one loop in their turns, so it is ordered by
//! the baton. A task outside that wakes a ticket would change it in a way that no step
//! declares, and searches would take for independent what is not: it panics.
//!
//! What this misses: tasks that share a lock, a queue or a notification between loops, or
//! between a loop and threads, as some runtimes let them.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::task::Waker;

use crate::coro::baton::Baton;
use crate::id::ObjectId;
use crate::rt;

thread_local! {
    static LINES: RefCell<WaitLines> = const { RefCell::new(WaitLines::new()) };
}

/// The tickets of one execution.
struct WaitLines {
    execution: Option<u64>,
    of: BTreeMap<ObjectId, WaitLine>,
    n_tickets: u64,
}

/// The tickets of one gauge.
#[derive(Default)]
struct WaitLine {
    tickets: VecDeque<WaitTicket>,
    /// What came for tickets when all of them had been woken.
    n_more: usize,
}

struct WaitTicket {
    number: u64,
    /// That of the loop in which the future waits.
    baton: Baton,
    waker: Waker,
    is_woken: bool,
}

impl WaitLine {
    fn ticket(&mut self, number: u64) -> Option<&mut WaitTicket> {
        self.tickets.iter_mut().find(|ticket| ticket.number == number)
    }

    fn first_unwoken(&mut self) -> Option<&mut WaitTicket> {
        self.tickets.iter_mut().find(|ticket| !ticket.is_woken)
    }

    /// The ticket that is woken next, or the first one where all have been.
    fn next(&self) -> Option<&WaitTicket> {
        self.tickets.iter().find(|ticket| !ticket.is_woken).or(self.tickets.front())
    }
}

impl WaitLines {
    const fn new() -> WaitLines {
        WaitLines { execution: None, of: BTreeMap::new(), n_tickets: 0 }
    }

    /// Whether the tickets are of another execution. From then on they are of this one.
    fn is_old(&mut self) -> bool {
        let now = rt::execution_number();
        std::mem::replace(&mut self.execution, now) != now
    }
}

/// Lets all tickets go once every task has ended: wakers may own what makes steps when it is
/// dropped.
struct ForgetLines;

impl Drop for ForgetLines {
    fn drop(&mut self) {
        let old = LINES.with_borrow_mut(|lines| std::mem::take(&mut lines.of));
        drop(old);
    }
}

fn with<T>(f: impl FnOnce(&mut WaitLines) -> T) -> T {
    if LINES.with_borrow_mut(WaitLines::is_old) {
        rt::keep_to_the_end(ForgetLines);
    }
    LINES.with_borrow_mut(f)
}

/// Whether any future waits for a gauge.
pub(super) fn is_waited_for(gauge: ObjectId) -> bool {
    with(|lines| lines.of.get(&gauge).is_some_and(|line| !line.tickets.is_empty()))
}

/// Takes a ticket for a gauge, in the loop of a baton. Returns its number.
pub(super) fn join(gauge: ObjectId, baton: &Baton, waker: &Waker) -> u64 {
    let (baton, waker) = (baton.clone(), waker.clone());
    with(|lines| {
        let number = lines.n_tickets;
        lines.n_tickets += 1;
        let ticket = WaitTicket { number, baton, waker, is_woken: false };
        lines.of.entry(gauge).or_default().tickets.push_back(ticket);
        number
    })
}

/// Whether a ticket was woken; from then on it counts as waiting again.
pub(super) fn take_woken(gauge: ObjectId, number: u64, waker: &Waker) -> bool {
    let waker = waker.clone();
    let (is_woken, old) = with(|lines| {
        let ticket = lines.of.get_mut(&gauge).and_then(|line| line.ticket(number));
        match ticket {
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

/// Whether a ticket was woken, and its future not polled since.
pub(super) fn is_woken(gauge: ObjectId, number: u64) -> bool {
    with(|lines| {
        let ticket = lines.of.get_mut(&gauge).and_then(|line| line.ticket(number));
        ticket.is_some_and(|ticket| ticket.is_woken)
    })
}

/// What wakes the future that has a ticket.
pub(super) fn waker_of(gauge: ObjectId, number: u64) -> Option<Waker> {
    with(|lines| Some(lines.of.get_mut(&gauge)?.ticket(number)?.waker.clone()))
}

/// Gives a ticket back. Whether it was used or not, what came for it passes on if others wait
/// that it can be for.
pub(super) fn leave(gauge: ObjectId, number: u64, is_used: bool) {
    let ticket = with(|lines| {
        let line = lines.of.get_mut(&gauge)?;
        let at = line.tickets.iter().position(|ticket| ticket.number == number)?;
        let ticket = line.tickets.remove(at)?;
        let is_more = is_used && line.n_more > 0;
        line.n_more -= usize::from(is_more);
        if line.tickets.is_empty() {
            line.n_more = 0;
        }
        Some((ticket, is_more))
    });
    if ticket.is_some_and(|(ticket, is_more)| ticket.is_woken || is_more) {
        wake_first(gauge);
    }
}

/// Wakes the first ticket of a gauge that was not woken. One step if there is one.
///
/// # Panics
/// If the future waits in a loop in which the current task does not have its turn.
pub(super) fn wake_first(gauge: ObjectId) {
    if rt::is_quiet() {
        return;
    }
    let baton = with(|lines| Some(lines.of.get(&gauge)?.next()?.baton.clone()));
    let complaint = "a future of a loop waits for this, and a task outside the loop brings it \
                     about: have it done in the loop, by Loop::call_soon_threadsafe";
    if !baton.is_some_and(|baton| baton.is_allowed(|| complaint.to_owned())) {
        return;
    }
    let waker = with(|lines| {
        let line = lines.of.get_mut(&gauge)?;
        match line.first_unwoken() {
            Some(first) => {
                first.is_woken = true;
                Some(first.waker.clone())
            }
            None => {
                line.n_more = line.n_more.saturating_add(1);
                None
            }
        }
    });
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// Wakes all tickets of a gauge, and those that come while one of them is there.
pub(super) fn wake_all(gauge: ObjectId) {
    while !rt::is_quiet() && with(|lines| lines.has_unwoken(gauge)) {
        wake_first(gauge);
    }
    with(|lines| {
        if let Some(line) = lines.of.get_mut(&gauge).filter(|line| !line.tickets.is_empty()) {
            line.n_more = usize::MAX;
        }
    });
}

impl WaitLines {
    fn has_unwoken(&mut self, gauge: ObjectId) -> bool {
        self.of.get_mut(&gauge).is_some_and(|line| line.first_unwoken().is_some())
    }
}
