//! Both time modes: what a virtual clock shows, and that timeouts may come at
//! any time when durations do not count.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use unknot_checker::check::observe;
use unknot_checker::check::verdict::Verdict;
use unknot_checker::model::terms::{Budget, Semantics};
use unknot_checker::search::observed::Observed;
use unknot_checker::sim::{
    Event, Exception, Lock, Program, TimeMode, Value, now, outcome_at_exit, sleep, spawn,
    spawn_daemon,
};
use unknot_checker::strategy::Dpor;

use crate::kit::support::outcomes;

fn explore(
    time: TimeMode,
    body: impl Fn() -> Result<Value, Exception> + Send + Sync + 'static,
) -> (Observed, Verdict) {
    let program: Program = Arc::new(body);
    let semantics = Semantics { time, ..Semantics::default() };
    let budget = Budget { semantics, ..Budget::default() };
    let observed = observe(&program, Dpor::new(), budget);
    let verdict = Verdict::of(&observed, budget);
    (observed, verdict)
}

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// 3 s and 5 s side by side take 5 s; one after the other, under a lock, 8 s.
#[test]
fn the_makespan_is_that_of_the_critical_path() {
    for (serial, makespan) in [(false, 5_000_000), (true, 8_000_000)] {
        let (observed, _) = explore(TimeMode::Virtual, move || {
            let lock = Lock::new();
            let tasks: Vec<_> = [3, 5]
                .into_iter()
                .map(|n| {
                    let lock = lock.clone();
                    spawn(move || {
                        let guard = serial.then(|| lock.lock());
                        sleep(seconds(n));
                        drop(guard);
                    })
                })
                .collect();
            for task in tasks {
                task.join()?;
            }
            Ok(now()?.as_secs().into())
        });
        assert_eq!(observed.stats.makespan, Some((makespan, makespan)), "serial {serial}");
    }
}

/// A wait of 2 s for an event that is set after 3 s: on the clock it times out
/// once and then sees the event; at any time it may time out never, once or
/// twice, and then it has used up its timeouts in a row.
#[test]
fn timeouts_come_on_the_clock_or_at_any_time() {
    let program = || {
        let event = Event::new();
        let bell = event.clone();
        let setter = spawn(move || {
            sleep(seconds(3));
            bell.set();
        });
        let mut reminders = 0;
        while !event.wait_timeout(seconds(2)) {
            reminders += 1;
        }
        setter.join()?;
        Ok(reminders.into())
    };
    let text = |n: &[i64]| -> BTreeSet<String> {
        n.iter().map(|n| format!("Complete(Int({n}))")).collect()
    };
    let (on_the_clock, verdict) = explore(TimeMode::Virtual, program);
    assert_eq!(outcomes(&on_the_clock), text(&[1]));
    assert_eq!(verdict, Verdict::Exhaustive);
    let (at_any_time, verdict) = explore(TimeMode::Any, program);
    assert_eq!(outcomes(&at_any_time), text(&[0, 1, 2]));
    let text = "INCONCLUSIVE (not everything was explored: at most 2 timeouts in a row, 1 used up)";
    assert_eq!(verdict.to_string(), text, "nothing asked for that bound");
}

/// Without a clock there is no time to ask for.
#[test]
fn there_is_no_clock_at_any_time() {
    let (observed, _) = explore(TimeMode::Any, || Ok(i64::from(now().is_err()).into()));
    assert_eq!(outcomes(&observed), BTreeSet::from(["Complete(Int(1))".to_owned()]));
}

/// A daemon that counts seconds for ever is killed when main ends: after 2.5 s
/// it has counted to 2, and at any time to whatever it got to.
#[test]
fn daemons_end_with_the_program() {
    let (observed, _) = explore(TimeMode::Virtual, || {
        let count = unknot_checker::sim::Atomic::new(0);
        let (theirs, last) = (count.clone(), count.clone());
        outcome_at_exit(move || last.load());
        spawn_daemon("counter", move || -> Result<(), Exception> {
            loop {
                sleep(seconds(1));
                theirs.fetch_add(1);
            }
        });
        sleep(Duration::from_millis(2_500));
        Ok(Value::Unit)
    });
    assert_eq!(outcomes(&observed), BTreeSet::from(["Complete(Int(2))".to_owned()]));
}
