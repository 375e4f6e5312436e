//! Executions to the first bug: each of our samplers over 20 seeds, and shuttle's beside them.
//!
//! The programs are one text that is compiled twice, against `unknot_std` and against shuttle.
//! Seeds are fixed, so all numbers are exact; they are printed, and what is asserted is what a
//! check that is not told how to sample rests on: its portfolio finds each bug in all seeds, in
//! 50 executions on average.
//!
//! `cargo bench -p unknot-tests --bench first`

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler, UrwRandomScheduler};
use unknot_checker::check::observe;
use unknot_checker::model::terms::Budget;
use unknot_checker::strategy::{Config, DEPTH, StrategyRow};
use unknot_std::Builder;

const SEEDS: u64 = 20;

/// Executions, after which a seed counts as one that finds nothing.
const MOST: u64 = 1_000;

/// Our samplers, in the order of the columns.
const SAMPLERS: [&str; 8] =
    ["random", "pct", "urw", "pos", "surw", "directed", "frontier", "portfolio"];

mod on_face {
    use unknot_std as peer;

    include!("crowds/programs.in");
}

mod on_shuttle {
    use shuttle as peer;

    include!("crowds/programs.in");
}

/// In how many seeds a bug was found, and the executions up to it on average over these.
#[derive(Clone, Copy)]
struct Found {
    seeds: u64,
    executions: u64,
}

impl Found {
    fn over(first: impl Fn(u64) -> Option<u64>) -> Found {
        let all: Vec<u64> = (0..SEEDS).filter_map(first).collect();
        Found { seeds: all.len() as u64, executions: all.iter().sum() }
    }

    fn mean(self) -> f64 {
        self.executions as f64 / self.seeds as f64
    }
}

impl std::fmt::Display for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.seeds {
            0 => f.pad("none"),
            SEEDS => f.pad(&format!("{:.1}", self.mean())),
            seeds => f.pad(&format!("{:.0} ({seeds})", self.mean())),
        }
    }
}

/// A program, against one of the two.
type Program = fn();

fn ours(program: Program, sampler: &str) -> Found {
    let row = StrategyRow::named(sampler).expect("a sampler");
    let budget = Budget { max_executions: MOST, fail_fast: true, ..Budget::default() };
    Found::over(|seed| {
        Builder::new().explore_by(program, |program| {
            let strategy = (row.create)(Config { seed, ..Config::default() });
            let observed = observe(program, strategy, budget);
            let mut errors = observed.kinds.keys().filter(|kind| budget.levels.is_error(**kind));
            errors.next().map(|_| observed.stats.spent())
        })
    })
}

fn theirs<S: Scheduler + 'static>(program: Program, scheduler: impl Fn(u64) -> S) -> Found {
    Found::over(|seed| {
        let mut config = shuttle::Config::new();
        config.stack_size = 256 * 1024;
        config.failure_persistence = shuttle::FailurePersistence::None;
        let begun = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&begun);
        let runner = shuttle::Runner::new(scheduler(seed), config);
        let run = AssertUnwindSafe(|| {
            runner.run(move || {
                counted.fetch_add(1, Ordering::Relaxed);
                program();
            })
        });
        let is_through = catch_unwind(run).is_ok();
        (!is_through).then(|| begun.load(Ordering::Relaxed))
    })
}

fn main() {
    let n = usize::try_from(MOST).expect("small");
    let programs: [(&str, Program, Program); 6] = [
        ("reorder 5", on_face::reorder::<5>, on_shuttle::reorder::<5>),
        ("reorder 10", on_face::reorder::<10>, on_shuttle::reorder::<10>),
        ("reorder 20", on_face::reorder::<20>, on_shuttle::reorder::<20>),
        ("twostage 2", on_face::twostage::<1>, on_shuttle::twostage::<1>),
        ("twostage 20", on_face::twostage::<10>, on_shuttle::twostage::<10>),
        ("wronglock 8", on_face::wronglock::<8>, on_shuttle::wronglock::<8>),
    ];
    print!("{:12}", "program");
    for name in SAMPLERS.into_iter().chain(["sh:random", "sh:pct", "sh:urw"]) {
        print!(" {name:>10}");
    }
    println!();
    // That a program fails is no news here.
    let hook = take_hook();
    set_hook(Box::new(|_| {}));
    let rows = programs.map(|(name, ours_of, theirs_of)| {
        let ours = SAMPLERS.map(|sampler| ours(ours_of, sampler));
        let theirs = [
            theirs(theirs_of, |seed| RandomScheduler::new_from_seed(seed, n)),
            theirs(theirs_of, |seed| PctScheduler::new_from_seed(seed, DEPTH, n)),
            theirs(theirs_of, |seed| UrwRandomScheduler::new_from_seed(seed, n)),
        ];
        (name, ours, theirs)
    });
    set_hook(hook);
    for (name, ours, theirs) in rows {
        print!("{name:12}");
        for found in ours.into_iter().chain(theirs) {
            print!(" {found:>10}");
        }
        println!();
        let portfolio = ours[SAMPLERS.len() - 1];
        assert_eq!(portfolio.seeds, SEEDS, "{name}: the portfolio finds it in all seeds");
        assert!(portfolio.mean() <= 50.0, "{name}: in few executions");
    }
}
