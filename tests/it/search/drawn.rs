//! What samplers draw is what a search knows, on generated programs.
//!
//! Every outcome and every fault of a sample is one that the search has seen which goes
//! through all classes. So a sampler makes no executions that the program does not have:
//! `frontier` begins at points that it came to before, and these have to be there again.

use std::collections::BTreeSet;

use unknot_checker::Kind;
use unknot_checker::check::observe;
use unknot_checker::model::finding::{Fault, Origin};
use unknot_checker::model::terms::{Budget, Semantics};
use unknot_checker::search::observed::{Observed, Turnout};
use unknot_checker::strategy::{Config, Dpor, STRATEGIES};

use crate::kit::generated::{Compared, number, prove_among};
use crate::kit::programs::{Shape, Spec, specs};

/// Classes, beyond which a program is too large.
const MOST_CLASSES: u64 = 2_000;

/// Samples of each sampler.
const SAMPLES: u64 = 60;

fn told(observed: &Observed) -> (BTreeSet<Turnout>, BTreeSet<Fault<Origin>>) {
    // What a value turned out to mean may rest on executions that were not drawn.
    let faults = observed.findings.keys().map(Fault::unsettled);
    (observed.outcomes.keys().cloned().collect(), faults.collect())
}

fn compare(spec: &Spec) -> Compared {
    let program = spec.program();
    let semantics = Semantics { time: spec.time(), ..Semantics::DEFAULT };
    let budget = |max_executions| Budget { max_executions, semantics, ..Budget::default() };
    let search = observe(&program, Dpor::new(), budget(MOST_CLASSES));
    if !search.exhausted() || search.stats.cut > 0 {
        return None;
    }
    let (outcomes, faults) = told(&search);
    for row in STRATEGIES.iter().filter(|row| row.way.is_drawn()) {
        let sampler = (row.create)(Config { seed: 5, ..Config::default() });
        let drawn = observe(&program, sampler, budget(SAMPLES));
        if drawn.kinds.contains_key(&Kind::Nondeterminism) {
            return Some(Err(format!("{}: {:?}", row.name, drawn.divergence)));
        }
        let (more, new) = told(&drawn);
        let more: Vec<_> = more.difference(&outcomes).collect();
        let new: Vec<_> = new.difference(&faults).collect();
        if !more.is_empty() || !new.is_empty() {
            return Some(Err(format!("{}: {more:?} {new:?}", row.name)));
        }
    }
    Some(Ok(()))
}

#[test]
fn samples_are_executions_of_the_program() {
    let programs = number("UNKNOT_PROGRAMS", 200);
    let shape = Shape { max_tasks: 3, max_ops: 4 };
    prove_among(97, &specs(shape), programs, compare).unwrap_or_else(|message| panic!("{message}"));
}
