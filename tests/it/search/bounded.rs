//! Under a bound on preemptions: the reduced search against the plain one, on
//! generated programs over every operation, and one bound after another.
//!
//! For each program and 0, 1, 2 preemptions: both see the same trace classes,
//! outcomes and findings, the reduced one in no more executions; and where it
//! left nothing out they are those of the search without a bound.
//! `UNKNOT_PROGRAMS` and `UNKNOT_SEED` run other programs by hand.

use std::collections::BTreeSet;

use unknot_checker::sim::Value;
use unknot_checker::strategy::{Bounded, Dfs, Visibility};

use crate::kit::classes::{Classes, classes, classes_made_anew};
use crate::kit::generated::{Compared, number};
use crate::kit::programs::{Shape, Spec, TaskKind, TaskSpec, ops, spec};
use crate::kit::support::unknot;
use crate::search::proof::prove;

const MAX_SCHEDULES: u64 = 20_000;

fn compare(spec: &Spec, create: fn(u32) -> Bounded) -> Compared {
    compare_within(spec, create, spec.most_schedules(MAX_SCHEDULES))
}

fn compare_within(spec: &Spec, create: fn(u32) -> Bounded, most: u64) -> Compared {
    let program = spec.program();
    let plain = |strategy| {
        let seen = classes_made_anew(&program, spec.time(), strategy, most);
        (!seen.too_many && seen.cut == 0).then_some(seen)
    };
    for bound in 0..=2 {
        let all = plain(Dfs::bounded(bound))?;
        let reduced = classes(&program, spec.time(), create(bound), most);
        if let Err(message) = judge(&all, &reduced) {
            return Some(Err(format!("with {bound} preemptions: {message}")));
        }
        if reduced.left_out == 0 {
            let judged = judge(&plain(Dfs::new(Visibility::All))?, &reduced);
            return Some(judged.map_err(|message| format!("{bound} are no bound: {message}")));
        }
    }
    Some(Ok(()))
}

fn judge(plain: &Classes, reduced: &Classes) -> Result<(), String> {
    if reduced.executions > plain.executions || reduced.blocked > 0 || reduced.too_many {
        let (executions, blocked) = (reduced.executions, reduced.blocked);
        return Err(format!(
            "{executions} executions, {blocked} given up, not {}",
            plain.executions
        ));
    }
    if outcomes(plain) != outcomes(reduced) {
        return Err(format!("outcomes {:?}, not {:?}", outcomes(reduced), outcomes(plain)));
    }
    if plain.findings != reduced.findings {
        return Err(format!("found {:#?}, not {:#?}", reduced.findings, plain.findings));
    }
    let missed = plain.classes.keys().filter(|class| !reduced.classes.contains_key(class)).count();
    match missed {
        0 => Ok(()),
        _ => Err(format!("{missed} of {} classes are missed", plain.classes.len())),
    }
}

/// How executions turned out: whether stuck, and with what.
fn outcomes(seen: &Classes) -> BTreeSet<&(bool, Option<Value>)> {
    seen.classes.values().flat_map(|class| &class.turnouts).collect()
}

/// A quarter of the programs, of one shape.
fn prove_part(part: u8, shape: Shape) {
    let programs = number("UNKNOT_PROGRAMS", 2_000) / 4;
    if let Err(message) = prove(part, shape, programs, |spec| compare(spec, Bounded::new)) {
        panic!("{message}");
    }
}

#[test]
fn two_tasks() {
    prove_part(10, Shape { max_tasks: 2, max_ops: 5 });
}

#[test]
fn three_tasks() {
    prove_part(11, Shape { max_tasks: 3, max_ops: 3 });
}

#[test]
fn three_tasks_with_little_to_do() {
    prove_part(12, Shape { max_tasks: 3, max_ops: 2 });
}

#[test]
fn four_tasks() {
    prove_part(13, Shape { max_tasks: 4, max_ops: 2 });
}

/// Programs that a rule with fewer points goes wrong on.
#[test]
fn programs_that_were_once_wrong() {
    use crate::kit::programs::all::*;
    let races_only: fn(u32) -> Bounded = Bounded::with_races_only;
    let cases = [
        // The reads are (0, 1) at no preemption only if the reader blocks
        // between them, so that it has to run before the put.
        (spec!([[Put(1, 1)], [Read(0), Get(1), Read(0)], [Write(0, 1)]], []), races_only),
        // To have the release before the set and main's acquire before the
        // other one takes one preemption, just before the set.
        (spec!([[Release, Wait(1), Acquire]], [Set(1), Acquire]), races_only),
        (spec!([[TaskDone(0), Put(0, 1)]], [Put(0, 1), Get(0), TaskDone(0)]), races_only),
        // At no preemption a race is reversed where the earlier task takes over.
        (spec!([[Load, Store(1)], [Load, Store(2)]], []), Bounded::with_races_at_their_place),
    ];
    // A step of a feeder does not make the next switch free.
    let spec = spec!([[CondWaitTimeout, CondWait], [FPut(0, 1)]], [CondWait]);
    assert_eq!(compare_within(&spec, Bounded::new, 200_000), Some(Ok(())), "{spec:#?}");
    // A put before the spawn of another task, with one preemption: its task blocks then, so
    // that the item is written between the spawn and the get at no further cost.
    let process = TaskSpec { kind: TaskKind::Daemonic, ops: ops![FPut(0, 1)], at_drop: vec![] };
    let mut spec = spec!([[FEmpty(0)]], [FGetNowait(0)]);
    spec.tasks.insert(0, process);
    assert_eq!(compare_within(&spec, Bounded::new, 200_000), Some(Ok(())), "{spec:#?}");
    // Once the clock has moved every task may be the next at no cost.
    let mut spec = spec!([[AcquireTimeout], [TryAcquire], [Acquire]], [Acquire]);
    spec.tasks[1].at_drop = ops![AcquireTimeout];
    spec.is_virtual = true;
    assert_eq!(compare_within(&spec, Bounded::new, 200_000), Some(Ok(())), "{spec:#?}");
    // What a daemon of a process would do is made impossible twice: by the end of the process,
    // and by the task that was first.
    let ops = ops![NetAsync(3), NetSend(2, 1, 1)];
    let process = TaskSpec { kind: TaskKind::Process, ops, at_drop: vec![] };
    let spec = Spec { tasks: vec![process], ..spec!([], [NetRecv(3, 1)]) };
    assert_eq!(compare_within(&spec, Bounded::new, 200_000), Some(Ok(())), "{spec:#?}");
    for (spec, wrong) in cases {
        assert_eq!(compare(&spec, Bounded::new), Some(Ok(())), "{spec:#?}");
        assert!(matches!(compare(&spec, wrong), Some(Err(_))), "{spec:#?}");
    }
}

/// Two counters without a lock lose an update at one preemption. Each reads
/// and writes, so that there is no use in more than two.
const RACY: &str = "check lost-update-decrement/no-lock -p threads=2";

#[test]
fn one_bound_after_another() {
    for (line, code, texts) in [
        // One task after the other, whatever the order: nothing is lost.
        ("--preemptions 0", 3, &["schedules", "open"][..]),
        ("--preemptions 1", 0, &["FAIL lost-update"]),
        ("--preemptions auto", 0, &["FAIL lost-update", "tried, and the last left nothing out"]),
        ("--preemptions auto --strategy dfs", 0, &["tried, and the last left nothing out"]),
        // The first execution spends it.
        (
            "--preemptions auto --max-executions 1",
            3,
            &["INCONCLUSIVE (budget: 1 executions)", "bound 0 was tried, and none was enough"],
        ),
        ("--preemptions auto --fail-fast", 0, &["bounds 0 to 1 were tried, and none was enough"]),
        ("--preemptions auto --strategy pct", 2, &["pct takes no bound on preemptions"]),
        ("--preemptions auto --cross-check", 2, &["--preemptions leaves something out"]),
        ("--preemptions some", 2, &["a whole number or 'auto' is wanted"]),
        ("--preemptions -1", 2, &["a whole number or 'auto' is wanted"]),
    ] {
        let ran = unknot(&format!("{RACY} {line}"));
        assert_eq!(ran.code, code, "{line}: {}{}", ran.out, ran.err);
        for text in texts {
            assert!(
                format!("{}{}", ran.out, ran.err).contains(text),
                "{line}: {}{}",
                ran.out,
                ran.err
            );
        }
    }
}

fn json(line: &str) -> serde_json::Value {
    let ran = unknot(&format!("{line} --format json"));
    serde_json::from_str::<serde_json::Value>(&ran.out).expect(line)[0].take()
}

/// The last round counts alone where it leaves nothing out, else all do.
#[test]
fn rounds_are_counted() {
    for strategy in ["dpor", "dfs"] {
        let line = format!("{RACY} --strategy {strategy}");
        let auto = json(&format!("{line} --preemptions auto"));
        assert_eq!((&auto["exhaustive"], &auto["left_out"]), (&true.into(), &0.into()));
        let last = auto["bound"].as_u64().expect("a bound");
        assert_eq!(auto["bounds"]["tried"], last + 1);
        let mut rounds: Vec<serde_json::Value> =
            (0..=last).map(|k| json(&format!("{line} --preemptions {k}"))).collect();
        let executions =
            |report: &serde_json::Value| report["executions"].as_u64().expect("a count");
        let n_all: u64 = rounds.iter().map(executions).sum();
        let whole = rounds.pop().expect("the last");
        assert_eq!(
            (&auto["executions"], &auto["findings"]),
            (&whole["executions"], &whole["findings"])
        );
        assert_eq!(auto["outcomes"], whole["outcomes"]);
        assert!(
            rounds.iter().all(|round| round["left_out"] != 0),
            "{strategy} went on for nothing"
        );
        // One execution too few: all rounds but that one.
        let spent = json(&format!("{line} --preemptions auto --max-executions {}", n_all - 1));
        assert_eq!(
            (&spent["executions"], &spent["bounds"]["enough"]),
            (&(n_all - 1).into(), &false.into())
        );
        let outcomes = spent["outcomes"].as_array().expect("a list");
        assert_eq!(outcomes.iter().map(executions).sum::<u64>(), n_all - 1);
        assert_eq!(spent["verdict"], "fail");
    }
}
