//! The wait-for graph of a stuck execution, as owned data.
//!
//! Two views of the same facts: *bipartite*, tasks and resources with edges
//! for waiting and holding, and *collapsed*, an edge from each waiting task to
//! each task that could end its wait. What is stuck and why is decided in
//! [`crate::analysis::stuck`], on petgraph; this is its picture.

use serde::Serialize;
use unknot_sim::{Execution, ObjectId, TaskId};

use crate::analysis::stuck::{self, Holding, Wait};
use crate::record::{object_label, package_path};

/// The graph.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Graph {
    /// The unfinished tasks, and finished ones that still hold something.
    pub tasks: Vec<TaskNode>,
    /// What is waited for, and what is held.
    pub resources: Vec<ResourceNode>,
    /// Task waits for resource.
    pub waits: Vec<WaitEdge>,
    /// Resource is held by task.
    pub holds: Vec<HoldEdge>,
    /// Task waits for task.
    pub wait_for: Vec<TaskEdge>,
}

/// A task's part in a stuck execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// In a knot.
    Knot,
    /// Waits for somebody in a knot.
    Behind,
    /// Stuck for another reason.
    Stuck,
    /// Ended while it held something.
    Ended,
}

/// A task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TaskNode {
    /// Its path, such as `T1`.
    pub task: String,
    /// Its name, possibly empty.
    pub name: String,
    /// Its part.
    pub part: Part,
    /// Its last executed step.
    pub since: Option<u32>,
}

/// A gauge that is waited for or held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ResourceNode {
    /// A number within this graph.
    pub id: u32,
    /// Such as `Lock 'bob'`.
    pub label: String,
    /// Such as `Lock`.
    pub kind: String,
    /// Where it was created.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
}

/// A task waits for a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WaitEdge {
    /// The task.
    pub task: String,
    /// The resource.
    pub resource: u32,
    /// The units it needs.
    pub amount: i64,
    /// What it wants to do.
    pub op: String,
    /// Where.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
    /// Its last executed step.
    pub since: Option<u32>,
    /// Whether only the holders can end the wait.
    pub certain: bool,
}

/// A resource is held by a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HoldEdge {
    /// The resource.
    pub resource: u32,
    /// The task.
    pub task: String,
    /// The units it holds.
    pub amount: i64,
    /// The step that took them.
    pub step: u32,
    /// Where.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
}

/// A task waits for a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TaskEdge {
    /// Who waits.
    pub from: String,
    /// For whom.
    pub to: String,
    /// Because of what.
    pub resource: String,
    /// Whether nobody else can end the wait.
    pub certain: bool,
}

impl Graph {
    /// The graph of an execution's final state.
    #[must_use]
    pub fn of(execution: &Execution<'_>) -> Graph {
        let wait_for = stuck::wait_for(execution);
        let mut builder = Builder { execution, graph: Graph::default(), resources: vec![] };
        let stuck_tasks: Vec<TaskId> = wait_for.waits.iter().map(|wait| wait.task).collect();
        let held: Vec<Holding> = stuck::holdings(execution)
            .into_iter()
            .filter(|h| h.ended || stuck_tasks.contains(&h.task))
            .collect();
        for &id in execution.live {
            let part = match wait_for.wait_of(id) {
                Some(_) if wait_for.knots.iter().any(|knot| knot.contains(&id)) => Part::Knot,
                Some(_) if leads_to_a_knot(&wait_for, id) => Part::Behind,
                Some(_) => Part::Stuck,
                None if held.iter().any(|h| h.task == id) => Part::Ended,
                None => continue,
            };
            builder.task(id, part);
        }
        for wait in &wait_for.waits {
            builder.wait(wait);
        }
        for holding in &held {
            builder.hold(holding);
        }
        builder.graph
    }

    /// Whether nobody waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waits.is_empty()
    }
}

/// Whether following certain waits from a task leads to a knot.
fn leads_to_a_knot(wait_for: &stuck::WaitFor, from: TaskId) -> bool {
    let mut seen = vec![from];
    let mut next = 0;
    while let Some(&task) = seen.get(next) {
        next += 1;
        for owner in wait_for.wait_of(task).into_iter().flat_map(|wait| &wait.owners) {
            if wait_for.knots.iter().any(|knot| knot.contains(&owner.task)) {
                return true;
            }
            if !seen.contains(&owner.task) {
                seen.push(owner.task);
            }
        }
    }
    false
}

struct Builder<'a> {
    execution: &'a Execution<'a>,
    graph: Graph,
    resources: Vec<ObjectId>,
}

impl Builder<'_> {
    fn path(&self, task: TaskId) -> String {
        self.execution.names.task_path(task).to_string()
    }

    fn task(&mut self, id: TaskId, part: Part) {
        let task = self.execution.task(id);
        let node = TaskNode {
            task: self.path(id),
            name: task.name.to_string(),
            part,
            since: task.last_step,
        };
        self.graph.tasks.push(node);
    }

    fn resource(&mut self, id: ObjectId) -> u32 {
        if let Some(at) = self.resources.iter().position(|&known| known == id) {
            return at as u32;
        }
        let object = self.execution.object(id);
        let number = self.resources.len() as u32;
        self.resources.push(id);
        self.graph.resources.push(ResourceNode {
            id: number,
            label: object_label(object, id, self.execution.names),
            kind: object.kind.to_owned(),
            file: package_path(object.location.file()).to_owned(),
            line: object.location.line(),
        });
        number
    }

    fn wait(&mut self, wait: &Wait) {
        let resource = self.resource(wait.guard.gauge);
        let task = self.execution.task(wait.task);
        let from = self.path(wait.task);
        self.graph.waits.push(WaitEdge {
            task: from.clone(),
            resource,
            amount: wait.guard.at_least,
            op: task.pending.verb.to_owned(),
            file: package_path(task.pending.location.file()).to_owned(),
            line: task.pending.location.line(),
            since: task.last_step,
            certain: wait.certain,
        });
        for owner in &wait.owners {
            let edge = TaskEdge {
                from: from.clone(),
                to: self.path(owner.task),
                resource: self.graph.resources[resource as usize].label.clone(),
                certain: wait.certain,
            };
            if !self.graph.wait_for.contains(&edge) {
                self.graph.wait_for.push(edge);
            }
        }
    }

    fn hold(&mut self, holding: &Holding) {
        let Some(step) = holding.step else { return };
        let resource = self.resource(holding.gauge);
        let location = self.execution.trace.steps()[step as usize].location;
        let edge = HoldEdge {
            resource,
            task: self.path(holding.task),
            amount: holding.amount,
            step,
            file: package_path(location.file()).to_owned(),
            line: location.line(),
        };
        self.graph.holds.push(edge);
    }
}
