//! Generates programs. A program draws from a few *themes*, so that its tasks
//! meet on the same objects; operations on objects that no other task touches
//! would prove little.

use proptest::prelude::*;
use proptest::sample::select;

use super::{N_THEMES, Op, Spec, TaskSpec, theme};

/// How large programs are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) max_tasks: usize,
    pub(crate) max_ops: usize,
}

/// Every operation that programs are made of.
pub(crate) fn every_op() -> Vec<Op> {
    let drawn: Vec<Op> = (0..N_THEMES).flat_map(theme).collect();
    let besides = [Op::for_main(), Op::with_panics(&drawn)].concat();
    [drawn, besides].concat()
}

/// Programs of a shape.
pub(crate) fn specs(shape: Shape) -> impl Strategy<Value = Spec> {
    // `UNKNOT_THEME` has all programs be about one thing, or several.
    let only = std::env::var("UNKNOT_THEME").unwrap_or_default();
    let only: Vec<usize> = only.split(',').filter_map(|text| text.parse().ok()).collect();
    let among = if only.is_empty() { (0..N_THEMES).collect() } else { only };
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
        let main_ops = [ops.clone(), Op::for_main()].concat();
        let list = proptest::collection::vec(select(ops), 1..=shape.max_ops);
        // One task in eight is a daemon, one program in four has a clock.
        let task = (list, prop::bool::weighted(0.125), at_drop)
            .prop_map(|(ops, daemon, at_drop)| TaskSpec { daemon, ops, at_drop });
        let tasks = proptest::collection::vec(task, 1..shape.max_tasks);
        let main = proptest::collection::vec(select(main_ops), 0..=shape.max_ops);
        (tasks, main, extra).prop_map(move |(tasks, main, extra)| Spec {
            tasks,
            main,
            extra,
            is_virtual: kind.is_multiple_of(4),
        })
    })
}
