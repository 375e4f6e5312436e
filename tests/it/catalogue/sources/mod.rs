//! Lines of every file that a scenario names are quoted.

mod deep;
mod desk;

use unknot_checker::sim::{Exception, Lock, Value, spawn};
use unknot_checker::{Expectation, Kind, Params, Scenario, Variant, source};

use crate::kit::support::unknot_on;

fn crossing(_: &Params) -> Result<Value, Exception> {
    let (a, b) = (Lock::named("a"), Lock::named("b"));
    let (left, right) = (a.clone(), b.clone());
    let task = spawn(move || deep::takes(&right, &left));
    desk::takes(&a, &b)?;
    task.join()??;
    Ok(Value::Unit)
}

fn knots(_: &Params) -> Expectation {
    Expectation::pass().sometimes(Kind::Deadlock)
}

const CATALOGUE: &[Scenario] = &[Scenario {
    name: "sources",
    family: "sources",
    about: "two locks that are taken in two files",
    covers: &[],
    params: &[],
    variants: &[Variant::new("crossing", "in opposite orders", crossing, knots)],
    source: source!("mod.rs", "desk.rs", "deep/../deep/mod.rs"),
}];

#[test]
fn lines_of_every_named_file_are_quoted() {
    let told = unknot_on(CATALOGUE, "check sources");
    assert_eq!(told.code, 0, "{}", told.err);
    for quoted in ["let _at_the_desk = second.lock()?;", "let _further_down = second.lock()?;"] {
        assert!(told.out.contains(quoted), "{quoted} is not in:\n{}", told.out);
    }
}
