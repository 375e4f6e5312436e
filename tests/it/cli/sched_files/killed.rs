//! A check that is killed leaves what it had found.

use std::ffi::OsString;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use unknot_checker::cli;
use unknot_checker::sim::{Exception, Lock, Shared, Value, spawn};
use unknot_checker::{Expectation, Kind, Params, Scenario, Variant, source};

use super::Folder;
use crate::kit::support::unknot_on;

/// The variable with the folder that a child saves in.
const CHILD: &str = "UNKNOT_TEST_KILLED";

/// Ten tasks count without a lock, and two of them take two locks in opposite orders:
/// a search finds both in its first executions and has millions before it.
fn goes_on(_: &Params) -> Result<Value, Exception> {
    let (number, left, right) = (Shared::new(0), Lock::new(), Lock::new());
    let tasks = (0..10).map(|nth| {
        let (number, left, right) = (number.clone(), left.clone(), right.clone());
        spawn(move || {
            number.write(number.read() + 1);
            let (first, second) = if nth == 0 { (&left, &right) } else { (&right, &left) };
            if nth < 2 {
                let _first = first.lock()?;
                let _second = second.lock()?;
            }
            Ok(())
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.join()??;
    }
    Ok(Value::Unit)
}

const GOES_ON: &[Scenario] = &[Scenario {
    name: "goes-on",
    family: "t",
    about: "more than can be searched",
    covers: &[],
    params: &[],
    variants: &[Variant::new("both", "a knot and a loss", goes_on, |_| {
        Expectation::pass().sometimes(Kind::Deadlock).sometimes(Kind::LostUpdate)
    })],
    source: source!("killed.rs"),
}];

#[test]
fn child() {
    let Ok(folder) = std::env::var(CHILD) else { return };
    let words = "unknot check goes-on --strategy dpor --max-executions 1000000000 --jobs 2 --save";
    let words = words.split(' ').map(OsString::from).chain([OsString::from(folder)]);
    let _ = cli::run(words, GOES_ON, &mut std::io::sink(), &mut std::io::sink());
}

#[test]
fn what_was_found_is_there() {
    let folder = Folder::new("files-killed");
    let mut command = Command::new(std::env::current_exe().expect("a test binary"));
    command.args(["cli::sched_files::killed::child", "--exact", "--nocapture", "--test-threads=1"]);
    let mut child = command
        .env(CHILD, folder.path("found"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the child runs");
    let kinds = ["deadlock", "lost-update"];
    let paths = kinds.map(|kind| folder.path(&format!("found/goes-on/both/found-{kind}-1.sched")));
    let are_there = || paths.iter().all(|path| std::fs::exists(path).unwrap_or(false));
    let began = Instant::now();
    while !are_there() && began.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let ended = child.try_wait().expect("it can be waited for");
    child.kill().expect("it can be killed");
    child.wait().expect("it can be waited for");
    assert_eq!(ended, None, "the check goes on");
    for (kind, path) in kinds.iter().zip(&paths) {
        let again = unknot_on(GOES_ON, &format!("replay {path}"));
        assert_eq!((again.code, again.err.as_str()), (0, ""), "{path}: {}", again.out);
        assert!(again.out.contains(kind) && again.out.contains("FAIL"), "{}", again.out);
    }
}
