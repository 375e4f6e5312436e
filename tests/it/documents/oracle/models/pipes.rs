//! The models of pipes: when the end is found, and what a send looks at.
//!
//! The idea is the arithmetic of the contract. The gauge `items` shows [`UNIT`] for each message
//! and once more, less one for each open copy of the sending end, and a receipt waits for a
//! `UNIT`. So it is enabled if there is a message, or if no copy is open, and then it finds the
//! end. It is resolved by what it finds: a message is the slot that its sender has written, and
//! the end depends on all that has been closed.
//!
//! **What a send looks at** is whether there is a reader left. If the process of the sender has a
//! copy of the receiving end open, it is a reader itself, and the others do not matter: the send
//! looks at its own copy, which no other process closes. If not, it looks at what all others have
//! closed, so that each close of a receiving end comes before the send or after it.
//!
//! What counts as a step: a start, which copies the ends, and the end of a process that closes one,
//! if a send or a receipt may look at that. A single start is the first step of every schedule.
//!
//! What they miss: refusals (here is always a reader), room, and processes with several threads.

use super::marked::{
    Accesses, Act, Flow, Mode::*, Object, Step, System, World, start, started, touch,
};
use crate::documents::oracle::classes::Counted;

/// More than there are copies of an end.
const UNIT: i64 = 1 << 20;

const MAIN: usize = 0;
const ITEMS: Object = ("items", 0);
const HEAD: Object = ("head", 0);
const TAIL: Object = ("tail", 0);

/// What a receipt notes at the end of the pipe.
const EOF: i64 = -1;

fn number(n: i64) -> usize {
    usize::try_from(n).expect("a count")
}

fn slot(n: i64) -> Object {
    ("slot", number(n))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Receiving,
    Sending,
}

impl Side {
    /// How many copies of it a process has open.
    fn open(self, process: usize) -> Object {
        match self {
            Side::Receiving => ("open receiving", process),
            Side::Sending => ("open sending", process),
        }
    }

    /// How many copies of it have been closed.
    fn closed(self) -> Object {
        match self {
            Side::Receiving => ("closed receiving", 0),
            Side::Sending => ("closed sending", 0),
        }
    }
}

/// What the closing of copies of a process touches.
fn closes(process: usize, sides: &[Side]) -> Accesses {
    let mut accesses: Accesses = vec![];
    for side in sides {
        let open = side.open(process);
        accesses.extend([(AtLeast(1), open), (Drop(1), open), (Give(1), side.closed())]);
        accesses.extend((*side == Side::Sending).then_some((Tally(1), ITEMS)));
    }
    accesses
}

fn close(process: usize, side: Side) -> Step {
    touch(closes(process, &[side]))
}

/// Main starts a process while it has both ends open. Whatever it passes, the process has copies
/// of both: a fork copies all that is open.
fn starts(process: usize) -> Step {
    let copies = [Side::Receiving, Side::Sending]
        .into_iter()
        .flat_map(|side| [(AtLeast(1), side.open(MAIN)), (Set(1), side.open(process))]);
    start(process, copies.chain([(Tally(-1), ITEMS)]).collect::<Accesses>())
}

fn send(process: usize, message: i64, has_receiving: bool) -> Step {
    let readers = match has_receiving {
        true => (AtLeast(1), Side::Receiving.open(process)),
        false => (Look, Side::Receiving.closed()),
    };
    Box::new(move |world, _| {
        let written = (Write(message), slot(world.shows(TAIL)));
        Act {
            accesses: vec![readers, (Update, TAIL), (Tally(UNIT), ITEMS), written],
            ..Act::default()
        }
    })
}

/// Notes the message and goes on, or notes the end.
fn recv(goes_on: Flow) -> Step {
    Box::new(move |world, _| {
        let head = world.shows(HEAD);
        let mut accesses = vec![(Update, HEAD), (Draw(UNIT), ITEMS)];
        if head < world.shows(TAIL) {
            accesses.push((Read, slot(head)));
            return Act { accesses, note: Some(world.shows(slot(head))), flow: goes_on };
        }
        accesses.extend([(Tally(UNIT), ITEMS), (End, Side::Sending.closed())]);
        Act { accesses, note: Some(EOF), flow: Flow::Leave }
    })
}

/// A pipe of which main has both ends.
fn system(label: impl Fn(&World) -> String + 'static) -> System {
    let system = System::new(label).showing(ITEMS, UNIT - 1);
    system.showing(Side::Receiving.open(MAIN), 1).showing(Side::Sending.open(MAIN), 1)
}

/// The number of messages before the end.
fn received(world: &World) -> String {
    world.notes[MAIN].iter().position(|&note| note == EOF).expect("main has come to it").to_string()
}

/// A worker sends n messages and closes; main closes its copy, or keeps it, and receives to the
/// end. The worker could read, and its end, which closes the receiving end, is no step: only the
/// worker's own sends could look at that.
pub(crate) fn drained(n: i64, closes: bool) -> Counted {
    const WORKER: usize = 1;
    let mut worker: Vec<Step> = (0..n).map(|i| send(WORKER, i, true)).collect();
    worker.push(close(WORKER, Side::Sending));
    let mut main = vec![starts(WORKER)];
    main.extend(closes.then(|| close(MAIN, Side::Sending)));
    main.push(recv(Flow::Again));
    system(received).task(main).task(started(WORKER, worker)).counts()
}

/// What a third process does with its copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bystander {
    /// It closes both ends.
    ClosesBoth,
    /// It closes the sending end; its end closes the other one.
    ClosesSending,
    /// It closes the sending end, and then waits for ever.
    Stays,
}

/// The same with a third process and two messages. The worker has its copy of the receiving end
/// open while it sends, and its end closes it, or it closes that first.
pub(crate) fn with_bystander(bystander: Bystander, could_read: bool) -> Counted {
    const THIRD: usize = 1;
    const WORKER: usize = 2;
    let close_of_third = |side| close(THIRD, side);
    let third = match bystander {
        Bystander::ClosesBoth => [Side::Receiving, Side::Sending].map(close_of_third).into(),
        Bystander::ClosesSending => [Side::Sending, Side::Receiving].map(close_of_third).into(),
        Bystander::Stays => vec![close_of_third(Side::Sending), touch([(Await(1), ("never", 0))])],
    };
    let mut worker: Vec<Step> = (0..2).map(|i| send(WORKER, i, could_read)).collect();
    worker.push(close(WORKER, Side::Sending));
    let at = if could_read { worker.len() } else { 0 };
    worker.insert(at, close(WORKER, Side::Receiving));
    let main = vec![starts(THIRD), starts(WORKER), close(MAIN, Side::Sending), recv(Flow::Again)];
    system(received).task(main).task(started(THIRD, third)).task(started(WORKER, worker)).counts()
}

/// Main and a worker talk through a pipe that goes both ways, and both receive first. Both have
/// copies of both ends, so each waits for what nothing sends, and no end is found. The sends
/// behind are never come to.
pub(crate) fn both_receive() -> Counted {
    const WORKER: usize = 1;
    const ITEMS_BACK: Object = ("items", 1);
    let receive = |items| touch([(Draw(UNIT), items)]);
    let worker = started(WORKER, vec![receive(ITEMS_BACK)]);
    let system = system(|_| String::new()).showing(ITEMS_BACK, UNIT - 2);
    system.task(vec![starts(WORKER), receive(ITEMS)]).task(worker).counts()
}

/// Two processes write a frame each, in two pieces, and main receives two frames of two pieces
/// each. It finds a frame of mixed pieces torn, and does not receive another one. The ends of the
/// writers close what they have. The fact is whether main had two whole frames.
pub(crate) fn frame_writers() -> Counted {
    let second_piece = || -> Step {
        Box::new(|world, main| {
            let mut act = recv(Flow::Next)(world, main);
            if act.note != world.notes[main].last().copied() {
                act.flow = Flow::Leave;
            }
            act
        })
    };
    let mut main = vec![starts(1), starts(2)];
    (0..2).for_each(|_| main.extend([recv(Flow::Next), second_piece()]));
    let writer = |process, frame| {
        let pieces = (0..2).map(|_| send(process, frame, true));
        let ends = closes(process, &[Side::Receiving, Side::Sending]);
        started(process, pieces.chain([touch(ends)]).collect())
    };
    let whole = |world: &World| i64::from(world.notes[MAIN].len() == 4).to_string();
    system(whole).task(main).task(writer(1, 1)).task(writer(2, 2)).counts()
}

#[cfg(test)]
mod tests {
    use super::super::check::{exactly, total};
    use super::*;

    /// Classes and schedules of a model with one outcome.
    #[track_caller]
    fn one(counted: &Counted, outcome: &str, classes: u128, schedules: u128) {
        exactly(&counted.classes, &[(outcome, classes)]);
        exactly(&counted.schedules, &[(outcome, schedules)]);
    }

    /// The receipts follow the sends one by one, main's close goes before them, and the end
    /// follows both closes. The schedules of that are those of n + 2 steps, of which the k-th
    /// has to wait for the (k - 1)-th of n + 1 others: Catalan's numbers.
    #[test]
    fn the_end_is_found_in_one_class() {
        for (n, schedules) in [(1, 5), (2, 14), (3, 42), (4, 132), (5, 429)] {
            one(&drained(n, true), &format!("complete; {n}"), 1, schedules);
        }
        // Without the close of main and without the end that is n receipts and n + 1 steps.
        for (n, schedules) in [(1, 2), (2, 5), (3, 14), (4, 42)] {
            one(&drained(n, false), "stuck 0", 1, schedules);
        }
        one(&both_receive(), "stuck 1", 1, 1);
    }

    /// A close of the sending end has one place, for it is not looked at before the end. A close
    /// of the receiving end has three places among two sends, if these look at it. A process
    /// that has closed the sending end alone closes the receiving end when it ends, and has one
    /// place only as long as it does not, or where its end is left out as no step.
    #[test]
    fn a_bystander_has_a_place_where_sends_look_for_readers() {
        use Bystander::{ClosesBoth, ClosesSending, Stays};
        for (bystander, classes) in [(ClosesBoth, 3), (ClosesSending, 3), (Stays, 1)] {
            for (could_read, classes) in [(true, 1), (false, classes)] {
                let counted = with_bystander(bystander, could_read).classes;
                assert_eq!(total(&counted), classes, "{bystander:?} {could_read}");
                let outcome = if bystander == Stays { "stuck 1" } else { "complete; 2" };
                assert!(counted.keys().eq([outcome]), "{bystander:?} {could_read}");
            }
        }
    }

    /// The orders of two and two pieces, M23: in 2 of 6 the first two are of one frame.
    #[test]
    fn frames_are_torn() {
        let writers = frame_writers();
        exactly(&writers.classes, &[("complete; 0", 4), ("complete; 1", 2)]);
    }
}
