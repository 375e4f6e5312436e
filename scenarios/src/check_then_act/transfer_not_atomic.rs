//! Two transfers between two accounts (E116; K25; M17).
//!
//! Alice and Bob have 1000 each. One thread moves 100 from Alice to Bob, another
//! 200 from Bob to Alice. A transfer is a withdrawal and then a deposit, each of
//! which locks its own account. An auditor adds up both balances.
//!
//! ```text
//!   T1 (100 to Bob)        T2 (200 to Alice)      T3 (audit)
//!   Alice: 1000 -> 900
//!                          Bob: 1000 -> 800
//!                                                 reads 900, then 800: 1700
//!   Bob: 800 -> 900
//!                          Alice: 900 -> 1100
//! ```
//!
//! `no-lock`: each change is a read and a write with nothing around. On an
//! account one of the two changes can be lost. Not on both: for Alice's account
//! T2 has to be in its second half while T1 is in its first, for Bob's the other
//! way round. So the ends are 1100/900, or with one `lost-update` 1200/900,
//! 900/900, 1100/1100, 1100/800; all but the first are an `invariant-violation`,
//! since their total is not 2000.
//!
//! `halves`: each half is one section, so nothing is lost, and the end is
//! 1100/900.
//!
//! `halves-audit-twice`: an auditor that reads Alice, then Bob, in two sections.
//! Alice is seen with 1000, 900, 1200 or 1100. Bob is seen later, with
//! everything that these imply or more: beside 1000 with 1000, 800, 1100, 900;
//! beside 900 (T1 has begun) with the same four; beside 1200 (T2 has ended)
//! with 800 or 900, and beside 1100 (both) with the same two. The totals are
//! 1700, 1800, 1900, 2000 and 2100, and all but 2000 are the
//! `invariant-violation`. It is the dirty read of the claim.
//!
//! `halves-audit-at-once`: an auditor that locks both accounts sees one moment,
//! but in it 100, 200 or both may be under way: 2000, 1900, 1800, 1700.
//!
//! `both-locks`: a transfer holds both locks, Alice's first, and so does the
//! auditor. No task sees a half: 2000.

use unknot_checker::sim::{Exception, RLock, Shared, Value, spawn_named, verify};
use unknot_checker::{Expectation, Kind, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "transfer-not-atomic",
    family: "check-then-act",
    about: "transfers withdraw here and deposit there; an audit adds up",
    covers: &["E116", "K25", "M17"],
    params: &[],
    variants: &[
        Variant::new("no-lock", "balances are read and written without locks", no_lock, |_| {
            let ends = [[1100, 900], [1200, 900], [900, 900], [1100, 1100], [1100, 800]];
            Expectation::pass()
                .sometimes(Kind::InvariantViolation)
                .sometimes(Kind::LostUpdate)
                .outcomes(ends.map(|[alice, bob]| balances(alice, bob)))
        }),
        Variant::new(
            "halves-audit-twice",
            "each half in a lock; two looks of an audit too",
            halves_audit_twice,
            |_| audited(&[1700, 1800, 1900, 2000, 2100]).sometimes(Kind::InvariantViolation),
        ),
        Variant::new(
            "halves-audit-at-once",
            "each half in a lock; the audit holds both locks",
            halves_audit_at_once,
            |_| audited(&[1700, 1800, 1900, 2000]).sometimes(Kind::InvariantViolation),
        ),
        Variant::new("halves", "each half in a lock; no audit looks", halves, |_| {
            Expectation::pass().outcomes([balances(1100, 900)])
        }),
        Variant::new("both-locks", "transfers and audit hold both locks", both_locks, |_| {
            audited(&[2000])
        }),
    ],
    source: source!("transfer_not_atomic.rs"),
};

fn balances(alice: i64, bob: i64) -> Value {
    Value::Record(vec![("alice", alice.into()), ("bob", bob.into())])
}

/// All end at 1100/900; the audit saw one of these totals.
fn audited(totals: &[i64]) -> Expectation {
    Expectation::pass().outcomes(totals.iter().map(|&total| audit_and_end(total, 1100, 900)))
}

fn audit_and_end(total: i64, alice: i64, bob: i64) -> Value {
    Value::Record(vec![("audit", total.into()), ("end", balances(alice, bob))])
}

/// A balance and the lock that belongs to it, reentrant as in the document.
#[derive(Clone)]
struct Account {
    balance: Shared<i64>,
    lock: RLock,
}

impl Account {
    fn of(name: &'static str) -> Account {
        Account { balance: Shared::named(name, 1000), lock: RLock::named(name) }
    }

    fn change(&self, by: i64) {
        let seen = self.balance.read();
        self.balance.write(seen + by);
    }

    fn locked_change(&self, by: i64) -> Result<(), Exception> {
        let _guard = self.lock.lock()?;
        self.change(by);
        Ok(())
    }

    fn locked_look(&self) -> Result<i64, Exception> {
        let _guard = self.lock.lock()?;
        Ok(self.balance.read())
    }
}

#[derive(Clone)]
struct Bank {
    alice: Account,
    bob: Account,
}

/// Takes an amount from the first account and gives it to the second.
type Transfer = fn(&Bank, &Account, &Account, i64) -> Result<(), Exception>;

/// Adds up both balances.
type Audit = fn(&Bank) -> Result<i64, Exception>;

fn no_lock(_: &Params) -> Result<Value, Exception> {
    let transfer: Transfer = |_, from, to, amount| {
        from.change(-amount);
        to.change(amount);
        Ok(())
    };
    run(transfer, None)
}

fn halves(_: &Params) -> Result<Value, Exception> {
    run(in_halves, None)
}

fn halves_audit_twice(_: &Params) -> Result<Value, Exception> {
    run(in_halves, Some(|bank| Ok(bank.alice.locked_look()? + bank.bob.locked_look()?)))
}

fn halves_audit_at_once(_: &Params) -> Result<Value, Exception> {
    run(in_halves, Some(audit_at_once))
}

fn both_locks(_: &Params) -> Result<Value, Exception> {
    let transfer: Transfer = |bank, from, to, amount| {
        let _alice = bank.alice.lock.lock()?;
        let _bob = bank.bob.lock.lock()?;
        from.change(-amount);
        to.change(amount);
        Ok(())
    };
    run(transfer, Some(audit_at_once))
}

fn in_halves(_: &Bank, from: &Account, to: &Account, amount: i64) -> Result<(), Exception> {
    from.locked_change(-amount)?;
    to.locked_change(amount)
}

fn audit_at_once(bank: &Bank) -> Result<i64, Exception> {
    let _alice = bank.alice.lock.lock()?;
    let _bob = bank.bob.lock.lock()?;
    Ok(bank.alice.balance.read() + bank.bob.balance.read())
}

/// Runs both transfers, perhaps beside an audit.
fn run(transfer: Transfer, audit: Option<Audit>) -> Result<Value, Exception> {
    let bank = Bank { alice: Account::of("alice"), bob: Account::of("bob") };
    let [forth, back, audited] = [(); 3].map(|()| bank.clone());
    let transfers = [
        spawn_named("100 to bob", move || transfer(&forth, &forth.alice, &forth.bob, 100)),
        spawn_named("200 to alice", move || transfer(&back, &back.bob, &back.alice, 200)),
    ];
    let auditor = audit.map(|audit| {
        spawn_named("auditor", move || -> Result<i64, Exception> {
            let total = audit(&audited)?;
            verify!(total == 2000, "the audit saw {total}");
            Ok(total)
        })
    });
    for transfer in transfers {
        transfer.join()??;
    }
    let [alice, bob] = [&bank.alice, &bank.bob].map(|account| account.balance.read());
    verify!(alice + bob == 2000, "{alice} and {bob} are {}", alice + bob);
    let Some(auditor) = auditor else { return Ok(balances(alice, bob)) };
    let total = auditor.join()??;
    Ok(audit_and_end(total, alice, bob))
}
