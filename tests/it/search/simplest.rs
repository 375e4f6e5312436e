//! The simplest schedules, and the search that is bounded in preemptions.
//!
//! Both are compared with brute force: all schedules of small programs, with
//! their preemptions counted afterwards. What a program with more schedules
//! than that would show is not looked at, but for minima that are known.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use proptest::strategy::{Strategy as _, ValueTree};
use proptest::test_runner::{Config as Runs, RngAlgorithm, TestRng, TestRunner};

use unknot_checker::analysis::handed::Handed;
use unknot_checker::check::observe;
use unknot_checker::check::simplest::{self, Effort, Simplest};
use unknot_checker::model::finding::{Fault, Origin};
use unknot_checker::model::kind::Kind;
use unknot_checker::model::kind::Level;
use unknot_checker::model::terms::{Budget, Semantics};
use unknot_checker::replay::replay;
use unknot_checker::sim::{
    Ended, Exception, Execution, Limits, Lock, Program, Shared, TimeMode, Value, explore, sleep,
    spawn,
};
use unknot_checker::strategy::{Dfs, Dpor, Observing, Strategy, Visibility};

use crate::kit::programs::{Shape, specs};
use crate::kit::support::{program, unknot};

/// The simplest schedules of what `dpor` finds.
fn simplest_of(program: &Program, time: TimeMode) -> BTreeMap<Fault<Origin>, Simplest> {
    let semantics = Semantics { time, ..Semantics::default() };
    let budget = Budget { semantics, ..Budget::default() };
    let observed = observe(program, Dpor::new(), budget);
    simplest::find(program, &observed, budget, Effort::default())
}

/// The preemptions of the only finding, which are the fewest possible and those
/// of its schedule when it is run again.
fn minimum(program: &Program, kind: Kind) -> u32 {
    let simplest = simplest_of(program, TimeMode::Any);
    let of_kind: Vec<_> = simplest.iter().filter(|(id, _)| id.kind == kind).collect();
    for (identity, found) in &of_kind {
        assert!(found.fewest, "{identity:?}");
        let replayed = replay(program, &found.witness.schedule, Semantics::default());
        assert!(replayed.proofs.iter().any(|proof| proof.identity.fault() == **identity));
        let again = replayed.record.steps.iter().filter(|step| step.preempts).count();
        assert_eq!(again, found.witness.preemptions as usize);
        assert_eq!(replayed.record.steps.len(), found.witness.steps as usize);
    }
    of_kind.iter().map(|(_, found)| found.witness.preemptions).min().expect("a finding")
}

#[test]
fn minima_of_the_catalogue() {
    let noodles = program("ab-ba-noodles/opposite-orders", &[("group", 1)]);
    assert_eq!(minimum(&noodles, Kind::Deadlock), 1);
    let lost = program("lost-update-decrement/no-lock", &[("threads", 2)]);
    assert_eq!(minimum(&lost, Kind::LostUpdate), 1);
}

/// A reader that fails if it sees first one and then the other of two writes:
/// the writer has to be left between them, and the reader between its reads.
fn two_preemptions() -> Program {
    torn(false)
}

/// The same, with a main task that may give up waiting for the writer.
fn torn(gives_up: bool) -> Program {
    Arc::new(move || {
        let number = Shared::new(0);
        let written = number.clone();
        let writer = spawn(move || {
            written.write(1);
            written.write(2);
        });
        let reader = spawn(move || match (number.read(), number.read()) {
            (1, 2) => Err(Exception::new("Torn", "both writes were seen")),
            _ => Ok(()),
        });
        if gives_up {
            writer.join_timeout(Duration::from_millis(1));
        }
        writer.join()?;
        let _ = reader.join();
        Ok(Value::Int(0))
    })
}

#[test]
fn a_program_that_needs_two_preemptions() {
    assert_eq!(minimum(&two_preemptions(), Kind::Exception), 2);
}

#[test]
fn a_finding_that_needs_none() {
    // Both leave at their own sleep, which costs nothing.
    let asleep: Program = Arc::new(|| {
        let (a, b) = (Lock::named("a"), Lock::named("b"));
        let (c, d) = (a.clone(), b.clone());
        let other = spawn(move || -> Result<(), Exception> {
            let _first = d.lock()?;
            sleep(Duration::from_millis(1));
            let _second = c.lock()?;
            Ok(())
        });
        let first = a.lock()?;
        sleep(Duration::from_millis(1));
        let second = b.lock()?;
        drop((first, second));
        other.join()??;
        Ok(Value::Int(0))
    });
    assert_eq!(minimum(&asleep, Kind::Deadlock), 0);
}

/// All schedules of a program, by their preemptions, and what they show.
struct Brute {
    /// For each number of preemptions the schedules that have so many.
    counts: BTreeMap<u32, u64>,
    /// What all executions show of gauges that are handed on.
    handed: Handed,
    /// For what an execution shows the fewest preemptions and steps.
    best: BTreeMap<Vec<Fault<Origin>>, (u32, usize)>,
    is_whole: bool,
}

impl Brute {
    /// `None` if there are too many schedules, or some are cut.
    fn of(program: &Program, time: TimeMode, max: u64) -> Option<Brute> {
        let semantics = Semantics { time, ..Semantics::default() };
        let budget = Budget { semantics, max_executions: max, ..Budget::default() };
        let brute = Brute {
            handed: observe(program, Dfs::new(Visibility::All), budget).handed,
            counts: BTreeMap::new(),
            best: BTreeMap::new(),
            is_whole: true,
        };
        let search = Observing::new(Dfs::new(Visibility::All), brute, Brute::add);
        let search = search.made_anew().at_most(max);
        let search = explore(program, Limits { time, ..Limits::default() }, search);
        (search.is_exhausted() && search.seen.is_whole).then_some(search.seen)
    }

    fn at_most(&self, preemptions: u32) -> u64 {
        self.counts.range(..=preemptions).map(|(_, count)| count).sum()
    }

    fn add(&mut self, execution: &Execution<'_>) {
        self.is_whole &= execution.ended != Ended::Cut && !execution.timeouts_used_up;
        let steps = execution.trace.steps();
        let preemptions = steps.iter().filter(|step| step.preempts).count() as u32;
        *self.counts.entry(preemptions).or_default() += 1;
        // What an assumption excludes is a schedule, and shows nothing.
        if execution.is_excluded {
            return;
        }
        let mut found = vec![];
        unknot_checker::analysis::analyse(
            execution,
            &self.handed.interned(execution.names),
            &mut Default::default(),
            &mut found,
        );
        // Notes are told with the schedule that the check saw.
        found.retain(|evidence| evidence.signature.kind.level() == Level::Error);
        let faults = found.iter().map(|evidence| evidence.signature.fault());
        let mut faults: Vec<_> = faults.map(|fault| fault.named(execution.names)).collect();
        faults.sort_unstable();
        faults.dedup();
        let size = (preemptions, steps.len());
        let best = self.best.entry(faults).or_insert(size);
        *best = size.min(*best);
    }

    /// The fewest preemptions and steps of an execution that shows a finding.
    fn fewest(&self, finding: &Fault<Origin>) -> Option<(u32, usize)> {
        let shown = self.best.iter().filter(|(faults, _)| finding.is_shown_by(faults));
        shown.map(|(_, size)| *size).min()
    }

    /// What executions show and is no part of any finding. A hang beside what may be
    /// why is told with that.
    fn untold(&self, findings: &BTreeMap<Fault<Origin>, (u32, usize)>) -> Vec<Fault<Origin>> {
        let stuck = [Kind::Deadlock, Kind::AbandonedLock];
        let shown = self.best.keys().flat_map(|faults| {
            let is_graver = faults.iter().any(|fault| stuck.contains(&fault.kind));
            faults.iter().filter(move |fault| fault.kind != Kind::Hang || !is_graver)
        });
        // What is overwritten is lost only where that is settled.
        let shown = shown.filter(|fault| fault.kind != Kind::LostUpdate);
        shown.filter(|fault| !findings.keys().any(|one| one.includes(fault))).cloned().collect()
    }
}

/// Compares one program with brute force: the minima, and the counts of the
/// bounded search. Says how many findings were compared.
fn compare(program: &Program, time: TimeMode, brute: &Brute, about: &str) -> usize {
    let semantics = Semantics { time, ..Semantics::default() };
    let simplest = simplest_of(program, time);
    let minima: BTreeMap<Fault<Origin>, (u32, usize)> = simplest
        .into_iter()
        .filter(|(identity, _)| identity.kind.level() == Level::Error)
        // The schedule with the fewest may overwrite the same and lose nothing.
        .filter(|(identity, found)| found.fewest || identity.kind != Kind::LostUpdate)
        .map(|(identity, found)| {
            assert!(found.fewest, "{about}: {identity:?}");
            (identity, (found.witness.preemptions, found.witness.steps as usize))
        })
        .collect();
    assert_eq!(brute.untold(&minima), [], "{about}");
    for (identity, fewest) in &minima {
        assert_eq!(brute.fewest(identity), Some(*fewest), "{about}: {identity:?}");
    }
    for k in 0..=3 {
        let observed = observe(program, Dfs::bounded(k), Budget { semantics, ..Budget::default() });
        assert!(observed.exhausted());
        let schedules = observed.stats.executions + observed.stats.excluded;
        assert_eq!(schedules, brute.at_most(k), "{about}: at most {k}");
        let is_all = brute.counts.keys().all(|&preemptions| preemptions <= k);
        assert_eq!(observed.is_whole(), is_all, "{about}: at most {k}");
    }
    minima.len()
}

#[test]
fn known_programs_as_brute_force_has_them() {
    for (name, params) in [
        ("lost-update-decrement/no-lock", [("threads", 2)]),
        ("lost-update-decrement/locked", [("threads", 2)]),
        ("ab-ba-noodles/opposite-orders", [("group", 1)]),
        ("ab-ba-noodles/one-order", [("group", 1)]),
    ] {
        let program = program(name, &params);
        let brute = Brute::of(&program, TimeMode::Any, 100_000).expect(name);
        compare(&program, TimeMode::Any, &brute, name);
    }
    let program = two_preemptions();
    let brute = Brute::of(&program, TimeMode::Any, 1_000_000).expect("a small program");
    compare(&program, TimeMode::Any, &brute, "two preemptions");
}

#[test]
fn generated_programs_as_brute_force_has_them() {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Runs::default(), rng);
    let specs = specs(Shape { max_tasks: 3, max_ops: 3 });
    let (mut n_programs, mut n_findings) = (0, 0);
    for _ in 0..400 {
        let spec = specs.new_tree(&mut runner).expect("a program").current();
        let (program, time) = (spec.program(), spec.time());
        if let Some(brute) = Brute::of(&program, time, 3_000) {
            n_programs += 1;
            n_findings += compare(&program, time, &brute, &format!("{spec:?}"));
        }
    }
    assert!(n_programs > 200 && n_findings > 50, "{n_programs} programs, {n_findings} findings");
}

#[test]
fn little_effort_claims_little() {
    let program = two_preemptions();
    let budget = Budget::default();
    let observed = observe(&program, Dpor::new(), budget);
    let find = |max_executions| {
        let effort = Effort { max_executions, ..Effort::default() };
        simplest::find(&program, &observed, budget, effort)
    };
    let errors = observed.findings.iter().filter(|(id, _)| id.kind.level() == Level::Error);
    for (identity, seen) in errors {
        for effort in 0..200 {
            let found = find(effort);
            let found = &found[identity];
            assert!(found.witness.preemptions <= seen.witness.preemptions);
            assert!(found.witness.preemptions >= 2);
            assert!(!found.fewest || found.witness.preemptions == 2, "{effort}");
        }
        let none = find(0);
        assert!(!none[identity].fewest);
    }
}

/// Behind a timeout that was not looked at there might be a simpler schedule.
#[test]
fn what_was_cut_proves_nothing() {
    let program = torn(true);
    for (max_timeouts, fewest) in [(0, false), (2, true)] {
        let semantics = Semantics { max_timeouts, ..Semantics::default() };
        let budget = Budget { semantics, ..Budget::default() };
        let observed = observe(&program, Dpor::new(), budget);
        assert_eq!(observed.is_whole(), fewest);
        let found = simplest::find(&program, &observed, budget, Effort::default());
        let errors = found.iter().filter(|(id, _)| id.kind.level() == Level::Error);
        let found: Vec<_> = errors.map(|(_, f)| (f.witness.preemptions, f.fewest)).collect();
        assert_eq!(found, [(2, fewest)]);
    }
}

#[test]
fn the_option_and_the_wording() {
    let other = unknot("check lost-update-decrement --strategy urw --preemptions 2");
    assert_eq!(other.code, 2);
    assert!(
        other.err.contains("urw takes no bound on preemptions; those that do: dpor, dfs"),
        "{}",
        other.err
    );
    assert_eq!(unknot("check lost-update-decrement --strategy dfs --preemptions -1").code, 2);
    let line = "check lost-update-decrement/locked -p threads=2 --strategy dfs --preemptions";
    let bounded = unknot(&format!("{line} 0"));
    assert_eq!(bounded.code, 3, "{}", bounded.out);
    assert!(bounded.out.contains("PASS (bounded: ≤0 preemptions; "), "{}", bounded.out);
    let whole = unknot(&format!("{line} 20"));
    assert_eq!(whole.code, 0, "{}", whole.out);
    assert!(whole.out.contains("PASS (exhaustive)"), "{}", whole.out);
    let found = unknot("check ab-ba-noodles/opposite-orders -p group=1");
    assert!(found.out.contains("; 1 preemption, the fewest possible\n"), "{}", found.out);
    let json = unknot("check ab-ba-noodles/opposite-orders -p group=1 --format json");
    let reports: serde_json::Value = serde_json::from_str(&json.out).expect("one document");
    let finding = &reports[0]["findings"][0];
    assert_eq!((&finding["preemptions"], &finding["fewest"]), (&1.into(), &true.into()));
}
