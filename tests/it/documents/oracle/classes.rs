//! Counts the trace classes of a model, exactly, by outcome.
//!
//! Two schedules are of one class if they take the same steps and order each pair of dependent
//! steps alike. The idea: that is done to prefixes as well. A layer holds all classes of prefixes
//! of so many steps, each with the state behind it and the number of its schedules. Each enabled
//! step makes a prefix longer, and prefixes whose dependent pairs are ordered alike become one
//! again. Prefixes of one class can be continued alike, so what is left at the end are the classes
//! of whole schedules. This is the definition and no reduction: each step of each task is tried
//! after each class.
//!
//! The definition is of no use if steps that are called independent are not, so that is looked
//! at wherever two are side by side: neither makes the other possible, impossible or different,
//! and both orders lead to the same state. All prefixes of a class have the same state, too.
//!
//! What it can miss: a relation that calls too much dependent has more classes, and nothing here
//! finds that.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Debug;

use super::counter::{Model, Outcomes};

/// A model of which it is known what each step touches.
pub(crate) trait Marked: Model<State: Debug> {
    /// What a step touches.
    type Marks: Clone + Debug + PartialEq;

    /// What the next step of `task` touches, which is enabled.
    fn marks(&self, state: &Self::State, task: usize) -> Self::Marks;

    /// Whether the order of two steps of different tasks matters.
    fn dependent(&self, one: &Self::Marks, other: &Self::Marks) -> bool;
}

/// What there is of a model, by outcome.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) classes: Outcomes,
    pub(crate) schedules: Outcomes,
}

/// A step by its task and its number among the steps of that.
type StepName = (usize, usize);

/// The class of a prefix: its dependent pairs in their order, and its steps, which are the first
/// so many of each task.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Class {
    n_steps: Vec<usize>,
    pairs: BTreeSet<(StepName, StepName)>,
}

/// What all prefixes of a class have in common.
struct Prefix<M: Marked> {
    state: M::State,
    steps: Vec<(StepName, M::Marks)>,
    schedules: u128,
}

/// The exact number of classes and of schedules for each outcome.
///
/// Panics if the relation of dependence is wrong, and does not return if the state graph has a
/// cycle.
pub(crate) fn count_classes<M: Marked>(model: &M) -> Counted {
    let mut counted = Counted::default();
    let class = Class { n_steps: vec![0; model.n_tasks()], pairs: BTreeSet::new() };
    let start = Prefix { state: model.start(), steps: vec![], schedules: 1 };
    let mut layer: HashMap<Class, Prefix<M>> = HashMap::from([(class, start)]);
    while !layer.is_empty() {
        let mut next_layer = HashMap::new();
        for (class, prefix) in layer {
            let enabled = enabled(model, &prefix.state);
            if enabled.is_empty() {
                let outcome = model.outcome(&prefix.state);
                *counted.classes.entry(outcome.clone()).or_default() += 1;
                *counted.schedules.entry(outcome).or_default() += prefix.schedules;
            }
            commutes(model, &prefix.state, &enabled);
            for (task, state) in enabled {
                let (class, prefix) = longer(model, &class, &prefix, (task, state));
                match next_layer.entry(class) {
                    Entry::Vacant(place) => _ = place.insert(prefix),
                    Entry::Occupied(mut known) => {
                        let known: &mut Prefix<M> = known.get_mut();
                        assert_eq!(known.state, prefix.state, "one class, two states");
                        known.schedules += prefix.schedules;
                    }
                }
            }
        }
        layer = next_layer;
    }
    counted
}

/// The tasks that have a next step, with the state behind it.
fn enabled<M: Marked>(model: &M, state: &M::State) -> Vec<(usize, M::State)> {
    let next = |task| model.step(state, task).map(|next| (task, next));
    (0..model.n_tasks()).filter_map(next).collect()
}

fn longer<M: Marked>(
    model: &M,
    class: &Class,
    prefix: &Prefix<M>,
    (task, state): (usize, M::State),
) -> (Class, Prefix<M>) {
    let marks = model.marks(&prefix.state, task);
    let mut class = class.clone();
    let name = (task, class.n_steps[task]);
    class.n_steps[task] += 1;
    for (before, other) in &prefix.steps {
        if before.0 != task && model.dependent(other, &marks) {
            class.pairs.insert((*before, name));
        }
    }
    let mut steps = prefix.steps.clone();
    steps.push((name, marks));
    (class, Prefix { state, steps, schedules: prefix.schedules })
}

/// Looks at each step that is independent of one before it: the two could have come the other
/// way round.
fn commutes<M: Marked>(model: &M, state: &M::State, enabled: &[(usize, M::State)]) {
    for (first, between) in enabled {
        let marks = model.marks(state, *first);
        for second in (0..model.n_tasks()).filter(|second| second != first) {
            let Some(after) = model.step(between, second) else {
                // Then it was impossible before, or the first step has made it so.
                let lost = enabled.iter().any(|(task, _)| *task == second);
                let depends = || model.dependent(&marks, &model.marks(state, second));
                assert!(!lost || depends(), "{first} disables {second} in {state:?}");
                continue;
            };
            let of_second = model.marks(between, second);
            if model.dependent(&marks, &of_second) {
                continue;
            }
            let at = enabled.iter().find(|(task, _)| *task == second);
            let (_, other) = at.unwrap_or_else(|| panic!("{first} enables {second} in {state:?}"));
            assert_eq!(model.marks(state, second), of_second, "{first} changes {second}");
            assert_eq!(model.marks(other, *first), marks, "{second} changes {first}");
            let other_way = model.step(other, *first);
            assert_eq!(other_way.as_ref(), Some(&after), "{first} and {second} in {state:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tasks with one step each, which adds to one of some numbers; the marks are which one.
    struct Adders {
        of: Vec<usize>,
        depend: bool,
        /// Whether the order is kept in the state.
        ordered: bool,
    }

    impl Model for Adders {
        type State = Vec<usize>;
        fn start(&self) -> Vec<usize> {
            vec![]
        }
        fn n_tasks(&self) -> usize {
            self.of.len()
        }
        fn step(&self, done: &Vec<usize>, task: usize) -> Option<Vec<usize>> {
            let mut done = done.clone();
            (!done.contains(&task)).then(|| {
                done.push(task);
                // Equal numbers stay in the order in which they came.
                let key = |task: &usize| if self.ordered { self.of[*task] } else { *task };
                done.sort_by_key(key);
                done
            })
        }
        fn outcome(&self, _: &Vec<usize>) -> String {
            "done".to_owned()
        }
    }

    impl Marked for Adders {
        type Marks = usize;
        fn marks(&self, _: &Vec<usize>, task: usize) -> usize {
            self.of[task]
        }
        fn dependent(&self, one: &usize, other: &usize) -> bool {
            self.depend && one == other
        }
    }

    fn counts(of: &[usize], depend: bool, ordered: bool) -> [u128; 2] {
        let counted = count_classes(&Adders { of: of.to_vec(), depend, ordered });
        [counted.classes["done"], counted.schedules["done"]]
    }

    #[test]
    fn dependent_pairs_make_classes() {
        // 3! orders of the steps on the first number, 2! on the second; 5! schedules.
        assert_eq!(counts(&[0, 0, 0, 1, 1], true, true), [12, 120]);
        assert_eq!(counts(&[0, 0, 0, 1, 1], false, false), [1, 120]);
    }

    #[test]
    fn a_wrong_relation_is_refused() {
        assert!(std::panic::catch_unwind(|| counts(&[0, 0], false, true)).is_err());
    }
}
