//! Trace classes counted without any reduction.
//!
//! Two executions are equivalent if they consist of the same steps and order
//! each dependent pair in the same way. The canonical form of an execution is
//! just that: its steps by (task, number) with what they did, and all ordered
//! pairs of dependent steps of different tasks. Nothing of the search is used,
//! only the relation of dependence itself; that the relation is right is
//! another test's business.

use std::collections::{BTreeMap, BTreeSet};

use unknot_checker::Kind;
use unknot_checker::analysis::handed::Handed;
use unknot_checker::analysis::{Scratch, analyse};
use unknot_checker::model::finding::{Evidence, Identity, Signature};
use unknot_checker::sim::{
    Decision, Ended, Execution, Explorer, Limits, ObjectId, Point, Program, Role, TaskPath,
    TimeMode, Value, dependent, explore,
};
use unknot_checker::strategy::Strategy;

/// What a search went through.
#[derive(Debug, Default)]
pub(crate) struct Classes {
    /// For each class how often it was run, and how it turned out.
    pub(crate) classes: BTreeMap<u128, Class>,
    pub(crate) executions: u64,
    /// Executions that were given up as redundant.
    pub(crate) blocked: u64,
    pub(crate) cut: u64,
    /// Options that a bound on preemptions left out.
    pub(crate) left_out: u64,
    /// What was found, as it is called in any search.
    pub(crate) findings: BTreeSet<Identity>,
    /// Whether the search was stopped before its end.
    pub(crate) too_many: bool,
}

impl Classes {
    /// What complete executions turn out to be, and the kinds of what was found.
    pub(crate) fn told(&self) -> (BTreeSet<String>, BTreeSet<Kind>) {
        let turnouts = self.classes.values().flat_map(|class| &class.turnouts);
        let complete = turnouts.filter(|(is_stuck, _)| !is_stuck);
        let outcomes = complete.filter_map(|(_, outcome)| Some(outcome.as_ref()?.to_string()));
        (outcomes.collect(), self.findings.iter().map(|identity| identity.kind).collect())
    }

    /// How many ways of ending stuck there are.
    pub(crate) fn stuck(&self) -> usize {
        let turnouts = self.classes.values().flat_map(|class| &class.turnouts);
        turnouts.filter(|(is_stuck, _)| *is_stuck).count()
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Class {
    pub(crate) executions: u64,
    /// How its executions ended: more than one means that the relation of
    /// dependence is wrong.
    pub(crate) turnouts: BTreeSet<(bool, Option<Value>)>,
}

struct Collector<S> {
    strategy: S,
    /// Whether steps of the execution before are repeated.
    repeats: bool,
    max_executions: u64,
    seen: Classes,
    /// One for each way to rename tasks that are alike: classes that have a form in common
    /// are one.
    canons: Vec<Canon>,
    scratch: Scratch,
    found: Vec<Evidence>,
    known: BTreeSet<Signature>,
}

impl<S> Collector<S> {
    fn find(&mut self, execution: &Execution<'_>) {
        analyse(execution, &Handed::of(execution), &mut self.scratch, &mut self.found);
        for evidence in self.found.drain(..) {
            if !self.known.contains(&evidence.signature) {
                self.seen.findings.insert(evidence.signature.identity(execution.names));
                self.known.insert(evidence.signature);
            }
        }
    }
}

impl<S: Strategy> Explorer for Collector<S> {
    fn begin(&mut self) -> bool {
        let n = self.seen.executions + self.seen.blocked + self.seen.cut;
        let more = self.strategy.begin();
        self.seen.too_many = more && n >= self.max_executions;
        more && !self.seen.too_many
    }

    fn n_repeated(&self) -> usize {
        if self.repeats { self.strategy.n_repeated() } else { 0 }
    }

    fn lost(&mut self, at: &Point<'_>) {
        panic!("a deterministic program does the same again, also at step {}", at.step());
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        self.strategy.pick(point)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        self.strategy.choose(point, n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        self.strategy.end(execution);
        let is_redundant = self.strategy.is_redundant();
        match if is_redundant { Ended::Abandoned } else { execution.ended } {
            Ended::Abandoned => self.seen.blocked += 1,
            Ended::Cut => self.seen.cut += 1,
            Ended::Complete | Ended::Stuck => {
                self.seen.executions += 1;
                // What an assumption excludes is a class all the same, and shows nothing.
                if !execution.is_excluded {
                    self.find(execution);
                }
                let forms = self.canons.iter_mut().map(|canon| canon.class(execution));
                let class = forms.min().expect("there is one way at least");
                let class = self.seen.classes.entry(class).or_default();
                class.executions += 1;
                class
                    .turnouts
                    .insert((execution.ended == Ended::Stuck, execution.outcome.cloned()));
            }
        }
    }
}

/// Explores a program and tells its classes.
pub(crate) fn classes(
    program: &Program,
    time: TimeMode,
    strategy: impl Strategy,
    max_executions: u64,
) -> Classes {
    collect(program, time, (strategy, true), &[vec![]], max_executions)
}

/// The same up to renaming: the first tasks that main starts are alike. Each of these ways
/// exchanges them, the first of them being the first number, and so on.
pub(crate) fn classes_up_to(
    renamings: &[Vec<u32>],
    program: &Program,
    time: TimeMode,
    strategy: impl Strategy,
    max_executions: u64,
) -> Classes {
    collect(program, time, (strategy, true), renamings, max_executions)
}

/// The same with every step of every execution made anew, for the plain search
/// that others are compared with.
pub(crate) fn classes_made_anew(
    program: &Program,
    time: TimeMode,
    strategy: impl Strategy,
    max_executions: u64,
) -> Classes {
    collect(program, time, (strategy, false), &[vec![]], max_executions)
}

fn collect(
    program: &Program,
    time: TimeMode,
    (strategy, repeats): (impl Strategy, bool),
    renamings: &[Vec<u32>],
    max_executions: u64,
) -> Classes {
    let collector = Collector {
        strategy,
        repeats,
        max_executions,
        seen: Classes::default(),
        canons: renamings.iter().cloned().map(Canon::renaming).collect(),
        scratch: Scratch::default(),
        found: vec![],
        known: BTreeSet::new(),
    };
    let limits = Limits { time, max_steps: 200, ..Limits::default() };
    let Collector { strategy, seen, .. } = explore(program, limits, collector);
    let left_out = strategy.preemption_bound().map_or(0, |bound| bound.left_out);
    Classes { left_out, ..seen }
}

/// Makes canonical forms. What stands for a task or an object in any search is
/// worked out once for each of them.
#[derive(Debug, Default)]
struct Canon {
    /// What the first tasks are called that main starts.
    called: Vec<u32>,
    tasks: Vec<u64>,
    objects: Vec<u64>,
    steps: Vec<(u64, u64)>,
    pairs: Vec<(u64, u64)>,
    ids: Vec<u64>,
    /// For each object that is known by its place alone, the first step that touches it, by
    /// task and number: that is the same in all executions of a class.
    placed: Vec<(ObjectId, (u64, u64, usize))>,
    count: Vec<u64>,
    touched: Vec<u64>,
}

impl Canon {
    fn renaming(called: Vec<u32>) -> Canon {
        Canon { called, ..Canon::default() }
    }

    /// The path of a task as it is called here.
    fn path(&self, path: TaskPath) -> TaskPath {
        // The last part of a feeder is its number among those of its task.
        let is_of_tasks = match path.role {
            Role::Program => true,
            Role::Feeder => path.parts.len() > 1,
            _ => false,
        };
        let of_tasks = path.parts.split_first().filter(|_| is_of_tasks);
        let Some((&first, rest)) = of_tasks else { return path };
        // The first task has number 1.
        let called = self.called.get((first as usize).wrapping_sub(1)).copied();
        let parts = [&[called.unwrap_or(first)], rest].concat();
        TaskPath { parts: parts.as_slice().into(), ..path }
    }

    /// The class of an execution.
    fn class(&mut self, execution: &Execution<'_>) -> u128 {
        self.learn(execution);
        self.place(execution);
        self.label(execution);
        self.order(execution);
        let parts = self.steps.iter().chain(std::iter::once(&(0, 0))).chain(&self.pairs);
        // Two hashes of 64 bits: two classes of one program never meet by accident.
        let (mut low, mut high) = (OFFSET, !OFFSET);
        for &(a, b) in parts {
            low = mix(mix(low, a), b);
            high = mix(mix(high, b), a);
        }
        u128::from(low) | u128::from(high) << 64
    }

    fn learn(&mut self, execution: &Execution<'_>) {
        for task in self.tasks.len()..execution.tasks.len() {
            let task = &execution.tasks[task];
            let path = self.path(execution.names.task_path(task.id));
            self.tasks.push(hash(path.to_string().as_bytes()));
        }
        for object in self.objects.len()..execution.objects.len() {
            let id = ObjectId(u32::try_from(object).expect("few objects"));
            let (creator, nth) = execution.names.object_origin(id);
            let creator = self.path(creator);
            self.objects.push(hash(format!("{creator}.{nth}").as_bytes()));
        }
    }

    /// Tells the objects apart that one place made.
    fn place(&mut self, execution: &Execution<'_>) {
        self.placed.clear();
        self.count.clear();
        self.count.resize(execution.tasks.len(), 0);
        for (step, made) in execution.trace.steps().iter().enumerate() {
            self.count[made.task.index()] += 1;
            let (task, number) = (self.tasks[made.task.index()], self.count[made.task.index()]);
            for (nth, access) in execution.trace.accesses(step).iter().enumerate() {
                let id = access.object;
                if execution.names.object_origin(id).0.role != Role::Place {
                    continue;
                }
                match self.placed.iter_mut().find(|(of, _)| *of == id) {
                    Some((_, first)) => *first = (task, number, nth).min(*first),
                    None => self.placed.push((id, (task, number, nth))),
                }
            }
        }
        for &(id, (task, number, nth)) in &self.placed {
            self.objects[id.index()] = numbers(&[task, number, nth as u64]);
        }
    }

    /// The steps by (task, number), with what they did.
    fn label(&mut self, execution: &Execution<'_>) {
        let trace = execution.trace;
        self.ids.clear();
        self.steps.clear();
        self.count.clear();
        self.count.resize(execution.tasks.len(), 0);
        for (step, made) in trace.steps().iter().enumerate() {
            let number = &mut self.count[made.task.index()];
            *number += 1;
            let id = numbers(&[self.tasks[made.task.index()], *number]);
            // One step touches its objects all at once, in no order.
            self.touched.clear();
            for access in trace.accesses(step) {
                let granted = u64::from(access.granted);
                let slot = u64::from(access.slot);
                let object = self.objects[access.object.index()];
                let parts = [object, slot, access.mode as u64, access.amount as u64, granted];
                self.touched.push(numbers(&parts));
            }
            self.touched.sort_unstable();
            self.touched.push(hash(made.verb.as_bytes()));
            self.touched.extend(trace.choices(step).iter().map(|&value| u64::from(value)));
            self.steps.push((id, numbers(&self.touched)));
            self.ids.push(id);
        }
        self.steps.sort_unstable();
    }

    /// All ordered pairs of dependent steps of different tasks.
    fn order(&mut self, execution: &Execution<'_>) {
        let trace = execution.trace;
        self.pairs.clear();
        for later in 0..trace.len() {
            for earlier in 0..later {
                let (e, f) = (&trace.steps()[earlier], &trace.steps()[later]);
                let dependent = e.task != f.task
                    && (e.is_fence
                        || f.is_fence
                        || dependent(trace.accesses(earlier), trace.accesses(later)));
                if dependent {
                    self.pairs.push((self.ids[earlier], self.ids[later]));
                }
            }
        }
        self.pairs.sort_unstable();
    }
}

const OFFSET: u64 = 0x9e37_79b9_7f4a_7c15;

/// A step of a hash: multiplications spread each bit over the word.
fn mix(hash: u64, part: u64) -> u64 {
    let mixed = (hash ^ part).wrapping_mul(0xff51_afd7_ed55_8ccd);
    (mixed ^ (mixed >> 32)).wrapping_mul(0xc4ce_b9fe_1a85_ec53)
}

fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(OFFSET, |hash, &byte| mix(hash, byte.into()))
}

fn numbers(parts: &[u64]) -> u64 {
    parts.iter().fold(OFFSET, |hash, &part| mix(hash, part))
}
