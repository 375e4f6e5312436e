//! What `unknot explain` says goes no further than the executions that were made.

use serde_json::Value as Json;

use super::explain::{PROGRAMS, explained};
use crate::kit::support::{unknot, unknot_on};

/// What is said of executions that leave the failing one later counts these only: neither the
/// failing one itself nor the one that passes.
#[test]
fn what_leaves_it_later_is_counted() {
    let cases = [
        // Main has not read when it passes, so its read is the last step that can be later.
        ("early", (true, 0), "Nothing leaves it later, but for the order of independent steps."),
        // Behind both reads, the other write may come first: that fails as well.
        (
            "lost 'T0*2 T1 T2 T1*2 T2*2 T0*3'",
            (true, 1),
            "The one execution that leaves it later fails as well.",
        ),
        // Main reads 0, and then what was stored meanwhile: that is excluded, and it leaves
        // later than the execution in which the store comes first.
        (
            "assumed",
            (false, 0),
            "Whether others leave it later and pass is not known (4 were made).",
        ),
    ];
    for (line, (proven, later), sentence) in cases {
        let nearest = explained(&format!("why/{line}"))["nearest"].clone();
        assert_eq!((&nearest["proven"], &nearest["later"]), (&proven.into(), &later.into()));
        let text = unknot_on(PROGRAMS, &format!("explain why/{line}")).out;
        assert!(text.contains(sentence), "{text}");
    }
}

/// No claim goes beyond the executions that were made, and the given one and the nearest that
/// passes are among them.
#[test]
fn claims_are_those_of_the_executions_made() {
    let cases = [
        // One was made that passes, and the given one fails.
        ("lost 'T0*2 T1 T2 T1*2 T2*2 T0*3' --max-executions 1", "if-and-only-if", [1, 1]),
        // One that fails was made, and the nearest that passes is known.
        ("early 'T0*2 T1*3 T0*2' --max-executions 1", "if-and-only-if", [1, 1]),
        // The nearest that passes chooses otherwise at the beginning.
        ("far 'T0?1 T0*3 T1*5 T2*5 T3*5 T0*3' --max-executions 1", "if-and-only-if", [1, 1]),
    ];
    for (line, claim, [fail, pass]) in cases {
        let reason = explained(&format!("why/{line}"))["reason"].clone();
        let numbers = ["failing", "passing"].map(|field| reason[field].as_u64());
        assert_eq!(reason["claim"], claim, "{line}: {reason:#}");
        assert_eq!((numbers, &reason["exhaustive"]), ([Some(fail), Some(pass)], &false.into()));
        let text = unknot_on(PROGRAMS, &format!("explain why/{line}")).out;
        let sentence = "In the 2 executions made, it fails if and only if";
        assert!(text.contains(sentence), "{text}");
    }
}

/// What is said to be flipped alone is: no other condition of the failing execution is the
/// other way round. In the variant, one whole withdrawal moves with the pair.
#[test]
fn what_is_flipped_along_is_counted() {
    let line = "explain overdraft-check-outside-lock/check-outside-lock";
    let explained: Json =
        serde_json::from_str(&unknot(&format!("{line} --format json")).out).expect("JSON");
    let pairs = explained["pairs"].as_array().expect("a list").iter();
    let others: Vec<u64> = pairs.filter_map(|pair| pair["flipped"]["others"].as_u64()).collect();
    assert!(others.iter().any(|&n| n > 0), "{others:?}");
    let text = unknot(line).out;
    assert!(text.contains("flipped along with it"), "{text}");
}
