//! The values that steps are told with.

use std::sync::Arc;

use unknot_checker::model::terms::Semantics;
use unknot_checker::replay::replay;
use unknot_checker::sim::{Atomic, Event, Exception, Lock, Program, Queue, Shared, Value, always};

use crate::kit::support::dpor;

/// The operations of the one execution of a program without choices, each with the
/// value that it is told with.
fn told(
    body: fn(bool) -> Result<(), Exception>,
    is_watched: bool,
) -> Vec<(String, Option<String>)> {
    let program: Program = Arc::new(move || body(is_watched).map(|()| Value::Unit));
    let observed = dpor(&program);
    let seen = observed.outcomes.values().next().expect("an outcome");
    let record = replay(&program, &seen.witness.schedule, Semantics::default()).record;
    record
        .steps
        .into_iter()
        .map(|step| (step.operation.op, step.value.map(|value| value.to_string())))
        .collect()
}

/// What is asked after each step looks at objects of each kind, each of which would
/// note what it looks up.
fn watch(objects: (&Atomic, &Shared<i64>, &Queue<i64>, &Event, &Lock)) {
    let (a, s) = (objects.0.clone(), objects.1.clone());
    let (q, e, l) = (objects.2.clone(), objects.3.clone(), objects.4.clone());
    always("nothing", move || {
        let seen = a.load() + s.read() + i64::try_from(q.qsize()).expect("small");
        let _ = (e.is_set(), l.locked(), q.empty());
        seen >= 0
    });
}

fn program(is_watched: bool) -> Result<(), Exception> {
    let (a, s) = (Atomic::named("a", 0), Shared::named("s", 70));
    let (q, e, l) = (Queue::new(0), Event::new(), Lock::new());
    if is_watched {
        watch((&a, &s, &q, &e, &l));
    }
    a.store(5);
    a.fetch_add(2);
    s.write(6);
    q.put(8)?;
    let _ = (e.is_set(), e.set(), e.is_set());
    let _guard = l.lock()?;
    let _ = (l.locked(), q.get()?, s.read());
    Ok(())
}

/// A condition reads 77 and more after the store of 5; the store is told with 5.
#[test]
fn values_are_those_of_the_steps_and_not_of_what_a_condition_read() {
    let plain = told(program, false);
    assert_eq!(plain[0], ("store".to_owned(), Some("5".to_owned())));
    assert_eq!(told(program, true), plain);
}
