//! Counts the schedules of a model, exactly, by outcome.
//!
//! The idea: a schedule is a maximal path through the state graph, so paths are counted instead
//! of walked. A layer is the memo: all states that can be reached in so many steps, each with the
//! number of paths to it. One step of each enabled task gives the next layer, where equal states
//! are merged and their numbers added. A state without an enabled task ends the paths to it.
//!
//! What it can miss: nothing that the model expresses, for it does no reduction. A state graph
//! with a cycle has endless schedules and no count, and the counter gives up on it loudly.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::Hash;

/// The number of schedules that end in each outcome.
pub(crate) type Outcomes = BTreeMap<String, u128>;

/// No model here comes near this many steps, so reaching it means that the graph has a cycle.
const MAX_STEPS: usize = 100_000;

/// A finite system of tasks that take atomic steps.
pub(crate) trait Model {
    /// Everything that decides what can happen from here on, and nothing else.
    type State: Clone + Eq + Hash;

    fn start(&self) -> Self::State;

    /// Tasks are numbered from 0 and are distinguishable.
    fn n_tasks(&self) -> usize;

    /// The state after the next step of `task`, or nothing if the task is blocked or finished.
    fn step(&self, state: &Self::State, task: usize) -> Option<Self::State>;

    /// The name of what has been reached, asked only where no task is enabled.
    fn outcome(&self, state: &Self::State) -> String;
}

/// The exact number of schedules for each outcome.
///
/// Panics if a number exceeds `u128` or if the state graph has a cycle.
pub(crate) fn count_schedules<M: Model>(model: &M) -> Outcomes {
    let mut outcomes = Outcomes::new();
    let mut layer = HashMap::from([(model.start(), 1_u128)]);
    for _ in 0..MAX_STEPS {
        let mut next_layer = HashMap::new();
        for (state, paths) in layer {
            let successors = successors(model, &state);
            if successors.is_empty() {
                add(outcomes.entry(model.outcome(&state)).or_default(), paths);
            }
            for successor in successors {
                add(next_layer.entry(successor).or_default(), paths);
            }
        }
        if next_layer.is_empty() {
            return outcomes;
        }
        layer = next_layer;
    }
    panic!("no end after {MAX_STEPS} steps: the state graph has a cycle");
}

/// What can be reached at all.
pub(crate) struct Reach {
    pub(crate) n_states: usize,
    pub(crate) outcomes: BTreeSet<String>,
}

/// Visits every reachable state once.
pub(crate) fn reach<M: Model>(model: &M) -> Reach {
    let mut outcomes = BTreeSet::new();
    let mut seen = HashSet::from([model.start()]);
    let mut pending = vec![model.start()];
    while let Some(state) = pending.pop() {
        let successors = successors(model, &state);
        if successors.is_empty() {
            outcomes.insert(model.outcome(&state));
        }
        for successor in successors {
            if seen.insert(successor.clone()) {
                pending.push(successor);
            }
        }
    }
    let n_states = seen.len();
    Reach { n_states, outcomes }
}

/// One entry for each enabled task: two tasks that lead to the same state are two schedules.
fn successors<M: Model>(model: &M, state: &M::State) -> Vec<M::State> {
    (0..model.n_tasks()).filter_map(|task| model.step(state, task)).collect()
}

fn add(sum: &mut u128, paths: u128) {
    *sum = sum.checked_add(paths).expect("the count exceeds u128");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A model on bare numbers: the number of its tasks, its start and its steps.
    struct Numbers(usize, usize, fn(usize, usize) -> Option<usize>);

    impl Model for Numbers {
        type State = usize;
        fn start(&self) -> usize {
            self.1
        }
        fn n_tasks(&self) -> usize {
            self.0
        }
        fn step(&self, &state: &usize, task: usize) -> Option<usize> {
            (self.2)(state, task)
        }
        fn outcome(&self, state: &usize) -> String {
            format!("{state} left")
        }
    }

    /// n tasks with one step each, of which the state counts only the rest: n! schedules.
    fn factorial(n: usize) -> Numbers {
        Numbers(n, n, |left, task| (task < left).then(|| left - 1))
    }

    fn schedules(model: &Numbers) -> u128 {
        count_schedules(model)["0 left"]
    }

    #[test]
    fn counts_paths_and_not_states() {
        assert_eq!(schedules(&factorial(5)), 120);
        assert_eq!(reach(&factorial(5)).n_states, 6);
        // Down a stair of 5 by ones and twos: 11111, 2111 in 4 orders, 221 in 3 orders.
        let stair = Numbers(2, 5, |left, task| left.checked_sub(task + 1));
        assert_eq!(schedules(&stair), 1 + 4 + 3);
    }

    #[test]
    fn refuses_what_it_cannot_count() {
        // 34! is below 2^128 and 35! is above it.
        assert!(schedules(&factorial(34)) > u128::MAX / 35);
        assert!(std::panic::catch_unwind(|| schedules(&factorial(35))).is_err());
        let cycle = Numbers(1, 0, |state, _| Some(1 - state));
        assert!(std::panic::catch_unwind(|| schedules(&cycle)).is_err());
    }
}
