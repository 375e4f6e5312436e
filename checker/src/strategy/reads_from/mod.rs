//! Each reads-from class once: executions in which every read takes from the same write.
//!
//! Two executions of a program in which each read takes from the same write, and each
//! acquisition of a lock from the same release, are the same to every task: all tasks read the
//! same values, do the same, end the same way or are stuck at the same place. Which of two
//! writes came first matters only if a read tells. So there are never more such classes than
//! trace classes, and often far fewer: of n tasks that each read a counter and write one more
//! (n+1)^(n-1), and not (n!)².
//!
//! *Graphs.* The search adds events (steps by task and number) to a graph, in which each read
//! has its *source*. The *past* of an event is what comes before it by the order of its task,
//! by starts and by sources; pasts alone are kept, no order of writes. Whether an execution has
//! a given graph is decided by looking for an order of its events ([`linear`]), which then is
//! the beginning of the next execution. From there on tasks run freely, and what they do is
//! added to the graph in the order in which they do it.
//!
//! *Forks.* Let P be a graph, and e a read that the next execution adds to it. Each class that
//! contains P contains e, since a read never has to wait. It takes from a write in P, or from a
//! write w outside of P, and then the class contains the past of w. So these alternatives
//! divide the classes that contain P:
//! - e takes from w in P, for each w for which there is an order;
//! - e takes from w, where P is followed by Q, the past of w outside of P, with the sources
//!   that Q has: one alternative for each w and Q.
//!
//! Each alternative is a smaller set of classes, with a larger graph, and is gone through in
//! the same way. The events of Q have no alternatives there: these are other Q. So each class
//! is come to once, and nothing is to be remembered but the Q that were planned at the forks on
//! the way ([`ReadFork`]).
//!
//! A lock is held by one task at a time, so its acquisitions and releases are a chain of
//! updates. Let a be an acquisition that P is followed by, and r the release (or the beginning)
//! that it takes from. In each class that contains P some acquisition takes from r, since a
//! could. Whichever it is, and its past, are the alternatives: a class of a deadlock need not
//! contain a. To try to take a lock is a comparison that finds it free or not.
//!
//! *Nothing is missed.* All alternatives have to be found, and they are found in executions of
//! other alternatives: at the end of each the forks on the way look at the graph
//! ([`ReadFork::look`]). By induction all classes of those alternatives are come to that were
//! planned. Let a class have e take from w outside of P, and Q be the past of w, of the least
//! size that was not found. The events of P and Q have an order L. Add e at its end. It takes
//! from a write that is last there: one in P, or one in Q whose past is smaller, so that this
//! alternative is gone through, and some class of it contains P, Q and e. There w is seen, with
//! its past, and the alternative is planned. Or that write is w. Then nothing else takes from
//! w, nor writes after it, so w can be put at the end of L, and e just before w instead. It
//! takes from another write now. If w does not read the variable, or e does not write it, w is
//! the same as before, and seen. Otherwise both are updates, e took from what w took from, and
//! w takes from e: that two updates change places is planned as well (`look_at_update`),
//! where w would still write. Whether a comparison succeeds follows from the integers that
//! steps wrote. For an acquisition b in place of a: the past of b without b leaves the lock
//! free, so a can be made after it, and there b is seen to wait, or made later; `look_for_takes`
//! looks at both. Where a try e takes the lock in place of the acquisition w, w waits likewise
//! (`look_for_kept`).
//!
//! *Memory* is that of the way: the forks of one execution, each with the plans that it ever
//! made. Unlike that of `dpor` it may grow with the number of classes, since all writes that an
//! early read could take from are known there, with their pasts. A program of which that is
//! more than [`MOST_REMEMBERED`] steps is refused.
//!
//! *What it cannot tell.* Findings are functions of a class if they are made of what tasks
//! read and of which tasks are stuck: deadlocks, hangs, exceptions, `verify!`, outcomes. Where
//! the outcome is made at the exit, that is a read of each variable. A lost update depends on
//! which write comes after which, and a data race on orders that are no part of a class. They
//! are told where an execution shows them; where other executions of a class might ([`lost`]),
//! the verdict says so ([`Strategy::unanswered`]).
//!
//! Source: P. Abdulla, M. Atig, B. Jonsson, M. Lång, T. Ngo, K. Sagonas, "Optimal Stateless
//! Model Checking for Reads-From Equivalence under Sequential Consistency", OOPSLA 2019, for
//! the forks with their pasts. Where this code differs: updates and locks, which may wait for
//! ever. What it misses: what is cut by the bound on steps. What it does not take ([`ordered`])
//! it refuses.

mod event;
mod fork;
mod graph;
mod linear;
mod lost;
mod ordered;

use unknot_sim::{Decision, Ended, Execution, Explorer, Point, TaskId};

use crate::model::kind::Kind;
use crate::strategy::api::Strategy;
use crate::strategy::asked::unless_same;
use crate::strategy::divergence::Divergence;
use crate::strategy::estimate::TreeFork;
use event::GraphEvent;
use fork::ReadFork;
use graph::{EventPlaces, ReadsGraph};
use linear::linearize;
use lost::may_lose;
use ordered::MOST_REMEMBERED;

/// The search.
#[derive(Debug, Default)]
pub struct ReadsFrom {
    /// The present execution; before it is made, the events that are planned.
    graph: ReadsGraph,
    forks: Vec<ReadFork>,
    /// The events that are planned, in an order in which they can be made.
    order: Vec<GraphEvent>,
    /// The first event that is new in this execution.
    from: usize,
    /// The tasks of the last execution, step by step.
    last: Vec<TaskId>,
    /// How many steps this execution has in common with it.
    same: usize,
    /// Whether some execution of a class may lose an update.
    may_lose: bool,
    started: bool,
    exhausted: bool,
    divergence: Option<Divergence>,
    refusal: Option<String>,
    effort: u64,
}

impl ReadsFrom {
    /// A search that has seen nothing yet.
    #[must_use]
    pub fn new() -> ReadsFrom {
        ReadsFrom::default()
    }

    /// Turns to the next plan of the last fork that can be carried out.
    fn next_plan(&mut self) -> bool {
        let Some(fork) = self.forks.last_mut() else { return false };
        while let Some(plan) = fork.next() {
            self.graph.events.truncate(fork.at);
            self.graph.events.extend_from_slice(&plan);
            let events = &self.graph.events;
            if let Some(order) = linearize(events, &mut self.effort) {
                let real = order.into_iter().map(|at| events[at as usize]);
                self.order = real.filter(|event| !event.is_exit()).collect();
                self.from = fork.at;
                fork.begin(&plan);
                return true;
            }
        }
        false
    }

    fn refuse(&mut self, why: Option<String>) -> bool {
        self.refusal = self.refusal.take().or(why);
        self.refusal.is_some()
    }

    /// What the present execution shows at each fork, and its own forks.
    fn plan(&mut self) {
        let places = EventPlaces::of(&self.graph.events);
        let planned = self.forks.last().map_or(0, |fork| fork.place + 1);
        let new = planned..self.graph.events.len();
        let mut remembered: usize = self.forks.iter().map(|fork| fork.remembered).sum();
        for at in new {
            let fork = ReadFork::at(&self.graph, &places, at);
            remembered += fork.as_ref().map_or(0, |fork| fork.remembered);
            self.forks.extend(fork);
            if remembered > MOST_REMEMBERED {
                break;
            }
        }
        for fork in &mut self.forks {
            remembered -= fork.remembered;
            fork.look(&self.graph, &places, self.from);
            remembered += fork.remembered;
            if remembered > MOST_REMEMBERED {
                self.refusal = Some(ordered::refuse_size());
                return;
            }
        }
    }
}

impl Explorer for ReadsFrom {
    fn begin(&mut self) -> bool {
        if self.divergence.is_some() || self.refusal.is_some() {
            return false;
        }
        self.effort = 0;
        if !self.started {
            self.started = true;
            return true;
        }
        while !self.forks.is_empty() {
            if self.next_plan() {
                let same = self.order.iter().zip(&self.last);
                self.same = same.take_while(|(event, task)| event.key.task == **task).count();
                return true;
            }
            self.forks.pop();
        }
        self.exhausted = true;
        false
    }

    fn n_repeated(&self) -> usize {
        self.same
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        const STOP: Decision = Decision::Stop(Ended::Abandoned);
        if self.refuse(ordered::refuse_last(&point.so_far())) {
            return STOP;
        }
        let is_enabled = |task: &TaskId| point.is_enabled(*task);
        let task = match self.order.get(point.step()) {
            Some(event) => {
                let (task, mut asked) = (event.key.task, Some(event.asked));
                self.divergence = unless_same(point, task, &mut asked);
                task
            }
            // To stay with the same task saves a switch of coroutines.
            None => {
                let last = point.last().filter(is_enabled);
                last.or_else(|| point.enabled().next()).expect("a task is enabled")
            }
        };
        if self.divergence.is_some() || self.refuse(ordered::refuse_next(point, task)) {
            return STOP;
        }
        Decision::Run(task)
    }

    fn choose(&mut self, point: &Point<'_>, _: u32) -> u32 {
        self.refuse(Some(ordered::refuse_choice(point)));
        0
    }

    fn end(&mut self, execution: &Execution<'_>) {
        let why = ordered::refuse_last(execution).or_else(|| ordered::refuse_pending(execution));
        if self.divergence.is_some() || self.refuse(why) {
            return;
        }
        if let Err(at) = self.graph.become_of(execution) {
            let asked = self.graph.events[at].asked;
            let message = format!("{} did not read what it was to read", asked.words());
            let step = self.order.iter().position(|e| e.key == self.graph.events[at].key);
            self.divergence = Some(Divergence { step: step.unwrap_or_default(), message });
            return;
        }
        self.last.clear();
        self.last.extend(execution.trace.steps().iter().map(|step| step.task));
        self.may_lose = self.may_lose || may_lose(&self.graph);
        self.plan();
    }
}

impl Strategy for ReadsFrom {
    fn is_exhausted(&self) -> bool {
        self.exhausted
    }

    fn divergence(&self) -> Option<&Divergence> {
        self.divergence.as_ref()
    }

    fn refusal(&self) -> Option<&str> {
        self.refusal.as_deref()
    }

    fn unanswered(&self) -> Vec<Kind> {
        let overwritten = [Kind::LostUpdate, Kind::StaleWrite];
        let overwritten = overwritten.into_iter().filter(|_| self.may_lose);
        overwritten.chain([Kind::DataRace]).collect()
    }

    fn effort(&self) -> u64 {
        self.effort
    }

    fn path(&self) -> Option<Vec<TreeFork>> {
        Some(self.forks.iter().map(ReadFork::tree_fork).collect())
    }
}
