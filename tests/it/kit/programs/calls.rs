//! Which public operation of the machine each generated one is about.

use super::Op::{self, *};
use super::Spec;

/// Declares what operations call, one row for each of them, and none is left out.
macro_rules! calls {
    ($($($op:pat_param)|+ => $call:expr,)*) => {
        impl Op {
            /// The public operation that this one is about, as `Type::method` or as the
            /// name of a function. What it calls besides is not told. `None` for what
            /// calls nothing of the machine.
            pub(crate) fn calls(self) -> Option<String> {
                let call: String = match self {
                    $($($op)|+ => $call.into(),)*
                };
                (!call.is_empty()).then_some(call)
            }
        }
    };
}

calls! {
    Read(_) | Check(_) => "Shared::read",
    Write(..) => "Shared::write",
    Update(_) => "Shared::update_in_one_step",
    ReadAndWrite(_) => "Shared::update",
    Load => "Atomic::load",
    Store(_) => "Atomic::store",
    FetchAdd => "Atomic::fetch_add",
    CompareExchange(..) => "Atomic::compare_exchange",
    Swap(_) => "Atomic::swap",
    FetchSub => "Atomic::fetch_sub",
    FetchAnd(_) => "Atomic::fetch_and",
    FetchOr(_) => "Atomic::fetch_or",
    FetchXor(_) => "Atomic::fetch_xor",
    FetchMax(_) => "Atomic::fetch_max",
    FetchMin(_) => "Atomic::fetch_min",
    Lock(_) => "Lock::acquire",
    Unlock(_) => "Lock::release",
    TryLock(_) => "Lock::try_acquire",
    LockTimeout(_) => "Lock::acquire_timeout",
    Locked(_) => "Lock::locked",
    WithLock(_) => "Lock::lock",
    RLock => "RLock::acquire",
    RUnlock => "RLock::release",
    RTryLock => "RLock::try_acquire",
    RLockTimeout => "RLock::acquire_timeout",
    WithRLock => "RLock::lock",
    Acquire => "Semaphore::acquire",
    Release => "Semaphore::release",
    TryAcquire => "Semaphore::try_acquire",
    AcquireTimeout => "Semaphore::acquire_timeout",
    WithPermit => "Semaphore::permit",
    Value => "Semaphore::value",
    BoundedAcquire => "BoundedSemaphore::acquire",
    BoundedRelease => "BoundedSemaphore::release",
    BoundedTry => "BoundedSemaphore::try_acquire",
    BoundedTimeout => "BoundedSemaphore::acquire_timeout",
    WithBoundedPermit => "BoundedSemaphore::permit",
    Set(_) => "Event::set",
    Clear(_) => "Event::clear",
    Wait(_) => "Event::wait",
    WaitTimeout(_) => "Event::wait_timeout",
    IsSet(_) => "Event::is_set",
    CondWait | BareWait | FirstWait => "Condition::wait",
    CondWaitTimeout | FirstWaitTimeout => "Condition::wait_timeout",
    CondWaitFor => "Condition::wait_for",
    Notify(_) | BareNotify | FirstNotify(_) => "Condition::notify",
    NotifyAll | FirstNotifyAll => "Condition::notify_all",
    BarrierWait => "Barrier::wait",
    BarrierWaitTimeout => "Barrier::wait_timeout",
    BarrierAbort => "Barrier::abort",
    BarrierReset => "Barrier::reset",
    Broken => "Barrier::broken",
    ReadLock => "RwLock::read",
    WriteLock => "RwLock::write",
    TryRead => "RwLock::try_read",
    TryWrite => "RwLock::try_write",
    ReadTimeout => "RwLock::read_timeout",
    WriteTimeout => "RwLock::write_timeout",
    // The end of a guard, which calls no function.
    RwUnlock => "",
    Put(queue, _) => on_queue(queue, "put"),
    Get(queue) => on_queue(queue, "get"),
    PutNowait(queue, _) => on_queue(queue, "put_nowait"),
    GetNowait(queue) => on_queue(queue, "get_nowait"),
    PutTimeout(queue, _) => on_queue(queue, "put_timeout"),
    GetTimeout(queue) => on_queue(queue, "get_timeout"),
    Qsize(queue) => on_queue(queue, "qsize"),
    Empty(queue) => on_queue(queue, "empty"),
    Full(queue) => on_queue(queue, "full"),
    TaskDone(queue) => on_queue(queue, "task_done"),
    QueueJoin(queue) => on_queue(queue, "join"),
    Send(..) => "Channel::send",
    Receive(_) => "Channel::receive",
    Close(_) => "Channel::close",
    Choose(_) | ChooseUpdate(_) | ChooseIf(_) => "choose",
    Always(..) => "always",
    Yield => "yield_now",
    Sleep(_) => "sleep",
    Now => "now",
    WaitUntil(_) => "wait_until",
    YieldUntilChanged => "yield_until_changed",
    Enumerate => "enumerate",
    ActiveCount => "active_count",
    Panic => "",
    Verify(_) => "verify_that",
    Start => "spawn_named",
    StartUnnamed => "spawn",
    IsAlive(_) => "JoinHandle::is_alive",
    JoinTimeout(_) => "JoinHandle::join_timeout",
    Join(_) => "JoinHandle::join",
}

/// Queues 0 and 1 are of one type, the others of types of their own.
fn on_queue(queue: u8, method: &str) -> String {
    let queue = ["Queue", "Queue", "LifoQueue", "PriorityQueue"][usize::from(queue)];
    format!("{queue}::{method}")
}

impl Spec {
    /// The public operations that its operations are about, and those that start its
    /// tasks.
    pub(crate) fn calls(&self) -> impl Iterator<Item = String> {
        let starts = |daemon| if daemon { "spawn_daemon" } else { "spawn_named" };
        let started = self.tasks.iter().map(move |task| starts(task.daemon).to_owned());
        started.chain(self.ops().filter_map(Op::calls))
    }
}
