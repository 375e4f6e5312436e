//! Pipelines of processes: a filter that its user writes to and reads from, as in the
//! warnings of manuals, and one process after another, each of which has to close what it
//! got and does not use.

use unknot_checker::Kind::{Deadlock, Hang};
use unknot_checker::sim::process::{self, Connection};
use unknot_checker::sim::{Exception, done, spawn};

use super::programs::program;
use super::{Row, judge};

type End = Connection<i64>;

/// Receives up to the end, and does something with each message.
fn each(from: &End, mut what: impl FnMut(i64) -> Result<(), Exception>) -> Result<(), Exception> {
    loop {
        match from.recv() {
            Ok(message) => what(message)?,
            Err(error) if error.kind == "EOFError" => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

/// Sends on what it receives, and closes.
fn filter((from, to, unused): (End, End, [End; 2])) -> Result<(), Exception> {
    unused.iter().for_each(Connection::close);
    each(&from, |message| to.send(message + 1))?;
    to.close();
    done(())
}

/// A filter on two pipes with room for one message each. Two messages have room in the
/// pipes and one in the filter: main can write three before it reads.
fn filtered(n: i64, reads_meanwhile: bool) -> Result<(), Exception> {
    let (to_filter, stdin) = process::pipe_bounded::<i64>("stdin", 1);
    let (stdout, from_filter) = process::pipe_bounded::<i64>("stdout", 1);
    let unused = [to_filter.clone(), stdout.clone()];
    let child = process::start((stdin.clone(), from_filter.clone(), unused), filter)?;
    stdin.close();
    from_filter.close();
    let output = stdout.clone();
    let read = move || each(&output, |_| Ok(()));
    if reads_meanwhile {
        let reader = spawn(read);
        (0..n).try_for_each(|i| to_filter.send(i))?;
        to_filter.close();
        reader.join()??;
    } else {
        (0..n).try_for_each(|i| to_filter.send(i))?;
        to_filter.close();
        read()?;
    }
    child.join()
}

/// What a stage of a pipeline does with ends that it got and does not use.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stages {
    CloseAll,
    /// The filter keeps the end on which the source writes to it.
    FilterKeeps,
}

/// A source, a filter and a sink, each a process. Main closes everything and joins them.
fn pipeline(stages: Stages) -> Result<(), Exception> {
    let (source_out, filter_in) = process::pipe::<i64>("first");
    let (filter_out, sink_in) = process::pipe::<i64>("second");
    let ends = [source_out, filter_in, filter_out, sink_in];
    let source = process::start(ends.clone(), |[out, a, b, c]: [End; 4]| {
        [a, b, c].iter().for_each(Connection::close);
        out.send(1)?;
        out.close();
        done(())
    })?;
    let middle = process::start(ends.clone(), move |[a, from, to, b]: [End; 4]| {
        let a = if stages == Stages::CloseAll { a } else { b.clone() };
        filter((from, to, [a, b]))
    })?;
    let sink = process::start(ends.clone(), |[a, b, c, from]: [End; 4]| {
        [a, b, c].iter().for_each(Connection::close);
        each(&from, |_| Ok(()))
    })?;
    ends.iter().for_each(Connection::close);
    [source, middle, sink].iter().try_for_each(|child| child.join())
}

#[test]
fn pipelines_are_stuck_or_not() {
    let row = |name, program, kinds, findings| Row { name, program, kinds, findings };
    judge([
        row("three are written, then read", program(|| filtered(3, false)), &[], 0),
        // Main waits for room, the filter for room, and neither reads.
        row("four are written", program(|| filtered(4, false)), &[(Deadlock, 1)], 1),
        row("a thread reads meanwhile", program(|| filtered(4, true)), &[], 0),
        row("all stages close", program(|| pipeline(Stages::CloseAll)), &[], 0),
        // The filter waits for the end of what only it has open; the sink and main are behind.
        // Main and the sink each close the end that the source writes to before or after
        // that looks for readers, and main the one that the filter writes to: 2 · 2 · 2.
        row("the filter keeps an end", program(|| pipeline(Stages::FilterKeeps)), &[(Hang, 8)], 1),
    ]);
}
