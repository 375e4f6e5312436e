//! Executions that begin with steps of the one before are the same whether those
//! steps are repeated or made anew.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use unknot_checker::sim::{
    Access, Barrier, Decision, Ended, Exception, Execution, Explorer, Failure, Limits, Lock, Name,
    Op, Phase, Point, Program, Semaphore, Shared, TaskId, TimeMode, Value, Violation, choose,
    explore, spawn, verify, yield_now,
};
use unknot_checker::strategy::{Bounded, Dfs, Dpor, Strategy, Visibility};

use crate::kit::generated::number;
use crate::kit::programs::{Shape, Spec};
use crate::kit::support::program;
use crate::search::proof::prove;

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
    failures: Vec<Failure>,
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
            failures: execution
                .live
                .iter()
                .filter_map(|&id| execution.task(id).failure.clone())
                .collect(),
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
    /// How often it was asked who is next.
    n_asked: usize,
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
        self.n_asked += 1;
        self.explorer.pick(point)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        self.explorer.choose(point, n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
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
    let keep = Keep { explorer, repeats, left: 300, seen: vec![], n_asked: 0 };
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

/// A program that does one thing in its first run and every second one after it,
/// and another one in the others. It returns which of them it did.
fn alternates(body: impl Fn(bool) -> Result<(), Exception> + Send + Sync + 'static) -> Program {
    let runs = AtomicU32::new(0);
    Arc::new(move || {
        let is_odd = runs.fetch_add(1, Ordering::Relaxed) % 2 == 1;
        body(is_odd)?;
        Ok(i64::from(is_odd).into())
    })
}

fn write(number: &Shared<u32>, n: u32) {
    number.write(n);
}

#[track_caller]
fn spawn_or_yield(spawns: bool) {
    if spawns {
        drop(spawn(yield_now));
    } else {
        yield_now();
    }
}

type Unsteady = (&'static str, Program);

/// Programs that do not make the steps again that they made, each in another way.
fn other_steps() -> [Unsteady; 4] {
    let other_place = |is_odd| {
        let number = Shared::new(0);
        if is_odd {
            number.write(1);
        } else {
            number.write(2);
        }
        number.write(3);
        Ok(())
    };
    let other_object = |is_odd| {
        let numbers = [Shared::new(0), Shared::new(0)];
        numbers[usize::from(is_odd)].write(1);
        numbers[0].write(1);
        Ok(())
    };
    let one_step_more = |is_odd| {
        let (lock, number) = (Lock::new(), Shared::new(0));
        lock.acquire();
        if is_odd {
            number.write(1);
        }
        Ok(())
    };
    let other_choice = |is_odd| {
        let number = Shared::new(0);
        number.write(choose(2 + u32::from(is_odd)));
        number.write(1);
        Ok(())
    };
    [
        ("other place", alternates(other_place)),
        ("other object", alternates(other_object)),
        ("one step more", alternates(one_step_more)),
        ("other choice", alternates(other_choice)),
    ]
}

/// Programs that do not create again what they created.
fn other_things() -> [Unsteady; 5] {
    let object_more = |is_odd: bool| {
        let more = is_odd.then(Lock::new);
        write(&Shared::new(0), 1);
        if let Some(lock) = more {
            lock.acquire();
        }
        Ok(())
    };
    let object_more_that_nobody_uses = |is_odd: bool| {
        let number = Shared::new(0);
        let _more = is_odd.then(Lock::new);
        write(&number, 1);
        write(&number, 2);
        Ok(())
    };
    let other_initial_value = |is_odd: bool| {
        let permits = if is_odd { Semaphore::new(1) } else { Semaphore::new(2) };
        yield_now();
        permits.acquire();
        Ok(())
    };
    let condition_more = |is_odd: bool| {
        let more = is_odd.then(|| Barrier::new(1));
        yield_now();
        drop(more);
        Ok(())
    };
    let task_more = |is_odd| {
        spawn_or_yield(is_odd);
        yield_now();
        Ok(())
    };
    [
        ("object more", alternates(object_more)),
        ("object more that nobody uses", alternates(object_more_that_nobody_uses)),
        ("other initial value", alternates(other_initial_value)),
        ("condition more", alternates(condition_more)),
        ("task more", alternates(task_more)),
    ]
}

/// Where a program does not do again what it did, its steps are made anew. What is
/// recorded is what the run did that it was recorded in, as the outcome tells,
/// and never a part of another.
#[test]
fn what_is_not_the_same_is_not_repeated() {
    for (name, program) in other_steps().into_iter().chain(other_things()) {
        let both = executions(&program, TimeMode::Any, Says(0, 3), false).seen;
        assert_ne!(both[0], both[1], "{name}");
        // So many that all steps that are the same are repeated, and no more.
        for same in 0..9 {
            let seen = executions(&program, TimeMode::Any, Says(same, 6), true).seen;
            assert_eq!(seen.len(), 5, "{name}");
            for whole in seen {
                let is_same = both.iter().find(|one| one.outcome == whole.outcome);
                assert_eq!(is_same, Some(&whole), "{name}, {same} steps");
            }
        }
    }
}

/// Faults of one execution are not those of the next: a task that panics or
/// returns an exception only where it comes late, with a primitive that is used
/// while the panic unwinds, and a condition that holds only sometimes.
#[test]
fn faults_are_those_of_the_execution() {
    let program: Program = Arc::new(|| {
        let (number, lock) = (Shared::new(0), Lock::new());
        let (theirs, guarded) = (number.clone(), lock.clone());
        let late = spawn(move || -> Result<(), Exception> {
            let _guard = guarded.lock()?;
            match theirs.read() {
                0 => Ok(()),
                1 => Err(Exception::new("ValueError", "late")),
                _ => panic!("later"),
            }
        });
        number.write(1);
        number.write(2);
        verify!(!lock.locked(), "nobody has the lock");
        late.join().ok();
        Ok(number.read().into())
    });
    for strategy in 0..3 {
        let [anew, repeated] = [false, true].map(|repeats| match strategy {
            0 => executions(&program, TimeMode::Any, Dpor::new(), repeats).seen,
            1 => executions(&program, TimeMode::Any, Dfs::new(Visibility::All), repeats).seen,
            _ => executions(&program, TimeMode::Any, Bounded::new(2), repeats).seen,
        });
        assert_eq!(anew, repeated);
        let failures = |whole: &Whole| whole.failures.len();
        let faults = anew.iter().map(failures).collect::<BTreeSet<_>>();
        assert_eq!(faults, BTreeSet::from([0, 1]), "both come about");
        assert!(anew.iter().any(|whole| !whole.violations.is_empty()));
    }
}

/// Repeating is what a search does, or nothing here would be tested. The four
/// executions of two tasks that each read a cell and write it, by the steps that
/// the explorer was not asked about: `s s r1 w1 …`; `s s r1`, then `r2`; `s s r1 r2`,
/// then `w2`; `s s`, then `r2`.
#[test]
fn a_search_repeats() {
    let program = program("bench-counter/bare", &[("n", 2)]);
    for (repeats, expected) in [(false, 0), (true, 3 + 4 + 2)] {
        let kept = executions(&program, TimeMode::Any, Dpor::new(), repeats);
        assert!(kept.explorer.is_exhausted());
        assert_eq!(kept.seen.len(), 4);
        let made: usize = kept.seen.iter().map(|whole| whole.steps.len()).sum();
        assert_eq!(made - kept.n_asked, expected);
    }
}
