//! A search that is gone on with from a place, and one that is divided into units, observe
//! what the same search does that is made at once: counts, findings, outcomes, and the
//! schedule of each.
//!
//! Here nothing is written to files; the processes and files of the command line are in
//! `cli/long.rs`.

use unknot_checker::model::terms::{Budget, Semantics};
use unknot_checker::search::jobs::Jobs;
use unknot_checker::search::long::units::{divide, merge};
use unknot_checker::search::long::{Long, LongState, SearchPlace};
use unknot_checker::search::monitor::Monitor;
use unknot_checker::search::observed::Observed;
use unknot_checker::search::subtrees::{Cut, run_divided};
use unknot_checker::sim::{Program, Randomness};
use unknot_checker::strategy::{Config, StrategyRow};

use crate::kit::generated::number;
use crate::kit::programs::{Shape, Spec};
use crate::kit::support::{program, scenario};
use crate::search::proof::prove;

/// Findings that are frequent, rare, missing, and cut; values that are chosen; tasks that
/// start tasks; processes that are killed.
const NAMES: [&str; 19] = [
    "lost-update-decrement/no-lock",
    "lost-update-decrement/locked",
    "ab-ba-noodles/opposite-orders",
    "ticket-oversell/no-lock",
    "ticket-oversell/no-second-check",
    "transfer-nested-opposite/",
    "philosophers-ring/",
    "event-boss-worker/",
    "endless-producer/",
    "bounded-buffer/",
    "consumer-timeout-exit/",
    "abandoned-lock-on-terminate/killed-anywhere",
    "terminate-not-immediate/",
    "bench-lastzero/",
    "bench-fib/",
    "bench-exp-mem/",
    "bench-event/",
    "stream-coalescing/in-pieces",
    "stream-coalescing/framed",
];

fn programs() -> impl Iterator<Item = (String, Program)> {
    NAMES.into_iter().map(|name| {
        let full = match name.strip_suffix('/') {
            Some(bare) => format!("{name}{}", scenario(bare).variants[0].name),
            None => name.to_owned(),
        };
        let made = program(&full, &[]);
        (full, made)
    })
}

/// The searches, with a bound on preemptions.
const SEARCHES: [(&str, Option<u32>); 3] = [("dpor", None), ("dfs", None), ("dfs", Some(1))];

/// One search of one program.
struct Case<'a> {
    program: &'a Program,
    search: (&'a str, Option<u32>),
    budget: Budget,
}

impl Case<'_> {
    /// What the search observes at once.
    fn whole(&self) -> Observed {
        let (row, config) = self.row();
        let monitored = (&Monitor::default(), Jobs::MIN);
        run_divided(self.program, (row.create)(config), self.budget, monitored, Cut::DEFAULT)
    }

    fn row(&self) -> (&'static StrategyRow, Config) {
        let (name, preemptions) = self.search;
        let row = StrategyRow::named(name).expect("it exists");
        (row, Config { preemptions, ..Config::default() })
    }

    /// Has the search made by several processes.
    fn long<T>(&self, max_executions: u64, every: u64, run: impl FnOnce(&Long<'_>) -> T) -> T {
        let (row, config) = self.row();
        let create = || (row.create)(config);
        let budget = Budget { max_executions, ..self.budget };
        let (program, monitor) = (self.program, &Monitor::default());
        run(&Long { program, create: &create, budget, monitor, every })
    }

    /// What it observes if it is ended after so many executions, again and again, and
    /// written down after every few.
    fn in_stretches(
        &self,
        mut executions: impl FnMut() -> u64,
        every: u64,
    ) -> Result<Observed, String> {
        let mut standing = LongState::before(SearchPlace::Start);
        loop {
            let most = (standing.spent() + executions().max(1)).min(self.budget.max_executions);
            let gone = self.long(most, every, |long| long.go_on(&mut standing, |_| ()));
            gone.map_err(|problem| format!("{problem}: {:?}", standing.next))?;
            if standing.next.is_none() || standing.spent() >= self.budget.max_executions {
                return Ok(standing.seen.expect("an execution was made"));
            }
        }
    }

    /// What so many units observe together, and how many pieces there are.
    fn in_units(&self, of: u64) -> Result<(Observed, usize), String> {
        let pieces = self.long(self.budget.max_executions, 1, |long| divide(long, of));
        let pieces = pieces.map_err(|problem| problem.to_string())?;
        let mut made = vec![];
        for piece in &pieces {
            let mut standing = LongState::before(piece.place.clone());
            let most = piece.executions.unwrap_or(u64::MAX);
            let gone = self.long(most, 50, |long| long.go_on(&mut standing, |_| ()));
            gone.map_err(|problem| format!("{problem}: {piece:?}"))?;
            made.push((piece, standing));
        }
        Ok((merge(made).seen, pieces.len()))
    }
}

fn assert_same(one: &Observed, other: &Observed, case: &str) {
    assert_eq!(format!("{one:#?}"), format!("{other:#?}"), "{case}");
}

fn budget(max_executions: u64) -> Budget {
    let semantics = Semantics { max_steps: 200, ..Semantics::DEFAULT };
    Budget { max_executions, semantics, ..Budget::default() }
}

#[test]
fn a_search_in_stretches_is_the_search() {
    let (mut ended, mut spent_all) = (0, 0);
    for (name, program) in programs() {
        for search in SEARCHES {
            for fail_fast in [false, true] {
                let budget = Budget { fail_fast, ..budget(400) };
                let case = Case { program: &program, search, budget };
                let whole = case.whole();
                let mut random = Randomness::new(7);
                for (what, every) in [("at random", 1_000), ("at random, in pieces", 7)] {
                    let seen = case.in_stretches(|| 1 + u64::from(random.below(90)), every);
                    let what = format!("{name} {search:?} {fail_fast} {what}");
                    assert_same(&seen.expect(&what), &whole, &what);
                }
                ended += usize::from(whole.exhausted());
                spent_all += usize::from(whole.stats.spent() == 400);
            }
        }
    }
    // Otherwise this compares nothing with nothing.
    assert!(ended > 10 && spent_all > 10, "{ended} {spent_all}");
}

#[test]
fn units_of_a_search_are_the_search() {
    let (mut n, mut most) = (0, 0);
    for (name, program) in programs() {
        for search in SEARCHES {
            let case = Case { program: &program, search, budget: budget(3_000) };
            let whole = case.whole();
            if !whole.exhausted() {
                continue;
            }
            for of in [1, 2, 3, 7] {
                let what = format!("{name} {search:?} {of}");
                let (seen, pieces) = case.in_units(of).expect(&what);
                assert_same(&seen, &whole, &what);
                most = most.max(pieces);
            }
            n += 1;
        }
    }
    assert!(n > 10 && most > 100, "{n} {most}");
}

/// Each small program is gone on with after every number of executions.
#[test]
fn generated_programs_in_stretches_and_units() {
    let compare = |spec: &Spec| {
        let program = spec.program();
        let semantics = Semantics { time: spec.time(), max_steps: 200, ..Semantics::DEFAULT };
        for search in SEARCHES {
            let budget = Budget { max_executions: 40, semantics, ..Budget::default() };
            let case = Case { program: &program, search, budget };
            let whole = case.whole();
            let judge = |what: &str, seen: Result<Observed, String>| match seen {
                Ok(seen) if format!("{seen:#?}") == format!("{whole:#?}") => Ok(()),
                Ok(seen) => Err(format!("{search:?} {what} is {seen:#?} and not {whole:#?}")),
                Err(problem) => Err(format!("{search:?} {what}: {problem}")),
            };
            let in_stretches = |k| judge(&format!("every {k}"), case.in_stretches(|| k, 1_000));
            let in_units = |of| judge(&format!("in {of} units"), case.in_units(of).map(|it| it.0));
            let units = [2, 3].into_iter().filter(|_| whole.exhausted());
            let mut all = (1..=whole.stats.spent()).map(in_stretches).chain(units.map(in_units));
            if let Some(wrong) = all.find(Result::is_err) {
                return Some(wrong);
            }
        }
        Some(Ok(()))
    };
    let shape = Shape { max_tasks: 3, max_ops: 3 };
    prove(22, shape, number("UNKNOT_PROGRAMS", 10_000) / 250, compare).expect("the same");
}
