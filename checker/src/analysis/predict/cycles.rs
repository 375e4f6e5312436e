//! Circles of locks, as an execution lets them be: which requests could wait for which.
//!
//! Requests for one lock at the same lines, made with the same locks taken, are one *class*,
//! whichever tasks made them. A class waits for another one if a task of that one has what
//! it wants. Circles of classes are the patterns of deadlocks, if each has a task of its own
//! and no two of them have locks that exclude each other: such a common lock is a *gate*, and
//! lets one of the tasks through at a time.
//!
//! Only strongly connected components of the graph of classes have circles. Short circles
//! are looked for first, and a circle is taken from the class with the lowest number on. There
//! may be exponentially many, so the search has a bound, and says when it was cut.

use std::collections::BTreeMap;

use petgraph::algo::{dijkstra, tarjan_scc};
use petgraph::graphmap::DiGraphMap;
use petgraph::visit::{NodeFiltered, Reversed};
use unknot_sim::{Execution, ObjectId, TaskId};

use super::locks::{LockSection, Locks};
use crate::model::finding::Site;

/// Circles that are looked at, at most.
const MOST_CIRCLES: usize = 1_000;

/// Classes that are put into a circle to find these, at most.
const MOST_TRIED: usize = 2_000_000;

/// Like requests.
#[derive(Debug)]
pub(super) struct RequestClass {
    pub(super) lock: ObjectId,
    units: i64,
    /// The locks that a task has, with the units of each.
    held: Vec<(ObjectId, i64)>,
    /// Where it is made.
    pub(super) site: Site,
    /// The steps of each task that makes such requests.
    pub(super) by_task: BTreeMap<TaskId, Vec<u32>>,
}

/// The circles of an execution.
#[derive(Debug, Default)]
pub(super) struct Circles {
    pub(super) classes: Vec<RequestClass>,
    /// Each as numbers of classes: each waits for the next one, and the last for the first.
    pub(super) circles: Vec<Vec<usize>>,
    /// Whether there may be more.
    pub(super) is_cut: bool,
}

impl Circles {
    pub(super) fn of(execution: &Execution<'_>, locks: &Locks) -> Circles {
        let classes = classes(execution, locks);
        let graph = waits(&classes, locks);
        let mut search = CircleSearch {
            graph: &graph,
            classes: &classes,
            locks,
            found: vec![],
            tried: 0,
            is_cut: false,
        };
        for mut component in tarjan_scc(&graph) {
            component.sort_unstable();
            search.go_through(&component);
        }
        let CircleSearch { found, is_cut, .. } = search;
        Circles { circles: found, is_cut, classes }
    }
}

/// Requests that are alike, in the order of their first steps.
fn classes(execution: &Execution<'_>, locks: &Locks) -> Vec<RequestClass> {
    let site = |step: u32| Site(execution.trace.steps()[step as usize].location);
    let mut numbers = BTreeMap::new();
    let mut classes: Vec<RequestClass> = vec![];
    for request in &locks.requests {
        let held = request.held.iter().map(|&nth| &locks.sections[nth]);
        let taken: Vec<(ObjectId, i64, Site)> = held
            .map(|&LockSection { lock, units, begin, .. }| (lock, units, site(begin)))
            .collect();
        let (lock, units, at) = (request.lock, request.units, site(request.step));
        let n = classes.len();
        let number = *numbers.entry((lock, units, at, taken.clone())).or_insert(n);
        if number == n {
            let held = taken.iter().map(|&(lock, units, _)| (lock, units)).collect();
            let by_task = BTreeMap::new();
            classes.push(RequestClass { lock, units, held, site: at, by_task });
        }
        classes[number].by_task.entry(request.task).or_default().push(request.step);
    }
    classes
}

/// Which class waits for which.
fn waits(classes: &[RequestClass], locks: &Locks) -> DiGraphMap<usize, ()> {
    let mut held: BTreeMap<ObjectId, Vec<(usize, i64)>> = BTreeMap::new();
    for (nth, class) in classes.iter().enumerate() {
        for &(lock, units) in &class.held {
            held.entry(lock).or_default().push((nth, units));
        }
    }
    let mut graph = DiGraphMap::new();
    for (nth, class) in classes.iter().enumerate() {
        graph.add_node(nth);
        for &(other, units) in held.get(&class.lock).map_or(&[][..], Vec::as_slice) {
            let is_kept = locks.exclude(class.lock, class.units, units);
            if is_kept && class.can_meet(&classes[other], locks) {
                graph.add_edge(nth, other, ());
            }
        }
    }
    graph
}

impl RequestClass {
    /// Whether two tasks can be at requests of these classes at once.
    fn can_meet(&self, other: &RequestClass, locks: &Locks) -> bool {
        let mut pairs = self.held.iter().flat_map(|one| other.held.iter().map(move |b| (one, b)));
        let is_gate = |(a, b): (&(ObjectId, i64), &(ObjectId, i64))| {
            a.0 == b.0 && locks.exclude(a.0, a.1, b.1)
        };
        let has_two = self.by_task.len() > 1
            || other.by_task.len() > 1
            || self.by_task.keys().next() != other.by_task.keys().next();
        has_two && !pairs.any(is_gate)
    }
}

/// How many waits it is from a class to another one.
type Distances = BTreeMap<usize, usize>;

struct CircleSearch<'a> {
    graph: &'a DiGraphMap<usize, ()>,
    classes: &'a [RequestClass],
    locks: &'a Locks,
    found: Vec<Vec<usize>>,
    tried: usize,
    is_cut: bool,
}

impl CircleSearch<'_> {
    /// Finds the circles of a strongly connected component, the short ones first.
    fn go_through(&mut self, component: &[usize]) {
        let firsts: Vec<(usize, Distances)> = (0..component.len())
            .map(|nth| (component[nth], self.distances(&component[nth..])))
            .filter(|(_, back)| back.len() > 1)
            .collect();
        for len in 2..=component.len() {
            for (first, back) in &firsts {
                self.extend(&mut vec![*first], len, back);
                if self.is_cut {
                    return;
                }
            }
        }
    }

    /// How far it is from other members back to the first of these.
    fn distances(&self, members: &[usize]) -> Distances {
        let is_member = |node| members.binary_search(&node).is_ok();
        let graph = NodeFiltered::from_fn(self.graph, is_member);
        dijkstra(Reversed(&graph), members[0], None, |_| 1).into_iter().collect()
    }

    /// Finds the circles of a length that begin with a path.
    fn extend(&mut self, path: &mut Vec<usize>, len: usize, back: &Distances) {
        let (first, last) = (path[0], path[path.len() - 1]);
        if path.len() == len {
            if self.graph.contains_edge(last, first) {
                self.is_cut |= self.found.len() == MOST_CIRCLES;
                if !self.is_cut {
                    self.found.push(path.clone());
                }
            }
            return;
        }
        let graph = self.graph;
        for next in graph.neighbors(last) {
            let class = &self.classes[next];
            let fits = |&one: &usize| {
                let one = &self.classes[one];
                one.lock != class.lock && one.can_meet(class, self.locks)
            };
            let can_return = back.get(&next).is_some_and(|far| path.len() + far <= len);
            if next <= first || !can_return || !path.iter().all(fits) {
                continue;
            }
            self.tried += 1;
            self.is_cut |= self.tried > MOST_TRIED;
            if self.is_cut {
                return;
            }
            path.push(next);
            self.extend(path, len, back);
            path.pop();
        }
    }
}
