//! Models M18, M22, M23 and M29: what can be seen from outside, and in which
//! order. A print is an update of a list.

use unknot_checker::sim::{
    Exception, JoinHandle, Semaphore, Shared, Value, outcome_at_exit, spawn, spawn_daemon,
    yield_now,
};

use super::{Case, Done, Tasks, total};
use crate::documents::oracle::models::orders as oracle;
use oracle::{FirstKey, Placement, Record};

/// Puts an item behind the others.
fn append<T: Clone + std::fmt::Debug + 'static>(list: &Shared<Vec<T>>, item: T) {
    list.update_in_one_step(|list| {
        let mut longer = list.clone();
        longer.push(item);
        longer
    });
}

/// Sets a key, which keeps its place if it is there already.
fn set_key(keys: &Shared<Vec<i32>>, key: i32) {
    keys.update_in_one_step(|keys| {
        let mut more = keys.clone();
        if !keys.contains(&key) {
            more.push(key);
        }
        more
    });
}

/// The entry that all tasks of M18 share.
const NAME: i32 = -1;

fn containers(n: usize, first: FirstKey) -> Result<Value, Exception> {
    let (keys, list) = (Shared::new(vec![]), Shared::new(vec![]));
    let (all_keys, whole_list) = (keys.clone(), list.clone());
    outcome_at_exit(move || format!("keys {:?}; list {:?}", all_keys.read(), whole_list.read()));
    let mut tasks = Tasks::default();
    tasks.times(n, |i| {
        let (keys, list) = (keys.clone(), list.clone());
        let own = i32::try_from(i).expect("a model is small");
        move || {
            let order = match first {
                FirstKey::Name => [NAME, own],
                FirstKey::Own => [own, NAME],
            };
            order.iter().for_each(|&key| set_key(&keys, key));
            append(&list, own);
            Ok(())
        }
    });
    tasks.join()
}

/// Whether the keys behind the name come in the order of the list.
fn has_equal_orders(pair: &str) -> bool {
    let parts = pair.split_once("; list ");
    parts.is_some_and(|(keys, list)| keys.replace("keys [-1, ", "[") == list)
}

#[test]
fn m18_two_containers() {
    for (n, first, all, pairs) in [
        (2, FirstKey::Name, 20, 4),
        (3, FirstKey::Name, 1_680, 36),
        // All of three times three steps again.
        (3, FirstKey::Own, 1_680, 108),
    ] {
        let oracle = oracle::m18_containers(n, first);
        assert_eq!(oracle.len(), pairs);
        if pairs == 36 {
            let equal = oracle.iter().filter(|(pair, _)| has_equal_orders(pair));
            assert_eq!(equal.map(|(_, n)| n).sum::<u128>(), 636);
        }
        let name = format!("M18 n={n} pairs={pairs}");
        Case::new(name, move || containers(n, first), oracle, all).counts();
    }
}

fn is_joined(placement: Placement, child: usize) -> bool {
    match placement {
        Placement::JoinInLoop | Placement::JoinBoth => true,
        Placement::JoinFirst => child == 0,
        Placement::JoinSecond => child == 1,
        _ => false,
    }
}

fn is_daemon(placement: Placement, child: usize) -> bool {
    match placement {
        Placement::BothDaemon => true,
        Placement::FirstDaemon => child == 0,
        Placement::SecondDaemon => child == 1,
        _ => false,
    }
}

/// Main starts both children, joins, prints and exits. In the model a start and
/// a join are steps, so a yield comes before the one and behind the other.
///
/// The end of a daemon is a step in the tool, since a daemon can be killed
/// before it. It is none in the model, so for counts a daemon waits for ever
/// once it has printed.
fn placements(placement: Placement, daemons_end: bool) -> Result<Value, Exception> {
    let (log, never) = (Shared::new(Vec::<String>::new()), Semaphore::new(0));
    let lines = log.clone();
    outcome_at_exit(move || lines.read().join("; "));
    let child = |child: usize| -> JoinHandle<Done> {
        yield_now();
        let (log, never, is_daemon) = (log.clone(), never.clone(), is_daemon(placement, child));
        let body = move || {
            append(&log, format!("begin {}", child + 1));
            append(&log, format!("end {}", child + 1));
            if is_daemon && !daemons_end {
                never.acquire();
            }
            Ok(())
        };
        if is_daemon { spawn_daemon("child", body) } else { spawn(body) }
    };
    let join = |child: JoinHandle<Done>| {
        let ended = child.join()?;
        yield_now();
        ended
    };
    if matches!(placement, Placement::JoinInLoop) {
        (0..2).try_for_each(|i| join(child(i)))?;
    } else {
        let children = [child(0), child(1)];
        for (i, child) in children.into_iter().enumerate() {
            if is_joined(placement, i) {
                join(child)?;
            }
        }
    }
    append(&log, "over".to_owned());
    Ok(Value::Unit)
}

#[test]
fn m22_placements_of_join_and_daemon() {
    // Columns: placement, visible orders, schedules.
    for (placement, orders, all) in [
        (Placement::NoJoin, 30, 45),
        (Placement::JoinInLoop, 1, 1),
        (Placement::JoinFirst, 10, 31),
        (Placement::JoinSecond, 10, 21),
        (Placement::JoinBoth, 6, 19),
        (Placement::BothDaemon, 71, 103),
        (Placement::FirstDaemon, 45, 63),
        (Placement::SecondDaemon, 45, 71),
    ] {
        for daemons_end in [false, true] {
            let oracle = oracle::m22_placements(placement);
            assert_eq!(oracle.len(), orders);
            let cut = match placement {
                Placement::FirstDaemon => Some("end 1"),
                Placement::SecondDaemon => Some("end 2"),
                _ => None,
            };
            if let Some(line) = cut {
                assert_eq!(oracle.keys().filter(|order| !order.contains(line)).count(), 15);
            }
            let name = format!("M22 {placement:?} daemons_end={daemons_end}");
            let case = Case::new(name, move || placements(placement, daemons_end), oracle, all);
            if daemons_end { case.outcomes() } else { case.counts() }
        }
    }
}

#[test]
fn m23_appenders() {
    for (record, all, whole) in [(Record::TwoWrites, 6, 2), (Record::OneBufferedWrite, 2, 2)] {
        let program = move || {
            let file = Shared::new(Vec::<usize>::new());
            let end = file.clone();
            outcome_at_exit(move || {
                let changes = end.read().windows(2).filter(|pair| pair[0] != pair[1]).count();
                if changes == 1 { "whole" } else { "mixed" }
            });
            let mut tasks = Tasks::default();
            tasks.times(2, |i| {
                let file = file.clone();
                move || {
                    append(&file, i);
                    if matches!(record, Record::TwoWrites) {
                        append(&file, i);
                    }
                    Ok(())
                }
            });
            tasks.join()
        };
        let oracle = oracle::m23_appenders(record);
        Case::new(format!("M23 all={all}"), program, oracle, all).fact("whole", whole).counts();
    }
}

/// The oracle counts schedules and keeps no order: each of the (n + 1)! orders
/// must be one schedule, and one class. The document's n = 10 has 39,916,800.
#[test]
fn m29_print_orders() {
    for n in 1..=7_usize {
        let program = move || {
            let log = Shared::new(Vec::<usize>::new());
            let lines = log.clone();
            outcome_at_exit(move || format!("{:?}", lines.read()));
            let printers: Vec<_> = (1..=n)
                .map(|i| {
                    let log = log.clone();
                    spawn(move || append(&log, i))
                })
                .collect();
            append(&log, 0);
            printers.into_iter().try_for_each(JoinHandle::join)?;
            Ok(Value::Unit)
        };
        let all = (1..=n as u128 + 1).product();
        let case = Case::new(format!("M29 n={n}"), program, oracle::m29_prints(n), all);
        case.document_holds_for(&case.oracle, "oracle");
        // The labels of the tool are orders, which follow the verdict.
        let [plain, reduced] = [case.every_schedule().labels, case.every_class().labels];
        assert_eq!([total(&plain), plain.len() as u128], [all, all], "n={n}");
        assert_eq!(plain, reduced, "n={n}");
    }
    assert_eq!((1..=11_u128).product::<u128>(), 39_916_800);
}
