//! Model M16: buyers who look whether tickets are left, and buy one of those they saw.
//!
//! The idea: a check and the act that relies on it are different steps, and what they saw may
//! have changed in between. The tickets are in a file, and a write of the file may be two steps,
//! between which it is empty.
//!
//! What it misses: files in which single bytes are torn.

use super::world::{Flow, Step, System, World, acq, act, in_order, read, rel};
use crate::documents::oracle::counter::Outcomes;

const LOCK: usize = 0;
const FILE: usize = 1;
const SOLD: usize = 2;
const REJECTED: usize = 3;
const CRASHED: usize = 4;

/// The content of the file between the truncate and the write.
const TRUNCATED: i32 = i32::MIN;

/// How a buyer of M16 protects the purchase.
#[derive(Clone, Copy)]
pub(crate) enum Guard {
    /// `[check, read, write]`, the read checks again.
    Nothing,
    /// `[check, acq, read, write, rel]`, the read checks again.
    LockRoundBuy,
    /// `[check, acq, read, write, rel]`, the read does not check.
    LockWithoutRecheck,
    /// `[acq, read, write, rel]`, where the read is the only check.
    LockRoundAll,
}

/// Whether a write of M16 is preceded by a truncate step.
#[derive(Clone, Copy)]
pub(crate) enum Write {
    Whole,
    Torn,
}

/// M16: buyers `[check, (acq), read, (truncate), write(read - 1), (rel)]`, tickets in a file.
///
/// A buyer leaves at the check or at a checking read when no ticket is left (inside the lock, it
/// gives back the lock as a step), and dies at either when the file is truncated. The outcome is
/// "sold/left/rejected/crashed".
pub(crate) fn m16_tickets(
    buyers: usize,
    tickets: i32,
    guard: Guard,
    write_kind: Write,
) -> Outcomes {
    let mut purchase = match write_kind {
        Write::Whole => Vec::new(),
        Write::Torn => vec![act(|world, _| world.cells[FILE] = TRUNCATED)],
    };
    purchase.push(act(|world, task| {
        world.cells[FILE] = world.tasks[task].own - 1;
        world.cells[SOLD] += 1;
    }));
    let behind_purchase = u16::try_from(purchase.len()).expect("it has one step or two");
    let check = look(|| Flow::Leave);
    let checking_read = look(move || Flow::Skip(behind_purchase));
    let program = match guard {
        Guard::Nothing => in_order([vec![check, checking_read], purchase]),
        Guard::LockRoundBuy => {
            in_order([vec![check, acq(LOCK), checking_read], purchase, vec![rel(LOCK)]])
        }
        Guard::LockWithoutRecheck => {
            in_order([vec![check, acq(LOCK), read(FILE)], purchase, vec![rel(LOCK)]])
        }
        Guard::LockRoundAll => {
            in_order([vec![acq(LOCK), checking_read], purchase, vec![rel(LOCK)]])
        }
    };
    let label = |world: &World| {
        let [left, sold, rejected, crashed] =
            [FILE, SOLD, REJECTED, CRASHED].map(|c| world.cells[c]);
        format!("{sold}/{left}/{rejected}/{crashed}")
    };
    System::new(&[0, tickets, 0, 0, 0], label).tasks(buyers, program).outcomes()
}

/// Reads the file; goes on as `sold_out` says if no ticket is left, and dies if it is truncated.
fn look(sold_out: impl Fn() -> Flow + 'static) -> Step {
    Box::new(move |world, task| {
        let tickets = world.cells[FILE];
        if tickets == TRUNCATED {
            world.cells[CRASHED] += 1;
            return Flow::Leave;
        }
        if tickets <= 0 {
            world.cells[REJECTED] += 1;
            return sold_out();
        }
        world.tasks[task].own = tickets;
        Flow::Next
    })
}

#[cfg(test)]
mod tests {
    use super::super::check::{exactly, totals};
    use super::*;

    /// The sum over the outcomes whose place `place` in "sold/left/rejected/crashed" is `value`.
    fn at(outcomes: &Outcomes, place: usize, value: i32) -> u128 {
        let value = value.to_string();
        let holds = |outcome: &str| outcome.split('/').nth(place) == Some(&value);
        outcomes.iter().filter(|(outcome, _)| holds(outcome)).map(|(_, n)| n).sum()
    }

    const SOLD_PLACE: usize = 0;
    const LEFT_PLACE: usize = 1;
    const CRASHED_PLACE: usize = 3;

    #[test]
    fn m16_without_lock() {
        let two = m16_tickets(2, 1, Guard::Nothing, Write::Whole);
        totals(&two, 20);
        exactly(&two, &[("1/0/1/0", 8), ("2/0/0/0", 12)]);
        let three = m16_tickets(3, 1, Guard::Nothing, Write::Whole);
        totals(&three, 1_086);
        assert_eq!([1, 2, 3].map(|sold| at(&three, SOLD_PLACE, sold)), [114, 432, 540]);
        assert_eq!(at(&three, LEFT_PLACE, 0), 1_086);
        let two_tickets = m16_tickets(3, 2, Guard::Nothing, Write::Whole);
        totals(&two_tickets, 1_680);
        assert_eq!(at(&two_tickets, SOLD_PLACE, 2), 168);
        assert_eq!(two_tickets["3/0/0/0"], 756);
        assert_eq!(two_tickets["3/1/0/0"], 756);
        let torn = m16_tickets(2, 1, Guard::Nothing, Write::Torn);
        totals(&torn, 52);
        exactly(&torn, &[("1/0/1/0", 8), ("1/0/0/1", 8), ("2/0/0/0", 36)]);
    }

    #[test]
    fn m16_lock_round_buy() {
        exactly(&m16_tickets(2, 1, Guard::LockRoundBuy, Write::Whole), &[("1/0/1/0", 12)]);
        for (tickets, all) in [(1, 258), (2, 396)] {
            let outcomes = m16_tickets(3, tickets, Guard::LockRoundBuy, Write::Whole);
            totals(&outcomes, all);
            assert_eq!(at(&outcomes, SOLD_PLACE, tickets), all);
        }
    }

    #[test]
    fn m16_lock_round_buy_torn() {
        let two = m16_tickets(2, 1, Guard::LockRoundBuy, Write::Torn);
        totals(&two, 14);
        exactly(&two, &[("1/0/1/0", 12), ("1/0/0/1", 2)]);
        let three = m16_tickets(3, 1, Guard::LockRoundBuy, Write::Torn);
        totals(&three, 300);
        assert_eq!([0, 1, 2].map(|crashed| at(&three, CRASHED_PLACE, crashed)), [258, 36, 6]);
        let two_tickets = m16_tickets(3, 2, Guard::LockRoundBuy, Write::Torn);
        totals(&two_tickets, 474);
        exactly(&two_tickets, &[("2/0/1/0", 396), ("2/0/0/1", 72), ("1/1/0/2", 6)]);
    }

    #[test]
    fn m16_other_guards() {
        let two = m16_tickets(2, 1, Guard::LockWithoutRecheck, Write::Whole);
        totals(&two, 12);
        exactly(&two, &[("1/0/1/0", 4), ("2/-1/0/0", 8)]);
        let three = m16_tickets(3, 1, Guard::LockWithoutRecheck, Write::Whole);
        totals(&three, 282);
        exactly(&three, &[("1/0/2/0", 18), ("2/-1/1/0", 144), ("3/-2/0/0", 120)]);
        for (buyers, tickets, all) in [(2, 1, 2), (3, 1, 6), (3, 2, 6)] {
            for kind in [Write::Whole, Write::Torn] {
                let outcomes = m16_tickets(buyers, tickets, Guard::LockRoundAll, kind);
                totals(&outcomes, all);
                assert_eq!(at(&outcomes, SOLD_PLACE, tickets), all);
                assert_eq!(at(&outcomes, CRASHED_PLACE, 0), all);
            }
        }
    }
}
