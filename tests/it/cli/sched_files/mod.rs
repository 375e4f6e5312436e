//! Schedule files: what is written is read again, and a replay against another
//! program says where the two part.

mod killed;
mod mended;
mod round_trip;
#[cfg(unix)]
mod written;

use std::fs;
use std::path::PathBuf;

use unknot_checker::model::scenario::Body;
use unknot_checker::replay::file::{MAX_BYTES, SchedFile};
use unknot_checker::sim::{Exception, Semaphore, Shared, Value, spawn};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant, source};

use crate::kit::support::{Ran, unknot, unknot_on};

/// A folder that is gone when the test is through.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("unknot-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder for temporary files");
        Folder(path)
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("a path that is text").to_owned()
    }

    /// Everything in it, with folders, sorted.
    fn files(&self) -> Vec<String> {
        let (mut folders, mut files) = (vec![self.0.clone()], vec![]);
        while let Some(folder) = folders.pop() {
            for path in fs::read_dir(folder).expect("a folder").flatten().map(|e| e.path()) {
                let name = path.strip_prefix(&self.0).expect("inside").display().to_string();
                files.push(name.replace('\\', "/"));
                if path.is_dir() {
                    folders.push(path);
                }
            }
        }
        files.sort();
        files
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A replay of a file says what a replay of the schedule says, to the byte, and
/// writes the same file again.
#[test]
fn files_are_replayed_as_their_schedules_are() {
    let folder = Folder::new("files-replayed");
    let (first, second) = (folder.path("first.sched"), folder.path("second.sched"));
    for line in [
        "ab-ba-noodles -p group=1 'T0*2 T1 ! T2'",
        // One that ends before the program does.
        "ab-ba-noodles -p group=1 'T0*2 T1'",
        "ab-ba-noodles -p group=1 'T0'",
        "ab-ba-noodles/one-order --time virtual --timeouts 0 --max-steps 7 ''",
        "ab-ba-noodles -p group=1 --stack 512K 'T0*2 T1'",
        // One that is cut by the limit.
        "ab-ba-noodles -p group=1 --max-steps 3 'T0*2 T1'",
        "ab-ba-noodles -p group=3 --strategy pct --seed 7 --execution 17",
        "lost-update-decrement -p threads=3 --strategy random --seed 1 --format json",
    ] {
        let name = line.split(' ').next().expect("a scenario");
        let format = if line.contains("json") { "json" } else { "text" };
        let shown = unknot(&format!("replay {line}"));
        let written = unknot(&format!("replay {line} -o {first}"));
        // What reaches no end says so, and is a failure.
        assert!(shown.code <= 1, "{line}: {}", shown.err);
        let is_open = [" steps, stopped", " steps, cut"].iter().any(|how| shown.out.contains(how));
        assert_eq!(shown.err.is_empty(), !is_open, "{line}: {}", shown.out);
        assert_eq!((written.code, &written.out), (shown.code, &shown.out), "{line}");
        let again = unknot(&format!("replay {name} --file {first} --format {format} -o {second}"));
        assert_eq!(again.err, shown.err, "{line}");
        assert_eq!((again.code, &again.out), (shown.code, &shown.out), "{line}");
        let bytes = fs::read(&first).expect("a file was written");
        assert_eq!(bytes, fs::read(&second).expect("another file was written"), "{line}");
        let read = SchedFile::parse(&bytes).expect("what we write we can read");
        assert_eq!(read.to_string().as_bytes(), bytes, "{line}");
    }
    assert_eq!(folder.files(), ["first.sched", "second.sched"]);
}

#[test]
fn graphs_are_of_files_too() {
    let folder = Folder::new("files-graphs");
    let file = folder.path("knot.sched");
    let schedule = "-p group=1 'T0*2 T1 ! T2'";
    assert_eq!(unknot(&format!("replay ab-ba-noodles {schedule} -o {file}")).code, 0);
    for more in ["", " --format dot", " --format json --at 3", " --kind resource --format mermaid"]
    {
        let one = unknot(&format!("graph ab-ba-noodles {schedule}{more}"));
        let other = unknot(&format!("graph ab-ba-noodles --file {file}{more}"));
        assert_eq!((one.code, one.out), (other.code, other.out), "{more}: {}", other.err);
    }
}

/// Written by hand after the description of the format: a second witness that
/// what is written is what is described.
#[test]
fn a_file_by_hand_is_replayed() {
    let folder = Folder::new("files-by-hand");
    let file = folder.path("hand.sched");
    let header = "unknot-schedule 1\nscenario tiny/only\nparam n=1\ntime any\ntimeouts 2\n";
    let step = format!("0\tT0\twrite\tShared 'x'\t{}:{WRITES_AT}\n", file!());
    let text = format!("{header}max-steps 10\nended stopped\nschedule T0\n{step}");
    fs::write(&file, text).expect("a file");
    let ran = tiny(old, &format!("replay tiny --file {file}"));
    let open =
        "error: the schedule ends after 1 step, before the program does; unfinished: T0 at read";
    assert!(ran.code == 1 && ran.err.starts_with(open), "{}", ran.err);
}

#[test]
fn what_contradicts_a_file_is_refused() {
    let folder = Folder::new("files-contradicted");
    let file = folder.path("it.sched");
    let made = unknot(&format!("replay ab-ba-noodles -p group=2 --time virtual 'T0*2' -o {file}"));
    assert_eq!(made.code, 1, "it ends early: {}", made.err);
    let fits = format!("--file {file} -p group=2 --time virtual --timeouts 2 --max-steps 10000");
    assert_eq!(unknot(&format!("replay ab-ba-noodles {fits}")).code, 1);
    for (line, messages) in [
        ("ab-ba-noodles --time any", ["--time any", "with virtual"]),
        ("ab-ba-noodles -p group=1", ["-p group=1", "with 2"]),
        ("ab-ba-noodles --timeouts 3", ["--timeouts 3", "with 2"]),
        ("ab-ba-noodles --max-steps 9", ["--max-steps 9", "with 10000"]),
        ("ab-ba-noodles --stack 1M", ["--stack 1M", "with 256K"]),
        (
            "ab-ba-noodles/one-order",
            ["ab-ba-noodles/opposite-orders", "not of ab-ba-noodles/one-order"],
        ),
        (
            "lost-update-decrement",
            ["ab-ba-noodles/opposite-orders", "not of lost-update-decrement/"],
        ),
        ("ab-ba-noodles --strategy pct --seed 1", ["--file", "not both"]),
        ("ab-ba-noodles 'T0'", ["--file", "not both"]),
    ] {
        for command in ["replay", "graph"] {
            let ran = unknot(&format!("{command} {line} --file {file}"));
            assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}: {}", ran.err);
            for message in messages {
                assert!(ran.err.contains(message), "{line}: {}", ran.err);
            }
        }
    }
}

/// The first steps of `old`, by their lines.
const WRITES_AT: u32 = line!() + 5;
const READS_AT: u32 = WRITES_AT + 1;

fn old(_: &Params) -> Result<Value, Exception> {
    let x = Shared::named("x", 0);
    x.write(1);
    let _ = x.read();
    Ok(Value::Unit)
}

const OTHER_WRITES_AT: u32 = line!() + 4;

fn other_lines(_: &Params) -> Result<Value, Exception> {
    let x = Shared::named("x", 0);
    x.write(1);
    let _ = x.read();
    Ok(Value::Unit)
}

fn other_operation(_: &Params) -> Result<Value, Exception> {
    let x = Shared::named("x", 0);
    x.write(1);
    x.write(2);
    Ok(Value::Unit)
}

fn other_object(_: &Params) -> Result<Value, Exception> {
    let (x, y) = (Shared::named("x", 0), Shared::named("y", 0));
    x.write(1);
    let _ = y.read();
    Ok(Value::Unit)
}

fn step_less(_: &Params) -> Result<Value, Exception> {
    let x = Shared::named("x", 0);
    x.write(1);
    Ok(Value::Unit)
}

/// The main task and another take a permit each, and main does a step more.
fn two_take(permits: u32) -> Result<Value, Exception> {
    let permit = Semaphore::named("permit", permits);
    let theirs = permit.clone();
    let task = spawn(move || theirs.acquire());
    permit.acquire();
    Shared::named("x", 0).write(1);
    task.join()?;
    Ok(Value::Unit)
}

/// Runs a command line on a catalogue of one program.
fn tiny(body: Body, line: &str) -> Ran {
    let expect = |_: &Params| Expectation::pass().sometimes(Kind::Deadlock);
    let variant = Variant::new("only", "one", body, expect);
    let scenario = Scenario {
        name: "tiny",
        family: "tiny",
        about: "a program that changes",
        covers: &[],
        params: &[Param { name: "n", about: "no matter", default: 1, min: 0, max: 2 }],
        variants: Box::leak(Box::new([variant])),
        source: source!("mod.rs"),
    };
    unknot_on(&[scenario], line)
}

#[test]
fn a_changed_program_is_told_step_by_step() {
    let folder = Folder::new("files-changed");
    let file = folder.path("before.sched");
    let read = format!("recorded: T0 read Shared 'x' ({}:{READS_AT}); now: T0 ", file!());
    let stuck = "recorded: stuck; now: enabled: T1 acquire Semaphore 'permit' (";
    for (before, schedule, after, message) in [
        // Step 0 is the write, step 1 the read, step 2 the end of main.
        (old as Body, "T0*3", other_operation as Body, format!("step 1, {read}write Shared 'x'")),
        (old, "T0*3", other_object, format!("step 1, {read}read Shared 'y'")),
        (old, "T0*3", step_less, format!("step 1, {read}end (")),
        (step_less, "T0*2", old, "step 1, recorded: T0 end".to_owned()),
        // The second to take a permit, at step 2, finds none.
        (
            |_| two_take(2),
            "T0*2 T1",
            |_| two_take(1),
            "step 2, recorded: T1 acquire Semaphore 'permit'".to_owned(),
        ),
        (
            |_| two_take(2),
            "T0*2 T1",
            |_| two_take(1),
            "; now: T1 is blocked at 'acquire Semaphore 'permit''".to_owned(),
        ),
        // After the third step of main nobody else could make one.
        (|_| two_take(2), "T0*3 T1", |_| two_take(1), "; stuck: T0 join T1 (".to_owned()),
        // Behind step 2 nobody could go on, and now somebody can.
        (|_| two_take(1), "T0*3", |_| two_take(2), format!("step 3, {stuck}")),
        (
            |_| two_take(2),
            "T0*3",
            |_| two_take(1),
            "step 3, recorded: the program could go on; now: stuck: T0 join T1 (".to_owned(),
        ),
    ] {
        let made = tiny(before, &format!("replay tiny '{schedule}' -o {file}"));
        assert!(made.code <= 1, "some end early: {}", made.err);
        // The program is another one, which is no wrong usage.
        let ran = tiny(after, &format!("replay tiny --file {file} -o {}", folder.path("no")));
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{}", ran.err);
        assert!(ran.err.contains("does not fit tiny/only: at "), "{}", ran.err);
        assert!(ran.err.contains(&message), "{message}: {}", ran.err);
    }
    assert_eq!(folder.files(), ["before.sched"]);
}

/// An edit that moves lines is no other program.
#[test]
fn moved_lines_are_a_note() {
    let folder = Folder::new("files-moved");
    let file = folder.path("old.sched");
    assert_eq!(tiny(old, &format!("replay tiny 'T0*3' -o {file}")).code, 0);
    let same = tiny(other_lines, "replay tiny 'T0*3'");
    let ran = tiny(other_lines, &format!("replay tiny --file {file}"));
    assert_eq!((ran.code, &ran.out), (0, &same.out), "{}", ran.err);
    // The write and the read have moved, and main ends where it reads.
    let start = format!("note: 3 steps are at other lines than in {file}, the first is step 0: ");
    let places = format!("recorded: {0}:{WRITES_AT}; now: {0}:{OTHER_WRITES_AT}\n", file!());
    assert_eq!(ran.err, start + &places);
}

/// A parameter that a scenario has got since is asked for, not guessed.
#[test]
fn parameters_of_a_file_are_those_of_the_scenario() {
    let folder = Folder::new("files-params");
    let file = folder.path("it.sched");
    assert_eq!(tiny(old, &format!("replay tiny 'T0*3' -o {file}")).code, 0);
    let text = fs::read_to_string(&file).expect("a file was written");
    for (instead, more, code, message) in [
        ("param n=1\n", "", 0, ""),
        ("", "", 2, "has no parameter 'n' (no matter); add -p n=1"),
        ("", " -p n=2", 0, ""),
        ("param n=3\n", "", 2, "from 0 to 2"),
        ("param n=1\nparam m=1\n", "", 2, "tiny has no parameter 'm'; it has: n"),
    ] {
        fs::write(&file, text.replace("param n=1\n", instead)).expect("a file");
        let ran = tiny(old, &format!("replay tiny --file {file}{more}"));
        assert_eq!(ran.code, code, "{instead}{more}: {}", ran.err);
        assert!(ran.err.contains(message), "{instead}{more}: {}", ran.err);
    }
}

#[test]
fn a_check_saves_what_it_finds() {
    let folder = Folder::new("files-saved");
    let dir = folder.path("deep/found");
    let line = "check ab-ba-noodles -p group=1";
    let ran = unknot(&format!("{line} --save {dir}"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    // Only the first variant is broken, and with one pair of guests there is
    // one knot.
    let files = folder.files();
    let files: Vec<&String> = files.iter().filter(|name| name.ends_with(".sched")).collect();
    assert_eq!(files, ["deep/found/ab-ba-noodles/opposite-orders/group=1/deadlock-1.sched"]);
    let saved = folder.path(files[0]);
    let again = unknot(&format!("replay ab-ba-noodles --file {saved}"));
    assert_eq!((again.code, again.err.as_str()), (0, ""));
    assert!(again.out.contains("FAIL deadlock"), "{}", again.out);
    // A report of one variant names the file, right below the command.
    let one = line.replace(" -p", "/opposite-orders -p");
    let text = unknot(&format!("{one} --save {dir}")).out;
    let (_, after) = text.split_once("  replay: ").expect("a command");
    let named = after.lines().nth(1).expect("a line after it");
    assert_eq!(
        named,
        format!("  saved:  {dir}/ab-ba-noodles/opposite-orders/group=1/deadlock-1.sched")
    );
    let plain = unknot(&one).out;
    assert_eq!(text.replace(&format!("{named}\n"), ""), plain);
    // As data a report is the same wherever files go.
    let json = unknot(&format!("{one} --format json --save {dir}"));
    assert_eq!(json.out, unknot(&format!("{one} --format json")).out);
}

/// Nothing runs if nothing can be written, and nothing is left of the attempt.
#[test]
fn what_cannot_be_written_is_refused() {
    let folder = Folder::new("files-refused");
    let file = folder.path("file");
    fs::write(&file, "mine").expect("a file");
    let read_only = folder.path("read-only");
    fs::write(&read_only, "mine").expect("a file");
    let mut permissions = fs::metadata(&read_only).expect("a file").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&read_only, permissions).expect("my file");
    let large = folder.path("large");
    fs::File::create(&large).and_then(|file| file.set_len(MAX_BYTES + 1)).expect("a file");
    let before = folder.files();
    let at = folder.path("");
    for (line, message) in [
        (format!("replay ab-ba-noodles 'T0' -o {at}"), "it is a folder"),
        (format!("replay ab-ba-noodles 'T0' -o {at}new/"), "it names no file"),
        (format!("replay ab-ba-noodles 'T0' -o {at}missing/it"), "cannot write"),
        (format!("replay ab-ba-noodles 'T0' -o {file}/it"), "cannot write"),
        (format!("replay ab-ba-noodles 'T0' -o {read_only}"), "it is read-only"),
        (format!("graph ab-ba-noodles -o {read_only}"), "it is read-only"),
        (format!("check ab-ba-noodles --save {file}"), "cannot make the folder"),
        (format!("check ab-ba-noodles --save {file}/it"), "cannot make the folder"),
        (format!("replay ab-ba-noodles --file {at}missing"), "cannot read"),
        (format!("replay ab-ba-noodles --file {at}"), "cannot read"),
        (format!("replay ab-ba-noodles --file {large}"), "more than 134217728 bytes"),
        (format!("replay ab-ba-noodles --file {file}"), "is no schedule file: line 1: "),
    ] {
        let ran = unknot(&line);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}: {}", ran.err);
        assert!(ran.err.contains(message), "{line}: {}", ran.err);
        assert_eq!(folder.files(), before, "{line}");
    }
    assert_eq!(fs::read_to_string(&file).expect("a file"), "mine");
}
