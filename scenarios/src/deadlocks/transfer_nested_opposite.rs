//! Transfers that hold both accounts (E116; M17).
//!
//! A transfer locks the account that it takes from, then the one that it gives
//! to, and moves the money under both, so that no task sees it on its way. One
//! moves 100 from Alice to Bob, another one 200 from Bob to Alice.
//!
//! ```text
//!   T1 (Alice to Bob)       T2 (Bob to Alice)
//!   lock alice
//!                           lock bob
//!   lock bob  BLOCKED
//!                           lock alice  BLOCKED
//! ```
//!
//! `source-first`: the two orders are opposite. Of two transfers 2 of 6
//! schedules deadlock: those in which both have locked their source before one
//! has locked its target. In the other 4 one of them has both locks first, so
//! both move their money: Alice has 1,100 and Bob 900.
//!
//! `by-account-id`: both lock Alice first, which has the lower number, and then Bob. The
//! holder of Bob holds Alice too and waits for no task. Two schedules, and the
//! same balances.
//!
//! More transfers take turns in direction. Sums do not depend on their order,
//! so there is one end, and one transfer of each direction is enough for a
//! cycle. Reentrant locks, which the accounts of the document have, would not
//! help: no transfer takes an account twice.

use unknot_checker::sim::{Exception, Lock, Shared, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "transfer-nested-opposite",
    family: "deadlocks",
    about: "transfers lock two accounts and move money both ways",
    covers: &["E116", "M17"],
    params: &[Param {
        name: "transfers",
        about: "transfers, in turn from Alice and from Bob",
        default: 2,
        min: 2,
        max: 10,
    }],
    variants: &[
        Variant::new(
            "source-first",
            "the source is locked first, then the target",
            source_first,
            |params| {
                expected(params).sometimes(Kind::Deadlock).exhausts_if(params.int("transfers") <= 6)
            },
        ),
        Variant::new(
            "by-account-id",
            "the account with the lower number is locked first",
            by_account_id,
            |params| expected(params).exhausts_if(params.int("transfers") <= 8),
        ),
    ],
    source: source!("transfer_nested_opposite.rs"),
};

const BALANCE: i64 = 1_000;
/// From Alice to Bob.
const FORTH: i64 = 100;
/// From Bob to Alice.
const BACK: i64 = 200;

fn expected(params: &Params) -> Expectation {
    let n = params.int("transfers");
    // The first one goes forth, so that is the direction of the odd one.
    let moved = (n + 1) / 2 * FORTH - n / 2 * BACK;
    Expectation::pass().outcomes([ending(BALANCE - moved, BALANCE + moved)])
}

fn ending(alice: i64, bob: i64) -> Value {
    Value::Record(vec![("alice", alice.into()), ("bob", bob.into())])
}

/// An account.
#[derive(Clone)]
struct Account {
    id: usize,
    balance: Shared<i64>,
    lock: Lock,
}

impl Account {
    fn open(id: usize, owner: &'static str) -> Account {
        Account { id, balance: Shared::named(owner, BALANCE), lock: Lock::named(owner) }
    }

    /// Called under the lock of the account.
    fn add(&self, amount: i64) {
        self.balance.write(self.balance.read() + amount);
    }
}

fn source_first(params: &Params) -> Result<Value, Exception> {
    bank(params, |from, to, amount| {
        let _from = from.lock.lock()?;
        let _to = to.lock.lock()?;
        from.add(-amount);
        to.add(amount);
        Ok(())
    })
}

fn by_account_id(params: &Params) -> Result<Value, Exception> {
    bank(params, |from, to, amount| {
        let (first, second) = if from.id < to.id { (from, to) } else { (to, from) };
        let _first = first.lock.lock()?;
        let _second = second.lock.lock()?;
        from.add(-amount);
        to.add(amount);
        Ok(())
    })
}

/// How money is moved from one account to another.
type Transfer = fn(&Account, &Account, i64) -> Result<(), Exception>;

/// Starts the transfers, in turn forth and back.
fn bank(params: &Params, transfer: Transfer) -> Result<Value, Exception> {
    let (alice, bob) = (Account::open(1, "alice"), Account::open(2, "bob"));
    let mut transfers = vec![];
    for i in 1..=params.size("transfers") {
        let (alice, bob) = (alice.clone(), bob.clone());
        transfers.push(if i % 2 == 1 {
            spawn_named(("alice->bob", i), move || transfer(&alice, &bob, FORTH))
        } else {
            spawn_named(("bob->alice", i), move || transfer(&bob, &alice, BACK))
        });
    }
    for transfer in transfers {
        transfer.join()??;
    }
    Ok(ending(alice.balance.read(), bob.balance.read()))
}
