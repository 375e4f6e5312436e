//! Generated programs make every public operation of the machine.
//!
//! What is public is read from the source of the machine, so that an operation that
//! is added there fails here until programs are generated that make it, or until a row
//! says why not. What is reached only by a macro or by the end of a guard is not seen.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::kit::programs::{Op, Shape, Spec, TaskKind, TaskSpec, every_op, ops, spec, specs};

/// Public functions that no generated operation is about, and why. `*` stands for any
/// type.
const EXCLUDED: &[(&str, &str)] = &[
    ("*::new", "makes an object, which is no step"),
    ("*::named", "makes an object, which is no step"),
    ("Condition::reentrant", "makes an object, which is no step"),
    ("Lock::first_come", "makes an object, which is no step"),
    ("Semaphore::first_come", "makes an object, which is no step"),
    ("BoundedSemaphore::first_come", "makes an object, which is no step"),
    ("RwLock::writers_first", "makes an object, which is no step"),
    ("Condition::notified_by_any_task", "says how an object is made"),
    ("Condition::waking", "says how an object is made"),
    ("Event::rechecking", "makes an object, which is no step"),
    ("Gil::lock", "makes an object, which is no step"),
    ("Manager::$maker", "makes an object, which is no step"),
    ("Manager::array", "makes an object, which is no step"),
    ("Manager::condition", "makes an object, which is no step"),
    ("Manager::dict", "makes an object, which is no step"),
    ("Manager::list", "makes an object, which is no step"),
    ("Manager::namespace", "makes an object, which is no step"),
    ("Manager::queue", "makes an object, which is no step"),
    ("Manager::value", "makes an object, which is no step"),
    ("Manager::pid", "reads what no task changes, and is no step"),
    ("Manager::with", "ends with a shutdown, which is generated"),
    ("new", "is no step: the process is about to be started"),
    ("Builder::daemonic", "says how a process is started"),
    ("Builder::killable", "says how a process is started"),
    ("Process::name", "reads what no task changes, and is no step"),
    ("Process::pid", "reads what no task changes, and is no step"),
    ("pid", "reads what no task changes, and is no step"),
    ("ProcessQueue::at_once", "makes an object, which is no step"),
    ("ProcessQueue::on_pipe", "makes an object, which is no step"),
    ("Pool::with_callbacks", "makes a pool, as the operations do that need one"),
    ("Pool::killable", "makes a pool, as the operations do that need one"),
    ("Pool::killable_with_callbacks", "makes a pool, as the operations do that need one"),
    ("Mapped::futures", "is no step"),
    ("Selector::register", "is no step"),
    ("Selector::modify", "is no step"),
    ("Selector::unregister", "is no step"),
    ("Selector::len", "is no step"),
    ("Selector::is_empty", "is no step"),
    ("Interest::has_read", "is no step"),
    ("Interest::has_write", "is no step"),
    ("Listener::with_room", "makes an object, which is no step"),
    ("socketpair", "makes an object, which is no step"),
    ("socketpair_bounded", "makes an object, which is no step"),
    ("channel", "makes an object, which is no step"),
    ("unbounded_channel", "makes an object, which is no step"),
    ("AsyncPermit::forget", "is no step"),
    ("MpscSender::send", "is generated with the receipt"),
    ("UnboundedSender::send", "is generated with the receipt"),
    ("Loop::spawn", "is the start that is generated, of a task of the same loop"),
    ("Loop::outside", "is generated in each run of a loop"),
    ("Loop::join", "waits outside the loop, as is generated"),
    ("generator", "starts one, as every program does that has one"),
    ("generator_named", "starts one, as every program does that has one"),
    ("GeneratorStop::exception", "is no step"),
    ("Yielder::yield_", "is what the generator does that programs have"),
    ("Greenlet::main", "makes an object, which is no step"),
    ("Greenlet::child", "starts a greenlet, as the operation does that switches to one"),
    ("Greenlet::parent", "reads what no task changes, and is no step"),
    ("Greenlet::is_dead", "is no step"),
    ("current_name", "reads what no task changes, and is no step"),
    ("outcome_at_exit", "is no step, and is how every generated program tells its outcome"),
];

/// The files that have public operations.
fn files() -> Vec<PathBuf> {
    let sim = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sim/src");
    let of_folder = |folder| {
        let folder = fs::read_dir(sim.join(folder)).expect("the folder of the primitives");
        folder.map(|entry| entry.expect("an entry").path())
    };
    let mut files: Vec<PathBuf> = of_folder("sync").chain(of_folder("process/manager")).collect();
    // These have no operations, and the two constructors that every primitive has.
    let is_one = |path: &PathBuf| !path.ends_with("mod.rs") && !path.ends_with("constructors.rs");
    files.retain(|path| path.extension().is_some_and(|e| e == "rs") && is_one(path));
    let processes = ["handle.rs", "pid.rs", "pipe.rs", "queue.rs", "start.rs"]
        .map(|file| sim.join("process").join(file));
    files.extend(processes);
    files.extend(
        ["task.rs", "condition.rs", "cpu.rs", "file.rs", "ready.rs"].map(|file| sim.join(file)),
    );
    files.extend(
        ["completion.rs", "listener.rs", "selector.rs", "socket.rs"]
            .map(|file| sim.join("net").join(file)),
    );
    files.extend(of_folder("future/sync").filter(|path| !path.ends_with("mod.rs")));
    files.extend(
        ["combine.rs", "looped.rs", "task.rs", "timer.rs"].map(|f| sim.join("future").join(f)),
    );
    files.push(sim.join("process/manager/mod.rs"));
    let coroutines = ["generator.rs", "greenlet.rs", "green.rs"];
    files.extend(coroutines.map(|file| sim.join("coro").join(file)));
    let pools = [
        "process_pool.rs",
        "maps.rs",
        "result.rs",
        "executor.rs",
        "asked.rs",
        "waits.rs",
        "completed.rs",
    ];
    files.extend(pools.map(|file| sim.join("pool").join(file)));
    files
}

/// The public functions that a file declares, as `Type::method` or by name.
fn declared(text: &str) -> BTreeSet<String> {
    let mut declared = BTreeSet::new();
    let mut of = String::new();
    let mut made_by_macro = vec![];
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let is_inside = line.starts_with(' ');
        let line = line.trim_start();
        if let Some(header) = line.strip_prefix("impl") {
            of = implemented(header);
        } else if line.contains("constructors! {") {
            declared.extend(["new", "named"].map(|name| format!("{of}::{name}")));
        } else if ["queue! {", "executor! {"].contains(&line) {
            // The type is named first in the row behind the documentation.
            let row = lines.by_ref().map(str::trim_start).find(|line| !line.starts_with("///"));
            made_by_macro.push(word(row.expect("a type")).to_owned());
        }
        let name = ["pub fn ", "pub const fn "].iter().find_map(|start| line.strip_prefix(start));
        if let Some(name) = name.map(word) {
            let is_method = is_inside && !of.is_empty();
            declared.insert(if is_method { format!("{of}::{name}") } else { name.to_owned() });
        }
    }
    // What a macro declares, it declares for each type that it makes.
    let (of_macro, mut all): (BTreeSet<_>, BTreeSet<_>) =
        declared.into_iter().partition(|function| function.starts_with("$name"));
    for name in &made_by_macro {
        all.extend(of_macro.iter().map(|function| function.replacen("$name", name, 1)));
    }
    assert!(of_macro.is_empty() || !made_by_macro.is_empty(), "no type is made of {of_macro:?}");
    all
}

/// The type behind `impl`, be that of a trait or not.
fn implemented(header: &str) -> String {
    // The arrow of a function type closes no list of generics.
    let header = header.replace("->", "");
    let header = header.as_str();
    let mut depth = 0;
    let behind_generics = header.char_indices().find(|&(_, c)| {
        depth += i32::from(c == '<') - i32::from(c == '>');
        depth == 0 && c == ' '
    });
    let header = behind_generics.map_or(header, |(at, _)| &header[at..]);
    word(header.rsplit(" for ").next().unwrap_or_default().trim_start()).to_owned()
}

/// The name that a text begins with.
fn word(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'));
    &text[..end.unwrap_or(text.len())]
}

fn public() -> BTreeSet<String> {
    let read = |path: PathBuf| fs::read_to_string(&path).expect("source is UTF-8");
    files().into_iter().flat_map(|path| declared(&read(path))).collect()
}

fn is_meant(row: &str, function: &str) -> bool {
    match row.strip_prefix('*') {
        Some(end) => function.ends_with(end),
        None => function == row,
    }
}

/// The first programs of all themes.
fn first_programs() -> Vec<Spec> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[0; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = specs(Shape { max_tasks: 3, max_ops: 3 });
    let mut new = || strategy.new_tree(&mut runner).expect("programs can be made").current();
    (0..5_000).map(|_| new()).collect()
}

/// What has to be generated and is not, and what is not to be and is, or is unknown.
fn differences(public: &BTreeSet<String>, generated: &BTreeSet<String>) -> Vec<String> {
    let is_excluded = |function: &str| EXCLUDED.iter().any(|(row, _)| is_meant(row, function));
    let expected: BTreeSet<String> =
        public.iter().filter(|function| !is_excluded(function)).cloned().collect();
    let missing = expected.difference(generated).map(|name| format!("{name} is not generated"));
    let extra = generated.difference(&expected);
    let extra = extra.map(|name| format!("{name} is generated, and is excluded or not public"));
    let idle = EXCLUDED.iter().filter(|(row, _)| !public.iter().any(|name| is_meant(row, name)));
    let idle = idle.map(|(row, _)| format!("{row} is excluded, and there is none"));
    missing.chain(extra).chain(idle).collect()
}

#[test]
fn every_public_operation_is_generated() {
    let generated = first_programs().iter().flat_map(Spec::calls).collect();
    assert_eq!(differences(&public(), &generated), Vec::<String>::new());
}

/// Also those that differ in what they do, and not in what they call.
#[test]
fn every_operation_of_every_theme_is_among_the_first_programs() {
    let made: Vec<Op> = first_programs().iter().flat_map(Spec::ops).collect();
    let missing: Vec<Op> = every_op().into_iter().filter(|op| !made.contains(op)).collect();
    assert_eq!(missing, []);
}

/// So what a failing test prints can be pasted among the programs that were once wrong.
#[test]
fn a_printed_program_is_the_literal_that_makes_it_again() {
    use crate::kit::programs::all::*;
    macro_rules! assert_printed {
        ($literal:expr) => {
            let squeezed = |text: &str| {
                let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
                text.replace(",]", "]").replace(",}", "}")
            };
            let program: Spec = $literal;
            for printed in [format!("{program:?}"), format!("{program:#?}")] {
                assert_eq!(squeezed(&printed), squeezed(stringify!($literal)));
            }
        };
    }
    assert_printed!(Spec {
        tasks: vec![
            TaskSpec {
                kind: TaskKind::Daemonic,
                ops: ops![Lock(0), UntilIs(0, 2)],
                at_drop: ops![Unlock(0)]
            },
            TaskSpec { kind: TaskKind::Thread, ops: ops![Put(2, 1), Start], at_drop: ops![] },
        ],
        main: ops![Join(0)],
        extra: ops![ReadLock],
        is_virtual: false,
        private: 5,
    });
    let plain = format!("{:?}", spec!([[Lock(0), Update(1)], [Send(1, 2)]], [Now]));
    assert!(plain.contains("[Lock(0), Update(1)]") && plain.contains("[Now]"), "{plain}");
}

/// The test of the test: what is forgotten anywhere is named.
#[test]
fn what_is_forgotten_is_found_out() {
    let (public, generated) =
        (public(), first_programs().iter().flat_map(Spec::calls).collect::<BTreeSet<_>>());
    let without = |all: &BTreeSet<String>, name: &str| {
        all.iter().filter(|known| *known != name).cloned().collect::<BTreeSet<_>>()
    };
    for name in ["Lock::lock", "PriorityQueue::join", "JoinHandle::join", "sleep", "verify_that"] {
        let forgotten = differences(&public, &without(&generated, name));
        assert_eq!(forgotten, [format!("{name} is not generated")]);
        let gone = differences(&without(&public, name), &generated);
        assert_eq!(gone, [format!("{name} is generated, and is excluded or not public")]);
    }
    let gone = differences(&without(&public, "Event::rechecking"), &generated);
    assert_eq!(gone, ["Event::rechecking is excluded, and there is none"]);
}

#[test]
fn public_functions_are_read_from_source() {
    let text = "
macro_rules! queue {
        impl<T: 'static + $($bound)*> $name<T> {
            super::constructors! {
            pub fn put(&self) {
}
queue! {
    /// Documented.
    ///
    Line, Row, Other, []
}
impl<T> Clone for Held<T> {
    fn clone(&self) -> Held<T> {
impl Held {
    pub fn first(&self) -> i64 {
    pub(crate) fn second(&self) {
    fn third(&self) {
}
pub fn fourth<T: Debug>() {
";
    let found: Vec<String> = declared(text).into_iter().collect();
    assert_eq!(found, ["Held::first", "Line::named", "Line::new", "Line::put", "fourth"]);
}
