//! Processes count down a number that they share (E06 E50; K18 K19; M01 M02).
//!
//! A hundred processes each take one from a number that starts at their count. It is a
//! value of a dict that a manager keeps, or a value or the items of an array, kept by a
//! manager or in memory that is shared. `d["count"] -= 1` looks like one operation, and is
//! a `get` and a `set`: two calls to the server, or two accesses to the memory.
//!
//! ```text
//!   T1                T2
//!   get 2
//!                     get 2
//!                     set 1
//!   set 1                          the update of T2 is lost
//! ```
//!
//! So it is `lost-update-decrement` with other means, and what is declared is the same.
//! That each call is safe by itself, or that a value has a lock inside, says nothing
//! about two calls. Without a lock around both, any subset of the other updates may fall
//! between: the last set leaves v - 1 where v was read after at most n - 1 others, so one
//! of 0 to n - 1 is left, and each can be. With an array, each process counts down all
//! items in turn. Whatever happens to the first item, all processes can be let come to the
//! second one before anything happens there. So each item by itself is left as any of 0
//! to n - 1, in all combinations.
//!
//! With a lock around `get` and `set` the sections exclude one another, each sees the
//! update of the one before, and 0 is left, in n! orders. The lock of an array is held
//! for all items, so that there are no more orders than that.
//!
//! `one-child` is E06 as it is: one child sets a value and adds 10 to each item while main
//! waits for it. No other task touches them, so there is nothing to lose: one class.

use unknot_checker::sim::process::{self, Fork, Manager, manager};
use unknot_checker::sim::{Exception, Value};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "proxy-read-modify-write",
    family: "lost-updates",
    about: "processes count down a number in a manager or in shared memory",
    covers: &["E06", "E50", "K18", "K19", "S13", "M01", "M02"],
    params: &[
        Param {
            name: "processes",
            about: "processes, and where a number starts",
            default: 3,
            min: 1,
            max: 100,
        },
        Param { name: "items", about: "items of an array", default: 2, min: 1, max: 10 },
    ],
    variants: &[
        Variant::new("dict", "a dict of a manager", |p| on_dict(p, Guard::Nothing), one),
        Variant::new("value", "a value of a manager", |p| on_value(p, Guard::Nothing), one),
        Variant::new("array", "an array of a manager", |p| on_array(p, Guard::Nothing), several),
        Variant::new("shared-value", "a value in memory", |p| on_memory(p, Guard::Nothing), one),
        Variant::new(
            "shared-array",
            "an array in memory",
            |p| on_memory_array(p, Guard::Nothing),
            several,
        ),
        Variant::new("dict-locked", "with a lock", |p| on_dict(p, Guard::Lock), none_left),
        Variant::new("value-locked", "with a lock", |p| on_value(p, Guard::Lock), none_left),
        Variant::new("array-locked", "with a lock", |p| on_array(p, Guard::Lock), no_items_left),
        Variant::new(
            "shared-value-locked",
            "with a lock",
            |p| on_memory(p, Guard::Lock),
            none_left,
        ),
        Variant::new(
            "shared-array-locked",
            "with a lock",
            |p| on_memory_array(p, Guard::Lock),
            no_items_left,
        ),
        Variant::new("one-child", "one child sets a value and adds to an array", one_child, |p| {
            let items = vec![10; p.size("items")];
            Expectation::pass().outcomes([both(50, items)])
        }),
    ],
    source: source!("proxy_read_modify_write.rs"),
};

/// What lies around `get` and `set`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Guard {
    Nothing,
    Lock,
}

/// One number may be left as any of these.
fn one(params: &Params) -> Expectation {
    let n = params.int("processes");
    loses(n).outcomes(0..n).exhausts_if(n <= 5)
}

/// An update can be lost if there is another process.
fn loses(n: i64) -> Expectation {
    let expected = Expectation::pass();
    if n > 1 { expected.sometimes(Kind::LostUpdate) } else { expected }
}

/// Each of several numbers may.
fn several(params: &Params) -> Expectation {
    let (n, items) = (params.int("processes"), params.size("items"));
    if n > 3 || items > 2 {
        return loses(n).exhausts_if(false);
    }
    let more = |left: Vec<Vec<i64>>| -> Vec<Vec<i64>> {
        let with = |left: Vec<i64>| (0..n).map(move |last| [&left[..], &[last]].concat());
        left.into_iter().flat_map(with).collect()
    };
    loses(n).outcomes((0..items).fold(vec![vec![]], |left, _| more(left)))
}

fn none_left(params: &Params) -> Expectation {
    Expectation::pass().outcomes([0]).exhausts_if(params.int("processes") <= 6)
}

fn no_items_left(params: &Params) -> Expectation {
    let all = vec![0; params.size("items")];
    Expectation::pass().outcomes([all]).exhausts_if(params.int("processes") <= 6)
}

/// How a process gets and sets one number of several.
struct Calls<D> {
    get: fn(&D, usize) -> Result<i64, Exception>,
    set: fn(&D, usize, i64) -> Result<(), Exception>,
}

impl<D> Clone for Calls<D> {
    fn clone(&self) -> Calls<D> {
        *self
    }
}

impl<D> Copy for Calls<D> {}

/// Has each process count down the numbers in turn, and main join them all.
fn count_down<D: Fork + Clone>(
    params: &Params,
    (data, calls): (&D, Calls<D>),
    items: usize,
    guard: Guard,
) -> Result<(), Exception> {
    let lock = process::Lock::named("lock");
    let mut started = vec![];
    for i in 1..=params.size("processes") {
        let body = move |(data, lock): (D, process::Lock)| -> Result<(), Exception> {
            let _held = (guard == Guard::Lock).then(|| lock.lock()).transpose()?;
            for item in 0..items {
                let seen = (calls.get)(&data, item)?;
                (calls.set)(&data, item, seen - 1)?;
            }
            Ok(())
        };
        started
            .push(process::new((data.clone(), lock.clone()), body).named(("process", i)).start()?);
    }
    started.into_iter().try_for_each(|process| process.join())
}

fn on_dict(params: &Params, guard: Guard) -> Result<Value, Exception> {
    Manager::with(|manager| {
        let dict = manager.dict("dict", [("count", params.int("processes"))]);
        let calls: Calls<manager::Dict<&str, i64>> = Calls {
            get: |dict, _| dict.get(&"count"),
            set: |dict, _, number| dict.set("count", number),
        };
        count_down(params, (&dict, calls), 1, guard)?;
        Ok(dict.get(&"count")?.into())
    })
}

fn on_value(params: &Params, guard: Guard) -> Result<Value, Exception> {
    Manager::with(|manager| {
        let value = manager.value("number", params.int("processes"));
        let calls: Calls<manager::Value<i64>> =
            Calls { get: |value, _| value.get(), set: |value, _, number| value.set(number) };
        count_down(params, (&value, calls), 1, guard)?;
        Ok(value.get()?.into())
    })
}

fn on_array(params: &Params, guard: Guard) -> Result<Value, Exception> {
    Manager::with(|manager| {
        let items = params.size("items");
        let array = manager.array("numbers", vec![params.int("processes"); items]);
        let calls: Calls<manager::Array<i64>> = Calls {
            get: |array, item| array.get(item),
            set: |array, item, number| array.set(item, number),
        };
        count_down(params, (&array, calls), items, guard)?;
        Ok(array.to_vec()?.into())
    })
}

fn on_memory(params: &Params, guard: Guard) -> Result<Value, Exception> {
    let value = process::Value::named("number", params.int("processes"));
    let calls: Calls<process::Value<i64>> = Calls {
        get: |value, _| Ok(value.read()),
        set: |value, _, number| {
            value.write(number);
            Ok(())
        },
    };
    count_down(params, (&value, calls), 1, guard)?;
    Ok(value.read().into())
}

fn on_memory_array(params: &Params, guard: Guard) -> Result<Value, Exception> {
    let items = params.size("items");
    let array = process::Array::named("numbers", vec![params.int("processes"); items]);
    let calls: Calls<process::Array<i64>> = Calls {
        get: |array, item| Ok(array[item].read()),
        set: |array, item, number| {
            array[item].write(number);
            Ok(())
        },
    };
    count_down(params, (&array, calls), items, guard)?;
    Ok(array.iter().map(|item| item.read()).collect::<Vec<i64>>().into())
}

fn both(value: i64, items: Vec<i64>) -> Value {
    Value::Record(vec![("value", value.into()), ("items", items.into())])
}

fn one_child(params: &Params) -> Result<Value, Exception> {
    Manager::with(|manager| {
        let items = params.size("items");
        let (value, array) = (manager.value("value", 0), manager.array("array", vec![0; items]));
        let child = process::start((value.clone(), array.clone()), move |(value, array)| {
            value.set(50)?;
            (0..items).try_for_each(|item| array.set(item, array.get(item)? + 10))
        })?;
        child.join()?;
        Ok(both(value.get()?, array.to_vec()?))
    })
}
