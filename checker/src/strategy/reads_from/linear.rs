//! An order of events in which each reads what it is to read.
//!
//! Every read has its write, and the question is whether the writes can be put in a line. To
//! decide that is NP-hard in general (P. Gibbons, E. Korach, "Testing Shared Memories", SIAM
//! Journal on Computing 26, 1997); the programs here have few tasks. Events that take nothing
//! from any other event are made as soon as they can be: reads, and writes that no event is to
//! read, whenever all have read what the object held before. Only writes that are read are
//! choices, in the order in which the search added them; a state that was found to lead
//! nowhere is not entered again.

use std::collections::BTreeSet;

use unknot_sim::ObjectId;

use super::event::{EXIT, GraphEvent, ReadSource, TouchKind};
use super::graph::EventPlaces;

/// Nothing was written yet.
const NOTHING: u32 = u32::MAX;

/// The events with their relations as places.
struct EventRelations<'a> {
    events: &'a [GraphEvent],
    places: &'a EventPlaces,
    /// For each event the one that started its task, if it is the first one of that.
    start: Vec<Option<u32>>,
    /// For each event that reads, what it reads.
    source: Vec<u32>,
    /// For each event the number of its object.
    object: Vec<usize>,
    n_objects: usize,
}

/// How far a line has come.
#[derive(Clone, Debug)]
struct EventLine {
    made: Vec<u32>,
    is_made: Vec<bool>,
    /// For each task how many of its events were made.
    next: Vec<u32>,
    /// For each object what was written last.
    last: Vec<u32>,
    /// For each write how many are still to read it; the same of what objects held at first.
    unread: Vec<u32>,
    unread_at_first: Vec<u32>,
}

/// Puts events in an order in which each reads what it is to read, if there is one. Adds to the
/// count how many events were looked at.
pub(super) fn linearize(events: &[GraphEvent], effort: &mut u64) -> Option<Vec<u32>> {
    let places = EventPlaces::of(events);
    let relations = EventRelations::of(events, &places);
    let mut line = relations.begin();
    // The lines to go back to, each with writes that were not tried there.
    let mut choices: Vec<(EventLine, Vec<u32>)> = vec![];
    let mut failed: BTreeSet<(Vec<u32>, Vec<u32>)> = BTreeSet::new();
    loop {
        let writes = relations.go_on(&mut line, effort);
        if line.made.len() == events.len() {
            return Some(line.made);
        }
        match writes.as_slice() {
            &[only] => {
                relations.make(&mut line, only);
                continue;
            }
            [] => {}
            _ if failed.insert((line.next.clone(), line.last.clone())) => {
                // The first one is tried first.
                choices.push((line.clone(), writes.into_iter().rev().collect()));
            }
            _ => {}
        }
        let next = loop {
            let (from, writes) = choices.last_mut()?;
            match writes.pop() {
                Some(write) => break (from.clone(), write),
                None => _ = choices.pop(),
            }
        };
        line = next.0;
        relations.make(&mut line, next.1);
    }
}

impl<'a> EventRelations<'a> {
    fn of(events: &'a [GraphEvent], places: &'a EventPlaces) -> EventRelations<'a> {
        let place = |key| places.find(key).expect("what an event depends on is there") as u32;
        let mut objects: Vec<ObjectId> = events.iter().filter_map(|event| event.object).collect();
        objects.sort_unstable();
        objects.dedup();
        let number = |object| objects.binary_search(&object).expect("all are listed");
        let source = |event: &GraphEvent| match event.source {
            Some(ReadSource::Write(write)) => place(write),
            _ => NOTHING,
        };
        let start = |event: &GraphEvent| event.before.filter(|_| event.key.nth == 0).map(place);
        EventRelations {
            events,
            places,
            start: events.iter().map(start).collect(),
            source: events.iter().map(source).collect(),
            object: events.iter().map(|event| event.object.map_or(0, number)).collect(),
            n_objects: objects.len(),
        }
    }

    fn begin(&self) -> EventLine {
        let n = self.events.len();
        let mut line = EventLine {
            made: Vec::with_capacity(n),
            is_made: vec![false; n],
            next: vec![0; self.places.tasks().len()],
            last: vec![NOTHING; self.n_objects],
            unread: vec![0; n],
            unread_at_first: vec![0; self.n_objects],
        };
        for (at, event) in self.events.iter().enumerate() {
            if event.touch.reads() {
                *self.unread(&mut line, self.source[at], self.object[at]) += 1;
            }
        }
        line
    }

    /// How many are still to read a write, or what an object held at first.
    fn unread<'b>(&self, line: &'b mut EventLine, write: u32, object: usize) -> &'b mut u32 {
        match write {
            NOTHING => &mut line.unread_at_first[object],
            write => &mut line.unread[write as usize],
        }
    }

    fn make(&self, line: &mut EventLine, at: u32) {
        let (event, object) = (&self.events[at as usize], self.object[at as usize]);
        if event.touch.reads() {
            *self.unread(line, self.source[at as usize], object) -= 1;
        }
        if event.touch.writes() {
            line.last[object] = at;
        }
        line.made.push(at);
        line.is_made[at as usize] = true;
        line.next[EventPlaces::index(event.key.task)] += 1;
    }

    /// Makes what can be made at once, and returns the writes of which one has to be next.
    fn go_on(&self, line: &mut EventLine, effort: &mut u64) -> Vec<u32> {
        loop {
            let mut writes = vec![];
            let mut has_made = false;
            for task in 0..line.next.len() {
                while let Some(&at) = self.places.tasks()[task].get(line.next[task] as usize) {
                    *effort += 1;
                    match self.is_next(line, at) {
                        NextEvent::Now => {
                            self.make(line, at);
                            has_made = true;
                        }
                        NextEvent::Maybe => {
                            writes.push(at);
                            break;
                        }
                        NextEvent::Later => break,
                    }
                }
            }
            if !has_made {
                writes.sort_unstable();
                return writes;
            }
        }
    }

    fn is_next(&self, line: &EventLine, at: u32) -> NextEvent {
        let (event, object) = (&self.events[at as usize], self.object[at as usize]);
        let is_started = self.start[at as usize].is_none_or(|start| line.is_made[start as usize]);
        // What is read at the exit is read behind all else.
        let is_exit = event.key.task == EXIT;
        let n_others = self.events.len() - self.places.tasks()[0].len();
        if !is_started || is_exit && line.made.len() < n_others {
            return NextEvent::Later;
        }
        let last = || line.last[object];
        let unread = || match last() {
            NOTHING => line.unread_at_first[object],
            last => line.unread[last as usize],
        };
        let can_be = match event.touch {
            TouchKind::Nothing => true,
            TouchKind::Read | TouchKind::Await => last() == self.source[at as usize],
            TouchKind::Write => unread() == 0,
            TouchKind::Update | TouchKind::Take | TouchKind::Release => {
                last() == self.source[at as usize] && unread() == 1
            }
        };
        match event.touch {
            _ if !can_be => NextEvent::Later,
            TouchKind::Write if line.unread[at as usize] > 0 => NextEvent::Maybe,
            _ => NextEvent::Now,
        }
    }
}

/// When an event is made.
enum NextEvent {
    Now,
    /// If no other write comes first.
    Maybe,
    Later,
}
