//! The command line: arguments to output and exit code.

use crate::kit::support::unknot;

#[test]
fn the_main_job_ends_as_declared() {
    let ran = unknot("check");
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(!ran.out.contains("OTHERWISE"), "{}", ran.out);
}

#[test]
fn mistakes_are_exit_2_and_list_what_exists() {
    for (line, message) in [
        ("check nonsense", "nearest:"),
        ("check ab-ba-noodle", "ab-ba-noodles"),
        ("check lost-update-decrement -p thread=2", "it has: threads"),
        ("graph deadlocks", "'deadlocks' is a family of scenarios, and one is wanted; it has: "),
        ("check lost-update-decrement -p threads=1", "from 2 to 100"),
        ("check lost-update-decrement -p threads=x", "from 2 to 100"),
        ("check lost-update-decrement -p threads", "key=value"),
        // Every selected scenario must know every key.
        ("check -p threads=2", "has no parameter 'threads'"),
        ("check --strategy magic", "dpor, dfs"),
        ("check --format yaml", "text, json"),
        ("replay ab-ba-noodles 'T0 X'", "offset 3"),
        ("replay ab-ba-noodles 'T7'", "no task T7"),
        ("replay ab-ba-noodles/none 'T0'", "ab-ba-noodles/one-rlock"),
        ("graph ab-ba-noodles --format junit", "text, json, dot"),
        ("explains", "unrecognized subcommand"),
        ("", "What to type next"),
    ] {
        let ran = unknot(line);
        assert_eq!(ran.code, 2, "{line}: {}", ran.err);
        assert!(ran.err.contains(message), "{line}: {}", ran.err);
        assert_eq!(ran.out, "", "{line}");
    }
}

#[test]
fn a_budget_without_a_verdict_is_exit_3() {
    let ran = unknot("check lost-update-decrement/locked --max-executions 3");
    assert_eq!(ran.code, 3, "{}", ran.out);
    assert!(ran.out.contains("INCONCLUSIVE (budget: 3 executions)"), "{}", ran.out);
    // A budget of exactly what is needed covers everything.
    assert_eq!(unknot("check lost-update-decrement/locked --max-executions 24").code, 0);
}

#[test]
fn replay_shows_the_deadlock() {
    let ran = unknot("replay ab-ba-noodles -p group=1 'T0*2 T1 ! T2'");
    assert_eq!(ran.code, 0, "{}", ran.err);
    for text in ["4 steps, stuck", "BLOCKED", "FAIL deadlock: resource cycle of 2", "waits for"] {
        assert!(ran.out.contains(text), "{text}: {}", ran.out);
    }
}

#[test]
fn graphs_of_a_deadlock() {
    let dot = unknot("graph ab-ba-noodles --format dot -p group=1");
    assert_eq!(dot.code, 0, "{}", dot.err);
    for edge in ["\"T1\" -> \"T2\"", "\"T2\" -> \"T1\"", "\"T0\" -> \"T1\""] {
        assert!(dot.out.contains(edge), "{edge}: {}", dot.out);
    }
    let resource = unknot("graph ab-ba-noodles --format dot --kind resource -p group=1");
    assert!(resource.out.contains("-> r1"), "{}", resource.out);
    let text = unknot("graph ab-ba-noodles -p group=1 'T0*2 T1 T2'");
    assert!(text.out.contains("holds"), "{}", text.out);
    let none = unknot("graph ab-ba-noodles/one-order");
    assert_eq!((none.code, none.err.contains("no execution")), (1, true), "{}", none.err);
}

#[test]
fn charts_show_how_time_was_spent() {
    let text = unknot("gantt sched-fcfs/short-first");
    assert_eq!((text.code, text.err.as_str()), (0, ""));
    for part in [
        "sched-fcfs/short-first: 30ms, complete",
        "core 0 of Cpu 'cpu':",
        "T1 'short 1' called: 1 compute",
    ] {
        assert!(text.out.contains(part), "{part}: {}", text.out);
    }
    // What is replayed is what was shown.
    let (_, schedule) = text.out.trim_end().rsplit_once("schedule ").expect("it has a schedule");
    assert_eq!(unknot(&format!("gantt sched-fcfs/short-first {schedule}")).out, text.out);
    for (line, message) in [
        ("gantt ab-ba-noodles", "no time passes in ab-ba-noodles/opposite-orders where durations"),
        ("gantt ab-ba-noodles -p group=1 --time virtual 'T0*2'", "no time passes in 'T0*2'"),
    ] {
        let none = unknot(line);
        assert_eq!((none.code, none.err.contains(message)), (1, true), "{line}: {}", none.err);
    }
    assert_eq!(unknot("gantt sched-fcfs --format dot").code, 2);
}

#[test]
fn json_is_one_document_with_what_was_promised() {
    let ran = unknot("check --format json ab-ba-noodles lost-update-decrement -p");
    assert_eq!(ran.code, 2);
    let ran = unknot("check --format json ab-ba-noodles");
    assert_eq!(ran.code, 0);
    let reports: serde_json::Value = serde_json::from_str(&ran.out).expect("one document");
    let reports = reports.as_array().expect("an array");
    assert_eq!(reports.len(), 3);
    for report in reports {
        for key in [
            "scenario",
            "params",
            "strategy",
            "seed",
            "time",
            "verdict",
            "exhaustive",
            "executions",
            "blocked",
            "cut",
            "steps",
            "findings",
            "outcomes",
            "expected",
            "as_expected",
        ] {
            assert!(report.get(key).is_some(), "{key}");
        }
        let outcomes = report["outcomes"].as_array().expect("outcomes");
        let sum: u64 = outcomes.iter().filter_map(|o| o["executions"].as_u64()).sum();
        assert_eq!(Some(sum), report["executions"].as_u64());
    }
    let deadlock = &reports[0]["findings"][0];
    assert_eq!(deadlock["kind"], "deadlock");
    assert!(deadlock["graph"]["wait_for"].as_array().is_some_and(|edges| edges.len() >= 2));
    for key in ["step", "task", "op", "object", "file", "line", "value"] {
        assert!(deadlock["steps"][0].get(key).is_some(), "{key}");
    }
}
