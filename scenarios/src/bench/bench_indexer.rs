//! Tasks that put words into one hash table, each slot with a lock.
//!
//! Task t of 0 to n - 1 puts in the words 11·m + t for m = 1 to 4. A word w
//! belongs into slot 7·w mod 128, or else into the next one that is free. A
//! look at a slot locks it, and writes if it is 0.
//!
//! `linear-probing`: 8^(n-11) classes. 7 has an inverse modulo 128, so only
//! equal words meet. Tasks t and t + 11 have three words in common, 11·m + t
//! for m = 2 to 4, and no other task has these: three slots, which one or the
//! other has first. Both come to the three slots in the same order, so the
//! three choices are free: 2³ for each of the n - 11 pairs. The second one
//! goes on to the next slot, where a word of 55 more would belong, and no word
//! is that large: no other task comes there. With more than 22 tasks three would
//! meet, so there are no more.
//!
//! How many of the words in common the later task of its pair put into their
//! own slot is anything from 0 to 3·(n - 11). Slots are read and written under
//! their locks, and no task holds two, so nothing is lost and no task is stuck.

use unknot_checker::sim::{Exception, Lock, Shared, Value, spawn_named};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

const N_SLOTS: i64 = 128;
const N_WORDS: i64 = 4;
/// The words of a task are multiples of this plus its number.
const STRIDE: i64 = 11;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "bench-indexer",
    family: "bench",
    about: "tasks put words into a hash table with a lock a slot",
    covers: &[],
    params: &[Param { name: "n", about: "tasks", default: 13, min: 1, max: 2 * STRIDE }],
    variants: &[Variant::new(
        "linear-probing",
        "a task that finds a slot taken goes on to the next",
        linear_probing,
        |params| {
            let n = params.int("n");
            let n_pairs = (n - STRIDE).max(0);
            Expectation::pass().outcomes(0..=3 * n_pairs).exhausts_if(n <= 15)
        },
    )],
    source: source!("bench_indexer.rs"),
};

/// A slot of the table, 0 while it is free.
#[derive(Clone)]
struct Slot {
    lock: Lock,
    word: Shared<i64>,
}

impl Slot {
    /// Writes a word if the slot is free, and says whether.
    fn take(&self, word: i64) -> Result<bool, Exception> {
        let _guard = self.lock.lock()?;
        let is_free = self.word.read() == 0;
        if is_free {
            self.word.write(word);
        }
        Ok(is_free)
    }
}

/// Puts a word in, and says whether its own slot was free.
fn insert(slots: &[Slot], word: i64) -> Result<bool, Exception> {
    let own = usize::try_from(7 * word % N_SLOTS).expect("words are positive");
    let (before, from_own) = slots.split_at(own);
    for (nth, slot) in from_own.iter().chain(before).enumerate() {
        if slot.take(word)? {
            return Ok(nth == 0);
        }
    }
    Err(Exception::new("Full", "no slot is free"))
}

fn linear_probing(params: &Params) -> Result<Value, Exception> {
    let slot = |i| Slot { lock: Lock::named(("lock", i)), word: Shared::named(("slot", i), 0) };
    let slots: Vec<Slot> = (0..N_SLOTS).map(slot).collect();
    let mut started = vec![];
    for task in 0..params.int("n") {
        let slots = slots.clone();
        started.push(spawn_named(("indexer", task), move || -> Result<i64, Exception> {
            let mut n_contested = 0;
            for word in (1..=N_WORDS).map(|m| STRIDE * m + task) {
                let is_own = insert(&slots, word)?;
                // No other task has the last word of the later task.
                let is_contested = task >= STRIDE && word < STRIDE * N_WORDS + task;
                n_contested += i64::from(is_own && is_contested);
            }
            Ok(n_contested)
        }));
    }
    let mut n_first = 0;
    for task in started {
        n_first += task.join()??;
    }
    Ok(n_first.into())
}
