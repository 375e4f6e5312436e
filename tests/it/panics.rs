//! Primitives that destructors use while a panic unwinds: what would wait is only
//! tried, so whether it is granted depends on who came first, and the reduced
//! search must know that. They belong to the last step before the panic.

use std::sync::Arc;

use unknot_checker::sim::{
    Exception, Lock, Program, Semaphore, Shared, TimeMode, spawn, yield_now,
};
use unknot_checker::strategy::{Dfs, Dpor, Visibility};

use crate::classes::{classes, classes_made_anew};
use crate::proof::judge;

/// Does this when it is dropped.
struct AtDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for AtDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

fn program(body: impl Fn() -> Result<i64, Exception> + Send + Sync + 'static) -> Program {
    Arc::new(move || Ok(body()?.into()))
}

/// A permit that another task gives.
fn a_permit() -> Result<i64, Exception> {
    let permits = Semaphore::new(0);
    let (theirs, given) = (permits.clone(), permits.clone());
    let panics = spawn(move || -> () {
        let _at_drop = AtDrop(|| theirs.acquire());
        yield_now();
        panic!("on the way out it wants a permit");
    });
    let gives = spawn(move || given.release());
    panics.join().ok();
    gives.join()?;
    Ok(permits.value())
}

/// A lock that another task holds for a while: it is taken before that, refused,
/// or taken after it.
fn a_lock() -> Result<i64, Exception> {
    let (lock, number) = (Lock::new(), Shared::new(0));
    let (theirs, held, written) = (lock.clone(), lock.clone(), number.clone());
    let panics = spawn(move || -> () {
        let _at_drop = AtDrop(|| theirs.acquire());
        yield_now();
        panic!("on the way out it wants the lock");
    });
    let holds = spawn(move || -> Result<(), Exception> {
        if held.try_acquire() {
            written.write(1);
            held.release()?;
        }
        Ok(())
    });
    panics.join().ok();
    holds.join()??;
    Ok(number.read() + 2 * i64::from(lock.locked()))
}

/// Two permits one after another, each given by another task: the first being
/// refused does not keep it from the second.
fn two_permits() -> Result<i64, Exception> {
    let permits = [Semaphore::new(0), Semaphore::new(0)];
    let theirs = permits.clone();
    let panics = spawn(move || -> () {
        let _second = AtDrop(|| theirs[1].acquire());
        let _first = AtDrop(|| theirs[0].acquire());
        yield_now();
        panic!("on the way out it wants two permits");
    });
    let given = permits.clone().map(|permit| spawn(move || permit.release()));
    panics.join().ok();
    for gives in given {
        gives.join()?;
    }
    Ok(permits[0].value() + 2 * permits[1].value())
}

#[test]
fn what_is_tried_in_a_panic_has_an_order() {
    let programs = [
        ("a permit", program(a_permit), 2),
        ("a lock", program(a_lock), 3),
        ("two permits", program(two_permits), 4),
    ];
    for (name, program, outcomes) in programs {
        let plain =
            classes_made_anew(&program, TimeMode::Any, Dfs::new(Visibility::All), 1_000_000);
        let reduced = classes(&program, TimeMode::Any, Dpor::new(), 1_000_000);
        assert_eq!(judge(&plain, &reduced), Ok(()), "{name}");
        let turnouts: std::collections::BTreeSet<_> =
            plain.classes.values().flat_map(|class| &class.turnouts).collect();
        assert_eq!(turnouts.len(), outcomes, "{name}: {turnouts:?}");
    }
}
