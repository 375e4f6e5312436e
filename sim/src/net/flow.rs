//! One direction of a connection: bytes in the order in which they were written.
//!
//! A cell orders all that is done to it. Every step that does anything updates the cell,
//! whether that changes something or not, and a step that asks about readiness reads it: what
//! a step will find depends on what comes before it, and a step that is never made is known
//! by what it declared. So two gauges decide only which tasks are enabled: `bytes` shows how
//! many there are to be read, `room` how many more can be written. What a step adds to them may
//! depend on the state. Each shows the greatest number once no task has to wait there any more:
//! `bytes` after the end of the stream, `room` once no task will read.
//!
//! An update that changed nothing is noted as such: a task that waits for a change is not
//! woken by it.

use std::cell::RefCell;
use std::collections::VecDeque;

use crate::execution::Want;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::op::Op;
use crate::rt::{self, NewObject};

/// What a gauge shows at which no task has to wait any more.
const FOR_EVER: i64 = i64::MAX;

/// One direction.
#[derive(Debug)]
pub(super) struct Flow {
    pub(super) cell: ObjectId,
    pub(super) bytes: ObjectId,
    pub(super) room: ObjectId,
    state: RefCell<FlowState>,
}

#[derive(Debug)]
struct FlowState {
    buffer: VecDeque<u8>,
    capacity: usize,
    end: StreamEnd,
    /// Whether an end is left that reads it.
    is_read: bool,
}

/// What comes behind the bytes that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StreamEnd {
    /// More bytes may.
    Open,
    /// The end.
    Ended,
    /// The other end was closed with bytes that it had not read. That is told once.
    Reset,
}

/// What a receipt finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Received {
    Bytes(Vec<u8>),
    End,
    Reset,
    /// Nothing yet.
    Nothing,
}

/// What a send finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// So many bytes were written, at least one.
    Part(usize),
    /// No task will read them.
    Broken,
    /// There is no room.
    Nothing,
}

impl Flow {
    /// An empty one. `from` says what the end is like that writes, `to` the one that reads.
    /// Bytes come from the first, and room from the second.
    pub(super) fn create(from: &NewObject, to: &NewObject, capacity: Option<u32>) -> Flow {
        let bytes = from.clone().wanted_for(Want::Item).raised_by(&["send", "shutdown", "close"]);
        let room = to.clone().wanted_for(Want::Room).raised_by(&["recv", "close"]);
        let room = room.showing(capacity.map_or(FOR_EVER, i64::from));
        let state = FlowState {
            buffer: VecDeque::new(),
            capacity: capacity.map_or(usize::MAX, |n| n as usize),
            end: StreamEnd::Open,
            is_read: true,
        };
        Flow {
            cell: rt::create(from.clone()),
            bytes: rt::create(bytes),
            room: rt::create(room),
            state: RefCell::new(state),
        }
    }

    /// Declares that the step does something to it.
    pub(super) fn with_update(&self, op: Op) -> Op {
        op.with(self.cell, Mode::Update, 0)
    }

    /// Declares a receipt.
    pub(super) fn with_receipt(&self, op: Op) -> Op {
        self.with_update(op).with(self.bytes, Mode::Drop, 1).with(self.room, Mode::Give, 1)
    }

    /// Declares a send.
    pub(super) fn with_send(&self, op: Op) -> Op {
        self.with_update(op).with(self.room, Mode::Drop, 1).with(self.bytes, Mode::Give, 1)
    }

    /// Declares what ends the stream for its reader.
    pub(super) fn with_end(&self, op: Op) -> Op {
        op.with(self.bytes, Mode::Set, FOR_EVER)
    }

    /// Declares what ends it for its writer.
    pub(super) fn with_no_reader(&self, op: Op) -> Op {
        op.with(self.room, Mode::Set, FOR_EVER)
    }

    /// Updates it as part of the step, which comes before all that the step does to it.
    pub(super) fn update(&self) {
        rt::also(self.cell, Mode::Update, 0);
    }

    /// Notes that the step changed nothing of it.
    pub(super) fn stays(&self) {
        rt::nothing_changed(self.cell);
    }

    /// How many bytes there are.
    pub(super) fn len(&self) -> usize {
        self.state.borrow().buffer.len()
    }

    /// Reads up to `n` bytes as part of a step that has updated it.
    pub(super) fn receive(&self, n: usize) -> Received {
        let mut state = self.state.borrow_mut();
        let taken = n.min(state.buffer.len());
        if taken > 0 {
            let bytes = state.buffer.drain(..taken).collect();
            let amount = amount(taken);
            rt::also(self.bytes, Mode::Drop, amount);
            rt::also(self.room, Mode::Give, amount);
            return Received::Bytes(bytes);
        }
        match state.end {
            StreamEnd::Reset => {
                state.end = StreamEnd::Ended;
                Received::Reset
            }
            StreamEnd::Ended => {
                self.stays();
                Received::End
            }
            StreamEnd::Open => {
                self.stays();
                Received::Nothing
            }
        }
    }

    /// Writes what fits as part of a step that has updated it.
    pub(super) fn send(&self, bytes: &[u8]) -> Sent {
        let mut state = self.state.borrow_mut();
        // To send nothing says nothing to the other end, so it does not matter if that is gone.
        if state.end != StreamEnd::Open || !state.is_read && !bytes.is_empty() {
            self.stays();
            return Sent::Broken;
        }
        let fits = (state.capacity - state.buffer.len()).min(bytes.len());
        if fits == 0 {
            self.stays();
            return Sent::Nothing;
        }
        state.buffer.extend(&bytes[..fits]);
        rt::also(self.room, Mode::Drop, amount(fits));
        rt::also(self.bytes, Mode::Give, amount(fits));
        Sent::Part(fits)
    }

    /// Ends the stream as part of a step that has updated it: sends are refused from now on.
    pub(super) fn shut(&self) {
        let mut state = self.state.borrow_mut();
        if state.end != StreamEnd::Open {
            self.stays();
            return;
        }
        state.end = StreamEnd::Ended;
        rt::also(self.bytes, Mode::Set, FOR_EVER);
        rt::also(self.room, Mode::Set, FOR_EVER);
    }

    /// Ends the stream since its writer is gone, as part of a step that has updated it.
    pub(super) fn end(&self, is_reset: bool) {
        let mut state = self.state.borrow_mut();
        if state.end == StreamEnd::Open {
            state.end = if is_reset { StreamEnd::Reset } else { StreamEnd::Ended };
        }
        rt::also(self.bytes, Mode::Set, FOR_EVER);
    }

    /// Notes that its reader is gone, as part of a step that has updated it.
    pub(super) fn end_reading(&self) {
        let mut state = self.state.borrow_mut();
        state.is_read = false;
        state.buffer.clear();
        rt::also(self.room, Mode::Set, FOR_EVER);
    }
}

fn amount(n: usize) -> i64 {
    i64::try_from(n).expect("a buffer is smaller")
}
