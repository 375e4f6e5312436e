//! The structures of the catalogue: as many classes as are pinned, which are those of the plain
//! search where that gets through.

use unknot_checker::sim::TimeMode;
use unknot_checker::strategy::Dpor;
use unknot_checker::{Checker, Kind};
use unknot_scenarios::CATALOGUE;

use super::{MANY, compare};
use crate::kit::classes::classes;

/// The classes of each form.
///
/// The four of `exchanges` are argued in its file. `takes-the-lock`: the flag is set before the
/// first look, and either task has the lock first (2); or after it, and then the rest follows
/// in one order (1). `notifies-without-the-lock`: set before the first look (1), or after it,
/// with the notification before the wait or in it (2). `inside-the-lock`: either task has the
/// lock first. `outside-of-the-lock`: the permit is there (1), or comes later, and either task
/// has the lock first (2).
///
/// The plain search has the same classes, but for the ring, which is too large for it.
const ROWS: &[(&str, &str, usize)] = &[
    ("oneshot-channel", "exchanges", 4),
    ("oneshot-channel", "loads-and-stores", 6),
    ("oneshot-channel", "publishes-first", 7),
    ("spsc-ring", "right", 44),
    ("spsc-ring", "off-by-one", 65),
    ("spsc-ring", "gives-back-first", 62),
    ("spsc-ring", "relaxed-tail", 44),
    ("spsc-ring", "relaxed-head", 44),
    ("parker", "takes-the-lock", 3),
    ("parker", "notifies-without-the-lock", 3),
    ("word-lock", "looks-again", 6),
    ("word-lock", "does-not-look-again", 6),
    ("replaceable-value", "says-before-it-looks", 23),
    ("replaceable-value", "looks-before-it-says", 8),
    ("notify-permit", "inside-the-lock", 2),
    ("notify-permit", "outside-of-the-lock", 3),
];

#[test]
fn structures_of_the_catalogue() {
    let mut rows = vec![];
    for scenario in CATALOGUE.iter().filter(|scenario| scenario.family == "structures") {
        let params = scenario.params(&[]).expect("the defaults");
        for variant in scenario.variants {
            let program = variant.program(&params);
            let reduced = match scenario.name {
                "spsc-ring" => classes(&program, TimeMode::Any, Dpor::new(), MANY),
                _ => match compare(&program, false, MANY) {
                    Some(Ok(reduced)) => reduced,
                    Some(Err(wrong)) => panic!("{}/{}: {wrong}", scenario.name, variant.name),
                    None => panic!("{}: too large for the plain search", scenario.name),
                },
            };
            rows.push((scenario.name, variant.name, reduced.classes.len()));
        }
    }
    assert_eq!(rows, ROWS);
}

/// Which of the tokens that one place makes is used first differs between executions, and is
/// no difference between two faults.
#[test]
fn a_fault_is_about_the_place_that_makes_objects() {
    let scenario = CATALOGUE.iter().find(|scenario| scenario.name == "word-lock");
    let scenario = scenario.expect("it is in the catalogue");
    let params = scenario.params(&[("n".to_owned(), "2".to_owned())]).expect("it fits");
    let program = scenario.variants[1].program(&params);
    let checked = Checker::new().check(move || program());
    let findings = &checked.report().findings;
    assert!(!findings.is_empty() && findings.iter().all(|found| found.kind == Kind::Hang));
}
