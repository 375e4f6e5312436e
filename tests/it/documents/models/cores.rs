//! M30, and the other numbers about cores, as programs: the table, the oracle and the tool
//! must give the same times and the same chart.
//!
//! Every program here is one trace class: the policy decides everything.

use std::sync::Arc;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use unknot_checker::check::observe;
use unknot_checker::model::terms::{Budget, Semantics};
use unknot_checker::search::observed::Turnout;
use unknot_checker::sim::{Cpu, Exception, Policy, Program, TimeMode, Value, now, sleep, spawn};
use unknot_checker::strategy::Dpor;

use crate::documents::oracle::models::cores::{Hall, Part, Piece, Rule, day};
use Part::{Cpu as C, Io};

fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn policy(rule: &Rule) -> Policy {
    match rule {
        Rule::ComeFirst => Policy::Fcfs,
        Rule::Shortest => Policy::Sjf,
        Rule::LeastLeft => Policy::Srtf,
        Rule::Round(quantum) => Policy::RoundRobin(millis(*quantum)),
        Rule::Levels(quanta) => Policy::Feedback(quanta.iter().map(|&n| millis(n)).collect()),
    }
}

/// For each job what it waits, its turnaround and its response, and then the chart and the
/// end, as text.
fn told(fates: &[(u64, u64, u64)], chart: &[Piece], end: u64) -> String {
    let pieces = chart.iter().map(|&(core, job, from, to, is_switch)| {
        let switch = if is_switch { "*" } else { "" };
        format!("{core}/{}{switch}:{from}-{to}", job + 1)
    });
    format!("{fates:?} {} end {end}", pieces.collect::<Vec<_>>().join(" "))
}

fn by_oracle(hall: &Hall, scripts: &[Vec<Part>]) -> String {
    let day = day(hall, scripts);
    let times = day.fates.iter().filter(|fate| fate.ran > 0);
    let times = times.map(|fate| (fate.waited, fate.turnaround, fate.response));
    told(&times.collect::<Vec<_>>(), &day.chart, day.end)
}

/// Jobs of which each is a task.
fn program(hall: &Hall, scripts: &[Vec<Part>]) -> Result<Value, Exception> {
    let cpu = Cpu::named("cpu", hall.cores, policy(&hall.rule))?.switching(millis(hall.switch));
    let jobs: Vec<_> = scripts
        .iter()
        .map(|script| {
            let (cpu, script) = (cpu.clone(), script.clone());
            spawn(move || {
                for part in script {
                    match part {
                        C(time) => cpu.compute(millis(time)),
                        Io(time) => sleep(millis(time)),
                    }
                }
            })
        })
        .collect();
    for job in jobs {
        job.join()?;
    }
    let number = |task: &str| task[1..].parse::<usize>().expect("a path such as T3") - 1;
    let ms = |time: Duration| time.as_millis() as u64;
    let chart = cpu.slices().into_iter().map(|slice| {
        let (from, to) = (ms(slice.from), ms(slice.to));
        (slice.core as usize, number(&slice.task), from, to, slice.switch)
    });
    let mut report = cpu.report();
    report.sort_by_key(|job| number(&job.task));
    let times = report
        .iter()
        .map(|job| (ms(job.waiting), ms(job.turnaround), ms(job.response.expect("every job ran"))));
    let text = told(&times.collect::<Vec<_>>(), &chart.collect::<Vec<_>>(), ms(now()?));
    Ok(text.into())
}

/// What the one class of the program tells.
fn by_tool(hall: &Hall, scripts: &[Vec<Part>]) -> String {
    let (hall, scripts) = (hall.clone(), scripts.to_vec());
    let program: Program = Arc::new(move || program(&hall, &scripts));
    let semantics = Semantics { time: TimeMode::Virtual, ..Semantics::default() };
    let observed = observe(&program, Dpor::new(), Budget { semantics, ..Budget::default() });
    assert!(observed.exhausted(), "the budget of a test is enough");
    assert_eq!(observed.stats.executions, 1, "the policy decides everything");
    let all = observed.outcomes.keys().map(|turnout| match turnout {
        Turnout::Complete(Value::Text(text)) => text.clone(),
        other => format!("{other:?}"),
    });
    all.collect()
}

struct Row {
    name: &'static str,
    hall: Hall,
    scripts: Vec<Vec<Part>>,
    /// Waits, turnaround and response of each job that computes, the chart, and the end.
    times: Vec<(u64, u64, u64)>,
    chart: &'static str,
    end: u64,
    idle: u64,
}

fn hall(cores: usize, rule: Rule) -> Hall {
    Hall { cores, rule, switch: 0 }
}

/// M30: bursts 24, 3 and 3 at time 0.
fn m30() -> Vec<Row> {
    let row = |name, rule, times: [(u64, u64, u64); 3], chart| Row {
        name,
        hall: hall(1, rule),
        scripts: vec![vec![C(24)], vec![C(3)], vec![C(3)]],
        times: times.to_vec(),
        chart,
        end: 30,
        idle: 0,
    };
    vec![
        row(
            "FCFS",
            Rule::ComeFirst,
            [(0, 24, 0), (24, 27, 24), (27, 30, 27)],
            "0/1:0-24 0/2:24-27 0/3:27-30",
        ),
        row("SJF", Rule::Shortest, [(6, 30, 6), (0, 3, 0), (3, 6, 3)], "0/2:0-3 0/3:3-6 0/1:6-30"),
        row(
            "RR 4",
            Rule::Round(4),
            [(6, 30, 0), (4, 7, 4), (7, 10, 7)],
            "0/1:0-4 0/2:4-7 0/3:7-10 0/1:10-30",
        ),
        row(
            "MLFQ 2, 4",
            Rule::Levels(vec![2, 4]),
            [(6, 30, 0), (8, 11, 2), (9, 12, 4)],
            "0/1:0-2 0/2:2-4 0/3:4-6 0/1:6-10 0/2:10-11 0/3:11-12 0/1:12-30",
        ),
        Row {
            hall: Hall { switch: 1, ..hall(1, Rule::Round(4)) },
            end: 33,
            ..row(
                "RR 4, switch 1",
                Rule::Round(4),
                [(9, 33, 0), (5, 8, 5), (9, 12, 9)],
                "0/1:0-4 0/2*:4-5 0/2:5-8 0/3*:8-9 0/3:9-12 0/1*:12-13 0/1:13-33",
            )
        },
    ]
}

fn fcfs(cores: usize) -> Hall {
    hall(cores, Rule::ComeFirst)
}

fn row(
    name: &'static str,
    hall: Hall,
    scripts: &[&[Part]],
    times: &[(u64, u64, u64)],
    chart: &'static str,
    (end, idle): (u64, u64),
) -> Row {
    let scripts = scripts.iter().map(|script| script.to_vec()).collect();
    Row { name, hall, scripts, times: times.to_vec(), chart, end, idle }
}

/// Jobs that come later, and jobs side by side.
fn others() -> Vec<Row> {
    vec![
        // The example of the textbooks: 8, 4, 9 and 5 at 0, 1, 2 and 3.
        row(
            "SRTF",
            hall(1, Rule::LeastLeft),
            &[&[C(8)], &[Io(1), C(4)], &[Io(2), C(9)], &[Io(3), C(5)]],
            &[(9, 17, 0), (0, 4, 0), (15, 24, 15), (2, 7, 2)],
            "0/1:0-1 0/2:1-5 0/4:5-10 0/1:10-17 0/3:17-26",
            (26, 0),
        ),
        // Each job of 3 comes when the one before it ends, so the long one waits for all.
        row(
            "SJF, starved by 4",
            hall(1, Rule::Shortest),
            &[&[C(24)], &[C(3)], &[Io(3), C(3)], &[Io(6), C(3)], &[Io(9), C(3)]],
            &[(12, 36, 12), (0, 3, 0), (0, 3, 0), (0, 3, 0), (0, 3, 0)],
            "0/2:0-3 0/3:3-6 0/4:6-9 0/5:9-12 0/1:12-36",
            (36, 0),
        ),
        row(
            "five on a core",
            fcfs(1),
            &[&[C(10)][..]; 5],
            &[(0, 10, 0), (10, 20, 10), (20, 30, 20), (30, 40, 30), (40, 50, 40)],
            "0/1:0-10 0/2:10-20 0/3:20-30 0/4:30-40 0/5:40-50",
            (50, 0),
        ),
        row(
            "five on five cores",
            fcfs(5),
            &[&[C(10)][..]; 5],
            &[(0, 10, 0); 5],
            "0/1:0-10 1/2:0-10 2/3:0-10 3/4:0-10 4/5:0-10",
            (10, 0),
        ),
        row("five sleepers on a core", fcfs(1), &[&[Io(10)][..]; 5], &[], "", (10, 10)),
        row("five sleepers on five cores", fcfs(5), &[&[Io(10)][..]; 5], &[], "", (10, 50)),
    ]
}

/// Jobs A (computes, waits for a device, computes) and B (computes).
fn multiprogramming() -> Vec<Row> {
    let (a, b): (&[Part], &[Part]) = (&[C(10), Io(80), C(10)], &[C(50)]);
    vec![
        row("A alone", fcfs(1), &[a], &[(0, 100, 0)], "0/1:0-10 0/1:90-100", (100, 80)),
        // A batch runs the jobs one after the other: B begins when A has ended.
        row(
            "A, then B",
            fcfs(1),
            &[&[C(10), Io(80), C(10), C(50)]],
            &[(0, 150, 0)],
            "0/1:0-10 0/1:90-150",
            (150, 80),
        ),
        row(
            "switch on I/O",
            fcfs(1),
            &[a, b],
            &[(0, 100, 0), (10, 60, 10)],
            "0/1:0-10 0/2:10-60 0/1:90-100",
            (100, 30),
        ),
        // A runs 0-5 and 10-15, so its device is ready at 95.
        row(
            "sharing 5",
            hall(1, Rule::Round(5)),
            &[a, b],
            &[(5, 105, 0), (10, 60, 5)],
            "0/1:0-5 0/2:5-10 0/1:10-15 0/2:15-60 0/1:95-105",
            (105, 35),
        ),
    ]
}

/// Work that is one loop, or shared out.
fn loops() -> Vec<Row> {
    vec![
        // Eight jobs of one second: in one loop, and as four tasks of two seconds each.
        row(
            "one loop on 4 cores",
            fcfs(4),
            &[&[C(8_000)]],
            &[(0, 8_000, 0)],
            "0/1:0-8000",
            (8_000, 24_000),
        ),
        row(
            "four loops on 4 cores",
            fcfs(4),
            &[&[C(2_000)][..]; 4],
            &[(0, 2_000, 0); 4],
            "0/1:0-2000 1/2:0-2000 2/3:0-2000 3/4:0-2000",
            (2_000, 0),
        ),
    ]
}

#[test]
fn tables_oracle_and_tool_agree() {
    let rows = [m30(), others(), multiprogramming(), loops()].into_iter().flatten();
    for Row { name, hall, scripts, times, chart, end, idle } in rows {
        let expected = format!("{times:?} {chart} end {end}");
        assert_eq!(by_oracle(&hall, &scripts), expected, "{name}, the oracle");
        assert_eq!(by_tool(&hall, &scripts), expected, "{name}, the tool");
        assert_eq!(day(&hall, &scripts).idle(hall.cores), idle, "{name}, idle");
    }
}

fn rules() -> impl Strategy<Value = Rule> {
    prop_oneof![
        Just(Rule::ComeFirst),
        Just(Rule::Shortest),
        Just(Rule::LeastLeft),
        (1_u64..5).prop_map(Rule::Round),
        vec(1_u64..5, 0..3).prop_map(Rule::Levels),
    ]
}

/// Jobs, policies, cores and costs at random.
#[test]
fn oracle_and_tool_agree_on_random_jobs() {
    let part = prop_oneof![2 => (1_u64..9).prop_map(C), 1 => (1_u64..9).prop_map(Io)];
    let hall = (1_usize..4, rules(), 0_u64..3);
    let all = (hall, vec(vec(part, 1..4), 1..6));
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[30; 32]);
    let mut runner = TestRunner::new_with_rng(Config { cases: 2_000, ..Config::default() }, rng);
    let same = |((cores, rule, switch), scripts): ((usize, Rule, u64), Vec<Vec<Part>>)| {
        let hall = Hall { cores, rule, switch };
        let oracle = by_oracle(&hall, &scripts);
        prop_assert_eq!(by_tool(&hall, &scripts), oracle);
        Ok(())
    };
    runner.run(&all, same).expect("they agree");
}
