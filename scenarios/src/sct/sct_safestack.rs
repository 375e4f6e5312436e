//! A stack of free places that may hand one place to two tasks.
//!
//! D. Vyukov's puzzle for model checkers: a list of free places in an array of links. To pop is
//! to look at the first place, to mark its link as taken, to move the head on and, where that
//! fails, to put the link back; a count keeps the list from running empty. It takes three tasks
//! and, of each, several operations in just the wrong places: while one task is about to put the
//! link of a place back, others pop that place, push it, and pop the next one; then the link
//! that is put back is an old one, and the list goes on at a place that is in use.
//!
//! `marked-links`: the puzzle. `versions`: the head has a number besides, which each change of
//! it makes greater, so that an old view of the list never passes for the present one; links
//! are not marked, and nothing is put back. Each task pops a place and pushes it again, and
//! verifies that no other task has the place meanwhile.
//!
//! Two tasks with two places show nothing: while one of them has the first place, the link of the
//! other is that of the last one, which is never popped, so no link is put back. Three tasks,
//! three times each, do: in a few of a million samples of `pos`, and mostly within some thousands
//! of `frontier`.

use unknot_checker::sim::{Atomic, Exception, Value, spawn_many, verify, yield_until_changed};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "sct-safestack",
    family: "sct",
    about: "a stack of free places may hand one place to two tasks",
    covers: &[],
    params: &[Param {
        name: "tasks",
        about: "places, and tasks: two pop once each, three do three times",
        default: 2,
        min: 2,
        max: 3,
    }],
    variants: &[
        Variant::new("marked-links", "a link that is put back may be old", marked, |params| {
            match params.int("tasks") {
                2 => Expectation::pass().outcomes([()]),
                _ => Expectation::pass().sometimes(Kind::InvariantViolation).exhausts_if(false),
            }
        }),
        Variant::new("versions", "each change of the head has a number", versions, |params| {
            Expectation::pass().outcomes([()]).exhausts_if(params.int("tasks") == 2)
        }),
    ],
    source: source!("sct_safestack.rs"),
};

/// The link of the last place in the list, and of a place that was taken.
const NONE: i64 = -1;

#[derive(Clone)]
struct Stack {
    head: Atomic,
    count: Atomic,
    links: Vec<Atomic>,
}

impl Stack {
    /// A stack of `n` places, all of them free.
    fn new(n: usize) -> Stack {
        let link = |place: usize| {
            let next = if place + 1 == n { NONE } else { number(place + 1) };
            Atomic::named(("link", place), next)
        };
        Stack {
            head: Atomic::named("head", 0),
            count: Atomic::named("count", number(n)),
            links: (0..n).map(link).collect(),
        }
    }

    /// Gives a place that is free, unless only one is.
    fn pop_marked(&self) -> Option<usize> {
        while self.count.load() > 1 {
            let head = self.head.load();
            let place = usize::try_from(head).ok()?;
            let next = self.links[place].swap(NONE);
            if next == NONE {
                yield_until_changed();
                continue;
            }
            if self.head.compare_exchange(head, next).is_ok() {
                self.count.fetch_sub(1);
                return Some(place);
            }
            self.links[place].store(next);
        }
        None
    }

    fn push_marked(&self, place: usize) {
        loop {
            let head = self.head.load();
            self.links[place].store(head);
            if self.head.compare_exchange(head, number(place)).is_ok() {
                break;
            }
        }
        self.count.fetch_add(1);
    }

    fn pop_versioned(&self) -> Option<usize> {
        loop {
            let (version, first) = apart(self.head.load());
            let place = usize::try_from(first).ok()?;
            let next = self.links[place].load();
            let old = together(version, first);
            if self.head.compare_exchange(old, together(version + 1, next)).is_ok() {
                return Some(place);
            }
        }
    }

    fn push_versioned(&self, place: usize) {
        loop {
            let (version, first) = apart(self.head.load());
            self.links[place].store(first);
            let (old, new) = (together(version, first), together(version + 1, number(place)));
            if self.head.compare_exchange(old, new).is_ok() {
                break;
            }
        }
    }
}

fn number(place: usize) -> i64 {
    i64::try_from(place).expect("few places")
}

/// A head is the number of its change and its first place, or none.
fn together(version: i64, first: i64) -> i64 {
    version * 16 + first + 1
}

fn apart(head: i64) -> (i64, i64) {
    (head / 16, head % 16 - 1)
}

fn marked(params: &Params) -> Result<Value, Exception> {
    run(params, Stack::new(params.size("tasks")), Stack::pop_marked, Stack::push_marked)
}

fn versions(params: &Params) -> Result<Value, Exception> {
    let stack = Stack::new(params.size("tasks"));
    let stack = Stack { head: Atomic::named("head", together(0, 0)), ..stack };
    run(params, stack, Stack::pop_versioned, Stack::push_versioned)
}

/// Every task pops and pushes.
fn run(
    params: &Params,
    stack: Stack,
    pop: fn(&Stack) -> Option<usize>,
    push: fn(&Stack, usize),
) -> Result<Value, Exception> {
    let n = params.size("tasks");
    let rounds = if n == 2 { 1 } else { 3 };
    let users: Vec<Atomic> = (0..n).map(|place| Atomic::named(("users", place), 0)).collect();
    let tasks = spawn_many(n, move || {
        for _ in 0..rounds {
            if let Some(place) = pop(&stack) {
                verify!(users[place].fetch_add(1) == 0, "place {place} was given to two tasks");
                users[place].fetch_sub(1);
                push(&stack, place);
            }
        }
    });
    tasks.join()?;
    Ok(().into())
}
