//! The face of std: small programs in right and broken forms, each gone through by both
//! searches.
//!
//! For every program the reduced search runs exactly the trace classes of the plain one, each
//! once, with the same outcomes and faults; how many there are, and what comes out, is pinned.

#![allow(clippy::unwrap_used, reason = "programs under test are written as users write them")]

mod atomics;
mod attribute;
mod channels;
mod clocks;
mod ends;
mod generated;
mod library;
mod locks;
mod once;
mod outside;
mod parking;
mod pointers;
mod polling;
mod structures;
mod threads;
mod tokio;

use std::collections::BTreeSet;

use unknot_checker::Kind;
use unknot_checker::model::finding::{Fault, Origin};
use unknot_checker::sim::{Program, TimeMode};
use unknot_checker::strategy::{Dfs, Dpor, Visibility};
use unknot_std::Builder;

use crate::kit::classes::{Classes, classes, classes_made_anew};

/// More executions than any program here has.
const MANY: u64 = 400_000;

/// What is expected of a program: how many classes it has, how many of them are stuck, what
/// comes out of the others, and the kinds of what is found.
type Expected<'a> = (usize, usize, &'a [&'a str], &'a [Kind]);

/// What is wrong with the reduced search, compared with the plain one. Where readers that
/// commute keep a writer off, it may run a class again; it still misses none.
fn judge(plain: &Classes, reduced: &Classes, may_repeat: bool) -> Result<(), String> {
    let one_turnout = |all: &Classes| all.classes.values().all(|class| class.turnouts.len() == 1);
    if !one_turnout(plain) {
        return Err("executions of one class turn out differently".to_owned());
    }
    let missed = plain.classes.keys().filter(|class| !reduced.classes.contains_key(class)).count();
    let extra = reduced.classes.len() + missed - plain.classes.len();
    let repeated = reduced.classes.values().filter(|class| class.executions > 1).count();
    let repeated = if may_repeat { 0 } else { repeated };
    if (missed, extra, repeated, reduced.blocked) != (0, 0, 0, 0) {
        return Err(format!(
            "of {} classes {missed} are missed; {extra} too many, {repeated} run more than once, \
             {} given up",
            plain.classes.len(),
            reduced.blocked
        ));
    }
    let faults = |all: &Classes| -> BTreeSet<Fault<Origin>> {
        all.findings.iter().map(|identity| identity.fault()).collect()
    };
    if faults(plain) != faults(reduced) {
        return Err(format!("found {:#?}, not {:#?}", faults(reduced), faults(plain)));
    }
    Ok(())
}

/// Both searches of a program; nothing if the plain one is too large.
fn compare(program: &Program, may_repeat: bool, most: u64) -> Option<Result<Classes, String>> {
    let time = TimeMode::Any;
    let plain = classes_made_anew(program, time, Dfs::new(Visibility::All), most);
    if plain.too_many || plain.cut > 0 {
        return None;
    }
    let reduced = classes(program, time, Dpor::new(), most);
    Some(judge(&plain, &reduced, may_repeat).map(|()| reduced))
}

/// Checks a program in both ways, under settings.
fn row_with(name: &str, builder: Builder, program: fn() -> String, expected: Expected<'_>) {
    row_that(name, (builder, false), program, expected);
}

/// The same, where a class may be run again.
fn row_that(
    name: &str,
    (builder, may_repeat): (Builder, bool),
    program: fn() -> String,
    expected: Expected<'_>,
) {
    let compared = builder.explore_by(program, |program| compare(program, may_repeat, MANY));
    match compared {
        Some(Ok(all)) => tell(name, &all, expected),
        Some(Err(wrong)) => panic!("{name}: {wrong}"),
        None => panic!("{name}: too large for the plain search"),
    }
}

fn tell(name: &str, all: &Classes, (n_classes, n_stuck, outcomes, kinds): Expected<'_>) {
    let (told, found) = all.told();
    let told: Vec<&str> = told.iter().map(|outcome| outcome.trim_matches('"')).collect();
    let found: Vec<Kind> = found.into_iter().collect();
    assert_eq!(
        (all.classes.len(), all.stuck(), &*told, &*found),
        (n_classes, n_stuck, outcomes, kinds),
        "{name}"
    );
}

/// The same under the usual settings.
fn row(name: &str, program: fn() -> String, expected: Expected<'_>) {
    row_with(name, Builder::new(), program, expected);
}

/// The same of a program that the plain search does not get through.
fn large(name: &str, program: fn() -> String, expected: Expected<'_>) {
    let all = Builder::new()
        .explore_by(program, |program| classes(program, TimeMode::Any, Dpor::new(), MANY));
    assert_eq!((all.too_many, all.cut, all.blocked), (false, 0, 0), "{name}: all of it is run");
    tell(name, &all, expected);
}
