//! A set with a fixed hasher.

use std::collections::HashSet as Inner;
use std::collections::hash_set::{IntoIter, Iter};
use std::fmt::{self, Debug};
use std::hash::{BuildHasher, Hash};
use std::ops::{BitAnd, BitOr, BitXor, Deref, DerefMut, Sub};

use super::FixedState;

/// A set, as [`std::collections::HashSet`], that has the same order in each execution.
#[derive(Clone)]
pub struct HashSet<T, S = FixedState>(Inner<T, S>);

impl<T> HashSet<T> {
    /// An empty set.
    #[must_use]
    pub fn new() -> HashSet<T> {
        HashSet::default()
    }

    /// An empty set with room.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> HashSet<T> {
        HashSet::with_capacity_and_hasher(capacity, FixedState::default())
    }
}

impl<T, S> HashSet<T, S> {
    /// An empty set with a hasher, which is not to be random.
    pub const fn with_hasher(hasher: S) -> HashSet<T, S> {
        HashSet(Inner::with_hasher(hasher))
    }

    /// The same with room.
    pub fn with_capacity_and_hasher(capacity: usize, hasher: S) -> HashSet<T, S> {
        HashSet(Inner::with_capacity_and_hasher(capacity, hasher))
    }
}

impl<T, S> Deref for HashSet<T, S> {
    type Target = Inner<T, S>;

    fn deref(&self) -> &Inner<T, S> {
        &self.0
    }
}

impl<T, S> DerefMut for HashSet<T, S> {
    fn deref_mut(&mut self) -> &mut Inner<T, S> {
        &mut self.0
    }
}

impl<T, S> From<Inner<T, S>> for HashSet<T, S> {
    fn from(set: Inner<T, S>) -> HashSet<T, S> {
        HashSet(set)
    }
}

impl<T, S> From<HashSet<T, S>> for Inner<T, S> {
    fn from(set: HashSet<T, S>) -> Inner<T, S> {
        set.0
    }
}

impl<T, S: Default> Default for HashSet<T, S> {
    fn default() -> HashSet<T, S> {
        HashSet(Inner::default())
    }
}

impl<T: Debug, S> Debug for HashSet<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: Eq + Hash, S: BuildHasher> PartialEq for HashSet<T, S> {
    fn eq(&self, other: &HashSet<T, S>) -> bool {
        self.0 == other.0
    }
}

impl<T: Eq + Hash, S: BuildHasher> Eq for HashSet<T, S> {}

impl<T: Eq + Hash, const N: usize> From<[T; N]> for HashSet<T> {
    fn from(items: [T; N]) -> HashSet<T> {
        items.into_iter().collect()
    }
}

impl<T: Eq + Hash, S: BuildHasher + Default> FromIterator<T> for HashSet<T, S> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> HashSet<T, S> {
        HashSet(items.into_iter().collect())
    }
}

impl<T, S, P> Extend<P> for HashSet<T, S>
where
    Inner<T, S>: Extend<P>,
{
    fn extend<I: IntoIterator<Item = P>>(&mut self, items: I) {
        self.0.extend(items);
    }
}

impl<T, S> IntoIterator for HashSet<T, S> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        self.0.into_iter()
    }
}

impl<'a, T, S> IntoIterator for &'a HashSet<T, S> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.0.iter()
    }
}

/// What two sets make a new one by.
macro_rules! combined {
    ($($trait:ident::$name:ident)*) => {$(
        impl<T: Eq + Hash + Clone, S: BuildHasher + Default> $trait<&HashSet<T, S>>
            for &HashSet<T, S>
        {
            type Output = HashSet<T, S>;

            fn $name(self, other: &HashSet<T, S>) -> HashSet<T, S> {
                HashSet($trait::$name(&self.0, &other.0))
            }
        }
    )*};
}

combined!(BitAnd::bitand BitOr::bitor BitXor::bitxor Sub::sub);
