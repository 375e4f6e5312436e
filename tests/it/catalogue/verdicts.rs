//! Every scenario shows what it declares.

use std::io::Write;

use unknot_checker::check::observe;
use unknot_checker::check::verdict::{Compared, compare};
use unknot_checker::model::kind::Levels;
use unknot_checker::model::terms::Budget;
use unknot_checker::strategy::{Dfs, Dpor, Unit, Visibility};
use unknot_scenarios::CATALOGUE;

use crate::kit::support::unknot;

#[test]
fn every_scenario_shows_what_it_declares() {
    for scenario in CATALOGUE {
        let ran = unknot(&format!("check {}", scenario.name));
        assert_eq!(ran.code, 0, "{}", ran.out);
    }
}

/// No execution of the reduced search is given up as redundant.
#[test]
fn each_class_is_run_once() {
    for (scenario, variant) in CATALOGUE.iter().flat_map(|s| s.variants.iter().map(move |v| (s, v)))
    {
        let params = scenario.params(&[]).expect("defaults");
        let budget = Budget { semantics: variant.semantics(), ..Budget::default() };
        let seen = observe(&variant.program(&params), Dpor::new(), budget);
        // That a class is another one with other names may be known only at its end.
        let are_alike = seen.stats.alike > 0;
        assert!(seen.stats.blocked == 0 || are_alike, "{}/{}", scenario.name, variant.name);
        assert!(seen.exhausted(), "{}/{}", scenario.name, variant.name);
    }
}

/// Names are unique, and the broken variant comes first.
#[test]
fn names_are_unique() {
    let mut names: Vec<&str> = CATALOGUE.iter().map(|scenario| scenario.name).collect();
    names.sort_unstable();
    let n = names.len();
    names.dedup();
    assert_eq!(names.len(), n);
}

/// How many schedules of a variant are gone through in every test run.
const MAX_SCHEDULES: u64 = 20_000;

/// The plain search sees what is declared, wherever it gets through.
/// `UNKNOT_SCHEDULES` has it go on for longer, by hand.
#[test]
fn the_plain_search_sees_what_is_declared() {
    let given = std::env::var("UNKNOT_SCHEDULES").ok();
    let max_executions = given.and_then(|n| n.parse().ok()).unwrap_or(MAX_SCHEDULES);
    let (mut through, mut otherwise) = (0, vec![]);
    for (scenario, variant) in CATALOGUE.iter().flat_map(|s| s.variants.iter().map(move |v| (s, v)))
    {
        let params = scenario.params(&[]).expect("defaults");
        let budget = Budget { max_executions, semantics: variant.semantics(), ..Budget::default() };
        let seen = observe(&variant.program(&params), Dfs::new(Visibility::All), budget);
        if !seen.exhausted() {
            continue;
        }
        through += 1;
        let declared = (variant.expect)(&params);
        let compared = compare(&seen, &declared, Levels::default(), Unit::Schedules);
        if compared != Compared::AsDeclared {
            otherwise.push(format!("{}/{}: {compared:?}", scenario.name, variant.name));
        }
    }
    assert!(otherwise.is_empty(), "{otherwise:#?}");
    // Most scenarios are small; if few got through, nothing was compared.
    assert!(through >= 270, "only {through}");
    let _ = writeln!(std::io::stderr(), "{through} variants as declared under dfs");
}

/// The documents' own sizes can be had, and what is found there is declared.
#[test]
fn beyond_what_is_exhausted_a_check_samples() {
    let ran = unknot("check lost-update-decrement -p threads=100 --max-executions 20");
    // The mended form cannot pass by samples, and 20 executions do not show the
    // 100 outcomes of the broken one.
    assert_eq!(ran.code, 3, "{}", ran.out);
    assert!(ran.out.contains("20 schedules  FAIL lost-update"), "{}", ran.out);
    assert!(ran.out.contains("20 schedules  INCONCLUSIVE"), "{}", ran.out);
    assert!(ran.out.contains("4 checked, 0 as declared"), "{}", ran.out);
    // Guests that deadlock and guests that do not are all that is declared here.
    let noodles = unknot("check ab-ba-noodles/opposite-orders -p group=4 --max-executions 200");
    assert_eq!(noodles.code, 0, "{}", noodles.out);
    assert!(noodles.out.contains("200 schedules  FAIL as declared: deadlock"), "{}", noodles.out);
    // A strategy that is given is obeyed, and a seed is for samples only.
    let searched = unknot("check lost-update-decrement/locked -p threads=3 --strategy dpor");
    assert!(searched.out.contains("6 classes  PASS (exhaustive)"), "{}", searched.out);
    assert_eq!(
        unknot("check lost-update-decrement -p threads=100 --seed 3 --max-executions 1").code,
        3
    );
    assert_eq!(unknot("check lost-update-decrement -p threads=3 --seed 3").code, 2);
}

/// A declaration is about the time mode that a variant names.
#[test]
fn in_another_time_mode_nothing_is_declared() {
    let ran =
        unknot("check lost-update-decrement/locked -p threads=2 --time virtual --format json");
    assert_eq!(ran.code, 0, "{}", ran.out);
    let reports: serde_json::Value = serde_json::from_str(&ran.out).expect("one document");
    assert!(reports[0]["expected"].is_null() && reports[0]["as_expected"].is_null());
    let found = unknot("check lost-update-decrement/no-lock -p threads=2 --time virtual");
    assert_eq!(found.code, 1, "{}", found.out);
}
