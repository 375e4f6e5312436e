//! `--format sarif`: the published schema takes it, and what the specification demands
//! beyond that holds.
//!
//! The schema is that of the crate `serde-sarif`, whose types are made of it; what they
//! read and write again is the same document, so nothing in it is unknown to the schema.

use std::path::Path;
use std::process::Command;

use jsonschema::Validator;
use serde_json::Value;
use serde_sarif::sarif::Sarif;

use super::{AWKWARD_REPLAY, REPLAYS, of_awkward};
use crate::kit::support::unknot;

/// The schema, where cargo has put the source of the crate.
fn validator() -> Validator {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["metadata", "--format-version=1", "--offline"]);
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let packages = metadata["packages"].as_array().expect("packages");
    let package = packages.iter().find(|package| package["name"] == "serde-sarif");
    let manifest = package.and_then(|one| one["manifest_path"].as_str()).expect("a package");
    let schema = Path::new(manifest).with_file_name("src").join("schema.json");
    let schema = std::fs::read_to_string(schema).expect("the crate has the schema");
    let mut schema: Value = serde_json::from_str(&schema).expect("JSON");
    // Its pattern of languages is none: a bracket is closed that was not opened.
    for of in ["run", "toolComponent"] {
        schema["definitions"][of]["properties"]["language"]["pattern"] = "".into();
    }
    jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema")
}

/// The results of a document, which is valid.
fn results(validator: &Validator, text: &str) -> Vec<Value> {
    let document: Value = serde_json::from_str(text).expect("JSON");
    let errors = validator.iter_errors(&document).map(|e| format!("{e} at {}", e.instance_path()));
    assert_eq!(errors.collect::<Vec<_>>(), Vec::<String>::new());
    let read: Sarif = serde_json::from_str(text).expect("types made of the schema");
    assert_eq!(serde_json::to_value(&read).expect("JSON"), document);
    let run = &document["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let results = run["results"].as_array().expect("results").clone();
    results.iter().for_each(|result| check_result(result, rules, run));
    results
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// What no schema says.
fn check_result(result: &Value, rules: &[Value], run: &Value) {
    let index = result["ruleIndex"].as_u64().expect("a number") as usize;
    assert_eq!(rules[index]["id"], result["ruleId"]);
    // §3.27.10: a result that does not fail has no level.
    assert_eq!(result["kind"] == "fail", result["level"] != "none", "{result}");
    let is_text = |text: &Value| text.as_str().is_some_and(|text| !text.is_empty());
    assert!(
        is_text(&result["message"]["text"])
            && is_text(&result["partialFingerprints"]["unknotFinding/v1"])
    );
    // §3.28.2: numbers of locations are distinct within a result.
    let places = [list(result, "locations"), list(result, "relatedLocations")].concat();
    let mut ids: Vec<u64> = places.iter().filter_map(|place| place["id"].as_u64()).collect();
    ids.dedup();
    assert_eq!(ids.len(), places.len(), "{result}");
    let mut orders: Vec<u64> = vec![];
    for flow in list(&result["codeFlows"][0], "threadFlows") {
        let steps = list(flow, "locations");
        assert!(!steps.is_empty(), "§3.37.6: a thread flow has a location");
        let order = steps.iter().filter_map(|step| step["executionOrder"].as_u64());
        let order: Vec<u64> = order.collect();
        assert!(order.is_sorted() && steps.len() <= order.len() + 1, "{flow}");
        orders.extend(order);
        places_are_known(steps.iter().map(|step| &step["location"]), run);
    }
    // Each step of an execution is there once.
    orders.sort_unstable();
    assert!(orders.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{result}");
    places_are_known(places.iter(), run);
}

/// §3.4.4: what an address is relative to is among the bases of the run.
fn places_are_known<'a>(places: impl Iterator<Item = &'a Value>, run: &Value) {
    for place in places {
        let address = &place["physicalLocation"]["artifactLocation"];
        let base = address["uriBaseId"].as_str().expect("a base");
        assert!(run["originalUriBaseIds"].get(base).is_some(), "{base}");
        let uri = address["uri"].as_str().expect("an address");
        assert!(!uri.starts_with('/') && !uri.contains([' ', '\\']), "{uri}");
    }
}

#[test]
fn the_schema_takes_every_finding() {
    let validator = validator();
    let checks = unknot("check --max-executions 200 --format sarif");
    let all = results(&validator, &checks.out);
    for result in &all {
        let text = result["message"]["text"].as_str().expect("a text");
        let (_, message) = text.split_once(": ").expect("a kind or a scenario");
        let half = message.len().saturating_sub(2) / 2;
        let twice = message.get(..half).map(|half| format!("{half}. {half}"));
        assert_ne!(twice.as_deref(), Some(message), "it is said once");
    }
    let open = all.iter().filter(|result| result["kind"] == "open").count();
    let suppressed = all.iter().filter(|result| !list(result, "suppressions").is_empty()).count();
    assert!(open > 5 && suppressed > 50, "{open} {suppressed}");
    for replay in REPLAYS {
        results(&validator, &unknot(&format!("{replay} --format sarif")).out);
    }
    // It does take offence at something.
    let broken = checks.out.replace("\"startLine\"", "\"startLines\"");
    let broken: Value = serde_json::from_str(&broken).expect("JSON");
    assert!(!validator.is_valid(&broken));
}

#[test]
fn a_deadlock_has_its_places_and_a_thread_a_task() {
    let ran = unknot("check ab-ba-noodles/opposite-orders -p group=1 --format sarif");
    let all = results(&validator(), &ran.out);
    let [deadlock] = &all[..] else { panic!("{}", ran.out) };
    assert_eq!((&deadlock["ruleId"], &deadlock["level"]), (&"deadlock".into(), &"error".into()));
    let lines = |key| {
        let places = list(deadlock, key).iter();
        let lines = places.map(|one| one["physicalLocation"]["region"]["startLine"].as_u64());
        lines.collect::<Option<Vec<u64>>>().expect("numbers")
    };
    let (waits, took) = (lines("locations"), lines("relatedLocations"));
    assert_eq!((waits.len(), took.len(), waits[0]), (2, 2, took[0] + 1), "{}", ran.out);
    let flows = list(&deadlock["codeFlows"][0], "threadFlows");
    let ids: Vec<&str> = flows.iter().filter_map(|flow| flow["id"].as_str()).collect();
    assert_eq!(ids, ["T0", "T1", "T2"]);
    assert_eq!(flows[1]["locations"][1]["location"]["message"]["text"], "waits: lock 'noodles'");
    assert_eq!(deadlock["suppressions"][0]["kind"], "inSource");
    // The key does not depend on how it was found.
    let other =
        unknot("check ab-ba-noodles/opposite-orders -p group=1 --strategy dfs --format sarif");
    let other = results(&validator(), &other.out);
    assert_eq!(other[0]["partialFingerprints"], deadlock["partialFingerprints"]);
}

#[test]
fn names_stay_text() {
    let validator = validator();
    let all = results(&validator, &of_awkward("check --format sarif"));
    let is = |result: &&Value, rule: &str| result["ruleId"] == rule;
    let deadlock = all.iter().find(|one| is(one, "deadlock")).expect("a deadlock");
    assert!(list(deadlock, "suppressions").is_empty(), "it is not declared");
    assert!(all.iter().any(|one| is(&one, "as-declared")), "so the check is not as declared");
    results(&validator, &of_awkward(&format!("{AWKWARD_REPLAY} --format sarif")));
}
