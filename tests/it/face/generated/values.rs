//! Values with destructors that make steps or panic, values that own such values, and threads
//! that hand them on: joined, detached, or with a handle that is dropped later.

use std::sync::Arc as StdArc;
use std::sync::atomic::Ordering::Relaxed;

use proptest::prelude::{Just, Strategy, prop_oneof};
use unknot_sim::raw;
use unknot_std::sync::Arc;
use unknot_std::thread;

use super::ops::done;
use super::{Face, FaceOp, Own};

/// What a destructor does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Does {
    Nothing,
    /// A step on an atomic.
    Adds,
    /// Steps that may wait, and end the wait of others.
    Locks,
    /// A step, if main runs it.
    Asks,
    Panics,
}

pub(super) fn does() -> impl Strategy<Value = Does> {
    prop_oneof![
        3 => Just(Does::Nothing),
        2 => Just(Does::Adds),
        1 => Just(Does::Locks),
        1 => Just(Does::Asks),
        1 => Just(Does::Panics),
    ]
}

/// A value whose destructor may do something, before that of the value that it owns does.
pub(super) struct Dropped {
    does: Does,
    face: StdArc<Face>,
    inner: Option<Arc<Dropped>>,
}

impl Dropped {
    pub(super) fn new(does: Does, face: &StdArc<Face>, inner: Option<Arc<Dropped>>) -> Dropped {
        Dropped { does, face: face.clone(), inner }
    }
}

impl Drop for Dropped {
    fn drop(&mut self) {
        match self.does {
            Does::Nothing => {}
            Does::Adds => _ = self.face.atomic.fetch_add(100, Relaxed),
            Does::Locks => {
                *self.face.lock.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) += 1;
                self.face.changed.notify_one();
            }
            Does::Asks if thread::current().name() == Some("main") => {
                self.face.atomic.fetch_add(1_000, Relaxed);
            }
            Does::Asks => {}
            // A second panic while a thread unwinds, or after the end, would end the process.
            Does::Panics if !thread::panicking() && !raw::is_quiet() => panic!("in a destructor"),
            Does::Panics => {}
        }
    }
}

/// Operations on the values of a thread, and on threads that get them.
pub(super) const VALUES: &[FaceOp] = &[
    FaceOp::CloneArc,
    FaceOp::DropArc,
    FaceOp::Count,
    FaceOp::Upgrade,
    FaceOp::GetMut,
    FaceOp::TakeInner,
    FaceOp::DropInner,
    FaceOp::CountInner,
    FaceOp::Detach(false),
    FaceOp::Detach(true),
    FaceOp::Keep(false),
    FaceOp::Keep(true),
    FaceOp::DropKept,
    FaceOp::JoinKept,
    FaceOp::DropFresh,
];

/// A thread that returns a value, after a step if so asked.
fn returns(
    face: &StdArc<Face>,
    value: Option<Arc<Dropped>>,
    steps: bool,
) -> thread::JoinHandle<Option<Arc<Dropped>>> {
    let face = face.clone();
    thread::spawn(move || {
        if steps {
            face.atomic.fetch_add(10, Relaxed);
        }
        value
    })
}

pub(super) fn run(face: &StdArc<Face>, own: &mut Own, op: FaceOp) -> Option<String> {
    Some(match op {
        FaceOp::CloneArc => done(|| drop(own.counted.clone())),
        FaceOp::DropArc => done(|| own.counted = None),
        FaceOp::Count => own.counted.as_ref().map_or(0, Arc::strong_count).to_string(),
        FaceOp::Upgrade => {
            let weak = own.counted.as_ref().map(Arc::downgrade);
            own.counted = None;
            weak.is_some_and(|weak| weak.upgrade().is_some()).to_string()
        }
        FaceOp::GetMut => own.counted.as_mut().and_then(Arc::get_mut).is_some().to_string(),
        FaceOp::TakeInner => {
            own.inner = own.counted.as_ref().and_then(|counted| counted.inner.clone());
            own.inner.is_some().to_string()
        }
        FaceOp::DropInner => done(|| own.inner = None),
        FaceOp::CountInner => own.inner.as_ref().map_or(0, Arc::strong_count).to_string(),
        FaceOp::Detach(steps) => done(|| drop(returns(face, own.counted.take(), steps))),
        FaceOp::Keep(steps) => done(|| own.kept = Some(returns(face, own.counted.take(), steps))),
        FaceOp::DropKept => done(|| own.kept = None),
        FaceOp::JoinKept => match own.kept.take().map(thread::JoinHandle::join) {
            Some(joined) => format!("{:?}", joined.map(|value| value.is_some()).ok()),
            None => String::new(),
        },
        FaceOp::DropFresh => {
            let counted = own.counted.clone();
            done(|| drop(Dropped::new(Does::Panics, face, counted)))
        }
        _ => return None,
    })
}
