//! The options of `check`, and what `list` and `--help` print.
//!
//! The programs are tiny, and most are made here: a lost update, which is a
//! data race as well, and one whose outcome depends on what ran before, which
//! is what a wrong strategy would look like. Time limits are of no second, or
//! of one on a program that takes far longer; no test waits for a clock to
//! show something in particular.

use std::ffi::OsString;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use unknot_checker::check::cross_check::{Agreement, compare};
use unknot_checker::check::verdict::Verdict;
use unknot_checker::check::{observe, observe_monitored};
use unknot_checker::cli::{self, Terminal};
use unknot_checker::model::end::End;
use unknot_checker::model::end::Stop;
use unknot_checker::model::kind::KINDS;
use unknot_checker::model::terms::Budget;
use unknot_checker::report::style::width;
use unknot_checker::search::monitor::{CheckPhase, Monitor};
use unknot_checker::sim::{Exception, Shared, Value, spawn_named};
use unknot_checker::strategy::{Dfs, Dpor, STRATEGIES, Visibility};
use unknot_checker::{Checker, Expectation, Kind, Params, Scenario, Variant, source};

use crate::cli::sched_files::Folder;
use crate::kit::support::{Ran, program, unknot};

/// Two tasks add to one number. The name is wide on a terminal.
fn racy(_: &Params) -> Result<Value, Exception> {
    let x = Shared::named("x", 0);
    let theirs = x.clone();
    let task = spawn_named("加算", move || theirs.write(theirs.read() + 1));
    x.write(x.read() + 1);
    task.join()?;
    Ok(x.read().into())
}

/// How often `fickle` ran. One test only runs it.
static RAN: AtomicI64 = AtomicI64::new(0);

/// Its outcome is 0 in the first three executions and 1 from then on: the reduced
/// search makes two, and runs the one that shows the note and the outcome once more.
fn fickle(_: &Params) -> Result<Value, Exception> {
    let x = Shared::named("x", 0);
    let theirs = x.clone();
    let task = spawn_named("reader", move || _ = theirs.read());
    x.write(1);
    task.join()?;
    Ok((RAN.fetch_add(1, Ordering::Relaxed) / 3).min(1).into())
}

const fn variant(
    name: &'static str,
    body: unknot_checker::model::scenario::Body,
    expect: fn(&Params) -> Expectation,
) -> Variant {
    Variant::new(name, "as told", body, expect)
}

const fn scenario(name: &'static str, variants: &'static [Variant]) -> Scenario {
    let source = source!("options.rs");
    let (covers, params): (&[_], &[_]) = (&[], &[]);
    Scenario { name, family: "tests", about: "as told", covers, params, variants, source }
}

const TINY: &[Scenario] = &[
    scenario(
        "tiny",
        &[
            variant("declared", racy, |_| Expectation::pass().sometimes(Kind::LostUpdate)),
            variant("undeclared", racy, |_| Expectation::pass()),
        ],
    ),
    scenario("fickle", &[variant("outcome", fickle, |_| Expectation::pass())]),
];

/// Runs a line on the tiny catalogue, on a terminal.
pub(crate) fn tiny_on(terminal: Terminal, line: &str) -> Ran {
    let words = ["unknot"].into_iter().chain(line.split(' ')).map(OsString::from);
    let (mut out, mut err) = (vec![], vec![]);
    let status = cli::run_on(terminal, words, TINY, &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    Ran { code: status.code(), out: text(out), err: text(err) }
}

pub(crate) fn tiny(line: &str) -> Ran {
    tiny_on(Terminal::default(), line)
}

#[test]
fn kinds_that_fail_and_kinds_that_pass() {
    for (line, code, text) in [
        // The lost update is declared, and its data race is a note.
        ("check tiny/declared", 0, "FAIL as declared: lost-update\n"),
        ("check tiny/undeclared", 1, "lost-update was not declared"),
        // What is allowed need not be declared, and does not fail.
        ("check tiny/undeclared --allow lost-update", 0, "PASS (exhaustive)"),
        ("check tiny/undeclared --allow lost-update", 0, "note lost-update ("),
        ("check tiny/undeclared --allow lost-update", 0, "as declared"),
        ("check tiny/undeclared --allow deadlock", 1, "lost-update was not declared"),
        // What is declared has to appear all the same.
        ("check tiny/declared --allow lost-update", 0, "PASS (exhaustive)"),
        // A note that fails has to be declared.
        ("check tiny/declared --fail-on data-race", 1, "data-race was not declared"),
        ("check tiny/declared --fail-on data-race", 1, "FAIL lost-update, data-race"),
        ("check tiny/declared --fail-on leak", 0, "1 as declared"),
        ("check tiny/declared --fail-on leak,data-race", 1, "FAIL data-race ("),
        ("check tiny/undeclared --fail-on data-race --allow lost-update", 1, "FAIL data-race"),
        // A check does not end at what is allowed.
        ("check tiny/undeclared --allow lost-update --fail-fast", 0, "PASS (exhaustive)"),
        ("check tiny/undeclared --allow lost-update,deadlock --allow hang", 0, "PASS"),
    ] {
        let ran = tiny(line);
        assert_eq!((ran.code, ran.err.as_str()), (code, ""), "{line}: {}", ran.out);
        assert!(ran.out.contains(text), "{line}: {}", ran.out);
    }
}

#[test]
fn wrong_options_are_exit_2() {
    let kinds: Vec<&str> = KINDS.iter().map(|row| row.name).collect();
    let kinds = format!("there are: {}", kinds.join(", "));
    for (line, message) in [
        ("check --fail-on magic", kinds.as_str()),
        ("check --allow deadlock,magic", &kinds),
        ("check --allow=", &kinds),
        ("check --fail-on leak --allow hang,leak", "leak cannot both fail a check and be allowed"),
        ("check --time-limit -1", "invalid value '-1'"),
        ("check --time-limit 1.5", "invalid value '1.5'"),
        ("check --progress always", "auto, plain, never"),
        ("check --cross-check --strategy pct", "pct samples and misses"),
        ("check --cross-check --fail-fast", "--fail-fast leaves something out"),
        (
            "check --cross-check --strategy dfs --preemptions 1",
            "--preemptions leaves something out",
        ),
        ("replay tiny T0 --allow hang", "unexpected argument"),
    ] {
        let ran = tiny(line);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}: {}", ran.err);
        assert!(ran.err.contains(message), "{line}: {}", ran.err);
    }
}

/// The library has the same settings.
#[test]
fn the_library_takes_kinds_too() {
    let body = || racy(&Params::NONE);
    let found = Checker::new().allow(Kind::LostUpdate).fail_on(Kind::DataRace).check(body);
    assert_eq!(found.verdict(), &Verdict::Fail { kinds: vec![Kind::DataRace] });
    // The first finding that counts ends it; there is none of a hang.
    let whole = Checker::new().allow(Kind::LostUpdate).fail_on(Kind::Hang).fail_fast().check(body);
    assert_eq!(whole.verdict(), &Verdict::Exhaustive);
    whole.assert_finds(Kind::LostUpdate).assert_pass();
}

#[test]
fn a_time_limit_is_inconclusive() {
    // Nothing begins.
    let none = unknot("check ab-ba-noodles --time-limit 0");
    assert_eq!(none.code, 3, "{}", none.out);
    let said = none.out.matches("INCONCLUSIVE (time limit: 0 s; 0 executions)").count();
    assert_eq!(said, 3, "{}", none.out);
    // 20 threads have more classes than could ever be run. The second variant
    // has no time left.
    let began = Instant::now();
    let line = "check lost-update-decrement -p threads=20 --strategy dpor --time-limit 1";
    let ran = unknot(&format!("{line} --max-executions 18446744073709551615 --format json"));
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(began.elapsed() >= Duration::from_secs(1));
    let reports: serde_json::Value = serde_json::from_str(&ran.out).expect("one document");
    assert!(reports[0]["executions"].as_u64().is_some_and(|n| n > 0));
    assert_eq!(reports[0]["verdict"], "fail", "what was found is told");
    assert_eq!(
        (&reports[1]["executions"], &reports[1]["verdict"]),
        (&0.into(), &"inconclusive".into())
    );
    for report in [&reports[0], &reports[1]] {
        assert_eq!(report["ended_by"], "time limit: 1 s");
        assert!(report["as_expected"].is_null() && report["exhaustive"] == false);
    }
    // A limit that is not reached changes nothing.
    let (limited, free) =
        (tiny("check tiny/declared --time-limit 100000"), tiny("check tiny/declared"));
    assert_eq!((limited.code, limited.out), (free.code, free.out));
    let most = tiny("check tiny/declared --time-limit 18446744073709551615");
    assert_eq!(most.code, 0, "{}", most.err);
}

#[test]
fn a_watch_stops_between_executions() {
    let program = program("lost-update-decrement/locked", &[("threads", 4)]);
    // 4! = 24 classes; the limit is what the watch makes of it.
    for (limit, executions, exhausted) in [(0, 0, false), (7, 7, false), (23, 23, false)] {
        let watch = Monitor::new(move |pulse| {
            assert_eq!(pulse.phase, CheckPhase::Search);
            (pulse.executions >= limit).then_some(Stop::Interrupted)
        });
        let budget = Budget::default();
        let seen = observe_monitored(&program, Dpor::new(), budget, (CheckPhase::Search, &watch));
        assert_eq!((seen.stats.executions, seen.exhausted()), (executions, exhausted));
        assert_eq!(
            Verdict::of(&seen, budget).to_string(),
            format!("INCONCLUSIVE (interrupted; {limit} executions)")
        );
    }
    // A stop that comes when all is done takes nothing away.
    let late = Monitor::new(|pulse| (pulse.executions >= 24).then_some(Stop::Interrupted));
    let seen =
        observe_monitored(&program, Dpor::new(), Budget::default(), (CheckPhase::Search, &late));
    assert_eq!(seen.end, End::Exhausted);
}

#[test]
fn two_searches_side_by_side() {
    // Each task makes 4 steps and one starts the other; what matters is that
    // there are more schedules than classes, and that both are counted.
    let ran = unknot("check ab-ba-noodles -p group=1 --cross-check");
    assert_eq!(ran.code, 0, "{}", ran.out);
    let said = ran.out.matches("classes, with the same outcomes and findings").count();
    assert_eq!(said, 3, "{}", ran.out);
    let plain = unknot("check ab-ba-noodles -p group=1 --strategy dfs --cross-check --format json");
    let plain: serde_json::Value = serde_json::from_str(&plain.out).expect("one document");
    assert_eq!(plain[0]["cross_check"]["schedules"], plain[0]["executions"]);
    assert!(plain[0]["cross_check"].get("classes").is_none());
    // dpor is through after 24 classes, and dfs is not.
    let few = unknot("check lost-update-decrement/locked --cross-check --max-executions 24");
    assert_eq!(few.code, 3, "{}", few.out);
    assert!(few.out.contains("1 as declared"), "{}", few.out);
    let text = "cross-check: INCONCLUSIVE (dfs was not through after 24 executions)";
    assert!(few.out.contains(text), "{}", few.out);
}

#[test]
fn a_difference_is_a_fault_of_the_tool() {
    // A write and a read that race are 2 classes, so dpor sees 0 alone. dfs
    // comes after it and sees 1 alone. Its schedules are 3: the reader's end
    // comes after the write or before it.
    let ran = tiny("check fickle --cross-check");
    assert_eq!(ran.code, 1, "{}", ran.out);
    for text in [
        "DIFFERENT",
        "dpor missed outcome 1, which dfs shows with 'T0",
        "dfs missed outcome 0",
        "goes through 3 schedules",
        "please report it",
    ] {
        assert!(ran.out.contains(text), "{text}: {}", ran.out);
    }
    assert!(ran.out.contains("1 as declared"), "{}", ran.out);
}

#[test]
fn what_was_missed_by_whom() {
    let program = program("lost-update-decrement/no-lock", &[("threads", 2)]);
    let budget = Budget::default();
    let all = observe(&program, Dfs::new(Visibility::All), budget);
    let serial = observe(&program, Dfs::bounded(0), budget);
    assert_eq!(compare(("dfs", &all), ("dpor", &all)), Agreement::Same);
    // Without preemptions no update is lost: outcome 1 and the finding are.
    let Agreement::Different(problems) = compare(("serial", &serial), ("dfs", &all)) else {
        panic!("a search without preemptions misses something")
    };
    assert!(problems.iter().all(|problem| problem.starts_with("serial missed ")), "{problems:?}");
    for what in ["outcome 1, which dfs shows with '", "lost-update at lines "] {
        assert!(problems.iter().any(|problem| problem.contains(what)), "{what}: {problems:?}");
    }
    // Whoever is asked first, it is the same one that missed it.
    let Agreement::Different(turned) = compare(("dfs", &all), ("serial", &serial)) else {
        panic!("the same two searches differ")
    };
    assert_eq!(turned, problems);
}

#[test]
fn list_says_what_is_declared() {
    let ran = unknot("list lost-update-decrement ab-ba-noodles bench-event");
    for (name, declares) in [
        ("/no-lock", "lost-update"),
        ("/locked", "no finding"),
        ("/opposite-orders", "deadlock"),
        ("/parking", "hang"),
    ] {
        let line = ran.out.lines().find(|line| line.trim_start().starts_with(name)).expect(name);
        assert!(line.ends_with(&format!("   {declares}")), "{line}");
    }
    for line in unknot("list").out.lines() {
        assert!(width(line) <= 80 && line.trim_end() == line, "{line}");
    }
}

#[test]
fn help_has_examples_and_what_the_tables_hold() {
    let folder = Folder::new("options-help");
    let inside = |line: &str| {
        let files = ["knot.sched", "run.ckpt", "--save found"];
        let found = format!("--save {}", folder.path("found"));
        let own = [folder.path("knot.sched"), folder.path("run.ckpt"), found];
        files.iter().zip(own).fold(line.to_owned(), |line, (file, own)| line.replace(file, &own))
    };
    for command in ["list", "check", "replay", "graph", "gantt"] {
        let ran = unknot(&format!("{command} --help"));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{command}");
        let (_, examples) = ran.out.split_once("\nExamples:\n").expect(command);
        for line in examples.lines().filter(|line| !line.is_empty()) {
            let line = line.strip_prefix("  unknot ").expect(line);
            // They are right: only their size is taken away.
            let quick = if command == "check" { " --max-executions 20" } else { "" };
            assert_ne!(unknot(&format!("{}{quick}", inside(line))).code, 2, "{line}");
        }
    }
    let help = unknot("check --help").out;
    for name in STRATEGIES.iter().map(|row| row.name).chain(KINDS.iter().map(|row| row.name)) {
        assert!(help.contains(name), "{name}: {help}");
    }
    let version = unknot("--version");
    let said = format!("unknot {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!((version.code, version.out), (0, said));
}

#[test]
fn more_threads_than_four_a_core_are_not_started_and_that_is_said() {
    let words = |jobs: u32| format!("unknot check bench-event --jobs {jobs}");
    let run = |jobs: u32| {
        let terminal = Terminal { cores: std::num::NonZeroUsize::new(2), ..Terminal::default() };
        let (mut out, mut err) = (vec![], vec![]);
        let words = words(jobs);
        let words = words.split(' ').map(OsString::from);
        let catalogue = unknot_scenarios::CATALOGUE;
        let status = cli::run_on(terminal, words, catalogue, &mut out, &mut err);
        (status.code(), out, String::from_utf8_lossy(&err).into_owned())
    };
    let (code, out, err) = run(1_000);
    assert_eq!(
        (code, err.as_str()),
        (0, "note: 8 threads check, not 1000: four a core on 2 cores at most\n")
    );
    assert_eq!(run(8), (code, out, String::new()));
}
