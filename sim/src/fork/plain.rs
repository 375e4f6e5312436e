//! Values of which a process gets a clone, and collections of what can be passed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use super::{Fork, Forking, Reads};
use crate::exception::Exception;
use crate::known::{with_simple_types, with_tuples};
use crate::name::Name;
use crate::value::Value;

macro_rules! cloned {
    ($($kind:ty)*) => {$(
        impl Fork for $kind {
            fn reads(&self, _: &mut Reads) {}

            fn fork(&self, _: &mut Forking) -> Self {
                self.clone()
            }
        }
    )*};
}
with_simple_types!(cloned);
cloned!(f32 f64 Duration Exception Name Value);

macro_rules! of_parts {
    ($($part:ident)+) => {
        impl<$($part: Fork),+> Fork for ($($part,)+) {
            fn reads(&self, reads: &mut Reads) {
                #[allow(non_snake_case, reason = "the parts are named like their types")]
                let ($($part,)+) = self;
                $($part.reads(reads);)+
            }

            fn fork(&self, to: &mut Forking) -> Self {
                #[allow(non_snake_case, reason = "the parts are named like their types")]
                let ($($part,)+) = self;
                ($($part.fork(to),)+)
            }
        }
    };
}
with_tuples!(of_parts);

macro_rules! of_items {
    ($($collection:ident)*) => {$(
        impl<T: Fork> Fork for $collection<T> {
            fn reads(&self, reads: &mut Reads) {
                self.iter().for_each(|item| item.reads(reads));
            }

            fn fork(&self, to: &mut Forking) -> Self {
                self.iter().map(|item| item.fork(to)).collect()
            }
        }
    )*};
}
of_items!(Vec VecDeque);

impl<T: Fork> Fork for Option<T> {
    fn reads(&self, reads: &mut Reads) {
        self.iter().for_each(|item| item.reads(reads));
    }

    fn fork(&self, to: &mut Forking) -> Self {
        self.as_ref().map(|item| item.fork(to))
    }
}

impl<T: Fork, const N: usize> Fork for [T; N] {
    fn reads(&self, reads: &mut Reads) {
        self.iter().for_each(|item| item.reads(reads));
    }

    fn fork(&self, to: &mut Forking) -> Self {
        std::array::from_fn(|nth| self[nth].fork(to))
    }
}

impl<K: Clone + Ord + 'static, V: Fork> Fork for BTreeMap<K, V> {
    fn reads(&self, reads: &mut Reads) {
        self.values().for_each(|item| item.reads(reads));
    }

    fn fork(&self, to: &mut Forking) -> Self {
        self.iter().map(|(key, item)| (key.clone(), item.fork(to))).collect()
    }
}

impl<K: Clone + Ord + 'static> Fork for BTreeSet<K> {
    fn reads(&self, _: &mut Reads) {}

    fn fork(&self, _: &mut Forking) -> Self {
        self.clone()
    }
}
