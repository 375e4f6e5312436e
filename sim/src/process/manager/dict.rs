//! Dicts in a server.

use std::cell::RefCell;
use std::fmt::Debug;
use std::hash::Hash;
use std::panic::Location;
use std::rc::Rc;

use super::call::{Call, Server, part, raised, slot_of, told};
use crate::exception::Exception;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{Noted, Text};
use crate::op::Access;
use crate::rt::{self, NewObject};

/// What can be a key.
pub trait DictKey: Clone + Debug + Eq + Hash + 'static {}

impl<K: Clone + Debug + Eq + Hash + 'static> DictKey for K {}

/// A dict in a server. It keeps the order in which its keys came. Clones are proxies of
/// the same one.
#[derive(Debug)]
pub struct Dict<K, V> {
    pub(super) server: Server,
    pub(super) cells: Rc<DictCells<K, V>>,
}

#[derive(Debug)]
pub(super) struct DictCells<K, V> {
    /// The values, a slot a key.
    data: ObjectId,
    /// Which keys there are, and in which order.
    keys: ObjectId,
    /// How often all keys went at once.
    clears: ObjectId,
    pairs: RefCell<Vec<(K, V)>>,
}

impl<K: DictKey, V: Clone + Debug + 'static> Dict<K, V> {
    pub(super) fn create(
        server: Server,
        name: Name,
        pairs: impl IntoIterator<Item = (K, V)>,
        location: &'static Location<'static>,
    ) -> Dict<K, V> {
        let new = || NewObject::new("Dict", name.clone(), location);
        let data = rt::create(new().variable());
        let keys = rt::create(new().part_of(data));
        let clears = rt::create(new().part_of(data));
        let cells = DictCells { data, keys, clears, pairs: RefCell::default() };
        for (key, value) in pairs {
            cells.put(key, value);
        }
        Dict { server, cells: Rc::new(cells) }
    }

    fn call(
        &self,
        verb: &'static str,
        location: &'static Location<'static>,
        touches: Vec<Access>,
    ) -> Result<(), Exception> {
        let object = self.cells.data;
        self.server.call(Call { verb, object, touches, location })
    }

    /// Looks at one key.
    fn look(
        &self,
        verb: &'static str,
        location: &'static Location<'static>,
        key: &K,
    ) -> Result<Option<V>, Exception> {
        let DictCells { data, clears, .. } = *self.cells;
        let clears = Access::new(clears, Mode::Look, i64::MAX);
        self.call(verb, location, vec![part(data, slot_of(key), Mode::Read), clears])?;
        let value = self.cells.value(key);
        rt::note(|| Noted::Read(told(key, value.as_ref())));
        Ok(value)
    }

    /// Looks at all keys, and at their values too if these matter.
    fn look_at_all(
        &self,
        verb: &'static str,
        location: &'static Location<'static>,
    ) -> Result<Vec<(K, V)>, Exception> {
        self.call(verb, location, vec![Access::new(self.cells.keys, Mode::Read, 0)])?;
        let pairs = self.cells.pairs.borrow().clone();
        // All that write a value change the order too, as far as a search knows.
        for (key, _) in &pairs {
            rt::touch(part(self.cells.data, slot_of(key), Mode::Read));
        }
        Ok(pairs)
    }

    /// Writes one key.
    fn change(
        &self,
        verb: &'static str,
        location: &'static Location<'static>,
        (key, mode): (&K, Mode),
    ) -> Result<(), Exception> {
        let DictCells { data, keys, .. } = *self.cells;
        let value = part(data, slot_of(key), mode);
        self.call(verb, location, vec![value, Access::new(keys, Mode::Update, 0)])
    }

    /// The value of a key. One step.
    ///
    /// # Errors
    /// `KeyError` if there is no such key, `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn get(&self, key: &K) -> Result<V, Exception> {
        self.look("get", Location::caller(), key)?.ok_or_else(|| missing(key))
    }

    /// The value of a key, or another value if there is none. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn get_or(&self, key: &K, default: V) -> Result<V, Exception> {
        Ok(self.look("get", Location::caller(), key)?.unwrap_or(default))
    }

    /// Whether there is such a key. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn contains(&self, key: &K) -> Result<bool, Exception> {
        Ok(self.look("contains", Location::caller(), key)?.is_some())
    }

    /// Sets the value of a key, without a look at what is there. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn set(&self, key: K, value: V) -> Result<(), Exception> {
        self.change("set", Location::caller(), (&key, Mode::Write))?;
        rt::note(|| Noted::Wrote(told(&key, Some(&value))));
        self.cells.put(key, value);
        Ok(())
    }

    /// Sets several keys in one step, as one call does.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn update(&self, pairs: impl IntoIterator<Item = (K, V)>) -> Result<(), Exception> {
        let pairs: Vec<(K, V)> = pairs.into_iter().collect();
        let DictCells { data, keys, .. } = *self.cells;
        let slots = pairs.iter().map(|(key, _)| part(data, slot_of(key), Mode::Write));
        let mut touches = vec![Access::new(keys, Mode::Update, 0)];
        for slot in slots {
            if !touches.contains(&slot) {
                touches.push(slot);
            }
        }
        self.call("update", Location::caller(), touches)?;
        rt::note(|| Noted::Wrote(Text::debug(&pairs)));
        for (key, value) in pairs {
            self.cells.put(key, value);
        }
        Ok(())
    }

    /// The value of a key, which is set to another one first if there is none. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn setdefault(&self, key: K, default: V) -> Result<V, Exception> {
        self.change("setdefault", Location::caller(), (&key, Mode::Update))?;
        let old = self.cells.value(&key);
        let new = old.clone().unwrap_or(default);
        let changed = || (told(&key, old.as_ref()), told(&key, Some(&new)));
        rt::note(|| {
            let (old, new) = changed();
            Noted::Updated { old, new }
        });
        self.cells.put(key, new.clone());
        Ok(new)
    }

    /// Takes a key out, and returns its value. One step.
    ///
    /// # Errors
    /// `KeyError` if there is no such key, `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn pop(&self, key: &K) -> Result<V, Exception> {
        self.change("pop", Location::caller(), (key, Mode::Update))?;
        let value = self.cells.value(key);
        let changed = || (told(key, value.as_ref()), told(key, None::<&V>));
        rt::note(|| {
            let (old, new) = changed();
            Noted::Updated { old, new }
        });
        self.cells.take(key);
        value.ok_or_else(|| missing(key))
    }

    /// Takes all keys out. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn clear(&self) -> Result<(), Exception> {
        let DictCells { data, keys, clears, .. } = *self.cells;
        let order = Access::new(keys, Mode::Update, 0);
        let clears = Access::new(clears, Mode::Give, 1);
        self.call("clear", Location::caller(), vec![order, clears])?;
        let old = self.cells.pairs.borrow().clone();
        // What looks at one of these keys looks whether all went at once too.
        for (key, _) in &old {
            rt::touch(part(data, slot_of(key), Mode::Write));
        }
        rt::note(|| Noted::Wrote(Text::of("nothing")));
        self.cells.clear();
        Ok(())
    }

    /// How many keys there are. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    #[allow(clippy::len_without_is_empty, reason = "a call of its own would say no more")]
    pub fn len(&self) -> Result<usize, Exception> {
        self.call("len", Location::caller(), vec![Access::new(self.cells.keys, Mode::Read, 0)])?;
        let n = self.cells.pairs.borrow().len();
        rt::note(|| Noted::Read(Text::of(n)));
        Ok(n)
    }

    /// The keys, in the order in which they came. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn keys(&self) -> Result<Vec<K>, Exception> {
        self.call("keys", Location::caller(), vec![Access::new(self.cells.keys, Mode::Read, 0)])?;
        let keys: Vec<K> = self.cells.pairs.borrow().iter().map(|(key, _)| key.clone()).collect();
        rt::note(|| Noted::Read(Text::debug(&keys)));
        Ok(keys)
    }

    /// The values, in the order of their keys. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn values(&self) -> Result<Vec<V>, Exception> {
        let pairs = self.look_at_all("values", Location::caller())?;
        let values: Vec<V> = pairs.into_iter().map(|(_, value)| value).collect();
        rt::note(|| Noted::Read(Text::debug(&values)));
        Ok(values)
    }

    /// The keys with their values, a copy of the dict. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn items(&self) -> Result<Vec<(K, V)>, Exception> {
        let pairs = self.look_at_all("items", Location::caller())?;
        rt::note(|| Noted::Read(Text::debug(&pairs)));
        Ok(pairs)
    }
}

impl<K: DictKey, V: Clone> DictCells<K, V> {
    fn value(&self, key: &K) -> Option<V> {
        let pairs = self.pairs.borrow();
        pairs.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone())
    }

    /// Sets a key. While the task is being unwound the dict keeps what it had.
    fn put(&self, key: K, value: V) {
        if rt::is_quiet() {
            return;
        }
        let mut pairs = self.pairs.borrow_mut();
        match pairs.iter().position(|(known, _)| *known == key) {
            Some(at) => {
                let before = std::mem::replace(&mut pairs[at].1, value);
                drop(pairs);
                // Dropping a value may run code of the program.
                drop(before);
            }
            None => pairs.push((key, value)),
        }
    }

    fn take(&self, key: &K) {
        if !rt::is_quiet() {
            let mut pairs = self.pairs.borrow_mut();
            let at = pairs.iter().position(|(known, _)| known == key);
            let gone = at.map(|at| pairs.remove(at));
            drop(pairs);
            drop(gone);
        }
    }

    fn clear(&self) {
        if !rt::is_quiet() {
            drop(self.pairs.take());
        }
    }
}

fn missing(key: &impl Debug) -> Exception {
    raised("KeyError", format_args!("{key:?}").to_string().replace('"', "'"))
}
