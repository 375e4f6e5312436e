//! A stack without a lock: tasks each push a node and then pop one.
//!
//! ```text
//!   T1                          T2
//!   load head: 0
//!   next of 1 becomes 0
//!                               load head: 0
//!                               next of 2 becomes 0
//!                               compare and exchange 0 with 2
//!   compare and exchange 0 with 1: is 2
//!   load head: 2
//! ```
//!
//! `push-then-pop`: a task that finds that the head has changed since the load
//! begins again. An exchange that fails is a read. A class is an order of the
//! 2n exchanges that succeed, with a place among them for each load and each
//! failure. What is read of the nodes adds nothing: a task that can read a node comes
//! after its push.
//!
//! With two tasks there are 46 classes. Say that T1 is the first to push: 23.
//!
//! - T1 pops before T2 pushes (5): T2 loads after both; or in between, fails
//!   and loads again; or before both, and then succeeds after them, for the
//!   head is 0 again, or fails in between, and loads again there or after.
//! - Both push, then T1 pops, then T2 (8): two ways for each exchange but the
//!   first: its load sees what is to be exchanged, or what was there before.
//! - Both push, then T2 pops, then T1 (10): two ways for the push of T2, one
//!   for its pop, and five for the pop of T1, since its node is at the head, is
//!   not, and is again, as in the first case.
//!
//! The literature has 22 and, with three tasks, 4,812. There a pop that fails
//! leaves no trace, since it has written nothing, and only pushes that fail
//! count.
//!
//! A task that pops has pushed before, so there is a node for every task and none is
//! left. When all have pushed they can pop in any order: each order of the
//! nodes is possible. So the number of tasks that get their own is anything
//! from 0 to n but n - 1. No node is pushed twice, so a task that finds the node that
//! it loaded finds also the same next one; and a task that finds 0 again may push.

use unknot_checker::sim::{Atomic, Exception, Shared, Value, spawn_named, verify};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "bench-treiber-stack",
    family: "bench",
    about: "tasks push and pop a stack without a lock",
    covers: &[],
    params: &[Param { name: "n", about: "tasks", default: 2, min: 1, max: 100 }],
    variants: &[Variant::new(
        "push-then-pop",
        "each pushes its node, then pops one",
        push_then_pop,
        |params| {
            let n = params.int("n");
            let n_own = (0..=n).filter(|&k| k != n - 1);
            Expectation::pass().outcomes(n_own).exhausts_if(n <= 3)
        },
    )],
    source: source!("bench_treiber_stack.rs"),
};

/// Node i of 1 to n; 0 is the end.
#[derive(Clone)]
struct Stack {
    head: Atomic,
    next: Vec<Shared<i64>>,
}

impl Stack {
    fn next(&self, node: i64) -> &Shared<i64> {
        &self.next[usize::try_from(node).expect("nodes are counted from 0")]
    }

    fn push(&self, node: i64) {
        loop {
            let head = self.head.load();
            self.next(node).write(head);
            if self.head.compare_exchange(head, node).is_ok() {
                return;
            }
        }
    }

    /// Takes the node at the top. There is one: a task that pops has pushed before.
    fn pop(&self) -> i64 {
        loop {
            let head = self.head.load();
            let next = self.next(head).read();
            if self.head.compare_exchange(head, next).is_ok() {
                return head;
            }
        }
    }
}

fn push_then_pop(params: &Params) -> Result<Value, Exception> {
    let n = params.int("n");
    let next = (0..=n).map(|node| Shared::named(("next", node), 0)).collect();
    let stack = Stack { head: Atomic::named("head", 0), next };
    let mut started = vec![];
    for node in 1..=n {
        let stack = stack.clone();
        started.push(spawn_named(("task", node), move || {
            stack.push(node);
            stack.pop()
        }));
    }
    let mut n_own = 0;
    for (node, task) in (1..).zip(started) {
        n_own += i64::from(task.join()? == node);
    }
    let left = stack.head.load();
    verify!(left == 0, "{left} is left");
    Ok(n_own.into())
}
