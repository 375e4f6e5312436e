//! Models M10 to M12, M28 and two extras of M27: tasks that share a list or a
//! queue.
//!
//! An unbounded queue is one of maximal size 0.

use unknot_checker::Kind;
use unknot_checker::sim::{
    Exception, Queue, Shared, Value, outcome_at_exit, spawn, spawn_daemon, yield_now,
};

use super::{Case, Done, Ghost, Tasks, add, dies, facts, ghost};
use crate::documents::oracle::models::queues as oracle;

/// n tasks that look at the tail and remove what they saw, as two steps.
fn list_tail(n: usize, items: i32) -> Result<Value, Exception> {
    let list = Shared::new((1..=items).collect::<Vec<_>>());
    let (empty, gone) = (ghost(0), ghost(0));
    let (last, died) = (list.clone(), [empty.clone(), gone.clone()]);
    outcome_at_exit(move || {
        let [empty, gone] = [died[0].get(), died[1].get()];
        format!("empty {empty}; gone {gone}; left {}", last.read().len())
    });
    let mut tasks = Tasks::default();
    tasks.times(n, |_| {
        let (list, empty, gone) = (list.clone(), empty.clone(), gone.clone());
        move || {
            loop {
                let Some(tail) = list.read().last().copied() else {
                    add(&empty, 1);
                    return dies();
                };
                let before = list.update_in_one_step(|list| {
                    let mut rest = list.clone();
                    rest.retain(|&item| item != tail);
                    rest
                });
                if !before.contains(&tail) {
                    add(&gone, 1);
                    return dies();
                }
            }
        }
    });
    tasks.join()
}

#[test]
fn m10_list_tail() {
    let two = [(1, 12, [4, 8]), (2, 40, [8, 32]), (3, 104, [16, 88]), (5, 520, [64, 456])];
    for (items, all, gone) in two {
        let oracle = oracle::m10_list_tail(2, items);
        let name = format!("M10 n=2 L={items}");
        let case = Case::new(name, move || list_tail(2, items), oracle, all);
        case.finds(Kind::Exception, all)
            .fact("gone 0", gone[0])
            .fact("gone 1", gone[1])
            .fact("left 0", all)
            .counts();
    }
    let oracle = oracle::m10_list_tail(3, 5);
    let case = Case::new("M10 n=3 L=5", || list_tail(3, 5), oracle, 165_198);
    let case = case.fact("gone 0", 1_458).fact("gone 1", 27_768).fact("gone 2", 135_972);
    case.finds(Kind::Exception, 165_198).counts();
}

/// Has the label say how many items were got.
fn label_eaten() -> Ghost {
    let eaten = ghost(0);
    let label = eaten.clone();
    facts(move || format!("eaten {}", label.get()));
    eaten
}

fn put_some(tasks: &mut Tasks, queue: &Queue<i32>, n: i32) {
    let queue = queue.clone();
    tasks.add(move || (0..n).try_for_each(|item| queue.put(item)));
}

fn leaves_when_empty(readers: usize) -> Result<Value, Exception> {
    let (queue, eaten) = (Queue::new(0), label_eaten());
    let mut tasks = Tasks::default();
    put_some(&mut tasks, &queue, 3);
    tasks.times(readers, |_| {
        let (queue, eaten) = (queue.clone(), eaten.clone());
        move || {
            while !queue.empty() {
                let _item = queue.get()?;
                add(&eaten, 1);
            }
            Ok(())
        }
    });
    tasks.join()
}

#[test]
fn m11_reader_leaves_when_empty() {
    let oracle = oracle::m11_leaves_when_empty;
    let case = Case::new("M11 readers=1", || leaves_when_empty(1), oracle(1), 17);
    let case = case.fact("eaten 0", 1).fact("eaten 1", 1).fact("eaten 2", 3).fact("eaten 3", 12);
    case.fact("complete", 17).counts();
    let case = Case::new("M11 readers=2", || leaves_when_empty(2), oracle(2), 2_122);
    case.stuck_by_size(2_122 - 944, &[944]).counts();
}

fn polling(n: i32, k: usize, consumers: usize) -> Result<Value, Exception> {
    let (queue, eaten) = (Queue::new(0), label_eaten());
    let mut tasks = Tasks::default();
    put_some(&mut tasks, &queue, n);
    tasks.times(consumers, |_| {
        let (queue, eaten) = (queue.clone(), eaten.clone());
        move || {
            for _ in 0..k {
                if !queue.empty() {
                    let _item = queue.get()?;
                    add(&eaten, 1);
                }
            }
            Ok(())
        }
    });
    tasks.join()
}

/// M12 with as many polls as items.
fn m12(n: i32, consumers: usize, all: u128) -> Case {
    let k = usize::try_from(n).expect("a size");
    let name = format!("M12 N=K={n} c={consumers}");
    Case::new(name, move || polling(n, k, consumers), oracle::m12_polling(k, k, consumers), all)
}

#[test]
fn m12_one_polling_consumer() {
    let eaten = |case: Case, row: &[u128]| {
        (0..).zip(row).fold(case, |case, (n, &all)| case.fact(format!("eaten {n}"), all))
    };
    eaten(m12(2, 1, 8), &[1, 4, 3]).counts();
    eaten(m12(3, 1, 39), &[1, 8, 18, 12]).counts();
    let ten = m12(10, 1, 8_486_433).fact("eaten 10", 1_430_715).fact("complete", 8_486_433);
    assert_eq!(ten.oracle.len(), 11, "0 to 10 eaten");
    ten.outcomes();
}

#[test]
fn m12_several_polling_consumers() {
    m12(2, 2, 338).stuck_by_size(338 - 120, &[120]).counts();
    m12(3, 2, 15_244).stuck_by_size(15_244 - 5_384, &[5_384]).counts();
    m12(2, 3, 19_644).stuck_by_size(19_644 - 8_916 - 4_068, &[8_916, 4_068]).counts();
    m12(10, 3, 171_409_464_089_142_103_647_358_512).beyond();
}

#[test]
fn m27_full_then_put_nowait() {
    let program = || {
        let (queue, raised) = (Queue::new(1), ghost(0));
        let label = raised.clone();
        facts(move || format!("raised {}", label.get()));
        let mut tasks = Tasks::default();
        tasks.times(2, |i| {
            let (queue, raised) = (queue.clone(), raised.clone());
            move || {
                if queue.full() {
                    return Ok(());
                }
                let put = queue.put_nowait(i);
                add(&raised, i64::from(put.is_err()));
                put
            }
        });
        tasks.join()
    };
    let case = Case::new("M27 put_nowait", program, oracle::m27_put_nowait(2, 1), 6);
    case.finds(Kind::Exception, 4).fact("raised 1", 4).counts();
}

/// The model's main joins and exits as two steps; here the join is followed by
/// a yield, and the exit is that of the process.
#[test]
fn m27_daemon_consumer() {
    let program = || {
        let (queue, eaten) = (Queue::new(0), label_eaten());
        let theirs = queue.clone();
        let producer = spawn(move || (0..3).try_for_each(|item| queue.put(item)));
        let _consumer = spawn_daemon("consumer", move || -> Done {
            loop {
                let _item = theirs.get()?;
                add(&eaten, 1);
            }
        });
        producer.join()??;
        yield_now();
        Ok(Value::Unit)
    };
    let case = Case::new("M27 daemon consumer", program, oracle::m27_daemon_consumer(3), 28);
    let case = case.fact("eaten 0", 1).fact("eaten 1", 4).fact("eaten 2", 9).fact("eaten 3", 14);
    case.counts();
}

#[test]
fn m28_hand_over() {
    let program = || {
        let queue = Queue::new(1);
        let got = [ghost(0), ghost(0)];
        let label = got.clone();
        facts(move || format!("getters have {} and {}", label[0].get(), label[1].get()));
        let mut tasks = Tasks::default();
        for item in [1, 2] {
            let queue = queue.clone();
            tasks.add(move || queue.put(item));
        }
        for mine in got {
            let queue = queue.clone();
            tasks.add(move || {
                mine.set(queue.get()?);
                Ok(())
            });
        }
        tasks.join()
    };
    let case = Case::new("M28", program, oracle::m28_hand_over(), 4).fact("complete", 4);
    case.fact("getters have 1 and 2", 2).fact("getters have 2 and 1", 2).counts();
}
