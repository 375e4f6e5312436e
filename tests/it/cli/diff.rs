//! `unknot diff`: pairs of executions of which it can be reasoned out where they differ.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use tempfile::TempDir;
use unknot_checker::sim::{Limits, explore};
use unknot_checker::strategy::{Dfs, Observing, Visibility};
use unknot_checker::{Params, Schedule};

use super::explain::{PROGRAMS, told};
use crate::kit::support::unknot_on;

/// Two executions, and what is to be said of them.
struct Case {
    program: &'static str,
    sides: [&'static str; 2],
    /// The steps in common.
    common: u64,
    /// Which of both fail.
    fails: [bool; 2],
    /// What is otherwise, and the sides that end as the execution with that alone flipped.
    differences: &'static [(&'static str, &'static [&'static str])],
    /// The steps that only one side makes.
    only: [u64; 2],
}

const SAME_STEPS: [u64; 2] = [0, 0];

/// In each program T0 starts the others and joins them in the order of their numbers.
const CASES: &[Case] = &[
    // Both have read before one writes; or T1 writes first. Behind the read of T1 (step 2) they
    // part. The writes are in the same order, and T1's read comes before T2's write in both.
    Case {
        program: "lost",
        sides: ["T0*2 T1 T2 T1*2 T2*2 T0*3", "T0*2 T1*3 T2*3 T0*3"],
        common: 3,
        fails: [true, false],
        differences: &[("T2 read x before T1 write x", &["b"])],
        only: SAME_STEPS,
    },
    // The same the other way round: what is told is the one that fails.
    Case {
        program: "lost",
        sides: ["T0*2 T1*3 T2*3 T0*3", "T0*2 T1 T2 T1*2 T2*2 T0*3"],
        common: 3,
        fails: [false, true],
        differences: &[("T2 read x before T1 write x", &["a"])],
        only: SAME_STEPS,
    },
    // Both lose an update: of the same lines, so it is the same error, whichever task's it is.
    // Only the writes are in another order.
    Case {
        program: "lost",
        sides: ["T0*2 T1 T2 T1*2 T2*2 T0*3", "T0*2 T1 T2*3 T1*2 T0*3"],
        common: 4,
        fails: [true, true],
        differences: &[("T1 write x before T2 write x", &["a", "b"])],
        only: SAME_STEPS,
    },
    // T1 cannot lock b. In B it does so before T2: with the waits of A these are 7 of its 15
    // steps.
    Case {
        program: "knot",
        sides: ["T0*2 T1 T2", "T0*2 T1*5 T2*5 T0*3"],
        common: 3,
        fails: [true, false],
        differences: &[("T2 lock b before T1 lock b", &["b"])],
        only: [0, 8],
    },
    // The load comes before both stores, or between them.
    Case {
        program: "early",
        sides: ["T0*2 T1*3 T0*2", "T0 T1 T0 T1*2 T0*2"],
        common: 1,
        fails: [true, false],
        differences: &[("T0 load x before T1 store x", &["b"])],
        only: SAME_STEPS,
    },
    // Between them, or behind both: it passes either way.
    Case {
        program: "early",
        sides: ["T0 T1 T0 T1*2 T0*2", "T0 T1*3 T0*3"],
        common: 2,
        fails: [false, false],
        differences: &[("T0 load x before T1 store x", &["a", "b"])],
        only: SAME_STEPS,
    },
    // A choice is a difference as well.
    Case {
        program: "chosen",
        sides: ["T0?1 T0", "T0?0 T0"],
        common: 0,
        fails: [true, false],
        differences: &[("T0 choose chose 1", &["b"])],
        only: SAME_STEPS,
    },
];

fn compared(program: &str, [a, b]: [&str; 2]) -> Json {
    let ran = unknot_on(PROGRAMS, &format!("diff why/{program} '{a}' '{b}' --format json"));
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{program} {a} {b}");
    serde_json::from_str(&ran.out).expect("output is JSON")
}

fn list(value: &Json) -> impl Iterator<Item = &Json> {
    value.as_array().expect("a list").iter()
}

#[test]
fn what_is_otherwise() {
    for Case { program, sides, common, fails, differences, only } in CASES {
        let name = format!("{program} {sides:?}");
        let report = compared(program, *sides);
        assert_eq!(report["common"], *common, "{name}");
        assert_eq!(report["one_class"], false, "{name}");
        let both = [&report["a"], &report["b"]];
        assert_eq!(both.map(|side| side["fails"] == true), *fails, "{name}");
        assert_eq!(both.map(|side| side["only_here"].as_u64()), only.map(Some), "{name}");
        let base = if *fails == [false, true] { "b" } else { "a" };
        assert_eq!(report["base"], base, "{name}");
        let found: BTreeSet<(String, Vec<&str>)> = list(&report["differences"])
            .map(|difference| {
                let ends_as = list(&difference["flipped"]["ends_as"]).filter_map(Json::as_str);
                (otherwise(difference), ends_as.collect())
            })
            .collect();
        let expected = differences.iter().map(|(what, sides)| ((*what).to_owned(), sides.to_vec()));
        assert_eq!(found, expected.collect(), "{name}");
        assert_eq!(report["differences_left_out"], 0, "{name}");
        // What is said of a flipped execution is what a replay of it shows.
        for flipped in list(&report["differences"]).map(|one| &one["flipped"]) {
            let schedule = flipped["schedule"].as_str().expect("it can be flipped");
            let ran = unknot_on(PROGRAMS, &format!("replay why/{program} '{schedule}'"));
            assert_eq!(ran.code == 1, flipped["fails"] == true, "{name}: {}", ran.out);
        }
    }
}

/// A difference in a few words, as `told` says those of an explanation.
fn otherwise(difference: &Json) -> String {
    let mut condition = difference.clone();
    condition["form"] = "holds".into();
    condition["value"] = difference["chosen"][0].clone();
    told(&condition)
}

/// T1 has ended or not when T2 reads: nothing depends on that.
#[test]
fn executions_of_one_class_are_said_to_be_so() {
    let sides = ["T0*2 T1*3 T2*3 T0*3", "T0*2 T1*2 T2 T1 T2*2 T0*3"];
    let report = compared("lost", sides);
    assert_eq!((&report["one_class"], &report["common"]), (&true.into(), &4.into()));
    assert_eq!(report["differences"], Json::Array(vec![]));
    let [a, b] = sides;
    let ran = unknot_on(PROGRAMS, &format!("diff why/lost '{a}' '{b}'"));
    assert!(ran.out.contains("They are one class"), "{}", ran.out);
}

/// All schedules of a program, as text.
fn schedules(program: &str) -> Vec<String> {
    let form = PROGRAMS[0].variants.iter().find(|form| form.name == program).expect(program);
    let seen = Observing::new(Dfs::new(Visibility::All), vec![], |all, execution| {
        all.push(Schedule::of(execution.trace, execution.names).to_string());
    });
    explore(&form.program(&Params::NONE), Limits::default(), seen).seen
}

/// Of all schedules, those that are said to be one class are as many groups as there are
/// classes: what is said of two is so of all.
#[test]
fn classes_are_those_of_the_search() {
    for (program, classes) in [("lost", 4), ("knot", 3), ("missed", 3), ("chosen", 3)] {
        let mut groups: Vec<String> = vec![];
        for schedule in schedules(program) {
            let is_of = |known: &&String| {
                compared(program, [known.as_str(), schedule.as_str()])["one_class"] == true
            };
            match groups.iter().filter(is_of).count() {
                0 if groups.contains(&schedule) => {}
                0 => groups.push(schedule),
                n => assert_eq!(n, 1, "{program} {schedule}"),
            }
        }
        assert_eq!(groups.len(), classes, "{program}");
    }
}

#[test]
fn mistakes_say_what_is_wrong() {
    let whole = "'T0*2 T1*3 T2*3 T0*3'";
    for (line, message) in [
        // A mark for people is no difference.
        (
            format!("diff why/lost {whole} 'T0*2 T1*2 ! T1 T2*3 T0*3'"),
            "A and B are the same schedule, 'T0*2 T1*3 T2*3 T0*3': give two that differ",
        ),
        (
            format!("diff why/lost {whole} 'T0*2'"),
            "B: the schedule ends after step 1, before the program does",
        ),
        (
            format!("diff why/lost {whole} 'T0*2 T7'"),
            "B: the schedule does not fit why/lost: at step 2, ",
        ),
        (format!("diff why/lost 'T0 X' {whole}"), "A: malformed schedule at offset 3"),
        (
            format!("diff why/lost {whole}"),
            "two schedules or schedule files are compared, and there is only 'T0*2",
        ),
        (format!("diff why/none {whole} {whole}"), "no scenario is called 'why/none'"),
        (format!("diff why/lost {whole} none.sched"), "B: cannot read none.sched: "),
        (
            format!("diff none.sched {whole} {whole}"),
            "none.sched brings its scenario: give it and one more schedule, or a scenario and two",
        ),
    ] {
        let ran = unknot_on(PROGRAMS, &line);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}: {}", ran.err);
        assert!(ran.err.contains(message), "{line}: {}", ran.err);
    }
}

#[test]
fn schedule_files_are_compared() {
    let folder = TempDir::new().expect("a folder");
    let save = |program: &str, schedule: &str, more: &str, file: &str| {
        let path = folder.path().join(file).display().to_string();
        let line = format!("replay why/{program} '{schedule}' {more} -o {path}");
        assert_ne!(unknot_on(PROGRAMS, &line).code, 2, "{line}");
        path
    };
    let [a, b] = ["T0*2 T1 T2 T1*2 T2*2 T0*3", "T0*2 T1*3 T2*3 T0*3"];
    let lost = save("lost", a, "", "a.sched");
    let kept = save("lost", b, "", "b.sched");
    let other = save("knot", "T0*2 T1 T2", "", "c.sched");
    let limited = save("lost", b, "--max-steps 500", "d.sched");
    let texts = unknot_on(PROGRAMS, &format!("diff why/lost '{a}' '{b}'"));
    assert_eq!(texts.code, 0, "{}", texts.err);
    for line in [
        format!("diff why/lost {lost} {kept}"),
        format!("diff {lost} {kept}"),
        format!("diff {lost} '{b}'"),
        format!("diff why/lost '{a}' {kept}"),
    ] {
        let ran = unknot_on(PROGRAMS, &line);
        assert_eq!((ran.code, ran.out), (0, texts.out.clone()), "{line}: {}", ran.err);
    }
    for (line, message) in [
        (format!("diff {lost} {other}"), "is of the scenario why/knot, not of why/lost"),
        (
            format!("diff {lost} {limited}"),
            "A was recorded with --max-steps 10000 and B with --max-steps 500",
        ),
        (format!("diff {lost} {kept} --max-steps 500"), "A: --max-steps 500 contradicts "),
    ] {
        let ran = unknot_on(PROGRAMS, &line);
        assert_eq!(ran.code, 2, "{line}: {}", ran.out);
        assert!(ran.err.contains(message), "{line}: {}", ran.err);
    }
    // The limits of a file hold for a schedule beside it, and the commands say so.
    let ran = unknot_on(PROGRAMS, &format!("diff why/lost '{a}' {limited}"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("A: unknot replay why/lost --max-steps 500 'T0*2"), "{}", ran.out);
}
