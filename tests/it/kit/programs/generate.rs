//! Generates programs. A program draws from a few *themes*, so that its tasks
//! meet on the same objects; operations on objects that nobody else touches
//! would prove little.

use proptest::prelude::*;
use proptest::sample::select;

use super::{Op, Spec, TaskSpec, Until};

/// How large programs are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) max_tasks: usize,
    pub(crate) max_ops: usize,
}

/// Operations that belong together, for one theme.
pub(crate) fn theme(number: usize) -> Vec<Op> {
    use Op::*;
    use Until::*;
    match number {
        0 => vec![Read(0), Write(0, 1), Write(0, 2), Update(0), Read(1), Write(1, 1)],
        1 => vec![Load, Store(1), FetchAdd, CompareExchange(0, 1), CompareExchange(1, 2)],
        2 => vec![Lock(0), Unlock(0), Lock(0), Unlock(0), TryLock(0), LockTimeout(0), Locked(0)],
        3 => vec![Lock(0), Unlock(0), Lock(1), Unlock(1), Update(0)],
        4 => vec![RLock, RUnlock, RLock, RUnlock, RTryLock, RLockTimeout, Update(0)],
        5 => vec![Acquire, Release, Acquire, Release, TryAcquire, AcquireTimeout, Value],
        6 => vec![BoundedAcquire, BoundedRelease, BoundedRelease, Update(0)],
        7 => vec![Set(0), Clear(0), Wait(0), WaitTimeout(0), IsSet(0)],
        8 => vec![Set(1), Clear(1), Wait(1), WaitTimeout(1), IsSet(1)],
        9 => {
            let waits = [CondWait, CondWaitTimeout, CondWait, BareWait];
            let wakes = [Notify(1), Notify(2), NotifyAll, BareNotify];
            waits.into_iter().chain(wakes).collect()
        }
        10 => {
            vec![BarrierWait, BarrierWait, BarrierWaitTimeout, BarrierAbort, BarrierReset, Broken]
        }
        11 => vec![ReadLock, WriteLock, RwUnlock, RwUnlock, TryRead, TryWrite, WriteTimeout],
        12 => queue_theme(0),
        13 => queue_theme(1),
        14 => queue_theme(2),
        15 => queue_theme(3),
        16 => vec![Send(0, 1), Send(0, 2), Receive(0), Receive(0), Close(0)],
        17 => {
            let chooses = [Choose(2), Choose(3), ChooseUpdate(0), ChooseIf(0)];
            chooses.into_iter().chain([Yield, Sleep(1), Sleep(2), Update(0)]).collect()
        }
        18 => {
            let waits = [NotZero(0), Is(0, 2), Is(0, 0), Both, Either];
            let others = [YieldUntilChanged, Read(0), Update(0)];
            let writes = [Write(0, 1), Write(0, 0), Write(0, 2), Write(0, 1), Write(1, 1)];
            waits.map(WaitUntil).into_iter().chain(others).chain(writes).collect()
        }
        19 => vec![Enumerate, ActiveCount, Update(0), Yield],
        20 => {
            let holds = [Always(0, 0), Always(0, 1), Always(1, 0), Verify(0), Verify(1)];
            holds.into_iter().chain([Write(0, 1), Write(0, 0), Write(1, 1)]).collect()
        }
        21 => vec![Start, Start, Join(0), JoinTimeout(0), IsAlive(0), Update(0), Update(1)],
        22 => vec![Send(1, 1), Send(1, 2), Receive(1), Receive(1), Close(1)],
        23 => vec![FirstWait, FirstWait, FirstWaitTimeout, FirstNotify(1), FirstNotifyAll, RLock],
        24 => {
            let waits = [AtomicIs(1), AtomicIs(0), AtomicAbove(1), AtomicIsOneOf(1, 2), Swapped];
            let others = [YieldUntilChanged, Load, CompareExchange(0, 1), CompareExchange(1, 0)];
            let writes = [Store(0), Store(1), Store(2), Swap(1), FetchAdd];
            waits.map(WaitUntil).into_iter().chain(others).chain(writes).collect()
        }
        _ => more(number),
    }
}

/// The themes that came later.
fn more(number: usize) -> Vec<Op> {
    use Op::*;
    match number {
        25 => {
            let changes = [FetchSub, FetchAnd(1), FetchOr(2), FetchXor(1), FetchMax(1)];
            let others = [FetchMin(0), Load, Store(1), YieldUntilChanged];
            changes.into_iter().chain(others).collect()
        }
        26 => {
            let takes = [BoundedAcquire, BoundedTry, BoundedTimeout, WithBoundedPermit];
            takes.into_iter().chain([BoundedRelease, BoundedRelease, Update(0)]).collect()
        }
        27 => vec![WithLock(0), WithLock(1), Lock(0), Unlock(0), Lock(1), Unlock(1), TryLock(0)],
        28 => vec![WithRLock, WithRLock, RLock, RUnlock, RTryLock, Update(0)],
        29 => vec![WithPermit, WithPermit, Acquire, Release, TryAcquire, Update(0)],
        30 => {
            let waits = [CondWaitFor, CondWaitFor, CondWait];
            let wakes = [Notify(1), NotifyAll, BareNotify];
            let writes = [Write(0, 1), Write(0, 1), Write(0, 0)];
            waits.into_iter().chain(wakes).chain(writes).collect()
        }
        31 => vec![ReadTimeout, ReadTimeout, ReadLock, WriteLock, TryWrite, RwUnlock, RwUnlock],
        32 => vec![Now, Now, Sleep(1), Sleep(2), Lock(0), LockTimeout(0), Unlock(0), Update(0)],
        33 => vec![ReadAndWrite(0), ReadAndWrite(0), Update(0), Write(0, 1), YieldUntilChanged],
        34 => vec![StartUnnamed, StartUnnamed, Enumerate, Join(0), IsAlive(0), Update(0)],
        MAIN_THEME => {
            vec![IsAlive(0), IsAlive(1), JoinTimeout(0), JoinTimeout(1), Join(0), Join(1)]
        }
        _ => panic!("there is no theme {number}"),
    }
}

fn queue_theme(queue: u8) -> Vec<Op> {
    use Op::*;
    vec![
        Put(queue, 1),
        Put(queue, 2),
        Get(queue),
        Get(queue),
        PutNowait(queue, 3),
        GetNowait(queue),
        PutTimeout(queue, 4),
        GetTimeout(queue),
        Qsize(queue),
        Empty(queue),
        Full(queue),
        TaskDone(queue),
        QueueJoin(queue),
    ]
}

/// Themes for any task.
pub(crate) const N_THEMES: usize = 35;
/// About other tasks: for main alone, who has their handles.
const MAIN_THEME: usize = N_THEMES;

/// What makes a task panic, or keeps it from that.
const PANICS: [Op; 5] = [Op::Panic, Op::Check(0), Op::Check(1), Op::Write(0, 1), Op::Write(1, 1)];
/// A condition that panics, where tasks wait for conditions.
const ONLY_WITH_PANICS: Op = Op::WaitUntil(Until::IsOneOrPanics);

/// Every operation that programs are made of.
pub(crate) fn every_op() -> Vec<Op> {
    let themes = (0..=MAIN_THEME).flat_map(theme);
    themes.chain(PANICS).chain([ONLY_WITH_PANICS]).collect()
}

/// Programs of a shape.
pub(crate) fn specs(shape: Shape) -> impl Strategy<Value = Spec> {
    // `UNKNOT_THEME` has all programs be about one thing, or several.
    let only = std::env::var("UNKNOT_THEME").unwrap_or_default();
    let only: Vec<usize> = only.split(',').filter_map(|text| text.parse().ok()).collect();
    let among = if only.is_empty() { (0..N_THEMES).collect() } else { only };
    let themes = proptest::collection::vec(select(among), 1..=2);
    (themes, any::<u8>()).prop_flat_map(move |(themes, kind)| {
        let mut ops: Vec<Op> = themes.iter().flat_map(|&number| theme(number)).collect();
        // In one program in four tasks panic, and destructors do something.
        let panics = kind % 16 < 4;
        let n_at_drop = if panics { 0..=shape.max_ops.min(2) } else { 0..=0 };
        let at_drop = proptest::collection::vec(select(ops.clone()), n_at_drop);
        let starts = ops.iter().any(|op| op.is_start());
        let n_extra = if starts { 1..=shape.max_ops.min(2) } else { 0..=0 };
        let extra = proptest::collection::vec(select(ops.clone()), n_extra);
        if panics {
            if ops.contains(&Op::WaitUntil(Until::Both)) {
                ops.push(ONLY_WITH_PANICS);
            }
            ops.extend(PANICS);
        }
        let mut main_ops = ops.clone();
        main_ops.extend(theme(MAIN_THEME));
        let list = proptest::collection::vec(select(ops), 1..=shape.max_ops);
        // One task in eight is a daemon, one program in four has a clock.
        let task = (list, prop::bool::weighted(0.125), at_drop)
            .prop_map(|(ops, daemon, at_drop)| TaskSpec { daemon, ops, at_drop });
        let tasks = proptest::collection::vec(task, 1..shape.max_tasks);
        let main = proptest::collection::vec(select(main_ops), 0..=shape.max_ops);
        (tasks, main, extra).prop_map(move |(tasks, main, extra)| Spec {
            tasks,
            main,
            extra,
            is_virtual: kind.is_multiple_of(4),
        })
    })
}
