//! When a free step may be the death of a process.
//!
//! A head was made before a step of a task that can be killed, and blocks that task. If its
//! process now died, and nothing of that came after the head, the same class would be
//! reached without the head in that place: there the death comes before the step that was
//! put off, and the head follows freely. So such a death is no free step. Where nothing
//! else can be done the execution is given up, once what follows from it is planned:
//! whether the task becomes possible again is not known beforehand.

use unknot_sim::{Access, Point, Role, TaskId, dependent};

use super::node::Node;

/// Whether a task may make a free step here: every one may but a death of a task that was
/// put off.
pub(super) fn is_open(point: &Point<'_>, nodes: &[Node], task: TaskId) -> bool {
    let death = point.task(task);
    if death.role != Role::Exit || death.process == 0 {
        return true;
    }
    let made = point.trace().steps();
    !nodes.iter().enumerate().take(made.len()).any(|(at, node)| {
        let is_victim = |victim: TaskId| point.task(victim).process == death.process;
        let waits = |victim: TaskId| made[at..].iter().all(|step| step.task != victim);
        node.against().is_some_and(|victim| is_victim(victim) && waits(victim))
            && !comes_after(point, at, &death.pending.accesses)
    })
}

/// Whether what a pending step touches depends on a step, or on what happens after it.
fn comes_after(point: &Point<'_>, first: usize, accesses: &[Access]) -> bool {
    let trace = point.trace();
    let mut after = vec![first];
    let depends = |after: &[usize], accesses: &[Access]| {
        after.iter().any(|&step| dependent(trace.accesses(step), accesses))
    };
    for (step, made) in trace.steps().iter().enumerate().skip(first + 1) {
        let of_same = |&before: &usize| {
            let before = &trace.steps()[before];
            before.task == made.task || before.child == Some(made.task)
        };
        if made.is_fence || after.iter().any(of_same) || depends(&after, trace.accesses(step)) {
            after.push(step);
        }
    }
    after.iter().any(|&step| trace.steps()[step].is_fence) || depends(&after, accesses)
}
