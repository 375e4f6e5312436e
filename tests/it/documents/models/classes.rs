//! Trace classes, told apart without the tool's own happens-before relation.
//!
//! The Foata normal form of an execution gives each step the length of the
//! longest chain of dependent steps that ends in it. Two executions of one
//! search are equivalent if and only if they have the same steps with the same
//! numbers. Only a fingerprint of the form is kept, so two classes that share
//! one of 64 bits would be taken for one.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use unknot_checker::sim::{Execution, dependent};

/// The classes of the executions of one search.
#[derive(Debug, Default)]
pub(super) struct Classes(BTreeSet<u64>);

impl Classes {
    /// Whether the class is a new one.
    pub(super) fn add(&mut self, execution: &Execution<'_>) -> bool {
        self.0.insert(fingerprint(execution))
    }

    pub(super) fn len(&self) -> u64 {
        self.0.len() as u64
    }
}

fn fingerprint(execution: &Execution<'_>) -> u64 {
    let trace = execution.trace;
    let steps = trace.steps();
    let mut levels: Vec<u32> = vec![];
    let mut form = vec![];
    for (i, step) in steps.iter().enumerate() {
        let before = (0..i).filter(|&j| {
            let other = &steps[j];
            other.task == step.task
                || other.child == Some(step.task)
                || other.is_fence
                || step.is_fence
                || dependent(trace.accesses(j), trace.accesses(i))
        });
        let level = before.map(|j| levels[j] + 1).max().unwrap_or(0);
        levels.push(level);
        form.push((level, step.task, trace.choices(i)));
    }
    form.sort_unstable();
    let mut hasher = DefaultHasher::new();
    form.hash(&mut hasher);
    hasher.finish()
}
