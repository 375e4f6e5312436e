//! Deadlock, hang and abandoned lock: why an execution is stuck.
//!
//! A wait is *certain* when only known tasks can end it: the owners of a lock
//! or the task that is joined. Among the certain waits the greatest set is
//! computed in which nobody can go on even if everybody outside it did all it
//! could (an AND/OR reduction, since a gauge may have several owners). What
//! remains are knots and the tasks behind them; each strongly connected
//! component with a cycle is one `deadlock`. A task that waits for an owner
//! who has ended is an `abandoned-lock`. Every other wait is a `hang`.
//! A task that waits for one of these is behind it and belongs to its finding.
//!
//! Computed once, on the final state: what is stuck there is stuck for good.
//! Waits on gauges without owners may have peers that could end them; those
//! are never part of a knot, so a cycle through such a wait is a hang.
//!
//! Misses a deadlock among tasks that an execution cut by a bound left behind,
//! and calls it a hang where a semaphore that serves as a lock has permits left.

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;
use smallvec::SmallVec;
use unknot_sim::{Ended, Execution, Guard, Mode, Object, ObjectId, Ownership, Phase, Role, TaskId};

use crate::finding::{Evidence, Kind, Signature, Site};

/// One unfinished task and what it waits for.
#[derive(Clone, Debug)]
pub struct Wait {
    /// Who waits.
    pub task: TaskId,
    /// What it waits for.
    pub guard: Guard,
    /// Who could end the wait: the owners, or the joined task.
    pub owners: Vec<Holding>,
    /// Whether nobody else can end it.
    pub certain: bool,
}

/// Units of a gauge that a task took and did not give back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Who holds them.
    pub task: TaskId,
    /// The gauge.
    pub gauge: ObjectId,
    /// How many.
    pub amount: i64,
    /// The step that took them; `None` for a task that owns its own end.
    pub step: Option<u32>,
    /// Whether the owner has ended, so that it will never give them back.
    pub ended: bool,
}

/// The reduced wait-for relation of a stuck execution.
#[derive(Clone, Debug, Default)]
pub struct WaitFor {
    /// Who waits for what, in the order of creation of the tasks.
    pub waits: Vec<Wait>,
    /// The knots, each sorted by task.
    pub knots: Vec<Vec<TaskId>>,
    /// Whoever cannot go on whatever everybody else does: the tasks of knots,
    /// and those behind them that nobody outside can free.
    pub locked_in: Vec<TaskId>,
}

impl WaitFor {
    /// The wait of a task.
    #[must_use]
    pub fn wait_of(&self, task: TaskId) -> Option<&Wait> {
        self.waits.iter().find(|wait| wait.task == task)
    }

    /// A shortest cycle of certain waits through the first task of a knot,
    /// which stands at both ends.
    #[must_use]
    pub fn cycle(&self, knot: &[TaskId]) -> Vec<TaskId> {
        let Some(&first) = knot.first() else { return vec![] };
        // Breadth first, each task with the place of the one that waits for it.
        let mut queue: Vec<(TaskId, usize)> = vec![(first, 0)];
        let mut next = 0;
        while let Some(&(task, _)) = queue.get(next) {
            for owner in self.wait_of(task).into_iter().flat_map(|wait| &wait.owners) {
                // Who upgrades a shared lock waits for itself as well, which is
                // not the cycle of a knot of several.
                if owner.task == first && (task != first || knot.len() == 1) {
                    let mut cycle = vec![first];
                    let mut at = next;
                    while at != 0 {
                        cycle.push(queue[at].0);
                        at = queue[at].1;
                    }
                    cycle.push(first);
                    cycle.reverse();
                    return cycle;
                }
                let is_new = queue.iter().all(|(known, _)| *known != owner.task);
                if is_new && knot.contains(&owner.task) {
                    queue.push((owner.task, next));
                }
            }
            next += 1;
        }
        vec![]
    }
}

/// All units that tasks hold of owned gauges, in the order of taking.
#[must_use]
pub fn holdings(execution: &Execution<'_>) -> Vec<Holding> {
    holdings_before(execution, execution.trace.len())
}

/// All units that were held when a step was made.
#[must_use]
pub fn holdings_before(execution: &Execution<'_>, until: usize) -> Vec<Holding> {
    let mut holdings: Vec<Holding> = vec![];
    for (step, made) in execution.trace.steps().iter().enumerate().take(until) {
        for access in execution.trace.accesses(step) {
            let ownership = execution.object(access.object).ownership;
            if ownership == Ownership::Nobody || !access.granted {
                continue;
            }
            match access.mode {
                Mode::Take | Mode::Try => holdings.push(Holding {
                    task: made.task,
                    gauge: access.object,
                    amount: access.amount,
                    step: Some(step as u32),
                    ended: execution.task(made.task).phase == Phase::Finished,
                }),
                Mode::Give | Mode::GiveBounded => give_back(&mut holdings, made.task, access),
                _ => {}
            }
        }
    }
    holdings
}

/// A task gives back its own units first, and somebody else's if it has none.
fn give_back(holdings: &mut Vec<Holding>, task: TaskId, access: &unknot_sim::Access) {
    let mut left = access.amount;
    while left > 0 {
        let of = |h: &Holding| h.gauge == access.object;
        let own = holdings.iter().rposition(|h| of(h) && h.task == task);
        let Some(at) = own.or_else(|| holdings.iter().position(of)) else { return };
        let back = left.min(holdings[at].amount);
        left -= back;
        holdings[at].amount -= back;
        if holdings[at].amount == 0 {
            holdings.remove(at);
        }
    }
}

/// Computes who waits for whom on the final state of an execution.
#[must_use]
pub fn wait_for(execution: &Execution<'_>) -> WaitFor {
    let holdings = holdings(execution);
    let waits: Vec<Wait> = execution
        .unfinished()
        .filter(|task| task.role == Role::Program)
        .filter_map(|task| {
            let guard = task.pending.guard?;
            let object = execution.object(guard.gauge);
            if object.shows >= guard.at_least {
                return None;
            }
            let joined = execution.live.iter().find(|&&t| execution.task(t).done == guard.gauge);
            let owners = match joined {
                Some(&joined) => vec![Holding {
                    task: joined,
                    gauge: guard.gauge,
                    amount: 1,
                    step: None,
                    ended: false,
                }],
                None => holdings.iter().filter(|h| h.gauge == guard.gauge).copied().collect(),
            };
            // A wait whose time runs ends by itself.
            let is_open = task.deadline.is_none();
            let certain = is_open && (joined.is_some() || is_certain(object, &owners));
            Some(Wait { task: task.id, guard, owners, certain })
        })
        .collect();
    let stuck = locked_in(execution, &waits);
    let knots = knots(&stuck);
    let locked_in = stuck.iter().map(|wait| wait.task).collect();
    WaitFor { knots, locked_in, waits }
}

/// Whether only the owners can end a wait. The permits of a semaphore are
/// owned in this sense only while all are taken and every taker is there.
fn is_certain(object: &Object, owners: &[Holding]) -> bool {
    let taken: i64 = owners.iter().map(|holding| holding.amount).sum();
    match object.ownership {
        Ownership::Nobody => false,
        Ownership::Owners => true,
        Ownership::Takers => {
            object.initial > 0 && taken >= object.initial && owners.iter().all(|h| !h.ended)
        }
    }
}

/// The greatest set of tasks that cannot go on whatever the others do.
fn locked_in<'a>(execution: &Execution<'_>, waits: &'a [Wait]) -> Vec<&'a Wait> {
    let mut stuck: Vec<&Wait> = waits.iter().filter(|wait| wait.certain).collect();
    loop {
        let tasks: SmallVec<[TaskId; 8]> = stuck.iter().map(|wait| wait.task).collect();
        let before = stuck.len();
        stuck.retain(|wait| {
            // Whoever is outside the set is supposed to give back all it holds.
            let outside = wait.owners.iter().filter(|h| !tasks.contains(&h.task));
            let shows = execution.object(wait.guard.gauge).shows;
            shows + outside.map(|h| h.amount).sum::<i64>() < wait.guard.at_least
        });
        if stuck.len() == before {
            return stuck;
        }
    }
}

/// The strongly connected components with a cycle of such a set.
fn knots(stuck: &[&Wait]) -> Vec<Vec<TaskId>> {
    let mut graph: DiGraphMap<TaskId, ()> = DiGraphMap::new();
    for wait in stuck {
        graph.add_node(wait.task);
    }
    for wait in stuck {
        for owner in wait.owners.iter().filter(|h| stuck.iter().any(|w| w.task == h.task)) {
            graph.add_edge(wait.task, owner.task, ());
        }
    }
    let mut knots: Vec<Vec<TaskId>> = tarjan_scc(&graph)
        .into_iter()
        .filter(|component| component.len() > 1 || graph.contains_edge(component[0], component[0]))
        .collect();
    for knot in &mut knots {
        knot.sort_unstable();
    }
    knots.sort_unstable();
    knots
}

pub(super) fn find(execution: &Execution<'_>, found: &mut Vec<Evidence>) {
    if execution.ended != Ended::Stuck {
        return;
    }
    let wait_for = wait_for(execution);
    for knot in &wait_for.knots {
        let waits = wait_for.waits.iter().filter(|wait| knot.contains(&wait.task));
        found.push(evidence(execution, Kind::Deadlock, waits));
    }
    for wait in &wait_for.waits {
        let kind = match root(&wait_for, wait) {
            Root::Elsewhere => continue,
            Root::Abandoned => Kind::AbandonedLock,
            Root::Hang => Kind::Hang,
        };
        found.push(evidence(execution, kind, std::iter::once(wait)));
    }
}

/// What a wait is, apart from being part of a knot.
enum Root {
    /// It waits for somebody who is stuck for a reason of its own.
    Elsewhere,
    /// It waits for units whose owners have all ended.
    Abandoned,
    /// Nobody left will end it.
    Hang,
}

fn root(wait_for: &WaitFor, wait: &Wait) -> Root {
    if !wait.certain {
        return Root::Hang;
    }
    let waits_for_the_living = wait.owners.iter().any(|owner| !owner.ended);
    let in_a_knot = wait_for.knots.iter().any(|knot| knot.contains(&wait.task));
    match (waits_for_the_living || in_a_knot, wait.owners.is_empty()) {
        (true, _) => Root::Elsewhere,
        (false, false) => Root::Abandoned,
        (false, true) => Root::Hang,
    }
}

fn evidence<'a>(
    execution: &Execution<'_>,
    kind: Kind,
    waits: impl Iterator<Item = &'a Wait>,
) -> Evidence {
    let mut signature = Signature {
        kind,
        tasks: SmallVec::new(),
        objects: SmallVec::new(),
        sites: SmallVec::new(),
    };
    let mut steps = SmallVec::new();
    for wait in waits {
        let task = execution.task(wait.task);
        signature.tasks.push(wait.task);
        // Who is parked waits on a gauge of its own, for what it is part of.
        signature.objects.push(execution.whole(wait.guard.gauge));
        signature.sites.push(Site(task.pending.location));
        steps.extend(wait.owners.iter().filter_map(|owner| owner.step));
    }
    signature.objects.sort_unstable();
    signature.objects.dedup();
    steps.sort_unstable();
    steps.dedup();
    Evidence { signature, steps }
}
