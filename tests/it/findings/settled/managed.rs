//! Updates of what a manager keeps, or of a file, that are lost: by keys and places.

use unknot_checker::Kind::{self, LostUpdate};
use unknot_checker::sim::process::Manager;
use unknot_checker::sim::process::manager::{Dict, List};
use unknot_checker::sim::{Exception, File, spawn};

use super::Body;
use super::losses::judge;

const LOST: &[Kind] = &[LostUpdate];

/// What two tasks share.
#[derive(Clone)]
struct Objects {
    manager: Manager,
    dict: Dict<&'static str, i64>,
    list: List<i64>,
    file: File,
}

type Calls = fn(&Objects) -> Result<(), Exception>;

/// A thread makes some calls, and main others. What is refused is no matter.
fn two(thread: Calls, main: Calls) -> Body {
    Box::new(move || {
        let manager = Manager::new();
        let objects = Objects {
            dict: manager.dict("dict", [("a", 1), ("b", 2)]),
            list: manager.list("list", [7, 8]),
            file: File::named("file", "4"),
            manager,
        };
        let theirs = objects.clone();
        let task = spawn(move || drop(thread(&theirs)));
        drop(main(&objects));
        task.join()
    })
}

/// `d[key] -= 1`, or from 0 if there is no such key.
fn less(objects: &Objects, key: &'static str) -> Result<(), Exception> {
    objects.dict.set(key, objects.dict.get_or(&key, 0)? - 1)
}

fn less_of_list(objects: &Objects, place: usize) -> Result<(), Exception> {
    objects.list.set(place, objects.list.get(place)? - 1)
}

/// What is in the file, and one.
fn more(objects: &Objects) -> String {
    objects.file.read().parse::<i64>().map_or("bad".to_owned(), |number| (number + 1).to_string())
}

#[test]
fn keys_are_kept_apart() {
    judge(vec![
        ("one key", two(|o| less(o, "a"), |o| less(o, "a")), LOST),
        ("two keys", two(|o| less(o, "a"), |o| less(o, "b")), &[]),
        ("a key and a set of another", two(|o| less(o, "a"), |o| o.dict.set("b", 9)), &[]),
        ("a key that was not there", two(|o| less(o, "c"), |o| less(o, "c")), LOST),
        ("two of them", two(|o| less(o, "c"), |o| less(o, "d")), &[]),
        (
            "another key set in between",
            two(
                |o| {
                    let old = o.dict.get(&"a")?;
                    o.dict.set("b", 0)?;
                    o.dict.set("a", old - 1)
                },
                |o| less(o, "a"),
            ),
            LOST,
        ),
        ("two sets", two(|o| o.dict.set("a", 3), |o| o.dict.set("a", 4)), &[]),
        (
            "two defaults",
            two(|o| o.dict.setdefault("c", 1).map(drop), |o| o.dict.setdefault("c", 2).map(drop)),
            &[],
        ),
        ("a key that goes", two(|o| less(o, "a"), |o| o.dict.pop(&"a").map(drop)), LOST),
        ("all keys go", two(|o| less(o, "a"), |o| o.dict.clear()), LOST),
        (
            "several keys in one call",
            two(|o| less(o, "b"), |o| o.dict.update([("a", 5), ("b", 6)])),
            LOST,
        ),
        ("several others", two(|o| less(o, "b"), |o| o.dict.update([("a", 5), ("c", 6)])), &[]),
        (
            "a look at the whole",
            two(|o| o.dict.set("a", o.dict.items()?[0].1 + 1), |o| o.dict.set("a", 9)),
            LOST,
        ),
        (
            "what is refused loses nothing",
            two(
                |o| less(o, "a"),
                |o| {
                    o.manager.shutdown();
                    o.dict.set("a", 3)
                },
            ),
            &[],
        ),
    ]);
}

#[test]
fn places_are_kept_apart() {
    judge(vec![
        ("one place", two(|o| less_of_list(o, 0), |o| less_of_list(o, 0)), LOST),
        ("two places", two(|o| less_of_list(o, 0), |o| less_of_list(o, 1)), &[]),
        ("a place and the end", two(|o| less_of_list(o, 0), |o| o.list.append(5)), &[]),
        (
            "another item comes to the place",
            two(|o| less_of_list(o, 0), |o| o.list.insert(0, 5)),
            LOST,
        ),
        ("the place goes", two(|o| less_of_list(o, 1), |o| o.list.pop().map(drop)), &[]),
        ("two ends", two(|o| o.list.append(1), |o| o.list.append(2)), &[]),
    ]);
}

#[test]
fn files_are_read_and_written() {
    fn write(o: &Objects) -> Result<(), Exception> {
        o.file.write(&more(o));
        Ok(())
    }
    fn dump(o: &Objects) -> Result<(), Exception> {
        let text = more(o);
        o.file.truncate();
        o.file.write(&text);
        Ok(())
    }
    fn replace(o: &Objects) -> Result<(), Exception> {
        o.file.replace(&more(o));
        Ok(())
    }
    fn append(o: &Objects) -> Result<(), Exception> {
        o.file.append(&more(o));
        Ok(())
    }
    fn truncate(o: &Objects) -> Result<(), Exception> {
        o.file.truncate();
        Ok(())
    }
    judge(vec![
        ("a write", two(write, write), LOST),
        ("truncated first", two(dump, dump), LOST),
        ("replaced", two(replace, replace), LOST),
        ("at the end", two(append, append), &[]),
        ("a write over a line", two(write, append), LOST),
        ("emptied", two(write, truncate), &[]),
    ]);
}
