//! Each finding once more before it is reported.
//!
//! A program that looks at something that no schedule decides, such as a clock
//! or the order of a hash, may show a fault once and not again under the same
//! schedule. So the witness of each distinct finding is run again: if it does
//! not show the finding, that is not reported, and `nondeterminism` is, with
//! the first step that was another one.
//!
//! Misses a program that happens to do the same both times.

use unknot_sim::{Decision, Execution, Explorer, Point, Program, explore};

use crate::analysis::{self, Scratch};
use crate::check::{Made, Observed, Seen, Semantics, Witness};
use crate::finding::{Fault, Kind, Origin};
use crate::record::{StepRecord, package_path};
use crate::strategy::{Divergence, Replay};

/// A witness that is run again.
struct Again {
    replay: Replay,
    fault: Fault<Origin>,
    made: Vec<Made>,
    is_shown: bool,
    difference: Option<Divergence>,
}

impl Explorer for Again {
    fn begin(&mut self) -> bool {
        self.replay.begin()
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        self.replay.pick(point)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        self.replay.choose(point, n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        self.replay.end(execution);
        let mut found = vec![];
        analysis::analyse(execution, &mut Scratch::default(), &mut found);
        let mut faults = found.iter().map(|one| one.signature.fault().named(execution.names));
        self.is_shown = faults.any(|one| one == self.fault);
        let made = execution.trace.steps();
        let step = self.made.iter().zip(made).position(|(before, now)| *before != Made::of(now));
        self.difference = step.map(|step| {
            let (before, now) = (self.made[step], Made::of(&made[step]));
            let task = execution.names.task_path(made[step].task);
            let message = format!("{task} did {}, and now does {}", told(before), told(now));
            Divergence { step, message }
        });
    }
}

fn told(made: Made) -> String {
    let Made { verb, site } = made;
    format!("'{verb}' ({}:{})", package_path(site.0.file()), site.0.line())
}

/// How a witness does not show its finding when it is run again, if so.
pub(crate) fn differs(
    program: &Program,
    fault: &Fault<Origin>,
    witness: &Witness,
    semantics: Semantics,
) -> Option<Divergence> {
    let again = Again {
        replay: Replay::new(witness.schedule.clone()),
        fault: fault.clone(),
        made: witness.made.clone(),
        is_shown: false,
        difference: None,
    };
    let Again { replay, is_shown, difference, .. } =
        explore(program, semantics.limits(false), again);
    // Another operation at a step comes before what follows from it.
    let diverged = difference.or_else(|| replay.divergence().cloned());
    match (diverged, is_shown) {
        (Some(divergence), _) => Some(divergence),
        (None, true) => None,
        (None, false) => Some(same_steps(fault, witness)),
    }
}

/// What is between two steps was not the same, such as a value.
fn same_steps(fault: &Fault<Origin>, witness: &Witness) -> Divergence {
    let step = witness.made.len().saturating_sub(1);
    let kind = fault.kind;
    let last = witness.made.last().map_or("nothing".to_owned(), |made| told(*made));
    let task = witness.schedule.steps.last().map_or("T0".to_owned(), |step| step.task.to_string());
    let message = format!(
        "{task} did {last}, and now does {last}: the same steps, which showed {kind} and now do not"
    );
    Divergence { step, message }
}

/// How an execution that was recorded is not the one that its witness was.
pub(crate) fn told_apart(
    fault: &Fault<Origin>,
    witness: &Witness,
    steps: &[StepRecord],
    diverged: Option<&Divergence>,
) -> Divergence {
    let of = |made: &Made| (made.verb, package_path(made.site.0.file()), made.site.0.line());
    let is_other = |(made, step): (&Made, &StepRecord)| {
        of(made) != (step.op.as_str(), step.file.as_str(), step.line)
    };
    let Some(at) = witness.made.iter().zip(steps).position(is_other) else {
        return diverged.cloned().unwrap_or_else(|| same_steps(fault, witness));
    };
    let now = &steps[at];
    let before = told(witness.made[at]);
    let message =
        format!("{} did {before}, and now does '{}' ({}:{})", now.task, now.op, now.file, now.line);
    Divergence { step: at, message }
}

/// Runs each finding again, and makes those that are not shown `nondeterminism`.
pub(crate) fn confirm(program: &Program, observed: &mut Observed, semantics: Semantics) {
    let findings = observed.findings.iter().filter(|(id, _)| id.kind != Kind::Nondeterminism);
    let doubtful: Vec<(Fault<Origin>, Divergence)> = findings
        .filter_map(|(id, seen)| {
            Some((id.clone(), differs(program, id, &seen.witness, semantics)?))
        })
        .collect();
    for (fault, divergence) in doubtful {
        let seen = observed.findings.remove(&fault).expect("it was just there");
        if observed.findings.keys().all(|known| known.kind != fault.kind) {
            observed.kinds.remove(&fault.kind);
        }
        doubt(observed, seen, divergence);
    }
}

/// A program that is not deterministic is found out once, and nothing that was
/// seen of it is all there is to see.
fn doubt(observed: &mut Observed, seen: Seen, divergence: Divergence) {
    observed.exhausted = false;
    if observed.divergence.is_some() {
        return;
    }
    observed.divergence = Some(divergence);
    observed.kinds.insert(Kind::Nondeterminism, 1);
    observed.findings.insert(Fault::nondeterminism(), Seen { executions: 1, ..seen });
}
