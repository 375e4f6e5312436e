//! What repeats up to the limit of steps: for ever, beside others that could go on,
//! or only for long.

use unknot_checker::Kind::{self, BusyWait, Livelock};
use unknot_checker::sim::{Atomic, JoinHandle, Semaphore, Shared, spawn, yield_now};

use super::{Body, back_off, begin, kinds, program, search};

/// Runs a body as main beside a task.
fn beside(
    main: impl Fn(&[Atomic; 2]) + Send + Sync + 'static,
    other: impl Fn(&[Atomic; 2]) + Send + Sync + Clone + 'static,
) -> Body {
    Box::new(move || {
        let flags = [Atomic::new(0), Atomic::new(0)];
        let (theirs, other) = (flags.clone(), other.clone());
        let task = spawn(move || other(&theirs));
        main(&flags);
        task.join()
    })
}

fn alone(body: impl Fn() + Send + Sync + 'static) -> Body {
    Box::new(move || {
        body();
        Ok(())
    })
}

fn judge(cases: Vec<(&'static str, usize, Body, &'static [Kind])>) {
    for (name, max_steps, body, expected) in cases {
        let observed = search(&program(body), max_steps);
        assert!(observed.stats.cut > 0, "{name}: {:?}", observed.stats);
        assert_eq!(kinds(&observed), expected, "{name}: {:?}", observed.findings.keys());
    }
}

/// Nothing but the limit ends these, and no task that could is left out.
#[test]
fn for_ever() {
    const FOUND: &[Kind] = &[Livelock];
    judge(vec![
        ("another flag each time", 60, alone(|| while Atomic::new(0).load() == 0 {}), &[]),
        (
            "one flag that nobody raises",
            60,
            alone(|| {
                let flag = Atomic::new(0);
                while flag.load() == 0 {
                    yield_now();
                }
            }),
            FOUND,
        ),
        (
            "up and down",
            60,
            alone(|| {
                let x = Shared::new(0);
                loop {
                    x.write(1);
                    x.write(0);
                }
            }),
            FOUND,
        ),
        (
            "each waits for the other",
            60,
            beside(
                |flags| {
                    while flags[0].load() == 0 {}
                    flags[1].store(1);
                },
                |flags| {
                    while flags[1].load() == 0 {}
                    flags[0].store(1);
                },
            ),
            FOUND,
        ),
    ]);
}

/// Two tasks that make way for each other in step, and so on for ever.
#[test]
fn for_ever_with_changes() {
    // Raises its flag, sees that of the other and lowers its own again: a Dekker
    // without a turn. Both do so in step.
    fn polite(flags: &[Atomic; 2], me: usize) {
        flags[me].store(1);
        while flags[1 - me].load() == 1 {
            flags[me].store(0);
            flags[me].store(1);
        }
        flags[me].store(0);
    }
    let cases = [
        ("Dekker without a turn", beside(|flags| polite(flags, 0), |flags| polite(flags, 1))),
        ("back-off", back_off()),
    ];
    for (name, body) in cases {
        let observed = begin(&program(body), 60, 500);
        assert!(observed.kinds.contains_key(&Livelock), "{name}: {:?}", observed.kinds);
    }
}

/// A fair scheduler picks the other task, which ends the wait.
#[test]
fn beside_others() {
    const FOUND: &[Kind] = &[BusyWait];
    let raise = |flags: &[Atomic; 2]| flags[0].store(1);
    judge(vec![
        ("a spin", 60, beside(|flags| while flags[0].load() == 0 {}, raise), FOUND),
        (
            "a polite spin",
            60,
            beside(
                |flags| {
                    while flags[0].load() == 0 {
                        yield_now();
                    }
                },
                raise,
            ),
            FOUND,
        ),
    ]);
}

/// The same line again and again, and each time something is another.
#[test]
fn not_the_same() {
    judge(vec![
        (
            "the cells of a table",
            90,
            alone(|| {
                let cells: Vec<Atomic> = (0..100).map(Atomic::new).collect();
                assert_eq!(cells.iter().map(Atomic::load).sum::<i64>(), 4_950);
            }),
            &[],
        ),
        // 6 starts and 6 ends, and 4 joins of the 6.
        (
            "joins",
            16,
            Box::new(|| {
                let tasks: Vec<JoinHandle<()>> = (0..6).map(|_| spawn(|| ())).collect();
                tasks.into_iter().try_for_each(JoinHandle::join)
            }),
            &[],
        ),
        (
            "a count in a plain variable",
            60,
            alone(|| {
                let x = Shared::new(0);
                loop {
                    x.write(x.read() + 1);
                }
            }),
            &[],
        ),
        (
            "a count in an atomic one",
            60,
            alone(|| {
                let x = Atomic::new(0);
                loop {
                    x.store(x.load() + 1);
                }
            }),
            &[],
        ),
        (
            "more and more permits",
            60,
            alone(|| {
                let permits = Semaphore::new(0);
                loop {
                    permits.release();
                }
            }),
            &[],
        ),
        // Nothing that others see says when it gives up: that it does is seen beyond
        // the limit.
        (
            "as often as it likes",
            60,
            alone(|| {
                let flag = Atomic::new(0);
                let _ = (0..100).any(|_| flag.load() == 1);
            }),
            &[],
        ),
    ]);
}
