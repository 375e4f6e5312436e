//! Model M17 and the funds of M27: money that is under way between two accounts.

use unknot_checker::Kind;
use unknot_checker::sim::{Exception, Lock, Shared, Value, outcome_at_exit};

use super::{Case, Done, Tasks, ghost};
use crate::documents::oracle::models::transfers as oracle;

/// The wrong totals that a moment between two steps can show.
const WRONG: [i64; 3] = [1_900, 1_800, 1_700];

/// Both balances are one variable, so that each step can see the total.
fn transfers() -> Result<Value, Exception> {
    let accounts = Shared::new((1_000_i64, 1_000_i64));
    let seen = WRONG.map(|_| ghost(0));
    let (last, saw) = (accounts.clone(), seen.clone());
    outcome_at_exit(move || {
        let (a, b) = last.read();
        let wrong = WRONG.iter().zip(&saw).filter(|(_, saw)| saw.get() == 1);
        let wrong: Vec<_> = wrong.map(|(total, _)| format!("saw {total}")).collect();
        format!("{a}/{b}; {}", wrong.join("; "))
    });
    let mut tasks = Tasks::default();
    for changes in [[(-100, 0), (0, 100)], [(0, -200), (200, 0)]] {
        let (accounts, seen) = (accounts.clone(), seen.clone());
        tasks.add(move || {
            for (a, b) in changes {
                let old = accounts.update_in_one_step(|old| (old.0 + a, old.1 + b));
                let total = old.0 + a + old.1 + b;
                if let Some(at) = WRONG.iter().position(|&wrong| wrong == total) {
                    seen[at].set(1);
                }
            }
            Ok(())
        });
    }
    tasks.join()
}

#[test]
fn m17_transfers() {
    let case = Case::new("M17", transfers, oracle::m17_transfers(), 6);
    assert!(case.oracle.keys().all(|outcome| outcome.matches("saw").count() >= 2));
    case.fact("1100/900", 6).counts();
}

/// Two accounts, each a variable and a lock.
#[derive(Clone)]
struct Bank {
    a: Shared<i64>,
    b: Shared<i64>,
    locks: [Lock; 2],
}

impl Bank {
    fn new() -> Bank {
        Bank { a: Shared::new(1_000), b: Shared::new(1_000), locks: [Lock::new(), Lock::new()] }
    }

    /// 100 from A to B, each half in one step.
    fn forth(&self) {
        self.a.update_in_one_step(|old| old - 100);
        self.b.update_in_one_step(|old| old + 100);
    }

    /// 200 from B to A, each half in one step.
    fn back(&self) {
        self.b.update_in_one_step(|old| old - 200);
        self.a.update_in_one_step(|old| old + 200);
    }

    fn locked(&self, first: usize, second: usize, body: impl FnOnce(&Bank)) -> Done {
        let _outer = self.locks[first].lock()?;
        let _inner = self.locks[second].lock()?;
        body(self);
        Ok(())
    }
}

/// What a task does with a bank.
type Transaction = Box<dyn FnOnce(&Bank) -> Done>;

/// Runs tasks on one bank.
fn on_bank(
    label: impl Fn(&Bank) -> String + 'static,
    bodies: Vec<Transaction>,
) -> Result<Value, Exception> {
    let bank = Bank::new();
    let end = bank.clone();
    outcome_at_exit(move || label(&end));
    let mut tasks = Tasks::default();
    for body in bodies {
        let bank = bank.clone();
        tasks.add(move || body(&bank));
    }
    tasks.join()
}

fn balances(bank: &Bank) -> String {
    format!("{}/{}", bank.a.read(), bank.b.read())
}

/// The two transfers beside an audit. One step cannot read two variables, so
/// for an audit in one step both balances are one variable.
fn audited(is_one_step: bool) -> Result<Value, Exception> {
    let total = ghost(0);
    let seen = total.clone();
    if !is_one_step {
        let label = move |bank: &Bank| format!("{}; audit {}", balances(bank), seen.get());
        return on_bank(
            label,
            vec![
                Box::new(|bank| {
                    bank.forth();
                    Ok(())
                }),
                Box::new(|bank| {
                    bank.back();
                    Ok(())
                }),
                Box::new(move |bank| {
                    total.set(bank.a.read() + bank.b.read());
                    Ok(())
                }),
            ],
        );
    }
    let accounts = Shared::new((1_000_i64, 1_000_i64));
    let last = accounts.clone();
    outcome_at_exit(move || {
        let (a, b) = last.read();
        format!("{a}/{b}; audit {}", seen.get())
    });
    let mut tasks = Tasks::default();
    for changes in [[(-100, 0), (0, 100)], [(0, -200), (200, 0)]] {
        let accounts = accounts.clone();
        tasks.add(move || {
            for (a, b) in changes {
                accounts.update_in_one_step(|old| (old.0 + a, old.1 + b));
            }
            Ok(())
        });
    }
    tasks.add(move || {
        let (a, b) = accounts.read();
        total.set(a + b);
        Ok(())
    });
    tasks.join()
}

#[test]
fn m17_audits() {
    let rows = |case: Case, rows: &[(i32, u128)]| {
        let case = rows.iter().fold(case, |case, (n, all)| case.fact(format!("audit {n}"), *all));
        case.counts();
    };
    let oracle = oracle::m17_audit_in_one_step();
    let case = Case::new("M17 audit in one step", || audited(true), oracle, 30);
    rows(case, &[(2_000, 14), (1_900, 6), (1_800, 6), (1_700, 4)]);
    let oracle = oracle::m17_audit_in_two_steps();
    let case = Case::new("M17 audit in two steps", || audited(false), oracle, 90);
    rows(case, &[(1_700, 9), (1_800, 38), (1_900, 19), (2_000, 22), (2_100, 2)]);
}

#[test]
fn m17_unlocked() {
    let program = || {
        let change = |account: &Shared<i64>, by: i64| {
            let seen = account.read();
            account.write(seen + by);
        };
        on_bank(
            balances,
            vec![
                Box::new(move |bank| {
                    change(&bank.a, -100);
                    change(&bank.b, 100);
                    Ok(())
                }),
                Box::new(move |bank| {
                    change(&bank.b, -200);
                    change(&bank.a, 200);
                    Ok(())
                }),
            ],
        )
    };
    let case = Case::new("M17 unlocked", program, oracle::m17_unlocked(), 70);
    let case = case.fact("1100/900", 38).fact("1100/1100", 12).fact("1200/900", 12);
    // Every wrong end comes of a lost update.
    case.finds(Kind::LostUpdate, 70 - 38).fact("900/900", 4).fact("1100/800", 4).counts();
}

#[test]
fn m17_opposite_locks() {
    let program = || {
        on_bank(
            |_| String::new(),
            vec![
                Box::new(|bank| bank.locked(0, 1, Bank::forth)),
                Box::new(|bank| bank.locked(1, 0, Bank::back)),
            ],
        )
    };
    let case = Case::new("M17 opposite locks", program, oracle::m17_opposite_locks(), 6);
    case.stuck_in(Kind::Deadlock).stuck_by_size(4, &[0, 2]).counts();
}

/// The audit reads twice where the model's audit is one step; under both locks
/// nobody else can make a step, so the counts are the model's.
#[test]
fn m17_locks_in_one_order() {
    let program = || {
        let total = ghost(0);
        let seen = total.clone();
        on_bank(
            move |bank| format!("{}; audit {}", balances(bank), seen.get()),
            vec![
                Box::new(|bank| bank.locked(0, 1, Bank::forth)),
                Box::new(|bank| bank.locked(0, 1, Bank::back)),
                Box::new(move |bank| {
                    bank.locked(0, 1, |bank| total.set(bank.a.read() + bank.b.read()))
                }),
            ],
        )
    };
    let case = Case::new("M17 one order", program, oracle::m17_ordered_locks(), 6);
    case.fact("audit 2000", 6).counts();
}

/// Funds of 100 and two withdrawals of 80, with the check on either side.
fn funds(is_inside: bool) -> Result<Value, Exception> {
    let (funds, lock) = (Shared::new(100), Lock::new());
    let last = funds.clone();
    outcome_at_exit(move || format!("final {}", last.read()));
    let mut tasks = Tasks::default();
    tasks.times(2, |_| {
        let (funds, lock) = (funds.clone(), lock.clone());
        move || {
            if !is_inside && funds.read() < 80 {
                return Ok(());
            }
            let _held = lock.lock()?;
            if !is_inside || funds.read() >= 80 {
                funds.update_in_one_step(|old| old - 80);
            }
            Ok(())
        }
    });
    tasks.join()
}

#[test]
fn m27_funds() {
    let case = Case::new("M27 check outside", || funds(false), oracle::m27_check_outside(), 10);
    case.fact("final -60", 6).fact("final 20", 4).counts();
    let case = Case::new("M27 check inside", || funds(true), oracle::m27_check_inside(), 2);
    case.fact("final 20", 2).counts();
}
