//! `check --checkpoint`, `--resume` and `--unit`, and `merge`: whatever happens on the way,
//! the report is that of one search in one go, byte for byte.

mod merged;
mod stopped;

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value as Json;
use unknot_checker::cli;
use unknot_checker::sim::{Exception, Randomness, Shared, Value, done, spawn};
use unknot_checker::{Expectation, Params, Scenario, Variant, source};
use unknot_scenarios::CATALOGUE;

use crate::cli::sched_files::Folder;
use crate::cli::schemas::{errors, validator};
use crate::kit::support::{Ran, unknot, unknot_on};

/// With and without findings, with bounds, with processes that are killed, with samplers,
/// and as a check begins that is told nothing.
const LINES: [&str; 15] = [
    "lost-update-decrement/no-lock -p threads=4",
    "lost-update-decrement/no-lock --strategy dpor --fail-fast --allow lost-update",
    "lost-update-decrement/locked --strategy dfs -p threads=3 --max-executions 700",
    "ab-ba-noodles/opposite-orders -p group=1",
    "ab-ba-noodles/opposite-orders --strategy dpor --max-executions 300",
    "ticket-oversell/no-lock --strategy dfs --preemptions 1",
    "transfer-nested-opposite/source-first --strategy dfs",
    "abandoned-lock-on-terminate/killed-anywhere",
    "endless-producer/unbounded --max-executions 50",
    "consumer-timeout-exit/timeout --max-steps 60 --max-executions 400",
    "ticket-oversell/no-lock -p buyers=10 --max-executions 333",
    "ticket-oversell/no-lock --strategy pct --seed 7 --max-executions 200",
    "bounded-buffer/any-speed --strategy urw --max-executions 90",
    "ticket-oversell/no-lock --strategy frontier --seed 3 --max-executions 150",
    "sched-fcfs/long-first --time virtual",
];

fn same(one: &Ran, other: &Ran, what: &str) {
    let (one_told, other_told) = ((one.code, &one.out), (other.code, &other.out));
    assert_eq!(one_told, other_told, "{what}: {}", other.err);
}

fn executions(line: &str) -> u64 {
    let ran = unknot(&format!("check {line} --format json"));
    let reports: Json = serde_json::from_str(&ran.out).expect("one document");
    spent(&reports[0])
}

/// The executions of every kind in a report or a file.
fn spent(counts: &Json) -> u64 {
    let keys = ["executions", "blocked", "cut", "excluded"];
    keys.iter().map(|key| counts[key].as_u64().expect("a count")).sum()
}

/// A check that ends after some executions, is gone on with, ends again, and so on.
#[test]
fn a_check_that_was_ended_again_and_again_tells_the_same() {
    let folder = Folder::new("long-ended");
    let mut random = Randomness::new(22);
    for (nth, line) in LINES.into_iter().enumerate() {
        let file = folder.path(&format!("{nth}.ckpt"));
        let all = executions(line);
        let (bare, most) = line.split_once(" --max-executions ").unwrap_or((line, "1000000"));
        let mut made = 1 + u64::from(random.below(1 + all as u32 / 3));
        let first = unknot(&format!("check {bare} --max-executions {made} --checkpoint {file}"));
        assert!(first.code != 2 && first.code != 4, "{line}: {}", first.err);
        while made < all {
            made += 1 + u64::from(random.below(1 + all as u32 / 3));
            made = made.min(most.parse().expect("a number"));
            let every = 1 + random.below(50);
            let ran = unknot(&format!(
                "check {bare} --max-executions {made} --checkpoint-every {every} --resume {file}"
            ));
            assert!(ran.code != 2 && ran.code != 4, "{line}: {}", ran.err);
        }
        for format in ["text", "json"] {
            let end = format!("check {bare} --max-executions {most} --format {format}");
            let whole = unknot(&end);
            same(&whole, &unknot(&format!("{end} --resume {file}")), line);
        }
    }
}

#[test]
fn units_that_are_merged_tell_the_same() {
    let folder = Folder::new("long-units");
    let is_undivided = |line: &str| ["--fail-fast", "frontier"].iter().any(|it| line.contains(it));
    for (nth, line) in LINES.into_iter().enumerate().filter(|(_, line)| !is_undivided(line)) {
        let is_sampled =
            line.contains("buyers=10") || line.contains("--seed") || line.contains("urw");
        let (bare, most) = line.split_once(" --max-executions ").unwrap_or((line, "1000000"));
        let line = if is_sampled { line } else { bare };
        if !is_sampled && executions(&format!("{bare} --max-executions 5000")) >= 5_000 {
            continue;
        }
        for of in [1, 2, 3, 7] {
            let mut files = vec![];
            for unit in 1..=of {
                let file = folder.path(&format!("{nth}-{unit}-{of}"));
                let ran = unknot(&format!("check {line} --unit {unit}/{of} --checkpoint {file}"));
                let is_made = ran.code == 0 && ran.out.contains("finished");
                assert!(is_made, "{line}: {} {}", ran.out, ran.err);
                files.insert(0, file);
            }
            let whole = format!("check {line}");
            for format in ["text", "json"] {
                let merged = unknot(&format!("merge {} --format {format}", files.join(" ")));
                let whole = unknot(&format!("{whole} --format {format}"));
                same(&whole, &merged, &format!("{line} {of} {most}"));
            }
        }
    }
}

/// What is not finished is told, and gone on with.
#[test]
fn a_unit_that_is_not_finished_makes_the_report_open() {
    let folder = Folder::new("long-open");
    let line = "check lost-update-decrement/locked -p threads=5 --strategy dpor";
    let [one, two] = ["1", "2"].map(|unit| folder.path(unit));
    let made = unknot(&format!("{line} --unit 1/2 --checkpoint {one}"));
    assert_eq!(made.code, 0, "{}", made.err);
    let cut = unknot(&format!("{line} --max-executions 10 --unit 2/2 --checkpoint {two}"));
    assert_eq!(cut.code, 3, "{}", cut.err);
    assert!(cut.out.contains("pieces not finished (budget: 10 executions)"), "{}", cut.out);
    let open = unknot(&format!("merge {one} {two}"));
    assert_eq!(open.code, 3, "{}", open.err);
    assert!(open.out.contains("INCONCLUSIVE (1 of 2 units is not finished; "), "{}", open.out);
    assert!(
        open.err.contains(&format!("note: unit 2 of 2 ({two}) is not finished")),
        "{}",
        open.err
    );
    let (_, go_on) = cut.out.split_once("go on: unknot ").expect("a command");
    assert!(go_on.contains("--max-executions 20 --unit 2/2"), "{go_on}");
    let go_on = go_on.trim_end().replace("--max-executions 20 ", "");
    assert_eq!(unknot(&go_on).code, 0, "{go_on}");
    same(&unknot(line), &unknot(&format!("merge {one} {two}")), "finished");
}

/// Copies of the file `a`, each with something wrong in it.
fn harm(folder: &Folder) {
    let good = fs::read_to_string(folder.path("a")).expect("it was written");
    let harmed = [
        ("half", good[..good.len() / 2].to_owned()),
        ("empty", String::new()),
        ("text", "not JSON".to_owned()),
        ("count", good.replacen("\"executions\":9", "\"executions\":8", 1)),
        ("older", good.replace("\"tool\":\"unknot ", "\"tool\":\"unknot 0.0.")),
        ("other", good.replace("checkpoint.schema", "timeline.schema")),
    ];
    for (name, text) in harmed {
        assert_ne!(text, good, "{name}");
        fs::write(folder.path(name), text).expect("it can be written");
    }
}

/// A checksum is another one whenever a scenario is written otherwise.
fn without_digests(text: &str) -> String {
    let is_digest = |word: &str| word.len() == 16 && word.chars().all(|c| c.is_ascii_hexdigit());
    let words = text.split_inclusive([' ', ',', '\n']).map(|word| {
        let bare = word.trim_end_matches([' ', ',', '\n']);
        if is_digest(bare) { word.replace(bare, "<checksum>") } else { word.to_owned() }
    });
    words.collect()
}

/// What is refused, and what is said about it. Each line begins with the files as they are
/// after the lines of `before`.
#[test]
fn what_does_not_fit_is_refused() {
    let folder = Folder::new("long-refused");
    let file = |name: &str| folder.path(name);
    let line = "check lost-update-decrement/no-lock -p threads=3 --strategy dpor";
    let before = [
        format!("{line} --max-executions 9 --checkpoint {}", file("a")),
        format!("{line} --unit 1/3 --checkpoint {}", file("1")),
        format!("{line} --unit 3/3 --checkpoint {}", file("3")),
        format!("{line} --seed 1 --unit 2/2 --checkpoint {}", file("s")).replace("dpor", "pct"),
    ];
    for line in before {
        let ran = unknot(&line);
        assert!(ran.code != 2 && ran.code != 4, "{line}: {}", ran.err);
    }
    harm(&folder);
    let resume = |name: &str| format!("{line} --resume {}", file(name));
    let mut told = String::new();
    for line in [
        resume("a").replace("threads=3", "threads=2"),
        resume("a").replace("no-lock", "locked"),
        resume("a").replace("dpor", "dfs"),
        format!("{} --max-steps 50 --timeouts 1 --fail-fast", resume("a")),
        format!("{} --unit 1/3", resume("a")),
        format!("{} --unit 2/3", resume("1")),
        format!("{} --max-executions 8", resume("a")),
        format!("{line} --checkpoint {}", file("a")),
        resume("half"),
        resume("empty"),
        resume("text"),
        resume("count"),
        resume("older"),
        resume("other"),
        resume("none"),
        format!("{line} --unit 1/3"),
        format!("{line} --unit 4/3 --checkpoint {}", file("new")),
        format!("{line} --checkpoint-every 5"),
        format!("{line} --preemptions 2 --checkpoint {}", file("new")),
        format!("{line} --preemptions auto --checkpoint {}", file("new")),
        format!("{line} --cross-check --checkpoint {}", file("new")),
        format!("{line} --fail-fast --unit 1/3 --checkpoint {}", file("new")),
        format!("{line} --unit 1/3 --checkpoint {}", file("new")).replace("dpor", "frontier"),
        format!("{line} --format json --unit 1/3 --checkpoint {}", file("new")),
        format!("check lost-update-decrement --checkpoint {}", file("new")),
        format!("{line} --checkpoint {}", file("no/such/folder")),
        format!("merge {}", file("1")),
        format!("merge {} {} {}", file("1"), file("3"), file("1")),
        format!("merge {} {}", file("a"), file("1")),
        format!("merge {} {}", file("1"), file("s")),
        "merge".to_owned(),
    ] {
        let ran = unknot(&line);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}: {}", ran.err);
        let shown = format!("$ unknot {line}\n{}\n", ran.err);
        told.push_str(&without_digests(&shown.replace(&folder.path(""), "")));
    }
    let many = unknot(&format!("check --checkpoint {}", file("new"))).err;
    assert!(many.contains("a checkpoint holds one search, and ") && many.ends_with(" others\n"));
    assert!(!Path::new(&file("new")).exists(), "nothing is written by what is refused");
    golden("long-refused.txt", &told);
}

/// Whichever byte of a file is another one, and wherever it ends, that is noticed.
#[test]
fn files_that_are_damaged_are_refused() {
    let folder = Folder::new("long-damaged");
    let file = folder.path("a");
    let line = "check ab-ba-noodles/opposite-orders -p group=1 --strategy dpor";
    let made = unknot(&format!("{line} --max-executions 2 --checkpoint {file}"));
    assert_eq!(made.code, 0, "{}", made.err);
    let good = fs::read(&file).expect("it was written");
    let refuse = |bytes: &[u8], what: &str| {
        fs::write(&file, bytes).expect("it can be written");
        let ran = unknot(&format!("{line} --resume {file}"));
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{what}: {}", ran.err);
    };
    for at in 0..good.len() {
        let mut bytes = good.clone();
        bytes[at] = if bytes[at] == b'7' { b'8' } else { b'7' };
        refuse(&bytes, &format!("another byte {at}"));
        // Without the end of its line it is whole.
        if at + 1 < good.len() {
            refuse(&good[..at], &format!("{at} bytes"));
        }
    }
    fs::write(&file, &good).expect("it can be written");
    same(&unknot(line), &unknot(&format!("{line} --resume {file}")), "undamaged");
}

/// Compares with a file of `tests/golden`, or writes it.
fn golden(file: &str, printed: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(file);
    if std::env::var_os("UNKNOT_BLESS").is_some() {
        fs::write(&path, printed).expect("the file can be written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(printed, kept, "{file}; if that is meant: UNKNOT_BLESS=1");
}

/// A file is what its schema says.
#[test]
fn files_follow_their_schema() {
    let folder = Folder::new("long-schema");
    let validator = validator("checkpoint");
    for (nth, line) in LINES.into_iter().enumerate() {
        let file = folder.path(&nth.to_string());
        let _ = unknot(&format!("check {line} --checkpoint {file}"));
        let text = fs::read_to_string(&file).expect(line);
        let document: Json = serde_json::from_str(&text).expect("one document");
        let errors = errors(&validator, &document);
        assert!(errors.is_empty(), "{line}: {errors:#?}");
        let mut other = document.clone();
        other["search"]["pieces"][0]["next"] = Json::Bool(true);
        assert!(!validator.is_valid(&other), "{line}");
    }
}

/// Two tasks write a number, in this order of lines or in another.
fn writes(is_changed: bool) -> Result<Value, Exception> {
    let number = Shared::new(0);
    let tasks = [1, 2].map(|task| {
        let number = number.clone();
        spawn(move || {
            if is_changed && task == 2 {
                number.write(number.read() + task);
            } else {
                number.write(task);
            }
            done(())
        })
    });
    for task in tasks {
        task.join()??;
    }
    Ok(Value::Int(number.read()))
}

fn before(_: &Params) -> Result<Value, Exception> {
    writes(false)
}

fn changed(_: &Params) -> Result<Value, Exception> {
    writes(true)
}

const BEFORE: &[Scenario] = &[Scenario {
    name: "writes",
    family: "t",
    about: "two tasks write a number",
    covers: &[],
    params: &[],
    variants: &[Variant::new("two", "one after the other", before, |_| Expectation::pass())],
    source: source!("mod.rs"),
}];

const CHANGED: &[Scenario] = &[Scenario {
    name: "writes",
    family: "t",
    about: "two tasks write a number",
    covers: &[],
    params: &[],
    variants: &[Variant::new("two", "one after the other", changed, |_| Expectation::pass())],
    source: source!("mod.rs"),
}];

#[test]
fn a_program_that_has_changed_is_refused() {
    let folder = Folder::new("long-changed");
    let line = "check writes --strategy dfs";
    for (nth, most) in [(1, 1), (2, 3)] {
        let file = folder.path(&nth.to_string());
        let made = format!("{line} --max-executions {most} --checkpoint {file}");
        assert_eq!(unknot_on(BEFORE, &made).code, 3);
        let refused = unknot_on(CHANGED, &format!("{line} --resume {file}"));
        assert_eq!((refused.code, refused.out.as_str()), (1, ""), "{}", refused.err);
        let said = format!("error: {file} does not fit writes/two as it is now: ");
        assert!(refused.err.starts_with(&said), "{}", refused.err);
        let done = unknot_on(BEFORE, &format!("{line} --resume {file}"));
        assert!(done.out.contains("PASS (exhaustive)"), "{}", done.out);
    }
}

/// The variable with the file of a child that is killed.
const CHILD: &str = "UNKNOT_TEST_LONG";

/// More than a debug build makes in a moment.
const KILLED: &str = "check lost-update-decrement/no-lock -p threads=5 --strategy dpor";

#[test]
fn child() {
    let Ok(file) = std::env::var(CHILD) else { return };
    let is_there = Path::new(&file).exists();
    let way = if is_there { "--resume" } else { "--checkpoint" };
    let words = format!("unknot {KILLED} --checkpoint-every 100 {way} {file}");
    let words = words.split(' ').map(OsString::from);
    let _ = cli::run(words, CATALOGUE, &mut std::io::sink(), &mut std::io::sink());
}

/// Whatever was written when a process is killed is whole, and the search is gone on with.
#[test]
fn a_process_that_is_killed_is_gone_on_with() {
    let folder = Folder::new("long-killed");
    let file = folder.path("state");
    for nth in 0..3_u64 {
        let mut command = Command::new(std::env::current_exe().expect("a test binary"));
        command.args(["cli::long::child", "--exact", "--nocapture", "--test-threads=1"]);
        let command = command.env(CHILD, &file).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the child runs");
        let began = Instant::now();
        while !Path::new(&file).exists() && began.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(Duration::from_millis(7 * nth));
        child.kill().expect("it can be killed");
        child.wait().expect("it can be waited for");
    }
    same(&unknot(KILLED), &unknot(&format!("{KILLED} --resume {file}")), "killed");
}
