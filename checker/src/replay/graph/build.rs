//! From an execution to its graph.
//!
//! The tasks come in the order of their creation and the edges in the order of
//! the tasks, so that the same execution gives the same bytes. A gauge that is
//! part of a primitive is shown as the whole primitive: two tasks that are
//! parked at one event wait for one event.

use unknot_sim::{Ended, Execution, Mode, ObjectId, Ownership, Phase, Purpose, TaskId, Want};

use super::{
    EdgeMode, Graph, Held, HoldEdge, Knot, Part, PeerRecord, Place, ResourceNode, TaskEdge,
    TaskNode, WaitEdge, story,
};
use crate::analysis::feeders::open_copies;
use crate::analysis::handed::Handed;
use crate::analysis::peers::{self, peers};
use crate::analysis::stuck::{self, Holding, Owner, SettledWait, WaitFor};
use crate::model::labels::{object_label, package_path, process_label};
use crate::replay::lanes::is_held;

impl Graph {
    /// The graph of an execution's last state.
    #[must_use]
    pub fn of(
        execution: &Execution<'_>,
        wait_for: &WaitFor,
        handed: &Handed<TaskId, ObjectId>,
    ) -> Graph {
        let mut builder = GraphBuilder { execution, graph: Graph::default(), resources: vec![] };
        let held = held(execution, handed);
        let edges = wait_for.waits.iter().flat_map(|wait| {
            let edge = move |alternative| {
                let peers = peers(execution, wait, alternative);
                WaitAt { wait, alternative, peers }
            };
            wait.alternatives().map(edge)
        });
        let edges: Vec<WaitAt<'_>> = edges.collect();
        for &id in execution.live {
            let is_named = held.iter().any(|h| h.task == id)
                || edges.iter().flat_map(|edge| &edge.peers).any(|peer| peer.task == id)
                || wait_for.waits.iter().flat_map(|w| &w.owners).any(|owner| owner.task == id);
            let part = match wait_for.wait_of(&id) {
                Some(_) => waiting_part(execution, wait_for, id),
                None if !is_named => continue,
                None if execution.task(id).phase == Phase::Finished => Part::Ended,
                None if execution.task(id).phase == Phase::Killed => Part::Killed,
                None => Part::Free,
            };
            builder.task(wait_for, id, part);
        }
        for edge in &edges {
            builder.wait(edge);
        }
        for holding in &held {
            builder.hold(holding);
        }
        for knot in &wait_for.knots {
            let tasks = knot.iter().map(|&id| builder.path(id)).collect();
            let cycle = wait_for.cycle(knot).iter().map(|&id| builder.path(id)).collect();
            builder.graph.knots.push(Knot { tasks, cycle });
        }
        builder.graph
    }
}

/// What tasks hold.
fn held(execution: &Execution<'_>, handed: &Handed<TaskId, ObjectId>) -> Vec<Holding> {
    let mut held = stuck::holdings(execution);
    held.retain(|holding| is_held(execution, handed, holding));
    held
}

/// While some task can still go on, only a task that no task outside can free
/// is behind a knot. At the end no task frees another, and each task that waits for a
/// task of a knot is behind it.
fn waiting_part(execution: &Execution<'_>, wait_for: &WaitFor, id: TaskId) -> Part {
    let is_final = execution.ended == Ended::Stuck;
    if wait_for.knots.iter().any(|knot| knot.contains(&id)) {
        Part::Knot
    } else if (is_final || wait_for.locked_in.contains(&id)) && !knots_of(wait_for, id).is_empty() {
        Part::Behind
    } else {
        Part::Stuck
    }
}

/// The knots to which certain waits lead from a task, or that it is in.
fn knots_of(wait_for: &WaitFor, from: TaskId) -> Vec<usize> {
    let mut seen = vec![from];
    let mut next = 0;
    while let Some(&task) = seen.get(next) {
        next += 1;
        let certain = wait_for.wait_of(&task).filter(|wait| wait.certain);
        for owner in certain.into_iter().flat_map(|wait| &wait.owners) {
            if !seen.contains(&owner.task) {
                seen.push(owner.task);
            }
        }
    }
    let knots = wait_for.knots.iter().enumerate();
    knots.filter(|(_, knot)| seen.iter().any(|id| knot.contains(id))).map(|(at, _)| at).collect()
}

/// A wait at one of the gauges that would do.
struct WaitAt<'a> {
    wait: &'a SettledWait,
    alternative: (ObjectId, i64),
    /// The tasks that did earlier what would end it.
    peers: Vec<peers::Peer>,
}

impl WaitAt<'_> {
    /// The tasks that could end it.
    fn owners(&self, execution: &Execution<'_>) -> Vec<Owner> {
        match self.wait.others.is_empty() {
            true => self.wait.owners.to_vec(),
            false if self.wait.certain => {
                stuck::owners_at(execution, self.wait, self.alternative).to_vec()
            }
            false => vec![],
        }
    }

    /// What it is about, first.
    fn about(&self, execution: &Execution<'_>) -> ObjectId {
        match self.wait.others.is_empty() {
            true => self.wait.about[0],
            false => execution.whole(self.alternative.0),
        }
    }
}

pub(super) struct GraphBuilder<'a> {
    pub(super) execution: &'a Execution<'a>,
    graph: Graph,
    resources: Vec<ObjectId>,
}

impl GraphBuilder<'_> {
    pub(super) fn path(&self, task: TaskId) -> String {
        self.execution.names.task_path(task).to_string()
    }

    fn task(&mut self, wait_for: &WaitFor, id: TaskId, part: Part) {
        let task = self.execution.task(id);
        let is_part = matches!(part, Part::Knot | Part::Behind);
        let mut behind: Vec<String> = vec![];
        let wait = wait_for.wait_of(&id).filter(|_| part == Part::Behind);
        for owner in wait.iter().flat_map(|wait| &wait.owners).map(|owner| self.path(owner.task)) {
            if !behind.contains(&owner) {
                behind.push(owner);
            }
        }
        let node = TaskNode {
            task: self.path(id),
            name: task.name.to_string(),
            process: process_label(self.execution, task.process),
            part,
            since: task.last_step,
            behind,
            knots: if is_part { knots_of(wait_for, id) } else { vec![] },
        };
        self.graph.tasks.push(node);
    }

    /// The number of the primitive that a gauge is part of.
    fn resource(&mut self, gauge: ObjectId) -> u32 {
        let id = self.execution.whole(gauge);
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
            name: object.name.to_string(),
            file: package_path(object.location.file()).to_owned(),
            line: object.location.line(),
        });
        number
    }

    fn wait(&mut self, at: &WaitAt<'_>) {
        let &WaitAt { wait, alternative: (gauge, at_least), .. } = at;
        let resource = self.resource(at.about(self.execution));
        let task = self.execution.task(wait.task);
        let peers: Vec<PeerRecord> = at.peers.iter().map(|peer| self.peer(peer)).collect();
        let story = self.story(at, &peers);
        let edge = WaitEdge {
            task: self.path(wait.task),
            resource,
            amount: match self.execution.object(gauge).want {
                // Whatever the gauge shows for it.
                Want::Message | Want::Space(_) => 1,
                _ => at_least,
            },
            mode: self.wait_mode(at),
            op: task.pending.verb.to_owned(),
            file: package_path(task.pending.location.file()).to_owned(),
            line: task.pending.location.line(),
            since: task.last_step,
            certain: wait.certain,
            open_in: self.open_in(gauge),
            peers,
            elsewhere: vec![],
            story,
        };
        for owner in at.owners(self.execution) {
            if let Some((held, did)) = self.owned(gauge, owner) {
                self.task_edge(&edge, self.path(owner.task), held, did);
            }
        }
        // No task frees itself while it waits, and an owner has its edge.
        for peer in edge.peers.iter().filter(|peer| peer.task != edge.task) {
            self.task_edge(&edge, peer.task.clone(), None, Some(peer.clone()));
        }
        self.graph.waits.push(edge);
    }

    /// The processes that have the end open from which a wait at a pipe gets what it waits
    /// for.
    fn open_in(&self, gauge: ObjectId) -> Vec<String> {
        let is_of_pipe =
            matches!(self.execution.object(gauge).want, Want::Message | Want::Space(_));
        let copies = open_copies(self.execution, gauge).filter(|_| is_of_pipe);
        copies.filter_map(|copy| process_label(self.execution, copy.process)).collect()
    }

    /// One edge for each pair of tasks and resource: a second permit of the
    /// same owner adds to the first.
    fn task_edge(
        &mut self,
        wait: &WaitEdge,
        to: String,
        held: Option<Held>,
        did: Option<PeerRecord>,
    ) {
        let same = |edge: &&mut TaskEdge| {
            edge.from == wait.task && edge.to == to && edge.resource == wait.resource
        };
        if let Some(known) = self.graph.wait_for.iter_mut().find(same) {
            if let (Some(known), Some(more)) = (&mut known.held, held) {
                known.amount += more.amount;
            }
            known.did = known.did.take().or(did);
            return;
        }
        let resource = &self.graph.resources[wait.resource as usize];
        let edge = TaskEdge {
            from: wait.task.clone(),
            to,
            resource: wait.resource,
            label: resource.label.clone(),
            kind: resource.kind.clone(),
            name: resource.name.clone(),
            created: Place { file: resource.file.clone(), line: resource.line },
            amount: wait.amount,
            mode: wait.mode,
            op: wait.op.clone(),
            file: wait.file.clone(),
            line: wait.line,
            since: wait.since,
            held,
            did,
            elsewhere: None,
            certain: wait.certain,
        };
        self.graph.wait_for.push(edge);
    }

    fn hold(&mut self, holding: &Holding) {
        let resource = self.resource(holding.gauge);
        let Holding { gauge, amount, step, .. } = *holding;
        let Held { amount, mode, step, file, line } = self.held(gauge, amount, step);
        let task = self.path(holding.task);
        let inherited = holding.is_inherited;
        let hold = HoldEdge { resource, task, amount, mode, step, inherited, file, line };
        self.graph.holds.push(hold);
    }

    /// The permits of a semaphore have no owner to blame. So the tasks that took the
    /// last ones and have not given them back are named as well.
    fn story(
        &self,
        WaitAt { wait, alternative: (gauge, _), .. }: &WaitAt<'_>,
        peers: &[PeerRecord],
    ) -> Vec<String> {
        if wait.certain && !wait.owners.is_empty() {
            return vec![];
        }
        let takers: Vec<PeerRecord> = (wait.owners.iter())
            .filter_map(|owner| Some(peers::Peer { task: owner.task, step: owner.step? }))
            .map(|taker| self.peer(&taker))
            .collect();
        let me = self.path(wait.task);
        let mut story: Vec<String> = (takers.iter().chain(peers))
            .map(|peer| story::sentence(peer, &self.label(&peer.task), peer.task == me))
            .collect();
        if peers.is_empty() {
            story.push(story::no_task(self.execution.object(*gauge).raised_by));
        }
        story
    }

    fn label(&self, path: &str) -> String {
        let name = self.graph.tasks.iter().find(|task| task.task == path).map(|t| &t.name);
        match name {
            Some(name) if !name.is_empty() => format!("{path} '{name}'"),
            _ => path.to_owned(),
        }
    }

    fn wait_mode(&self, at: &WaitAt<'_>) -> EdgeMode {
        let task = self.execution.task(at.wait.task);
        let (gauge, at_least) = at.alternative;
        let object = self.execution.object(gauge);
        let is_join = self.execution.live.iter().any(|&id| self.execution.task(id).done == gauge);
        let takes_nothing = (task.pending.accesses.iter()).any(|access| {
            access.object == gauge && matches!(access.mode, Mode::Await | Mode::AnyOf)
        });
        // A part of a primitive that itself is no gauge is there to wake one
        // task; it passes no units from task to task.
        let is_parked = object.purpose == Purpose::Change
            || object.part_of.is_some_and(|w| self.execution.object(w).raised_by.is_empty());
        match object.ownership {
            _ if is_join => EdgeMode::Join,
            Ownership::Nobody if takes_nothing || is_parked => EdgeMode::Signal,
            _ => self.mode(gauge, at_least),
        }
    }

    /// How units of a gauge are held: all of them exclude every other task.
    pub(super) fn mode(&self, gauge: ObjectId, amount: i64) -> EdgeMode {
        let object = self.execution.object(gauge);
        match object.ownership {
            Ownership::Owners if amount >= object.initial => EdgeMode::Exclusive,
            Ownership::Owners => EdgeMode::Shared,
            Ownership::Takers => EdgeMode::Permit,
            Ownership::Nobody => EdgeMode::Unit,
        }
    }
}
