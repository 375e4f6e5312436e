//! Model M13: a producer that joins the queue, and consumers that report what they have done.
//!
//! The idea: the join of a queue waits until every put has been reported by a `task_done`. Too
//! few reports leave it waiting, one too many is an error and the end of the task that made it,
//! and a join before the first put returns at once.
//!
//! What it misses: joins with a timeout, which queues do not have.

use super::queues::{CELLS, OPEN, PUTS, get, if_not_empty, put};
use super::world::{DONE, Flow, LEFT, Step, System, World, repeat, when};
use crate::documents::oracle::counter::Outcomes;

/// `task_done`: one report too many is an error, and the end of the task.
fn task_done() -> Step {
    Box::new(|world, _| {
        if world.cells[OPEN] == 0 {
            return Flow::Leave;
        }
        world.cells[OPEN] -= 1;
        Flow::Next
    })
}

/// `join` of the queue: blocks until all puts are reported; the task keeps how many there were.
fn join_queue() -> Step {
    when(|world| world.cells[OPEN] == 0, |world, task| world.tasks[task].own = world.cells[PUTS])
}

/// The outcome says whether the producer, which is task 0, came to its end.
fn with_producer(world: &World) -> String {
    let state = if world.tasks[0].at == DONE { "complete" } else { "stuck" };
    format!("{}; producer {state}", world.verdict())
}

/// M13: producer `[put, join] x n`, c consumers `[get, task_done] x k`.
pub(crate) fn m13_join_each_put(n: usize, c: usize, k: usize) -> Outcomes {
    let system = System::new(&CELLS, with_producer);
    let system = system.tasks(1, repeat(n, || vec![put(), join_queue()]));
    system.tasks(c, repeat(k, || vec![get(), task_done()])).outcomes()
}

/// Whether the producer (task 0) or the consumer (task 1) has ended with an error.
fn with_errors(world: &World) -> String {
    let failed = |task: usize| world.tasks[task].at == LEFT;
    let errors = match (failed(0), failed(1)) {
        (false, false) => "none",
        (true, false) => "producer",
        (false, true) => "consumer",
        (true, true) => "both",
    };
    format!("{}; errors {errors}", world.verdict())
}

/// M13, n reports for two puts: `[put, put, join]` beside `[get, get, task_done x n]`.
pub(crate) fn m13_reports(n: usize) -> Outcomes {
    let system = System::new(&CELLS, with_errors).tasks(1, vec![put(), put(), join_queue()]);
    let mut consumer = vec![get(), get()];
    consumer.extend(repeat(n, || vec![task_done()]));
    system.tasks(1, consumer).outcomes()
}

/// M13, join racing with the first put: `[join]`, `[put, put]`, `[get, task_done] x 2`.
pub(crate) fn m13_racing_join() -> Outcomes {
    let label = |world: &World| format!("{}; joined at {}", world.verdict(), world.tasks[0].own);
    let system = System::new(&CELLS, label).tasks(1, vec![join_queue()]);
    let system = system.tasks(1, vec![put(), put()]);
    system.tasks(1, repeat(2, || vec![get(), task_done()])).outcomes()
}

/// M13, all four lines: producer `[put, task_done, join] x n`, consumer n times
/// `[if not empty: get, task_done, join]`.
pub(crate) fn m13_both_report(n: usize) -> Outcomes {
    let system = System::new(&CELLS, with_errors);
    let system = system.tasks(1, repeat(n, || vec![put(), task_done(), join_queue()]));
    let body = || vec![if_not_empty(3), get(), task_done(), join_queue()];
    system.tasks(1, repeat(n, body)).outcomes()
}

/// M13, polling consumer that reports: producer `[put, join] x n`, consumer n times
/// `[if not empty: get, task_done]`; only the producer joins.
pub(crate) fn m13_polling_report(n: usize) -> Outcomes {
    let system = System::new(&CELLS, with_producer);
    let system = system.tasks(1, repeat(n, || vec![put(), join_queue()]));
    system.tasks(1, repeat(n, || vec![if_not_empty(2), get(), task_done()])).outcomes()
}

/// M13, no reports: producer `[put, join] x n`, consumer n times `[if not empty: get]`.
pub(crate) fn m13_no_report(n: usize) -> Outcomes {
    let system = System::new(&CELLS, with_producer);
    let system = system.tasks(1, repeat(n, || vec![put(), join_queue()]));
    system.tasks(1, repeat(n, || vec![if_not_empty(1), get()])).outcomes()
}

#[cfg(test)]
mod tests {
    use super::super::check::{exactly, facts, having, total, totals};
    use super::*;

    #[test]
    fn m13_joins() {
        let document = [("stuck 2; producer complete", 3), ("stuck 3; producer complete", 59_046)];
        totals(&m13_join_each_put(10, 3, 10), 59_049);
        exactly(&m13_join_each_put(10, 3, 10), &document);
        exactly(&m13_join_each_put(2, 1, 2), &[("complete; producer complete", 1)]);
        let all_stuck = m13_join_each_put(2, 2, 2);
        facts(&all_stuck, 4, &[("complete", 0), ("producer complete", 4)]);
        exactly(&m13_join_each_put(2, 2, 1), &[("complete; producer complete", 2)]);
        exactly(&m13_join_each_put(4, 2, 2), &[("complete; producer complete", 6)]);
        let racing = [("joined at 0", 3), ("joined at 1", 1), ("joined at 2", 3)];
        facts(&m13_racing_join(), 7, &racing);
    }

    #[test]
    fn m13_reports_too_few_or_too_many() {
        assert!(m13_reports(0).keys().eq(["stuck 1; errors none"]));
        assert!(m13_reports(1).keys().eq(["stuck 1; errors none"]));
        assert!(m13_reports(2).keys().eq(["complete; errors none"]));
        assert!(m13_reports(3).keys().eq(["complete; errors consumer"]));
        for n in 1..=10 {
            let outcomes = m13_no_report(n);
            assert_eq!(having(&outcomes, "producer stuck"), total(&outcomes));
        }
    }

    #[test]
    fn m13_reports_on_both_sides() {
        // Columns: all, errors of the consumer only, of the producer only, of both, of none.
        let table = [(12, 9, 2, 0, 1), (166, 90, 25, 50, 1), (844, 378, 85, 380, 1)];
        for (n, (all, consumer, producer, both, none)) in (1..).zip(table) {
            let errors = [
                ("complete", all),
                ("errors consumer", consumer),
                ("errors producer", producer),
                ("errors both", both),
                ("errors none", none),
            ];
            facts(&m13_both_report(n), all, &errors);
        }
        for (n, (all, stuck)) in (1..).zip([(2, 1), (5, 4), (13, 12)]) {
            facts(&m13_polling_report(n), all, &[("stuck 1", stuck), ("complete", all - stuck)]);
        }
    }
}
