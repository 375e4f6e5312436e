//! Generated programs over the face, gone through by both searches.
//!
//! Two or three threads of a few operations each on a fixed set of objects; what an operation
//! returns goes into the log of its thread, and the outcome is all logs. A program that the
//! plain search does not exhaust within its bound is left out. `UNKNOT_PROGRAMS`,
//! `UNKNOT_SEED` and `UNKNOT_EXECUTIONS` run other and larger ones by hand.

mod ops;
mod values;

use std::sync::Arc as StdArc;
use std::sync::atomic::Ordering::{self, AcqRel, Relaxed, SeqCst};

use proptest::prelude::{Just, Strategy, prop_oneof};
use unknot_std::cell::UnsafeCell;
use unknot_std::sync::atomic::AtomicUsize;
use unknot_std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use unknot_std::sync::{Arc, Condvar, Mutex, OnceLock, RwLock};
use unknot_std::{Builder, thread};

use super::compare;
use crate::kit::generated::{Compared, number, prove_among};
use ops::is_of_channels;
use values::{Does, Dropped, VALUES, does};

/// Of the plain search, so that the time of a test goes into many small programs.
const MAX_EXECUTIONS: u64 = 200;

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
    /// Another owner of the value inside of the one that is counted.
    TakeInner,
    DropInner,
    CountInner,
    /// A thread that returns the value to no other thread, after a step or at once.
    Detach(bool),
    /// The same with a handle, which goes with its thread unless it is joined.
    Keep(bool),
    DropKept,
    JoinKept,
    /// A value of its own whose destructor panics.
    DropFresh,
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
}

/// A receiver for the first thread that wants it.
type Receiving = Arc<Mutex<Option<Receiver<usize>>>>;

#[expect(unsafe_code, reason = "what is tested is whether races of it are found")]
// SAFETY: tasks share a thread.
unsafe impl Sync for Face {}

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
        proptest::sample::select(VALUES),
        proptest::sample::select(VALUES),
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
    FaceOp::SpinUntilSet,
    FaceOp::Yield,
    FaceOp::Panic,
];

/// A program: what the destructors of a value and of the one inside do, whether the channel has room, and what each
/// thread does. The first thread is main.
#[derive(Clone, Debug)]
struct FaceSpec {
    drops: (Does, Does),
    room: usize,
    threads: Vec<Vec<FaceOp>>,
}

fn spec() -> impl Strategy<Value = FaceSpec> {
    let threads = |ops, n| proptest::collection::vec(proptest::collection::vec(op(), ops), n);
    let threads = prop_oneof![
        4 => threads(1..3, 2..3),
        1 => threads(1..4, 2..3),
        1 => threads(1..2, 3..4),
    ];
    ((does(), does()), 0..2_usize, threads).prop_map(|(drops, room, threads)| FaceSpec {
        drops,
        room,
        threads,
    })
}

/// What a thread has of its own.
struct Own {
    sender: Option<SyncSender<usize>>,
    receiver: Option<Receiving>,
    counted: Option<Arc<Dropped>>,
    inner: Option<Arc<Dropped>>,
    kept: Option<thread::JoinHandle<Option<Arc<Dropped>>>>,
    main: thread::Thread,
    log: Vec<String>,
}

/// What an operation returned; each family knows its own.
fn run(face: &StdArc<Face>, own: &mut Own, op: FaceOp) {
    let told = ops::atomics(face, op)
        .or_else(|| ops::locks(face, op))
        .or_else(|| ops::channels(own, op))
        .or_else(|| values::run(face, own, op))
        .or_else(|| ops::threads(face, own, op));
    own.log.push(told.expect("a family has it"));
}

/// What each thread gets: the channel and the value only where an operation uses them, since
/// every thread drops what it has got.
fn shares(spec: &FaceSpec) -> (StdArc<Face>, impl FnMut(bool) -> Own) {
    let face = StdArc::new(Face {
        atomic: AtomicUsize::new(0),
        cell: UnsafeCell::new(0),
        lock: Mutex::new(0),
        changed: Condvar::new(),
        table: RwLock::new(0),
        once: OnceLock::new(),
    });
    let ops = || spec.threads.iter().flatten();
    let channel = ops().any(is_of_channels).then(|| {
        let (sender, receiver) = sync_channel(spec.room);
        (sender, Arc::new(Mutex::new(Some(receiver))))
    });
    let counted = ops().any(|op| VALUES.contains(op)).then(|| {
        let inner = Arc::new(Dropped::new(spec.drops.1, &face, None));
        Arc::new(Dropped::new(spec.drops.0, &face, Some(inner)))
    });
    let main = thread::current();
    let share = move |sends: bool| Own {
        sender: channel.as_ref().filter(|_| sends).map(|(sender, _)| sender.clone()),
        receiver: channel.as_ref().map(|(_, receiver)| receiver.clone()),
        counted: counted.clone(),
        inner: None,
        kept: None,
        main: main.clone(),
        log: vec![],
    };
    (face, share)
}

fn program(spec: &FaceSpec) -> String {
    let (face, mut own) = shares(spec);
    let is_small = spec.threads.len() < 3;
    let mut others = vec![];
    for ops in &spec.threads[1..] {
        let (face, ops, mut own) = (face.clone(), ops.clone(), own(is_small || others.is_empty()));
        others.push(thread::spawn(move || {
            ops.iter().for_each(|&op| run(&face, &mut own, op));
            own.log
        }));
    }
    let mut mine = own(is_small);
    drop(own);
    spec.threads[0].iter().for_each(|&op| run(&face, &mut mine, op));
    let mut logs = vec![std::mem::take(&mut mine.log)];
    drop(mine);
    logs.extend(others.into_iter().map(|other| other.join().unwrap_or_default()));
    format!("{logs:?}")
}

/// What is wrong with a program; nothing if it is too large to tell.
fn wrong(spec: &FaceSpec) -> Compared {
    let theirs = spec.clone();
    let is_of_readers = |op: &FaceOp| matches!(op, FaceOp::ReadLock | FaceOp::TryRead);
    let may_repeat = spec.threads.iter().flatten().any(is_of_readers);
    let compared = Builder::new().explore_by(
        move || program(&theirs),
        |program| compare(program, may_repeat, number("UNKNOT_EXECUTIONS", MAX_EXECUTIONS)),
    );
    Some(compared?.map(drop))
}

/// Two halves, which run at the same time.
#[test]
fn generated_programs() {
    go_through(0);
}

#[test]
fn more_generated_programs() {
    go_through(1);
}

fn go_through(part: u8) {
    let too_large = prove_among(part, &spec(), number("UNKNOT_PROGRAMS", 2_000) / 2, wrong);
    println!("{} more were too large", too_large.unwrap_or_else(|failed| panic!("{failed}")));
}
