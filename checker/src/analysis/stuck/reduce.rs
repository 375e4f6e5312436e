//! Which task waits for which: knots, and the tasks that no other can free.
//!
//! Made of waits alone, so it is the same for an execution and for the waits that a
//! search kept of one.

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;
use smallvec::SmallVec;
use unknot_sim::{ObjectId, TaskId};

use super::wait::{Owner, Wait};
use crate::analysis::handed::Handed;
use crate::model::kind::Kind;

/// The reduced wait-for relation of a stuck execution.
#[derive(Clone, Debug)]
pub struct WaitFor<Task = TaskId, Object = ObjectId> {
    /// What each task waits for, in the order of the paths of the tasks.
    pub waits: Vec<SettledWait<Task, Object>>,
    /// The knots, each sorted by task.
    pub knots: Vec<Vec<Task>>,
    /// The tasks that cannot go on whatever all others do: the tasks of knots, and the
    /// tasks behind them that no task outside can free.
    pub locked_in: Vec<Task>,
}

/// A wait, when it is known which gauges are handed on.
#[derive(Clone, Debug)]
pub struct SettledWait<Task = TaskId, Object = ObjectId> {
    /// The wait.
    pub wait: Wait<Task, Object>,
    /// The tasks that could end it: the owners, the joined task, or those that hand a lock on.
    pub owners: SmallVec<[Owner<Task>; 2]>,
    /// Whether no other task can end it.
    pub certain: bool,
}

impl<Task, Object> std::ops::Deref for SettledWait<Task, Object> {
    type Target = Wait<Task, Object>;

    fn deref(&self) -> &Wait<Task, Object> {
        &self.wait
    }
}

/// What a wait is, apart from being part of a knot.
enum Root {
    /// It waits for a task that is stuck for a reason of its own.
    Elsewhere,
    /// It waits for units with owners that have all ended.
    Abandoned,
    /// No task that is left will end it.
    Hang,
}

/// Tasks that are stuck for one reason: the waits of a knot, or one wait.
#[derive(Clone, Debug)]
pub struct Reason<'a, Task = TaskId, Object = ObjectId> {
    /// What kind of trouble it is.
    pub kind: Kind,
    /// The waits, in the order of the paths of the tasks.
    pub waits: Vec<&'a SettledWait<Task, Object>>,
}

impl<Task: Ord + Clone, Object: Ord + Clone> WaitFor<Task, Object> {
    /// Reduces waits, knowing which gauges are handed on.
    #[must_use]
    pub fn new(
        waits: Vec<Wait<Task, Object>>,
        handed: &Handed<Task, Object>,
    ) -> WaitFor<Task, Object> {
        let blocked: Vec<Task> = waits.iter().map(|wait| wait.task.clone()).collect();
        let settle = |wait: Wait<Task, Object>| {
            let (owners, certain) = wait.settled(handed, |task| blocked.contains(task));
            SettledWait { wait, owners, certain }
        };
        let waits: Vec<SettledWait<Task, Object>> = waits.into_iter().map(settle).collect();
        let stuck = locked_in(&waits);
        let knots = knots(&stuck);
        let locked_in = stuck.iter().map(|wait| wait.task.clone()).collect();
        WaitFor { knots, locked_in, waits }
    }

    /// The wait of a task.
    #[must_use]
    pub fn wait_of(&self, task: &Task) -> Option<&SettledWait<Task, Object>> {
        self.waits.iter().find(|wait| wait.task == *task)
    }

    /// Why tasks are stuck: the knots, and each wait that is not behind another.
    #[must_use]
    pub fn reasons(&self) -> Vec<Reason<'_, Task, Object>> {
        let knots = self.knots.iter().map(|knot| Reason {
            kind: Kind::Deadlock,
            waits: self.waits.iter().filter(|wait| knot.contains(&wait.task)).collect(),
        });
        let others = self.waits.iter().filter_map(|wait| {
            let kind = match self.root(wait) {
                Root::Elsewhere => return None,
                Root::Abandoned => Kind::AbandonedLock,
                Root::Hang => Kind::Hang,
            };
            Some(Reason { kind, waits: vec![wait] })
        });
        knots.chain(others).collect()
    }

    fn root(&self, wait: &SettledWait<Task, Object>) -> Root {
        if !wait.certain {
            return Root::Hang;
        }
        let waits_for_the_living = wait.owners.iter().any(|owner| !owner.ended);
        let in_a_knot = self.knots.iter().any(|knot| knot.contains(&wait.task));
        match (waits_for_the_living || in_a_knot, wait.owners.is_empty()) {
            (true, _) => Root::Elsewhere,
            (false, false) => Root::Abandoned,
            (false, true) => Root::Hang,
        }
    }

    /// A shortest cycle of certain waits through the first task of a knot,
    /// which stands at both ends.
    #[must_use]
    pub fn cycle(&self, knot: &[Task]) -> Vec<Task> {
        let Some(first) = knot.first() else { return vec![] };
        // Breadth first, each task with the place of the one that waits for it.
        let mut queue: Vec<(&Task, usize)> = vec![(first, 0)];
        let mut next = 0;
        while let Some(&(task, _)) = queue.get(next) {
            for owner in self.wait_of(task).into_iter().flat_map(|wait| &wait.owners) {
                // A task that upgrades a shared lock waits for itself as well, which is
                // not the cycle of a knot of several tasks.
                if owner.task == *first && (task != first || knot.len() == 1) {
                    let mut cycle = vec![first.clone()];
                    let mut at = next;
                    while at != 0 {
                        cycle.push(queue[at].0.clone());
                        at = queue[at].1;
                    }
                    cycle.push(first.clone());
                    cycle.reverse();
                    return cycle;
                }
                let is_new = queue.iter().all(|(known, _)| **known != owner.task);
                if is_new && knot.contains(&owner.task) {
                    queue.push((&owner.task, next));
                }
            }
            next += 1;
        }
        vec![]
    }
}

/// The greatest set of tasks that cannot go on whatever the others do.
fn locked_in<Task: Ord + Clone, Object: Ord>(
    waits: &[SettledWait<Task, Object>],
) -> Vec<&SettledWait<Task, Object>> {
    let mut stuck: Vec<&SettledWait<Task, Object>> = waits.iter().filter(|w| w.certain).collect();
    loop {
        let tasks: Vec<&Task> = stuck.iter().map(|wait| &wait.wait.task).collect();
        let before = stuck.len();
        stuck.retain(|wait| {
            // A task outside the set is supposed to give back everything it holds, unless
            // it has ended.
            let outside = wait.owners.iter();
            let outside = outside.filter(|owner| !owner.ended && !tasks.contains(&&owner.task));
            wait.shows + outside.map(|owner| owner.amount).sum::<i64>() < wait.at_least
        });
        if stuck.len() == before {
            return stuck;
        }
    }
}

/// The strongly connected components with a cycle of such a set.
fn knots<Task: Ord + Clone, Object>(stuck: &[&SettledWait<Task, Object>]) -> Vec<Vec<Task>> {
    let mut graph: DiGraphMap<usize, ()> = DiGraphMap::new();
    for at in 0..stuck.len() {
        graph.add_node(at);
    }
    for (from, wait) in stuck.iter().enumerate() {
        for owner in &wait.owners {
            if let Some(to) = stuck.iter().position(|other| other.wait.task == owner.task) {
                graph.add_edge(from, to, ());
            }
        }
    }
    let mut knots: Vec<Vec<Task>> = tarjan_scc(&graph)
        .into_iter()
        .filter(|component| component.len() > 1 || graph.contains_edge(component[0], component[0]))
        .map(|component| component.iter().map(|&at| stuck[at].wait.task.clone()).collect())
        .collect();
    for knot in &mut knots {
        knot.sort_unstable();
    }
    knots.sort_unstable();
    knots
}
