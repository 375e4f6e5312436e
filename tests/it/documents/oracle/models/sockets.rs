//! The models of sockets: streams of bytes, and the servers on them.
//!
//! Written from the words of the contract, §7: whatever is done at an end is one step on its
//! streams, and two steps on one stream depend on each other unless both only ask whether it is
//! ready.
//!
//! | step | enabled | streams |
//! |---|---|---|
//! | receive | there are bytes, or the end | the one that is read |
//! | send | there is room for a byte | the one that is written |
//! | try to send | always | the same |
//! | shut down | always | the same |
//! | close | always | both |
//! | select | one of them can be received from | all of them, asked |
//!
//! Starts of tasks and joins are no steps: they wait, or are waited for, in one order.
//!
//! What they miss: copies of ends, resets, short reads, and selects for room.

use std::collections::BTreeSet;

use super::streams::{End, Stream, read_by};
use crate::documents::oracle::classes::{Counted, Marked, count_classes};
use crate::documents::oracle::counter::{Model, count_schedules};

/// What a task does, one thing after the other.
#[derive(Clone, Debug)]
pub(crate) enum Do {
    /// All bytes, in as many steps as there is room.
    Send(End, &'static str),
    /// What there is room for. With no room at all the task ends.
    TrySend(End, &'static str),
    /// What is there.
    Receive(End),
    /// Up to the end of the stream.
    ReceiveAll(End),
    Shutdown(End),
    Close(End),
    /// Sends back what it receives, and closes at the end of the stream.
    Echo(End),
    /// The same at several ends, whichever is ready: all that one select finds, in turn.
    Serve(Vec<End>),
}

/// Where a task stands in what it does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Stage {
    Begin,
    /// So many bytes of a send were sent.
    Sent(usize),
    /// It has this to send back, or it has received the end and is to close.
    Reply(String),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Standing {
    at: usize,
    stage: Stage,
    /// The ends that a server has not closed, once it has begun.
    open: Option<Vec<End>>,
    /// Those that the last select has found ready and that are not served yet.
    ready: Vec<End>,
    received: Vec<String>,
    raised: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    streams: Vec<Stream>,
    tasks: Vec<Standing>,
}

/// A program: what each task does, and how many bytes a stream holds.
pub(crate) struct Net {
    pub(crate) tasks: Vec<Vec<Do>>,
    pub(crate) capacity: usize,
}

/// The stream that is touched, and whether it is only asked whether it is ready.
type Mark = (usize, bool);

impl Net {
    fn n_streams(&self) -> usize {
        let ends = self.tasks.iter().flatten().flat_map(|what| match what {
            Do::Send(end, _) | Do::TrySend(end, _) | Do::Receive(end) => vec![*end],
            Do::ReceiveAll(end) | Do::Shutdown(end) | Do::Close(end) | Do::Echo(end) => vec![*end],
            Do::Serve(ends) => ends.clone(),
        });
        2 * (ends.max().unwrap_or_default() / 2 + 1)
    }

    /// The next step of a task and what it touches, if it is enabled. Without the state behind
    /// it, what it touches is the same.
    fn next(&self, state: &State, task: usize) -> Option<(State, Vec<Mark>)> {
        let standing = &state.tasks[task];
        let what = self.tasks[task].get(standing.at)?;
        let mut step = NetStep { state: state.clone(), task, marks: vec![] };
        let made = match what {
            Do::Send(end, text) => step.send(*end, text, self.capacity),
            Do::TrySend(end, text) => step.try_send(*end, text, self.capacity),
            Do::Receive(end) => step.receive(*end).map(|text| {
                step.own().received.push(text);
                step.advance();
            }),
            Do::ReceiveAll(end) => step.receive(*end).map(|text| match text.is_empty() {
                true => step.advance(),
                false => step.own().received.push(text),
            }),
            Do::Shutdown(end) | Do::Close(end) => {
                match what {
                    Do::Close(_) => step.close(*end),
                    _ => step.end(*end),
                }
                step.advance();
                Some(())
            }
            Do::Echo(end) => step.echo(*end).map(|is_closed| {
                if is_closed {
                    step.advance();
                }
            }),
            Do::Serve(ends) => step.serve(ends),
        };
        made.map(|()| (step.state, step.marks))
    }

    pub(crate) fn counts(&self) -> Counted {
        let counted = count_classes(self);
        assert_eq!(counted.schedules, count_schedules(self));
        counted
    }
}

/// A step while it is made.
struct NetStep {
    state: State,
    task: usize,
    marks: Vec<Mark>,
}

impl NetStep {
    fn own(&mut self) -> &mut Standing {
        &mut self.state.tasks[self.task]
    }

    fn stream(&mut self, number: usize) -> &mut Stream {
        &mut self.state.streams[number]
    }

    fn advance(&mut self) {
        let own = self.own();
        own.at += 1;
        own.stage = Stage::Begin;
    }

    /// Writes what fits, and says how much that was.
    fn write(&mut self, end: End, text: &str, capacity: usize) -> usize {
        self.marks.push((end, false));
        self.stream(end).write(text, capacity)
    }

    fn send(&mut self, end: End, text: &str, capacity: usize) -> Option<()> {
        let sent = if let Stage::Sent(n) = self.own().stage { n } else { 0 };
        let fits = self.write(end, &text[sent..], capacity);
        if fits == 0 {
            return None;
        }
        match sent + fits == text.len() {
            true => self.advance(),
            false => self.own().stage = Stage::Sent(sent + fits),
        }
        Some(())
    }

    fn try_send(&mut self, end: End, text: &str, capacity: usize) -> Option<()> {
        let sent = if let Stage::Sent(n) = self.own().stage { n } else { 0 };
        let fits = self.write(end, &text[sent..], capacity);
        let own = self.own();
        match fits {
            0 => {
                own.raised = true;
                own.at = usize::MAX;
            }
            _ if sent + fits == text.len() => self.advance(),
            _ => own.stage = Stage::Sent(sent + fits),
        }
        Some(())
    }

    /// What is there, nothing at the end.
    fn receive(&mut self, end: End) -> Option<String> {
        self.marks.push((read_by(end), false));
        self.stream(read_by(end)).take()
    }

    fn end(&mut self, end: End) {
        self.marks.push((end, false));
        self.stream(end).ended = true;
    }

    fn close(&mut self, end: End) {
        self.end(end);
        self.marks.push((read_by(end), false));
    }

    /// One step of an echo; whether it was the close.
    fn echo(&mut self, end: End) -> Option<bool> {
        let stage = std::mem::replace(&mut self.own().stage, Stage::Begin);
        match stage {
            Stage::Reply(text) if text.is_empty() => {
                self.close(end);
                Some(true)
            }
            Stage::Reply(text) => {
                let sent = self.write(end, &text, usize::MAX);
                assert_eq!(sent, text.len(), "servers are modelled with room");
                Some(false)
            }
            _ => {
                let text = self.receive(end)?;
                self.own().stage = Stage::Reply(text);
                Some(false)
            }
        }
    }

    fn serve(&mut self, ends: &[End]) -> Option<()> {
        let open = self.own().open.clone().unwrap_or_else(|| ends.to_vec());
        let Some(&next) = self.own().ready.first() else {
            self.marks.extend(open.iter().map(|&end| (read_by(end), true)));
            let streams = &self.state.streams;
            let is_ready = |end: &&End| streams[read_by(**end)].is_ready();
            let ready: Vec<End> = open.iter().filter(is_ready).copied().collect();
            let found = (!ready.is_empty()).then_some(());
            self.own().ready = ready;
            self.own().open = Some(open);
            return found;
        };
        let is_closed = self.echo(next)?;
        // A server goes on to the next one once it has sent back, or closed.
        let own = self.own();
        if own.stage == Stage::Begin {
            own.ready.remove(0);
        }
        if is_closed {
            let open: Vec<End> = open.into_iter().filter(|&end| end != next).collect();
            let is_over = open.is_empty();
            self.own().open = Some(open);
            if is_over {
                self.advance();
            }
        }
        Some(())
    }
}

impl Model for Net {
    type State = State;

    fn start(&self) -> State {
        let standing = Standing {
            at: 0,
            stage: Stage::Begin,
            open: None,
            ready: vec![],
            received: vec![],
            raised: false,
        };
        State {
            streams: vec![Stream::default(); self.n_streams()],
            tasks: vec![standing; self.tasks.len()],
        }
    }

    fn n_tasks(&self) -> usize {
        self.tasks.len()
    }

    fn step(&self, state: &State, task: usize) -> Option<State> {
        self.next(state, task).map(|(state, _)| state)
    }

    /// "stuck", or all that was received, and whether a task has raised.
    fn outcome(&self, state: &State) -> String {
        let is_left = |(task, own): (usize, &Standing)| own.at < self.tasks[task].len();
        if state.tasks.iter().enumerate().any(is_left) {
            return "stuck".to_owned();
        }
        let received: Vec<String> =
            state.tasks.iter().flat_map(|own| own.received.clone()).collect();
        let raised = if state.tasks.iter().any(|own| own.raised) { " raised" } else { "" };
        received.join(" ") + raised
    }
}

impl Marked for Net {
    type Marks = BTreeSet<Mark>;

    fn marks(&self, state: &State, task: usize) -> BTreeSet<Mark> {
        // A step that waits touches the same where it may not be made.
        let Some((_, marks)) = self.next(state, task) else {
            return self.waits_at(state, task);
        };
        marks.into_iter().collect()
    }

    fn dependent(&self, one: &BTreeSet<Mark>, other: &BTreeSet<Mark>) -> bool {
        let meet = |(stream, asks): &Mark, other: &BTreeSet<Mark>| {
            other.iter().any(|(of, also)| of == stream && !(*asks && *also))
        };
        one.iter().any(|mark| meet(mark, other))
    }
}

impl Net {
    fn waits_at(&self, state: &State, task: usize) -> BTreeSet<Mark> {
        let own = &state.tasks[task];
        match &self.tasks[task][own.at] {
            Do::Send(end, _) => BTreeSet::from([(*end, false)]),
            Do::Receive(end) | Do::ReceiveAll(end) | Do::Echo(end) => {
                BTreeSet::from([(read_by(*end), false)])
            }
            Do::Serve(ends) => {
                let open = own.open.as_ref().unwrap_or(ends);
                open.iter().map(|&end| (read_by(end), true)).collect()
            }
            what => unreachable!("{what:?} does not wait"),
        }
    }
}

/// A client: so many times it sends and receives the answer, and then it closes.
fn client(number: usize, rounds: usize) -> Vec<Do> {
    let end = 2 * number;
    let round = [Do::Send(end, "ping"), Do::Receive(end)];
    [round.into_iter().cycle().take(2 * rounds).collect(), vec![Do::Close(end)]].concat()
}

fn served(clients: usize, rounds: usize, servers: Vec<Vec<Do>>) -> Counted {
    let clients = (0..clients).map(|number| client(number, rounds));
    Net { tasks: servers.into_iter().chain(clients).collect(), capacity: usize::MAX }.counts()
}

fn server_ends(clients: usize) -> impl Iterator<Item = End> {
    (0..clients).map(|number| 2 * number + 1)
}

/// One task that serves whichever end is ready.
pub(crate) fn selector_server(clients: usize, rounds: usize) -> Counted {
    served(clients, rounds, vec![vec![Do::Serve(server_ends(clients).collect())]])
}

/// One task that serves one end after the other.
pub(crate) fn serial_server(clients: usize, rounds: usize) -> Counted {
    served(clients, rounds, vec![server_ends(clients).map(Do::Echo).collect()])
}

/// A task for each end.
pub(crate) fn thread_server(clients: usize, rounds: usize) -> Counted {
    served(clients, rounds, server_ends(clients).map(|end| vec![Do::Echo(end)]).collect())
}

/// Two sends and the end of the stream, beside a task that receives up to that.
pub(crate) fn coalescing() -> Counted {
    let sends = vec![Do::Send(0, "ab"), Do::Send(0, "cd"), Do::Shutdown(0)];
    Net { tasks: vec![sends, vec![Do::ReceiveAll(1)]], capacity: usize::MAX }.counts()
}

/// Three bytes where there is room for two, tried until all are sent, beside one receipt.
pub(crate) fn partial_write() -> Counted {
    let tasks = vec![vec![Do::TrySend(0, "abc")], vec![Do::Receive(1)]];
    Net { tasks, capacity: 2 }.counts()
}

/// Both ends receive before they send.
pub(crate) fn stall() -> Counted {
    let talks = |end| vec![Do::Receive(end), Do::Send(end, "x")];
    Net { tasks: vec![talks(0), talks(1)], capacity: usize::MAX }.counts()
}
