//! Tasks that are alike: one class of those that differ only in which of them is which.
//!
//! A class is known up to renaming by the least of its forms, over all ways to exchange the
//! tasks of the crowd. The plain search and the one that leaves renamed classes out must see
//! the same such classes, with the same outcomes and findings.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use unknot_checker::Kind;
use unknot_checker::check::observe;
use unknot_checker::model::finding::{Identity, Site};
use unknot_checker::model::terms::Budget;
use unknot_checker::sim::{Lock, Program, Shared, TimeMode, done, spawn_many, verify};
use unknot_checker::strategy::{Dfs, Dpor, Strategy, Visibility};

use super::processes::program;
use crate::kit::classes::{Classes, classes_up_to};
use crate::kit::generated::{Compared, number, prove_among};
use crate::kit::programs::{Shape, Spec, specs};

/// Each of them is looked at under all names.
const MAX_EXECUTIONS: u64 = 1_000;

/// All ways to exchange `n` tasks.
fn renamings(n: u32) -> Vec<Vec<u32>> {
    let mut all = vec![vec![]];
    for number in 1..=n {
        let insert = |way: &Vec<u32>| {
            let at = |at: usize| {
                let mut way = way.clone();
                way.insert(at, number);
                way
            };
            (0..=way.len()).map(at).collect::<Vec<_>>()
        };
        all = all.iter().flat_map(insert).collect();
    }
    all
}

fn seen(n: u32, program: &Program, spec: &Spec, search: impl Strategy) -> Classes {
    let most = spec.most_schedules(MAX_EXECUTIONS);
    classes_up_to(&renamings(n), program, spec.time(), search, most)
}

/// What was found, by whichever tasks of a crowd, and at objects of whichever of them. Sites
/// are told in the order of their tasks.
fn findings(seen: &Classes) -> BTreeSet<(Kind, Vec<Site>)> {
    let told = |it: &Identity| {
        let mut sites = it.sites.clone();
        sites.sort_unstable();
        (it.kind, sites)
    };
    seen.findings.iter().map(told).collect()
}

/// Compares the search with the plain one on a program with a crowd.
fn compare(n: u32, spec: &Spec) -> Compared {
    let program = spec.program_with_crowd(n as usize);
    let plain = seen(n, &program, spec, Dfs::new(Visibility::All));
    if plain.too_many || plain.cut > 0 {
        return None;
    }
    let one_each = seen(n, &program, spec, Dpor::new());
    let all = seen(n, &program, spec, Dpor::telling_apart());
    Some(judge(&plain, &one_each, &all))
}

fn judge(plain: &Classes, one_each: &Classes, all: &Classes) -> Result<(), String> {
    if plain.classes.len() != all.classes.len() {
        return Err(format!("{} classes, not {}", all.classes.len(), plain.classes.len()));
    }
    for (name, class) in &plain.classes {
        if class.turnouts.len() > 1 {
            let told = &class.turnouts;
            return Err(format!("executions of one class turn out differently: {told:?}"));
        }
        match one_each.classes.get(name) {
            None => return Err(format!("one of {} classes is missed", plain.classes.len())),
            Some(mine) if mine.turnouts == class.turnouts => {}
            Some(mine) => {
                return Err(format!("{:?}, not {:?}", mine.turnouts, class.turnouts));
            }
        }
    }
    if let Some(extra) = one_each.classes.len().checked_sub(plain.classes.len() + 1) {
        return Err(format!("{} classes too many", extra + 1));
    }
    if findings(plain) != findings(one_each) {
        return Err(format!("found {:#?}, not {:#?}", findings(one_each), findings(plain)));
    }
    if one_each.executions > all.executions {
        return Err(format!("{} executions, not {}", one_each.executions, all.executions));
    }
    Ok(())
}

/// Compares on so many programs.
fn prove(part: u8, n: u32, shape: Shape, programs: u64) {
    let programs = number("UNKNOT_PROGRAMS", programs);
    let judged = prove_among(part, &specs(shape), programs, |spec| compare(n, spec));
    match judged {
        Ok(too_large) => {
            let told = format!("{programs} crowds of {n}; {too_large} more were too large");
            let _ = writeln!(std::io::stderr(), "{told}");
        }
        Err(message) => panic!("{message}"),
    }
}

/// Programs on which it went wrong once.
#[test]
fn crowds_that_were_once_wrong() {
    use crate::kit::programs::all::*;
    use crate::kit::programs::spec;
    // What comes before a step behind a step of the clock is all that came before the clock's.
    let timed = Spec { is_virtual: true, ..spec!([[AsyncInTime(2)]], []) };
    // To list tasks is refused from the step on that sees a task of the crowd.
    let lists = spec!([[Enumerate]], []);
    for spec in [timed, lists] {
        assert_eq!(compare(2, &spec), Some(Ok(())), "{spec:?}");
    }
}

#[test]
fn crowds_of_two() {
    prove(90, 2, Shape { max_tasks: 3, max_ops: 4 }, 300);
}

#[test]
fn crowds_of_three() {
    prove(91, 3, Shape { max_tasks: 2, max_ops: 3 }, 100);
}

/// `n` like tasks add 1 to a number, each under a lock or not.
fn counter(n: usize, lock: bool) -> Program {
    program(move || {
        let (x, lock) = (Shared::named("x", 0), lock.then(|| Lock::named("lock")));
        let theirs = x.clone();
        let adders = spawn_many(n, move || {
            let _held = lock.as_ref().map(Lock::lock).transpose()?;
            theirs.write(theirs.read() + 1);
            done(())
        });
        adders.join()?;
        Ok(x.read().to_string())
    })
}

struct Row {
    name: &'static str,
    n: usize,
    program: fn(usize) -> Program,
    /// Classes up to renaming.
    classes: u64,
    /// Executions that turned out to be others with other names.
    renamed: u64,
}

#[test]
fn exact_counts() {
    let rows = [
        Row { name: "locked", n: 2, program: |n| counter(n, true), classes: 1, renamed: 0 },
        Row { name: "locked", n: 8, program: |n| counter(n, true), classes: 1, renamed: 0 },
        Row { name: "locked", n: 12, program: |n| counter(n, true), classes: 1, renamed: 0 },
        Row { name: "bare", n: 2, program: |n| counter(n, false), classes: 2, renamed: 0 },
        Row { name: "bare", n: 3, program: |n| counter(n, false), classes: 6, renamed: 1 },
        Row { name: "bare", n: 4, program: |n| counter(n, false), classes: 24, renamed: 6 },
        Row { name: "bare", n: 5, program: |n| counter(n, false), classes: 120, renamed: 28 },
    ];
    for Row { name, n, program, classes, renamed } in rows {
        let program = program(n);
        // To go through all ways to exchange them is too much for more.
        let few = if n <= 5 { renamings(n as u32) } else { vec![vec![]] };
        let seen = classes_up_to(&few, &program, TimeMode::Any, Dpor::new(), 1_000_000);
        let counts = (seen.classes.len() as u64, seen.executions, seen.blocked);
        assert_eq!(counts, (classes, classes, renamed), "{name} of {n}");
    }
}

/// Tasks of which the first to start does something else than the others are not alike. Nothing
/// that is left out for that could be trusted, so nothing is.
#[test]
fn tasks_that_begin_differently_are_told() {
    let program: Program = Arc::new(|| {
        let (x, started) = (Shared::new(0), Arc::new(AtomicU32::new(0)));
        let tasks = spawn_many(3, move || match started.fetch_add(1, Ordering::Relaxed) {
            0 => x.write(1),
            _ => verify!(x.read() == 1, "the first one was first"),
        });
        tasks.join()?;
        Ok(().into())
    });
    let observed = observe(&program, Dpor::new(), Budget::default());
    assert!(observed.kinds.contains_key(&Kind::Nondeterminism));
    assert!(!observed.kinds.contains_key(&Kind::InvariantViolation));
    let message = observed.divergence.expect("it was found").message;
    assert!(message.contains("T1 begins with 'write'"), "{message}");
    assert!(message.contains("T2 begins with 'read'"), "{message}");
    // Where they are told apart, there is nothing to trust.
    let apart = observe(&program, Dpor::telling_apart(), Budget::default());
    assert!(apart.exhausted() && apart.kinds.contains_key(&Kind::InvariantViolation));
}
