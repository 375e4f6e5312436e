//! What the operations do that belong to no value: on atomics, locks, the channel, threads.

use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release};
use std::time::Duration;

use unknot_std::sync::atomic::fence;
use unknot_std::sync::mpsc::{Receiver, SyncSender};
use unknot_std::{hint, thread};

use super::{Face, FaceOp, Own};

fn load_order(order: Ordering) -> Ordering {
    if order == AcqRel { Acquire } else { order }
}

fn store_order(order: Ordering) -> Ordering {
    if order == AcqRel { Release } else { order }
}

const SOON: Duration = Duration::from_millis(1);

pub(super) fn atomics(face: &Face, op: FaceOp) -> Option<String> {
    Some(match op {
        FaceOp::Load(order) => face.atomic.load(load_order(order)).to_string(),
        FaceOp::Store(value, order) => done(|| face.atomic.store(value, store_order(order))),
        FaceOp::Add(order) => face.atomic.fetch_add(1, order).to_string(),
        FaceOp::Exchange(value, order) => {
            format!("{:?}", face.atomic.compare_exchange(value, 1 - value, order, Relaxed))
        }
        FaceOp::Fence(order) => done(|| fence(order)),
        #[expect(unsafe_code, reason = "what is tested is whether races of it are found")]
        // SAFETY: tasks share a thread.
        FaceOp::ReadCell => face.cell.with(|cell| unsafe { *cell }).to_string(),
        #[expect(unsafe_code, reason = "what is tested is whether races of it are found")]
        // SAFETY: tasks share a thread.
        FaceOp::WriteCell(value) => done(|| face.cell.with_mut(|cell| unsafe { *cell = value })),
        _ => return None,
    })
}

/// What an operation returns that returns nothing.
pub(super) fn done(does: impl FnOnce()) -> String {
    does();
    String::new()
}

pub(super) fn locks(face: &Face, op: FaceOp) -> Option<String> {
    Some(match op {
        FaceOp::Lock => face
            .lock
            .lock()
            .map_or(0, |mut value| {
                *value += 1;
                *value
            })
            .to_string(),
        FaceOp::TryLock => face.lock.try_lock().is_ok().to_string(),
        FaceOp::IsPoisoned => face.lock.is_poisoned().to_string(),
        FaceOp::ReadLock => face.table.read().map_or(9, |value| *value).to_string(),
        FaceOp::WriteLock => done(|| _ = face.table.write().map(|mut value| *value += 1)),
        FaceOp::TryRead => face.table.try_read().map_or(9, |value| *value).to_string(),
        FaceOp::TryWrite => face.table.try_write().is_ok().to_string(),
        FaceOp::WaitWhile => match face.lock.lock() {
            Ok(value) => face.changed.wait_while(value, |value| *value == 0).is_ok().to_string(),
            Err(_) => String::new(),
        },
        FaceOp::WaitTimeout => match face.lock.lock() {
            Ok(value) => {
                let told = face.changed.wait_timeout(value, SOON);
                told.is_ok_and(|(_, told)| told.timed_out()).to_string()
            }
            Err(_) => String::new(),
        },
        FaceOp::NotifyOne => done(|| face.changed.notify_one()),
        FaceOp::NotifyAll => done(|| face.changed.notify_all()),
        FaceOp::Once(value) => face.once.get_or_init(|| value).to_string(),
        FaceOp::Get => format!("{:?}", face.once.get()),
        _ => return None,
    })
}

pub(super) fn channels(own: &mut Own, op: FaceOp) -> Option<String> {
    let send = |send: fn(&SyncSender<usize>, usize) -> String, value| {
        own.sender.as_ref().map_or(String::new(), |sender| send(sender, value))
    };
    Some(match op {
        FaceOp::Send(value) => send(|to, value| to.send(value).is_ok().to_string(), value),
        FaceOp::TrySend(value) => send(|to, value| format!("{:?}", to.try_send(value)), value),
        FaceOp::Recv => {
            // A thread that waits has to have no sender of its own.
            own.sender = None;
            receive(own, |from| format!("{:?}", from.recv()))
        }
        FaceOp::TryRecv => receive(own, |from| format!("{:?}", from.try_recv())),
        FaceOp::RecvTimeout => receive(own, |from| format!("{:?}", from.recv_timeout(SOON))),
        _ => return None,
    })
}

fn receive(own: &Own, receive: fn(&Receiver<usize>) -> String) -> String {
    let shared = own.receiver.as_ref().expect("there is one where an operation wants it");
    let taken = shared.lock().expect("it is never poisoned").take();
    taken.map_or(String::new(), |receiver| receive(&receiver))
}

/// Whether an operation uses the channel.
pub(super) fn is_of_channels(op: &FaceOp) -> bool {
    use FaceOp::{Recv, RecvTimeout, Send, TryRecv, TrySend};
    matches!(op, Send(_) | TrySend(_) | Recv | TryRecv | RecvTimeout)
}

pub(super) fn threads(face: &Face, own: &Own, op: FaceOp) -> Option<String> {
    Some(match op {
        FaceOp::Unpark => done(|| own.main.unpark()),
        FaceOp::Park => done(|| thread::park()),
        FaceOp::ParkTimeout => done(|| thread::park_timeout(SOON)),
        FaceOp::SpinUntilSet => {
            while face.atomic.load(Acquire) == 0 {
                hint::spin_loop();
            }
            String::new()
        }
        FaceOp::Yield => done(|| thread::yield_now()),
        FaceOp::Panic => {
            let _guard = face.lock.lock();
            panic!("of the program");
        }
        _ => return None,
    })
}
