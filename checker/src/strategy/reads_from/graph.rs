//! The graph of an execution: its events in the order in which the search added them, and what
//! comes before each through the order of its task and through what was read.

use unknot_sim::{Ended, Execution, ObjectId, Phase, Purpose, TaskId};

use super::event::{EXIT, EventKey, GraphEvent, ReadSource, TouchKind};

/// Events in an order in which each comes after all that it depends on.
#[derive(Debug, Default)]
pub(super) struct ReadsGraph {
    pub(super) events: Vec<GraphEvent>,
    /// For each event those before it, as bits, and itself.
    pasts: Vec<u64>,
    /// Words of bits of each event.
    words: usize,
    /// The next steps of tasks that wait for a lock.
    pub(super) waiting: Vec<GraphEvent>,
}

/// Where events of some tasks are in a list of events.
#[derive(Debug, Default)]
pub(super) struct EventPlaces(Vec<Vec<u32>>);

impl EventPlaces {
    pub(super) fn of(events: &[GraphEvent]) -> EventPlaces {
        let mut places = EventPlaces::default();
        for (at, event) in events.iter().enumerate() {
            let task = EventPlaces::index(event.key.task);
            if places.0.len() <= task {
                places.0.resize(task + 1, vec![]);
            }
            debug_assert_eq!(places.0[task].len(), event.key.nth as usize);
            places.0[task].push(at as u32);
        }
        places
    }

    /// The tasks by number, with the places of their events. The exit comes first.
    pub(super) fn tasks(&self) -> &[Vec<u32>] {
        &self.0
    }

    /// The number of a task in the list.
    pub(super) fn index(task: TaskId) -> usize {
        if task == EXIT { 0 } else { task.index() + 1 }
    }

    pub(super) fn find(&self, key: EventKey) -> Option<usize> {
        let places = self.0.get(EventPlaces::index(key.task))?;
        places.get(key.nth as usize).map(|&at| at as usize)
    }
}

/// The events of an execution in the order of its steps.
struct GraphSteps {
    events: Vec<GraphEvent>,
    waiting: Vec<GraphEvent>,
}

/// What was written last to each object.
#[derive(Default)]
struct LastWriters(Vec<Option<EventKey>>);

impl LastWriters {
    fn last(&self, object: ObjectId) -> ReadSource {
        let last = self.0.get(object.index()).copied().flatten();
        last.map_or(ReadSource::Initial, ReadSource::Write)
    }

    fn write(&mut self, object: ObjectId, key: EventKey) {
        if self.0.len() <= object.index() {
            self.0.resize(object.index() + 1, None);
        }
        self.0[object.index()] = Some(key);
    }
}

impl GraphSteps {
    fn of(execution: &Execution<'_>) -> GraphSteps {
        let trace = execution.trace;
        let mut last: Vec<Option<EventKey>> = vec![None; execution.tasks.len()];
        let mut started: Vec<Option<EventKey>> = vec![None; execution.tasks.len()];
        let next = |task: TaskId, last: &[Option<EventKey>], started: &[Option<EventKey>]| {
            let before = last[task.index()];
            let nth = before.map_or(0, |before| before.nth + 1);
            (EventKey { task, nth }, before.or(started[task.index()]))
        };
        let mut events = Vec::with_capacity(trace.len());
        let mut writers = LastWriters::default();
        for (at, step) in trace.steps().iter().enumerate() {
            let (key, before) = next(step.task, &last, &started);
            let mut event = GraphEvent::made((key, before), execution, at);
            if let Some(object) = event.object {
                event.source = event.touch.reads().then(|| writers.last(object));
                if event.touch.writes() {
                    writers.write(object, key);
                }
            }
            last[step.task.index()] = Some(key);
            if let Some(child) = step.child {
                started[child.index()] = Some(key);
            }
            events.push(event);
        }
        let waits = |task: &&TaskId| execution.task(**task).phase == Phase::Waiting;
        let waiting = execution.live.iter().filter(waits).map(|&task| {
            let op = &execution.task(task).pending;
            GraphEvent::pending(next(task, &last, &started), op, execution)
        });
        let waiting = waiting.filter(|event| event.touch == TouchKind::Take).collect();
        if execution.has_exit_outcome && execution.ended == Ended::Complete {
            events.extend(at_exit(execution, &events, &writers));
        }
        GraphSteps { events, waiting }
    }
}

/// A read of each memory location that was written: the outcome may be made of any.
fn at_exit(
    execution: &Execution<'_>,
    events: &[GraphEvent],
    writers: &LastWriters,
) -> Vec<GraphEvent> {
    let is_data = |object: &ObjectId| execution.object(*object).purpose == Purpose::Primitive;
    let of_cells =
        |event: &&GraphEvent| matches!(event.touch, TouchKind::Write | TouchKind::Update);
    let objects = events.iter().filter(of_cells).filter_map(|event| event.object).filter(is_data);
    let mut objects: Vec<ObjectId> = objects.collect();
    objects.sort_unstable();
    objects.dedup();
    let read = |(nth, object)| {
        let key = EventKey { task: EXIT, nth: nth as u32 };
        GraphEvent::at_exit(key, (object, writers.last(object)))
    };
    objects.into_iter().enumerate().map(read).collect()
}

impl ReadsGraph {
    /// Becomes the graph of an execution that was made after a plan: the events of the plan
    /// first and in its order, then the others in the order of their steps. If it does not have
    /// these events, with what they read, says which is the first that it does not have.
    pub(super) fn become_of(&mut self, execution: &Execution<'_>) -> Result<(), usize> {
        let GraphSteps { events: mut made, waiting } = GraphSteps::of(execution);
        let places = EventPlaces::of(&made);
        let mut is_planned = vec![false; made.len()];
        let mut events = Vec::with_capacity(made.len());
        for (at, planned) in self.events.iter().enumerate() {
            let place = places.find(planned.key).ok_or(at)?;
            if made[place].source != planned.source {
                return Err(at);
            }
            is_planned[place] = true;
            events.push(made[place]);
        }
        let mut is_new = is_planned.iter().map(|planned| !planned);
        made.retain(|_| is_new.next() == Some(true));
        events.append(&mut made);
        (self.events, self.waiting) = (events, waiting);
        self.find_pasts();
        Ok(())
    }

    fn find_pasts(&mut self) {
        let places = EventPlaces::of(&self.events);
        let n = self.events.len();
        self.words = n.div_ceil(64);
        self.pasts.clear();
        self.pasts.resize(n * self.words, 0);
        for at in 0..n {
            let GraphEvent { before, source, .. } = self.events[at];
            let read = match source {
                Some(ReadSource::Write(write)) => Some(write),
                _ => None,
            };
            for earlier in [before, read].into_iter().flatten() {
                let earlier = places.find(earlier).expect("an event comes after what it reads");
                self.add_past(at, earlier);
            }
            self.pasts[at * self.words + at / 64] |= 1 << (at % 64);
        }
    }

    /// Adds the past of an earlier event to that of another one.
    fn add_past(&mut self, at: usize, earlier: usize) {
        debug_assert!(earlier < at, "events are in an order that fits");
        let (before, from) = self.pasts.split_at_mut(at * self.words);
        let earlier = &before[earlier * self.words..][..self.words];
        from.iter_mut().zip(earlier).for_each(|(mine, theirs)| *mine |= theirs);
    }

    /// Whether an event is the same as another one, or comes before it.
    pub(super) fn is_before(&self, earlier: usize, at: usize) -> bool {
        self.pasts[at * self.words + earlier / 64] >> (earlier % 64) & 1 != 0
    }

    /// The events from a place on that come before some events, and these themselves.
    pub(super) fn past_of(&self, of: &[usize], from: usize) -> Vec<GraphEvent> {
        let is_past = |at: &usize| of.iter().any(|&of| self.is_before(*at, of));
        let last = of.iter().max().map_or(0, |last| last + 1);
        (from..last).filter(is_past).map(|at| self.events[at]).collect()
    }

    /// The integer that an event would read there, if it is known.
    pub(super) fn value_at(
        &self,
        places: &EventPlaces,
        source: ReadSource,
        reader: &GraphEvent,
    ) -> Option<i64> {
        match source {
            ReadSource::Initial => Some(reader.initial),
            ReadSource::Write(write) => self.events[places.find(write)?].value,
        }
    }
}
