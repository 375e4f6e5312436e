//! `check --predict` on the command line: exit codes, what it goes with, and its formats.

use serde_json::Value as Json;
use unknot_checker::sim::{Exception, Lock, Value, spawn_named};
use unknot_checker::{Expectation, Params, Scenario, Variant, source};

use super::schemas::{errors, validator};
use crate::kit::support::{unknot, unknot_on};

/// What a person may write as a name.
const NAME: &str = "</script><img onerror=x>'\"\n\u{1b}[31m";

/// Two locks in two orders.
fn opposite(_: &Params) -> Result<Value, Exception> {
    let (a, b) = (Lock::named(NAME), Lock::named("b"));
    let both = |first: Lock, second: Lock| {
        move || -> Result<(), Exception> {
            let _first = first.lock()?;
            let _second = second.lock()?;
            Ok(())
        }
    };
    let one = spawn_named(NAME, both(a.clone(), b.clone()));
    let other = spawn_named("other", both(b, a));
    one.join()??;
    other.join()??;
    Ok(Value::Unit)
}

const CATALOGUE: &[Scenario] = &[Scenario {
    name: "wrong",
    family: "predicted",
    about: "it is said to pass",
    covers: &[],
    params: &[],
    variants: &[Variant::new("wrong", "as told", opposite, |_| Expectation::pass())],
    source: source!("predict.rs"),
}];

/// As declared, something else, or nothing that can be said: never a pass.
#[test]
fn exit_codes() {
    for (line, code, says) in [
        ("check ab-ba-noodles/opposite-orders", 0, "FAIL as declared: deadlock"),
        ("check ab-ba-noodles/one-order", 3, "INCONCLUSIVE (nothing predicted from one execution)"),
        (
            "check philosophers-ring/one-seat-less",
            3,
            "INCONCLUSIVE (predicted from one execution: 1 refuted)",
        ),
        // Sizes that no search exhausts.
        ("check ab-ba-noodles/opposite-orders -p group=10", 0, "FAIL as declared: deadlock"),
        // Data races are only told, unless it is asked otherwise.
        (
            "check transfer-nested-opposite/by-account-id --fail-on data-race",
            3,
            "INCONCLUSIVE (nothing predicted from one execution)",
        ),
    ] {
        let ran = unknot(&format!("{line} --predict"));
        assert_eq!((ran.code, ran.out.contains(says)), (code, true), "{line}: {}", ran.out);
    }
    let ran = unknot_on(CATALOGUE, "check wrong --predict");
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.contains("FAIL deadlock"), "{}", ran.out);
}

/// The search beside has a budget of its own. The circle under one chair too few is refuted if
/// all 2,144 executions may be made.
#[test]
fn the_search_beside_may_be_longer() {
    for (n, says) in [(100, "1 unconfirmed"), (5_000, "1 refuted")] {
        let line = format!("check philosophers-ring/one-seat-less --predict --max-executions {n}");
        let ran = unknot(&line);
        assert!(ran.code == 3 && ran.out.contains(says), "{n}: {}", ran.out);
    }
}

/// What is asked of a search alone does not go with it.
#[test]
fn it_stands_alone() {
    for option in [
        "--preemptions 1",
        "--cross-check",
        "--fail-fast",
        "--checkpoint a.ckpt",
        "--resume a.ckpt",
        "--unit 1/2",
    ] {
        let ran = unknot(&format!("check ab-ba-noodles --predict {option}"));
        assert_eq!(ran.code, 2, "{option}");
        let name = option.split(' ').next().expect("a word");
        assert!(ran.err.contains("--predict") && ran.err.contains(name), "{}", ran.err);
    }
}

/// The execution is that of the strategy and the seed; nothing else changes a byte.
#[test]
fn the_same_bytes() {
    let line = "check ab-ba-noodles philosophers-ring lost-update-decrement --predict";
    for more in ["", "--strategy random --seed 3", "--strategy portfolio --format json"] {
        let one = unknot(&format!("{line} {more} --jobs 1"));
        let four = unknot(&format!("{line} {more} --jobs 4"));
        assert_eq!(one.out, four.out, "{more}");
        assert_ne!(one.code, 2, "{}", one.err);
    }
    let schedule = |more: &str| {
        let ran = unknot(&format!("check ab-ba-noodles/one-order --predict {more} --format json"));
        let all: Json = serde_json::from_str(&ran.out).expect("a document");
        all[0]["predicted"]["schedule"].as_str().expect("a schedule").to_owned()
    };
    assert_ne!(schedule("--strategy random --seed 3"), schedule("--strategy random --seed 4"));
    let told = unknot("check ab-ba-noodles/one-order --predict --strategy random --seed 3");
    assert!(told.out.contains("the first of random, seed 3"), "{}", told.out);
}

/// Every format of `check` has what was found; names are escaped in each.
#[test]
fn formats() {
    for format in ["text", "json", "junit", "sarif", "github", "html"] {
        let ran = unknot_on(CATALOGUE, &format!("check wrong --predict --format {format}"));
        assert_eq!(ran.code, 1, "{format}: {}", ran.err);
        assert!(ran.out.contains("deadlock"), "{format}");
        assert!(!ran.out.contains("<img onerror") || format != "html", "{format}");
        assert!(!ran.out.contains('\u{1b}'), "{format}");
    }
    let ran = unknot_on(CATALOGUE, "check wrong --predict --format json");
    let document: Json = serde_json::from_str(&ran.out).expect("a document");
    let errors = errors(&validator("check"), &document);
    assert!(errors.is_empty(), "{errors:#?}");
    let about = &document[0]["predicted"]["predictions"][0]["about"];
    assert_eq!(about[0]["name"], NAME);
}
