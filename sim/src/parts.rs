//! The numbers of a path; long paths share them.
//!
//! Every step of a schedule names its task by a path. Where each task starts the
//! next one, a path is as long as there are tasks, and a copy for each step would
//! take the square of that.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

/// How many numbers are kept in place.
const FEW: usize = 4;

/// From the main task down, the number of the child at each turn. A copy is cheap.
#[derive(Clone)]
pub struct Parts(Storage);

#[derive(Clone)]
enum Storage {
    Few(u8, [u32; FEW]),
    Many(Arc<[u32]>),
}

impl Deref for Parts {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        match &self.0 {
            Storage::Few(n, parts) => &parts[..usize::from(*n)],
            Storage::Many(parts) => parts,
        }
    }
}

impl From<&[u32]> for Parts {
    fn from(parts: &[u32]) -> Parts {
        let mut few = [0; FEW];
        match few.get_mut(..parts.len()) {
            Some(place) => {
                place.copy_from_slice(parts);
                Parts(Storage::Few(parts.len() as u8, few))
            }
            None => Parts(Storage::Many(parts.into())),
        }
    }
}

impl Default for Parts {
    fn default() -> Parts {
        Parts::from(&[][..])
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl PartialEq for Parts {
    fn eq(&self, other: &Parts) -> bool {
        match (&self.0, &other.0) {
            (Storage::Many(one), Storage::Many(other)) if Arc::ptr_eq(one, other) => true,
            _ => **self == **other,
        }
    }
}

impl Eq for Parts {}

impl PartialOrd for Parts {
    fn partial_cmp(&self, other: &Parts) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Parts {
    fn cmp(&self, other: &Parts) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl Hash for Parts {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}
