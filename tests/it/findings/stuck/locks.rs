//! Locks that are handed on, and standstills with several reasons.

use unknot_checker::Kind;
use unknot_checker::model::terms::Semantics;
use unknot_checker::replay::replay;
use unknot_checker::sim::{Event, Exception, Lock, Program, Semaphore, spawn, spawn_named};

use super::programs::{Done, program};
use super::{Row, judge};
use crate::kit::support::dpor;

/// One task takes a lock and ends, and another gives it back, which first needs a
/// lock that the waiting task may have: a cycle, and no lock of the dead.
fn handed_on() -> Program {
    program(|| {
        let (door, key) = (Lock::named("door"), Lock::named("key"));
        let taken = door.clone();
        spawn_named("opener", move || taken.acquire()).join()?;
        let (hands, keyed) = (door.clone(), key.clone());
        let porter = spawn_named("porter", move || -> Done {
            let _key = keyed.lock()?;
            hands.release()
        });
        {
            let _key = key.lock()?;
            door.acquire();
        }
        porter.join()?
    })
}

/// The one that would give the lock back has ended before with an exception.
fn handed_on_by_none() -> Program {
    program(|| {
        let (door, wanted) = (Lock::named("door"), Event::rechecking("wanted"));
        let taken = door.clone();
        spawn(move || taken.acquire()).join()?;
        let (hands, asked) = (door.clone(), wanted.clone());
        let porter = spawn(move || -> Done {
            if asked.is_set() {
                hands.release()?;
            }
            Ok(())
        });
        wanted.set();
        door.acquire();
        porter.join()?
    })
}

/// A lock that is used as a signal: main takes it twice, and another task gives it.
fn lock_as_signal(gives: bool) -> Program {
    program(move || {
        let (signal, asked) = (Lock::named("signal"), Event::rechecking("asked"));
        let (given, seen) = (signal.clone(), asked.clone());
        spawn(move || -> Done {
            if gives || seen.is_set() {
                given.release()?;
            }
            Ok(())
        });
        signal.acquire();
        asked.set();
        signal.acquire();
        Ok(())
    })
}

/// A permit that the waiting task has itself, where another gives permits: a signal.
fn permit_as_signal() -> Program {
    program(|| {
        let (ready, asked) = (Semaphore::named("ready", 1), Event::rechecking("asked"));
        let (gives, seen) = (ready.clone(), asked.clone());
        spawn(move || {
            if seen.is_set() {
                gives.release();
            }
        });
        ready.acquire();
        asked.set();
        ready.acquire();
        Ok(())
    })
}

/// Two tasks with two locks in opposite orders, and a third that waits for an event
/// that one of them sets afterwards.
fn knot_and_follower() -> Program {
    program(|| {
        let (a, b, go) = (Lock::named("a"), Lock::named("b"), Event::named("go"));
        let (c, d, sets) = (b.clone(), a.clone(), go.clone());
        spawn(move || -> Result<(), Exception> {
            let _first = a.lock()?;
            let _second = b.lock()?;
            sets.set();
            Ok(())
        });
        spawn(move || -> Result<(), Exception> {
            let _first = c.lock()?;
            let _second = d.lock()?;
            Ok(())
        });
        spawn(move || go.wait());
        Ok(())
    })
}

#[test]
fn locks() {
    judge([
        Row { name: "handed on", program: handed_on(), kinds: &[(Kind::Deadlock, 1)], findings: 1 },
        Row {
            name: "handed on by none",
            program: handed_on_by_none(),
            kinds: &[(Kind::AbandonedLock, 1)],
            findings: 1,
        },
        Row {
            name: "a permit as a signal",
            program: permit_as_signal(),
            kinds: &[(Kind::Hang, 1)],
            findings: 1,
        },
        Row {
            name: "a knot and a task that waits for what it would do",
            program: knot_and_follower(),
            kinds: &[(Kind::Deadlock, 1)],
            findings: 1,
        },
    ]);
    let signal = dpor(&lock_as_signal(false));
    assert!(!signal.kinds.contains_key(&Kind::Deadlock), "{:?}", signal.kinds);
    assert!(signal.kinds.contains_key(&Kind::Hang), "{:?}", signal.kinds);
}

/// One schedule alone does not show that another task gives the permit elsewhere: the
/// first executions of a search are asked, so that it is told as the check tells it.
#[test]
fn a_schedule_alone_is_judged_as_the_search_judges_it() {
    for program in [handed_on(), permit_as_signal(), lock_as_signal(false)] {
        let observed = dpor(&program);
        let mut beside = 0;
        for (fault, seen) in &observed.findings {
            let replayed = replay(&program, &seen.witness.schedule, Semantics::default());
            let kinds: Vec<Kind> = replayed.proofs.iter().map(|p| p.identity.kind).collect();
            assert!(kinds.contains(&fault.kind), "{fault:?}: {kinds:?}");
            beside = beside.max(replayed.beside);
        }
        // That is a part of the report.
        assert!((1..=200).contains(&beside), "{beside}");
    }
}
