//! Everything that a search observed: counts, outcomes and faults, each with a
//! schedule that shows it.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use unknot_sim::{Digest, Ended, Execution, Names, ObjectId, Op, Step, Value};

use crate::analysis::handed::Handed;
use crate::analysis::stuck::is_stuck;
use crate::model::end::End;
use crate::model::finding::{Fault, Origin, Site};
use crate::model::kind::{Kind, Levels};
use crate::model::schedule::Schedule;
use crate::search::standstill::{self, Known, Standstill};
use crate::strategy::{Divergence, PreemptionBound};

/// The counts of a search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stats {
    /// Executions that completed or got stuck.
    pub executions: u64,
    /// Of these, the ones that got stuck.
    pub stuck: u64,
    /// Executions given up as redundant.
    pub blocked: u64,
    /// Executions ended by a bound.
    pub cut: u64,
    /// Executions that a task has excluded by an assumption, cut or not.
    pub excluded: u64,
    /// Of these, the ones ended by a bound.
    pub excluded_cut: u64,
    /// Executions in which a task reached `--timeouts`; longer runs of timeouts were not explored.
    pub timeouts_used_up: u64,
    /// Executions with tasks that are alike, of which a search may have looked at one order only.
    #[serde(default)]
    pub alike: u64,
    /// Steps of all of them.
    pub steps: u64,
    /// The work of these executions: their steps, what the steps touched, and what the
    /// search itself looked at. A step among many tasks costs more to decide, and counts
    /// for one more with every ten tasks.
    pub effort: u64,
    /// The least and the greatest virtual time at the end, in microseconds.
    pub makespan: Option<(u64, u64)>,
}

/// A step counts for one more with each group of this many tasks.
const TASKS_A_STEP: usize = 10;

impl Stats {
    /// Counts the steps of an execution.
    pub(crate) fn see(&mut self, execution: &Execution<'_>) {
        let steps = execution.trace.len();
        self.steps += steps as u64;
        self.alike += u64::from(execution.has_crowds);
        let touched = steps + execution.trace.n_accesses();
        self.effort += (touched * (1 + execution.live.len() / TASKS_A_STEP)) as u64;
    }

    /// Adds the counts of other executions.
    pub(crate) fn absorb(&mut self, other: Stats) {
        let Stats { executions, stuck, blocked, cut, .. } = other;
        let Stats { timeouts_used_up, steps, effort, makespan, .. } = other;
        self.alike += other.alike;
        self.excluded += other.excluded;
        self.excluded_cut += other.excluded_cut;
        self.executions += executions;
        self.stuck += stuck;
        self.blocked += blocked;
        self.cut += cut;
        self.timeouts_used_up += timeouts_used_up;
        self.steps += steps;
        self.effort += effort;
        let both = self.makespan.zip(makespan).map(|(a, b)| (a.0.min(b.0), a.1.max(b.1)));
        self.makespan = both.or(self.makespan).or(makespan);
    }

    /// Executions ended by a bound, excluded or not.
    #[must_use]
    pub fn all_cut(&self) -> u64 {
        self.cut + self.excluded_cut
    }

    /// Whether executions ended and all of them were excluded.
    #[must_use]
    pub fn is_all_excluded(&self) -> bool {
        self.excluded > 0 && self.executions + self.cut == 0
    }

    /// Executions of every kind.
    #[must_use]
    pub fn spent(&self) -> u64 {
        self.executions + self.blocked + self.cut + self.excluded
    }
}

/// How an execution turned out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turnout {
    /// It completed, and the main task returned this.
    Complete(Value),
    /// It completed, but the main task failed.
    Failed,
    /// It got stuck.
    Stuck,
}

impl Turnout {
    /// How an execution turned out; `None` where it was ended early.
    #[must_use]
    pub fn of(execution: &Execution<'_>) -> Option<Turnout> {
        match (execution.ended, execution.outcome) {
            (Ended::Complete, Some(value)) => Some(Turnout::Complete(value.clone())),
            (Ended::Complete, None) => Some(Turnout::Failed),
            (Ended::Stuck, _) => Some(Turnout::Stuck),
            (Ended::Cut | Ended::Abandoned, _) => None,
        }
    }
}

/// A schedule that shows something, with what makes it simple.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Witness {
    /// Its preemptions.
    pub preemptions: u32,
    /// Its length.
    pub steps: u32,
    /// The schedule.
    pub schedule: Schedule,
    /// What its steps did, shared as the schedule is.
    pub made: Arc<[StepSignature]>,
}

/// What one step did, to tell whether it is done again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StepSignature {
    /// What was done, such as `lock`.
    pub verb: &'static str,
    /// Where the program asked for it.
    pub site: Site,
    /// The first object that it asked for, as a digest of the creator's path and of
    /// the object's number there: ids mean something in one search only.
    pub object: Option<u64>,
}

impl StepSignature {
    pub(crate) fn of(step: &Step, names: &Names) -> StepSignature {
        let object = step.asked.map(|object| StepSignature::digest(names, object));
        StepSignature { verb: step.verb, site: Site(step.location), object }
    }

    /// The same of a step that was only asked for.
    pub(crate) fn of_pending(op: &Op, names: &Names) -> StepSignature {
        let object = op.asked().map(|object| StepSignature::digest(names, object));
        StepSignature { verb: op.verb, site: Site(op.location), object }
    }

    /// A number that is the same for the same object in every search.
    pub(crate) fn digest(names: &Names, object: ObjectId) -> u64 {
        let (creator, nth) = names.object_origin(object);
        let numbers = creator.parts.iter().copied().chain([creator.role as u32, nth]);
        numbers.fold(Digest::default(), Digest::with).finish()
    }
}

impl Witness {
    pub(crate) fn of(execution: &Execution<'_>, preemptions: u32) -> Witness {
        let schedule = Schedule::of(execution.trace, execution.names);
        let made = execution.trace.steps().iter();
        let made = made.map(|step| StepSignature::of(step, execution.names)).collect();
        Witness { preemptions, steps: execution.trace.len() as u32, schedule, made }
    }
}

/// Something that appeared in executions, with its simplest known witness.
#[derive(Clone, Debug)]
pub struct Seen {
    /// In how many executions.
    pub executions: u64,
    /// The number of the first of them, counted from 0 over all executions.
    pub first: u64,
    /// The simplest schedule seen.
    pub witness: Witness,
    /// In how many of these executions no update was lost.
    pub intact: u64,
    /// For an outcome, its other executions by what they overwrote.
    pub overwrites: Overwrites,
}

/// Which values were overwritten by tasks that had never read them, in one execution,
/// and in how many executions. For each fault it is known at the end of the search
/// whether it is a lost update (`settle`). What is counted is executions with at least
/// one that is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overwrites(BTreeMap<Arc<BTreeSet<Fault<Origin>>>, u64>);

impl Overwrites {
    /// Counts executions that show all these faults and no other.
    pub(crate) fn count(&mut self, faults: Arc<BTreeSet<Fault<Origin>>>, executions: u64) {
        *self.0.entry(faults).or_default() += executions;
    }

    /// Each set of faults, with the executions that show it.
    pub(crate) fn sets(&self) -> impl Iterator<Item = (&BTreeSet<Fault<Origin>>, u64)> {
        self.0.iter().map(|(faults, executions)| (&**faults, *executions))
    }

    fn absorb(&mut self, other: Overwrites) {
        other.0.into_iter().for_each(|(faults, executions)| self.count(faults, executions));
    }

    /// Executions that show one of these faults.
    pub(crate) fn with_any(&self, of: &BTreeSet<Fault<Origin>>) -> u64 {
        let shown = self.0.iter().filter(|(faults, _)| !faults.is_disjoint(of));
        shown.map(|(_, executions)| executions).sum()
    }
}

impl Seen {
    /// Adds the counts of other executions, with numbers in between.
    pub(crate) fn join(&mut self, other: Seen) {
        self.executions += other.executions;
        self.intact += other.intact;
        self.overwrites.absorb(other.overwrites);
        self.first = self.first.min(other.first);
        if other.witness < self.witness {
            self.witness = other.witness;
        }
    }

    /// Adds the counts of later executions. Of two witnesses that are equally simple the
    /// first one stays.
    fn absorb(&mut self, later: Seen) {
        self.executions += later.executions;
        self.intact += later.intact;
        self.overwrites.absorb(later.overwrites);
        let simplicity = |witness: &Witness| (witness.preemptions, witness.steps);
        if simplicity(&later.witness) < simplicity(&self.witness) {
            self.witness = later.witness;
        }
    }
}

/// Everything that a search observed.
#[derive(Clone, Debug)]
pub struct Observed {
    /// The counts.
    pub stats: Stats,
    /// Why no further execution was made.
    pub end: End,
    /// The bound on preemptions, if there was one.
    pub bound: Option<PreemptionBound>,
    /// The outcomes, sorted.
    pub outcomes: BTreeMap<Turnout, Seen>,
    /// The standstills of the executions that got stuck, until it is settled what they
    /// mean.
    pub stuck: BTreeMap<Standstill, Seen>,
    /// The gauges that are handed on.
    pub handed: Handed,
    /// What is wrong, sorted.
    pub findings: BTreeMap<Fault<Origin>, Seen>,
    /// Where the program behaved differently under the same decisions, which ended the search.
    pub divergence: Option<Divergence>,
    /// Why the strategy does not take the program, which ended the search.
    pub refusal: Option<String>,
    /// Kinds of error that other executions may show than those that were made.
    pub unanswered: Vec<Kind>,
    /// For each kind of finding, the executions that show one of that kind.
    pub kinds: BTreeMap<Kind, u64>,
    /// The executions in which tasks overwrote values that they had never read.
    pub overwrites: Overwrites,
}

impl Observed {
    /// The observations where no execution was made.
    pub(crate) fn nothing(end: End) -> Observed {
        Observed {
            stats: Stats::default(),
            end,
            bound: None,
            outcomes: BTreeMap::new(),
            stuck: BTreeMap::new(),
            handed: Handed::default(),
            findings: BTreeMap::new(),
            divergence: None,
            refusal: None,
            unanswered: vec![],
            kinds: BTreeMap::new(),
            overwrites: Overwrites::default(),
        }
    }

    /// Adds the observations of the executions that come after these, numbered from 0
    /// again.
    pub(crate) fn go_on(&mut self, later: Observed) {
        let spent = self.stats.spent();
        self.absorb(later, spent);
    }

    /// Adds the observations of later executions. The numbers of these grow by `by`.
    pub(crate) fn absorb(&mut self, later: Observed, by: u64) {
        self.stats.absorb(later.stats);
        absorb(&mut self.outcomes, later.outcomes, by);
        absorb(&mut self.findings, later.findings, by);
        absorb(&mut self.stuck, later.stuck, by);
        self.handed.absorb(later.handed);
        for (kind, executions) in later.kinds {
            *self.kinds.entry(kind).or_default() += executions;
        }
        self.overwrites.absorb(later.overwrites);
        if let (Some(bound), Some(more)) = (&mut self.bound, later.bound) {
            bound.left_out += more.left_out;
        }
        self.divergence = self.divergence.take().or(later.divergence);
        self.refusal = self.refusal.take().or(later.refusal);
        self.end = self.end.then(later.end);
    }

    /// Whether every behaviour was covered, except for what a bound cut.
    #[must_use]
    pub fn exhausted(&self) -> bool {
        self.end == End::Exhausted
    }

    /// What one execution does not show by itself.
    #[must_use]
    pub fn known(&self, levels: Levels) -> Known {
        let stuck = self.findings.keys().filter(|fault| is_stuck(fault.kind));
        Known { handed: self.handed.clone(), levels, findings: stuck.cloned().collect() }
    }

    /// Whether an error was observed, even before the standstills are settled.
    pub(crate) fn shows_error(&self, levels: Levels) -> bool {
        self.kinds.keys().any(|kind| levels.may_be_error(*kind))
            || self.stuck.keys().any(|waits| standstill::is_error(waits, levels))
    }

    /// Whether every behaviour was covered, with nothing cut.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.exhausted()
            && self.left_out() == 0
            && self.unanswered.is_empty()
            && self.stats.all_cut() == 0
            && self.stats.timeouts_used_up == 0
    }

    /// Options that the bound on preemptions left out.
    #[must_use]
    pub fn left_out(&self) -> u64 {
        self.bound.map_or(0, |bound| bound.left_out)
    }
}

fn absorb<K: Ord>(seen: &mut BTreeMap<K, Seen>, later: BTreeMap<K, Seen>, by: u64) {
    for (key, mut more) in later {
        more.first += by;
        match seen.entry(key) {
            Entry::Vacant(entry) => _ = entry.insert(more),
            Entry::Occupied(mut entry) => entry.get_mut().absorb(more),
        }
    }
}
