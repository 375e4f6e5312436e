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
use unknot_checker::sim::{Exception, Value, yield_now};
use unknot_checker::{Expectation, Params, Scenario, Variant, source};

/// The variable with the command line of a child.
const CHILD: &str = "UNKNOT_TEST_DEAF";

fn ends(_: &Params) -> Result<Value, Exception> {
    yield_now();
    Ok(Value::Unit)
}

/// Goes round for ever without a step.
fn spins(_: &Params) -> Result<Value, Exception> {
    yield_now();
    loop {
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// A lock of the system across a step: the second task waits for it for ever, and
/// with it the thread of the whole search.
fn locks(_: &Params) -> Result<Value, Exception> {
    static LOCK: Mutex<()> = Mutex::new(());
    let held = LOCK.lock();
    let task = unknot_checker::sim::spawn(|| drop(LOCK.lock()));
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

#[test]
fn child() {
    let Ok(line) = std::env::var(CHILD) else { return };
    let words = line.split(' ').map(OsString::from);
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    let status = cli::run(words, DEAF, &mut out, &mut err);
    // Only a command that ends by itself comes here.
    let _ = writeln!(out, "ended by itself");
    std::process::exit(status.code().into());
}

/// The code, the output behind what the harness prints, and the other output.
fn run(line: &str) -> (Option<i32>, String, String) {
    let mut command = Command::new(std::env::current_exe().expect("a test binary"));
    command.args(["deaf::child", "--exact", "--nocapture", "--test-threads=1"]);
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

/// Silence of five seconds is told, with the check that keeps it.
#[test]
fn silence_is_told() {
    let (code, out, err) = run("unknot check deaf/locks --time-limit 8");
    assert_eq!(code, Some(3), "{out}{err}");
    assert!(err.starts_with("note: deaf/locks: no execution has ended for 5 s; a task"), "{err}");
    assert_eq!(err.lines().count(), 1, "{err}");
    assert!(out.contains("INCONCLUSIVE (time limit: 8 s; 0 executions)"), "{out}");
    assert!(out.contains("1 checked, 0 as declared") && !out.contains("ended by itself"), "{out}");
}
