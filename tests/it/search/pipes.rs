//! Exact numbers of classes of programs with pipes, as [`super::processes`] has them of
//! processes.

use unknot_checker::model::kind::Kind;
use unknot_checker::sim::process::{self, Connection, pipe, pipe_bounded, pipe_simplex};
use unknot_checker::sim::{Exception, Mode, Program, Relation, done, outcome_at_exit, spawn};
use unknot_checker::strategy::Dpor;

use super::processes::{Row, confirm, confirm_reduced, program};
use crate::kit::programs::{Op, Spec, TaskKind, TaskSpec, ops, spec};
use crate::search::proof::{MAX_EXECUTIONS, compare_searches};

type Ends = (Connection<i64>, Connection<i64>);

/// Receives up to the end. How many messages there were.
pub(crate) fn drain(from: &Connection<i64>) -> Result<usize, Exception> {
    let mut n = 0;
    loop {
        match from.recv() {
            Ok(_) => n += 1,
            Err(error) if error.kind == "EOFError" => return Ok(n),
            Err(error) => return Err(error),
        }
    }
}

/// A worker sends messages and closes; main receives to the end, and has closed its copy
/// of the sending end, or not.
pub(crate) fn drained(n: usize, closes: bool) -> Result<usize, Exception> {
    let (mine, theirs) = pipe::<i64>("numbers");
    process::start((theirs.clone(), n), |(theirs, n): (Connection<i64>, usize)| {
        (0..n as i64).try_for_each(|i| theirs.send(i))?;
        theirs.close();
        done(())
    })?;
    if closes {
        theirs.close();
    }
    drain(&mine)
}

/// The same, and a third process, which has copies as well, closes them. The worker has a
/// copy of the receiving end open while it sends, or not.
fn with_bystander(could_read: bool) -> Result<usize, Exception> {
    let (mine, theirs) = pipe::<i64>("numbers");
    process::start((mine.clone(), theirs.clone()), |(mine, theirs): Ends| {
        mine.close();
        theirs.close();
    })?;
    two_from_a_worker((mine, theirs), could_read)
}

/// A worker sends two messages, with a copy of the receiving end open or not, and main
/// receives up to the end.
pub(crate) fn two_from_a_worker(ends: Ends, could_read: bool) -> Result<usize, Exception> {
    process::start(ends.clone(), move |(mine, theirs): Ends| {
        if !could_read {
            mine.close();
        }
        (0..2).try_for_each(|i| theirs.send(i))?;
        theirs.close();
        done(())
    })?;
    let (mine, theirs) = ends;
    theirs.close();
    drain(&mine)
}

pub(crate) fn both_receive() -> Result<(), Exception> {
    let (mine, theirs) = pipe::<i64>("talk");
    process::start(theirs, |theirs| {
        let answer = theirs.recv()?;
        theirs.send(answer)
    })?;
    let answer = mine.recv()?;
    mine.send(answer)
}

/// Two processes write a frame each, in two writes, on the same end.
pub(crate) fn two_writers() -> Result<(), Exception> {
    let (to, from) = pipe_simplex::<i64>("frames");
    for value in 1..=2 {
        process::start((from.clone(), value), |(from, value)| from.in_writes(2).send(value))?;
    }
    let whole = (0..2).map(|_| to.recv()).collect::<Result<Vec<_>, _>>();
    let told = process::Atomic::new(i64::from(whole.is_ok()));
    outcome_at_exit(move || told.load());
    done(())
}

/// A pipe with room for one message; the process sends two, main receives one, and closes
/// the receiving end, of which the process has no copy open.
fn bounded_and_closed() -> Result<String, Exception> {
    let (mine, theirs) = pipe_bounded::<i64>("small", 1);
    let sent = process::Value::named("sent", String::new());
    let args = (mine.clone(), theirs.clone(), sent.clone());
    let child = process::start(args, |(mine, theirs, sent)| {
        mine.close();
        for i in 0..3 {
            let told = match theirs.send(i) {
                Ok(()) => "sent ".to_owned(),
                Err(error) => format!("{} ", error.kind),
            };
            sent.write(sent.read() + &told);
        }
    })?;
    mine.recv()?;
    mine.close();
    child.join()?;
    Ok(sent.read())
}

fn row(name: &'static str, body: fn() -> Program, classes: usize) -> Row {
    Row { name, program: body(), classes, stuck: 0, outcomes: &[], kinds: &[] }
}

fn small() -> Vec<Row> {
    let one = |name, body: fn() -> Program, outcomes| Row { outcomes, ..row(name, body, 1) };
    let stuck =
        |name, body, kind: &'static [Kind]| Row { stuck: 1, kinds: kind, ..one(name, body, &[]) };
    vec![
        one("one message", || program(|| drained(1, true)), &["1"]),
        one("five messages", || program(|| drained(5, true)), &["5"]),
        // Main has the sending end open, so the end never comes.
        stuck(
            "three messages, and a copy is kept",
            || program(|| drained(3, false)),
            &[Kind::Hang],
        ),
        stuck("both receive first", || program(both_receive), &[Kind::Deadlock]),
        // Closes of sending ends commute with everything but the end, and the worker knows
        // that there is a reader, itself.
        one("a bystander closes both ends", || program(|| with_bystander(true)), &["2"]),
        // The close of the receiving end comes before, between or after the two sends: a send
        // looks whether there are readers.
        Row {
            classes: 3,
            ..one("a worker that only sends", || program(|| with_bystander(false)), &["2"])
        },
        // The orders of two and two writes: the first two pieces are of one frame in 2 of 6.
        Row {
            classes: 6,
            ..one("two writers of two pieces", || program(two_writers), &["0", "1"])
        },
        // The first send is received. The second one needs room that the receipt makes, and
        // each of it and the third comes before or after the close: the third waits until
        // then.
        Row {
            classes: 2,
            ..one(
                "a pipe with room for one",
                || program(bounded_and_closed),
                &["sent BrokenPipeError BrokenPipeError ", "sent sent BrokenPipeError "],
            )
        },
    ]
}

#[test]
fn classes_of_pipes() {
    small().iter().for_each(confirm);
}

/// Sizes of which only the reduced search reaches the end.
#[test]
fn classes_of_longer_pipes() {
    let ten = Row { outcomes: &["10"], ..row("ten messages", || program(|| drained(10, true)), 1) };
    let kept =
        Row { stuck: 1, kinds: &[Kind::Hang], ..row("kept", || program(|| drained(10, false)), 1) };
    [ten, kept].iter().for_each(confirm_reduced);
}

/// A program for each rule of the search that is about ends of pipes.
fn once_wrong() -> Vec<Spec> {
    use crate::kit::programs::all::*;
    use TaskKind::{Daemonic, Process, Thread};
    let spec = |tasks: Vec<(TaskKind, Vec<Op>)>, extra: Vec<Op>, main: Vec<Op>| {
        let task = |(kind, ops)| TaskSpec { kind, ops, at_drop: vec![] };
        let tasks = tasks.into_iter().map(task).collect();
        Spec { tasks, main, extra, ..spec!([], []) }
    };
    vec![
        // A death closes ends that were closed before it in another order.
        spec(vec![(Daemonic, ops![PClose(0)]), (Process, ops![PSend(1)])], vec![], ops![]),
        // A receipt finds a message where another one is not made, and otherwise the end.
        spec(vec![(Daemonic, ops![PClose(0), PRecv(1)])], ops![PClose(0)], ops![StartProcess]),
        // A receipt that is not refused because of its own end.
        spec(
            vec![(Thread, ops![StartKillable, PClose(0), PRecv(1)])],
            ops![PClose(0)],
            ops![PClose(1)],
        ),
        // The death of a process that has closed its end comes before the end of the pipe is
        // found, or after.
        spec(
            vec![(TaskKind::Killable, ops![PClose(0)])],
            vec![],
            ops![Terminate(0), PClose(0), PRecv(1)],
        ),
        // A send that is not refused looks whether there are readers, in either order.
        spec(
            vec![(Thread, ops![PClose(0)]), (Thread, ops![PSend(1)])],
            ops![PClose(0)],
            ops![PClose(1)],
        ),
    ]
}

#[test]
fn programs_with_ends_that_were_once_wrong() {
    for spec in once_wrong() {
        let compared = compare_searches(&spec, Dpor::new(), MAX_EXECUTIONS).expect("it is small");
        assert_eq!(compared, Ok(()), "{spec:#?}");
    }
}

/// The test of the test: where it does not matter to the end of a pipe, or to a send, what
/// was closed before, programs show it.
#[test]
fn closes_that_commute_are_found_out() {
    for other in [Mode::End, Mode::Look] {
        let wrong: &Relation = Box::leak(Box::new(Relation::wrong(&[(Mode::Give, other)])));
        let fails = |spec: &Spec| {
            let compared = compare_searches(spec, Dpor::under(wrong), MAX_EXECUTIONS);
            compared.is_some_and(|compared| compared.is_err())
        };
        assert!(once_wrong().iter().any(fails), "{other:?}");
    }
}

/// What is refused, by the name of the exception.
#[test]
fn misuse_of_pipes() {
    let kind = |result: Result<i64, Exception>| result.map_or_else(|error| error.kind, |_| "none");
    let program = program(move || {
        let (mine, theirs) = pipe_simplex::<i64>("one way");
        let sent = |to: &Connection<i64>| kind(to.send(1).map(|()| 1));
        assert_eq!((sent(&mine), kind(theirs.recv())), ("OSError", "OSError"));
        assert_eq!(mine.poll().map_err(|error| error.kind), Ok(false));
        assert_eq!(sent(&theirs), "none");
        assert_eq!(mine.poll().map_err(|error| error.kind), Ok(true));
        theirs.close();
        theirs.close();
        assert_eq!(
            (sent(&theirs), kind(mine.recv()), kind(mine.recv())),
            ("OSError", "none", "EOFError")
        );
        assert_eq!(mine.poll().map_err(|error| error.kind), Ok(true));
        let (mine, theirs) = pipe::<i64>("no reader");
        mine.close();
        assert_eq!((kind(mine.recv()), sent(&theirs)), ("OSError", "BrokenPipeError"));
        assert_eq!(mine.poll().map_err(|error| error.kind), Err("OSError"));
        done(())
    });
    confirm(&Row { name: "misuse", program, classes: 1, stuck: 0, outcomes: &["()"], kinds: &[] });
}

/// A thread makes a pipe while main starts a process. If that comes between the making and
/// the close, the process has the sending end open for ever. Before the making and after the
/// close it comes to the end, and the process is killed before it waits, or after.
#[test]
fn a_pipe_is_made_while_a_process_starts() {
    let body = || {
        let thread = spawn(|| {
            let (mine, theirs) = pipe::<i64>("late");
            theirs.close();
            mine.recv().map_or_else(|error| error.kind, |_| "none")
        });
        let event = process::Event::named("never");
        process::new(event, |event: process::Event| event.wait()).daemonic().start()?;
        thread.join().map(str::to_owned)
    };
    let (program, outcomes) = (program(body), &["EOFError"]);
    let kinds = &[Kind::Hang];
    let name = "made while a process starts";
    confirm(&Row { name, program, classes: 5, stuck: 1, outcomes, kinds });
}
