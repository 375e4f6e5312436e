//! A search that is stopped from outside, by the limit on time or by the key, before its first
//! execution or later: it goes on as if nothing had been, and what is said meanwhile is true.

use std::ffi::OsString;
use std::fs;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value as Json;
use unknot_checker::cli::{self, Interrupt, Terminal};
use unknot_checker::sim::{Exception, Shared, Value, done, spawn};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant, source};

use super::{same, spent};
use crate::cli::sched_files::Folder;
use crate::kit::support::{Ran, unknot, unknot_on};

/// Searches, and a sampler.
const STOPPED: [&str; 3] = [
    "ab-ba-noodles/opposite-orders -p group=1 --strategy dpor",
    "ab-ba-noodles/opposite-orders -p group=1 --strategy dfs",
    "ticket-oversell/no-lock --strategy pct --max-executions 90",
];

fn json(text: &str) -> Json {
    serde_json::from_str(text).expect("one document")
}

#[test]
fn a_check_without_time_goes_on_from_its_start() {
    let folder = Folder::new("long-no-time");
    for (nth, line) in STOPPED.into_iter().enumerate() {
        let file = folder.path(&nth.to_string());
        for way in ["checkpoint", "resume", "resume"] {
            let ran = unknot(&format!("check {line} --{way} {file} --time-limit 0"));
            assert_eq!(ran.code, 3, "{line}: {}", ran.err);
            let verdict = "INCONCLUSIVE (time limit: 0 s; 0 executions)";
            assert!(ran.out.contains(verdict), "{line}: {}", ran.out);
            let held = json(&fs::read_to_string(&file).expect("it was written"));
            let piece = &held["search"]["pieces"][0];
            assert_eq!((&piece["next"], &piece["seen"]), (&Json::from("start"), &Json::Null));
        }
        let whole = unknot(&format!("check {line}"));
        same(&whole, &unknot(&format!("check {line} --resume {file}")), line);
    }
}

#[test]
fn units_without_time_go_on_from_their_starts() {
    let folder = Folder::new("long-no-time-units");
    for (nth, line) in STOPPED.into_iter().enumerate() {
        let files = [1, 2].map(|unit| folder.path(&format!("{nth}-{unit}")));
        for (unit, file) in (1..).zip(&files) {
            let of_unit = format!("check {line} --unit {unit}/2");
            let ran = unknot(&format!("{of_unit} --checkpoint {file} --time-limit 0"));
            assert_eq!(ran.code, 3, "{line}: {}", ran.err);
            assert!(
                ran.out.contains("not finished (time limit: 0 s; 0 executions)"),
                "{}",
                ran.out
            );
            let ran = unknot(&format!("{of_unit} --resume {file}"));
            assert!(
                ran.code == 0 && ran.out.contains("finished"),
                "{line}: {} {}",
                ran.out,
                ran.err
            );
        }
        let whole = unknot(&format!("check {line}"));
        same(&whole, &unknot(&format!("merge {}", files.join(" "))), line);
    }
}

/// The key, and how often the program is still begun before it is pressed.
static KEY: Mutex<Option<(Interrupt, u32)>> = Mutex::new(None);

/// Taken by each test that presses the key: there is one.
static TURN: Mutex<()> = Mutex::new(());

fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Three tasks write a number, after steps of their own. It shows in no execution that one
/// of them presses the key.
fn writes(params: &Params) -> Result<Value, Exception> {
    let mut key = KEY.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((interrupt, left)) = &mut *key {
        *left = left.saturating_sub(1);
        _ = *left == 0 && interrupt.press();
    }
    drop(key);
    let (number, own) = (Shared::new(0), params.int("own"));
    let tasks = [1, 2, 3].map(|task| {
        let (number, mine) = (number.clone(), Shared::new(0));
        spawn(move || {
            (0..own).for_each(|n| mine.write(n));
            (0..2).for_each(|_| number.write(number.read() * 3 + task));
            done(())
        })
    });
    for task in tasks {
        task.join()??;
    }
    Ok(Value::Int(number.read()))
}

const WRITES: &[Scenario] = &[Scenario {
    name: "writes",
    family: "t",
    about: "three tasks write a number",
    covers: &[],
    params: &[Param { name: "own", default: 2, min: 0, max: 90, about: "steps of each task" }],
    variants: &[Variant::new("three", "in any order", writes, |_| Expectation::pass())],
    source: source!("stopped.rs"),
}];

/// Runs a command line, and presses the key when the program is begun for the nth time.
fn pressed(line: &str, nth: u32) -> Ran {
    let interrupt = Interrupt::default();
    let lock = || KEY.lock().unwrap_or_else(PoisonError::into_inner);
    *lock() = Some((interrupt.clone(), nth));
    let words = format!("unknot {line}");
    let words = words.split(' ').map(OsString::from);
    let (mut out, mut err) = (vec![], vec![]);
    let terminal = Terminal { interrupt, ..Terminal::default() };
    let status = cli::run_on(terminal, words, WRITES, &mut out, &mut err);
    *lock() = None;
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    Ran { code: status.code(), out: text(out), err: text(err) }
}

/// When the key is pressed, and what the file holds then: nothing before the search has
/// begun, and after that some executions.
#[test]
fn a_check_that_is_interrupted_goes_on_from_there() {
    let (_turn, folder) = (turn(), Folder::new("long-pressed"));
    let cases = [
        ("check writes --strategy dpor --max-executions 3000", 100, true),
        ("check writes --strategy dfs --max-executions 3000", 100, true),
        ("check writes --strategy dfs --max-executions 3000", 1000, true),
        // In the first executions, in the directed stage, and after it.
        ("check writes -p own=90 --max-executions 300", 1, false),
        ("check writes --max-executions 3000", 18, false),
        ("check writes --max-executions 3000", 900, true),
    ];
    for (nth, (line, at, is_begun)) in cases.into_iter().enumerate() {
        let file = folder.path(&nth.to_string());
        let every = format!("--checkpoint-every {}", 7 + 100 * nth);
        let ran = pressed(&format!("{line} --format json {every} --checkpoint {file}"), at);
        assert!(ran.code != 2 && ran.code != 4, "{line}: {}", ran.err);
        assert!(ran.out.contains("interrupted"), "{line}: {}", ran.out);
        assert!(ran.err.contains("the search is not finished; go on: "), "{line}: {}", ran.err);
        let held = json(&fs::read_to_string(&file).expect("it was written"));
        let piece = &held["search"]["pieces"][0];
        assert_eq!(piece["seen"].is_object(), is_begun, "{line}: {piece}");
        assert_eq!(piece["next"]["turns"].is_array(), is_begun, "{line}: {piece}");
        for format in ["text", "json"] {
            let line = format!("{line} --format {format}");
            let whole = unknot_on(WRITES, &line);
            same(&whole, &unknot_on(WRITES, &format!("{line} --resume {file}")), &line);
        }
    }
}

/// Wherever a check is stopped that goes on, before its search too, the report is of the
/// executions that the file holds, and the file is as it was or further.
#[test]
fn what_a_file_holds_is_told_by_a_check_that_is_stopped() {
    let (_turn, folder) = (turn(), Folder::new("long-held"));
    let file = folder.path("held");
    let made = unknot_on(WRITES, &format!("check writes --max-executions 250 --checkpoint {file}"));
    assert!(made.err.contains("the search is not finished"), "{}", made.err);
    let held = fs::read_to_string(&file).expect("it was written");
    let (mut before, mut within) = (0, 0);
    for nth in (10..700).step_by(30) {
        fs::write(&file, &held).expect("it can be written");
        let line = format!("check writes --max-executions 400 --format json --resume {file}");
        let ran = pressed(&line, nth);
        let (report, now) = (json(&ran.out), json(&fs::read_to_string(&file).expect("a file")));
        let told = spent(&report[0]);
        assert_eq!(
            told,
            spent(&now["search"]["pieces"][0]["seen"]["counts"]),
            "{nth}: {}",
            ran.out
        );
        assert!((250..=400).contains(&told), "{nth}: {told}");
        let note = "note: the search is not finished; go on: unknot check writes/three";
        assert!(ran.err.contains(note), "{nth}: {}", ran.err);
        if ran.out.contains("interrupted") {
            before += u32::from(told == 250);
            within += u32::from(told > 250);
        }
    }
    assert!(before > 2 && within > 0, "{before} {within}");
    fs::write(&file, &held).expect("it can be written");
    let ran = unknot_on(WRITES, &format!("check writes --time-limit 0 --resume {file}"));
    assert!(ran.out.contains("250"), "{}", ran.out);
}
