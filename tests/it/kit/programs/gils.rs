//! Threads under global interpreter locks, of which main has both at first.

use std::time::Duration;

use unknot_checker::sim::{Fork, Forking, Gil, GilLock, JoinHandle, Reads, Semaphore, sleep};

use super::family::*;

operations! {
    /// The first number says which lock, 0 or 1. What a thread does that is not under this
    /// one it does without it, or leaves out.
    GilOp, |task| {
        /// Starts a thread under the lock that does what the program has as `extra`.
        GilStart(g: u8), "Gil::spawn" => start(task, g),
        GilByte(g: u8), "Gil::bytecode" => is_under(task, g).then(|| gil(task, g).bytecode()),
        /// It panics in a thread that is not under the lock.
        GilBareByte(g: u8), "Gil::bytecode" => gil(task, g).bytecode(),
        GilSleep(g: u8, millis: u8), "Gil::sleep" => match is_under(task, g) {
            true => gil(task, g).sleep(of(millis)),
            false => sleep(of(millis)),
        },
        GilNative(g: u8, millis: u8), "Gil::native" => match is_under(task, g) {
            true => gil(task, g).native(of(millis)),
            false => sleep(of(millis)),
        },
        GilAcquire(g: u8), "Gil::blocking" => out(task, g, Semaphore::acquire),
        GilTryAcquire(g: u8), "Gil::blocking" => out(task, g, Semaphore::try_acquire),
        GilRelease(g: u8), "Gil::blocking" => out(task, g, Semaphore::release),
        /// Takes a lock of threads under this one, or gives it back.
        GilLocks(g: u8), "GilLock::acquire" => {
            is_under(task, g).then(|| lock(task, g).acquire())
        },
        GilUnlocks(g: u8), "GilLock::release" => {
            is_under(task, g).then(|| lock(task, g).release())
        },
        /// Joins the first thread that this one has started under the lock, without the lock.
        GilJoin(g: u8), "Gil::blocking" => {
            let handle = task.kept.gils.started[usize::from(g)].pop();
            handle.map(|handle| match is_under(task, g) {
                true => gil(task, g).clone().blocking(|| handle.join()),
                false => handle.join(),
            })
        },
    }
}

/// Each with a lock of its threads.
#[derive(Clone)]
pub(super) struct Gils([(Gil, GilLock); 2]);

/// What a thread has started under each lock, and which it is under itself.
#[derive(Default)]
pub(super) struct OfGils {
    started: [Vec<JoinHandle<()>>; 2],
    under: Option<u8>,
}

fn of(millis: u8) -> Duration {
    Duration::from_millis(millis.into())
}

fn gil(task: &Running, g: u8) -> &Gil {
    &task.objects.gils().0[usize::from(g)].0
}

fn lock(task: &Running, g: u8) -> &GilLock {
    &task.objects.gils().0[usize::from(g)].1
}

/// Whether a thread is under a lock. Main is under both.
fn is_under(task: &Running, g: u8) -> bool {
    task.is_main() || task.kept.gils.under == Some(g)
}

fn out<T>(task: &Running, g: u8, wait: impl FnOnce(&Semaphore) -> T) -> T {
    let semaphore = task.objects.semaphore();
    match is_under(task, g) {
        true => gil(task, g).blocking(|| wait(semaphore)),
        false => wait(semaphore),
    }
}

fn start(task: &mut Running, g: u8) -> Option<()> {
    let ops = task.extra.to_vec();
    task.may_start().then(|| {
        let (nth, mut child) = task.child(vec![]);
        child.kept.gils.under = Some(g);
        let handle = gil(task, g).spawn(("under", nth), move || child.run(&ops));
        task.kept.gils.started[usize::from(g)].insert(0, handle);
    })
}

impl Family for GilOp {
    type Objects = Gils;
    type Kept = OfGils;

    const ON_DEMAND: bool = true;

    const THEMES: &'static [Theme] = &[
        Theme::new(91, || {
            let one = ops![GilStart(0), GilStart(0), GilByte(0), GilByte(0), GilSleep(0, 1)];
            let more = ops![GilSleep(0, 2), GilNative(0, 1), GilJoin(0), Update(0), Update(0)];
            [one, more].concat()
        }),
        Theme::new(92, || {
            let start = ops![GilStart(0), GilStart(0), GilByte(0), GilJoin(0), GilSleep(0, 1)];
            let wait = ops![GilAcquire(0), GilTryAcquire(0), GilRelease(0), GilRelease(0)];
            [start, wait, ops![Update(0), Sleep(1), Release, TryAcquire]].concat()
        }),
        Theme::new(93, || {
            let start = ops![GilStart(0), GilStart(0), GilByte(0), GilSleep(0, 1), GilSleep(0, 0)];
            [start, ops![GilLocks(0), GilLocks(0), GilUnlocks(0), GilJoin(0), Update(0)]].concat()
        }),
        Theme::new(94, || {
            let start = ops![GilStart(0), GilStart(1), GilStart(1), GilByte(0), GilByte(1)];
            let time = ops![GilSleep(0, 1), GilSleep(1, 1), GilSleep(1, 2), Update(0), Update(0)];
            [start, time, ops![GilJoin(0), GilJoin(1), GilTryAcquire(1), GilRelease(0)]].concat()
        }),
    ];

    fn create(_: &Objects) -> Gils {
        Gils([1, 2].map(|quantum| {
            let gil = Gil::new(quantum);
            let lock = gil.lock("lock");
            (gil, lock)
        }))
    }

    fn is_start(self) -> bool {
        matches!(self, GilOp::GilStart(_))
    }

    /// A thread that is not under a lock, where some are.
    fn with_panics(drawn: &[Op]) -> Vec<Op> {
        if drawn.contains(&GilByte(0).into()) { ops![GilBareByte(0)] } else { vec![] }
    }
}

/// Processes share the locks, as they share the objects of most families.
impl Fork for Gils {
    fn reads(&self, _: &mut Reads) {}

    fn fork(&self, _: &mut Forking) -> Gils {
        self.clone()
    }
}
