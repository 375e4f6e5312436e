//! Exhaustive means exhaustive: the reduced search against the plain one, on
//! generated programs over every operation.
//!
//! For each program that the plain search exhausts within 10,000 executions
//! (`UNKNOT_EXECUTIONS`):
//! both see the same trace classes, the reduced one runs each exactly once and gives none up,
//! all executions of one class turn out alike, and both see the same outcomes
//! and findings. `UNKNOT_PROGRAMS` and `UNKNOT_SEED` run other ones by hand.

use std::io::Write;

use unknot_checker::sim::{Mode, Relation};
use unknot_checker::strategy::{Dfs, Dpor, Visibility};

use crate::kit::classes::{Classes, classes, classes_made_anew};
use crate::kit::generated::{Compared, number, prove_among};
use crate::kit::programs::{Op, Shape, Spec, TaskKind, TaskSpec, ops, spec, specs, specs_below};

pub(crate) const MAX_EXECUTIONS: u64 = 10_000;

/// What is wrong with the reduced search on a program; `None` if the plain
/// search is too large.
pub(crate) fn compare_searches(spec: &Spec, search: Dpor, max_executions: u64) -> Compared {
    let program = spec.program();
    let plain = classes_made_anew(&program, spec.time(), Dfs::new(Visibility::All), max_executions);
    if plain.too_many || plain.cut > 0 {
        return None;
    }
    let mut reduced = classes(&program, spec.time(), search, 4 * max_executions);
    // Where a process is killed it is not known whether a blocked task goes on, so the
    // search may give an execution up.
    if spec.has_killable() {
        reduced.blocked = 0;
    }
    Some(judge(&plain, &reduced))
}

pub(crate) fn judge(plain: &Classes, reduced: &Classes) -> Result<(), String> {
    if let Some(class) = plain.classes.values().find(|class| class.turnouts.len() > 1) {
        return Err(format!("executions of one class turn out differently: {:?}", class.turnouts));
    }
    let missed = plain.classes.keys().filter(|class| !reduced.classes.contains_key(class)).count();
    if missed > 0 {
        return Err(format!("{missed} of {} classes are missed", plain.classes.len()));
    }
    let extra = reduced.classes.len() - plain.classes.len();
    let repeated = reduced.classes.values().filter(|class| class.executions > 1).count();
    if reduced.too_many || extra > 0 || repeated > 0 || reduced.blocked > 0 {
        return Err(format!(
            "{extra} classes too many, {repeated} run more than once, {} given up",
            reduced.blocked
        ));
    }
    if plain.findings != reduced.findings {
        return Err(format!("found {:#?}, not {:#?}", reduced.findings, plain.findings));
    }
    Ok(())
}

/// Runs so many programs of a shape. Returns how many more were too large, or
/// what failed first.
pub(crate) fn prove(
    part: u8,
    shape: Shape,
    programs: u64,
    compare: impl Fn(&Spec) -> Compared,
) -> Result<u64, String> {
    prove_among(part, &specs(shape), programs, compare)
}

/// So many tenths of the programs, of one shape. Large ones take longest.
fn prove_part(part: u8, tenths: u64, shape: Shape) {
    let programs = number("UNKNOT_PROGRAMS", 5_000) * tenths / 10;
    let max_executions = number("UNKNOT_EXECUTIONS", MAX_EXECUTIONS);
    let compare =
        |spec: &Spec| compare_searches(spec, Dpor::new(), spec.most_schedules(max_executions));
    match prove(part, shape, programs, compare) {
        Ok(discarded) => {
            // Past the capture of a test that passes: the share is to be seen.
            let _ = writeln!(
                std::io::stderr(),
                "{programs} programs of {shape:?}; {discarded} more were too large"
            );
        }
        Err(message) => panic!("{message}"),
    }
}

#[test]
fn two_tasks() {
    prove_part(0, 3, Shape { max_tasks: 2, max_ops: 5 });
}

#[test]
fn three_tasks() {
    prove_part(1, 3, Shape { max_tasks: 3, max_ops: 3 });
}

#[test]
fn three_tasks_with_little_to_do() {
    prove_part(2, 3, Shape { max_tasks: 3, max_ops: 2 });
}

#[test]
fn four_tasks() {
    prove_part(3, 1, Shape { max_tasks: 4, max_ops: 2 });
}

fn daemon(ops: Vec<Op>, at_drop: Vec<Op>) -> TaskSpec {
    TaskSpec { kind: TaskKind::Daemon, ops, at_drop }
}

/// Programs that an earlier search went wrong on, each as small as it got.
fn once_wrong() -> Vec<Spec> {
    use crate::kit::programs::all::*;
    vec![
        // The same step with another value was held to be planned.
        spec!([[Choose(2), Update(0)], [Update(0)]], [IsAlive(0)]),
        // A notification of the other waiter does not meet the timeout.
        spec!([[CondWaitTimeout], [Notify(1)]], [CondWait]),
        spec!([[CondWaitTimeout], [CondWait]], [Notify(1)]),
        // A notification is refused where nobody has the lock.
        spec!([[CondWait], [CondWaitTimeout]], [BareNotify]),
        // A notification without the lock was ordered with a wait, and with none of the steps
        // by which that is refused.
        spec!([[CondWait], [FreeNotify(1)]], [Unlock(0)]),
        spec!([[FreeNotify(1), FreeNotify(1)], [CondWait]], [BareWait]),
        // A wait is refused where nobody has the lock any more.
        spec!([[CondWait], [BareNotify]], [Unlock(0)]),
        spec!([[BareWait], [BareNotify]], [Lock(0), Unlock(0)]),
        // Who is refused may have been killed before all the same.
        Spec {
            tasks: [ops![CondWait, BareNotify], ops![Notify(1)]]
                .map(|ops| daemon(ops, ops![]))
                .to_vec(),
            ..spec!([], [])
        },
        // A try to put is refused where nothing was taken out.
        spec!([[TaskDone(0)], [Put(0, 1), PutNowait(0, 3)]], [Get(0)]),
        // Each value of a step is planned for itself, and all of them together.
        spec!([[Enumerate], [Choose(2)]], [Enumerate]),
        spec!([[PutNowait(2, 3)], [PutTimeout(2, 4), Get(2)]], [TaskDone(2), Choose(2)]),
        // A comparison that failed succeeds in the other order.
        spec!([[CompareExchange(0, 1)], [Load]], [CompareExchange(1, 0), Store(1)]),
        spec!([[CompareExchange(0, 1)], [Load]], [CompareExchange(1, 0), CompareExchange(0, 1)]),
    ]
}

/// More of them.
fn once_wrong_too() -> Vec<Spec> {
    use crate::kit::programs::all::*;
    vec![
        // Who is kept from a step for a while is put first once, whoever ends it.
        spec!([[Acquire], [Release]], [Acquire, Release]),
        spec!([[Lock(1), Lock(0)]], [Unlock(0), Lock(0)]),
        spec!([[Acquire, Acquire], [Release]], [Join(1), Acquire]),
        // Whom a step wakes depends on who parked and who woke others before.
        spec!([[Set(0)], [WaitTimeout(0)]], [Set(0)]),
        spec!([[Notify(1), BareNotify], [Notify(1)]], [CondWaitTimeout]),
        spec!([[CondWaitTimeout], [CondWait]], [BareNotify]),
        // What the earlier step touched does not change when others turn out to.
        spec!([[QueueJoin(3), GetNowait(3)], [Qsize(3)]], [Put(3, 1)]),
        // A put that is refused, or never made, would count as unfinished.
        spec!([[PutTimeout(2, 4)], [TaskDone(2)]], [Put(2, 1)]),
        spec!([[Put(2, 1)], [TaskDone(2)]], [Put(2, 1)]),
        spec!([[TaskDone(0)], [PutNowait(0, 3)]], [Put(0, 1), Get(0)]),
        // A data race is one in each execution of the class.
        spec!([[PutNowait(1, 3), UntilNotZero(0), Get(1), Write(0, 1)]], [Write(0, 1), Put(1, 1)]),
        // What a guard does when an assertion fails belonged to the step before.
        spec!([[ReadLock, Check(0)], [TryWrite]], [Write(0, 1)]),
        // From when on something has to hold was known to nobody.
        spec!([[Write(0, 1)]], [Always(0, 1)]),
        // A condition was asked, and failed again, when another one was due.
        Spec {
            tasks: vec![TaskSpec {
                kind: TaskKind::Thread,
                ops: ops![Always(0, 0)],
                at_drop: ops![Always(1, 0), Write(1, 1)],
            }],
            ..spec!([], [Write(0, 0)])
        },
        // Who tries wakes those who wait for a change in one order and not in the other.
        spec!([[Lock(0), Unlock(0)], [Locked(0), YieldUntilChanged]], [Unlock(0)]),
        spec!([[Release, TryAcquire], [Value, YieldUntilChanged]], [TryAcquire, TryAcquire]),
        spec!(
            [[Store(1), CompareExchange(1, 2)], [Load, YieldUntilChanged]],
            [CompareExchange(1, 2)],
        ),
        // A task that was ended before it enumerated others was not known to look at
        // their ends.
        Spec {
            tasks: vec![
                daemon(ops![Lock(0)], ops![Lock(0), Enumerate]),
                daemon(ops![Lock(0)], ops![Unlock(0)]),
            ],
            ..spec!([], [Unlock(0)])
        },
        Spec {
            tasks: [ops![Lock(0), Enumerate], ops![Unlock(0), Start]]
                .map(|ops| daemon(ops, ops![]))
                .to_vec(),
            ..spec!([], [Lock(0)])
        },
        Spec {
            tasks: vec![daemon(ops![Start, Start], ops![])],
            extra: ops![Enumerate],
            ..spec!([], [])
        },
        // A daemon started a task that the exit had to wait for.
        Spec { tasks: vec![daemon(ops![Start], ops![])], extra: ops![Yield], ..spec!([], []) },
    ]
}

/// The same with what processes share.
fn once_wrong_with_processes() -> Vec<Spec> {
    use crate::kit::programs::all::*;
    vec![
        // A receipt makes room though its end was closed meanwhile.
        spec!([[PRecv(3)]], [PClose(3), PWrites(2), PSend(2)]),
        // The order in which a process is killed between two sends.
        Spec {
            tasks: vec![
                TaskSpec { kind: TaskKind::Killable, ops: ops![PSend(2)], at_drop: ops![] },
                TaskSpec { kind: TaskKind::Thread, ops: ops![PSend(2)], at_drop: ops![] },
            ],
            ..spec!([], [Terminate(0)])
        },
        // The exit is kept by what a daemon has put, and no space is left to write it.
        Spec {
            tasks: vec![
                daemon(ops![FPut(2, 1)], ops![]),
                TaskSpec { kind: TaskKind::Thread, ops: ops![FPut(2, 1)], at_drop: ops![] },
            ],
            is_virtual: true,
            ..spec!([], [])
        },
        // A death closes an end, or comes after its close: a look at what both change
        // depends on it in either case.
        Spec {
            tasks: vec![
                TaskSpec { kind: TaskKind::Killable, ops: ops![PClose(1)], at_drop: ops![] },
                TaskSpec {
                    kind: TaskKind::Process,
                    ops: ops![AnySharedTimeout(1)],
                    at_drop: ops![],
                },
            ],
            ..spec!([], [Terminate(0)])
        },
        // A step that was refused would come before or after steps that it does not touch
        // then.
        spec!([[Append(1), YieldUntilChanged], [Append(1)]], [Shutdown]),
        // The daemonic process that a killed one has started may end before or after the exit
        // of the first process, which does not wait for it.
        Spec {
            tasks: vec![
                TaskSpec { kind: TaskKind::Killable, ops: ops![StartDaemonic], at_drop: ops![] },
                daemon(ops![StartProcess], ops![]),
            ],
            extra: ops![StartProcess],
            is_virtual: true,
            ..spec!([], [Terminate(0)])
        },
    ]
}

#[test]
fn programs_that_were_once_wrong() {
    let all = once_wrong().into_iter().chain(once_wrong_too()).chain(once_wrong_with_processes());
    for spec in all {
        let compared =
            compare_searches(&spec, Dpor::new(), 2 * MAX_EXECUTIONS).expect("small programs");
        assert_eq!(compared, Ok(()), "{spec:#?}");
    }
}

/// Every program of two tasks and main with four operations on one atomic
/// integer: what a step touches depends on values here.
#[test]
fn comparisons() {
    use crate::kit::programs::all::*;
    let ops = ops![Load, Store(1), CompareExchange(0, 1), CompareExchange(1, 0)];
    let one = |i: usize| ops[i % ops.len()];
    for number in 0..ops.len().pow(4) {
        let [a, b, c, d] = [1, 4, 16, 64].map(|place| one(number / place));
        for spec in [spec!([[a], [b]], [c, d]), spec!([[a], [b, c]], [d])] {
            let compared =
                compare_searches(&spec, Dpor::new(), MAX_EXECUTIONS).expect("small programs");
            assert_eq!(compared, Ok(()), "{spec:#?}");
        }
    }
}

/// The test of the test: a relation that lets two takes of a lock commute is
/// found out, by a program that takes one in two tasks. The themes are those of variables
/// and locks.
#[test]
fn a_wrong_relation_is_found_out() {
    let wrong: &Relation = Box::leak(Box::new(Relation::wrong(&[(Mode::Take, Mode::Take)])));
    let strategy = specs_below(Shape { max_tasks: 3, max_ops: 2 }, 4);
    let found = prove_among(4, &strategy, 1_000, |spec| {
        compare_searches(spec, Dpor::under(wrong), MAX_EXECUTIONS)
    });
    let message = found.expect_err("a relation that is wrong must fail");
    assert!(message.contains("missed") || message.contains("more than once"), "{message}");
}
