//! How a proxy calls its server.

use std::fmt::Display;
use std::hash::{Hash, Hasher};
use std::panic::Location;

use crate::digest::Digest;
use crate::exception::Exception;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{Noted, Text};
use crate::op::{Access, Op};
use crate::rt::{self, NewObject};

/// The server of a manager, as its clients see it: up or down.
#[derive(Clone, Copy, Debug)]
pub(super) struct Server {
    /// Shows 0 while the server is up. Each call looks at it, and those that it refuses
    /// touch nothing else: what was refused has changed nothing, so it loses nothing.
    down: ObjectId,
}

/// What a call is.
pub(super) struct Call {
    pub(super) verb: &'static str,
    /// What the call is about, for reports.
    pub(super) object: ObjectId,
    /// What it touches if the server is up.
    pub(super) touches: Vec<Access>,
    pub(super) location: &'static Location<'static>,
}

impl Server {
    pub(super) fn create(name: Name, location: &'static Location<'static>) -> Server {
        Server { down: rt::create(NewObject::new("Manager", name, location)) }
    }

    pub(super) fn down(self) -> ObjectId {
        self.down
    }

    pub(super) fn shut_down(self, location: &'static Location<'static>) {
        rt::step(Op::local("shutdown", location).with(self.down, Mode::Give, 1));
    }

    /// Makes a call, in one step.
    pub(super) fn call(self, call: Call) -> Result<(), Exception> {
        self.call_with(call, |access| access)
    }

    /// The same, with accesses of which some turn out to be others, on which the same
    /// depends.
    pub(super) fn call_with(
        self,
        call: Call,
        turns_out: impl Fn(Access) -> Access,
    ) -> Result<(), Exception> {
        let Call { verb, object, touches, location } = call;
        let mut op = Op::local(verb, location).deferred();
        // The step is about the object, which it touches only if the server is up.
        op.accesses.push(Access::withheld(object, Mode::Withheld, 0));
        op = op.with(self.down, Mode::Below, 1);
        op.accesses.extend_from_slice(&touches);
        rt::step_or_leave(op)?;
        if rt::also(self.down, Mode::Below, 1) {
            for access in touches {
                rt::touch(turns_out(access));
            }
            return Ok(());
        }
        for access in touches {
            rt::touch(access.withhold());
        }
        rt::note(|| Noted::Answer(Text::of("refused")));
        Err(refused())
    }

    /// Reaches the server, or is refused, in one step.
    pub(super) fn reach(self, location: &'static Location<'static>) -> Result<(), Exception> {
        rt::step_or_leave(Op::local("reach", location).with(self.down, Mode::Below, 1))?;
        match rt::shows(self.down) {
            0 => Ok(()),
            _ => Err(refused()),
        }
    }
}

fn refused() -> Exception {
    rt::raised("ConnectionRefusedError", "the server has been shut down")
}

/// An access to a part of an object.
pub(super) fn part(object: ObjectId, slot: u32, mode: Mode) -> Access {
    Access { slot, ..Access::new(object, mode, 0) }
}

/// The slot of a key, which is the same in every execution. Two keys may share one by a
/// chance of one in 2²⁶: then their calls are told to depend on one another.
pub(super) fn slot_of(key: &impl Hash) -> u32 {
    let mut digest = Digest::default();
    key.hash(&mut digest);
    let hash = digest.finish();
    ((hash ^ hash >> 32) & 0x03ff_ffff) as u32
}

/// What a part of an object holds, or that it holds nothing.
pub(super) fn told(part: &impl std::fmt::Debug, value: Option<&impl std::fmt::Debug>) -> Text {
    match value {
        Some(value) => Text::of(format_args!("[{part:?}] {value:?}")),
        None => Text::of(format_args!("[{part:?}] nothing")),
    }
}

/// What the last step raises.
pub(super) fn raised(kind: &'static str, message: impl Display) -> Exception {
    rt::raised(kind, message.to_string())
}
