//! Small programs, each of which shows one kind of finding.

use std::cell::Cell;

use unknot_checker::model::scenario::Body;
use unknot_checker::sim::{
    Atomic, Condition, Event, Exception, Lock, Queue, Shared, Value, always, spawn, spawn_named,
    yield_now,
};
use unknot_checker::{Expectation, Kind, Params, Scenario, Source, Variant, source};

type Done = Result<(), Exception>;
type End = Result<Value, Exception>;

const SOURCE: &[Source] = source!("programs.rs");

/// A program that shows a kind, and with it perhaps others.
pub(super) fn scenario(
    name: &'static str,
    body: Body,
    expect: fn(&Params) -> Expectation,
) -> Scenario {
    let about = "a program of the golden files";
    let variants = Box::leak(Box::new([Variant::new("broken", about, body, expect)]));
    Scenario { name, family: "golden", about, covers: &[], params: &[], variants, source: SOURCE }
}

/// Two philosophers, each with one chopstick, want the other's.
pub(super) fn philosophers(_: &Params) -> End {
    let (left, right) = (Lock::named("左筷子"), Lock::named("右筷子"));
    let (l, r) = (left.clone(), right.clone());
    let eat = |first: Lock, second: Lock| {
        move || -> Done {
            let _first = first.lock()?;
            let _second = second.lock()?;
            Ok(())
        }
    };
    let one = spawn_named("哲学家甲", eat(left, right));
    let two = spawn_named("哲学家乙", eat(r, l));
    one.join()??;
    two.join()??;
    Ok(Value::Unit)
}

/// The same, while a waiter is not concerned.
pub(super) fn partial(_: &Params) -> End {
    let (a, b) = (Lock::named("a"), Lock::named("b"));
    let (c, d) = (b.clone(), a.clone());
    let nested = |first: Lock, second: Lock| {
        move || -> Done {
            let _first = first.lock()?;
            let _second = second.lock()?;
            Ok(())
        }
    };
    let served = Shared::named("served", 0);
    spawn_named("up", nested(a, b));
    spawn_named("down", nested(c, d));
    spawn_named("waiter", move || served.write(1));
    Ok(Value::Unit)
}

/// Takes a lock twice.
pub(super) fn twice(_: &Params) -> End {
    let lock = Lock::named("door");
    let _once = lock.lock()?;
    let _again = lock.lock()?;
    Ok(Value::Unit)
}

/// Main joins a task that wants the lock which main has.
pub(super) fn joined(_: &Params) -> End {
    let lock = Lock::named("desk");
    let theirs = lock.clone();
    let clerk = spawn_named("clerk", move || -> Done {
        let _desk = theirs.lock()?;
        Ok(())
    });
    let _desk = lock.lock()?;
    clerk.join()??;
    Ok(Value::Unit)
}

/// A notification comes before anybody waits for it.
pub(super) fn lost_wakeup(_: &Params) -> End {
    let lock = Lock::named("lock");
    let (ready, theirs) = (Condition::named("ready", &lock), lock.clone());
    let tells = ready.clone();
    let cook = spawn_named("cook", move || -> Done {
        let _held = theirs.lock()?;
        tells.notify_all()
    });
    {
        let _held = lock.lock()?;
        ready.wait()?;
    }
    cook.join()??;
    Ok(Value::Unit)
}

/// Sets an event only if it saw a flag: in other executions it does.
pub(super) fn forgotten_event(_: &Params) -> End {
    let (flag, go) = (Atomic::named("flag", 0), Event::named("go"));
    let (seen, sets) = (flag.clone(), go.clone());
    let boss = spawn_named("boss", move || {
        if seen.load() == 1 {
            sets.set();
        }
    });
    let worker = spawn_named("worker", move || go.wait());
    flag.store(1);
    boss.join()?;
    worker.join()?;
    Ok(Value::Unit)
}

/// Ends without giving a lock back.
pub(super) fn abandoned(_: &Params) -> End {
    let lock = Lock::named("mine");
    let theirs = lock.clone();
    let thief = spawn_named("thief", move || theirs.acquire());
    thief.join()?;
    lock.acquire();
    lock.release()?;
    Ok(Value::Unit)
}

/// Two deposits, each a read and a write.
pub(super) fn deposits(_: &Params) -> End {
    let balance = Shared::named("余额", 100);
    let pay = |amount: i64| {
        let balance = balance.clone();
        move || {
            let seen = balance.read();
            balance.write(seen + amount);
        }
    };
    let (alice, bob) = (spawn_named("alice", pay(50)), spawn_named("bob", pay(20)));
    alice.join()?;
    bob.join()?;
    Ok(balance.read().into())
}

/// Two doors that must not be open at once.
pub(super) fn airlock(_: &Params) -> End {
    let (inner, outer) = (Atomic::named("inner", 0), Atomic::named("outer", 0));
    let (a, b) = (inner.clone(), outer.clone());
    always("one door is shut", move || {
        let (a, b) = (a.load(), b.load());
        a + b < 2
    });
    outer.store(1);
    let opens = spawn_named("opens inner", move || inner.store(1));
    let shuts = spawn_named("shuts outer", move || outer.store(0));
    opens.join()?;
    shuts.join()?;
    Ok(Value::Unit)
}

/// Takes an item that may not be there yet.
pub(super) fn empty(_: &Params) -> End {
    let queue = Queue::named("orders", 0);
    let theirs = queue.clone();
    let cook = spawn_named("cook", move || -> Done {
        let order: i64 = theirs.get_nowait()?;
        assert!(order > 0, "an order has a number");
        Ok(())
    });
    queue.put(7)?;
    cook.join()??;
    Ok(Value::Unit)
}

/// Asks again and again, and nobody answers.
pub(super) fn spinning(_: &Params) -> End {
    let answer = Atomic::named("answer", 0);
    let theirs = answer.clone();
    let asks = spawn_named("asks", move || {
        while theirs.load() == 0 {
            yield_now();
        }
    });
    let _ = answer.load();
    asks.join()?;
    Ok(Value::Unit)
}

/// One writes while the other reads, each under a lock of its own.
pub(super) fn two_locks(_: &Params) -> End {
    let (price, red, blue) = (Shared::named("price", 1), Lock::named("red"), Lock::named("blue"));
    let theirs = price.clone();
    let writer = spawn_named("writer", move || -> Done {
        let _red = red.lock()?;
        theirs.write(2);
        Ok(())
    });
    {
        let _blue = blue.lock()?;
        let _ = price.read();
    }
    writer.join()??;
    Ok(Value::Unit)
}

/// Keeps a lock that nobody else wants.
pub(super) fn kept(_: &Params) -> End {
    let lock = Lock::named("key");
    spawn_named("guard", move || lock.acquire()).join()?;
    Ok(Value::Unit)
}

thread_local! {
    static RUNS: Cell<u32> = const { Cell::new(0) };
}

/// Does something else the first time that it is run.
pub(super) fn moody(_: &Params) -> End {
    let runs = RUNS.replace(RUNS.get() + 1);
    let mood = Shared::named("mood", 0);
    let theirs = mood.clone();
    let task = spawn(move || {
        if runs == 0 {
            theirs.write(1);
        } else {
            let _ = theirs.read();
        }
    });
    let _ = mood.read();
    task.join()?;
    Ok(Value::Unit)
}

/// Each says that it is the other's turn, and has looked at whose it is before.
fn in_turn(_: &Params) -> Result<Value, Exception> {
    let turn = Atomic::named("turn", 0);
    let theirs = turn.clone();
    let task = spawn(move || theirs.store(1));
    let _ = turn.load();
    turn.store(2);
    task.join()?;
    Ok(Value::Unit)
}

/// Looks again and again whether the other task is ready.
fn impatient(_: &Params) -> Result<Value, Exception> {
    let ready = Atomic::named("ready", 0);
    let theirs = ready.clone();
    let task = spawn_named("worker", move || theirs.store(1));
    while ready.load() == 0 {}
    task.join()?;
    Ok(Value::Unit)
}

fn overtaken(_: &Params) -> Result<Value, Exception> {
    let desk = Lock::named("desk");
    let theirs = desk.clone();
    let clerk = spawn_named("clerk", move || -> Result<(), Exception> {
        loop {
            theirs.acquire();
            theirs.release()?;
        }
    });
    desk.acquire();
    desk.release()?;
    clerk.join()??;
    Ok(Value::Unit)
}

/// What a program shows, and nothing about its outcomes.
macro_rules! shows {
    ($($kind:ident),*) => {
        |_: &Params| Expectation::pass()$(.sometimes(Kind::$kind))*.bounded()
    };
}

/// All programs, by the name of their golden file.
pub(super) fn all() -> Vec<Scenario> {
    vec![
        scenario("deadlock-resource", philosophers, shows!(Deadlock)),
        scenario("deadlock-partial", partial, shows!(Deadlock)),
        scenario("deadlock-self", twice, shows!(Deadlock)),
        scenario("deadlock-join", joined, shows!(Deadlock)),
        scenario("hang", lost_wakeup, shows!(Hang)),
        scenario("hang-elsewhere", forgotten_event, shows!(Hang)),
        scenario("abandoned-lock", abandoned, shows!(AbandonedLock)),
        scenario("lost-update", deposits, shows!(LostUpdate)),
        scenario("invariant-violation", airlock, shows!(InvariantViolation)),
        scenario("exception", empty, shows!(Exception)),
        scenario("livelock", spinning, shows!(Livelock)),
        scenario("stale-write", in_turn, shows!()),
        scenario("busy-wait", impatient, shows!()),
        scenario("starvation", overtaken, shows!(Livelock)),
        scenario("data-race", two_locks, shows!()),
        scenario("leak", kept, shows!()),
        scenario("nondeterminism", moody, shows!(Nondeterminism)),
    ]
}
