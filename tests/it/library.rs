//! The library for Rust tests: what passes, and what a test that fails says.
//!
//! What reads the environment runs in a child process of this test binary,
//! since the environment of a process with threads is not to be changed. The
//! tests named `child_…` do nothing unless they are that child.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::time::Duration;

use unknot_checker::model::kind::Level;
use unknot_checker::replay::file::SchedFile;
use unknot_checker::sim::{Exception, Lock, Program, Shared, TimeMode, choose, sleep, spawn};
use unknot_checker::{Checked, Checker, Kind, Schedule, check, replay};

use crate::cli::sched_files::Folder;

const CHILD: &str = "UNKNOT_TEST_CHILD";

/// Two tasks that add one each, without a lock.
fn racy() -> Result<i64, Exception> {
    let x = Shared::named("x", 0);
    let theirs = x.clone();
    let task = spawn(move || theirs.write(theirs.read() + 1));
    x.write(x.read() + 1);
    task.join()?;
    Ok(x.read())
}

/// The same inside a lock.
fn locked() -> Result<i64, Exception> {
    let (x, lock) = (Shared::named("x", 0), Lock::named("lock"));
    let (theirs, inner) = (x.clone(), lock.clone());
    let task = spawn(move || -> Result<(), Exception> {
        let _guard = inner.lock()?;
        theirs.write(theirs.read() + 1);
        Ok(())
    });
    {
        let _guard = lock.lock()?;
        x.write(x.read() + 1);
    }
    task.join()??;
    Ok(x.read())
}

/// What an assertion panics with; `None` if it holds.
fn complaint(assert: impl FnOnce()) -> Option<String> {
    let payload = catch_unwind(AssertUnwindSafe(assert)).err()?;
    Some(payload.downcast_ref::<String>().expect("a panic with a text").clone())
}

fn schedule_in(text: &str) -> &str {
    let (_, rest) = text.split_once("UNKNOT_REPLAY='").expect(text);
    rest.split_once('\'').expect(text).0
}

#[test]
fn what_is_right_passes() {
    let checked = check(locked);
    checked.assert_pass();
    assert_eq!(checked.verdict().to_string(), "PASS (exhaustive)");
    assert_eq!((checked.report().executions, checked.report().outcomes.len()), (2, 1));
    // Whatever can be an outcome can be returned, or nothing.
    check(|| ()).assert_pass();
    check(|| (choose(2), "text".to_owned())).assert_pass();
    check(|| -> Result<(), Exception> { Ok(()) }).assert_pass();
    let exception = || -> Result<(), Exception> { Err(Exception::new("ValueError", "7")) };
    check(exception).assert_finds(Kind::Exception);
    check(|| assert_eq!(choose(2), 0)).assert_finds(Kind::Exception);
}

#[test]
fn a_failure_says_what_the_command_line_says() {
    let checked = Checker::new().name("racy").check(racy);
    let text = complaint(|| checked.assert_pass()).expect("a lost update");
    for part in [
        "racy does not pass\n\nFAIL lost-update (",
        "shown by 1 of 4 classes",
        "library.rs:24",
        "  step   T0 'main'",
        "read Shared 'x' = 0",
        " cargo test",
        "racy  ",
        "FAIL lost-update",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("unknot replay"), "{text}");
    // The schedule in the text shows it again.
    let schedule = Schedule::parse(schedule_in(&text)).expect("a schedule");
    let program: Program = std::sync::Arc::new(|| racy().map(Into::into));
    let replayed = replay::replay(&program, &schedule, Default::default());
    assert_eq!(replayed.divergence, None);
    assert!(replayed.proofs.iter().any(|proof| proof.identity.kind == Kind::LostUpdate));
}

#[test]
fn too_little_is_no_pass() {
    let few = Checker::new().name("few").max_executions(1).check(locked);
    let text = complaint(|| few.assert_pass()).expect("inconclusive");
    assert!(text.contains("few does not pass: not everything was looked at"), "{text}");
    assert!(text.contains("INCONCLUSIVE (budget: 1 executions)"), "{text}");
    let text = complaint(|| _ = few.assert_finds(Kind::Hang)).expect("no hang");
    assert!(text.contains("few does not find hang"), "{text}");
}

#[test]
fn what_is_allowed_passes() {
    let checked = Checker::new().allow(Kind::LostUpdate).check(racy);
    checked.assert_pass();
    checked.assert_finds(Kind::LostUpdate);
    assert!(checked.report().findings.iter().all(|finding| finding.level == Level::Note));
    let other = Checker::new().allow(Kind::Deadlock).check(racy);
    assert!(complaint(|| other.assert_pass()).is_some());
}

#[test]
fn samplers_have_seeds_and_never_pass() {
    let json = |checked: &Checked| serde_json::to_string(checked.report()).expect("a report");
    let sample = |seed| Checker::new().strategy("random").seed(seed).max_executions(20).check(racy);
    assert_eq!(json(sample(3).assert_finds(Kind::LostUpdate)), json(&sample(3)));
    assert_ne!(json(&sample(3)), json(&sample(4)));
    let sampled = Checker::new().strategy("urw").max_executions(50).check(locked);
    assert!(complaint(|| sampled.assert_pass()).is_some_and(|text| text.contains("INCONCLUSIVE")));
}

#[test]
fn durations_count_if_told_to() {
    let program = || {
        let x = Shared::new(0);
        let theirs = x.clone();
        let task = spawn(move || theirs.write(1));
        sleep(Duration::from_secs(1));
        let seen = x.read();
        task.join().map(|()| seen)
    };
    assert_eq!(check(program).report().outcomes.len(), 2);
    let checked = Checker::new().time(TimeMode::Virtual).timeouts(0).check(program);
    checked.assert_pass();
    assert_eq!(checked.report().outcomes.len(), 1);
    assert_eq!(checked.report().makespan.map(|makespan| makespan.most), Some(1_000_000));
}

/// The update is lost where one task preempts the other between read and write.
#[test]
fn preemptions_are_bounded_if_told_to() {
    let bounded = Checker::new().preemptions(0).check(racy);
    bounded.assert_pass_bounded();
    assert!(bounded.verdict().to_string().contains("bounded"), "{}", bounded.verdict());
    Checker::new().preemptions(1).check(racy).assert_finds(Kind::LostUpdate);
    let whole = Checker::new().preemptions(9).check(locked);
    assert!(whole.verdict().to_string().contains("exhaustive"), "{}", whole.verdict());
}

#[test]
fn mistakes_in_settings_say_what_exists() {
    let checker = Checker::new;
    for (checker, message) in [
        (checker().strategy("magic"), "no strategy is called 'magic'; there are: dpor, dfs"),
        (checker().seed(1), "dpor is a search and takes no seed"),
        (
            checker().strategy("urw").preemptions(1),
            "urw takes no bound on preemptions; those that do: dpor, dfs",
        ),
        (checker().max_executions(0), "at least 1"),
        (checker().max_steps(0), "at least 1"),
    ] {
        let text = complaint(|| drop(checker.check(|| ()))).expect(message);
        assert!(text.contains(message), "{text}");
    }
}

#[test]
fn child_racy() {
    if std::env::var_os(CHILD).is_some() {
        println!("asserted at library.rs:{}", line!() + 1);
        check(racy).assert_pass();
    }
}

#[test]
fn child_finds() {
    if std::env::var_os(CHILD).is_some() {
        check(racy).assert_finds(Kind::LostUpdate);
    }
}

/// Runs one test in a process of its own: whether it passed, and its output.
fn run_child(test: &str, schedule: Option<&str>) -> (bool, String) {
    run_child_in(test, schedule, None)
}

/// The same with a folder for what it leaves behind.
fn run_child_in(test: &str, schedule: Option<&str>, reports: Option<&str>) -> (bool, String) {
    let program = std::env::current_exe().expect("a test binary");
    let mut command = Command::new(program);
    command.args([&format!("library::{test}"), "--exact", "--nocapture", "--test-threads=2"]);
    command.env(CHILD, "1").env_remove("UNKNOT_REPLAY").env_remove("UNKNOT_REPORTS");
    if let Some(reports) = reports {
        command.env("UNKNOT_REPORTS", reports);
    }
    if let Some(schedule) = schedule {
        command.env("UNKNOT_REPLAY", schedule);
    }
    let output = command.output().expect("the child runs");
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(text).expect("output is UTF-8");
    assert!(text.contains("running 1 test\n"), "{text}");
    (output.status.success(), text)
}

#[test]
fn a_schedule_from_outside_is_replayed() {
    let (passed, text) = run_child("child_racy", None);
    assert!(!passed, "{text}");
    assert!(text.contains("cargo test library::child_racy -- --exact\n"), "{text}");
    // The panic points at the test.
    let (_, place) = text.split_once("asserted at ").expect("a line");
    let place = place.lines().next().expect("a line");
    assert!(text.contains(&format!("tests/it/{place}:")), "{place}: {text}");
    let lost = schedule_in(&text);
    // The printed schedule fails again, and is shown.
    let (passed, text) = run_child("child_racy", Some(lost));
    assert!(!passed, "{text}");
    let shown = format!("schedule '{lost}'");
    for part in [&shown, "FAIL lost-update: ", "the schedule in UNKNOT_REPLAY shows lost-update"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(run_child("child_finds", Some(lost)).0);
    // One that shows nothing passes, and says what that is worth. One that ends early
    // shows nothing of what would come then.
    let loud = "child_racy passes one schedule, the one in UNKNOT_REPLAY; nothing was searched";
    let early = "ends after 1 step, before the program does; unfinished: T0 at";
    for (harmless, passes, says) in [("T0*3 T1*3 T0*3", true, loud), ("T0", false, early)] {
        let (passed, text) = run_child("child_racy", Some(harmless));
        assert!(text.contains(&format!("schedule '{harmless}'")), "{text}");
        assert!(passed == passes && text.contains(says), "{text}");
        let (passed, text) = run_child("child_finds", Some(harmless));
        assert!(!passed && text.contains("UNKNOT_REPLAY shows nothing"), "{text}");
    }
    // A variable without a text is none.
    assert!(run_child("child_racy", Some(" ")).1.contains("shown by 1 of 4 classes"));
}

#[test]
fn a_failing_check_leaves_schedule_files_and_a_page() {
    let folder = Folder::new("reports");
    let (dir, path) =
        (folder.path("all"), folder.path("all/library/child_racy/lost-update-1.sched"));
    let (passed, text) = run_child_in("child_racy", None, Some(&dir));
    assert!(!passed && text.contains(&format!("  saved:  {path}\n")), "{text}");
    let bytes = std::fs::read(&path).expect("a file");
    let file = SchedFile::parse(&bytes).expect("a schedule file");
    assert_eq!(file.scenario, "library::child_racy");
    assert_eq!(file.shows, [Kind::LostUpdate]);
    // It is the schedule of the text.
    assert_eq!(file.schedule.to_string(), schedule_in(&text));
    // The page beside it shows that schedule, and the commands of the test.
    let page = folder.path("all/library/child_racy/check.html");
    assert!(text.contains(&format!("page: {page}\n")), "{text}");
    let page = std::fs::read_to_string(&page).expect("a page");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("\"kind\":\"lost-update\""));
    for part in [
        format!("\"schedule\":\"{}\"", file.schedule),
        "[\"UNKNOT_REPLAY='\",\"' cargo test library::child_racy -- --exact\"]".to_owned(),
        "\"claim\":\"if-and-only-if\"".to_owned(),
    ] {
        assert!(page.contains(&part), "{part}");
    }
    assert!(!page.contains("unknot replay"));
    // A test that passes leaves nothing, and without a folder none does.
    assert!(run_child_in("child_finds", None, Some(&folder.path("none"))).0);
    assert!(!std::path::Path::new(&folder.path("none")).exists());
    let (_, text) = run_child("child_racy", None);
    assert!(!text.contains("saved:") && !text.contains("page:"), "{text}");
    // A folder that cannot be made is told, with everything else.
    let (passed, text) = run_child_in("child_racy", None, Some(&path));
    assert!(!passed && text.contains("cannot write ") && text.contains("shown by 1"), "{text}");
}

#[test]
fn a_bad_schedule_from_outside_fails() {
    for (schedule, message) in [
        ("T0 X", "UNKNOT_REPLAY 'T0 X': malformed schedule at offset 3: 'X' is no task"),
        ("T0 T7", "does not fit library::child_racy: at step 1, there is no task T7 yet"),
    ] {
        let (passed, text) = run_child("child_racy", Some(schedule));
        assert!(!passed && text.contains(message), "{text}");
    }
}

#[test]
fn too_many_tasks_are_said_to_be() {
    fn link(n: u32) {
        if n > 0 {
            spawn(move || link(n - 1));
        }
    }
    // Each starts the next, which once took a path of its own depth at each step.
    let checked = Checker::new().max_steps(100_000).check(|| link(100_000));
    let verdict = format!("{:?}", checked.verdict());
    assert!(verdict.contains("Inconclusive"), "{verdict}");
    let told = complaint(|| checked.assert_pass()).expect("it does not pass");
    assert!(told.contains("an execution has more than 4,000 tasks"), "{told:.300}");
}
