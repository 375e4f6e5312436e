//! Protocols from the literature, which read and write the same variables again and
//! again and lose nothing: no error is found in any of them, in several rounds, with
//! atomic variables and with plain ones. In each a counter without protection of its
//! own stands for the section that is protected.

use std::collections::BTreeSet;

use unknot_checker::Kind;
use unknot_checker::check::observe;
use unknot_checker::model::terms::{Budget, Semantics};
use unknot_checker::sim::{Atomic, JoinHandle, Shared, spawn, wait_until};
use unknot_checker::strategy::{Config, Dpor, StrategyRow};

use super::stack::safe_stack;
use super::{Body, Var, kinds, program};

/// Runs so many tasks, which count under a lock of some kind so many times each.
fn contend<L: Clone + 'static>(
    n: usize,
    rounds: usize,
    new: impl Fn() -> L + Send + Sync + 'static,
    enter: impl Fn(&L, usize) + Send + Sync + Copy + 'static,
    leave: impl Fn(&L, usize) + Send + Sync + Copy + 'static,
) -> Body {
    Box::new(move || {
        let (lock, counter) = (new(), Shared::new(0));
        let start = |me: usize| {
            let (lock, counter) = (lock.clone(), counter.clone());
            spawn(move || {
                for _ in 0..rounds {
                    enter(&lock, me);
                    counter.write(counter.read() + 1);
                    leave(&lock, me);
                }
            })
        };
        let tasks: Vec<JoinHandle<()>> = (0..n).map(start).collect();
        tasks.into_iter().try_for_each(JoinHandle::join)?;
        let n_rounds = i64::try_from(n * rounds).expect("few");
        unknot_checker::sim::verify!(counter.read() == n_rounds, "a section was entered twice");
        Ok(())
    })
}

fn vars<V: Var>(n: usize, value: i64) -> Vec<V> {
    (0..n).map(|_| V::new(value)).collect()
}

fn id(task: usize) -> i64 {
    i64::try_from(task).expect("few")
}

fn peterson<V: Var>() -> Body {
    contend(
        2,
        2,
        || (vars::<V>(2, 0), V::new(0)),
        |(flags, turn), me| {
            flags[me].set(1);
            turn.set(id(1 - me));
            wait_until(|| flags[1 - me].get() == 0 || turn.get() == id(me));
        },
        |(flags, _), me| flags[me].set(0),
    )
}

fn dekker<V: Var>() -> Body {
    contend(
        2,
        2,
        || (vars::<V>(2, 0), V::new(0)),
        |(flags, turn), me| {
            flags[me].set(1);
            while flags[1 - me].get() == 1 {
                if turn.get() == id(me) {
                    flags[1 - me].wait(|flag| flag == 0);
                } else {
                    flags[me].set(0);
                    turn.wait(|turn| turn == id(me));
                    flags[me].set(1);
                }
            }
        },
        |(flags, turn), me| {
            turn.set(id(1 - me));
            flags[me].set(0);
        },
    )
}

fn fast<V: Var>(rounds: usize) -> Body {
    contend(
        2,
        rounds,
        || (vars::<V>(2, 0), V::new(-1), V::new(-1)),
        |(busy, x, y), me| {
            loop {
                busy[me].set(1);
                x.set(id(me));
                if y.get() != -1 {
                    busy[me].set(0);
                    y.wait(|y| y == -1);
                    continue;
                }
                y.set(id(me));
                if x.get() == id(me) {
                    return;
                }
                busy[me].set(0);
                busy[1 - me].wait(|busy| busy == 0);
                if y.get() == id(me) {
                    return;
                }
                y.wait(|y| y == -1);
            }
        },
        |(busy, _, y), me| {
            y.set(-1);
            busy[me].set(0);
        },
    )
}

fn bakery<V: Var>() -> Body {
    contend(
        2,
        2,
        || (vars::<V>(2, 0), vars::<V>(2, 0)),
        |(choosing, number), me| {
            choosing[me].set(1);
            let highest = number[0].get().max(number[1].get());
            number[me].set(highest + 1);
            choosing[me].set(0);
            let other = 1 - me;
            choosing[other].wait(|choosing| choosing == 0);
            wait_until(|| {
                let (theirs, mine) = (number[other].get(), number[me].get());
                theirs == 0 || (mine, me) < (theirs, other)
            });
        },
        |(_, number), me| number[me].set(0),
    )
}

fn szymanski<V: Var>() -> Body {
    contend(
        2,
        2,
        || vars::<V>(2, 0),
        |flags, me| {
            let other = &flags[1 - me];
            flags[me].set(1);
            other.wait(|flag| flag < 3);
            flags[me].set(3);
            if other.get() == 1 {
                flags[me].set(2);
                other.wait(|flag| flag == 4);
            }
            flags[me].set(4);
            if me == 1 {
                other.wait(|flag| flag < 2);
            }
        },
        |flags, me| {
            if me == 0 {
                flags[1].wait(|flag| !(2..=3).contains(&flag));
            }
            flags[me].set(0);
        },
    )
}

fn eisenberg_mcguire<V: Var>() -> Body {
    contend(
        2,
        2,
        || (vars::<V>(2, 0), V::new(0)),
        |(flags, turn), me| {
            let other = 1 - me;
            loop {
                flags[me].set(1);
                wait_until(|| turn.get() == id(me) || flags[other].get() == 0);
                flags[me].set(2);
                if flags[other].get() != 2 && (turn.get() == id(me) || flags[other].get() == 0) {
                    break;
                }
                flags[me].set(1);
                wait_until(|| turn.get() != id(me) || flags[other].get() != 2);
            }
            turn.set(id(me));
        },
        |(flags, turn), me| {
            let next = if flags[1 - me].get() == 0 { me } else { 1 - me };
            turn.set(id(next));
            flags[me].set(0);
        },
    )
}

fn filter<V: Var>() -> Body {
    contend(
        3,
        2,
        || (vars::<V>(3, 0), vars::<V>(3, -1)),
        |(levels, victims), me| {
            for (level, victim) in victims.iter().enumerate().skip(1) {
                levels[me].set(id(level));
                victim.set(id(me));
                wait_until(|| {
                    let others = || (0..3).filter(|&other| other != me);
                    !others().any(|other| levels[other].get() >= id(level))
                        || victim.get() != id(me)
                });
            }
        },
        |(levels, _), me| levels[me].set(0),
    )
}

/// A ticket is drawn in one step, and who is served is written by the one that is.
fn ticket<V: Var>() -> Body {
    contend(
        3,
        1,
        || (Atomic::new(0), V::new(0)),
        |(next, serving), _| {
            let mine = next.fetch_add(1);
            serving.wait(|serving| serving == mine);
        },
        |(_, serving), _| serving.set(serving.get() + 1),
    )
}

/// A lock without test-and-set: it is broken, and what it protects shows that, not
/// its own variable, which everybody sets to 1.
fn held_twice() -> Body {
    contend(
        2,
        1,
        || Atomic::new(0),
        |taken, _| {
            taken.wait(|taken| taken == 0);
            taken.store(1);
        },
        |taken, _| taken.store(0),
    )
}

/// A writer that changes two variables between two steps of a version, and readers
/// that begin again where it changed.
fn seqlock<V: Var>() -> Body {
    Box::new(|| {
        let (version, a, b) = (V::new(0), V::new(0), V::new(0));
        let theirs = (version.clone(), a.clone(), b.clone());
        let writer = spawn(move || {
            let (version, a, b) = theirs;
            for round in 1..3 {
                version.set(version.get() + 1);
                a.set(round);
                b.set(round);
                version.set(version.get() + 1);
            }
        });
        loop {
            version.wait(|version| version % 2 == 0);
            let before = version.get();
            let seen = (a.get(), b.get());
            if before % 2 == 0 && version.get() == before {
                unknot_checker::sim::verify!(seen.0 == seen.1, "torn: {seen:?}");
                break;
            }
        }
        writer.join()
    })
}

/// A flag that one task raises and the other lowers, which has looked at it before.
fn handshake<V: Var>() -> Body {
    Box::new(|| {
        let (flag, answer) = (V::new(0), V::new(0));
        let (theirs, answers) = (flag.clone(), answer.clone());
        let task = spawn(move || {
            for round in 1..3 {
                theirs.wait(|flag| flag == 1);
                answers.set(round);
                theirs.set(0);
            }
        });
        for round in 1..3 {
            if flag.get() == 0 {
                flag.set(1);
            }
            flag.wait(|flag| flag == 0);
            unknot_checker::sim::verify!(answer.get() == round, "no answer {round}");
        }
        task.join()
    })
}

/// The kinds that are found by the first executions of the search and by some that
/// are drawn: all executions of two rounds are millions.
fn found(body: Body) -> BTreeSet<Kind> {
    let program = program(body);
    let semantics = Semantics { max_steps: 2_000, ..Semantics::default() };
    let budget = Budget { semantics, max_executions: 3_000, ..Budget::default() };
    let drawn = (StrategyRow::named("random").expect("a sampler").create)(Config::default());
    let both = [observe(&program, Dpor::new(), budget), observe(&program, drawn, budget)];
    both.iter().flat_map(kinds).collect()
}

fn judge(protocols: Vec<(&'static str, Body, &'static [Kind])>) {
    for (name, body, expected) in protocols {
        assert_eq!(found(body).into_iter().collect::<Vec<_>>(), expected, "{name}");
    }
}

fn of<V: Var>() -> Vec<(&'static str, Body, &'static [Kind])> {
    const STALE: &[Kind] = &[Kind::StaleWrite];
    vec![
        ("Peterson", peterson::<V>(), STALE),
        ("Dekker", dekker::<V>(), STALE),
        ("Lamport's fast mutex", fast::<V>(2), STALE),
        ("Lamport's bakery", bakery::<V>(), &[]),
        ("Szymanski", szymanski::<V>(), &[]),
        ("Eisenberg and McGuire", eisenberg_mcguire::<V>(), &[]),
        ("filter lock", filter::<V>(), STALE),
        ("ticket lock", ticket::<V>(), &[]),
        ("sequence lock", seqlock::<V>(), &[]),
        ("handshake", handshake::<V>(), &[]),
    ]
}

#[test]
fn with_atomic_variables() {
    judge(of::<Atomic>());
    judge(vec![("SafeStack", safe_stack(3, 2), &[])]);
}

#[test]
fn with_plain_variables() {
    judge(of::<Shared<i64>>());
}

#[test]
fn a_lock_that_is_held_twice() {
    let kinds = [Kind::LostUpdate, Kind::InvariantViolation, Kind::StaleWrite];
    assert_eq!(found(held_twice()), BTreeSet::from(kinds));
}
