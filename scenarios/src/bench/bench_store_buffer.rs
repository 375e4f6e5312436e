//! A ring of tasks that each write their own cell and read the next one's.
//!
//! ```text
//!   T1            T2            T3
//!   write x[1]
//!   read x[2]: 0
//!                 write x[2]
//!                 read x[3]: 0
//!                               write x[3]
//!                               read x[1]: 1
//! ```
//!
//! `ring`: 2^n - 1 classes. Each cell is written once and read once, so a class
//! says for each cell which came first. That every read comes before the write
//! would be a cycle: each write comes before its task's read, that before the
//! next write, and so around. All other ways are possible. On a machine that
//! buffers stores the cycle is possible too; here memory is sequentially
//! consistent.
//!
//! So at least one task reads 1, and any number up to n can. Cells are written
//! by one task that never reads them, so no update is lost.

use unknot_checker::sim::{Exception, Shared, Value, spawn_named};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "bench-store-buffer",
    family: "bench",
    about: "tasks write their cell and read that of the next",
    covers: &[],
    params: &[Param { name: "n", about: "tasks", default: 8, min: 2, max: 100 }],
    variants: &[Variant::new("ring", "one write, then one read", ring, |params| {
        let n = params.int("n");
        Expectation::pass().outcomes(1..=n).exhausts_if(n <= 14)
    })],
    source: source!("bench_store_buffer.rs"),
};

fn ring(params: &Params) -> Result<Value, Exception> {
    let n = params.size("n");
    let cells: Vec<Shared<i64>> = (1..=n).map(|i| Shared::named(("x", i), 0)).collect();
    let mut started = vec![];
    for i in 0..n {
        let (own, next) = (cells[i].clone(), cells[(i + 1) % n].clone());
        started.push(spawn_named(("task", i + 1), move || {
            own.write(1);
            next.read()
        }));
    }
    let mut n_new = 0;
    for task in started {
        n_new += task.join()?;
    }
    Ok(n_new.into())
}
