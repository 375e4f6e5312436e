//! Generates programs. A program draws from a few *themes*, so that its tasks
//! meet on the same objects; operations on objects that no other task touches
//! would prove little.

use proptest::prelude::*;
use proptest::sample::select;

use super::TaskKind::{self, *};
use super::{N_FAMILIES, N_THEMES, Op, Spec, TaskSpec, theme};

/// How large programs are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) max_tasks: usize,
    pub(crate) max_ops: usize,
}

/// Of 16 programs so many have processes.
const N_PROCESSES: u8 = 6;

const KINDS: &[TaskKind] = &[Thread, Thread, Thread, Thread, Thread, Thread, Thread, Daemon];

const KINDS_WITH_PROCESSES: &[TaskKind] =
    &[Thread, Thread, Thread, Daemon, Process, Process, Process, Killable, Killable, Daemonic];

/// Every operation that programs are made of.
pub(crate) fn every_op() -> Vec<Op> {
    let drawn: Vec<Op> = (0..N_THEMES).flat_map(theme).collect();
    let besides = [Op::for_main(), Op::with_processes(), Op::with_panics(&drawn)].concat();
    [drawn, besides].concat()
}

/// A theme as often as it is to be drawn. Programs with workers take many times as long as
/// others, and most are too large; their operations have tests of their own.
fn weighted(number: usize) -> impl Iterator<Item = usize> {
    let has_workers = theme(number).into_iter().any(Op::has_workers);
    std::iter::repeat_n(number, if has_workers { 1 } else { 2 })
}

/// The first of the themes about what processes share.
pub(crate) const FIRST_OF_PROCESSES: usize = 37;

/// Programs of a shape.
pub(crate) fn specs(shape: Shape) -> impl Strategy<Value = Spec> {
    specs_below(shape, N_THEMES)
}

/// The same from all themes with a lower number.
pub(crate) fn specs_below(shape: Shape, below: usize) -> impl Strategy<Value = Spec> {
    // `UNKNOT_THEME` has all programs be about one thing, or several.
    let only = std::env::var("UNKNOT_THEME").unwrap_or_default();
    let only: Vec<usize> = only.split(',').filter_map(|text| text.parse().ok()).collect();
    let among = if only.is_empty() { (0..below).flat_map(weighted).collect() } else { only };
    let themes = proptest::collection::vec(select(among), 1..=2);
    (themes, any::<u8>()).prop_flat_map(move |(themes, kind)| {
        let mut ops: Vec<Op> = themes.iter().flat_map(|&number| theme(number)).collect();
        // In one program in four tasks panic, and destructors do something.
        let panics = kind % 16 < 4;
        let n_at_drop = if panics { 0..=shape.max_ops.min(2) } else { 0..=0 };
        let at_drop = proptest::collection::vec(select(ops.clone()), n_at_drop);
        let starts = ops.iter().any(|op| op.is_start());
        let n_extra = if starts { 1..=shape.max_ops.min(2) } else { 0..=0 };
        let extra = proptest::collection::vec(select(ops.clone()), n_extra);
        if panics {
            ops.extend(Op::with_panics(&ops));
        }
        let has_processes = kind / 16 < N_PROCESSES;
        let mut main_ops = [ops.clone(), Op::for_main()].concat();
        if has_processes {
            main_ops.extend(Op::with_processes());
        }
        let list = proptest::collection::vec(select(ops), 1..=shape.max_ops);
        // One thread in eight is a daemon, one program in four has a clock.
        let kinds = if has_processes { KINDS_WITH_PROCESSES } else { KINDS };
        let task = (list, select(kinds), at_drop).prop_map(|(ops, kind, at_drop)| TaskSpec {
            kind,
            ops,
            at_drop,
        });
        let all = (1_u64 << N_FAMILIES) - 1;
        let private = if has_processes { 0..=all } else { 0..=0 };
        let tasks = proptest::collection::vec(task, 1..shape.max_tasks);
        let main = proptest::collection::vec(select(main_ops), 0..=shape.max_ops);
        (tasks, main, extra, private).prop_map(move |(tasks, main, extra, private)| Spec {
            tasks,
            main,
            extra,
            is_virtual: kind.is_multiple_of(4),
            private,
        })
    })
}
