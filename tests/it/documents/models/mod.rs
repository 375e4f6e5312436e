//! The documents' models M01 to M30 as programs of the tool: document, oracle
//! and tool must give the same numbers.
//!
//! A case holds the program, what the oracle counts for the hand-written model,
//! and the number of all schedules that the document states. Facts of the
//! document are added to it one by one.
//!
//! | compared by | the tool runs | compared |
//! |---|---|---|
//! | [`Case::counts`] | every schedule, every class | schedules of each outcome and of each kind of finding, outcomes, classes |
//! | [`Case::argued`] | the same | counts argued for in place of the model's, outcomes, classes |
//! | [`Case::outcomes`] | every class | outcomes |
//! | [`Case::beyond`] | 2,000 classes | no outcome that the oracle lacks |
//!
//! A *schedule* is one of the visible steps: starts, ends and joins are no
//! branch points, as in the document. Where a model counts one as a step, the
//! program yields in its place: the join is then made as soon as it can be, and
//! the yield is the step. What belongs to a label but not to the program is
//! kept in plain cells, which change within the step before them. The outcomes
//! of stuck executions are told apart by how many tasks are stuck, beside main.
//!
//! Too large for the tool, given up after 300,000 executions; the last column
//! is how many of the oracle's outcomes it had reached by then, when the search
//! still gave up redundant executions:
//!
//! | model | schedules | outcomes |
//! |---|---|---|
//! | M03 n=2 r=3 | 2.7e6 | 11 of 11 |
//! | M03 n=3 r=2 | 9.5e9 | 9 of 11 |
//! | M05 n=10 | 4.5e17 | 6 of 10 |
//! | M08 parks n=4 | 9.3e10 | 10 of 10 |
//! | M08 parks n=5 | 1.6e15 | 6 of 12 |
//! | M12 N=K=10 c=3 | 1.7e26 | 3 of 13 |
//! | M14 P=3 N=10 C=2 S=2 | 1.9e37 | 1 of 1 |
//! | M14 P=3 N=10 C=2 S=3 | 4.9e37 | 1 of 1 |
//! | M15 P=2 N=10 C=2 capacity=3 | 4.0e19 | 4 of 4 |
//!
//! Not run: M15 P=3 N=10 C=4, of which the document has no count, is only
//! sampled; M01 and the tickets with 100 threads; M29 with 10 printers has 11!
//! classes.
//!
//! M21, M23, M24 and other programs with processes and pools are told apart by
//! class, in [`accepted`].
//!
//! M30 has one class, of which times are compared, in [`cores`].

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use unknot_checker::Kind;
use unknot_checker::check::observe;
use unknot_checker::model::kind::Level;
use unknot_checker::model::terms::Budget;
use unknot_checker::search::observed::{Observed, Turnout};
use unknot_checker::sim::{Exception, JoinHandle, Program, Value, outcome_at_exit, spawn};
use unknot_checker::strategy::{Dfs, Dpor, Observing, Strategy, Visibility};

use crate::documents::oracle::counter::Outcomes;
use labelled::{Labelled, Ran, is_verdict};

mod accepted;
mod classes;
mod cores;
mod counted;
mod counters;
mod events;
mod interpreter;
mod joins;
mod labelled;
mod locks;
mod loops;
mod orders;
mod queues;
mod sentinels;
mod sockets;
mod tickets;
mod timeouts;
mod transfers;

/// More schedules than these are not run one by one.
const MAX_SCHEDULES: u64 = 200_000;
/// More trace classes than these are not run.
const MAX_CLASSES: u64 = 300_000;
/// Of more schedules than these the classes are not told apart.
const MAX_CLASSIFIED: u64 = 20_000;
/// So many classes are run of a size that has too many.
const SAMPLE: u64 = 2_000;

/// What a task of a program returns.
type Done = Result<(), Exception>;

thread_local! {
    /// The facts of a stuck execution, of which the tool makes no outcome.
    static FACTS: RefCell<Option<Box<dyn Fn() -> String>>> = const { RefCell::new(None) };
}

/// A number that belongs to a label and not to the program.
type Ghost = Rc<Cell<i64>>;

fn ghost(value: i64) -> Ghost {
    Rc::new(Cell::new(value))
}

fn add(ghost: &Ghost, amount: i64) {
    ghost.set(ghost.get() + amount);
}

/// Says what the label of an execution holds beside whether it got stuck. It
/// may not use primitives, for a stuck execution can no longer run them.
fn facts(facts: impl Fn() -> String + Clone + 'static) {
    FACTS.with(|slot| *slot.borrow_mut() = Some(Box::new(facts.clone())));
    outcome_at_exit(facts);
}

/// The tasks of a program, all started before the first is joined.
#[derive(Default)]
struct Tasks(Vec<JoinHandle<Done>>);

impl Tasks {
    fn add(&mut self, body: impl FnOnce() -> Done + 'static) {
        self.0.push(spawn(body));
    }

    /// Adds `n` tasks, made by a function of their number.
    fn times<F: FnOnce() -> Done + 'static>(&mut self, n: usize, body: impl Fn(usize) -> F) {
        (0..n).for_each(|i| self.add(body(i)));
    }

    /// Joins all; what a task raised is its own affair.
    fn join(self) -> Result<Value, Exception> {
        for task in self.0 {
            let _raised = task.join()?;
        }
        Ok(Value::Unit)
    }
}

/// An exception that ends a task on purpose.
fn dies<T>() -> Result<T, Exception> {
    Err(Exception::new("Died", "as the model says"))
}

fn total(outcomes: &Outcomes) -> u128 {
    outcomes.values().sum()
}

/// The number of schedules whose label holds a fact.
fn having(outcomes: &Outcomes, fact: &str) -> u128 {
    let holds = |label: &str| label.split("; ").any(|part| part == fact);
    outcomes.iter().filter(|(label, _)| holds(label)).map(|(_, n)| n).sum()
}

/// One model of one size.
struct Case {
    name: String,
    program: Program,
    oracle: Outcomes,
    all: u128,
    facts: Vec<(String, u128)>,
    /// Schedules that show a finding, beside those that are stuck.
    kinds: BTreeMap<Kind, u64>,
    /// What a stuck schedule shows.
    stuck_kind: Kind,
}

impl Case {
    /// A program, what the oracle counts, and all schedules by the document.
    fn new(
        name: impl Into<String>,
        program: impl Fn() -> Result<Value, Exception> + Send + Sync + 'static,
        oracle: Outcomes,
        all: u128,
    ) -> Case {
        Case {
            name: name.into(),
            program: Arc::new(program),
            oracle,
            all,
            facts: vec![],
            kinds: BTreeMap::new(),
            stuck_kind: Kind::Hang,
        }
    }

    /// So many schedules show a finding of this kind.
    fn finds(mut self, kind: Kind, schedules: u128) -> Case {
        if schedules > 0 {
            self.kinds.insert(kind, u64::try_from(schedules).expect("it can be run"));
        }
        self
    }

    /// Stuck schedules show this kind, where it is no hang.
    fn stuck_in(mut self, kind: Kind) -> Case {
        self.stuck_kind = kind;
        self
    }

    /// The document's number of schedules whose label holds a fact.
    fn fact(mut self, fact: impl Into<String>, schedules: u128) -> Case {
        self.facts.push((fact.into(), schedules));
        self
    }

    /// The document's numbers of complete and of stuck schedules, these by the
    /// number of stuck tasks, from 1 on.
    fn stuck_by_size(self, complete: u128, stuck: &[u128]) -> Case {
        let case = self.fact("complete", complete);
        (1..).zip(stuck).fold(case, |case, (size, &n)| case.fact(format!("stuck {size}"), n))
    }

    fn document_holds_for(&self, outcomes: &Outcomes, whose: &str) {
        let name = &self.name;
        assert_eq!(total(outcomes), self.all, "{name}: all schedules of the {whose}");
        for (fact, n) in &self.facts {
            assert_eq!(having(outcomes, fact), *n, "{name}: '{fact}' of the {whose}");
        }
    }

    /// Runs the program until a search is through or the budget is spent.
    fn run(&self, strategy: impl Strategy, max_executions: u64) -> (Observed, Ran) {
        let ran = Arc::new(Mutex::new(Ran::default()));
        let verdicts = self.oracle.keys().any(|label| is_verdict(label));
        let classifies = self.all <= u128::from(MAX_CLASSIFIED);
        let labelled = Labelled { ran: Arc::clone(&ran), classifies, verdicts };
        let strategy = Observing::new(strategy, labelled, Labelled::add);
        let budget = Budget { max_executions, ..Budget::default() };
        let observed = observe(&self.program, strategy, budget);
        assert_eq!(observed.stats.cut, 0, "{}", self.name);
        let ran = std::mem::take(&mut *ran.lock().expect("nobody panicked"));
        agrees_with_itself(&self.name, &observed, &ran.labels);
        (observed, ran)
    }

    fn exhaust(&self, strategy: impl Strategy, max_executions: u64) -> (Observed, Ran) {
        let (observed, ran) = self.run(strategy, max_executions);
        assert!(observed.exhausted(), "{}: more than {max_executions} executions", self.name);
        (observed, ran)
    }

    /// Runs every schedule of the visible steps; the findings must be in as many
    /// as was said.
    fn every_schedule(&self) -> Ran {
        let (observed, ran) = self.exhaust(Dfs::new(Visibility::Visible), MAX_SCHEDULES);
        let mut wanted = self.kinds.clone();
        if observed.stats.stuck > 0 {
            wanted.insert(self.stuck_kind, observed.stats.stuck);
        }
        // Notes are not what the document counts.
        let mut found = observed.kinds;
        found.retain(|kind, _| kind.level() == Level::Error);
        assert_eq!(found, wanted, "{}: schedules with findings", self.name);
        ran
    }

    /// Runs every class, none of them twice.
    fn every_class(&self) -> Ran {
        let (observed, ran) = self.exhaust(Dpor::new(), MAX_CLASSES);
        if self.all <= u128::from(MAX_CLASSIFIED) {
            assert_eq!(ran.classes.len(), observed.stats.executions, "{}: twice", self.name);
        }
        ran
    }

    /// Document, oracle and tool count the same schedules for each outcome.
    fn counts(self) {
        self.document_holds_for(&self.oracle, "oracle");
        let plain = self.every_schedule();
        self.document_holds_for(&plain.labels, "tool");
        assert_eq!(plain.labels, self.oracle, "{}: tool (left) and oracle", self.name);
        self.same_by_class(&plain);
    }

    /// Document and oracle count the same. The tool takes other steps than the
    /// model, so it counts what is argued for beside the test; its outcomes are
    /// those of the oracle.
    fn argued(self, all: u128, facts: &[(&str, u128)]) {
        self.document_holds_for(&self.oracle, "oracle");
        let plain = self.every_schedule();
        assert_eq!(total(&plain.labels), all, "{}: {plain:?}", self.name);
        for (fact, n) in facts {
            assert_eq!(having(&plain.labels, fact), *n, "{}: {plain:?}", self.name);
        }
        self.same_by_class(&plain);
        self.outcomes();
    }

    /// The reduced search has the outcomes of the plain one, and its classes.
    fn same_by_class(&self, plain: &Ran) {
        let reduced = self.every_class();
        assert!(reduced.labels.keys().eq(plain.labels.keys()), "{}: {reduced:?}", self.name);
        assert_eq!(reduced.classes.len(), plain.classes.len(), "{}: classes", self.name);
    }

    /// Document and oracle count the same, and the tool reaches the outcomes
    /// of the oracle, no less and no more.
    fn outcomes(self) {
        self.document_holds_for(&self.oracle, "oracle");
        let reached = self.every_class().labels;
        let [reached, wanted] = [&reached, &self.oracle].map(|o| o.keys().collect::<Vec<_>>());
        assert_eq!(reached, wanted, "{}: tool (left) and oracle", self.name);
    }

    /// Document and oracle count the same, and the tool is too slow for the
    /// whole: what it reaches at first are outcomes of the oracle.
    fn beyond(self) {
        self.document_holds_for(&self.oracle, "oracle");
        let (observed, ran) = self.run(Dpor::new(), SAMPLE);
        assert!(!observed.exhausted(), "{}: small enough after all", self.name);
        let unknown: Vec<_> =
            ran.labels.keys().filter(|label| !self.oracle.contains_key(*label)).collect();
        assert!(unknown.is_empty(), "{}: {unknown:?}", self.name);
    }
}

/// The books of the tool say what the labels say.
fn agrees_with_itself(name: &str, observed: &Observed, labels: &Outcomes) {
    let mut turnouts = BTreeMap::from([("complete", 0), ("stuck", 0)]);
    for (turnout, seen) in &observed.outcomes {
        let key = if *turnout == Turnout::Stuck { "stuck" } else { "complete" };
        *turnouts.entry(key).or_default() += seen.executions;
    }
    assert_eq!(turnouts["stuck"], observed.stats.stuck, "{name}");
    assert_eq!(turnouts["stuck"] + turnouts["complete"], observed.stats.executions, "{name}");
    assert_eq!(total(labels), u128::from(observed.stats.executions), "{name}");
    assert!(!labels.contains_key("failed"), "{name}: main failed");
    let stuck = labels.iter().filter(|(label, _)| label.starts_with("stuck")).map(|(_, n)| n);
    if labels.keys().any(|label| is_verdict(label)) {
        assert_eq!(stuck.sum::<u128>(), u128::from(observed.stats.stuck), "{name}");
    }
}
