//! A boss and workers with one event (E15 E117; K31 K32; M08).
//!
//! The boss sets an event: overtime today. Each worker waits for it, works,
//! clears it and waits again. Later the boss sets it again: go home. Each time
//! the boss looks first whether it is set, and says so.
//!
//! ```text
//!   T1 (boss)      T2 (worker)
//!   set
//!                  wait
//!   set
//!                  clear            the second signal is gone
//!                  wait  BLOCKED
//! ```
//!
//! `one-event`: a worker that clears after the second set throws it away and
//! waits for ever; so much for "clear, then wait, waits for the next set" (K32):
//! unless that set has already been. It needs one worker only, so every size
//! can hang, and the programme does not work as the documents say (K31). It can
//! also end well: all wait, the boss sets, all clear and wait, the boss sets.
//! The boss's second look finds the event cleared then; it finds it set in the
//! execution where the boss looks before the first clear and sets after the last.
//! So complete executions show both. Of 30 schedules of M08 with one worker 9
//! hang. Here a waiter that is parked when the event is set passes, even if it
//! is cleared before it runs, as in the documents' Python.
//!
//! `one-event-rechecking`: the same if a waiter looks again when it wakes.
//! Then a clear also shuts out a task that waited already, and more schedules hang: 3
//! of 6. Both outcomes stay possible, by the same executions.
//!
//! `one-event-timed`: durations count; the workers take 1 s and the boss 5 s.
//! At 0 s all pass the first wait, at 1 s all clear before they wait again, at
//! 5 s the boss finds the event cleared and sets it. The delays of the documents
//! hide the fault, in every schedule.
//!
//! `two-events`: one for each signal, and no task clears. A set event stays set,
//! so every wait passes in the end, and the second one is not set before the
//! boss sets it.
//!
//! `acknowledged`: the boss alone clears, after every worker has acknowledged
//! that it passed, and lets them go on to the second wait only after that. So
//! no worker can miss the first signal, nor take it for the second.
//!
//! `generations`: the number of the last signal, in a variable under a
//! condition. It only grows, so a late worker finds at least what it waits for.

use std::time::Duration;

use unknot_checker::sim::{
    Condition, Event, Exception, JoinHandle, Lock, Semaphore, Shared, Value, now, sleep,
    spawn_named, verify,
};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "event-boss-worker",
    family: "signals",
    about: "a boss signals twice, and the workers clear the event",
    covers: &["E15", "E117", "K31", "K32", "M08"],
    params: &[Param { name: "workers", about: "workers", default: 2, min: 1, max: 10 }],
    variants: &[
        Variant::new("one-event", "parked waiters survive a clear", one_event, may_hang),
        Variant::new("one-event-rechecking", "waiters look again", rechecking, may_hang),
        Variant::new(
            "one-event-timed",
            "1 s of work, 5 s of overtime",
            one_event_timed,
            |params| {
                passes(params, Value::Record(vec![("set before", false.into()), ("s", 5.into())]))
            },
        )
        .in_virtual_time(),
        Variant::new("two-events", "an event for each signal", two_events, |params| {
            passes(params, false.into())
        }),
        Variant::new("acknowledged", "the boss clears when all have passed", acknowledged, |p| {
            passes(p, false.into())
        }),
        Variant::new("generations", "signals are numbered", generations, |params| {
            passes(params, 2.into())
        }),
    ],
    source: source!("event_boss_worker.rs"),
};

fn may_hang(params: &Params) -> Expectation {
    let pass = Expectation::pass().sometimes(Kind::Hang).outcomes([false, true]);
    pass.exhausts_if(params.int("workers") <= 3)
}

fn passes(params: &Params, outcome: Value) -> Expectation {
    Expectation::pass().outcomes([outcome]).exhausts_if(params.int("workers") <= 3)
}

type Worker = JoinHandle<Result<(), Exception>>;

fn workers(
    params: &Params,
    body: impl Fn() -> Result<(), Exception> + Clone + 'static,
) -> Vec<Worker> {
    let start = |i| spawn_named(("worker", i), body.clone());
    (1..=params.size("workers")).map(start).collect()
}

fn join(workers: Vec<Worker>) -> Result<(), Exception> {
    workers.into_iter().try_for_each(|worker| worker.join()?)
}

fn one_event(params: &Params) -> Result<Value, Exception> {
    clearing(params, Event::named("signal"), Duration::ZERO, Duration::ZERO)
}

fn rechecking(params: &Params) -> Result<Value, Exception> {
    clearing(params, Event::rechecking("signal"), Duration::ZERO, Duration::ZERO)
}

fn one_event_timed(params: &Params) -> Result<Value, Exception> {
    let (work, overtime) = (Duration::from_secs(1), Duration::from_secs(5));
    let was_set = clearing(params, Event::named("signal"), work, overtime)?;
    Ok(Value::Record(vec![("set before", was_set), ("s", now()?.as_secs().into())]))
}

/// Every worker clears the event. Returns whether it was set when the boss looked for
/// the second time. Where durations do not count, a sleep would only be one
/// more scheduling point beside those that are there.
fn clearing(
    params: &Params,
    signal: Event,
    work: Duration,
    overtime: Duration,
) -> Result<Value, Exception> {
    let pause = |time: Duration| {
        if !time.is_zero() {
            sleep(time);
        }
    };
    let bell = signal.clone();
    let boss = spawn_named("boss", move || {
        verify!(!bell.is_set(), "another task has set it");
        bell.set();
        pause(overtime);
        let was_set = bell.is_set();
        bell.set();
        was_set
    });
    let workers = workers(params, move || {
        signal.wait();
        pause(work);
        signal.clear();
        signal.wait();
        Ok(())
    });
    let was_set = boss.join()?;
    join(workers)?;
    Ok(was_set.into())
}

fn two_events(params: &Params) -> Result<Value, Exception> {
    let (overtime, go_home) = (Event::named("overtime"), Event::named("go home"));
    let bells = [overtime.clone(), go_home.clone()];
    let boss = spawn_named("boss", move || {
        bells[0].set();
        let was_set = bells[1].is_set();
        bells[1].set();
        was_set
    });
    let workers = workers(params, move || {
        overtime.wait();
        go_home.wait();
        Ok(())
    });
    let was_set = boss.join()?;
    join(workers)?;
    Ok(was_set.into())
}

fn acknowledged(params: &Params) -> Result<Value, Exception> {
    let signal = Event::named("signal");
    let (passed, cleared) = (Semaphore::named("passed", 0), Semaphore::named("cleared", 0));
    let (bell, acks, go_on) = (signal.clone(), passed.clone(), cleared.clone());
    let n = params.size("workers");
    let boss = spawn_named("boss", move || {
        bell.set();
        (0..n).for_each(|_| acks.acquire());
        bell.clear();
        (0..n).for_each(|_| go_on.release());
        let was_set = bell.is_set();
        bell.set();
        was_set
    });
    let workers = workers(params, move || {
        signal.wait();
        passed.release();
        cleared.acquire();
        signal.wait();
        Ok(())
    });
    let was_set = boss.join()?;
    join(workers)?;
    Ok(was_set.into())
}

fn generations(params: &Params) -> Result<Value, Exception> {
    let (lock, signal) = (Lock::named("lock"), Shared::named("last signal", 0));
    let changed = Condition::named("changed", &lock);
    let (their_lock, theirs, bell) = (lock.clone(), signal.clone(), changed.clone());
    let boss = spawn_named("boss", move || -> Result<(), Exception> {
        for generation in 1..=2 {
            let _held = their_lock.lock()?;
            theirs.write(generation);
            bell.notify_all()?;
        }
        Ok(())
    });
    let last = signal.clone();
    let workers = workers(params, move || {
        for generation in 1..=2 {
            let _held = lock.lock()?;
            changed.wait_for(|| signal.read() >= generation)?;
        }
        Ok(())
    });
    boss.join()??;
    join(workers)?;
    Ok(last.read().into())
}
