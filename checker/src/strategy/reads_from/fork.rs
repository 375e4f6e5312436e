//! Where executions part: an event, and what else it could read there.

use std::collections::BTreeSet;

use super::event::{EventKey, FREE, GraphEvent, ReadSource, TouchKind};
use super::graph::{EventPlaces, ReadsGraph};
use super::ordered::MOST_REMEMBERED;
use crate::strategy::estimate::TreeFork;

/// Events that come after those before a fork.
pub(super) type ForkPlan = Box<[GraphEvent]>;

/// A plan as it is remembered: its events in the order of their tasks, with what they read.
type PlanSignature = Box<[(EventKey, Option<ReadSource>)]>;

/// An event with a choice. All executions below it begin with the same events.
#[derive(Debug)]
pub(super) struct ReadFork {
    /// How many events come before it. They read the same in all executions below.
    pub(super) at: usize,
    /// The event that reads, or that takes the lock, in the present execution.
    pub(super) place: usize,
    /// Whether the choice is which acquisition of a lock is next.
    is_lock: bool,
    /// What is still to be tried. The last one is next.
    plans: Vec<ForkPlan>,
    /// What was ever planned, but for reading one of the writes before.
    known: BTreeSet<PlanSignature>,
    /// Executions that were begun here.
    done: u64,
    /// How many steps all its plans have.
    pub(super) remembered: usize,
}

impl ReadFork {
    /// The fork at an event that an execution has just made, with the other writes before it.
    pub(super) fn at(graph: &ReadsGraph, places: &EventPlaces, at: usize) -> Option<ReadFork> {
        let event = &graph.events[at];
        let is_lock = event.touch == TouchKind::Take;
        if !is_lock && !event.has_choice() {
            return None;
        }
        let mut fork = ReadFork {
            at,
            place: at,
            is_lock,
            plans: vec![],
            known: BTreeSet::new(),
            done: 0,
            remembered: 0,
        };
        match is_lock {
            // That this acquisition is next is the present execution.
            true => _ = fork.is_new(&[*event]),
            false => fork.plan_earlier(graph, places),
        }
        Some(fork)
    }

    /// The next plan, if one is left.
    pub(super) fn next(&mut self) -> Option<ForkPlan> {
        self.plans.pop()
    }

    /// Says that an execution was begun with a plan.
    pub(super) fn begin(&mut self, plan: &ForkPlan) {
        self.done += 1;
        self.place = self.at + plan.len() - 1;
    }

    /// How far the search is here.
    pub(super) fn tree_fork(&self) -> TreeFork {
        TreeFork { done: self.done, of: self.done + 1 + self.plans.len() as u64 }
    }

    /// Plans that the event reads each other write before it, and what the object held at
    /// first, unless something was written over that already.
    fn plan_earlier(&mut self, graph: &ReadsGraph, places: &EventPlaces) {
        let event = &graph.events[self.at];
        let before = event.before.and_then(|before| places.find(before));
        let is_writer = |at: &usize| {
            let other = &graph.events[*at];
            other.object == event.object && other.touch.writes()
        };
        let writers: Vec<usize> = (0..self.at).filter(is_writer).collect();
        let is_past =
            |at: usize| event.is_exit() || before.is_some_and(|before| graph.is_before(at, before));
        // Of each task the last write that comes before the event hides those before it.
        let mut hiding: Vec<usize> = vec![];
        for &write in writers.iter().filter(|&&write| is_past(write)) {
            let task = graph.events[write].key.task;
            hiding.retain(|&other| graph.events[other].key.task != task);
            hiding.push(write);
        }
        let is_hidden = |write: usize| {
            hiding.iter().any(|&other| other != write && graph.is_before(write, other))
        };
        if hiding.is_empty() {
            self.plan_read(graph, places, event, ReadSource::Initial);
        }
        for &write in writers.iter().filter(|&&write| !is_hidden(write)) {
            self.plan_read(graph, places, event, ReadSource::Write(graph.events[write].key));
        }
    }

    fn plan_read(
        &mut self,
        graph: &ReadsGraph,
        places: &EventPlaces,
        event: &GraphEvent,
        source: ReadSource,
    ) {
        if event.source != Some(source) {
            let value = graph.value_at(places, source, event);
            self.plans.push(Box::new([event.reading(source, value)]));
            self.remembered += 1;
        }
    }

    /// Plans what the present execution shows, where the events from a place on are new.
    pub(super) fn look(&mut self, graph: &ReadsGraph, places: &EventPlaces, from: usize) {
        match self.is_lock {
            true => self.look_for_takes(graph, places, from),
            false => self.look_for_writes(graph, places, from),
        }
    }

    /// A write that does not come after the event may come before it, and be read.
    fn look_for_writes(&mut self, graph: &ReadsGraph, places: &EventPlaces, from: usize) {
        let event = graph.events[self.place];
        if event.is_try() && event.touch == TouchKind::Update {
            self.look_for_kept(graph, places, from);
        }
        for at in from.max(self.at)..graph.events.len() {
            let other = &graph.events[at];
            if other.object != event.object || at == self.place {
                continue;
            }
            if !graph.is_before(self.place, at) {
                if other.touch.writes() {
                    let past = graph.past_of(&[at], self.at);
                    self.plan_after(past, &event, (other.key, other.value));
                }
            } else if other.source == Some(ReadSource::Write(event.key)) {
                self.look_at_update(graph, places, at);
            }
        }
    }

    /// Two updates one after the other may change places: the later one then reads what the
    /// earlier one has read.
    fn look_at_update(&mut self, graph: &ReadsGraph, places: &EventPlaces, at: usize) {
        let (event, other) = (graph.events[self.place], graph.events[at]);
        let Some(source) = event.source else { return };
        let value = graph.value_at(places, source, &other);
        let before = other.before.and_then(|before| places.find(before));
        let is_after = before.is_some_and(|before| graph.is_before(self.place, before));
        if is_after || !other.has_choice() || !other.would_write(value) {
            return;
        }
        let read = match source {
            ReadSource::Initial => None,
            ReadSource::Write(write) => places.find(write),
        };
        let of: Vec<usize> = [before, read].into_iter().flatten().collect();
        let mut past = graph.past_of(&of, self.at);
        let other = other.reading(source, value);
        past.push(other);
        self.plan_after(past, &event, (other.key, other.value));
    }

    /// A task that is kept from a lock, since the event has taken it, may take it first. The
    /// event then finds it taken.
    fn look_for_kept(&mut self, graph: &ReadsGraph, places: &EventPlaces, from: usize) {
        let event = graph.events[self.place];
        let others = next_takes(graph, places, self.place, from.max(self.at));
        let is_earlier = |other: &GraphEvent| {
            places.find(other.key).is_some_and(|at| graph.is_before(at, self.place))
        };
        let is_kept = |other: &GraphEvent| other.touch == TouchKind::Take && !is_earlier(other);
        let kept: Vec<_> = others.filter(|(other, _)| is_kept(other)).collect();
        for (other, before) in kept {
            let read = match event.source {
                Some(ReadSource::Write(write)) => places.find(write),
                _ => None,
            };
            let of: Vec<usize> = [before, read].into_iter().flatten().collect();
            let mut past = graph.past_of(&of, self.at);
            past.push(GraphEvent { source: event.source, ..*other });
            self.plan_after(past, &event, (other.key, other.value));
        }
    }

    /// Plans that the event reads the last of these events.
    fn plan_after(
        &mut self,
        mut past: Vec<GraphEvent>,
        event: &GraphEvent,
        (write, value): (EventKey, Option<i64>),
    ) {
        if self.is_new(&past) {
            past.push(event.reading(ReadSource::Write(write), value));
            self.plans.push(past.into());
        }
    }

    /// Another acquisition of the lock may be the next one, wherever it does not come after
    /// this one, be it made here or not.
    fn look_for_takes(&mut self, graph: &ReadsGraph, places: &EventPlaces, from: usize) {
        let taken = graph.events[self.place];
        let Some(source) = taken.source else { return };
        for (other, before) in next_takes(graph, places, self.place, from.max(self.at)) {
            let mut past = before.map_or(vec![], |before| graph.past_of(&[before], self.at));
            past.push(other.reading(source, Some(FREE)));
            if self.is_new(&past) {
                self.plans.push(past.into());
            }
        }
    }

    /// Whether these events were not planned before, in any order.
    fn is_new(&mut self, events: &[GraphEvent]) -> bool {
        if self.remembered > MOST_REMEMBERED {
            // The search ends.
            return false;
        }
        let mut signature: Vec<_> = events.iter().map(|event| (event.key, event.source)).collect();
        signature.sort_unstable();
        let is_new = self.known.insert(signature.into());
        self.remembered += if is_new { events.len() } else { 0 };
        is_new
    }
}

/// The other acquisitions of a lock that do not come after one of it, made or waiting, and
/// those that were tried, each with what comes before it in its task.
fn next_takes<'a>(
    graph: &'a ReadsGraph,
    places: &'a EventPlaces,
    place: usize,
    from: usize,
) -> impl Iterator<Item = (&'a GraphEvent, Option<usize>)> {
    let taken = &graph.events[place];
    let takes = |event: &&GraphEvent| {
        event.object == taken.object
            && event.key != taken.key
            && (event.touch == TouchKind::Take || event.is_try())
    };
    let others = graph.events[from..].iter().chain(&graph.waiting).filter(takes);
    let others = others.map(|other| (other, other.before.and_then(|key| places.find(key))));
    others.filter(move |(_, before)| before.is_none_or(|before| !graph.is_before(place, before)))
}
