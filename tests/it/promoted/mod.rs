//! What `unknot promote` writes is a test of this workspace: the files beside this one are
//! compiled and run here, and compared with what it writes.
//!
//! `knot.rs` keeps the fault of a scenario of the catalogue. `update.rs` is about a function
//! of this file, which is broken in a child process only: there its test fails, and here,
//! where the function is mended, it passes. After a change that is meant,
//! `UNKNOT_BLESS=1 cargo test -p unknot-tests promote` writes them anew.

#[rustfmt::skip]
mod knot;
#[rustfmt::skip]
mod update;

use std::fs;
use std::path::Path;
use std::process::Command;

use unknot_checker::sim::{Exception, Lock, Shared, spawn};
use unknot_checker::{Checker, Kind, program};
use unknot_scenarios::CATALOGUE;

use crate::cli::sched_files::Folder;
use crate::kit::support::unknot;

const CHILD: &str = "UNKNOT_TEST_CHILD";

/// Two tasks that add one each, with a lock where it is mended.
pub(crate) fn counter() -> Result<i64, Exception> {
    count(std::env::var_os(CHILD).is_some())
}

fn count(is_broken: bool) -> Result<i64, Exception> {
    let (x, lock) = (Shared::named("x", 0), Lock::named("lock"));
    let (theirs, inner) = (x.clone(), lock.clone());
    let task = spawn(move || -> Result<(), Exception> {
        let _guard = if is_broken { None } else { Some(inner.lock()?) };
        theirs.write(theirs.read() + 1);
        Ok(())
    });
    {
        let _guard = if is_broken { None } else { Some(lock.lock()?) };
        x.write(x.read() + 1);
    }
    task.join()??;
    Ok(x.read())
}

/// Says that a command writes the file of that name beside this one.
fn writes(name: &str, line: &str) {
    let ran = unknot(line);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{line}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("it/promoted").join(name);
    if std::env::var_os("UNKNOT_BLESS").is_some() {
        return fs::write(path, &ran.out).expect("the folder of this file");
    }
    let kept = fs::read_to_string(path).expect("a file beside this one");
    assert!(kept == ran.out, "{name} is\n{kept}\nand `{line}` writes\n{}", ran.out);
}

/// A schedule file of a knot.
fn knot(folder: &Folder) -> String {
    let path = folder.path("knot.sched");
    let ran = unknot(&format!("replay ab-ba-noodles -p group=1 'T0*2 T1 ! T2' -o {path}"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    path
}

#[test]
fn promote_writes_these_files() {
    let folder = Folder::new("promote");
    writes("knot.rs", &format!("promote {} --finds", knot(&folder)));
    let checked = Checker::new().name("counter").check(|| count(true));
    let report = checked.assert_finds(Kind::LostUpdate).report();
    let path = folder.path("update.sched");
    fs::write(&path, report.sched_file(&report.findings[0]).to_string()).expect("a file");
    writes("update.rs", &format!("promote {path} --program crate::promoted::counter"));
}

/// Runs the test of `update.rs` in a process of its own.
fn run_update(is_broken: bool) -> (bool, String) {
    let mut command = Command::new(std::env::current_exe().expect("a test binary"));
    command.args(["promoted::update::counter_lost_update", "--exact", "--nocapture"]);
    command.env_remove("UNKNOT_REPLAY").env_remove("UNKNOT_REPORTS").env_remove(CHILD);
    if is_broken {
        command.env(CHILD, "1");
    }
    let output = command.output().expect("the child runs");
    let text = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
    assert!(text.contains("running 1 test\n"), "{text}");
    (output.status.success(), text)
}

#[test]
fn the_promoted_test_fails_until_the_program_is_mended() {
    let (passes, text) = run_update(true);
    assert!(!passes, "{text}");
    for part in ["FAIL lost-update", "counter does not pass: its schedule shows lost-update"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let (passes, text) = run_update(false);
    assert!(passes, "{text}");
    let note = "note: counter passes its schedule, followed up to step ";
    assert!(text.contains(note) && text.contains("complete"), "{text}");
}

/// A knot that is no knot any more is followed to an end of the program.
#[test]
fn a_schedule_is_followed_to_an_end() {
    let form = |name| program(CATALOGUE, name, &[("group", 1)]);
    let replay = |name| Checker::new().name(name).replay("T0*2 T1 ! T2", form(name));
    let broken = replay("ab-ba-noodles/opposite-orders");
    broken.assert_finds(Kind::Deadlock);
    let failed = std::panic::catch_unwind(|| broken.assert_pass()).expect_err("a deadlock");
    let text = failed.downcast_ref::<String>().expect("a text");
    let says = "ab-ba-noodles/opposite-orders does not pass: its schedule shows deadlock";
    assert_eq!(text, says);
    replay("ab-ba-noodles/one-order").assert_pass();
}

#[test]
fn unknown_programs_are_named() {
    let message = |name, sizes: &'static [(&'static str, i64)]| {
        let failed = std::panic::catch_unwind(|| drop(program(CATALOGUE, name, sizes)));
        *failed.expect_err("a mistake").downcast::<String>().expect("a text")
    };
    let text = message("ab-ba-noodles", &[]);
    assert!(text.contains("no scenario is called 'ab-ba-noodles'; there are: "), "{text}");
    let text = message("ab-ba-noodles/one-order", &[("bowls", 3)]);
    assert!(text.contains("has no parameter 'bowls'; it has: group"), "{text}");
}

#[test]
fn promote_refuses_what_could_not_fail() {
    let folder = Folder::new("promote-bad");
    let (knot, harmless) = (knot(&folder), folder.path("harmless.sched"));
    unknot(&format!("replay ab-ba-noodles/one-order -p group=1 'T0*2' -o {harmless}"));
    let text = fs::read_to_string(&knot).expect("a file");
    let written = |name: &str, from: &str, to: &str| {
        let path = folder.path(name);
        fs::write(&path, text.replace(from, to)).expect("a file");
        path
    };
    let unknown = written("unknown.sched", "scenario ab-ba-noodles/opposite", "scenario mine/some");
    let mended = written("mended.sched", "/opposite-orders", "/one-order");
    for (line, code, message) in [
        (format!("promote {harmless}"), 1, "harmless.sched shows no error, so a test of it"),
        (format!("promote {unknown}"), 2, "if it is a test, --program PATH names the function"),
        (format!("promote {mended}"), 1, "mended.sched does not fit ab-ba-noodles/one-order"),
        (format!("promote {knot} --program a.b"), 2, "a path of Rust is wanted"),
        (format!("promote {knot} --program f --catalogue C"), 2, "cannot be used with"),
        ("promote nowhere.sched".to_owned(), 2, "cannot read nowhere.sched"),
    ] {
        let ran = unknot(&line);
        assert_eq!((ran.code, ran.out.as_str()), (code, ""), "{line}: {}", ran.err);
        assert!(ran.err.contains(message), "{line}: {}", ran.err);
    }
    // Terms and long schedules are written as a test takes them.
    let long = folder.path("long.sched");
    let options = "--timeouts 1 --max-steps 200 --time virtual --stack 1M";
    let line = format!("replay lost-update-decrement -p threads=9 {options} --strategy random");
    unknot(&format!("{line} --seed 1 -o {long}"));
    let test = unknot(&format!("promote {long} --catalogue my::ALL -o {}", folder.path("long.rs")));
    assert_eq!((test.code, test.out.as_str()), (0, ""), "{}", test.err);
    let test = fs::read_to_string(folder.path("long.rs")).expect("a file");
    for part in [
        "use unknot_checker::sim::TimeMode;",
        "        .time(TimeMode::Virtual)\n        .timeouts(1)\n        .max_steps(200)\n",
        "        .stack(1048576)\n",
        "        my::ALL,\n        \"lost-update-decrement/no-lock\",\n        &[(\"threads\", 9)],\n",
        " \\\n             T",
        "        .assert_pass();\n",
    ] {
        assert!(test.contains(part), "{part}: {test}");
    }
    assert!(test.lines().all(|line| line.len() <= 100), "{test}");
}
