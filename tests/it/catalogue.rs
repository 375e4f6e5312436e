//! Every scenario shows what it declares.

use unknot_scenarios::CATALOGUE;

use crate::support::unknot;

#[test]
fn every_scenario_shows_what_it_declares() {
    for scenario in CATALOGUE {
        let ran = unknot(&format!("check {}", scenario.name));
        assert_eq!(ran.code, 0, "{}", ran.out);
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
