//! Pipes: two ends, in different processes or not.
//!
//! Each end sends to the other one. Messages are kept in order, sending never waits unless
//! the pipe has a capacity, and a receipt waits for a message or for the end: that no
//! process has an open copy of the other end any more. A process that is started gets a
//! copy of every end that its parent has open, so the end never comes where a copy was
//! forgotten.
//!
//! A message is one piece, written and read as a whole. [`Connection::in_writes`] has it
//! written in several, each a step, as a large one is: two tasks that send on one end at
//! once then mix their pieces, and what is received is nothing that was sent.

use std::cell::RefCell;
use std::fmt;
use std::panic::Location;
use std::rc::Rc;

use smallvec::SmallVec;

use super::message::Message;
use super::stream::Stream;
use super::way::{MessagePiece, PipeWay, broken_pipe, is_closed};
use crate::exception::Exception;
use crate::execution::Want;
use crate::fork::{Fork, Forking, Reads};
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{self, Noted, Text};
use crate::op::Op;
use crate::ready::{Readiness, Ready};
use crate::rt::{self, EndId, NewObject, OwnCopy};

/// One end of a pipe. Clones are handles to the same end; a process that is started gets a
/// copy of it that it closes for itself.
///
/// ```
/// use unknot_sim::{done, process, run_once};
///
/// run_once(|| {
///     let (mine, theirs) = process::pipe("numbers");
///     let child = process::start((mine.clone(), theirs.clone()), |(mine, theirs)| {
///         mine.close();
///         theirs.send(1)?;
///         theirs.send(2)?;
///         done(theirs.close())
///     })?;
///     // The end comes once both copies of the other end are closed.
///     theirs.close();
///     let mut sum = 0;
///     while let Ok(number) = mine.recv() {
///         sum += number;
///     }
///     assert_eq!(sum, 3);
///     child.join()
/// });
/// ```
pub struct Connection<T> {
    pipe: Rc<Pipe<T>>,
    side: Side,
    /// In how many writes a message is sent.
    n_writes: u32,
}

/// Which end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    First,
    Second,
}

impl Side {
    /// Which end it is, for people.
    fn name(self) -> &'static str {
        match self {
            Side::First => "first end",
            Side::Second => "second end",
        }
    }

    fn other(self) -> Side {
        match self {
            Side::First => Side::Second,
            Side::Second => Side::First,
        }
    }
}

struct Pipe<T> {
    ends: [EndId; 2],
    /// What each end sends; `None` for an end that only receives.
    ways: [Option<PipeWay<T>>; 2],
}

impl<T> Clone for Connection<T> {
    fn clone(&self) -> Connection<T> {
        Connection { pipe: Rc::clone(&self.pipe), ..*self }
    }
}

impl<T> fmt::Debug for Connection<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("side", &self.side).finish_non_exhaustive()
    }
}

impl<T: 'static> Fork for Connection<T> {
    fn reads(&self, _: &mut Reads) {}

    /// The handle stays the same. Which copy of the end it stands for is decided by the
    /// process that uses it.
    fn fork(&self, _: &mut Forking) -> Self {
        self.clone()
    }
}

/// A pipe on which both ends send and receive.
///
/// A step of its own in a process with several threads, and none otherwise.
#[track_caller]
pub fn pipe<T: Message>(name: impl Into<Name>) -> (Connection<T>, Connection<T>) {
    create(name.into(), [true; 2], None, Location::caller())
}

/// A pipe in one direction: the first end receives, the second one sends.
#[track_caller]
pub fn pipe_simplex<T: Message>(name: impl Into<Name>) -> (Connection<T>, Connection<T>) {
    create(name.into(), [false, true], None, Location::caller())
}

/// A pipe on which both ends send and receive, with room for this many pieces each way
/// that were not received.
#[track_caller]
pub fn pipe_bounded<T: Message>(
    name: impl Into<Name>,
    capacity: u32,
) -> (Connection<T>, Connection<T>) {
    create(name.into(), [true; 2], Some(capacity), Location::caller())
}

/// The verbs of the operations that end a wait for a message.
const SENDS: &[&str] = &["send", "close"];

fn create<T>(
    name: Name,
    sends: [bool; 2],
    capacity: Option<u32>,
    location: &'static Location<'static>,
) -> (Connection<T>, Connection<T>) {
    rt::before_ends_are_made("pipe", location);
    let new = NewObject::new("Pipe", name, location);
    // For each end how often it was closed. The first one stands for the pipe.
    let whole = rt::create(new.clone().raised_by(SENDS));
    let new = new.part_of(whole);
    let closed = [whole, rt::create(new.clone())];
    let ways = [Side::First, Side::Second].map(|from| {
        sends[from as usize].then(|| {
            let space = Want::Space(capacity.unwrap_or_default());
            let (item, place) = ((Want::Message, SENDS), (space, &["recv", "close"][..]));
            let back = closed[from.other() as usize];
            PipeWay {
                messages: Stream::create(&new, closed[from as usize], 0, item),
                room: capacity.map(|n| Stream::create(&new, back, n, place)),
                unread: back,
                pieces: RefCell::default(),
            }
        })
    });
    let ends = [Side::First, Side::Second].map(|side| {
        let (sent, received) = (&ways[side as usize], &ways[side.other() as usize]);
        let mut waited_on: SmallVec<[ObjectId; 2]> = SmallVec::new();
        waited_on.extend(sent.iter().map(|way| way.messages.items));
        waited_on.extend(received.iter().filter_map(|way| Some(way.room.as_ref()?.items)));
        rt::create_end(new.clone(), closed[side as usize], waited_on)
    });
    let pipe = Rc::new(Pipe { ends, ways });
    let connection = |side| Connection { pipe: Rc::clone(&pipe), side, n_writes: 1 };
    (connection(Side::First), connection(Side::Second))
}

impl<T: Message> Connection<T> {
    /// The same end, on which each message is written in this many steps.
    ///
    /// # Panics
    /// If there are none.
    #[must_use]
    pub fn in_writes(mut self, n: u32) -> Connection<T> {
        assert!(n > 0, "a message is written in one step at least");
        self.n_writes = n;
        self
    }

    /// Sends a message. One step, or as many as it is written in. In a process with several
    /// threads each of these is two, and three where it has to wait for room.
    ///
    /// # Errors
    /// `BrokenPipeError` if no process has an open copy of the other end, `OSError` if this
    /// one is closed or can only receive.
    #[track_caller]
    pub fn send(&self, message: T) -> Result<(), Exception> {
        let location = Location::caller();
        let Some(way) = &self.pipe.ways[self.side as usize] else {
            return Err(Exception::at(Some(location), "OSError", "connection is read-only"));
        };
        let (of, n) = (Rc::new(message), self.n_writes);
        (0..n).try_for_each(|nth| {
            self.write(way, MessagePiece { of: Rc::clone(&of), nth, n }, location)
        })
    }

    /// Writes one piece.
    fn write(
        &self,
        way: &PipeWay<T>,
        piece: MessagePiece<T>,
        location: &'static Location<'static>,
    ) -> Result<(), Exception> {
        let op = Op::local("send", location);
        let copy = self.open_copy(&op)?;
        let is_made = match copy.is_shared {
            true => way.send_if_open(&op, copy)?,
            false => {
                // A process that could read what it sends has no need to look for readers.
                let is_reader = rt::own_copy(self.other_end()).is_some_and(|copy| copy.is_open);
                way.send(op, (!is_reader).then_some(way.unread))?
            }
        };
        if rt::is_quiet() {
            return Ok(());
        }
        if !is_made || rt::is_closed(self.other_end()) {
            return Err(broken_pipe());
        }
        rt::note_if(|| noted::item(&*piece.of).map(Noted::Put));
        way.pieces.borrow_mut().push_back(piece);
        Ok(())
    }

    /// Waits for a message and receives it. One step, or as many as it was written in; one
    /// more for each in a process with several threads.
    ///
    /// # Errors
    /// `EOFError` if there is none and no process has an open copy of the other end,
    /// `OSError` if this one is closed or can only send, `UnpicklingError` if what was
    /// read are pieces of several messages.
    #[track_caller]
    pub fn recv(&self) -> Result<T, Exception> {
        let location = Location::caller();
        let Some(way) = &self.pipe.ways[self.side.other() as usize] else {
            return Err(Exception::at(Some(location), "OSError", "connection is write-only"));
        };
        let MessagePiece { of, nth, n } = self.read(way, location)?;
        let mut is_whole = nth == 0;
        for expected in 1..n {
            let next = self.read(way, location)?;
            is_whole &= Rc::ptr_eq(&next.of, &of) && next.nth == expected;
        }
        if is_whole {
            Ok(T::clone(&of))
        } else {
            Err(rt::raised("UnpicklingError", "pieces of several messages"))
        }
    }

    /// Reads one piece.
    fn read(
        &self,
        way: &PipeWay<T>,
        location: &'static Location<'static>,
    ) -> Result<MessagePiece<T>, Exception> {
        let op = Op::local("recv", location);
        // A step that waits for one object must not be refused because of another one: so
        // whether this end is open is looked at before.
        let is_shared = self.open_copy(&op)?.is_shared;
        let op = way.messages.with_receipt(op);
        // Another thread may close this end while the receipt waits: what it makes room
        // for may then find that no message is read any more, or find the room.
        let op = match &way.room {
            Some(room) if is_shared => room.with_late_send(op),
            Some(room) => room.with_send(op),
            None => op,
        };
        rt::step_or_leave(op.deferred())?;
        if rt::is_quiet() || !way.messages.receive() {
            match way.room.as_ref().filter(|_| !rt::is_quiet()) {
                Some(room) if is_shared => room.withhold_late_send(),
                Some(room) => room.withhold_send(),
                None => {}
            }
            rt::note(|| Noted::Answer(Text::of("end of file")));
            return Err(rt::raised("EOFError", "end of file"));
        }
        match &way.room {
            Some(room) if is_shared => room.send_late(),
            Some(room) => room.send(),
            None => {}
        }
        let piece = way.pieces.borrow_mut().pop_front();
        let piece = piece.expect("each message that was sent has a piece");
        rt::note_if(|| noted::item(&*piece.of).map(Noted::Got));
        Ok(piece)
    }

    /// Whether a receipt would not wait: there is a message, or the end. One step.
    ///
    /// # Errors
    /// `OSError` if this end is closed or can only send.
    #[track_caller]
    pub fn poll(&self) -> Result<bool, Exception> {
        let location = Location::caller();
        let Some(way) = &self.pipe.ways[self.side.other() as usize] else {
            return Err(Exception::at(Some(location), "OSError", "connection is write-only"));
        };
        let op = Op::local("poll", location);
        let Some(copy) = rt::own_copy(self.end()) else { return Err(is_closed(location)) };
        let op = op.with(copy.open, Mode::Look, 1);
        rt::step(way.messages.with_look(op).deferred());
        let is_open = rt::also(copy.open, Mode::Look, 1);
        let is_there = way.messages.look();
        if !is_open && !rt::is_quiet() {
            return Err(is_closed(location));
        }
        let is_ready = is_there || rt::is_closed(self.other_end());
        rt::note(|| Noted::Answer(Text::of(is_ready)));
        Ok(is_ready)
    }

    /// Closes this end for the process. To close it again does nothing. One step.
    #[track_caller]
    pub fn close(&self) {
        // A process that never had a copy of it has none to close.
        if let Some(copy) = rt::own_copy(self.end()) {
            rt::close("close", self.end(), copy, Location::caller());
            rt::note(|| Noted::Answer(Text::of(self.side.name())));
        }
    }

    fn end(&self) -> EndId {
        self.pipe.ends[self.side as usize]
    }

    fn other_end(&self) -> EndId {
        self.pipe.ends[self.side.other() as usize]
    }

    /// The copy of this end that the process has. One step where that might be closed.
    fn open_copy(&self, op: &Op) -> Result<OwnCopy, Exception> {
        let copy = rt::own_copy(self.end()).ok_or_else(|| is_closed(op.location))?;
        if copy.is_shared || !copy.is_open {
            let is_open = rt::step(op.clone().with(copy.open, Mode::Look, 1));
            if !is_open && !rt::is_quiet() {
                return Err(is_closed(op.location));
            }
        }
        Ok(copy)
    }
}

impl<T: Message> Ready for Connection<T> {
    fn readiness(
        &self,
        location: &'static Location<'static>,
    ) -> Result<Option<Readiness>, Exception> {
        let Some(way) = &self.pipe.ways[self.side.other() as usize] else {
            return Err(Exception::at(Some(location), "OSError", "connection is write-only"));
        };
        self.open_copy(&Op::local("wait any", location))?;
        Ok(Some(way.messages.readiness()))
    }
}
