//! Model M13: a producer that joins the queue, and consumers that report what
//! they have done.

use unknot_checker::Kind;
use unknot_checker::sim::{Exception, Queue, Value};

use super::{Case, Done, Ghost, Tasks, add, facts, ghost};
use crate::documents::oracle::models::joins as oracle;

/// Has the label say whether the producer came to its end.
fn label_producer() -> Ghost {
    let is_done = ghost(0);
    let label = is_done.clone();
    let states = ["stuck", "complete"];
    facts(move || format!("producer {}", states[usize::from(label.get() == 1)]));
    is_done
}

/// The producer `[put, join] x n`.
fn put_and_join(queue: &Queue<usize>, n: usize, is_done: &Ghost) -> Done {
    for item in 0..n {
        queue.put(item)?;
        queue.join();
    }
    add(is_done, 1);
    Ok(())
}

/// The polling consumer of the models: n times, unless the queue is empty.
fn poll(queue: &Queue<usize>, n: usize, then: impl Fn() -> Done) -> Done {
    for _ in 0..n {
        if !queue.empty() {
            let _item = queue.get()?;
            then()?;
        }
    }
    Ok(())
}

fn join_each_put(n: usize, consumers: usize, k: usize) -> Result<Value, Exception> {
    let (queue, is_done) = (Queue::new(0), label_producer());
    let mut tasks = Tasks::default();
    let theirs = queue.clone();
    tasks.add(move || put_and_join(&theirs, n, &is_done));
    tasks.times(consumers, |_| {
        let queue = queue.clone();
        move || {
            for _ in 0..k {
                let _item = queue.get()?;
                queue.task_done()?;
            }
            Ok(())
        }
    });
    tasks.join()
}

#[test]
fn m13_join_after_each_put() {
    let case = |n, c, k, all| {
        let name = format!("M13 N={n} C={c} K={k}");
        let oracle = oracle::m13_join_each_put(n, c, k);
        Case::new(name, move || join_each_put(n, c, k), oracle, all).fact("producer complete", all)
    };
    case(10, 3, 10, 59_049).fact("stuck 2", 3).fact("stuck 3", 59_046).counts();
    case(2, 1, 2, 1).fact("complete", 1).counts();
    case(2, 2, 2, 4).fact("complete", 0).counts();
    case(2, 2, 1, 2).fact("complete", 2).counts();
    case(4, 2, 2, 6).fact("complete", 6).counts();
}

/// Has the label say whose report was one too many; first the producer's.
fn label_errors() -> [Ghost; 2] {
    let failed = [ghost(0), ghost(0)];
    let label = failed.clone();
    facts(move || {
        let who = match [label[0].get(), label[1].get()] {
            [0, 0] => "none",
            [_, 0] => "producer",
            [0, _] => "consumer",
            _ => "both",
        };
        format!("errors {who}")
    });
    failed
}

fn report(queue: &Queue<usize>, failed: &Ghost) -> Done {
    let reported = queue.task_done();
    add(failed, i64::from(reported.is_err()));
    reported
}

fn reports(n: usize) -> Result<Value, Exception> {
    let (queue, [_, failed]) = (Queue::new(0), label_errors());
    let mut tasks = Tasks::default();
    let theirs = queue.clone();
    tasks.add(move || {
        (0..2).try_for_each(|item| theirs.put(item))?;
        theirs.join();
        Ok(())
    });
    tasks.add(move || {
        let _items = [queue.get()?, queue.get()?];
        (0..n).try_for_each(|_| report(&queue, &failed))
    });
    tasks.join()
}

/// The document gives no counts, but says how all schedules end.
#[test]
fn m13_reports_too_few_or_too_many() {
    for (n, fate, errors) in [
        (0, "stuck 1", "errors none"),
        (1, "stuck 1", "errors none"),
        (2, "complete", "errors none"),
        (3, "complete", "errors consumer"),
    ] {
        let oracle = oracle::m13_reports(n);
        let all = oracle.values().sum();
        let case = Case::new(format!("M13 reports={n}"), move || reports(n), oracle, all);
        let raised = if n > 2 { all } else { 0 };
        case.finds(Kind::Exception, raised).fact(fate, all).fact(errors, all).counts();
    }
}

#[test]
fn m13_join_racing_with_the_first_put() {
    let program = || {
        let queue = Queue::new(0);
        let (puts, joined) = (ghost(0), ghost(0));
        let label = joined.clone();
        facts(move || format!("joined at {}", label.get()));
        let mut tasks = Tasks::default();
        let (joining, n_puts) = (queue.clone(), puts.clone());
        tasks.add(move || {
            joining.join();
            joined.set(n_puts.get());
            Ok(())
        });
        let putting = queue.clone();
        tasks.add(move || {
            for item in 0..2 {
                putting.put(item)?;
                add(&puts, 1);
            }
            Ok(())
        });
        tasks.add(move || {
            for _ in 0..2 {
                let _item: usize = queue.get()?;
                queue.task_done()?;
            }
            Ok(())
        });
        tasks.join()
    };
    let case = Case::new("M13 racing join", program, oracle::m13_racing_join(), 7);
    case.fact("joined at 0", 3).fact("joined at 1", 1).fact("joined at 2", 3).counts();
}

/// All four lines: both report, and both join.
fn both_report(n: usize) -> Result<Value, Exception> {
    let (queue, [ours, theirs]) = (Queue::new(0), label_errors());
    let mut tasks = Tasks::default();
    let producing = queue.clone();
    tasks.add(move || {
        for item in 0..n {
            producing.put(item)?;
            report(&producing, &ours)?;
            producing.join();
        }
        Ok(())
    });
    tasks.add(move || {
        poll(&queue, n, || {
            report(&queue, &theirs)?;
            queue.join();
            Ok(())
        })
    });
    tasks.join()
}

#[test]
fn m13_both_report() {
    // Columns: all, errors of the consumer only, of the producer only, of both, of none.
    let table = [(12, 9, 2, 0, 1), (166, 90, 25, 50, 1), (844, 378, 85, 380, 1)];
    for (n, (all, consumer, producer, both, none)) in (1..).zip(table) {
        let oracle = oracle::m13_both_report(n);
        let case = Case::new(format!("M13 both report N={n}"), move || both_report(n), oracle, all);
        let case = case
            .finds(Kind::Exception, all - none)
            .fact("errors consumer", consumer)
            .fact("errors producer", producer);
        case.fact("errors both", both).fact("errors none", none).fact("complete", all).counts();
    }
}

/// The producer joins after each put; the consumer polls, and reports or not.
fn polling(n: usize, has_report: bool) -> Result<Value, Exception> {
    let (queue, is_done) = (Queue::new(0), label_producer());
    let mut tasks = Tasks::default();
    let theirs = queue.clone();
    tasks.add(move || put_and_join(&theirs, n, &is_done));
    tasks.add(move || poll(&queue, n, || if has_report { queue.task_done() } else { Ok(()) }));
    tasks.join()
}

#[test]
fn m13_polling_consumer() {
    for (n, (all, stuck)) in (1..).zip([(2, 1), (5, 4), (13, 12)]) {
        let oracle = oracle::m13_polling_report(n);
        let name = format!("M13 polling report N={n}");
        let case = Case::new(name, move || polling(n, true), oracle, all);
        case.stuck_by_size(all - stuck, &[stuck]).counts();
    }
    // No counts in the document: the producer is always stuck.
    for n in 1..=10 {
        let oracle = oracle::m13_no_report(n);
        let all = oracle.values().sum();
        let case =
            Case::new(format!("M13 no report N={n}"), move || polling(n, false), oracle, all);
        case.fact("producer stuck", all).counts();
    }
}
