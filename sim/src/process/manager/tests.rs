//! What proxies return, raise and keep, in the words of Python.

use super::{Manager, Proxy};
use crate::exception::Exception;
use crate::process;
use crate::sync::{Lock, Semaphore};
use crate::{Value, run_once, spawn};

type ProxyBody = fn(&Manager) -> Result<Value, Exception>;

struct ProxyRow {
    says: &'static str,
    program: ProxyBody,
    shows: &'static str,
}

/// Rows of what a program says and shows.
macro_rules! rows {
    ($(|$manager:pat_param| $says:literal, $shows:literal => $program:expr;)*) => {
        &[$(ProxyRow { says: $says, program: |$manager| $program, shows: $shows }),*]
    };
}

fn try_all(rows: &'static [ProxyRow]) {
    for ProxyRow { says, program, shows } in rows {
        let outcome = run_once(|| Manager::with(*program));
        assert_eq!(outcome.to_string(), *shows, "{says}");
    }
}

/// What a call raises.
fn raises<T>(call: Result<T, Exception>) -> Result<Value, Exception> {
    let raised = call.err().map_or("nothing".to_owned(), |raised| raised.to_string());
    Ok(raised.into())
}

#[test]
fn what_is_not_there_raises() {
    try_all(rows! {
        |m| "a key to get", "KeyError: 'k'" => raises(m.dict("d", [("a", 1)]).get(&"k"));
        |m| "a key to take out", "KeyError: 7" => raises(m.dict("d", [(1, 1)]).pop(&7));
        |m| "an index to get", "IndexError: list index out of range" => {
            raises(m.list("l", [1]).get(1))
        };
        |m| "an index to set", "IndexError: list assignment index out of range" => {
            raises(m.list("l", [1]).set(1, 2))
        };
        |m| "an item to take out", "IndexError: pop from empty list" => {
            raises(m.list::<i64>("l", []).pop())
        };
        |m| "an index to take out", "IndexError: pop index out of range" => {
            raises(m.list("l", [1]).pop_at(3))
        };
        |m| "an item to remove", "ValueError: list.remove(x): x not in list" => {
            raises(m.list("l", [1]).remove(&2))
        };
        |m| "an item to find", "ValueError: 2 is not in list" => {
            raises(m.list("l", [1]).index(&2))
        };
        |m| "an attribute", "AttributeError: 'Namespace' object has no attribute 'x'" => {
            raises(m.namespace::<i64>("n").get("x"))
        };
        |m| "a place to get", "IndexError: array index out of range" => {
            raises(m.array("a", [1]).get(1))
        };
        |m| "a place to set", "IndexError: array assignment index out of range" => {
            raises(m.array("a", [1]).set(1, 2))
        };
    });
}

#[test]
fn dicts_are_those_of_python() {
    try_all(rows! {
        |m| "keys keep the order in which they came", "[b, a, c]" => {
            let dict = m.dict("d", [("b", 1), ("a", 2)]);
            dict.set("c", 3)?;
            dict.set("b", 4)?;
            Ok(dict.keys()?.into())
        };
        |m| "a key that went comes last", "[a, b]" => {
            let dict = m.dict("d", [("b", 1), ("a", 2)]);
            dict.pop(&"b")?;
            dict.setdefault("b", 1)?;
            Ok(dict.keys()?.into())
        };
        |m| "what is set and what is there", "[4, 9, 1, 5, 2]" => {
            let dict = m.dict("d", [("a", 1)]);
            let known = dict.setdefault("a", 8)?;
            let new = dict.setdefault("b", 5)?;
            dict.set("a", 4)?;
            let rest = [dict.get_or(&"z", 9)?, known, new, i64::try_from(dict.len()?).expect("few")];
            Ok([vec![dict.get(&"a")?], rest.to_vec()].concat().into())
        };
        |m| "one call for several keys", "[[a, 3], [b, 2]]" => {
            let dict = m.dict("d", [("a", 1)]);
            dict.update([("a", 9), ("b", 2), ("a", 3)])?;
            let pairs = dict.items()?.into_iter();
            let all = pairs.map(|(key, value)| Value::List(vec![key.into(), Value::Int(value)]));
            Ok(Value::List(all.collect()))
        };
        |m| "nothing is left", "[0, false, []]" => {
            let dict = m.dict("d", [("a", 1)]);
            dict.clear()?;
            let found = dict.contains(&"a")?;
            let values = Value::List(dict.values()?.into_iter().map(Value::Int).collect());
            Ok(Value::List(vec![dict.len()?.into(), found.into(), values]))
        };
        |m| "what comes out is a copy", "[1, 2]" => {
            let dict = m.dict("d", [("k", vec![1, 2])]);
            dict.get(&"k")?.push(3);
            Ok(dict.get(&"k")?.into())
        };
        |m| "and has to be set again", "[1, 2, 3]" => {
            let dict = m.dict("d", [("k", vec![1, 2])]);
            let mut copy = dict.get(&"k")?;
            copy.push(3);
            dict.set("k", copy)?;
            Ok(dict.get(&"k")?.into())
        };
        |m| "a proxy inside is no copy", "[1]" => {
            let dict = m.dict("d", [("k", m.list("l", []))]);
            dict.get(&"k")?.append(1)?;
            Ok(dict.get(&"k")?.to_vec()?.into())
        };
    });
}

#[test]
fn lists_are_those_of_python() {
    try_all(rows! {
        |m| "at the ends and between", "[0, 5, 1, 2, 3, 9]" => {
            let list = m.list("l", [1]);
            list.extend([2, 3])?;
            list.insert(0, 0)?;
            list.insert(99, 9)?;
            list.insert(1, 5)?;
            Ok(list.to_vec()?.into())
        };
        |m| "taken out", "[3, 1, 2]" => {
            let list = m.list("l", [1, 2, 2, 3]);
            let last = list.pop()?;
            let first = list.pop_at(0)?;
            list.remove(&2)?;
            Ok([vec![last, first], list.to_vec()?].concat().into())
        };
        |m| "in another order", "[3, 2, 1]" => {
            let list = m.list("l", [2, 3, 1]);
            list.sort()?;
            list.reverse()?;
            Ok(list.to_vec()?.into())
        };
        |m| "looked at", "[1, 1, 2]" => {
            let list = m.list("l", [4, 5]);
            list.set(1, 6)?;
            let found = usize::from(list.contains(&6)? && !list.contains(&5)?);
            Ok(vec![found, list.index(&6)?, list.len()?].into())
        };
        |m| "nothing is left", "[]" => {
            let list = m.list("l", [4, 5]);
            list.clear()?;
            Ok(list.to_vec()?.into())
        };
    });
}

#[test]
fn processes_share_what_a_manager_keeps() {
    try_all(rows! {
        |m| "one of each", "[2, 2, 2, 2]" => {
            let (value, array) = (m.value("v", 1), m.array("a", [1, 1]));
            let (space, lock) = (m.namespace("n"), m.lock("lock"));
            space.set("x", 1)?;
            let args = (value.clone(), array.clone(), space.clone(), lock);
            process::start(args, |(value, array, space, lock)| {
                let _held = lock.reach()?.lock()?;
                value.set(value.get()? + 1)?;
                array.set(1, array.get(1)? + 1)?;
                space.set("x", space.get("x")? + 1)
            })?
            .join()?;
            let n = i64::try_from(array.len()?).expect("few");
            Ok(vec![value.get()?, array.to_vec()?[1], space.get("x")?, n].into())
        };
        |m| "a queue and an event", "[5, true]" => {
            let (queue, event) = (m.queue("q", 0), m.event("e"));
            process::start((queue.clone(), event.clone()), |(queue, event)| {
                queue.reach()?.put(5)?;
                event.reach()?.set();
                Ok::<_, Exception>(())
            })?;
            event.reach()?.wait();
            let item: i64 = queue.reach()?.get()?;
            Ok(Value::List(vec![item.into(), event.reach()?.is_set().into()]))
        };
    });
}

#[test]
fn a_server_that_is_down_refuses() {
    const REFUSED: &str = "ConnectionRefusedError: the server has been shut down";
    fn proxy_of<P>(proxy: &Proxy<P>) -> Result<Value, Exception> {
        raises(proxy.reach())
    }
    let rows: &[ProxyBody] = &[
        |m| raises(m.dict("d", [(1, 1)]).get(&1)),
        |m| raises(m.dict("d", [(1, 1)]).pop(&2)),
        |m| raises(m.list("l", [1]).get(9)),
        |m| raises(m.list("l", [1]).append(2)),
        |m| raises(m.namespace::<i64>("n").get("x")),
        |m| raises(m.value("v", 1).set(2)),
        |m| raises(m.array("a", [1]).len()),
        |m| proxy_of::<Lock>(&m.lock("lock")),
        |m| proxy_of::<Semaphore>(&m.semaphore("permits", 1)),
        |m| raises(m.condition("c", &m.lock("lock")).reach()),
        |m| raises(m.barrier("b", 2).reach()),
        |m| raises(m.rlock("lock").reach()),
        |m| raises(m.bounded_semaphore("permits", 1).reach()),
    ];
    for (nth, row) in rows.iter().enumerate() {
        let outcome = run_once(|| {
            let manager = Manager::new();
            manager.shutdown();
            row(&manager)
        });
        assert_eq!(outcome.to_string(), REFUSED, "row {nth}");
    }
}

#[test]
fn a_server_is_down_at_the_end_of_its_manager() {
    let outcome = run_once(|| {
        let kept = Manager::with(|manager| Ok(manager.value("v", 1)))?;
        let failed = Manager::with(|manager| {
            manager.value("v", 1).get()?;
            Err::<i64, _>(Exception::new("ValueError", "no"))
        });
        Ok::<_, Exception>(vec![raises(kept.get())?, raises(failed)?])
    });
    let refused = "ConnectionRefusedError: the server has been shut down";
    assert_eq!(outcome.to_string(), format!("[{refused}, ValueError: no]"));
}

#[test]
fn servers_have_numbers_of_their_own() {
    let outcome = run_once(|| {
        let (one, two) = (Manager::new(), Manager::new());
        let of_thread = spawn(|| Manager::new().pid()).join()?;
        let shown = process::Value::named("shown", String::new());
        process::start(shown.clone(), |shown| shown.write(Manager::new().pid().to_string()))?
            .join()?;
        let all = [process::pid(), one.pid(), two.pid(), of_thread];
        let all = all.map(|pid| pid.to_string()).to_vec();
        Ok::<_, Exception>([all, vec![shown.read()]].concat())
    });
    let shown = outcome.to_string();
    let numbers: std::collections::BTreeSet<&str> =
        shown.trim_matches(['[', ']']).split(", ").collect();
    assert_eq!(numbers.len(), 5, "{shown}");
    assert!(shown.contains("p0.manager") && shown.contains("p0.T1.manager"), "{shown}");
    assert!(shown.contains("p2.manager"), "{shown}");
}
