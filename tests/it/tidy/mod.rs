//! The habits of the code base, kept by a test.

mod layers;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const MAX_FILE: usize = 400;
const MAX_FUNCTION: usize = 70;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace").to_owned()
}

/// All source files, with their text.
fn sources() -> Vec<(PathBuf, String)> {
    let mut folders: Vec<PathBuf> =
        ["sim", "checker", "scenarios", "tests"].iter().map(|f| root().join(f)).collect();
    let mut files = vec![];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the workspace").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).expect("source is UTF-8");
                files.push((path.strip_prefix(root()).expect("inside").to_owned(), text));
            }
        }
    }
    files.sort();
    files
}

#[test]
fn files_are_short_and_say_what_they_are() {
    for (path, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= MAX_FILE, "{}: {lines} lines", path.display());
        assert!(text.starts_with("//!"), "{} does not say what it is", path.display());
    }
}

#[test]
fn functions_are_short() {
    for (path, text) in sources() {
        let mut open: Option<(usize, usize, String)> = None;
        for (number, line) in text.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            if let Some((start, at, name)) = &open {
                if indent == *at && line.trim_start().starts_with('}') {
                    let length = number - start + 1;
                    assert!(
                        length <= MAX_FUNCTION,
                        "{}: {name} has {length} lines",
                        path.display()
                    );
                    open = None;
                }
            } else if is_function(line.trim_start()) && !line.trim_end().ends_with(['}', ';']) {
                open = Some((number, indent, line.trim().to_owned()));
            }
        }
    }
}

fn is_function(line: &str) -> bool {
    ["fn ", "pub fn ", "pub(crate) fn ", "pub(super) fn ", "const fn ", "pub const fn "]
        .iter()
        .any(|start| line.starts_with(start))
}

/// Verbs, kinds and modes are words for people: what depends on one of them
/// changes when it is worded better. Steps have an `Act` and objects a `Purpose`.
#[test]
fn nothing_is_decided_by_words() {
    // The edges of a wait-for graph are told apart by the words for their modes.
    let told =
        ["message.rs", "picture.rs", "wait_for.rs"].map(|f| format!("checker/src/report/{f}"));
    for (path, text) in sources() {
        let shown = path.display().to_string();
        let is_below = shown.starts_with("checker/src") || shown.starts_with("sim/src");
        if !is_below || told.contains(&shown) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let line = line.trim_start();
            let compares = ["verb", "kind", "op", "mode"].iter().any(|word| {
                [" == \"", " != \"", ", \"", ".as_str(), \""]
                    .iter()
                    .any(|then| line.contains(&format!(".{word}{then}")))
            });
            let matches = line.starts_with("match ")
                && [".verb", ".op.as_str()", ".kind.as_str()"].iter().any(|w| line.contains(w));
            assert!(!compares && !matches, "{shown}:{}: decides by a word", number + 1);
        }
    }
}

#[test]
fn nothing_points_back() {
    let shuttle = ["shut", "tle::"].concat();
    let hashed = [["Hash", "Map"].concat(), ["Hash", "Set"].concat()];
    let surroundings = ["std::", "env"].concat();
    let clocks = [["Instant::", "now"].concat(), ["System", "Time"].concat()];
    for (path, text) in sources() {
        let shown = path.display().to_string();
        let is_below = shown.starts_with("checker/src") || shown.starts_with("sim/src");
        if is_below && shown != "checker/src/environment.rs" {
            assert!(!clocks.iter().any(|clock| text.contains(clock)), "{shown} reads a clock");
            let may = ["checker/src/cli/mod.rs", "sim/src/rt/random.rs"].contains(&shown.as_str());
            assert!(may || !text.contains(&surroundings), "{shown} reads the environment");
        }
        if !shown.starts_with("sim/src/rt") && !shown.starts_with("tests/benches") {
            assert!(!text.contains(&shuttle), "{shown} names the substrate");
        }
        // Maps of which the hasher is fixed.
        let is_fixed = shown.starts_with("checker/std/src/collections/");
        if shown.starts_with("checker") && !is_fixed || shown.starts_with("sim") {
            let is_hashed = hashed.iter().any(|hashed| text.contains(hashed));
            assert!(!is_hashed, "{shown} has an order that is not determined");
        }
        if shown.starts_with("sim") {
            assert!(!text.contains("unknot_checker"), "{shown} points back");
        }
    }
}

/// One name, one type, in sim and checker together.
#[test]
fn no_two_types_share_a_name() {
    // What stands in for another file on some systems, and the primitives of threads under
    // their own names, for processes and in managers.
    let doubles = [
        "sim/src/rt/no_signal.rs",
        "sim/src/process/across.rs",
        "sim/src/process/manager/array.rs",
        "sim/src/process/manager/value.rs",
    ]
    .map(Path::new);
    let mut places = BTreeMap::new();
    for (path, text) in sources() {
        let is_below = path.starts_with("checker/src") || path.starts_with("sim/src");
        if !is_below
            || doubles.contains(&path.as_path())
            || path.iter().any(|folder| folder == "tests")
        {
            continue;
        }
        for line in text.lines() {
            // Types inside a function or a module of tests are indented.
            let begin = ["pub ", "pub(crate) ", "pub(super) "].map(|pub_| line.strip_prefix(pub_));
            let line = begin.into_iter().flatten().next().unwrap_or(line);
            let kinds = ["struct ", "enum ", "trait ", "type ", "union "];
            let Some(name) = kinds.iter().find_map(|kind| line.strip_prefix(kind)) else {
                continue;
            };
            let name = name.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            let other = places.insert(name.to_owned(), path.clone());
            assert_eq!(other, None, "{name} of {} too", path.display());
        }
    }
    assert!(places.len() > 300, "{} types are too few: something is not read", places.len());
}

/// The blocks that the compiler cannot vouch for, by place, each with its reason.
#[test]
fn unsafe_blocks_are_few_and_say_why() {
    let known = [
        ("checker/std/src/cell.rs", 2),
        ("checker/std/src/parking_lot/mutex.rs", 3),
        ("checker/std/src/parking_lot/rwlock/mod.rs", 2),
        ("checker/std/src/statics.rs", 8),
        ("checker/std/src/sync/arc.rs", 4),
        ("checker/std/src/sync/atomic/cell.rs", 2),
        ("checker/std/src/sync/condvar.rs", 1),
        ("checker/std/src/sync/guard.rs", 2),
        ("checker/std/src/sync/lazy_lock.rs", 2),
        ("checker/std/src/sync/once_lock.rs", 2),
        ("checker/std/src/sync/rwlock.rs", 1),
        ("checker/std/src/thread/builder.rs", 3),
        ("checker/std/src/thread/scope.rs", 1),
        ("checker/std/src/tokio/sync/mutex.rs", 2),
        ("checker/std/src/tokio/sync/rwlock.rs", 3),
        ("scenarios/src/structures/oneshot_channel.rs", 4),
        ("scenarios/src/structures/replaceable_value.rs", 2),
        ("scenarios/src/structures/spsc_ring.rs", 2),
        ("scenarios/src/structures/word_lock.rs", 2),
        ("sim/src/future/waker.rs", 5),
        ("sim/src/rt/coroutine.rs", 1),
        ("sim/src/rt/pool.rs", 1),
        ("sim/src/rt/post.rs", 1),
        ("sim/src/rt/signal.rs", 14),
        ("tests/it/face/atomics.rs", 2),
        ("tests/it/face/ends.rs", 2),
        ("tests/it/face/generated/ops.rs", 2),
        ("tests/it/face/pointers.rs", 1),
        ("tests/peers/shuttle/lib.rs", 1),
    ];
    let block = ["unsa", "fe {"].concat();
    let mut found = vec![];
    for (path, text) in sources() {
        let n = text.matches(&block).count();
        if n > 0 {
            assert!(text.matches("// SAFETY: ").count() >= n, "{}: no reason", path.display());
            found.push((path.display().to_string(), n));
        }
    }
    let found: Vec<(&str, usize)> = found.iter().map(|(path, n)| (path.as_str(), *n)).collect();
    assert_eq!(found, known);
}
