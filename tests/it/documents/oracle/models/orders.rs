//! Models M18, M21 to M24 and M29: what can be seen from outside, and in which order.
//!
//! The idea: the visible events of a schedule are written to a log, which is part of the state,
//! so the outcome is the order and the number of outcomes is the number of visible orders.
//!
//! What they miss: buffers between a write and its reader, unless a model has a step for it.

use super::world::{DONE, Flow, Step, System, World, act, join, number, when};
use crate::documents::oracle::counter::Outcomes;

/// The entry that all tasks of M18 share.
const NAME: i32 = -1;

/// Which key a task of M18 sets first.
#[derive(Clone, Copy)]
pub(crate) enum FirstKey {
    Name,
    Own,
}

/// M18: `[name key, key i, append i]` or `[key i, name key, append i]`, task i of n.
///
/// The outcome is the order of the keys, with the name as -1, and the order of the list.
pub(crate) fn m18_containers(n: usize, first: FirstKey) -> Outcomes {
    let name_key = || act(|world, _| set_key(world, NAME));
    let own_key = || act(|world, task| set_key(world, number(task)));
    let append = act(|world, task| world.lists[1].push(number(task)));
    let program = match first {
        FirstKey::Name => vec![name_key(), own_key(), append],
        FirstKey::Own => vec![own_key(), name_key(), append],
    };
    let label = |world: &World| format!("keys {:?}; list {:?}", world.lists[0], world.lists[1]);
    System::new(&[], label).tasks(n, program).outcomes()
}

/// A key that is there already keeps its place.
fn set_key(world: &mut World, key: i32) {
    if !world.lists[0].contains(&key) {
        world.lists[0].push(key);
    }
}

/// M21: main `[test, terminate, test, test]`, victim `[die]`, enabled after the request.
///
/// The outcome is what the three tests saw.
pub(crate) fn m21_terminate() -> Outcomes {
    const REQUESTED: usize = 0;
    const DEAD: usize = 1;
    let test = || act(|world, _| world.lists[0].push(world.cells[DEAD]));
    let terminate = act(|world, _| world.cells[REQUESTED] = 1);
    let die = when(|world| world.cells[REQUESTED] == 1, |world, _| world.cells[DEAD] = 1);
    let label = |world: &World| {
        world.lists[0].iter().map(|&dead| if dead == 1 { 'F' } else { 'T' }).collect()
    };
    let system = System::new(&[0, 0], label).tasks(1, vec![test(), terminate, test(), test()]);
    system.tasks(1, vec![die]).outcomes()
}

/// Where main joins its two children in M22, or which of them are daemons.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Placement {
    NoJoin,
    JoinInLoop,
    JoinFirst,
    JoinSecond,
    JoinBoth,
    BothDaemon,
    FirstDaemon,
    SecondDaemon,
}

impl Placement {
    fn joins(self, child: usize) -> bool {
        match self {
            Placement::JoinInLoop | Placement::JoinBoth => true,
            Placement::JoinFirst => child == 0,
            Placement::JoinSecond => child == 1,
            _ => false,
        }
    }

    fn daemon(self, child: usize) -> bool {
        match self {
            Placement::BothDaemon => true,
            Placement::FirstDaemon => child == 0,
            Placement::SecondDaemon => child == 1,
            _ => false,
        }
    }
}

/// The main task of M22 behind its two children, which are tasks 0 and 1.
const STARTED: [usize; 2] = [0, 1];
const EXITED: usize = 2;
const OVER: i32 = 4;
const EVENTS: [&str; 5] = ["begin 1", "end 1", "begin 2", "end 2", "over"];

/// M22: main `[start 1, start 2, joins, "over", exit]`, or with the joins right behind each start;
/// children `["begin", "end"]` from their start on.
///
/// Each join is a step. The exit waits for the children that are no daemons; after it, nobody
/// takes a step. The outcome is the visible order.
pub(crate) fn m22_placements(placement: Placement) -> Outcomes {
    let label = |world: &World| {
        let events = world.lists[0]
            .iter()
            .map(|&event| EVENTS[usize::try_from(event).expect("it is an index")]);
        events.collect::<Vec<_>>().join("; ")
    };
    let start = |child: usize| act(move |world, _| world.cells[STARTED[child]] = 1);
    let mut main = Vec::new();
    if matches!(placement, Placement::JoinInLoop) {
        main.extend([start(0), join(0), start(1), join(1)]);
    } else {
        main.extend([start(0), start(1)]);
        main.extend((0..2).filter(|&child| placement.joins(child)).map(join));
    }
    main.push(act(|world, _| world.lists[0].push(OVER)));
    main.push(when(
        move |world| (0..2).all(|child| placement.daemon(child) || world.tasks[child].ended()),
        |world, _| world.cells[EXITED] = 1,
    ));
    let system = System::new(&[0; 3], label).tasks(1, child(0)).tasks(1, child(1));
    system.tasks(1, main).outcomes()
}

/// `["begin", "end"]` of one child of M22.
fn child(child: usize) -> Vec<Step> {
    let event = move |event: i32| {
        when(
            move |world| world.cells[STARTED[child]] == 1 && world.cells[EXITED] == 0,
            move |world, _| world.lists[0].push(event),
        )
    };
    vec![event(2 * number(child)), event(2 * number(child) + 1)]
}

/// When "over" is printed and when the program ends, in seconds from the start.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) over: u32,
    pub(crate) end: u32,
}

/// M22 with children that take exactly `seconds`, and everything else no time.
pub(crate) fn m22_times(placement: Placement, seconds: [u32; 2]) -> Times {
    let in_loop = matches!(placement, Placement::JoinInLoop);
    // In the loop the second child starts when the first one has ended.
    let ends = [seconds[0], seconds[1] + if in_loop { seconds[0] } else { 0 }];
    let latest = |waits: &dyn Fn(usize) -> bool| {
        (0..2).filter(|&child| waits(child)).map(|child| ends[child]).max().unwrap_or(0)
    };
    let over = latest(&|child| placement.joins(child));
    Times { over, end: over.max(latest(&|child| !placement.daemon(child))) }
}

/// How many writes an appender of M23 needs for one record.
#[derive(Clone, Copy)]
pub(crate) enum Record {
    TwoWrites,
    OneBufferedWrite,
}

/// M23: `[write, write] x 2` or `[write] x 2`; the outcome tells whether the records are whole.
pub(crate) fn m23_appenders(record: Record) -> Outcomes {
    let write = || act(|world, task| world.lists[0].push(number(task)));
    let label = |world: &World| {
        let changes = world.lists[0].windows(2).filter(|pair| pair[0] != pair[1]).count();
        if changes == 1 { "whole".to_owned() } else { "mixed".to_owned() }
    };
    let program = match record {
        Record::TwoWrites => vec![write(), write()],
        Record::OneBufferedWrite => vec![write()],
    };
    System::new(&[], label).tasks(2, program).outcomes()
}

/// M24: `[complete] x n`, dispatched in the order of their numbers to w workers, so that a task
/// may complete when fewer than w of those before it have not.
pub(crate) fn m24_completions(n: usize, w: usize) -> Outcomes {
    let complete: Step = Box::new(move |world, task| {
        let before = world.tasks[..task].iter().filter(|other| other.at != DONE).count();
        if before < w { Flow::Next } else { Flow::Blocked }
    });
    System::new(&[], World::verdict).tasks(n, vec![complete]).outcomes()
}

/// M29: `[print] x n` beside the line of main, all started first.
pub(crate) fn m29_prints(n: usize) -> Outcomes {
    System::new(&[], World::verdict).tasks(n + 1, vec![act(|_, _| ())]).outcomes()
}

#[cfg(test)]
mod tests {
    use super::super::check::{exactly, totals};
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn m18_name_first() {
        let two = m18_containers(2, FirstKey::Name);
        totals(&two, 20);
        assert_eq!(two.len(), 4);
        let three = m18_containers(3, FirstKey::Name);
        totals(&three, 1_680);
        assert_eq!(three.len(), 36);
        let same_order = |outcome: &str| {
            let (keys, list) = outcome.split_once("; list ").expect("it has two orders");
            keys.replace("keys [-1, ", "[") == list
        };
        let equal: u128 = three.iter().filter(|(o, _)| same_order(o)).map(|(_, n)| n).sum();
        assert_eq!(equal, 636);
    }

    #[test]
    fn m18_own_first() {
        let three = m18_containers(3, FirstKey::Own);
        assert_eq!(three.len(), 108);
        let keys: BTreeSet<_> = three.keys().filter_map(|o| o.split("; ").next()).collect();
        assert_eq!(keys.len(), 18);
        let place =
            |order: &str| order.split(", ").position(|key| key.trim_end_matches(']') == "-1");
        let places: BTreeSet<_> = keys.iter().map(|order| place(order)).collect();
        // The places 2 to n + 1, counted from 1 there and from 0 here.
        assert_eq!(places, BTreeSet::from([Some(1), Some(2), Some(3)]));
    }

    #[test]
    fn m21() {
        exactly(&m21_terminate(), &[("TFF", 1), ("TTF", 1), ("TTT", 1)]);
    }

    #[test]
    fn m22() {
        // Columns: placement, visible orders, schedules.
        let table = [
            (Placement::NoJoin, 30, 45),
            (Placement::JoinInLoop, 1, 1),
            (Placement::JoinFirst, 10, 31),
            (Placement::JoinSecond, 10, 21),
            (Placement::JoinBoth, 6, 19),
            (Placement::BothDaemon, 71, 103),
            (Placement::FirstDaemon, 45, 63),
            (Placement::SecondDaemon, 45, 71),
        ];
        for (placement, orders, all) in table {
            let outcomes = m22_placements(placement);
            totals(&outcomes, all);
            assert_eq!(outcomes.len(), orders, "{placement:?}");
        }
        for (placement, line) in
            [(Placement::FirstDaemon, "end 1"), (Placement::SecondDaemon, "end 2")]
        {
            let outcomes = m22_placements(placement);
            assert_eq!(outcomes.keys().filter(|order| !order.contains(line)).count(), 15);
        }
    }

    #[test]
    fn m22_with_the_delays_of_the_document() {
        let table = [
            (Placement::NoJoin, 0, 5),
            (Placement::JoinInLoop, 8, 8),
            (Placement::JoinFirst, 3, 5),
            (Placement::JoinSecond, 5, 5),
            (Placement::JoinBoth, 5, 5),
            (Placement::BothDaemon, 0, 0),
            (Placement::FirstDaemon, 0, 5),
            (Placement::SecondDaemon, 0, 3),
        ];
        for (placement, over, end) in table {
            assert_eq!(m22_times(placement, [3, 5]), Times { over, end }, "{placement:?}");
        }
    }

    #[test]
    fn m23() {
        totals(&m23_appenders(Record::TwoWrites), 6);
        exactly(&m23_appenders(Record::TwoWrites), &[("whole", 2), ("mixed", 4)]);
        exactly(&m23_appenders(Record::OneBufferedWrite), &[("whole", 2)]);
    }

    #[test]
    fn m24() {
        let table = [
            (4, 2, 8),
            (6, 3, 162),
            (10, 3, 13_122),
            (8, 4, 6_144),
            (10, 5, 375_000),
            (30, 5, 35_762_786_865_234_375_000),
        ];
        for (n, w, all) in table {
            exactly(&m24_completions(n, w), &[("complete", all)]);
        }
        // Too large: n = 100, w = 5 has 5! * 5^95 schedules, which is above u128.
    }

    #[test]
    fn m29() {
        exactly(&m29_prints(10), &[("complete", 39_916_800)]);
    }
}
