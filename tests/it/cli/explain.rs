//! `unknot explain`: programs of which it can be reasoned out what decides.

use serde_json::Value as Json;
use unknot_checker::sim::{
    Atomic, Event, Exception, Lock, Shared, Value, assume, choose, spawn, yield_until_changed,
};
use unknot_checker::{Expectation, Params, Scenario, Variant, source};

use crate::kit::support::{unknot, unknot_on};

/// An error of the program, if that is so.
fn wrong_if(is_wrong: bool) -> Result<Value, Exception> {
    match is_wrong {
        true => Err(Exception::new("ValueError", "wrong")),
        false => Ok(Value::Unit),
    }
}

fn lost(_: &Params) -> Result<Value, Exception> {
    let x = Shared::named("x", 0);
    let add = |x: Shared<i64>| move || x.write(x.read() + 1);
    let tasks = [spawn(add(x.clone())), spawn(add(x))];
    tasks.into_iter().try_for_each(|task| task.join())?;
    Ok(Value::Unit)
}

fn knot(_: &Params) -> Result<Value, Exception> {
    let (a, b) = (Lock::named("a"), Lock::named("b"));
    let both = |first: Lock, second: Lock| {
        move || -> Result<(), Exception> {
            let _first = first.lock()?;
            let _second = second.lock()?;
            Ok(())
        }
    };
    let tasks = [spawn(both(a.clone(), b.clone())), spawn(both(b, a))];
    tasks.into_iter().try_for_each(|task| task.join()?)?;
    Ok(Value::Unit)
}

/// Main reads `x` while a task writes 1 and then 2, and fails for some of its values.
fn seen(is_wrong: fn(i64) -> bool) -> Result<Value, Exception> {
    let x = Atomic::named("x", 0);
    let theirs = x.clone();
    let task = spawn(move || {
        theirs.store(1);
        theirs.store(2);
    });
    let seen = x.load();
    task.join()?;
    wrong_if(is_wrong(seen))
}

fn chosen(_: &Params) -> Result<Value, Exception> {
    wrong_if(choose(3) == 1)
}

/// Behind one of two choices are more ways to fail than are made to find one that passes.
fn far(_: &Params) -> Result<Value, Exception> {
    if choose(2) == 0 {
        return Ok(Value::Unit);
    }
    let x = Atomic::named("x", 0);
    let store = |x: Atomic| move || (0..4).for_each(|n| x.store(n));
    let tasks = [0; 3].map(|_| spawn(store(x.clone())));
    tasks.into_iter().try_for_each(|task| task.join())?;
    wrong_if(true)
}

fn always(_: &Params) -> Result<Value, Exception> {
    wrong_if(true)
}

fn right(_: &Params) -> Result<Value, Exception> {
    wrong_if(false)
}

/// The event is cleared after it was set: the waiter comes too late.
fn missed(_: &Params) -> Result<Value, Exception> {
    let go = Event::named("go");
    let theirs = go.clone();
    let task = spawn(move || theirs.wait());
    go.set();
    go.clear();
    task.join()?;
    Ok(Value::Unit)
}

/// A task that waits politely for a flag, in rounds, and reads what is there too early.
fn polled(_: &Params) -> Result<Value, Exception> {
    let (flag, data) = (Atomic::named("flag", 0), Atomic::named("data", 0));
    let theirs = (flag.clone(), data.clone());
    let task = spawn(move || {
        theirs.0.store(1);
        theirs.1.store(1);
    });
    while flag.load() == 0 {
        yield_until_changed();
    }
    let seen = data.load();
    task.join()?;
    wrong_if(seen == 0)
}

/// Main reads before or after the store, or between; what it reads last is excluded.
fn assumed(_: &Params) -> Result<Value, Exception> {
    let x = Atomic::named("x", 0);
    let theirs = x.clone();
    let task = spawn(move || theirs.store(1));
    let seen = (x.load(), x.load());
    task.join()?;
    assume(seen != (0, 1));
    wrong_if(seen == (0, 0))
}

const fn program(name: &'static str, body: fn(&Params) -> Result<Value, Exception>) -> Variant {
    Variant::new(name, "to be explained", body, |_| Expectation::pass())
}

pub(super) const PROGRAMS: &[Scenario] = &[Scenario {
    name: "why",
    family: "t",
    about: "programs that fail for a reason",
    covers: &[],
    params: &[],
    variants: &[
        program("lost", lost),
        program("knot", knot),
        program("early", |_| seen(|x| x == 0)),
        program("between", |_| seen(|x| x == 1)),
        program("outside", |_| seen(|x| x != 1)),
        program("chosen", chosen),
        program("far", far),
        program("always", always),
        program("right", right),
        program("missed", missed),
        program("polled", polled),
        program("assumed", assumed),
    ],
    source: source!("explain.rs"),
}];

/// A condition in a few words: `T1 read before T2 write`.
pub(super) fn told(condition: &Json) -> String {
    let step = |event: &Json| {
        let word = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
        let object = word("object");
        let name = object.split('\'').nth(1).map(|name| format!(" {name}")).unwrap_or_default();
        format!("{} {}{name}", word("task"), word("op"))
    };
    let (first, form) = (step(&condition["first"]), condition["form"].as_str());
    let form = form.expect("a form");
    match (condition.get("second").map(step), form) {
        (_, "never") => format!("{first} never"),
        (Some(second), "holds") => format!("{first} before {second}"),
        (Some(second), "reversed") => format!("{second} before {first}"),
        (Some(second), _) => format!("not {first} before {second}"),
        (None, "holds") => format!("{first} chose {}", condition["value"]),
        (None, "reversed") => format!("{first} chose other than {}", condition["value"]),
        (None, _) => format!("{first} not chose {}", condition["value"]),
    }
}

pub(super) fn explained(line: &str) -> Json {
    let ran = unknot_on(PROGRAMS, &format!("explain {line} --format json"));
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{line}");
    serde_json::from_str(&ran.out).expect("output is JSON")
}

/// The claim, how many classes fail and pass, and the alternatives.
type Reason = (&'static str, [u64; 2], &'static [&'static [&'static str]]);

#[test]
fn what_decides() {
    let cases: &[(&str, Reason)] = &[
        // Either write may come last: two classes. Otherwise one task reads what the other
        // one has written: two more.
        (
            "lost",
            (
                "if-and-only-if",
                [2, 2],
                &[&["T1 read x before T2 write x", "T2 read x before T1 write x"]],
            ),
        ),
        // Each has its first lock before the other one has its second, or one is first.
        (
            "knot",
            (
                "if-and-only-if",
                [1, 2],
                &[&["T1 lock a before T2 lock a", "T2 lock b before T1 lock b"]],
            ),
        ),
        // The read comes before both writes, between them or after both.
        ("early", ("if-and-only-if", [1, 2], &[&["T0 load x before T1 store x"]])),
        (
            "between",
            (
                "if-and-only-if",
                [1, 2],
                &[&["T1 store x before T0 load x", "T0 load x before T1 store x"]],
            ),
        ),
        (
            "outside",
            (
                "if-and-only-if",
                [2, 1],
                &[&["T0 load x before T1 store x"], &["T1 store x before T0 load x"]],
            ),
        ),
        ("chosen", ("if-and-only-if", [1, 2], &[&["T0 choose chose 1"]])),
        ("always", ("always", [1, 0], &[])),
        // The waiter passes if it arrives before the event is set, or while it is.
        // Main looks after the flag is raised, or before, and then waits before or after that.
        // In each of these three it reads the data before or after they are there.
        ("polled", ("if-and-only-if", [3, 3], &[&["T0 load data before T1 store data"]])),
        ("missed", ("if-and-only-if", [1, 2], &[&["T0 clear go before T1 arrive go"]])),
    ];
    for (name, (claim, [fail, pass], alternatives)) in cases {
        let explained = explained(&format!("why/{name}"));
        let reason = &explained["reason"];
        assert_eq!(reason["claim"], *claim, "{name}: {reason:#}");
        assert_eq!(
            (&reason["failing"], &reason["passing"]),
            (&Json::from(*fail), &Json::from(*pass)),
            "{name}"
        );
        assert_eq!(reason["exhaustive"], true, "{name}");
        let sets = reason["alternatives"].as_array().expect("a list").iter();
        let mut sets: Vec<Vec<String>> =
            sets.map(|set| set.as_array().expect("a list").iter().map(told).collect()).collect();
        sets.iter_mut().for_each(|set| set.sort());
        let mut expected: Vec<Vec<&str>> = alternatives.iter().map(|set| set.to_vec()).collect();
        expected.iter_mut().for_each(|set| set.sort_unstable());
        assert_eq!(sets, expected, "{name}");
    }
}

/// The first execution is the one that the search finds failing; the nearest one that passes
/// leaves it as late as possible, and that was proved.
#[test]
fn the_nearest_that_passes() {
    // After both have read (steps 2 and 3) each write follows: too late. After T1's read and
    // before T2's it passes.
    let explained = explained("why/lost 'T0*2 T1 T2 T1*2 T2*2 T0*3'");
    let nearest = &explained["nearest"];
    assert_eq!((&nearest["common"], &nearest["proven"]), (&Json::from(3), &Json::from(true)));
    let schedule = nearest["schedule"].as_str().expect("a schedule");
    let ran = unknot_on(PROGRAMS, &format!("replay why/lost '{schedule}'"));
    assert_eq!(ran.code, 0, "{}", ran.out);
    // The only pair that decides, flipped alone, passes too.
    let pairs = explained["pairs"].as_array().expect("a list");
    let decides = |pair: &&Json| pair["flipped"]["fails"] == false;
    let flipped: Vec<String> = pairs
        .iter()
        .filter(decides)
        .map(|pair| {
            let schedule = pair["flipped"]["schedule"].as_str().expect("a schedule");
            let ran = unknot_on(PROGRAMS, &format!("replay why/lost '{schedule}'"));
            assert_eq!(ran.code, 0, "{}", ran.out);
            format!("{} {}", pair["first"]["op"], pair["second"]["op"])
        })
        .collect();
    assert_eq!(flipped, ["\"read\" \"write\""]);
}

/// Where no execution that passes is found it is said why: there is none, or the search was
/// not through. Three tasks with 4 stores each have 34,650 orders, and 20,000 are made.
#[test]
fn that_none_passes_is_said() {
    let known = |name: &str| {
        let explained = explained(&format!("why/{name}"));
        assert_eq!(explained["nearest"].is_null(), !explained["none_passes"].is_null(), "{name}");
        let none = &explained["none_passes"];
        none.is_object().then(|| (none["proven"] == true, none["executions"].as_u64()))
    };
    let cases = [
        ("lost", None, "The nearest execution that passes leaves it"),
        ("always", Some((true, Some(1))), "Every execution fails, whatever the order."),
        (
            "far",
            Some((false, Some(20_000))),
            "No execution that passes was found among those that leave it last (20,000 were made).",
        ),
    ];
    for (name, none, sentence) in cases {
        assert_eq!(known(name), none, "{name}");
        let text = unknot_on(PROGRAMS, &format!("explain why/{name}")).out;
        assert!(text.contains(sentence), "{text}");
    }
}

/// A search that is not through says so.
#[test]
fn what_is_not_known_is_not_claimed() {
    let explained = explained("why/lost 'T0*2 T1 T2 T1*2 T2*2 T0*3' --max-executions 2");
    assert_eq!(explained["reason"]["exhaustive"], false);
    for (line, message) in [
        ("why/right", "no execution of why/right fails: there is nothing to explain"),
        (
            "why/lost 'T0*2 T1*3 T2*3 T0*3'",
            "this execution of why/lost passes: there is nothing to explain",
        ),
        ("why/lost --max-executions 1", "no execution of why/lost that was made fails"),
    ] {
        let ran = unknot_on(PROGRAMS, &format!("explain {line}"));
        assert_eq!(ran.code, 1, "{line}: {}", ran.out);
        assert!(ran.err.contains(message), "{line}: {}", ran.err);
    }
}

/// An explanation asks the executions of a check, and finds failing what the check finds
/// failing: for every seventh variant of the catalogue that declares something.
#[test]
fn executions_are_those_of_a_check() {
    let list = unknot("list --format json");
    let list: Json = serde_json::from_str(&list.out).expect("output is JSON");
    let variants = list.as_array().expect("a list").iter();
    let declares =
        |variant: &&Json| variant["declares"].as_str().is_some_and(|it| it != "no finding");
    let names = variants.filter(declares).filter_map(|variant| variant["scenario"].as_str());
    let mut asked = 0;
    for name in names.step_by(7) {
        let explained = unknot(&format!("explain {name} --format json"));
        if explained.code != 0 {
            assert!(explained.err.contains("nothing to explain"), "{name}: {}", explained.err);
            continue;
        }
        let explained: Json = serde_json::from_str(&explained.out).expect("output is JSON");
        let checked = unknot(&format!("check {name} --max-executions 10000 --format json"));
        let checked: Json = serde_json::from_str(&checked.out).expect("output is JSON");
        let (checked, reason) = (&checked[0], &explained["reason"]);
        let count = |of: &Json, field: &str| of[field].as_u64().expect("a count");
        let all: u64 = ["failing", "passing", "neither"].map(|it| count(reason, it)).iter().sum();
        let made: u64 = ["executions", "cut", "excluded"].map(|it| count(checked, it)).iter().sum();
        // Behind a search that was not through, the failing execution and the nearest that passes
        // are counted as well.
        let besides = if reason["exhaustive"] == true { 0 } else { 2 };
        assert!((made..=made + besides).contains(&all), "{name}: {all} {made}");
        let findings = checked["findings"].as_array().expect("a list").iter();
        let errors = findings.filter(|finding| finding["level"] == "error");
        let shown: Vec<u64> = errors.map(|finding| count(finding, "executions")).collect();
        // An execution may show several errors.
        let (most, sum) = (shown.iter().max(), shown.iter().sum::<u64>());
        let failing = count(reason, "failing");
        assert!(most.is_some_and(|&most| most <= failing) && failing <= sum, "{name}: {shown:?}");
        asked += 1;
    }
    assert!(asked >= 15, "{asked}");
}
