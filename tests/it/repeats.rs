//! Executions that begin with steps of the one before are the same whether those
//! steps are repeated or made anew.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use unknot_checker::sim::{
    Access, Decision, Ended, Execution, Explorer, Limits, Lock, Name, Op, Phase, Point, Program,
    Shared, TaskId, TimeMode, Value, Violation, explore, spawn,
};
use unknot_checker::strategy::{Bounded, Dfs, Dpor, Strategy, Visibility};

use crate::programs::{Shape, Spec};
use crate::proof::{number, prove};

/// A step: who, what, where, whether it preempts, whom it started, what it
/// touched, and what was chosen.
type Made = (TaskId, &'static str, u32, bool, Option<TaskId>, Vec<Access>, Vec<(u32, u32)>);

/// A task: where it stands, its last step, what it waits on, its name and what it
/// is about to touch.
type Stands = (TaskId, Phase, Option<u32>, Option<i64>, Name, Vec<Access>);

/// All that is to be known of an execution.
#[derive(Debug, PartialEq)]
struct Whole {
    ended: Ended,
    steps: Vec<Made>,
    tasks: Vec<Stands>,
    /// What the gauges show that were touched.
    shows: Vec<i64>,
    outcome: Option<Value>,
    violations: Vec<Violation>,
    timeouts_used_up: bool,
}

impl Whole {
    fn of(execution: &Execution<'_>) -> Whole {
        let trace = execution.trace;
        let made = |(at, step): (usize, &unknot_checker::sim::Step)| {
            let sizes = trace.choice_sizes(at).iter().copied();
            let choices = trace.choices(at).iter().copied().zip(sizes).collect();
            let (touched, line) = (trace.accesses(at).to_vec(), step.location.line());
            (step.task, step.verb, line, step.preempts, step.child, touched, choices)
        };
        let stands = |&id: &TaskId| {
            let task = execution.task(id);
            let is_there = task.phase != Phase::Finished;
            let pending: Option<&Op> = is_there.then_some(&task.pending);
            let guard = pending.and_then(|op| op.guard).map(|guard| guard.at_least);
            let about = pending.map(|op| op.accesses.to_vec()).unwrap_or_default();
            (id, task.phase, task.last_step, guard, task.name.clone(), about)
        };
        let touched = (0..trace.len()).flat_map(|at| trace.accesses(at));
        Whole {
            ended: execution.ended,
            steps: trace.steps().iter().enumerate().map(made).collect(),
            tasks: execution.live.iter().map(stands).collect(),
            shows: touched.map(|access| execution.object(access.object).shows).collect(),
            outcome: execution.outcome.cloned(),
            violations: execution.violations.to_vec(),
            timeouts_used_up: execution.timeouts_used_up,
        }
    }
}

/// Keeps what it sees of so many executions.
struct Keep<E> {
    explorer: E,
    repeats: bool,
    left: usize,
    seen: Vec<Whole>,
    n_repeated: usize,
}

impl<E: Explorer> Explorer for Keep<E> {
    fn begin(&mut self) -> bool {
        self.left -= 1;
        self.left > 0 && self.explorer.begin()
    }

    fn n_repeated(&self) -> usize {
        if self.repeats { self.explorer.n_repeated() } else { 0 }
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        self.explorer.pick(point)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        self.explorer.choose(point, n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        self.n_repeated += self.n_repeated();
        self.seen.push(Whole::of(execution));
        self.explorer.end(execution);
    }
}

fn executions<E: Explorer + 'static>(
    program: &Program,
    time: TimeMode,
    explorer: E,
    repeats: bool,
) -> Keep<E> {
    let keep = Keep { explorer, repeats, left: 300, seen: vec![], n_repeated: 0 };
    explore(program, Limits { time, max_steps: 200, ..Limits::default() }, keep)
}

/// What differs between executions that repeat and such that do not.
fn compare<S: Strategy>(spec: &Spec, create: impl Fn() -> S) -> Result<(), String> {
    let program = spec.program();
    let [anew, repeated] =
        [false, true].map(|repeats| executions(&program, spec.time(), create(), repeats).seen);
    let differs = anew.iter().zip(&repeated).position(|(a, b)| a != b);
    match differs {
        Some(at) => Err(format!("{:#?} and {:#?}", anew[at], repeated[at])),
        None if anew.len() != repeated.len() => Err("not as many".to_owned()),
        None => Ok(()),
    }
}

/// 1,000 generated programs over every operation, 300 executions of each search
/// at most.
#[test]
fn a_repeated_step_is_the_step_made_anew() {
    let shape = Shape { max_tasks: 3, max_ops: 4 };
    let all = |spec: &Spec| {
        compare(spec, Dpor::new)
            .and_then(|()| compare(spec, || Dfs::new(Visibility::All)))
            .and_then(|()| compare(spec, || Dfs::bounded(1)))
            .and_then(|()| compare(spec, || Bounded::new(1)))
    };
    let programs = number("UNKNOT_PROGRAMS", 1_000);
    assert_eq!(prove(7, shape, programs, |spec| Some(all(spec))), Ok(0));
}

/// An explorer that says of every execution that it begins with these steps of
/// the one before.
struct Says(usize, u32);

impl Explorer for Says {
    fn begin(&mut self) -> bool {
        self.1 -= 1;
        self.1 > 0
    }

    fn n_repeated(&self) -> usize {
        self.0
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        Decision::Run(point.enabled().next().expect("somebody is enabled"))
    }

    fn choose(&mut self, _: &Point<'_>, _: u32) -> u32 {
        0
    }

    fn end(&mut self, _: &Execution<'_>) {}
}

/// Where a program does not do again what it did, its steps are made anew. Every
/// second run it does something else; what is recorded is one of the two things
/// that it does and never a part of each.
#[test]
fn what_is_not_the_same_is_not_repeated() {
    fn alternates(change: impl Fn(bool) + Clone + Send + Sync + 'static) -> Program {
        let runs = Arc::new(AtomicU32::new(0));
        Arc::new(move || {
            let is_odd = runs.fetch_add(1, Ordering::Relaxed) % 2 == 1;
            let change = change.clone();
            spawn(move || change(is_odd)).join()?;
            Ok(().into())
        })
    }
    let other_place = alternates(|is_odd| {
        let number = Shared::new(0);
        if is_odd {
            number.write(1);
        } else {
            number.write(2);
        }
        number.write(3);
    });
    let other_object = alternates(|is_odd| {
        let numbers = [Shared::new(0), Shared::new(0)];
        numbers[usize::from(is_odd)].write(1);
        numbers[0].write(1);
    });
    let one_step_less = alternates(|is_odd| {
        let lock = Lock::new();
        let number = Shared::new(0);
        lock.acquire();
        if is_odd {
            number.write(1);
        }
    });
    let other_choice = alternates(|is_odd| {
        let number = Shared::new(0);
        number.write(unknot_checker::sim::choose(2 + u32::from(is_odd)));
        number.write(1);
    });
    for program in [other_place, other_object, one_step_less, other_choice] {
        let both = executions(&program, TimeMode::Any, Says(0, 3), false).seen;
        assert_ne!(both[0], both[1]);
        // So many that all steps that are the same are repeated, and no more.
        for same in 0..9 {
            let seen = executions(&program, TimeMode::Any, Says(same, 5), true).seen;
            assert!(seen.len() == 4 && seen.iter().all(|whole| both.contains(whole)));
        }
    }
}

/// Repeating is what a search does, or nothing here would be tested.
#[test]
fn a_search_repeats() {
    let program: Program = Arc::new(|| {
        let number = Shared::new(0);
        let started: Vec<_> = (0..2)
            .map(|_| {
                let number = number.clone();
                spawn(move || number.write(number.read() + 1))
            })
            .collect();
        for task in started {
            task.join()?;
        }
        Ok(number.read().into())
    });
    let kept = executions(&program, TimeMode::Any, Dpor::new(), true);
    assert_eq!(kept.seen.len(), 4);
    assert!(kept.explorer.is_exhausted());
    assert!(kept.n_repeated >= 3 * 2, "both starts each time: {}", kept.n_repeated);
}
