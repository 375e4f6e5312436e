//! Numbers of findings, looked up by what a finding looks like.
//!
//! Asked several times an execution, so a key is a few words on the stack: kinds,
//! tasks, objects, and the addresses of lines, which are not the same in another
//! run. Nothing is ever listed, so no order depends on them.

use hashbrown::HashTable;
use unknot_sim::Execution;

use crate::analysis::incremental::Hit;
use crate::model::finding::Signature;

/// Words of a key that are kept in place; few keys need more.
const SHORT: usize = 10;

/// What a finding looks like, as numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Key {
    n: usize,
    words: [u64; SHORT],
    more: Vec<u64>,
}

impl Key {
    /// The key of a hit of the `nth` analysis that goes step by step.
    pub(crate) fn of_hit(nth: usize, hit: &Hit, execution: &Execution<'_>) -> Key {
        let mut key = Key::default();
        key.push(about(nth, hit));
        for (task, place) in ends(hit, execution) {
            key.push(task);
            key.push(place);
        }
        key
    }

    /// Whether it is the key of that hit, without making one.
    pub(crate) fn is_of_hit(&self, nth: usize, hit: &Hit, execution: &Execution<'_>) -> bool {
        let mut words = self.words[..self.n.min(SHORT)].iter();
        let mut is_next = |word: u64| words.next() == Some(&word);
        is_next(about(nth, hit))
            && ends(hit, execution).all(|(task, place)| is_next(task) && is_next(place))
            && words.next().is_none()
    }

    /// The key of what was found in an execution as a whole.
    pub(crate) fn of_signature(signature: &Signature) -> Key {
        let Signature { kind, tasks, objects, sites } = signature;
        let mut key = Key::default();
        let parts = (tasks.len() as u64) << 8 | (objects.len() as u64) << 32;
        // No analysis has such a high number.
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

    /// The number by which it is looked up.
    pub(crate) fn fingerprint(&self) -> u64 {
        self.words().iter().chain(&self.more).fold(0, |mixed, &word| mix(mixed, word))
    }

    /// Compares word by word: a comparison of the bytes would have to wait until the
    /// words, which have just been written, are in memory.
    pub(crate) fn is(&self, other: &Key) -> bool {
        let is_same = |(mine, theirs): (&u64, &u64)| mine == theirs;
        self.n == other.n
            && self.words().iter().zip(other.words()).all(is_same)
            && self.more.iter().zip(&other.more).all(is_same)
    }
}

fn mix(mixed: u64, word: u64) -> u64 {
    (mixed.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// What was found, and by which analysis.
fn about(nth: usize, hit: &Hit) -> u64 {
    (nth as u64) << 32 | u64::from(hit.object.0)
}

/// The tasks of the steps that show it, and the places of these in the program.
fn ends(hit: &Hit, execution: &Execution<'_>) -> impl Iterator<Item = (u64, u64)> {
    let steps = execution.trace.steps();
    hit.steps().map(|step| {
        let made = &steps[step as usize];
        (u64::from(made.task.0), std::ptr::from_ref(made.location) as u64)
    })
}

/// The number by which the key of what an analysis found is looked up.
pub(crate) fn fingerprint(nth: usize, hit: &Hit, execution: &Execution<'_>) -> u64 {
    let mixed = |mixed, (task, place): (u64, u64)| mix(mixed, task << 16 ^ place);
    ends(hit, execution).fold(about(nth, hit), mixed)
}

/// Keys with a number each, by their fingerprints.
#[derive(Debug, Default)]
pub(crate) struct Lookup(HashTable<Entry>);

#[derive(Debug)]
struct Entry {
    fingerprint: u64,
    key: Key,
    number: u32,
}

/// The table takes places from the lowest bits. A fingerprint ends with a product, whose
/// highest bits depend on most of what was mixed, so the halves are exchanged.
fn hash(fingerprint: u64) -> u64 {
    fingerprint.rotate_left(32)
}

impl Lookup {
    /// The number of the key with this fingerprint for which `is` holds, if there is
    /// such a key.
    pub(crate) fn get(&self, fingerprint: u64, is: impl Fn(&Key) -> bool) -> Option<u32> {
        let is = |entry: &Entry| entry.fingerprint == fingerprint && is(&entry.key);
        self.0.find(hash(fingerprint), is).map(|entry| entry.number)
    }

    /// Gives a key, which has none, a number.
    pub(crate) fn insert(&mut self, fingerprint: u64, key: Key, number: u32) {
        let entry = Entry { fingerprint, key, number };
        self.0.insert_unique(hash(fingerprint), entry, |entry| hash(entry.fingerprint));
    }
}
