//! The trace of one execution for Perfetto (<https://ui.perfetto.dev>) and
//! `chrome://tracing`: the JSON of Chrome ("Trace Event Format").
//!
//! A step takes one millisecond, which is a place in the schedule and no duration. A task
//! has a track, with its steps and the spans in which it could not go on; a lock or permit
//! has one as well, with the tasks that held it, and a second one where several hold it at
//! once. An arrow (a flow) leads from the step after which a blocked task could go on to
//! the step that the task then made.

use std::io;
use std::ops::Range;

use serde_json::{Map, Value, json};

use super::replay::ReplayReport;
use super::visible::visible;
use super::words::{label, operation_text, place, step_text};
use crate::replay::lanes::{BlockedSpan, HeldSpan};
use crate::replay::record::{OperationRecord, StepRecord};

/// Microseconds on the time axis that a step takes.
const STEP: u64 = 1_000;

/// The process of the tracks of locks; those of tasks are counted from 1.
const LOCKS: usize = 1_000_000;

/// Writes the trace.
///
/// # Errors
/// If the output cannot be written.
pub fn write(report: &ReplayReport<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let trace = PerfettoTrace { report };
    let mut events = trace.tracks();
    events.extend(trace.steps());
    events.extend(trace.blocked());
    events.extend(trace.held());
    events.extend(trace.flows());
    events.extend(trace.findings());
    let document = json!({
        "displayTimeUnit": "ms",
        "otherData": {
            "scenario": report.scenario,
            "schedule": report.schedule,
            "time": "a millisecond is a step of the schedule, and no duration",
            "tool": concat!("unknot ", env!("CARGO_PKG_VERSION")),
        },
        "traceEvents": events,
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// An execution on its way into events.
struct PerfettoTrace<'a> {
    report: &'a ReplayReport<'a>,
}

impl PerfettoTrace<'_> {
    /// The names of processes and tasks.
    fn tracks(&self) -> Vec<Value> {
        let mut events = vec![];
        let mut processes: Vec<Option<&str>> = vec![];
        for (nth, task) in self.report.tasks.iter().enumerate() {
            if !processes.contains(&task.process.as_deref()) {
                processes.push(task.process.as_deref());
                let name = task.process.as_deref().unwrap_or("tasks");
                events.push(meta("process_name", self.process(nth), 0, json!({"name": name})));
            }
            events.push(self.name_of(nth));
            let sort = json!({"sort_index": nth + 1});
            events.push(meta("thread_sort_index", self.process(nth), nth + 1, sort));
        }
        events
    }

    fn name_of(&self, task: usize) -> Value {
        let name = json!({"name": label(&self.report.tasks[task])});
        meta("thread_name", self.process(task), task + 1, name)
    }

    /// The number of the process of a task, counted from 1.
    fn process(&self, task: usize) -> usize {
        let tasks = &self.report.tasks;
        let mut processes: Vec<Option<&str>> = vec![];
        for task in &tasks[..=task] {
            if !processes.contains(&task.process.as_deref()) {
                processes.push(task.process.as_deref());
            }
        }
        let own = tasks[task].process.as_deref();
        1 + processes.iter().position(|one| *one == own).unwrap_or_default()
    }

    fn number(&self, path: &str) -> Option<usize> {
        self.report.tasks.iter().position(|task| task.task == path)
    }

    fn steps(&self) -> Vec<Value> {
        let event = |step: &StepRecord| {
            let task = self.number(&step.task)?;
            let mut args = of(&step.operation);
            args.insert("step".to_owned(), json!(step.step));
            if let Some(value) = &step.value {
                args.insert("value".to_owned(), json!(value.to_string()));
            }
            if step.preempts {
                args.insert("preempts".to_owned(), json!(true));
            }
            let (from, until) = (u64::from(step.step), u64::from(step.step) + 1);
            let track = (self.process(task), task + 1);
            Some(span((&step_text(step), "step"), track, from..until, args))
        };
        self.report.steps.iter().filter_map(event).collect()
    }

    fn end(&self) -> u64 {
        self.report.steps.len() as u64
    }

    fn blocked(&self) -> Vec<Value> {
        let event = |blocked: &BlockedSpan| {
            let BlockedSpan { task: path, from, to, wanted } = blocked;
            let task = self.number(path)?;
            let wanted = match wanted.map(|step| &self.report.steps[step as usize]) {
                Some(step) => Some(&step.operation),
                None => self.report.tasks[task].pending.as_ref().map(|one| &one.operation),
            };
            let text = wanted.map_or_else(String::new, operation_text);
            let track = (self.process(task), task + 1);
            // What never ends is drawn one step beyond the last.
            let until = to.map_or(self.end(), u64::from) + 1;
            let args = wanted.map(of).unwrap_or_default();
            let steps = u64::from(*from) + 1..until;
            Some(span((&format!("blocked: {text}"), "blocked"), track, steps, args))
        };
        self.report.lanes.blocked.iter().filter_map(event).collect()
    }

    /// Tracks of what is held: what overlaps stands on tracks of its own.
    fn held(&self) -> Vec<Value> {
        let mut events = vec![];
        // What stands on each track: its object, and where its last span ends.
        let mut tracks: Vec<(&str, u64)> = vec![];
        for HeldSpan { object, task, from, to } in &self.report.lanes.held {
            let Some(task) = self.number(task) else { continue };
            // From the middle of the step that took it to the middle of the other one.
            let middle = |step: u64| step * STEP + STEP / 2;
            let (from, until) = (middle(u64::from(*from)), to.map(u64::from).map(middle));
            let until = until.unwrap_or((self.end() + 1) * STEP);
            let is_free = |(of, end): &(&str, u64)| *of == object.as_str() && *end <= from;
            let track = tracks.iter().position(is_free).unwrap_or_else(|| {
                tracks.push((object, 0));
                let nth = tracks.len();
                if nth == 1 {
                    events.push(meta("process_name", LOCKS, 0, json!({"name": "held"})));
                }
                let name = json!({"name": visible(object)});
                events.push(meta("thread_name", LOCKS, nth, name));
                nth - 1
            });
            tracks[track].1 = until;
            let name = label(&self.report.tasks[task]);
            events.push(slice((&name, "held"), (LOCKS, track + 1), from..until, Map::new()));
        }
        events
    }

    /// Arrows to the steps of tasks that had been blocked.
    fn flows(&self) -> Vec<Value> {
        let mut events = vec![];
        for (id, blocked) in self.report.lanes.blocked.iter().enumerate() {
            let (Some(to), Some(wanted)) = (blocked.to, blocked.wanted) else { continue };
            let by = &self.report.steps[to as usize];
            let then = &self.report.steps[wanted as usize];
            let (Some(task), Some(waker)) = (self.number(&blocked.task), self.number(&by.task))
            else {
                continue;
            };
            let flow = |ph: &str, task: usize, step: u32| {
                let ts = u64::from(step) * STEP + STEP / 2;
                json!({
                    "ph": ph, "id": id, "name": "lets go on", "cat": "wake-up",
                    "pid": self.process(task), "tid": task + 1, "ts": ts,
                })
            };
            events.push(flow("s", waker, by.step));
            let mut end = flow("f", task, then.step);
            // The arrow ends at the step around this time, and not at the next one.
            end["bp"] = json!("e");
            events.push(end);
        }
        events
    }

    /// A mark at each step that proves a finding.
    fn findings(&self) -> Vec<Value> {
        let mut events = vec![];
        for finding in &self.report.findings {
            let steps = finding.proof.iter().filter_map(|&at| self.report.steps.get(at as usize));
            for step in steps {
                let Some(task) = self.number(&step.task) else { continue };
                events.push(json!({
                    "ph": "i", "s": "t", "name": finding.kind.name(), "cat": "finding",
                    "pid": self.process(task), "tid": task + 1,
                    "ts": u64::from(step.step) * STEP,
                    "args": {"message": visible(&finding.message)},
                }));
            }
        }
        events
    }
}

fn of(operation: &OperationRecord) -> Map<String, Value> {
    let mut args = Map::new();
    args.insert("at".to_owned(), json!(place(&operation.file, operation.line)));
    if let Some(object) = &operation.object {
        args.insert("object".to_owned(), json!(object));
    }
    args
}

/// A span of steps.
fn span(
    name: (&str, &str),
    track: (usize, usize),
    steps: Range<u64>,
    args: Map<String, Value>,
) -> Value {
    slice(name, track, steps.start * STEP..steps.end * STEP, args)
}

/// A span of the time axis.
fn slice(
    (name, category): (&str, &str),
    (process, track): (usize, usize),
    time: Range<u64>,
    args: Map<String, Value>,
) -> Value {
    json!({
        "ph": "X", "name": name, "cat": category, "pid": process, "tid": track,
        "ts": time.start, "dur": time.end - time.start, "args": args,
    })
}

fn meta(name: &str, process: usize, track: usize, args: Value) -> Value {
    json!({"ph": "M", "name": name, "pid": process, "tid": track, "args": args})
}
