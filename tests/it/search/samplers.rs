//! The samplers: the same seed is the same sample, an execution can be had
//! alone, and what is drawn is distributed as it should be.
//!
//! Counts are exact, since the seeds are fixed. A change that moves them
//! changes what a seed means, and belongs in the changelog.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;
use unknot_checker::Schedule;
use unknot_checker::check::observe;
use unknot_checker::model::terms::{Budget, Semantics};
use unknot_checker::replay::resample;
use unknot_checker::sim::{
    Decision, Execution, Explorer, Limits, Point, Program, Shared, choose, explore, spawn,
    yield_now,
};
use unknot_checker::strategy::{Config, STRATEGIES, Strategy, StrategyRow};

use crate::kit::support::{dfs, outcomes, program, unknot};

fn samplers() -> impl Iterator<Item = &'static StrategyRow> {
    STRATEGIES.iter().filter(|row| row.way.is_drawn())
}

fn row(name: &str) -> &'static StrategyRow {
    samplers().find(|row| row.name == name).expect(name)
}

/// A sampler with notes on what it drew.
struct Watched {
    sampler: Box<dyn Strategy>,
    executions: usize,
    schedules: Vec<String>,
    /// How often the i-th of n enabled tasks was picked, by n.
    picks: BTreeMap<usize, Vec<u32>>,
}

impl Explorer for Watched {
    fn begin(&mut self) -> bool {
        self.schedules.len() < self.executions && self.sampler.begin()
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        let decision = self.sampler.pick(point);
        let Decision::Run(picked) = decision else { panic!("samplers give nothing up") };
        let n_enabled = point.enabled().count();
        let nth = point.enabled().position(|task| task == picked).expect("it is enabled");
        self.picks.entry(n_enabled).or_insert_with(|| vec![0; n_enabled])[nth] += 1;
        decision
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        self.sampler.choose(point, n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        self.schedules.push(Schedule::of(execution.trace, execution.names).to_string());
        self.sampler.end(execution);
    }
}

fn watch(program: &Program, name: &str, seed: u64, executions: usize) -> Watched {
    let sampler = (row(name).create)(Config { seed, ..Config::default() });
    let watched = Watched { sampler, executions, schedules: vec![], picks: BTreeMap::new() };
    explore(program, Limits::default(), watched)
}

/// Two tasks that each start up to two tasks, which do the same, some times
/// over. Hardly two executions have the same tasks, so which ids they get
/// depends on the executions before.
fn growing(depth: u32) -> Program {
    fn grow(number: &Shared<i64>, depth: u32) {
        let n_children = if depth == 0 { 0 } else { choose(3) };
        for _ in 0..n_children {
            let number = number.clone();
            spawn(move || grow(&number, depth - 1));
        }
        number.write(number.read() + 1);
    }
    Arc::new(move || {
        let number = Shared::new(0);
        for _ in 0..2 {
            let number = number.clone();
            spawn(move || grow(&number, depth));
        }
        Ok(number.read().into())
    })
}

/// Two tasks of some steps that touch nothing, and nobody who waits.
fn local_steps(n: usize) -> Program {
    Arc::new(move || {
        for _ in 0..2 {
            spawn(move || (0..n).for_each(|_| yield_now()));
        }
        Ok(().into())
    })
}

#[test]
fn a_seed_gives_the_same_bytes_and_another_one_others() {
    for row in samplers() {
        let check = |seed: u64| {
            let name = row.name;
            let line = format!(
                "check lost-update-decrement -p threads=3 --strategy {name} --seed {seed} \
                 --max-executions 300 --format json"
            );
            unknot(&line).out
        };
        assert_eq!(check(7), check(7), "{}", row.name);
        let (seven, eight): (Json, Json) =
            (check(7).parse().expect("JSON"), check(8).parse().expect("JSON"));
        assert_eq!((&seven[0]["seed"], &eight[0]["seed"]), (&Json::from(7), &Json::from(8)));
        assert_ne!(seven[0]["outcomes"], eight[0]["outcomes"], "{}", row.name);
    }
    let seeds = unknot("check ab-ba-noodles --format json").out.parse::<Json>().expect("JSON");
    assert_eq!(seeds[0]["seed"], Json::Null);
    assert_eq!(seeds[0]["findings"][0]["execution"], Json::Null);
}

/// Execution i alone is execution i of the search, for all i.
#[test]
fn an_execution_needs_no_other() {
    let noodles = program("ab-ba-noodles/opposite-orders", &[("group", 2)]);
    for program in [growing(6), noodles] {
        for row in samplers() {
            let watched = watch(&program, row.name, 3, 60);
            for (i, schedule) in watched.schedules.iter().enumerate() {
                let alone = resample(&program, row, 3, i as u64, Semantics::default());
                assert_eq!(alone.record.schedule.to_string(), *schedule, "{} {i}", row.name);
            }
        }
    }
}

/// Executions that a bound cuts are numbered too.
#[test]
fn findings_name_an_execution_that_shows_them() {
    for (name, params, max_steps) in [
        ("lost-update-decrement/no-lock", [("threads", 3)], 10_000),
        ("ab-ba-noodles/opposite-orders", [("group", 2)], 10_000),
        ("ab-ba-noodles/opposite-orders", [("group", 2)], 24),
    ] {
        let program = program(name, &params);
        for (row, seed) in samplers().flat_map(|row| [(row, 0), (row, 1)]) {
            let semantics = Semantics { max_steps, ..Semantics::default() };
            let budget = Budget { max_executions: 2_000, semantics, ..Budget::default() };
            let sampler = (row.create)(Config { seed, ..Config::default() });
            let observed = observe(&program, sampler, budget);
            assert!(!observed.exhausted() && !observed.findings.is_empty(), "{name} {}", row.name);
            for (identity, seen) in &observed.findings {
                let alone = resample(&program, row, seed, seen.first, semantics);
                let shown = alone.proofs.iter().any(|proof| proof.identity.fault() == *identity);
                assert!(shown, "{name} {} execution {}", row.name, seen.first);
            }
        }
    }
}

#[test]
fn the_printed_command_shows_the_finding() {
    for row in samplers() {
        let size = "-p group=1 --max-steps 50";
        let check = unknot(&format!(
            "check ab-ba-noodles/opposite-orders {size} --strategy {} --seed 5",
            row.name
        ));
        assert_eq!(check.code, 0, "{}", check.out);
        assert!(
            check.out.contains("10,000 schedules  FAIL as declared: deadlock"),
            "{}",
            check.out
        );
        let line = check.out.lines().find(|line| line.contains(" of seed 5: ")).expect("a command");
        let (first, command) = line.split_once(": unknot ").expect("a command");
        let number = first.split_whitespace().nth(4).expect("first shown by execution N");
        assert!(command.ends_with(&format!("--seed 5 --execution {number}")), "{line}");
        let by_seed = unknot(command);
        assert!(by_seed.out.contains("FAIL deadlock: resource cycle of 2"), "{}", by_seed.out);
        let schedule = by_seed.out.lines().find_map(|line| line.strip_prefix("schedule "));
        let schedule = schedule.expect("the schedule as text");
        let again = unknot(&format!("replay ab-ba-noodles {size} {schedule}"));
        assert_eq!((by_seed.code, by_seed.out), (0, again.out));
        let graph = unknot(&command.replacen("replay", "graph", 1));
        assert!(graph.out.contains("waits for   Lock 'noodles'"), "{} {}", graph.out, graph.err);
    }
}

#[test]
fn half_of_a_form_is_a_mistake() {
    for (line, message) in [
        ("check --strategy dfs --seed 1", "dfs is a search and takes no seed"),
        ("check --seed 1", "random, pct, urw, surw, pos, directed"),
        ("check --strategy pct --seed -1", "--seed"),
        ("check --strategy pct --seed x", "--seed"),
        ("replay ab-ba-noodles", "a schedule, --file, or --strategy with --seed"),
        ("replay ab-ba-noodles --strategy pct", "needs --seed"),
        ("replay ab-ba-noodles --seed 1", "need --strategy"),
        ("replay ab-ba-noodles --execution 1", "need --strategy"),
        ("replay ab-ba-noodles 'T0' --execution 1", "not both"),
        ("replay ab-ba-noodles 'T0' --strategy pct --seed 1", "not both"),
        ("replay ab-ba-noodles --strategy dpor --seed 1", "dpor is a search"),
        ("replay ab-ba-noodles --strategy magic --seed 1", "no strategy is called 'magic'"),
        ("graph ab-ba-noodles --seed 1", "need --strategy"),
        ("graph ab-ba-noodles 'T0' --strategy pct --seed 1", "not both"),
    ] {
        let ran = unknot(line);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}: {}", ran.err);
        assert!(ran.err.contains(message), "{line}: {}", ran.err);
    }
}

/// Sampling never covers a program, however small it is.
#[test]
fn samples_are_never_exhaustive() {
    for row in samplers() {
        let line = format!("check lost-update-decrement/locked --strategy {}", row.name);
        let text = unknot(&line);
        assert_eq!(text.code, 3, "{}", text.out);
        assert!(text.out.contains("INCONCLUSIVE (budget: 10,000 executions)"), "{}", text.out);
        let json: Json = unknot(&format!("{line} --format json")).out.parse().expect("JSON");
        assert_eq!(
            (&json[0]["verdict"], &json[0]["exhaustive"]),
            (&"inconclusive".into(), &false.into())
        );
    }
}

/// The i-th of n enabled tasks is picked about one time in n.
#[test]
fn random_picks_every_task_alike() {
    let picks = watch(&growing(1), "random", 0, 20_000).picks;
    assert_eq!(picks.keys().copied().collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7]);
    for (n, counts) in picks {
        let fair = counts.iter().sum::<u32>() / n as u32;
        // Three deviations, which are less than the root of the expected count.
        let bound = 3 * fair.isqrt();
        assert!(counts.iter().all(|c| c.abs_diff(fair) <= bound), "{n}: {counts:?}");
    }
}

/// Values are drawn evenly, whatever else a sampler draws: 2,000 times each, give or take
/// three deviations of 40. The seeds are fixed, so they are what they are.
#[test]
fn choices_are_made_alike() {
    let program: Program = Arc::new(|| Ok(i64::from(choose(5)).into()));
    let budget = Budget { max_executions: 10_000, ..Budget::default() };
    for row in samplers() {
        let observed = observe(&program, (row.create)(Config::default()), budget);
        let counts: Vec<u64> = observed.outcomes.values().map(|seen| seen.executions).collect();
        assert_eq!(counts.len(), 5, "{}", row.name);
        assert!(counts.iter().all(|n| n.abs_diff(2_000) <= 120), "{}: {counts:?}", row.name);
    }
}

/// Main starts two tasks of three steps and an end each, and ends: 11 steps in
/// a tree, of which 11!/(11 * 4! * 6 * 4!) = 1,050 orders respect the starts.
/// With 100 executions for each, the rarest and the most frequent are what
/// they are for a fair sample: 100 give or take four deviations of 10. Under
/// `random` some orders are hardly ever seen.
#[test]
fn urw_shows_every_interleaving_alike() {
    let spread = |name: &str| {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for schedule in watch(&local_steps(3), name, 0, 105_000).schedules {
            *counts.entry(schedule).or_default() += 1;
        }
        (counts.len(), counts.values().min().copied(), counts.values().max().copied())
    };
    assert_eq!(spread("urw"), (1_050, Some(69), Some(133)));
    assert_eq!(spread("random"), (1_050, Some(4), Some(3_303)));
}

#[test]
fn pct_finds_the_deadlock_of_the_noodles() {
    let program = program("ab-ba-noodles/opposite-orders", &[("group", 1)]);
    let budget = Budget { max_executions: 1_000, ..Budget::default() };
    let stuck = (0..=5).map(|seed| {
        observe(&program, (row("pct").create)(Config { seed, ..Config::default() }), budget)
            .stats
            .stuck
    });
    assert_eq!(stuck.collect::<Vec<_>>(), [232, 278, 220, 299, 260, 279]);
}

/// Three tasks that poll rank above the one that they wait for in some
/// executions, more than there are changes of priority. It has to get on
/// nevertheless.
#[test]
fn pct_does_not_starve() {
    let program: Program = Arc::new(|| {
        let ready = Shared::new(false);
        let flag = ready.clone();
        spawn(move || flag.write(true));
        for _ in 0..3 {
            let ready = ready.clone();
            spawn(move || {
                while !ready.read() {
                    yield_now();
                }
            });
        }
        Ok(().into())
    });
    let budget = Budget { max_executions: 1_000, ..Budget::default() };
    let stats = observe(&program, (row("pct").create)(Config::default()), budget).stats;
    assert_eq!((stats.executions, stats.cut), (1_000, 0));
}

/// On small programs a sample sees all that there is.
#[test]
fn samplers_reach_every_outcome_of_small_programs() {
    for (name, params) in [
        ("lost-update-decrement/no-lock", [("threads", 2)]),
        ("ab-ba-noodles/opposite-orders", [("group", 1)]),
        ("ab-ba-noodles/one-rlock", [("group", 1)]),
    ] {
        let program = program(name, &params);
        let all = outcomes(&dfs(&program));
        for (row, seed) in samplers().flat_map(|row| (0..6).map(move |seed| (row, seed))) {
            let budget = Budget { max_executions: 1_000, ..Budget::default() };
            let sampler = (row.create)(Config { seed, ..Config::default() });
            let observed = observe(&program, sampler, budget);
            assert_eq!(outcomes(&observed), all, "{name} {} {seed}", row.name);
        }
    }
}
