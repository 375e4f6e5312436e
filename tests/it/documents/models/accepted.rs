//! The programs with processes of the contract's table: contract, oracle and tool must count the
//! same.
//!
//! A row holds a program, what the oracle counts for the hand-written model of it, and the
//! numbers of the contract. The reduced search has to run each class of the oracle once, by
//! outcome. Where the plain search gets through, it has to have the same classes, and its
//! schedules are counted: those that differ in steps that the model has.
//!
//! What is no step of a model is left out of the schedules of the tool as well: joins, starts
//! that copy nothing, and ends, but for those of processes that can be killed and, where the
//! model has them, those that close an end of a pipe.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use unknot_checker::check::observe;
use unknot_checker::model::terms::Budget;
use unknot_checker::search::observed::Observed;
use unknot_checker::sim::process::{self, Connection, Event, Pool, Queue, pipe};
use unknot_checker::sim::{
    Act, Exception, Execution, Mode, Program, Purpose, Relation, Shared, TaskId, done,
    outcome_at_exit, spawn,
};
use unknot_checker::strategy::{Dfs, Dpor, Observing, Strategy, Visibility};

use super::classes::Classes;
use super::labelled::label;
use super::{MAX_CLASSES, MAX_SCHEDULES, total};
use crate::documents::oracle::classes::Counted;
use crate::documents::oracle::counter::Outcomes;
use crate::documents::oracle::models::pipes::Bystander;
use crate::documents::oracle::models::processes::Waits;
use crate::documents::oracle::models::{feeders, pipes, pools, processes};
use crate::search::feeders as queued;
use crate::search::pipes as piped;
use crate::search::processes as forked;
use crate::search::processes::program;

/// A program with its model.
struct Row {
    name: String,
    program: Program,
    oracle: Counted,
    /// The classes of the contract, and how many of them are stuck.
    classes: u128,
    stuck: u128,
    /// The schedules of the contract, where it says a number.
    schedules: Option<u128>,
    /// Whether the end of a process that closes an end of a pipe is a step of the model.
    closings: bool,
    plain: Plain,
}

/// What the plain search is compared in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Plain {
    /// There are too many schedules for it.
    Nothing,
    /// The tool makes more steps than the model.
    Classes,
    ClassesAndSchedules,
}

fn row(name: impl Into<String>, program: Program, oracle: Counted, classes: u128) -> Row {
    let (name, stuck, schedules) = (name.into(), 0, None);
    let (closings, plain) = (true, Plain::ClassesAndSchedules);
    Row { name, program, oracle, classes, stuck, schedules, closings, plain }
}

impl Row {
    fn stuck(self, stuck: u128) -> Row {
        Row { stuck, ..self }
    }

    fn schedules(self, schedules: u128) -> Row {
        Row { schedules: Some(schedules), ..self }
    }
}

/// What a search ran.
#[derive(Debug, Default)]
struct Seen {
    /// Whether ends that close an end of a pipe count.
    closings: bool,
    executions: Outcomes,
    classes: Classes,
    classes_by_label: Outcomes,
    /// The tasks of the steps that count, one behind the other.
    schedules: BTreeMap<String, BTreeSet<Vec<TaskId>>>,
}

impl Seen {
    fn add(&mut self, execution: &Execution<'_>) {
        let Some(label) = label(execution, true) else { return };
        *self.executions.entry(label.clone()).or_default() += 1;
        if self.classes.add(execution) {
            *self.classes_by_label.entry(label.clone()).or_default() += 1;
        }
        let steps = execution.trace.steps();
        let counted = (0..steps.len()).filter(|&step| counts(execution, step, self.closings));
        let schedule = counted.map(|step| steps[step].task).collect();
        self.schedules.entry(label).or_default().insert(schedule);
    }
}

/// Whether a step of the tool is a step of the models.
fn counts(execution: &Execution<'_>, step: usize, closings: bool) -> bool {
    let made = &execution.trace.steps()[step];
    let touches = |purposes: &[Purpose]| {
        let mut accesses = execution.trace.accesses(step).iter();
        accesses.any(|access| purposes.contains(&execution.object(access.object).purpose))
    };
    match made.act {
        Act::Join => false,
        Act::Spawn => touches(&[Purpose::Primitive, Purpose::Copy]),
        Act::End => {
            let can_be_killed = execution.task(made.task).alive.is_some();
            can_be_killed || closings && touches(&[Purpose::Copy])
        }
        _ => true,
    }
}

fn run(row: &Row, strategy: impl Strategy, max_executions: u64) -> (Observed, Seen) {
    let seen = Seen { closings: row.closings, ..Seen::default() };
    let seen = Arc::new(Mutex::new(seen));
    let add = |seen: &mut Arc<Mutex<Seen>>, execution: &Execution<'_>| {
        seen.lock().expect("no test has panicked").add(execution);
    };
    let strategy = Observing::new(strategy, Arc::clone(&seen), add);
    let budget = Budget { max_executions, ..Budget::default() };
    let observed = observe(&row.program, strategy, budget);
    let seen = std::mem::take(&mut *seen.lock().expect("no test has panicked"));
    (observed, seen)
}

/// Contract, oracle, reduced search and plain search, in this order.
fn confirm(row: &Row) {
    let Row { name, oracle, .. } = row;
    let stuck = oracle.classes.iter().filter(|(label, _)| label.starts_with("stuck"));
    let stuck: u128 = stuck.map(|(_, n)| n).sum();
    assert_eq!((total(&oracle.classes), stuck), (row.classes, row.stuck), "{name}: oracle");
    if let Some(schedules) = row.schedules {
        assert_eq!(total(&oracle.schedules), schedules, "{name}: oracle");
    }
    let (observed, reduced) = run(row, Dpor::new(), MAX_CLASSES);
    assert!(observed.exhausted(), "{name}");
    assert_eq!(reduced.executions, oracle.classes, "{name}: reduced search (left) and oracle");
    assert_eq!(reduced.classes_by_label, oracle.classes, "{name}: a class was run twice");
    assert_eq!(observed.stats.blocked, 0, "{name}");
    if row.plain == Plain::Nothing {
        return;
    }
    let (observed, plain) = run(row, Dfs::new(Visibility::All), MAX_SCHEDULES);
    assert!(observed.exhausted(), "{name}: too many schedules");
    assert_eq!(plain.classes_by_label, oracle.classes, "{name}: plain search (left) and oracle");
    if row.plain == Plain::ClassesAndSchedules {
        let schedules = plain.schedules.into_iter();
        let schedules: Outcomes = schedules.map(|(label, s)| (label, s.len() as u128)).collect();
        assert_eq!(schedules, oracle.schedules, "{name}: plain search (left) and oracle");
    }
}

thread_local! {
    /// What the process has seen. To write it down where others see it would be a step.
    static SEEN: Cell<i64> = const { Cell::new(0) };
}

/// A process reads its copy of a variable that a thread writes.
fn forked_while_a_thread_writes() -> Result<(), Exception> {
    let x = Shared::named("x", 0);
    let theirs = x.clone();
    outcome_at_exit(|| SEEN.get());
    spawn(move || theirs.write(1));
    process::start(x, |x| SEEN.set(x.read()))?;
    done(())
}

type Ends = (Connection<i64>, Connection<i64>);

/// A worker sends two messages to main, beside a third process that closes its copies. With
/// `passed_both` unset it is passed the sending end alone.
fn bystander(third: Bystander, passed_both: bool, could_read: bool) -> Result<usize, Exception> {
    let (mine, theirs) = pipe::<i64>("numbers");
    let never = Event::rechecking("never");
    let both = (mine.clone(), theirs.clone());
    match third {
        Bystander::ClosesBoth => process::start(both.clone(), |(mine, theirs): Ends| {
            mine.close();
            theirs.close();
        })?,
        Bystander::ClosesSending if passed_both => {
            process::start(both.clone(), |(_, theirs): Ends| theirs.close())?
        }
        Bystander::ClosesSending => {
            process::start(theirs.clone(), |theirs: Connection<i64>| theirs.close())?
        }
        Bystander::Stays => {
            process::start((theirs.clone(), never), |(theirs, never): (Connection<_>, Event)| {
                theirs.close();
                never.wait();
            })?
        }
    };
    piped::two_from_a_worker(both, could_read)
}

fn of_processes() -> Vec<Row> {
    let m21 = |name, event: fn() -> Event, waits, classes| {
        let program = program(move || forked::terminated(event()));
        row(name, program, processes::m21_classes(waits), classes)
    };
    let killed = |n, classes| {
        let program = program(move || forked::killed_holder(n));
        row(format!("killed holder, {n} wait"), program, processes::killed_holder(n), classes)
    };
    let writes = program(forked_while_a_thread_writes);
    let locks = program(forked::forked_while_a_thread_locks);
    let daemonic = program(forked::daemonic_waits);
    vec![
        row("fork, a thread writes", writes, processes::fork_write(), 2).schedules(3),
        row("fork, a thread locks", locks, processes::fork_lock(), 3).stuck(1).schedules(8),
        m21("M21", || Event::rechecking("never"), Waits::Rechecking, 3).schedules(3),
        m21("M21, parked", || Event::named("never"), Waits::Parked, 6),
        killed(1, 7).stuck(1).schedules(53),
        killed(2, 19).stuck(3).schedules(296),
        row("a daemonic process waits", daemonic, processes::daemonic_waits(), 2),
    ]
}

fn of_pipes() -> Vec<Row> {
    let drained = |n: i64, closes| {
        let size = usize::try_from(n).expect("a size");
        let (oracle, name) = (pipes::drained(n, closes), format!("{n} messages, closes: {closes}"));
        let row = row(name, program(move || piped::drained(size, closes)), oracle, 1);
        Row { closings: false, ..row }.stuck(u128::from(!closes))
    };
    let third = |third, passed_both, could_read, classes| {
        let program = program(move || bystander(third, passed_both, could_read));
        let name = format!("a third process {third:?}, {passed_both}, {could_read}");
        row(name, program, pipes::with_bystander(third, could_read), classes)
    };
    let both_receive = program(piped::both_receive);
    let frames = program(piped::two_writers);
    vec![
        drained(1, true).schedules(5),
        drained(3, true).schedules(42),
        drained(5, true).schedules(429),
        drained(3, false).schedules(14),
        Row { plain: Plain::Nothing, ..drained(10, true) },
        Row { plain: Plain::Nothing, ..drained(10, false) },
        third(Bystander::ClosesBoth, true, false, 3),
        third(Bystander::ClosesBoth, true, true, 1),
        third(Bystander::ClosesSending, true, false, 3),
        third(Bystander::ClosesSending, true, true, 1),
        third(Bystander::ClosesSending, false, false, 3),
        third(Bystander::ClosesSending, false, true, 1),
        third(Bystander::Stays, false, false, 1).stuck(1),
        third(Bystander::Stays, false, true, 1).stuck(1),
        row("both receive first", both_receive, pipes::both_receive(), 1).stuck(1),
        row("two writers of frames", frames, pipes::frame_writers(), 6),
    ]
}

fn of_queues() -> Vec<Row> {
    let putters = |n: usize, size, classes| {
        let program = program(move || queued::all_put(Queue::named("jobs", 0), size));
        row(format!("{n} processes put"), program, feeders::putters(n), classes)
    };
    let by_another = program(queued::put_by_another);
    let by_the_same = program(queued::put_by_the_same);
    let copies = program(queued::three_put_into_copies);
    vec![
        row("another process puts", by_another, feeders::put_by_another(), 2),
        row("one process puts and gets", by_the_same, feeders::put_by_the_same(), 2),
        row("three put into copies", copies, feeders::put_into_copies(), 1).stuck(1),
        putters(2, 2, 2),
        Row { plain: Plain::Nothing, ..putters(3, 3, 6) },
    ]
}

fn of_pools() -> Vec<Row> {
    // In the tool a submission, a delivery and the close of a pool are two steps each: one for
    // its place in the order, and one that gives to the place.
    let sizes = [
        (2, 2, 2, Plain::Classes),
        (3, 2, 4, Plain::Classes),
        (4, 2, 8, Plain::Nothing),
        (4, 3, 18, Plain::Nothing),
        (6, 3, 162, Plain::Nothing),
    ];
    let pool = |(n, w, classes, plain)| {
        let orders = move || -> Result<Vec<usize>, Exception> {
            Pool::new(w)?.imap_unordered(0..n, |n| n)?.collect()
        };
        let row = row(format!("pool {n} {w}"), program(orders), pools::by_ticket(n, w), classes);
        Row { plain, ..row }
    };
    sizes.map(pool).into()
}

#[test]
fn contract_oracle_and_tool_count_the_same() {
    for row in [of_processes(), of_pipes(), of_queues(), of_pools()].iter().flatten() {
        confirm(row);
    }
}

/// The test of the test: a search to which it does not matter that a killed task lived, or what
/// a send has looked at, does not have the classes of the oracle.
#[test]
fn wrong_relations_are_found_out() {
    for pair in [(Mode::Read, Mode::Write), (Mode::Give, Mode::Look)] {
        let wrong: &Relation = Box::leak(Box::new(Relation::wrong(&[pair])));
        let differs = |row: &Row| {
            let (_, reduced) = run(row, Dpor::under(wrong), MAX_CLASSES);
            reduced.executions != row.oracle.classes
        };
        assert!([of_processes(), of_pipes()].iter().flatten().any(differs), "{pair:?}");
    }
}
