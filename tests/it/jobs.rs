//! `--jobs`: threads change the time that a check takes, and nothing else.
//!
//! One thread goes through the executions of a sampler as ever; several share
//! them. So both are run here and everything that was seen is compared, with
//! the schedules that are kept. What only a certain order of the threads would
//! show may be missed by one run of these tests.

use unknot_checker::Checker;
use unknot_checker::check::{Budget, Observed};
use unknot_checker::jobs::Jobs;
use unknot_checker::parts::observe_row;
use unknot_checker::strategy::{Config, STRATEGIES, Way};
use unknot_checker::watch::{Stop, Watch};

use crate::support::{program, scenario, unknot};

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
        for row in STRATEGIES.iter().filter(|row| row.way == Way::Sampler) {
            // Parts have 16 executions at least, so these are 2 parts, the
            // second of 1, and 25 parts and a rest.
            for (max_executions, fail_fast, seed) in
                [(17, false, 0), (403, false, 1), (403, true, 2), (403, true, 3)]
            {
                let semantics = unknot_checker::check::Semantics {
                    max_steps: 200,
                    ..unknot_checker::check::Semantics::DEFAULT
                };
                let budget = Budget { max_executions, fail_fast, semantics, ..Budget::default() };
                let config = Config { seed, ..Config::default() };
                let seen = |n: usize| -> Observed {
                    observe_row(&program, (row, config), budget, &Watch::default(), jobs(n))
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
    let row = STRATEGIES.iter().find(|row| row.way == Way::Sampler).expect("a sampler");
    let budget = Budget { max_executions: u64::MAX, ..Budget::default() };
    let watch = Watch::new(|pulse| {
        assert_eq!(pulse.most, Some(u64::MAX));
        (pulse.executions >= 500).then(|| Stop("enough".to_owned()))
    });
    let seen = observe_row(&program, (row, Config::default()), budget, &watch, jobs(3));
    // Each of the threads may have asked before the last execution of the others.
    assert!((500..=503).contains(&seen.stats.spent()), "{:?}", seen.stats);
    assert_eq!((seen.ended_by, seen.exhausted), (Some(Stop("enough".to_owned())), false));
}
