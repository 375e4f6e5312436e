//! The models of loops: futures that take turns, and what they wait for outside.
//!
//! Written from what is said of a loop: one future at a time has the turn, and keeps it until it
//! has to wait; the others stand in line, and the first of them is given the turn. What waits
//! for something outside gives up its turn, waits as a thread does, and comes back. The idea: the
//! loop, with its line, is one object, and each step touches it that moves the turn or the line.
//! All else that futures do comes in their turns, whose order those steps have. So the classes
//! are the orders of the steps on the loop, as far as what is outside leaves them open.
//!
//! | step | enabled | touches |
//! |---|---|---|
//! | start a future, which stands in line from then on | in its turn | the loop |
//! | give up the turn to the first in line | in its turn | the loop |
//! | go on with the turn | it was given the turn | its seat |
//! | come back: with the turn if that is free, or to the end of the line | always | the loop |
//! | ask for the lock, give it back | in its turn | the lock |
//! | wake the first that waits for the lock: it stands in line | in its turn | the loop |
//! | read, write | in its turn | the number |
//! | end: the one that awaits this stands in line, and the turn is given up | in its turn | the loop, its end |
//! | sleep | outside | nothing |
//! | receive | outside, there are bytes, or the end | the stream that is read |
//! | send | always | the stream that is written |
//! | close | always | both |
//! | see that futures have ended | outside, they all have | their ends |
//!
//! A step that gives the turn to a future touches the seat of that one as well. To await what has
//! ended is no step, and neither is to wait for a lock that others wait for: both can be told in
//! the turn. Two steps that touch the same thing depend on each other.
//!
//! What they miss: time that counts, aborts, wakers, and what a loop does at its end.

use std::collections::{BTreeSet, VecDeque};

use super::streams::{End, Stream};
use crate::documents::oracle::classes::{Counted, Marked, count_classes};
use crate::documents::oracle::counter::{Model, count_schedules};
use step::{LoopStep, Object};

mod step;

type Number = usize;

/// What a task does, one thing after the other.
#[derive(Clone, Debug)]
enum Do {
    /// Starts a future.
    Start(Number),
    /// Waits in the loop for the end of a future.
    Await(Number),
    /// Waits outside for the ends of these.
    Join(Vec<Number>),
    /// Lets any time pass, outside.
    Sleep,
    Lock,
    Unlock,
    /// Reads the number, and may write one more later.
    Read,
    Write,
    /// Receives outside and sends back, up to the end of the stream, and closes.
    Echo(End),
    /// What clients do, which are in no loop.
    Send(End),
    Receive(End),
    Close(End),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Stage {
    Unstarted,
    /// A future that goes on once it is given the turn.
    Parked,
    /// It does the next thing; a future has the turn.
    Doing,
    /// It is about to give up the turn, and then to wait in the loop.
    Leaving,
    /// It is about to wake the first that waits for the lock.
    Waking,
    Outside,
    /// It is about to come back from outside.
    Back,
    Ended,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Standing {
    at: usize,
    stage: Stage,
    /// What it has received and not sent back.
    held: Option<String>,
    received: Vec<String>,
    seen: i64,
}

/// The turn, and what moves it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Turns {
    holder: Option<Number>,
    line: VecDeque<Number>,
    /// The future that was given the turn and has not gone on.
    called: Option<Number>,
    /// Each that awaits another one.
    awaiting: BTreeSet<(Number, Number)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    turns: Turns,
    is_locked: bool,
    /// The futures that wait for the lock. One that was woken is the first.
    tickets: VecDeque<Number>,
    number: i64,
    streams: Vec<Stream>,
    tasks: Vec<Standing>,
}

/// A program: the futures of a loop, of which the first is the main one, and clients.
struct Looped {
    tasks: Vec<Vec<Do>>,
    n_futures: usize,
}

impl Looped {
    /// The next step of a task and what it touches, if it is enabled.
    fn next(&self, state: &State, task: Number) -> Option<(State, BTreeSet<Object>)> {
        LoopStep::of(self, state.clone(), task).make()
    }

    fn counts(&self) -> Counted {
        let counted = count_classes(self);
        assert_eq!(counted.schedules, count_schedules(self));
        counted
    }
}

impl Model for Looped {
    type State = State;

    fn start(&self) -> State {
        let standing = |task| {
            let stage = match task {
                // The first step of the main future is to take the turn.
                0 => Stage::Back,
                _ if task < self.n_futures => Stage::Unstarted,
                _ => Stage::Doing,
            };
            Standing { at: 0, stage, held: None, received: vec![], seen: 0 }
        };
        State {
            turns: Turns::default(),
            is_locked: false,
            tickets: VecDeque::new(),
            number: 0,
            streams: vec![Stream::default(); 2 * (self.tasks.len() - self.n_futures)],
            tasks: (0..self.tasks.len()).map(standing).collect(),
        }
    }

    fn n_tasks(&self) -> usize {
        self.tasks.len()
    }

    fn step(&self, state: &State, task: usize) -> Option<State> {
        self.next(state, task).map(|(state, _)| state)
    }

    /// "stuck", or what clients have received, or the number where there are none.
    fn outcome(&self, state: &State) -> String {
        if state.tasks.iter().any(|own| own.stage != Stage::Ended) {
            return "stuck".to_owned();
        }
        if self.tasks.len() == self.n_futures {
            return state.number.to_string();
        }
        let received: Vec<String> =
            state.tasks.iter().flat_map(|own| own.received.clone()).collect();
        received.join(" ")
    }
}

impl Marked for Looped {
    type Marks = BTreeSet<Object>;

    fn marks(&self, state: &State, task: usize) -> BTreeSet<Object> {
        let (_, marks) = self.next(state, task).expect("what is enabled stays so until it is made");
        marks
    }

    fn dependent(&self, one: &BTreeSet<Object>, other: &BTreeSet<Object>) -> bool {
        !one.is_disjoint(other)
    }
}

/// How the main future waits for the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MainWaits {
    /// In the loop, for one after the other: each that it awaits puts it in line.
    InTurn,
    /// Outside, for all: it comes back once.
    Outside,
}

/// The main future, which starts n others and waits for them.
fn main(n: usize, waits: MainWaits) -> Vec<Do> {
    let starts = (1..=n).map(Do::Start);
    match waits {
        MainWaits::InTurn => starts.chain((1..=n).map(Do::Await)).collect(),
        MainWaits::Outside => starts.chain([Do::Join((1..=n).collect())]).collect(),
    }
}

fn server(clients: usize, rounds: usize, waits: MainWaits) -> Looped {
    let serves = (0..clients).map(|number| vec![Do::Echo(2 * number + 1)]);
    let client = |number| {
        let round = [Do::Send(2 * number), Do::Receive(2 * number)];
        let rounds = round.into_iter().cycle().take(2 * rounds);
        rounds.chain([Do::Close(2 * number)]).collect()
    };
    let tasks = [main(clients, waits)].into_iter().chain(serves);
    Looped { tasks: tasks.chain((0..clients).map(client)).collect(), n_futures: 1 + clients }
}

/// A server with a future for each end, which receives outside the loop.
pub(crate) fn coroutine_server(clients: usize, rounds: usize, waits: MainWaits) -> Counted {
    server(clients, rounds, waits).counts()
}

fn sleepers(n: usize, is_locked: bool) -> Looped {
    let does = match is_locked {
        true => vec![Do::Lock, Do::Read, Do::Sleep, Do::Write, Do::Unlock],
        false => vec![Do::Read, Do::Sleep, Do::Write],
    };
    let futures = std::iter::repeat_n(does, n);
    let tasks = [main(n, MainWaits::InTurn)].into_iter().chain(futures);
    Looped { tasks: tasks.collect(), n_futures: 1 + n }
}

/// Each of n futures reads a number, sleeps for any time, and writes one more; under a lock or
/// not.
pub(crate) fn read_sleep_write(n: usize, is_locked: bool) -> Counted {
    sleepers(n, is_locked).counts()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same, but that an object is left out of what its steps touch.
    struct Forgetting(Looped, Object);

    impl Model for Forgetting {
        type State = State;
        fn start(&self) -> State {
            self.0.start()
        }
        fn n_tasks(&self) -> usize {
            self.0.n_tasks()
        }
        fn step(&self, state: &State, task: usize) -> Option<State> {
            self.0.step(state, task)
        }
        fn outcome(&self, state: &State) -> String {
            self.0.outcome(state)
        }
    }

    impl Marked for Forgetting {
        type Marks = BTreeSet<Object>;
        fn marks(&self, state: &State, task: usize) -> BTreeSet<Object> {
            let mut marks = self.0.marks(state, task);
            marks.remove(&self.1);
            marks
        }
        fn dependent(&self, one: &BTreeSet<Object>, other: &BTreeSet<Object>) -> bool {
            self.0.dependent(one, other)
        }
    }

    /// The test of the test: what gives a future its turn, its bytes or its end has to be said.
    #[test]
    fn what_a_step_touches_is_found_out_to_be_missing() {
        for forgotten in [Object::Loop, Object::Seat(1), Object::End(1), Object::Stream(0)] {
            let model = Forgetting(server(2, 1, MainWaits::Outside), forgotten);
            let counted = std::panic::catch_unwind(|| count_classes(&model));
            assert!(counted.is_err(), "{forgotten:?} is not missed");
        }
    }

    /// What futures do in their turns has the order of the turns, so it makes no class.
    #[test]
    fn only_the_turns_make_classes() {
        for forgotten in [Object::Lock, Object::Number] {
            let counted = count_classes(&Forgetting(sleepers(3, true), forgotten));
            assert_eq!(counted, read_sleep_write(3, true), "{forgotten:?}");
        }
    }
}
