//! Time on the clock of the execution, and maps of which the order is always the same.

use unknot_checker::sim::TimeMode;
use unknot_std::collections::{BTreeMap, HashMap, HashSet, hash_map};
use unknot_std::sync::{Arc, Condvar, Mutex, mpsc};
use unknot_std::thread;
use unknot_std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use unknot_std::{Builder, check};

use super::{row, row_with};

const SECOND: Duration = Duration::from_secs(1);

/// Two tasks that sleep, and one look at the clock besides.
fn sleepers(looks: bool) -> String {
    let begin = Instant::now();
    let tasks = [1, 2].map(|n| thread::spawn(move || thread::sleep(n * SECOND)));
    let before = if looks { begin.elapsed().as_secs() } else { 0 };
    tasks.into_iter().for_each(|task| task.join().unwrap());
    format!("{before} {}", begin.elapsed().as_secs())
}

/// A wait as programs write it: until a deadline, which the clock decides.
fn deadline() -> String {
    let pair = Arc::new((Mutex::new(false), Condvar::new()));
    let theirs = pair.clone();
    let task = thread::spawn(move || {
        *theirs.0.lock().unwrap() = true;
        theirs.1.notify_one();
    });
    let until = Instant::now() + SECOND;
    let mut guard = pair.0.lock().unwrap();
    while !*guard {
        let left = until - Instant::now();
        if left.is_zero() {
            break;
        }
        guard = pair.1.wait_timeout(guard, left).unwrap().0;
    }
    let seen = *guard;
    drop(guard);
    task.join().unwrap();
    seen.to_string()
}

/// Each kind of wait that gives up takes the time that it was given.
fn timeouts() -> String {
    let begin = Instant::now();
    thread::park_timeout(SECOND);
    let (_sender, receiver) = mpsc::channel::<()>();
    assert!(receiver.recv_timeout(2 * SECOND).is_err());
    let (_sender, meeting) = mpsc::sync_channel::<()>(0);
    assert!(meeting.recv_timeout(4 * SECOND).is_err());
    let lock = Mutex::new(());
    drop(Condvar::new().wait_timeout(lock.lock().unwrap(), 8 * SECOND));
    thread::sleep_until(begin + 31 * SECOND);
    begin.elapsed().as_secs().to_string()
}

#[test]
fn the_clock() {
    row("sleepers", || sleepers(false), (1, 0, &["0 3"], &[]));
    // Before both, between them in either order, and after both.
    let all = &["0 3", "1 3", "2 3", "3 3"];
    row("a look between sleepers", || sleepers(true), (4, 0, all, &[]));
    // The flag is set before the wait, or the wait is notified, or gives up before or after it
    // is set; told then or not, since the task may take the lock first.
    row("a deadline", deadline, (5, 0, &["false", "true"], &[]));
    row("timeouts", timeouts, (1, 0, &["31"], &[]));
}

/// Where durations count, sleeps at the same time take as long as the longest.
#[test]
fn the_clock_where_durations_count() {
    for (program, took) in [(sleepers as fn(bool) -> String, "0 2"), (|_| timeouts(), "31")] {
        let virtual_time = Builder::new().time(TimeMode::Virtual);
        let checked = virtual_time.check(move || assert_eq!(program(true), took));
        checked.assert_pass();
    }
}

#[test]
fn the_time_of_the_system() {
    check(|| {
        let begin = SystemTime::now();
        assert_eq!(begin.duration_since(UNIX_EPOCH).unwrap().as_secs(), 946_684_800);
        thread::sleep(SECOND);
        assert_eq!(begin.elapsed().unwrap(), SECOND);
        assert!(begin.duration_since(begin + SECOND).is_err());
        assert!(UNIX_EPOCH.checked_sub(SECOND) < Some(UNIX_EPOCH));
    })
    .assert_pass();
}

/// A program of which the steps follow the order of a map.
fn in_the_order_of_a_map() -> String {
    let map: HashMap<String, u32> = (0..9).map(|n| (format!("key {n}"), n)).collect();
    let sum = Arc::new(Mutex::new(0));
    let theirs = sum.clone();
    let task = thread::spawn(move || *theirs.lock().unwrap() += 1);
    for (key, n) in &map {
        if n % 4 == 0 {
            *sum.lock().unwrap() += key.len();
        }
    }
    task.join().unwrap();
    let first = map.keys().next().unwrap().clone();
    let sum = *sum.lock().unwrap();
    format!("{first} {sum}")
}

#[test]
fn maps_have_one_order() {
    let first = { (0..9).map(|n| (format!("key {n}"), n)).collect::<HashMap<_, _>>() };
    let first = first.keys().next().unwrap().clone();
    // Three times in a row the lock is taken, and the other task is somewhere in between.
    row("a map", in_the_order_of_a_map, (4, 0, &[&*format!("{first} 16")], &[]));
    let again = Builder::new().cross_check(10);
    row_with(
        "the same again",
        again,
        in_the_order_of_a_map,
        (4, 0, &[&*format!("{first} 16")], &[]),
    );
}

/// What programs write with maps and sets.
#[test]
fn maps_and_sets_are_written_as_those_of_std() {
    let mut map: HashMap<&str, Vec<u32>> = HashMap::new();
    map.entry("a").or_default().push(1);
    if let hash_map::Entry::Occupied(mut entry) = map.entry("a") {
        entry.get_mut().push(2);
    }
    map.extend([("b", vec![])]);
    for (_, items) in &mut map {
        items.push(3);
    }
    assert_eq!((map["a"].len(), map.get("b"), map.len()), (3, Some(&vec![3]), 2));
    let sorted: BTreeMap<_, _> = map.clone().into_iter().collect();
    assert_eq!(sorted.into_keys().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(HashMap::from([(1, 2)]), HashMap::from_iter([(1, 2)]));
    let of_std: &std::collections::HashMap<_, _, _> = &map;
    assert!(of_std.contains_key("a"));
    let mut set = HashSet::with_capacity(2);
    set.extend([1, 2]);
    let other: HashSet<u32> = HashSet::from([2, 3]);
    assert_eq!(&set & &other, [2].into_iter().collect());
    assert_eq!(set.union(&other).count(), 3);
    assert_eq!((&set - &other).into_iter().next(), Some(1));
}
