//! Objects that a manager keeps.

use unknot_checker::sim::Lock;
use unknot_checker::sim::process::Manager;
use unknot_checker::sim::process::manager::{Array, Dict, List, Namespace, Proxy, Value};

use super::family::*;

operations! {
    /// Numbers are keys and places, and then values.
    ManagerOp, |task| {
        DictGet(key: u8), "Dict::get" => dict(task).get(&key),
        DictGetOr(key: u8), "Dict::get_or" => dict(task).get_or(&key, 9),
        DictContains(key: u8), "Dict::contains" => dict(task).contains(&key),
        DictSet(key: u8, value: u8), "Dict::set" => dict(task).set(key, value.into()),
        DictUpdate, "Dict::update" => dict(task).update([(0, 7), (1, 8)]),
        DictSetDefault(key: u8), "Dict::setdefault" => dict(task).setdefault(key, 5),
        DictPop(key: u8), "Dict::pop" => dict(task).pop(&key),
        DictClear, "Dict::clear" => dict(task).clear(),
        DictLen, "Dict::len" => dict(task).len(),
        DictKeys, "Dict::keys" => {
            dict(task).keys().map(|keys| number(keys.into_iter().map(i64::from)))
        },
        DictValues, "Dict::values" => dict(task).values().map(number),
        DictItems, "Dict::items" => {
            let all = |(key, value)| [i64::from(key), value];
            dict(task).items().map(|items| number(items.into_iter().flat_map(all)))
        },
        Append(value: u8), "List::append" => list(task).append(value.into()),
        Extend, "List::extend" => list(task).extend([3, 4]),
        Insert(place: u8, value: u8), "List::insert" => {
            list(task).insert(place.into(), value.into())
        },
        ListGet(place: u8), "List::get" => list(task).get(place.into()),
        ListSet(place: u8, value: u8), "List::set" => list(task).set(place.into(), value.into()),
        ListPop, "List::pop" => list(task).pop(),
        ListPopAt(place: u8), "List::pop_at" => list(task).pop_at(place.into()),
        ListClear, "List::clear" => list(task).clear(),
        Reverse, "List::reverse" => list(task).reverse(),
        Sort, "List::sort" => list(task).sort(),
        ListLen, "List::len" => list(task).len(),
        ListCopy, "List::to_vec" => list(task).to_vec().map(number),
        ListContains(value: u8), "List::contains" => list(task).contains(&value.into()),
        Index(value: u8), "List::index" => list(task).index(&value.into()),
        Remove(value: u8), "List::remove" => list(task).remove(&value.into()),
        Attribute(i: u8), "Namespace::get" => {
            task.objects.managers().namespace.get(ATTRIBUTES[usize::from(i)])
        },
        SetAttribute(i: u8, value: u8), "Namespace::set" => {
            task.objects.managers().namespace.set(ATTRIBUTES[usize::from(i)], value.into())
        },
        ValueGet, "Value::get" => task.objects.managers().value.get(),
        ValueSet(value: u8), "Value::set" => task.objects.managers().value.set(value.into()),
        ArrayGet(place: u8), "Array::get" => task.objects.managers().array.get(place.into()),
        ArraySet(place: u8, value: u8), "Array::set" => {
            task.objects.managers().array.set(place.into(), value.into())
        },
        ArrayCopy, "Array::to_vec" => task.objects.managers().array.to_vec().map(number),
        ArrayLen, "Array::len" => task.objects.managers().array.len(),
        Reach, "Proxy::reach" => task.objects.managers().lock.reach().map(|_| ()),
        ProxyLock, "Proxy::reach" => task.objects.managers().lock.reach().map(Lock::acquire),
        ProxyUnlock, "Proxy::reach" => {
            task.objects.managers().lock.reach().and_then(Lock::release)
        },
        Shutdown, "Manager::shutdown" => task.objects.managers().manager.shutdown(),
    }
}

const ATTRIBUTES: [&str; 2] = ["x", "y"];

fn dict(task: &Running) -> &Dict<u8, i64> {
    &task.objects.managers().dict
}

fn list(task: &Running) -> &List<i64> {
    &task.objects.managers().list
}

/// Small numbers as digits of one, so that their order shows.
fn number(digits: impl IntoIterator<Item = i64>) -> i64 {
    digits.into_iter().fold(1, |number, digit| number * 11 + digit)
}

#[derive(Clone)]
pub(crate) struct Managed {
    manager: Manager,
    dict: Dict<u8, i64>,
    list: List<i64>,
    namespace: Namespace<i64>,
    value: Value<i64>,
    array: Array<i64>,
    lock: Proxy<Lock>,
}

forked!(Managed { manager, dict, list, namespace, value, array, lock });

impl Family for ManagerOp {
    type Objects = Managed;
    type Kept = ();

    const ON_DEMAND: bool = true;

    const THEMES: &'static [Theme] = &[
        Theme::new(44, || {
            let looks = ops![DictGet(0), DictGet(1), DictGetOr(2), DictContains(0)];
            [looks, ops![DictSet(0, 1), DictSet(1, 2), DictSet(2, 1), DictPop(0), Shutdown]]
                .concat()
        }),
        Theme::new(45, || {
            let changes = ops![DictUpdate, DictSetDefault(0), DictSetDefault(2), DictClear];
            [changes, ops![DictSet(0, 1), DictLen, DictKeys, DictValues, DictItems]].concat()
        }),
        Theme::new(46, || {
            let ends = ops![Append(1), Extend, ListPop, ListPopAt(1), ListLen, ListCopy];
            [ends, ops![ListGet(0), ListGet(2), ListSet(0, 3), ListSet(2, 5)]].concat()
        }),
        Theme::new(47, || {
            let moves = ops![Append(2), Insert(0, 4), Insert(9, 1), Remove(1), Reverse, Sort];
            [moves, ops![ListClear, ListContains(3), Index(2), ListSet(1, 3), Shutdown]].concat()
        }),
        Theme::new(48, || {
            let attributes =
                ops![Attribute(0), Attribute(1), SetAttribute(0, 1), SetAttribute(1, 2)];
            [attributes, ops![ValueGet, ValueSet(1), ValueSet(2), ProxyLock, Shutdown]].concat()
        }),
        Theme::new(49, || {
            let array = ops![ArrayGet(0), ArrayGet(2), ArraySet(0, 1), ArraySet(1, 2)];
            let locks = ops![Reach, ProxyLock, ProxyUnlock, Shutdown];
            [array, ops![ArraySet(2, 1), ArrayCopy, ArrayLen], locks].concat()
        }),
    ];

    fn create(_: &Objects) -> Managed {
        let manager = Manager::new();
        Managed {
            dict: manager.dict("dict", [(0, 3), (1, 4)]),
            list: manager.list("list", [2, 1]),
            namespace: manager.namespace("namespace"),
            value: manager.value("value", 0),
            array: manager.array("array", [0, 0]),
            lock: manager.lock("managed lock"),
            manager,
        }
    }

    fn finals(managed: &Managed) -> Vec<i64> {
        let Managed { dict, list, value, array, .. } = managed;
        let all = |(key, value)| [i64::from(key), value];
        let dict = dict.items().map(|items| number(items.into_iter().flat_map(all)));
        let (list, array) = (list.to_vec().map(number), array.to_vec().map(number));
        [dict, list, value.get(), array].map(Logged::logged).to_vec()
    }
}
