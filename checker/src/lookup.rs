//! Numbers of what was found, by what it looks like.
//!
//! Asked several times an execution, so a key is a few words on the stack: kinds,
//! tasks, objects, and the addresses of lines, which are not the same in another
//! run. Nothing is ever listed, so no order depends on them.

use unknot_sim::Execution;

use crate::analysis::onward::Dated;
use crate::finding::Signature;

/// Words that are kept in place; few keys need more.
const SHORT: usize = 10;

/// What a finding looks like, as numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Key {
    n: usize,
    words: [u64; SHORT],
    more: Vec<u64>,
}

impl Key {
    /// Of what the `nth` analysis that goes step by step has found.
    pub(crate) fn of_dated(nth: usize, dated: &Dated, execution: &Execution<'_>) -> Key {
        let mut key = Key::default();
        key.push(nth as u64);
        key.push(u64::from(dated.object.0));
        for step in dated.steps() {
            let made = &execution.trace.steps()[step as usize];
            key.push(u64::from(made.task.0));
            key.push(std::ptr::from_ref(made.location) as u64);
        }
        key
    }

    /// Of what was found in an execution as a whole.
    pub(crate) fn of_signature(signature: &Signature) -> Key {
        let Signature { kind, tasks, objects, sites } = signature;
        let mut key = Key::default();
        let parts = (tasks.len() as u64) << 8 | (objects.len() as u64) << 32;
        // No analysis has so high a number.
        key.push(*kind as u64 | parts | 1 << 63);
        tasks.iter().for_each(|task| key.push(u64::from(task.0)));
        objects.iter().for_each(|object| key.push(u64::from(object.0)));
        sites.iter().for_each(|site| key.push(std::ptr::from_ref(site.0) as u64));
        key
    }

    fn push(&mut self, word: u64) {
        match self.words.get_mut(self.n) {
            Some(place) => *place = word,
            None => self.more.push(word),
        }
        self.n += 1;
    }

    fn words(&self) -> &[u64] {
        &self.words[..self.n.min(SHORT)]
    }

    fn fingerprint(&self) -> u64 {
        let mix = |mixed: u64, word: &u64| {
            (mixed.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        };
        self.words().iter().chain(&self.more).fold(0, mix)
    }

    /// Word by word: a comparison of the bytes would have to wait until the words,
    /// which have just been written, are in memory.
    fn is(&self, other: &Key) -> bool {
        let is_same = |(mine, theirs): (&u64, &u64)| mine == theirs;
        self.n == other.n
            && self.words().iter().zip(other.words()).all(is_same)
            && self.more.iter().zip(&other.more).all(is_same)
    }
}

/// Keys with a number each, in a table of slots by a fingerprint of the key.
#[derive(Debug, Default)]
pub(crate) struct Lookup {
    slots: Vec<Option<(Key, u32)>>,
    n: usize,
}

impl Lookup {
    /// The place of a key, or the free one for it.
    fn slot(&self, key: &Key) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = (key.fingerprint() >> 32) as usize & mask;
        while self.slots[at].as_ref().is_some_and(|(known, _)| !known.is(key)) {
            at = (at + 1) & mask;
        }
        at
    }

    /// The number of a key, if it has one.
    pub(crate) fn get(&self, key: &Key) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        self.slots[self.slot(key)].as_ref().map(|(_, number)| *number)
    }

    /// Gives a key a number.
    pub(crate) fn insert(&mut self, key: Key, number: u32) {
        if 2 * self.n >= self.slots.len() {
            let larger = (2 * self.slots.len()).max(64);
            let old = std::mem::replace(&mut self.slots, vec![None; larger]);
            for (key, number) in old.into_iter().flatten() {
                let slot = self.slot(&key);
                self.slots[slot] = Some((key, number));
            }
        }
        let slot = self.slot(&key);
        self.slots[slot] = Some((key, number));
        self.n += 1;
    }
}
