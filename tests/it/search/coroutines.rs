//! Generators, greenlets and hubs: what they do, and how many classes and steps that takes.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use unknot_checker::Kind;
use unknot_checker::check::observe;
use unknot_checker::model::terms::{Budget, Semantics};
use unknot_checker::search::observed::{Observed, Turnout};
use unknot_checker::sim::green::Hub;
use unknot_checker::sim::{
    Exception, GeneratorStop, Greenlet, Outcome, Program, Shared, TimeMode, Yielder, done,
    generator, generator_named, now,
};
use unknot_checker::strategy::Dpor;

use super::processes::program;
use crate::documents::oracle::models::interpreter;
use crate::kit::programs::{Spec, spec};
use crate::search::proof::{MAX_EXECUTIONS, compare_searches};

/// Runs every class.
fn explore(name: &str, time: TimeMode, program: &Program) -> Observed {
    let semantics = Semantics { time, ..Semantics::default() };
    let observed = observe(program, Dpor::new(), Budget { semantics, ..Budget::default() });
    assert!(observed.exhausted(), "{name}: not through");
    observed
}

/// A program of one class: what comes of it, and the kinds of its findings.
#[track_caller]
fn one_class<O: Outcome>(
    name: &str,
    time: TimeMode,
    body: impl Fn() -> O + Send + Sync + 'static,
    told: &str,
    kinds: &[Kind],
) -> Observed {
    let observed = explore(name, time, &program(body));
    assert_eq!(observed.stats.executions, 1, "{name}");
    let outcome = observed.outcomes.keys().next().expect("an outcome");
    match outcome {
        Turnout::Complete(value) => assert_eq!(value.to_string(), told, "{name}"),
        other => panic!("{name}: {other:?} {:?}", observed.kinds),
    }
    assert!(observed.kinds.keys().eq(kinds), "{name}: {:?}", observed.kinds);
    observed
}

fn any<O: Outcome>(body: impl Fn() -> O + Send + Sync + 'static, name: &str, told: &str) {
    one_class(name, TimeMode::Any, body, told, &[]);
}

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// Yields twice, as E22 does.
fn twice(yielder: &Yielder<i64, i64>) -> Result<i64, Exception> {
    let sent = yielder.yield_(6)?;
    Ok(sent + yielder.yield_(sent)?)
}

fn told<Y: std::fmt::Debug, R: std::fmt::Debug>(resumed: Result<Y, GeneratorStop<R>>) -> String {
    match resumed {
        Ok(value) => format!("{value:?}"),
        Err(GeneratorStop::Returned(value)) => format!("returned {value:?}"),
        Err(GeneratorStop::Raised(exception)) => exception.kind.to_owned(),
    }
}

/// What a generator says to each way to resume it.
#[test]
fn generators_speak_the_protocol() {
    any(
        || {
            let g = generator(twice);
            let mut all = vec![told(g.send(1)), told(g.next()), told(g.send(4))];
            all.extend([told(g.send(5)), told(g.next()), told(g.next())]);
            done(all.join(" "))
        },
        "to the end",
        "TypeError 6 4 returned Ok(9) StopIteration StopIteration",
    );
    any(
        || {
            let g = generator(twice);
            let thrown = || Exception::new("Boom", "thrown in");
            let first = told(g.next());
            done([first, told(g.throw(thrown())), told(g.next())].join(" "))
        },
        "an exception that is thrown in",
        "6 Boom StopIteration",
    );
    any(
        || {
            let g = generator(twice);
            let thrown = Exception::new("Boom", "thrown in");
            done([told(g.throw(thrown)), told(g.next())].join(" "))
        },
        "an exception before it begins",
        "Boom StopIteration",
    );
    any(
        || {
            let g = generator(twice);
            let first = told(g.next());
            g.close()?;
            g.close()?;
            done([first, told(g.next())].join(" "))
        },
        "closed at a yield",
        "6 StopIteration",
    );
    any(
        || {
            let stubborn = generator(|yielder: &Yielder<i64, i64>| {
                let refused = yielder.yield_(1);
                _ = yielder.yield_(i64::from(refused.is_err()));
            });
            let first = told(stubborn.next());
            let closed = stubborn.close().map_err(|e| e.kind);
            done(format!("{first} {closed:?} {}", told(stubborn.next())))
        },
        "closed, and it yields once more",
        "1 Err(\"RuntimeError\") returned ()",
    );
}

/// A thread resumes a generator which another one has resumed that has not gone on since: each
/// has what was yielded to it. (Both had one place for that, and one waited at.)
#[test]
fn two_threads_may_resume_one_generator() {
    use crate::kit::programs::all::*;
    for is_virtual in [false, true] {
        let spec = spec!([[GenNext, GenThrow]], [GenNext]);
        let spec = Spec { is_virtual, ..spec };
        let compared = compare_searches(&spec, Dpor::new(), MAX_EXECUTIONS);
        assert_eq!(compared, Some(Ok(())), "{spec:#?}");
    }
}

#[test]
fn a_running_generator_cannot_be_resumed() {
    type Me = Rc<RefCell<Option<unknot_checker::sim::Generator<i64, i64, ()>>>>;
    any(
        || {
            let me: Me = Rc::default();
            let theirs = Rc::clone(&me);
            let g = generator(move |yielder: &Yielder<i64, i64>| {
                let inner = theirs.borrow();
                let refused = told(inner.as_ref().expect("it is there").next());
                _ = yielder.yield_(refused.len() as i64);
            });
            *me.borrow_mut() = Some(g);
            let outer = me.borrow();
            let g = outer.as_ref().expect("it is there");
            done(format!("{} {}", told(g.next()), told(g.next())))
        },
        "from inside",
        &format!("{} returned ()", "ValueError".len()),
    );
}

/// E22: a generator that is left at its second yield. A note says where.
#[test]
fn what_is_left_suspended_is_a_note() {
    let left = || {
        let g = generator_named("g", twice);
        done([told(g.next()), told(g.send(0))].join(" "))
    };
    one_class("left", TimeMode::Any, left, "6 0", &[Kind::Leak]);
    let never = || {
        let _g = generator_named("g", twice);
        done(())
    };
    one_class("never begun", TimeMode::Any, never, "()", &[]);
}

fn rounds(n: i64) -> Result<i64, Exception> {
    let g = generator(move |yielder: &Yielder<i64, i64>| {
        for i in 0..n {
            yielder.yield_(i)?;
        }
        done(())
    });
    let mut sum = 0;
    while let Ok(value) = g.next() {
        sum += value;
    }
    done(sum)
}

/// To resume and to go on, to yield and to go on: 4 steps a round. Besides: the start, the
/// last resumption (2 of the resumer, and the generator goes on and ends), and main's end.
/// The exit ends nothing, but it is there since a generator is a daemon.
#[test]
fn a_round_trip_takes_four_steps() {
    for n in [1, 5, 100] {
        let sum = (n * (n - 1) / 2).to_string();
        let observed = one_class("rounds", TimeMode::Any, move || rounds(n), &sum, &[]);
        let steps = 4 * u64::try_from(n).expect("few") + 6;
        assert!(
            [steps, steps + 1].contains(&observed.stats.steps),
            "{n}: {}",
            observed.stats.steps
        );
    }
}

/// E97: 12, 56, 34, 78, and the first greenlet is left suspended.
fn two_greenlets(finishes: bool) -> Result<String, Exception> {
    let said = Rc::new(RefCell::new(vec![]));
    let main = Greenlet::main();
    let second: Rc<RefCell<Option<Greenlet<()>>>> = Rc::default();
    let (log, other) = (Rc::clone(&said), Rc::clone(&second));
    let first = main.child("first", move |_, ()| {
        log.borrow_mut().push(12);
        let second = other.borrow().clone().expect("it is there");
        second.switch(());
        log.borrow_mut().push(34);
        if !finishes {
            second.switch(());
        }
    });
    let (log, back) = (Rc::clone(&said), first.clone());
    *second.borrow_mut() = Some(main.child("second", move |_, ()| {
        log.borrow_mut().push(56);
        back.switch(());
        log.borrow_mut().push(78);
    }));
    first.switch(());
    if finishes {
        let second = second.borrow().clone().expect("it is there");
        second.switch(());
        assert!(first.is_dead() && second.is_dead());
    }
    let said = said.borrow();
    done(format!("{said:?}"))
}

#[test]
fn greenlets_switch_and_end_in_their_parents() {
    let name = "one is left";
    let left = || two_greenlets(false);
    one_class(name, TimeMode::Any, left, "[12, 56, 34, 78]", &[Kind::Leak]);
    any(|| two_greenlets(true), "both end", "[12, 56, 34, 78]");
}

/// Two greenlets say a word, sleep, and say it again.
fn sleepers(patched: bool, sleeps: [u64; 2]) -> Result<String, Exception> {
    let (hub, said) = (Hub::new(patched), Rc::new(RefCell::new(vec![])));
    let greens = ["eat", "play"].into_iter().zip(sleeps).map(|(word, n)| {
        let (hub, said, theirs) = (hub.clone(), Rc::clone(&said), hub.clone());
        hub.spawn(word, move || {
            said.borrow_mut().push(format!("{word}1"));
            theirs.sleep(seconds(n));
            said.borrow_mut().push(format!("{word}2"));
        })
    });
    let greens = greens.collect();
    for ended in hub.joinall(greens) {
        ended?;
    }
    let said = said.borrow().join(" ");
    Ok(format!("{said} {}", now()?.as_secs()))
}

/// By hand: the longest of the sleeps where they overlap, and their sum where they do not.
#[test]
fn sleeps_overlap_where_the_program_is_patched() {
    for (patched, sleeps, told) in [
        (true, [2, 3], "eat1 play1 eat2 play2 3"),
        (true, [3, 2], "eat1 play1 play2 eat2 3"),
        (true, [2, 2], "eat1 play1 eat2 play2 2"),
        (false, [2, 3], "eat1 eat2 play1 play2 5"),
        (true, [2, 5], "eat1 play1 eat2 play2 5"),
    ] {
        let observed =
            one_class(told, TimeMode::Virtual, move || sleepers(patched, sleeps), told, &[]);
        let end = told.rsplit(' ').next().expect("a number").parse::<u64>().expect("a number");
        assert_eq!(observed.stats.makespan, Some((end * 1_000_000, end * 1_000_000)), "{told}");
    }
}

/// Greenlets that each make a call that may take any time, and log that it is over.
fn fetches(n: usize) -> Result<String, Exception> {
    let (hub, log) = (Hub::new(true), Rc::new(RefCell::new(String::new())));
    let greens = (0..n).map(|nth| {
        let (theirs, log) = (hub.clone(), Rc::clone(&log));
        hub.spawn(("fetch", nth), move || {
            theirs.sleep(seconds(1));
            log.borrow_mut().push_str(&nth.to_string());
        })
    });
    let greens = greens.collect();
    hub.joinall(greens);
    let log = log.borrow().clone();
    Ok(log)
}

/// The orders in which they end are all there are. The classes are more. Of two fetches, the
/// first may ask for its turn before the second one gives its turn up, and either be last to
/// do so or not: 6, as for the pauses of K08. Main waits for the first one and then for the
/// second one: where the first is over while the second has not asked, that may do so before
/// main looks for it or after: 2 more.
#[test]
fn fetches_end_in_any_order() {
    for (n, classes, orders) in [(2, 8_u32, 2), (3, 108, 6)] {
        let oracle = interpreter::fetches(n).classes;
        assert_eq!((oracle.values().sum::<u128>(), oracle.len()), (classes.into(), orders));
        let program = program(move || fetches(n));
        let observed = explore("fetches", TimeMode::Any, &program);
        let seen = (observed.stats.executions, observed.outcomes.len());
        assert_eq!(seen, (u64::from(classes), orders));
        let observed = explore("fetches", TimeMode::Virtual, &program);
        assert_eq!(observed.stats.executions, 1);
    }
}

/// What is left to a hub when its main greenlet ends never has its turn.
#[test]
fn a_hub_is_over_with_its_main_greenlet() {
    let body = || {
        let (hub, x) = (Hub::new(true), Shared::named("x", 0));
        let theirs = x.clone();
        _ = hub.spawn("late", move || theirs.write(1));
        unknot_checker::sim::outcome_at_exit(move || x.read());
        done(())
    };
    one_class("left over", TimeMode::Any, body, "0", &[]);
}
