//! A task that makes no step again cannot be ended from inside, so the command ends
//! without it: what is finished is printed, the rest is inconclusive.
//!
//! Each case runs in a process of its own, since the command ends that.

use std::ffi::OsString;
use std::io::Write;
use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use unknot_checker::cli;
use unknot_checker::sim::{
    Exception, Semaphore, Shared, Value, spawn, spawn_named, wait_until, yield_now,
};
use unknot_checker::{Expectation, Params, Scenario, Variant, source};

/// The variable with the command line of a child.
const CHILD: &str = "UNKNOT_TEST_DEAF";

fn ends(_: &Params) -> Result<Value, Exception> {
    yield_now();
    Ok(Value::Unit)
}

/// Goes round for ever without a step.
fn round() -> ! {
    loop {
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn spins(_: &Params) -> Result<Value, Exception> {
    yield_now(); // here: spins
    round()
}

/// Another task than the first, and not the last one that was started.
fn one_of_three(_: &Params) -> Result<Value, Exception> {
    let number = Shared::new(0);
    for name in ["calm", "mad", "idle"] {
        let number = number.clone();
        spawn_named(name, move || {
            let seen = number.read(); // here: one of three
            if name == "mad" {
                round();
            }
            seen
        });
    }
    Ok(Value::Unit)
}

/// A condition that does not answer once the variable is written.
fn asks(_: &Params) -> Result<Value, Exception> {
    let number = Shared::new(0);
    let theirs = number.clone();
    let answers = move || if theirs.read() == 0 { false } else { round() };
    let task = spawn(move || wait_until(answers)); // here: asks
    number.write(1);
    task.join()?;
    Ok(Value::Unit)
}

struct Spins;

impl Drop for Spins {
    fn drop(&mut self) {
        round()
    }
}

/// A destructor that does not end, of a task that waits for ever.
fn leaves(_: &Params) -> Result<Value, Exception> {
    let semaphore = Semaphore::new(0);
    yield_now(); // here: leaves
    let _spins = Spins;
    semaphore.acquire();
    Ok(Value::Unit)
}

/// A lock of the system across a step: the second task waits for it for ever, and
/// with it the thread of the whole search.
fn locks(_: &Params) -> Result<Value, Exception> {
    static LOCK: Mutex<()> = Mutex::new(());
    let held = LOCK.lock();
    let task = spawn(|| drop(LOCK.lock())); // here: locks
    yield_now();
    drop(held);
    task.join()?;
    Ok(Value::Unit)
}

const DEAF: &[Scenario] = &[Scenario {
    name: "deaf",
    family: "t",
    about: "tasks that make no step",
    covers: &[],
    params: &[],
    variants: &[
        Variant::new("ends", "does", ends, |_| Expectation::pass()),
        Variant::new("spins", "for ever", spins, |_| Expectation::pass()),
        Variant::new("locks", "across a step", locks, |_| Expectation::pass()),
    ],
    source: source!("deaf.rs"),
}];

const SILENT: &[Scenario] = &[Scenario {
    name: "silent",
    variants: &[
        Variant::new("spins", "", spins, |_| Expectation::pass()),
        Variant::new("locks", "", locks, |_| Expectation::pass()),
        Variant::new("one-of-three", "", one_of_three, |_| Expectation::pass()),
        Variant::new("asks", "", asks, |_| Expectation::pass()),
        Variant::new("leaves", "", leaves, |_| Expectation::pass()),
    ],
    ..DEAF[0]
}];

/// The line of this file with a mark, as it is shown.
fn here(mark: &str) -> String {
    let mark = format!("// here: {mark}");
    let at = include_str!("deaf.rs").lines().position(|line| line.contains(&mark));
    format!("tests/it/findings/deaf.rs:{}", at.expect(&mark) + 1)
}

#[test]
fn child() {
    let Ok(line) = std::env::var(CHILD) else { return };
    let words = line.split(' ').map(OsString::from);
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    let catalogue = if line.contains("silent") { SILENT } else { DEAF };
    let status = cli::run(words, catalogue, &mut out, &mut err);
    // Only a command that ends by itself comes here.
    let _ = writeln!(out, "ended by itself");
    std::process::exit(status.code().into());
}

/// The code, the output behind what the harness prints, and the other output.
fn run(line: &str) -> (Option<i32>, String, String) {
    let mut command = Command::new(std::env::current_exe().expect("a test binary"));
    command.args(["findings::deaf::child", "--exact", "--nocapture", "--test-threads=1"]);
    let output = command.env(CHILD, line).output().expect("the child runs");
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    let out = text(output.stdout);
    let (_, out) = out.split_once("running 1 test\n").expect("the harness says so");
    (output.status.code(), out.to_owned(), text(output.stderr))
}

#[test]
fn a_time_limit_ends_the_command_all_the_same() {
    let began = Instant::now();
    let (code, out, err) = run("unknot check --time-limit 1 --jobs 1 --format json");
    assert_eq!((code, err.as_str()), (Some(3), ""), "{out}");
    let start = out.find('[').expect("a document");
    let document: serde_json::Value = serde_json::from_str(&out[start..]).expect("one document");
    let told = |nth: usize| {
        let report = &document[nth];
        ["scenario", "verdict"].map(|key| report[key].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(told(0), ["deaf/ends", "pass"]);
    assert_eq!(told(1), ["deaf/spins", "inconclusive"]);
    assert_eq!(told(2), ["deaf/locks", "inconclusive"]);
    assert_eq!(document[1]["ended_by"], "time limit: 1 s");
    // One second, and two of silence; the rest is for a machine that is busy.
    assert!(began.elapsed() < Duration::from_secs(60));
}

/// Silence of five seconds is told, with the task that keeps it and its last step.
#[test]
fn silence_is_told() {
    let (code, out, err) = run("unknot check silent --jobs 5 --time-limit 8");
    assert_eq!(code, Some(3), "{out}{err}");
    let why = "; a loop that makes no step, or a lock of the system that is held across one, \
               does that";
    // Each task of each variant does the same in all executions before the silent one.
    let told = [
        ("spins", format!("T0 'main' makes no step after that at {}", here("spins"))),
        ("locks", format!("T1, started at {}, makes no step", here("locks"))),
        ("one-of-three", format!("T2 'mad' makes no step after that at {}", here("one of three"))),
        ("asks", format!("T1 does not say whether what it waits for at {} holds", here("asks"))),
        (
            "leaves",
            format!(
                "T0 'main' does not end after its step at {}, with the execution",
                here("leaves")
            ),
        ),
    ];
    let told = told.map(|(name, task)| {
        format!("note: silent/{name}: no execution has ended for 5 s: {task}{why}")
    });
    assert_eq!(err.lines().collect::<Vec<_>>(), told);
    assert!(out.contains("INCONCLUSIVE (time limit: 8 s; 0 executions)"), "{out}");
    assert!(out.contains("5 checked, 0 as declared") && !out.contains("ended by itself"), "{out}");
}
