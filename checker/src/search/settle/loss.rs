//! Whether a value that a task overwrote without having read it is a lost update.
//!
//! It is a lost update if the task would have written something else, or nothing, had
//! it read after the other task's write. Experiments find that out: two executions
//! that differ only in the order of that read and that write ([`super::swap`]), each
//! run up to the next write of the reading task. So
//!
//! - `x = x + 1` is a loss: with the read after the write it would be one more;
//! - `turn = 1` is none, however often `turn` was read before;
//! - `if x < max { x = max }` is a loss if the other task wrote more than `max`: with
//!   the read after the write nothing would be written;
//! - `while taken {} taken = true` is none: with the read after the write the task
//!   waits, and writes the same later. That two tasks hold such a lock shows in what
//!   they do under it;
//! - a value that equals the one that was read is not lost, whichever task wrote it.
//!
//! `if !done { done = true }` is a loss as well, though both tasks write the same: the
//! second one would not have written. Whether a value was computed (`x - 80`, where the
//! balance is exactly what both take) cannot be seen.
//!
//! The read may be impossible after the write, since the other task writes only
//! after something that the reading task does in between. Then an execution says nothing.
//! Others that overwrite the same may ([`super::hunt`]). If none does, the finding counts
//! as a loss, unless some of them wrote the same after other values were read, or all
//! executions did ([`super::constant`]).

use std::collections::{BTreeMap, BTreeSet};

use unknot_sim::{Execution, Names, Program, Text, explore};

use super::swap::{First, Swap};
use super::values::{Cell, left, saw, writes};
use crate::analysis::{self, Scratch};
use crate::model::finding::{Evidence, Fault, Origin};
use crate::model::schedule::Schedule;
use crate::model::terms::Semantics;
use crate::strategy::{Observing, Replay};

/// Writes after which a read is moved, at most.
const MAX_SWAPS: usize = 4;

/// Cases with the same values in one execution that are tried: a hundred tasks that
/// count lose a hundred updates which are all alike.
const MAX_ALIKE: usize = 4;

/// What executions say about an overwritten value. Of several answers the greatest
/// counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Answer {
    /// What was replaced is what had been read.
    Equal,
    /// The read could not be moved after the write.
    Unknown,
    /// The same would have been written.
    Same,
    /// Something else would have been written, or nothing.
    Loss,
}

/// A task that overwrote a value which it had not read.
pub(super) struct Overwrite {
    pub(super) fault: Fault<Origin>,
    /// The steps that prove it.
    pub(super) steps: Vec<u32>,
    /// What the task had read, what it replaced, and what it wrote.
    pub(super) values: Values,
    /// The read, with writes of other tasks that left the value that was replaced.
    swaps: Vec<Swap>,
}

/// What was overwritten in an execution: everything, or one fault.
pub(super) fn overwrites(
    execution: &Execution<'_>,
    scratch: &mut Scratch,
    wanted: Option<&Fault<Origin>>,
) -> Vec<(Fault<Origin>, Evidence)> {
    let found = analysis::overwrites(execution, scratch).into_iter();
    let found = found.map(|one| (one.signature.fault().named(execution.names), one));
    found.filter(|(fault, _)| wanted.is_none_or(|wanted| fault == wanted)).collect()
}

/// What a task had read, what it replaced, and what it wrote.
pub(super) fn values(execution: &Execution<'_>, evidence: &Evidence) -> Values {
    let cell = Cell::of(execution, evidence);
    let [read, write, replaced] = [0, 1, 2].map(|nth| evidence.steps[nth] as usize);
    [saw(execution, read, cell), left(execution, replaced, cell), left(execution, write, cell)]
}

/// Whether what was replaced is known to be what had been read.
pub(super) fn is_equal([saw, replaced, _]: &Values) -> bool {
    saw.is_some() && saw == replaced
}

impl Overwrite {
    fn of(execution: &Execution<'_>, fault: Fault<Origin>, evidence: &Evidence) -> Overwrite {
        let values = values(execution, evidence);
        let steps = evidence.steps.to_vec();
        let cell = Cell::of(execution, evidence);
        let [read, write] = [0, 1].map(|nth| evidence.steps[nth] as usize);
        let reader = execution.trace.steps()[read].task;
        let is_it = |&step: &usize| {
            execution.trace.steps()[step].task != reader
                && writes(execution, step, cell)
                && left(execution, step, cell) == values[1]
        };
        let others = (read + 1..write).filter(is_it).take(MAX_SWAPS);
        let swaps = others.map(|other| Swap::of(execution.trace, cell, read, other)).collect();
        Overwrite { fault, steps, values, swaps }
    }

    /// What the execution says about it.
    pub(super) fn ask(&self, program: &Program, names: &Names, semantics: Semantics) -> Answer {
        if is_equal(&self.values) {
            return Answer::Equal;
        }
        for swap in &self.swaps {
            let run = |first| swap.run(program, names, semantics, first);
            let (Some(before), Some(behind)) = (run(First::Read), run(First::Write)) else {
                continue;
            };
            let is_same_value = before.saw.is_some() && before.saw == behind.saw;
            if before.wrote.is_some() && !is_same_value {
                let is_same = before.wrote == behind.wrote;
                return if is_same { Answer::Same } else { Answer::Loss };
            }
        }
        Answer::Unknown
    }
}

/// What was read, replaced and written.
pub(super) type Values = [Option<Text>; 3];

/// What cases with the same values were found to be: how many were tried, and the
/// greatest answer.
#[derive(Default)]
struct Alike(BTreeMap<Values, (usize, Answer)>);

impl Alike {
    /// The answer for a case; tries it unless enough cases like it were tried.
    fn answer(&mut self, one: &Overwrite, ask: impl FnOnce() -> Answer) -> Answer {
        let (tried, most) = self.0.entry(one.values.clone()).or_insert((0, Answer::Equal));
        if *tried == MAX_ALIKE {
            return *most;
        }
        *tried += 1;
        let answer = ask();
        *most = answer.max(*most);
        answer
    }
}

/// What was overwritten in an execution, with the names behind its numbers.
struct Traced {
    wanted: Option<Fault<Origin>>,
    names: Names,
    found: Vec<Overwrite>,
}

impl Traced {
    fn look(&mut self, execution: &Execution<'_>) {
        let found = overwrites(execution, &mut Scratch::default(), self.wanted.as_ref());
        self.found = (found.into_iter())
            .map(|(fault, evidence)| Overwrite::of(execution, fault, &evidence))
            .collect();
        self.names = execution.names.clone();
    }
}

/// What was overwritten in the execution of a schedule: everything, or one fault.
fn trace(
    program: &Program,
    schedule: &Schedule,
    wanted: Option<&Fault<Origin>>,
    semantics: Semantics,
) -> Traced {
    let traced = Traced { wanted: wanted.cloned(), names: Names::new(), found: vec![] };
    let observing = Observing::new(Replay::new(schedule.clone()), traced, Traced::look);
    explore(program, semantics.limits(true), observing).seen
}

/// What the execution of a schedule says about the values overwritten in it.
pub(super) fn ask(
    program: &Program,
    schedule: &Schedule,
    fault: &Fault<Origin>,
    semantics: Semantics,
) -> Answer {
    let Traced { names, found, .. } = trace(program, schedule, Some(fault), semantics);
    let (mut most, mut alike) = (Answer::Equal, Alike::default());
    for one in &found {
        most = most.max(alike.answer(one, || one.ask(program, &names, semantics)));
        if most == Answer::Loss {
            break;
        }
    }
    most
}

/// The values overwritten in the execution of a schedule: for each fault what the
/// execution says about it, and the steps of all cases that say so.
pub(super) fn ask_all(
    program: &Program,
    schedule: &Schedule,
    semantics: Semantics,
) -> Vec<(Fault<Origin>, Answer, Vec<Vec<u32>>)> {
    let Traced { names, found, .. } = trace(program, schedule, None, semantics);
    let faults: BTreeSet<&Fault<Origin>> = found.iter().map(|one| &one.fault).collect();
    let of_fault = |fault: &Fault<Origin>| {
        let (mut most, mut alike) = ((Answer::Equal, vec![]), Alike::default());
        for case in found.iter().filter(|one| one.fault == *fault) {
            let answer = alike.answer(case, || case.ask(program, &names, semantics));
            if answer > most.0 {
                most = (answer, vec![]);
            }
            if answer == most.0 {
                most.1.push(case.steps.clone());
            }
            if answer == Answer::Loss {
                break;
            }
        }
        (fault.clone(), most.0, most.1)
    };
    faults.into_iter().map(of_fault).collect()
}
