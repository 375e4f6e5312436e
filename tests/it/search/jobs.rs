//! `--jobs`: threads change the time that a check takes, and nothing else.
//!
//! One thread goes through the executions as ever; several share them. So both
//! are run here and everything that was seen is compared, with the schedules
//! that are kept. A search is cut into far smaller pieces than it would be. What
//! only a certain order of the threads would show may be missed by one run of
//! these tests.

use unknot_checker::Checker;
use unknot_checker::check::observe_row;
use unknot_checker::model::end::End;
use unknot_checker::model::end::Stop;
use unknot_checker::model::terms::{Budget, Semantics};
use unknot_checker::search::jobs::Jobs;
use unknot_checker::search::monitor::Monitor;
use unknot_checker::search::observed::{Observed, Stats};
use unknot_checker::search::subtrees::{Cut, run_divided};
use unknot_checker::sim::Program;
use unknot_checker::strategy::{Config, STRATEGIES, StrategyRow};

use crate::kit::generated::number;
use crate::kit::programs::{Shape, Spec};
use crate::kit::support::{program, scenario, unknot};
use crate::search::proof::prove;

fn jobs(n: usize) -> Jobs {
    Jobs::new(n).expect("not 0")
}

/// Findings that are frequent, rare, missing, and cut; values that are chosen;
/// tasks that start tasks.
const SAMPLED: [&str; 12] = [
    "lost-update-decrement/no-lock",
    "lost-update-decrement/locked",
    "ab-ba-noodles/opposite-orders",
    "ab-ba-noodles/one-order",
    "ticket-oversell/no-lock",
    "ticket-oversell/no-second-check",
    "transfer-nested-opposite/",
    "philosophers-ring/",
    "event-boss-worker/",
    "endless-producer/",
    "bounded-buffer/",
    "consumer-timeout-exit/",
];

/// A name whose variant is left out means the first.
fn named(name: &str) -> String {
    match name.strip_suffix('/') {
        Some(bare) => format!("{name}{}", scenario(bare).variants[0].name),
        None => name.to_owned(),
    }
}

#[test]
fn samples_of_several_threads_are_those_of_one() {
    let (mut found, mut ended_late) = (0, 0);
    for name in SAMPLED {
        let program = program(&named(name), &[]);
        for row in STRATEGIES.iter().filter(|row| row.way.is_drawn()) {
            // Parts have 16 executions at least, so these are 2 parts, the
            // second of 1, and 25 parts and a rest.
            for (max_executions, fail_fast, seed) in
                [(17, false, 0), (403, false, 1), (403, true, 2), (403, true, 3)]
            {
                let semantics = Semantics { max_steps: 200, ..Semantics::DEFAULT };
                let budget = Budget { max_executions, fail_fast, semantics, ..Budget::default() };
                let config = Config { seed, ..Config::default() };
                let seen = |n: usize| -> Observed {
                    observe_row(&program, (row, config), budget, &Monitor::default(), jobs(n))
                };
                let one = seen(1);
                for n in [2, 3] {
                    let case = format!("{name} {} {budget:?} {n} jobs", row.name);
                    assert_eq!(format!("{:#?}", seen(n)), format!("{one:#?}"), "{case}");
                }
                found += usize::from(!one.findings.is_empty());
                let spent = one.stats.spent();
                ended_late += usize::from(fail_fast && (17..403).contains(&spent));
            }
        }
    }
    // Otherwise this compares nothing with nothing.
    assert!(found > 20 && ended_late > 3, "{found} {ended_late}");
}

/// What a search saw on so many threads, cut as small as it gets.
fn divided(
    program: &Program,
    (search, preemptions): (&str, Option<u32>),
    budget: Budget,
    n: usize,
) -> Observed {
    let row = StrategyRow::named(search).expect("it exists");
    let cut = Cut { alone: 1, most: 97, keep: 13 };
    let search = (row.create)(Config { preemptions, ..Config::default() });
    run_divided(program, search, budget, (&Monitor::default(), jobs(n)), cut)
}

/// Where the search is through before the budget ends it, just when it does,
/// shortly after, and long after.
#[test]
fn a_search_on_several_threads_is_that_on_one() {
    let (mut exhausted, mut spent_all, mut found) = (0, 0, 0);
    for name in SAMPLED.into_iter().chain(["bench-lastzero/", "bench-fib/", "bench-exp-mem/"]) {
        let program = program(&named(name), &[]);
        for search in [("dpor", None), ("dfs", None), ("dfs", Some(1))] {
            let semantics = Semantics { max_steps: 200, ..Semantics::DEFAULT };
            let most = Budget { max_executions: 2_000, semantics, ..Budget::default() };
            let stats: Stats = divided(&program, search, most, 1).stats;
            let (all, effort) = (stats.spent(), stats.effort);
            // A budget of effort may end within an execution, and within the last.
            for (max_executions, max_effort, fail_fast) in [
                (2_000, u64::MAX, false),
                (2_000, u64::MAX, true),
                (all, effort, false),
                (2_000, effort - 1, false),
                (2_000, effort / 2, false),
                (all - all / 7, u64::MAX, false),
                (all / 3 + 1, u64::MAX, true),
                (1, u64::MAX, false),
                (0, u64::MAX, false),
            ] {
                let budget = Budget { max_executions, max_effort, fail_fast, ..most };
                let one = divided(&program, search, budget, 1);
                for n in [2, 3] {
                    let many = divided(&program, search, budget, n);
                    let case = format!("{name} {search:?} {budget:?} {n} jobs");
                    assert_eq!(format!("{many:#?}"), format!("{one:#?}"), "{case}");
                }
                let spent = one.stats.spent();
                exhausted += usize::from(one.exhausted());
                spent_all += usize::from(!one.exhausted() && spent == max_executions && spent > 1);
                found += usize::from(fail_fast && spent < max_executions && spent > 10);
            }
        }
    }
    // Otherwise this compares nothing with nothing.
    assert!(exhausted > 50 && spent_all > 50 && found > 5, "{exhausted} {spent_all} {found}");
}

/// Generated programs, in which tasks are seen in other orders on other threads.
#[test]
fn generated_programs_on_several_threads() {
    let compare = |spec: &Spec| {
        let program = spec.program();
        let semantics = Semantics { time: spec.time(), max_steps: 200, ..Semantics::DEFAULT };
        let budget = Budget { max_executions: 500, semantics, ..Budget::default() };
        let seen = |n| format!("{:#?}", divided(&program, ("dpor", None), budget, n));
        let (one, many) = (seen(1), seen(3));
        Some(if many == one { Ok(()) } else { Err(format!("{many} and not {one}")) })
    };
    let shape = Shape { max_tasks: 3, max_ops: 3 };
    prove(5, shape, number("UNKNOT_PROGRAMS", 10_000) / 50, compare).expect("the same");
}

#[test]
fn reports_do_not_depend_on_jobs() {
    let one = |line: &str| unknot(&format!("check {line} --jobs 1"));
    for line in [
        // Several scenarios, and one that is sampled.
        "ab-ba-noodles lost-update-decrement",
        "ab-ba-noodles lost-update-decrement bench-event --format json",
        "ab-ba-noodles --fail-fast --format json",
        "ticket-oversell/no-lock --strategy random --max-executions 101 --format json",
        "ticket-oversell/no-lock --strategy pct --max-executions 1001",
        "ticket-oversell/no-lock --strategy urw --max-executions 333 --fail-fast",
        "ticket-oversell --strategy urw --max-executions 333 --format json",
        "ticket-oversell ab-ba-noodles --time-limit 0",
        "ticket-oversell/no-lock --strategy random --time-limit 0",
    ] {
        let expected = one(line);
        for n in [2, 3, 50] {
            let ran = unknot(&format!("check {line} --jobs {n}"));
            assert_eq!((ran.code, ran.out), (expected.code, expected.out.clone()), "{line} {n}");
        }
    }
}

#[test]
fn jobs_that_are_none_are_exit_2() {
    for (n, message) in [
        ("0", "a whole number from 1 on is wanted"),
        ("-1", "a whole number from 1 on is wanted"),
        ("all", "a whole number from 1 on is wanted"),
    ] {
        let ran = unknot(&format!("check ab-ba-noodles --jobs {n}"));
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{n}");
        assert!(ran.err.contains(message), "{n}: {}", ran.err);
    }
}

#[test]
fn the_library_has_jobs_too() {
    let found = |jobs| {
        let sampler = Checker::new().name("racy").strategy("random").max_executions(100);
        let body = program("lost-update-decrement/no-lock", &[]);
        let checked = sampler.jobs(jobs).check(move || body());
        format!("{:?} {:?}", checked.verdict(), checked.report())
    };
    let one = found(1);
    assert_eq!(found(2), one);
    let refused = std::panic::catch_unwind(|| found(0)).expect_err("no thread would check");
    let message = refused.downcast_ref::<String>().expect("a text");
    assert_eq!(message, "jobs are at least 1");
}

/// Whoever looks on is told how far all threads are together, and ends them.
#[test]
fn a_watch_stops_all_threads() {
    let program = program("lost-update-decrement/locked", &[("threads", 3)]);
    let row = STRATEGIES.iter().find(|row| row.way.is_drawn()).expect("a sampler");
    let budget = Budget { max_executions: u64::MAX, ..Budget::default() };
    let watch = Monitor::new(|pulse| {
        assert_eq!(pulse.most, Some(u64::MAX));
        (pulse.executions >= 500).then_some(Stop::Interrupted)
    });
    let seen = observe_row(&program, (row, Config::default()), budget, &watch, jobs(3));
    // Each of the threads may have asked before the last execution of the others.
    assert!((500..=503).contains(&seen.stats.spent()), "{:?}", seen.stats);
    assert_eq!(seen.end, End::Stopped(Stop::Interrupted));
}
