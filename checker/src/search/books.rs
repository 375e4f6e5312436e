//! The books of a search: how often each outcome, fault and kind of finding was
//! seen, and the simplest schedule of each.
//!
//! This runs once an execution, so it is made of numbers. Each distinct fault
//! gets a number. What an analysis found in steps that the execution has in
//! common with the one before keeps its number. Everything else is first
//! looked up by what it looks like, and then by what it means.
//! Names and schedules are made only where something is new or simpler.

use std::cell::OnceCell;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use unknot_sim::{Ended, Execution, ObjectId, Value};

use crate::analysis::handed::Handed;
use crate::analysis::stuck::{self, Wait};
use crate::analysis::{self, Scratch};
use crate::model::finding::{Evidence, Fault, Origin};
use crate::model::kind::{KINDS, Kind, KindRow, Levels};
use crate::search::lookup::{self, Key, Lookup};
use crate::search::news::News;
use crate::search::observed::{Overwrites, Seen, Turnout, Witness};
use crate::search::sets::Sets;
use crate::search::standstill::{self, Standstill};

/// A witness that becomes a schedule only where it is simpler than the one kept.
#[derive(Debug)]
struct SeenCounter {
    executions: u64,
    first_execution: u64,
    last_execution: u64,
    intact: u64,
    /// How many executions overwrote each set of values, for an outcome.
    overwrites: BTreeMap<u32, u64>,
    witness: Witness,
}

impl SeenCounter {
    fn new(at: &At<'_>) -> SeenCounter {
        SeenCounter {
            executions: 0,
            first_execution: at.number,
            last_execution: u64::MAX,
            intact: 0,
            overwrites: BTreeMap::new(),
            witness: at.witness(),
        }
    }

    fn count(&mut self, at: &At<'_>) {
        if self.last_execution == at.number {
            return;
        }
        self.last_execution = at.number;
        self.executions += 1;
        let steps = at.execution.trace.len() as u32;
        if (at.preemptions, steps) < (self.witness.preemptions, self.witness.steps) {
            self.witness = at.witness();
        }
    }

    fn seen(self, named: &FaultSets) -> Seen {
        let SeenCounter { executions, first_execution: first, witness, intact, .. } = self;
        let overwrites = named.all(self.overwrites);
        Seen { executions, first, witness, intact, overwrites }
    }
}

/// The execution that is booked.
struct At<'a> {
    number: u64,
    execution: &'a Execution<'a>,
    preemptions: u32,
    /// Its schedule, made when it is first wanted: the same for everything that it shows.
    witness: OnceCell<Witness>,
}

impl<'a> At<'a> {
    fn new(number: u64, execution: &'a Execution<'a>) -> At<'a> {
        let preemptions = execution.trace.steps().iter().filter(|s| s.preempts).count() as u32;
        At { number, execution, preemptions, witness: OnceCell::new() }
    }

    fn witness(&self) -> Witness {
        let make = || Witness::of(self.execution, self.preemptions);
        self.witness.get_or_init(make).clone()
    }
}

/// One fault.
#[derive(Debug)]
struct FaultRow {
    kind: Kind,
    name: Fault<Origin>,
    counter: SeenCounter,
    /// Whether it was found out during the search that this is no error.
    is_passed: bool,
}

/// One standstill.
#[derive(Debug)]
struct StuckRow {
    name: Standstill,
    is_error: bool,
    counter: SeenCounter,
}

/// In how many executions a kind was found, and the number of the last of them.
#[derive(Clone, Copy, Debug)]
struct OfKind {
    executions: u64,
    last: u64,
}

/// Everything that the search observed so far.
#[derive(Debug, Default)]
pub(crate) struct Books {
    complete: BTreeMap<Value, SeenCounter>,
    failed: Option<SeenCounter>,
    stuck: Option<SeenCounter>,
    /// The waits of each execution that got stuck.
    standstills: BTreeMap<Vec<Wait>, StuckRow>,
    /// The gauges that are handed on, and their number.
    handed: (Handed, usize),
    rows: Vec<FaultRow>,
    /// The row of each fault.
    faults: BTreeMap<Fault<ObjectId>, u32>,
    passed: BTreeSet<Fault<Origin>>,
    /// The row of each signature.
    signatures: Lookup,
    kinds: [Option<OfKind>; KINDS.len()],
    scratch: Scratch,
    /// What the last execution shows for the first time.
    news: Vec<News>,
    whole: Vec<Evidence>,
    /// For each analysis that goes step by step, the rows of what it found.
    hits: Vec<Vec<u32>>,
    /// The sets of rows of overwritten values.
    sets: Sets,
    /// The set after each overwritten value in the present execution.
    overwritten: Vec<u32>,
    /// How many executions ended with each set.
    overwrites: BTreeMap<u32, u64>,
    /// How many steps are shared with the last execution that was analysed, if any.
    same: Option<usize>,
}

/// Everything that the search observed, sorted.
pub(crate) struct ClosedBooks {
    pub(crate) outcomes: BTreeMap<Turnout, Seen>,
    pub(crate) stuck: BTreeMap<Standstill, Seen>,
    pub(crate) handed: Handed,
    pub(crate) findings: BTreeMap<Fault<Origin>, Seen>,
    pub(crate) kinds: BTreeMap<Kind, u64>,
    pub(crate) overwrites: Overwrites,
}

/// The faults of each set of rows.
struct FaultSets(Vec<Arc<BTreeSet<Fault<Origin>>>>);

impl FaultSets {
    fn all(&self, sets: BTreeMap<u32, u64>) -> Overwrites {
        let mut all = Overwrites::default();
        for (set, executions) in sets {
            all.count(Arc::clone(&self.0[set as usize]), executions);
        }
        all
    }
}

impl Books {
    /// Notes that another execution has ended, which has its first `n_common` steps in common
    /// with the one before.
    pub(crate) fn keep_prefix(&mut self, n_common: usize) {
        self.same = self.same.map(|before| before.min(n_common));
    }

    /// Books an execution, and says whether it shows an error.
    pub(crate) fn book(&mut self, number: u64, execution: &Execution<'_>, levels: Levels) -> bool {
        let at = At::new(number, execution);
        let same = self.same.unwrap_or(0);
        analysis::resume(execution, same, &mut self.scratch, &mut self.whole);
        self.same = Some(usize::MAX);
        self.number_what_is_new(&at);
        let handed = self.scratch.handed();
        if handed.len() != self.handed.1 {
            self.handed = (handed.named(execution.names), handed.len());
        }
        let mut has_error = execution.ended == Ended::Stuck && self.book_standstill(&at, levels);
        for nth in 0..self.hits.len() {
            for i in 0..self.hits[nth].len() {
                has_error |= self.count(self.hits[nth][i], &at, levels);
            }
        }
        let mut whole = std::mem::take(&mut self.whole);
        for evidence in whole.drain(..) {
            let Evidence { signature, .. } = &evidence;
            let key = Key::of_signature(signature);
            let fingerprint = key.fingerprint();
            let row = self.signatures.get(fingerprint, |known| known.is(&key));
            let row =
                row.unwrap_or_else(|| self.new_row((fingerprint, key), &at, signature.fault()));
            has_error |= self.count(row, &at, levels);
        }
        self.whole = whole;
        let overwritten = self.overwritten.last().copied().unwrap_or(Sets::EMPTY);
        if overwritten != Sets::EMPTY {
            *self.overwrites.entry(overwritten).or_default() += 1;
        }
        if execution.ended != Ended::Cut {
            self.book_outcome(&at, overwritten);
        }
        has_error
    }

    /// Books a program that is not deterministic; it is found out once.
    pub(crate) fn book_divergence(&mut self, number: u64, execution: &Execution<'_>) {
        let at = At::new(number, execution);
        let row = self.row_of_fault(Fault::nondeterminism(), &at);
        self.count(row, &at, Levels::default());
    }

    /// Takes what the last execution shows for the first time.
    pub(crate) fn take_news(&mut self) -> Vec<News> {
        std::mem::take(&mut self.news)
    }

    /// The faults that have to be settled and have not been.
    pub(crate) fn unsettled(&self) -> Vec<(u32, (Fault<Origin>, Witness))> {
        let is_open = |row: &FaultRow| row.kind.is_to_settle() && !row.is_passed;
        let rows = (0..).zip(&self.rows).filter(|(_, row)| is_open(row));
        let one = |row: &FaultRow| (row.name.clone(), row.counter.witness.clone());
        rows.map(|(number, row)| (number, one(row))).collect()
    }

    /// The kinds of the faults that need not be settled.
    pub(crate) fn settled(&self) -> impl Iterator<Item = Kind> {
        self.rows.iter().map(|row| row.kind).filter(|kind| !kind.is_to_settle())
    }

    /// Lets a search not end at this fault any more.
    pub(crate) fn pass(&mut self, row: u32) {
        self.rows[row as usize].is_passed = true;
    }

    /// Books of later executions, in which a search does not end at what did not end it before.
    pub(crate) fn after(passed: BTreeSet<Fault<Origin>>) -> Books {
        Books { passed, ..Books::default() }
    }

    /// The faults at which a search does not end any more.
    pub(crate) fn passed(&self) -> BTreeSet<Fault<Origin>> {
        let passed = self.rows.iter().filter(|row| row.is_passed).map(|row| row.name.clone());
        passed.chain(self.passed.iter().cloned()).collect()
    }

    /// Everything, sorted by names that mean the same in every search.
    pub(crate) fn close(self) -> ClosedBooks {
        let name = |&row: &u32| self.rows[row as usize].name.clone();
        let sets = (0..self.sets.len()).map(|set| self.sets.members(set).iter().map(name));
        let named = FaultSets(sets.map(|faults| Arc::new(faults.collect())).collect());
        let complete = self.complete.into_iter();
        let complete = complete.map(|(value, counter)| (Turnout::Complete(value), counter));
        let failed = self.failed.map(|counter| (Turnout::Failed, counter));
        let stuck = self.stuck.map(|counter| (Turnout::Stuck, counter));
        let outcomes = complete.chain(failed).chain(stuck);
        let findings = self.rows.into_iter().map(|row| (row.name, row.counter.seen(&named)));
        let of_kind = |row: &KindRow| {
            self.kinds[row.kind as usize].map(|of_kind| (row.kind, of_kind.executions))
        };
        let standstills = self.standstills.into_values();
        ClosedBooks {
            outcomes: outcomes.map(|(turnout, one)| (turnout, one.seen(&named))).collect(),
            stuck: standstills.map(|row| (row.name, row.counter.seen(&named))).collect(),
            handed: self.handed.0,
            findings: findings.collect(),
            kinds: KINDS.iter().filter_map(of_kind).collect(),
            overwrites: named.all(self.overwrites),
        }
    }

    /// Whether an execution is stuck in an error, whatever other executions show.
    pub(crate) fn is_stuck_in_error(&self) -> bool {
        self.standstills.values().any(|row| row.is_error)
    }

    /// Counts an execution for its standstill. Says whether that is an error
    /// whatever other executions show.
    fn book_standstill(&mut self, at: &At<'_>, levels: Levels) -> bool {
        let mut waits = stuck::waits(at.execution);
        // The steps that led to a standstill make no difference.
        waits.iter_mut().flat_map(|wait| &mut wait.owners).for_each(|owner| owner.step = None);
        waits.sort_unstable_by_key(|wait| wait.task);
        let row = match self.standstills.entry(waits) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let mut name: Standstill =
                    entry.key().iter().map(|wait| wait.named(at.execution.names)).collect();
                name.sort_unstable();
                let is_error = standstill::is_error(&name, levels);
                self.news.push(News::Standstill(name.clone()));
                entry.insert(StuckRow { name, is_error, counter: SeenCounter::new(at) })
            }
        };
        row.counter.count(at);
        row.is_error
    }

    fn number_what_is_new(&mut self, at: &At<'_>) {
        let analyses = std::mem::take(&mut self.scratch.incremental);
        self.hits.resize_with(analyses.len(), Vec::new);
        for (nth, analysis) in analyses.iter().enumerate() {
            let hits = analysis.hits();
            let mut rows = std::mem::take(&mut self.hits[nth]);
            rows.truncate(hits.n_old());
            for hit in &hits.found()[rows.len()..] {
                let execution = at.execution;
                let fingerprint = lookup::fingerprint(nth, hit, execution);
                let is = |key: &Key| key.is_of_hit(nth, hit, execution);
                let row = self.signatures.get(fingerprint, is).unwrap_or_else(|| {
                    let key = Key::of_hit(nth, hit, execution);
                    let fault = analysis.explain(execution, hit).signature.fault();
                    self.new_row((fingerprint, key), at, fault)
                });
                rows.push(row);
            }
            self.hits[nth] = rows;
        }
        self.overwritten.truncate(analyses[self.scratch.overwrites].hits().n_old());
        let set = self.overwritten.last().copied().unwrap_or(Sets::EMPTY);
        let new = &self.hits[self.scratch.overwrites][self.overwritten.len()..];
        self.overwritten.extend(new.iter().scan(set, |set, &row| {
            *set = self.sets.with(*set, row);
            Some(*set)
        }));
        self.scratch.incremental = analyses;
    }

    /// Gives a signature the row of its fault.
    fn new_row(
        &mut self,
        (fingerprint, key): (u64, Key),
        at: &At<'_>,
        fault: Fault<ObjectId>,
    ) -> u32 {
        let row = self.row_of_fault(fault, at);
        self.signatures.insert(fingerprint, key, row);
        row
    }

    fn row_of_fault(&mut self, fault: Fault<ObjectId>, at: &At<'_>) -> u32 {
        let next = self.rows.len() as u32;
        let (kind, name) = (fault.kind, fault.named(at.execution.names));
        let row = *self.faults.entry(fault).or_insert(next);
        if row == next {
            self.news.push(News::Fault(name.clone()));
            let (counter, is_passed) = (SeenCounter::new(at), self.passed.contains(&name));
            self.rows.push(FaultRow { kind, name, counter, is_passed });
        }
        row
    }

    /// Counts an execution for a fault, once. Says whether that is an error, or may turn
    /// out to be an error, when it counts.
    fn count(&mut self, row: u32, at: &At<'_>, levels: Levels) -> bool {
        let FaultRow { kind, counter, is_passed, .. } = &mut self.rows[row as usize];
        if counter.last_execution == at.number {
            // It was counted, and its answer given, at another hit of this execution.
            return false;
        }
        counter.count(at);
        let unseen = OfKind { executions: 0, last: u64::MAX };
        let of_kind = self.kinds[*kind as usize].get_or_insert(unseen);
        if of_kind.last != at.number {
            *of_kind = OfKind { executions: of_kind.executions + 1, last: at.number };
        }
        levels.may_be_error(*kind) && !*is_passed
    }

    fn book_outcome(&mut self, at: &At<'_>, overwritten: u32) {
        let counter = match (at.execution.ended, at.execution.outcome) {
            (Ended::Complete, Some(value)) => {
                // A value is copied only when it is new.
                if !self.complete.contains_key(value) {
                    self.complete.insert(value.clone(), SeenCounter::new(at));
                }
                self.complete.get_mut(value).expect("it was just put there")
            }
            (Ended::Complete, None) => self.failed.get_or_insert_with(|| SeenCounter::new(at)),
            _ => self.stuck.get_or_insert_with(|| SeenCounter::new(at)),
        };
        counter.count(at);
        match overwritten {
            Sets::EMPTY => counter.intact += 1,
            set => *counter.overwrites.entry(set).or_default() += 1,
        }
    }
}
