//! The layouts, measured over the catalogue: of each finding that the first executions of
//! a check show, the execution as lanes, and if it is stuck its graph in both views.
//!
//! A few executions of each scenario are enough: what is stuck in the default sizes is found
//! early, and the layouts of the same scenario differ little. Whole checks would take
//! minutes.

use serde_json::Value;

use super::measured::Measured;
use crate::kit::support::unknot;

/// So many executions of each scenario.
const EXECUTIONS: u32 = 100;

/// More findings of one scenario than this look alike.
const FINDINGS: usize = 2;

#[test]
fn no_text_of_the_catalogue_meets_another() {
    let line = format!("check --max-executions {EXECUTIONS} --format json --progress never");
    let ran = unknot(&line);
    let reports: Vec<Value> = serde_json::from_str(&ran.out).expect("JSON");
    let (mut lanes, mut graphs) = (0, 0);
    for report in &reports {
        let scenario = report["scenario"].as_str().expect("a name");
        let findings = report["findings"].as_array().expect("a list");
        for finding in findings.iter().take(FINDINGS) {
            let schedule = finding["schedule"].as_str().expect("a schedule");
            let line = format!("replay {scenario} '{schedule}' --format svg");
            let ran = unknot(&line);
            // A program that is not deterministic cannot be followed.
            if !ran.out.starts_with("<svg ") {
                assert_eq!(finding["kind"], "nondeterminism", "{line}: {}", ran.err);
                continue;
            }
            Measured::of(&ran.out).assert_apart(&line);
            lanes += 1;
            if finding.get("graph").is_none() {
                continue;
            }
            for kind in ["wait-for", "resource"] {
                let line = format!("graph {scenario} '{schedule}' --kind {kind} --format svg");
                let ran = unknot(&line);
                assert!(ran.out.starts_with("<svg "), "{line}: {}", ran.err);
                let graph = Measured::of(&ran.out);
                graph.assert_apart(&line);
                graph.assert_no_line_in_text(&line);
                graphs += 1;
            }
        }
    }
    assert!(lanes > 100 && graphs > 80, "{lanes} executions, {graphs} graphs");
}

/// Rings of all sizes, many tasks behind one lock, and graphs in the middle of a schedule.
#[test]
fn layouts_of_all_sizes_are_apart() {
    let philosophers = |n: u32| format!("graph bench-philosophers/left-then-right -p n={n}");
    let mut lines: Vec<String> = [2, 3, 7, 12].map(philosophers).to_vec();
    lines.push("graph alias-plain-lock-self-deadlock/plain-lock -p guests=10".to_owned());
    lines.push("graph ab-ba-noodles -p group=10 'T0*20 T1 T11'".to_owned());
    lines.push("graph ab-ba-noodles -p group=10 --at 21 'T0*20 T1 T11'".to_owned());
    for line in lines {
        for kind in ["wait-for", "resource"] {
            let line = format!("{line} --kind {kind} --format svg");
            let ran = unknot(&line);
            assert!(ran.out.starts_with("<svg "), "{line}: {}", ran.err);
            Measured::of(&ran.out).assert_apart(&line);
        }
    }
}
