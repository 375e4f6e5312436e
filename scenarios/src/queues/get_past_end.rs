//! Getting from a queue that will never be filled again (E18 E85).
//!
//! One thread fills a stack or a priority queue and then gets in a loop without
//! an end. No other task knows the queue.
//!
//! ```text
//!   main
//!   get 3
//!   get 2
//!   get 1
//!   get            BLOCKED: main itself is the only one that puts
//! ```
//!
//! `endless-stack` (E18, three items) and `endless-priority` (E85, four items,
//! beside a stack that is filled and never read): there is one thread and so
//! one schedule. All items come out, in the order of their kind, which the loop
//! verifies, and the next get waits for a put that no task can make. No outcome.
//!
//! `while-not-empty`: testing first is right here, and only since no other
//! thread can get between the test and the get. All items come out.
//!
//! `sentinel`: the loop ends at an entry that says so. In a priority queue it
//! has to have the largest number, to come out last; in a stack it would have
//! to be put first.

use unknot_checker::sim::{Exception, LifoQueue, PriorityQueue, Value, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "get-past-end",
    family: "queues",
    about: "one thread gets once more than it has put",
    covers: &["E18", "E85"],
    params: &[Param { name: "items", about: "items put in", default: 3, min: 0, max: 100 }],
    variants: &[
        Variant::new("endless-stack", "get from a stack for ever", endless_stack, hangs),
        Variant::new(
            "endless-priority",
            "get from a priority queue for ever",
            endless_priority,
            hangs,
        ),
        Variant::new("while-not-empty", "test, then get", while_not_empty, |params| {
            let down: Vec<i64> = (1..=params.int("items")).rev().collect();
            Expectation::pass().outcomes([down])
        }),
        Variant::new("sentinel", "get until an entry says that it was all", sentinel, |params| {
            let up: Vec<i64> = (1..=params.int("items")).collect();
            Expectation::pass().outcomes([up])
        }),
    ],
    source: source!("get_past_end.rs"),
};

fn hangs(_: &Params) -> Expectation {
    Expectation::pass().always(Kind::Hang).outcomes::<()>([])
}

fn filled_stack(items: i64) -> Result<LifoQueue<i64>, Exception> {
    let stack = LifoQueue::named("stack", 0);
    (1..=items).try_for_each(|item| stack.put(item))?;
    Ok(stack)
}

/// Filled from the largest number down, so that the order is that of the heap.
fn filled_heap(items: i64) -> Result<PriorityQueue<(i64, &'static str)>, Exception> {
    let heap = PriorityQueue::named("heap", 0);
    (1..=items).rev().try_for_each(|number| heap.put((number, "work")))?;
    Ok(heap)
}

fn endless_stack(params: &Params) -> Result<Value, Exception> {
    let stack = filled_stack(params.int("items"))?;
    let mut wanted = params.int("items");
    loop {
        let got = stack.get()?;
        verify!(got == wanted, "got {got} and not {wanted}");
        wanted -= 1;
    }
}

fn endless_priority(params: &Params) -> Result<Value, Exception> {
    let _never_read = filled_stack(params.int("items"))?;
    let heap = filled_heap(params.int("items"))?;
    let mut wanted = 1;
    loop {
        let (got, _work) = heap.get()?;
        verify!(got == wanted, "got {got} and not {wanted}");
        wanted += 1;
    }
}

fn while_not_empty(params: &Params) -> Result<Value, Exception> {
    let stack = filled_stack(params.int("items"))?;
    let mut got = vec![];
    while !stack.empty() {
        got.push(stack.get()?);
    }
    Ok(got.into())
}

fn sentinel(params: &Params) -> Result<Value, Exception> {
    let heap = filled_heap(params.int("items"))?;
    heap.put((i64::MAX, "quit"))?;
    let mut got = vec![];
    loop {
        match heap.get()? {
            (_, "quit") => return Ok(got.into()),
            (number, _work) => got.push(number),
        }
    }
}
