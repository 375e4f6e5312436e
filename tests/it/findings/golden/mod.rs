//! Golden files: what a check prints of each kind of finding, byte for byte.
//!
//! The files are in `tests/golden` and are there to be read: each is right only
//! if a person finds it so. After a change that is meant, they are written anew
//! with `UNKNOT_BLESS=1 cargo test -p unknot-tests golden`, and the difference
//! is looked at. That the facts in them are right is for other tests to say.

mod predicted;
mod programs;

use std::path::Path;

use unknot_checker::Scenario;

use crate::kit::support::unknot_on;

/// Says that a command prints what a golden file has.
fn golden(file: &str, line: &str) {
    golden_of(file, line, &programs::all());
}

fn golden_of(file: &str, line: &str, catalogue: &[Scenario]) {
    let ran = unknot_on(catalogue, line);
    assert_eq!(ran.err, "", "{line}");
    let printed = ran.out;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(file);
    if std::env::var_os("UNKNOT_BLESS").is_some() {
        std::fs::write(&path, &printed).expect("the folder of golden files");
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == printed,
        "{file} has\n{kept}\nand `{line}` prints\n{printed}\nIf that is meant: UNKNOT_BLESS=1"
    );
}

/// How time was spent, with a processor for which it takes time to switch.
#[test]
fn a_chart_of_time() {
    let line = "gantt sched-round-robin/switching";
    golden_of("gantt.txt", line, unknot_scenarios::CATALOGUE);
}

/// One test for each kind: a program that keeps count of its runs must not be
/// run twice by one thread.
macro_rules! kinds {
    ($($test:ident $name:literal $($more:literal)?;)*) => {$(
        #[test]
        fn $test() {
            let line = concat!("check ", $name $(, " ", $more)?);
            golden(concat!($name, ".txt"), line);
        }
    )*};
}

kinds! {
    a_cycle_of_resources "deadlock-resource";
    a_partial_deadlock "deadlock-partial";
    a_task_that_waits_for_itself "deadlock-self";
    a_cycle_through_a_join "deadlock-join";
    a_hang "hang";
    a_hang_that_others_would_end_elsewhere "hang-elsewhere";
    an_abandoned_lock "abandoned-lock";
    a_lost_update "lost-update";
    a_condition_that_does_not_hold "invariant-violation";
    an_exception "exception";
    a_livelock "livelock" "--max-steps 40";
    a_write_of_the_same "stale-write" "--verbose";
    waiting_beside_another "busy-wait" "--max-steps 40 --verbose";
    a_task_that_is_overtaken "starvation" "--max-steps 40 --verbose";
    a_data_race "data-race" "--verbose";
    a_leak "leak" "--verbose";
    a_program_that_is_not_deterministic "nondeterminism";
}

#[test]
fn explanations() {
    golden("explain-deadlock.txt", "explain deadlock-resource");
    golden("explain-lost-update.txt", "explain lost-update");
}

#[test]
fn differences() {
    let lost = "diff lost-update 'T0*2 T1 ! T2*3 T1*2 T0*4' 'T0*2 T1*3 T0 T2*3 T0*3'";
    golden("diff-lost-update.txt", lost);
    golden("diff-deadlock.txt", "diff deadlock-resource 'T0*2 T1*5 T0 T2*5 T0*2' 'T0*2 T1 ! T2'");
}

/// What is refuted in a small program stays open in a large one, where not every execution can
/// be made.
#[test]
fn predictions() {
    golden_of("predicted.txt", "check predicted --predict", &predicted::all());
    golden_of("predicted-crowd.txt", "check predicted-crowd --predict", &predicted::all());
}

#[test]
fn as_data() {
    golden("hang-elsewhere.json", "check hang-elsewhere --format json");
    golden("deadlock-partial.json", "check deadlock-partial --format json");
}

/// Pictures are text with one element a line, so a difference can be read. What is in them is
/// measured elsewhere.
#[test]
fn pictures() {
    golden("deadlock-resource.graph.svg", "graph deadlock-resource --format svg");
    golden(
        "deadlock-partial.replay.svg",
        "replay deadlock-partial 'T0*4 T1 ! T2 T3*2' --format svg",
    );
    let line = "gantt sched-round-robin/switching --format svg";
    golden_of("gantt.svg", line, unknot_scenarios::CATALOGUE);
}

/// The formats that other programs read. Their own tests say that these can.
#[test]
fn for_machines() {
    golden("deadlock-partial.junit.xml", "check deadlock-partial --format junit");
    golden("deadlock-partial.sarif", "check deadlock-partial --format sarif");
    golden("deadlock-partial.github.txt", "check deadlock-partial --format github");
    let replay = "replay deadlock-partial 'T0*4 T1 ! T2 T3*2'";
    golden("deadlock-partial.perfetto.json", &format!("{replay} --format perfetto"));
    golden("deadlock-partial.shiviz.txt", &format!("{replay} --format shiviz"));
}
