//! What belongs to one execution: its options, its copies of statics, its threads.
//!
//! The primitives are called from code that has no handle to pass along, so the present
//! execution is a thread-local. It begins where the first primitive of an execution asks for
//! it, and what it holds is dropped when every task has ended.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};

use unknot_sim::raw::{self, TaskId};

use crate::learned::Learned;
use crate::statics::Copies;
use crate::thread::Threads;

/// What a check can be told about the primitives.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// Wake-ups without a notification that a task may have in a row at one place.
    pub(crate) spurious: u32,
    /// Failures without a reason of weak exchanges, in a row at one place.
    pub(crate) weak: u32,
    /// How often in a row a task offers its turn at one place before it waits for a change.
    pub(crate) patience: u32,
    /// Whether primitives may be used that an earlier execution has used.
    pub(crate) outside: bool,
    /// Why a primitive was refused, if one was.
    pub(crate) refused: Arc<Mutex<Option<String>>>,
    /// What was learned of the program in searches before this one.
    pub(crate) learned: Learned,
}

impl Default for Options {
    fn default() -> Options {
        let (refused, learned) = (Arc::default(), Learned::default());
        Options { spurious: 0, weak: 0, patience: 1, outside: false, refused, learned }
    }
}

/// One execution.
#[derive(Default)]
pub(crate) struct Run {
    /// Tells it from all others of the process; 0 is none.
    number: u64,
    pub(crate) options: Options,
    pub(crate) copies: Copies,
    pub(crate) threads: Threads,
    /// Addresses by the order in which they were used: they differ between executions.
    addresses: BTreeMap<usize, i64>,
    /// Values that no number of the machine can be, by the order in which they were used.
    wide: Vec<i128>,
    /// How often in a row something happened that may happen so often.
    in_a_row: Vec<(TaskId, &'static Location<'static>, u32)>,
    /// How often a task asked which one it is.
    n_asked: Cell<usize>,
}

thread_local! {
    static RUN: RefCell<Run> = RefCell::default();
}

/// Keeps what an execution holds until every task has ended.
struct Kept;

impl Drop for Kept {
    fn drop(&mut self) {
        // Values are dropped here, which may run code of the program.
        let copies = RUN.with_borrow_mut(|run| std::mem::take(&mut run.copies));
        drop(copies);
        let threads = RUN.with_borrow_mut(|run| std::mem::take(&mut run.threads));
        drop(threads);
    }
}

/// Begins an execution with these options.
pub(crate) fn begin(options: Options) {
    let number = raw::execution_number().unwrap_or_default();
    let before = RUN.replace(Run { number, options, ..Run::default() });
    drop(before);
    raw::keep_to_the_end(Kept);
}

/// The present execution. Nothing that makes steps may be called inside.
///
/// # Panics
/// Outside of a check.
pub(crate) fn with<T>(f: impl FnOnce(&mut Run) -> T) -> T {
    let Some(number) = raw::execution_number() else {
        panic!("a primitive of unknot_std was used outside of a check");
    };
    if RUN.with_borrow(|run| run.number != number) {
        begin(Options::default());
    }
    RUN.with_borrow_mut(f)
}

/// Whether a task runs here.
pub(crate) fn is_inside() -> bool {
    raw::execution_number().is_some()
}

/// Whether two executions are of one thread of the system, so that one was over before the
/// other began.
pub(crate) fn are_of_one_thread(one: u64, other: u64) -> bool {
    raw::thread_of(one) == raw::thread_of(other)
}

impl Run {
    /// Tells it from all others of the process.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Notes why a primitive is refused, for the one that asked for the check.
    pub(crate) fn refuse(&self, why: &str) {
        let mut refused = self.options.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.get_or_insert_with(|| why.to_owned());
    }

    /// A number for an address that is the same in every execution that comes to it the same way.
    pub(crate) fn number_of(&mut self, address: usize) -> i64 {
        if address == 0 {
            return 0;
        }
        let next = self.addresses.len() as i64 + 1;
        *self.addresses.entry(address).or_insert(next)
    }

    /// The same for a value that may be too wide for the machine.
    pub(crate) fn number_of_wide(&mut self, value: i128) -> i64 {
        if let Ok(small) = i64::try_from(value)
            && small >= 0
        {
            return small;
        }
        let at = self.wide.iter().position(|&known| known == value).unwrap_or_else(|| {
            self.wide.push(value);
            self.wide.len() - 1
        });
        -1 - at as i64
    }

    /// Whether something may happen at a place once more, at most `most` times in a row.
    pub(crate) fn may_again(&mut self, place: &'static Location<'static>, most: u32) -> bool {
        let task = raw::current();
        let row = self.in_a_row.iter().find(|(of, at, _)| *of == task && *at == place);
        row.map_or(0, |row| row.2) < most
    }

    /// Notes whether it has.
    pub(crate) fn count(&mut self, place: &'static Location<'static>, happened: bool) {
        let task = raw::current();
        let row = self.in_a_row.iter_mut().find(|(of, at, _)| *of == task && *at == place);
        match row {
            Some(row) => row.2 = if happened { row.2 + 1 } else { 0 },
            None => self.in_a_row.push((task, place, happened.into())),
        }
    }

    /// Notes that a task has asked which one it is.
    pub(crate) fn asked_for_itself(&self) {
        self.n_asked.set(self.n_asked.get() + 1);
    }

    /// How much has happened that depends on which task does it.
    pub(crate) fn n_noticed(&self) -> usize {
        raw::n_made() + self.n_asked.get()
    }
}
