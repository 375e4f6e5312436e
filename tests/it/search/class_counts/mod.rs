//! Exact numbers of trace classes of the standard programs.
//!
//! Each number is confirmed three ways where that can be: by the literature,
//! by brute force (`kit::forms`), and by `dpor`. The reduced search must
//! run exactly one execution of each class, give up none, and see the very
//! classes that brute force sees.
//!
//! Starts, ends and joins of tasks are steps here and not in the literature.
//! They add no class: a start comes before all that the new task does, ends
//! commute with one another, and a join is possible only behind the end.

mod atomics;
mod awaits;
mod cells;
mod locks;
mod waits;

use std::fmt::Write;

use unknot_checker::sim::Program;

use crate::kit::forms::{every_prefix, every_schedule, reduced};
use crate::kit::support::program;

/// How a number is confirmed besides `dpor`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// Every schedule is run; besides, every prefix.
    Schedules,
    /// Every beginning that is new up to equivalence is gone on with.
    Prefixes,
    /// Too large for brute force in a test: a formula or the literature, which
    /// brute force agrees with at smaller sizes.
    Formula,
}
use By::{Formula, Schedules};

/// A program with parameters, its classes, how many of them end stuck, and how
/// that is confirmed.
type Row = (&'static str, &'static [(&'static str, i64)], usize, usize, By);

/// Compares all rows and tells all that differ.
fn confirm(rows: &[Row]) {
    let rows = rows.iter().map(|&(name, params, classes, stuck, by)| Counted {
        label: format!("{name} {params:?}"),
        program: program(name, params),
        classes,
        stuck,
        by,
    });
    confirm_all(rows);
}

/// A program with its classes.
struct Counted {
    label: String,
    program: Program,
    classes: usize,
    stuck: usize,
    by: By,
}

fn confirm_all(rows: impl Iterator<Item = Counted>) {
    let mut differences = String::new();
    for Counted { label, program, classes, stuck, by } in rows {
        let seen = reduced(&program);
        let mut differs = |what: &str, is: usize, should_be: usize| {
            if is != should_be {
                writeln!(differences, "{label}: {is} {what} instead of {should_be}")
                    .expect("a string takes everything");
            }
        };
        differs("classes of dpor", seen.forms.len(), classes);
        differs("stuck classes of dpor", seen.stuck(), stuck);
        let executions = usize::try_from(seen.executions).expect("small");
        differs("executions of dpor", executions, classes);
        let blocked = usize::try_from(seen.blocked).expect("small");
        differs("executions given up by dpor", blocked, 0);
        if by != Formula {
            let brute = every_prefix(&program);
            differs("classes of prefixes", brute.forms.len(), classes);
            differs("classes seen by both", usize::from(brute.forms == seen.forms), 1);
        }
        if by == Schedules {
            let brute = every_schedule(&program);
            differs("classes of schedules", brute.forms.len(), classes);
            differs("classes seen by both", usize::from(brute.forms == seen.forms), 1);
        }
    }
    assert!(differences.is_empty(), "{differences}");
}
