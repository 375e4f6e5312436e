//! The wait-for graph of an execution, as owned data.
//!
//! Two views of the same facts: *bipartite*, tasks and resources with edges
//! for waiting and holding, and *collapsed*, an edge from each waiting task to
//! each task that could end its wait. An edge is *certain* if only the owners
//! can end the wait, and *possible* if its target merely did earlier what would
//! end it. [`crate::analysis::stuck`] decides, on petgraph, what is stuck and why; this
//! is its picture.
//!
//! Possible edges come from this one execution. A report of a check adds tasks that
//! end the wait in other executions, and marks them ([`Elsewhere`]).

mod build;
mod ends;
mod other_executions;
mod story;

use serde::{Serialize, Serializer};

/// The graph.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Graph {
    /// The tasks that wait, hold something, or could end a wait.
    pub tasks: Vec<TaskNode>,
    /// What is waited for, and what is held.
    pub resources: Vec<ResourceNode>,
    /// Task waits for resource.
    pub waits: Vec<WaitEdge>,
    /// Resource is held by task.
    pub holds: Vec<HoldEdge>,
    /// Task waits for task.
    pub wait_for: Vec<TaskEdge>,
    /// Tasks that only one another could free.
    pub knots: Vec<Knot>,
}

/// Tasks that only one another could free.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Knot {
    /// All of them, in the order of their creation.
    pub tasks: Vec<String>,
    /// A shortest cycle through the first one, which is repeated at the end.
    pub cycle: Vec<String>,
}

/// How units are wanted or held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdgeMode {
    /// For one task alone.
    Exclusive,
    /// Beside other tasks.
    Shared,
    /// As one of several.
    Permit,
    /// By the end of a task.
    Join,
    /// By whatever opens the gauge.
    Signal,
    /// As units without an owner.
    Unit,
}

impl EdgeMode {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            EdgeMode::Exclusive => "exclusive",
            EdgeMode::Shared => "shared",
            EdgeMode::Permit => "permit",
            EdgeMode::Join => "join",
            EdgeMode::Signal => "signal",
            EdgeMode::Unit => "unit",
        }
    }
}

impl Serialize for EdgeMode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A task's part in the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// In a knot.
    Knot,
    /// Waits for a task in a knot.
    Behind,
    /// Waits for another reason.
    Stuck,
    /// Could go on.
    Free,
    /// Has ended.
    Ended,
    /// Was killed.
    Killed,
    /// Is there in other executions only.
    Absent,
}

/// A task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TaskNode {
    /// Its path, such as `T1`.
    pub task: String,
    /// Its name, possibly empty.
    pub name: String,
    /// Its process, such as `p1`, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
    /// Its part.
    pub part: Part,
    /// Its last executed step.
    pub since: Option<u32>,
    /// The tasks that it is behind.
    pub behind: Vec<String>,
    /// The knots that it is in or behind, as numbers from 0.
    pub knots: Vec<usize>,
}

/// A place in the source, relative to its package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
}

/// What is waited for or held: one primitive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ResourceNode {
    /// A number within this graph.
    pub id: u32,
    /// Such as `Lock 'bob'`.
    pub label: String,
    /// Such as `Lock`.
    pub kind: String,
    /// Its name, possibly empty.
    pub name: String,
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
    /// How it wants them: `exclusive`, `shared`, `permit`, `join`, `signal` or
    /// `unit`.
    pub mode: EdgeMode,
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
    /// For a wait at a pipe, the processes that have the other end open.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub open_in: Vec<String>,
    /// The tasks that did earlier what would end it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub peers: Vec<PeerRecord>,
    /// The tasks that do what would end it in other executions only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<Elsewhere>,
    /// Which tasks could have ended it and what became of them, a sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub story: Vec<String>,
}

/// Which wait of an execution an edge tells: a task that waits for any of several has one
/// for each, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitEdgeId {
    /// The task.
    pub task: String,
    /// Its place among the edges of the task.
    pub nth: usize,
}

/// A task that did earlier what would end a wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PeerRecord {
    /// The task.
    pub task: String,
    /// What it did, at the last time.
    pub op: String,
    /// The step in which it did it.
    pub step: u32,
    /// Where.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
    /// Whether it has ended since.
    pub ended: bool,
    /// Where it is blocked now, if it is.
    pub blocked: Option<Blocked>,
}

/// A task that does in other executions what would end a wait in this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Elsewhere {
    /// The task.
    pub task: String,
    /// What it does.
    pub op: String,
    /// Where.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
    /// Where it stands at the end of this execution.
    pub here: Part,
    /// Where it is blocked in this execution, if it is.
    pub blocked: Option<Blocked>,
}

/// Where a task is blocked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Blocked {
    /// What it wants to do.
    pub op: String,
    /// To what.
    pub object: String,
    /// Where.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
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
    /// How it holds them: `exclusive`, `shared` or `permit`.
    pub mode: EdgeMode,
    /// The step that took them.
    pub step: u32,
    /// Whether that step started a process with a private copy of the resource, which the
    /// task held in the parent.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub inherited: bool,
    /// Where.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
}

/// A task waits for a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TaskEdge {
    /// The task that waits.
    pub from: String,
    /// The task that it waits for.
    pub to: String,
    /// The resource that makes it wait.
    pub resource: u32,
    /// Such as `Lock 'bob'`.
    pub label: String,
    /// Such as `Lock`.
    pub kind: String,
    /// Its name, possibly empty.
    pub name: String,
    /// Where it was created.
    pub created: Place,
    /// The units that are waited for.
    pub amount: i64,
    /// How they are wanted.
    pub mode: EdgeMode,
    /// What the waiting task wants to do.
    pub op: String,
    /// Where it waits.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
    /// Its last executed step.
    pub since: Option<u32>,
    /// What the other one holds, if it is an owner.
    pub held: Option<Held>,
    /// What the other one did earlier, if that is why it is named.
    pub did: Option<PeerRecord>,
    /// What the other one does in other executions, if that is why it is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elsewhere: Option<Elsewhere>,
    /// Whether no other task can end the wait.
    pub certain: bool,
}

/// The acquisition behind an edge between tasks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Held {
    /// The units that are held.
    pub amount: i64,
    /// How.
    pub mode: EdgeMode,
    /// The step that took the first of them.
    pub step: u32,
    /// Where.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
}

impl Graph {
    /// Whether no task waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waits.is_empty()
    }

    /// Calls steps by other numbers, and leaves out what is said of them in sentences.
    pub(crate) fn renumber(&mut self, number: &dyn Fn(u32) -> u32) {
        for task in &mut self.tasks {
            task.since = task.since.map(number);
        }
        for wait in &mut self.waits {
            wait.since = wait.since.map(number);
            wait.story.clear();
            for peer in &mut wait.peers {
                peer.step = number(peer.step);
            }
        }
        for hold in &mut self.holds {
            hold.step = number(hold.step);
        }
        for edge in &mut self.wait_for {
            edge.since = edge.since.map(number);
            for step in edge.held.iter_mut().map(|held| &mut held.step) {
                *step = number(*step);
            }
            for step in edge.did.iter_mut().map(|did| &mut did.step) {
                *step = number(*step);
            }
        }
    }

    /// A resource by its number.
    #[must_use]
    pub fn resource(&self, id: u32) -> Option<&ResourceNode> {
        self.resources.iter().find(|resource| resource.id == id)
    }

    /// The processes of its tasks, each once, where there are several.
    #[must_use]
    pub fn processes(&self) -> Vec<&str> {
        let mut processes: Vec<&str> = vec![];
        for process in self.tasks.iter().filter_map(|task| task.process.as_deref()) {
            if !processes.contains(&process) {
                processes.push(process);
            }
        }
        processes
    }

    /// The knot of exactly these tasks.
    #[must_use]
    pub fn knot(&self, tasks: &[String]) -> Option<&Knot> {
        self.knots.iter().find(|knot| knot.tasks == tasks)
    }
}
