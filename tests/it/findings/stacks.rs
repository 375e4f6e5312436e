//! A task that needs more stack than it has, which only a process of its own can
//! show: it ends with a message that names program, task and size.

use std::ffi::OsString;
use std::io;
use std::process::{Command, ExitStatus};

use unknot_checker::model::scenario::{Expectation, Params};
use unknot_checker::sim::{Exception, Lock, Shared, Value, outcome_at_exit, spawn_named};
use unknot_checker::{Checker, Scenario, Variant, cli, source};

/// What a child is to do; without it a test that is one does nothing.
const CHILD: &str = "UNKNOT_TEST_STACKS";

/// Needs 300 to 600 bytes for each level, as it is compiled.
fn deep(levels: u32) -> u64 {
    let filled = std::hint::black_box([u64::from(levels); 32]);
    if levels == 0 { filled[0] } else { deep(levels - 1) + filled[31] }
}

/// A task goes down so many levels while another holds a lock: 1,820 were enough
/// for the usual stack to be too small.
fn diver(levels: u32) -> Result<Value, Exception> {
    let (lock, depth) = (Lock::new(), Shared::new(0));
    let (theirs, reached) = (lock.clone(), depth.clone());
    let task = spawn_named(("diver", 7), move || -> Result<(), Exception> {
        let _guard = theirs.lock()?;
        reached.write(deep(levels));
        Ok(())
    });
    drop(lock.lock()?);
    task.join()??;
    Ok((depth.read() > 0).into())
}

fn deep_variant(_: &Params) -> Result<Value, Exception> {
    diver(200)
}

fn deeper_variant(_: &Params) -> Result<Value, Exception> {
    diver(20_000)
}

fn passes(_: &Params) -> Expectation {
    Expectation::pass()
}

const CATALOGUE: &[Scenario] = &[Scenario {
    name: "dive",
    family: "stacks",
    about: "a task that calls itself again and again",
    covers: &[],
    params: &[],
    variants: &[
        Variant::new("shallow", "within the usual stack", deep_variant, passes),
        Variant::new("deep", "with the usual stack", deeper_variant, passes),
        Variant::new("roomy", "with a larger one", deeper_variant, passes).with_stack(16 << 20),
    ],
    source: source!("stacks.rs"),
}];

#[test]
fn child() {
    let Some(line) = std::env::var_os(CHILD) else { return };
    let line = line.into_string().expect("text");
    match line.as_str() {
        "library" => _ = Checker::new().name("deep").check(|| diver(20_000)),
        "jobs" => _ = Checker::new().name("deep").jobs(2).check(|| diver(20_000)),
        "roomy" => Checker::new().stack(16 << 20).check(|| diver(20_000)).assert_pass(),
        "at exit" => {
            let check = Checker::new().name("deep");
            _ = check.check(|| outcome_at_exit(|| i64::from(deep(100_000) > 0)));
        }
        "not ours" => {
            let thread = std::thread::spawn(|| deep(1_000_000));
            println!("{:?}", thread.join().map(|deep| deep > 0));
        }
        line => {
            let words = line.split(' ').map(|word| OsString::from(word.replace('_', " ")));
            let status = cli::run(words, CATALOGUE, &mut io::stdout(), &mut io::stderr());
            std::process::exit(i32::from(status.code()));
        }
    }
}

/// How a process ended that did this, and what it printed.
fn run_child(line: &str) -> (ExitStatus, String) {
    let mut command = Command::new(std::env::current_exe().expect("a test binary"));
    command.args(["findings::stacks::child", "--exact", "--nocapture"]);
    let output = command.env(CHILD, line).env_remove("UNKNOT_REPLAY").output();
    let output = output.expect("the child runs");
    let text = [output.stdout, output.stderr].concat();
    (output.status, String::from_utf8_lossy(&text).into_owned())
}

#[test]
#[cfg(unix)]
fn an_overflow_names_program_task_and_size() {
    let task =
        "T1 'diver 7', after its step at tests/it/findings/stacks.rs:27; the stack of each task is";
    for (line, parts) in [
        ("unknot check dive/deep --jobs 1", ["stack overflow in dive/deep: ", task, "is 256K ("]),
        ("unknot check dive/deep --jobs 2", ["stack overflow in dive/deep: ", task, "is 256K ("]),
        // Which one it is depends on how frames are compiled.
        ("unknot check dive --stack 65537", ["stack overflow in dive/", task, "is 65537 ("]),
        ("unknot check dive/roomy --stack 1M", ["in dive/roomy: ", task, "is 1M ("]),
        ("unknot replay dive/deep T0_T1*9", ["in dive/deep: ", "T1 'diver 7'", "is 256K ("]),
        ("unknot graph dive/deep", ["in dive/deep: ", task, "is 256K ("]),
        ("library", ["stack overflow in deep: ", task, "is 256K ("]),
        ("jobs", ["stack overflow in deep: ", task, "is 256K ("]),
        ("at exit", ["in deep: ", "at the end of an execution", "--stack"]),
        // The threads of the system are the language's, as before.
        ("not ours", ["thread '", "has overflowed its stack", "stack overflow"]),
    ] {
        use std::os::unix::process::ExitStatusExt;
        let (status, text) = run_child(line);
        // It ends as the language has an overflow end.
        assert_eq!(status.signal(), Some(6), "{line}: {text}");
        assert!(parts.iter().all(|part| text.contains(part)), "{line}: {text}");
    }
}

#[test]
fn a_larger_stack_holds_more() {
    for (line, part) in [
        ("unknot check dive/shallow", "2 classes  PASS (exhaustive)"),
        ("unknot check dive/roomy", "2 classes  PASS (exhaustive)"),
        ("unknot check dive/deep --stack 16M --jobs 2", "2 classes  PASS (exhaustive)"),
        ("roomy", "test result: ok"),
    ] {
        let (status, text) = run_child(line);
        assert!(status.success() && text.contains(part), "{line}: {text}");
    }
}
