//! Waits until a condition holds, or until anything has changed.

use unknot_checker::sim::{wait_until, yield_until_changed};

use super::family::*;

operations! {
    /// Cell, then value, or values of the atomic integer.
    UntilOp, |task| {
        UntilNotZero(i: u8), "wait_until" => until(task, |o| read(o, i) != 0),
        UntilIs(i: u8, value: u8), "wait_until" => until(task, |o| read(o, i) == i64::from(value)),
        /// Where cell 0 is 2 the condition panics.
        UntilIsOneOrPanics, "wait_until" => until(task, |o| match read(o, 0) {
            2 => panic!("not this one"),
            value => value == 1,
        }),
        /// Cell 0 is 1 and cell 1 is 0, or one of these.
        UntilBoth, "wait_until" => until(task, |o| read(o, 0) == 1 && read(o, 1) == 0),
        UntilEither, "wait_until" => until(task, |o| read(o, 0) == 1 || read(o, 1) == 0),
        UntilAtomicIs(value: u8), "wait_until" => {
            until(task, |o| o.atomic().load() == i64::from(value))
        },
        UntilAtomicAbove(value: u8), "wait_until" => {
            until(task, |o| o.atomic().load() > i64::from(value))
        },
        /// One of two values, asked one after the other.
        UntilAtomicIsOneOf(a: u8, b: u8), "wait_until" => {
            until(task, |o| o.atomic().load() == i64::from(a) || o.atomic().load() == i64::from(b))
        },
        /// The atomic integer was 0 when it was set to 1: not only a look.
        UntilSwapped, "wait_until" => until(task, |o| o.atomic().swap(1) == 0),
        YieldUntilChanged, "yield_until_changed" => yield_until_changed(),
    }
}

fn until(task: &Running, holds: impl Fn(&Objects) -> bool) {
    wait_until(|| holds(&task.objects));
}

fn read(objects: &Objects, cell: u8) -> i64 {
    objects.cell(cell).read()
}

impl Family for UntilOp {
    type Objects = ();
    type Kept = ();

    const THEMES: &'static [Theme] = &[
        Theme::new(18, || {
            let waits = ops![UntilNotZero(0), UntilIs(0, 2), UntilIs(0, 0), UntilBoth, UntilEither];
            let others = ops![YieldUntilChanged, Read(0), Update(0)];
            let writes = ops![Write(0, 1), Write(0, 0), Write(0, 2), Write(0, 1), Write(1, 1)];
            [waits, others, writes].concat()
        }),
        Theme::new(24, || {
            let waits = ops![UntilAtomicIs(1), UntilAtomicIs(0), UntilAtomicAbove(1)];
            let more = ops![UntilAtomicIsOneOf(1, 2), UntilSwapped, YieldUntilChanged, Load];
            let exchanges = ops![CompareExchange(0, 1), CompareExchange(1, 0)];
            let writes = ops![Store(0), Store(1), Store(2), Swap(1), FetchAdd];
            [waits, more, exchanges, writes].concat()
        }),
    ];

    fn create(_: &Objects) {}

    /// A condition that panics, where tasks wait for conditions on cells.
    fn with_panics(drawn: &[Op]) -> Vec<Op> {
        if drawn.contains(&UntilBoth.into()) { ops![UntilIsOneOrPanics] } else { vec![] }
    }
}
