//! A second search beside the one that was asked for: the plain search, which is
//! simple enough to be trusted.
//!
//! Both go through every behaviour of a program, so they observe the same outcomes
//! and the same findings. For the reduced search that is a claim, and here a
//! user can have it tested on a program of their own. A difference is a fault of
//! unknot, or comes of a program that is not deterministic in a way that no search met.
//!
//! What it can miss: behaviours that neither search reaches. Where executions were
//! cut by the bound on steps nothing is compared, since executions of one trace
//! class need not be cut at the same place.

use std::collections::{BTreeMap, BTreeSet};

use smallvec::SmallVec;
use unknot_sim::Program;

use super::observe::observe_monitored;
use crate::model::count::grouped;
use crate::model::end::End;
use crate::model::finding::{Fault, Origin};
use crate::model::terms::Budget;
use crate::search::monitor::{CheckPhase, Monitor};
use crate::search::observed::{Observed, Seen, Turnout};
use crate::strategy::{Dfs, StrategyRow, Unit, Visibility, Way};

/// The plain search by name.
pub(crate) const PLAIN: &str = "dfs";

/// The result of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrossCheck {
    /// Executions of the plain search.
    pub schedules: u64,
    /// The executions of the other search, where one of them stands for many schedules.
    pub classes: Option<u64>,
    /// The answer.
    pub agreement: Agreement,
}

/// Whether two searches observed the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// They did.
    Same,
    /// What each search missed.
    Different(Vec<String>),
    /// Why they cannot be compared.
    Open(String),
}

/// Whether a strategy can be compared with the plain search.
///
/// # Errors
/// A message, if it samples, or does not stand for every finding.
pub fn refuse_samplers(row: &StrategyRow) -> Result<(), String> {
    match row.way {
        Way::Search if row.unit == Unit::ReadsFrom => Err(format!(
            "{} makes one execution of each class, and others may show findings that it does \
             not; --cross-check compares searches that show all of them",
            row.name
        )),
        Way::Search => Ok(()),
        Way::Sampler | Way::Guided => Err(format!(
            "{} samples and misses what it does not draw; --cross-check compares searches",
            row.name
        )),
    }
}

/// Goes through all schedules of a program and compares, unless there is nothing to
/// compare them with.
#[must_use]
pub fn run(
    program: &Program,
    row: &StrategyRow,
    observed: &Observed,
    budget: Budget,
    monitor: &Monitor,
) -> CrossCheck {
    // Where tasks are alike, those of the other search are fewer than classes.
    let are_classes = row.unit == Unit::Classes && observed.stats.alike == 0;
    let classes = are_classes.then_some(observed.stats.executions);
    if let Some(why) = is_partial(row.name, observed) {
        return CrossCheck { schedules: 0, classes, agreement: Agreement::Open(why) };
    }
    let phase = (CheckPhase::CrossCheck, monitor);
    let plain = observe_monitored(program, Dfs::new(Visibility::All), budget, phase);
    let agreement = match is_partial(PLAIN, &plain) {
        Some(why) => Agreement::Open(why),
        None => compare((row.name, observed), (PLAIN, &plain)),
    };
    CrossCheck { schedules: plain.stats.executions, classes, agreement }
}

/// Why a search proves nothing about another search.
fn is_partial(name: &str, observed: &Observed) -> Option<String> {
    if observed.divergence.is_some() {
        Some(format!("{name} met a program that is not deterministic"))
    } else if !observed.exhausted() {
        let made = grouped(observed.stats.spent());
        let why = match observed.end {
            End::Stopped(stop) => format!("; {stop}"),
            _ => String::new(),
        };
        Some(format!("{name} was not through after {made} executions{why}"))
    } else if observed.stats.all_cut() > 0 || observed.left_out() > 0 {
        Some(format!("a bound cut executions of {name}"))
    } else {
        None
    }
}

/// Compares the observations of two searches that both finished.
#[must_use]
pub fn compare(one: (&str, &Observed), other: (&str, &Observed)) -> Agreement {
    let mut problems = missed_by(one.0, one.1, other);
    problems.extend(missed_by(other.0, other.1, one));
    if problems.is_empty() { Agreement::Same } else { Agreement::Different(problems) }
}

fn missed_by(name: &str, seen: &Observed, (other, all): (&str, &Observed)) -> Vec<String> {
    let shown = |it: &Seen| format!("which {other} shows with '{}'", it.witness.schedule);
    let mut problems = vec![];
    for (turnout, it) in missing(&seen.outcomes, &all.outcomes) {
        let what = match turnout {
            Turnout::Complete(value) => format!("outcome {value}"),
            Turnout::Failed => "executions whose main task fails".to_owned(),
            Turnout::Stuck => "executions that get stuck".to_owned(),
        };
        problems.push(format!("{name} missed {what}, {}", shown(it)));
    }
    // A finding may turn out differently by the execution that each search has of it.
    // Of tasks that are alike, each may have created what it is found at.
    let are_alike = all.stats.alike > 0;
    let told = |fault: &Fault<Origin>| match are_alike {
        true => Fault { objects: SmallVec::new(), ..fault.unsettled() },
        false => fault.unsettled(),
    };
    let known: BTreeSet<Fault<Origin>> = seen.findings.keys().map(told).collect();
    let missed = all.findings.iter().filter(|(fault, _)| !known.contains(&told(fault)));
    for (fault, it) in missed {
        problems.push(format!("{name} missed {}, {}", described(fault), shown(it)));
    }
    problems
}

fn missing<'a, K: Ord>(
    seen: &BTreeMap<K, Seen>,
    all: &'a BTreeMap<K, Seen>,
) -> impl Iterator<Item = (&'a K, &'a Seen)> {
    all.iter().filter(|(key, _)| !seen.contains_key(key))
}

/// A fault in a few words.
fn described(fault: &Fault<Origin>) -> String {
    let lines: BTreeSet<u32> = fault.sites.iter().map(|site| site.0.line()).collect();
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    let noun = if lines.len() == 1 { "line" } else { "lines" };
    let at =
        if lines.is_empty() { String::new() } else { format!(" at {noun} {}", lines.join(", ")) };
    format!("{}{at}", fault.kind)
}
