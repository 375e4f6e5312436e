//! Generated programs over the face, gone through by both searches.
//!
//! Two or three threads of a few operations each on a fixed set of objects; what an operation
//! returns goes into the log of its thread, and the outcome is all logs. A program that the
//! plain search does not exhaust within its bound is left out. `UNKNOT_PROGRAMS` and
//! `UNKNOT_SEED` run other ones by hand.

use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};
use std::time::Duration;

use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use unknot_std::cell::UnsafeCell;
use unknot_std::sync::atomic::{AtomicUsize, fence};
use unknot_std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use unknot_std::sync::{Arc, Condvar, Mutex, OnceLock, RwLock};
use unknot_std::{Builder, hint, thread};

use super::compare;

const MAX_EXECUTIONS: u64 = 2_000;

/// One operation of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FaceOp {
    Load(Ordering),
    Store(usize, Ordering),
    Add(Ordering),
    Exchange(usize, Ordering),
    Fence(Ordering),
    ReadCell,
    WriteCell(usize),
    /// Adds under the lock.
    Lock,
    TryLock,
    IsPoisoned,
    ReadLock,
    WriteLock,
    TryRead,
    TryWrite,
    /// Waits until the value under the lock is not 0.
    WaitWhile,
    WaitTimeout,
    NotifyOne,
    NotifyAll,
    Send(usize),
    TrySend(usize),
    Recv,
    TryRecv,
    RecvTimeout,
    Unpark,
    Park,
    ParkTimeout,
    Once(usize),
    Get,
    CloneArc,
    DropArc,
    Count,
    Upgrade,
    GetMut,
    SpinUntilSet,
    Yield,
    Panic,
}

/// What the threads share.
struct Face {
    atomic: AtomicUsize,
    cell: UnsafeCell<usize>,
    lock: Mutex<usize>,
    changed: Condvar,
    table: RwLock<usize>,
    once: OnceLock<usize>,
    receiver: Mutex<Option<Receiver<usize>>>,
}

#[expect(unsafe_code, reason = "what is tested is whether races of it are found")]
// SAFETY: tasks share a thread.
unsafe impl Sync for Face {}

/// A value whose destructor may make a step.
struct Dropped(Option<Arc<Face>>);

impl Drop for Dropped {
    fn drop(&mut self) {
        if let Some(face) = &self.0 {
            face.atomic.fetch_add(100, Relaxed);
        }
    }
}

fn order() -> impl Strategy<Value = Ordering> + Clone {
    prop_oneof![Just(Relaxed), Just(AcqRel), Just(SeqCst)]
}

fn op() -> impl Strategy<Value = FaceOp> {
    let value = 0..2_usize;
    prop_oneof![
        order().prop_map(FaceOp::Load),
        (value.clone(), order()).prop_map(|(value, order)| FaceOp::Store(value, order)),
        order().prop_map(FaceOp::Add),
        (value.clone(), order()).prop_map(|(value, order)| FaceOp::Exchange(value, order)),
        order().prop_map(|order| FaceOp::Fence(if order == Relaxed { SeqCst } else { order })),
        Just(FaceOp::ReadCell),
        value.clone().prop_map(FaceOp::WriteCell),
        proptest::sample::select(PLAIN),
        proptest::sample::select(PLAIN),
        proptest::sample::select(PLAIN),
        value.clone().prop_map(FaceOp::Send),
        value.clone().prop_map(FaceOp::TrySend),
        value.prop_map(FaceOp::Once),
    ]
}

const PLAIN: &[FaceOp] = &[
    FaceOp::Lock,
    FaceOp::TryLock,
    FaceOp::IsPoisoned,
    FaceOp::ReadLock,
    FaceOp::WriteLock,
    FaceOp::TryRead,
    FaceOp::TryWrite,
    FaceOp::WaitWhile,
    FaceOp::WaitTimeout,
    FaceOp::NotifyOne,
    FaceOp::NotifyAll,
    FaceOp::Recv,
    FaceOp::TryRecv,
    FaceOp::RecvTimeout,
    FaceOp::Unpark,
    FaceOp::Park,
    FaceOp::ParkTimeout,
    FaceOp::Get,
    FaceOp::CloneArc,
    FaceOp::DropArc,
    FaceOp::Count,
    FaceOp::Upgrade,
    FaceOp::GetMut,
    FaceOp::SpinUntilSet,
    FaceOp::Yield,
    FaceOp::Panic,
];

/// A program: whether a destructor makes a step, whether the channel has room, and what each
/// thread does. The first thread is main.
#[derive(Clone, Debug)]
struct FaceSpec {
    drops: bool,
    room: usize,
    threads: Vec<Vec<FaceOp>>,
}

fn spec() -> impl Strategy<Value = FaceSpec> {
    let threads = proptest::collection::vec(proptest::collection::vec(op(), 1..4), 2..4);
    (proptest::bool::ANY, 0..2_usize, threads).prop_map(|(drops, room, threads)| FaceSpec {
        drops,
        room,
        threads,
    })
}

/// What a thread has of its own.
struct Own {
    sender: Option<SyncSender<usize>>,
    counted: Option<Arc<Dropped>>,
    main: thread::Thread,
    log: Vec<String>,
}

fn load_order(order: Ordering) -> Ordering {
    if order == AcqRel { Acquire } else { order }
}

fn store_order(order: Ordering) -> Ordering {
    if order == AcqRel { Release } else { order }
}

const SOON: Duration = Duration::from_millis(1);

/// What an operation returned; each family knows its own.
fn run(face: &Face, own: &mut Own, op: FaceOp) {
    let told = atomics(face, op)
        .or_else(|| locks(face, op))
        .or_else(|| channels(face, own, op))
        .or_else(|| pointers(own, op))
        .or_else(|| threads(face, own, op));
    own.log.push(told.expect("a family has it"));
}

fn atomics(face: &Face, op: FaceOp) -> Option<String> {
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
fn done(does: impl FnOnce()) -> String {
    does();
    String::new()
}

fn locks(face: &Face, op: FaceOp) -> Option<String> {
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

fn channels(face: &Face, own: &mut Own, op: FaceOp) -> Option<String> {
    let sender = own.sender.as_ref();
    let send = |send: fn(&SyncSender<usize>, usize) -> String, value| {
        sender.map_or(String::new(), |sender| send(sender, value))
    };
    let receive = |receive: fn(&Receiver<usize>) -> String| {
        let receiver = face.receiver.lock().expect("it is never poisoned").take();
        receiver.map_or(String::new(), |receiver| receive(&receiver))
    };
    Some(match op {
        FaceOp::Send(value) => send(|to, value| to.send(value).is_ok().to_string(), value),
        FaceOp::TrySend(value) => send(|to, value| format!("{:?}", to.try_send(value)), value),
        FaceOp::Recv => {
            // A thread that waits has to have no sender of its own.
            own.sender = None;
            receive(|from| format!("{:?}", from.recv()))
        }
        FaceOp::TryRecv => receive(|from| format!("{:?}", from.try_recv())),
        FaceOp::RecvTimeout => receive(|from| format!("{:?}", from.recv_timeout(SOON))),
        _ => return None,
    })
}

fn pointers(own: &mut Own, op: FaceOp) -> Option<String> {
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
        _ => return None,
    })
}

fn threads(face: &Face, own: &Own, op: FaceOp) -> Option<String> {
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

fn program(spec: &FaceSpec) -> String {
    let (sender, receiver) = sync_channel(spec.room);
    let face = Arc::new(Face {
        atomic: AtomicUsize::new(0),
        cell: UnsafeCell::new(0),
        lock: Mutex::new(0),
        changed: Condvar::new(),
        table: RwLock::new(0),
        once: OnceLock::new(),
        receiver: Mutex::new(Some(receiver)),
    });
    let counted = Arc::new(Dropped(spec.drops.then(|| face.clone())));
    let main = thread::current();
    let own = |is_first: bool| Own {
        sender: (is_first || spec.threads.len() < 3).then(|| sender.clone()),
        counted: Some(counted.clone()),
        main: main.clone(),
        log: vec![],
    };
    let mut others = vec![];
    for ops in &spec.threads[1..] {
        let (face, ops, mut own) = (face.clone(), ops.clone(), own(others.is_empty()));
        others.push(thread::spawn(move || {
            ops.iter().for_each(|&op| run(&face, &mut own, op));
            own.log
        }));
    }
    let mut mine = own(false);
    drop((sender, counted));
    spec.threads[0].iter().for_each(|&op| run(&face, &mut mine, op));
    let mut logs = vec![std::mem::take(&mut mine.log)];
    drop(mine);
    logs.extend(others.into_iter().map(|other| other.join().unwrap_or_default()));
    format!("{logs:?}")
}

/// What is wrong with a program; nothing if it is too large to tell.
fn wrong(spec: &FaceSpec) -> Option<Result<(), String>> {
    let theirs = spec.clone();
    let is_of_readers = |op: &FaceOp| matches!(op, FaceOp::ReadLock | FaceOp::TryRead);
    let may_repeat = spec.threads.iter().flatten().any(is_of_readers);
    let compared = Builder::new().explore_by(
        move || program(&theirs),
        |program| compare(program, may_repeat, MAX_EXECUTIONS),
    );
    Some(compared?.map(drop))
}

/// The smallest program that is wrong, and what is wrong with it.
fn shrunk(tree: &mut impl ValueTree<Value = FaceSpec>, message: String) -> (FaceSpec, String) {
    let mut known = (tree.current(), message);
    while tree.simplify() {
        loop {
            if let Some(Err(message)) = wrong(&tree.current()) {
                known = (tree.current(), message);
                break;
            }
            if !tree.complicate() {
                return known;
            }
        }
    }
    known
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn generated_programs() {
    let seed = number("UNKNOT_SEED", 0);
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let (mut left, mut too_large) = (number("UNKNOT_PROGRAMS", 100), 0);
    while left > 0 {
        let mut tree = spec().new_tree(&mut runner).expect("there are programs");
        match wrong(&tree.current()) {
            None => too_large += 1,
            Some(Ok(())) => left -= 1,
            Some(Err(message)) => {
                let (smallest, message) = shrunk(&mut tree, message);
                panic!("{smallest:#?}\n{message}");
            }
        }
    }
    println!("{too_large} more were too large");
}
