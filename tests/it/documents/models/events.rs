//! Models M08, M09 and the condition and the barrier of M27: tasks that wait
//! for each other.

use std::collections::BTreeMap;
use std::sync::Arc;

use unknot_checker::check::observe;
use unknot_checker::model::terms::Budget;
use unknot_checker::sim::{
    Barrier, Condition, Event, Exception, Lock, Program, Shared, Value, spawn,
};
use unknot_checker::strategy::Dpor;

use super::{Case, Tasks, facts, ghost};
use crate::documents::oracle::models::events as oracle;
use oracle::Wait;

fn event(form: Wait) -> Event {
    match form {
        Wait::Parks => Event::new(),
        Wait::Rechecks => Event::rechecking("event"),
    }
}

/// Boss `[test, set, test, set]`, workers `[wait, clear, wait]`.
fn boss(n: usize, form: Wait) -> Result<Value, Exception> {
    let event = event(form);
    let seen = ghost(0);
    let label = seen.clone();
    facts(move || format!("second test {}", label.get()));
    let mut tasks = Tasks::default();
    let bell = event.clone();
    tasks.add(move || {
        let _first = bell.is_set();
        bell.set();
        seen.set(i64::from(bell.is_set()));
        bell.set();
        Ok(())
    });
    tasks.times(n, |_| {
        let event = event.clone();
        move || {
            event.wait();
            event.clear();
            event.wait();
            Ok(())
        }
    });
    tasks.join()
}

fn m08(n: usize, form: Wait, all: u128, complete: u128, stuck: &[u128]) -> Case {
    let name = match form {
        Wait::Parks => format!("M08 parks n={n}"),
        Wait::Rechecks => format!("M08 rechecks n={n}"),
    };
    let case = Case::new(name, move || boss(n, form), oracle::m08_boss(n, form), all);
    // The second test reads either value in complete runs.
    for seen in 0..2 {
        assert!(case.oracle.contains_key(&format!("complete; second test {seen}")));
    }
    case.stuck_by_size(complete, stuck)
}

/// A wait arrives and parks, the other task sets the flag, the waiter clears it:
/// no update is lost, since clearing is blind by intent, in either semantics.
#[test]
fn an_event_is_no_variable() {
    for form in [Wait::Rechecks, Wait::Parks] {
        let program: Program = Arc::new(move || {
            let event = event(form);
            let bell = event.clone();
            let setter = spawn(move || bell.set());
            event.wait();
            event.clear();
            setter.join()?;
            Ok(Value::Unit)
        });
        assert_eq!(observe(&program, Dpor::new(), Budget::default()).kinds, BTreeMap::new());
    }
}

#[test]
fn m08_parked_waiters_survive_a_clear() {
    m08(1, Wait::Parks, 30, 21, &[9]).counts();
    m08(2, Wait::Parks, 9_528, 5_696, &[2_152, 1_680]).counts();
    let three = [3_111_240, 2_508_144, 1_082_502];
    m08(3, Wait::Parks, 15_633_558, 8_931_672, &three).outcomes();
    let four = [17_396_489_088, 13_912_239_264, 6_705_232_512, 1_933_445_184];
    m08(4, Wait::Parks, 92_614_371_552, 52_666_965_504, &four).beyond();
    m08(5, Wait::Parks, 1_558_782_864_965_880, 893_365_472_160_000, &[]).beyond();
}

#[test]
fn m08_waiters_look_again() {
    m08(1, Wait::Rechecks, 6, 3, &[3]).counts();
    m08(2, Wait::Rechecks, 120, 40, &[28, 52]).counts();
    m08(3, Wait::Rechecks, 4_635, 1_512, &[792, 1_236, 1_095]).counts();
    let four = [51_840, 73_152, 55_464, 31_776];
    m08(4, Wait::Rechecks, 336_648, 124_416, &four).outcomes();
    let five = [6_566_400, 8_691_840, 6_037_200, 2_994_040, 1_260_115];
    m08(5, Wait::Rechecks, 44_557_595, 19_008_000, &five).outcomes();
}

#[test]
fn m08_two_events() {
    for (n, all) in (1..).zip([2, 16, 288]) {
        let program = move || {
            let (first, second) = (event(Wait::Rechecks), event(Wait::Rechecks));
            let mut tasks = Tasks::default();
            let bells = [first.clone(), second.clone()];
            tasks.add(move || {
                bells.iter().for_each(Event::set);
                Ok(())
            });
            tasks.times(n, |_| {
                let bells = [first.clone(), second.clone()];
                move || {
                    bells.iter().for_each(Event::wait);
                    Ok(())
                }
            });
            tasks.join()
        };
        let oracle = oracle::m08_two_events(n);
        Case::new(format!("M08 two events n={n}"), program, oracle, all)
            .fact("complete", all)
            .counts();
    }
}

/// `[set]` or `[set, clear]` beside n waiters.
fn signal(n: usize, is_pulse: bool) -> Result<Value, Exception> {
    let event = event(Wait::Parks);
    let mut tasks = Tasks::default();
    let bell = event.clone();
    tasks.add(move || {
        bell.set();
        if is_pulse {
            bell.clear();
        }
        Ok(())
    });
    tasks.times(n, |_| {
        let event = event.clone();
        move || {
            event.wait();
            Ok(())
        }
    });
    tasks.join()
}

#[test]
fn m09_latch() {
    for (n, all) in (1..).zip([2, 10, 96]) {
        let oracle = oracle::m09_latch(n);
        let case = Case::new(format!("M09 latch n={n}"), move || signal(n, false), oracle, all);
        case.fact("complete", all).counts();
    }
}

#[test]
fn m09_pulse() {
    let table: [(u128, &[u128]); 3] = [(4, &[1]), (30, &[8, 2]), (384, &[102, 30, 6])];
    for (n, (all, stuck)) in (1..).zip(table) {
        let oracle = oracle::m09_pulse(n);
        let case = Case::new(format!("M09 pulse n={n}"), move || signal(n, true), oracle, all);
        case.stuck_by_size(all - stuck.iter().sum::<u128>(), stuck).counts();
    }
}

fn condition(has_predicate: bool) -> Result<Value, Exception> {
    let lock = Lock::new();
    let (condition, ready) = (Condition::new(&lock), Shared::new(false));
    let mut tasks = Tasks::default();
    let (their_lock, theirs, is_ready) = (lock.clone(), condition.clone(), ready.clone());
    tasks.add(move || {
        let _held = their_lock.lock()?;
        if has_predicate { theirs.wait_for(|| is_ready.read()) } else { theirs.wait() }
    });
    tasks.add(move || {
        let _held = lock.lock()?;
        ready.write(true);
        condition.notify(1)
    });
    tasks.join()
}

/// The model wakes and takes the lock in one step, the tool in two: a private
/// gauge, then the lock. So where the waiter parks first, its waking and the
/// notifier's release come in either order: 2 schedules instead of 1. The
/// predicate is read and written under the lock, where nobody else can step.
#[test]
fn m27_condition() {
    let oracle = oracle::m27_condition();
    let case = Case::new("M27 condition", || condition(false), oracle, 2);
    case.stuck_by_size(1, &[1]).argued(3, &[("complete", 2), ("stuck 1", 1)]);
    let oracle = oracle::m27_condition_with_predicate();
    let case = Case::new("M27 condition with predicate", || condition(true), oracle, 2);
    case.stuck_by_size(2, &[0]).argued(3, &[("complete", 3), ("stuck 1", 0)]);
}

/// The document has the barrier for 3 with three tasks and with two.
#[test]
fn m27_barrier() {
    for (n, all, fate) in [(3, 36, "complete"), (2, 2, "stuck 2")] {
        let program = move || {
            let barrier = Barrier::new(3);
            let mut tasks = Tasks::default();
            tasks.times(n, |_| {
                let barrier = barrier.clone();
                move || barrier.wait().map(|_missing| ())
            });
            tasks.join()
        };
        let oracle = oracle::m27_barrier(3, n);
        Case::new(format!("M27 barrier n={n}"), program, oracle, all).fact(fate, all).counts();
    }
}
