//! Bad input never panics: generated command lines and schedules.
//!
//! Groups of arguments, right, wrong and damaged, are put together at random
//! and run in this process on a catalogue of two tiny scenarios. Whatever they
//! say, the command ends with one of the four codes, says nothing on standard
//! output when it refuses, and leaves its output file whole or not there. The
//! seed is fixed. Generated schedule files are in [`files`]. It can miss what only a catalogue with larger scenarios
//! would show, and messages that are wrong rather than missing.

mod files;

use std::ffi::OsString;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use unknot_checker::sim::{Exception, Lock, Shared, Value, choose, spawn};
use unknot_checker::{
    Expectation, Kind, Param, Params, Scenario, Schedule, Source, Variant, cli, source,
};

use crate::kit::support::Ran;

const CASES: u32 = 10_000;

fn crossed(params: &Params) -> Result<Value, Exception> {
    let (a, b) = (Lock::named("a"), Lock::named("b"));
    let (theirs_a, theirs_b) = (a.clone(), b.clone());
    let task = spawn(move || -> Result<(), Exception> {
        let _b = theirs_b.lock()?;
        let _a = theirs_a.lock()?;
        Ok(())
    });
    for _ in 0..params.size("rounds") {
        let _a = a.lock()?;
        let _b = b.lock()?;
    }
    task.join()??;
    Ok(Value::Unit)
}

fn guessed(_: &Params) -> Result<Value, Exception> {
    let (x, lock) = (Shared::named("x", 0), Lock::named("lock"));
    let (theirs, inner) = (x.clone(), lock.clone());
    let task = spawn(move || -> Result<(), Exception> {
        if inner.acquire_timeout(Duration::from_millis(5)) {
            theirs.write(choose(3));
            inner.release()?;
        }
        Ok(())
    });
    {
        let _guard = lock.lock()?;
        x.write(7);
    }
    task.join()??;
    Ok(x.read().into())
}

const SOURCE: &[Source] = source!("mod.rs");

const TINY: &[Scenario] = &[
    Scenario {
        name: "crossed",
        family: "tiny",
        about: "two locks, taken in opposite orders",
        covers: &[],
        params: &[Param { name: "rounds", about: "how often", default: 1, min: 1, max: 2 }],
        variants: &[Variant::new("opposite", "as told", crossed, |_| {
            Expectation::pass().sometimes(Kind::Deadlock)
        })],
        source: SOURCE,
    },
    Scenario {
        name: "guessed",
        family: "tiny",
        about: "a choice behind a wait that may time out",
        covers: &[],
        params: &[],
        variants: &[Variant::new("wait", "as told", guessed, |_| Expectation::pass())],
        source: SOURCE,
    },
];

/// Runs a command line on the tiny catalogue; a panic is an error.
fn run(words: &[OsString]) -> Result<Ran, String> {
    let (mut out, mut err) = (vec![], vec![]);
    let args: Vec<OsString> =
        [OsString::from("unknot")].into_iter().chain(words.iter().cloned()).collect();
    let status = catch_unwind(AssertUnwindSafe(|| cli::run(args, TINY, &mut out, &mut err)));
    let status = status.map_err(|_| "a panic".to_owned())?;
    let text = |bytes| String::from_utf8(bytes).map_err(|error| error.to_string());
    Ok(Ran { code: status.code(), out: text(out)?, err: text(err)? })
}

fn is_note(err: &str) -> bool {
    err.starts_with("note: ")
}

/// What has to hold for every command line.
fn judge(ran: &Ran) -> Result<(), String> {
    let Ran { code, out, err } = ran;
    let wrong = match code {
        // A replay of a file may tell of lines that have moved.
        0 | 3 if !err.is_empty() && !is_note(err) => "a complaint without a failure",
        0 | 1 | 3 => return Ok(()),
        2 if !out.is_empty() => "output of a command that was refused",
        2 if is_note(err) && err.contains("\nerror: ") => return Ok(()),
        2 if !(err.starts_with("error: ") || err.contains("Usage")) => "no message",
        2 => return Ok(()),
        _ => "a code that does not exist",
    };
    Err(format!("{wrong} ({code})\n{out}\n{err}"))
}

fn runner() -> TestRunner {
    let config = ProptestConfig {
        cases: CASES,
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..ProptestConfig::default()
    };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]))
}

/// Some places in a text at which one letter is added, changed or removed. No
/// letter is an `o`: nothing is to become `-o`, which writes a file.
type Damage = Vec<(prop::sample::Index, u8, char)>;

fn damage(most: usize) -> impl Strategy<Value = Damage> {
    let letters: Vec<char> = "TKCF0123456789.*?! \t-=é☃\u{0}'".chars().collect();
    prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, select(letters)), 0..=most)
}

fn damaged(text: &str, damage: &Damage) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for (index, how, letter) in damage {
        let at = index.index(letters.len() + 1);
        match how {
            0 => letters.insert(at, *letter),
            1 if at < letters.len() => letters[at] = *letter,
            2 if at < letters.len() => drop(letters.remove(at)),
            _ if at < letters.len() => letters.truncate(at),
            _ => {}
        }
    }
    letters.into_iter().collect()
}

const SCHEDULES: &[&str] = &[
    "",
    "T0",
    "T0*2 ! T1 T0",
    "T0*2 T1 ! T0",
    "T0*5 T1*5 T0*2",
    "T0*3 T1?2",
    "T0*4 T1*2?1 T1*2 T0*2",
    "T0*4 T1?2 T1*2 T0*2",
    "T0 T1*4",
    "T0*1000001",
    "T1.1 K0 C0",
    "T4294967296",
];

const NAMES: &[&str] =
    &["crossed", "crossed/opposite", "guessed", "guessed/wait", "tiny", "c*", "*", "**a*", ""];

const NUMBERS: &[&str] =
    &["0", "1", "2", "20", "-1", "x", "", "4294967296", "18446744073709551615", "9e9", " 3"];

fn groups(dir: PathBuf) -> impl Strategy<Value = Vec<OsString>> {
    let word = |words: &'static [&'static str]| {
        (select(words), prop_oneof![4 => Just(vec![]), 1 => damage(2)])
            .prop_map(|(word, harm)| damaged(word, &harm))
    };
    let pair = move |key: &'static str, words| {
        word(words).prop_map(move |value| vec![OsString::from(key), OsString::from(value)])
    };
    let alone = move |words| word(words).prop_map(|word| vec![OsString::from(word)]);
    const VALUES: &[&str] = &["rounds=1", "rounds=2", "rounds=3", "rounds", "=1", "rounds=-1", ""];
    let files = ["out.dot", "missing/out.dot", ".", ""].map(|file| dir.join(file));
    let not_text = || {
        #[cfg(unix)]
        return std::os::unix::ffi::OsStringExt::from_vec(vec![b'T', 0xff]);
        #[cfg(not(unix))]
        return OsString::from("\u{fffd}");
    };
    prop_oneof![
        6 => alone(NAMES),
        6 => alone(SCHEDULES),
        3 => pair("-p", VALUES),
        3 => pair("--strategy", &["dpor", "dfs", "random", "pct", "urw", "replay", "magic"]),
        3 => pair("--seed", NUMBERS),
        2 => pair("--execution", NUMBERS),
        2 => pair("--max-steps", NUMBERS),
        2 => pair("--timeouts", NUMBERS),
        2 => pair("--time", &["any", "virtual", "real"]),
        2 => pair("--format", &["text", "json", "dot", "svg"]),
        1 => pair("--kind", &["wait-for", "resource", "none"]),
        1 => pair("--allow", &["hang", "leak,hang", "magic", ",", ""]),
        1 => pair("--fail-on", &["leak", "data-race,leak", "Leak"]),
        1 => pair("--time-limit", NUMBERS),
        1 => alone(&["--fail-fast", "--help", "--version", "-h", "-V", "--", "-", "-x", "help"]),
        1 => Just(vec![not_text()]),
        2 => select(files.to_vec()).prop_map(|file| vec!["-o".into(), file.into_os_string()]),
    ]
}

/// Groups that are right for a command, as long as none comes twice.
fn right(command: &str, dir: &Path) -> Vec<Vec<OsString>> {
    let texts: &[&str] = match command {
        "list" => &["--format json", "--format text", "guessed", "c*"],
        "check" => &[
            "guessed",
            "--strategy dfs",
            "--strategy random",
            "--time virtual",
            "--format json",
            "--fail-fast",
            "--fail-on data-race,leak",
            "--allow deadlock",
            "--cross-check",
            "--time-limit 0",
            "--time-limit 18446744073709551615",
            "--timeouts 4294967295",
            "--max-steps 18446744073709551615",
        ],
        _ => &["T0*2", "T0", "--strategy pct --seed 7", "--timeouts 0", "--format json"],
    };
    let mut groups: Vec<Vec<OsString>> =
        texts.iter().map(|text| text.split(' ').map(OsString::from).collect()).collect();
    if command == "graph" || command == "replay" {
        let to_file = vec![OsString::from("-o"), dir.join("out.dot").into_os_string()];
        groups.extend([to_file.clone(), to_file]);
    }
    if command == "graph" {
        groups.push(vec!["--format".into(), "dot".into()]);
    }
    groups
}

/// A command line: a command, usually a scenario, and what may follow. A check
/// is bounded, so that it is quick.
fn command_lines(dir: &Path) -> impl Strategy<Value = Vec<Vec<OsString>>> {
    let dir = dir.to_owned();
    select(vec!["list", "check", "check", "replay", "graph", "graph", "graph", "x"])
        .prop_flat_map(move |command| {
            let name = select(&NAMES[..4]).prop_map(|name| vec![OsString::from(name)]);
            let first = prop_oneof![5 => name, 1 => groups(dir.clone())];
            let group = prop_oneof![4 => select(right(command, &dir)), 1 => groups(dir.clone())];
            // No number that a check of a sampler would take long to reach.
            let bound = prop_oneof![6 => Just("20"), 1 => select(&NUMBERS[..7])];
            (Just(command), first, bound, prop::collection::vec(group, 0..4))
        })
        .prop_map(|(command, first, bound, rest)| {
            let mut line = vec![vec![OsString::from(command)], first];
            if command == "check" {
                line.push(vec![OsString::from("--max-executions"), OsString::from(bound)]);
            }
            line.extend(rest);
            line
        })
}

/// What has to hold for the file that a command line was told to write.
fn judge_file(line: &[Vec<OsString>], ran: &Ran, dir: &Path) -> Result<(), String> {
    let files: Vec<PathBuf> =
        fs::read_dir(dir).expect("a folder").flatten().map(|entry| entry.path()).collect();
    let out = dir.join("out.dot");
    let written = fs::read_to_string(&out).ok();
    let _ = fs::remove_file(&out);
    if files.iter().any(|file| *file != out) {
        return Err(format!("something is left over: {files:?}"));
    }
    let Some(written) = written else { return Ok(()) };
    let formats = ["svg", "png", "html", "sarif", "github", "perfetto", "shiviz"];
    let is_format = |group: &Vec<OsString>| {
        group[0] == "--format" && formats.iter().any(|name| group.last() == Some(&(*name).into()))
    };
    if line[0] == ["replay"] && !line.iter().any(is_format) {
        return files::judge_written(&written, ran);
    }
    // What a check or a replay writes is not all that its code tells.
    let is_done = ran.code == 0 || line[0] != ["graph"] && ran.code != 2;
    if !is_done || !ran.out.is_empty() {
        return Err(format!("a file was written, and code {} with\n{}", ran.code, ran.out));
    }
    let is_output = |group: &&Vec<OsString>| group[0] == "-o";
    let rest: Vec<OsString> =
        line.iter().filter(|group| !is_output(group)).flatten().cloned().collect();
    let shown = run(&rest)?.out;
    if shown == written { Ok(()) } else { Err(format!("half written: {written}")) }
}

#[test]
fn command_lines_never_panic() {
    let dir = std::env::temp_dir().join(format!("unknot-bad-input-{}", std::process::id()));
    fs::create_dir_all(&dir).expect("a folder for temporary files");
    let mut codes = [0; 4];
    let mut files = 0;
    let strategy = command_lines(&dir);
    let counts = std::cell::RefCell::new((&mut codes, &mut files));
    let done = runner().run(&strategy, |line| {
        let words: Vec<OsString> = line.concat();
        let ran = run(&words).map_err(TestCaseError::fail)?;
        let mut counts = counts.borrow_mut();
        counts.0[usize::from(ran.code.min(3))] += 1;
        *counts.1 += usize::from(dir.join("out.dot").exists());
        let judged = judge(&ran).and_then(|()| judge_file(&line, &ran, &dir));
        judged.map_err(TestCaseError::fail)
    });
    let _ = fs::remove_dir_all(&dir);
    if let Err(error) = done {
        panic!("{error}");
    }
    // Inputs that are all refused would prove little.
    println!("codes {codes:?}, {files} files");
    assert!(codes.iter().all(|&n| n >= 100) && files >= 20, "{codes:?}, {files} files");
}

/// Schedules as they are, damaged, and words put together at random.
fn schedules() -> impl Strategy<Value = String> {
    const WORDS: &[&str] =
        &["T0", "T1", "T2", "T0*2", "T1*3", "!", "?0", "?2", "T1?1", "K0", "C0", "T1.1", "T0*0"];
    prop_oneof![
        (select(SCHEDULES), damage(3)).prop_map(|(text, harm)| damaged(text, &harm)),
        prop::collection::vec(select(WORDS), 0..12).prop_map(|words| words.join(" ")),
        prop::collection::vec(prop_oneof![Just("T0"), Just("T1")], 0..14)
            .prop_map(|words| words.join(" ")),
    ]
}

#[test]
fn schedules_never_panic() {
    let counts = std::cell::RefCell::new([0; 4]);
    let done = runner().run(&(schedules(), select(&["crossed", "guessed"][..])), |(text, name)| {
        let words = ["replay", name, "--", &text].map(OsString::from);
        let ran = run(&words).map_err(TestCaseError::fail)?;
        judge(&ran).map_err(TestCaseError::fail)?;
        counts.borrow_mut()[usize::from(ran.code.min(3))] += 1;
        let parsed = Schedule::parse(&text);
        match (&parsed, ran.code) {
            (Err(error), 2) => {
                prop_assert!(ran.err.contains(&error.to_string()), "{}", ran.err);
                prop_assert!(error.offset <= text.len() && text.is_char_boundary(error.offset));
            }
            (Ok(_), 2) => prop_assert!(ran.err.contains("does not fit"), "{}", ran.err),
            (Ok(schedule), _) => {
                // What was run is what was asked for.
                let (_, shown) = ran.out.rsplit_once("schedule '").expect("the schedule");
                let shown = shown.trim_end().trim_end_matches('\'');
                let shown = Schedule::parse(shown).expect("what we print we can read");
                let steps = |schedule: &Schedule| -> Vec<_> {
                    schedule.steps.iter().map(|s| (s.task.clone(), s.choices.clone())).collect()
                };
                prop_assert_eq!(steps(schedule), steps(&shown));
            }
            (Err(_), _) => prop_assert!(false, "a malformed schedule was run"),
        }
        Ok(())
    });
    if let Err(error) = done {
        panic!("{error}");
    }
    let counts = counts.into_inner();
    println!("codes {counts:?}");
    // Schedules that are run to an end are few: most of those that fit end early.
    assert!(counts[0] >= 50 && counts[1] >= 1_000 && counts[2] >= 1_000, "{counts:?}");
}

#[test]
fn refusals_say_why() {
    for (line, message) in [
        ("check crossed --max-executions 0", "a whole number from 1 on"),
        ("check crossed --max-executions -1", "a whole number from 1 on"),
        ("check crossed --max-steps 0", "a whole number from 1 on"),
        ("replay crossed T0 --max-steps 0", "a whole number from 1 on"),
        ("graph crossed --max-steps 0", "a whole number from 1 on"),
        ("check crossed --stack 63K", "from 64K to 16G is wanted"),
        ("replay crossed T0 --stack -1", "from 64K to 16G is wanted"),
        ("graph crossed --stack big", "such as 256K or 1M"),
        ("check crossed -p rounds=1 -p rounds=2", "'rounds' is given more than once"),
        ("check crossed -p rounds=1 -p rounds=1", "'rounds' is given more than once"),
        ("check --seed 1", "takes no seed; those that do: portfolio, frontier, random, pct, urw"),
        ("replay crossed T0*1000001", "offset 3"),
    ] {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let ran = run(&words).expect(line);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}");
        assert!(ran.err.contains(message), "{line}: {}", ran.err);
    }
}
