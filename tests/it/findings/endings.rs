//! What tasks and programs may return, and how what they fail with is told.

#![expect(clippy::unwrap_used, reason = "programs of users are written so")]

use unknot_checker::sim::{Exception, JoinHandle, Lock, Value, spawn};
use unknot_checker::{Checker, Kind};

/// An error of the program under test.
#[expect(dead_code, reason = "it is shown")]
#[derive(Debug)]
enum Refusal {
    Short { by: i64 },
    Raised(Exception),
}

impl From<Exception> for Refusal {
    fn from(exception: Exception) -> Refusal {
        Refusal::Raised(exception)
    }
}

/// A value of the program under test.
#[derive(Debug, PartialEq, Eq)]
struct Account {
    owner: &'static str,
    money: i64,
}

fn withdraw(account: &mut Account, amount: i64) -> Result<i64, Refusal> {
    let left = account.money - amount;
    if left < 0 {
        return Err(Refusal::Short { by: -left });
    }
    account.money = left;
    Ok(left)
}

/// The headlines of what is found in a program.
fn told<O: unknot_checker::sim::Outcome + 'static>(program: fn() -> O) -> Vec<String> {
    let checked = Checker::new().check(program);
    let findings = &checked.report().findings;
    assert!(findings.iter().all(|finding| finding.kind == Kind::Exception));
    findings.iter().map(|finding| finding.message.clone()).collect()
}

/// No closure here says what it returns.
fn every_kind_of_value() -> Value {
    let lock = Lock::new();
    let owned = spawn(|| Account { owner: "ann", money: 7 });
    let pair = spawn(|| (1, "two", Account { owner: "bob", money: 2 }));
    let fine = spawn(|| withdraw(&mut Account { owner: "cid", money: 3 }, 3));
    let locking = spawn(move || {
        let _guard = lock.lock().unwrap();
    });
    let raising = spawn(|| {
        let _guard = Lock::new().lock()?;
        Ok(())
    });
    let account = owned.join().unwrap();
    assert_eq!((account.owner, account.money), ("ann", 7));
    assert_eq!(pair.join().unwrap().2.owner, "bob");
    assert_eq!(fine.join().unwrap().unwrap(), 0);
    locking.join().unwrap();
    let raised: Result<(), Exception> = raising.join().unwrap();
    assert_eq!(raised, Ok(()));
    Value::debug(&account)
}

/// A task that fails in each way beside one that does not.
fn short() {
    let _ = spawn(|| withdraw(&mut Account { owner: "ann", money: 1 }, 3)).join();
}

fn text() {
    let _ = spawn(|| Err::<(), _>("no more".to_owned())).join();
}

fn boxed() {
    let failing = || -> Result<i64, Box<dyn std::error::Error>> {
        Err(Exception::new("ValueError", "7"))?;
        Ok(1)
    };
    let _ = spawn(failing).join();
}

fn inside() {
    let failing = || -> Result<(), Refusal> { Err(Exception::new("ValueError", "7"))? };
    let _ = spawn(failing).join();
}

fn never() {
    let task: JoinHandle<Result<std::convert::Infallible, i32>> = spawn(|| Err(3));
    let _ = task.join();
}

fn of_main() -> Result<i64, Exception> {
    withdraw(&mut Account { owner: "ann", money: 1 }, 2).map_err(|error| Exception::of(&error))
}

#[test]
fn any_value_and_any_error_may_leave_a_task() {
    assert_eq!(told(every_kind_of_value), [""; 0]);
    for (program, message) in [
        (short as fn(), "T1 ended with Err: Short { by: 2 }"),
        (text, "T1 ended with Err: \"no more\""),
        (boxed, "T1 ended with ValueError: 7"),
        (inside, "T1 ended with Err: Raised(Exception { kind: \"ValueError\", message: \"7\" })"),
        (never, "T1 ended with Err: 3"),
    ] {
        assert_eq!(told(program), [message]);
    }
    assert_eq!(told(of_main), ["T0 'main' ended with Err: Short { by: 1 }"]);
}

/// An outcome of a type of the program reads as that shows itself.
#[test]
fn an_outcome_may_show_itself() {
    let checked = Checker::new().check(every_kind_of_value);
    let outcomes: Vec<_> = checked.report().outcomes.iter().map(|o| o.value.clone()).collect();
    assert_eq!(outcomes, [Some("Account { owner: \"ann\", money: 7 }".to_owned())]);
}
