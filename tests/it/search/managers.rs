//! Exact numbers of classes of programs with managers and files: which calls are
//! independent, each with the reason. Both searches count them.

use std::sync::Arc;

use unknot_checker::sim::process::Manager;
use unknot_checker::sim::process::manager::{Array, Dict, List, Value};
use unknot_checker::sim::{Exception, File, Outcome, Program, TimeMode, done, spawn};
use unknot_checker::strategy::{Dfs, Dpor, Visibility};

use crate::kit::classes::{classes, classes_made_anew};

/// What two tasks share.
#[derive(Clone)]
struct Objects {
    manager: Manager,
    dict: Dict<&'static str, i64>,
    list: List<i64>,
    value: Value<i64>,
    array: Array<i64>,
    file: File,
}

type Calls = fn(&Objects) -> Result<(), Exception>;

/// A thread makes some calls, and main others. What is refused is no matter.
fn program(thread: Calls, main: Calls) -> Program {
    Arc::new(move || {
        let manager = Manager::new();
        let objects = Objects {
            dict: manager.dict("dict", [("a", 1), ("b", 2)]),
            list: manager.list("list", [7, 8]),
            value: manager.value("value", 0),
            array: manager.array("array", [0, 0]),
            file: File::named("file", "text"),
            manager,
        };
        let theirs = objects.clone();
        spawn(move || drop(thread(&theirs)));
        drop(main(&objects));
        done(()).outcome()
    })
}

struct Row {
    why: &'static str,
    thread: Calls,
    main: Calls,
    classes: usize,
}

/// Rows of why there are so many classes, and what the two tasks do with the objects.
macro_rules! rows {
    ($($why:literal, $classes:literal: |$o:ident| $thread:expr, $main:expr;)*) => {
        &[$(Row {
            why: $why,
            thread: |$o| { $thread; Ok(()) },
            main: |$o| { $main; Ok(()) },
            classes: $classes,
        }),*]
    };
}

fn count(rows: &[Row]) {
    for Row { why, thread, main, classes: n } in rows {
        let program = program(*thread, *main);
        let plain = classes_made_anew(&program, TimeMode::Any, Dfs::new(Visibility::All), 100_000);
        let reduced = classes(&program, TimeMode::Any, Dpor::new(), 1_000);
        assert_eq!((plain.classes.len(), reduced.classes.len()), (*n, *n), "{why}");
        assert_eq!((reduced.executions, reduced.blocked), (*n as u64, 0), "{why}");
        assert!(reduced.classes.keys().eq(plain.classes.keys()), "{why}: other classes");
    }
}

#[test]
fn calls_to_dicts() {
    count(rows! {
        "two looks", 1: |o| o.dict.get(&"a")?, o.dict.get(&"a")?;
        "a look and a set of one key", 2: |o| o.dict.get(&"a")?, o.dict.set("a", 5)?;
        "of two keys", 1: |o| o.dict.get(&"a")?, o.dict.set("b", 5)?;
        "a key that is not there is a key", 2: |o| o.dict.contains(&"c")?, o.dict.set("c", 5)?;
        "and is not another one", 1: |o| o.dict.contains(&"c")?, o.dict.set("d", 5)?;
        // Which of them brings a key decides on the order of keys.
        "two sets of two keys", 2: |o| o.dict.set("a", 5)?, o.dict.set("b", 5)?;
        "the whole and a key", 2: |o| o.dict.items()?, o.dict.set("a", 5)?;
        "the whole and a look", 1: |o| o.dict.items()?, o.dict.get(&"a")?;
        "the number of keys and a set", 2: |o| o.dict.len()?, o.dict.set("c", 5)?;
        "no key is left", 2: |o| o.dict.get(&"a")?, o.dict.clear()?;
        "not even one that was not there", 2: |o| o.dict.contains(&"c")?, o.dict.clear()?;
        // Both get first, and one of two sets is last; or one is all before the other.
        "get and set, twice", 4:
            |o| o.dict.set("a", o.dict.get(&"a")? - 1)?, o.dict.set("a", o.dict.get(&"a")? - 1)?;
        // The order of the sets alone.
        "get and set of two keys", 2:
            |o| o.dict.set("a", o.dict.get(&"a")? - 1)?, o.dict.set("b", o.dict.get(&"b")? - 1)?;
    });
}

#[test]
fn calls_to_other_proxies() {
    count(rows! {
        "two places", 1: |o| o.list.get(0)?, o.list.set(1, 5)?;
        "two sets of two places", 1: |o| o.list.set(0, 5)?, o.list.set(1, 5)?;
        "one place", 2: |o| o.list.set(0, 5)?, o.list.set(0, 6)?;
        "a number of items that stays", 1: |o| o.list.len()?, o.list.set(0, 5)?;
        "the whole and a place", 2: |o| o.list.to_vec()?, o.list.set(0, 5)?;
        "two ends", 2: |o| o.list.append(1)?, o.list.append(2)?;
        // Whether there is such a place depends on it.
        "a place that comes", 2: |o| _ = o.list.get(2), o.list.append(2)?;
        "a place that goes", 2: |o| _ = o.list.set(1, 5), o.list.pop()?;
        "a value", 2: |o| o.value.get()?, o.value.set(1)?;
        "two places of an array", 1: |o| o.array.set(0, 5)?, o.array.set(1, 5)?;
        "all places and one", 2: |o| o.array.to_vec()?, o.array.set(1, 5)?;
        "two objects", 1: |o| o.value.set(1)?, o.array.set(1, 5)?;
    });
}

#[test]
fn calls_and_the_end_of_the_server() {
    count(rows! {
        "refused or not", 2: |o| o.manager.shutdown(), o.value.get()?;
        "none, one or two are refused", 3:
            |o| o.manager.shutdown(), (_ = o.value.set(1), _ = o.value.get());
        // Two that are refused touch nothing.
        "what is refused changes nothing", 2:
            |o| (o.manager.shutdown(), _ = o.value.set(1)), o.value.set(2)?;
        "it ends once", 1: |o| o.manager.shutdown(), o.manager.shutdown();
    });
}

#[test]
fn calls_to_files() {
    count(rows! {
        "two looks", 1: |o| _ = o.file.read(), _ = o.file.read();
        "two lines", 2: |o| o.file.append("a"), o.file.append("b");
        // Before, between and after: the text, nothing, the new text.
        "a look while it is written", 3:
            |o| (o.file.truncate(), o.file.write("new")), _ = o.file.read();
        "a look while it is replaced", 2: |o| o.file.replace("new"), _ = o.file.read();
    });
}
