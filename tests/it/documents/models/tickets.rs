//! Model M16: buyers who look whether tickets are left, and buy one of those
//! they saw.

use unknot_checker::Kind;
use unknot_checker::sim::{Exception, Lock, Shared, Value, outcome_at_exit};

use super::{Case, Done, Ghost, Tasks, add, dies, ghost};
use crate::documents::oracle::counter::Outcomes;
use crate::documents::oracle::models::tickets as oracle;
use oracle::{Guard, Write};

/// The file with the tickets, nothing while it is truncated, and what became of
/// the buyers.
#[derive(Clone)]
struct Counter {
    file: Shared<Option<i64>>,
    sold: Ghost,
    rejected: Ghost,
    crashed: Ghost,
}

impl Counter {
    /// The tickets in the file; nobody reads a file that is truncated.
    fn read(&self) -> Result<i64, Exception> {
        let Some(tickets) = self.file.read() else {
            add(&self.crashed, 1);
            return dies();
        };
        Ok(tickets)
    }

    /// The tickets in the file if there are any.
    fn look(&self) -> Result<Option<i64>, Exception> {
        let tickets = self.read()?;
        add(&self.rejected, i64::from(tickets <= 0));
        Ok((tickets > 0).then_some(tickets))
    }

    fn buy(&self, seen: i64, write: Write) {
        if matches!(write, Write::Torn) {
            self.file.write(None);
        }
        self.file.write(Some(seen - 1));
        add(&self.sold, 1);
    }
}

fn buyer(counter: &Counter, lock: &Lock, guard: Guard, write: Write) -> Done {
    let checks_first = !matches!(guard, Guard::LockRoundAll);
    if checks_first && counter.look()?.is_none() {
        return Ok(());
    }
    let is_locked = !matches!(guard, Guard::Nothing);
    let _held = is_locked.then(|| lock.lock()).transpose()?;
    let seen = match guard {
        Guard::LockWithoutRecheck => Some(counter.read()?),
        _ => counter.look()?,
    };
    if let Some(seen) = seen {
        counter.buy(seen, write);
    }
    Ok(())
}

fn tickets(buyers: usize, tickets: i32, guard: Guard, write: Write) -> Result<Value, Exception> {
    let file = Shared::new(Some(i64::from(tickets)));
    let counter = Counter { file, sold: ghost(0), rejected: ghost(0), crashed: ghost(0) };
    let lock = Lock::new();
    let end = counter.clone();
    outcome_at_exit(move || {
        let [sold, rejected, crashed] = [&end.sold, &end.rejected, &end.crashed].map(|g| g.get());
        let left = end.file.read().expect("whoever truncates the file writes it");
        format!("{sold}/{left}/{rejected}/{crashed}")
    });
    let mut tasks = Tasks::default();
    tasks.times(buyers, |_| {
        let (counter, lock) = (counter.clone(), lock.clone());
        move || buyer(&counter, &lock, guard, write)
    });
    tasks.join()
}

fn m16(buyers: usize, n: i32, guard: Guard, write: Write, all: u128) -> Case {
    let what = match guard {
        Guard::Nothing => "no lock",
        Guard::LockRoundBuy => "lock round buy",
        Guard::LockWithoutRecheck => "no re-check",
        Guard::LockRoundAll => "lock round all",
    };
    let torn = if matches!(write, Write::Torn) { ", torn" } else { "" };
    let name = format!("M16 {what}{torn} B={buyers} T={n}");
    let oracle = oracle::m16_tickets(buyers, n, guard, write);
    let sum = |counts: &dyn Fn(&[i64]) -> bool| {
        let holds = |label: &str| {
            let row = label.split('/').map(|n| n.parse().expect("a number"));
            counts(&row.collect::<Vec<i64>>())
        };
        oracle.iter().filter(|(label, _)| holds(label)).map(|(_, n)| n).sum()
    };
    // Who reads a truncated file raises. Without a lock two who sell one ticket
    // have read the same number, so an update is lost; under the lock none is.
    let raised = sum(&|row| row[CRASHED] > 0);
    let lost = sum(&|row| matches!(guard, Guard::Nothing) && row[SOLD] + row[LEFT] > i64::from(n));
    Case::new(name, move || tickets(buyers, n, guard, write), oracle, all)
        .finds(Kind::Exception, raised)
        .finds(Kind::LostUpdate, lost)
}

/// The sum over the outcomes whose place in "sold/left/rejected/crashed" is a
/// value.
fn at(outcomes: &Outcomes, place: usize, value: i32) -> u128 {
    let value = value.to_string();
    let holds = |label: &str| label.split('/').nth(place) == Some(&value);
    outcomes.iter().filter(|(label, _)| holds(label)).map(|(_, n)| n).sum()
}

const SOLD: usize = 0;
const LEFT: usize = 1;
const CRASHED: usize = 3;

#[test]
fn m16_without_lock() {
    let two = m16(2, 1, Guard::Nothing, Write::Whole, 20);
    two.fact("1/0/1/0", 8).fact("2/0/0/0", 12).counts();
    let three = m16(3, 1, Guard::Nothing, Write::Whole, 1_086);
    assert_eq!([1, 2, 3].map(|sold| at(&three.oracle, SOLD, sold)), [114, 432, 540]);
    assert_eq!(at(&three.oracle, LEFT, 0), 1_086);
    three.counts();
    let two_tickets = m16(3, 2, Guard::Nothing, Write::Whole, 1_680);
    assert_eq!(at(&two_tickets.oracle, SOLD, 2), 168);
    two_tickets.fact("3/0/0/0", 756).fact("3/1/0/0", 756).counts();
    let torn = m16(2, 1, Guard::Nothing, Write::Torn, 52);
    torn.fact("1/0/1/0", 8).fact("1/0/0/1", 8).fact("2/0/0/0", 36).counts();
}

#[test]
fn m16_lock_round_buy() {
    m16(2, 1, Guard::LockRoundBuy, Write::Whole, 12).fact("1/0/1/0", 12).counts();
    for (n, all) in [(1, 258), (2, 396)] {
        let case = m16(3, n, Guard::LockRoundBuy, Write::Whole, all);
        assert_eq!(at(&case.oracle, SOLD, n), all);
        case.counts();
    }
}

#[test]
fn m16_lock_round_buy_torn() {
    let two = m16(2, 1, Guard::LockRoundBuy, Write::Torn, 14);
    two.fact("1/0/1/0", 12).fact("1/0/0/1", 2).counts();
    let three = m16(3, 1, Guard::LockRoundBuy, Write::Torn, 300);
    assert_eq!([0, 1, 2].map(|crashed| at(&three.oracle, CRASHED, crashed)), [258, 36, 6]);
    three.counts();
    let two_tickets = m16(3, 2, Guard::LockRoundBuy, Write::Torn, 474);
    two_tickets.fact("2/0/1/0", 396).fact("2/0/0/1", 72).fact("1/1/0/2", 6).counts();
}

#[test]
fn m16_other_guards() {
    let two = m16(2, 1, Guard::LockWithoutRecheck, Write::Whole, 12);
    two.fact("1/0/1/0", 4).fact("2/-1/0/0", 8).counts();
    let three = m16(3, 1, Guard::LockWithoutRecheck, Write::Whole, 282);
    three.fact("1/0/2/0", 18).fact("2/-1/1/0", 144).fact("3/-2/0/0", 120).counts();
    for (buyers, n, all) in [(2, 1, 2), (3, 1, 6), (3, 2, 6)] {
        for write in [Write::Whole, Write::Torn] {
            let case = m16(buyers, n, Guard::LockRoundAll, write, all);
            assert_eq!([at(&case.oracle, SOLD, n), at(&case.oracle, CRASHED, 0)], [all, all]);
            case.counts();
        }
    }
}
