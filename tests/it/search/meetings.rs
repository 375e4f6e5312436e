//! Exact numbers of classes of programs whose tasks meet, are counted, wait in a line, or
//! assume something.

use std::time::Duration;

use unknot_checker::model::kind::Kind;
use unknot_checker::sim::{
    Atomic, Channel, Exception, Lock, Mode, Program, Relation, Rendezvous, RwLock, Semaphore,
    WaitGroup, assume, done, spawn, wait_any,
};
use unknot_checker::strategy::Dpor;

use super::processes::{Row, confirm, program};
use crate::kit::programs::spec;
use crate::search::proof::{MAX_EXECUTIONS, compare_searches};

fn met(result: Result<(), Exception>) -> &'static str {
    result.map_or_else(|refused| refused.kind, |()| "met")
}

fn two_meet() -> Result<i64, Exception> {
    let channel = Rendezvous::named("channel");
    let theirs = channel.clone();
    spawn(move || theirs.send(7));
    channel.receive()
}

fn two_senders() -> Result<String, Exception> {
    let channel = Rendezvous::named("channel");
    for item in ["a", "b"] {
        let theirs = channel.clone();
        spawn(move || theirs.send(item));
    }
    Ok(format!("{}{}", channel.receive()?, channel.receive()?))
}

fn tries_and_closes() -> Result<&'static str, Exception> {
    let channel = Rendezvous::named("channel");
    let theirs = channel.clone();
    spawn(move || theirs.receive().is_ok());
    let result = met(channel.try_send(7));
    channel.close();
    Ok(result)
}

fn receives_in_time() -> Result<&'static str, Exception> {
    let channel = Channel::named("channel", 1);
    let theirs = channel.clone();
    spawn(move || theirs.send(7));
    Ok(met(channel.receive_timeout(Duration::from_secs(1)).map(drop)))
}

fn room_or_an_end() -> Result<String, Exception> {
    let (numbers, stop) = (Channel::named("numbers", 1), Channel::<()>::named("stop", 1));
    numbers.send(1)?;
    let (theirs, their_stop) = (numbers.clone(), stop.clone());
    spawn(move || theirs.receive().is_ok());
    spawn(move || their_stop.close());
    Ok(format!("{:?}", wait_any(&[&numbers.room(), &stop])?))
}

/// Main adds so many and waits, and each of them is done.
fn all_done(workers: i32) -> Result<(), Exception> {
    let group = WaitGroup::named("group");
    group.add(workers)?;
    for _ in 0..workers {
        let theirs = group.clone();
        spawn(move || theirs.done());
    }
    group.wait()
}

fn added_inside() -> Result<(), Exception> {
    let group = WaitGroup::named("group");
    let theirs = group.clone();
    spawn(move || {
        theirs.add(1)?;
        theirs.done()
    });
    group.wait()
}

fn used_again() -> Result<&'static str, Exception> {
    let group = WaitGroup::named("group");
    group.add(1)?;
    let theirs = group.clone();
    spawn(move || {
        theirs.done()?;
        theirs.add(1)?;
        theirs.done()
    });
    Ok(met(group.wait()))
}

/// A task reads, reads again and leaves, and main writes.
fn reads_again(lock: &RwLock) -> Result<(), Exception> {
    let theirs = lock.clone();
    spawn(move || {
        let _outer = theirs.read()?;
        let _inner = theirs.read()?;
        done(())
    });
    let _writing = lock.write()?;
    done(())
}

/// So many tasks take a lock and give it back.
fn in_a_line(tasks: u32) {
    let lock = Lock::first_come("lock");
    for _ in 0..tasks {
        let theirs = lock.clone();
        spawn(move || {
            theirs.acquire();
            theirs.release()
        });
    }
}

/// The same with the one permit of a semaphore.
fn permits_in_a_line(tasks: u32) {
    let permits = Semaphore::first_come("permits", 1);
    for _ in 0..tasks {
        let theirs = permits.clone();
        spawn(move || drop(theirs.permit()));
    }
}

/// Two tasks take two such locks, each in its own order.
fn crossed_lines() {
    let locks = ["a", "b"].map(Lock::first_come);
    for swapped in [false, true] {
        let [a, b] = locks.clone();
        let (first, second) = if swapped { (b, a) } else { (a, b) };
        spawn(move || {
            let _first = first.lock()?;
            let _second = second.lock()?;
            done(())
        });
    }
}

fn assumes_to_be_second() -> i64 {
    let x = Atomic::named("x", 0);
    let theirs = x.clone();
    spawn(move || theirs.store(1));
    let read = x.load();
    assume(read == 1);
    read
}

fn rows() -> Vec<Row> {
    let row = |name, program: Program, classes, stuck, outcomes| Row {
        name,
        program,
        classes,
        stuck,
        outcomes,
        kinds: &[],
    };
    let found = |kinds, row: Row| Row { kinds, ..row };
    let free = || RwLock::named("lock");
    vec![
        // Whichever comes first parks.
        row("two meet", program(two_meet), 2, 0, &["7"]),
        // Each arrival is ordered with each other one. Of the 4! orders of the arrivals, half
        // have the two receipts in the order of main; in 2 of these 12 both receipts come
        // before both sends, which cannot be, since the first one waits.
        row("two senders", program(two_senders), 10, 0, &["ab", "ba"]),
        // The receipt comes before the try, between the two, or after the close.
        row("tries and closes", program(tries_and_closes), 3, 0, &["Full", "met"]),
        // The time is up before the send, or not.
        row("receives in time", program(receives_in_time), 2, 0, &["Empty", "met"]),
        // The wait comes after the receipt, after the close, or after both. These two are not
        // of one channel, so their order does not matter.
        row("room or an end", program(room_or_an_end), 3, 0, &["[0, 1]", "[0]", "[1]"]),
        // The reports are ordered, since one of them may be one too many, and the wait comes
        // anywhere among them: (n + 1)! orders.
        row("one is done", program(|| all_done(1)), 2, 0, &["()"]),
        row("two are done", program(|| all_done(2)), 6, 0, &["()"]),
        row("three are done", program(|| all_done(3)), 24, 0, &["()"]),
        // The wait passes before the add and after the report, and waits in between.
        row("added inside", program(added_inside), 3, 0, &["()"]),
        // A wait that comes before the first report is let go by it, and goes on before the
        // second add, behind that, where it finds the misuse, or behind the second report.
        // Other waits come before the second add, behind it, or behind the second report.
        row("used again", program(used_again), 6, 0, &["Reused", "met"]),
        // The writer comes somewhere among the four steps of the reader. Between the two
        // reads it waits for the reader, and the reader for the writer.
        found(
            &[Kind::Deadlock],
            row(
                "reads again, writers first",
                program(|| reads_again(&RwLock::writers_first("lock"))),
                5,
                1,
                &["()"],
            ),
        ),
        // The writer is before or after the reader.
        row("reads again", program(move || reads_again(&free())), 2, 0, &["()"]),
        // In each of the n! orders of arrival, the ways to put n releases among the arrivals,
        // each behind its own: the Catalan number of n, 2 and 5.
        row("two in a line", program(|| in_a_line(2)), 4, 0, &["()"]),
        row("three in a line", program(|| in_a_line(3)), 30, 0, &["()"]),
        row("two permits in a line", program(|| permits_in_a_line(2)), 4, 0, &["()"]),
        row("three permits in a line", program(|| permits_in_a_line(3)), 30, 0, &["()"]),
        // If one task is first at both locks, the other one comes to each of them before or
        // after the first gives it back: 4 ways, and 4 for the other task. If each is first at
        // its first lock they wait for one another. None can be first at its second lock
        // alone.
        found(&[Kind::Deadlock], row("crossed lines", program(crossed_lines), 9, 1, &["()"])),
        // The read before the write is excluded: its task waits, and that is no finding.
        row("assumes to be second", program(assumes_to_be_second), 2, 1, &["1"]),
    ]
}

#[test]
fn classes_of_meetings() {
    rows().iter().for_each(confirm);
}

/// The tests of the tests: relations that are wrong for these primitives are found out.
#[test]
fn wrong_relations_are_found_out() {
    use crate::kit::programs::all::*;
    let rows = [
        // What a step gives up of the line, and to what task.
        ((Mode::GiveBounded, Mode::Try), spec!([[LnLock, LnUnlock]], [LnLock, LnUnlock])),
        ((Mode::Drop, Mode::GiveBounded), spec!([[GroupAdd(1)]], [GroupDone])),
        ((Mode::Drop, Mode::Give), spec!([[WfRead, WfUnlock]], [WfWrite])),
    ];
    for (pair, spec) in rows {
        let wrong: &Relation = Box::leak(Box::new(Relation::wrong(&[pair])));
        let compare = |search| compare_searches(&spec, search, MAX_EXECUTIONS);
        assert_eq!(compare(Dpor::new()), Some(Ok(())), "{spec:?}");
        assert!(matches!(compare(Dpor::under(wrong)), Some(Err(_))), "{pair:?}");
    }
}
