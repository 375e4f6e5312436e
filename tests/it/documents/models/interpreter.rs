//! Model M25 and claims K08 and K12: threads under a global interpreter lock.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use unknot_checker::Kind;
use unknot_checker::check::observe;
use unknot_checker::model::terms::{Budget, Semantics};
use unknot_checker::search::observed::{Observed, Turnout};
use unknot_checker::sim::{Exception, Gil, JoinHandle, Program, Shared, TimeMode, done, now};
use unknot_checker::strategy::Dpor;

use crate::documents::oracle::models::counters::{Quantum, m25_quantum};
use crate::documents::oracle::models::interpreter::k08_yields;
use crate::search::processes::program;

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// Runs every class.
fn explore(name: &str, time: TimeMode, program: &Program) -> Observed {
    let semantics = Semantics { time, ..Semantics::default() };
    let observed = observe(program, Dpor::new(), Budget { semantics, ..Budget::default() });
    assert!(observed.exhausted(), "{name}: not through");
    observed
}

/// The classes by outcome.
fn by_outcome(observed: &Observed) -> BTreeMap<String, u64> {
    let told = |turnout: &Turnout| match turnout {
        Turnout::Complete(value) => value.to_string(),
        other => format!("{other:?}"),
    };
    observed.outcomes.iter().map(|(turnout, seen)| (told(turnout), seen.executions)).collect()
}

/// Threads that each do this to a counter, which starts at `start`; then its value.
fn on_counter(
    gil: &Gil,
    (n, start): (usize, i64),
    body: impl Fn(&Gil, &Shared<i64>) + Clone + 'static,
) -> Result<i64, Exception> {
    let counter = Shared::named("counter", start);
    let threads: Vec<JoinHandle<()>> = (0..n)
        .map(|nth| {
            let (gil, counter, body) = (gil.clone(), counter.clone(), body.clone());
            let theirs = gil.clone();
            gil.spawn(("thread", nth), move || body(&theirs, &counter))
        })
        .collect();
    gil.blocking(|| threads.into_iter().try_for_each(JoinHandle::join))?;
    Ok(counter.read())
}

/// The program of M25: a bytecode is what comes after the call.
fn quantum(sizes: &Quantum) -> Result<i64, Exception> {
    let &Quantum { n_tasks, rounds, lead_in, body, quantum } = sizes;
    let gil = Gil::new(quantum as u64);
    on_counter(&gil, (n_tasks, (n_tasks * rounds) as i64), move |gil, counter| {
        (0..lead_in).for_each(|_| gil.bytecode());
        for _ in 0..rounds {
            gil.bytecode();
            let seen = counter.read();
            (0..3).for_each(|_| gil.bytecode());
            counter.write(seen - 1);
            (4..body).for_each(|_| gil.bytecode());
        }
    })
}

/// The numbers of the document and of the contract. Oracle and tool must have the value, the
/// tool in the one class there is, and with a lost update exactly where it is not 0.
#[test]
fn m25_bytecode_quantum() {
    // Columns: tasks, rounds, lead-in, body, quantum, final value.
    let table = [
        (2, 10, 0, 4, 1, 10),
        (2, 10, 0, 4, 2, 10),
        (2, 10, 0, 4, 3, 10),
        (2, 10, 0, 4, 4, 0),
        (2, 10, 0, 4, 100, 0),
        (2, 10, 0, 4, 5, 8),
        (2, 100, 0, 4, 5, 80),
        (2, 100, 0, 7, 100, 44),
        (2, 100, 0, 13, 100, 24),
        (2, 100, 0, 8, 100, 0),
        (2, 100, 0, 10, 100, 0),
        (2, 1_000, 0, 7, 100, 440),
        (2, 1_000, 0, 13, 100, 240),
        (100, 1, 96, 4, 100, 0),
        (100, 1, 97, 4, 100, 99),
        (100, 1, 98, 4, 100, 99),
        (100, 1, 99, 4, 100, 99),
    ];
    for (n_tasks, rounds, lead_in, body, of, value) in table {
        let sizes = Quantum { n_tasks, rounds, lead_in, body, quantum: of };
        let name = format!("{n_tasks} tasks, {rounds} rounds, {lead_in} + {body} under {of}");
        let oracle = m25_quantum(&sizes);
        assert!(oracle.keys().eq([&format!("final {value}")]), "{name}: {oracle:?}");
        let program: Program = program(move || quantum(&sizes));
        let observed = explore(&name, TimeMode::Any, &program);
        assert_eq!(by_outcome(&observed), BTreeMap::from([(value.to_string(), 1)]), "{name}");
        let lost = observed.kinds.contains_key(&Kind::LostUpdate);
        assert_eq!(lost, value != 0, "{name}: {:?}", observed.kinds);
    }
}

/// How many steps such a program takes is counted by hand: main makes the lock, starts two
/// threads, gives the lock up, joins twice, takes the lock, reads, and ends; each thread begins
/// and ends, and makes 2,000 steps at the counter. It has 130 turns, and
/// after each but the last one it gives the lock up and waits for it.
#[test]
fn m25_makes_steps_only_at_switches() {
    let sizes = Quantum { n_tasks: 2, rounds: 1_000, lead_in: 0, body: 13, quantum: 100 };
    let program = program(move || quantum(&sizes));
    let observed = explore("M25", TimeMode::Any, &program);
    let (of_main, of_thread) = (9, 2 + 2_000 + 2 * 129);
    assert_eq!(observed.stats.steps, of_main + 2 * of_thread);
}

fn yields(n: usize) -> Result<i64, Exception> {
    let gil = Gil::new(100);
    on_counter(&gil, (n, n as i64), |gil, counter| {
        let seen = counter.read();
        gil.sleep(seconds(1));
        counter.write(seen - 1);
    })
}

/// All have loaded before the first one stores, so all but one update is lost.
///
/// In any time the first of two may ask for the lock again before the other one gives it up;
/// then the other one asks before the first one gives it up for good, or after: 2. Or it asks
/// later, and the two may ask in either order, and the second one before or after the first
/// one leaves: 4. That is 6.
#[test]
fn k08_a_pause_gives_up_the_lock() {
    for (n, any) in [(2, Some(6)), (3, Some(69)), (4, None), (100, None)] {
        let name = format!("K08, n = {n}");
        let program: Program = Arc::new(move || yields(n).map(Into::into));
        let value = (n - 1).to_string();
        let mut all = vec![(TimeMode::Virtual, 1)];
        if let Some(classes) = any {
            let oracle = k08_yields(n).classes;
            let wanted = BTreeMap::from([(format!("complete; final {value}"), classes)]);
            assert_eq!(oracle, wanted, "{name}");
            all.push((TimeMode::Any, u64::try_from(classes).expect("few")));
        }
        for (time, classes) in all {
            let observed = explore(&name, time, &program);
            let outcomes = by_outcome(&observed);
            assert_eq!(outcomes, BTreeMap::from([(value.clone(), classes)]), "{name}");
            assert_eq!(observed.kinds.get(&Kind::LostUpdate), Some(&classes), "{name}");
        }
    }
}

/// A thread has native code run for 10 s; when does the other one end?
fn native_call(keeps_lock: bool) -> Result<String, Exception> {
    let gil = Gil::new(100);
    let theirs = gil.clone();
    let native = gil.spawn("native", move || match keeps_lock {
        true => theirs.native(seconds(10)),
        false => theirs.sleep(seconds(10)),
    });
    let theirs = gil.clone();
    let other = gil.spawn("other", move || {
        theirs.bytecode();
        now()
    });
    let ended = gil.blocking(|| other.join())??;
    gil.blocking(|| native.join())?;
    done(ended.as_secs())?;
    Ok(format!("{} s of {} s", ended.as_secs(), now()?.as_secs()))
}

#[test]
fn k12_native_code_keeps_the_lock() {
    for (keeps_lock, told) in [(true, "10 s of 10 s"), (false, "0 s of 10 s")] {
        let program = program(move || native_call(keeps_lock));
        let observed = explore(told, TimeMode::Virtual, &program);
        assert_eq!(by_outcome(&observed), BTreeMap::from([(told.to_owned(), 1)]));
    }
}
