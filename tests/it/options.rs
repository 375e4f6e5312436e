//! The options of `check`, what `list` and `--help` print, and terminals.
//!
//! The programs are tiny, and most are made here: a lost update, which is a
//! data race as well, and one whose outcome depends on what ran before, which
//! is what a wrong strategy would look like. Time limits are of no second, or
//! of one on a program that takes far longer; no test waits for a clock to
//! show something in particular.

use std::cell::RefCell;
use std::ffi::OsString;
use std::io::{self, Write};
use std::rc::Rc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use unknot_checker::check::{Budget, observe, observe_watched};
use unknot_checker::cli::{self, Terminal};
use unknot_checker::cross_check::{Agreement, compare};
use unknot_checker::finding::KINDS;
use unknot_checker::report::style::{Style, width};
use unknot_checker::sim::{Exception, Shared, Value, spawn_named};
use unknot_checker::strategy::{Dfs, Dpor, STRATEGIES, Visibility};
use unknot_checker::verdict::Verdict;
use unknot_checker::watch::{Phase, Pulse, Stop, Watch};
use unknot_checker::{Checker, Expectation, Kind, Params, Scenario, Source, Variant};
use unknot_scenarios::CATALOGUE;

use crate::support::{Ran, program, unknot};

/// Two tasks add to one number. The name is wide on a terminal.
fn racy(_: &Params) -> Result<Value, Exception> {
    let x = Shared::named("x", 0);
    let theirs = x.clone();
    let task = spawn_named("加算", move || theirs.write(theirs.read() + 1));
    x.write(x.read() + 1);
    task.join()?;
    Ok(x.read().into())
}

/// How often it ran, since `fickle` began.
static RAN: AtomicI64 = AtomicI64::new(0);

/// Its outcome is 0 in the first six executions and 1 from then on.
fn fickle(_: &Params) -> Result<Value, Exception> {
    let x = Shared::named("x", 0);
    let theirs = x.clone();
    let task = spawn_named("reader", move || _ = theirs.read());
    x.write(1);
    task.join()?;
    Ok((RAN.fetch_add(1, Ordering::Relaxed) / 6).min(1).into())
}

const fn variant(
    name: &'static str,
    body: unknot_checker::scenario::Body,
    expect: fn(&Params) -> Expectation,
) -> Variant {
    Variant { name, about: "as told", body, expect }
}

const TINY: &[Scenario] = &[Scenario {
    name: "tiny",
    family: "tiny",
    about: "as told",
    covers: &[],
    params: &[],
    variants: &[
        variant("declared", racy, |_| Expectation::pass().sometimes(Kind::LostUpdate)),
        variant("undeclared", racy, |_| Expectation::pass()),
        variant("fickle", fickle, |_| Expectation::pass()),
    ],
    source: Source { file: file!(), text: include_str!("options.rs") },
}];

/// Runs a line on the tiny catalogue, on a terminal.
fn tiny_on(terminal: Terminal, line: &str) -> Ran {
    let words = ["unknot"].into_iter().chain(line.split(' ')).map(OsString::from);
    let (mut out, mut err) = (vec![], vec![]);
    let status = cli::run_on(terminal, words, TINY, &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    Ran { code: status.code(), out: text(out), err: text(err) }
}

fn tiny(line: &str) -> Ran {
    tiny_on(Terminal::default(), line)
}

#[test]
fn kinds_that_fail_and_kinds_that_pass() {
    for (line, code, text) in [
        // The lost update is declared, and its data race is a note.
        ("check tiny/declared", 0, "FAIL lost-update\n"),
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
    let kinds: Vec<&str> = KINDS.iter().map(|(_, name)| *name).collect();
    let kinds = format!("there are: {}", kinds.join(", "));
    for (line, message) in [
        ("check --fail-on magic", kinds.as_str()),
        ("check --allow deadlock,magic", &kinds),
        ("check --allow=", &kinds),
        ("check --fail-on leak --allow hang,leak", "leak cannot both fail a check and be allowed"),
        ("check --time-limit -1", "invalid value '-1'"),
        ("check --time-limit 1.5", "invalid value '1.5'"),
        ("check --progress always", "auto, never"),
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
        let watch = Watch::new(move |pulse: Pulse| {
            assert_eq!(pulse.phase, Phase::Search);
            (pulse.executions >= limit).then(|| Stop("enough".to_owned()))
        });
        let budget = Budget::default();
        let seen = observe_watched(&program, Dpor::new(), budget, (Phase::Search, &watch));
        assert_eq!((seen.stats.executions, seen.exhausted), (executions, exhausted));
        assert_eq!(
            Verdict::of(&seen, budget).to_string(),
            format!("INCONCLUSIVE (enough; {limit} executions)")
        );
    }
    // A stop that comes when all is done takes nothing away.
    let late = Watch::new(|pulse| (pulse.executions >= 24).then(|| Stop("late".to_owned())));
    let seen = observe_watched(&program, Dpor::new(), Budget::default(), (Phase::Search, &late));
    assert_eq!((seen.exhausted, seen.ended_by), (true, None));
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

/// Others may not count executions of `fickle` at the same time.
static ALONE: Mutex<()> = Mutex::new(());

#[test]
fn a_difference_is_a_fault_of_the_tool() {
    let _alone = ALONE.lock();
    RAN.store(0, Ordering::Relaxed);
    // A write and a read that race are 2 classes, so dpor sees 0 alone; dfs
    // comes after it and has more than 4 schedules, so it goes on to 1.
    let ran = tiny("check tiny/fickle --cross-check");
    assert_eq!(ran.code, 1, "{}", ran.out);
    for text in ["DIFFERENT", "dpor missed outcome 1, which dfs shows with 'T0", "please report it"]
    {
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
    for what in ["outcome 1, which dfs shows with '", "lost-update of T"] {
        assert!(problems.iter().any(|problem| problem.contains(what)), "{what}: {problems:?}");
    }
    // Whoever is asked first, it is the same one that missed it.
    let Agreement::Different(turned) = compare(("dfs", &all), ("serial", &serial)) else {
        panic!("the same two searches differ")
    };
    assert_eq!(turned, problems);
}

/// The text without the control sequences of colours.
fn bare(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |bare, part| bare + part.split_once('m').expect("an end").1)
}

#[test]
fn colours_mark_words_and_move_nothing() {
    let colour = || Terminal { style: Style::Colour, ..Terminal::default() };
    for (line, words) in [
        ("check tiny/declared", vec!["FAIL"]),
        ("check tiny/undeclared", vec!["FAIL", "OTHERWISE"]),
        ("check tiny/undeclared --allow lost-update", vec!["PASS"]),
        ("check tiny --max-executions 1 --strategy dfs", vec!["INCONCLUSIVE"]),
        ("replay tiny T0", vec![]),
    ] {
        let (plain, coloured) = (tiny(line), tiny_on(colour(), line));
        assert!(!plain.out.contains('\u{1b}'), "{line}");
        assert_eq!((bare(&coloured.out), coloured.code), (plain.out.clone(), plain.code), "{line}");
        for word in words {
            assert!(coloured.out.contains(&format!("m{word}\u{1b}[0m")), "{line}: {word}");
        }
        let json = format!("{line} --format json");
        assert_eq!(tiny_on(colour(), &json).out, tiny(&json).out, "{line}");
    }
    // A wide name in front of a colour.
    let coloured = tiny_on(colour(), "check tiny/undeclared").out;
    assert!(coloured.lines().any(|line| width(line) < line.chars().count()), "{coloured}");
}

#[test]
fn blocked_is_marked_and_aligned() {
    let run = |style| {
        let line = "unknot replay ab-ba-noodles -p group=1";
        let words = line.split(' ').chain(["T0*2 T1 ! T2"]).map(OsString::from);
        let (mut out, mut err) = (vec![], vec![]);
        let terminal = Terminal { style, ..Terminal::default() };
        cli::run_on(terminal, words, CATALOGUE, &mut out, &mut err);
        String::from_utf8(out).expect("output is UTF-8")
    };
    let (plain, coloured) = (run(Style::Plain), run(Style::Colour));
    assert_eq!(bare(&coloured), plain);
    assert_eq!(coloured.matches("mBLOCKED\u{1b}[0m").count(), 2, "{coloured}");
}

/// A terminal that a test can look at.
#[derive(Clone, Default)]
struct Screen(Rc<RefCell<Vec<u8>>>);

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn progress_is_shown_and_taken_away() {
    let on = |screen: &Screen, line: &str| {
        let words = ["unknot"].into_iter().chain(line.split(' ')).map(OsString::from);
        let (mut out, mut err) = (vec![], vec![]);
        let progress: Option<Box<dyn Write>> = Some(Box::new(screen.clone()));
        let terminal = Terminal { progress, ..Terminal::default() };
        let status = cli::run_on(terminal, words, CATALOGUE, &mut out, &mut err);
        (status.code(), String::from_utf8(out).expect("output is UTF-8"), err)
    };
    // Long enough for several lines, whatever the machine: the limit ends it.
    let (screen, line) = (Screen::default(), "check lost-update-decrement/locked -p threads=20");
    let (code, out, err) = on(&screen, &format!("{line} --time-limit 1 --strategy dpor"));
    assert_eq!((code, err.len(), out.contains('\r')), (3, 0, false), "{out}");
    let shown = String::from_utf8(screen.0.take()).expect("text");
    let lines: Vec<&str> = shown.split('\r').filter(|line| !line.trim().is_empty()).collect();
    // Ten times a second at the most, and a second has one moment for it at least.
    assert!((1..=11).contains(&lines.len()), "{lines:?}");
    for line in lines {
        assert!(line.starts_with("1/1 lost-update-decrement/locked  "), "{line}");
        assert!(line.contains(" executions, ") && line.trim_end().ends_with("/s"), "{line}");
        assert!(width(line) < 80, "{line}");
    }
    let end = shown.rsplit('\r').nth(1).expect("a blank line and a return");
    assert!(shown.ends_with('\r') && end.trim().is_empty() && end.len() > 40, "{shown:?}");
    // Nothing else is changed by it, whether it had time to appear or not.
    let line = "check lost-update-decrement bench-event ab-ba-noodles --format json";
    let (screen, alone) = (Screen::default(), unknot(line));
    let (code, out, _) = on(&screen, line);
    assert!((code, &out) == (alone.code, &alone.out));
    let screen = Screen::default();
    let (code, out, _) = on(&screen, &format!("{line} --progress never"));
    assert!((code, &out) == (alone.code, &alone.out));
    assert_eq!(screen.0.take(), b"");
}

#[test]
fn list_says_what_is_declared() {
    let ran = unknot("list");
    for (name, declares) in [
        ("/no-lock", "lost-update"),
        ("/locked", "no finding"),
        ("/opposite-orders", "deadlock"),
        ("/parking", "hang"),
    ] {
        let line = ran.out.lines().find(|line| line.trim_start().starts_with(name)).expect(name);
        assert!(line.ends_with(&format!("   {declares}")), "{line}");
    }
    for line in ran.out.lines() {
        assert!(width(line) <= 80 && line.trim_end() == line, "{line}");
    }
}

#[test]
fn help_has_examples_and_what_the_tables_hold() {
    for command in ["list", "check", "replay", "graph"] {
        let ran = unknot(&format!("{command} --help"));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{command}");
        let (_, examples) = ran.out.split_once("\nExamples:\n").expect(command);
        for line in examples.lines().filter(|line| !line.is_empty()) {
            let line = line.strip_prefix("  unknot ").expect(line);
            // They are right: only their size is taken away.
            let quick = if command == "check" { " --max-executions 20" } else { "" };
            assert_ne!(unknot(&format!("{line}{quick}")).code, 2, "{line}");
        }
    }
    let help = unknot("check --help").out;
    for name in STRATEGIES.iter().map(|row| row.name).chain(KINDS.iter().map(|(_, name)| *name)) {
        assert!(help.contains(name), "{name}: {help}");
    }
    let version = unknot("--version");
    let said = format!("unknot {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!((version.code, version.out), (0, said));
}
