//! The schemas in the repository say what `--format json` prints: all of it,
//! and nothing else.
//!
//! Documents of several commands are valid; and whatever field of them is
//! taken away, renamed or given another type, they are no longer, so that the
//! schemas are not true of everything.

use jsonschema::{Registry, Validator};
use serde_json::{Value, json};
use unknot_checker::model::kind::KINDS;
use unknot_checker::report::json::Document;
use unknot_checker::strategy::STRATEGIES;

use crate::kit::support::unknot;

const SCHEMAS: [(&str, &str); 10] = [
    ("check", include_str!("../../../checker/schema/check-report.schema.json")),
    ("replay", include_str!("../../../checker/schema/replay-report.schema.json")),
    ("graph", include_str!("../../../checker/schema/wait-for-graph.schema.json")),
    ("gantt", include_str!("../../../checker/schema/timeline.schema.json")),
    ("explain", include_str!("../../../checker/schema/explanation.schema.json")),
    ("diff", include_str!("../../../checker/schema/execution-difference.schema.json")),
    ("page", include_str!("../../../checker/schema/page.schema.json")),
    ("list", include_str!("../../../checker/schema/scenario-list.schema.json")),
    ("claims", include_str!("../../../checker/schema/claim-list.schema.json")),
    ("checkpoint", include_str!("../../../checker/schema/checkpoint.schema.json")),
];

fn schema(name: &str) -> Value {
    let text = SCHEMAS.iter().find(|(known, _)| *known == name).expect(name).1;
    serde_json::from_str(text).expect("the schema is JSON")
}

/// The schema of a command; the others are found beside it.
pub(super) fn validator(command: &str) -> Validator {
    let beside = |file: &str| format!("json-schema:///unknot/1/{file}.schema.json");
    let registry = Registry::new()
        .add(beside("check-report"), schema("check"))
        .and_then(|registry| registry.add(beside("wait-for-graph"), schema("graph")))
        .and_then(|registry| registry.add(beside("timeline"), schema("gantt")))
        .and_then(|registry| registry.add(beside("replay-report"), schema("replay")))
        .and_then(|registry| registry.add(beside("explanation"), schema("explain")))
        .and_then(|registry| registry.prepare())
        .expect("schemas with addresses");
    jsonschema::options()
        .with_registry(&registry)
        .build(&schema(command))
        .expect("the schema is one")
}

fn printed(line: &str) -> Value {
    let ran = unknot(&format!("{line} --format json"));
    assert_ne!(ran.code, 2, "{}", ran.err);
    serde_json::from_str(&ran.out).expect("one document")
}

/// What a document has wrong.
pub(super) fn errors(validator: &Validator, document: &Value) -> Vec<String> {
    validator.iter_errors(document).map(|e| format!("{e} at {}", e.instance_path())).collect()
}

const CHECKS: &[&str] = &[
    "check --max-executions 2000",
    "check ab-ba-noodles lost-update-decrement --strategy pct --max-executions 50",
    "check ab-ba-noodles -p group=1 --cross-check",
    "check ab-ba-noodles -p group=1 --strategy dfs --cross-check --max-executions 3",
    "check ab-ba-noodles bench-event --time virtual",
    "check lost-update-decrement --strategy dfs --preemptions 1 -p threads=2",
    "check lost-update-decrement --preemptions auto -p threads=2",
    "check lost-update-decrement --preemptions auto --max-executions 7",
    "check lost-update-decrement --time-limit 0",
    "check lost-update-decrement -p threads=2 --max-steps 5",
    "check lost-update-decrement --fail-on data-race --allow lost-update --fail-fast",
    "check deadlocks lost-updates --predict",
    "check philosophers-ring event-latch --predict --strategy random --seed 3",
];

const REPLAYS: &[&str] = &[
    "replay ab-ba-noodles -p group=1 'T0*2 T1 ! T2'",
    "replay ab-ba-noodles -p group=1 'T0*2'",
    "replay abandoned-lock-on-terminate/killed-anywhere 'T0*4 T1 K1'",
    "replay ab-ba-noodles -p group=1 'T0*2 T1*5 T0 T2*5 T0*2'",
    "replay lost-update-decrement -p threads=2 --strategy pct --seed 7 --execution 17",
    "replay lost-update-decrement -p threads=2 --strategy random --seed 7 --max-steps 3",
    "replay sched-fcfs --strategy random --seed 7",
];

const GRAPHS: &[&str] = &[
    "graph ab-ba-noodles -p group=1",
    "graph ab-ba-noodles -p group=1 --at 3",
    "graph philosophers-ring",
    "graph abandoned-lock-on-terminate",
    "graph consumer-timeout-exit/gap-above-timeout --time virtual",
];

const GANTTS: &[&str] =
    &["gantt sched-round-robin", "gantt sched-round-robin/switching", "gantt process-states"];

const EXPLANATIONS: &[&str] = &[
    "explain lost-update-decrement -p threads=2",
    "explain ab-ba-noodles -p group=1",
    "explain ab-ba-noodles -p group=1 --max-executions 2",
];

const DIFFERENCES: &[&str] = &[
    "diff ab-ba-noodles -p group=1 'T0*2 T1 ! T2' 'T0*2 T1*5 T0 T2*5 T0*2'",
    "diff lost-update-decrement -p threads=2 'T0*2 T1*3 T0 T2*3 T0*3' 'T0*2 T1 ! T2*3 T1*2 T0*4'",
    "diff lost-update-decrement -p threads=2 'T0*2 T1*3 T0 T2*3 T0*3' 'T0*2 T1*3 T2*3 T0*4'",
];

/// A document names the schema that it follows, and a file has that name.
#[test]
fn documents_say_what_they_are() {
    for document in Document::ALL {
        let is_it = |text: &&str| text.contains(&format!("\"$id\": \"{}\"", document.id()));
        assert_eq!(SCHEMAS.iter().filter(|(_, text)| is_it(text)).count(), 1, "{document:?}");
    }
    let first = [
        "check ab-ba-noodles -p group=1",
        "list",
        "list --claims",
        GRAPHS[0],
        REPLAYS[0],
        GANTTS[0],
        EXPLANATIONS[0],
        DIFFERENCES[0],
    ];
    for line in first {
        let printed = printed(line);
        let first = printed.get(0).unwrap_or(&printed);
        assert_eq!(first["format"], 1, "{line}");
        assert!(first["tool"].as_str().is_some_and(|t| t.starts_with("unknot 0.")), "{line}");
    }
}

#[test]
fn what_is_printed_is_valid() {
    let lists = &["list", "list 'ab-ba-*'"][..];
    let claims = &["list --claims", "list --claims K07"][..];
    let others = [("graph", GRAPHS), ("gantt", GANTTS), ("list", lists), ("claims", claims)];
    let others = others.into_iter().chain([("explain", EXPLANATIONS), ("diff", DIFFERENCES)]);
    for (command, lines) in [("check", CHECKS), ("replay", REPLAYS)].into_iter().chain(others) {
        let validator = validator(command);
        for line in lines {
            let errors = errors(&validator, &printed(line));
            assert!(errors.is_empty(), "{line}: {errors:#?}");
        }
    }
}

/// The places of all objects in a document, as JSON pointers.
pub(super) fn objects(document: &Value, at: &str, found: &mut Vec<String>) {
    let inside: Vec<(String, &Value)> = match document {
        Value::Object(fields) => {
            found.push(at.to_owned());
            fields.iter().map(|(key, value)| (key.clone(), value)).collect()
        }
        Value::Array(values) => {
            values.iter().enumerate().map(|(i, v)| (i.to_string(), v)).collect()
        }
        _ => vec![],
    };
    inside.iter().for_each(|(key, value)| objects(value, &format!("{at}/{key}"), found));
}

/// Fields that are not always there.
const MAY_BE_MISSING: [&str; 6] =
    ["choices", "cross_check", "classes", "no_lost_update", "predicted", "searched"];

/// One document with each field changed in turn is never valid.
fn judge_changes(command: &str, document: &Value) -> usize {
    let validator = validator(command);
    let (mut places, mut changes) = (vec![], 0);
    objects(document, "", &mut places);
    for place in places {
        let fields = document.pointer(&place).and_then(Value::as_object).expect("an object");
        let mut ways: Vec<(String, serde_json::Map<String, Value>)> = vec![];
        for (key, value) in fields {
            let mut without = fields.clone();
            without.remove(key);
            let mut other = fields.clone();
            // No field is an object with such a key.
            other.insert(key.clone(), json!({ "unheard of": value }));
            ways.push((format!("{key} of another type"), other));
            // The keys of these are those of a scenario.
            if !place.ends_with("/params") && !place.ends_with("/sizes") {
                let mut renamed = without.clone();
                renamed.insert(format!("{key}_"), value.clone());
                ways.push((format!("{key} renamed"), renamed));
                // Only what is not always there may be missing.
                if !MAY_BE_MISSING.contains(&key.as_str()) {
                    let is_optional = ["peers", "story"].contains(&key.as_str());
                    let missing = (format!("no {key}"), without);
                    ways.extend((!is_optional).then_some(missing));
                }
            }
        }
        for (what, changed) in ways {
            let mut other = document.clone();
            *other.pointer_mut(&place).expect("the same object") = Value::Object(changed);
            assert!(!validator.is_valid(&other), "{what} at {place}");
            changes += 1;
        }
    }
    changes
}

#[test]
fn what_is_changed_is_not() {
    let check = printed("check ab-ba-noodles/opposite-orders -p group=1 --cross-check");
    let replay = printed("replay ab-ba-noodles -p group=1 'T0*2 T1 ! T2'");
    // Each has several objects of each kind, with 5 to 20 fields each.
    assert!(judge_changes("check", &check) > 500);
    assert!(judge_changes("replay", &replay) > 200);
    // Two predictions, of two steps or more with 7 fields each.
    let predicted = printed("check transfer-nested-opposite --predict");
    assert!(judge_changes("check", &predicted) > 300);
    let graph = printed("graph ab-ba-noodles -p group=1");
    assert!(judge_changes("graph", &graph) > 100);
    assert!(judge_changes("gantt", &printed(GANTTS[0])) > 100);
    // Two conditions and four pairs, of two steps with 7 fields each.
    assert!(judge_changes("explain", &printed(EXPLANATIONS[0])) > 100);
    // Two sides, and a pair of two steps that was flipped.
    assert!(judge_changes("diff", &printed(DIFFERENCES[0])) > 60);
    // Three witnesses, two with sizes.
    assert!(judge_changes("claims", &printed("list --claims K07")) > 50);
}

#[test]
fn what_contradicts_itself_is_not_valid() {
    let validator = validator("check");
    let document = printed("check lost-update-decrement -p threads=2 --cross-check");
    for (place, value) in [
        // These are known kinds, words and strategies only.
        ("/0/findings/0/kind", json!("magic")),
        ("/0/findings/0/level", json!("warning")),
        ("/0/strategy", json!("magic")),
        ("/0/verdict", json!("ok")),
        ("/0/time", json!("real")),
        // A check that was exhaustive is not inconclusive, and cut nothing.
        ("/0/verdict", json!("inconclusive")),
        ("/0/cut", json!(1)),
        // Counts are not negative, and what is found is shown by something.
        ("/0/steps", json!(-1)),
        ("/0/findings/0/executions", json!(0)),
        // A search has no seed, and a sampler is never exhaustive.
        ("/0/seed", json!(7)),
        ("/0/strategy", json!("pct")),
        // As declared, but for a difference.
        ("/0/differences", json!(["outcome 7 was not declared"])),
        // An outcome without a value says how it ended.
        ("/0/outcomes/0/value", Value::Null),
        // Two searches that do not agree differ in something.
        ("/0/cross_check/agrees", json!(false)),
        // What is no knot has no graph.
        ("/0/findings/0/graph", json!({})),
    ] {
        let mut changed = document.clone();
        match changed.pointer_mut(place) {
            Some(field) => *field = value.clone(),
            None => changed[0]["findings"][0]["graph"] = value.clone(),
        }
        assert!(!validator.is_valid(&changed), "{place} {value}");
    }
}

#[test]
fn schemas_know_the_tables() {
    let schema = schema("check");
    let kinds: Vec<&str> = KINDS.iter().map(|row| row.name).collect();
    assert_eq!(schema["$defs"]["kind"]["enum"], json!(kinds));
    let strategies: Vec<&str> = STRATEGIES.iter().map(|row| row.name).collect();
    assert_eq!(schema["$defs"]["report"]["properties"]["strategy"]["enum"], json!(strategies));
}
