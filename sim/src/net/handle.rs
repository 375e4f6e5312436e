//! Open copies of the two ends of a connection, and how a step looks at one.
//!
//! A handle is one open copy of an end. The stream that an end writes ends with the last close
//! of a copy of it. Copies count under the cells of both flows: the step of a close finds out
//! whether it is the last one, so each close comes before or after all else that is done on the
//! connection.
//!
//! Each step on a handle looks whether it is open, and a wait is for any of two things: what it
//! is there for, or the close. So no wait goes on at a handle that is closed, by whichever task,
//! and a trace tells which tasks use which end.

use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;

use super::flow::Flow;
use crate::exception::Exception;
use crate::execution::Purpose;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{Noted, Text};
use crate::op::Op;
use crate::rt::{self, NewObject};

/// One open copy of an end.
pub(super) struct SocketHandle {
    wire: Rc<Wire>,
    /// Which end.
    pub(super) side: usize,
    /// The gauge that shows 1 once it is closed.
    pub(super) closed: ObjectId,
    is_closed: Cell<bool>,
    /// What the objects of this end are like.
    new: NewObject,
}

/// What both ends have in common.
struct Wire {
    /// What each end writes.
    flows: [Flow; 2],
    /// How many copies of each are open.
    n_open: [Cell<u32>; 2],
}

/// The handles of two ends that are connected. The first has the name.
pub(super) fn connected(
    name: Name,
    capacity: Option<u32>,
    location: &'static Location<'static>,
) -> [SocketHandle; 2] {
    let of_peer = if name.is_empty() { Name::default() } else { format!("peer of {name}").into() };
    let ends = [name, of_peer].map(|name| {
        let new = NewObject::new("Socket", name, location);
        let end = rt::create(new.clone().serving(Purpose::Peer));
        new.part_of(end)
    });
    let [first, second] = &ends;
    let flows = [Flow::create(first, second, capacity), Flow::create(second, first, capacity)];
    let wire = Rc::new(Wire { flows, n_open: Default::default() });
    let [first, second] = ends;
    [SocketHandle::open(&wire, 0, first), SocketHandle::open(&wire, 1, second)]
}

/// What a step wants a gauge to show.
#[derive(Clone, Copy, Debug)]
pub(super) struct AskedFor {
    pub(super) gauge: ObjectId,
    /// Whether it waits for that. It is refused otherwise.
    pub(super) waits: bool,
}

impl AskedFor {
    fn mode(asked: Option<AskedFor>) -> Mode {
        if asked.is_some_and(|asked| asked.waits) { Mode::AnyOf } else { Mode::Look }
    }
}

impl SocketHandle {
    /// Adds an open copy of an end, as part of the step that makes it.
    fn open(wire: &Rc<Wire>, side: usize, new: NewObject) -> SocketHandle {
        let n_open = &wire.n_open[side];
        n_open.set(n_open.get() + 1);
        let closed = rt::create(new.clone().serving(Purpose::Handle));
        SocketHandle { wire: Rc::clone(wire), side, closed, is_closed: Cell::new(false), new }
    }

    /// Another open copy. One step.
    pub(super) fn dup(
        &self,
        location: &'static Location<'static>,
    ) -> Result<SocketHandle, Exception> {
        let op = self.with_updates(self.op("dup", None, location));
        rt::step_or_leave(op.deferred())?;
        if !rt::is_quiet() && !self.begin_on_both() {
            return Err(bad_descriptor());
        }
        Ok(SocketHandle::open(&self.wire, self.side, self.new.clone()))
    }

    /// Closes it. One step.
    pub(super) fn close(&self, location: &'static Location<'static>) -> Result<(), Exception> {
        let (incoming, outgoing) = (self.incoming(), self.outgoing());
        let op = self.with_updates(self.op("close", None, location));
        let op = outgoing.with_end(op.with(self.closed, Mode::Set, 1));
        rt::step_or_leave(incoming.with_no_reader(op).deferred())?;
        if rt::is_quiet() || !self.begin_on_both() {
            return Ok(());
        }
        self.is_closed.set(true);
        rt::also(self.closed, Mode::Set, 1);
        let n_open = &self.wire.n_open[self.side];
        n_open.set(n_open.get() - 1);
        if n_open.get() == 0 {
            outgoing.end(incoming.len() > 0);
            incoming.end_reading();
        }
        Ok(())
    }

    /// What the end reads.
    pub(super) fn incoming(&self) -> &Flow {
        &self.wire.flows[1 - self.side]
    }

    /// What it writes.
    pub(super) fn outgoing(&self) -> &Flow {
        &self.wire.flows[self.side]
    }

    /// Declares a step, which may ask for what a gauge shows. The handle comes first: it tells
    /// what the step is about.
    pub(super) fn op(
        &self,
        verb: &'static str,
        asked: Option<AskedFor>,
        location: &'static Location<'static>,
    ) -> Op {
        let mode = AskedFor::mode(asked);
        let op = Op::local(verb, location).with(self.closed, mode, 1);
        asked.iter().fold(op, |op, asked| op.with(asked.gauge, mode, 1))
    }

    /// Begins the step on a flow: looks at what it has asked for, and updates the flow.
    /// Whether the handle is open. Otherwise the step changes nothing.
    pub(super) fn begin(&self, flow: &Flow, asked: Option<AskedFor>) -> bool {
        let mode = AskedFor::mode(asked);
        rt::also(self.closed, mode, 1);
        if let Some(asked) = asked {
            rt::also(asked.gauge, mode, 1);
        }
        flow.update();
        if self.is_closed.get() {
            flow.stays();
        }
        !self.is_closed.get()
    }

    /// The same for a step on both flows that has not waited.
    fn begin_on_both(&self) -> bool {
        let is_open = self.begin(self.incoming(), None);
        self.outgoing().update();
        if !is_open {
            self.outgoing().stays();
        }
        is_open
    }

    fn with_updates(&self, op: Op) -> Op {
        self.outgoing().with_update(self.incoming().with_update(op))
    }
}

/// What an operation raises on a handle that is closed.
pub(super) fn bad_descriptor() -> Exception {
    refused("OSError", "bad file descriptor")
}

/// What an operation raises that would have to wait.
pub(super) fn would_block() -> Exception {
    refused("BlockingIOError", "resource temporarily unavailable")
}

/// What the step raises, noted for people: the step is to be told with it.
pub(super) fn refused(kind: &'static str, message: &str) -> Exception {
    rt::note(|| Noted::Answer(Text::of(kind)));
    rt::raised(kind, message)
}
