//! Model M17 and the funds of M27: money that is under way between two accounts.
//!
//! The idea: a transfer is two steps, and between them somebody else can see a wrong total. A
//! check of the funds is another step than the withdrawal that relies on it.
//!
//! What they miss: transfers that fail half way, and accounts that refuse a deposit.

use super::world::{Flow, Step, System, World, acq, act, read, rel, write};
use crate::documents::oracle::counter::Outcomes;

const A: usize = 0;
const B: usize = 1;
/// One bit for each wrong total that has been there between two steps.
const SEEN: usize = 2;
/// What the audit saw.
const AUDIT: usize = 3;
const LOCK_A: usize = 4;
const LOCK_B: usize = 5;
const ACCOUNTS: [i32; 6] = [1_000, 1_000, 0, 0, 0, 0];

/// The wrong totals, each with its bit in `SEEN` by its place.
const WRONG_TOTALS: [i32; 3] = [1_900, 1_800, 1_700];

/// An atomic withdraw or deposit.
fn move_money(account: usize, change: i32) -> Step {
    act(move |world, _| {
        world.cells[account] += change;
        let total = world.cells[A] + world.cells[B];
        if let Some(bit) = WRONG_TOTALS.iter().position(|&wrong| wrong == total) {
            world.cells[SEEN] |= 1 << bit;
        } else {
            assert_eq!(total, 2_000, "the list of wrong totals is not complete");
        }
    })
}

/// `[A - 100, B + 100]`.
fn forth() -> Vec<Step> {
    vec![move_money(A, -100), move_money(B, 100)]
}

/// `[B - 200, A + 200]`.
fn back() -> Vec<Step> {
    vec![move_money(B, -200), move_money(A, 200)]
}

/// `body` between `[first+ second+` and `second- first-]`.
fn locked(first: usize, second: usize, body: Vec<Step>) -> Vec<Step> {
    let mut program = vec![acq(first), acq(second)];
    program.extend(body);
    program.extend([rel(second), rel(first)]);
    program
}

fn audit() -> Step {
    act(|world, _| world.cells[AUDIT] = world.cells[A] + world.cells[B])
}

fn balances(world: &World) -> String {
    format!("{}/{}", world.cells[A], world.cells[B])
}

fn audited(world: &World) -> String {
    format!("{}; {}; audit {}", world.verdict(), balances(world), world.cells[AUDIT])
}

/// M17: `[A - 100, B + 100]` beside `[B - 200, A + 200]`, each step atomic, both start at 1000.
///
/// The outcome also names the wrong totals that could be seen between the steps.
pub(crate) fn m17_transfers() -> Outcomes {
    let label = |world: &World| {
        let seen = (0..3).filter(|bit| world.cells[SEEN] >> bit & 1 == 1);
        let seen: Vec<_> = seen.map(|bit: usize| format!("saw {}", WRONG_TOTALS[bit])).collect();
        format!("{}; {}", balances(world), seen.join("; "))
    };
    System::new(&ACCOUNTS, label).tasks(1, forth()).tasks(1, back()).outcomes()
}

/// M17 with an audit in one step: `[read A and B]`.
pub(crate) fn m17_audit_in_one_step() -> Outcomes {
    let system = System::new(&ACCOUNTS, audited).tasks(1, forth()).tasks(1, back());
    system.tasks(1, vec![audit()]).outcomes()
}

/// M17 with an audit in two steps: `[read A, read B]`.
pub(crate) fn m17_audit_in_two_steps() -> Outcomes {
    let read_into_audit = |account: usize| act(move |w, _| w.cells[AUDIT] += w.cells[account]);
    let system = System::new(&ACCOUNTS, audited).tasks(1, forth()).tasks(1, back());
    system.tasks(1, vec![read_into_audit(A), read_into_audit(B)]).outcomes()
}

/// M17 without account locks: `[read A, write A - 100, read B, write B + 100]` beside
/// `[read B, write B - 200, read A, write A + 200]`.
pub(crate) fn m17_unlocked() -> Outcomes {
    let system = System::new(&ACCOUNTS, balances);
    let system = system.tasks(1, vec![read(A), write(A, -100), read(B), write(B, 100)]);
    system.tasks(1, vec![read(B), write(B, -200), read(A), write(A, 200)]).outcomes()
}

/// M17 with both locks, each task beginning with the account that it withdraws from.
pub(crate) fn m17_opposite_locks() -> Outcomes {
    let system = System::new(&ACCOUNTS, World::verdict).tasks(1, locked(LOCK_A, LOCK_B, forth()));
    system.tasks(1, locked(LOCK_B, LOCK_A, back())).outcomes()
}

/// M17 with both locks in one order for all three tasks, the audit among them.
pub(crate) fn m17_ordered_locks() -> Outcomes {
    let task = |body| locked(LOCK_A, LOCK_B, body);
    let system = System::new(&ACCOUNTS, audited).tasks(1, task(forth())).tasks(1, task(back()));
    system.tasks(1, task(vec![audit()])).outcomes()
}

const LOCK: usize = 0;
const FUNDS: usize = 1;

/// `check`: goes on as `refused` says if there is less than 80.
fn check_funds(refused: impl Fn() -> Flow + 'static) -> Step {
    Box::new(move |world, _| if world.cells[FUNDS] < 80 { refused() } else { Flow::Next })
}

fn funds(program: Vec<Step>) -> Outcomes {
    let label = |world: &World| format!("final {}", world.cells[FUNDS]);
    System::new(&[0, 100], label).tasks(2, program).outcomes()
}

fn withdraw() -> Step {
    act(|world, _| world.cells[FUNDS] -= 80)
}

/// M27, funds of 100: `[check: leave, acq, withdraw 80, rel] x 2`, the withdrawal is atomic.
pub(crate) fn m27_check_outside() -> Outcomes {
    funds(vec![check_funds(|| Flow::Leave), acq(LOCK), withdraw(), rel(LOCK)])
}

/// M27, funds of 100: `[acq, check: go to rel, withdraw 80, rel] x 2`.
pub(crate) fn m27_check_inside() -> Outcomes {
    funds(vec![acq(LOCK), check_funds(|| Flow::Skip(1)), withdraw(), rel(LOCK)])
}

#[cfg(test)]
mod tests {
    use super::super::check::{exactly, facts, final_values, totals};
    use super::*;

    #[test]
    fn m17_without_locks_round_the_transfer() {
        let outcomes = m17_transfers();
        facts(&outcomes, 6, &[("1100/900", 6)]);
        assert!(outcomes.keys().all(|outcome| outcome.matches("saw").count() >= 2));
        for wrong in ["saw 1900", "saw 1800", "saw 1700"] {
            assert!(outcomes.keys().any(|outcome| outcome.contains(wrong)));
        }
        let unlocked = [
            ("1100/900", 38),
            ("1100/1100", 12),
            ("1200/900", 12),
            ("900/900", 4),
            ("1100/800", 4),
        ];
        totals(&m17_unlocked(), 70);
        exactly(&m17_unlocked(), &unlocked);
    }

    #[test]
    fn m17_audits() {
        let prefix = "complete; 1100/900; audit";
        let rows = |table: &[(i32, u128)]| {
            table.iter().map(|(seen, n)| (format!("{prefix} {seen}"), *n)).collect::<Vec<_>>()
        };
        let one_step = [(2_000, 14), (1_900, 6), (1_800, 6), (1_700, 4)];
        totals(&m17_audit_in_one_step(), 30);
        exactly(&m17_audit_in_one_step(), &rows(&one_step));
        let two_steps = [(1_700, 9), (1_800, 38), (1_900, 19), (2_000, 22), (2_100, 2)];
        totals(&m17_audit_in_two_steps(), 90);
        exactly(&m17_audit_in_two_steps(), &rows(&two_steps));
        exactly(&m17_ordered_locks(), &rows(&[(2_000, 6)]));
        exactly(&m17_opposite_locks(), &[("complete", 6 - 2), ("stuck 2", 2)]);
    }

    #[test]
    fn m27_funds() {
        totals(&m27_check_outside(), 10);
        exactly(&m27_check_outside(), &[("final -60", 6), ("final 20", 4)]);
        exactly(&m27_check_inside(), &final_values(20, &[2]));
    }
}
