//! Digests that are the same in every run, on every machine: 64 bits of FNV-1a.
//!
//! Two values may have the same digest, so what is told apart by it must be allowed to be
//! taken for the same by chance.

use std::hash::Hasher;

/// A digest of all that was added so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest(u64);

impl Default for Digest {
    fn default() -> Digest {
        Digest(0xcbf2_9ce4_8422_2325)
    }
}

impl Digest {
    /// The digest with a number added as one unit.
    #[must_use]
    pub fn with(self, unit: impl Into<u64>) -> Digest {
        Digest((self.0 ^ unit.into()).wrapping_mul(0x0100_0000_01b3))
    }
}

impl Hasher for Digest {
    fn write(&mut self, bytes: &[u8]) {
        *self = bytes.iter().fold(*self, |digest, &byte| digest.with(byte));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
