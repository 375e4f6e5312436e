//! Which tasks end a wait in other executions: more possible edges.
//!
//! Only tasks that the graph does not name for that wait already are added, and
//! never the task that waits.

use super::{Blocked, Elsewhere, Graph, Part, TaskEdge, TaskNode, WaitEdgeId, story};
use crate::replay::other_executions::Waker;
use crate::replay::record::TaskRecord;

impl Graph {
    /// Adds the tasks that do in other executions what would end a task's wait. `tasks`
    /// are the tasks at the end of this execution.
    pub(crate) fn add_elsewhere(
        &mut self,
        of: &WaitEdgeId,
        wakers: &[Waker],
        tasks: &[TaskRecord],
    ) {
        let WaitEdgeId { task: waiter, nth } = of;
        let mut waits = self.waits.iter().enumerate().filter(|(_, wait)| wait.task == *waiter);
        let Some((at, _)) = waits.nth(*nth) else { return };
        for waker in wakers {
            let wait = &self.waits[at];
            let is_known = wait.peers.iter().any(|peer| peer.task == waker.task);
            if is_known || waker.task == *waiter {
                continue;
            }
            let record = tasks.iter().find(|task| task.task == waker.task);
            let other = elsewhere(waker, record);
            let label = match waker.name.is_empty() {
                true => waker.task.clone(),
                false => format!("{} '{}'", waker.task, waker.name),
            };
            self.add_task(waker, record, other.here);
            self.add_edge(at, &other);
            let wait = &mut self.waits[at];
            wait.story.push(story::elsewhere(&other, &label));
            wait.elsewhere.push(other);
        }
    }

    fn add_task(&mut self, waker: &Waker, record: Option<&TaskRecord>, part: Part) {
        if self.tasks.iter().any(|task| task.task == waker.task) {
            return;
        }
        self.tasks.push(TaskNode {
            task: waker.task.clone(),
            name: waker.name.clone(),
            process: record.and_then(|record| record.process.clone()),
            part,
            since: record.and_then(|record| record.since),
            behind: vec![],
            knots: vec![],
        });
    }

    /// An owner that is also named for what it does elsewhere keeps its edge.
    fn add_edge(&mut self, at: usize, other: &Elsewhere) {
        let wait = &self.waits[at];
        let same = |edge: &&mut TaskEdge| {
            edge.from == wait.task && edge.to == other.task && edge.resource == wait.resource
        };
        if let Some(known) = self.wait_for.iter_mut().find(same) {
            known.elsewhere = Some(other.clone());
            return;
        }
        let Some(resource) = self.resources.iter().find(|r| r.id == wait.resource) else { return };
        let edge = TaskEdge {
            from: wait.task.clone(),
            to: other.task.clone(),
            resource: wait.resource,
            label: resource.label.clone(),
            kind: resource.kind.clone(),
            name: resource.name.clone(),
            created: super::Place { file: resource.file.clone(), line: resource.line },
            amount: wait.amount,
            mode: wait.mode,
            op: wait.op.clone(),
            file: wait.file.clone(),
            line: wait.line,
            since: wait.since,
            held: None,
            did: None,
            elsewhere: Some(other.clone()),
            certain: false,
        };
        self.wait_for.push(edge);
    }
}

fn elsewhere(waker: &Waker, record: Option<&TaskRecord>) -> Elsewhere {
    let pending = record
        .and_then(|record| record.pending.as_ref())
        .filter(|p| !p.enabled && record.is_some_and(|record| record.killed.is_none()));
    let here = match record {
        None => Part::Absent,
        Some(record) if record.finished => Part::Ended,
        Some(record) if record.killed.is_some() => Part::Killed,
        Some(_) if pending.is_some() => Part::Stuck,
        Some(_) => Part::Free,
    };
    Elsewhere {
        task: waker.task.clone(),
        op: waker.op.to_owned(),
        file: waker.file.clone(),
        line: waker.line,
        here,
        blocked: pending.map(|pending| Blocked {
            op: pending.operation.op.clone(),
            object: pending.operation.object.clone().unwrap_or_default(),
            file: pending.operation.file.clone(),
            line: pending.operation.line,
        }),
    }
}
