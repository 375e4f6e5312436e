//! Prototype.

use smallvec::SmallVec;
use unknot_sim::{Access, Decision, Ended, Execution, Explorer, Point, TaskId, dependent};

use super::events::Events;
use super::race::Race;
use super::sleep::Choice;
use super::{Divergence, Strategy};

/// What a step is in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The first thing tried at its point.
    Default,
    /// It leads to a head.
    Schedule,
    /// It was made before the step of a task that is made right after it; with the head before it in the chain.
    Head { against: TaskId, before: Option<u32> },
}

#[derive(Clone, Debug)]
struct Node {
    task: TaskId,
    kind: Kind,
    choices: SmallVec<[Choice; 1]>,
    /// how many of them are given
    n_given: usize,
    touched_before: Vec<Access>,
    /// for a head: what the step that it comes before touched without it
    instead_of: Vec<Access>,
}

impl Node {
    fn deviates(&self) -> bool {
        matches!(self.kind, Kind::Head { .. }) || self.choices.iter().skip(self.n_given).any(|c| c.value > 0)
    }
    fn next_value(&mut self) -> bool {
        while self.choices.len() > self.n_given {
            let last = self.choices.pop().unwrap();
            if last.value + 1 < last.n {
                self.choices.push(Choice { value: last.value + 1, ..last });
                return true;
            }
        }
        false
    }
}

#[derive(Clone, Debug)]
struct Work {
    at: usize,
    steps: Vec<(TaskId, SmallVec<[Choice; 1]>)>,
    instead_of: Vec<Access>,
}

#[derive(Debug)]
struct Frame {
    nodes: Vec<Node>,
    /// positions whose further values are to be explored, with the present ones.
    values: Vec<(usize, Node)>,
    jumps: Vec<Work>,
}

/// The search.
#[derive(Debug, Default)]
pub struct Parsimonious {
    nodes: Vec<Node>,
    prefix: usize,
    from: usize,
    events: Events,
    frames: Vec<Frame>,
    /// task to run after the head, if it can.
    value_turn: bool,
    started: bool,
    exhausted: bool,
    pub stuck_after_head: u64,
}

impl Parsimonious {
    #[must_use]
    pub fn new() -> Self { Self::default() }

    fn go(&mut self, nodes: Vec<Node>, from: usize) {
        let common = self.nodes.iter().zip(&nodes).take_while(|(a, b)| a.task == b.task && a.choices == b.choices).count();
        // the last step of new nodes may choose further values: never common unless complete
        let common = common.min(from);
        self.events.truncate(common.min(self.events.len()));
        self.prefix = nodes.len();
        self.nodes = nodes;
        self.from = from;
    }

    fn chain(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let task = self.nodes[at].task;
        let first = at.checked_sub(1).filter(|&h| matches!(self.nodes[h].kind, Kind::Head { against, .. } if against == task));
        std::iter::successors(first, |&h| match self.nodes[h].kind { Kind::Head { before, .. } => before.map(|b| b as usize), _ => None })
    }
}

fn order(execution: &Execution<'_>, task: TaskId) -> (bool, TaskId) {
    (execution.task(task).role != unknot_sim::Role::Program, task)
}

impl Explorer for Parsimonious {
    fn begin(&mut self) -> bool {
        if !self.started { self.started = true; return true; }
        while let Some(frame) = self.frames.last_mut() {
            if let Some((at, node)) = frame.values.last_mut() {
                let at = *at;
                if node.next_value() {
                    let mut nodes = frame.nodes[..at].to_vec();
                    nodes.push(node.clone());
                    self.value_turn = true;
                    self.go(nodes, at);
                    return true;
                }
                frame.values.pop();
                continue;
            }
            if let Some(work) = frame.jumps.pop() {
                let mut nodes = frame.nodes[..work.at].to_vec();
                let against = frame.nodes[work.at].task;
                let before = work.at.checked_sub(1).filter(|&h| matches!(nodes[h].kind, Kind::Head { against: a, .. } if a == against)).map(|h| h as u32);
                let n = work.steps.len();
                for (i, (task, choices)) in work.steps.into_iter().enumerate() {
                    let kind = if i + 1 == n { Kind::Head { against, before } } else { Kind::Schedule };
                    nodes.push(Node { task, kind, n_given: choices.len(), choices, touched_before: vec![], instead_of: if i + 1 == n { work.instead_of.clone() } else { vec![] } });
                }
                let from = nodes.len() - 1;
                self.value_turn = false;
                self.go(nodes, from);
                return true;
            }
            self.frames.pop();
        }
        self.exhausted = true;
        false
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        let step = point.step();
        if step < self.prefix {
            let task = self.nodes[step].task;
            assert!(point.is_enabled(task), "planned step {step} of {task:?} is not enabled: {:?} prefix {} from {}", self.nodes, self.prefix, self.from);
            return Decision::Run(task);
        }
        let mut task = None;
        if let Some(Node { kind: Kind::Head { against, .. }, .. }) = self.nodes.last() {
            if point.is_enabled(*against) { task = Some(*against); } else { self.stuck_after_head += 1; }
        }
        let task = task.or_else(|| point.last().filter(|&t| point.is_enabled(t))).or_else(|| point.enabled().next());
        let Some(task) = task else { return Decision::Stop(Ended::Abandoned) };
        self.nodes.push(Node { task, kind: Kind::Default, choices: SmallVec::new(), n_given: 0, touched_before: vec![], instead_of: vec![] });
        Decision::Run(task)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        let step = point.step() - 1;
        let nth = point.trace().choices(step).len();
        let node = &mut self.nodes[step];
        if let Some(choice) = node.choices.get(nth) { return choice.value; }
        node.choices.push(Choice { value: 0, n });
        0
    }

    fn end(&mut self, execution: &Execution<'_>) {
        let from = self.from;
        let known = self.events.len();
        let mut events = std::mem::take(&mut self.events);
        let mut jumps = vec![];
        let trace = execution.trace;
        events.extend_at(execution, known, |events, at, race: Race<'_>| {
            if at < from || at < trace.len() && trace.steps()[at].is_fence { return; }
            if at >= trace.len() && !execution.is_enabled(race.task) { return; }
            let first = race.first;
            if self.nodes[first].kind != Kind::Default { return; }
            let span = Span { start: 0, end: at, made_before: events.predecessor(race.task), what: Waits { task: race.task, accesses: if at < trace.len() { trace.accesses(at) } else { &execution.task(race.task).pending.accesses }, guard: None } };
            self.plan_all(execution, events, &span, at, first, false, &mut jumps);
        });
        self.plan_waiting(execution, &events, &mut jumps);
        if self.value_turn {
            let (at, node) = self.frames.last_mut().unwrap().values.last_mut().unwrap();
            node.touched_before.extend_from_slice(trace.accesses(*at));
            let made = self.nodes[*at].choices.clone();
            node.choices = made;
        }
        let first = if self.value_turn { from + 1 } else { from };
        let values: Vec<(usize, Node)> = (first..self.nodes.len()).filter(|&p| self.nodes[p].choices.len() > self.nodes[p].n_given).map(|p| {
            let mut node = self.nodes[p].clone();
            node.touched_before.extend_from_slice(trace.accesses(p));
            (p, node)
        }).collect();
        self.events = events;
        if !values.is_empty() || !jumps.is_empty() {
            self.frames.push(Frame { nodes: self.nodes.clone(), values, jumps });
        }
    }
}

/// What a task is about to do.
pub(super) struct Waits<'a> {
    pub(super) task: TaskId,
    pub(super) accesses: &'a [Access],
    pub(super) guard: Option<unknot_sim::Guard>,
}

impl Parsimonious {
    fn plan(&self, execution: &Execution<'_>, events: &Events, (first, until, own): (usize, usize, usize), (task, accesses): (TaskId, &[Access]), choices: &SmallVec<[Choice; 1]>, clock: &[u32], jumps: &mut Vec<Work>) {
        let trace = execution.trace;
        let node = &self.nodes[first];
        if dependent(accesses, &node.touched_before) { return; }
        let needed = |step: usize| events.is_in(step, clock) && !events.happens_before(first, step);
        for h in first + 1..until {
            if self.nodes[h].deviates() && !needed(h) && h != own { return; }
        }
        let me = order(execution, task);
        for h in self.chain(first) {
            if events.is_in(h, clock) { break; }
            let there = &self.nodes[h].instead_of;
            let mut before: SmallVec<[usize; 8]> = SmallVec::new();
            for step in (first + 1..until).filter(|&s| needed(s)) {
                if dependent(trace.accesses(step), there) && !before.iter().any(|&b| events.happens_before(b, step)) && !events.happens_before(h, step) {
                    before.push(step);
                    if order(execution, events.task(step)) < order(execution, events.task(h)) { return; }
                }
            }
            if dependent(accesses, there) && !before.iter().any(|&b| events.is_in(b, clock)) && me < order(execution, events.task(h)) { return; }
        }
        let mut steps = vec![];
        for step in (first + 1..until).filter(|&s| needed(s)) {
            let choices = trace.choices(step).iter().zip(trace.choice_sizes(step)).map(|(&value, &n)| Choice { value, n }).collect();
            steps.push((events.task(step), choices));
        }
        steps.push((task, choices.clone()));
        jumps.push(Work { at: first, steps, instead_of: trace.accesses(first).to_vec() });
    }

    /// What tasks waited for.
    fn plan_waiting(&self, execution: &Execution<'_>, events: &Events, jumps: &mut Vec<Work>) {
        let trace = execution.trace;
        // for each task: since when it is at its present operation
        let mut since: Vec<Option<usize>> = vec![None; execution.tasks.len()];
        let mut before: Vec<u32> = vec![super::events::NONE; execution.tasks.len()];
        let mut spans: Vec<Span<'_>> = vec![];
        since[TaskId::MAIN.index()] = Some(0);
        for step in 0..trace.len() {
            let made = &trace.steps()[step];
            if made.is_fence {
                for waiting in trace.waiting_at(step) {
                    if let Some(s) = since[waiting.task.index()] {
                        spans.push(Span { start: s, end: step, made_before: before[waiting.task.index()], what: Waits { task: waiting.task, accesses: &waiting.accesses, guard: waiting.guard } });
                        since[waiting.task.index()] = Some(step + 1);
                    }
                }
            } else if let Some(s) = since[made.task.index()] {
                spans.push(Span { start: s, end: step, made_before: before[made.task.index()], what: Waits { task: made.task, accesses: trace.accesses(step), guard: None } });
            }
            since[made.task.index()] = Some(step + 1);
            before[made.task.index()] = step as u32;
            if let Some(child) = made.child { since[child.index()] = Some(step + 1); before[child.index()] = step as u32; }
        }
        for task in execution.unfinished() {
            let guard = task.pending.guard.filter(|_| task.role == unknot_sim::Role::Program);
            if let Some(s) = since[task.id.index()] {
                spans.push(Span { start: s, end: trace.len(), made_before: before[task.id.index()], what: Waits { task: task.id, accesses: &task.pending.accesses, guard } });
            }
        }
        for span in &spans {
            let Span { start, end, made_before, what } = span;
            self.plan_late(execution, events, span, jumps);
            // after `until` steps it was at that operation.
            for until in (*start).max(self.from + 1)..=*end {
                let mut seen = smallvec::SmallVec::<[usize; 8]>::new();
                for access in what.accesses {
                    for (step, earlier) in events.links_of(access.object) {
                        if step >= until || !earlier.dependent(access) || seen.contains(&step) { continue; }
                        seen.push(step);
                    }
                }
                for first in seen {
                    if self.nodes[first].kind != Kind::Default || events.task(first) == what.task { continue; }
                    if *made_before != super::events::NONE && events.happens_before(first, *made_before as usize) { continue; }
                    // fences
                    if (first + 1..until).any(|f| trace.steps()[f].is_fence) || trace.steps()[first].is_fence { continue; }
                    self.plan_all(execution, events, span, until, first, true, jumps);
                }
            }
        }
    }

    /// Who wakes others may meet later steps of theirs in another order.
    fn plan_late(&self, execution: &Execution<'_>, events: &Events, span: &Span<'_>, jumps: &mut Vec<Work>) {
        let trace = execution.trace;
        let Span { end, made_before, ref what, .. } = *span;
        if end >= trace.len() { return; }
        let Some(wake) = what.accesses.iter().find(|a| matches!(a.mode, unknot_sim::Mode::WakeAny | unknot_sim::Mode::WakeFirst)) else { return };
        for last in (end + 1).max(self.from)..trace.len() {
            let meets = |a: &Access| execution.object(a.object).part_of == Some(wake.object);
            if !trace.accesses(last).iter().any(meets) || events.happens_before(end, last) { continue; }
            let mut firsts = SmallVec::<[usize; 8]>::new();
            for access in what.accesses {
                for (step, earlier) in events.links_of(access.object) {
                    if step < end && earlier.dependent(access) && !firsts.contains(&step) { firsts.push(step); }
                }
            }
            for &first in &firsts {
                if self.nodes[first].kind != Kind::Default || events.task(first) == what.task || trace.steps()[first].is_fence { continue; }
                if made_before != super::events::NONE && events.happens_before(first, made_before as usize) { continue; }
                if firsts.iter().any(|&other| other != first && events.happens_before(first, other)) { continue; }
                if (first + 1..last + 1).any(|f| trace.steps()[f].is_fence) { continue; }
                self.plan_all(execution, events, span, last + 1, first, false, jumps);
            }
        }
    }

    /// Plans every way to make a step before an earlier one.
    fn plan_all(&self, execution: &Execution<'_>, events: &Events, span: &Span<'_>, until: usize, first: usize, is_kept: bool, jumps: &mut Vec<Work>) {
        let Span { start, end, made_before, ref what } = *span;
        let trace = execution.trace;
        let is_made = end < trace.len() && !trace.steps()[end].is_fence;
        let made = super::variants::Made {
            end, accesses: what.accesses,
            choices: if is_made { trace.choices(end) } else { &[] },
            sizes: if is_made { trace.choice_sizes(end) } else { &[] },
            asked: if is_made { trace.accesses_before_choice(end) } else { &[] },
        };
        let other_value = is_made && self.nodes[end].choices.iter().skip(self.nodes[end].n_given).any(|c| c.value > 0);
        let mut removed: Vec<SmallVec<[usize; 4]>> = vec![SmallVec::from_slice(&[first])];
        let is_late = until > end;
        if is_late { removed[0].push(end); }
        let mut done: Vec<(SmallVec<[u32; 16]>, super::variants::Choices)> = vec![];
        while let Some(without) = removed.pop() {
            let left = |step: usize| step < until && !without.iter().any(|&w| step >= w && events.happens_before(w, step));
            let (variants, same) = events.variants(execution, made, &left);
            if !same && other_value { continue; }
            for variant in variants {
                let accesses = &variant.accesses[..];
                let clock = events.past_without_all(until, &without, what.task, made_before, accesses);
                if done.iter().any(|d| d.0 == clock && d.1 == variant.choices) { continue; }
                let needed = |step: usize| step < until && events.is_in(step, &clock) && left(step);
                let is_before = |step: usize| step < first || needed(step);
                let hindered = !is_kept && (first + 1..until.min(end)).any(|step| left(step) && !needed(step) && events.accesses(step).any(|a| what.accesses.iter().any(|b| a.dependent(b))));
                if !hindered && events.is_enabled_where(execution, what, is_before) {
                    let complete = (!is_kept && !is_late) || is_late && needed(until - 1) || is_kept && (until == start || until == first + 1 || needed(until - 1));
                    let kept = !events.is_enabled_where(execution, what, |step| step == first || is_before(step));
                    if kept == is_kept && complete {
                        self.plan(execution, events, (first, until, end), (what.task, accesses), &variant.choices, &clock, jumps);
                    }
                }
                for step in first + 1..until {
                    if needed(step) && !(made_before != super::events::NONE && events.happens_before(step, made_before as usize)) {
                        let on_it = |others: &[Access]| events.accesses(step).any(|a| others.iter().any(|b| a.dependent(b)));
                        if on_it(accesses) && (is_kept || !on_it(what.accesses)) {
                            let mut more = without.clone();
                            more.push(step);
                            removed.push(more);
                        }
                    }
                }
                done.push((clock, variant.choices));
            }
        }
    }
}

struct Span<'a> {
    start: usize,
    end: usize,
    made_before: u32,
    what: Waits<'a>,
}

impl Strategy for Parsimonious {
    fn steps_in_common(&self) -> usize { self.events.len() }
    fn is_exhausted(&self) -> bool { self.exhausted }
    fn divergence(&self) -> Option<&Divergence> { None }
}
