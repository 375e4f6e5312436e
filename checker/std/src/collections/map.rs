//! A map with a fixed hasher.

use std::borrow::Borrow;
use std::collections::HashMap as Inner;
use std::collections::hash_map::{IntoIter, IntoKeys, IntoValues, Iter, IterMut};
use std::fmt::{self, Debug};
use std::hash::{BuildHasher, Hash};
use std::ops::{Deref, DerefMut, Index};

use super::FixedState;

/// A map, as [`std::collections::HashMap`], that has the same order in each execution.
#[derive(Clone)]
pub struct HashMap<K, V, S = FixedState>(Inner<K, V, S>);

impl<K, V> HashMap<K, V> {
    /// An empty map.
    #[must_use]
    pub fn new() -> HashMap<K, V> {
        HashMap::default()
    }

    /// An empty map with room.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> HashMap<K, V> {
        HashMap::with_capacity_and_hasher(capacity, FixedState::default())
    }
}

impl<K, V, S> HashMap<K, V, S> {
    /// An empty map with a hasher, which is not to be random.
    pub const fn with_hasher(hasher: S) -> HashMap<K, V, S> {
        HashMap(Inner::with_hasher(hasher))
    }

    /// The same with room.
    pub fn with_capacity_and_hasher(capacity: usize, hasher: S) -> HashMap<K, V, S> {
        HashMap(Inner::with_capacity_and_hasher(capacity, hasher))
    }

    /// The keys.
    pub fn into_keys(self) -> IntoKeys<K, V> {
        self.0.into_keys()
    }

    /// The values.
    pub fn into_values(self) -> IntoValues<K, V> {
        self.0.into_values()
    }
}

impl<K, V, S> Deref for HashMap<K, V, S> {
    type Target = Inner<K, V, S>;

    fn deref(&self) -> &Inner<K, V, S> {
        &self.0
    }
}

impl<K, V, S> DerefMut for HashMap<K, V, S> {
    fn deref_mut(&mut self) -> &mut Inner<K, V, S> {
        &mut self.0
    }
}

impl<K, V, S> From<Inner<K, V, S>> for HashMap<K, V, S> {
    fn from(map: Inner<K, V, S>) -> HashMap<K, V, S> {
        HashMap(map)
    }
}

impl<K, V, S> From<HashMap<K, V, S>> for Inner<K, V, S> {
    fn from(map: HashMap<K, V, S>) -> Inner<K, V, S> {
        map.0
    }
}

impl<K, V, S: Default> Default for HashMap<K, V, S> {
    fn default() -> HashMap<K, V, S> {
        HashMap(Inner::default())
    }
}

impl<K: Debug, V: Debug, S> Debug for HashMap<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<K: Eq + Hash, V: PartialEq, S: BuildHasher> PartialEq for HashMap<K, V, S> {
    fn eq(&self, other: &HashMap<K, V, S>) -> bool {
        self.0 == other.0
    }
}

impl<K: Eq + Hash, V: Eq, S: BuildHasher> Eq for HashMap<K, V, S> {}

impl<K, V, S, Q> Index<&Q> for HashMap<K, V, S>
where
    K: Eq + Hash + Borrow<Q>,
    Q: Eq + Hash + ?Sized,
    S: BuildHasher,
{
    type Output = V;

    fn index(&self, key: &Q) -> &V {
        &self.0[key]
    }
}

impl<K: Eq + Hash, V, const N: usize> From<[(K, V); N]> for HashMap<K, V> {
    fn from(pairs: [(K, V); N]) -> HashMap<K, V> {
        pairs.into_iter().collect()
    }
}

impl<K: Eq + Hash, V, S: BuildHasher + Default> FromIterator<(K, V)> for HashMap<K, V, S> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> HashMap<K, V, S> {
        HashMap(pairs.into_iter().collect())
    }
}

impl<K, V, S, P> Extend<P> for HashMap<K, V, S>
where
    Inner<K, V, S>: Extend<P>,
{
    fn extend<I: IntoIterator<Item = P>>(&mut self, pairs: I) {
        self.0.extend(pairs);
    }
}

impl<K, V, S> IntoIterator for HashMap<K, V, S> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V>;

    fn into_iter(self) -> IntoIter<K, V> {
        self.0.into_iter()
    }
}

impl<'a, K, V, S> IntoIterator for &'a HashMap<K, V, S> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Iter<'a, K, V> {
        self.0.iter()
    }
}

impl<'a, K, V, S> IntoIterator for &'a mut HashMap<K, V, S> {
    type Item = (&'a K, &'a mut V);
    type IntoIter = IterMut<'a, K, V>;

    fn into_iter(self) -> IterMut<'a, K, V> {
        self.0.iter_mut()
    }
}
