//! The same check gives the same bytes: twice in a process, and in another one
//! that runs elsewhere, on one, two and three threads.
//!
//! The other process is this test binary, in another folder, with another
//! home, other locale and terminal; it writes what it says to a file. What
//! only another machine or build would change is not seen.

use std::cell::Cell;
use std::path::PathBuf;
use std::process::Command;
use std::rc::Rc;
use std::sync::Arc;

use unknot_checker::check::observe;
use unknot_checker::model::kind::Level;
use unknot_checker::model::terms::Budget;
use unknot_checker::sim::{Program, Shared, spawn};
use unknot_checker::strategy::{Config, STRATEGIES, Way};

use crate::kit::support::unknot;

/// Where the child is to write; only a child has it.
const CHILD: &str = "UNKNOT_TEST_DETERMINISM";

/// What the commands say, one after the other. The checks are bounded, which
/// is another thing that has to cut at the same place; on how many threads
/// they run must not be seen.
fn everything(jobs: usize) -> String {
    let lines = [
        "list --format json",
        "check --max-executions 2000",
        "check --max-executions 2000 --format json",
        "check ticket-oversell/no-lock --strategy urw --max-executions 333 --format json",
        "check --strategy pct --seed 5 --max-executions 200 --format json",
        "check ab-ba-noodles/opposite-orders -p group=1",
        "graph ab-ba-noodles -p group=1 --format dot",
    ];
    let mut said = String::new();
    for line in lines {
        let is_check = line.starts_with("check");
        let jobs = if is_check { format!(" --jobs {jobs}") } else { String::new() };
        let ran = unknot(&format!("{line}{jobs}"));
        said.push_str(&format!("{line}: {}\n{}{}", ran.code, ran.out, ran.err));
    }
    said
}

#[test]
fn child_says_everything() {
    if let Some(file) = std::env::var_os(CHILD) {
        std::fs::write(file, everything(2)).expect("the parent can read it");
    }
}

#[test]
fn the_same_check_gives_the_same_bytes() {
    let first = everything(1);
    assert!(first.len() > 10_000, "{first}");
    let second = everything(3);
    assert!(first == second, "{}", first_difference(&first, &second));

    let name = format!("unknot-determinism-{}", std::process::id());
    let elsewhere: PathBuf = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&elsewhere).expect("a folder for temporary files");
    let file = elsewhere.join("said");
    let child = Command::new(std::env::current_exe().expect("a test binary"))
        .args(["search::determinism::child_says_everything", "--exact"])
        .current_dir(&elsewhere)
        .env(CHILD, &file)
        .envs([("HOME", elsewhere.as_os_str())])
        .envs([("COLUMNS", "40"), ("LANG", "tr_TR.UTF-8"), ("TZ", "Asia/Tokyo"), ("TERM", "dumb")])
        .output()
        .expect("the child runs");
    let said = std::fs::read_to_string(&file);
    let _ = std::fs::remove_dir_all(&elsewhere);
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
    let said = said.expect("the child writes");
    assert!(first == said, "{}", first_difference(&first, &said));
}

/// The first line that differs, since the whole is long.
fn first_difference(one: &str, other: &str) -> String {
    let lines = one.lines().zip(other.lines());
    let different = lines.enumerate().find(|(_, (a, b))| a != b);
    different.map_or("one is longer".to_owned(), |(n, (a, b))| format!("line {n}:\n{a}\n{b}"))
}

/// A new task runs up to its first step at once, so what it does before that is
/// in the same order under every schedule: here, who draws which number.
#[test]
fn what_comes_before_the_first_step_has_one_order() {
    let program: Program = Arc::new(|| {
        let drawn = Rc::new(Cell::new(0));
        let places = Shared::new(vec![]);
        let tasks: Vec<_> = (0..3)
            .map(|nth| {
                let (drawn, places) = (Rc::clone(&drawn), places.clone());
                spawn(move || {
                    let number = drawn.replace(drawn.get() + 1);
                    assert_eq!(number, nth);
                    places.update_in_one_step(|places| [places.as_slice(), &[number]].concat());
                })
            })
            .collect();
        tasks.into_iter().try_for_each(|task| task.join())?;
        Ok(places.read().len().into())
    });
    for row in STRATEGIES.iter().filter(|row| row.way == Way::Search) {
        let seen = observe(&program, (row.create)(Config::default()), Budget::default());
        // 3! orders of the updates; every schedule is gone through by `dfs`.
        assert!(seen.exhausted() && seen.stats.executions >= 6, "{}", row.name);
        // That nothing orders the updates is only told.
        let errors = seen.findings.keys().filter(|fault| fault.kind.level() == Level::Error);
        assert_eq!((seen.outcomes.len(), errors.count()), (1, 0), "{}", row.name);
    }
}
