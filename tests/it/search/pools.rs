//! Exact numbers of classes of programs with pools and executors.
//!
//! Of n tasks that w workers do in the order of submission, the completion orders are
//! w!·w^(n−w): as long as tasks are left each of w workers may be next to deliver, and the
//! last w tasks come in any order. Each number here is that, or argued for in its row, and
//! is confirmed by the plain search: the same classes, each once.

use unknot_checker::sim::process::Pool;
use unknot_checker::sim::{Exception, Program, TimeMode};
use unknot_checker::strategy::{Dfs, Dpor, Visibility};

use crate::kit::classes::{classes, classes_made_anew};

/// A program with its classes and its outcomes, of which each class has one.
struct Row {
    name: String,
    program: Program,
    classes: usize,
    outcomes: usize,
}

fn program(body: impl Fn() -> Result<Vec<u32>, Exception> + Send + Sync + 'static) -> Program {
    std::sync::Arc::new(move || body().map(Into::into))
}

/// How often the plain search may run a program.
const MAX_EXECUTIONS: u64 = 300_000;

fn confirm(row: &Row) {
    let Row { name, program, .. } = row;
    let reduced = classes(program, TimeMode::Any, Dpor::new(), 10_000);
    let turnouts = |seen: &crate::kit::classes::Classes| {
        let turnouts = seen.classes.values().flat_map(|class| class.turnouts.clone());
        let outcomes: std::collections::BTreeSet<_> = turnouts.collect();
        (seen.classes.len(), outcomes.len())
    };
    assert_eq!(turnouts(&reduced), (row.classes, row.outcomes), "{name}");
    let once = reduced.classes.values().all(|class| class.executions == 1);
    assert!(once && reduced.blocked == 0, "{name}: {} given up", reduced.blocked);
    assert_eq!(reduced.findings, Default::default(), "{name}");
    let plain =
        classes_made_anew(program, TimeMode::Any, Dfs::new(Visibility::All), MAX_EXECUTIONS);
    if !plain.too_many {
        assert!(reduced.classes.keys().eq(plain.classes.keys()), "{name}: other classes");
    }
    eprintln!("{name}: plain {}", !plain.too_many);
}

fn completion_orders(n: usize, w: usize) -> usize {
    let workers = w.min(n);
    (1..=workers).product::<usize>() * workers.pow((n - workers) as u32)
}

fn items(n: usize) -> Vec<u32> {
    (0..n as u32).collect()
}

const SIZES: [(usize, usize); 6] = [(1, 2), (2, 2), (3, 2), (4, 2), (4, 3), (6, 3)];

fn map(n: usize, w: usize) -> Row {
    let program = program(move || {
        let pool = Pool::new(w)?;
        let squares = pool.map(items(n), |n: u32| n * n)?;
        pool.close();
        pool.join()?;
        Ok(squares)
    });
    let classes = completion_orders(n, w);
    Row { name: format!("map {n} {w}"), program, classes, outcomes: 1 }
}

fn unordered(n: usize, w: usize) -> Row {
    let program = program(move || {
        let pool = Pool::new(w)?;
        let all: Result<Vec<u32>, Exception> = pool.imap_unordered(items(n), |n: u32| n)?.collect();
        pool.close();
        pool.join()?;
        all
    });
    let classes = completion_orders(n, w);
    Row { name: format!("imap_unordered {n} {w}"), program, classes, outcomes: classes }
}

#[test]
fn completion_orders_of_pools() {
    for (n, w) in SIZES {
        confirm(&map(n, w));
        confirm(&unordered(n, w));
    }
}
