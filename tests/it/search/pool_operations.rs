//! Operations on pools and executors, two at a time.

use unknot_checker::strategy::Dpor;

use crate::kit::generated::number;
use crate::kit::programs::all::Update;
use crate::kit::programs::{Op, Spec, every_op, ops, spec};
use crate::search::commutation;
use crate::search::proof::compare_searches;

/// The operations on pools, and those on executors.
fn operations() -> [Vec<Op>; 2] {
    let mut all = [vec![], vec![]];
    for op in every_op() {
        let of = match op {
            Op::PoolOp(_) => &mut all[0],
            Op::ExecutorOp(_) => &mut all[1],
            _ => continue,
        };
        if !of.contains(&op) {
            of.push(op);
        }
    }
    all
}

/// What main does one after the other. A task or a callback that can use what all share
/// updates a variable, and so does main at its end.
fn by_main(ops: &[Op]) -> Spec {
    let main: Vec<Op> = ops.iter().copied().chain([Update(0).into()]).collect();
    Spec { main, extra: ops![Update(0)], ..spec!([], []) }
}

/// Pairs of operations that main does, with whatever workers do at the same time: both
/// searches see the same classes each once, and independent steps commute. A third of the
/// pairs is looked at, and programs of up to 1,000 schedules; with `UNKNOT_PROGRAMS` above
/// 10,000 all pairs, and up to 10,000.
#[test]
fn pairs_of_operations_on_pools() {
    let (n_parts, max_schedules) =
        if number("UNKNOT_PROGRAMS", 0) > 10_000 { (1, 10_000) } else { (3, 1_000) };
    let (mut n, mut n_swaps) = (0, 0);
    for ops in operations() {
        for (i, &a) in ops.iter().enumerate() {
            for (j, &b) in ops.iter().enumerate().filter(|(j, _)| (i + j) % n_parts == 0) {
                let spec = by_main(&[a, b]);
                let Some(compared) = compare_searches(&spec, Dpor::new(), max_schedules) else {
                    continue;
                };
                assert_eq!(compared, Ok(()), "{spec:#?} {i} {j}");
                n_swaps += commutation::check(&spec, u64::MAX);
                n += 1;
            }
        }
    }
    assert!(n > 150 && n_swaps > 10_000, "only {n} programs, {n_swaps} swaps");
}
