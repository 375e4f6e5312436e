//! Updates that are lost, and writes over unseen values that lose none, each with
//! plain variables and with atomic ones.

use unknot_checker::Kind::{self, Hang, LostUpdate, StaleWrite};
use unknot_checker::model::terms::Semantics;
use unknot_checker::replay::replay;
use unknot_checker::sim::{
    Atomic, Event, Exception, Lock, Outcome, Shared, choose, spawn, yield_until_changed,
};

use super::{Body, Var, kinds, program, search};

/// Two tasks that do one thing each to a variable.
fn two<V: Var>(
    first: i64,
    one: impl Fn(&V) + Send + Sync + Clone + 'static,
    other: impl Fn(&V) + Send + Sync + Clone + 'static,
) -> Body {
    Box::new(move || {
        let x = V::new(first);
        let theirs = x.clone();
        let one = one.clone();
        let task = spawn(move || one(&theirs));
        other(&x);
        task.join()
    })
}

fn raise<V: Var>(x: &V, to: i64) {
    if x.get() < to {
        x.set(to);
    }
}

/// Programs of both kinds of variable, with what they show.
fn cases<V: Var>() -> Vec<(&'static str, Body, &'static [Kind])> {
    const LOST: &[Kind] = &[LostUpdate];
    const STALE: &[Kind] = &[StaleWrite];
    vec![
        ("one more, twice", two(0, |x: &V| x.set(x.get() + 1), |x: &V| x.set(x.get() + 1)), LOST),
        (
            "one more and one less",
            two(0, |x: &V| x.set(x.get() + 1), |x: &V| x.set(x.get() - 1)),
            LOST,
        ),
        (
            "the same delta over a blind write",
            two(0, |x: &V| x.set(7), |x: &V| x.set(x.get() + 7)),
            LOST,
        ),
        // Whichever raises it to 5 last has not seen the 9.
        ("a maximum", two(0, |x: &V| raise(x, 5), |x: &V| raise(x, 9)), LOST),
        // The first execution that is seen may be one in which the larger is written.
        ("a maximum by one line", two(0, |x: &V| raise(x, 9), |x: &V| raise(x, 5)), LOST),
        ("a balance", two(100, |x: &V| draw(x, 80), |x: &V| draw(x, 80)), LOST),
        ("two balances", two(100, |x: &V| draw(x, 30), |x: &V| draw(x, 60)), LOST),
        ("a toggle", two(0, |x: &V| x.set(1 - x.get()), |x: &V| x.set(1 - x.get())), LOST),
        // Between the read of the one and its write the other toggles once, or
        // twice, and then nothing is lost.
        (
            "a toggle beside two",
            two(0, |x: &V| x.set(1 - x.get()), |x: &V| (0..2).for_each(|_| x.set(1 - x.get()))),
            LOST,
        ),
        ("at most 5, of 10 and 2", two(10, |x: &V| x.set(x.get().min(5)), |x: &V| x.set(2)), LOST),
        (
            "by a branch",
            two(0, |x: &V| x.set(if x.get() == 0 { 1 } else { 3 }), |x: &V| x.set(2)),
            LOST,
        ),
        ("the first wins", two(0, |x: &V| claim(x, 1), |x: &V| claim(x, 2)), LOST),
        // Both write the same, and with the read behind the other's nothing would be
        // written; as with a balance, of which both take just what there is.
        ("done once", two(0, |x: &V| claim(x, 1), |x: &V| claim(x, 1)), LOST),
        // And none of these: the write is the same whatever was read.
        (
            "a look and a constant",
            two(0, |x: &V| look_and_set(x, 1), |x: &V| look_and_set(x, 2)),
            STALE,
        ),
        ("at most 5, of 10 and 7", two(10, |x: &V| x.set(x.get().min(5)), |x: &V| x.set(7)), STALE),
        ("over what was read", two(0, |x: &V| look_and_set(x, 1), |x: &V| x.set(0)), STALE),
        ("no read", two(0, |x: &V| x.set(1), |x: &V| x.set(2)), &[]),
    ]
}

fn draw<V: Var>(x: &V, amount: i64) {
    let balance = x.get();
    if balance >= amount {
        x.set(balance - amount);
    }
}

fn claim<V: Var>(x: &V, by: i64) {
    if x.get() == 0 {
        x.set(by);
    }
}

fn look_and_set<V: Var>(x: &V, to: i64) {
    let _ = x.get();
    x.set(to);
}

pub(super) fn judge(cases: Vec<(&'static str, Body, &'static [Kind])>) {
    for (name, body, expected) in cases {
        let program = program(body);
        let observed = search(&program, 10_000);
        assert!(observed.exhausted(), "{name}");
        assert_eq!(kinds(&observed), expected, "{name}: {:?}", observed.findings.keys());
        for (fault, seen) in &observed.findings {
            let again = replay(&program, &seen.witness.schedule, Semantics::default());
            let mut proofs = again.proofs.iter().map(|proof| proof.identity.fault());
            assert!(proofs.any(|shown| shown == *fault), "{name}: {fault:?}");
        }
    }
}

#[test]
fn of_atomic_variables() {
    judge(cases::<Atomic>());
}

#[test]
fn of_plain_variables() {
    judge(cases::<Shared<i64>>());
}

fn body<O: Outcome>(body: impl Fn() -> O + Send + Sync + 'static) -> Body {
    Box::new(move || body().outcome().map(|_| ()))
}

/// Other values than numbers, and what says outright that it reads and writes.
#[test]
fn of_other_values() {
    let tail = || {
        let list = Shared::new(vec![1]);
        let theirs = list.clone();
        let push = |list: &Shared<Vec<i64>>, item| {
            let last = list.read();
            list.write([&last[..], &[item]].concat());
        };
        let task = spawn(move || push(&theirs, 2));
        push(&list, 3);
        task.join()
    };
    let outright = || {
        let x = Shared::new(0);
        let theirs = x.clone();
        let task = spawn(move || theirs.update(|x| x + 1));
        x.update(|x| x + 1);
        task.join().map(|_| ())
    };
    judge(vec![
        ("the end of a list", body(tail), &[LostUpdate]),
        ("said outright", body(outright), &[LostUpdate]),
    ]);
}

/// To wait for a change is no read: what was read before it is what is written.
#[test]
fn what_a_wait_looks_at_was_not_read() {
    let waits = || {
        let x = Shared::new(0);
        let theirs = x.clone();
        let task = spawn(move || theirs.write(10));
        let seen = x.read();
        yield_until_changed();
        x.write(seen + 1);
        task.join()
    };
    // Where the other has written before the read nothing changes any more.
    judge(vec![("a wait in between", body(waits), &[Hang, LostUpdate])]);
}

/// A variable is read in a section and written after it, what `written` makes of it. Another
/// task writes 1 after a section of its own. No lock comes between that write and the read where
/// the read is first, and the other section comes after the read: so the read cannot be moved
/// behind the write.
fn behind_a_section(written: impl Fn(i64) -> Option<i64>) -> Result<(), Exception> {
    let (x, lock) = (Shared::new(0), Lock::new());
    let (theirs, others) = (x.clone(), lock.clone());
    let task = spawn(move || -> Result<(), Exception> {
        drop(others.lock()?);
        theirs.write(1);
        Ok(())
    });
    let seen = {
        let _guard = lock.lock()?;
        x.read()
    };
    if let Some(value) = written(seen) {
        x.write(value);
    }
    task.join()?
}

/// Longer ways from the read to the write.
#[test]
fn by_longer_ways() {
    // The value is read under a lock and written under it, and not between.
    let much_later = || {
        let (x, lock, noise) = (Shared::new(0), Lock::new(), Atomic::new(0));
        let add = |x: &Shared<i64>, lock: &Lock, noise: &Atomic| -> Result<(), Exception> {
            let seen = {
                let _guard = lock.lock()?;
                x.read()
            };
            noise.fetch_add(1);
            let _guard = lock.lock()?;
            x.write(seen + 1);
            Ok(())
        };
        let theirs = (x.clone(), lock.clone(), noise.clone());
        let task = spawn(move || add(&theirs.0, &theirs.1, &theirs.2));
        add(&x, &lock, &noise)?;
        task.join()?
    };
    // What another variable holds, which somebody changes meanwhile, is written
    // whatever is read here.
    let of_another = || {
        let (x, y) = (Shared::new(0), Shared::new(5));
        let (theirs, others) = (x.clone(), y.clone());
        let one = spawn(move || theirs.write(1));
        let other = spawn(move || others.write(7));
        let _ = x.read();
        x.write(y.read());
        one.join()?;
        other.join()
    };
    // The other task writes only when it has been told to, after the read.
    let told_after = || {
        let (x, told, done) = (Shared::new(0), Event::new(), Event::new());
        let (theirs, waits, ends) = (x.clone(), told.clone(), done.clone());
        let task = spawn(move || {
            waits.wait();
            theirs.write(10);
            ends.set();
        });
        let seen = x.read();
        told.set();
        done.wait();
        x.write(seen + 1);
        task.join()
    };
    // One of two values is chosen, and only for one of them does it matter.
    let chosen = || {
        let x = Shared::new(0);
        let theirs = x.clone();
        let task = spawn(move || theirs.write(1));
        let seen = x.read();
        x.write(if choose(2) == 0 { 9 } else { seen });
        task.join()
    };
    judge(vec![
        ("one of both behind a section", body(|| behind_a_section(|_| Some(1))), &[StaleWrite]),
        ("one of both, a two", body(|| behind_a_section(|_| Some(2))), &[StaleWrite]),
        ("one more behind a section", body(|| behind_a_section(|x| Some(x + 1))), &[LostUpdate]),
        (
            "done once behind a section",
            body(|| behind_a_section(|x| (x == 0).then_some(1))),
            &[LostUpdate],
        ),
        ("read in one section and written in another", body(much_later), &[LostUpdate]),
        ("another variable", body(of_another), &[StaleWrite]),
        ("written only after the read", body(told_after), &[LostUpdate]),
        ("one choice of two", body(chosen), &[LostUpdate]),
    ]);
}
